"""Judges a resource's inputs by the facts of its type."""

from collections.abc import Iterator, Mapping

from sandbox.facts.limits import shown
from sandbox.facts.model import Node, TypeFacts
from sandbox.facts.paths import below
from sandbox.problems import Problem
from sandbox.values import UNKNOWN, Asset, Secret


def judge(facts: TypeFacts, inputs: Mapping[str, object]) -> list[Problem]:
    """Say what a provider or its cloud would refuse in these inputs; what is unknown judges nothing."""
    return list(_walk(facts.root, dict(inputs), "", secret=False))


def _walk(node: Node, value: object, path: str, *, secret: bool) -> Iterator[Problem]:
    while isinstance(value, Secret):
        value, secret = value.value, True
    if value is None or value is UNKNOWN or isinstance(value, Asset):
        return
    for limit, source in node.limits:
        expected = limit(value)
        if expected is not None:
            hidden = secret or bool(node.fact.get("sensitive"))
            yield Problem(path, f"must be {expected}, not {shown(value, secret=hidden)}", source)
    if isinstance(value, dict):
        for relation, source in node.relations:
            for inner, message in relation(Secret(value) if secret else value):
                yield Problem(f"{path}.{inner}" if path and inner else path or inner, message, source)
        for key, item in value.items():
            child = node.fields.get(key) or node.values
            if child is not None:
                yield from _walk(child, item, below(path, key), secret=secret)
    elif isinstance(value, list) and node.items is not None:
        for index, item in enumerate(value):
            yield from _walk(node.items, item, f"{path}[{index}]", secret=secret)
