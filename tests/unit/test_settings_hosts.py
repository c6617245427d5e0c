"""Settings of hosts: bounds in order, types that are alike, and what still passes beside each refusal."""
# ruff: noqa: E501  (expected messages read best whole)

from pathlib import Path
from typing import Any

import pytest

from settings.instance_types import INSTANCE_TYPES
from tests.unit.settings_files import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


SPOT = ["t3.large", "m5.large"]
SMALL: dict[str, Any] = {"instance_type": "t3.large", "spot": {"types": SPOT}}


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"on_demand": {"min_hosts": 7}}, "on_demand.busy_hosts", "6 is not allowed; allowed: erp:compute.hosts.on_demand.min_hosts (7) or more"),
    ({"on_demand": {"max_hosts": 5}}, "on_demand.max_hosts", "5 is not allowed; allowed: erp:compute.hosts.on_demand.busy_hosts (6) or more"),
    ({"spot": {"types": SPOT, "min_hosts": 13}}, "spot.max_hosts", "12 is not allowed; allowed: erp:compute.hosts.spot.min_hosts (13) or more"),
    ({"on_demand": {"base_tasks": 37}}, "on_demand.base_tasks",
     "37 is not allowed; allowed: 36 or less, because 18 hosts of t3.large take 2 tasks each"),
    ({"spot": {"types": ["t3.large", "m5.xlarge"]}}, "spot.types",
     ('["m5.xlarge"] is not allowed; allowed: types that hold as much as t3.large: t3.large, t3a.large, m5.large, m5a.large, '
      "m6i.large, m7i.large, because a service's tasks land on either kind, and ECS counts with the smallest type of a group")),
    ({"on_demand": {"weight": 0}, "spot": {"types": SPOT, "weight": 0}}, "spot.weight",
     "0 is not allowed; allowed: 1 or more, here or in on_demand.weight, because one of them takes the tasks beyond the base"),
]  # fmt: skip


@pytest.mark.req("G1", "G2")
@pytest.mark.parametrize(("change", "field", "said"), REFUSED, ids=[field for _, field, _ in REFUSED])
def test_what_does_not_go_together_is_refused_with_the_sum(
    project: Project, change: dict[str, Any], field: str, said: str
) -> None:
    project.set("dev", erp__compute__hosts={**SMALL, **change})
    assert project.complaints("dev") == [f"Pulumi.dev.yaml: erp:compute.hosts.{field}: {said}"]


AT_THE_EDGE: list[dict[str, Any]] = [
    {"on_demand": {"min_hosts": 6, "max_hosts": 6, "base_tasks": 12}},
    {"spot": {"types": SPOT, "min_hosts": 12}},
    {"on_demand": {"weight": 0}},
    {"spot": {"types": [name for name in INSTANCE_TYPES if name.endswith(".large")], "weight": 0}},
]


@pytest.mark.parametrize("change", AT_THE_EDGE, ids=str)
def test_what_just_fits_is_taken(project: Project, change: dict[str, Any]) -> None:
    project.set("dev", erp__compute__hosts={**SMALL, **change})
    assert project.check("dev").code == 0


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"instance_type": "t3.xlrge"}, "instance_type", 'did you mean "t3.xlarge"?'),
    ({"spot": {"types": ["t3.large"]}}, "spot.types", "with one type there is one pool that can run dry"),
    ({"spot": {"types": ["t3.large", "t3.large"]}}, "spot.types", '"t3.large" twice'),
    ({"busy_hours": {"start": "6:30"}}, "busy_hours.start", "a time of day in cron form"),
    ({"busy_hours": {"end": "0 24 * * *"}}, "busy_hours.end", "a time of day in cron form"),
    ({"busy_hours": {"time_zone": "CET summer"}}, "busy_hours.time_zone", "IANA name"),
    ({"spot": {"types": SPOT, "warm_hosts": 1}}, "spot.warm_hosts", "unknown"),
    ({"root_volume_gib": 20}, "root_volume_gib", "30 to 1000"),
]


@pytest.mark.parametrize(("change", "field", "said"), WRONG, ids=[f"{field} {said}" for _, field, said in WRONG])
def test_a_wrong_value_is_told_with_what_is_right(
    project: Project, change: dict[str, Any], field: str, said: str
) -> None:
    project.set("dev", erp__compute__hosts={**SMALL, **change})
    (complaint,) = project.complaints("dev")
    assert complaint.startswith(f"Pulumi.dev.yaml: erp:compute.hosts.{field}: ")
    assert said in complaint
