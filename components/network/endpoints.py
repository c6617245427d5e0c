"""Endpoints: AWS services without the way through a NAT gateway."""

from collections.abc import Mapping, Sequence

from pulumi_aws import ec2

from components.base import ErpComponent
from components.network.endpoint_policies import endpoint_policy

GATEWAY_SERVICES = ("s3", "dynamodb")
"""Free of charge, reached by route; image layers come from S3 even with the registry's own endpoints."""


def make_endpoints(
    network: ErpComponent,
    vpc: ec2.Vpc,
    *,
    account_id: str,
    region: str,
    services: Sequence[str],
    subnets: Mapping[str, ec2.Subnet],
    group: ec2.SecurityGroup,
    route_tables: Sequence[ec2.RouteTable],
) -> dict[str, ec2.VpcEndpoint]:
    """Gateway endpoints in the given route tables, interface endpoints in the given subnets; by short name.

    services: last parts of interface endpoints' service names, such as `ecr.api`. Each costs by zone and hour.
    """
    gateways = {
        service: ec2.VpcEndpoint(
            network.logical("endpoint", service),
            vpc_id=vpc.id,
            service_name=f"com.amazonaws.{region}.{service}",
            vpc_endpoint_type="Gateway",
            route_table_ids=[table.id for table in route_tables],
            policy=endpoint_policy(service, account_id=account_id, region=region),
            tags=network.tags(Name=network.logical(service)),
            opts=network.child(),
        )
        for service in GATEWAY_SERVICES
    }
    interfaces = {
        service: ec2.VpcEndpoint(
            network.logical("endpoint", service),
            vpc_id=vpc.id,
            service_name=f"com.amazonaws.{region}.{service}",
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
            subnet_ids=[subnet.id for subnet in subnets.values()],
            security_group_ids=[group.id],
            policy=endpoint_policy(service, account_id=account_id, region=region),
            tags=network.tags(Name=network.logical(service)),
            opts=network.child(),
        )
        for service in services
    }
    return {**gateways, **interfaces}
