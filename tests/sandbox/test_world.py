"""What exists before us."""

import json
from pathlib import Path

import pytest

from sandbox.world import World, world

FOLDER = Path(__file__).parents[2] / "sandbox" / "world"


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.json")), ids=lambda file: file.stem)
def test_every_list_names_its_source(file: Path) -> None:
    for name, entry in json.loads(file.read_text()).items():
        assert entry["source"], f"{file.name}: {name}"
        assert "values" in entry, f"{file.name}: {name}"


def test_what_is_listed_exists_in_its_own_cloud_alone() -> None:
    made = World({"aws": {"identifiers": {"source": "s", "values": ["pl-1"]}}, "cloudflare": {}})
    assert made.has("aws", "pl-1")
    assert not made.has("cloudflare", "pl-1")
    assert not made.has("azure-native", "pl-1")
    assert not made.has("aws", "pl-2")


def test_the_lists_fit_together() -> None:
    aws = world()
    lists = aws.values("aws", "gateway_prefix_lists")
    services = aws.values("aws", "endpoint_services")
    assert set(lists) == {name for name, kinds in services.items() if "Gateway" in kinds}
    assert all(aws.has("aws", prefix_list) for prefix_list in lists.values())
    assert all(letters == sorted(letters) for letters in aws.values("aws", "regions").values())


def test_there_is_one_world_a_process() -> None:
    assert world() is world()
