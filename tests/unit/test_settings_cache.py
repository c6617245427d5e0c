"""What the settings of the caches refuse, each with its reason, and what lies just within."""
# ruff: noqa: E501  (expected messages read best whole)

from pathlib import Path
from typing import Any

import pytest

from settings.cache import MOST_NODES
from settings.cache_nodes import NODE_TYPES, family
from settings.windows import daily, overlap, weekly
from tests.unit.settings_files import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def with_redis(project: Project, **values: Any) -> None:
    project.set("prod", **{f"erp__cache__redis__{name}": value for name, value in values.items()})


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"version": "8.2"}, "version",
     '"8.2" is not allowed with engine redis; allowed: 7.1, because later versions are Valkey\'s'),
    ({"engine": "valkey"}, "engine",
     ('"valkey" is not allowed with version 7.1; allowed: "redis", or with it one of erp:cache.redis.version 7.2, 8.0, 8.1, '
      "8.2, 9.0, 9.1, because AWS makes the step from Redis together with a new version alone")),
    ({"node_type": "cache.r6gd.xlarge"}, "node_type",
     ('"cache.r6gd.xlarge" is not allowed; allowed: a type of another family than r6gd, because its data tiering is fixed '
      "when a group is made, so that going there or back would replace the group")),
    ({"node_type": "cache.m8g.large"}, "node_type",
     ('"cache.m8g.large" is not allowed; allowed: a type that AWS lists for redis, for instance cache.m7g.large, because '
      "AWS lists it for valkey alone")),
    ({"global_datastore": True, "node_type": "cache.t4g.medium"}, "global_datastore",
     ("true is not allowed with cache.t4g.medium; allowed: false, or with a node type of another family than t3 and t4g, "
      "because AWS makes no global datastore of burstable nodes")),
    ({"shards": 31, "replicas_per_shard": 2}, "shards",
     ("31 is not allowed; allowed: 30 or less, because 31 shards of 1 + 2 nodes are 93, and AWS's quota is 90 nodes")),
    ({"snapshot_window": "03:00-04:00"}, "snapshot_window",
     ('"03:00-04:00" is not allowed; allowed: a time outside of erp:cache.redis.maintenance_window (sun:03:30-sun:04:30), '
      "because AWS takes no windows that overlap")),
    ({"snapshot_window": "23:30-00:30", "maintenance_window": "mon:00:00-mon:01:00"}, "snapshot_window",
     ('"23:30-00:30" is not allowed; allowed: a time outside of erp:cache.redis.maintenance_window (mon:00:00-mon:01:00), '
      "because AWS takes no windows that overlap")),
]  # fmt: skip


@pytest.mark.req("K1", "H3")
@pytest.mark.parametrize(("values", "field", "said"), REFUSED, ids=[field for _, field, _ in REFUSED])
def test_what_aws_would_refuse_or_replace_is_refused_with_the_reason(
    project: Project, values: dict[str, Any], field: str, said: str
) -> None:
    with_redis(project, **values)
    assert f"Pulumi.prod.yaml: erp:cache.redis.{field}: {said}" in project.complaints("prod")
    assert {line.partition(" is not")[0].split(": ")[1] for line in project.complaints("prod")} <= {
        f"erp:cache.redis.{field}",
        "erp:cache.redis.node_type",  # prod has no burstable nodes in any case
    }


@pytest.mark.req("K2")
def test_a_node_type_without_memory_for_memcached_is_refused(project: Project) -> None:
    project.set("prod", erp__cache__memcached__node_type="cache.r6gd.xlarge")
    (said,) = project.complaints("prod")
    assert said == (
        'Pulumi.prod.yaml: erp:cache.memcached.node_type: "cache.r6gd.xlarge" is not allowed; allowed: a type that AWS '
        "lists for memcached, for instance cache.m7g.large, because its memory for Memcached is not known"
    )


