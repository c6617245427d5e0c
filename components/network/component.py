"""The network component; its parts stand in the modules beside this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import ec2

from components.base import ErpComponent
from components.network.client_vpn import ClientVpnArgs, make_client_vpn
from components.network.endpoints import make_endpoints
from components.network.filters import make_acls, make_groups
from components.network.flow_logs import make_flow_logs
from components.network.routes import make_routes
from components.network.vpn_gateway import make_vpn_gateway
from settings.addresses import Tier, tiers  # Pulumi reads a component's annotations, so Tier must be there at run time

if TYPE_CHECKING:
    from ipaddress import IPv4Network

    from components.context import StackContext
    from settings.network import NetworkSettings, VpnGatewaySettings


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkArgs:
    """What a network needs to know.

    settings: NAT, endpoints, flow logs.
    block: the network's /16.
    region: where it lies; the component's provider must be that region's.
    zones: letters of the availability zones in use.
    logs_key_arn: key of class logs in the same region.
    client_vpn: how staff come in; None where nobody does.
    vpn_gateway: settings of our end of the site-to-site VPN; None where there is none.
    """

    context: StackContext
    settings: NetworkSettings
    block: IPv4Network
    region: str
    zones: Sequence[str]
    logs_key_arn: pulumi.Input[str]
    client_vpn: ClientVpnArgs | None = None
    vpn_gateway: VpnGatewaySettings | None = None


class Network(ErpComponent):
    """A VPC of several zones and four tiers: public, app, data, cache (N1, N2, N3, N4).

    public holds load balancers and NAT gateways, app the container hosts and the interface endpoints, data the
    databases and file systems, cache the caches. Data and cache have no way to the internet. Between tiers pass only
    the flows that `nacl.py` and `reach.py` list; nobody enters from the internet until the load balancer opens its
    group to the edge. IPv4 only: the edge speaks IPv6 to visitors. Staff reach the databases by client VPN, and the
    other cloud through the VPN gateway, where the network has one.
    """

    vpc_id: pulumi.Output[str]
    subnet_ids: dict[Tier, dict[str, pulumi.Output[str]]]
    """By tier and zone letter."""
    security_group_ids: dict[str, pulumi.Output[str]]
    """By tier, and `endpoints`."""
    route_table_ids: dict[str, pulumi.Output[str]]
    """By tier, for the app tier by tier and zone: `app-a`."""
    internet_route_id: pulumi.Output[str]
    """Known once the public tier is reached from the internet; AWS makes no load balancer for it before."""
    endpoint_ids: dict[str, pulumi.Output[str]]
    """By the service's short name."""
    vpn_gateway_ids: list[pulumi.Output[str]]
    """Our end of the site-to-site VPN, or nothing."""

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("erp:network:Network", name, opts)
        vpc = ec2.Vpc(
            self.logical("vpc"),
            cidr_block=str(args.block),
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags=self.tags(Name=name),
            opts=self.child(),
        )
        # AWS gives every VPC a group that lets its members talk to each other; adopted and emptied, it lets nothing.
        ec2.DefaultSecurityGroup(
            self.logical("default-group"),
            vpc_id=vpc.id,
            ingress=[],
            egress=[],
            tags=self.tags(Name=f"{name}-default-unused"),
            opts=self.child(),
        )
        plan = tiers(args.block, args.zones)
        subnets = self._subnets(args, plan, vpc)
        routes = make_routes(self, vpc, subnets, single_nat=args.settings.nat == "single")
        make_acls(self, vpc, args.block, plan, subnets)
        groups = make_groups(self, vpc)
        endpoints = make_endpoints(
            self,
            vpc,
            account_id=args.context.aws_account_id,
            region=args.region,
            services=args.settings.interface_endpoints,
            subnets=subnets["app"],
            group=groups["endpoints"],
            route_tables=[table for role, table in routes.tables.items() if role.startswith("app-")],
        )
        make_flow_logs(self, vpc, args)
        gateways = [
            make_vpn_gateway(self, vpc, end, routes.tables) for end in (args.vpn_gateway,) if end and end.enabled
        ]
        if args.client_vpn is not None and args.client_vpn.settings.enabled:
            make_client_vpn(
                self,
                args.context,
                vpc,
                args.client_vpn,
                logs_key_arn=args.logs_key_arn,
                subnets=subnets["app"],
                targets=plan["data"],
                data_group=groups["data"],
            )
        self.register(
            vpc_id=vpc.id,
            subnet_ids={
                tier: {zone: subnet.id for zone, subnet in by_zone.items()} for tier, by_zone in subnets.items()
            },
            security_group_ids={group: made.id for group, made in groups.items()},
            route_table_ids={role: table.id for role, table in routes.tables.items()},
            internet_route_id=routes.internet.id,
            endpoint_ids={service: endpoint.id for service, endpoint in endpoints.items()},
            vpn_gateway_ids=[gateway.id for gateway in gateways],
        )

    def _subnets(
        self, args: NetworkArgs, plan: Mapping[Tier, Mapping[str, IPv4Network]], vpc: ec2.Vpc
    ) -> dict[Tier, dict[str, ec2.Subnet]]:
        """One subnet per tier and zone. Nothing gets a public address by being started in one, not even in public."""
        return {
            tier: {
                zone: ec2.Subnet(
                    self.logical("subnet", tier, zone),
                    vpc_id=vpc.id,
                    availability_zone=f"{args.region}{zone}",
                    cidr_block=str(block),
                    map_public_ip_on_launch=False,
                    tags=self.tags(Name=self.logical(tier, zone), Tier=tier),
                    opts=self.child(),
                )
                for zone, block in by_zone.items()
            }
            for tier, by_zone in plan.items()
        }
