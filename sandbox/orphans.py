"""What a command leaves running: found through the process table, ended, and reaped.

On Linux this process takes the place of init for what its children leave behind, whichever process group that is in
(the engine starts its plugins in groups of their own). Elsewhere only the command's own group is known.
"""

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

PR_SET_CHILD_SUBREAPER: Final = 36  # linux/prctl.h
PROCESSES: Final = Path("/proc")

# First asked to end, then made to.
PATIENCE_SECONDS: Final = 3.0
POLL_SECONDS: Final = 0.01


def adopt() -> None:
    """From now on what our children leave behind becomes our child."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children() -> set[int]:
    """The processes whose parent is this one; empty where the process table can't be read."""
    own = str(os.getpid())
    found: set[int] = set()
    for entry in PROCESSES.glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has just ended
            # pid (name) state parent ...; the name may hold anything
            if entry.read_text().rpartition(")")[2].split()[1] == own:
                found.add(int(entry.parent.name))
    return found


def end(group: int, ours: Iterable[int]) -> None:
    """End what is left of a process group and every child but those that are ours to keep."""
    kept = set(ours)
    for number in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + PATIENCE_SECONDS
        signal_group(group, number)
        for pid in children() - kept:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        while time.monotonic() < deadline:
            left = children() - kept
            for pid in left:
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)
            if not left and not signal_group(group, 0):
                return
            time.sleep(POLL_SECONDS)


def signal_group(group: int, number: int) -> bool:
    """Send a signal to a process group; False when nobody is left in it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True
