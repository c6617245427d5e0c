"""`python -m tools.sandbox_coverage` writes docs/sandbox-coverage.md from the composed prod stack."""

from pathlib import Path
from typing import Final

from sandbox.coverage import Coverage
from tests.graph import Graph, composed

PAGE: Final = Path(__file__).parents[1] / "docs" / "sandbox-coverage.md"


def coverage_of(graph: Graph) -> Coverage:
    """What judges the properties that a composed stack sets."""
    return Coverage((node.type, node.inputs) for node in graph.resources)


def main() -> None:
    """Write the page."""
    PAGE.write_text(coverage_of(composed("prod")).page(), encoding="utf-8")
    print(f"wrote docs/{PAGE.name}")


if __name__ == "__main__":
    main()
