"""What a rule is, and the one table that says how hard it is enforced where."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from guardrails.configuration import PackSettings
    from guardrails.model import Resource, Stack
    from guardrails.values import Node


class Environment(Enum):
    """What a stack is judged as."""

    DEV = "dev"
    STAGING = "staging"
    PROD = "prod"


class Level(Enum):
    """What a finding does: a mandatory one fails the run, an advisory one is printed."""

    MANDATORY = "mandatory"
    ADVISORY = "advisory"


class Severity(Enum):
    """How bad a finding is, whatever its level."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Enforcement(Enum):
    """A row of the table below."""

    ALWAYS = "always"
    BEYOND_DEV = "beyond dev"


ENFORCEMENT: Final[Mapping[Enforcement, Mapping[Environment, Level]]] = {
    Enforcement.ALWAYS: {
        Environment.DEV: Level.MANDATORY,
        Environment.STAGING: Level.MANDATORY,
        Environment.PROD: Level.MANDATORY,
    },
    Enforcement.BEYOND_DEV: {
        Environment.DEV: Level.ADVISORY,
        Environment.STAGING: Level.MANDATORY,
        Environment.PROD: Level.MANDATORY,
    },
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    path: property path in Pulumi's spelling; empty for the resource itself.
    problem: what is wrong and what was expected, as the end of a sentence that starts with the path.
    urn: the resource, where a rule over the stack found it.
    """

    path: str
    problem: str
    urn: str | None = None

    @property
    def text(self) -> str:
        """Where it is, and what is wrong there."""
        return f"{self.path or 'resource'}: {self.problem}"


def found(node: Node, problem: str) -> Finding:
    """A finding at a place that was read."""
    return Finding(node.path, problem)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a rule knows besides the data it judges."""

    environment: Environment
    settings: PackSettings


ResourceCheck = Callable[["Resource", Scope], Iterable[Finding]]
StackCheck = Callable[["Stack", Scope], Iterable[Finding]]


class DeclarationError(Exception):
    """A rule is declared wrongly: a fault of the pack, found when it starts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A declared rule: everything that a person needs to act on its finding.

    id: verb first, words joined by hyphens. why: what goes wrong without it. mend: what to do. example: Python that
    satisfies the rule.
    """

    id: str
    title: str
    severity: Severity
    enforcement: Enforcement
    why: str
    mend: str
    example: str

    def __post_init__(self) -> None:
        """Refuse a declaration that could never be found, read or acted on."""
        if not re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", self.id):
            raise DeclarationError(f"rule id {self.id!r}: expected lower-case words joined by hyphens, verb first")
        if not all(text.strip() for text in (self.title, self.why, self.mend, self.example)):
            raise DeclarationError(f"rule {self.id}: title, why, mend and example must all say something")

    def level(self, environment: Environment) -> Level:
        """What a finding of this rule does in an environment."""
        return ENFORCEMENT[self.enforcement][environment]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRule(Rule):
    """A rule over each resource of its types; `aws:*` stands for all types of a package."""

    types: tuple[str, ...]
    check: ResourceCheck


@dataclass(frozen=True, slots=True, kw_only=True)
class StackRule(Rule):
    """A rule over the whole stack: what must be there, and what belongs together."""

    check: StackCheck
