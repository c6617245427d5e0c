"""Clouds that are slow or tell us to slow down: an update takes its time and gets there, or stops in good order."""

from collections import Counter
from pathlib import Path

import pytest

from sandbox.faults import ATTEMPTS
from tests.engine.machine import Machine, Result, program

VPC = "aws:ec2/vpc:Vpc"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return program(tmp_path / "small", ['aws.ec2.Vpc("network", cidr_block="10.0.0.0/16", opts=opts)'])


def up(machine: Machine, small: Path, faults: str) -> Result:
    machine.run("pulumi", "-C", str(small), "stack", "select", "dev", "--create").expect()
    arguments = ("-s", "dev", "--yes", "--skip-preview", "--non-interactive", "--color", "never")
    return machine.run("pulumi", "-C", str(small), "up", *arguments, extra={"SANDBOX_FAULTS": faults})


def attempts(machine: Machine) -> Counter[str]:
    return Counter(call["outcome"] for call in machine.calls() if call["op"] == "create")


def test_the_provider_asks_again_when_it_is_told_to_slow_down(machine: Machine, small: Path) -> None:
    up(machine, small, f"throttle create {VPC} 1 3").expect()
    assert attempts(machine) == {"throttled": 3, "ok": 1}
    assert [resource.token for resource in machine.clouds()] == [VPC]


def test_a_cloud_that_never_has_time_stops_the_update_and_the_next_one_gets_there(
    machine: Machine, small: Path
) -> None:
    stopped = up(machine, small, f"throttle create {VPC} 1 1000")
    assert stopped.code != 0
    assert "exceeded maximum number of attempts" in stopped.output
    assert attempts(machine) == {"throttled": ATTEMPTS["aws"]}, "the provider's attempts, and none by the engine"
    assert machine.clouds() == []
    up(machine, small, f"slow create {VPC} 1").expect()
    assert [resource.token for resource in machine.clouds()] == [VPC]
