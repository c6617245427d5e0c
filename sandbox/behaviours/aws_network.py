"""Amazon VPC: networks, subnets, gateways, routes, network ACLs, endpoints, flow logs."""

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.aws_network_checks import (
    INTERNET_GATEWAY,
    NAT_GATEWAY,
    SUBNET,
    keep_internet_gateway,
    move_subnets,
    protocol_number,
    refuse_acl,
    refuse_association,
    refuse_internet_gateway,
    refuse_nat_gateway,
    refuse_route,
    refuse_subnet,
    zone_ids,
)
from sandbox.behaviours.aws_network_services import refuse_endpoint, refuse_flow_log
from sandbox.behaviours.behaviour import Behaviour, Call

VPC: Final = "aws:ec2/vpc:Vpc"
# The fields of a flow log that comes without a format (VPC user guide, "Flow log records").
DEFAULT_RECORD: Final = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
)
# What an endpoint gets that comes without a policy (PrivateLink guide, "Default endpoint policy").
FULL_ACCESS: Final = '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}'


def ec2_arn(call: Call, kind: str, id: str) -> str:  # noqa: A002  the vendor's own word
    """An ARN of the EC2 service."""
    return f"arn:aws:ec2:{call.region}:{call.account}:{kind}/{id}"


def ec2(prefix: str, kind: str, own: Sequence[str] = ("arn", "ownerId"), **more: Any) -> Behaviour:
    """A type with ids like `vpc-0123456789abcdef0` and an ARN; `more` adds outputs, identifiers, refusals.

    own: which of the ARN and the owner's account the provider gives back.
    """
    extra = more.pop("outputs", lambda _call, _id: {})
    aliases = more.pop("identifiers", lambda _call, _id: [])

    def outputs(call: Call, id: str) -> Mapping[str, Any]:  # noqa: A002  the vendor's own word
        common = {"arn": ec2_arn(call, kind, id), "ownerId": call.account}
        return {**{key: common[key] for key in own}, **extra(call, id)}

    return Behaviour(
        id=lambda call: f"{prefix}-0{call.digits(16)}",
        outputs=outputs,
        identifiers=lambda call, id: [id, ec2_arn(call, kind, id), *aliases(call, id)],
        **more,
    )


def _vpc_outputs(call: Call, _: str) -> Mapping[str, Any]:
    return {
        "defaultNetworkAclId": f"acl-0{call.digits(16, 'acl')}",
        "defaultRouteTableId": f"rtb-0{call.digits(16, 'main')}",
        "defaultSecurityGroupId": f"sg-0{call.digits(16, 'default')}",
        "dhcpOptionsId": f"dopt-0{call.digits(16, 'dhcp')}",
        "enableDnsHostnames": bool(call.inputs.get("enableDnsHostnames", False)),
        "enableNetworkAddressUsageMetrics": bool(call.inputs.get("enableNetworkAddressUsageMetrics", False)),
        "mainRouteTableId": f"rtb-0{call.digits(16, 'main')}",
    }


def _vpc_parts(call: Call, vpc_id: str) -> Sequence[str]:
    outputs = _vpc_outputs(call, vpc_id)
    return [outputs["defaultNetworkAclId"], outputs["mainRouteTableId"], outputs["defaultSecurityGroupId"]]


def _subnet_outputs(call: Call, _: str) -> Mapping[str, Any]:
    letters = call.world.values("aws", "regions").get(call.region, [])
    numbers = dict(zip(letters, zone_ids(call.region, letters), strict=True))
    given = call.inputs.get("availabilityZoneId")
    letter = next((letter for letter, zone_id in numbers.items() if zone_id == given), "a")
    zone = str(call.inputs.get("availabilityZone") or f"{call.region}{letter}")
    return {
        "availabilityZone": zone,
        "availabilityZoneId": given or numbers.get(zone[-1], ""),
        "privateDnsHostnameTypeOnLaunch": call.inputs.get("privateDnsHostnameTypeOnLaunch") or "ip-name",
    }


def _address(call: Call) -> str:
    # TEST-NET-2 and TEST-NET-3 (RFC 5737): addresses that belong to nobody, each to one of 508 resources in a row.
    block, number = divmod(call.serial % 508, 254)
    return str(ipaddress.IPv4Address(("198.51.100.1", "203.0.113.1")[block]) + number)


def _eip_outputs(call: Call, allocation: str) -> Mapping[str, Any]:
    address = _address(call)
    dashed = address.replace(".", "-")
    return {
        "allocationId": allocation,
        "domain": "vpc",
        "networkBorderGroup": call.region,
        "publicDns": f"ec2-{dashed}.{call.region}.compute.amazonaws.com",
        "publicIp": address,
        "publicIpv4Pool": "amazon",
    }


def _nat_outputs(call: Call, _: str) -> Mapping[str, Any]:
    address = call.other(call.inputs.get("allocationId"))
    subnet = call.other(call.inputs.get("subnetId"))
    block = ipaddress.ip_network(subnet.properties["cidrBlock"]) if subnet else None
    return {
        "associationId": f"eipassoc-0{call.digits(16, 'association')}",
        "availabilityMode": call.inputs.get("availabilityMode") or "zonal",
        "connectivityType": call.inputs.get("connectivityType") or "public",
        "networkInterfaceId": f"eni-0{call.digits(16, 'interface')}",
        "privateIp": call.inputs.get("privateIp") or (str(block[10 + call.serial % 4]) if block else ""),
        "publicIp": address.properties["publicIp"] if address else "",
        "secondaryAllocationIds": call.inputs.get("secondaryAllocationIds") or [],
        "secondaryPrivateIpAddresses": call.inputs.get("secondaryPrivateIpAddresses") or [],
        "vpcId": call.inputs.get("vpcId") or (subnet.properties["vpcId"] if subnet else ""),
    }


