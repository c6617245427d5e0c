"""The process that answers for the three clouds, from the side of whoever starts it."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from types import TracebackType
from typing import IO, Final, Self

from sandbox.home import Home

START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 5.0
TAIL_LINES: Final = 15


class ServerError(Exception):
    """The offline clouds did not start or ended too early; the text holds the end of their log."""


class CloudServer:
    """Starts `sandbox.serve`, and ends it when the block ends.

    It reads from a pipe of ours and ends when that closes, so it never outlives this process, however that ends.
    command: what to start in its place.
    """

    def __init__(self, home: Home, command: Sequence[str] | None = None) -> None:
        self.home = home
        serve = [sys.executable, "-P", "-m", "sandbox.serve", "--home", str(home.folder)]
        self._command = list(command) if command is not None else serve
        self._process: subprocess.Popen[bytes]
        self._input: IO[bytes]
        self._output: IO[bytes]

    def __enter__(self) -> Self:
        with self.home.serve_log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self.home.root,
                env={**os.environ, "PYTHONPATH": str(self.home.root)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        assert self._process.stdin is not None  # noqa: S101  (both are pipes)
        assert self._process.stdout is not None  # noqa: S101
        self._input, self._output = self._process.stdin, self._process.stdout
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        process = self._process
        self._input.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._output.close()

    def wait(self) -> str:
        """Wait until the clouds answer and give their addresses in the form of PULUMI_DEBUG_PROVIDERS."""
        line = self._first_line()
        try:
            ports = json.loads(line)
            return ",".join(f"{name}:{int(port)}" for name, port in ports.items())
        except (ValueError, AttributeError):
            raise ServerError(f"the offline clouds did not start{self._tail()}") from None

    def check(self) -> None:
        """ServerError when the clouds ended before the command did: their output is at its end."""
        ready, _, _ = select.select([self._output], [], [], 0)
        if ready and not os.read(self._output.fileno(), 1):
            code = self._process.wait()
            raise ServerError(f"the offline clouds ended during the command, with {code}{self._tail()}")

    def _first_line(self) -> bytes:
        descriptor = self._output.fileno()
        deadline = time.monotonic() + START_SECONDS
        line = b""
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
            chunk = os.read(descriptor, 4096) if ready else b""
            if not chunk:
                break
            line += chunk
        return line

    def _tail(self) -> str:
        log = self.home.serve_log
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]
        return f"; the end of {log}:\n" + "\n".join(f"  {line}" for line in lines)
