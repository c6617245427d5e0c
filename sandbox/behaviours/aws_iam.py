"""AWS IAM: roles and their inline policies."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem
from sandbox.references import typed_name

ROLE: Final = "aws:iam/role:Role"
ROLE_POLICY: Final = "aws:iam/rolePolicy:RolePolicy"


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
    policies = [use.user for use in call.store.users(call.existing) if use.user.token == ROLE_POLICY]
    return [
        Problem("", f"DeleteConflict: policy {policy.id} is still in the role", "IAM API, DeleteRole")
        for policy in policies
    ]


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    ROLE: Behaviour(
        id=lambda call: str(call.inputs["name"]),
        outputs=_outputs,
        # Role names are unique within the account, letter case aside (IAM API, CreateRole).
        names=lambda call, name: [f"iam-role/{call.account}|{name.lower()}"],
        identifiers=lambda call, name: [_arn(call, name), typed_name(ROLE, name)],
        keep_from=_keep_with_policies,
    ),
    ROLE_POLICY: Behaviour(
        id=lambda call: f"{call.inputs['role']}:{call.inputs['name']}",
        names=lambda call, policy_id: [f"iam-role-policy/{call.account}|{policy_id}"],
    ),
}
