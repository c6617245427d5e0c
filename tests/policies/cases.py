"""The form of a case, and all cases. Each says everything that the whole pack finds, not only the rule's own part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tests.policies.harness import Given

Kind = Literal["pass", "fail", "unknown"]


@dataclass(frozen=True, slots=True)
class Case:
    """One resource, and exactly what the pack finds on it: `path: problem` for each finding of this rule, no other."""

    rule: str
    kind: Kind
    what: str
    given: Given
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StackCase:
    """One stack, and exactly what the pack finds on it: by resource name, each finding of this rule, no other."""

    rule: str
    kind: Kind
    what: str
    given: tuple[Given, ...]
    findings: Mapping[str, tuple[str, ...]]


def case(rule: str, kind: Kind, what: str, token: str, props: Mapping[str, Any], *findings: str, **more: Any) -> Case:
    """A case in one line; `more` goes to Given (stack, provider, name)."""
    return Case(rule, kind, what, Given(token, props=props, **more), findings)


def stack_case(rule: str, kind: Kind, what: str, *given: Given, **findings: str) -> StackCase:
    """A stack case in one call; findings by resource name."""
    return StackCase(rule, kind, what, given, {name: (finding,) for name, finding in findings.items()})
