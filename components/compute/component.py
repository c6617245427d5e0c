"""The compute cluster; its parts stand in the modules beside this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.base import ErpComponent
from components.compute.balancer import BalancerArgs, make_balancer
from components.compute.hosts import HostsArgs, make_hosts

if TYPE_CHECKING:
    from components.context import StackContext
    from settings.compute import ComputeSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class ComputeClusterArgs:
    """What the compute cluster needs to know.

    public_subnet_ids: by zone letter, known once their network reaches the internet.
    app_subnet_ids: by zone letter. security_group_ids: by tier.
    certificate_arn, origin_pull_active, origin_pull_ca: see `BalancerArgs`.
    bucket_ids: by purpose, each known once it may be written to.
    data_key_arn, logs_key_arn: keys by class. All of the primary region.
    hosts_role_arn, after: see `HostsArgs`.
    """

    context: StackContext
    settings: ComputeSettings
    public_subnet_ids: Mapping[str, pulumi.Input[str]]
    app_subnet_ids: Mapping[str, pulumi.Input[str]]
    security_group_ids: Mapping[str, pulumi.Input[str]]
    certificate_arn: pulumi.Input[str]
    origin_pull_active: pulumi.Input[str]
    origin_pull_ca: pulumi.Input[str]
    bucket_ids: Mapping[str, pulumi.Input[str]]
    data_key_arn: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]
    hosts_role_arn: pulumi.Input[str]
    after: Sequence[pulumi.Resource]


class ComputeCluster(ErpComponent):
    """What serves the application in the primary region (A1, A4, C1, C2, C3, G1, G2, H1, T2).

    A load balancer with its firewall. Only our own zone at Cloudflare gets through: its addresses by the balancer's
    group, its certificate by mutual TLS. Everything else, an attacker with a zone of their own at Cloudflare included,
    gets no answer.

    An ECS cluster on EC2 hosts of two kinds. On-demand hosts carry what must not go, spot hosts the rest at a fraction
    of the price; both lie over all zones of the app tier. ECS sizes each group so that the tasks which services ask for
    fit. In prod a host that runs tasks is protected from being scaled in.
    """

    balancer_arn: pulumi.Output[str]
    balancer_dns_name: pulumi.Output[str]
    """The origin's name, for the edge."""
    balancer_zone_id: pulumi.Output[str]
    firewall_arn: pulumi.Output[str]
    cluster_name: pulumi.Output[str]
    cluster_arn: pulumi.Output[str]
    provider_names: dict[str, pulumi.Output[str]]
    """Capacity providers by kind: "on-demand" and "spot"."""

    def __init__(self, name: str, args: ComputeClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("erp:compute:ComputeCluster", name, opts)
        balancer = make_balancer(
            self,
            BalancerArgs(
                context=args.context,
                settings=args.settings.balancer,
                subnet_ids=args.public_subnet_ids,
                security_group_id=args.security_group_ids["public"],
                certificate_arn=args.certificate_arn,
                origin_pull_active=args.origin_pull_active,
                origin_pull_ca=args.origin_pull_ca,
                trust_bucket=args.bucket_ids["assets"],
                log_bucket=args.bucket_ids["access-logs"],
                logs_key_arn=args.logs_key_arn,
            ),
        )
        hosts = make_hosts(
            self,
            HostsArgs(
                context=args.context,
                settings=args.settings.hosts,
                subnet_ids=args.app_subnet_ids,
                security_group_id=args.security_group_ids["app"],
                hosts_role_arn=args.hosts_role_arn,
                data_key_arn=args.data_key_arn,
                logs_key_arn=args.logs_key_arn,
                after=args.after,
            ),
        )
        self.register(
            balancer_arn=balancer.load_balancer.arn,
            balancer_dns_name=balancer.dns_name,
            balancer_zone_id=balancer.zone_id,
            firewall_arn=balancer.waf_arn,
            cluster_name=hosts.cluster.name,
            cluster_arn=hosts.cluster.arn,
            provider_names=dict(hosts.provider_names),
        )
