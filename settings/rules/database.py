"""Databases: what belongs together in one shard, and what staging and prod may not do without."""

from collections.abc import Iterator

from settings.database import MAX_REPLICAS, STRIPED_GIB
from settings.database_classes import INSTANCE_CLASSES, is_burstable
from settings.domain_types import Allowed
from settings.errors import Fault, file_of
from settings.model import Settings
from settings.rules.rule import Demand, Rule, rules_of
from settings.wording import not_allowed

LIVE = ("staging", "prod")

DEMANDS = (
    Demand(
        LIVE,
        "database.multi_az",
        lambda multi_az: multi_az is True,
        "true",
        "without a standby the loss of a zone takes the schools of a shard off for hours",
    ),
    Demand(
        LIVE,
        "database.cross_region.replica",
        lambda replica: replica is True,
        "true",
        "only a replica in the recovery region can take over within four hours",
    ),
    Demand(
        LIVE,
        "database.cross_region.backups",
        lambda backups: backups is True,
        "true",
        "a replica repeats every mistake at once; a copied backup brings back what was before it",
    ),
    Demand(
        LIVE,
        "database.replicas",
        lambda replicas: replicas >= 1,
        "1 or more",
        "reports read from a replica, or they slow down lessons",
    ),
    Demand(
        ("prod",),
        "database.backup_retention_days",
        lambda days: days == 35,
        "35",
        "a fault that shows at the monthly closing has to be within reach, and RDS keeps no more",
    ),
    Demand(
        ("prod",),
        "database.log_retention_days",
        lambda days: days >= 365,
        "365 or more",
        "PCI DSS 10.5.1 asks for a year of audit history",
    ),
    Demand(
        ("prod",),
        "database.instance_class",
        lambda name: not is_burstable(name),
        "a class that is not burstable (db.t...)",
        "its CPU credits run out in the busiest hour",
    ),
)

GROWTH_PERCENT = 10
"""How far the limit has to lie above the size for RDS to grow it at all (RDS, "storage autoscaling")."""


def storage_can_grow(settings: Settings) -> Iterator[Fault]:
    """RDS refuses a limit that is less than a tenth above the size."""
    database = settings.database
    least = -(-database.allocated_storage_gib * (100 + GROWTH_PERCENT) // 100)
    if database.max_allocated_storage_gib < least:
        allowed = Allowed(f"{least} or more ({GROWTH_PERCENT} per cent above allocated_storage_gib)")
        because = "RDS refuses a limit that is nearer to the size"
        message = not_allowed(database.max_allocated_storage_gib, allowed, because=because)
        yield Fault(file_of(settings.stack), "erp:database.max_allocated_storage_gib", message)


def speed_is_chosen_for_striped_storage(settings: Settings) -> Iterator[Fault]:
    """Below the threshold gp3 has one volume with one speed, and RDS refuses both properties."""
    database = settings.database
    for field in ("iops", "throughput_mibps"):
        value: int = getattr(database, field)
        if value and database.allocated_storage_gib < STRIPED_GIB:
            message = not_allowed(
                value,
                Allowed("0"),
                where=f"with {database.allocated_storage_gib} GiB",
                because=f"RDS lets nobody choose it below {STRIPED_GIB} GiB",
            )
            yield Fault(file_of(settings.stack), f"erp:database.{field}", message)


def replicas_fit_their_source(settings: Settings) -> Iterator[Fault]:
    """A source takes fifteen replicas in all regions together."""
    database = settings.database
    most = MAX_REPLICAS - 1
    if database.cross_region.replica and database.replicas > most:
        allowed = Allowed(f"at most {most} beside the one in the recovery region")
        because = f"a source takes {MAX_REPLICAS} replicas"
        message = not_allowed(database.replicas, allowed, because=because)
        yield Fault(file_of(settings.stack), "erp:database.replicas", message)


def a_replica_carries_its_source(settings: Settings) -> Iterator[Fault]:
    """PostgreSQL does not replay for a source with more connections or workers, and those follow from the class."""
    database = settings.database
    source, replica = INSTANCE_CLASSES[database.instance_class], INSTANCE_CLASSES[database.replica_class]
    tires = is_burstable(database.replica_class) and not is_burstable(database.instance_class)
    if tires or replica.memory_gib < source.memory_gib or replica.vcpu < source.vcpu:
        steady = "" if is_burstable(database.instance_class) else "not burstable, "
        what = f"{steady}{source.vcpu} vCPUs and {source.memory_gib} GiB or more"
        allowed = Allowed(f"a class as good as {database.instance_class}: {what}")
        because = "a replica that takes less than its source does not start, and one day it is the primary"
        message = not_allowed(database.replica_class, allowed, because=because)
        yield Fault(file_of(settings.stack), "erp:database.replica_class", message)


def windows_keep_apart(settings: Settings) -> Iterator[Fault]:
    """RDS refuses a maintenance window that meets the backup window, which is every day's."""
    database = settings.database
    backup, maintenance = window(database.backup_window), window(database.maintenance_window)
    lengths = {"backup_window": len(backup), "maintenance_window": len(maintenance)}
    for field, minutes in lengths.items():
        if minutes < SHORTEST_WINDOW_MINUTES:
            allowed = Allowed(f"a window of {SHORTEST_WINDOW_MINUTES} minutes or more")
            message = not_allowed(getattr(database, field), allowed, because="RDS takes no shorter one")
            yield Fault(file_of(settings.stack), f"erp:database.{field}", message)
    if backup & maintenance:
        allowed = Allowed(f"a time outside of backup_window ({database.backup_window})")
        message = not_allowed(database.maintenance_window, allowed, because="RDS takes no windows that overlap")
        yield Fault(file_of(settings.stack), "erp:database.maintenance_window", message)


SHORTEST_WINDOW_MINUTES = 30
DAY = 24 * 60


def window(text: str) -> frozenset[int]:
    """The minutes of a day that a window covers, by its times of the day alone; it may pass midnight."""
    start, end = (_minute(part) for part in text.split("-"))
    return frozenset(minute % DAY for minute in range(start, end if end >= start else end + DAY))


def _minute(text: str) -> int:
    hours, minutes = text.split(":")[-2:]
    return int(hours) * 60 + int(minutes)


RULES = (
    Rule(storage_can_grow, frozenset({"database.allocated_storage_gib", "database.max_allocated_storage_gib"})),
    Rule(
        speed_is_chosen_for_striped_storage,
        frozenset({"database.allocated_storage_gib", "database.iops", "database.throughput_mibps"}),
    ),
    Rule(replicas_fit_their_source, frozenset({"database.replicas", "database.cross_region"})),
    Rule(a_replica_carries_its_source, frozenset({"database.instance_class", "database.replica_class"})),
    Rule(windows_keep_apart, frozenset({"database.backup_window", "database.maintenance_window"})),
    *rules_of(DEMANDS),
)
