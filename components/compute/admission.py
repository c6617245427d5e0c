"""Who may connect to the load balancer: Cloudflare's servers, by one prefix list that two rules of its group name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_aws import ec2
from pulumi_aws import vpc as vpc_rules

from components.compute import edge_ranges

if TYPE_CHECKING:
    import pulumi

    from components.base import ErpComponent


def admit_edge(owner: ErpComponent, group_id: pulumi.Input[str]) -> None:
    """Let the edge's servers, and nobody else, into the load balancer's group.

    This alone would let every customer of Cloudflare in: who comes from our own zone is for mutual TLS to say. One list
    for both ports, so that a range changes in one place; IPv4 alone, as the network is.
    """
    ranges = ec2.ManagedPrefixList(
        owner.logical("edge-ranges"),
        address_family="IPv4",
        max_entries=edge_ranges.MAX_ENTRIES,
        entries=[{"cidr": str(block), "description": "Cloudflare"} for block in edge_ranges.IPV4],
        tags=owner.tags(Name=owner.logical("edge-ranges"), AsOf=edge_ranges.AS_OF.isoformat()),
        opts=owner.child(),
    )
    for port in edge_ranges.PORTS:
        what = "https" if port == 443 else "http"
        vpc_rules.SecurityGroupIngressRule(
            owner.logical("ingress-edge", what),
            security_group_id=group_id,
            prefix_list_id=ranges.id,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            description="From Cloudflare: visitors" + ("" if port == 443 else ", to be sent on to HTTPS"),
            tags=owner.tags(),
            opts=owner.child(),
        )
