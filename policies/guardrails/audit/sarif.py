"""An audit as SARIF 2.1.0 (OASIS), which code scanning shows beside the line that declares the resource."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from guardrails.audit.reading import Place
from guardrails.audit.run import Audit
from guardrails.audit.texts import short
from guardrails.declare import Level, Rule, Severity
from guardrails.frameworks import controls_by_rule
from guardrails.judge import Verdict

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
SCORES: Final[Mapping[Severity, str]] = {
    Severity.LOW: "3.0", Severity.MEDIUM: "5.5", Severity.HIGH: "8.0", Severity.CRITICAL: "9.5",
}  # fmt: skip
"""`security-severity` by GitHub's bands: above 9.0 critical, from 7.0 high, from 4.0 medium (code scanning, "SARIF
support")."""
PROGRAM: Final = Place("__main__.py", 1)
"""Where a finding is shown that belongs to the stack, or whose place the state does not know."""


def sarif(audit: Audit) -> str:
    """The log: one run, every rule that ran, a result for each finding, exempt ones as suppressed."""
    met = {rule: number for number, rule in enumerate(dict.fromkeys(verdict.rule.id for verdict in audit.verdicts))}
    controls = controls_by_rule(audit.frameworks)
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "guardrails",
                "rules": [_rule(audit.registry.rules[name], controls.get(name, ())) for name in met],
            }
        },
        "automationDetails": {"id": f"guardrails/{audit.snapshot.project}/{audit.snapshot.name}/"},
        "invocations": [
            {
                "executionSuccessful": not any(verdict.fault for verdict in audit.verdicts),
                "toolExecutionNotifications": [
                    {
                        "level": "error",
                        "descriptor": {"id": verdict.rule.id},
                        "message": {"text": f"{verdict.rule.id} failed: {verdict.fault}"},
                    }
                    for verdict in audit.verdicts
                    if verdict.fault
                ],
            }
        ],
        "results": [result for verdict in audit.verdicts for result in _results(audit, verdict, met)],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: Rule, controls: tuple[str, ...]) -> dict[str, Any]:
    serves = "; ".join(controls) or "no control yet"
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {
            "text": f"{rule.mend}\n\n{rule.example.strip()}\n\nServes: {serves}",
            "markdown": f"{rule.mend}\n\n```python\n{rule.example.strip()}\n```\n\nServes: {serves}",
        },
        "properties": {"tags": ["security"], "security-severity": SCORES[rule.severity]},
    }


def _results(audit: Audit, verdict: Verdict, met: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    place = audit.snapshot.places.get(verdict.urn, PROGRAM)
    for finding in verdict.findings:
        identity = f"{verdict.rule.id}\0{verdict.urn}\0{finding.path}"
        result: dict[str, Any] = {
            "ruleId": verdict.rule.id,
            "ruleIndex": met[verdict.rule.id],
            "level": "error" if verdict.level is Level.MANDATORY else "warning",
            "message": {"text": f"{short(verdict.urn)}, {finding.text}"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": place.file, "uriBaseId": "%SRCROOT%"},
                        "region": {"startLine": place.line},
                    },
                    "logicalLocations": [{"fullyQualifiedName": verdict.urn or "stack", "kind": "resource"}],
                }
            ],
            "partialFingerprints": {"resourceProperty/v1": hashlib.sha256(identity.encode()).hexdigest()},
        }
        if verdict.excused:
            result["suppressions"] = [
                {"kind": "external", "justification": f"{note.exemption.reason} ({note.exemption.owner})"}
                for note in audit.notes
                if note.exemption.covers(verdict.rule.id, verdict.urn)
            ]
        yield result
