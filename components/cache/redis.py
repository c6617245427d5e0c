"""The Redis group with its users, parameters and logs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pulumi
from pulumi_aws import cloudwatch, elasticache

from components.cache import access
from components.cache.access import UserRole

if TYPE_CHECKING:
    from components.base import ErpComponent
    from components.cache.component import CacheLayerArgs

PARAMETERS = {
    "cluster-enabled": "yes",
    # What has no lifetime, such as a queue, stays when memory runs out, and what is read often stays longest: a search
    # that touches each page once does not push the sessions out.
    "maxmemory-policy": "volatile-lfu",
}
"""Only what differs from the family's defaults: AWS reads those back as not set, and each preview would set them."""

LOGS = {"slow": "slow-log", "engine": "engine-log"}
"""Kinds of log that Redis delivers, by the key of their log group."""


MANAGED_BY_GLOBAL = ["nodeType", "numNodeGroups", "engineVersion", "parameterGroupName"]
"""What the group leaves to its global datastore, which changes all its members."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """Where a group is made.

    role: begins the roles in logical names: empty in the primary region, `recovery-` in the other.
    """

    role: str
    provider: pulumi.ProviderResource
    logs_key_arn: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeRedis:
    """The group and its users by role."""

    group: elasticache.ReplicationGroup
    users: Mapping[UserRole, elasticache.User]


def make_redis(
    owner: ErpComponent, args: CacheLayerArgs, subnets: elasticache.SubnetGroup, topic_arn: pulumi.Input[str]
) -> MadeRedis:
    """The group in cluster mode, over all zones, for users by IAM alone."""
    context, settings = args.context, args.settings.redis
    site = Site(role="", provider=context.aws, logs_key_arn=args.logs_key_arn)
    users, members = make_users(owner, args, site)
    parameters = elasticache.ParameterGroup(
        owner.logical("parameters", "redis"),
        # Another version is another family and so another group; the name is AWS's to give, so both can stand.
        family=f"{settings.engine}{settings.version.partition('.')[0]}",
        description="Redis in cluster mode that forgets what is least used",
        parameters=[{"name": name, "value": value} for name, value in PARAMETERS.items()],
        tags=owner.tags(),
        opts=owner.child(),
    )
    group = elasticache.ReplicationGroup(
        owner.logical("redis"),
        description="Sessions, queues and locks of the ERP",
        engine=settings.engine,
        engine_version=settings.version,
        node_type=settings.node_type,
        cluster_mode="enabled",
        num_node_groups=settings.shards,
        replicas_per_node_group=settings.replicas_per_shard,
        automatic_failover_enabled=True,  # cluster mode wants it, also where there is no replica to fail over to
        multi_az_enabled=settings.replicas_per_shard > 0,
        port=access.REDIS_PORT,
        subnet_group_name=subnets.name,
        security_group_ids=[args.security_group_id],
        parameter_group_name=parameters.name,
        at_rest_encryption_enabled=True,  # off by default in Redis; it covers disk, snapshots and swap
        kms_key_id=args.data_key_arn,
        transit_encryption_enabled=True,
        transit_encryption_mode="required",
        user_group_ids=[members.user_group_id],
        snapshot_retention_limit=settings.snapshot_retention_days,
        snapshot_window=settings.snapshot_window,
        maintenance_window=settings.maintenance_window,
        auto_minor_version_upgrade=True,
        apply_immediately=args.settings.apply_immediately,
        log_delivery_configurations=make_logs(owner, args, site),
        notification_topic_arn=topic_arn,
        # No last snapshot: sessions are personal data, and nobody would own what outlives the group.
        tags=owner.tags("data"),
        opts=owner.child(
            protect=context.protects_data,
            ignore_changes=MANAGED_BY_GLOBAL if settings.global_datastore else None,
        ),
    )
    return MadeRedis(group=group, users=users)


def make_users(
    owner: ErpComponent, args: CacheLayerArgs, site: Site
) -> tuple[dict[UserRole, elasticache.User], elasticache.UserGroup]:
    """The users of a region by role, and their group, with a `default` of our own that can do nothing.

    That one has no password because it needs none: it is off, so nobody becomes it, and a password would be one more
    secret.
    """

    def user(role: UserRole | Literal["default"], access_string: str, *, by_iam: bool) -> elasticache.User:
        user_id = access.user_id(args.context.stack, role)
        return elasticache.User(
            owner.logical(f"{site.role}user", role),
            user_id=user_id,
            user_name=user_id if by_iam else role,  # IAM authentication wants the two to be the same
            engine=access.GROUP_ENGINE,
            access_string=access_string,
            authentication_mode={"type": "iam" if by_iam else "no-password-required"},
            tags=owner.tags(),
            opts=owner.child(provider=site.provider),
        )

    users: dict[UserRole, elasticache.User] = {
        role: user(role, access.access_string(role), by_iam=True) for role in access.KEYS
    }
    default = user("default", access.CLOSED, by_iam=False)
    members = elasticache.UserGroup(
        owner.logical(f"{site.role}users"),
        user_group_id=access.user_id(args.context.stack, "users"),
        engine=access.GROUP_ENGINE,
        user_ids=[default.user_id, *(user.user_id for user in users.values())],
        tags=owner.tags(),
        opts=owner.child(provider=site.provider),
    )
    return users, members


def make_logs(
    owner: ErpComponent, args: CacheLayerArgs, site: Site
) -> list[elasticache.ReplicationGroupLogDeliveryConfigurationArgsDict]:
    """Deliveries of both logs into log groups of the region."""
    deliveries: list[elasticache.ReplicationGroupLogDeliveryConfigurationArgsDict] = []
    for key, kind in LOGS.items():
        group = cloudwatch.LogGroup(
            owner.logical(f"{site.role}log", key),
            retention_in_days=args.settings.redis.log_retention_days,
            kms_key_id=site.logs_key_arn,
            tags=owner.tags("logs"),
            opts=owner.child(provider=site.provider, protect=args.context.protects_data),
        )
        deliveries.append(
            {
                "destination": group.name,
                "destination_type": "cloudwatch-logs",
                "log_format": "json",
                "log_type": kind,
            }
        )
    return deliveries
