"""Drift: what somebody changed behind the program's back, and nothing else.

What the provider takes for the same (another order in a set, a number as text) is no drift. Of what did change only the
part that differs is taken over, in the form that the cloud gives it; the rest keeps the form of the program.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox import facts
from sandbox.facts import TypeFacts

ITEMS: Final = "[]"
MISSING: Final = None


class Drift:
    """Compares what the cloud held after the last write with what it holds now, by the facts of one type."""

    def __init__(self, token: str, region: str) -> None:
        self._facts = facts.load(token) or TypeFacts(token, {}, (), {})
        self._region = region

    def into(self, said: Any, written: Any, now: Any, place: tuple[str, ...]) -> Any:
        """Give what was said with what has changed since in its place.

        said, written: a property as the program has it, and as the cloud gave it back then. place: its path in steps.
        """
        if self._same(written, now, place):
            return said
        if isinstance(written, dict) and isinstance(now, dict):
            before: Mapping[str, Any] = said if isinstance(said, dict) else {}
            keys = dict.fromkeys([*before, *now])
            merged = {key: self.into(before.get(key), written.get(key), now.get(key), (*place, key)) for key in keys}
            return {key: value for key, value in merged.items() if value is not MISSING}
        if isinstance(written, list) and isinstance(now, list):
            return self._elements(said if isinstance(said, list) else [], written, now, (*place, ITEMS))
        return now

    def _elements(self, said: Sequence[Any], written: list[Any], now: list[Any], place: tuple[str, ...]) -> list[Any]:
        """Elements that are still there as the program has them, in a set also in its order; then what is new."""
        mine = list(said) if len(said) == len(written) else written
        if not self._same(["a", "b"], ["b", "a"], place[:-1]):  # no set: each element has its place
            both = zip(mine, written, now, strict=False)
            return [self.into(*elements, place) for elements in both] + now[len(written) :]
        rest = list(now)
        merged: list[Any] = []
        gone: list[int] = []
        for index, element in enumerate(written):
            at = next((at for at, other in enumerate(rest) if self._same(element, other, place)), None)
            if at is None:
                gone.append(index)
                merged.append(MISSING)
            else:
                merged.append(mine[index])
                del rest[at]
        for index in gone[: len(rest)]:
            merged[index] = self.into(mine[index], written[index], rest.pop(0), place)
        return [element for element in merged if element is not MISSING] + rest

    def _same(self, one: Any, other: Any, place: tuple[str, ...]) -> bool:
        """Tell whether the provider sees no difference, whichever of the two came first."""
        if one == other:
            return True
        first, second = self._inputs(one, place), self._inputs(other, place)
        return not (self._changes(first, second) or self._changes(second, first))

    def _changes(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
        return bool(facts.changed_paths(self._facts, old, new, region=self._region))

    @staticmethod
    def _inputs(value: Any, place: tuple[str, ...]) -> dict[str, Any]:
        """Inputs that hold nothing but this value at its place."""
        for step in reversed(place):
            value = [value] if step == ITEMS else {step: value}
        return value
