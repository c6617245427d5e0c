"""Runs one command the way a shell runs a foreground job.

The command gets a process group of its own and, when there is a terminal, the terminal. So Ctrl-C reaches the engine
once and not this process, which has to stay until the engine has stopped in good order; signals sent to this process
alone are passed on to the whole group; and what the command leaves running is ended.
"""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Final

from sandbox import orphans
from sandbox.orphans import signal_group

PASSED_ON: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)

# make and timeout signal a process and its group: two of the same kind this close together are one.
SAME_SECONDS: Final = 0.3
# After a termination signal a command has this long to end before it is killed. The engine finishes the operations
# that are under way; offline that takes moments.
GRACE_SECONDS: Final = 30.0

NOT_EXECUTABLE: Final = 126
NOT_FOUND: Final = 127


class Job:
    """One command in the foreground.

    hangup: what the command gets when the terminal goes away, when not SIGHUP itself. It then never sees SIGHUP, which
    the system would send to it, too.
    """

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], cwd: Path, *, hangup: signal.Signals = signal.SIGHUP
    ) -> None:
        self.command = command
        self.env = env
        self.cwd = cwd
        self.hangup = hangup
        self._passed_on = PASSED_ON
        self._terminal = foreground_terminal()
        self._group = 0
        self._seen: dict[int, float] = {}

    def run(self) -> int:
        """Run to the end and give the exit code as a shell does: 128 + n after signal n, 127 for no such command."""
        orphans.adopt()
        ours = orphans.children()
        pending: list[int] = []
        if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:  # under nohup
            self._passed_on = tuple(number for number in PASSED_ON if number != signal.SIGHUP)
        kept = {
            number: signal.signal(number, lambda number, _frame: pending.append(number)) for number in self._passed_on
        }
        kept[signal.SIGALRM] = signal.signal(signal.SIGALRM, self._out_of_patience)
        try:
            process = self._start()
            if isinstance(process, int):
                return process
            self._group = process.pid
            for number in self._passed_on:
                signal.signal(number, self._pass_on)
            for number in pending:
                self._pass_on(number, None)
            process.returncode = self._wait(process.pid)
            return 128 - process.returncode if process.returncode < 0 else process.returncode
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            if self._group:
                orphans.end(self._group, ours)
            for number, handler in kept.items():
                signal.signal(number, handler)

    def _start(self) -> "subprocess.Popen[bytes] | int":
        try:
            # The only way to take the terminal before the command runs; this process has one thread.
            return subprocess.Popen(self.command, env=self.env, cwd=self.cwd, preexec_fn=self._become_foreground)  # noqa: PLW1509
        except FileNotFoundError:
            return NOT_FOUND
        except OSError:
            return NOT_EXECUTABLE

    def _become_foreground(self) -> None:
        """In the child, before the command replaces it."""
        os.setpgid(0, 0)
        if self._terminal is not None:
            give_terminal(self._terminal, os.getpid())
        for number in self._passed_on:
            # A script that starts something in the background has it ignore SIGINT; plugins would then not hear the
            # engine and take five seconds each to end.
            signal.signal(number, signal.SIG_DFL)
        if self.hangup != signal.SIGHUP:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def _wait(self, pid: int) -> int:
        while True:
            _, status = os.waitpid(pid, os.WUNTRACED)
            if not os.WIFSTOPPED(status):
                self._take_terminal_back()
                return os.waitstatus_to_exitcode(status)
            # Ctrl-Z stopped the command: stop along with it, as one job of the shell, and go on together.
            self._take_terminal_back()
            os.kill(0, signal.SIGSTOP)
            if self._terminal is not None:
                give_terminal(self._terminal, pid)
            os.killpg(pid, signal.SIGCONT)

    def _take_terminal_back(self) -> None:
        if self._terminal is not None:
            give_terminal(self._terminal, os.getpgrp())

    def _pass_on(self, number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if now - self._seen.get(number, 0.0) < SAME_SECONDS:
            return
        self._seen[number] = now
        signal_group(self._group, self.hangup if number == signal.SIGHUP else number)
        if number != signal.SIGINT:
            signal.setitimer(signal.ITIMER_REAL, GRACE_SECONDS)

    def _out_of_patience(self, _number: int, _frame: FrameType | None) -> None:
        signal_group(self._group, signal.SIGKILL)


def foreground_terminal() -> int | None:
    """The terminal on standard input, when this process's group is its foreground group."""
    try:
        return 0 if os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp() else None
    except OSError:
        return None


def give_terminal(terminal: int, group: int) -> None:
    """Make a process group the terminal's foreground group; a background process may while it ignores SIGTTOU."""
    kept = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    try:
        os.tcsetpgrp(terminal, group)
    except (ProcessLookupError, PermissionError):
        pass  # the group has just ended: the terminal goes to whoever asks next
    finally:
        signal.signal(signal.SIGTTOU, kept)
