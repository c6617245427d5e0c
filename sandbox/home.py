"""A sandbox's home: the folder that holds everything one sandbox remembers, and the lock on it."""

import fcntl
import json
import os
import shlex
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

VARIABLE = "SANDBOX_HOME"


class HomeInUseError(Exception):
    """Another process holds the home; the text says which one and since when."""


class HomeError(Exception):
    """The home can't be used; the text names it and says why."""


@dataclass(frozen=True, slots=True)
class Home:
    """Folders of one sandbox.

    root: the checkout. folder: `.sandbox` in it, or what SANDBOX_HOME names.
    """

    root: Path
    folder: Path

    @classmethod
    def of(cls, root: Path, environment: Mapping[str, str]) -> Self:
        """The home that the environment asks for; a relative one is meant from the current folder.

        HomeError for the checkout itself or a folder around it: its Pulumi.yaml would be written over, or removed with
        the home.
        """
        named = environment.get(VARIABLE, "")
        folder = Path(named).absolute() if named else root / ".sandbox"
        if root.resolve().is_relative_to(folder.resolve()):
            raise HomeError(f"{VARIABLE}={named} is the checkout or holds it; name a folder for the sandbox alone")
        return cls(root=root, folder=folder)

    @property
    def project(self) -> Path:
        """The project that the engine sees in place of the checkout."""
        return self.folder / "project"

    @property
    def state(self) -> Path:
        """The engine's file backend."""
        return self.folder / "state"

    @property
    def pulumi(self) -> Path:
        """The engine's own home: which stack is selected, and no plugins."""
        return self.folder / "pulumi"

    @property
    def lock(self) -> Path:
        """Held while a command runs."""
        return self.folder / "lock"

    @property
    def serve_log(self) -> Path:
        """What the offline clouds of the last run said."""
        return self.folder / "serve.log"

    def make(self) -> None:
        """Make the folders that the engine expects to find; HomeError when one can't be made."""
        with self._usable():
            for folder in (self.project, self.state, self.pulumi):
                folder.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def held(self, command: Sequence[str]) -> Generator[None, None, None]:
        """Hold the home for one command; HomeInUseError when somebody else does, HomeError when nobody could.

        The system gives the lock back however this process ends, so a lock file alone never means that it is held.
        """
        with self._usable():
            self.folder.mkdir(parents=True, exist_ok=True)
            file = self.lock.open("a+", encoding="utf-8")
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise HomeInUseError(self._who(holder(self.lock))) from None
            file.truncate(0)
            since = datetime.now().astimezone().isoformat(timespec="seconds")
            json.dump({"pid": os.getpid(), "since": since, "command": shlex.join(command)}, file)
            file.flush()
            yield

    @contextmanager
    def _usable(self) -> Generator[None, None, None]:
        try:
            yield
        except OSError as error:
            place = error.filename or self.folder
            raise HomeError(
                f"{place}: {error.strerror}. The sandbox needs a folder that it can write: {VARIABLE}=/some/folder"
            ) from None

    def _who(self, found: Mapping[str, object]) -> str:
        return (
            f"{self.folder} is in use since {found.get('since', 'a moment ago')}"
            f" by process {found.get('pid', 'unknown')}: {found.get('command', 'unknown command')}\n"
            f"Wait until it ends, or give this command a sandbox of its own: {VARIABLE}=/some/folder"
        )


def holder(lock: Path) -> dict[str, object]:
    """What the lock file says about the process that took the lock last; empty when it says nothing."""
    try:
        found = json.loads(lock.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return found if isinstance(found, dict) else {}
