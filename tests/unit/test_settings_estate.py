"""Rules over all stack files: what two stacks must not share, seen from either and once over all."""
# ruff: noqa: E501  (expected messages read best whole)

from pathlib import Path
from typing import Any

import pytest

from settings import SettingsError, from_config
from tests.unit.settings_files import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def _branch(project: Project, **values: Any) -> None:
    """A branch stack beside dev: everything as dev's but what must not be shared."""
    project.write("branch", project.content("dev"))
    own = {"erp__account__owner": False, "erp__addresses__range": "10.88.0.0/13", "erp__domain__zone": "b.example"}
    project.set("branch", **{**own, **values})


def test_a_branch_stack_lives_in_the_accounts_of_dev(project: Project) -> None:
    _branch(project)
    assert project.check("branch").code == 0
    assert project.check("--all").code == 0


def test_two_owners_of_an_account_are_refused(project: Project) -> None:
    _branch(project, erp__account__owner=True)
    reason = "or false in a branch stack, because two owners delete each other's GuardDuty and the like"
    aws = f"owns AWS account 111111111111 too; allowed: another erp:aws.account_id, {reason}"
    azure = (
        "owns Azure subscription 00000000-0000-4000-8000-000000000111 too; allowed: another erp:azure.subscription_id, "
        f"{reason}"
    )
    seen_from_branch = [
        f"Pulumi.branch.yaml: erp:account.owner: true is not allowed, since Pulumi.dev.yaml {said}"
        for said in (aws, azure)
    ]
    assert project.complaints("branch") == seen_from_branch
    assert project.check("--all").err == seen_from_branch, "each pair once"
    assert [line.split(",")[0] for line in project.complaints("dev")] == [
        "Pulumi.dev.yaml: erp:account.owner: true is not allowed"
    ] * 2
    assert project.check("prod").code == 0, "prod has no part in it"


def test_overlapping_ranges_are_refused_with_both_files_and_a_free_range(project: Project) -> None:
    project.set("staging", erp__addresses__range="10.64.0.0/13")
    assert project.complaints("staging") == [
        (
            "Pulumi.staging.yaml: erp:addresses.range: 10.64.0.0/13 overlaps with 10.64.0.0/13 of Pulumi.dev.yaml; "
            "allowed: a range that no other stack uses, for instance 10.72.0.0/13"
        )
    ]
    assert project.complaints("dev") == [
        (
            "Pulumi.dev.yaml: erp:addresses.range: 10.64.0.0/13 overlaps with 10.64.0.0/13 of Pulumi.staging.yaml; "
            "allowed: a range that no other stack uses, for instance 10.72.0.0/13"
        )
    ]
    assert len(project.check("--all").err) == 1


def test_when_every_range_is_taken_none_is_proposed(project: Project) -> None:
    numbers = [number for number in range(0, 256, 8) if number not in (64, 72, 80)]
    for number in numbers:
        _branch(project, erp__addresses__range=f"10.{number}.0.0/13", erp__domain__zone=f"b{number}.example")
        (project.root / "Pulumi.branch.yaml").rename(project.root / f"Pulumi.b{number}.yaml")
    _branch(project, erp__addresses__range="10.0.0.0/13")
    (line,) = project.complaints("branch")
    assert line.endswith("of Pulumi.b0.yaml; allowed: a range that no other stack uses")


def test_a_shared_zone_is_refused(project: Project) -> None:
    project.set("dev", erp__domain__zone="staging.smart-school.example")
    assert project.complaints("dev") == [
        (
            'Pulumi.dev.yaml: erp:domain.zone: "staging.smart-school.example" is the zone of Pulumi.staging.yaml too; allowed: '
            "a zone of its own, because a zone has one ruleset a phase and the stacks would overwrite each other's"
        )
    ]


def test_a_zone_below_another_needs_the_plan_that_has_such_zones(project: Project) -> None:
    project.set("dev", erp__cloudflare__plan="pro")
    assert project.complaints("dev") == [
        (
            'Pulumi.dev.yaml: erp:cloudflare.plan: "pro" is not allowed with a zone below another (dev.smart-school.example '
            'below smart-school.example of Pulumi.prod.yaml); allowed: "enterprise", because Cloudflare has subdomain zones in '
            "that plan only"
        )
    ]
    project.set("dev", erp__domain__zone="smart-school-dev.example")
    assert project.check("--all").code == 0


def test_another_stack_is_compared_as_far_as_it_is_right(project: Project) -> None:
    project.set("staging", erp__addresses__range="10.64.0.0/13", erp__network={"nat": 7}, erp__aws={}, erp__domain=None)
    assert project.complaints("dev") == [
        (
            "Pulumi.dev.yaml: erp:addresses.range: 10.64.0.0/13 overlaps with 10.64.0.0/13 of Pulumi.staging.yaml; "
            "allowed: a range that no other stack uses, for instance 10.72.0.0/13"
        )
    ]


def test_the_program_compares_with_the_other_stack_files_when_told_where_they_are(project: Project) -> None:
    project.set("dev", erp__addresses__range="10.72.0.0/13")
    config = project.content("dev")["config"]
    assert from_config("dev", config).stack == "dev"
    with pytest.raises(SettingsError) as caught:
        from_config("dev", config, root=project.root)
    assert str(caught.value).splitlines() == project.complaints("dev")
