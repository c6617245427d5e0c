"""Every rule: a passing, a failing and an unknown case, through the SDK's own analyzer."""

from __future__ import annotations

import pytest
from guardrails.declare import ResourceRule
from guardrails.model import canonical
from guardrails.registry import all_rules

from tests.policies import (
    cases_aws_network,
    cases_balancers,
    cases_buckets,
    cases_caches,
    cases_containers,
    cases_databases,
    cases_edge_and_azure,
    cases_file_systems,
    cases_functions,
    cases_hosts,
    cases_iam,
    cases_keys_and_logs,
    cases_quotas,
    cases_stack,
    cases_vpn,
    harness,
)
from tests.policies.cases import Case, StackCase

CASES = (
    *cases_keys_and_logs.CASES,
    *cases_iam.CASES,
    *cases_aws_network.CASES,
    *cases_balancers.CASES,
    *cases_buckets.CASES,
    *cases_caches.CASES,
    *cases_file_systems.CASES,
    *cases_containers.CASES,
    *cases_databases.CASES,
    *cases_functions.CASES,
    *cases_hosts.CASES,
    *cases_edge_and_azure.CASES,
    *cases_vpn.CASES,
)
STACK_CASES = (
    *cases_stack.STACK_CASES,
    *cases_balancers.STACK_CASES,
    *cases_buckets.STACK_CASES,
    *cases_caches.STACK_CASES,
    *cases_file_systems.STACK_CASES,
    *cases_containers.STACK_CASES,
    *cases_hosts.STACK_CASES,
    *cases_databases.STACK_CASES,
    *cases_quotas.STACK_CASES,
)


@pytest.fixture(scope="module")
def pack() -> harness.Analyzer:
    return harness.analyzer()


@pytest.mark.req("Y2")
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}: {case.kind}: {case.what}")
def test_a_resource_meets_exactly_the_findings_of_its_case(pack: harness.Analyzer, case: Case) -> None:
    reports = pack.resource(case.given)

    assert harness.found(reports) == [(case.rule, finding) for finding in case.findings]
    assert {report.level for report in reports} <= {"mandatory"}


@pytest.mark.req("Y2")
@pytest.mark.parametrize("case", STACK_CASES, ids=lambda case: f"{case.rule}: {case.kind}: {case.what}")
def test_a_stack_meets_exactly_the_findings_of_its_case(pack: harness.Analyzer, case: StackCase) -> None:
    reports = pack.stack(case.given)

    names = {given.urn: given.name for given in case.given}
    assert {names[report.urn]: report.findings for report in reports} == case.findings
    assert [report.rule for report in reports] == [case.rule] * len(case.findings)


@pytest.mark.parametrize("rule", [rule.id for rule in all_rules()])
def test_a_rule_has_a_passing_a_failing_and_an_unknown_case(rule: str) -> None:
    kinds = {case.kind for case in (*CASES, *STACK_CASES) if case.rule == rule}

    assert kinds == {"pass", "fail", "unknown"}, f"{rule} lacks a case"


@pytest.mark.parametrize("kind", ["pass", "fail"])
def test_a_passing_case_finds_nothing_and_a_failing_case_finds_something(kind: str) -> None:
    for case in (*CASES, *STACK_CASES):
        if case.kind == kind:
            assert bool(case.findings) == (kind == "fail"), f"{case.rule}: {case.what}"


@pytest.mark.parametrize(
    "rule", [rule for rule in all_rules() if isinstance(rule, ResourceRule)], ids=lambda rule: rule.id
)
def test_a_rule_is_tried_on_each_type_that_it_names(rule: ResourceRule) -> None:
    tried = {canonical(case.given.token) for case in CASES if case.rule == rule.id}
    named = {token for token in rule.types if not token.endswith("*")}
    assert named <= tried, f"{rule.id} names types that no case tries: {named - tried}"
