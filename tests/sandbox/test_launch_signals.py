"""Signals on the way to a command: sent to the launcher alone, typed at a terminal, and what is left afterwards.

Each test runs the launcher as a process of its own, since signals are about processes.
"""

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.home import Home
from tests.sandbox import checkout
from tests.sandbox.checkout import Checkout

ROOT = Path(__file__).parents[2]
LIMIT_SECONDS = 20.0

# Runs sandbox.launch on a stand-in checkout: root, home, then the words to serve with, --, and the command.
DRIVER = """\
import os, sys
from pathlib import Path
from sandbox import launch
from sandbox.home import Home
root, home, *rest = sys.argv[1:]
cut = rest.index("--")
sys.exit(launch.run(Home(Path(root), Path(home)), rest[cut + 1:], dict(os.environ), rest[:cut]))
"""

# Counts the interrupts it gets in a file and ends by itself after the first, as the engine does.
COUNTS = """\
import pathlib, signal, sys, time
file = pathlib.Path(sys.argv[1])
count = 0
def heard(number, frame):
    global count
    count += 1
    file.write_text(f"{signal.Signals(number).name} {count}")
for name in ("SIGINT", "SIGTERM", "SIGHUP"):
    signal.signal(getattr(signal, name), heard)
file.write_text("ready")
while not count:
    time.sleep(0.01)
time.sleep(0.3)
sys.exit(7)
"""


@pytest.fixture
def made(tmp_path: Path) -> Checkout:
    return checkout.make(tmp_path)


@pytest.fixture
def note(tmp_path: Path) -> Path:
    return tmp_path / "note"


Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(made: Checkout) -> Iterator[Start]:
    running: list[subprocess.Popen[bytes]] = []

    def launch(*command: str, before: Callable[[], None] | None = None) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            words(made, *command),
            env=environment(),
            stdin=subprocess.DEVNULL,
            preexec_fn=before,  # noqa: PLW1509  the child only sets a signal
            start_new_session=True,
        )
        running.append(process)
        return process

    yield launch
    for process in running:
        process.kill()
        process.wait()


def words(made: Checkout, *command: str) -> list[str]:
    return [sys.executable, "-c", DRIVER, str(made.root), str(made.home.folder), *made.serve, "--", *command]


def environment() -> dict[str, str]:
    return {**checkout.plain(), "PYTHONPATH": str(ROOT)}


def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT_SECONDS
    while not what():
        assert time.monotonic() < deadline, "waited too long"
        os.sched_yield()


def holds(file: Path, text: str) -> Callable[[], bool]:
    return lambda: file.exists() and file.read_text() == text


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_to_the_launcher_reaches_the_command_which_ends_in_its_own_way(
    start: Start, made: Checkout, note: Path, name: str
) -> None:
    process = start(sys.executable, "-c", COUNTS, str(note))
    until(holds(note, "ready"))
    process.send_signal(getattr(signal, name))
    assert process.wait(LIMIT_SECONDS) == 7
    assert note.read_text() == f"{name} 1"
    assert made.clouds_ended_well()


@pytest.fixture
def engine(tmp_path: Path) -> str:
    """A program of the engine's name that notes the signals it gets."""
    file = tmp_path / "pulumi"
    file.write_text(f"#!{sys.executable}\n{COUNTS}")
    file.chmod(0o755)
    return str(file)


def test_a_terminal_that_goes_away_interrupts_the_engine_which_ends_in_its_own_way(
    start: Start, made: Checkout, note: Path, engine: str
) -> None:
    process = start(engine, str(note))
    until(holds(note, "ready"))
    process.send_signal(signal.SIGHUP)
    assert process.wait(LIMIT_SECONDS) == 7
    assert note.read_text() == "SIGINT 1", "of SIGHUP the engine would die with its state locked"
    assert made.clouds_ended_well()


