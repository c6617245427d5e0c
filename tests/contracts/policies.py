"""The policy documents of a composed stack, each statement with the typed one that it was rendered from."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from components import documents
from components.documents import Statement
from sandbox.judges.policy.catalog import service
from sandbox.judges.policy.documents import held
from tests.graph import Graph, Node
from tests.graph.compose import _composed

CHANGING = frozenset({"Permissions", "Tagging", "Write"})


@dataclass(frozen=True)
class Written:
    """A statement as a cloud would get it. source: what it was rendered from; None where nothing typed was."""

    node: Node
    body: Mapping[str, Any]
    source: Statement | None

    def __str__(self) -> str:
        return f"{self.node} {self.body.get('Sid', '(no Sid)')}"

    @property
    def actions(self) -> list[str]:
        return listed(self.body["Action"])

    @property
    def allows(self) -> bool:
        return self.body["Effect"] == "Allow"

    @property
    def changes(self) -> list[str]:
        """Its actions, as written, that do more than look; one of an unknown service counts among them."""
        return [written for written in self.actions if levels(written) & CHANGING or not levels(written)]

    @property
    def is_on_everything(self) -> bool:
        return "*" in listed(self.body.get("Resource", []))


@cache
def statements(stack: str) -> tuple[Written, ...]:
    """Compose a stack anew, watching what is rendered, and give every statement of every document in it."""
    rendered: dict[str, Statement] = {}
    render_one = documents._rendered

    def watched(statement: Statement) -> Any:
        body = render_one(statement)
        rendered[_text(body)] = statement
        return body

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "_rendered", watched)
        graph: Graph = _composed.__wrapped__(stack, preview=False)
    return tuple(Written(node, body, rendered.get(_text(body))) for node, body in _bodies(graph))


def _bodies(graph: Graph) -> Iterator[tuple[Node, Mapping[str, Any]]]:
    for node in graph.resources:
        for _, text, _ in held(node.type, node.inputs):
            for body in json.loads(text)["Statement"]:
                yield node, body


def _text(body: Mapping[str, Any]) -> str:
    return json.dumps(body, sort_keys=True)


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def expanded(written: str) -> list[str]:
    """The actions that exist among those that one in a policy stands for, in lower case; none of an unknown service."""
    prefix, _, name = written.partition(":")
    known = service(prefix.lower())
    return [] if known is None else [f"{prefix.lower()}:{action}" for action in known.actions(name)]


def levels(written: str) -> set[str]:
    """The kinds of access that an action in a policy gives."""
    found: set[str] = set()
    for action in expanded(written):
        prefix, _, name = action.partition(":")
        known = service(prefix)
        assert known is not None
        found.add(known.level_of(name))
    return found
