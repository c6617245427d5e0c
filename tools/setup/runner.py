"""Runs the programs that set-up needs: output into a log, progress on the terminal, all of them ended on a stop."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tools.setup.errors import SetupError

TAIL_LINES = 20
STOP_SECONDS = 5.0


def say(step: str, text: str) -> None:
    """One line of progress."""
    print(f"set-up  {step:<9} {text}", file=sys.stderr, flush=True)


class Runner:
    """Starts programs and remembers those that run, so that a stop ends them.

    logs: folder that receives one log per step.
    """

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.stopped = False
        self._running: set[subprocess.Popen[str]] = set()
        self._guard = threading.Lock()

    def run(
        self,
        step: str,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str],
        cwd: Path,
        on_line: Callable[[str], None] | None = None,
    ) -> list[str]:
        """Run to the end and give the lines of standard output and error; SetupError when it fails.

        on_line: sees each line as it comes.
        """
        self.logs.mkdir(parents=True, exist_ok=True)
        log_path = self.logs / f"{step}.log"
        lines: list[str] = []
        with log_path.open("a", encoding="utf-8") as log:
            log.write(f"$ {' '.join(map(str, command))}\n")
            process = self._start(step, command, env, cwd)
            try:
                for raw in process.stdout or ():
                    log.write(raw)
                    lines.append(raw.rstrip("\n"))
                    if on_line is not None:
                        on_line(lines[-1])
                code = process.wait()
            finally:
                self._forget(process)
        if self.stopped:
            raise SetupError(f"{step}: stopped")
        if code != 0:
            tail = "\n".join(f"    {line}" for line in lines[-TAIL_LINES:])
            raise SetupError(
                f"{step}: {Path(command[0]).name} ended with {code}; its last lines:\n{tail}\nlog: {log_path}"
            )
        return lines

    def stop(self) -> None:
        """End every program that runs: ask, wait a little, insist. None starts afterwards."""
        with self._guard:
            self.stopped = True
            running = list(self._running)
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()

    def _start(
        self, step: str, command: Sequence[str | Path], env: Mapping[str, str], cwd: Path
    ) -> subprocess.Popen[str]:
        with self._guard:
            if self.stopped:
                raise SetupError(f"{step}: stopped")
            process = subprocess.Popen(
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            )
            self._running.add(process)
            return process

    def _forget(self, process: subprocess.Popen[str]) -> None:
        if process.poll() is None:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
        with self._guard:
            self._running.discard(process)
