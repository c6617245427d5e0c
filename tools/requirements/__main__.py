"""`python -m tools.requirements` writes docs/requirements.md; with `--check` it only says whether the page is fresh."""

import sys
from pathlib import Path

from tools.requirements.page import COMMAND, PAGE, render


def main(arguments: list[str], root: Path = Path(__file__).parents[2]) -> int:
    """Write the page, or compare it; 1 when a check finds it stale, 2 for arguments it does not know."""
    page = root / PAGE
    if arguments == ["--check"]:
        if page.is_file() and page.read_text(encoding="utf-8") == render(root):
            return 0
        sys.stderr.write(f"{PAGE} is stale: run `{COMMAND}`\n")
        return 1
    if arguments:
        sys.stderr.write(f"usage: {COMMAND} [--check]\n")
        return 2
    page.parent.mkdir(exist_ok=True)
    page.write_text(render(root), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
