"""The shard map: which shard has a school's rows, and where it answers. Pure.

Applications read it from Parameter Store. It is no secret: connections are authenticated by IAM. A school's slot is
`crc32(id) % slots`, of the id's text in UTF-8. `version` is the number of shards: since a shard is only ever added, it
grows with every change of who owns what, and two maps of one version own alike; endpoints may differ. The parameter's
own version grows with every change of any kind.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

FORMAT = 1
"""Raised when a reader of the old form would go wrong."""

PORT = 5432

LIMIT_BYTES = 8192
"""What a parameter of the advanced tier holds; the standard one ends at 4096 (Systems Manager, "Parameter tiers")."""


@dataclass(frozen=True, slots=True)
class Owned:
    """The slots of one shard, both ends included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who owns what, without where it answers: all that the rule of resharding speaks of."""

    slots: int
    shards: Mapping[str, Owned]


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoints:
    """Host names of one shard.

    writer: the proxy. primary: the instance itself, for migrations, which a proxy would pin. readers: its replicas.
    """

    writer: str
    primary: str
    readers: Sequence[str]


def slot_of(school_id: str, slots: int) -> int:
    """The hash slot of a school."""
    return crc32(school_id.encode()) % slots


def document(ownership: Ownership, endpoints: Mapping[str, Endpoints], *, database: str) -> str:
    """The map as JSON. ValueError when it would be longer than a parameter can hold."""
    text = json.dumps(
        {
            "format": FORMAT,
            "version": len(ownership.shards),
            "hash": "crc32",
            "slots": ownership.slots,
            "database": database,
            "port": PORT,
            "shards": {
                shard: {
                    "first_slot": owned.first,
                    "last_slot": owned.last,
                    "writer": endpoints[shard].writer,
                    "primary": endpoints[shard].primary,
                    "readers": list(endpoints[shard].readers),
                }
                for shard, owned in ownership.shards.items()
            },
        },
        separators=(",", ":"),
    )
    if len(text.encode()) > LIMIT_BYTES:
        raise ValueError(f"a shard map of {len(text.encode())} bytes; a parameter holds {LIMIT_BYTES}")
    return text


def ownership_of(text: str) -> Ownership:
    """Read a document back. ValueError when it is none of ours."""
    try:
        found = json.loads(text)
        if found["format"] != FORMAT:
            raise ValueError(f"the shard map has format {found['format']!r}; this program knows {FORMAT}")
        shards = {
            str(shard): Owned(int(entry["first_slot"]), int(entry["last_slot"]))
            for shard, entry in found["shards"].items()
        }
        return Ownership(int(found["slots"]), shards)
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise ValueError(f"no shard map can be read there: {error!r}") from None


def problems(old: Ownership, new: Ownership) -> list[str]:
    """What is wrong with one map after another; nothing when every slot stays or moves to a shard that is new.

    The rows of a moved slot are copied before the map says so. Towards a new shard that can be done beside the old
    one's work, checked, and thrown away; into a shard that serves others it cannot be taken back.
    """
    found: list[str] = []
    if new.slots != old.slots:
        found.append(f"the number of slots is {old.slots} for ever, not {new.slots}: another one moves every school")
    for shard, before in old.shards.items():
        after = new.shards.get(shard)
        if after is None:
            found.append(f"shard {shard} is gone: a shard is only ever added, for its schools have no other home")
        elif not (before.first <= after.first <= after.last <= before.last):
            found.append(
                f"shard {shard} would own {after.first} to {after.last} after {before.first} to {before.last}: "
                "a range is only split towards a new shard"
            )
    return found + _uncovered(new)


def _uncovered(new: Ownership) -> list[str]:
    """Slots of nobody, and slots of two."""
    found: list[str] = []
    ends = [
        ("", Owned(-1, -1)),
        *sorted(new.shards.items(), key=lambda item: item[1].first),
        ("", Owned(new.slots, new.slots)),
    ]
    for (_, left), (shard, right) in pairwise(ends):
        if right.first > left.last + 1:
            found.append(f"nobody owns the slots {left.last + 1} to {right.first - 1}")
        elif right.first <= left.last:
            found.append(f"slot {right.first} has two owners, {shard or 'the end of all slots'} among them")
    return found
