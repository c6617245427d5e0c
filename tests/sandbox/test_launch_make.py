"""The Makefile's recipes, with stand-ins for what they start: what these find around them, and who hears a signal."""

import contextlib
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.sandbox.test_launch_signals import LIMIT_SECONDS, is_gone, until

ROOT = Path(__file__).parents[2]
NOTE = '#!/bin/sh\nenv > "{note}.env"\nprintf "%s\\n" "$*" >> "{note}.words"\n{then}\n'


@pytest.fixture
def note(tmp_path: Path) -> Path:
    return tmp_path / "note"


@pytest.fixture
def folder(tmp_path: Path, note: Path) -> Path:
    """A checkout in which every program does nothing but take notes; `bin/sandbox` then stays."""
    root = tmp_path / "checkout"
    root.mkdir()
    shutil.copy(ROOT / "Makefile", root)
    for name, then in {
        "tools/setup/start": "exit 0",
        ".venv/bin/python": "exit 0",
        "bin/sandbox": f'printf $$ > "{note}"; exec sleep 60',
    }.items():
        file = root / name
        file.parent.mkdir(parents=True)
        file.write_text(NOTE.format(note=note, then=then))
        file.chmod(0o755)
    return root


def make(folder: Path, *words: str, **environment: str) -> "subprocess.Popen[bytes]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "STACK"))}
    return subprocess.Popen(["make", "-s", *words], cwd=folder, env={**kept, **environment}, start_new_session=True)


@pytest.mark.parametrize("target", ["up", "preview", "refresh", "destroy"])
def test_a_signal_to_make_alone_ends_what_it_runs(folder: Path, note: Path, target: str) -> None:
    process = make(folder, target)
    try:
        until(lambda: note.exists() and note.read_text() != "")
        process.terminate()
        process.wait(LIMIT_SECONDS)
        until(lambda: is_gone(int(note.read_text())))
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def test_what_would_lead_python_astray_does_not_reach_a_recipe(folder: Path, note: Path) -> None:
    names = (
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONHOME",
        "PYTHONOPTIMIZE",
        "PYTHONPATH",
        "PYTHONSAFEPATH",
        "PYTHONSTARTUP",
        "PYTHONWARNINGS",
    )
    assert make(folder, "check", **dict.fromkeys(names, "1")).wait(LIMIT_SECONDS) == 0
    found = {line.partition("=")[0] for line in note.with_name("note.env").read_text().splitlines()}
    assert not found & set(names)
    assert "STACK" in found


@pytest.mark.parametrize("stack", ["--all", "-h", "a b", "$(false)"])
def test_whatever_is_given_as_a_stack_is_checked_as_the_name_of_one(folder: Path, note: Path, stack: str) -> None:
    assert make(folder, "check", STACK=stack).wait(LIMIT_SECONDS) == 0
    assert note.with_name("note.words").read_text().splitlines()[-1] == f"-m settings check -- {stack}"
