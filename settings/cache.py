"""The caches (`erp:cache`): Redis for sessions and queues, Memcached for page fragments.

Nothing in them is a source of truth. What a change does to each is told in docs/components/cache.md; the rules that
take more than one field to judge stand in `rules/cache.py`.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from settings.cache_nodes import NODE_TYPES
from settings.domain_types import Allowed, LogRetentionDays, Model
from settings.windows import DailyWindow, WeeklyWindow

VERSIONS: dict[str, tuple[str, ...]] = {
    # What can be made today and takes IAM users, which came with 7.0 (ElastiCache user guide, "Supported engines and
    # versions", "Authenticating with IAM"; the API's own list as cfn-lint 1.58 has it). Redis ends with 7.1.
    "redis": ("7.1",),
    "valkey": ("7.2", "8.0", "8.1", "8.2", "9.0", "9.1"),
}
"""Versions by engine, oldest first. None can be taken back: a lower one replaces the group."""

MEMCACHED_VERSIONS = ("1.6.12", "1.6.17", "1.6.22")
"""Versions with TLS, which came with 1.6.12 (ElastiCache user guide, "In-transit encryption")."""

MOST_NODES = 90
"""Nodes of a group in cluster mode, AWS's default quota ("Nodes per cluster per instance type")."""
MOST_REPLICAS = 5
"""Replicas of a shard; AWS raises this quota for nobody ("Replicas per shard")."""
MOST_MEMCACHED_NODES = 40
"""Nodes of a Memcached cluster (CreateCacheCluster, `NumCacheNodes`)."""

_ALL_VERSIONS = tuple(version for versions in VERSIONS.values() for version in versions)


def _known_node_type(value: str) -> str:
    if value not in NODE_TYPES:
        raise ValueError(value)
    return value


CacheNodeType = Annotated[
    str,
    AfterValidator(_known_node_type),
    Allowed("a cache node type of a current generation, for instance cache.m7g.large", tuple(NODE_TYPES)),
    WithJsonSchema({"type": "string", "enum": list(NODE_TYPES)}),
]
Engine = Annotated[Literal["redis", "valkey"], Allowed('"redis" or "valkey"', ("redis", "valkey"))]
Version = Annotated[
    Literal["7.1", "7.2", "8.0", "8.1", "8.2", "9.0", "9.1"],
    Allowed(f"a version in quotes: {', '.join(_ALL_VERSIONS)}", _ALL_VERSIONS),
]
MemcachedVersion = Annotated[
    Literal["1.6.12", "1.6.17", "1.6.22"],
    Allowed(f"a version in quotes: {', '.join(MEMCACHED_VERSIONS)}", MEMCACHED_VERSIONS),
]


class RedisSettings(Model):
    """`erp:cache.redis`: one group in cluster mode, spread over shards and zones."""

    engine: Engine = Field(
        default="redis", description="Redis, or Valkey, its free successor; there is no way back from Valkey."
    )
    version: Version = Field(default="7.1", description="Engine version; a lower one would replace the group.")
    node_type: CacheNodeType = Field(default="cache.m7g.large", description="Memory and processor of each node.")
    shards: Annotated[int, Field(ge=1, le=MOST_NODES), Allowed(f"a whole number from 1 to {MOST_NODES}")] = Field(
        default=2, description="Parts that the keys are spread over; each adds the memory of one node."
    )
    replicas_per_shard: Annotated[
        int, Field(ge=0, le=MOST_REPLICAS), Allowed(f"a whole number from 0 to {MOST_REPLICAS}")
    ] = Field(default=1, description="Copies of each shard in other zones; one of them takes over when its node fails.")
    snapshot_retention_days: Annotated[int, Field(ge=0, le=35), Allowed("a whole number of days from 0 to 35")] = Field(
        default=7, description="How long a daily snapshot is kept, to warm a rebuilt group up; 0 takes none."
    )
    snapshot_window: DailyWindow = Field(default="02:00-03:00", description="When the daily snapshot begins (UTC).")
    maintenance_window: WeeklyWindow = Field(
        default="sun:03:30-sun:04:30", description="When AWS may patch, and when a change that waits is made (UTC)."
    )
    log_retention_days: LogRetentionDays = Field(
        default=365, description="How long slow commands and the engine's log are kept."
    )
    global_datastore: Annotated[bool, Allowed("true or false")] = Field(
        default=False,
        description="Whether the recovery region has a copy that keeps up, so that sessions outlive a region.",
    )


class MemcachedSettings(Model):
    """`erp:cache.memcached`: page fragments, spread over nodes by the client; a lost node takes its share along."""

    version: MemcachedVersion = Field(default="1.6.22", description="Engine version; a lower one replaces the cluster.")
    node_type: CacheNodeType = Field(
        default="cache.m7g.large", description="Memory and processor of each node; another replaces the cluster."
    )
    nodes: Annotated[
        int, Field(ge=1, le=MOST_MEMCACHED_NODES), Allowed(f"a whole number from 1 to {MOST_MEMCACHED_NODES}")
    ] = Field(default=3, description="Nodes, dealt out to the zones in turn.")
    maintenance_window: WeeklyWindow = Field(
        default="sun:05:00-sun:06:00", description="When AWS may patch, and when a change that waits is made (UTC)."
    )


class CacheSettings(Model):
    """`erp:cache`: one object for each engine."""

    apply_immediately: Annotated[bool, Allowed("true or false")] = Field(
        default=False,
        description="Make changes of nodes at once instead of in the maintenance window; each fails over or restarts.",
    )
    redis: Annotated[
        RedisSettings,
        Allowed(
            "an object of engine, version, node_type, shards, replicas_per_shard, snapshot_retention_days, "
            "snapshot_window, maintenance_window, log_retention_days, global_datastore",
        ),
    ] = Field(default=RedisSettings(), description="Sessions, queues, locks and what is computed once.")
    memcached: Annotated[MemcachedSettings, Allowed("an object of version, node_type, nodes, maintenance_window")] = (
        Field(default=MemcachedSettings(), description="Page fragments.")
    )
