"""Azure network: virtual networks, subnets, network security groups."""

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.azure_resources import location, refuse_location
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem
from sandbox.references import AZURE_NETWORK, azure_id

SUBNET: Final = "azure-native:network:Subnet"
SECURITY_GROUP: Final = "azure-native:network:NetworkSecurityGroup"
# The longest prefix that each service's own subnet may have (the services' docs on planning their subnet).
LARGEST_PREFIX: Final = {
    "AzureBastionSubnet": 26,
    "AzureFirewallSubnet": 26,
    "AzureFirewallManagementSubnet": 26,
}
SUBNET_SOURCE: Final = "Microsoft.Network/virtualNetworks/subnets, REST reference and error codes"


def _path(call: Call, kind: str, name: object) -> str:
    group = call.inputs["resourceGroupName"]
    return f"/subscriptions/{call.account}/resourceGroups/{group}/providers/Microsoft.Network/{kind}/{name}"


def _common(call: Call, name: str, kind: str) -> Mapping[str, Any]:
    return {
        "etag": f'W/"{call.uuid("etag")}"',
        "location": location(call),
        "name": name,
        "provisioningState": "Succeeded",
        "resourceGuid": call.uuid("guid"),
        "type": f"Microsoft.Network/{kind}",
    }


def _network_outputs(call: Call, _: str) -> Mapping[str, Any]:
    lists = {key: call.inputs.get(key) or [] for key in ("subnets", "virtualNetworkPeerings")}
    return {**_common(call, call.inputs["virtualNetworkName"], "virtualNetworks"), **lists}


def _blocks(values: Sequence[Any]) -> list[ipaddress.IPv4Network]:
    """The IPv4 blocks among address prefixes; IPv6 is not judged."""
    return [ipaddress.IPv4Network(value) for value in values if isinstance(value, str) and ":" not in value]


def _space(values: Mapping[str, Any]) -> list[ipaddress.IPv4Network]:
    return _blocks((values.get("addressSpace") or {}).get("addressPrefixes") or [])


def _prefixes(values: Mapping[str, Any]) -> list[ipaddress.IPv4Network]:
    return _blocks(values.get("addressPrefixes") or [values.get("addressPrefix")])


def _refuse_network(call: Call) -> Sequence[Problem]:
    """A location of Azure's, and no block taken away that a subnet lies in."""
    problems = list(refuse_location(call))
    subnets = call.store.users_of_type(call.existing, SUBNET, "virtualNetworkName") if call.existing else []
    for subnet in subnets:
        for block in _prefixes(subnet.properties):
            if not any(block.subnet_of(outer) for outer in _space(call.inputs)):
                message = f"NetcfgSubnetRangeOutsideVnet: {block} of {subnet.properties['name']} would lie outside"
                problems.append(Problem("addressSpace.addressPrefixes", message, SUBNET_SOURCE))
    return problems


def _refuse_subnet(call: Call) -> Sequence[Problem]:
    """A subnet lies in its network's space, beside the others; its security group lies where the network does."""
    problems: list[Problem] = []
    network = call.other(azure_id(AZURE_NETWORK, call.account, call.inputs))
    if network is None:
        return ()
    outer = _space(network.properties)
    name = call.inputs.get("subnetName")
    for block in _prefixes(call.inputs):
        if not any(block.subnet_of(one) for one in outer):
            message = f"NetcfgSubnetRangeOutsideVnet: {block} is not inside {', '.join(map(str, outer))}"
            problems.append(Problem("addressPrefix", message, SUBNET_SOURCE))
        largest = LARGEST_PREFIX.get(str(name))
        if largest is not None and block.prefixlen > largest:
            problems.append(Problem("addressPrefix", f"{name} must be a /{largest} or larger", SUBNET_SOURCE))
        for other in call.beside("virtualNetworkName", network):
            if any(block.overlaps(taken) for taken in _prefixes(other.properties)):
                message = f"NetcfgSubnetRangesOverlap: {block} overlaps {other.properties.get('name')}"
                problems.append(Problem("addressPrefix", message, SUBNET_SOURCE))
    group = call.other((call.inputs.get("networkSecurityGroup") or {}).get("id"))
    if group is not None and name == "GatewaySubnet":
        source = 'VPN Gateway docs, "About VPN Gateway configuration settings": a group on this subnet is not supported'
        problems.append(Problem("networkSecurityGroup", "GatewaySubnet takes no network security group", source))
    if group is not None and group.properties.get("location") != network.properties.get("location"):
        message = (
            f"{group.properties.get('name')} lies in {group.properties.get('location')}, not where the network does"
        )
        problems.append(Problem("networkSecurityGroup.id", message, SUBNET_SOURCE))
    return problems


def _subnet_id(call: Call) -> str:
    return _path(call, "virtualNetworks", f"{call.inputs['virtualNetworkName']}/subnets/{call.inputs['subnetName']}")


def _subnet_outputs(call: Call, _: str) -> Mapping[str, Any]:
    return {
        "etag": f'W/"{call.uuid("etag")}"',
        "name": call.inputs["subnetName"],
        "privateEndpointNetworkPolicies": call.inputs.get("privateEndpointNetworkPolicies") or "Disabled",
        "privateLinkServiceNetworkPolicies": call.inputs.get("privateLinkServiceNetworkPolicies") or "Enabled",
        "provisioningState": "Succeeded",
    }


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    AZURE_NETWORK: Behaviour(
        id=lambda call: azure_id(AZURE_NETWORK, call.account, call.inputs),
        outputs=_network_outputs,
        names=lambda call, id: [f"azure/{call.account}|{id.lower()}"],
        refuse=_refuse_network,
    ),
    SUBNET: Behaviour(
        id=_subnet_id,
        outputs=_subnet_outputs,
        names=lambda call, id: [f"azure/{call.account}|{id.lower()}"],
        refuse=_refuse_subnet,
    ),
    SECURITY_GROUP: Behaviour(
        id=lambda call: _path(call, "networkSecurityGroups", call.inputs["networkSecurityGroupName"]),
        outputs=lambda call, _: {
            **_common(call, call.inputs["networkSecurityGroupName"], "networkSecurityGroups"),
            "securityRules": call.inputs.get("securityRules") or [],
        },
        names=lambda call, id: [f"azure/{call.account}|{id.lower()}"],
        refuse=refuse_location,
    ),
}
