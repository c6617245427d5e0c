"""The audit of a file says what the analyzer says of the same stack, in every form, and never shows a secret."""

from __future__ import annotations

import copy
import datetime
import io
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import audit as command
import pytest
from guardrails.audit.evidence import evidence
from guardrails.audit.junit import junit
from guardrails.audit.reading import NOT_KNOWN, NotJudged, Place, read
from guardrails.audit.run import Audit, Outcome, audit
from guardrails.audit.sarif import sarif
from guardrails.audit.texts import document, table
from pydantic_sarif.model import (  # pyright: ignore[reportMissingTypeStubs]
    StaticAnalysisResultsFormatSarifVersion210JsonSchema as SarifLog,
)

from tests.graph import Graph
from tests.policies import harness, states
from tests.policies.harness import TODAY, Given
from tests.policies.test_program import BREACHES, PACK, resources, whole

FORMS = {"table": table, "json": document, "junit": junit, "sarif": sarif}


def audited(content: bytes, root: Path = PACK) -> Audit:
    return audit(read(content), root, TODAY)


def reported(judged: Audit) -> set[tuple[str, str, str, tuple[str, ...]]]:
    return {
        (
            verdict.level.value,
            verdict.rule.id,
            verdict.urn,
            tuple(f"{finding.path or 'resource'}: {finding.problem}" for finding in verdict.findings),
        )
        for verdict in judged.breaches
    }


def analyzed(inputs: Iterable[Given], outputs: Iterable[Given]) -> set[tuple[str, str, str, tuple[str, ...]]]:
    pack = harness.analyzer(PACK)
    reports = [(one.urn, report) for one in inputs for report in pack.resource(one)]
    reports += [(report.urn, report) for report in pack.stack(outputs)]
    return {(report.level, report.rule, urn, report.findings) for urn, report in reports}


def broken(graph: Graph) -> tuple[list[Given], list[Given]]:
    """A stack in which properties that the rules judge are broken, each somewhere: inputs and outputs.

    Providers stay whole: what a provider says counts for every resource under it.
    """
    inputs = {one.urn: one for one in resources(graph)}
    for breach in (one for one in BREACHES if not one.token.startswith("pulumi:providers:")):
        node = graph.some(breach.token, name=breach.name)[0]
        props = copy.deepcopy(dict(inputs[node.key].props))
        try:
            breach.change(props)
        except (KeyError, IndexError, TypeError, AttributeError):
            continue  # an earlier breach took away what this one changes
        inputs[node.key] = replace(inputs[node.key], props=props)
    return list(inputs.values()), whole(graph)


@pytest.mark.req("Y2")
def test_the_audit_of_a_compliant_stack_is_clean(graph: Graph) -> None:
    judged = audited(states.exported(resources(graph), whole(graph)))

    assert (judged.outcome, reported(judged)) == (Outcome.CLEAN, set())
    assert {rule.id for rule in judged.registry.stack_rules} <= {verdict.rule.id for verdict in judged.verdicts}


@pytest.mark.req("Y2")
def test_the_audit_finds_what_the_analyzer_finds_resource_by_resource(prod: Graph) -> None:
    inputs, outputs = broken(prod)
    inputs, outputs = (
        [one for one in givens if one.token != "aws:s3/bucketVersioning:BucketVersioning"]
        for givens in (inputs, outputs)
    )

    judged = audited(states.exported(inputs, outputs))

    assert reported(judged) == analyzed(inputs, outputs)
    fired = {rule for _, rule, _, _ in reported(judged)}
    assert {rule for breach in BREACHES for rule in breach.fires} - fired == set()
    assert "version-buckets" in fired, "the rules over the stack too"
    assert judged.outcome is Outcome.VIOLATED


def _step(one: dict[str, Any], operation: str) -> dict[str, Any]:
    new = {key: value for key, value in one.items() if key != "outputs"}
    return {"op": operation, "urn": one["urn"], "newState": new, "oldState": one}


