"""Whether the tasks find room on the hosts: processors, memory and network interfaces, summed up. Pure.

ECS does not refuse a service that has no room. Its tasks wait in PROVISIONING, a deployment waits with them, and the
idle processors of the hosts explain nothing, because what has run out is the network interfaces. So the sum is made
here, before anything is deployed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True, slots=True)
class Ask:
    """Tasks of one kind that have to run at the same time.

    why: how the count comes about, for the message.
    """

    name: str
    count: int
    cpu_units: int
    memory_mib: int
    why: str = ""

    def __str__(self) -> str:
        return f"{self.count} of {self.name}{f' ({self.why})' if self.why else ''}"


@dataclass(frozen=True, slots=True)
class Room:
    """What one host gives, and how many hosts there may be."""

    type: str
    cpu_units: int
    memory_mib: int
    task_slots: int
    hosts: int

    def __str__(self) -> str:
        return (
            f"a {self.type} holds {self.task_slots} tasks (one network interface each, one is the host's own), "
            f"{self.cpu_units} CPU units and {self.memory_mib} MiB"
        )


def split(count: int, *, base: int, spot_percent: int) -> tuple[int, int]:
    """How many of a service's tasks may come to run on demand and on spot, each the more unfavourable way round."""
    beyond = max(count - base, 0)
    on_demand = min(count, base) + ceil(beyond * (100 - spot_percent) / 100)
    return on_demand, ceil(beyond * spot_percent / 100)


def too_large(ask: Ask, room: Room) -> str | None:
    """Why a single task fits no host; None when it does."""
    if ask.cpu_units > room.cpu_units:
        return f"one task of {ask.name} asks for {ask.cpu_units} CPU units, and {room}"
    if ask.memory_mib > room.memory_mib:
        return f"one task of {ask.name} asks for {ask.memory_mib} MiB, and {room}"
    return None


def hosts_needed(asks: Iterable[Ask], room: Room) -> int:
    """How many hosts hold all these tasks, largest first, each on the first host that has room.

    Never fewer than it takes; a spread over zones may take one host a zone more. A task that fits no host is an error
    (ValueError).
    """
    hosts: list[tuple[int, int, int]] = []
    for ask in sorted(asks, key=lambda ask: -max(ask.cpu_units / room.cpu_units, ask.memory_mib / room.memory_mib)):
        if ask.count and too_large(ask, room):
            raise ValueError(too_large(ask, room))
        for _ in range(ask.count):
            for place, (cpu, memory, slots) in enumerate(hosts):
                if cpu >= ask.cpu_units and memory >= ask.memory_mib and slots:
                    hosts[place] = (cpu - ask.cpu_units, memory - ask.memory_mib, slots - 1)
                    break
            else:
                hosts.append((room.cpu_units - ask.cpu_units, room.memory_mib - ask.memory_mib, room.task_slots - 1))
    return len(hosts)


def shortage(asks: Sequence[Ask], room: Room) -> str | None:
    """Why these tasks do not find room together, with the sum; None when they do."""
    asks = [ask for ask in asks if ask.count]
    for ask in asks:
        if problem := too_large(ask, room):
            return problem
    needed = hosts_needed(asks, room)
    if needed <= room.hosts:
        return None
    tasks = sum(ask.count for ask in asks)
    cpu = sum(ask.count * ask.cpu_units for ask in asks)
    memory = sum(ask.count * ask.memory_mib for ask in asks)
    parts = " + ".join(map(str, asks))
    return (
        f"{parts} = {tasks} tasks with {cpu} CPU units and {memory} MiB need {needed} hosts, and there are at most "
        f"{room.hosts}: {room}"
    )
