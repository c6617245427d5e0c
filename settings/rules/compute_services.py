"""Services: bounds in order, images by digest where it counts, and room on the hosts for what may run at once."""

from collections.abc import Iterator

from settings.compute.placement import Ask, Room, shortage, split
from settings.compute.services import ScaledSettings, WebSettings
from settings.domain_types import Allowed
from settings.errors import Fault, file_of
from settings.instance_types import INSTANCE_TYPES
from settings.model import Settings
from settings.rules.rule import Demand, Rule, rules_of
from settings.wording import not_allowed

_PATH = "erp:compute.services"

DEMANDS = (
    *(
        Demand(
            ("staging", "prod"),
            f"compute.services.{image}",
            lambda image: "@sha256:" in image,
            "an image by its digest: registry/name@sha256: and 64 hexadecimal digits",
            "a tag can be moved, and a rollback would then start something else than what ran before",
        )
        for image in ("image", "grants.image")
    ),
    Demand(
        ("prod",),
        "compute.services.web.night_min",
        lambda tasks: tasks >= 2,
        "2 or more",
        "one task is lost with its zone; only dev and staging are scaled down to nothing",
    ),
    Demand(
        ("prod",),
        "compute.services.web.on_demand_base",
        lambda tasks: tasks >= 2,
        "2 or more",
        "AWS may take all spot hosts back at once",
    ),
    Demand(
        ("prod",),
        "compute.services.log_retention_days",
        lambda days: days >= 365,
        "365 or more",
        "PCI DSS 10.5.1 asks for a year of audit history",
    ),
)


def bounds_are_in_order(settings: Settings) -> Iterator[Fault]:
    """AWS refuses a least above the most, some of it only in the morning, when the schedule comes due."""
    for named in settings.compute.services.named():
        own = named.settings
        if not isinstance(own, ScaledSettings):
            continue
        for field, value, other, least in (
            ("max", own.max, "min", own.min),
            ("night_max", own.night_max, "night_min", own.night_min),
            ("desired", own.desired, "min", own.min),
        ):
            if value < least:
                message = not_allowed(value, Allowed(f"{_PATH}.{named.name}.{other} ({least}) or more"))
                yield Fault(file_of(settings.stack), f"{_PATH}.{named.name}.{field}", message)
        for field, value in (("desired", own.desired), ("night_max", own.night_max)):
            if value > own.max:
                message = not_allowed(value, Allowed(f"{_PATH}.{named.name}.max ({own.max}) or less"))
                yield Fault(file_of(settings.stack), f"{_PATH}.{named.name}.{field}", message)


def tasks_find_room(settings: Settings) -> Iterator[Fault]:
    """All services at their most, each in the middle of a deployment, and the one-off tasks beside them."""
    hosts = settings.compute.hosts
    kind = INSTANCE_TYPES[hosts.instance_type]
    on_demand, spot = asks(settings)
    for name, wanted, most in (("on_demand", on_demand, hosts.on_demand), ("spot", spot, hosts.spot)):
        room = Room(
            type=hosts.instance_type,
            cpu_units=kind.cpu_units,
            memory_mib=kind.task_memory_mib,
            task_slots=kind.task_slots,
            hosts=most.max_hosts,
        )
        if problem := shortage(wanted, room):
            message = f"no room on the hosts of erp:compute.hosts.{name}: {problem}"
            yield Fault(file_of(settings.stack), _PATH, message)


def registries_are_in_reach(settings: Settings) -> Iterator[Fault]:
    """A repository of ECR that the stack's own network and boundary bar: tasks would fail to start, one by one."""
    aws, services = settings.aws, settings.compute.services
    reached = [f"{aws.account_id}.dkr.ecr.{region}.amazonaws.com" for region in (aws.region, aws.recovery_region)]
    for field, image in (("image", services.image), ("grants.image", services.grants.image)):
        registry = image.partition("/")[0]
        if ".dkr.ecr." in registry and registry not in reached:
            message = not_allowed(
                registry,
                Allowed(f"{' or '.join(reached)}, or a registry that is not ECR's"),
                because="endpoints and roles let tasks pull from the stack's own account and regions alone",
            )
            yield Fault(file_of(settings.stack), f"{_PATH}.{field}", message)


def asks(settings: Settings) -> tuple[list[Ask], list[Ask]]:
    """What has to find room at once, on demand and on spot."""
    services = settings.compute.services
    on_demand: list[Ask] = []
    spot: list[Ask] = []
    for named in services.named():
        own = named.settings
        if isinstance(own, ScaledSettings):
            twice = "blue and green" if isinstance(own, WebSettings) else "old and new"
            # A deployment runs as many tasks again; the shares hold for all of them together.
            parts = split(2 * own.max, base=own.on_demand_base, spot_percent=own.spot_percent)
            why = f"at most {own.max}, {twice}"
        else:
            parts, why = (1, 0), ""
        for place, count in zip((on_demand, spot), parts, strict=True):
            place.append(Ask(named.name, count, own.cpu_units, own.memory_mib, why))
    on_demand += [
        Ask("migrate", 1, services.migrate.cpu_units, services.migrate.memory_mib),
        Ask("grants", 1, services.grants.cpu_units, services.grants.memory_mib),
    ]
    return on_demand, spot


_NEEDS = frozenset({"compute.services"})

RULES = (
    Rule(bounds_are_in_order, _NEEDS),
    Rule(tasks_find_room, _NEEDS | {"compute.hosts"}),
    Rule(registries_are_in_reach, _NEEDS | {"aws.account_id", "aws.region", "aws.recovery_region"}),
    *rules_of(DEMANDS),
)
