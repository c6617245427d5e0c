"""Gateways and route tables: how each tier leaves the network, or that it does not."""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi_aws import ec2

from components.base import ErpComponent
from components.network.reach import ANYWHERE
from settings.addresses import Tier


@dataclass(frozen=True, kw_only=True, slots=True)
class Routes:
    """tables: by tier, for the app tier by tier and zone. internet: the public tier's way out and in."""

    tables: Mapping[str, ec2.RouteTable]
    internet: ec2.Route


def make_routes(
    network: ErpComponent, vpc: ec2.Vpc, subnets: Mapping[Tier, Mapping[str, ec2.Subnet]], *, single_nat: bool
) -> Routes:
    """Gateways, route tables and their associations.

    The public tables' way out is the internet gateway, the app tier's a NAT gateway in its own zone (or the one there
    is). Data and cache know the network alone, so one table serves all zones.
    """
    gateway = ec2.InternetGateway(
        network.logical("internet-gateway"),
        vpc_id=vpc.id,
        tags=network.tags(Name=network.pulumi_resource_name),
        opts=network.child(),
    )
    nats = _nat_gateways(network, gateway, subnets["public"], single_nat=single_nat)
    tables: dict[str, ec2.RouteTable] = {}
    for tier in ("public", "data", "cache"):
        tables[tier] = _table(network, vpc, tier)
        for zone, subnet in subnets[tier].items():
            _associate(network, tables[tier], subnet, tier, zone)
    internet = ec2.Route(
        network.logical("route", "public", "internet"),
        route_table_id=tables["public"].id,
        destination_cidr_block=ANYWHERE,
        gateway_id=gateway.id,
        opts=network.child(),
    )
    for zone, subnet in subnets["app"].items():
        table = tables[f"app-{zone}"] = _table(network, vpc, "app", zone)
        _associate(network, table, subnet, "app", zone)
        ec2.Route(
            network.logical("route", "app", zone, "internet"),
            route_table_id=table.id,
            destination_cidr_block=ANYWHERE,
            nat_gateway_id=nats[zone].id,
            opts=network.child(),
        )
    return Routes(tables=tables, internet=internet)


def _nat_gateways(
    network: ErpComponent, gateway: ec2.InternetGateway, public: Mapping[str, ec2.Subnet], *, single_nat: bool
) -> dict[str, ec2.NatGateway]:
    """For each zone the NAT gateway that serves it. Made after the internet gateway, which it works through."""
    made: dict[str, ec2.NatGateway] = {}
    for zone in list(public)[:1] if single_nat else public:
        address = ec2.Eip(
            network.logical("nat-address", zone),
            domain="vpc",
            tags=network.tags(Name=network.logical("nat", zone)),
            opts=network.child(depends_on=[gateway]),
        )
        made[zone] = ec2.NatGateway(
            network.logical("nat", zone),
            subnet_id=public[zone].id,
            allocation_id=address.id,
            connectivity_type="public",
            tags=network.tags(Name=network.logical("nat", zone)),
            opts=network.child(depends_on=[gateway]),
        )
    only = next(iter(made.values()))
    return {zone: made.get(zone, only) for zone in public}


def _table(network: ErpComponent, vpc: ec2.Vpc, *key: str) -> ec2.RouteTable:
    """A table without inline routes: those would remove what `Route` resources and VPN gateways bring."""
    return ec2.RouteTable(
        network.logical("route-table", *key),
        vpc_id=vpc.id,
        tags=network.tags(Name=network.logical(*key)),
        opts=network.child(),
    )


def _associate(network: ErpComponent, table: ec2.RouteTable, subnet: ec2.Subnet, tier: str, zone: str) -> None:
    ec2.RouteTableAssociation(
        network.logical("association", tier, zone),
        route_table_id=table.id,
        subnet_id=subnet.id,
        opts=network.child(),
    )
