"""The composed stack as plain data. Tests take the fixtures `dev`, `staging`, `prod`, `graph` of tests/conftest.py."""

from tests.graph.compose import CompositionRefused, compose, composed, composed_with, prod_without
from tests.graph.model import Graph
from tests.graph.monitor import NobodyMocked
from tests.graph.nodes import Edge, GraphError, Node, Options

__all__ = [
    "CompositionRefused",
    "Edge",
    "Graph",
    "GraphError",
    "NobodyMocked",
    "Node",
    "Options",
    "compose",
    "composed",
    "composed_with",
    "prod_without",
]
