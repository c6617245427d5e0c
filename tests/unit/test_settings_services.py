"""Settings of services: bounds, images, and whether the tasks find room on the hosts (first mistake 6)."""

from pathlib import Path
from typing import Any

import pytest

from settings import load
from settings.rules.compute_services import asks
from tests.unit.settings_files import ROOT, Project

PLACE = "erp__compute__services"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def services(project: Project, stack: str, **changes: Any) -> None:
    """Change settings of services by path, with `__` between keys."""
    project.set(stack, **{f"{PLACE}__{path}": value for path, value in changes.items()})


def test_6_more_tasks_than_the_hosts_have_interfaces_for_are_refused_with_the_sum(project: Project) -> None:
    services(project, "prod", web__max=30)
    [complaint] = project.complaints("prod")
    assert complaint == (
        "Pulumi.prod.yaml: erp:compute.services: no room on the hosts of erp:compute.hosts.on_demand: "
        "60 of web (at most 30, blue and green) + 3 of worker (at most 4, old and new) + 1 of scheduler + "
        "1 of migrate + 1 of grants = 66 tasks with 82432 CPU units and 293632 MiB need 22 hosts, and there are at "
        "most 18: a t3.xlarge holds 3 tasks (one network interface each, one is the host's own), 4096 CPU units and "
        "14336 MiB"
    )


def test_6_small_tasks_do_not_help_where_interfaces_have_run_out(project: Project) -> None:
    services(project, "prod", web__max=30, web__cpu_units=128, web__memory_mib=128)
    [complaint] = project.complaints("prod")
    assert "need 22 hosts" in complaint, "idle processors take no task"


def test_6_more_hosts_do(project: Project) -> None:
    services(project, "prod", web__max=30)
    project.set("prod", erp__compute__hosts__on_demand__max_hosts=22)
    assert project.check("prod").code == 0


def test_what_runs_on_spot_is_counted_there(project: Project) -> None:
    services(project, "prod", worker__max=30)
    [complaint] = project.complaints("prod")
    assert "on the hosts of erp:compute.hosts.spot: 45 of worker (at most 30, old and new)" in complaint


def test_a_task_larger_than_a_host_is_refused_for_itself(project: Project) -> None:
    services(project, "prod", scheduler__memory_mib=20000)
    [complaint] = project.complaints("prod")
    assert "one task of scheduler asks for 20000 MiB, and a t3.xlarge holds" in complaint


@pytest.mark.req("C4")
def test_a_deployment_of_everything_at_once_is_what_is_counted() -> None:
    on_demand, spot = asks(load("prod", ROOT))
    assert {ask.name: ask.count for ask in on_demand} == {
        "web": 12,
        "worker": 3,
        "scheduler": 1,
        "migrate": 1,
        "grants": 1,
    }
    assert {ask.name: ask.count for ask in spot if ask.count} == {"worker": 6}


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("web__max", 2, "erp:compute.services.web.min (3) or more"),
        ("web__desired", 2, "erp:compute.services.web.min (3) or more"),
        ("web__desired", 7, "erp:compute.services.web.max (6) or less"),
        ("worker__night_max", 5, "erp:compute.services.worker.max (4) or less"),
        ("worker__night_min", 5, "erp:compute.services.worker.night_min (5) or more"),
    ],
)
def test_bounds_that_cross_are_refused(project: Project, field: str, value: int, allowed: str) -> None:
    services(project, "prod", **{field: value})
    assert any(
        complaint.endswith(f"allowed: {allowed}") or allowed in complaint for complaint in project.complaints("prod")
    )


@pytest.mark.parametrize(
    "image",
    [
        "erp:1",
        "registry.example:5000/team/erp:1.2-rc1",
        f"registry.example/erp@sha256:{'0' * 64}",
        f"registry.example/erp:1@sha256:{'a' * 64}",
    ],
)
def test_an_image_is_named_by_tag_or_digest(project: Project, image: str) -> None:
    services(project, "dev", image=image)
    assert project.check("dev").code == 0


@pytest.mark.parametrize(
    "image",
    [
        "erp",
        "registry.example:5000/erp",
        "Erp:1",
        "erp@sha256:0",
        f"erp@md5:{'0' * 64}",
        "erp:1 ",
        "",
        "https://r/erp:1",
    ],
)
def test_what_names_no_certain_image_is_refused(project: Project, image: str) -> None:
    services(project, "dev", image=image)
    [complaint] = project.complaints("dev")
    assert "a container image with a tag or, better, a digest" in complaint


def test_a_capability_that_there_is_not_is_guessed_at(project: Project) -> None:
    services(project, "prod", web__uses=["databse"])
    [complaint] = project.complaints("prod")
    assert 'did you mean "database"?' in complaint


def test_root_runs_no_container(project: Project) -> None:
    services(project, "prod", user=0)
    [complaint] = project.complaints("prod")
    assert "0 would be root" in complaint
