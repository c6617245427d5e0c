"""What Amazon VPC refuses because of what else exists: places, overlaps, neighbours."""

import ipaddress
import json
from collections.abc import Sequence
from typing import Any, Final

from sandbox.behaviours.behaviour import Call
from sandbox.problems import Problem
from sandbox.store import Resource

SUBNET: Final = "aws:ec2/subnet:Subnet"
NAT_GATEWAY: Final = "aws:ec2/natGateway:NatGateway"
INTERNET_GATEWAY: Final = "aws:ec2/internetGateway:InternetGateway"
# IANA protocol numbers, by the names that EC2 takes (EC2 API, IpPermission and NetworkAclEntry).
PROTOCOLS: Final = {"all": "-1", "icmp": "1", "tcp": "6", "udp": "17", "gre": "47", "esp": "50", "ah": "51"}
ICMP_V6: Final = {"icmpv6": "58", "ipv6-icmp": "58"}


def protocol_number(protocol: Any) -> str:
    """The number of a protocol, whichever way it is written; "-1" for all of them."""
    name = str(protocol).lower()
    return {**PROTOCOLS, **ICMP_V6}.get(name, name)


def refuse_subnet(call: Call) -> Sequence[Problem]:
    """A subnet lies in a zone of the region and inside its VPC, beside the others."""
    source = "EC2 API, CreateSubnet"
    problems: list[Problem] = []
    zone = call.inputs.get("availabilityZone")
    letters = call.world.values("aws", "regions").get(call.region, [])
    if zone is not None and zone not in {f"{call.region}{letter}" for letter in letters}:
        allowed = ", ".join(f"{call.region}{letter}" for letter in letters)
        problems.append(
            Problem("availabilityZone", f"{zone!r} is no zone of {call.region}; there are {allowed}", source)
        )
    vpc = call.other(call.inputs.get("vpcId"))
    block = _network(call.inputs.get("cidrBlock"))
    if vpc is None or block is None:
        return problems
    outer = _network(vpc.properties.get("cidrBlock"))
    if outer is not None and not block.subnet_of(outer):
        problems.append(Problem("cidrBlock", f"InvalidSubnet.Range: {block} is not inside {outer}", source))
    for other in call.beside("vpcId", vpc):
        taken = _network(other.properties.get("cidrBlock"))
        if taken is not None and block.overlaps(taken):
            problems.append(
                Problem("cidrBlock", f"InvalidSubnet.Conflict: {block} overlaps {taken} of {other.id}", source)
            )
    return problems


def refuse_internet_gateway(call: Call) -> Sequence[Problem]:
    """A network has one internet gateway."""
    vpc = call.other(call.inputs.get("vpcId"))
    return [
        Problem(
            "vpcId",
            f"Resource.AlreadyAssociated: {call.inputs['vpcId']} has {other.id}",
            "EC2 API, AttachInternetGateway",
        )
        for other in call.beside("vpcId", vpc)
    ]


def keep_internet_gateway(call: Call) -> Sequence[Problem]:
    """A gateway stays while public addresses are mapped in its network: there, those of NAT gateways."""
    problems: list[Problem] = []
    for nat in call.store.all(NAT_GATEWAY):
        subnet = call.other(nat.properties.get("subnetId"))
        public = nat.properties.get("connectivityType") != "private"
        if public and subnet is not None and subnet.properties.get("vpcId") == call.inputs.get("vpcId"):
            message = f"DependencyViolation: {call.inputs['vpcId']} has a mapped public address ({nat.id})"
            problems.append(Problem("", message, "EC2 API, DetachInternetGateway"))
    return problems


def refuse_nat_gateway(call: Call) -> Sequence[Problem]:
    """A public NAT gateway stands in a subnet whose network has an internet gateway, with an address of its own."""
    source = "EC2 API, CreateNatGateway"
    inputs = call.inputs
    problems: list[Problem] = []
    subnet, address = call.other(inputs.get("subnetId")), call.other(inputs.get("allocationId"))
    if subnet is not None and inputs.get("connectivityType", "public") == "public":
        vpc = call.other(subnet.properties.get("vpcId"))
        if vpc is None or not call.store.users_of_type(vpc, INTERNET_GATEWAY, "vpcId"):
            message = f"Gateway.NotAttached: {subnet.properties.get('vpcId')} has no internet gateway attached"
            problems.append(Problem("subnetId", message, source))
    for other in call.beside("allocationId", address):
        message = f"Resource.AlreadyAssociated: {inputs['allocationId']} belongs to {other.id}"
        problems.append(Problem("allocationId", message, source))
    return problems


def refuse_route(call: Call) -> Sequence[Problem]:
    """A route leads through a gateway of the table's own network."""
    source = "EC2 API, CreateRoute"
    table = call.other(call.inputs.get("routeTableId"))
    if table is None:
        return ()
    vpc_id = table.properties.get("vpcId")
    gateway = call.other(call.inputs.get("gatewayId"))
    if gateway is not None and gateway.token == INTERNET_GATEWAY and gateway.properties.get("vpcId") != vpc_id:
        return [Problem("gatewayId", f"Gateway.NotAttached: {gateway.id} is not attached to {vpc_id}", source)]
    nat = call.other(call.inputs.get("natGatewayId"))
    subnet = call.other(nat.properties.get("subnetId")) if nat is not None else None
    if nat is not None and subnet is not None and subnet.properties.get("vpcId") != vpc_id:
        return [Problem("natGatewayId", f"{nat.id} and {table.id} lie in different VPCs", source)]
    return ()


