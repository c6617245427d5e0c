"""What runs in the cluster (`erp:compute.services`): the ERP's services and its one-off tasks.

There are three kinds of service, each with a model of its own: one that takes requests, one that works off the queue,
and one that only ever runs once. A further service is a further field of `ServicesSettings` with the model of its kind.

The numbers follow from the host: a t3.xlarge has room for three tasks, so a task takes about a third of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field

from settings.domain_types import Allowed, LogRetentionDays, Model

Kind: TypeAlias = Literal["web", "worker", "scheduler"]

CAPABILITIES = (
    "database", "database_reader", "redis", "redis_worker", "memcached", "documents", "assets", "archives",
)  # fmt: skip
MOUNTS = ("uploads", "reports")


def _no_repeats(values: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(values)) < len(values):
        raise ValueError(values)
    return values


def _pinned(image: str) -> str:
    """Without a tag or a digest it would be whatever `latest` is on the day."""
    if "@" not in image and ":" not in image.rpartition("/")[2]:
        raise ValueError(image)
    return image


Capability = Annotated[
    Literal["database", "database_reader", "redis", "redis_worker", "memcached", "documents", "assets", "archives"],
    Allowed(f"one of {', '.join(CAPABILITIES)}", CAPABILITIES),
]
"""Something that a service uses: it gets the permissions for that, where to find it, and nothing else."""

Capabilities = Annotated[
    tuple[Capability, ...],
    Field(json_schema_extra={"uniqueItems": True}),
    AfterValidator(_no_repeats),
    Allowed(f"a list without repeats of {', '.join(CAPABILITIES)}"),
]

Mount = Annotated[Literal["uploads", "reports"], Allowed(f"one of {', '.join(MOUNTS)}", MOUNTS)]
"""A directory of the shared file system, by what it is for."""

Mounts = Annotated[
    tuple[Mount, ...],
    Field(json_schema_extra={"uniqueItems": True}),
    AfterValidator(_no_repeats),
    Allowed(f"a list without repeats of {', '.join(MOUNTS)}"),
]

ImageReference = Annotated[
    str,
    Field(
        pattern=r"^([a-z0-9.-]+(:[0-9]+)?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*"
        r"(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$",
        max_length=512,
    ),
    AfterValidator(_pinned),
    Allowed("a container image with a tag or, better, a digest: registry/name@sha256: and 64 hexadecimal digits"),
]

Word = Annotated[str, Field(pattern=r"^.{1,1000}$"), Allowed("text of 1 to 1000 characters")]
Command = Annotated[
    tuple[Word, ...],
    Field(min_length=1, max_length=20),
    Allowed('a list of 1 to 20 words, for instance ["erp", "worker"]'),
]

CpuUnits = Annotated[
    int, Field(ge=128, le=10240), Allowed("a whole number of CPU units (1024 a processor), 128 to 10240")
]
MemoryMib = Annotated[int, Field(ge=128, le=122880), Allowed("a whole number of MiB from 128 to 122880")]
Tasks = Annotated[int, Field(ge=0, le=200), Allowed("a whole number of tasks from 0 to 200")]
Percent = Annotated[int, Field(ge=10, le=90), Allowed("a whole number of percent from 10 to 90")]
Share = Annotated[int, Field(ge=0, le=100), Allowed("a whole number of percent from 0 to 100")]
Hour = Annotated[int, Field(ge=0, le=23), Allowed("an hour of the day, 0 to 23")]
StopSeconds = Annotated[
    int,
    Field(ge=2, le=120),
    Allowed("a whole number of seconds from 2 to 120 (a spot host is gone two minutes after its notice)"),
]
TimeZone = Annotated[
    str,
    Field(pattern=r"^(UTC|[A-Z][A-Za-z_]+(/[A-Z][A-Za-z_-]+){1,2})$"),
    Allowed("a time zone by its IANA name, for instance Europe/Berlin"),
]
HealthPath = Annotated[
    str, Field(pattern=r"^/[A-Za-z0-9/._-]{0,200}$"), Allowed("a path that begins with /, for instance /healthz")
]


class TaskSettings(Model):
    """What every task has: size, command, what it uses, and how it ends."""

    cpu_units: CpuUnits
    memory_mib: MemoryMib
    command: Command
    health_command: Command = Field(
        default=("erp", "health"), description="Run in the container every 30 seconds; success means it is well."
    )
    uses: Capabilities
    mounts: Mounts = Field(default=(), description="Directories of the shared file system, mounted below /mnt.")
    stop_timeout_seconds: StopSeconds = Field(
        default=110, description="Time to finish after SIGTERM; less than the notice that a spot host gets."
    )


class ScaledSettings(TaskSettings):
    """A service that runs as often as the load asks for."""

    desired: Tasks
    min: Tasks
    max: Tasks
    night_min: Tasks
    night_max: Tasks
    on_demand_base: Tasks
    spot_percent: Share
    cpu_target_percent: Percent = Field(default=60, description="CPU that scaling aims at, of what is reserved.")
    memory_target_percent: Percent = Field(default=70, description="Memory that scaling aims at, of what is reserved.")


class WebSettings(ScaledSettings):
    """`erp:compute.services.web`: takes the requests, and streams the static assets."""

    cpu_units: CpuUnits = Field(default=1280, description="CPU reserved for a task; 1024 units are one processor.")
    memory_mib: MemoryMib = Field(default=4608, description="Memory of a task: reserved, and the most it gets.")
    command: Command = Field(default=("erp", "web"), description="What the container runs.")
    uses: Capabilities = Field(
        default=("database", "database_reader", "redis", "memcached", "documents", "assets"),
        description="What the service may use; permissions and addresses follow from it.",
    )
    mounts: Mounts = Field(default=MOUNTS, description="Directories of the shared file system, mounted below /mnt.")
    desired: Tasks = Field(default=3, description="Tasks at first; later the scaling decides.")
    min: Tasks = Field(default=3, description="Fewest tasks by day: one in each zone.")
    max: Tasks = Field(default=6, description="Most tasks; a deployment runs as many again beside them.")
    night_min: Tasks = Field(default=2, description="Fewest tasks by night and at weekends.")
    night_max: Tasks = Field(default=6, description="Most tasks by night and at weekends.")
    on_demand_base: Tasks = Field(default=2, description="Tasks that never run on spot capacity.")
    spot_percent: Share = Field(default=0, description="Share of spot capacity in what is beyond the base.")
    requests_target: Annotated[int, Field(ge=1, le=100000), Allowed("a whole number of requests from 1 to 100000")] = (
        Field(default=1500, description="Requests a minute and task that scaling aims at.")
    )
    health_path: HealthPath = Field(default="/healthz", description="What the load balancer asks a task for.")
    bake_minutes: Annotated[int, Field(ge=0, le=1440), Allowed("a whole number of minutes from 0 to 1440")] = Field(
        default=15, description="How long the old version stays ready after the traffic has moved to the new one."
    )


class WorkerSettings(ScaledSettings):
    """`erp:compute.services.worker`: works off the queue. A task may end at any time, so spot capacity serves."""

    cpu_units: CpuUnits = Field(default=1280, description="CPU reserved for a task; 1024 units are one processor.")
    memory_mib: MemoryMib = Field(default=4608, description="Memory of a task: reserved, and the most it gets.")
    command: Command = Field(default=("erp", "worker"), description="What the container runs.")
    uses: Capabilities = Field(
        default=("database", "database_reader", "redis_worker", "memcached", "documents", "archives"),
        description="What the service may use; permissions and addresses follow from it.",
    )
    mounts: Mounts = Field(default=MOUNTS, description="Directories of the shared file system, mounted below /mnt.")
    desired: Tasks = Field(default=2, description="Tasks at first; later the scaling decides.")
    min: Tasks = Field(default=2, description="Fewest tasks by day.")
    max: Tasks = Field(default=4, description="Most tasks; a deployment may run as many again beside them.")
    night_min: Tasks = Field(default=1, description="Fewest tasks by night and at weekends.")
    night_max: Tasks = Field(default=4, description="Most tasks by night and at weekends.")
    on_demand_base: Tasks = Field(default=1, description="Tasks that never run on spot capacity.")
    spot_percent: Share = Field(default=75, description="Share of spot capacity in what is beyond the base.")
    queue_target: Annotated[int, Field(ge=1, le=100000), Allowed("a whole number of jobs from 1 to 100000")] = Field(
        default=100, description="Waiting jobs a task that scaling aims at."
    )


class SchedulerSettings(TaskSettings):
    """`erp:compute.services.scheduler`: puts due jobs into the queue. Two of them would put each job in twice."""

    cpu_units: CpuUnits = Field(default=512, description="CPU reserved for the task; 1024 units are one processor.")
    memory_mib: MemoryMib = Field(default=1024, description="Memory of the task: reserved, and the most it gets.")
    command: Command = Field(default=("erp", "scheduler"), description="What the container runs.")
    uses: Capabilities = Field(
        default=("database", "redis_worker"),
        description="What the service may use; permissions and addresses follow from it.",
    )
    stop_timeout_seconds: StopSeconds = Field(default=30, description="Time to finish after SIGTERM.")


class MigrateSettings(Model):
    """`erp:compute.services.migrate`: a one-off task that brings the databases' schema up to date."""

    cpu_units: CpuUnits = Field(default=1024, description="CPU reserved for the task; 1024 units are one processor.")
    memory_mib: MemoryMib = Field(default=2048, description="Memory of the task: reserved, and the most it gets.")
    command: Command = Field(default=("erp", "migrate"), description="What the container runs.")