@pytest.mark.parametrize("operation", ["same", "update"])
def test_a_preview_is_judged_like_the_state(prod: Graph, operation: str) -> None:
    inputs, outputs = broken(prod)
    state = json.loads(states.exported(inputs, outputs))["deployment"]["resources"]
    sames = len(state) if operation == "same" else 0
    preview = {"steps": [_step(one, operation) for one in state], "changeSummary": {"same": sames}}

    judged = audited(json.dumps(preview).encode())

    if operation == "same":  # an update is judged with the stack by what it will have
        assert reported(judged) == analyzed(inputs, outputs)
    assert reported(judged) >= {
        found
        for found in analyzed(inputs, outputs)
        if found[1] not in {rule.id for rule in judged.registry.stack_rules}
    }


def test_a_preview_of_changes_alone_is_not_judged_as_a_stack(prod: Graph) -> None:
    state = json.loads(states.exported(resources(prod), whole(prod)))["deployment"]["resources"]
    steps = [_step(one, "update") for one in state if one["type"] == "aws:s3/bucket:Bucket"]
    content = json.dumps({"steps": steps, "changeSummary": {"same": 7, "update": len(steps)}}).encode()

    judged = audited(content)

    assert judged.outcome is Outcome.CLEAN, "buckets whose settings are unchanged, and not in the file"
    assert "did not run" in table(judged)


def test_what_goes_is_not_judged_and_what_is_not_known_is_no_finding() -> None:
    gone = {"urn": harness.urn_of("aws:kms/key:Key", "gone"), "type": "aws:kms/key:Key", "custom": True, "inputs": {}}
    new = {**gone, "urn": harness.urn_of("aws:kms/key:Key", "new"), "inputs": {"enableKeyRotation": NOT_KNOWN}}
    steps = [
        {"op": "delete", "urn": gone["urn"], "oldState": gone, "newState": None},
        {"op": "create", "urn": new["urn"], "newState": new},
    ]

    judged = audited(json.dumps({"steps": steps, "changeSummary": {"create": 1}}).encode())

    assert [resource.name for resource in judged.snapshot.resources] == ["new"]
    assert {verdict.findings for verdict in judged.verdicts if verdict.rule.id == "rotate-kms-keys"} == {()}
    assert {verdict.unknowns for verdict in judged.verdicts if verdict.rule.id == "rotate-kms-keys"} == {True}


def test_a_resource_that_waits_for_its_deletion_is_not_judged() -> None:
    one = {"urn": harness.urn_of("aws:kms/key:Key", "old"), "type": "aws:kms/key:Key", "custom": True, "delete": True}
    other = {**one, "urn": harness.urn_of("aws:kms/key:Key", "new"), "delete": False}
    snapshot = read(json.dumps({"deployment": {"resources": [one, other]}}).encode())

    assert [resource.name for resource in snapshot.resources] == ["new"]


@pytest.mark.parametrize("secret", [states.ENCRYPTED, states.SHOWN], ids=["encrypted", "shown"])
def test_no_form_shows_a_secret(prod: Graph, secret: dict[str, str]) -> None:
    def hidden(one: Given) -> Given:
        props = {key: value if key == "tags" else secret for key, value in one.props.items()}
        return replace(one, props=props) if one.token == "aws:rds/instance:Instance" else one

    judged = audited(states.exported(map(hidden, resources(prod)), map(hidden, whole(prod))))

    assert not [finding for finding in reported(judged) if "aws:rds/instance" in finding[2]], "a secret is not judged"
    for content in [make(judged) for make in FORMS.values()] + list(evidence(judged).values()):
        assert states.PLANTED not in content
        assert "planted:ciphertext" not in content


