"""Rules over several properties that are written as data in the facts (README.md tells the form).

A check holds within one object, has conditions under which it applies, and consequences. Unknown values satisfy
everything: a condition on one does not hold, and a consequence about one is not judged.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from itertools import combinations
from typing import Any, Final

from sandbox.facts.limits import number, shown
from sandbox.facts.paths import State, get, join, look_through, split, state
from sandbox.facts.patterns import compiled
from sandbox.facts.relations import Finding, Relation, Segments
from sandbox.values import UNKNOWN


def check_of(check: Mapping[str, Any], defaults: Mapping[str, Any]) -> tuple[Segments, Relation]:
    """Make the judge of one check, with its anchor.

    defaults: the values that properties have when left out, by full path; a condition counts them.
    """
    anchor = split(check.get("each", ""))
    prefix = join(anchor) + ("." if anchor else "")
    conditions = [(split(path), wanted, defaults.get(prefix + path)) for path, wanted in check.get("when", {}).items()]
    consequences = [(judge, check[name]) for name, judge in CONSEQUENCES.items() if name in check]
    says = check["says"]

    def judge(value: Any) -> Iterator[Finding]:
        if all(_holds(value, path, wanted, default) for path, wanted, default in conditions):
            for consequence, given in consequences:
                for path, what in consequence(value, given):
                    yield path, f"{says}: {what}"

    return anchor, judge


def _holds(value: object, path: Segments, wanted: Any, default: object) -> bool:
    """Tell whether a condition surely holds."""
    if wanted in ("set", "unset"):
        return state(value, path) is (State.PRESENT if wanted == "set" else State.ABSENT)
    given = get(value, path)
    if given is UNKNOWN:
        return False
    given = default if given is None else given
    if isinstance(wanted, dict):
        return given is not None and given not in wanted["not"]
    return given in wanted


def _need(value: object, paths: Sequence[str]) -> Iterator[Finding]:
    for path in paths:
        if state(value, split(path)) is State.ABSENT:
            yield path, "it must be set"


def _need_one(value: object, paths: Sequence[str]) -> Iterator[Finding]:
    if all(state(value, split(path)) is State.ABSENT for path in paths):
        yield "", f"one of {', '.join(paths)} must be set"


def _refuse(value: object, paths: Sequence[str]) -> Iterator[Finding]:
    for path in paths:
        if state(value, split(path)) is State.PRESENT:
            yield path, "it must be left out"


def _is(value: object, allowed: Mapping[str, Sequence[object]]) -> Iterator[Finding]:
    for path, values in allowed.items():
        given = get(value, split(path))
        if given is not None and given is not UNKNOWN and given not in values:
            yield path, f"it must be {' or '.join(map(_written, values))}, not {_safe(value, path)}"


def _not(value: object, refused: Mapping[str, Sequence[object]]) -> Iterator[Finding]:
    for path, values in refused.items():
        if get(value, split(path)) in values:
            yield path, f"it must not be {_safe(value, path)}"


def _match(value: object, patterns: Mapping[str, str]) -> Iterator[Finding]:
    for path, pattern in patterns.items():
        given = get(value, split(path))
        if isinstance(given, str) and not compiled(pattern).search(given):
            yield path, f"it must match {pattern}, not be {_safe(value, path)}"


def _range(value: object, ranges: Mapping[str, Sequence[float]]) -> Iterator[Finding]:
    for path, (least, most) in ranges.items():
        given = number(get(value, split(path)))
        if given is not None and not least <= given <= most:
            yield path, f"it must be {least} to {most}, not {_safe(value, path)}"


def _order(value: object, pair: Sequence[str]) -> Iterator[Finding]:
    low, high = pair
    first, second = number(get(value, split(low))), number(get(value, split(high)))
    if first is not None and second is not None and first > second:
        yield low, f"it must not be above {high}, which is {_safe(value, high)}"


def _unique(value: object, keys: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    """No two elements of a list may agree in all the fields named; an unknown among them judges nothing."""
    for path, fields in keys.items():
        elements = get(value, split(path))
        seen: dict[tuple[object, ...], int] = {}
        for index, element in enumerate(elements if isinstance(elements, list) else ()):
            found = tuple(_folded(get(element, split(field))) for field in fields)
            if UNKNOWN in found or None in found:
                continue
            if found in seen:
                yield f"{path}[{index}]", f"it has the same {' and '.join(fields)} as {path}[{seen[found]}]"
            seen.setdefault(found, index)


def _folded(value: object) -> object:
    """Give what a value is compared by: texts without case, what is neither text nor number not at all."""
    if isinstance(value, str):
        return value.casefold()
    return None if isinstance(value, list | dict) else value


def _disjoint(value: object, paths: Sequence[str]) -> Iterator[Finding]:
    for path in paths:
        blocks = get(value, split(path))
        networks = [_network(look_through(block)) for block in (blocks if isinstance(blocks, list) else ())]
        for (left, first), (right, second) in combinations(enumerate(networks), 2):
            if first is not None and second is not None and first.version == second.version and first.overlaps(second):
                yield f"{path}[{right}]", f"it overlaps {path}[{left}]"


def _network(block: object) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(block) if isinstance(block, str) else None
    except ValueError:
        return None  # the entry's own `cidr` refuses it


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _safe(value: object, path: str) -> str:
    """Write the value at a path for a message, unless it or an object above it is a secret."""
    for segment in split(path):
        if look_through(value) is not value:
            return shown(None, secret=True)
        value = value.get(segment) if isinstance(value, dict) else None
    return shown(look_through(value), secret=look_through(value) is not value)


CONSEQUENCES: Final[Mapping[str, Callable[[Any, Any], Iterator[Finding]]]] = {
    "need": _need,
    "needOne": _need_one,
    "refuse": _refuse,
    "is": _is,
    "not": _not,
    "match": _match,
    "range": _range,
    "order": _order,
    "unique": _unique,
    "disjoint": _disjoint,
}
