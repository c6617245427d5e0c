"""The shared file system: how files age, and which replicas there can be."""

from collections.abc import Iterator

from settings.domain_types import Allowed
from settings.errors import Fault, file_of
from settings.model import Settings
from settings.rules.rule import Demand, Rule
from settings.wording import not_allowed

DEMANDS: tuple[Demand, ...] = ()


def archive_comes_after_infrequent_access(settings: Settings) -> Iterator[Fault]:
    """EFS moves nothing to Archive before it moves to Infrequent Access (EFS API, PutLifecycleConfiguration)."""
    files = settings.storage.file_system
    if files.archive_after_days <= files.infrequent_after_days:
        allowed = Allowed(f"more than erp:storage.file_system.infrequent_after_days ({files.infrequent_after_days})")
        because = "EFS takes the move to Archive only after the one to Infrequent Access"
        message = not_allowed(files.archive_after_days, allowed, because=because)
        yield Fault(file_of(settings.stack), "erp:storage.file_system.archive_after_days", message)


def generations_follow_each_other(settings: Settings) -> Iterator[Fault]:
    """Each generation is the replica of the one before it, so a gap would be a replica of nothing."""
    generations = settings.storage.file_system.generations
    whole = list(range(generations[0], generations[0] + len(generations)))
    if list(generations) != whole:
        message = not_allowed(
            list(generations),
            Allowed(f"numbers without a gap, for instance {whole}"),
            because="each generation is the replica of the one before it",
        )
        yield Fault(file_of(settings.stack), "erp:storage.file_system.generations", message)


def states_are_of_generations(settings: Settings) -> Iterator[Fault]:
    """Settled and promoted are states of a replica that there is."""
    files = settings.storage.file_system
    for name in ("settled_generations", "promoted_generations"):
        unknown = sorted(set(getattr(files, name)) - set(files.generations))
        if unknown:
            allowed = Allowed(f"numbers out of erp:storage.file_system.generations ({list(files.generations)})")
            message = not_allowed(list(getattr(files, name)), allowed, because=f"there is no generation {unknown[0]}")
            yield Fault(file_of(settings.stack), f"erp:storage.file_system.{name}", message)


def only_the_last_generation_follows(settings: Settings) -> Iterator[Fault]:
    """EFS takes a file system into one replication only: the source of a replica must be no replica any more."""
    files = settings.storage.file_system
    waiting = [number for number in files.generations[:-1] if number not in files.promoted_generations]
    if waiting:
        ended = files.generations.index(waiting[0]) + 1
        allowed = Allowed(
            f"{list(files.generations[:ended])}, or {waiting[0]} among erp:storage.file_system.promoted_generations"
        )
        because = "a file system that follows another cannot be followed itself"
        message = not_allowed(list(files.generations), allowed, because=because)
        yield Fault(file_of(settings.stack), "erp:storage.file_system.generations", message)


def the_primary_region_has_a_file_system(settings: Settings) -> Iterator[Fault]:
    """Without replication there is only the source of the first replica, and odd generations stand elsewhere."""
    generations = settings.storage.file_system.generations
    if not settings.storage.replication and generations[0] % 2 == 0:
        allowed = Allowed("a list that begins with an odd number, for instance [1]")
        because = "without replication only the first one's source stands, which has to be in the primary region"
        message = not_allowed(list(generations), allowed, because=because)
        yield Fault(file_of(settings.stack), "erp:storage.file_system.generations", message)


_NEEDS = frozenset({"storage.file_system"})
RULES = (
    Rule(archive_comes_after_infrequent_access, _NEEDS),
    Rule(generations_follow_each_other, _NEEDS),
    Rule(states_are_of_generations, _NEEDS),
    Rule(only_the_last_generation_follows, _NEEDS),
    Rule(the_primary_region_has_a_file_system, _NEEDS | {"storage.replication"}),
)