@pytest.mark.parametrize(
    "values",
    [
        {"engine": "valkey", "version": "8.2"},
        {"global_datastore": True},
        {"engine": "valkey", "version": "9.1", "node_type": "cache.r8g.large"},
        {"shards": 30, "replicas_per_shard": 2},
        {"snapshot_window": "02:30-03:30"},
        {"snapshot_window": "04:30-05:30"},
    ],
    ids=str,
)
def test_what_aws_takes_is_taken(project: Project, values: dict[str, Any]) -> None:
    with_redis(project, **values)
    assert project.check("prod").code == 0


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("engine", "reddis", '"redis" or "valkey"'),
        ("version", "7.0", "a version in quotes: 7.1, 7.2, 8.0, 8.1, 8.2, 9.0, 9.1"),
        ("node_type", "cache.m4.large", "a cache node type of a current generation, for instance cache.m7g.large"),
        ("shards", 0, f"a whole number from 1 to {MOST_NODES}"),
        ("replicas_per_shard", 6, "a whole number from 0 to 5"),
        ("snapshot_retention_days", 36, "a whole number of days from 0 to 35"),
        ("snapshot_window", "02:00-02:59", "a time of day in UTC, at least 60 minutes long, for instance 02:00-03:00"),
        ("snapshot_window", "2:00-3:00", "a time of day in UTC, at least 60 minutes long, for instance 02:00-03:00"),
        ("maintenance_window", "sun:04:00-sun:04:30",
         "a time of the week in UTC, 60 minutes to a day long, for instance sun:04:00-sun:05:00"),
        ("maintenance_window", "Sun:04:00-Sun:05:00",
         "a time of the week in UTC, 60 minutes to a day long, for instance sun:04:00-sun:05:00"),
    ],
)  # fmt: skip
def test_a_field_says_what_it_takes(project: Project, field: str, value: Any, allowed: str) -> None:
    with_redis(project, **{field: value})
    (said,) = project.complaints("prod")
    assert said.startswith(f"Pulumi.prod.yaml: erp:cache.redis.{field}: ")
    assert said.endswith(f"is not allowed; allowed: {allowed}") or f"?); allowed: {allowed}" in said


@pytest.mark.req("H3")
def test_a_larger_node_of_a_family_holds_more() -> None:
    order = (
        "micro",
        "small",
        "medium",
        "large",
        "xlarge",
        "2xlarge",
        "4xlarge",
        "8xlarge",
        "12xlarge",
        "16xlarge",
        "24xlarge",
    )
    for engine in ("redis", "valkey", "memcached"):
        for name in {family(node_type) for node_type in NODE_TYPES}:
            sizes = [getattr(NODE_TYPES.get(f"cache.{name}.{size}"), engine, None) for size in order]
            held = [memory for memory in sizes if memory is not None]
            assert held == sorted(set(held)), f"{engine} on {name}"


def test_what_redis_and_memcached_get_of_a_node_is_nearly_the_same() -> None:
    for node_type, node in NODE_TYPES.items():
        held = node.redis or node.valkey
        assert held, node_type
        assert node.memcached is None or abs(node.memcached - held) < held // 20, node_type


# --- windows


@pytest.mark.parametrize(
    ("window", "start", "length"),
    [("02:00-03:00", 120, 60), ("23:30-00:30", 1410, 60), ("00:00-23:59", 0, 1439)],
)
def test_a_daily_window_may_run_over_midnight(window: str, start: int, length: int) -> None:
    assert daily(window) == (start, length)


@pytest.mark.parametrize(
    ("window", "start", "length"),
    [
        ("mon:00:00-mon:01:00", 0, 60),
        ("sun:23:30-mon:00:30", 6 * 1440 + 1410, 60),
        ("sat:23:00-sun:02:00", 5 * 1440 + 1380, 180),
    ],
)
def test_a_weekly_window_may_run_over_the_end_of_the_week(window: str, start: int, length: int) -> None:
    assert weekly(window) == (start, length)


@pytest.mark.parametrize(
    ("every_day", "once_a_week", "expected"),
    [
        ("02:00-03:00", "sun:03:00-sun:04:00", False),
        ("02:00-03:01", "sun:03:00-sun:04:00", True),
        ("04:00-05:00", "sun:03:00-sun:04:00", False),
        ("03:30-03:45", "sun:03:00-sun:04:00", True),
        ("01:00-06:00", "sun:03:00-sun:04:00", True),
        ("23:30-00:30", "mon:00:00-mon:01:00", True),
        ("23:30-00:30", "sun:23:00-mon:00:00", True),
        ("00:30-01:30", "sun:23:30-mon:00:30", False),
    ],
)
def test_windows_overlap_when_they_share_a_minute(every_day: str, once_a_week: str, expected: bool) -> None:
    assert overlap(every_day, once_a_week) is expected
