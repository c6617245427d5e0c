"""AWS IAM: service-linked roles, which a service's own guide names and an account has once."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem

SERVICE_LINKED: Final = "aws:iam/serviceLinkedRole:ServiceLinkedRole"
GROUP_OF_HOSTS: Final = "aws:autoscaling/group:Group"


def _linked_name(call: Call) -> str:
    """The service's own name for the role; one that sandbox/world/aws.json doesn't list gets it from its principal."""
    service = str(call.inputs["awsServiceName"])
    listed = call.world.values("aws", "service_linked_roles").get(service)
    name = listed["name"] if listed else f"AWSServiceRoleFor{service.partition('.')[0].capitalize()}"
    suffix = call.inputs.get("customSuffix")
    return f"{name}_{suffix}" if suffix else name


def _linked_arn(call: Call) -> str:
    return f"arn:aws:iam::{call.account}:role/aws-service-role/{call.inputs['awsServiceName']}/{_linked_name(call)}"


def _linked_outputs(call: Call, arn: str) -> Mapping[str, Any]:
    return {
        "arn": arn,
        "createDate": call.since("createDate"),
        "name": _linked_name(call),
        "path": f"/aws-service-role/{call.inputs['awsServiceName']}/",
        "uniqueId": f"AROA{call.digits(17).upper()}",
    }


def _refuse_linked(call: Call) -> Sequence[Problem]:
    """One of a name is all that an account has, and few services let a program choose the end of it."""
    source, service, name = "IAM API, CreateServiceLinkedRole", call.inputs["awsServiceName"], _linked_name(call)
    listed = call.world.values("aws", "service_linked_roles").get(service)
    if call.inputs.get("customSuffix") and listed and not listed["suffix"]:
        return [Problem("customSuffix", f"InvalidInput: Custom suffix is not allowed for {service}", source)]
    if len(name) > 64:
        return [Problem("customSuffix", f"InvalidInput: {name} has {len(name)} characters, a role at most 64", source)]
    other = call.store.owner(f"iam-role/{call.account}", name.lower())
    if other is not None and other != call.existing:
        message = (
            f"InvalidInput: Service role name {name} has been taken in this account, please try a different suffix"
        )
        return [Problem("awsServiceName", message, source)]
    return ()


def _keep_linked(call: Call) -> Sequence[Problem]:
    """Whose service still uses it: what names it, or, without a suffix, each group that names none."""
    if call.existing is None:
        return ()
    users = [use.user for use in call.store.users(call.existing)]
    if call.inputs["awsServiceName"] == "autoscaling.amazonaws.com" and not call.inputs.get("customSuffix"):
        groups = call.store.all(GROUP_OF_HOSTS)
        users += [one for one in groups if one.account == call.account and not one.inputs.get("serviceLinkedRoleArn")]
    said = "the deletion task FAILED: the role is in use by"
    return [Problem("", f"{said} {user.id}", "IAM API, DeleteServiceLinkedRole") for user in users]


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    SERVICE_LINKED: Behaviour(
        id=_linked_arn,
        outputs=_linked_outputs,
        names=lambda call, _: [f"iam-role/{call.account}|{_linked_name(call).lower()}"],
        refuse=_refuse_linked,
        keep_from=_keep_linked,
    ),
}
