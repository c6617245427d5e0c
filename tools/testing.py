"""`make test` after lint: every test on two workers, then the coverage floors.

    python -m tools.testing [PYTEST ARGUMENT...]     with arguments: just those tests, no floors

Exit codes: pytest's own (5: it found no test), 1 when a floor is not reached.
"""

import os
import subprocess
import sys
from pathlib import Path

from tools import coverage_floors

ROOT = Path(__file__).resolve().parents[1]

# Tests that share an expensive fixture carry the same xdist_group and stay on one worker.
WORKERS = ["-n", "2", "--dist", "loadgroup"]
COVERAGE = ["--cov", "--cov-config=pyproject.toml", "--cov-report="]


def main(arguments: list[str]) -> int:
    """Run pytest and, for a whole run, hold its coverage against the floors."""
    command = [sys.executable, "-m", "pytest", *(arguments or [*WORKERS, *COVERAGE])]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    code = subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
    if code or arguments:
        return code
    return coverage_floors.main(ROOT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
