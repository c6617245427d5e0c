"""The plain data of a composed stack: resources as nodes, read by tests without Pulumi."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.values import reveal

PROVIDER_PREFIX: Final = "pulumi:providers:"
STACK_TYPE: Final = "pulumi:pulumi:Stack"


class GraphError(AssertionError):
    """A test asked the graph for something that is not there; the message says what there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The resource options as they reached the engine.

    dependencies: keys of everything the resource waits for, by `depends_on` or through a property.
    properties: for each property, the keys of the resources that its value came from.
    provider: key of the provider, "" where none was handed down.
    import_id: what the engine takes over instead of making it, "" for a new one.
    before_update: names of the hooks that run before an update.
    """

    protect: bool = False
    retain_on_delete: bool = False
    delete_before_replace: bool = False
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()
    aliases: tuple[Mapping[str, Any], ...] = ()
    deleted_with: str = ""
    provider: str = ""
    import_id: str = ""
    before_update: tuple[str, ...] = ()
    dependencies: frozenset[str] = frozenset()
    properties: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One resource.

    key: its URN. parent: the parent's URN, "" for the stack alone.
    inputs: as the engine would get them: camelCase, `UNKNOWN` and `Secret` where the values are so.
    outputs: what the mocks answered, or what a component registered.
    """

    key: str
    type: str
    name: str
    parent: str
    custom: bool
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    options: Options

    @property
    def is_provider(self) -> bool:
        return self.type.startswith(PROVIDER_PREFIX)

    @property
    def is_component(self) -> bool:
        return not self.custom and self.type != STACK_TYPE

    @property
    def id(self) -> str:
        """The id that the mocks gave it; "" for components and in a preview."""
        return str(self.outputs.get("id", ""))

    @property
    def arn(self) -> str:
        """The ARN that the mocks gave it."""
        return str(self.value("arn", of="outputs"))

    def value(self, path: str, *, of: str = "inputs") -> Any:
        """Give the input at a path ("ingress[0].fromPort", 'tags["a.b"]') with secrets looked through.

        of: "inputs" or "outputs". Raises GraphError with what is there instead.
        """
        found: Any = reveal(dict(self.inputs if of == "inputs" else self.outputs))
        for step in _steps(path):
            try:
                found = found[step]
            except (KeyError, IndexError, TypeError):
                there = sorted(found) if hasattr(found, "keys") else repr(found)
                raise GraphError(f"{self} has no {of[:-1]} {path!r}: at {step!r} there is {there}") from None
        return found

    def has(self, path: str) -> bool:
        """Tell whether an input is set at this path."""
        try:
            return self.value(path) is not None
        except GraphError:
            return False

    def __str__(self) -> str:
        return f"{self.type} {self.name!r}"


@dataclass(frozen=True, slots=True)
class Edge:
    """`source` needs `target`, through a property or, where that is "", by `depends_on` alone. Both are keys."""

    source: str
    target: str
    property: str


def _steps(path: str) -> list[str | int]:
    found = re.findall(r'\["([^"]*)"\]|\[(\d+)\]|([^.\[\]]+)', path)
    return [int(index) if index else quoted or name for quoted, index, name in found]
