"""The test of the tests, tested: it sees a test that notices, and one that does not."""

from pathlib import Path

import pytest

from tests.contracts.mutants import Mutants, run
from tests.graph import composed, prod_without

TESTS = """
import pytest
from tests.graph import composed

@pytest.fixture(scope="session")
def prod():
    return composed("prod")

@pytest.fixture(scope="session")
def vpcs(prod):
    return prod.all("aws:ec2/vpc:Vpc")

@pytest.mark.req("N1")
def test_that_notices(vpcs):
    assert vpcs

@pytest.mark.req("N2")
def test_that_loops_over_nothing(vpcs):
    for vpc in vpcs:
        assert vpc.value("enableDnsSupport")

@pytest.mark.req("N3")
@pytest.mark.parametrize("least", [0, 1])
def test_of_which_one_case_notices(vpcs, least):
    assert len(vpcs) >= least

def test_without_an_id(vpcs):
    assert not vpcs
"""


def test_the_mutants_find_exactly_the_requirements_whose_tests_do_not_notice(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(TESTS)
    evidence = {"aws:ec2/vpc:Vpc": ["N1", "N2", "N3", "N4"], "aws:kms/key:Key": ["N1"]}
    mutants = Mutants(evidence)
    assert run(mutants, tmp_path) == pytest.ExitCode.OK
    assert mutants.blind == [("aws:ec2/vpc:Vpc", "N2"), ("aws:ec2/vpc:Vpc", "N4"), ("aws:kms/key:Key", "N1")]
    assert mutants.ran == 5


def test_only_prod_is_changed_and_only_for_a_while() -> None:
    whole = composed("prod")
    with prod_without("aws:ec2/vpc:Vpc"):
        assert whole.types - composed("prod").types == {"aws:ec2/vpc:Vpc"}
        assert "aws:ec2/vpc:Vpc" in composed("dev").types
    assert composed("prod") == whole
