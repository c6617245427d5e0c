"""Virtual environments from locked requirement files.

With `uv` on PATH when it is there, with the standard library's venv and pip when not. The environment holds pip in both
cases: the language host asks `python -m pip list` on every run.
"""

import importlib.util
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.setup import stamps
from tools.setup.errors import MissingPrerequisiteError
from tools.setup.layout import python_of
from tools.setup.runner import Runner, say

GENERATION = "1"  # raise it when the steps below make something else out of the same inputs

# Settings of the caller that would send packages elsewhere or other packages here.
FOREIGN = (
    "PIP_CONSTRAINT",
    "PIP_FIND_LINKS",
    "PIP_PREFIX",
    "PIP_REQUIRE_VIRTUALENV",
    "PIP_REQUIREMENT",
    "PIP_ROOT",
    "PIP_TARGET",
    "PIP_USER",
    "PYTHONHOME",
    "PYTHONPATH",
    "UV_FIND_LINKS",
    "UV_PROJECT_ENVIRONMENT",
    "VIRTUAL_ENV",
)


class Environment:
    """One virtual environment.

    venv: its folder. locks: requirement files with hashes, together complete (nothing is resolved here).
    """

    def __init__(self, step: str, venv: Path, locks: Sequence[Path], *, compiled: bool = True) -> None:
        self.step = step
        self.venv = venv
        self.locks = tuple(locks)
        self.compiled = compiled

    def is_fresh(self) -> bool:
        """Whether there is nothing to do; milliseconds."""
        final = "bytecode" if self.compiled else "packages"
        made = stamps.is_fresh(self._stamp(final), self._digest(final), [python_of(self.venv), self._contents])
        return made and self._is_whole()

    def make(self, runner: Runner) -> None:
        """Make what is missing: an environment for other locks is made anew, one for these is completed."""
        uv = shutil.which("uv")
        python = python_of(self.venv)
        if not stamps.is_fresh(self._stamp("venv"), self._digest("venv"), [python]) or not self._is_whole():
            self._make_venv(runner, uv)
        if not stamps.is_fresh(self._stamp("packages"), self._digest("packages"), [python]):
            self._install(runner, uv)
        if not self._contents.exists():
            stamps.write(self._contents, "\n".join(sorted(self._installed())))
        if self.compiled and not self.is_fresh():
            say(self.step, "compiling bytecode")
            command = [python, "-m", "compileall", "-q", "-j", "0", self.venv / "lib"]
            runner.run(self.step, command, env=clean_env(), cwd=self.venv)
            stamps.write(self._stamp("bytecode"), self._digest("bytecode"))

    @property
    def _contents(self) -> Path:
        """What stood beside each other in the environment when it was made."""
        return self._stamp("contents")

    def _is_whole(self) -> bool:
        """Whether nothing is gone that was there; what somebody has added is their own business.

        One that lost something is made anew: while one of a package's two folders is left, pip takes it for installed.
        """
        return not self._contents.exists() or set(self._contents.read_text().splitlines()) <= self._installed()

    def _installed(self) -> set[str]:
        """The names of packages and of what is known of them; one look into one folder."""
        folders = self.venv.glob("lib/python*/site-packages")
        return {path.name for folder in folders for path in folder.iterdir() if path.name != "__pycache__"}

    def _stamp(self, name: str) -> Path:
        return self.venv / ".setup" / name

    def _digest(self, name: str) -> str:
        # Scripts of an environment name its folder, so a checkout that moved needs a new one.
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        return stamps.digest(GENERATION, name, version, str(self.venv), *self.locks)

    def _make_venv(self, runner: Runner, uv: str | None) -> None:
        say(self.step, f"virtual environment {self.venv.name} ({'uv' if uv else 'venv'})")
        if uv is None and importlib.util.find_spec("ensurepip") is None:
            raise MissingPrerequisiteError(
                "set-up needs Python's venv module: install it (Debian: apt install python3-venv)"
            )
        shutil.rmtree(self.venv, ignore_errors=True)
        self.venv.parent.mkdir(parents=True, exist_ok=True)
        base = base_python()
        command = (
            [uv, "venv", "--quiet", "--seed", "--python", base, self.venv] if uv else [base, "-m", "venv", self.venv]
        )
        runner.run(self.step, command, env=clean_env(), cwd=self.venv.parent)
        stamps.write(self._stamp("venv"), self._digest("venv"))

    def _install(self, runner: Runner, uv: str | None) -> None:
        say(self.step, f"packages of {' and '.join(lock.name for lock in self.locks)} ({'uv' if uv else 'pip'})")
        python = python_of(self.venv)
        files = [argument for lock in self.locks for argument in ("-r", lock)]
        if uv:
            command = [uv, "pip", "install", "--quiet", "--python", python, "--no-deps", "--require-hashes", *files]
        else:
            pip = [python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
            command = [*pip, "--no-deps", "--no-compile", "--only-binary", ":all:", "--require-hashes", *files]
        runner.run(self.step, command, env=clean_env(), cwd=self.venv.parent)
        stamps.write(self._stamp("packages"), self._digest("packages"))


def base_python() -> str:
    """The interpreter that virtual environments are made from, also when this one runs in such an environment."""
    return os.path.realpath(getattr(sys, "_base_executable", sys.executable))


def clean_env() -> dict[str, str]:
    """The caller's environment without what would lead an installer astray."""
    return {name: value for name, value in os.environ.items() if name not in FOREIGN}
