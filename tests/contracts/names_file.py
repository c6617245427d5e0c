"""The reviewed lists of logical names. `python -m tests.contracts.names_file` writes them anew."""

import sys
from pathlib import Path
from typing import Final

from tests.graph import Graph, composed
from tests.graph.nodes import STACK_TYPE

COMMAND: Final = "python -m tests.contracts.names_file"
STACKS: Final = ("dev", "staging", "prod")


def path_of(stack: str) -> Path:
    return Path(__file__).with_name("names") / f"{stack}.txt"


def lines_of(graph: Graph) -> list[str]:
    """Give a line for each resource: its qualified type (parents' types included) and its name, as in its URN."""
    return sorted(" ".join(node.key.split("::")[2:]) for node in graph.nodes if node.type != STACK_TYPE)


def main() -> None:
    """Write the list of each stack."""
    for stack in STACKS:
        path = path_of(stack)
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(lines_of(composed(stack))) + "\n", encoding="utf-8")
        sys.stdout.write(f"wrote {path.name}\n")


if __name__ == "__main__":
    main()
