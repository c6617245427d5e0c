"""Access: the boundary, and that no role is without it."""

import json

import pytest

from components import context as stack_context
from tests.graph import Graph

POLICY = "aws:iam/policy:Policy"
ROLE = "aws:iam/role:Role"


@pytest.mark.req("T4")
def test_every_role_has_the_boundary(graph: Graph) -> None:
    boundary = graph.one(POLICY, "access-boundary")
    for role in graph.some(ROLE):
        assert graph.reference(role, "permissionsBoundary") == boundary, f"{role} may do whatever somebody attaches"


@pytest.mark.req("T4")
def test_the_boundary_speaks_of_this_stack_s_account_and_regions(prod: Graph) -> None:
    statements = {one["Sid"]: one for one in json.loads(prod.one(POLICY).value("policy"))["Statement"]}
    regions = ["eu-central-1", "eu-west-1"]
    assert statements["WorkloadInItsRegions"]["Condition"] == {"StringEquals": {"aws:RequestedRegion": regions}}
    for resource in statements["ConnectsToStores"]["Resource"]:
        _, _, _, region, account, _ = resource.split(":", 5)
        assert (region in regions, account) == (True, "333333333333")


def test_a_role_without_a_boundary_cannot_be_asked_for() -> None:
    unbounded = object.__new__(stack_context.StackContext)
    object.__setattr__(unbounded, "boundary", None)
    with pytest.raises(RuntimeError, match="no role comes before the boundary"):
        _ = unbounded.boundary_arn
