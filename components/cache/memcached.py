"""The Memcached cluster with its parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import elasticache

from components.cache import access

if TYPE_CHECKING:
    from components.base import ErpComponent
    from components.cache.component import CacheLayerArgs

PARAMETERS = {
    # There are no users: whoever reaches a node could empty it for all.
    "disable_flush_all": "1",
}


def make_memcached(
    owner: ErpComponent, args: CacheLayerArgs, subnets: elasticache.SubnetGroup, topic_arn: pulumi.Input[str]
) -> elasticache.Cluster:
    """Nodes that know nothing of each other, dealt out to the zones; clients find them by one endpoint."""
    settings = args.settings.memcached
    parameters = elasticache.ParameterGroup(
        owner.logical("parameters", "memcached"),
        family="memcached1.6",
        description="Memcached that nobody can empty",
        parameters=[{"name": name, "value": value} for name, value in PARAMETERS.items()],
        tags=owner.tags(),
        opts=owner.child(),
    )
    zones = [f"{args.region}{letter}" for letter in args.subnet_ids]
    return elasticache.Cluster(
        owner.logical("memcached"),
        engine="memcached",
        engine_version=settings.version,
        node_type=settings.node_type,
        num_cache_nodes=settings.nodes,
        az_mode="cross-az" if settings.nodes > 1 else "single-az",
        preferred_availability_zones=access.zones_of(settings.nodes, zones),
        port=access.MEMCACHED_PORT,
        subnet_group_name=subnets.name,
        security_group_ids=[args.security_group_id],
        parameter_group_name=parameters.name,
        transit_encryption_enabled=True,
        maintenance_window=settings.maintenance_window,
        auto_minor_version_upgrade="true",
        apply_immediately=args.settings.apply_immediately,
        notification_topic_arn=topic_arn,
        tags=owner.tags(),
        opts=owner.child(),
    )
