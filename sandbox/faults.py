"""Misfortunes on demand, read from SANDBOX_FAULTS, for tests of recovery and of patience.

    SANDBOX_FAULTS="fail create aws:ec2/subnet:Subnet 2; throttle create aws:iam/role:Role 1 3; slow read * 200"

Each is: misfortune, operation (create, read, update, delete), type or `*` for any, and numbers. One is of another form:

    region-down eu-central-1

Every request to that AWS region fails as if nobody were there: create, read, update and delete of what lies there, and
the configuration of a provider that asks for its account there. Check and diff answer, since a provider does both by
itself. Services that one region steers for all others (sandbox/world/aws.json, global_services) go down with that one.

    fail n               refuses the n-th such operation; 1 is the first since the start
    die-before n         ends the process of the clouds before it is written, die-after n after it
    hang-before n        never answers, so that a test can kill the engine at that very moment: it is told by a line on
    hang-after n         the named pipe SANDBOX_HANG_PIPE
    throttle n times     answers the n-th attempt and those after it, `times` in all, with the vendors' "slow down"; the
                         providers try again by themselves, and each try counts
    slow milliseconds    has every such operation take that much longer
"""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol, Self

from sandbox.world import world

VARIABLE: Final = "SANDBOX_FAULTS"
DEATH: Final = 86

PIPE: Final = "SANDBOX_HANG_PIPE"

# Each misfortune with the names of its numbers.
MISFORTUNES: Final[Mapping[str, tuple[str, ...]]] = {
    "fail": ("n",),
    "die-before": ("n",),
    "die-after": ("n",),
    "hang-before": ("n",),
    "hang-after": ("n",),
    "throttle": ("n", "times"),
    "slow": ("milliseconds",),
}
ATTEMPTS: Final[Mapping[str, int]] = {"aws": 25, "cloudflare": 3}
"""How often a provider asks in all before it gives up; one that is not listed asks once.

Sources: AWS provider, argument reference, max_retries; cloudflare-go, README, "Retries" (two by default). The engine
asks no provider again: its on-error hooks do not fire at such errors in 3.220.0 (pulumi/pulumi#23344).
"""
OPERATIONS: Final = ("create", "read", "update", "delete")
ANY: Final = "*"
REGION_DOWN: Final = "region-down"


class BadFault(ValueError):
    """A line that is no fault; the text says what one looks like."""


class FaultInjected(Exception):
    """The operation that was to fail."""


class Throttled(Exception):
    """The operation that was told to slow down."""


class Place(Protocol):
    """Where a request goes."""

    @property
    def region(self) -> str:
        """The region that answers."""
        ...

    @property
    def silence(self) -> str:
        """What the asker says when nobody does."""
        ...


@dataclass(frozen=True, slots=True)
class Fault:
    """One misfortune of one operation on one type, or on any.

    numbers: as `MISFORTUNES` names them.
    """

    misfortune: str
    operation: str
    token: str
    numbers: tuple[int, ...]

    def strikes(self, number: int) -> bool:
        """Whether it strikes the operation of that number."""
        match self.misfortune:
            case "slow":
                return True
            case "throttle":
                first, times = self.numbers
                return first <= number < first + times
            case _:
                return self.numbers == (number,)


@dataclass(slots=True)
class Faults:
    """All misfortunes of one process, and how often each operation has happened so far.

    down: AWS regions that nothing reaches. wait: takes seconds; a test puts something of its own in its place.
    """

    faults: tuple[Fault, ...] = ()
    down: frozenset[str] = frozenset()
    seen: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    wait: Callable[[float], None] = time.sleep
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the variable; raises BadFault when a part of it is no fault."""
        lines = [line.strip() for line in environment.get(VARIABLE, "").split(";")]
        regions = [line for line in lines if line.split()[:1] == [REGION_DOWN]]
        faults = tuple(_read(line) for line in lines if line and line not in regions)
        if PIPE not in environment and any(fault.misfortune.startswith("hang") for fault in faults):
            raise BadFault(f"{VARIABLE}: a hang tells of itself on a named pipe, which {PIPE} has to name")
        return cls(faults, frozenset(_region(line) for line in regions))

    def reach(self, places: Iterable[Place], doing: str) -> None:
        """Get through to every place that a request needs, or FaultInjected; one that gets nowhere is not counted."""
        for place in places:
            if place.region in self.down:
                raise FaultInjected(f"{doing}: {place.silence} (fault injected: {REGION_DOWN} {place.region})")

    def before(self, operation: str, token: str) -> Mapping[str, int]:
        """Count an operation and let what is to strike before its write strike; returns its numbers, by type."""
        numbers = self._count(operation, token)
        for fault in self._striking("slow", operation, numbers):
            self.wait(fault.numbers[0] / 1000)
        self._strike("before", operation, numbers)
        for fault in self._striking("fail", operation, numbers):
            number = numbers[fault.token]
            raise FaultInjected(f"fault injected: {operation} number {number} of {fault.token} fails")
        for _ in self._striking("throttle", operation, numbers):
            raise Throttled(f"fault injected: ThrottlingException: Rate exceeded ({operation} {token})")
        return numbers

    def after(self, operation: str, numbers: Mapping[str, int]) -> None:
        """Let what is to strike after the write strike; numbers: what `before` gave."""
        self._strike("after", operation, numbers)

    def _count(self, operation: str, token: str) -> Mapping[str, int]:
        with self._lock:
            for counted in (token, ANY):
                self.seen[operation, counted] += 1
            return {counted: self.seen[operation, counted] for counted in (token, ANY)}

    def _strike(self, moment: str, operation: str, numbers: Mapping[str, int]) -> None:
        for _ in self._striking(f"die-{moment}", operation, numbers):
            os._exit(DEATH)
        for fault in self._striking(f"hang-{moment}", operation, numbers):
            Path(os.environ[PIPE]).write_text(f"{operation} {fault.token} {numbers[fault.token]}\n")
            threading.Event().wait()

    def _striking(self, misfortune: str, operation: str, numbers: Mapping[str, int]) -> list[Fault]:
        return [
            fault
            for fault in self.faults
            if (fault.misfortune, fault.operation) == (misfortune, operation)
            and fault.token in numbers
            and fault.strikes(numbers[fault.token])
        ]


def _region(line: str) -> str:
    known = world().values("aws", "regions")
    named = line.split()[1:]
    if len(named) != 1 or named[0] not in known:
        form = f"{REGION_DOWN} <{'|'.join(sorted(known))}>"
        raise BadFault(f"{VARIABLE}: {line!r} is no fault; the form is: {form}")
    return named[0]


def _read(line: str) -> Fault:
    parts = line.split()
    misfortune, operation, token = [*parts, "", "", ""][:3]
    numbers = parts[3:]
    names = MISFORTUNES.get(misfortune, ())
    right = len(numbers) == len(names) and all(number.isdecimal() and int(number) > 0 for number in numbers)
    if not names or operation not in OPERATIONS or not token or not right:
        forms = "; ".join(
            f"{name} ({'|'.join(OPERATIONS)}) <type or *> {' '.join(f'<{number}>' for number in wanted)}"
            for name, wanted in MISFORTUNES.items()
            if name == misfortune or misfortune not in MISFORTUNES
        )
        forms += "" if misfortune in MISFORTUNES else f"; {REGION_DOWN} <region>"
        raise BadFault(f"{VARIABLE}: {line!r} is no fault; the form is: {forms}")
    return Fault(misfortune, operation, token, tuple(int(number) for number in numbers))
