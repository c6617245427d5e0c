"""Placement arithmetic: a packing that is one, the sums in the message, and shares that cover all tasks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings.compute.placement import Ask, Room, hosts_needed, shortage, split

ROOM = Room(type="t3.xlarge", cpu_units=4096, memory_mib=14336, task_slots=3, hosts=4)

ASKS = st.lists(
    st.builds(
        Ask,
        name=st.sampled_from(["web", "worker"]),
        count=st.integers(0, 12),
        cpu_units=st.integers(128, 4096),
        memory_mib=st.integers(128, 14336),
    ),
    max_size=4,
)


@given(ASKS)
def test_no_host_holds_more_than_it_has(asks: list[Ask]) -> None:
    needed = hosts_needed(asks, ROOM)
    for total, each in (
        (sum(ask.count for ask in asks), ROOM.task_slots),
        (sum(ask.count * ask.cpu_units for ask in asks), ROOM.cpu_units),
        (sum(ask.count * ask.memory_mib for ask in asks), ROOM.memory_mib),
    ):
        assert needed * each >= total, "fewer hosts than the sum takes"


@given(ASKS)
def test_it_takes_at_most_a_host_a_task(asks: list[Ask]) -> None:
    assert hosts_needed(asks, ROOM) <= sum(ask.count for ask in asks)


@given(ASKS)
def test_there_is_a_shortage_exactly_where_more_hosts_are_needed_than_there_are(asks: list[Ask]) -> None:
    assert (shortage(asks, ROOM) is not None) == (hosts_needed(asks, ROOM) > ROOM.hosts)


@given(st.integers(0, 400), st.integers(0, 200), st.integers(0, 100))
def test_shares_cover_every_task_and_the_base_is_never_on_spot(count: int, base: int, percent: int) -> None:
    on_demand, spot = split(count, base=base, spot_percent=percent)
    assert count <= on_demand + spot <= count + 1, "both rounded up may be one too many, never one too few"
    assert on_demand >= min(count, base)
    assert spot <= max(count - base, 0)
    if percent in (0, 100):
        assert on_demand + spot == count


def test_what_runs_out_first_on_a_t3_xlarge_is_its_interfaces() -> None:
    small = Ask("web", 4, 128, 128)
    assert hosts_needed([small], ROOM) == 2, "three tasks a host, whatever processors and memory are idle"


def test_the_message_has_the_sum_and_what_a_host_holds() -> None:
    asks = [Ask("web", 12, 1280, 4608, "at most 6, blue and green"), Ask("scheduler", 1, 512, 1024)]
    assert shortage(asks, ROOM) == (
        "12 of web (at most 6, blue and green) + 1 of scheduler = 13 tasks with 15872 CPU units and 56320 MiB need 5 "
        "hosts, and there are at most 4: a t3.xlarge holds 3 tasks (one network interface each, one is the host's "
        "own), 4096 CPU units and 14336 MiB"
    )


@pytest.mark.parametrize(
    ("cpu", "memory", "message"),
    [
        (4097, 128, "one task of web asks for 4097 CPU units, and a t3.xlarge holds"),
        (128, 14337, "one task of web asks for 14337 MiB, and a t3.xlarge holds"),
    ],
)
def test_a_task_larger_than_a_host_is_named(cpu: int, memory: int, message: str) -> None:
    ask = Ask("web", 1, cpu, memory)
    assert str(shortage([ask], ROOM)).startswith(message)
    with pytest.raises(ValueError, match=message):
        hosts_needed([ask], ROOM)
    assert shortage([Ask("web", 0, cpu, memory)], ROOM) is None, "none of them asks for nothing"
