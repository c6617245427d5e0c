"""Flow logs: who talked to whom, kept in a log group of the network's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_aws import cloudwatch, ec2

from components import documents
from components.roles import make_role

if TYPE_CHECKING:
    from components.base import ErpComponent
    from components.network.component import NetworkArgs

FIELDS = (
    # The default record …
    "version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "packets", "bytes",
    "start", "end", "action", "log-status",
    # … and what an investigation asks for next: where, which way, and the true ends behind a NAT gateway.
    "vpc-id", "subnet-id", "az-id", "tcp-flags", "flow-direction", "pkt-srcaddr", "pkt-dstaddr", "traffic-path",
)  # fmt: skip
"""A change replaces the flow log."""


def make_flow_logs(network: ErpComponent, vpc: ec2.Vpc, args: NetworkArgs) -> None:
    """The network's flow log, its log group, and the role that may write to that group and nothing else."""
    account_id = args.context.aws_account_id
    group = cloudwatch.LogGroup(
        network.logical("flow-logs"),
        retention_in_days=args.settings.flow_log_retention_days,
        kms_key_id=args.logs_key_arn,
        tags=network.tags("logs"),
        opts=network.child(protect=args.context.protects_data),
    )
    writer = make_role(
        network,
        "flow-log-role",
        context=args.context,
        description="Writes VPC flow logs to their log group",
        trust=documents.flow_log_trust(account_id=account_id, region=args.region),
        permissions=group.arn.apply(documents.flow_log_delivery),
        permissions_were=network.logical("flow-log-delivery"),
    )
    ec2.FlowLog(
        network.logical("flow-log"),
        vpc_id=vpc.id,
        traffic_type="ALL",
        log_destination_type="cloud-watch-logs",
        log_destination=group.arn,
        iam_role_arn=writer.role.arn,
        log_format=" ".join(f"${{{field}}}" for field in FIELDS),
        max_aggregation_interval=args.settings.flow_log_interval_seconds,
        tags=network.tags("logs", Name=network.pulumi_resource_name),
        opts=network.child(depends_on=writer.ready),  # without the policy the first records are lost
    )
