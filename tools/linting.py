"""`make lint`: every checker at once; a checker's output shows only when it finds something.

Exit codes: 0 nothing found, 1 something found.
"""

import os
import subprocess
import sys
import time
from concurrent import futures
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = Path(sys.executable).parent

CHECKS: dict[str, list[str | Path]] = {
    "types": [sys.executable, "-m", "basedpyright"],
    "style": [SCRIPTS / "ruff", "check", "--quiet"],
    "format": [SCRIPTS / "ruff", "format", "--check", "--quiet"],
    "imports": [sys.executable, SCRIPTS / "lint-imports", "--no-logo"],
    "dead code": [sys.executable, "-m", "tools.dead_code"],
}


class Result(NamedTuple):
    """What one checker said."""

    name: str
    code: int
    output: str
    seconds: float


def main() -> int:
    """Run all checks, two at a time, and report each as it ends."""
    with futures.ThreadPoolExecutor(2) as pool:
        running = [pool.submit(check, name, command) for name, command in CHECKS.items()]
        results = [report(future.result()) for future in futures.as_completed(running)]
    return 1 if any(result.code for result in results) else 0


def check(name: str, command: list[str | Path]) -> Result:
    """Run one checker."""
    began = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "policies")])},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Result(name, done.returncode, done.stdout, time.monotonic() - began)


def report(result: Result) -> Result:
    """One line, and what was found."""
    print(f"lint  {result.name:<10} {'found something' if result.code else 'ok'} ({result.seconds:.0f} s)", flush=True)
    if result.code:
        print(result.output, flush=True)
    return result


if __name__ == "__main__":
    sys.exit(main())
