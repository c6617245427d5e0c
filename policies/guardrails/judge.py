"""Runs the rules, each in its own guard, and applies the exemptions."""

from __future__ import annotations

import datetime
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from guardrails.configuration import PackSettings, load_settings
from guardrails.declare import Environment, Finding, Level, Rule, Scope
from guardrails.exemptions import ExemptionNote, Ledger, load_exemptions
from guardrails.model import Resource, Stack, Urn
from guardrails.registry import Registry, all_rules
from guardrails.values import Watch


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of one resource.

    urn: the resource; empty for the stack itself. fault: the exception and where it was raised, when the rule failed;
    then there are no findings and the level is mandatory, whatever the rule's own is: a rule that could not run has
    passed nothing. excused: whether an exemption covers what was found. unknowns: whether the rule met a value that is
    not known, so that having found nothing says nothing.
    """

    rule: Rule
    level: Level
    urn: str
    findings: tuple[Finding, ...]
    fault: str | None = None
    excused: bool = False
    unknowns: bool = False

    @property
    def is_breach(self) -> bool:
        """Whether it has to be reported: something was found that nobody answers for, or the rule failed."""
        return self.fault is not None or (bool(self.findings) and not self.excused)


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

    @classmethod
    def load(cls, root: Path, today: datetime.date) -> Judge:
        """With every rule and the data files in `root`; raises PackError or DeclarationError where one is wrong.

        today: the day by which exemptions are judged.
        """
        registry = Registry(all_rules())
        settings = load_settings(root / "settings.yaml")
        return cls(registry, settings, Ledger(load_exemptions(root / "exemptions.yaml", registry.rules), today))

    def resource(self, resource: Resource) -> tuple[Verdict, ...]:
        """Judge one resource by the rules over its type: at least one verdict a rule, whatever it is."""
        scope = Scope(self._environment(resource.urn), self.settings)
        verdicts: list[Verdict] = []
        for rule in self.registry.for_type(resource.type):
            look = _guarded(lambda watch, check=rule.check: check(resource.watched_by(watch), scope))
            if look.fault is not None or look.unknowns:
                self.ledger.note_unjudged(rule.id, [resource.urn])
            verdicts += self._settle(rule, scope.environment, resource.urn, look)
        self.ledger.note_judged(resource.urn)
        return tuple(verdicts)

    def stack(self, stack: Stack) -> StackVerdict:
        """Judge the whole stack; ends the run's bookkeeping of exemptions."""
        urns = [resource.urn for resource in stack.resources]
        scope = Scope(self._environment(next(iter(urns), "")), self.settings)
        verdicts: list[Verdict] = []
        for rule in self.registry.stack_rules:
            look = _guarded(lambda watch, check=rule.check: check(stack.watched_by(watch), scope))
            if look.fault is not None or look.unknowns:
                self.ledger.note_unjudged(rule.id, urns)
            by_urn: dict[str, list[Finding]] = {}
            for finding in look.findings:
                by_urn.setdefault(finding.urn or "", []).append(finding)
            if look.fault is not None or not by_urn:
                verdicts += self._settle(rule, scope.environment, "", replace(look, findings=()))
            for urn, found in by_urn.items():
                verdicts += self._settle(rule, scope.environment, urn, _Look(tuple(found), None, look.unknowns))
        notes = self.ledger.close(urns, [rule.id for rule in self.registry.stack_rules])
        return StackVerdict(tuple(verdicts), tuple(notes))

    def _environment(self, urn: str) -> Environment:
        return self.settings.environment(Urn.parse(urn).stack)

    def _settle(self, rule: Rule, environment: Environment, urn: str, look: _Look) -> Iterator[Verdict]:
        if look.fault is not None:
            yield Verdict(rule, Level.MANDATORY, urn, (), look.fault)
        if look.findings or look.fault is None:
            excused = bool(look.findings) and self.ledger.excuse(rule.id, urn)
            level = rule.level(environment)
            yield Verdict(rule, level, urn, look.findings, excused=excused, unknowns=look.unknowns)


@dataclass(frozen=True, slots=True)
class _Look:
    """What one run of a check gave: what it found, why it failed, and whether it met a value that is not known."""

    findings: tuple[Finding, ...]
    fault: str | None
    unknowns: bool


def _guarded(check: Callable[[Watch], Iterable[Finding]]) -> _Look:
    """Run a check in its guard; what it found before it failed still counts."""
    watch, findings, fault = Watch(), list[Finding](), None
    try:
        findings.extend(check(watch))
    except Exception as error:  # noqa: BLE001  the guard: whatever a rule raises must become a finding, never a pass
        frame = traceback.extract_tb(error.__traceback__)[-1]
        fault = f"{type(error).__name__}: {error} ({frame.filename.rpartition('/')[2]}:{frame.lineno})"
    return _Look(tuple(findings), fault, bool(watch.unknowns))
