"""The page that says what the sandbox judges is fresh, and tells what is so."""

from sandbox.coverage import Coverage
from tests.graph import Graph
from tools.sandbox_coverage import PAGE, coverage_of

LEAST_VALUES = 0.8
LEAST_JUDGED = 0.9


def test_the_page_is_fresh(prod: Graph) -> None:
    assert PAGE.read_text(encoding="utf-8") == coverage_of(prod).page(), "run `make docs`"


def test_most_properties_in_use_are_judged(prod: Graph) -> None:
    coverage = coverage_of(prod)
    assert coverage.values >= LEAST_VALUES * coverage.total
    assert coverage.judged >= LEAST_JUDGED * coverage.total


def test_a_property_that_only_the_schema_knows_counts_as_judged_by_nothing() -> None:
    coverage = Coverage([("aws:memorydb/acl:Acl", {"name": "readers"})])
    assert (coverage.values, coverage.judged, coverage.total) == (0, 0, 1)
    assert "| `name` | nothing | in place |" in coverage.page()


def test_a_boolean_is_not_judged_by_its_type() -> None:
    coverage = Coverage([("aws:kms/key:Key", {"isEnabled": True})])
    assert (coverage.values, coverage.total) == (0, 1)


def test_where_a_value_comes_from_is_no_judge() -> None:
    policy = {"name": "_x.smart-school.example"}
    page = Coverage([("cloudflare:index/dnsRecord:DnsRecord", policy)]).page()
    assert "reference" not in page


def test_each_kind_of_judge_is_named() -> None:
    subnet = {"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24"}
    role = {"assumeRolePolicy": "{}"}
    page = Coverage([("aws:ec2/subnet:Subnet", subnet), ("aws:iam/role:Role", role)]).page()
    assert "| `vpcId` | reference | judged |" in page
    assert "| `cidrBlock` | limits" in page
    assert "document" in next(line for line in page.splitlines() if "`assumeRolePolicy`" in line)
