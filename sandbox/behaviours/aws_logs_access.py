"""What a key policy lets CloudWatch Logs do for one log group (ENCRYPTION_GUIDE of aws_logs tells what it needs)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.judges.policy.grammar import DocumentError, Statement, parse, statements
from sandbox.judges.policy.wildcards import matcher

NEEDED: Final = ("kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey")
# Conditions on the log group that the service names when it calls; others are not judged here.
_GROUP: Final = "kms:encryptioncontext:aws:logs:arn"
_OPERATORS: Final = ("arnlike", "arnequals", "stringlike", "stringequals")


def lacking(policy: str, region: str, group_arn: str) -> list[str]:
    """Name the actions that the logs service of a region needs for a log group and no statement allows."""
    try:
        held = list(statements(parse(policy)))
    except DocumentError:
        return list(NEEDED)
    fitting = [statement for statement in held if _is_for_logs(statement, region) and _covers(statement, group_arn)]
    return [action for action in NEEDED if not any(_allows(statement, action) for statement in fitting)]


def _is_for_logs(statement: Statement, region: str) -> bool:
    if not statement.allows or statement.not_principal:
        return False
    principals: Mapping[str, Sequence[str]] = statement.principals or {}
    return (
        "*" in principals
        or "*" in principals.get("AWS", ())
        or f"logs.{region}.amazonaws.com" in principals.get("Service", ())
    )


def _allows(statement: Statement, action: str) -> bool:
    named = any(matcher(pattern.lower())(action.lower()) for pattern in statement.actions)
    return named is not statement.not_action


def _covers(statement: Statement, group_arn: str) -> bool:
    """Tell whether every condition on the encryption context holds for the log group."""
    for operator, keys in statement.condition.items():
        form = operator.rpartition(":")[2].lower().removesuffix("ifexists")
        for key, values in keys.items():
            if key.lower() == _GROUP and form in _OPERATORS and not any(_fits(form, one, group_arn) for one in values):
                return False
    return True


def _fits(form: str, pattern: Any, arn: str) -> bool:
    """Compare as the operator does: ARNs part by part (both operators take wildcards), texts as a whole."""
    if form.startswith("arn"):
        wanted, given = str(pattern).split(":", 5), arn.split(":", 5)
        return len(wanted) == len(given) and all(matcher(one)(other) for one, other in zip(wanted, given, strict=True))
    return bool(matcher(str(pattern))(arn)) if form == "stringlike" else pattern == arn
