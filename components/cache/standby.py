"""The copy of the Redis group in the recovery region, for those who want sessions to outlive a region.

AWS keeps the copy up to date and lets nobody write to it until a person promotes it. Node type, shards, version and
parameters are the global datastore's to change, in all its members; each member has its own replicas, keys and users.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_aws import elasticache

from components.cache.redis import MadeRedis, Site, make_logs, make_users
from components.names import ESTATE

if TYPE_CHECKING:
    from components.base import ErpComponent
    from components.cache.component import CacheLayerArgs


def make_standby(owner: ErpComponent, args: CacheLayerArgs, primary: MadeRedis) -> MadeRedis:
    """The global datastore over the primary group, and its member in the recovery region."""
    context, settings, place = args.context, args.settings.redis, args.recovery
    site = Site(role="recovery-", provider=context.aws_recovery, logs_key_arn=place.logs_key_arn)
    datastore = elasticache.GlobalReplicationGroup(
        owner.logical("datastore"),
        global_replication_group_id_suffix=f"{ESTATE}-{context.stack}",  # AWS puts a prefix of its own before it
        global_replication_group_description="Sessions, queues and locks of the ERP, in both regions",
        primary_replication_group_id=primary.group.id,
        cache_node_type=settings.node_type,
        num_node_groups=settings.shards,
        engine_version=settings.version,
        opts=owner.child(),
    )
    subnets = elasticache.SubnetGroup(
        owner.logical("recovery-subnets"),
        subnet_ids=list(place.subnet_ids.values()),
        description="Cache tier, all zones",
        tags=owner.tags(),
        opts=owner.child(provider=context.aws_recovery),
    )
    users, members = make_users(owner, args, site)
    group = elasticache.ReplicationGroup(
        owner.logical("recovery-redis"),
        description="Sessions, queues and locks of the ERP, standing by",
        # Engine, version, size, parameters and encryption come from the datastore; naming them is refused.
        global_replication_group_id=datastore.global_replication_group_id,
        replicas_per_node_group=settings.replicas_per_shard,
        automatic_failover_enabled=True,
        multi_az_enabled=settings.replicas_per_shard > 0,
        subnet_group_name=subnets.name,
        security_group_ids=[place.security_group_id],
        kms_key_id=place.data_key_arn,
        user_group_ids=[members.user_group_id],
        snapshot_retention_limit=settings.snapshot_retention_days,
        snapshot_window=settings.snapshot_window,
        maintenance_window=settings.maintenance_window,
        auto_minor_version_upgrade=True,
        apply_immediately=args.settings.apply_immediately,
        log_delivery_configurations=make_logs(owner, args, site),
        tags=owner.tags("data"),
        opts=owner.child(provider=context.aws_recovery, protect=context.protects_data),
    )
    return MadeRedis(group=group, users=users)
