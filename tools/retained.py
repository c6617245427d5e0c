"""What a destroyed stack leaves in the clouds on purpose, read from its state as it was before.

    pulumi stack export -s STACK > before.json; pulumi destroy -s STACK; python -m tools.retained before.json

Prints type, logical name and import id of each resource that is retained on delete, and the settings with which the
next life of the stack takes them over.
"""

import argparse
import json
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the list. Returns 2 when the file is no exported state."""
    parser = argparse.ArgumentParser(prog="python -m tools.retained", description=__doc__)
    parser.add_argument("state", type=Path, help="what `pulumi stack export` printed before the stack was destroyed")
    file: Path = parser.parse_args(arguments).state
    try:
        deployment = json.loads(file.read_text())["deployment"]
        resources: list[dict[str, Any]] = deployment.get("resources") or []
        lines = render([resource for resource in resources if resource.get("retainOnDelete")])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"{file}: no exported state ({type(error).__name__}: {error})", file=sys.stderr)
        return 2
    print("\n".join(lines))
    return 0


def render(retained: Sequence[Mapping[str, Any]]) -> list[str]:
    """One line a resource, then the settings that adopt them; one sentence when nothing is retained."""
    if not retained:
        return ["nothing is retained"]
    rows = [(str(one["type"]), str(one["urn"]).rpartition("::")[2], str(one["id"])) for one in retained]
    kinds, names = (max(len(row[column]) for row in rows) for column in (0, 1))
    return [
        f"{len(rows)} retained (type, logical name, import id):",
        *(f"  {kind:<{kinds}}  {name:<{names}}  {id_}" for kind, name, id_ in rows),
        "the next update takes them over with this in the stack file:",
        "  erp:adopt:",
        "    resources:",
        *(f"      {name}: {json.dumps(id_)}" for _, name, id_ in rows),
    ]


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` may stop reading
    sys.exit(main())
