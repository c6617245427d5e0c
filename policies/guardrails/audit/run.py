"""Judges a snapshot by every rule, and keeps what each rule said of each resource."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from guardrails.audit.reading import Snapshot
from guardrails.declare import Environment, Level
from guardrails.exemptions import ExemptionNote, Standing
from guardrails.frameworks import Framework, load_frameworks
from guardrails.judge import Judge, Verdict
from guardrails.registry import Registry


class Outcome(Enum):
    """What came of the rules."""

    CLEAN = 0
    VIOLATED = 1
    NOT_JUDGED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The judgement of a snapshot.

    registry: the rules. verdicts: of every rule on every resource, and of the rules over the stack, which come last and
    are missing where the snapshot is partial. notes: what became of the exemptions.
    """

    snapshot: Snapshot
    environment: Environment
    today: datetime.date
    registry: Registry
    frameworks: tuple[Framework, ...]
    verdicts: tuple[Verdict, ...]
    notes: tuple[ExemptionNote, ...]

    @property
    def breaches(self) -> Iterator[Verdict]:
        """What has to be reported, in the order of judging."""
        return (verdict for verdict in self.verdicts if verdict.is_breach)

    @property
    def failed_notes(self) -> Iterator[ExemptionNote]:
        """Exemptions that fail a run: those that have ended, and those that nothing needs."""
        return (note for note in self.notes if note.standing is not Standing.IN_FORCE)

    @property
    def outcome(self) -> Outcome:
        """Clean, violated, or not judged: a rule that failed has passed nothing, so nothing else counts then."""
        breaches = list(self.breaches)
        if any(verdict.fault for verdict in breaches):
            return Outcome.NOT_JUDGED
        if any(verdict.level is Level.MANDATORY for verdict in breaches) or any(True for _ in self.failed_notes):
            return Outcome.VIOLATED
        return Outcome.CLEAN


def audit(snapshot: Snapshot, root: Path, today: datetime.date) -> Audit:
    """Judge a snapshot with the data files in `root`; raises PackError where one is wrong.

    today: the day by which exemptions are judged.
    """
    judge = Judge.load(root, today)
    verdicts = [verdict for resource in snapshot.resources for verdict in judge.resource(resource)]
    notes: tuple[ExemptionNote, ...] = ()
    if snapshot.stack is not None:
        judged = judge.stack(snapshot.stack)
        verdicts += judged.verdicts
        notes = judged.notes
    return Audit(
        snapshot=snapshot,
        environment=judge.settings.environment(snapshot.name),
        today=today,
        registry=judge.registry,
        frameworks=load_frameworks(judge.registry.rules),
        verdicts=tuple(verdicts),
        notes=notes,
    )
