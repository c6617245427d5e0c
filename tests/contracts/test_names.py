"""Logical names: the rule for them, and the reviewed list of each stack.

A logical name is an identity: to change it, or the parent, replaces the resource. Each stack's names are written down
in names/<stack>.txt. When a change is meant, run `python -m tests.contracts.names_file`, review the difference, and
bring an alias for what already exists.
"""

import difflib
import re

from tests.contracts.names_file import COMMAND, lines_of, path_of
from tests.graph import Graph

WORDS_THAT_CHANGE = {"dev", "staging", "prod", "development", "production"}
REGION = re.compile(
    r"(?<![a-z])[a-z]{2}-(gov-)?[a-z]+-\d(?!\d)|(europe|us|asia|uk|central)(north|south|east|west)?\d?$"
)
INDEX_OR_VERSION = re.compile(r"v?\d+")
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
AZURE_NAMES = {"GatewaySubnet"}  # Azure knows a gateway's subnet by this name


def test_the_names_of_a_stack_are_the_reviewed_ones(graph: Graph) -> None:
    reviewed = path_of(graph.stack).read_text(encoding="utf-8").splitlines()
    changes = list(difflib.unified_diff(reviewed, lines_of(graph), "reviewed", "composed", lineterm="", n=0))
    assert not changes, "\n".join([*changes, f"when this is meant: `{COMMAND}`, and an alias for what exists"])


def test_a_name_holds_nothing_that_may_change(graph: Graph) -> None:
    for node in [*graph.resources, *graph.components]:
        words = node.name.split("-")
        kept = [word for word in words if word not in AZURE_NAMES]
        assert NAME.fullmatch("-".join(kept)), f"{node}: lower-case words joined by hyphens"
        assert not WORDS_THAT_CHANGE.intersection(words), f"{node}: names the environment"
        assert not REGION.search(node.name), f"{node}: names a region"
        numbers = {word for word in words if INDEX_OR_VERSION.fullmatch(word)}
        assert numbers <= {str(node.inputs.get("fromPort"))}, f"{node}: holds an index or a version"


def test_a_name_starts_with_the_name_of_its_component(graph: Graph) -> None:
    for node in graph.resources:
        component = graph.component_of(node)
        assert node.name.startswith(f"{component.name}-"), f"{node} belongs to {component.name!r}"


def test_a_name_is_used_once_in_a_type(graph: Graph) -> None:
    names = [(node.type, node.name) for node in graph.nodes]
    assert len(names) == len(set(names))
