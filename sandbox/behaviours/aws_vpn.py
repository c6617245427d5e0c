"""AWS's VPN ends: client VPN endpoints with what hangs on them, virtual private gateways, SAML providers."""

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.aws_acm import VALIDATION
from sandbox.behaviours.aws_network import ec2, ec2_arn
from sandbox.behaviours.aws_network_checks import elsewhere
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem
from sandbox.store import Resource

ENDPOINT: Final = "aws:ec2clientvpn/endpoint:Endpoint"
ASSOCIATION: Final = "aws:ec2clientvpn/networkAssociation:NetworkAssociation"
GATEWAY: Final = "aws:ec2/vpnGateway:VpnGateway"
GUIDE: Final = 'Client VPN administrator guide, "Rules and best practices"'
SMALLEST, LARGEST = 22, 12

# What each way in needs beside its name (EC2 API, ClientVpnAuthenticationRequest).
WAYS_IN: Final = {
    "certificate-authentication": "rootCertificateChainArn",
    "directory-service-authentication": "activeDirectoryId",
    "federated-authentication": "samlProviderArn",
}


def _refuse_endpoint(call: Call) -> Sequence[Problem]:
    """Clients get addresses of a block of their own, and the endpoint shows a certificate of its region."""
    problems = _refuse_block(call)
    certificate = call.other(call.inputs.get("serverCertificateArn"))
    if certificate is not None and certificate.region != call.region:
        message = f"the certificate lies in {certificate.region}, the endpoint in {call.region}"
        problems.append(Problem("serverCertificateArn", message, GUIDE))
    if certificate is not None and not _is_issued(call, certificate):
        message = f"{certificate.id} waits for its validation; a client VPN takes an issued certificate"
        problems.append(Problem("serverCertificateArn", message, GUIDE))
    for index, way in enumerate(call.inputs.get("authenticationOptions") or []):
        needed = WAYS_IN.get(str(way.get("type")))
        if needed is not None and way.get(needed) is None:
            path = f"authenticationOptions[{index}].{needed}"
            problems.append(Problem(path, f"{way['type']} needs it", "EC2 API, ClientVpnAuthenticationRequest"))
    return [*problems, *elsewhere(call, "securityGroupIds", "EC2 API, CreateClientVpnEndpoint")]


def _is_issued(call: Call, certificate: Resource) -> bool:
    """An imported one is; a requested one stays as its creation left it here, so its validation says it."""
    issued = certificate.properties.get("status") == "ISSUED"
    return issued or bool(call.store.users_of_type(certificate, VALIDATION, "certificateArn"))


def _refuse_block(call: Call) -> list[Problem]:
    block = _network(call.inputs.get("clientCidrBlock"))
    if block is None:
        return []
    problems: list[Problem] = []
    if not LARGEST <= block.prefixlen <= SMALLEST:
        message = f"InvalidParameterValue: {block} is no block between /{SMALLEST} and /{LARGEST}"
        problems.append(Problem("clientCidrBlock", message, GUIDE))
    vpc = call.other(call.inputs.get("vpcId"))
    own = _network(vpc.properties.get("cidrBlock")) if vpc is not None else None
    if own is not None and block.overlaps(own):
        message = f"InvalidParameterValue: {block} overlaps the network's {own}, and could never be routed"
        problems.append(Problem("clientCidrBlock", message, GUIDE))
    return problems


def _refuse_association(call: Call) -> Sequence[Problem]:
    """One subnet a zone, all of one network."""
    endpoint, subnet = call.other(call.inputs.get("clientVpnEndpointId")), call.other(call.inputs.get("subnetId"))
    if endpoint is None or subnet is None:
        return ()
    problems: list[Problem] = []
    if endpoint.properties.get("vpcId") not in (None, subnet.properties.get("vpcId")):
        message = f"InvalidParameterValue: {subnet.id} lies in another network than {endpoint.id}"
        problems.append(Problem("subnetId", message, GUIDE))
    for other in call.beside("clientVpnEndpointId", endpoint):
        there = call.other(other.properties.get("subnetId"))
        zone = subnet.properties.get("availabilityZone")
        if there is not None and there.properties.get("availabilityZone") == zone:
            message = f"ClientVpnEndpointAssociationExists: {there.id} of the same zone {zone} is associated already"
            problems.append(Problem("subnetId", message, GUIDE))
    return problems


def _refuse_rule(call: Call) -> Sequence[Problem]:
    """A rule's target is a network's own address."""
    try:
        ipaddress.IPv4Network(str(call.inputs.get("targetNetworkCidr")))
    except ValueError as error:
        return [Problem("targetNetworkCidr", str(error), "EC2 API, AuthorizeClientVpnIngress")]
    return ()