def refuse_association(call: Call) -> Sequence[Problem]:
    """A subnet has one route table, in its own network."""
    source = "EC2 API, AssociateRouteTable"
    subnet, table = call.other(call.inputs.get("subnetId")), call.other(call.inputs.get("routeTableId"))
    if subnet is None or table is None:
        return ()
    problems: list[Problem] = []
    if subnet.properties.get("vpcId") != table.properties.get("vpcId"):
        problems.append(Problem("routeTableId", f"{table.id} and {subnet.id} lie in different VPCs", source))
    for other in call.beside("subnetId", subnet):
        message = f"Resource.AlreadyAssociated: {subnet.id} has {other.properties.get('routeTableId')} already"
        problems.append(Problem("subnetId", message, source))
    return problems


def refuse_acl(call: Call) -> Sequence[Problem]:
    """An ACL's subnets are of its own network."""
    return _elsewhere(call, "subnetIds", "EC2 API, ReplaceNetworkAclAssociation")


def move_subnets(call: Call, resource: Resource) -> None:
    """A subnet has one ACL: it leaves the one that had it, which is drift there.

    Source: EC2 API, ReplaceNetworkAclAssociation.
    """
    taken = set(call.inputs.get("subnetIds") or [])
    for other in call.store.all(resource.token):
        held: list[str] = other.properties.get("subnetIds") or []
        if other.serial != resource.serial and taken.intersection(held):
            call.store.edit(other.serial, {"subnetIds": [subnet for subnet in held if subnet not in taken]})


def refuse_endpoint(call: Call) -> Sequence[Problem]:
    """An endpoint's service exists in the region and takes its type; its places are in its network, one a zone."""
    source = "EC2 API, CreateVpcEndpoint"
    inputs = call.inputs
    kind = inputs.get("vpcEndpointType") or "Gateway"
    services = call.world.values("aws", "endpoint_services")
    prefix = f"com.amazonaws.{call.region}."
    name = str(inputs.get("serviceName", ""))
    kinds = services.get(name.removeprefix(prefix)) if name.startswith(prefix) else None
    if kinds is None:
        message = f"InvalidServiceName: {name!r} is not offered in {call.region}"
        return [Problem("serviceName", message, source)]
    places = ("subnetIds", "securityGroupIds", "routeTableIds")
    problems = [problem for key in places for problem in _elsewhere(call, key, source)]
    if kind not in kinds:
        problems.append(Problem("vpcEndpointType", f"{name} takes {' or '.join(kinds)}, not {kind}", source))
    subnets = [call.other(value) for value in inputs.get("subnetIds") or []]
    zones = [subnet.properties.get("availabilityZone") for subnet in subnets if subnet is not None]
    problems += [
        Problem("subnetIds", f"DuplicateSubnetsInSameZone: two subnets in {zone}", source)
        for zone in sorted({str(zone) for zone in zones if zones.count(zone) > 1})
    ]
    return problems + _refuse_private_dns(call, name, source)


def _refuse_private_dns(call: Call, service: str, source: str) -> list[Problem]:
    vpc = call.other(call.inputs.get("vpcId"))
    if vpc is None or not call.inputs.get("privateDnsEnabled"):
        return []
    problems: list[Problem] = []
    if not (vpc.properties.get("enableDnsSupport", True) and vpc.properties.get("enableDnsHostnames")):
        message = "private DNS needs enableDnsSupport and enableDnsHostnames of the VPC"
        problems.append(Problem("privateDnsEnabled", message, source))
    for other in call.beside("vpcId", vpc):
        if other.properties.get("serviceName") == service and other.properties.get("privateDnsEnabled"):
            message = f"{other.id} holds the private DNS name of {service} already"
            problems.append(Problem("privateDnsEnabled", message, source))
    return problems


def refuse_flow_log(call: Call) -> Sequence[Problem]:
    """Delivery to CloudWatch Logs needs a log group of the region and a role that the delivery may assume."""
    source = 'VPC user guide, "IAM role for publishing flow logs to CloudWatch Logs"'
    problems: list[Problem] = []
    role = call.other(call.inputs.get("iamRoleArn"))
    if role is not None and "vpc-flow-logs.amazonaws.com" not in _trusted_services(role):
        message = f"the trust policy of {role.id} does not admit vpc-flow-logs.amazonaws.com"
        problems.append(Problem("iamRoleArn", message, source))
    group = call.other(call.inputs.get("logDestination"))
    if group is not None and group.region != call.region:
        problems.append(
            Problem("logDestination", f"the log group lies in {group.region}, not in {call.region}", source)
        )
    return problems


def _trusted_services(role: Resource) -> set[str]:
    statements = json.loads(str(role.properties.get("assumeRolePolicy") or "{}")).get("Statement", [])
    services: set[str] = set()
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal", {})
        service = principal.get("Service", []) if isinstance(principal, dict) else []
        services.update([service] if isinstance(service, str) else service)
    return services


def _elsewhere(call: Call, key: str, source: str) -> list[Problem]:
    """Say which of the things that a list names lie in another VPC than the resource itself."""
    problems: list[Problem] = []
    for index, value in enumerate(call.inputs.get(key) or []):
        other = call.other(value)
        # A network's own default group, ACL and table are known by the network itself.
        if other is not None and call.inputs.get("vpcId") not in (other.properties.get("vpcId"), other.id):
            problems.append(Problem(f"{key}[{index}]", f"{value} lies in another VPC", source))
    return problems


def _network(value: Any) -> ipaddress.IPv4Network | None:
    return ipaddress.IPv4Network(value) if isinstance(value, str) else None
