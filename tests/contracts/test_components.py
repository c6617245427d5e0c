"""What holds for every component: results, tree, providers, and that no cloud is asked."""

import re
from collections import Counter

import pytest
import yaml

from sandbox.values import Secret
from tests.contracts.sources import ROOT, component_annotations
from tests.graph import Graph

TOKEN = re.compile(r"erp:[a-z]+:[A-Z][A-Za-z]+")
PROVIDERS = Counter({"pulumi:providers:aws": 2, "pulumi:providers:azure-native": 1, "pulumi:providers:cloudflare": 1})


def test_a_component_registers_exactly_the_results_that_it_annotates(graph: Graph) -> None:
    declared = component_annotations()
    assert graph.components
    for component in graph.components:
        class_name, names = declared[component.type]
        assert set(component.outputs) == names, f"{class_name} {component.name!r}"


def test_every_component_that_is_written_is_part_of_prod(prod: Graph) -> None:
    assert set(component_annotations()) == {component.type for component in prod.components}


def test_a_type_token_names_area_and_class() -> None:
    for token, (class_name, _) in component_annotations().items():
        assert TOKEN.fullmatch(token), token
        assert token.rpartition(":")[2] == class_name


def test_a_result_is_never_a_resource_itself(graph: Graph) -> None:
    for component in graph.components:
        text = repr(component.outputs)
        assert "urn:pulumi:" not in text, f"{component} hands on a resource; hand on the values that are needed"


def test_every_resource_belongs_to_a_component_and_the_tree_is_at_most_three_deep(graph: Graph) -> None:
    for node in graph.resources:
        above = graph.ancestors(node)
        assert 1 <= len(above) <= 2, f"{node} is below {[parent.name for parent in above]}"
        assert all(parent.is_component for parent in above), f"{node} is below a resource"


def test_only_components_and_providers_stand_at_the_top(graph: Graph) -> None:
    top = [node for node in graph.nodes if node.parent and not graph.ancestors(node)]
    assert [str(node) for node in top if not (node.is_component or node.is_provider)] == []


def test_there_is_one_provider_for_each_role_and_every_resource_names_its_own(graph: Graph) -> None:
    assert Counter(provider.type for provider in graph.providers) == PROVIDERS
    for node in graph.resources:
        assert graph.provider_of(node).type == f"pulumi:providers:{node.type.partition(':')[0]}", str(node)


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_default_providers_are_disabled(stack: str) -> None:
    file = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))
    assert file["config"]["pulumi:disable-default-providers"] == ["*"]


def test_composing_asks_no_cloud_and_warns_of_nothing(graph: Graph, preview: Graph) -> None:
    # The mocks refuse every invoke, call and read by name, so a graph is the proof; see tests/graph/monitor.py.
    assert graph.resources
    assert preview.resources
    assert graph.log == preview.log == ()


def test_a_preview_composes_the_same_resources_as_an_update(graph: Graph, preview: Graph) -> None:
    if graph.stack == preview.stack:
        assert {node.key for node in graph.nodes} == {node.key for node in preview.nodes}


def test_no_secret_is_exported(graph: Graph) -> None:
    assert [name for name, value in graph.outputs.items() if isinstance(value, Secret)] == []
