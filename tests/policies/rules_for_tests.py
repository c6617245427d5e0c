"""Rules that only the tests know, to try what runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from guardrails.configuration import load_settings
from guardrails.declare import Enforcement, Finding, ResourceRule, Rule, Scope, Severity, StackRule
from guardrails.exemptions import Exemption, Ledger
from guardrails.judge import Judge
from guardrails.model import Resource, Stack
from guardrails.pack import Reporter, policies
from guardrails.registry import Registry

from tests.policies.harness import DATA, TODAY, Analyzer

TOKEN: Final = "test:index:Thing"


def rule(id: str, check: Callable[[Resource, Scope], Iterable[Finding]], enforcement: Enforcement) -> ResourceRule:  # noqa: A002
    """A rule over the test's own type."""
    return ResourceRule(
        id=id,
        title="A title",
        types=(TOKEN,),
        severity=Severity.HIGH,
        enforcement=enforcement,
        why="A reason.",
        mend="A way out.",
        example="Thing(good=True)",
        check=check,
    )


def stack_rule(id: str, check: Callable[[Stack, Scope], Iterable[Finding]], enforcement: Enforcement) -> StackRule:  # noqa: A002
    """A rule over the whole stack."""
    return StackRule(
        id=id,
        title="A title",
        severity=Severity.HIGH,
        enforcement=enforcement,
        why="A reason.",
        mend="A way out.",
        example="Thing(good=True)",
        check=check,
    )


def is_good(thing: Resource, _: Scope) -> Iterator[Finding]:
    """Finds a thing that is not good; an unknown one is not judged."""
    good = thing.read("good")
    if good.flag(default=False) is False:
        yield Finding(good.path, "is not good")


def has_good(stack: Stack, _: Scope) -> Iterator[Finding]:
    """Finds each thing of the stack that is not good."""
    for thing in stack.of_type(TOKEN):
        if thing.read("good").flag(default=False) is False:
            yield Finding("good", "is not good", thing.urn)


def fails_midway(thing: Resource, _: Scope) -> Iterator[Finding]:
    """Finds something, then fails on a value of a kind it does not know."""
    yield Finding("first", "is wrong")
    thing.read("good").number()


def fails_at_once(stack: Stack, _: Scope) -> Iterable[Finding]:
    """Fails before it could find anything."""
    raise LookupError(f"{len(stack.resources)} resources are too many")


def analyzer_of(*rules: Rule, exemptions: tuple[Exemption, ...] = (), root: Path = DATA) -> Analyzer:
    """A pack of these rules alone."""
    judge = Judge(Registry(rules), load_settings(root / "settings.yaml"), Ledger(exemptions, TODAY))
    return Analyzer(policies(Reporter(judge, {})))
