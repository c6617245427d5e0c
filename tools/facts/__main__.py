"""`python -m tools.facts`: writes sandbox/facts/*.json; with `--check` only says whether they are in step."""

import argparse
import sys
from pathlib import Path

from sandbox.facts.model import FOLDER
from tools.facts import compiler


def main(arguments: list[str] | None = None) -> int:
    """Write or check the facts; exit status 1 when a file is out of step or a reading is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tools.facts", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file is out of step")
    parser.add_argument(
        "--harvest", action="store_true", help="first read the vendors' models again (needs their packages, README.md)"
    )
    options = parser.parse_args(arguments)
    if options.harvest:
        from tools.facts import harvest

        harvest.run()
    stale: list[Path] = []
    for name in compiler.FOLDERS:
        target = FOLDER / f"{name}.json"
        try:
            text = compiler.written(compiler.package(name))
        except compiler.FactsError as error:
            print(error, file=sys.stderr)
            return 1
        if target.is_file() and target.read_text(encoding="utf-8") == text:
            continue
        stale.append(target)
        if not options.check:
            target.write_text(text, encoding="utf-8")
            print(f"wrote {target.name}, {len(text) // 1024} KB")
    if options.check and stale:
        print(
            f"out of step with tools/facts: {', '.join(path.name for path in stale)} (run `make facts`)",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
