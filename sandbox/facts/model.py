"""The facts of one resource type, loaded from the package's file and made ready for judging on first use."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from sandbox.facts.checks import check_of
from sandbox.facts.limits import Limit, limits_of
from sandbox.facts.paths import ITEMS, VALUES, split
from sandbox.facts.relations import Relation, relations_of

FOLDER = Path(__file__).parent


@dataclass(slots=True)
class Node:
    """What is known about one place in a resource's inputs, and about the places below it."""

    path: str = ""
    fact: Mapping[str, Any] = field(default_factory=dict[str, Any])
    limits: list[tuple[Limit, str]] = field(default_factory=list[tuple[Limit, str]])
    relations: list[tuple[Relation, str]] = field(default_factory=list[tuple[Relation, str]])
    fields: dict[str, "Node"] = field(default_factory=dict[str, "Node"])
    items: "Node | None" = None
    values: "Node | None" = None

    def child(self, segment: str) -> "Node":
        """Give the place that a path segment leads to, made when it is new."""
        if segment == ITEMS:
            self.items = self.items or Node(self.path + ITEMS)
            return self.items
        if segment == VALUES:
            self.values = self.values or Node(self.path + VALUES)
            return self.values
        if segment not in self.fields:
            self.fields[segment] = Node(f"{self.path}.{segment}" if self.path else segment)
        return self.fields[segment]

    def below(self, segments: tuple[str, ...]) -> "Node":
        """Give the place at the end of a path."""
        node = self
        for segment in segments:
            node = node.child(segment)
        return node


@dataclass(frozen=True)
class TypeFacts:
    """What the vendors say about one resource type.

    properties: entry by facts path; checks: rules over several properties; sources: full text by the short name that
    the entries use. The form is that of the file, told in README.md.
    """

    token: str
    properties: Mapping[str, Mapping[str, Any]]
    checks: tuple[Mapping[str, Any], ...]
    sources: Mapping[str, str]

    def source(self, entry: Mapping[str, Any], key: str = "") -> str:
        """Name where a fact of an entry comes from."""
        named = entry["source"]
        short = named if isinstance(named, str) else named.get(key, named["*"])
        return self.sources.get(short, short)

    @cached_property
    def root(self) -> Node:
        """The same facts as a tree along the inputs."""
        root = Node()
        seen: set[tuple[object, ...]] = set()
        for path, entry in self.properties.items():
            node = root.below(split(path))
            node.fact = entry
            node.limits = [(limit, self.source(entry, key)) for key, limit in limits_of(entry)]
            for anchor, identity, relation in relations_of(path, entry):
                if identity not in seen:
                    seen.add(identity)
                    root.below(anchor).relations.append((relation, self.source(entry, str(identity[0]))))
        defaults = {path: entry["default"] for path, entry in self.properties.items() if "default" in entry}
        for check in self.checks:
            anchor, relation = check_of(check, defaults)
            root.below(anchor).relations.append((relation, self.source(check)))
        return root


@lru_cache
def _package(name: str) -> Mapping[str, Any]:
    path = FOLDER / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {"shared": {}, "types": {}}


@lru_cache(maxsize=4096)
def load(token: str) -> TypeFacts | None:
    """Give the facts of a resource type; None when there are none (the SDK's schema alone then judges the type)."""
    package = _package(token.partition(":")[0])
    entry = package["types"].get(token)
    if entry is None:
        return None
    shared = package["shared"]
    properties = {path: shared[fact] if isinstance(fact, str) else fact for path, fact in entry["properties"].items()}
    return TypeFacts(token, properties, tuple(entry.get("checks", ())), entry["source"])


def tokens(package: str) -> list[str]:
    """Name the resource types of a package that have facts."""
    return sorted(_package(package)["types"])
