"""The machines that tasks run on (`erp:compute.hosts`); what a type of them can hold stands in `instance_types.py`.

ECS adds and removes hosts by itself, between the bounds given here, so that the tasks which services ask for fit.
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from settings.domain_types import Allowed, LogRetentionDays, Model
from settings.instance_types import INSTANCE_TYPES
from settings.wording import object_of, repeated

_TYPES = tuple(INSTANCE_TYPES)


def _different(types: tuple[str, ...]) -> tuple[str, ...]:
    if repeated(list(types)):
        raise ValueError(types)
    return types


HostType = Annotated[
    str,
    Field(pattern=f"^({'|'.join(map(re.escape, _TYPES))})$"),
    Allowed(f"one of {', '.join(_TYPES)}", _TYPES),
]

HostTypes = Annotated[
    tuple[HostType, ...],
    Field(min_length=2, max_length=20, json_schema_extra={"uniqueItems": True}),
    AfterValidator(_different),
    Allowed(f"two or more different ones of {', '.join(_TYPES)} (with one type there is one pool that can run dry)"),
]

Hosts = Annotated[int, Field(ge=0, le=100), Allowed("a whole number of hosts from 0 to 100")]
MostHosts = Annotated[int, Field(ge=1, le=100), Allowed("a whole number of hosts from 1 to 100")]
Weight = Annotated[int, Field(ge=0, le=1000), Allowed("a whole number from 0 to 1000")]
"""ECS takes up to 1000 (CapacityProviderStrategyItem)."""

Cron = Annotated[
    str,
    Field(pattern=r"^[0-5]?[0-9] (1?[0-9]|2[0-3]) [0-9*,/-]+ [0-9*,/-]+ [0-9A-Z*,/-]+$"),
    Allowed('a time of day in cron form: minute, hour, day, month, weekday, for instance "0 6 * * MON-FRI"'),
]

TimeZone = Annotated[
    str,
    Field(pattern=r"^(UTC|[A-Z][A-Za-z]+(/[A-Z][A-Za-z_-]+){1,2})$"),
    Allowed("a time zone by its IANA name, for instance Europe/Berlin"),
]

Credits = Annotated[Literal["standard", "unlimited"], Allowed('"standard" or "unlimited"', ("standard", "unlimited"))]


class OnDemandSettings(Model):
    """`erp:compute.hosts.on_demand`: hosts that stay until they are let go."""

    min_hosts: Hosts = Field(default=3, description="Fewest hosts outside busy hours: one a zone.")
    busy_hosts: Hosts = Field(default=6, description="Fewest hosts in busy hours, ready before the load comes.")
    max_hosts: MostHosts = Field(default=18, description="Most hosts, whatever services ask for.")
    base_tasks: Annotated[int, Field(ge=0, le=1000), Allowed("a whole number of tasks from 0 to 1000")] = Field(
        default=3, description="Tasks of a service that are placed here before any goes by weight."
    )
    weight: Weight = Field(default=1, description="Share of the further tasks, against the weight of spot.")
    warm_hosts: Hosts = Field(
        default=0, description="Hosts kept stopped and ready to start; their volumes are paid for meanwhile."
    )


class SpotSettings(Model):
    """`erp:compute.hosts.spot`: hosts at a fraction of the price, taken back by AWS with two minutes' notice."""

    min_hosts: Hosts = Field(default=0, description="Fewest hosts, asked for even when no task needs them.")
    max_hosts: MostHosts = Field(default=12, description="Most hosts, whatever services ask for.")
    weight: Weight = Field(default=2, description="Share of the tasks beyond the base, against that of on-demand.")
    types: HostTypes = Field(
        default=("t3.xlarge", "t3a.xlarge", "m5.xlarge", "m5a.xlarge", "m6i.xlarge"),
        description="Types that AWS may give, each a pool of spare capacity; to a task they have to be alike.",
    )


class BusyHoursSettings(Model):
    """`erp:compute.hosts.busy_hours`: when schools are at work."""

    start: Cron = Field(default="30 6 * * MON-FRI", description="When the floor rises to busy_hosts.")
    end: Cron = Field(default="0 19 * * MON-FRI", description="When it falls back to min_hosts, over the weekend too.")
    time_zone: TimeZone = Field(default="Europe/Berlin", description="Whose clock that is, daylight saving included.")


class HostsSettings(Model):
    """`erp:compute.hosts`: kind, number and upkeep of the hosts."""

    instance_type: HostType = Field(default="t3.xlarge", description="Type of the on-demand hosts.")
    cpu_credits: Credits = Field(
        default="unlimited",
        description="What a t3 does without credits: go on and be billed for it, or slow down to its baseline.",
    )
    root_volume_gib: Annotated[int, Field(ge=30, le=1000), Allowed("a whole number of GiB from 30 to 1000")] = Field(
        default=60, description="Size of a host's disk: system, images, and what containers write (30 is the image's)."
    )
    max_instance_lifetime_days: Annotated[int, Field(ge=1, le=365), Allowed("a whole number of days from 1 to 365")] = (
        Field(default=14, description="Age at which a host gives way to a new one, on the newest image.")
    )
    target_capacity_percent: Annotated[int, Field(ge=50, le=100), Allowed("a whole number from 50 to 100")] = Field(
        default=90, description="How full ECS keeps the hosts; the rest starts tasks without waiting for a host."
    )
    exec_log_retention_days: LogRetentionDays = Field(
        default=365, description="How long it is kept what was typed in shells that somebody opened in containers."
    )
    on_demand: Annotated[OnDemandSettings, object_of(OnDemandSettings)] = Field(
        default=OnDemandSettings(), description="Hosts that stay until they are let go."
    )
    spot: Annotated[SpotSettings, object_of(SpotSettings)] = Field(
        default=SpotSettings(), description="Hosts from spare capacity."
    )
    busy_hours: Annotated[BusyHoursSettings, object_of(BusyHoursSettings)] = Field(
        default=BusyHoursSettings(), description="When more on-demand hosts stand ready."
    )
