"""Who may do what in Redis: users with the least commands, and what must be said to find the caches. Pure.

An access string reads from left to right: `on` or `off`, the keys (`~`), the channels (`&`), then commands, of which a
later one wins (Redis, "ACL"; ElastiCache user guide, "Role-Based Access Control").
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from components.documents import Statement, render
from components.names import ESTATE, NameRule, physical
from settings.cache import CacheSettings
from settings.cache_nodes import MIB, NODE_TYPES

UserRole: TypeAlias = Literal["app", "worker"]
Cache: TypeAlias = Literal["redis", "memcached"]

USER = NameRule(maximum=40)
"""ElastiCache user and user group: letters, digits and hyphens, unique in account and region. AWS states no length; 40
is what it gives to the names of groups."""

GROUP_ENGINE = "redis"
"""Engine of users and their group, also under Valkey, which takes such a group as well: so that a step from Redis to
Valkey changes the nodes and leaves the users alone (ElastiCache user guide, "Role-Based Access Control")."""

CLOSED = "off -@all"
"""The access of the user `default`: AWS puts an open one of that name into every group that brings none of its own."""

REDIS_PORT, MEMCACHED_PORT = 6379, 11211

RESERVED_PERCENT = 25
"""Memory that Redis keeps free for snapshots and failovers (`reserved-memory-percent`, AWS's default)."""

_COMMANDS = (
    "-@all",
    "+@read",
    "+@write",
    "+@connection",
    "+@transaction",
    # Locks and queues of the usual frameworks are scripts; loading one is no right to flush those of others.
    "+eval",
    "+evalsha",
    "+script|load",
    "+script|exists",
    # How a client of a cluster learns which node has which key.
    "+cluster|slots",
    "+cluster|shards",
    "+cluster|nodes",
    "+cluster|keyslot",
    # Last, since each is in one of the categories above: KEYS, FLUSHALL, SORT …; CLIENT KILL and PAUSE.
    "-@dangerous",
    "-@admin",
)
"""What every user of ours may do with the keys that are its own."""

KEYS: Mapping[UserRole, Sequence[str]] = {
    "app": ("session:*", "page:*", "lock:*", "limit:*", "queue:*"),
    "worker": ("queue:*", "job:*", "lock:*", "page:*"),
}
"""Keys by user: who handles requests needs sessions and rate limits, who works off the queue needs neither."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """Where a cache answers."""

    host: str
    port: int


def access_string(role: UserRole) -> str:
    """What a user of ours may do."""
    keys = [f"~{pattern}" for pattern in KEYS[role]]
    return " ".join(["on", *keys, *_COMMANDS])


def user_id(stack: str, role: UserRole | Literal["default", "users"]) -> str:
    """Id of a user, and of their group; with IAM authentication the user's name as well.

    Written out, because AWS makes up none, and because clients sign their token with it.
    """
    return physical(USER, ESTATE, stack, role, generation=1)


def parameter_name(stack: str, cache: Cache) -> str:
    """Name of a connection document in the Parameter Store, for programs and for people."""
    return f"/{ESTATE}/{stack}/cache/{cache}"


def redis_document(
    settings: CacheSettings, endpoint: Endpoint, *, group_id: str, users: Mapping[UserRole, str], standby: bool = False
) -> str:
    """How to connect to Redis.

    cache_name: what the token of a user is signed for. users: name, and the keys that it may touch. standby: whether it
    can only be read until a person promotes it.
    """
    redis = settings.redis
    memory = NODE_TYPES[redis.node_type].redis or NODE_TYPES[redis.node_type].valkey or 0
    return _document(
        {
            "engine": redis.engine,
            "version": redis.version,
            "mode": "cluster",
            "host": endpoint.host,
            "port": endpoint.port,
            "tls": True,
            "authentication": "iam",
            "standby": standby,
            "cache_name": group_id,
            "users": {role: {"name": name, "keys": list(KEYS[role])} for role, name in users.items()},
            "memory_mib": redis.shards * memory * (100 - RESERVED_PERCENT) // 100 // MIB,
        }
    )


def memcached_document(settings: CacheSettings, endpoint: Endpoint) -> str:
    """How to connect to Memcached, whose protocol knows no users: who is let in by the network may read and write."""
    memcached = settings.memcached
    memory = NODE_TYPES[memcached.node_type].memcached or 0
    return _document(
        {
            "engine": "memcached",
            "version": memcached.version,
            "mode": "auto-discovery",
            "host": endpoint.host,
            "port": endpoint.port,
            "tls": True,
            "authentication": "none",
            "memory_mib": memcached.nodes * memory // MIB,
        }
    )


def topic_policy(topic_arn: str, *, account_id: str) -> str:
    """Who may publish events: ElastiCache, for caches of this account, and over TLS.

    It publishes in no principal's name that could be written here, and is known by the condition `aws:SourceOwner`
    alone; `aws:SourceAccount`, which other services set, would shut it out (ElastiCache user guide, "Managing
    ElastiCache Amazon SNS notifications").
    """
    return render(
        [
            Statement(
                sid="CachesPublish",
                principals={"AWS": "*"},
                actions=("sns:Publish",),
                resources=(topic_arn,),
                conditions={"StringEquals": {"aws:SourceOwner": account_id}},
            ),
            Statement(
                sid="RefusesPlainHttp",
                effect="Deny",
                principals={"AWS": "*"},
                actions=("sns:Publish",),
                resources=(topic_arn,),
                conditions={"Bool": {"aws:SecureTransport": "false"}},
            ),
        ]
    )


def zones_of(nodes: int, zones: Sequence[str]) -> list[str]:
    """The zone of each Memcached node: dealt out in turn, so that one node more moves none of the others."""
    return [zones[place % len(zones)] for place in range(nodes)]


def _document(content: Mapping[str, object]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"))
