"""Quotas: each row at its limit and one beyond, as the rule over the stack counts it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

import pytest
from guardrails.configuration import load_settings
from guardrails.declare import Environment, Finding, Scope
from guardrails.model import Provider, Resource, Stack
from guardrails.quotas import problem_of, quotas
from guardrails.rules.quotas import COUNTERS, KEEP_WITHIN
from guardrails.values import UNKNOWN

from tests.policies.harness import DATA

SETTINGS = replace(load_settings(DATA / "settings.yaml"), quotas={})
PROVIDER = Provider("aws", {"region": "eu-central-1"})

EIP, VPC, SUBNET, NAT = "ec2/eip:Eip", "ec2/vpc:Vpc", "ec2/subnet:Subnet", "ec2/natGateway:NatGateway"
GROUP, ACL, ENDPOINT = "ec2/securityGroup:SecurityGroup", "ec2/networkAcl:NetworkAcl", "ec2/vpcEndpoint:VpcEndpoint"
INGRESS = "vpc/securityGroupIngressRule:SecurityGroupIngressRule"
BALANCER, LISTENER = "lb/loadBalancer:LoadBalancer", "lb/listener:Listener"
ROLE, POLICY, INLINE = "iam/role:Role", "iam/policy:Policy", "iam/rolePolicy:RolePolicy"
CACHE, MEMCACHED = "elasticache/replicationGroup:ReplicationGroup", "elasticache/cluster:Cluster"


def make(kind: str, name: str, links: Mapping[str, str] | None = None, /, **props: Any) -> Resource:
    token = f"aws:{kind}"
    sources = {key: frozenset({f"urn:{source}"}) for key, source in (links or {}).items()}
    return Resource(f"urn:{name}", token, name, props, PROVIDER, sources)


def many(count: int, kind: str, **props: Any) -> list[Resource]:
    return [make(kind, f"n{index}", **props) for index in range(count)]


def found(*resources: Resource, raised: Mapping[str, int] | None = None) -> list[Finding]:
    scope = Scope(Environment.PROD, replace(SETTINGS, quotas=dict(raised or {})))
    return list(KEEP_WITHIN.check(Stack(tuple(resources)), scope))


def parent(kind: str) -> Resource:
    return make(kind, "parent", id="p-1", arn="p-1", name="p-1")


def of(kind: str, child: str, key: str, **props: Any) -> Callable[[int], list[Resource]]:
    return lambda count: [parent(kind), *many(count, child, **{key: "p-1"}, **props)]


def document(length: int) -> str:
    """A policy document of so many characters, and white space that does not count."""
    empty = len("".join(json.dumps({"Sid": ""}).split()))
    return json.dumps({"Sid": "a" * (length - empty)}, indent=2)


def balanced(kind: str, **props: Any) -> Callable[[int], list[Resource]]:
    listener = make(LISTENER, "listener", id="l-1", loadBalancerArn="p-1")
    return lambda count: [parent(BALANCER), listener, *many(count, kind, listenerArn="l-1", **props)]


def forwarding(count: int) -> list[Resource]:
    groups = [make("lb/targetGroup:TargetGroup", f"g{index}", arn=f"tg-{index}") for index in range(count)]
    arns = [{"arn": group.raw["arn"]} for group in groups if isinstance(group.raw, dict)]
    listener = make(LISTENER, "listener", id="l-1", loadBalancerArn="p-1",
                    defaultActions=[{"type": "forward", "targetGroupArn": "tg-0"}])  # fmt: skip
    rule = make("lb/listenerRule:ListenerRule", "rule", listenerArn="l-1",
                actions=[{"type": "forward", "forward": {"targetGroups": arns}}])  # fmt: skip
    return [parent(BALANCER), listener, rule, *groups]


ROWS: dict[str, Callable[[int], list[Resource]]] = {
    "elastic-ips-per-region": lambda count: many(count, EIP),
    "vpcs-per-region": lambda count: many(count, VPC),
    "subnets-per-vpc": of(VPC, SUBNET, "vpcId"),
    "nat-gateways-per-zone": lambda count: [
        make(SUBNET, "subnet", id="s-1", availabilityZone="eu-central-1a"), *many(count, NAT, subnetId="s-1")],
    "rules-per-security-group": of(GROUP, INGRESS, "securityGroupId", cidrIpv4="10.0.0.0/8"),
    "groups-per-interface": lambda count: [make(BALANCER, "it", securityGroups=[f"sg-{n}" for n in range(count)])],
    "rules-per-network-acl": lambda count: [make(ACL, "it", ingress=[{"ruleNo": n} for n in range(count - 1)])],
    "interface-endpoints-per-vpc": of(VPC, ENDPOINT, "vpcId", vpcEndpointType="Interface"),
    "load-balancers-per-region": lambda count: many(count, BALANCER),
    "rules-per-load-balancer": balanced("lb/listenerRule:ListenerRule"),
    "certificates-per-load-balancer": balanced("lb/listenerCertificate:ListenerCertificate"),
    "target-groups-per-load-balancer": forwarding,
    "database-instances-per-region": lambda count: many(count, "rds/instance:Instance"),
    "database-proxies-per-region": lambda count: many(count, "rds/proxy:Proxy"),
    "copied-backups-per-region": lambda count: many(
        count, "rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"),
    "replicas-per-database": of("rds/instance:Instance", "rds/instance:Instance", "replicateSourceDb"),
    "nodes-per-cache": lambda count: [make(CACHE, "it", numNodeGroups=count / 2, replicasPerNodeGroup=1)],
    "cache-nodes-per-region": lambda count: [
        make(CACHE, "it", numNodeGroups=40, replicasPerNodeGroup=1),
        make(CACHE, "plain", numCacheClusters=2),
        make(MEMCACHED, "member", replicationGroupId="it", numCacheNodes=9),
        make(MEMCACHED, "memory", numCacheNodes=count - 82)],
    "access-points-per-file-system": of("efs/fileSystem:FileSystem", "efs/accessPoint:AccessPoint", "fileSystemId"),
    "mount-targets-per-zone": lambda count: [
        parent("efs/fileSystem:FileSystem"), make(SUBNET, "subnet", id="s-1", availabilityZone="eu-central-1a"),
        *many(count, "efs/mountTarget:MountTarget", fileSystemId="p-1", subnetId="s-1")],
    "managed-policies-per-role": of(ROLE, "iam/rolePolicyAttachment:RolePolicyAttachment", "role"),
    "managed-policy-characters": lambda count: [make(POLICY, "it", policy=document(count))],
    "inline-policy-characters": lambda count: [
        parent(ROLE), make(INLINE, "one", role="p-1", policy=document(4000)),
        make(INLINE, "two", role="p-1", policy=document(count - 4000))],
    "standard-parameter-bytes": lambda count: [make("ssm/parameter:Parameter", "it", value="ä" * (count // 2) +
                                                    "a" * (count % 2))],
    "advanced-parameter-bytes": lambda count: [make("ssm/parameter:Parameter", "it", tier="Advanced",
                                                    value="a" * count)],
}  # fmt: skip


def test_every_row_is_counted_and_tried() -> None:
    assert set(COUNTERS) == set(quotas()) == set(ROWS)


@pytest.mark.parametrize("row", ROWS)
def test_a_row_says_where_it_comes_from(row: str) -> None:
    quota = quotas()[row]
    assert len(quota.source) > 20
    assert quota.most is None or quota.most >= quota.limit


@pytest.mark.req("Y2")
@pytest.mark.parametrize("row", ROWS)
def test_what_reaches_a_quota_passes_and_what_exceeds_it_is_found(row: str) -> None:
    limit = quotas()[row].limit
    step = 2 if row == "nodes-per-cache" else 1  # each shard has a replica
    assert found(*ROWS[row](limit)) == []
    findings = found(*ROWS[row](limit + step))
    assert [finding.problem.rpartition(" (")[2] for finding in findings] == [f"{row})"]
    assert f" to {limit + step}, expected {limit} at most" in findings[0].problem
    assert findings[0].urn in {one.urn for one in ROWS[row](limit + step)}


@pytest.mark.parametrize("row", ROWS)
def test_a_quota_that_was_raised_holds_at_its_new_height(row: str) -> None:
    limit = quotas()[row].limit + 2
    assert found(*ROWS[row](limit), raised={row: limit}) == []
    assert len(found(*ROWS[row](limit), raised={row: limit - 1})) == 1


@pytest.mark.parametrize(
    ("name", "limit", "problem"),
    [
        ("elastic-ips-per-region", 6, None),
        ("elastic-ips-per-region", 5, None),
        ("elastic-ips-per-region", 4, "expected a number of 5 or more"),
        ("elastic-ips-per-region", "6", "expected a number of 5 or more"),
        ("elastic-ips-per-region", True, "expected a number of 5 or more"),
        ("groups-per-interface", 16, None),
        ("groups-per-interface", 17, "AWS gives 16 at most"),
        ("managed-policy-characters", 6145, "AWS raises it for nobody"),
        ("elastic-ips", 6, "no such quota"),
    ],
)
def test_a_setting_can_say_what_aws_can_have_raised(name: str, limit: object, problem: str | None) -> None:
    assert problem_of(name, limit) == problem


def test_regions_and_zones_are_counted_apart() -> None:
    elsewhere = [make(EIP, f"e{index}", region="eu-west-1") for index in range(5)]
    assert found(*many(5, EIP), *elsewhere) == []
    subnets = [make(SUBNET, zone, id=zone, availabilityZone=zone) for zone in ("a", "b")]
    gateways = [make(NAT, f"{zone}{index}", subnetId=zone) for zone in ("a", "b") for index in range(5)]
    assert found(*subnets, *gateways) == []
    (finding,) = found(*many(6, EIP), *elsewhere)
    assert finding.urn == "urn:n5", "the first that is one too many"


def rule(name: str, **props: Any) -> Resource:
    return make(INGRESS, name, securityGroupId="p-1", **props)


def test_a_prefix_list_counts_by_its_entries_and_the_families_apart() -> None:
    ipv4 = make("ec2/managedPrefixList:ManagedPrefixList", "l4", id="pl-4", addressFamily="IPv4", maxEntries=50)
    ipv6 = make("ec2/managedPrefixList:ManagedPrefixList", "l6", id="pl-6", addressFamily="IPv6", maxEntries=50)
    lists = [ipv4, ipv6, rule("four", prefixListId="pl-4"), rule("six", prefixListId="pl-6")]
    own = [rule(f"c{index}", cidrIpv4="10.0.0.0/8") for index in range(9)]
    groups = [rule("both", referencedSecurityGroupId="sg-2")]
    assert found(parent(GROUP), *lists, *own, *groups) == []
    (finding,) = found(parent(GROUP), *lists, *own, *groups, rule("aws", prefixListId="pl-of-aws"))
    assert "rules of parent (inbound) to 61" in finding.problem
    assert found(parent(GROUP), *lists, *groups, *(rule(f"v{n}", cidrIpv6="::/0") for n in range(9))) == []


def test_rules_inside_a_group_and_in_the_older_form_count_by_their_sources() -> None:
    sources = {"cidrBlocks": ["10.0.0.0/8"] * 30, "ipv6CidrBlocks": ["::/0"], "securityGroups": ["sg-1"], "self": True}
    group = make(GROUP, "it", id="p-1", ingress=[{**sources, "prefixListIds": ["pl-x"]}])
    older = make("ec2/securityGroupRule:SecurityGroupRule", "old", securityGroupId="p-1", type="ingress",
                 cidrBlocks=["10.0.0.0/8"] * 27)  # fmt: skip
    assert found(group, older) == []
    other_way = replace(older, urn="urn:out", raw={**cast("dict[str, Any]", older.raw), "type": "egress"})
    assert found(group, older, other_way) == []
    assert len(found(group, older, rule("more", cidrIpv4="10.0.0.0/8"))) == 1


def test_rules_beside_a_network_acl_count_one_way() -> None:
    acl = make(ACL, "it", id="p-1", egress=[{"ruleNo": number} for number in range(10)])
    beside = many(9, "ec2/networkAclRule:NetworkAclRule", networkAclId="p-1", egress=True)
    other = many(19, "ec2/networkAclRule:NetworkAclRule", networkAclId="p-1", ipv6CidrBlock="::/0")
    assert found(acl, *beside, *other) == []
    (finding,) = found(acl, *beside, make("ec2/networkAclRule:NetworkAclRule", "last", networkAclId="p-1", egress=True))
    assert "it (outbound) to 21" in finding.problem


def test_in_a_first_preview_what_a_value_came_from_decides() -> None:
    group = make(GROUP, "it")
    rules = [make(INGRESS, f"r{n}", {"securityGroupId": "it"}, securityGroupId=UNKNOWN) for n in range(61)]
    assert len(found(group, *rules)) == 1
    strangers = [make(INGRESS, f"r{n}", {"securityGroupId": "other"}, securityGroupId=UNKNOWN) for n in range(61)]
    assert found(group, *strangers) == []


def test_what_is_not_known_yet_is_not_counted() -> None:
    nowhere = [replace(make(EIP, f"n{n}", region=UNKNOWN), provider=None) for n in range(9)]
    assert found(*nowhere, make(POLICY, "it", policy=UNKNOWN), make(NAT, "gateway", subnetId=UNKNOWN)) == []
    assert found(make(BALANCER, "it", securityGroups=UNKNOWN), make(GROUP, "group", ingress=UNKNOWN)) == []


def test_a_role_that_is_read_back_counts_its_policies_once() -> None:
    own = [{"name": "one", "policy": document(6000)}]
    role = make(ROLE, "it", id="p-1", inlinePolicies=own)
    assert found(role, make(INLINE, "one", role="p-1", policy=document(6000))) == []
    assert len(found(make(ROLE, "it", inlinePolicies=[*own, *own]))) == 1
