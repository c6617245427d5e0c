"""The ECS cluster: what it measures, and what is kept of shells that somebody opens in its containers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pulumi_aws import cloudwatch, ecs

if TYPE_CHECKING:
    from components.base import ErpComponent
    from components.compute.hosts import HostsArgs


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeCluster:
    """The cluster, and the log group of its shells."""

    cluster: ecs.Cluster
    exec_logs: cloudwatch.LogGroup


def make_cluster(owner: ErpComponent, args: HostsArgs) -> MadeCluster:
    """Make both.

    Neither Service Connect nor storage that ECS manages is set up: services take requests from the load balancer and
    work from the queue, and keep their files in EFS.
    """
    logs = cloudwatch.LogGroup(
        owner.logical("exec-logs"),
        retention_in_days=args.settings.exec_log_retention_days,
        kms_key_id=args.logs_key_arn,
        tags=owner.tags("logs"),
        opts=owner.child(protect=args.context.protects_data),
    )
    cluster = ecs.Cluster(
        owner.logical("cluster"),
        settings=[{"name": "containerInsights", "value": "enhanced"}],
        configuration={
            "execute_command_configuration": {
                "kms_key_id": args.logs_key_arn,
                "logging": "OVERRIDE",
                "log_configuration": {
                    "cloud_watch_log_group_name": logs.name,
                    "cloud_watch_encryption_enabled": True,  # wants the group to have a key of its own
                },
            }
        },
        tags=owner.tags(),
        opts=owner.child(),
    )
    return MadeCluster(cluster=cluster, exec_logs=logs)
