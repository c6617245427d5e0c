"""Packet filters: a network ACL per tier, and security groups with one resource per rule."""

from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import NotRequired, TypedDict

from pulumi_aws import ec2
from pulumi_aws import vpc as vpc_rules

from components.base import ErpComponent
from components.network.nacl import AclRule, tier_acls
from components.network.reach import ANYWHERE, GROUPS, REACHES, Group, Reach
from settings.addresses import Tier


def make_acls(
    network: ErpComponent,
    vpc: ec2.Vpc,
    block: IPv4Network,
    plan: Mapping[Tier, Mapping[str, IPv4Network]],
    subnets: Mapping[Tier, Mapping[str, ec2.Subnet]],
) -> None:
    """An ACL per tier with its rules inline and all of the tier's subnets; never mixed with rule resources."""
    for tier, acl in tier_acls(block, plan).items():
        ec2.NetworkAcl(
            network.logical("acl", tier),
            vpc_id=vpc.id,
            subnet_ids=[subnet.id for subnet in subnets[tier].values()],
            ingress=[ec2.NetworkAclIngressArgs(**_entry(rule)) for rule in acl.ingress],
            egress=[ec2.NetworkAclEgressArgs(**_entry(rule)) for rule in acl.egress],
            tags=network.tags(Name=network.logical(tier), Tier=tier),
            opts=network.child(),
        )


class _Entry(TypedDict):
    """A rule in the form that both directions take."""

    rule_no: int
    action: str
    protocol: str
    cidr_block: str
    from_port: int
    to_port: int
    icmp_type: NotRequired[int]
    icmp_code: NotRequired[int]


def _entry(rule: AclRule) -> _Entry:
    entry = _Entry(
        rule_no=rule.number,
        action="allow",
        protocol=rule.protocol,
        cidr_block=str(rule.block),
        from_port=0 if rule.protocol == "icmp" else rule.first,
        to_port=0 if rule.protocol == "icmp" else rule.last,
    )
    if rule.protocol == "icmp":
        entry["icmp_type"], entry["icmp_code"] = rule.first, rule.last
    return entry


def make_groups(network: ErpComponent, vpc: ec2.Vpc) -> dict[Group, ec2.SecurityGroup]:
    """A group per tier and one for the endpoints, and their rules.

    The names are AWS's to give: a fixed one would stand in its own way when the group has to be replaced.
    """
    groups: dict[Group, ec2.SecurityGroup] = {
        group: ec2.SecurityGroup(
            network.logical("group", group),
            vpc_id=vpc.id,
            description=what,
            tags=network.tags(Name=network.logical(group)),
            opts=network.child(),
        )
        for group, what in GROUPS.items()
    }
    for reach in REACHES:
        _rules(network, groups, reach)
    return groups


def _rules(network: ErpComponent, groups: Mapping[Group, ec2.SecurityGroup], reach: Reach) -> None:
    """Out of the source's group, and into the target's unless that is the internet."""
    tags = network.tags()
    to_internet = reach.target == "internet"
    vpc_rules.SecurityGroupEgressRule(
        network.logical("egress", reach.source, reach.target, reach.what),
        security_group_id=groups[reach.source].id,
        referenced_security_group_id=None if reach.target == "internet" else groups[reach.target].id,
        cidr_ipv4=ANYWHERE if to_internet else None,
        ip_protocol="tcp",
        from_port=reach.first,
        to_port=reach.last,
        description=f"To {reach.target}: {reach.why}",
        tags=tags,
        opts=network.child(),
    )
    if reach.target == "internet":
        return
    vpc_rules.SecurityGroupIngressRule(
        network.logical("ingress", reach.target, reach.source, reach.what),
        security_group_id=groups[reach.target].id,
        referenced_security_group_id=groups[reach.source].id,
        ip_protocol="tcp",
        from_port=reach.first,
        to_port=reach.last,
        description=f"From {reach.source}: {reach.why}",
        tags=tags,
        opts=network.child(),
    )
