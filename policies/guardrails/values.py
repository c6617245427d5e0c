"""Three-valued reads of resource properties: known, absent or unknown.

In a preview a property may be unknown because it depends on something that does not exist yet. The SDK's own way is to
raise on such a read, which ends the policy for that resource. Here an unknown is a value like any other: a rule asks
for a flag, text or number and gets None when there is nothing to judge, so one unknown hides neither the rule's other
reads nor any other rule.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, cast


class Missing(Enum):
    """Why a property has no value."""

    ABSENT = "absent"
    UNKNOWN = "unknown"


ABSENT: Final = Missing.ABSENT
UNKNOWN: Final = Missing.UNKNOWN


class IllTypedError(Exception):
    """A known value is not of the kind that the rule reads, so the rule can't be judged."""

    def __init__(self, path: str, expected: str) -> None:
        super().__init__(f"{path}: expected {expected}")


@dataclass(slots=True)
class Watch:
    """Records which unknowns a rule met, so that "no finding" and "could not judge" can be told apart."""

    unknowns: set[str] = field(default_factory=set[str])


@dataclass(frozen=True, slots=True)
class Node:
    """A place inside a resource's properties.

    path: property path in Pulumi's spelling, for instance `ingress[0].fromPort`.
    raw: plain data (dict, list, str, int, float, bool), ABSENT or UNKNOWN.
    watch: records the unknowns that were met.
    """

    path: str
    raw: object
    watch: Watch

    @property
    def is_absent(self) -> bool:
        """Whether nothing was given here."""
        return self.raw is ABSENT

    @property
    def is_empty(self) -> bool:
        """Whether it lists nothing: nothing was given here, or a list that is known to have no element."""
        return self.is_absent or (self.is_known and not any(True for _ in self.items()))

    @property
    def is_unknown(self) -> bool:
        """Whether the value is known only after the update."""
        return self.raw is UNKNOWN

    @property
    def is_known(self) -> bool:
        """Whether there is a value to read."""
        return not isinstance(self.raw, Missing)

    def at(self, *keys: str) -> Node:
        """The place below this one; below an unknown everything is unknown, below nothing there is nothing."""
        node = self
        for key in keys:
            node = node._child(key)
        return node

    def items(self) -> Iterator[Node]:
        """The elements of a list, one unknown element when the list is unknown, none when it is absent."""
        match self.raw:
            case Missing.ABSENT:
                return
            case Missing.UNKNOWN:
                yield self
            case list():
                for index, value in enumerate(cast("list[object]", self.raw)):
                    yield self._node(f"{self.path}[{index}]", value)
            case _:
                raise IllTypedError(self.path, "a list")

    def entries(self) -> Iterator[tuple[str, Node]]:
        """Keys and places of a mapping; none when it is absent or unknown."""
        match self.raw:
            case Missing():
                return
            case dict():
                for key in cast("dict[str, object]", self.raw):
                    yield key, self._child(key)
            case _:
                raise IllTypedError(self.path, "an object")

    def one_or_many(self) -> Iterator[Node]:
        """The elements of a list, or the single value itself: the form that IAM documents use."""
        if isinstance(self.raw, list):
            yield from self.items()
        elif not self.is_absent:
            yield self

    def flag(self, *, default: bool | None = None) -> bool | None:
        """The boolean here, `default` where it is absent, None where it is unknown."""
        match self.raw:
            case Missing.ABSENT:
                return default
            case Missing.UNKNOWN:
                return None
            case bool():
                return self.raw
            case "true" | "false":
                return self.raw == "true"
            case _:
                raise IllTypedError(self.path, "a boolean")

    def text(self, default: str | None = None) -> str | None:
        """The string here, `default` where it is absent, None where it is unknown."""
        match self.raw:
            case Missing.ABSENT:
                return default
            case Missing.UNKNOWN:
                return None
            case str():
                return self.raw
            case _:
                raise IllTypedError(self.path, "a string")

    def number(self, default: float | None = None) -> float | None:
        """The number here, `default` where it is absent, None where it is unknown."""
        match self.raw:
            case Missing.ABSENT:
                return default
            case Missing.UNKNOWN:
                return None
            case int() | float() if not isinstance(self.raw, bool):
                return self.raw
            case _:
                raise IllTypedError(self.path, "a number")

    def parsed(self) -> Node:
        """The same place with its JSON text decoded; an object is taken as it is."""
        if not isinstance(self.raw, str):
            return self
        try:
            return Node(self.path, plain(json.loads(self.raw)), self.watch)
        except json.JSONDecodeError as error:
            raise IllTypedError(self.path, "a JSON document") from error

    def shown(self) -> str:
        """The value as a message shows it; never used for secrets."""
        match self.raw:
            case Missing.ABSENT:
                return "not set"
            case Missing.UNKNOWN:
                return "not known yet"
            case _:
                return json.dumps(self.raw)

    def _child(self, key: str) -> Node:
        path = f"{self.path}.{key}" if self.path else key
        match self.raw:
            case Missing():
                return self._node(path, self.raw)
            case dict():
                return self._node(path, cast("dict[str, object]", self.raw).get(key, ABSENT))
            case _:
                raise IllTypedError(self.path, "an object")

    def _node(self, path: str, value: object) -> Node:
        if value is UNKNOWN:
            self.watch.unknowns.add(path)
        return Node(path, value, self.watch)


def plain(value: object, read: Callable[[Any, Any], object] = operator.getitem) -> object:
    """Plain data of any nested mappings and sequences: nulls as ABSENT, whole floats as integers.

    An integer arrives as a float because the wire format (a protobuf Struct) has no other number. `read` gives the
    value of a mapping's key or at a sequence's index, and may answer UNKNOWN.
    """
    match value:
        case float() if value.is_integer():
            return int(value)
        case str():
            return value
        case Mapping():
            entries = ((key, plain(read(value, key), read)) for key in cast("Mapping[str, object]", value))
            return {key: item for key, item in entries if item is not ABSENT}
        case Sequence():
            return [plain(read(value, index), read) for index in range(len(cast("Sequence[object]", value)))]
        case None:
            return ABSENT
        case _:
            return value


def any_of(answers: Iterable[bool | None]) -> bool | None:
    """Whether any answer is yes; None when none surely is and one may be."""
    unsure = False
    for answer in answers:
        if answer:
            return True
        unsure = unsure or answer is None
    return None if unsure else False


def all_of(answers: Iterable[bool | None]) -> bool | None:
    """Whether each answer is yes; None when none is surely no and one may be."""
    return negated(any_of(map(negated, answers)))


def negated(answer: bool | None) -> bool | None:  # noqa: FBT001  it is the one thing that the function is about
    """The opposite; what is not known stays so."""
    return None if answer is None else not answer
