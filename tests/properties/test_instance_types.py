"""What hosts hold: the sums that services are held against."""

import pytest

from settings.instance_types import INSTANCE_TYPES


@pytest.mark.req("C1")
def test_a_t3_xlarge_has_room_for_three_tasks_and_fourteen_gibibytes() -> None:
    host = INSTANCE_TYPES["t3.xlarge"]
    assert (host.task_slots, host.cpu_units) == (3, 4096)
    assert (host.task_memory_mib, host.reserved_memory_mib) == (14336, 819)


@pytest.mark.parametrize("name", INSTANCE_TYPES)
def test_a_host_keeps_an_interface_and_memory_for_itself(name: str) -> None:
    host = INSTANCE_TYPES[name]
    assert 0 < host.task_slots < host.interfaces
    assert 0 < host.task_memory_mib < host.memory_mib - host.reserved_memory_mib
    assert host.burstable == name.startswith("t3")
    assert not (host.burstable and host.branch_interfaces), "no burstable type branches interfaces"


@pytest.mark.parametrize("size", ["medium", "large", "xlarge", "2xlarge"])
def test_types_of_one_size_are_alike_to_a_task(size: str) -> None:
    alike = [host for name, host in INSTANCE_TYPES.items() if name.endswith(f".{size}")]
    assert len({(host.vcpus, host.memory_mib, host.task_slots) for host in alike}) == 1
