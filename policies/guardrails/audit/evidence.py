"""Evidence for auditors: per framework, each control with the rules behind it and what they said of this stack.

A control that no rule serves is listed with who covers it instead. The two forms, Markdown and JSON, have one content.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from guardrails.audit.run import Audit
from guardrails.exemptions import ExemptionNote
from guardrails.frameworks import Control, Framework


@dataclass(slots=True)
class Tally:
    """How often a rule, or the rules of a control, came to each answer; the rules over the stack count as one look."""

    passed: int = 0
    breached: int = 0
    exempt: int = 0
    unknown: int = 0

    def add(self, other: Tally) -> None:
        """Add another's numbers."""
        self.passed += other.passed
        self.breached += other.breached
        self.exempt += other.exempt
        self.unknown += other.unknown

    @property
    def answer(self) -> str:
        """What they say together, the worst first."""
        if self.breached:
            return "breached"
        if self.exempt:
            return "exempt"
        if self.passed:
            return "met" if not self.unknown else "met as far as known"
        return "not known" if self.unknown else "nothing to judge"


@dataclass(frozen=True, slots=True)
class Row:
    """A control and what the stack shows for it."""

    control: Control
    tally: Tally
    exemptions: tuple[ExemptionNote, ...]

    @property
    def answer(self) -> str:
        """`elsewhere` where no rule serves the control."""
        return self.tally.answer if self.control.rules else "elsewhere"


def tallies(audit: Audit) -> dict[str, Tally]:
    """By rule."""
    found: dict[str, Tally] = {}
    for verdict in audit.verdicts:
        tally = found.setdefault(verdict.rule.id, Tally())
        if verdict.is_breach:
            tally.breached += 1
        elif verdict.excused:
            tally.exempt += 1
        elif verdict.unknowns:
            tally.unknown += 1
        else:
            tally.passed += 1
    return found


def rows(audit: Audit, framework: Framework, by_rule: dict[str, Tally]) -> list[Row]:
    """One row a control, in the framework's order."""
    found: list[Row] = []
    for control in framework.controls:
        tally = Tally()
        for rule in control.rules:
            tally.add(by_rule.get(rule, Tally()))
        notes = tuple(note for note in audit.notes if note.exemption.rule in control.rules)
        found.append(Row(control, tally, notes))
    return found


def evidence(audit: Audit) -> dict[str, str]:
    """The files, by name: `<framework>.md` and `<framework>.json` for each."""
    by_rule = tallies(audit)
    files: dict[str, str] = {}
    for framework in audit.frameworks:
        found = rows(audit, framework, by_rule)
        files[f"{framework.id}.md"] = _markdown(audit, framework, found)
        files[f"{framework.id}.json"] = _json(audit, framework, found)
    return files


def _head(audit: Audit) -> dict[str, str]:
    snapshot = audit.snapshot
    return {
        "stack": f"{snapshot.project}/{snapshot.name}",
        "judged as": audit.environment.value,
        "judged on": audit.today.isoformat(),
        "resources": str(len(snapshot.resources)),
        "source": f"{snapshot.kind}, SHA-256 {snapshot.digest}",
    }


def _markdown(audit: Audit, framework: Framework, found: Iterable[Row]) -> str:
    lines = [f"# {framework.name}: what the infrastructure shows", ""]
    lines += [f"- {key}: {value}" for key, value in _head(audit).items()]
    lines += [
        "", f"Edition: {framework.edition}. Numbers: judgements that passed, breached, exempt, not known.", "",
        "| control | title | answer | numbers | rules | covered elsewhere |", "|---|---|---|---|---|---|",
    ]  # fmt: skip
    for row in found:
        control, tally = row.control, row.tally
        elsewhere = "; ".join(f"{who.value}: {how}" for who, how in control.covered_by)
        numbers = f"{tally.passed} / {tally.breached} / {tally.exempt} / {tally.unknown}" if control.rules else ""
        lines.append(
            f"| {control.id} | {control.title} | {row.answer} | {numbers} | {', '.join(control.rules)} | {elsewhere} |"
        )
        lines += [_exemption(note) for note in row.exemptions]
    return "\n".join(lines) + "\n"


def _exemption(note: ExemptionNote) -> str:
    exemption = note.exemption
    until = f"exemption until {exemption.expires.isoformat()} ({note.standing.value})"
    return f"| | {until} | {exemption.reason} ({exemption.owner}) | | {exemption.rule} on `{exemption.urn}` | |"


def _json(audit: Audit, framework: Framework, found: Iterable[Row]) -> str:
    content = {
        **{key.replace(" ", "_"): value for key, value in _head(audit).items()},
        "framework": framework.name,
        "edition": framework.edition,
        "controls": [
            {
                "id": row.control.id,
                "title": row.control.title,
                "answer": row.answer,
                "judgements": asdict(row.tally),
                "rules": list(row.control.rules),
                "covered_elsewhere": {who.value: how for who, how in row.control.covered_by},
                "exemptions": [{**asdict(note.exemption), "standing": note.standing.value} for note in row.exemptions],
            }
            for row in found
        ],
    }
    return json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n"
