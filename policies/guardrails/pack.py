"""The pack as the policy SDK knows it: four policies that dispatch to the rules.

The SDK decodes every resource once for each of its policies, and gives a policy one level and one severity. So there
are four, rules over resources and over the stack, each mandatory and advisory, and a rule's level in the environment
picks the one that reports it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from guardrails.adapter import resource_from, stack_from
from guardrails.configuration import PackError
from guardrails.declare import Level
from guardrails.exemptions import Standing
from guardrails.frameworks import controls_by_rule, load_frameworks
from guardrails.judge import Judge, Verdict
from guardrails.messages import exemption_text, verdict_text

NAME: Final = "guardrails"


@dataclass(frozen=True, slots=True)
class Report:
    """A message and the resource it is about; no resource means the stack."""

    level: Level
    text: str
    urn: str | None = None


@dataclass(frozen=True, slots=True)
class Reporter:
    """Judges each resource and the stack once, although two policies ask, and hands each its part.

    The mandatory policy comes first in the pack, judges, and leaves the advisory part here for the policy after it in
    the same request. Where the mandatory one was switched off from outside, the advisory one judges for itself.
    """

    judge: Judge
    controls: Mapping[str, tuple[str, ...]]
    _waiting: dict[str, list[Report]] = field(default_factory=dict[str, list[Report]])

    def resource(self, level: Level, args: ResourceValidationArgs, report: ReportViolation) -> None:
        """Report on one resource at one level."""
        for found in self._part(level, args.urn, lambda: self._texts(self.judge.resource(resource_from(args)))):
            report(found.text, None)

    def stack(self, level: Level, args: StackValidationArgs, report: ReportViolation) -> None:
        """Report on the stack at one level, with what became of the exemptions."""
        for found in self._part(level, "", lambda: self._stack_texts(args)):
            report(found.text, found.urn)

    def _part(self, level: Level, key: str, judged: Callable[[], list[Report]]) -> list[Report]:
        if level is Level.MANDATORY:
            reports = self._waiting[key] = judged()
        else:
            left = self._waiting.pop(key, None)
            reports = judged() if left is None else left
        return [report for report in reports if report.level is level]

    def _texts(self, verdicts: Iterable[Verdict]) -> list[Report]:
        return [
            Report(verdict.level, verdict_text(verdict, self.controls), verdict.urn or None)
            for verdict in verdicts
            if verdict.is_breach
        ]

    def _stack_texts(self, args: StackValidationArgs) -> list[Report]:
        judged = self.judge.stack(stack_from(args))
        notes = [
            Report(Level.ADVISORY if note.standing is Standing.IN_FORCE else Level.MANDATORY, exemption_text(note))
            for note in judged.notes
        ]
        return self._texts(judged.verdicts) + notes


def build(root: Path, today: datetime.date) -> list[Policy]:
    """The four policies, from the data files in `root`; raises PackError or DeclarationError where one is wrong.

    today: the day by which exemptions are judged.
    """
    judge = Judge.load(root, today)
    return policies(Reporter(judge, controls_by_rule(load_frameworks(judge.registry.rules))))


def policies(reporter: Reporter) -> list[Policy]:
    """The four policies over one reporter; the mandatory one of each kind comes first, see Reporter."""
    return [
        _resource_policy(reporter, Level.MANDATORY, "A resource breaks a rule that is binding here."),
        _resource_policy(reporter, Level.ADVISORY, "A resource breaks a rule that is advice here."),
        _stack_policy(reporter, Level.MANDATORY, "The stack breaks a rule that is binding here."),
        _stack_policy(reporter, Level.ADVISORY, "The stack breaks a rule that is advice here, or is exempt from one."),
    ]


def serve(root: Path) -> None:
    """Start the pack; returns when the engine stops it. A mistake in the data files ends it with their text alone."""
    try:
        built = build(root, datetime.datetime.now(tz=datetime.UTC).date())
    except PackError as error:
        raise SystemExit(str(error)) from error
    PolicyPack(NAME, built)


def _resource_policy(reporter: Reporter, level: Level, description: str) -> Policy:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        reporter.resource(level, args, report)

    return ResourceValidationPolicy(
        f"resource-{level.value}", description, validate, enforcement_level=EnforcementLevel(level.value)
    )


def _stack_policy(reporter: Reporter, level: Level, description: str) -> Policy:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        reporter.stack(level, args, report)

    return StackValidationPolicy(
        f"stack-{level.value}", description, validate, enforcement_level=EnforcementLevel(level.value)
    )
