"""A stack's first update: nothing runs before its image, its schema and its roles are there."""

import pytest

from tests.graph import Graph, composed_with

SERVICE = "aws:ecs/service:Service"
SCALING = "aws:appautoscaling/target:Target"


@pytest.fixture(scope="module")
def first() -> Graph:
    return composed_with("prod", {"compute.services.running": False})


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
