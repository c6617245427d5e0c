"""Every policy document of every stack: typed, with a reason for each change of everything, and within the boundary."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from sandbox.judges.policy.wildcards import matcher
from tests.contracts.policies import Written, expanded, listed, statements
from tests.graph import Graph

ROLE = "aws:iam/role:Role"
POLICY = "aws:iam/policy:Policy"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"

# What AWS's own policies allow, where a role has one (AWS managed policy reference guide).
MANAGED = {
    "service-role/AmazonRDSEnhancedMonitoringRole": [
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:DescribeLogStreams",
        "logs:GetLogEvents",
        "logs:PutLogEvents",
        "logs:PutRetentionPolicy",
    ],
}


@pytest.fixture(params=["dev", "staging", "prod"])
def written(request: pytest.FixtureRequest) -> tuple[Written, ...]:
    found = statements(request.param)
    assert found
    return found


def test_every_statement_is_rendered_from_a_typed_one(written: tuple[Written, ...]) -> None:
    assert [str(one) for one in written if one.source is None] == [], "write it as a Statement and render it"


def test_nothing_changes_every_resource_without_a_recorded_reason(written: tuple[Written, ...]) -> None:
    for one in written:
        if one.allows and one.is_on_everything and one.changes:
            assert one.source is not None
            assert len(one.source.why) > 20, f"{one} allows {', '.join(one.changes)} on *: name resources, or say why"


def test_no_reason_is_left_over(written: tuple[Written, ...]) -> None:
    for one in written:
        if one.source is not None and one.source.why:
            assert one.allows, f"{one} denies, which needs no reason"
            assert one.is_on_everything, f"{one} names its resources"
            assert one.changes, f"{one} only looks"


def test_a_statement_says_what_it_allows_and_never_what_it_does_not(written: tuple[Written, ...]) -> None:
    for one in written:
        assert not {"NotAction", "NotResource", "NotPrincipal"} & set(one.body), str(one)
        assert not (one.allows and "*" in one.actions), f"{one} allows everything"


# --- the boundary


def within(boundary: list[Mapping[str, Any]], action: str) -> bool:
    """Whether a role can be given an action: something allows it, and nothing denies it outright."""

    def fits(statement: Mapping[str, Any]) -> bool:
        return any(matcher(pattern.lower())(action) for pattern in listed(statement["Action"]))

    allowed = any(fits(one) for one in boundary if one["Effect"] == "Allow")
    denied = any(fits(one) for one in boundary if one["Effect"] == "Deny" and "Condition" not in one)
    return allowed and not denied


def given(graph: Graph) -> list[tuple[str, str]]:
    """Each action, as written, that a role is given, with where it stands."""
    found = [
        (f"{node} {statement['Sid']}", action)
        for node in graph.some(ROLE_POLICY)
        for statement in json.loads(node.value("policy"))["Statement"]
        if statement["Effect"] == "Allow"
        for action in listed(statement["Action"])
    ]
    for node in graph.all(ATTACHMENT):
        name = node.value("policyArn").partition(":policy/")[2]
        assert name in MANAGED, f"{node}: write down what {name} allows"
        found += [(str(node), action) for action in MANAGED[name]]
    return found


def test_every_right_of_every_role_is_within_the_boundary(graph: Graph) -> None:
    boundary = graph.one(POLICY, "access-boundary")  # which every role has: tests/unit/test_access.py
    bound = json.loads(boundary.value("policy"))["Statement"]
    for where, action in given(graph):
        meant = expanded(action)
        assert meant, f"{where}: nothing is known of {action}"
        outside = [one for one in meant if not within(bound, one)]
        assert outside == [], f"{where}: the boundary lets {action} do nothing; components/boundary.py says what it may"


def test_roles_get_rights_by_policies_of_their_own_alone(graph: Graph) -> None:
    for role in graph.some(ROLE):
        assert not role.has("inlinePolicies"), f"{role}: what stands beside the role would be taken off"
        assert not role.has("managedPolicyArns"), f"{role}: what stands beside the role would be taken off"
