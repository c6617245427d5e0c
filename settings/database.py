"""The databases: how schools spread over shards, and how large and how safe each shard is (`erp:database`).

A shard is one PostgreSQL instance with its replicas. A school's rows lie in one shard, found by a hash slot: the CRC-32
of the school's id, modulo SLOTS. Slots stand between schools and shards so that a shard owns a range of numbers and not
a list of schools; they are hashed because ids are given out in order, and the newest schools would all meet in the last
shard. Their number is fixed for ever, since another one moves every school: 4096 are enough for the twenty shards that
one region's quotas take to be even within half a per cent, and few enough to be told apart in a table by a person.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from settings.database_classes import INSTANCE_CLASSES
from settings.domain_types import Allowed, LogRetentionDays, Model

SLOTS = 4096
"""Hash slots, 0 to 4095."""

MAX_SHARDS = 20
"""RDS proxies, and copies of automated backups, that a region takes by default (Amazon RDS User Guide, "Quotas")."""

MAX_REPLICAS = 15
"""Read replicas of one PostgreSQL instance, those of other regions among them (Amazon RDS User Guide)."""

STRIPED_GIB = 400
"""From this size on gp3 spreads over four volumes, and IOPS and throughput may be chosen (RDS User Guide)."""


def _known_class(name: str) -> str:
    if name not in INSTANCE_CLASSES:
        raise ValueError(name)
    return name


InstanceClass = Annotated[
    str,
    AfterValidator(_known_class),
    Allowed("an instance class of settings/database_classes.py, for instance db.r6g.xlarge", tuple(INSTANCE_CLASSES)),
    WithJsonSchema({"type": "string", "enum": list(INSTANCE_CLASSES)}),
]

Slot = Annotated[int, Field(ge=0, le=SLOTS - 1), Allowed(f"a whole number from 0 to {SLOTS - 1}")]

_WEEKDAY = "(sun|mon|tue|wed|thu|fri|sat)"
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"


class ShardSettings(Model):
    """One shard: a stable key and the slots that it owns, both ends included."""

    key: Annotated[
        str, Field(pattern=r"^s[1-9][0-9]?$"), Allowed('"s" and a number from 1 to 99, for instance "s1"')
    ] = Field(description="Names the shard for good: its resources, its place in the shard map.")
    first_slot: Slot = Field(description="First slot that it owns.")
    last_slot: Slot = Field(description="Last slot that it owns.")


def _cover(shards: tuple[ShardSettings, ...]) -> tuple[ShardSettings, ...]:
    """Each slot belongs to one shard, and each key to one entry. Order in the file says nothing."""
    expected = 0
    for shard in sorted(shards, key=lambda shard: shard.first_slot):
        if shard.first_slot != expected or shard.last_slot < shard.first_slot:
            raise ValueError(shard.key)
        expected = shard.last_slot + 1
    if expected != SLOTS or len({shard.key for shard in shards}) < len(shards):
        raise ValueError(expected)
    return tuple(sorted(shards, key=lambda shard: (len(shard.key), shard.key)))


def _ascending(generations: tuple[int, ...]) -> tuple[int, ...]:
    if list(generations) != sorted(set(generations)):
        raise ValueError(generations)
    return generations


Shards = Annotated[
    tuple[ShardSettings, ...],
    Field(min_length=1, max_length=MAX_SHARDS),
    AfterValidator(_cover),
    Allowed(
        f"one to {MAX_SHARDS} objects of key, first_slot, last_slot with different keys, whose slots cover 0 to "
        f"{SLOTS - 1} without a gap or an overlap"
    ),
]

Generations = Annotated[
    tuple[Annotated[int, Field(ge=1, le=99)], ...],
    Field(min_length=1, json_schema_extra={"uniqueItems": True}),
    AfterValidator(_ascending),
    Allowed("a list of different whole numbers from 1 to 99 in ascending order, for instance [1]"),
]

Switch = Annotated[bool, Allowed("true or false")]


class CrossRegionSettings(Model):
    """`erp:database.cross_region`: what of each shard lies in the recovery region."""

    replica: Switch = Field(default=True, description="A replica that can be promoted: minutes to take over.")
    backups: Switch = Field(
        default=True, description="Copies of the automated backups: an older state, hours to restore."
    )


class DatabaseSettings(Model):
    """`erp:database`: the shards, and one size for all of them."""

    engine_version: Annotated[
        Literal["17"],
        Allowed(
            '"17", because parameter group, migrations and the subscriber in Azure are made and tested for that major'
        ),
    ] = Field(default="17", description="Major version of PostgreSQL; RDS installs minor ones by itself.")
    shards: Shards = Field(
        default=(
            ShardSettings(key="s1", first_slot=0, last_slot=SLOTS // 2 - 1),
            ShardSettings(key="s2", first_slot=SLOTS // 2, last_slot=SLOTS - 1),
        ),
        description="Who owns which hash slots; a shard is only ever added, and takes its slots from others.",
    )
    instance_class: InstanceClass = Field(default="db.r6g.xlarge", description="Instance class of the primaries.")
    allocated_storage_gib: Annotated[int, Field(ge=20, le=65536), Allowed("a whole number of GiB from 20 to 65536")] = (
        Field(default=STRIPED_GIB, description="Storage of a shard to begin with; it grows and never shrinks.")
    )
    max_allocated_storage_gib: Annotated[
        int, Field(ge=22, le=65536), Allowed("a whole number of GiB from 22 to 65536")
    ] = Field(default=2000, description="How far the storage of a shard grows by itself.")
    iops: Annotated[
        Literal[0] | Annotated[int, Field(ge=12000, le=64000)],
        Allowed("0 (what comes with the size), or a whole number from 12000 to 64000"),
        WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 64000}),
    ] = Field(default=0, description=f"I/O operations a second; of one's own choice from {STRIPED_GIB} GiB on.")
    throughput_mibps: Annotated[
        Literal[0] | Annotated[int, Field(ge=500, le=4000)],
        Allowed("0 (what comes with the size), or a whole number of MiB/s from 500 to 4000"),
        WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 4000}),
    ] = Field(default=0, description=f"MiB a second to the disk; of one's own choice from {STRIPED_GIB} GiB on.")
    replicas: Annotated[int, Field(ge=0, le=MAX_REPLICAS), Allowed(f"a whole number from 0 to {MAX_REPLICAS}")] = Field(
        default=1, description="Read replicas of each shard in its own region."
    )
    replica_class: InstanceClass = Field(
        default="db.r6g.xlarge", description="Instance class of the replicas, that of the recovery region among them."
    )
    multi_az: Switch = Field(default=True, description="A synchronous standby of each primary in a second zone.")
    cross_region: Annotated[CrossRegionSettings, Allowed("an object of replica, backups")] = Field(
        default=CrossRegionSettings(), description="What of each shard lies in the recovery region."
    )
    replica_generations: Generations = Field(
        default=(1,),
        description="Replicas across regions: one more for each failback, odd ones in the recovery region.",
    )
    backup_retention_days: Annotated[int, Field(ge=1, le=35), Allowed("a whole number of days from 1 to 35")] = Field(
        default=35, description="How far back a shard can be restored to any second; RDS keeps 35 days at most."
    )
    snapshot_generation: Annotated[int, Field(ge=1, le=999), Allowed("a whole number from 1 to 999")] = Field(
        default=1, description="Ends the name of the final snapshot; raise it before a second destruction."
    )
    insights: Annotated[
        Literal["standard", "advanced"], Allowed('"standard" or "advanced"', ("standard", "advanced"))
    ] = Field(default="advanced", description="Database Insights: a week of history, or fifteen months with plans.")
    monitoring_interval_seconds: Annotated[
        Literal[1, 5, 10, 15, 30, 60], Allowed("1, 5, 10, 15, 30 or 60 (seconds)")
    ] = Field(default=15, description="How often the operating system is measured.")
    log_retention_days: LogRetentionDays = Field(default=365, description="How long the logs of PostgreSQL are kept.")
    backup_window: Annotated[
        str,
        Field(pattern=f"^{_TIME}-{_TIME}$"),
        Allowed('a daily time in UTC such as "01:00-02:00"'),
    ] = Field(default="00:30-01:30", description="When the daily snapshot is taken.")
    maintenance_window: Annotated[
        str,
        Field(pattern=f"^{_WEEKDAY}:{_TIME}-{_WEEKDAY}:{_TIME}$"),
        Allowed('a weekly time in UTC such as "sun:02:00-sun:03:00"'),
    ] = Field(default="sun:02:00-sun:03:00", description="When RDS may restart a shard; no school works then.")

    def shard_keys(self) -> Sequence[str]:
        """The shards by key, s2 before s10."""
        return [shard.key for shard in self.shards]
