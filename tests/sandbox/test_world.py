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


def test_what_has_a_form_for_each_region_has_one_for_all_of_them_too() -> None:
    services = world().values("aws", "service_principals")
    assert set(services["regional"]) <= set(services["everywhere"])
    tags = world().values("azure-native", "service_tags")
    assert not set(tags["plain"]) & set(tags["regional"])
    assert set(world().values("azure-native", "locations")) <= set(tags["regions"])


def test_no_list_of_names_holds_one_twice() -> None:
    services, tags = world().values("aws", "service_principals"), world().values("azure-native", "service_tags")
    lists = [*services.values(), *tags.values()]
    lists += [list(world().values("azure-native", name)) for name in ("subnet_delegations", "service_endpoints")]
    assert all(len({name.casefold() for name in names}) == len(names) for names in lists)


def test_there_is_one_world_a_process() -> None:
    assert world() is world()
