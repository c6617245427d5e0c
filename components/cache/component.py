"""The cache component; its parts stand in the modules beside this one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import elasticache, sns, ssm

from components.base import ErpComponent
from components.cache import access
from components.cache.access import Cache, Endpoint
from components.cache.memcached import make_memcached
from components.cache.redis import MadeRedis, make_redis
from components.cache.standby import make_standby

if TYPE_CHECKING:
    from components.context import StackContext
    from settings.cache import CacheSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class RecoveryPlace:
    """Where a copy of Redis would stand: the recovery region's cache tier and keys."""

    subnet_ids: Mapping[str, pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    data_key_arn: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class CacheLayerArgs:
    """What the caches need to know.

    settings: engines, sizes and counts.
    region: where they lie; the component's provider must be that region's.
    subnet_ids: the cache tier's subnets, by zone letter.
    security_group_id: the cache tier's, which lets the app tier in.
    data_key_arn, logs_key_arn: keys of classes data and logs in the same region.
    recovery: used by a global datastore alone.
    """

    context: StackContext
    settings: CacheSettings
    region: str
    subnet_ids: Mapping[str, pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    data_key_arn: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]
    recovery: RecoveryPlace


class CacheLayer(ErpComponent):
    """Redis for sessions, queues and locks, Memcached for page fragments (K1, K2, H3, T1, T2).

    Nothing here is a source of truth: both may be lost without losing data, and are rebuilt elsewhere rather than
    copied there, unless the settings ask for a global datastore, which keeps Redis in both regions. Redis is a cluster
    of shards and replicas over the zones; it takes TLS connections of users that IAM lets in, each with the least
    commands on its own keys. Memcached takes TLS connections of whoever the network lets in, for its protocol has no
    users: nothing personal belongs there. How to connect is published in two documents that hold no secret.

    Refused where the settings are read: versions, node types, counts and windows that AWS would refuse or that would
    replace the group later (settings/rules/cache.py).
    """

    connection_parameter_arns: dict[Cache, pulumi.Output[str]]
    """Of the documents that say how to connect."""
    connection_parameter_names: dict[Cache, pulumi.Output[str]]
    connect_arns: pulumi.Output[list[str]]
    """What the application needs `elasticache:Connect` on: the Redis group and the application's user."""
    worker_connect_arns: pulumi.Output[list[str]]
    """The same for the worker's user, who has other keys."""
    notification_topic_arn: pulumi.Output[str]

    def __init__(self, name: str, args: CacheLayerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("erp:data:CacheLayer", name, opts)
        subnets = elasticache.SubnetGroup(
            self.logical("subnets"),
            subnet_ids=list(args.subnet_ids.values()),
            description="Cache tier, all zones",
            tags=self.tags(),
            opts=self.child(),
        )
        topic = self._topic(args)
        redis = make_redis(self, args, subnets, topic.arn)
        memcached = make_memcached(self, args, subnets, topic.arn)
        documents: dict[Cache, ssm.Parameter] = {
            "redis": self._document(args, "redis", _redis_document(args, redis, standby=False)),
            "memcached": self._document(
                args,
                "memcached",
                memcached.cluster_address.apply(
                    lambda host: access.memcached_document(
                        args.settings, Endpoint(host=host, port=access.MEMCACHED_PORT)
                    )
                ),
            ),
        }
        if args.settings.redis.global_datastore:
            standby = make_standby(self, args, redis)
            self._document(args, "redis", _redis_document(args, standby, standby=True), standby=True)
        self.register(
            connection_parameter_arns={cache: document.arn for cache, document in documents.items()},
            connection_parameter_names={cache: document.name for cache, document in documents.items()},
            connect_arns=pulumi.Output.all(redis.group.arn, redis.users["app"].arn),
            worker_connect_arns=pulumi.Output.all(redis.group.arn, redis.users["worker"].arn),
            notification_topic_arn=topic.arn,
        )

    def _topic(self, args: CacheLayerArgs) -> sns.Topic:
        """Events of both caches: failovers, replaced nodes, finished maintenance.

        Not encrypted, on purpose: ElastiCache can't publish to an encrypted topic, and calls it inactive without a
        word. An event names caches and nodes and holds nothing that they store.
        """
        topic = sns.Topic(self.logical("events"), tags=self.tags(), opts=self.child())
        sns.TopicPolicy(
            self.logical("events-policy"),
            arn=topic.arn,
            policy=topic.arn.apply(lambda arn: access.topic_policy(arn, account_id=args.context.aws_account_id)),
            opts=self.child(),
        )
        return topic

    def _document(
        self, args: CacheLayerArgs, cache: Cache, content: pulumi.Output[str], *, standby: bool = False
    ) -> ssm.Parameter:
        """A connection document. It is no secret, and previews show what changes in it.

        That of a standby has the same name in the recovery region, so that programs find it there as they do here.
        """
        return ssm.Parameter(
            self.logical("recovery-connection" if standby else "connection", cache),
            name=access.parameter_name(args.context.stack, cache),
            type="String",
            insecure_value=content,
            description=f"How to connect to {cache}",
            tags=self.tags(),
            opts=self.child(provider=args.context.aws_recovery if standby else args.context.aws),
        )


def _redis_document(args: CacheLayerArgs, redis: MadeRedis, *, standby: bool) -> pulumi.Output[str]:
    users = {role: user.user_name for role, user in redis.users.items()}
    found = pulumi.Output.all(host=redis.group.configuration_endpoint_address, group_id=redis.group.id, users=users)
    return found.apply(
        lambda known: access.redis_document(
            args.settings,
            Endpoint(host=known["host"], port=access.REDIS_PORT),
            group_id=known["group_id"],
            users=known["users"],
            standby=standby,
        )
    )
