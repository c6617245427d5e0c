"""The computing ground of a region; its parts stand in the modules beside this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.base import ErpComponent
from components.compute.balancer import BalancerArgs, make_balancer
from components.compute.hosts import HostsArgs, make_hosts
from components.compute.one_off import make_grants, make_migrate
from components.compute.services import Ways, make_services
from components.compute.stores import Stores, ground_of

if TYPE_CHECKING:
    from components.context import StackContext
    from settings.compute import ComputeSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class ComputeClusterArgs:
    """What the computing ground needs to know; all of it in the primary region.

    settings: hosts, balancer and services, one object each.
    hosts_role_arn: the service-linked role by which Auto Scaling starts hosts.
    app_subnet_ids: by zone letter. security_group_ids: by tier.
    public_subnet_ids: by zone letter, known once their network reaches the internet.
    key_arns: keys by class.
    certificate_arn, origin_pull_active, origin_pull_ca: see `BalancerArgs`.
    bucket_ids: by purpose, each known once it may be written to.
    stores: what tasks may use, and where they find it.
    after: what has to stand while hosts run: the network with its ways out.
    """

    context: StackContext
    settings: ComputeSettings
    hosts_role_arn: pulumi.Input[str]
    vpc_id: pulumi.Input[str]
    app_subnet_ids: Mapping[str, pulumi.Input[str]]
    public_subnet_ids: Mapping[str, pulumi.Input[str]]
    security_group_ids: Mapping[str, pulumi.Input[str]]
    key_arns: Mapping[str, pulumi.Input[str]]
    certificate_arn: pulumi.Input[str]
    origin_pull_active: pulumi.Input[str]
    origin_pull_ca: pulumi.Input[str]
    bucket_ids: Mapping[str, pulumi.Input[str]]
    stores: Stores
    after: Sequence[pulumi.Resource] = ()


class ComputeCluster(ErpComponent):
    """An ECS cluster on EC2 hosts, a load balancer in front, and the ERP's services in it (C1-C4, H1, P5, P6, G1, G2).

    On-demand hosts carry what must not go, spot hosts the rest at a fraction of the price; both lie over all zones of
    the app tier. ECS sizes each group so that the tasks which services ask for fit. In prod a host that runs tasks is
    protected from being scaled in, and groups are not deleted over running hosts.

    Only our own zone at Cloudflare gets through the load balancer: its addresses by the load balancer's group, its
    certificate by mutual TLS. Everything else, an attacker with a zone of their own at Cloudflare included, gets no
    answer.

    A new version of the web service comes in beside the old one and takes all traffic at once; ECS goes back when an
    alarm goes off while it bakes. Workers are replaced task by task. What a service may do follows from what it uses.
    Settings that ask for more tasks than the hosts have room for are refused with the sum (settings/rules).
    """

    cluster_name: pulumi.Output[str]
    cluster_arn: pulumi.Output[str]
    provider_names: dict[str, pulumi.Output[str]]
    """Capacity providers by kind: "on-demand" and "spot"."""
    balancer_arn: pulumi.Output[str]
    balancer_dns_name: pulumi.Output[str]
    """The origin's name, for the edge."""
    balancer_zone_id: pulumi.Output[str]
    firewall_arn: pulumi.Output[str]
    service_names: dict[str, pulumi.Output[str]]
    one_off_task_arns: dict[str, pulumi.Output[str]]
    """Task definitions that are run once: "migrate", and "grants-s1" for each shard."""

    def __init__(self, name: str, args: ComputeClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("erp:compute:ComputeCluster", name, opts)
        hosts = make_hosts(
            self,
            HostsArgs(
                context=args.context,
                settings=args.settings.hosts,
                subnet_ids=args.app_subnet_ids,
                security_group_id=args.security_group_ids["app"],
                data_key_arn=args.key_arns["data"],
                logs_key_arn=args.key_arns["logs"],
                hosts_role_arn=args.hosts_role_arn,
                after=args.after,
            ),
        )
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
                logs_key_arn=args.key_arns["logs"],
            ),
        )
        ground = ground_of(args.context, args.settings.services, args.stores, args.key_arns)
        services = make_services(
            self,
            args.settings.services,
            ground,
            Ways(
                cluster_arn=hosts.cluster.arn,
                cluster_name=hosts.cluster.name,
                providers=hosts.provider_names,
                capacity=hosts.cluster_capacity,
                vpc_id=args.vpc_id,
                subnet_ids=list(args.app_subnet_ids.values()),
                security_group_ids=[args.security_group_ids["app"]],
                listener_arn=balancer.https_listener.arn,
                balancer_arn_suffix=balancer.arn_suffix,
            ),
        )
        one_off = {
            "migrate": make_migrate(self, args.settings.services, ground),
            **make_grants(self, args.settings.services, ground, args.stores.admin_secret_arns),
        }
        self.register(
            cluster_name=hosts.cluster.name,
            cluster_arn=hosts.cluster.arn,
            provider_names=dict(hosts.provider_names),
            balancer_arn=balancer.load_balancer.arn,
            balancer_dns_name=balancer.dns_name,
            balancer_zone_id=balancer.zone_id,
            firewall_arn=balancer.waf_arn,
            service_names={service: made.name for service, made in services.items()},
            one_off_task_arns={task: made.definition.arn for task, made in one_off.items()},
        )