class GrantsSettings(Model):
    """`erp:compute.services.grants`: a one-off task that gives the databases their roles and extensions."""

    image: ImageReference = Field(description="An image with psql of the databases' major version.")
    cpu_units: CpuUnits = Field(default=256, description="CPU reserved for the task; 1024 units are one processor.")
    memory_mib: MemoryMib = Field(default=256, description="Memory of the task: reserved, and the most it gets.")


class NightSettings(Model):
    """`erp:compute.services.night`: when fewer tasks will do. Days begin from Monday to Friday only."""

    evening_hour: Hour = Field(default=21, description="Hour at which the night's numbers begin, every day.")
    morning_hour: Hour = Field(default=6, description="Hour at which the day's numbers begin, Monday to Friday.")
    time_zone: TimeZone = Field(default="Europe/Berlin", description="Where these hours are told.")


@dataclass(frozen=True, slots=True)
class Named:
    """A service with its name, which is its identity, and its kind."""

    name: str
    kind: Kind
    settings: TaskSettings


class ServicesSettings(Model):
    """`erp:compute.services`: one image, and what is run of it."""

    image: ImageReference = Field(
        description="The ERP's image; by digest, so that a rollback brings back the same one."
    )
    running: Annotated[bool, Allowed("true or false")] = Field(
        default=True,
        description="False in a stack's first update only: nothing runs before its image, schema and roles are there.",
    )
    user: Annotated[int, Field(ge=1, le=65534), Allowed("a user's number from 1 to 65534; 0 would be root")] = Field(
        default=10001, description="The user that every container runs as."
    )
    log_retention_days: LogRetentionDays = Field(default=365, description="How long the services' logs are kept.")
    web: Annotated[WebSettings, Allowed("an object of what a web service takes")] = Field(
        default=WebSettings(), description="Takes the requests."
    )
    worker: Annotated[WorkerSettings, Allowed("an object of what a worker takes")] = Field(
        default=WorkerSettings(), description="Works off the queue."
    )
    scheduler: Annotated[SchedulerSettings, Allowed("an object of what a scheduler takes")] = Field(
        default=SchedulerSettings(), description="Puts due jobs into the queue."
    )
    migrate: Annotated[MigrateSettings, Allowed("an object of cpu_units, memory_mib, command")] = Field(
        default=MigrateSettings(), description="Brings the databases' schema up to date."
    )
    grants: Annotated[GrantsSettings, Allowed("an object of image, cpu_units, memory_mib")] = Field(
        description="Gives the databases their roles and extensions."
    )
    night: Annotated[NightSettings, Allowed("an object of evening_hour, morning_hour, time_zone")] = Field(
        default=NightSettings(), description="When fewer tasks will do."
    )

    def named(self) -> Iterator[Named]:
        """Every service, by the field that holds it; its model says its kind."""
        kinds: dict[type[TaskSettings], Kind] = {
            WebSettings: "web",
            WorkerSettings: "worker",
            SchedulerSettings: "scheduler",
        }
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, TaskSettings):
                yield Named(name, kinds[type(value)], value)
