"""Quotas of AWS, over the whole stack: what would be refused half-way through an update is found before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from guardrails.counting import (
    Count,
    Counter,
    is_in,
    json_text,
    per_parent,
    per_region,
    per_zone,
    region,
    size,
    spread,
    zone,
)
from guardrails.counting_network import groups_of_interfaces, rules_of_acls, rules_of_groups
from guardrails.declare import Enforcement, Finding, Scope, Severity, StackRule
from guardrails.model import Resource, Stack
from guardrails.quotas import quotas
from guardrails.rules.iam import POLICY, ROLE, ROLE_POLICY
from guardrails.values import Node

_VPC: Final = "aws:ec2/vpc:Vpc"
_BALANCER: Final = "aws:lb/loadBalancer:LoadBalancer"
_LISTENER: Final = "aws:lb/listener:Listener"
_LISTENER_RULE: Final = "aws:lb/listenerRule:ListenerRule"
_LISTENER_CERTIFICATE: Final = "aws:lb/listenerCertificate:ListenerCertificate"
_TARGET_GROUP: Final = "aws:lb/targetGroup:TargetGroup"
_DATABASE: Final = "aws:rds/instance:Instance"
_CACHE: Final = "aws:elasticache/replicationGroup:ReplicationGroup"
_MEMCACHED: Final = "aws:elasticache/cluster:Cluster"
_FILE_SYSTEM: Final = "aws:efs/fileSystem:FileSystem"
_MOUNT_TARGET: Final = "aws:efs/mountTarget:MountTarget"
_PARAMETER: Final = "aws:ssm/parameter:Parameter"
_ATTACHMENT: Final = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"


def _of_listeners(kind: str) -> Counter:
    """So many of a type that each belong to a listener, on a load balancer."""

    def count(stack: Stack, _: int) -> Iterator[Count]:
        for balancer in stack.of_type(_BALANCER):
            listeners = _listeners(stack, balancer)
            found = [
                one for one in stack.of_type(kind) if any(is_in(one, "listenerArn", listener) for listener in listeners)
            ]
            yield Count(len(found), balancer.name, balancer.urn)

    return count


def _listeners(stack: Stack, balancer: Resource) -> list[Resource]:
    return [one for one in stack.of_type(_LISTENER) if is_in(one, "loadBalancerArn", balancer)]


def _target_groups(stack: Stack, _: int) -> Iterator[Count]:
    for balancer in stack.of_type(_BALANCER):
        listeners = _listeners(stack, balancer)
        rules = [
            one
            for one in stack.of_type(_LISTENER_RULE)
            if any(is_in(one, "listenerArn", listener) for listener in listeners)
        ]
        users = [*((one, "defaultActions") for one in listeners), *((one, "actions") for one in rules)]
        named = [
            group for group in stack.of_type(_TARGET_GROUP) if any(_forwards(one, key, group) for one, key in users)
        ]
        yield Count(len(named), balancer.name, balancer.urn)


def _forwards(user: Resource, key: str, group: Resource) -> bool:
    arn = group.read("arn").raw
    known = isinstance(arn, str) and any(arn == text for text in _texts(user.read(key)))
    return known or group.urn in user.links.get(key, frozenset())


def _texts(node: Node) -> Iterator[object]:
    if isinstance(node.raw, list):
        for item in node.items():
            yield from _texts(item)
    elif isinstance(node.raw, dict):
        for _, item in node.entries():
            yield from _texts(item)
    else:
        yield node.raw


def _cache_nodes(cache: Resource) -> int:
    if cache.type == _MEMCACHED:
        return int(cache.read("numCacheNodes").number(default=1) or 1) if _is_alone(cache) else 0
    shards = cache.read("numNodeGroups").number()
    replicas = cache.read("replicasPerNodeGroup").number(default=0)
    return int(shards * (1 + (replicas or 0))) if shards else int(cache.read("numCacheClusters").number(default=1) or 1)


def _is_alone(cluster: Resource) -> bool:
    """Whether it is a cache of its own, and no member of a replication group, whose nodes count there."""
    return cluster.read("replicationGroupId").is_absent


def _nodes_of_caches(stack: Stack, _: int) -> Iterator[Count]:
    for cache in stack.of_type(_CACHE):
        yield Count(_cache_nodes(cache), cache.name, cache.urn)


def _nodes_of_regions(stack: Stack, limit: int) -> Iterator[Count]:
    nodes = ((region(cache), cache) for cache in stack.of_type(_CACHE, _MEMCACHED) for _ in range(_cache_nodes(cache)))
    yield from spread(nodes, limit)


def _mount_targets(stack: Stack, limit: int) -> Iterator[Count]:
    for system in stack.of_type(_FILE_SYSTEM):
        own = (one for one in stack.of_type(_MOUNT_TARGET) if is_in(one, "fileSystemId", system))
        placed = ((zone(stack, one), one) for one in own)
        yield from spread(((place and f"{system.name} in {place}", one) for place, one in placed), limit)


def _policy_sizes(stack: Stack, _: int) -> Iterator[Count]:
    for policy in stack.of_type(POLICY):
        yield Count(size(json_text(policy.read("policy"))), policy.name, policy.urn, "policy")


def _inline_sizes(stack: Stack, _: int) -> Iterator[Count]:
    for role in stack.of_type(ROLE):
        beside = [one.read("policy") for one in stack.of_type(ROLE_POLICY) if is_in(one, "role", role)]
        # A role that is read back tells what stands beside it as well.
        own = [] if beside else [one.at("policy") for one in role.read("inlinePolicies").items()]
        yield Count(sum(size(json_text(one)) for one in (*beside, *own)), role.name, role.urn)


def _managed_policies(stack: Stack, _: int) -> Iterator[Count]:
    for role in stack.of_type(ROLE):
        beside = [one for one in stack.of_type(_ATTACHMENT) if is_in(one, "role", role)]
        own = [] if beside else [*role.read("managedPolicyArns").items()]
        yield Count(len(beside) + len(own), role.name, role.urn)


def _parameter_bytes(*tiers: str) -> Counter:
    def count(stack: Stack, _: int) -> Iterator[Count]:
        for parameter in stack.of_type(_PARAMETER):
            if parameter.read("tier").text(default="Standard") in tiers:
                for key in ("value", "insecureValue"):
                    text = json_text(parameter.read(key)) or ""
                    yield Count(len(text.encode()), parameter.name, parameter.urn, key)

    return count


def _is_interface(endpoint: Resource) -> bool:
    return endpoint.read("vpcEndpointType").text(default="Gateway") in {"Interface", "GatewayLoadBalancer"}


COUNTERS: Final[Mapping[str, Counter]] = {
    "elastic-ips-per-region": per_region("aws:ec2/eip:Eip"),
    "vpcs-per-region": per_region(_VPC, "aws:ec2/defaultVpc:DefaultVpc"),
    "subnets-per-vpc": per_parent({"aws:ec2/subnet:Subnet": "vpcId"}, _VPC),
    "nat-gateways-per-zone": per_zone("aws:ec2/natGateway:NatGateway"),
    "rules-per-security-group": rules_of_groups,
    "groups-per-interface": groups_of_interfaces,
    "rules-per-network-acl": rules_of_acls,
    "interface-endpoints-per-vpc": per_parent({"aws:ec2/vpcEndpoint:VpcEndpoint": "vpcId"}, _VPC, counts=_is_interface),
    "load-balancers-per-region": per_region(_BALANCER),
    "rules-per-load-balancer": _of_listeners(_LISTENER_RULE),
    "certificates-per-load-balancer": _of_listeners(_LISTENER_CERTIFICATE),
    "target-groups-per-load-balancer": _target_groups,
    "database-instances-per-region": per_region(_DATABASE, "aws:rds/clusterInstance:ClusterInstance"),
    "database-proxies-per-region": per_region("aws:rds/proxy:Proxy"),
    "copied-backups-per-region": per_region(
        "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
    ),
    "replicas-per-database": per_parent({_DATABASE: "replicateSourceDb"}, _DATABASE),
    "nodes-per-cache": _nodes_of_caches,
    "cache-nodes-per-region": _nodes_of_regions,
    "access-points-per-file-system": per_parent({"aws:efs/accessPoint:AccessPoint": "fileSystemId"}, _FILE_SYSTEM),
    "mount-targets-per-zone": _mount_targets,
    "managed-policies-per-role": _managed_policies,
    "managed-policy-characters": _policy_sizes,
    "inline-policy-characters": _inline_sizes,
    "standard-parameter-bytes": _parameter_bytes("Standard"),
    "advanced-parameter-bytes": _parameter_bytes("Advanced", "Intelligent-Tiering"),
}
"""How each row of quotas.json is counted. The capacity units of web ACLs are not: AWS alone computes them."""


def _keeps_within(stack: Stack, scope: Scope) -> Iterator[Finding]:
    for name, quota in quotas().items():
        limit = scope.settings.quotas.get(name, quota.limit)
        for count in COUNTERS[name](stack, limit):
            if count.number > limit:
                problem = (
                    f"brings the {quota.what} of {count.where} to {count.number}, expected {limit} at most ({name})"
                )
                yield Finding(count.path, problem, count.urn)


KEEP_WITHIN = StackRule(
    id="keep-within-quotas",
    title="What the stack needs is what its AWS account may have",
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="AWS refuses what is beyond a quota in the middle of an update, and raising one takes days.",
    mend="Use fewer, or have AWS raise the quota (Service Quotas, per account and region) and then write the new "
    "number under quotas in the pack's settings.yaml.",
    example="""
aws.servicequotas.ServiceQuota("elastic-ips", service_code="ec2", quota_code="L-0263D0A3", value=10)
""",
    check=_keeps_within,
)

RULES: Final = (KEEP_WITHIN,)
