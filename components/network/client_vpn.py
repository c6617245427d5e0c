"""Client VPN: how staff reach the databases from outside, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import acm, cloudwatch, ec2, ec2clientvpn, iam
from pulumi_aws import vpc as vpc_rules

if TYPE_CHECKING:
    from ipaddress import IPv4Network

    from components.base import ErpComponent
    from components.context import StackContext
    from settings.network import ClientVpnSettings

POSTGRES = 5432
BANNER = "Smart Education ERP, for authorised staff. Sessions are logged."


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientVpnArgs:
    """What the client VPN needs to know.

    clients: the block that clients get their addresses from, /22 to /12, disjoint from every network.
    server_certificate, server_key, authority: PEM; the certificate that the endpoint shows, its key, and the authority
    that signed it and the certificates of staff.
    """

    settings: ClientVpnSettings
    clients: IPv4Network
    server_certificate: pulumi.Input[str]
    server_key: pulumi.Input[str]
    authority: pulumi.Input[str]


def make_client_vpn(
    network: ErpComponent,
    context: StackContext,
    vpc: ec2.Vpc,
    args: ClientVpnArgs,
    *,
    logs_key_arn: pulumi.Input[str],
    subnets: Mapping[str, ec2.Subnet],
    targets: Mapping[str, IPv4Network],
    data_group: ec2.SecurityGroup,
) -> ec2clientvpn.Endpoint:
    """The endpoint with an association in each zone, and the one thing that its clients may reach.

    subnets: of the app tier, by zone: what clients send comes from there. targets: blocks of the data tier, by zone.
    data_group: group of the databases. Traffic to anything else stays with the client's own network (split tunnel).
    """
    settings = args.settings
    certificate = acm.Certificate(
        network.logical("vpn-certificate"),
        certificate_body=args.server_certificate,
        private_key=args.server_key,
        certificate_chain=args.authority,
        tags=network.tags(Name=network.logical("vpn")),
        opts=network.child(),
    )
    logs = cloudwatch.LogGroup(
        network.logical("vpn-logs"),
        retention_in_days=settings.log_retention_days,
        kms_key_id=logs_key_arn,
        tags=network.tags("logs"),
        opts=network.child(protect=context.protects_data),
    )
    stream = cloudwatch.LogStream(network.logical("vpn-connections"), log_group_name=logs.name, opts=network.child())
    endpoint = ec2clientvpn.Endpoint(
        network.logical("vpn"),
        description="Staff's way to the databases",
        client_cidr_block=str(args.clients),
        server_certificate_arn=certificate.arn,
        authentication_options=[_authentication(network, settings, certificate)],
        connection_log_options={
            "enabled": True,
            "cloudwatch_log_group": logs.name,
            "cloudwatch_log_stream": stream.name,
        },
        vpc_id=vpc.id,
        security_group_ids=[_group(network, vpc, data_group).id],
        split_tunnel=True,
        transport_protocol="udp",
        vpn_port=443,
        session_timeout_hours=settings.session_timeout_hours,
        disconnect_on_session_timeout=True,
        self_service_portal="disabled",
        client_login_banner_options={"enabled": True, "banner_text": BANNER},
        tags=network.tags(Name=network.pulumi_resource_name),
        opts=network.child(),
    )
    for zone, subnet in subnets.items():
        association = ec2clientvpn.NetworkAssociation(
            network.logical("vpn-association", zone),
            client_vpn_endpoint_id=endpoint.id,
            subnet_id=subnet.id,
            opts=network.child(),
        )
        ec2clientvpn.AuthorizationRule(
            network.logical("vpn-authorization", zone),
            client_vpn_endpoint_id=endpoint.id,
            target_network_cidr=str(targets[zone]),
            authorize_all_groups=True if settings.authentication == "certificate" else None,
            access_group_id=settings.saml_group or None,
            description=f"Databases of zone {zone}",
            opts=network.child(depends_on=[association]),
        )
    return endpoint


def _authentication(
    network: ErpComponent, settings: ClientVpnSettings, certificate: acm.Certificate
) -> ec2clientvpn.EndpointAuthenticationOptionArgsDict:
    """One way in. The server's certificate stands for the authority that signed it, which signs staff's, too."""
    if settings.authentication == "certificate":
        return {"type": "certificate-authentication", "root_certificate_chain_arn": certificate.arn}
    provider = iam.SamlProvider(
        network.logical("vpn-identity-provider"),
        saml_metadata_document=settings.saml_metadata,
        tags=network.tags(),
        opts=network.child(),
    )
    return {"type": "federated-authentication", "saml_provider_arn": provider.arn}


def _group(network: ErpComponent, vpc: ec2.Vpc, data_group: ec2.SecurityGroup) -> ec2.SecurityGroup:
    """The clients' group: into the databases, and nobody into it."""
    group = ec2.SecurityGroup(
        network.logical("group", "vpn"),
        vpc_id=vpc.id,
        description="Staff connected by client VPN",
        tags=network.tags(Name=network.logical("vpn")),
        opts=network.child(),
    )
    vpc_rules.SecurityGroupEgressRule(
        network.logical("egress", "vpn", "data", "postgres"),
        security_group_id=group.id,
        referenced_security_group_id=data_group.id,
        ip_protocol="tcp",
        from_port=POSTGRES,
        to_port=POSTGRES,
        description="To data: PostgreSQL, for staff",
        tags=network.tags(),
        opts=network.child(),
    )
    vpc_rules.SecurityGroupIngressRule(
        network.logical("ingress", "data", "vpn", "postgres"),
        security_group_id=data_group.id,
        referenced_security_group_id=group.id,
        ip_protocol="tcp",
        from_port=POSTGRES,
        to_port=POSTGRES,
        description="From vpn: PostgreSQL, for staff",
        tags=network.tags(),
        opts=network.child(),
    )
    return group
