"""Hosts: bounds in order, spot types that are alike to a task, and what stays on in prod."""

from collections.abc import Iterator

from settings.compute.hosts import HostsSettings
from settings.domain_types import Allowed
from settings.errors import Fault, file_of
from settings.instance_types import INSTANCE_TYPES
from settings.model import Settings
from settings.rules.rule import Demand, Rule, rules_of
from settings.wording import not_allowed

DEMANDS = (
    Demand(
        ("prod",),
        "compute.hosts.on_demand.min_hosts",
        lambda hosts: hosts >= 3,
        "3 or more",
        "a host in each zone answers at any hour; only dev and staging are scaled down to nothing",
    ),
    Demand(
        ("prod",),
        "compute.hosts.on_demand.base_tasks",
        lambda tasks: tasks >= 3,
        "3 or more",
        "AWS may take all spot hosts back at once, and a task in each zone has to be left",
    ),
    Demand(
        ("prod",),
        "compute.hosts.max_instance_lifetime_days",
        lambda days: days <= 30,
        "30 or less",
        "PCI DSS 6.3.3 wants critical patches in within a month, and a host gets them by being replaced",
    ),
    Demand(
        ("prod",),
        "compute.hosts.exec_log_retention_days",
        lambda days: days >= 365,
        "365 or more",
        "PCI DSS 10.5.1 asks for a year of audit history",
    ),
)

_PATH = "erp:compute.hosts"


def bounds_are_in_order(settings: Settings) -> Iterator[Fault]:
    """A floor above its ceiling: AWS refuses the group, or the schedule fails unseen every morning."""
    hosts = settings.compute.hosts
    orders = (
        ("on_demand.busy_hosts", hosts.on_demand.busy_hosts, "on_demand.min_hosts", hosts.on_demand.min_hosts),
        ("on_demand.max_hosts", hosts.on_demand.max_hosts, "on_demand.busy_hosts", hosts.on_demand.busy_hosts),
        ("spot.max_hosts", hosts.spot.max_hosts, "spot.min_hosts", hosts.spot.min_hosts),
    )
    for field, value, other, least in orders:
        if value < least:
            message = not_allowed(value, Allowed(f"{_PATH}.{other} ({least}) or more"))
            yield Fault(file_of(settings.stack), f"{_PATH}.{field}", message)


def the_base_fits(settings: Settings) -> Iterator[Fault]:
    """Tasks of the base go to on-demand hosts alone: what does not fit there waits for ever."""
    hosts = settings.compute.hosts
    slots = INSTANCE_TYPES[hosts.instance_type].task_slots
    most = hosts.on_demand.max_hosts * slots
    if hosts.on_demand.base_tasks > most:
        because = f"{hosts.on_demand.max_hosts} hosts of {hosts.instance_type} take {slots} tasks each"
        message = not_allowed(hosts.on_demand.base_tasks, Allowed(f"{most} or less"), because=because)
        yield Fault(file_of(settings.stack), f"{_PATH}.on_demand.base_tasks", message)


def hosts_are_alike(settings: Settings) -> Iterator[Fault]:
    """ECS counts with the smallest type of a group, and a service's tasks have to fit wherever they land."""
    hosts = settings.compute.hosts
    wanted = _holds(hosts.instance_type)
    strangers = [name for name in hosts.spot.types if _holds(name) != wanted]
    if strangers:
        alike = [name for name in INSTANCE_TYPES if _holds(name) == wanted]
        message = not_allowed(
            strangers,
            Allowed(f"types that hold as much as {hosts.instance_type}: {', '.join(alike)}"),
            because="a service's tasks land on either kind, and ECS counts with the smallest type of a group",
        )
        yield Fault(file_of(settings.stack), f"{_PATH}.spot.types", message)


def tasks_go_somewhere(settings: Settings) -> Iterator[Fault]:
    """Weights say where the tasks beyond the base go; with all of them 0 they go nowhere."""
    hosts: HostsSettings = settings.compute.hosts
    if not hosts.on_demand.weight and not hosts.spot.weight:
        message = not_allowed(
            0, Allowed("1 or more, here or in on_demand.weight"), because="one of them takes the tasks beyond the base"
        )
        yield Fault(file_of(settings.stack), f"{_PATH}.spot.weight", message)


def _holds(name: str) -> tuple[int, int, int]:
    kind = INSTANCE_TYPES[name]
    return kind.cpu_units, kind.task_memory_mib, kind.task_slots


_NEEDS = frozenset({"compute.hosts"})

RULES = (
    Rule(bounds_are_in_order, _NEEDS),
    Rule(the_base_fits, _NEEDS),
    Rule(hosts_are_alike, _NEEDS),
    Rule(tasks_go_somewhere, _NEEDS),
    *rules_of(DEMANDS),
)
