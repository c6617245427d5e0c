"""Runs the rules, each in its own guard, and applies the exemptions."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from guardrails.configuration import PackSettings
from guardrails.declare import Environment, Finding, Level, Rule, Scope
from guardrails.exemptions import ExemptionNote, Ledger
from guardrails.model import Resource, Stack, Urn
from guardrails.registry import Registry
from guardrails.values import Watch


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule found on one resource, or that the rule itself failed.

    urn: the resource; empty for the stack itself. fault: the exception and where it was raised, when the rule failed;
    then there are no findings and the level is mandatory, whatever the rule's own is: a rule that could not run has
    passed nothing.
    """

    rule: Rule
    level: Level
    urn: str
    findings: tuple[Finding, ...]
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class StackVerdict:
    """What the rules over the stack found, and what became of the exemptions."""

    verdicts: tuple[Verdict, ...]
    notes: tuple[ExemptionNote, ...]


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges resources and stacks by the rules of a registry."""

    registry: Registry
    settings: PackSettings
    ledger: Ledger

    def resource(self, resource: Resource) -> tuple[Verdict, ...]:
        """Judge one resource by the rules over its type."""
        scope = Scope(self._environment(resource.urn), self.settings)
        verdicts: list[Verdict] = []
        for rule in self.registry.for_type(resource.type):
            watch = Watch()
            watched = resource.watched_by(watch)
            findings, fault = _guarded(lambda check=rule.check, watched=watched: check(watched, scope))
            if fault is not None or watch.unknowns:
                self.ledger.note_unjudged(rule.id, [resource.urn])
            verdicts += self._settle(rule, scope.environment, resource.urn, findings, fault)
        self.ledger.note_judged(resource.urn)
        return tuple(verdicts)

    def stack(self, stack: Stack) -> StackVerdict:
        """Judge the whole stack; ends the run's bookkeeping of exemptions."""
        urns = [resource.urn for resource in stack.resources]
        scope = Scope(self._environment(next(iter(urns), "")), self.settings)
        verdicts: list[Verdict] = []
        for rule in self.registry.stack_rules:
            watch = Watch()
            watched = stack.watched_by(watch)
            findings, fault = _guarded(lambda check=rule.check, watched=watched: check(watched, scope))
            if fault is not None or watch.unknowns:
                self.ledger.note_unjudged(rule.id, urns)
            by_urn: dict[str, list[Finding]] = {}
            for finding in findings:
                by_urn.setdefault(finding.urn or "", []).append(finding)
            verdicts += self._settle(rule, scope.environment, "", (), fault)
            for urn, found in by_urn.items():
                verdicts += self._settle(rule, scope.environment, urn, tuple(found), None)
        notes = self.ledger.close(urns, [rule.id for rule in self.registry.stack_rules])
        return StackVerdict(tuple(verdicts), tuple(notes))

    def _environment(self, urn: str) -> Environment:
        return self.settings.environment(Urn.parse(urn).stack)

    def _settle(
        self, rule: Rule, environment: Environment, urn: str, findings: tuple[Finding, ...], fault: str | None
    ) -> Iterator[Verdict]:
        if fault is not None:
            yield Verdict(rule, Level.MANDATORY, urn, (), fault)
        if findings and not self.ledger.excuse(rule.id, urn):
            yield Verdict(rule, rule.level(environment), urn, findings)


def _guarded(check: Callable[[], Iterable[Finding]]) -> tuple[tuple[Finding, ...], str | None]:
    """What a check found and, where it failed, why; what it found before it failed still counts."""
    findings: list[Finding] = []
    try:
        findings.extend(check())
    except Exception as error:  # noqa: BLE001  the guard: whatever a rule raises must become a finding, never a pass
        frame = traceback.extract_tb(error.__traceback__)[-1]
        return tuple(findings), f"{type(error).__name__}: {error} ({frame.filename.rpartition('/')[2]}:{frame.lineno})"
    return tuple(findings), None
