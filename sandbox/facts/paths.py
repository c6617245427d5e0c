"""Property paths as the facts write them: `a.b` in an object, `a[].b` in a list's elements, `a{}` a map's values."""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import Final

from sandbox.values import UNKNOWN, Secret

ITEMS: Final = "[]"
VALUES: Final = "{}"

_TOKEN: Final = re.compile(r"\[\]|\{\}|[^.\[\]{}]+")
_NAME: Final = re.compile(r"[A-Za-z_$][\w$-]*\Z")


class State(Enum):
    """Whether a property is there, as far as one can tell now."""

    ABSENT = "absent"
    PRESENT = "present"
    OPEN = "open"  # unknown, or an empty list or object: may turn out either way


@lru_cache(maxsize=8192)
def split(path: str) -> tuple[str, ...]:
    """Cut a facts path into names, `[]` and `{}`."""
    return tuple(_TOKEN.findall(path))


def join(segments: Sequence[str]) -> str:
    """Put a facts path together again."""
    text = ""
    for segment in segments:
        text += segment if segment in (ITEMS, VALUES) or not text else f".{segment}"
    return text


def below(path: str, key: str) -> str:
    """Name a member of the object or map at `path`, in Pulumi's own notation."""
    if not _NAME.match(key):
        return f'{path}["{key}"]'
    return f"{path}.{key}" if path else key


def common_parent(paths: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Give the deepest object that holds every one of the paths."""
    parents = [path[:-1] for path in paths]
    shared = parents[0]
    for parent in parents[1:]:
        length = 0
        for left, right in zip(shared, parent, strict=False):
            if left != right:
                break
            length += 1
        shared = shared[:length]
    return shared


def look_through(value: object) -> object:
    """Take the secret wrappers off a value, not those further inside."""
    while isinstance(value, Secret):
        value = value.value
    return value


def state(value: object, segments: Sequence[str]) -> State:
    """Tell whether the value at a relative path is there; with `[]` or `{}` on the way, whether any is."""
    for position, segment in enumerate(segments):
        value = look_through(value)
        if value is UNKNOWN:
            return State.OPEN
        if segment in (ITEMS, VALUES):
            return _any_state(value, segment, segments[position + 1 :])
        if not isinstance(value, dict):
            return State.ABSENT
        value = value.get(segment)
    value = look_through(value)
    if value is None:
        return State.ABSENT
    if value is UNKNOWN or (isinstance(value, list | dict) and not value):
        return State.OPEN
    return State.PRESENT


def _any_state(value: object, segment: str, rest: Sequence[str]) -> State:
    members: list[object] = []
    if segment == ITEMS and isinstance(value, list):
        members = value
    elif segment == VALUES and isinstance(value, dict):
        members = list(value.values())
    found = {state(member, rest) for member in members}
    if State.PRESENT in found:
        return State.PRESENT
    return State.OPEN if State.OPEN in found else State.ABSENT


def get(value: object, segments: Sequence[str]) -> object:
    """Read the value at a relative path of names only: None where it is absent, secrets looked through."""
    for segment in segments:
        value = look_through(value)
        if value is UNKNOWN:
            return UNKNOWN
        if not isinstance(value, dict):
            return None
        value = value.get(segment)
    return look_through(value)


def every(value: object, segments: Sequence[str], path: str = "") -> Iterator[tuple[str, object]]:
    """Give every value at a facts path, with its place in Pulumi's notation; None where it is absent."""
    value = look_through(value)
    if not segments:
        yield path, value
    elif segments[0] == ITEMS:
        for index, item in enumerate(value if isinstance(value, list) else ()):
            yield from every(item, segments[1:], f"{path}[{index}]")
    elif isinstance(value, Mapping):
        for key in list(value) if segments[0] == VALUES else [segments[0]]:
            yield from every(value.get(key), segments[1:], below(path, key))
