"""Misfortunes on demand, read from SANDBOX_FAULTS, for tests of recovery.

    SANDBOX_FAULTS="fail create aws:ec2/subnet:Subnet 2; die-after create aws:ec2/vpc:Vpc 1"

`fail` refuses the n-th such operation; `die-before` and `die-after` end the process of the clouds before or after it is
written; `hang-before` and `hang-after` never answer, so that a test can kill the engine at that very moment: it is told
by a line on the named pipe SANDBOX_HANG_PIPE. Each line is: misfortune, operation (create, read, update, delete), type,
n (1 is the first since the start).
"""

import os
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, Self, cast

VARIABLE: Final = "SANDBOX_FAULTS"
DEATH: Final = 86

PIPE: Final = "SANDBOX_HANG_PIPE"

Misfortune = Literal["fail", "die-before", "die-after", "hang-before", "hang-after"]
MISFORTUNES: Final = ("fail", "die-before", "die-after", "hang-before", "hang-after")
OPERATIONS: Final = ("create", "read", "update", "delete")


class BadFault(ValueError):
    """A line that is no fault; the text says what one looks like."""


class FaultInjected(Exception):
    """The operation that was to fail."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One misfortune: it strikes the n-th operation on a type."""

    misfortune: Misfortune
    operation: str
    token: str
    number: int


@dataclass(slots=True)
class Faults:
    """All misfortunes of one process, and how often each operation has happened so far."""

    faults: tuple[Fault, ...] = ()
    seen: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the variable; raises BadFault when a part of it is no fault."""
        lines = [line.strip() for line in environment.get(VARIABLE, "").split(";")]
        faults = tuple(_read(line) for line in lines if line)
        if PIPE not in environment and any(fault.misfortune.startswith("hang") for fault in faults):
            raise BadFault(f"{VARIABLE}: a hang tells of itself on a named pipe, which {PIPE} has to name")
        return cls(faults)

    def before(self, operation: str, token: str) -> int:
        """Count an operation and let what is to strike before its write strike; returns its number."""
        with self._lock:
            self.seen[operation, token] += 1
            number = self.seen[operation, token]
        self._strike("before", operation, token, number)
        if self._has("fail", operation, token, number):
            raise FaultInjected(f"fault injected: {operation} number {number} of {token} fails")
        return number

    def after(self, operation: str, token: str, number: int) -> None:
        """Let what is to strike after the write strike."""
        self._strike("after", operation, token, number)

    def _strike(self, moment: str, operation: str, token: str, number: int) -> None:
        if self._has(f"die-{moment}", operation, token, number):
            os._exit(DEATH)
        if self._has(f"hang-{moment}", operation, token, number):
            Path(os.environ[PIPE]).write_text(f"{operation} {token} {number}\n")
            threading.Event().wait()

    def _has(self, misfortune: str, operation: str, token: str, number: int) -> bool:
        return Fault(cast("Misfortune", misfortune), operation, token, number) in self.faults


def _read(line: str) -> Fault:
    parts = line.split()
    if len(parts) != 4 or parts[0] not in MISFORTUNES or parts[1] not in OPERATIONS or not _is_number(parts[3]):
        form = f"({'|'.join(MISFORTUNES)}) ({'|'.join(OPERATIONS)}) <type> <n>"
        raise BadFault(f"{VARIABLE}: {line!r} is no fault; the form is: {form}")
    return Fault(parts[0], parts[1], parts[2], int(parts[3]))


def _is_number(text: str) -> bool:
    return text.isdecimal() and int(text) > 0
