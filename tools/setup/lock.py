"""One set-up of a checkout at a time: the second waits for the first and finds everything done."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tools.setup.runner import say


@contextmanager
def exclusive(path: Path) -> Generator[None, None, None]:
    """Hold the lock; the system releases it however this process ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            say(
                "lock",
                f"another set-up of this checkout runs (process {file.read().strip() or 'unknown'}): waiting for it",
            )
            fcntl.flock(file, fcntl.LOCK_EX)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
