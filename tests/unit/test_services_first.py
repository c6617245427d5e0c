"""A stack's first update: nothing runs before its image, its schema and its roles are there."""

import contextlib
import json
import runpy

import pytest

from settings.secrets import SECRETS
from tests.graph import Graph, compose
from tests.graph.compose import ROOT
from tests.graph.stackfile import project_name, stack_config

SERVICE = "aws:ecs/service:Service"
SCALING = "aws:appautoscaling/target:Target"


@pytest.fixture(scope="module")
def first() -> Graph:
    config, hidden = stack_config(ROOT, "prod", tuple(SECRETS))
    compute = json.loads(config.get("erp:compute", "{}"))
    compute["services"] = {**compute["services"], "running": False}
    with contextlib.chdir(ROOT):
        return compose(
            lambda: runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__"),
            project=project_name(ROOT),
            stack="prod",
            config={**config, "erp:compute": json.dumps(compute)},
            secret_keys=hidden,
        )


@pytest.mark.req("C4", "P5")
def test_the_first_update_brings_services_without_tasks_and_the_tasks_that_prepare(first: Graph, prod: Graph) -> None:
    assert [node.value("desiredCount") for node in first.some(SERVICE)] == [0, 0, 0]
    assert [node.name for node in first.all(SCALING)] == [], "scaling would start what has nothing to work on"
    assert {node.name for node in first.some("aws:ecs/taskDefinition:TaskDefinition")} == {
        node.name for node in prod.some("aws:ecs/taskDefinition:TaskDefinition")
    }


@pytest.mark.req("H1")
def test_later_scaling_alone_says_how_many_tasks_run_but_for_the_scheduler(prod: Graph) -> None:
    ignored = {node.name: node.options.ignore_changes for node in prod.some(SERVICE)}
    assert ignored == {
        "compute-service-web": ("desiredCount",),
        "compute-service-worker": ("desiredCount",),
        "compute-service-scheduler": (),
    }
    for target in prod.some(SCALING):
        assert target.options.ignore_changes == ("minCapacity", "maxCapacity"), "the schedules write the bounds"
