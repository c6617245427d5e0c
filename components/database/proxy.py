"""The proxy in front of a shard: many clients share few connections, and a failover costs them seconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import rds

from components import documents
from components.database import identifiers
from components.database.places import make_log_groups
from components.roles import make_role

if TYPE_CHECKING:
    from components.database.instances import Shards

BORROW_TIMEOUT_SECONDS = 20
"""How long a request waits for a free connection; longer and the load balancer has given up on it."""

CONNECTIONS_PERCENT = 80
"""Of the instance's connections; the rest is for migrations, for people and for RDS itself."""


def make_proxy(
    shards: Shards, shard: str, instance: rds.Instance, subnet_ids: Mapping[str, pulumi.Input[str]]
) -> rds.Proxy:
    """A proxy that knows no password: clients prove themselves by IAM, and so does the proxy to the database."""
    owner, context, place = shards.owner, shards.context, shards.home
    name = identifiers.proxy(context.stack, shard)
    logs = make_log_groups(
        owner, context, shards.settings, place, {"proxy-log": identifiers.proxy_log_group(name)}, shard
    )
    made = make_role(
        owner,
        "proxy-role",
        shard,
        context=context,
        description=f"Signs the proxy of shard {shard} in to its database",
        # RDS documents the role without a condition (RDS User Guide, "Configuring IAM authentication for RDS Proxy").
        trust=documents.plain_trust("rds.amazonaws.com"),
        permissions=instance.resource_id.apply(
            lambda resource_id: documents.render(
                [
                    documents.Statement(
                        sid="SignsInToDatabase",
                        actions=("rds-db:connect",),
                        resources=tuple(
                            identifiers.connect_arn(
                                resource_id, role, account_id=context.aws_account_id, region=place.region
                            )
                            for role in THROUGH_PROXY
                        ),
                    )
                ]
            )
        ),
    )
    proxy = rds.Proxy(
        owner.logical("proxy", shard),
        name=name,
        engine_family="POSTGRESQL",
        default_auth_scheme="IAM_AUTH",
        require_tls=True,
        role_arn=made.role.arn,
        vpc_subnet_ids=list(subnet_ids.values()),
        vpc_security_group_ids=[place.security_group_id],
        idle_client_timeout=1800,
        debug_logging=False,  # it would log the text of statements
        tags=owner.tags("data", Shard=shard),
        opts=owner.child(depends_on=[*made.ready, *logs]),
    )
    group = rds.ProxyDefaultTargetGroup(
        owner.logical("proxy-pool", shard),
        db_proxy_name=proxy.name,
        connection_pool_config={
            "max_connections_percent": CONNECTIONS_PERCENT,
            "max_idle_connections_percent": CONNECTIONS_PERCENT // 2,
            "connection_borrow_timeout": BORROW_TIMEOUT_SECONDS,
        },
        opts=owner.child(),
    )
    rds.ProxyTarget(
        owner.logical("proxy-target", shard),
        db_proxy_name=proxy.name,
        target_group_name=group.name,
        db_instance_identifier=instance.identifier,
        opts=owner.child(),
    )
    return proxy


THROUGH_PROXY = ("erp_app",)
"""The database roles that come through the proxy."""
