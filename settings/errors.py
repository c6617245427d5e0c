"""What is wrong with settings, as data, and the one exception that carries it."""

from collections.abc import Iterable
from dataclasses import dataclass


def file_of(stack: str) -> str:
    """The name of a stack's file."""
    return f"Pulumi.{stack}.yaml"


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake.

    file: name of the stack file, without its folder; empty when the mistake is in no file.
    path: where in it, for instance `erp:network.nat`; empty when it concerns the file as a whole.
    message: what is wrong and what is allowed, never a secret's value.
    """

    file: str
    path: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.path, self.message) if part)


class SettingsError(Exception):
    """Every mistake at once; its text is one line for each."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))
