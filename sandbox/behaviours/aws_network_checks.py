"""What Amazon VPC refuses because of what else exists: places, overlaps, neighbours."""

import ipaddress
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


def zone_ids(region: str, letters: Sequence[str]) -> list[str]:
    """The ids of a region's zones: its short form and a number (EC2 user guide, "AZ IDs")."""
    parts = region.split("-")
    return [f"{parts[0]}{parts[1][0]}{parts[2]}-az{number}" for number in range(1, len(letters) + 1)]


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
    zone_id = call.inputs.get("availabilityZoneId")
    if zone_id is not None and zone_id not in zone_ids(call.region, letters):
        allowed = ", ".join(zone_ids(call.region, letters))
        message = f"{zone_id!r} is the id of no zone of {call.region}; there are {allowed}"
        problems.append(Problem("availabilityZoneId", message, source))
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
    """A gateway stays while public addresses are mapped in its network: those of NAT gateways and load balancers."""
    problems: list[Problem] = []
    for balancer in call.store.all("aws:lb/loadBalancer:LoadBalancer"):
        if balancer.properties.get("vpcId") == call.inputs.get("vpcId") and not balancer.properties.get("internal"):
            message = f"DependencyViolation: {call.inputs['vpcId']} has mapped public addresses ({balancer.id})"
            problems.append(Problem("", message, "EC2 API, DetachInternetGateway"))
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
    block = _network(subnet.properties.get("cidrBlock")) if subnet is not None else None
    private = inputs.get("privateIp")
    if block is not None and isinstance(private, str) and ipaddress.IPv4Address(private) not in block:
        message = f"InvalidParameterValue: {private} is no address of {inputs['subnetId']}, which is {block}"
        problems.append(Problem("privateIp", message, source))
    return problems


def refuse_route(call: Call) -> Sequence[Problem]:
    """A route leads through a gateway of the table's own network, and not to the network itself."""
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
    return _refuse_local(call, call.other(vpc_id))


# What a route may lead through that is more specific than the local one (VPC user guide, "Route table concepts").
MIDDLE_BOXES: Final = ("natGatewayId", "networkInterfaceId", "vpcEndpointId")


def _refuse_local(call: Call, vpc: Resource | None) -> list[Problem]:
    """The network's own block has its local route; within it, only one whole subnet goes through a middle box."""
    block = _network(call.inputs.get("destinationCidrBlock"))
    local = _network(vpc.properties.get("cidrBlock")) if vpc is not None else None
    if vpc is None or block is None or local is None or not block.subnet_of(local):
        return []
    if block == local:
        message = f"RouteAlreadyExists: {block} is the block of {vpc.id} itself, to which every table has a local route"
        return [Problem("destinationCidrBlock", message, "EC2 API, CreateRoute")]
    source = 'VPC user guide, "Route table concepts": routes more specific than the local route'
    if not any(call.inputs.get(key) for key in MIDDLE_BOXES):
        message = f"{block} lies in {vpc.id}; a route inside it leads through one of {', '.join(MIDDLE_BOXES)}"
        return [Problem("destinationCidrBlock", f"InvalidParameterValue: {message}", source)]
    subnets = call.store.users_of_type(vpc, SUBNET, "vpcId")
    if block not in [_network(subnet.properties.get("cidrBlock")) for subnet in subnets]:
        message = f"InvalidParameterValue: {block} lies in {vpc.id} and is not the whole block of one of its subnets"
        return [Problem("destinationCidrBlock", message, source)]
    return []


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
    return elsewhere(call, "subnetIds", "EC2 API, ReplaceNetworkAclAssociation")


def move_subnets(call: Call, resource: Resource) -> None:
    """A subnet has one ACL: it leaves the one that had it, which is drift there.

    Source: EC2 API, ReplaceNetworkAclAssociation.
    """
    taken = set(call.inputs.get("subnetIds") or [])
    for other in call.store.all(resource.token):
        held: list[str] = other.properties.get("subnetIds") or []
        if other.serial != resource.serial and taken.intersection(held):
            call.store.edit(other.serial, {"subnetIds": [subnet for subnet in held if subnet not in taken]})


def elsewhere(call: Call, key: str, source: str) -> list[Problem]:
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