def _destination(inputs: Mapping[str, Any]) -> str:
    keys = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
    return next((str(inputs[key]) for key in keys if inputs.get(key)), "")


def _route_id(call: Call) -> str:
    # r-, the table, a number made from the destination: the form of vpc_route.go, whose hash is another one.
    number = sum(ord(letter) * 31**index for index, letter in enumerate(_destination(call.inputs))) % 2**32
    return f"r-{call.inputs['routeTableId']}{number}"


def _default_group(call: Call) -> str:
    """The group that an interface gets where none is named: the network's own (EC2 API, CreateVpcEndpoint)."""
    vpc = call.other(call.inputs.get("vpcId"))
    return str(vpc.properties["defaultSecurityGroupId"]) if vpc else ""


def _endpoint_outputs(call: Call, endpoint: str) -> Mapping[str, Any]:
    service = str(call.inputs.get("serviceName", ""))
    short = service.removeprefix(f"com.amazonaws.{call.region}.")
    kind = call.inputs.get("vpcEndpointType") or "Gateway"
    lists = call.world.values("aws", "gateway_prefix_lists")
    subnets = call.inputs.get("subnetIds") or []
    host = f"{endpoint}-{call.digits(8, 'host')}.{short}.{call.region}.vpce.amazonaws.com"
    return {
        "cidrBlocks": [],
        "dnsEntries": [{"dnsName": host, "hostedZoneId": f"Z{call.digits(13, 'zone').upper()}"}]
        if kind == "Interface"
        else [],
        "ipAddressType": call.inputs.get("ipAddressType") or "ipv4",
        "networkInterfaceIds": [f"eni-0{call.digits(16, subnet)}" for subnet in subnets],
        "policy": call.inputs.get("policy") or FULL_ACCESS,
        "prefixListId": lists.get(short, "") if kind == "Gateway" else "",
        "privateDnsEnabled": bool(call.inputs.get("privateDnsEnabled", False)),
        "requesterManaged": False,
        "routeTableIds": call.inputs.get("routeTableIds") or [],
        "securityGroupIds": call.inputs.get("securityGroupIds")
        or ([_default_group(call)] if kind == "Interface" else []),
        "serviceRegion": call.region,
        "state": "available",
        "subnetIds": subnets,
        "vpcEndpointType": kind,
    }


def _flow_log_outputs(call: Call, _: str) -> Mapping[str, Any]:
    default = " ".join(f"${{{field}}}" for field in DEFAULT_RECORD.split())
    return {"logFormat": call.inputs.get("logFormat") or default}


def _acl_outputs(call: Call, _: str) -> Mapping[str, Any]:
    """Rules as they are kept: protocols by number (vpc_network_acl.go)."""
    rules = {
        direction: [
            {"icmpCode": 0, "icmpType": 0, **rule, "protocol": protocol_number(rule.get("protocol"))}
            for rule in call.inputs.get(direction) or []
        ]
        for direction in ("ingress", "egress")
    }
    return {**rules, "subnetIds": call.inputs.get("subnetIds") or []}


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    VPC: ec2("vpc", "vpc", outputs=_vpc_outputs, identifiers=_vpc_parts),
    SUBNET: ec2("subnet", "subnet", outputs=_subnet_outputs, refuse=refuse_subnet),
    INTERNET_GATEWAY: ec2("igw", "internet-gateway", refuse=refuse_internet_gateway, keep_from=keep_internet_gateway),
    "aws:ec2/eip:Eip": ec2("eipalloc", "elastic-ip", ("arn",), outputs=_eip_outputs),
    NAT_GATEWAY: ec2("nat", "natgateway", (), outputs=_nat_outputs, refuse=refuse_nat_gateway),
    "aws:ec2/routeTable:RouteTable": ec2(
        "rtb",
        "route-table",
        outputs=lambda call, _: {
            "propagatingVgws": call.inputs.get("propagatingVgws") or [],
            "routes": call.inputs.get("routes") or [],
        },
    ),
    "aws:ec2/route:Route": Behaviour(
        id=_route_id,
        outputs=lambda _call, _id: {"origin": "CreateRoute", "state": "active"},
        names=lambda call, _: [f"route/{call.inputs['routeTableId']}|{_destination(call.inputs)}"],
        refuse=refuse_route,
    ),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": Behaviour(
        id=lambda call: f"rtbassoc-0{call.digits(16)}",
        identifiers=lambda _, id: [id],
        refuse=refuse_association,
    ),
    "aws:ec2/networkAcl:NetworkAcl": ec2(
        "acl", "network-acl", outputs=_acl_outputs, refuse=refuse_acl, effects=move_subnets
    ),
    "aws:ec2/vpcEndpoint:VpcEndpoint": ec2("vpce", "vpc-endpoint", outputs=_endpoint_outputs, refuse=refuse_endpoint),
    "aws:ec2/flowLog:FlowLog": ec2("fl", "vpc-flow-log", ("arn",), outputs=_flow_log_outputs, refuse=refuse_flow_log),
}
