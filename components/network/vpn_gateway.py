"""Our end of the site-to-site VPN: the gateway and how its routes come in. The connections come with the other end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pulumi_aws import ec2

if TYPE_CHECKING:
    from components.base import ErpComponent
    from settings.network import VpnGatewaySettings

TIERS = ("app", "data")
"""Tiers that talk to the other cloud: tasks that copy files, databases that are replicated."""


def make_vpn_gateway(
    network: ErpComponent, vpc: ec2.Vpc, settings: VpnGatewaySettings, tables: Mapping[str, ec2.RouteTable]
) -> ec2.VpnGateway:
    """The gateway, and propagation of what it learns by BGP into the tables of two tiers.

    tables: by tier, for the app tier by tier and zone. A VPC takes one such gateway.
    """
    gateway = ec2.VpnGateway(
        network.logical("vpn-gateway"),
        vpc_id=vpc.id,
        amazon_side_asn=str(settings.asn),
        tags=network.tags(Name=network.pulumi_resource_name),
        opts=network.child(),
    )
    for role, table in tables.items():
        if role.split("-")[0] in TIERS:
            ec2.VpnGatewayRoutePropagation(
                network.logical("vpn-routes", role),
                vpn_gateway_id=gateway.id,
                route_table_id=table.id,
                opts=network.child(),
            )
    return gateway
