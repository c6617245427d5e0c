"""The page that says what the sandbox judges is fresh, and tells what is so."""

from sandbox.coverage import Coverage
from tests.graph import Graph
from tools.sandbox_coverage import PAGE, coverage_of

LEAST_SHARE = 0.9


def test_the_page_is_fresh(prod: Graph) -> None:
    assert PAGE.read_text(encoding="utf-8") == coverage_of(prod).page(), "run `make docs`"


def test_facts_judge_most_properties_in_use(prod: Graph) -> None:
    coverage = coverage_of(prod)
    assert coverage.judged >= LEAST_SHARE * coverage.total


def test_a_property_that_only_the_schema_knows_counts_as_judged_by_nothing() -> None:
    coverage = Coverage([("aws:memorydb/acl:Acl", {"name": "readers"}, ())])
    assert (coverage.judged, coverage.total) == (0, 1)
    assert "| `name` | nothing |" in coverage.page()


def test_each_kind_of_judge_is_named() -> None:
    subnet = {"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24"}
    role = {"assumeRolePolicy": "{}"}
    page = Coverage([("aws:ec2/subnet:Subnet", subnet, {"vpcId"}), ("aws:iam/role:Role", role, ())]).page()
    assert "| `vpcId` | change, reference |" in page
    assert "limits" in next(line for line in page.splitlines() if "`cidrBlock`" in line)
    assert "document" in next(line for line in page.splitlines() if "`assumeRolePolicy`" in line)
