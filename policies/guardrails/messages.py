"""What a person reads: which rule, how bad, where, what is wrong, how to mend it, which controls it serves."""

from __future__ import annotations

from collections.abc import Mapping

from guardrails.exemptions import ExemptionNote, Standing
from guardrails.judge import Verdict


def verdict_text(verdict: Verdict, controls: Mapping[str, tuple[str, ...]]) -> str:
    """The message of a verdict; starts with the rule's id and severity."""
    rule = verdict.rule
    head = f"{rule.id} [{rule.severity.value}] {rule.title}"
    if verdict.fault is not None:
        return (
            f"{head}\n  The rule itself failed, so nothing was judged: {verdict.fault}\n"
            f"  This is a fault of the policy pack, or a value of a kind it does not know: tell the pack's owner."
        )
    lines = [head]
    lines += [f"  - {finding.text}" for finding in verdict.findings]
    lines += [f"  Why: {rule.why}", f"  Mend: {rule.mend}"]
    lines += [f"      {line}" for line in rule.example.strip().splitlines()]
    lines.append(f"  Serves: {'; '.join(controls.get(rule.id, ())) or 'no control yet'}")
    return "\n".join(lines)


def exemption_text(note: ExemptionNote) -> str:
    """The message on an exemption; starts with `exemption` and what became of it."""
    exemption = note.exemption
    what = {
        Standing.IN_FORCE: f"holds until {exemption.expires.isoformat()}",
        Standing.EXPIRED: f"ended on {exemption.expires.isoformat()}: mend the finding, or agree on a new date",
        Standing.UNUSED: "nothing needs it any more: remove it from exemptions.yaml",
    }[note.standing]
    return (
        f"exemption [{note.standing.value}] {exemption.rule} on {exemption.urn}\n"
        f"  {what}\n  Reason: {exemption.reason}\n  Owner: {exemption.owner}"
    )
