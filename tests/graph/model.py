"""The composed stack as a graph, with the queries that tests need and messages that say what there is instead."""

import difflib
import fnmatch
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.graph.nodes import STACK_TYPE, Edge, GraphError, Node


@dataclass(frozen=True)
class Graph:
    """One stack, composed once under mocks.

    nodes: every resource, sorted by key. outputs: what the stack exports.
    preview: whether computed values were unknown. log: warnings and errors that the program sent to the engine.
    """

    stack: str
    preview: bool
    nodes: tuple[Node, ...]
    outputs: Mapping[str, Any]
    log: tuple[str, ...] = ()
    _by_key: dict[str, Node] = field(init=False, repr=False, default_factory=dict[str, Node])
    _children: dict[str, list[Node]] = field(
        init=False, repr=False, default_factory=lambda: defaultdict[str, list[Node]](list)
    )

    def __post_init__(self) -> None:
        for node in self.nodes:
            self._by_key[node.key] = node
            self._children[node.parent].append(node)

    # --- finding resources

    def all(self, type_: str, *, name: str = "*", under: str | Node = "") -> list[Node]:
        """Give the resources of a type token, sorted by name; may be empty.

        name: a shell pattern over logical names. under: a component, or its name, that they must descend from.
        """
        inside = {node.key for node in self.descendants(under)} if under else None
        found = [node for node in self.nodes if node.type == type_ and fnmatch.fnmatchcase(node.name, name)]
        return sorted((n for n in found if inside is None or n.key in inside), key=lambda node: node.name)

    def some(self, type_: str, *, name: str = "*", under: str | Node = "") -> list[Node]:
        """Give what `all` gives, and fail where that is nothing: a loop over nothing would pass without a check."""
        found = self.all(type_, name=name, under=under)
        if not found:
            raise GraphError(self._nothing(type_, name, under))
        return found

    def one(self, type_: str, name: str = "*", *, under: str | Node = "") -> Node:
        """Give the only resource of a type that fits the name (a shell pattern)."""
        found = self.some(type_, name=name, under=under)
        if len(found) > 1:
            raise GraphError(f"{len(found)} resources of {type_} fit {name!r}: {_names(found)}")
        return found[0]

    def node(self, key_or_name: str) -> Node:
        """Give a resource by key, or a component by its name."""
        if key_or_name in self._by_key:
            return self._by_key[key_or_name]
        found = [node for node in self.components if node.name == key_or_name]
        if len(found) != 1:
            raise GraphError(f"no component {key_or_name!r} in {self.stack}; there are {_names(self.components)}")
        return found[0]

    @property
    def components(self) -> list[Node]:
        return [node for node in self.nodes if node.is_component]

    @property
    def providers(self) -> list[Node]:
        return [node for node in self.nodes if node.is_provider]

    @property
    def resources(self) -> list[Node]:
        """What the clouds would hold: neither components nor providers."""
        return [node for node in self.nodes if node.custom and not node.is_provider]

    @property
    def types(self) -> set[str]:
        return {node.type for node in self.resources}

    # --- the tree

    def children(self, component: str | Node) -> list[Node]:
        """Give what has this component, or the component of this name, as its parent."""
        return list(self._children[self._node(component).key])

    def descendants(self, component: str | Node) -> list[Node]:
        """Give everything below a component, at any depth."""
        found: list[Node] = []
        waiting = self.children(component)
        while waiting:
            node = waiting.pop()
            found.append(node)
            waiting += self._children[node.key]
        return found

    def ancestors(self, node: Node) -> list[Node]:
        """Give the parents from the nearest up; the stack itself is left out."""
        found: list[Node] = []
        while (parent := self._by_key.get(node.parent)) is not None and parent.type != STACK_TYPE:
            found.append(parent)
            node = parent
        return found

    def component_of(self, node: Node) -> Node:
        """Give the nearest component above a resource."""
        for parent in self.ancestors(node):
            if parent.is_component:
                return parent
        raise GraphError(f"{node} has no component above it")

    # --- the wiring

    @property
    def edges(self) -> list[Edge]:
        return [edge for node in self.nodes for edge in self._edges_of(node)]

    def references(self, node: Node, property_: str) -> list[Node]:
        """Give the resources that the value of a property came from, sorted by name."""
        if property_ not in node.inputs:
            raise GraphError(f"{node} has no input {property_!r}; it has {', '.join(sorted(node.inputs))}")
        keys = node.options.properties.get(property_, frozenset())
        return sorted((self._by_key[key] for key in keys if key in self._by_key), key=lambda found: found.name)

    def reference(self, node: Node, property_: str) -> Node:
        """Give the one resource that the value of a property came from."""
        found = self.references(node, property_)
        if len(found) != 1:
            raise GraphError(f"{node}.{property_} comes from {len(found)} resources, not one: {_names(found)}")
        return found[0]

    def dependencies(self, node: Node) -> list[Node]:
        """Give what a resource waits for directly, by property or `depends_on`, sorted by name."""
        keys = node.options.dependencies
        return sorted((self._by_key[key] for key in keys if key in self._by_key), key=lambda found: found.name)

    def dependents(self, node: Node) -> list[Node]:
        """Give what waits for this resource directly."""
        return [other for other in self.nodes if node.key in other.options.dependencies]

    def waits_for(self, node: Node, other: Node) -> bool:
        """Tell whether a resource is made only after another one, over any number of steps."""
        seen: set[str] = set()
        waiting = [node]
        while waiting:
            current = waiting.pop()
            if other.key in current.options.dependencies:
                return True
            seen.add(current.key)
            waiting += [found for found in self.dependencies(current) if found.key not in seen]
        return False

    def provider_of(self, node: Node) -> Node:
        """Give the explicit provider that a resource is made with."""
        if node.options.provider not in self._by_key:
            raise GraphError(f"{node} has no explicit provider")
        return self._by_key[node.options.provider]

    def region_of(self, node: Node) -> str:
        """Give the AWS region that a resource is made in: its own `region`, or its provider's."""
        own = node.inputs.get("region")
        return str(own if own is not None else self.provider_of(node).value("region"))

    # --- other graphs

    def without(self, *types: str) -> "Graph":
        """Give the same graph with every resource of these types taken out."""
        return self.where(lambda node: node.type not in types)

    def where(self, keep: Callable[[Node], bool]) -> "Graph":
        """Give the same graph with only the resources that `keep` accepts."""
        return replace(self, nodes=tuple(node for node in self.nodes if keep(node)))

    # --- inside

    def _node(self, component: str | Node) -> Node:
        return component if isinstance(component, Node) else self.node(component)

    def _edges_of(self, node: Node) -> Iterator[Edge]:
        through: set[str] = set()
        for name, keys in sorted(node.options.properties.items()):
            for key in sorted(keys):
                through.add(key)
                yield Edge(node.key, key, name)
        for key in sorted(node.options.dependencies - through):
            yield Edge(node.key, key, "")

    def _nothing(self, type_: str, name: str, under: str | Node) -> str:
        where = f"{self.stack} (under {under})" if under else self.stack
        same = self.all(type_)
        if same:
            return f"no {type_} fits {name!r} in {where}; of that type there are {_names(same)}"
        near = difflib.get_close_matches(type_, self.types, n=3, cutoff=0.5)
        return f"no resource of type {type_} in {where}" + (f"; did you mean {' or '.join(near)}?" if near else "")


def _names(nodes: Iterable[Node]) -> str:
    return ", ".join(sorted(node.name for node in nodes)) or "none"
