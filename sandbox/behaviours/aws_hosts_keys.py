"""Whether Auto Scaling can start the instances of a group: the keys of their volumes have to let its role in."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.behaviours.aws_key_access import lacking
from sandbox.behaviours.behaviour import Call
from sandbox.problems import Problem
from sandbox.store import Resource

TEMPLATE: Final = "aws:ec2/launchTemplate:LaunchTemplate"
SERVICE: Final = "autoscaling.amazonaws.com"
_SOURCE: Final = 'EC2 Auto Scaling user guide, "Required AWS KMS key policy for use with encrypted volumes"'
_DEFAULT: Final = "arn:aws:iam::{account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"


def unusable_keys(call: Call) -> list[Problem]:
    """What stops the instances of an Auto Scaling group from starting: a key that its role may not use.

    A group that names no role works by the account's own, which Auto Scaling makes when it first needs it.
    """
    role = str(call.inputs.get("serviceLinkedRoleArn") or _DEFAULT.format(account=call.account))
    found: list[Problem] = []
    for path, template in _templates(call):
        for key in _keys(call, template):
            lacks = lacking(str(key.properties.get("policy") or ""), role)
            if lacks:
                message = (
                    "Client.InvalidKMSKey.InvalidState: instances would end as soon as they launch, and the group "
                    f"would wait in vain: the policy of {key.id} does not let {role} call {', '.join(lacks)}"
                )
                found.append(Problem(path, message, _SOURCE))
    return found


def _templates(call: Call) -> Iterator[tuple[str, Resource]]:
    """Every launch template that a group names, by id or by name."""
    plain = call.inputs.get("launchTemplate") or {}
    places = [("launchTemplate", plain.get("id"), plain.get("name"))]
    mixed = (call.inputs.get("mixedInstancesPolicy") or {}).get("launchTemplate") or {}
    for index, one in enumerate([mixed, *mixed.get("overrides", ())]):
        named = one.get("launchTemplateSpecification") or {}
        where = "mixedInstancesPolicy.launchTemplate" + (f".overrides[{index - 1}]" if index else "")
        places.append((where, named.get("launchTemplateId"), named.get("launchTemplateName")))
    for path, by_id, name in places:
        template = call.other(by_id) or _by_name(call, name)
        if template is not None and template.token == TEMPLATE:
            yield path, template


def _by_name(call: Call, name: object) -> Resource | None:
    here = [one for one in call.store.all(TEMPLATE) if (one.account, one.region) == (call.account, call.region)]
    return next((one for one in here if one.inputs.get("name") == name), None)


def _keys(call: Call, template: Resource) -> Iterator[Resource]:
    """The customer keys of a template's volumes; AWS's own key lets everybody in the account use it through EC2."""
    mappings: list[Mapping[str, Any]] = template.inputs.get("blockDeviceMappings") or []
    for mapping in mappings:
        key = call.other((mapping.get("ebs") or {}).get("kmsKeyId"))
        if key is not None:
            yield key
