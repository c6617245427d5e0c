"""The program ends without a traceback when the engine stops it."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

from interrupt import end_quietly_when_interrupted

ROOT = Path(__file__).parents[2]
INTERRUPTED = "import os, signal; os.kill(os.getpid(), signal.SIGINT); import time; print('went on')"


def _run(first: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", f"{first}\n{INTERRUPTED}"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


def test_an_interrupt_ends_the_program_and_prints_nothing() -> None:
    quiet = _run("from interrupt import end_quietly_when_interrupted as quietly; quietly()")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (-signal.SIGINT, "", "")


def test_without_it_python_would_print_a_traceback() -> None:
    assert "KeyboardInterrupt" in _run("pass").stderr


def test_outside_the_main_thread_nothing_is_set() -> None:
    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=end_quietly_when_interrupted)
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGINT) is before
