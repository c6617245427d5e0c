"""AWS IAM: roles, their inline policies, managed policies and where those are attached or bound."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.aws_ecs_names import services_with
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem
from sandbox.references import typed_name

ROLE: Final = "aws:iam/role:Role"
ROLE_POLICY: Final = "aws:iam/rolePolicy:RolePolicy"
POLICY: Final = "aws:iam/policy:Policy"
PROFILE: Final = "aws:iam/instanceProfile:InstanceProfile"
ATTACHMENT: Final = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"


def _arn(call: Call, name: str) -> str:
    return f"arn:aws:iam::{call.account}:role{call.inputs.get('path') or '/'}{name}"


def _outputs(call: Call, name: str) -> Mapping[str, Any]:
    return {
        "arn": _arn(call, name),
        "createDate": call.since("createDate"),
        "inlinePolicies": call.inputs.get("inlinePolicies") or [],
        "managedPolicyArns": call.inputs.get("managedPolicyArns") or [],
        "name": name,
        "uniqueId": f"AROA{call.digits(17).upper()}",
    }


def _keep_with_policies(call: Call) -> Sequence[Problem]:
    """A role with policies stays, here also with forceDetachPolicies, which would only hide a wrong order."""
    if call.existing is None:
        return ()
    inside = (ROLE_POLICY, ATTACHMENT)
    policies = [use.user for use in call.store.users(call.existing) if use.user.token in inside]
    return [
        Problem("", f"DeleteConflict: policy {policy.id} is still in the role", "IAM API, DeleteRole")
        for policy in policies
    ]


def _policy_arn(call: Call, name: str) -> str:
    return f"arn:aws:iam::{call.account}:policy{call.inputs.get('path') or '/'}{name}"


def _policy_id(call: Call) -> str:
    return _policy_arn(call, str(call.inputs["name"]))


def _policy_outputs(call: Call, arn: str) -> Mapping[str, Any]:
    users = [] if call.existing is None else call.store.users(call.existing)
    return {
        "arn": arn,
        "attachmentCount": sum(1 for use in users if use.user.token == ATTACHMENT),
        "policyId": f"ANPA{call.digits(17).upper()}",
    }


def _keep_attached(call: Call) -> Sequence[Problem]:
    """A policy stays while it is attached to a role or bounds one (IAM API, DeletePolicy)."""
    if call.existing is None:
        return ()
    return [
        Problem(
            "",
            f"DeleteConflict: Cannot delete a policy attached to entities: {use.user.id} has it as {use.path}",
            "IAM API, DeletePolicy",
        )
        for use in call.store.users(call.existing)
    ]


def _keep_for_services(call: Call) -> Sequence[Problem]:
    """The last policy of a role stays as long as a service of ECS works with the role.

    IAM would let it go, and the service, deleted after it, would then drain for ever: ECS can no longer take its tasks
    out of the load balancer (aws_ecs_service in the provider's documentation, note on depends_on).
    """
    role = call.other(call.inputs.get("role"))
    if role is None or call.existing is None:
        return ()
    inside = (ROLE_POLICY, ATTACHMENT)
    left = [use for use in call.store.users(role) if use.user.token in inside and use.user.serial != call.serial]
    if left or role.inputs.get("managedPolicyArns") or role.inputs.get("inlinePolicies"):
        return ()
    return [
        Problem(
            "",
            f"{service.id} still works with {role.id} and would stay in DRAINING without this policy: delete the "
            "service before",
            "provider documentation of aws_ecs_service, note on depends_on",
        )
        for service in services_with(call, role)
    ]


def _profile_arn(call: Call, name: str) -> str:
    return f"arn:aws:iam::{call.account}:instance-profile{call.inputs.get('path') or '/'}{name}"


def _profile_outputs(call: Call, name: str) -> Mapping[str, Any]:
    return {
        "arn": _profile_arn(call, name),
        "createDate": call.since("createDate"),
        "name": name,
        "role": call.inputs.get("role") or "",
        "uniqueId": f"AIPA{call.digits(17).upper()}",
    }


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    ROLE: Behaviour(
        id=lambda call: str(call.inputs["name"]),
        outputs=_outputs,
        # Role names are unique within the account, letter case aside (IAM API, CreateRole).
        names=lambda call, name: [f"iam-role/{call.account}|{name.lower()}"],
        identifiers=lambda call, name: [_arn(call, name), typed_name(ROLE, name)],
        keep_from=_keep_with_policies,
    ),
    POLICY: Behaviour(
        id=_policy_id,
        outputs=_policy_outputs,
        # Names of policies are unique within the account, letter case and path aside (IAM API, CreatePolicy).
        names=lambda call, arn: [f"iam-policy/{call.account}|{arn.rpartition('/')[2].lower()}"],
        keep_from=_keep_attached,
    ),
    ATTACHMENT: Behaviour(
        # The provider's own, to tell two of one role apart: role, hyphen, the policy's ARN.
        id=lambda call: f"{call.inputs['role']}-{call.inputs['policyArn']}",
        names=lambda call, attachment: [f"iam-attachment/{call.account}|{attachment}"],
        keep_from=_keep_for_services,
    ),
    PROFILE: Behaviour(
        id=lambda call: str(call.inputs["name"]),
        outputs=_profile_outputs,
        names=lambda call, name: [f"iam-instance-profile/{call.account}|{name.lower()}"],
        identifiers=lambda call, name: [_profile_arn(call, name)],
    ),
    ROLE_POLICY: Behaviour(
        id=lambda call: f"{call.inputs['role']}:{call.inputs['name']}",
        names=lambda call, policy_id: [f"iam-role-policy/{call.account}|{policy_id}"],
        keep_from=_keep_for_services,
    ),
}
