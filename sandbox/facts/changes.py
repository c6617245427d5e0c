"""What a change of inputs does: which properties differ, which replace the resource, which the cloud refuses to change.

A difference that the provider does not see is none (README.md names the ones computed here). Where the provider decides
by something these facts only have in words, a change counts as a replacement: better to be warned once too often.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.facts.model import Node, TypeFacts
from sandbox.facts.paths import below, look_through
from sandbox.facts.predicates import REPLACES
from sandbox.facts.same import SAME, Sides
from sandbox.values import UNKNOWN, Asset


@dataclass(frozen=True, slots=True)
class Change:
    """One property that differs.

    path: where, in Pulumi's spelling; replace: whether it replaces the resource; fact: the source of that.
    refused: why the cloud refuses the change after all, when it does (create-only properties of Azure), else None.
    """

    path: str
    replace: bool
    fact: str
    refused: str | None = None


def changed_paths(
    facts: TypeFacts,
    old_inputs: Mapping[str, object],
    new_inputs: Mapping[str, object],
    *,
    region: str | None = None,
) -> list[Change]:
    """Compare two sets of inputs of one resource.

    region: the region that the provider is configured for; with it, leaving `region` out and naming that
    one are the same.
    An unknown new value counts as a change. The result is in the order of the properties' names.
    """
    walk = _Walk(facts, Sides(old_inputs, new_inputs, region))
    return list(walk.members(facts.root, old_inputs, new_inputs, "", replace=None))


@dataclass(frozen=True, slots=True)
class _Walk:
    facts: TypeFacts
    sides: Sides

    def members(
        self, node: Node, old: Mapping[str, object], new: Mapping[str, object], path: str, replace: Node | None
    ) -> Iterator[Change]:
        """Compare two objects or maps, member by member. replace: the place above that replaces with all it holds."""
        for key in sorted({*old, *new}):
            child = node.fields.get(key) or node.values or _NOTHING
            yield from self.values(child, old.get(key), new.get(key), below(path, key), replace)

    def values(self, node: Node, old: object, new: object, path: str, replace: Node | None) -> Iterator[Change]:
        """Compare two values of one property."""
        old, new = look_through(old), look_through(new)
        if self._equal(node, old, new):
            return
        whole = replace or (node if node.fact.get("replace") else None)
        if "replaceIf" in node.fact:
            decides = REPLACES.get(node.fact.get("replaceBy", ""))
            whole = node if decides is None or decides(old, new, self.sides) else replace
        if isinstance(old, dict) and isinstance(new, dict):
            yield from self.members(node, old, new, path, whole)
        elif isinstance(old, list) and isinstance(new, list):
            yield from self._elements(node, old, new, path, whole)
        else:
            yield self._change(node, path, new, whole or _inner(node, new if old is None else old))

    def _elements(
        self, node: Node, old: list[Any], new: list[Any], path: str, replace: Node | None
    ) -> Iterator[Change]:
        items = node.items or _NOTHING
        if "order" in node.fact.get("same", ()):
            old, new = self._without_common(items, old, new)
        for index in range(max(len(old), len(new))):
            before = old[index] if index < len(old) else None
            after = new[index] if index < len(new) else None
            yield from self.values(items, before, after, f"{path}[{index}]", replace)

    def _without_common(self, items: Node, old: list[Any], new: list[Any]) -> tuple[list[Any], list[Any]]:
        """Take out what both lists hold, in any order."""
        rest = list(old)
        added: list[Any] = []
        for element in new:
            index = next((at for at, other in enumerate(rest) if self._same_element(items, other, element)), None)
            if index is None:
                added.append(element)
            else:
                del rest[index]
        return rest, added

    def _same_element(self, items: Node, old: object, new: object) -> bool:
        return not any(self.values(items, old, new, "", None))

    def _equal(self, node: Node, old: object, new: object) -> bool:
        if new is UNKNOWN or old is UNKNOWN:
            return False
        if old is new or (
            not isinstance(old, list | dict) and old == new and isinstance(old, bool) is isinstance(new, bool)
        ):
            return True
        if isinstance(old, Asset) or isinstance(new, Asset):
            return old == new
        fact = node.fact
        if new is None and (fact.get("computed") or _bare(old)):
            return True  # left out: the provider keeps what the cloud has
        if old is None and _bare(new):
            return True
        default = fact.get("default")
        if default is not None and ((old is None and new == default) or (new is None and old == default)):
            return True
        if fact.get("anyCase") in ("diff", "both") and SAME["case"](old, new, self.sides):
            return True
        return any(SAME[name](old, new, self.sides) for name in fact.get("same", ()))

    def _change(self, node: Node, path: str, new: object, replaces: Node | None) -> Change:
        source = self.facts.source(node.fact, "replace") if node.fact else "no fact: taken as changed in place"
        if node.fact.get("createOnly") and new is not None:
            return Change(
                path, replace=False, fact=source, refused=f"{path} can only be set when the resource is created"
            )
        if replaces is not None and replaces.fact:
            return Change(path, replace=True, fact=self.facts.source(replaces.fact, "replace"))
        return Change(path, replace=False, fact=source)


_NOTHING = Node()


def _bare(value: object) -> bool:
    return isinstance(value, list | dict) and not value


def _inner(node: Node, value: object) -> Node | None:
    """Find a property inside an added or removed value that replaces by being there."""
    value = look_through(value)
    below_it: Sequence[tuple[Node | None, object]] = ()
    if isinstance(value, dict):
        below_it = [(node.fields.get(key) or node.values, item) for key, item in value.items()]
    elif isinstance(value, list):
        below_it = [(node.items, item) for item in value]
    for child, item in below_it:
        if child is None or item is None:
            continue
        found = child if child.fact.get("replace") and child.fact.get("default") != item else _inner(child, item)
        if found is not None:
            return found
    return None
