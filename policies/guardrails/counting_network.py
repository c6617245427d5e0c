"""Counts rules of security groups and network ACLs, and the groups of an interface, as EC2 does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from guardrails.counting import Count, is_in
from guardrails.model import Resource, Stack
from guardrails.values import Node

GROUPS: Final = ("aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
ACLS: Final = ("aws:ec2/networkAcl:NetworkAcl", "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl")
_LIST: Final = "aws:ec2/managedPrefixList:ManagedPrefixList"
_ACL_RULE: Final = "aws:ec2/networkAclRule:NetworkAclRule"
_OLD_RULE: Final = "aws:ec2/securityGroupRule:SecurityGroupRule"
_RULES: Final[Mapping[str, str]] = {
    "ingress": "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "egress": "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
}
_WAYS: Final[Mapping[str, str]] = {"ingress": "inbound", "egress": "outbound"}

# Where the groups of a network interface stand, by type of what has one.
INTERFACES: Final[Mapping[str, str]] = {
    "aws:ec2/instance:Instance": "vpcSecurityGroupIds",
    "aws:ec2/launchTemplate:LaunchTemplate": "vpcSecurityGroupIds",
    "aws:ec2/networkInterface:NetworkInterface": "securityGroups",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "securityGroupIds",
    "aws:ecs/service:Service": "networkConfiguration.securityGroups",
    "aws:efs/mountTarget:MountTarget": "securityGroups",
    "aws:elasticache/cluster:Cluster": "securityGroupIds",
    "aws:elasticache/replicationGroup:ReplicationGroup": "securityGroupIds",
    "aws:lambda/function:Function": "vpcConfig.securityGroupIds",
    "aws:lb/loadBalancer:LoadBalancer": "securityGroups",
    "aws:rds/instance:Instance": "vpcSecurityGroupIds",
    "aws:rds/proxy:Proxy": "vpcSecurityGroupIds",
}

_V4, _V6, _BOTH = (1, 0), (0, 1), (1, 1)


def groups_of_interfaces(stack: Stack, _: int) -> Iterator[Count]:
    """How many groups each interface has."""
    for kind, path in INTERFACES.items():
        for resource in stack.of_type(kind):
            groups = resource.read(*path.split("."))
            if isinstance(groups.raw, list):
                yield Count(sum(1 for _ in groups.items()), resource.name, resource.urn, groups.path)


def rules_of_groups(stack: Stack, _: int) -> Iterator[Count]:
    """How many rules each group has one way, of the IP family that has more."""
    lists = list(stack.of_type(_LIST))
    for group in stack.of_type(*GROUPS):
        for way, kind in _RULES.items():
            weights = [weight for rule in group.read(way).items() for weight in _inline(rule, lists)]
            weights += [_of_rule(rule, lists) for rule in stack.of_type(kind) if is_in(rule, "securityGroupId", group)]
            for rule in stack.of_type(_OLD_RULE):
                if rule.read("type").text() == way and is_in(rule, "securityGroupId", group):
                    weights += _inline(rule.read(), lists)
            yield _more(weights, f"{group.name} ({_WAYS[way]})", group)


def _of_rule(rule: Resource, lists: Iterable[Resource]) -> tuple[int, int]:
    if not rule.read("prefixListId").is_absent:
        return _of_list([one for one in lists if is_in(rule, "prefixListId", one)])
    if not rule.read("cidrIpv4").is_absent:
        return _V4
    return _BOTH if rule.read("cidrIpv6").is_absent else _V6


def _of_list(named: list[Resource]) -> tuple[int, int]:
    """A list counts by the entries that it may have; one of AWS's own, or of elsewhere, is not looked into."""
    if not named:
        return _BOTH
    entries = int(named[0].read("maxEntries").number(default=1) or 1)
    return (0, entries) if named[0].read("addressFamily").text() == "IPv6" else (entries, 0)


def _inline(rule: Node, lists: Iterable[Resource]) -> Iterator[tuple[int, int]]:
    """The weights of a rule in the form that names several sources at once: each is a rule of its own."""
    for key, weight in (("cidrBlocks", _V4), ("ipv6CidrBlocks", _V6), ("securityGroups", _BOTH)):
        for _ in rule.at(key).items():
            yield weight
    for named in rule.at("prefixListIds").items():
        yield _of_list([one for one in lists if one.read("id").raw == named.raw and named.is_known])
    if rule.at("self").flag() or not rule.at("sourceSecurityGroupId").is_absent:
        yield _BOTH


def rules_of_acls(stack: Stack, _: int) -> Iterator[Count]:
    """How many rules each network ACL has one way, of the IP family that has more, with its default deny rule."""
    for acl in stack.of_type(*ACLS):
        for way in _WAYS:
            beside = [rule.read() for rule in stack.of_type(_ACL_RULE) if is_in(rule, "networkAclId", acl)]
            outbound = way == "egress"
            rules = [
                *acl.read(way).items(),
                *(one for one in beside if one.at("egress").flag(default=False) is outbound),
            ]
            weights = [_V6 if not rule.at("ipv6CidrBlock").is_absent else _V4 for rule in rules if rule.is_known]
            yield _more([*weights, _BOTH], f"{acl.name} ({_WAYS[way]})", acl)


def _more(weights: Iterable[tuple[int, int]], where: str, resource: Resource) -> Count:
    found = list(weights)
    return Count(max((sum(pair[family] for pair in found) for family in (0, 1)), default=0), where, resource.urn)
