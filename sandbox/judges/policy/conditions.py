"""Judges the conditions of a statement: operators, the form of values, and whether an action named knows the key."""

import datetime
import ipaddress
import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from sandbox.judges.policy.catalog import global_keys, key_matches, service
from sandbox.judges.policy.grammar import Finding, Statement

_OPERATOR: Final = re.compile(r"(?:(ForAnyValue|ForAllValues):)?([A-Za-z]+?)(IfExists)?\Z")
_TEXT: Final = (
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
)
_NUMBER: Final = (
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
)
_DATE: Final = (
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
)
_ARN: Final = ("ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike")
_ADDRESS: Final = ("IpAddress", "NotIpAddress")
_OTHER: Final = ("Bool", "BinaryEquals", "Null")
OPERATORS: Final = frozenset((*_TEXT, *_NUMBER, *_DATE, *_ARN, *_ADDRESS, *_OTHER))

# Keys of identity providers and of sessions, which no service's list holds: they have the provider's name in front.
_PROVIDER_KEY: Final = re.compile(r"([a-z0-9-]+\.)+[a-z]{2,}(/[\w./-]*)?:[\w-]+\Z", re.IGNORECASE)


def judge(statement: Statement, actions: Sequence[tuple[str, str]], *, complete: bool) -> Iterator[Finding]:
    """Say what a statement's conditions get wrong.

    actions: (service prefix, action) pairs that the statement names.
    complete: whether those are all of it (no NotAction, no `*`, no service that is not held), else which keys apply
    can't be told.
    """
    for operator, keys in statement.condition.items():
        place = f"{statement.place}.Condition.{operator}"
        base = _base(operator)
        if base is None:
            yield place, f"is no condition operator; expected one of {', '.join(sorted(OPERATORS))}"
            continue
        for key, values in keys.items():
            wrong = _key(key, actions, complete=complete)
            if wrong is not None:
                yield f"{place}.{key}", wrong
            expected = _form(base)
            for value in values:
                if expected is not None and not _variable(value) and not expected[0](value):
                    yield f"{place}.{key}", f"must be {expected[1]}, not {json.dumps(value)}"


def _base(operator: str) -> str | None:
    """Take the set qualifier and IfExists off an operator; None when what remains is none."""
    match = _OPERATOR.match(operator)
    if match is None or match[2] not in OPERATORS or (match[2] == "Null" and match[3]):
        return None
    return match[2]


def _variable(value: object) -> bool:
    return isinstance(value, str) and "${" in value


def _key(key: str, actions: Sequence[tuple[str, str]], *, complete: bool) -> str | None:
    """Say what is wrong with a condition key."""
    prefix, colon, _ = key.partition(":")
    prefix = prefix.lower()
    if not colon:
        return "must have its service in front, as in aws:SourceArn"
    if any(key_matches(name, key) for name in global_keys()):
        return None
    if prefix == "aws":
        return "is no global condition key"
    # An identity provider's own keys; and a service that nobody knows is said to be unjudged with its actions.
    foreign = _PROVIDER_KEY.match(key) or prefix in ("saml", "identitystore")
    held = None if foreign else service(prefix)
    if held is None:
        return None
    if not held.knows(key):
        return f"is no condition key of {prefix}"
    if complete and not any(_takes(owner, action, key) for owner, action in actions):
        return "is a key that no action of the statement knows, so the condition never holds"
    return None


def _takes(owner: str, action: str, key: str) -> bool:
    held = service(owner)
    return held is not None and any(key_matches(name, key) for name in held.keys_of(action))


def _form(base: str) -> tuple[Callable[[Any], bool], str] | None:
    """Give the check of an operator's values and what they must be."""
    if base in _NUMBER:
        return _is_number, "a number"
    if base in _DATE:
        return _is_date, "a date in ISO 8601 form or seconds since 1970"
    if base in _ADDRESS:
        return _is_address, "an address or CIDR block"
    if base in _ARN:
        return _is_arn, "an ARN, wildcards allowed"
    if base in ("Bool", "Null"):
        return _is_truth, "true or false"
    return None


def _is_number(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return not isinstance(value, bool)


def _is_date(value: object) -> bool:
    if _is_number(value):
        return True
    try:
        datetime.datetime.fromisoformat(str(value))
    except ValueError:
        return False
    return True


def _is_address(value: object) -> bool:
    try:
        ipaddress.ip_network(str(value), strict=False)
    except ValueError:
        return False
    return True


def _is_arn(value: object) -> bool:
    text = str(value)
    return text.startswith("*") or (text.startswith("arn:") and (text.count(":") >= 5 or text.endswith("*")))


def _is_truth(value: object) -> bool:
    return str(value).lower() in ("true", "false")
