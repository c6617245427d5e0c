"""The shared file system, its ageing and its copies (`erp:storage.file_system`)."""

from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from settings.domain_types import Allowed, Model

TRANSITION_DAYS = (1, 7, 14, 30, 60, 90, 180, 270, 365)
"""Days without access after which EFS can move a file, and no others (EFS API, LifecyclePolicy)."""


def _a_step(days: int) -> int:
    if days not in TRANSITION_DAYS:
        raise ValueError(days)
    return days


def _in_order(generations: tuple[int, ...]) -> tuple[int, ...]:
    if list(generations) != sorted(set(generations)):
        raise ValueError(generations)
    return generations


TransitionDays = Annotated[
    int,
    AfterValidator(_a_step),
    Allowed(f"a number of days that EFS knows: {', '.join(map(str, TRANSITION_DAYS))}"),
    WithJsonSchema({"type": "integer", "enum": list(TRANSITION_DAYS)}),
]

Generation = Annotated[int, Field(ge=1, le=999), Allowed("a whole number from 1 to 999")]

Generations = Annotated[
    tuple[Generation, ...],
    Field(json_schema_extra={"uniqueItems": True}),
    AfterValidator(_in_order),
    Allowed("a list of whole numbers from 1 to 999, each greater than the one before"),
]

SomeGenerations = Annotated[
    tuple[Generation, ...],
    Field(min_length=1, json_schema_extra={"uniqueItems": True}),
    AfterValidator(_in_order),
    Allowed("a list of at least one whole number from 1 to 999, each greater than the one before"),
]


class FileSystemSettings(Model):
    """`erp:storage.file_system`: one file system in the primary region, and a chain of replicas.

    Generation 0 is the first file system; each later one is the replica of the one before it, in the other region: odd
    ones stand in the recovery region, even ones in the primary. A failover promotes a generation, and the way back
    appends one.
    """

    infrequent_after_days: TransitionDays = Field(
        default=30,
        description="Days without access after which a file moves to Infrequent Access; one access brings it back.",
    )
    archive_after_days: TransitionDays = Field(
        default=90,
        description="Days without access after which a file moves to Archive, where at least 90 are billed.",
    )
    generations: SomeGenerations = Field(
        default=(1,),
        description="The replicas, without a gap; the first one's source stands too. Failing back appends one.",
    )
    settled_generations: Generations = Field(
        default=(),
        description="Replicas whose replication runs: nothing is said any more of their protection against it.",
    )
    promoted_generations: Generations = Field(
        default=(),
        description="Replicas whose replication somebody ended, so that they are written to; entered after that act.",
    )
