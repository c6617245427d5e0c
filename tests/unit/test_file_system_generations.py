"""The life of the file system: made, settled, failed over, failed back, and its beginning taken away."""

import re
from pathlib import Path
from typing import Any

import pytest

from sandbox import facts
from sandbox.values import reveal
from settings import SettingsError, load
from settings.file_system import TRANSITION_DAYS
from tests.graph import Graph, composed_with
from tests.unit.settings_files import Project
from tests.unit.test_file_systems import FILE_SYSTEM, PRIMARY, RECOVERY, REPLICATION


def living(**file_system: Any) -> Graph:
    """Prod with these settings of the file system."""
    return composed_with("prod", {"storage.file_system": file_system})


def follows(graph: Graph) -> dict[str, str]:
    """Each replica by name, and what it follows."""
    return {
        graph.reference(node, "destination").name: graph.reference(node, "sourceFileSystemId").name
        for node in graph.all(REPLICATION)
    }


def changes(before: Graph, after: Graph, name: str) -> dict[str, bool]:
    """What an update would change of a file system: path to whether it is replaced."""
    known = facts.load(FILE_SYSTEM)
    assert known is not None
    old, new = (reveal(dict(graph.one(FILE_SYSTEM, name).inputs)) for graph in (before, after))
    return {change.path: change.replace for change in facts.changed_paths(known, old, new)}


def test_a_settled_replica_says_nothing_of_its_protection_and_no_cloud_is_called_for_that(prod: Graph) -> None:
    settled = living(settled_generations=[1])
    assert not settled.one(FILE_SYSTEM, "storage-file-system-g1").has("protection")
    assert changes(prod, settled, "storage-file-system-g1") == {}
    assert follows(settled) == follows(prod)


@pytest.mark.req("B3", "S3")
def test_after_a_failover_nothing_is_replaced_and_only_the_replication_leaves_the_state() -> None:
    before = living(settled_generations=[1])
    after = living(settled_generations=[1], promoted_generations=[1])
    assert {node.key for node in before.nodes} - {node.key for node in after.nodes} == {
        node.key for node in before.some(REPLICATION)
    }
    assert {node.key for node in after.nodes} <= {node.key for node in before.nodes}
    assert changes(before, after, "storage-file-system-g0") == {}
    assert all(not replaced for replaced in changes(before, after, "storage-file-system-g1").values())
    assert not after.one(FILE_SYSTEM, "storage-file-system-g1").has("protection"), "it would be read-only again"


@pytest.mark.req("B3")
def test_the_way_back_is_a_new_file_system_in_the_primary_region(prod: Graph) -> None:
    back = living(generations=[1, 2], promoted_generations=[1])
    places = {node.name: back.region_of(node) for node in back.some(FILE_SYSTEM)}
    assert places == {
        "storage-file-system-g0": PRIMARY,
        "storage-file-system-g1": RECOVERY,
        "storage-file-system-g2": PRIMARY,
    }
    assert follows(back) == {"storage-file-system-g2": "storage-file-system-g1"}
    [replication] = back.some(REPLICATION)
    assert back.region_of(replication) == RECOVERY, "where what it follows is"
    [component] = back.all("erp:data:Storage")
    assert component.outputs["file_system_id"] == "storage-file-system-g2-id", "what is written in the end"
    assert component.outputs["recovery_file_system"]["id"] == "storage-file-system-g1-id"
    assert changes(prod, back, "storage-file-system-g0") == {}, "what was written last before the loss stays as it is"


@pytest.mark.req("B3")
def test_one_generation_more_restores_the_standby_and_then_the_beginning_may_go() -> None:
    whole = living(generations=[1, 2, 3], promoted_generations=[1, 2])
    assert follows(whole) == {"storage-file-system-g3": "storage-file-system-g2"}
    short = living(generations=[3])
    assert follows(short) == follows(whole)
    assert [node.name for node in short.some(FILE_SYSTEM)] == ["storage-file-system-g2", "storage-file-system-g3"]
    for name in ("storage-file-system-g2", "storage-file-system-g3"):
        assert changes(whole, short, name) == {}


@pytest.mark.parametrize(
    ("settings", "path", "said"),
    [
        ({"archive_after_days": 30}, "archive_after_days", "storage.file_system.infrequent_after_days (30)"),
        ({"archive_after_days": 45}, "archive_after_days", ", ".join(map(str, TRANSITION_DAYS))),
        ({"generations": []}, "generations", "at least one whole number"),
        ({"generations": [2, 1]}, "generations", "each greater than the one before"),
        ({"generations": [1, 3], "promoted_generations": [1]}, "generations", "without a gap, for instance [1, 2]"),
        ({"generations": [1, 2]}, "generations", "[1], or 1 among erp:storage.file_system.promoted_generations"),
        ({"promoted_generations": [2]}, "promoted_generations", "there is no generation 2"),
        ({"settled_generations": [2]}, "settled_generations", "there is no generation 2"),
    ],
)  # fmt: skip
def test_a_chain_that_could_not_be_is_refused(tmp_path: Path, settings: dict[str, Any], path: str, said: str) -> None:
    project = Project(tmp_path)
    project.set("prod", erp__storage__file_system=settings)
    with pytest.raises(SettingsError, match=re.escape(said)) as refused:
        load("prod", project.root)
    assert f"erp:storage.file_system.{path}" in str(refused.value)


def test_without_replication_the_first_file_system_stands_in_the_primary_region(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.set("dev", erp__storage__file_system={"generations": [2]})
    [complaint] = [line for line in project.complaints("dev") if "generations" in line]
    assert "allowed: a list that begins with an odd number, for instance [1]" in complaint
    project.set("dev", erp__storage__file_system={"generations": [3]})
    assert project.check("dev").code == 0
