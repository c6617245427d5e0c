"""An audit for people and for programs that read JSON: the same content twice.

Nothing here shows a property's value beyond what a finding says, and findings never see a secret.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from guardrails.audit.run import Audit, Outcome
from guardrails.declare import Level
from guardrails.exemptions import Standing
from guardrails.frameworks import controls_by_rule
from guardrails.judge import Verdict
from guardrails.messages import exemption_text

ANSWERS = {Outcome.CLEAN: "clean", Outcome.VIOLATED: "violations", Outcome.NOT_JUDGED: "could not judge"}


def short(urn: str) -> str:
    """A resource as people call it: `database-primary-s1 (aws:rds/instance:Instance)`."""
    if not urn:
        return "the stack"
    *_, types, name = urn.split("::")
    return f"{name} ({types.rpartition('$')[2]})"


def table(audit: Audit) -> str:
    """The audit as text: a block for each breach, the exemptions, and the sums."""
    blocks = [_block(verdict) for verdict in audit.breaches]
    blocks += map(exemption_text, audit.notes)
    return "\n\n".join([*blocks, "\n".join(_sums(audit))]) + "\n"


def _block(verdict: Verdict) -> str:
    rule = verdict.rule
    head = f"{rule.severity.value.upper():8}  {verdict.level.value:9}  {rule.id}: {short(verdict.urn)}"
    if verdict.fault is not None:
        return f"{head}\n  the rule itself failed, so nothing was judged: {verdict.fault}"
    lines = [f"  {finding.text}" for finding in verdict.findings]
    return "\n".join([head, *lines, f"  mend: {rule.mend}"])


def _sums(audit: Audit) -> Iterator[str]:
    snapshot = audit.snapshot
    yield (
        f"{snapshot.project}/{snapshot.name} judged as {audit.environment.value}: {len(snapshot.resources)} resources, "
        f"{len(audit.registry.rules)} rules, {len(audit.verdicts)} judgements"
    )
    if snapshot.stack is None:
        yield "the rules over the stack did not run: this preview lists changes alone (pulumi preview --show-sames)"
    unknown = sum(verdict.unknowns and not verdict.findings for verdict in audit.verdicts)
    if unknown:
        yield f"{unknown} judgements met a value that is secret or not known yet"
    by_level = Counter(verdict.level for verdict in audit.breaches)
    yield (
        f"{ANSWERS[audit.outcome]}: {by_level[Level.MANDATORY]} mandatory, {by_level[Level.ADVISORY]} advisory, "
        f"{sum(verdict.excused for verdict in audit.verdicts)} exempt"
    )


def document(audit: Audit) -> str:
    """The audit as one JSON document."""
    controls = controls_by_rule(audit.frameworks)
    snapshot = audit.snapshot
    content: dict[str, Any] = {
        "format": 1,
        "stack": snapshot.name,
        "project": snapshot.project,
        "judged_as": audit.environment.value,
        "judged_on": audit.today.isoformat(),
        "source": {"kind": snapshot.kind, "sha256": snapshot.digest, "whole": snapshot.stack is not None},
        "outcome": ANSWERS[audit.outcome],
        "counts": {
            "resources": len(snapshot.resources),
            "rules": len(audit.registry.rules),
            "judgements": len(audit.verdicts),
            "breaches": sum(1 for _ in audit.breaches),
        },
        "breaches": [
            {
                "rule": verdict.rule.id,
                "severity": verdict.rule.severity.value,
                "level": verdict.level.value,
                "urn": verdict.urn,
                "title": verdict.rule.title,
                "findings": [{"path": finding.path, "problem": finding.problem} for finding in verdict.findings],
                "fault": verdict.fault,
                "mend": verdict.rule.mend,
                "controls": list(controls.get(verdict.rule.id, ())),
            }
            for verdict in audit.breaches
        ],
        "exemptions": [
            {
                "rule": note.exemption.rule,
                "urn": note.exemption.urn,
                "reason": note.exemption.reason,
                "owner": note.exemption.owner,
                "expires": note.exemption.expires.isoformat(),
                "standing": note.standing.value,
                "fails": note.standing is not Standing.IN_FORCE,
            }
            for note in audit.notes
        ],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
