"""Caches: what nodes and versions can do, and what each environment may choose."""

from collections.abc import Iterator

from settings.cache import MOST_NODES, VERSIONS
from settings.cache_nodes import NODE_TYPES, TIERED_FAMILIES, family, is_burstable
from settings.domain_types import Allowed
from settings.errors import Fault, file_of
from settings.model import Settings
from settings.rules.rule import Demand, Rule, rules_of
from settings.windows import overlap
from settings.wording import not_allowed

DEMANDS = (
    Demand(
        ("staging", "prod"),
        "cache.redis.replicas_per_shard",
        lambda replicas: replicas >= 1,
        "1 or more",
        "Multi-AZ needs a replica in another zone, and a shard without one is down until AWS has made a new node",
    ),
    Demand(
        ("staging", "prod"),
        "cache.memcached.nodes",
        lambda nodes: nodes >= 2,
        "2 or more",
        "AWS spreads a cluster over zones only from two nodes on",
    ),
    Demand(
        ("staging", "prod"),
        "cache.redis.snapshot_retention_days",
        lambda days: days >= 1,
        "1 or more",
        "a group that is rebuilt without a snapshot logs everybody out at once",
    ),
    *(
        Demand(
            ("prod",),
            f"cache.{cache}.node_type",
            lambda node_type: not is_burstable(node_type),
            "a type of another family than t3 and t4g",
            "a burstable node falls back to a share of a core when its credits are used up, on the busiest day",
        )
        for cache in ("redis", "memcached")
    ),
    Demand(
        ("prod",),
        "cache.redis.log_retention_days",
        lambda days: days >= 365,
        "365 or more",
        "PCI DSS 10.5.1 asks for a year of audit history",
    ),
)


def the_version_is_of_the_engine(settings: Settings) -> Iterator[Fault]:
    """Redis ends at 7.1 and Valkey begins after it: the two change together."""
    redis = settings.cache.redis
    versions = ", ".join(VERSIONS[redis.engine])
    if redis.version in VERSIONS[redis.engine]:
        return
    if redis.engine == "valkey":
        allowed = Allowed(f'"redis", or with it one of erp:cache.redis.version {versions}')
        because = "AWS makes the step from Redis together with a new version alone"
        message = not_allowed(redis.engine, allowed, where=f"with version {redis.version}", because=because)
        yield Fault(file_of(settings.stack), "erp:cache.redis.engine", message)
    else:
        because = "later versions are Valkey's"
        message = not_allowed(redis.version, Allowed(versions), where="with engine redis", because=because)
        yield Fault(file_of(settings.stack), "erp:cache.redis.version", message)


def the_node_type_runs_the_engine(settings: Settings) -> Iterator[Fault]:
    """Not every type is offered for every engine, and one family decides more than its size."""
    redis, memcached = settings.cache.redis, settings.cache.memcached
    if family(redis.node_type) in TIERED_FAMILIES:
        allowed = Allowed("a type of another family than r6gd")
        because = "its data tiering is fixed when a group is made, so that going there or back would replace the group"
        message = not_allowed(redis.node_type, allowed, because=because)
        yield Fault(file_of(settings.stack), "erp:cache.redis.node_type", message)
    elif getattr(NODE_TYPES[redis.node_type], redis.engine) is None:
        allowed = Allowed(f"a type that AWS lists for {redis.engine}, for instance cache.m7g.large")
        message = not_allowed(redis.node_type, allowed, because="AWS lists it for valkey alone")
        yield Fault(file_of(settings.stack), "erp:cache.redis.node_type", message)
    if NODE_TYPES[memcached.node_type].memcached is None:
        allowed = Allowed("a type that AWS lists for memcached, for instance cache.m7g.large")
        message = not_allowed(memcached.node_type, allowed, because="its memory for Memcached is not known")
        yield Fault(file_of(settings.stack), "erp:cache.memcached.node_type", message)


def a_global_datastore_has_nodes_for_it(settings: Settings) -> Iterator[Fault]:
    """AWS copies between regions from M5 and R5 nodes on (ElastiCache user guide, "Global datastores")."""
    redis = settings.cache.redis
    if redis.global_datastore and is_burstable(redis.node_type):
        allowed = Allowed("false, or with a node type of another family than t3 and t4g")
        because = "AWS makes no global datastore of burstable nodes"
        message = not_allowed(redis.global_datastore, allowed, where=f"with {redis.node_type}", because=because)
        yield Fault(file_of(settings.stack), "erp:cache.redis.global_datastore", message)


def the_group_stays_within_its_quota(settings: Settings) -> Iterator[Fault]:
    """Each replica is a node too."""
    redis = settings.cache.redis
    nodes = redis.shards * (1 + redis.replicas_per_shard)
    if nodes > MOST_NODES:
        allowed = Allowed(f"{MOST_NODES // (1 + redis.replicas_per_shard)} or less")
        because = (
            f"{redis.shards} shards of 1 + {redis.replicas_per_shard} nodes are {nodes}, and AWS's quota is "
            f"{MOST_NODES} nodes"
        )
        yield Fault(
            file_of(settings.stack), "erp:cache.redis.shards", not_allowed(redis.shards, allowed, because=because)
        )


def the_windows_lie_apart(settings: Settings) -> Iterator[Fault]:
    """AWS refuses a snapshot during maintenance (CreateReplicationGroup: the windows must not overlap)."""
    redis = settings.cache.redis
    if overlap(redis.snapshot_window, redis.maintenance_window):
        allowed = Allowed(f"a time outside of erp:cache.redis.maintenance_window ({redis.maintenance_window})")
        message = not_allowed(redis.snapshot_window, allowed, because="AWS takes no windows that overlap")
        yield Fault(file_of(settings.stack), "erp:cache.redis.snapshot_window", message)


RULES = (
    Rule(the_version_is_of_the_engine, frozenset({"cache.redis"})),
    Rule(the_node_type_runs_the_engine, frozenset({"cache.redis", "cache.memcached"})),
    Rule(a_global_datastore_has_nodes_for_it, frozenset({"cache.redis"})),
    Rule(the_group_stays_within_its_quota, frozenset({"cache.redis"})),
    Rule(the_windows_lie_apart, frozenset({"cache.redis"})),
    *rules_of(DEMANDS),
)