def _refuse_route(call: Call) -> Sequence[Problem]:
    """A route goes through a subnet that is associated."""
    endpoint = call.other(call.inputs.get("clientVpnEndpointId"))
    subnet = call.inputs.get("targetVpcSubnetId")
    if endpoint is None:
        return ()
    associated = [
        other.properties.get("subnetId")
        for other in call.store.users_of_type(endpoint, ASSOCIATION, "clientVpnEndpointId")
    ]
    if subnet in associated:
        return ()
    message = f"InvalidClientVpnActiveAssociationNotFound: {subnet} is not associated with {endpoint.id}"
    return [Problem("targetVpcSubnetId", message, "EC2 API, CreateClientVpnRoute")]


def _refuse_gateway(call: Call) -> Sequence[Problem]:
    """A network takes one virtual private gateway."""
    others = call.beside("vpcId", call.other(call.inputs.get("vpcId")))
    return [
        Problem(
            "vpcId", f"VpcLimitExceeded: {other.id} is attached to the network already", "EC2 API, AttachVpnGateway"
        )
        for other in others
    ]


def _refuse_propagation(call: Call) -> Sequence[Problem]:
    """A gateway's routes come into tables of the network that it is attached to."""
    gateway, table = call.other(call.inputs.get("vpnGatewayId")), call.other(call.inputs.get("routeTableId"))
    if gateway is None or table is None or gateway.properties.get("vpcId") == table.properties.get("vpcId"):
        return ()
    message = f"Gateway.NotAttached: {gateway.id} is not attached to the network of {table.id}"
    return [Problem("vpnGatewayId", message, "EC2 API, EnableVgwRoutePropagation")]


def _network(block: Any) -> ipaddress.IPv4Network | None:
    return ipaddress.IPv4Network(block, strict=False) if isinstance(block, str) else None


def _endpoint_outputs(call: Call, id: str) -> Mapping[str, Any]:  # noqa: A002  the vendor's own word
    return {
        "arn": ec2_arn(call, "client-vpn-endpoint", id),
        "dnsName": f"*.{id}.prod.clientvpn.{call.region}.amazonaws.com",
        "selfServicePortalUrl": "",
    }


def _saml_arn(call: Call) -> str:
    return f"arn:aws:iam::{call.account}:saml-provider/{call.inputs['name']}"


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    ENDPOINT: Behaviour(
        id=lambda call: f"cvpn-endpoint-0{call.digits(16)}",
        outputs=_endpoint_outputs,
        identifiers=lambda call, id: [id, ec2_arn(call, "client-vpn-endpoint", id)],
        refuse=_refuse_endpoint,
    ),
    ASSOCIATION: Behaviour(
        id=lambda call: f"cvpn-assoc-0{call.digits(16)}",
        outputs=lambda call, id: {
            "associationId": id,
            "vpcId": getattr(call.other(call.inputs.get("subnetId")), "properties", {}).get("vpcId"),
        },
        identifiers=lambda _, id: [id],
        refuse=_refuse_association,
    ),
    "aws:ec2clientvpn/authorizationRule:AuthorizationRule": Behaviour(
        id=lambda call: ",".join(
            str(call.inputs[key])
            for key in ("clientVpnEndpointId", "targetNetworkCidr", "accessGroupId")
            if call.inputs.get(key) is not None
        ),
        refuse=_refuse_rule,
    ),
    "aws:ec2clientvpn/route:Route": Behaviour(
        id=lambda call: ",".join(
            str(call.inputs[key]) for key in ("clientVpnEndpointId", "targetVpcSubnetId", "destinationCidrBlock")
        ),
        outputs=lambda _call, _id: {"origin": "add-route", "type": "Nat"},
        refuse=_refuse_route,
    ),
    GATEWAY: ec2(
        "vgw",
        "vpn-gateway",
        ("arn",),
        outputs=lambda call, _: {"amazonSideAsn": call.inputs.get("amazonSideAsn") or "64512"},
        refuse=_refuse_gateway,
    ),
    "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation": Behaviour(
        id=lambda call: f"{call.inputs['vpnGatewayId']}_{call.inputs['routeTableId']}",
        refuse=_refuse_propagation,
    ),
    "aws:iam/samlProvider:SamlProvider": Behaviour(
        id=_saml_arn,
        outputs=lambda _, arn: {"arn": arn},
        identifiers=lambda _, arn: [arn],
        names=lambda call, _: [f"saml-provider/{call.account}|{call.inputs['name']}"],
    ),
}
