"""An audit as JUnit XML, which every pipeline can show: a suite a rule, a case a resource."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from guardrails.audit.run import Audit
from guardrails.audit.texts import short
from guardrails.judge import Verdict


def junit(audit: Audit) -> str:
    """The report: a failure where something is wrong, an error where a rule failed, skipped where it is unknown."""
    by_rule: dict[str, list[Verdict]] = {}
    for verdict in audit.verdicts:
        by_rule.setdefault(verdict.rule.id, []).append(verdict)
    root = ET.Element("testsuites", name=f"guardrails {audit.snapshot.project}/{audit.snapshot.name}")
    for rule, verdicts in by_rule.items():
        suite = ET.SubElement(root, "testsuite", name=rule)
        kinds = [_case(suite, verdict) for verdict in verdicts]
        for name, kind in {"failures": "failure", "errors": "error", "skipped": "skipped"}.items():
            suite.set(name, str(kinds.count(kind)))
        suite.set("tests", str(len(kinds)))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ET.Element, verdict: Verdict) -> str:
    """Add the case; gives what became of it."""
    case = ET.SubElement(suite, "testcase", classname=verdict.rule.id, name=short(verdict.urn))
    kind, message = _said(verdict)
    if kind:
        ET.SubElement(case, kind, message=message, type=verdict.level.value)
    return kind


def _said(verdict: Verdict) -> tuple[str, str]:
    if verdict.fault is not None:
        return "error", f"the rule itself failed: {verdict.fault}"
    problems = "; ".join(finding.text for finding in verdict.findings)
    if verdict.excused:
        return "skipped", f"exempt: {problems}"
    if problems:
        return "failure", problems
    return ("skipped", "a value is secret or not known yet") if verdict.unknowns else ("", "")
