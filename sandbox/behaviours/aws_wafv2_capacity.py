"""What rules of AWS WAF cost in capacity units (AWS WAF developer guide: each statement's page, "WCUs").

Each text transformation costs ten at every use; AWS counts the same one on the same part of the request once, so the
sum here may lie above its own.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

BASE: Final[Mapping[str, int]] = {
    "asnMatchStatement": 1,
    "geoMatchStatement": 1,
    "ipSetReferenceStatement": 1,
    "labelMatchStatement": 1,
    "rateBasedStatement": 2,
    "regexMatchStatement": 3,
    "regexPatternSetReferenceStatement": 25,
    "sizeConstraintStatement": 1,
    "sqliMatchStatement": 20,
    "xssMatchStatement": 40,
}
BYTE_MATCH: Final[Mapping[str, int]] = {"CONTAINS": 10, "CONTAINS_WORD": 10}
BYTE_MATCH_OTHERWISE: Final = 2
SENSITIVE_SQLI: Final = 30
CUSTOM_KEY: Final = 30
TRANSFORMATION: Final = 10


def capacity(rules: Iterable[Mapping[str, Any]], groups: Mapping[str, int]) -> int:
    """The units of rules together. groups: those of managed rule groups, by name; one that is not there costs none."""
    return sum(_statement(rule.get("statement") or {}, groups) for rule in rules)


def _statement(statement: Mapping[str, Any], groups: Mapping[str, int]) -> int:
    return sum(_one(kind, body or {}, groups) for kind, body in statement.items() if body is not None)


def _one(kind: str, body: Mapping[str, Any], groups: Mapping[str, int]) -> int:
    if kind == "managedRuleGroupStatement":
        return groups.get(str(body.get("name")), 0) + _statement(body.get("scopeDownStatement") or {}, groups)
    inner = [*(body.get("statements") or []), body.get("statement") or {}, body.get("scopeDownStatement") or {}]
    nested = sum(_statement(one, groups) for one in inner)
    keys = CUSTOM_KEY * len(body.get("customKeys") or [])
    return _base(kind, body) + keys + nested + TRANSFORMATION * _transformations(body)


def _base(kind: str, body: Mapping[str, Any]) -> int:
    if kind == "byteMatchStatement":
        return BYTE_MATCH.get(str(body.get("positionalConstraint")), BYTE_MATCH_OTHERWISE)
    if kind == "sqliMatchStatement" and body.get("sensitivityLevel") == "HIGH":
        return SENSITIVE_SQLI
    return BASE.get(kind, 0)


def _transformations(body: Mapping[str, Any]) -> int:
    return sum(one.get("type") != "NONE" for one in body.get("textTransformations") or [])
