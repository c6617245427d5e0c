"""Networks in Azure: network security groups and subnets, as resources of their own and inline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity, found
from guardrails.model import Resource
from guardrails.networks import is_open
from guardrails.values import Node

GROUP: Final = "azure-native:network:NetworkSecurityGroup"
SECURITY_RULE: Final = "azure-native:network:SecurityRule"
SUBNET: Final = "azure-native:network:Subnet"
NETWORK: Final = "azure-native:network:VirtualNetwork"

_ANYWHERE: Final = frozenset({"*", "any", "internet", "0.0.0.0", "::"})  # noqa: S104  looked for, not bound to
_RENTED: Final = "azurecloud"  # the service tag of all public addresses of Azure, everybody's machines among them
# Azure runs what is in these subnets and refuses, or does without, a network security group of ours.
_AZURES_OWN: Final = frozenset({
    "GatewaySubnet", "AzureFirewallSubnet", "AzureFirewallManagementSubnet", "RouteServerSubnet",
})  # fmt: skip


def _admits_no_one_from_anywhere(resource: Resource, scope: Scope) -> Iterator[Finding]:
    rules = resource.read("securityRules").items() if resource.type == GROUP else iter([resource.read()])
    for rule in rules:
        if (_word(rule, "access"), _word(rule, "direction")) != ("allow", "inbound"):
            continue
        for source in _sources(rule):
            if _is_anywhere(source, scope):
                yield found(
                    source, f"is {source.shown()}: anybody may connect; expected named ranges, groups or service tags"
                )


def _word(rule: Node, key: str) -> str | None:
    """A property whose spelling Azure takes in any case."""
    text = rule.at(key).text()
    return None if text is None else text.lower()


def _sources(rule: Node) -> Iterator[Node]:
    """The sources, which Azure knows in singular and plural."""
    yield rule.at("sourceAddressPrefix")
    yield from rule.at("sourceAddressPrefixes").items()


def _is_anywhere(source: Node, scope: Scope) -> bool:
    text = (source.text() or "").lower()
    if text in _ANYWHERE or text.partition(".")[0] == _RENTED:
        return True
    is_range = text[:1].isdigit() or ":" in text  # the rest are service tags
    return is_range and is_open(source, scope.settings.wide_ranges)


REFUSE_OPEN = ResourceRule(
    id="refuse-open-azure-ingress",
    title="No network security group admits the internet, or a wide part of it",
    types=(GROUP, SECURITY_RULE),
    severity=Severity.CRITICAL,
    enforcement=Enforcement.ALWAYS,
    why="Even the entrance is only meant for the edge network; a rule that is open, on whichever port, lets anybody "
    "around it.",
    mend="Name the group, service tag or range that may connect: private, or public from /16 (IPv6: /32) on, or one of "
    "wide_ranges in settings.yaml of the pack. Where the internet must, add an exemption.",
    example="""
azure_native.network.SecurityRuleArgs(name="https-from-edge", access="Allow", direction="Inbound", priority=100,
    protocol="Tcp", source_address_prefixes=edge_ranges, source_port_range="*",
    destination_address_prefix="*", destination_port_range="443")
""",
    check=_admits_no_one_from_anywhere,
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
