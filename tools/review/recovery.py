"""What a change means for recovery: the facts of the stack before and after it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def effects(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A line for each store and mode whose promise changes, comes or goes; facts as the stack hands them out."""
    old = {(str(fact["store"]), str(fact["mode"])): fact for fact in before}
    new = {(str(fact["store"]), str(fact["mode"])): fact for fact in after}
    for key in sorted(old.keys() | new.keys()):
        store, mode = key
        if key not in new:
            yield f"- `{store}` is no longer promised in mode {mode}"
        elif key not in old:
            yield f"- `{store}` is new in mode {mode}: {_said(new[key])}"
        elif _said(old[key]) != _said(new[key]):
            yield f"- `{store}` in mode {mode}: {_said(old[key])} before, {_said(new[key])} now"


def _said(fact: Mapping[str, Any]) -> str:
    minutes = sum(int(step["minutes"]) for step in fact["steps"])
    return f"at most {fact['rpo_minutes']} min lost, {minutes} min to promote ({fact['mechanism']})"
