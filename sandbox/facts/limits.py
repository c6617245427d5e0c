"""What one value has to be: enumeration, pattern, lengths, range, number of items, JSON, CIDR block, ARN."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from sandbox.facts.addresses import (
    is_address_or_network,
    is_network,
    is_network_or_name,
    is_port_range,
    outside,
    sizes,
)
from sandbox.facts.patterns import compiled
from sandbox.world import world

# terraform-provider-aws internal/verify/validate.go: the parts of an ARN that the provider looks at.
_PARTITION: Final = re.compile(r"aws(-[a-z]+)*\Z")
_REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-\d{1,2}\Z")
_ACCOUNT: Final = re.compile(r"(aws|aws-managed|third-party|aws-marketplace|\d{12}|cw.{10})\Z")

_LONGEST_SHOWN: Final = 120

Limit = Callable[[Any], str | None]
"""Takes a known value without its secret wrapper; gives what was expected ("one of a, b") when it is not that."""


def shown(value: object, *, secret: bool) -> str:
    """Write a value for a message: shortened, and never a secret's."""
    if secret:
        return "the secret value given"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}… ({len(text)} characters)"


def limits_of(fact: Mapping[str, Any]) -> list[tuple[str, Limit]]:
    """Make the checks that a property's entry in the facts asks for, each with the key that asks."""
    made: list[tuple[str, Limit]] = []
    if "enum" in fact and not fact.get("enumOpen"):
        made.append(("enum", _enum(fact["enum"], any_case=fact.get("anyCase") in ("check", "both"))))
    if "pattern" in fact:
        made.append(("pattern", _pattern(fact["pattern"], fact.get("patternSays"))))
    if "minLength" in fact or "maxLength" in fact:
        made.append(("maxLength", _length(fact.get("minLength", 0), fact.get("maxLength"))))
    if "range" in fact:
        made.append(("range", _range(*fact["range"])))
    if "minItems" in fact or "maxItems" in fact:
        made.append(("maxItems", _items(fact.get("minItems", 0), fact.get("maxItems"))))
    if "keys" in fact or "maxKeys" in fact:
        made.append(
            ("keys", _keys(fact.get("keys", ""), fact.get("keysSay", "keys of another form"), fact.get("maxKeys")))
        )
    made.extend((name, make(fact[name])) for name, make in _MADE if name in fact)
    made.extend((name, limit) for name, limit in _FORMS if fact.get(name))
    return made


def number(value: object) -> float | None:
    """Read a number, also one written as a string (some properties are); None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return None


def is_json(value: object) -> str | None:
    """A JSON document, when the property is a string at all."""
    if isinstance(value, str):
        try:
            json.loads(value)
        except ValueError as error:
            return f"a JSON document ({error})"
    return None


def is_arn(value: object) -> str | None:
    """An ARN by its six parts; an empty string passes, as it does in the provider."""
    if not isinstance(value, str) or not value:
        return None
    parts = value.split(":", 5)
    form = "an ARN (arn:partition:service:region:account:resource)"
    if len(parts) < 6 or parts[0] != "arn" or not parts[2] or not parts[5] or not _PARTITION.match(parts[1]):
        return form
    if (parts[3] and not _REGION.match(parts[3])) or (parts[4] and not _ACCOUNT.match(parts[4])):
        return form
    return None


def _enum(values: list[Any], *, any_case: bool) -> Limit:
    expected = "one of " + ", ".join(str(value) for value in values)
    allowed = {_folded(value) if any_case else value for value in values}
    # A property that is a number in one place and a string in another ("443", 443) has the same values.
    written = {str(value) for value in allowed if not isinstance(value, bool)}
    truths = {value for value in values if isinstance(value, bool)}

    def check(value: Any) -> str | None:
        if isinstance(value, list | dict):
            return None
        if isinstance(value, bool):
            return None if value in truths else expected
        seen = _folded(value) if any_case else value
        return None if seen in allowed or str(seen) in written else expected

    return check


def _folded(value: object) -> object:
    return value.casefold() if isinstance(value, str) else value


def _pattern(pattern: str, says: str | None) -> Limit:
    expected = says or f"something that matches {pattern}"

    def check(value: Any) -> str | None:
        return expected if isinstance(value, str) and not compiled(pattern).search(value) else None

    return check


def _length(least: int, most: int | None) -> Limit:
    expected = f"{_span(least, most)} characters"

    def check(value: Any) -> str | None:
        if not isinstance(value, str) or (least <= len(value) and (most is None or len(value) <= most)):
            return None
        return f"{expected} and not {len(value)}"

    return check


def _range(least: float | None, most: float | None) -> Limit:
    expected = f"a number {_between(least, most)}"

    def check(value: Any) -> str | None:
        given = number(value)
        if given is None or ((least is None or least <= given) and (most is None or given <= most)):
            return None
        return expected

    return check


def _items(least: int, most: int | None) -> Limit:
    expected = f"{_span(least, most)} elements"

    def check(value: Any) -> str | None:
        # A block that Pulumi makes an object is one element whatever its keys.
        if not isinstance(value, list) or (least <= len(value) and (most is None or len(value) <= most)):
            return None
        return f"{expected} and not {len(value)}"

    return check


def _span(least: int, most: int | None) -> str:
    if most is None:
        return f"at least {least}"
    if not least:
        return f"at most {most}"
    return f"exactly {least}" if least == most else f"{least} to {most}"


def _between(least: float | None, most: float | None) -> str:
    if least is None:
        return f"up to {most}"
    return f"from {least} up" if most is None else f"from {least} to {most}"


def _keys(pattern: str, says: str, most: int | None) -> Limit:
    def check(value: Any) -> str | None:
        if not isinstance(value, dict):
            return None
        if most is not None and len(value) > most:
            return f"a map of at most {most} keys and not {len(value)}"
        wrong = sorted(key for key in value if not compiled(pattern).search(key))
        return f"a map with {says} ({', '.join(wrong)} is none)" if wrong else None

    return check


def _of_the_world(name: str) -> Limit:
    """A name that one of the world's lists holds ("aws/regions"); Azure's in any letter case."""
    package, _, key = name.partition("/")

    def check(value: Any) -> str | None:
        if not isinstance(value, str):
            return None
        known = world().values(package, key)
        fold = str.casefold if package == "azure-native" else str
        if fold(value) in {fold(one) for one in known}:
            return None
        return f"one of the {key.replace('_', ' ')} in sandbox/world/{package}.json"

    return check


def _apart(how: str) -> Limit:
    """Keys that differ in more than letter case."""

    def check(value: Any) -> str | None:
        if not isinstance(value, dict):
            return None
        seen: dict[str, str] = {}
        for key in value:
            other = seen.setdefault(key.casefold(), key)
            if other != key:
                return f"a map whose keys differ in more than {how} ({other} and {key} do not)"
        return None

    return check


_FORMS: Final = (
    ("json", is_json),
    ("cidr", is_network),
    ("network", is_network_or_name),
    ("networks", is_address_or_network),
    ("ports", is_port_range),
    ("arn", is_arn),
)
_MADE: Final[tuple[tuple[str, Callable[[Any], Limit]], ...]] = (
    ("prefixLengths", sizes),
    ("outside", outside),
    ("world", _of_the_world),
    ("keysApart", _apart),
)
