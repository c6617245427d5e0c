"""Azure's virtual network: subnets of their own kind, each with its security group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_azure_native import network

from components.recovery.nsg import NsgRule, nsg_rules
from settings.addresses import azure_subnets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from ipaddress import IPv4Network

    import pulumi

    from components.base import ErpComponent
    from components.context import StackContext

DELEGATIONS = {
    "apps": ("container-apps", "Microsoft.App/environments"),
    "postgres": ("postgresql", "Microsoft.DBforPostgreSQL/flexibleServers"),
}
"""Subnets that one service has for itself: name of the delegation, service."""

PRIVATE = frozenset({"ingress", "endpoints"})
"""Subnets without Azure's default way out, which only their creation can decide. The delegated ones are left as they
come: their service brings its own way out."""


def make_network(
    component: ErpComponent, context: StackContext, group_name: pulumi.Input[str], block: IPv4Network
) -> tuple[network.VirtualNetwork, dict[str, network.Subnet]]:
    """The virtual network and its subnets by name.

    Subnets are resources of their own, so the network must never list them itself. Azure takes one change of a network
    at a time: each subnet waits for the one before.
    """
    virtual_network = network.VirtualNetwork(
        component.logical("network"),
        resource_group_name=group_name,
        location=context.azure_location,
        address_space=network.AddressSpaceArgs(address_prefixes=[str(block)]),
        tags=component.azure_tags(context),
        opts=component.child(),
    )
    plan = azure_subnets(block)
    groups = {
        subnet: _group(component, context, group_name, subnet, rules) for subnet, rules in nsg_rules(plan).items()
    }
    subnets: dict[str, network.Subnet] = {}
    previous: network.Subnet | None = None
    for name, prefix in plan.items():
        previous = subnets[name] = _subnet(
            component, group_name, virtual_network, name, prefix, group=groups.get(name), after=previous
        )
    return virtual_network, subnets


def _subnet(
    component: ErpComponent,
    group_name: pulumi.Input[str],
    virtual_network: network.VirtualNetwork,
    name: str,
    prefix: IPv4Network,
    *,
    group: network.NetworkSecurityGroup | None,
    after: network.Subnet | None,
) -> network.Subnet:
    """A subnet under its plain name: Azure fixes the gateway's, and the rest is known by it in every runbook."""
    delegation = DELEGATIONS.get(name)
    return network.Subnet(
        component.logical("subnet", name.removesuffix("Subnet").lower()),
        resource_group_name=group_name,
        virtual_network_name=virtual_network.name,
        subnet_name=name,
        address_prefix=str(prefix),
        network_security_group=group and network.NetworkSecurityGroupArgs(id=group.id),
        delegations=delegation and [network.DelegationArgs(name=delegation[0], service_name=delegation[1])],
        default_outbound_access=False if name in PRIVATE else None,
        private_endpoint_network_policies="NetworkSecurityGroupEnabled" if name == "endpoints" else None,
        opts=component.child(depends_on=[after] if after else None),
    )


def _group(
    component: ErpComponent,
    context: StackContext,
    group_name: pulumi.Input[str],
    subnet: str,
    rules: Sequence[NsgRule],
) -> network.NetworkSecurityGroup:
    """A subnet's security group with its rules inline; never mixed with rule resources."""
    return network.NetworkSecurityGroup(
        component.logical("filter", subnet),
        resource_group_name=group_name,
        location=context.azure_location,
        security_rules=[_rule(rule) for rule in rules],
        tags=component.azure_tags(context),
        opts=component.child(),
    )


def _rule(rule: NsgRule) -> network.SecurityRuleArgs:
    """One port goes into the singular property and several into the plural, as Azure gives them back."""
    single = len(rule.ports) == 1
    return network.SecurityRuleArgs(
        name=rule.name,
        description=rule.why[0].upper() + rule.why[1:],
        direction=rule.direction,
        access=rule.access,
        priority=rule.priority,
        protocol=rule.protocol,
        source_address_prefix=rule.source,
        source_port_range="*",
        destination_address_prefix=rule.destination,
        destination_port_range=rule.ports[0] if single else None,
        destination_port_ranges=None if single else list(rule.ports),
    )
