"""Services on the real engine: what ECS and scaling write is left to them, and what a new size or version changes.

The numbers are those of the list of first mistakes: 9 (every preview wants the count of tasks back) and 10 (an update
moves the traffic to the colour that is empty).
"""

from collections import Counter
from typing import Any

import pytest
import yaml

from tests.engine.machine import Machine

RULE = "aws:lb/listenerRule:ListenerRule"
SERVICE = "aws:ecs/service:Service"
TARGET = "aws:appautoscaling/target:Target"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
NEW_IMAGE = "333333333333.dkr.ecr.eu-central-1.amazonaws.com/erp@sha256:" + "f" * 64


def change(machine: Machine, **services: Any) -> None:
    """Change settings of services; those of one service are merged into what the stack file says of it."""
    file = machine.home / "project" / "Pulumi.prod.yaml"
    said: dict[str, Any] = yaml.safe_load(file.read_text())["config"]["erp:compute"]
    merged = {
        name: {**said["services"].get(name, {}), **value} if isinstance(value, dict) else value
        for name, value in services.items()
    }
    machine.setting("prod", "erp:compute", **{**said, "services": {**said["services"], **merged}})


def written_by_others(machine: Machine) -> tuple[dict[str, Any], dict[str, Any]]:
    """Do what scaling, its schedules and a deployment do: more tasks, the night's bounds, the other colour."""
    with machine.store() as store:
        scaled = {one.id.rpartition("/")[2] for one in store.all(TARGET)}
        services = [one for one in store.all(SERVICE) if one.id.rpartition("/")[2] in scaled]
        counts = {one.urn: store.edit(one.serial, {"desiredCount": 5}) for one in services}
        for one in store.all(TARGET):
            store.edit(one.serial, {"minCapacity": 0, "maxCapacity": 0})
        rules: dict[str, Any] = {}
        for one in store.all(RULE):
            [action] = one.properties["actions"]
            blue, green = action["forward"]["targetGroups"]
            groups = [{**blue, "weight": 0}, {**green, "weight": 100}]
            moved = [{**action, "forward": {**action["forward"], "targetGroups": groups}}]
            rules[one.urn] = store.edit(one.serial, {"actions": moved})
    return counts, rules


def still(machine: Machine) -> None:
    """Insist that both are as the others have written them."""
    with machine.store() as store:
        assert sorted(one.properties["desiredCount"] for one in store.all(SERVICE)) == [1, 5, 5], "one scheduler"
        assert {one.properties["maxCapacity"] for one in store.all(TARGET)} == {0}
        for one in store.all(RULE):
            [action] = one.properties["actions"]
            assert [group["weight"] for group in action["forward"]["targetGroups"]] == [0, 100], one.urn


@pytest.mark.req("P6")
def test_9_and_10_what_scaling_and_ecs_have_written_no_preview_wants_back(dev_up: Machine) -> None:
    counts, rules = written_by_others(dev_up)
    assert (len(counts), len(rules)) == (2, 2)
    assert dev_up.plan("dev") == []
    dev_up.pulumi("refresh", "-s", "dev", "--yes", "--skip-preview").expect()
    assert dev_up.plan("dev") == [], "after a refresh the state knows of it"
    still(dev_up)


@pytest.mark.req("P6")
def test_9_and_10_a_new_version_leaves_them_as_they_are(prod_up: Machine) -> None:
    written_by_others(prod_up)
    change(prod_up, image=NEW_IMAGE, web={"requests_target": 900})
    prod_up.up("prod").expect()
    still(prod_up)
    assert prod_up.plan("prod") == []


@pytest.mark.req("C4")
def test_a_new_version_is_a_new_revision_of_each_task_and_replaces_no_service(prod_up: Machine) -> None:
    change(prod_up, image=NEW_IMAGE)
    steps = prod_up.plan("prod")
    replaced = {step["urn"].split("::")[-1] for step in steps if "replace" in step["op"]}
    assert replaced == {f"compute-task-{name}" for name in ("web", "worker", "scheduler", "migrate")}
    updated = Counter(step["newState"]["type"] for step in steps if step["op"] == "update")
    assert updated[SERVICE] == 3
    assert {step["op"] for step in steps} <= {"update", "replace", "create-replacement", "delete-replaced"}
    prod_up.up("prod").expect()
    with prod_up.store() as store:
        revisions = {one.inputs["family"]: one.properties["revision"] for one in store.all(TASK)}
    assert revisions["erp-prod-web"] == 2
    assert revisions["erp-prod-grants-s1"] == 1, "another image, which has not changed"


@pytest.mark.req("H1")
def test_new_sizes_change_services_and_bounds_in_place(prod_up: Machine) -> None:
    change(prod_up, web={"cpu_units": 1024, "desired": 4, "max": 5, "night_max": 5, "bake_minutes": 5})
    steps = prod_up.plan("prod")
    ops = {(step["urn"].split("::")[-1], step["op"]) for step in steps}
    assert {name for name, op in ops if "replace" in op} == {"compute-task-web"}
    schedules = {(f"compute-{when}-web", "update") for when in ("evening", "morning")}
    assert {("compute-service-web", "update"), *schedules} <= ops
    assert "compute-scaling-web" not in {name for name, _ in ops}, "its bounds are the schedules'"
    prod_up.up("prod").expect()
    with prod_up.store() as store:
        [service] = [one for one in store.all(SERVICE) if "service-web" in one.id]
    assert service.properties["desiredCount"] == 3, "scaling decides once the service is there"
    assert prod_up.plan("prod") == []