@pytest.mark.req("Y2")
def test_the_log_for_code_scanning_follows_its_schema_and_points_at_the_program(prod: Graph) -> None:
    judged = audited(states.exported(*broken(prod)))
    log = SarifLog.model_validate_json(sarif(judged))

    (run,) = log.runs
    findings = [finding for verdict in judged.breaches for finding in verdict.findings]
    assert run.results is not None
    assert len(run.results) == len(findings)
    content = json.loads(sarif(judged))["runs"][0]
    rules = content["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in content["results"])
    prints = [result["partialFingerprints"]["resourceProperty/v1"] for result in content["results"]]
    assert len(set(prints)) == len({(v.rule.id, v.urn, f.path) for v in judged.breaches for f in v.findings})
    place = content["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "components/network/component.py"
    assert place["region"]["startLine"] == 42


def test_the_schema_would_refuse_another_shape(prod: Graph) -> None:
    log = json.loads(sarif(audited(states.exported(resources(prod), whole(prod)))))
    log["runs"][0]["tool"]["driver"]["rules"][0]["unheard-of"] = 1

    with pytest.raises(ValueError, match="unheard-of"):
        SarifLog.model_validate(log)


def test_a_place_outside_the_project_is_no_place() -> None:
    positions = ["project:///components/a.py#7", "project:///../../b.py#8,2", "file:///elsewhere/c.py#9", ""]
    entries = [
        {"urn": harness.urn_of("a:b:C", str(number)), "type": "a:b:C", "sourcePosition": position}
        for number, position in enumerate(positions)
    ]
    places = read(json.dumps({"deployment": {"resources": entries}}).encode()).places

    assert list(places.values()) == [Place("components/a.py", 7), Place("b.py", 8)]


def test_junit_counts_what_it_lists(prod: Graph) -> None:
    judged = audited(states.exported(*broken(prod)))
    root = ET.fromstring(junit(judged))

    assert sum(int(suite.get("tests", "0")) for suite in root) == len(judged.verdicts)
    assert sum(int(suite.get("failures", "0")) for suite in root) == sum(1 for _ in judged.breaches)
    for suite in root:
        assert int(suite.get("failures", "0")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped", "0")) == len(suite.findall("testcase/skipped"))


@pytest.mark.req("Y2")
def test_the_evidence_names_every_control_and_what_the_stack_shows(prod: Graph) -> None:
    judged = audited(states.exported(*broken(prod)))
    files = evidence(judged)

    assert set(files) == {f"{framework.id}.{form}" for framework in judged.frameworks for form in ("md", "json")}
    for framework in judged.frameworks:
        content = json.loads(files[f"{framework.id}.json"])
        assert content["source"] == f"state, SHA-256 {judged.snapshot.digest}"
        by_id = {control["id"]: control for control in content["controls"]}
        assert list(by_id) == [control.id for control in framework.controls]
        broken_rules = {verdict.rule.id for verdict in judged.breaches}
        for control in framework.controls:
            answer = by_id[control.id]["answer"]
            assert (answer == "breached") == bool(broken_rules & set(control.rules))
            assert (answer == "elsewhere") == (not control.rules)
            assert f"| {control.id} | {control.title} | {answer} |" in files[f"{framework.id}.md"]


EXEMPT = """\
exemptions:
  - rule: rotate-kms-keys
    urn: "urn:pulumi:prod::erp::*::encryption-key-data"
    reason: The key is replaced next week.
    owner: platform@smart-school.example
    expires: {expires}
"""


@pytest.mark.parametrize(
    ("expires", "outcome", "standing"),
    [("2026-12-31", Outcome.CLEAN, "in force"), ("2026-01-01", Outcome.VIOLATED, "expired")],
)
def test_an_exemption_is_told_with_its_reason(
    prod: Graph, tmp_path: Path, expires: str, outcome: Outcome, standing: str
) -> None:
    (tmp_path / "settings.yaml").write_text((PACK / "settings.yaml").read_text())
    (tmp_path / "exemptions.yaml").write_text(EXEMPT.format(expires=expires))
    inputs = [
        replace(one, props={**one.props, "enableKeyRotation": False}) if one.name == "encryption-key-data" else one
        for one in resources(prod)
    ]

    judged = audited(states.exported(inputs, whole(prod)), tmp_path)

    assert judged.outcome is outcome
    assert f"exemption [{standing}] rotate-kms-keys" in table(judged)
    result = next(one for one in json.loads(sarif(judged))["runs"][0]["results"] if one["ruleId"] == "rotate-kms-keys")
    assert ("suppressions" in result) == (standing == "in force")
    assert "The key is replaced next week." in evidence(judged)["pci-dss-4.0.1.md"]


def test_a_rule_that_fails_has_judged_nothing(prod: Graph) -> None:
    inputs = [
        replace(one, props={**one.props, "enableKeyRotation": 7}) if one.name == "encryption-key-data" else one
        for one in resources(prod)
    ]
    judged = audited(states.exported(inputs, whole(prod)))

    assert judged.outcome is Outcome.NOT_JUDGED
    assert "the rule itself failed" in table(judged)
    run = json.loads(sarif(judged))["runs"][0]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert ET.fromstring(junit(judged)).findall("testsuite/testcase/error")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no json", "expected JSON"),
        (b"[]", "expected the JSON object"),
        (b"{}", "expected `deployment`"),
        (b'{"deployment": {"resources": []}}', "there is no resource"),
        (b'{"deployment": {"resources": 7}}', "deployment.resources: expected a list"),
        (b'{"deployment": {"resources": [{"type": "a:b:C"}]}}', "a resource with urn and type"),
        (b'{"steps": [7]}', "steps: expected a list of objects"),
    ],
)
def test_what_is_neither_a_state_nor_a_preview_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(NotJudged, match=message):
        read(content)


def test_the_command_writes_every_form_and_says_by_its_exit_code_what_came_out(
    prod: Graph, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state.json"
    state.write_bytes(states.exported(resources(prod), whole(prod)))
    paths = {form: tmp_path / f"out.{form}" for form in ("json", "junit", "sarif")}
    options = [part for form, path in paths.items() for part in (f"--{form}", str(path))]

    assert command.main([str(state), *options, "--evidence", str(tmp_path / "evidence")]) == 0
    assert "clean: 0 mandatory" in capsys.readouterr().out
    assert json.loads(paths["json"].read_text())["outcome"] == "clean"
    assert ET.fromstring(paths["junit"].read_text()).tag == "testsuites"
    assert json.loads(paths["sarif"].read_text())["version"] == "2.1.0"
    assert (tmp_path / "evidence" / "gdpr.md").read_text().startswith("# GDPR")

    state.write_bytes(states.exported(*broken(prod)))
    assert command.main([str(state), "--json", "-"]) == 1
    assert json.loads(capsys.readouterr().out)["outcome"] == "violations"


def test_the_command_reads_standard_input(
    prod: Graph, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    content = states.exported(resources(prod), whole(prod))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))

    assert command.main(["-"]) == 0
    assert "erp/prod judged as prod" in capsys.readouterr().out


def test_what_the_command_cannot_judge_it_says_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    (tmp_path / "settings.yaml").write_text("{}")

    for arguments in ([str(bad)], [str(tmp_path / "nowhere.json")], [str(bad), "--rules", str(tmp_path)]):
        assert command.main(arguments) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.startswith("audit: could not judge: ")
        assert len(said.err.splitlines()) == 1


def test_rules_that_are_wrong_are_told_all_at_once(
    prod: Graph, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state.json"
    state.write_bytes(states.exported(resources(prod), whole(prod)))
    (tmp_path / "settings.yaml").write_text("{}")

    assert command.main([str(state), "--rules", str(tmp_path)]) == 2
    assert "environments: is missing" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_is_no_pass(
    prod: Graph, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state.json"
    state.write_bytes(states.exported(resources(prod), whole(prod)))

    assert command.main([str(state), "--json", str(tmp_path / "no" / "folder.json")]) == 2
    assert "No such file" in capsys.readouterr().err


def test_the_day_of_the_audit_is_told(prod: Graph) -> None:
    judged = audit(read(states.exported(resources(prod), whole(prod))), PACK, datetime.date(2026, 2, 3))

    assert json.loads(document(judged))["judged_on"] == "2026-02-03"
