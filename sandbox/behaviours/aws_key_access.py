"""What a key's policy lets a role do that no policy of IAM helps: AWS gives service-linked roles no rights on keys."""

from collections.abc import Mapping, Sequence
from typing import Final

from sandbox.judges.policy.grammar import DocumentError, Statement, parse, statements
from sandbox.judges.policy.wildcards import matcher

# What Auto Scaling's role needs to start an instance with volumes under a key (EC2 Auto Scaling user guide, "Required
# AWS KMS key policy for use with encrypted volumes").
NEEDED: Final = (
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)
# Of the conditions only this is judged: the grant is made for a volume.
_FOR_RESOURCE: Final = "kms:grantisforawsresource"


def lacking(policy: str, role_arn: str) -> list[str]:
    """Name the actions that a role needs on a key for volumes and that its policy does not allow, or denies."""
    try:
        held = list(statements(parse(policy)))
    except DocumentError:
        return list(NEEDED)
    about = [one for one in held if _is_for(one, role_arn) and _holds(one.condition)]
    return [action for action in NEEDED if not _may(about, action)]


def _may(about: Sequence[Statement], action: str) -> bool:
    fitting = [one for one in about if any(matcher(name.lower())(action.lower()) for name in one.actions)]
    return any(one.allows for one in fitting) and all(one.allows or one.condition for one in fitting)


def _is_for(statement: Statement, role_arn: str) -> bool:
    """Tell whether a statement names the role; the account's root stands for rights by IAM, which the role lacks."""
    if statement.not_principal or statement.not_action:
        return False
    principals: Mapping[str, Sequence[str]] = statement.principals or {}
    return "*" in principals or bool({"*", role_arn} & set(principals.get("AWS", ())))


def _holds(condition: Mapping[str, Mapping[str, Sequence[object]]]) -> bool:
    for keys in condition.values():
        for key, values in keys.items():
            if key.lower() == _FOR_RESOURCE and "true" not in [str(value).lower() for value in values]:
                return False
    return True
