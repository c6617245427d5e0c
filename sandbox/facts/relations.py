"""What holds between properties: the four relations of the providers' schemas.

A relation is judged within one object (its anchor: the deepest one that holds every property named), so rules about
`routes[].cidrBlock` and `routes[].gatewayId` are about one route at a time. What is unknown may turn out to be there
or not: it satisfies what must be there and never clashes. An empty list or object is treated alike.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from sandbox.facts.paths import State, common_parent, join, split, state

Segments = tuple[str, ...]
Finding = tuple[str, str]
"""A path relative to the anchor, and what is wrong there."""

Relation = Callable[[Any], Iterator[Finding]]
"""Judges the value of its anchor, an object that is known."""

SET_FORMS: Final = ("exactlyOneOf", "atLeastOneOf")


def relations_of(path: str, fact: Mapping[str, Any]) -> Iterator[tuple[Segments, tuple[object, ...], Relation]]:
    """Make the relations that an entry names: anchor, identity (a set is named by each of its members), judge."""
    own = split(path)
    for form in SET_FORMS:
        if form in fact:
            members = sorted({*map(split, fact[form]), own})
            anchor = common_parent(members)
            inner = [member[len(anchor) :] for member in members]
            yield anchor, (form, *members), _set_form(form, inner)
    for form, make in (("conflictsWith", _conflicts), ("requiredWith", _required)):
        if form in fact:
            others = [split(other) for other in fact[form]]
            anchor = common_parent([own, *others])
            cut = len(anchor)
            yield anchor, (form, own), make(own[cut:], [other[cut:] for other in others])


def _set_form(form: str, members: Sequence[Segments]) -> Relation:
    names = ", ".join(map(join, members))

    def judge(value: Any) -> Iterator[Finding]:
        states = [state(value, member) for member in members]
        present = [join(member) for member, found in zip(members, states, strict=True) if found is State.PRESENT]
        if not present and State.OPEN not in states:
            yield "", f"{'exactly' if form == 'exactlyOneOf' else 'at least'} one of {names} must be set, and none is"
        if form == "exactlyOneOf" and len(present) > 1:
            yield present[1], f"only one of {names} may be set, and {', '.join(present)} are"

    return judge


def _conflicts(own: Segments, others: Sequence[Segments]) -> Relation:
    def judge(value: Any) -> Iterator[Finding]:
        if state(value, own) is State.PRESENT:
            clashing = [join(other) for other in others if state(value, other) is State.PRESENT]
            if clashing:
                yield join(own), f"can't be set together with {', '.join(clashing)}"

    return judge


def _required(own: Segments, others: Sequence[Segments]) -> Relation:
    def judge(value: Any) -> Iterator[Finding]:
        if state(value, own) is State.PRESENT:
            missing = [join(other) for other in others if state(value, other) is State.ABSENT]
            if missing:
                yield join(own), f"needs {', '.join(missing)} to be set as well"

    return judge
