"""The rule of resharding on the real engine: a shard is only ever added, and the preview says so."""

from typing import Any

import pytest

from tests.engine.machine import Machine

LOWER = {"key": "s1", "first_slot": 0, "last_slot": 2047}
UPPER = {"key": "s2", "first_slot": 2048, "last_slot": 4095}

REFUSED: list[tuple[str, list[dict[str, Any]], str]] = [
    ("a shard goes", [{**LOWER, "last_slot": 4095}], "shard s2 is gone: a shard is only ever added"),
    (
        "slots move between shards that serve",
        [{**LOWER, "last_slot": 2999}, {**UPPER, "first_slot": 3000}],
        "shard s1 would own 0 to 2999 after 0 to 2047: a range is only split towards a new shard",
    ),
    # Its endpoints are unknown in a preview, and so is the whole new document.
    (
        "one goes while another comes",
        [LOWER, {**UPPER, "key": "s3"}],
        "shard s2 is gone: a shard is only ever added",
    ),
]


@pytest.mark.req("H2")
@pytest.mark.parametrize(("shards", "said"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_map_that_takes_a_home_away_is_refused_in_the_preview(
    shards: list[dict[str, Any]], said: str, prod_up: Machine
) -> None:
    prod_up.setting("prod", "erp:database", shards=shards)
    result = prod_up.pulumi("preview", "-s", "prod")
    assert result.code != 0
    assert said in result.output
    assert "Traceback" not in result.output


@pytest.mark.req("H2")
def test_it_is_refused_in_the_update_too_and_every_database_stays(prod_up: Machine) -> None:
    before = sorted(resource.id for resource in prod_up.clouds() if resource.token.startswith("aws:rds/"))
    prod_up.setting("prod", "erp:database", shards=[{**LOWER, "last_slot": 4095}])
    result = prod_up.up("prod")
    assert result.code != 0
    assert "shard s2 is gone" in result.output
    assert sorted(resource.id for resource in prod_up.clouds() if resource.token.startswith("aws:rds/")) == before


@pytest.mark.req("H2")
def test_a_shard_that_takes_half_of_another_is_made_and_published(prod_up: Machine) -> None:
    new = {"key": "s3", "first_slot": 1024, "last_slot": 2047}
    prod_up.setting("prod", "erp:database", shards=[{**LOWER, "last_slot": 1023}, UPPER, new])
    steps = prod_up.plan("prod")
    changed = {step["urn"].rpartition("::")[2] for step in steps if step["op"] != "create"}
    ours = {name for name in changed if name.startswith("database-")}
    assert ours == {"database-shard-map"}, "what serves stays as it is; only those that connect learn of another"
    assert {step["op"] for step in steps} == {"create", "update"}
    prod_up.up("prod").expect()
    (published,) = [resource for resource in prod_up.clouds() if resource.id == "/erp/prod/database/shards"]
    assert '"s3":{"first_slot":1024,"last_slot":2047,' in published.properties["insecureValue"]
    assert prod_up.plan("prod") == []
