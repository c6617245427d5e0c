"""Compiles the requirement files: every version and every hash, for all platforms, no address of a registry."""

import shutil

from tools.setup.layout import Layout, python_of
from tools.setup.packages import base_python, clean_env
from tools.setup.runner import Runner, say

FLOOR = "3.11"

# In this order: the later files take the versions of the earlier ones as constraints.
FILES = ("requirements", "requirements-dev", "requirements-facts", "tools/engine/requirements")


def lock(layout: Layout, *, upgrade: bool) -> None:
    """Compile each .in file beside itself.

    upgrade: take the newest versions that the .in files allow; without it what is locked stays where it still fits.
    """
    runner = Runner(layout.cache / "setup")
    uv = find_uv(layout, runner)
    for name in FILES:
        source = (layout.root / name).with_suffix(".in")
        say("lock", f"{name}.in")
        command = [
            *(uv, "pip", "compile", "--quiet", "--universal", "--python-version", FLOOR),
            *("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--no-header"),
            *(["--upgrade"] if upgrade else []),
            *(source.name, "--output-file", f"{source.stem}.txt"),
        ]
        runner.run("lock", command, env=clean_env(), cwd=source.parent)


def find_uv(layout: Layout, runner: Runner) -> str:
    """The uv command: from PATH, else from a throw-away environment."""
    on_path = shutil.which("uv")
    if on_path is not None:
        return on_path
    venv = layout.cache / "uv"
    own = venv / "bin" / "uv"
    if not own.exists():
        runner.run("lock", [base_python(), "-m", "venv", venv], env=clean_env(), cwd=layout.root)
        runner.run("lock", [python_of(venv), "-m", "pip", "install", "--quiet", "uv"], env=clean_env(), cwd=layout.root)
    return str(own)
