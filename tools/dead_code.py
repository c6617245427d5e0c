"""Dead code: functions, classes, methods, imports and lines that nothing uses.

Variables are left out: a field of settings, a component's output and an enumeration's member are there to be read from
outside, and the style check finds the local ones.

Exit codes: 0 nothing found, 1 something found, others are vulture's own.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOUND = 3  # vulture's exit code when it found something
LEFT_OUT = re.compile(r"unused (variable|attribute)")


def main() -> int:
    """Look through the folders that pyproject.toml names for vulture."""
    command = [sys.executable, "-m", "vulture"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode not in (0, FOUND):
        print(done.stdout + done.stderr)
        return done.returncode
    found = [line for line in done.stdout.splitlines() if not LEFT_OUT.search(line)]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