def test_the_hangup_that_the_system_sends_does_not_reach_the_engine(start: Start, made: Checkout, note: Path) -> None:
    engine = note.with_name("pulumi")
    engine.write_text(f'#!/bin/sh\nkill -HUP $$\nprintf alive > "{note}"\n')
    engine.chmod(0o755)
    assert start(str(engine)).wait(LIMIT_SECONDS) == 0
    assert note.read_text() == "alive"


def test_under_nohup_a_terminal_that_goes_away_is_nobodys_business(start: Start, note: Path, engine: str) -> None:
    process = start(engine, str(note), before=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN) and None)
    until(holds(note, "ready"))
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGTERM)
    assert process.wait(LIMIT_SECONDS) == 7
    assert note.read_text() == "SIGTERM 1"


def test_a_signal_to_launcher_and_group_alike_reaches_the_command_once(start: Start, note: Path) -> None:
    process = start(sys.executable, "-c", COUNTS, str(note))
    until(holds(note, "ready"))
    process.send_signal(signal.SIGINT)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(LIMIT_SECONDS) == 7
    assert note.read_text() == "SIGINT 1", "the engine takes a second one for: stop at once"


def test_a_command_that_dies_of_the_signal_gives_its_number(start: Start, note: Path) -> None:
    process = start("sh", "-c", f'printf ready > "{note}"; sleep 60')
    until(holds(note, "ready"))
    process.terminate()
    assert process.wait(LIMIT_SECONDS) == 128 + signal.SIGTERM


def test_a_script_that_ignores_interrupts_does_not_make_the_command_ignore_them(start: Start, note: Path) -> None:
    show = (
        f"import pathlib, signal; pathlib.Path({str(note)!r}).write_text(str(signal.getsignal(signal.SIGINT).__name__))"
    )
    process = start(sys.executable, "-c", show, before=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN) and None)
    assert process.wait(LIMIT_SECONDS) == 0
    assert note.read_text() == "default_int_handler"


def test_what_the_command_left_running_is_ended(start: Start, note: Path) -> None:
    process = start("sh", "-c", f'sleep 60 & printf $! > "{note}"')
    assert process.wait(LIMIT_SECONDS) == 0
    assert is_gone(int(note.read_text()))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process adopt orphans")
def test_what_the_command_left_in_a_group_of_its_own_is_ended(start: Start, note: Path) -> None:
    leave = (
        "import subprocess, sys; child = subprocess.Popen(['sleep', '60'], start_new_session=True); print(child.pid)"
    )
    process = start("sh", "-c", f'"{sys.executable}" -c "{leave}" > "{note}"')
    assert process.wait(LIMIT_SECONDS) == 0
    assert is_gone(int(note.read_text()))


def test_a_killed_launcher_takes_the_clouds_along_and_leaves_the_home_free(
    start: Start, made: Checkout, note: Path
) -> None:
    process = start("sh", "-c", f'printf ready > "{note}"; sleep 1')
    until(holds(note, "ready"))
    process.kill()
    process.wait(LIMIT_SECONDS)
    until(made.clouds_ended_well)
    with Home(made.root, made.home.folder).held(["next"]):
        pass


def test_ctrl_c_at_a_terminal_reaches_the_command_once_and_the_launcher_stays(made: Checkout, note: Path) -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(sys.executable, words(made, sys.executable, "-c", COUNTS, str(note)), environment())
    until(holds(note, "ready"))
    os.write(terminal, b"\x03")
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 7
    assert note.read_text() == "SIGINT 1"
    assert made.clouds_ended_well()


def test_ctrl_z_stops_command_and_launcher_and_both_go_on_together(made: Checkout, note: Path) -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(sys.executable, words(made, sys.executable, "-c", COUNTS, str(note)), environment())
    until(holds(note, "ready"))
    os.write(terminal, b"\x1a")
    _, status = os.waitpid(pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    os.kill(pid, signal.SIGCONT)
    until(lambda: os.tcgetpgrp(terminal) != os.getpgid(pid))
    os.write(terminal, b"\x03")
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 7
