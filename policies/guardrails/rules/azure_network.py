"""Networks in Azure: network security groups and subnets, as resources of their own and inline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity, found
from guardrails.model import Resource
from guardrails.networks import admin_ports_in, is_anywhere
from guardrails.values import IllTypedError, Node

GROUP: Final = "azure-native:network:NetworkSecurityGroup"
SECURITY_RULE: Final = "azure-native:network:SecurityRule"
SUBNET: Final = "azure-native:network:Subnet"
NETWORK: Final = "azure-native:network:VirtualNetwork"

_ANYWHERE: Final = frozenset({"*", "internet", "any"})
# Azure runs what is in these subnets and refuses, or does without, a network security group of ours.
_AZURES_OWN: Final = frozenset({
    "GatewaySubnet", "AzureFirewallSubnet", "AzureFirewallManagementSubnet", "RouteServerSubnet",
})  # fmt: skip


def _admits_no_administration(resource: Resource, _: Scope) -> Iterator[Finding]:
    rules = resource.read("securityRules").items() if resource.type == GROUP else iter([resource.read()])
    for rule in rules:
        if (_word(rule, "access"), _word(rule, "direction")) != ("allow", "inbound"):
            continue
        if _word(rule, "protocol") not in {"tcp", "*"}:
            continue
        ports = _ports(rule)
        if not ports:
            continue
        for source in _either(rule, "sourceAddressPrefix", "sourceAddressPrefixes"):
            if _is_anywhere(source):
                problem = f"is {source.shown()} for {', '.join(ports)}, expected named ranges or service tags"
                yield found(source, problem)


def _word(rule: Node, key: str) -> str | None:
    """A property whose spelling Azure takes in any case."""
    text = rule.at(key).text()
    return None if text is None else text.lower()


def _either(rule: Node, one: str, many: str) -> Iterator[Node]:
    """The values of a property that Azure knows in singular and plural."""
    single = rule.at(one)
    if not single.is_absent:
        yield single
    yield from rule.at(many).items()


def _is_anywhere(source: Node) -> bool:
    text = source.text()
    if text is None:
        return False
    if text.lower() in _ANYWHERE:
        return True
    is_range = text[:1].isdigit() or ":" in text  # the rest are service tags
    return is_range and is_anywhere(source)


def _ports(rule: Node) -> list[str]:
    """What the destination ports open that nobody should reach from anywhere, in words."""
    words: list[str] = []
    for ports in _either(rule, "destinationPortRange", "destinationPortRanges"):
        text = ports.text()
        if text is None:
            continue
        if text in {"*", "0-65535"}:
            words.append("every port")
            continue
        first, _, last = text.partition("-")
        if not first.isdigit() or not (last or first).isdigit():
            raise IllTypedError(ports.path, "a port, a range of ports or *")
        words += [f"port {port}" for port in admin_ports_in(int(first), int(last or first))]
    return words


REFUSE_OPEN = ResourceRule(
    id="refuse-open-azure-ingress",
    title="No network security group opens every port or remote administration to the internet",
    types=(GROUP, SECURITY_RULE),
    severity=Severity.CRITICAL,
    enforcement=Enforcement.ALWAYS,
    why="SSH, RDP and WinRM are tried from all over the world within minutes of being reachable.",
    mend="Name the ranges or service tags that may connect, and the ports that they need.",
    example="""
azure_native.network.SecurityRuleArgs(name="https-from-edge", access="Allow", direction="Inbound", priority=100,
    protocol="Tcp", source_address_prefixes=edge_ranges, source_port_range="*",
    destination_address_prefix="*", destination_port_range="443")
""",
    check=_admits_no_administration,
)


def _subnets(resource: Resource) -> Iterator[Node]:
    """The subnets that a resource declares, but for those that Azure runs and those whose name is not known yet."""
    nodes = iter([resource.read()]) if resource.type == SUBNET else resource.read("subnets").items()
    for node in nodes:
        # The resource goes by subnetName, an inline subnet by name; without either the logical name decides.
        given = node.at("subnetName") if not node.at("subnetName").is_absent else node.at("name")
        name = given.text(default=resource.name)
        if name is not None and name not in _AZURES_OWN:
            yield node


def _has_group(resource: Resource, _: Scope) -> Iterator[Finding]:
    for subnet in _subnets(resource):
        group = subnet.at("networkSecurityGroup", "id")
        if group.is_absent:
            yield found(group, "is not set, expected the id of a network security group")


ATTACH_GROUPS = ResourceRule(
    id="attach-network-security-groups",
    title="Each subnet has a network security group",
    types=(SUBNET, NETWORK),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Without one everything in the virtual network, and whatever is joined to it, reaches every port.",
    mend="Attach a group. Subnets that Azure itself runs (gateway, firewall, route server) are left out.",
    example="""
azure_native.network.Subnet("apps", ...,
    network_security_group=azure_native.network.NetworkSecurityGroupArgs(id=group.id))
""",
    check=_has_group,
)


def _stays_in(resource: Resource, _: Scope) -> Iterator[Finding]:
    for subnet in _subnets(resource):
        # A subnet that is delegated belongs to a managed service, which brings its own way out; Azure supports no
        # private subnet there (Microsoft, "Default outbound access in Azure", limitations).
        if next(subnet.at("delegations").items(), None) is not None:
            continue
        access = subnet.at("defaultOutboundAccess")
        if access.flag(default=True):
            yield found(access, f"is {access.shown()}, expected false")


REFUSE_DEFAULT_OUTBOUND = ResourceRule(
    id="refuse-default-outbound",
    title="Subnets reach the internet only by a way of our own",
    types=(SUBNET, NETWORK),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="The default way out goes through addresses that are neither ours nor logged, and Azure is retiring it.",
    mend="Switch it off when the subnet is made (later it can't be) and add a NAT gateway where a way out is needed.",
    example='azure_native.network.Subnet("apps", ..., default_outbound_access=False)',
    check=_stays_in,
)

RULES: Final = (REFUSE_OPEN, ATTACH_GROUPS, REFUSE_DEFAULT_OUTBOUND)
