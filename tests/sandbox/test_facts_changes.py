"""What a change of inputs does: nothing, an update, a replacement, or something that the cloud refuses."""

import json
from typing import Any

import pytest

from sandbox import facts
from sandbox.facts.predicates import REPLACES
from sandbox.facts.same import SAME, Sides
from sandbox.values import UNKNOWN, Asset, Secret
from tests.sandbox.facts_cases import GOOD
from tests.sandbox.test_facts_limits import type_facts

KEY = "aws:kms/key:Key"
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
RECORD = "cloudflare:index/dnsRecord:DnsRecord"
GROUP = "azure-native:network:NetworkSecurityGroup"
ARN = "arn:aws:kms:eu-central-1:111111111111:key/abc"


def changes(token: str, old: dict[str, Any], new: dict[str, Any], **options: Any) -> dict[str, Any]:
    of_type = facts.load(token)
    assert of_type is not None
    found = facts.changed_paths(of_type, {**GOOD[token], **old}, {**GOOD[token], **new}, **options)
    return {change.path: change.refused or change.replace for change in found}


def known(token: str) -> dict[str, Any]:
    """Known values in the place of those that the good inputs leave unknown."""
    return {key: "known" for key, value in GOOD[token].items() if value in (UNKNOWN, [UNKNOWN])}


@pytest.mark.parametrize("token", sorted(GOOD))
def test_the_same_inputs_show_no_change(token: str) -> None:
    quiet = known(token)
    assert changes(token, quiet, quiet) == {}


@pytest.mark.parametrize(
    ("token", "old", "new", "expected"),
    [
        (KEY, {}, {"description": "other"}, {"description": False}),
        (KEY, {}, {"multiRegion": False}, {"multiRegion": True}),
        (KEY, {}, {"multiRegion": None}, {}),  # left out: the provider keeps what there is
        (KEY, {"isEnabled": None}, {"isEnabled": True}, {}),  # its default
        (KEY, {}, {"tags": {"Component": "encryption", "Data": "x"}}, {"tags.Data": False}),
        (
            KEY,
            {"policy": '{"Statement": {"Action": ["b", "a"]}}'},
            {"policy": '{"Statement":[{"Action":["a","b"]}]}'},
            {},
        ),
        (KEY, {"policy": '{"Statement": []}'}, {"policy": '{"Statement": [1]}'}, {"policy": False}),
        ("aws:kms/alias:Alias", {"targetKeyId": ARN}, {"targetKeyId": "abc"}, {}),
        ("aws:kms/alias:Alias", {"targetKeyId": ARN}, {"targetKeyId": "abd"}, {"targetKeyId": False}),
        ("aws:ec2/vpc:Vpc", {}, {"cidrBlock": "10.1.0.0/16"}, {"cidrBlock": True}),
        (
            "aws:ec2/vpc:Vpc",
            {"instanceTenancy": "dedicated"},
            {"instanceTenancy": "default"},
            {"instanceTenancy": False},
        ),
        (
            "aws:ec2/vpc:Vpc",
            {"instanceTenancy": "default"},
            {"instanceTenancy": "dedicated"},
            {"instanceTenancy": True},
        ),
        (
            "aws:ec2/subnet:Subnet",
            {"ipv6CidrBlock": "fd00::/64"},
            {"ipv6CidrBlock": "fd01::/64"},
            {"ipv6CidrBlock": False},
        ),
        (
            "aws:ec2/subnet:Subnet",
            {"ipv6CidrBlock": "fd00::/64", "assignIpv6AddressOnCreation": True},
            {"ipv6CidrBlock": "fd01::/64", "assignIpv6AddressOnCreation": True},
            {"ipv6CidrBlock": True},
        ),
        (RULE, {}, {"fromPort": 80}, {"fromPort": False}),
        (RULE, {}, {"referencedSecurityGroupId": "sg-3"}, {"referencedSecurityGroupId": False}),
        (RULE, {}, {"referencedSecurityGroupId": "111111111111/sg-2"}, {}),
        (
            RULE,
            {},
            {"referencedSecurityGroupId": None, "cidrIpv4": "10.0.0.0/8"},
            {"cidrIpv4": True, "referencedSecurityGroupId": True},
        ),
        (RULE, {"ipProtocol": "tcp"}, {"ipProtocol": "6"}, {}),
        (RULE, {"ipProtocol": "tcp"}, {"ipProtocol": "udp"}, {"ipProtocol": False}),
        (ENDPOINT, {"subnetIds": ["a", "b"]}, {"subnetIds": ["b", "a"]}, {}),
        (ENDPOINT, {"subnetIds": ["a", "b"]}, {"subnetIds": ["b", "c"]}, {"subnetIds[0]": False}),
        (
            ENDPOINT,
            {"subnetIds": ["a"]},
            {"subnetIds": ["a"], "privateDnsEnabled": False},
            {"privateDnsEnabled": False},
        ),
        (
            ENDPOINT,
            {"vpcEndpointType": "Gateway", "privateDnsEnabled": True, "subnetIds": None, "securityGroupIds": None},
            {"vpcEndpointType": "Gateway", "privateDnsEnabled": False, "subnetIds": None, "securityGroupIds": None},
            {"privateDnsEnabled": True},
        ),
        ("aws:ec2/flowLog:FlowLog", {}, {"maxAggregationInterval": 600}, {"maxAggregationInterval": True}),
        ("aws:ec2/flowLog:FlowLog", {}, {"tags": {"a": "b"}}, {"tags": False}),
        (
            "aws:acm/certificate:Certificate",
            {},
            {"subjectAlternativeNames": ["a.example"]},
            {"subjectAlternativeNames[0]": True},
        ),
        ("aws:cloudwatch/logGroup:LogGroup", {}, {"retentionInDays": 30}, {"retentionInDays": False}),
        ("aws:cloudwatch/logGroup:LogGroup", {}, {"name": "/other"}, {"name": True}),
        (
            "aws:cloudwatch/logGroup:LogGroup",
            {"logGroupClass": "DELIVERY"},
            {"logGroupClass": "DELIVERY", "retentionInDays": 30},
            {},
        ),
        (RECORD, {}, {"content": "LB.example"}, {}),
        (RECORD, {}, {"content": "other.example"}, {"content": False}),
        (RECORD, {}, {"type": "A", "content": "10.0.0.1"}, {"content": False, "type": True}),
        (RECORD, {}, {"name": "www.smart-school.example."}, {}),
        ("cloudflare:index/zone:Zone", {}, {"account": {"id": "f" * 32}}, {"account.id": True}),
        (GROUP, {"location": "westeurope"}, {"location": "West Europe"}, {}),
        (
            GROUP,
            {"location": "westeurope"},
            {"location": "northeurope"},
            {"location": "location can only be set when the resource is created"},
        ),
        (GROUP, {"location": "westeurope"}, {"location": None}, {}),
        (GROUP, {}, {"resourceGroupName": "ERP"}, {}),
        (GROUP, {}, {"resourceGroupName": "other"}, {"resourceGroupName": True}),
    ],
    ids=str,
)
def test_a_change_does_what_the_provider_says(
    token: str, old: dict[str, Any], new: dict[str, Any], expected: dict[str, Any]
) -> None:
    quiet = known(token)
    assert changes(token, {**quiet, **old}, {**quiet, **new}) == expected


def test_the_region_that_the_provider_has_is_the_same_as_none() -> None:
    quiet = {"region": "eu-central-1"}
    assert changes(KEY, {}, quiet, region="eu-central-1") == {}
    assert changes(KEY, quiet, {}, region="eu-central-1") == {}
    assert changes(KEY, {}, {"region": "eu-west-1"}, region="eu-central-1") == {"region": True}
    assert changes(KEY, quiet, {"region": "eu-west-1"}, region="eu-central-1") == {"region": True}
    assert changes(KEY, {}, quiet) == {"region": True}
    certificate = "aws:acm/certificate:Certificate"
    assert changes(certificate, {}, quiet, region="eu-central-1") == {}
    assert changes(certificate, {}, quiet, region="eu-west-1") == {"region": True}


def test_an_unknown_value_may_be_another_one() -> None:
    assert changes("aws:ec2/vpc:Vpc", {}, {"cidrBlock": UNKNOWN}) == {"cidrBlock": True}
    assert changes("aws:ec2/vpc:Vpc", {"cidrBlock": UNKNOWN}, {"cidrBlock": UNKNOWN}) == {"cidrBlock": True}


def test_a_secret_is_compared_by_what_it_hides() -> None:
    certificate = "cloudflare:index/authenticatedOriginPullsCertificate:AuthenticatedOriginPullsCertificate"
    text = GOOD[certificate]["certificate"]
    assert changes(certificate, {"certificate": Secret(text)}, {"certificate": text + "\n"}) == {}
    assert changes(certificate, {"certificate": Secret(text)}, {"certificate": Secret(text + "x")}) == {
        "certificate": True
    }


def test_rules_in_another_order_are_the_same_rules() -> None:
    token = "aws:ec2/networkAcl:NetworkAcl"
    rules = GOOD[token]["ingress"]
    assert changes(token, {}, {"ingress": rules[::-1]}) == {}
    numbered = [{**rules[0], "protocol": "6"}, rules[1]]
    assert changes(token, {}, {"ingress": numbered}) == {}
    assert changes(token, {}, {"ingress": rules[:1]}) == {"ingress[0]": False}
    assert changes(token, {}, {"ingress": [rules[0], {**rules[1], "ruleNo": 111}]}) == {"ingress[0].ruleNo": False}


def paths(properties: dict[str, Any], old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    found = facts.changed_paths(type_facts(properties), old, new)
    return {change.path: change.refused or change.replace for change in found}


def test_a_place_that_replaces_does_so_for_all_it_holds() -> None:
    assert paths({"a": {"replace": True}}, {"a": {"b": [1]}}, {"a": {"b": [2]}}) == {"a.b[0]": True}
    assert paths({"a[].b": {"replace": True}}, {"a": []}, {"a": [{"b": 1}]}) == {"a[0]": True}
    assert paths({"a[].b": {"replace": True}}, {"a": [{"b": 1}]}, {}) == {"a": True}
    assert paths({"a.b": {"replace": True, "default": 1}}, {}, {"a": {"b": 1, "c": 2}}) == {"a": False}


def test_a_property_without_facts_is_changed_in_place() -> None:
    assert paths({}, {"a": 1}, {"a": 2, "b": [], "c": {}}) == {"a": False}
    assert paths({}, {"a": 1}, {"a": 1.0}) == {}
    assert paths({}, {"a": 1}, {"a": True}) == {"a": False}
    assert paths({}, {"a": Asset({"text": "x"})}, {"a": Asset({"text": "x"})}) == {}
    assert paths({}, {"a": Asset({"text": "x"})}, {"a": Asset({"text": "y"})}) == {"a": False}


def test_a_rule_in_words_alone_counts_as_a_replacement() -> None:
    assert paths({"a": {"replaceIf": "the moon is full"}}, {"a": 1}, {"a": 2}) == {"a": True}


SIDES = Sides({}, {})


@pytest.mark.parametrize(
    ("name", "old", "new", "other"),
    [
        ("blanks", " a", "a ", "b"),
        ("case", "A", "a", "b"),
        ("dns name", "a.example", "a.example.", "b.example"),
        ("dropped", {"a": 1}, None, {"a": 2}),
        ("empty", [], None, ["a"]),
        ("group", "1/sg-1", "sg-1", "sg-2"),
        ("json", '{"a": [1,2]}', '{ "a":[1, 2] }', '{"a": [2, 1]}'),
        ("key", ARN, "abc", "abd"),
        ("location", "West Europe", "westeurope", "northeurope"),
        ("network", "fd00:0::/64", "fd00::/64", "fd01::/64"),
        ("newlines", "a\n", "a", "b"),
        ("number", "1", 1.0, 2),
        ("number", 1, 1.0, True),
        ("one or many", "a", ["a"], ["a", "b"]),
        ("policy", json.dumps({"b": [1], "a": True}), json.dumps({"a": "true", "b": 1}), "{}"),
        ("protocol", "all", "-1", "tcp"),
        ("truth", "1", True, False),
        ("truth", "true", "TRUE", "yes"),
    ],
)
def test_a_difference_that_is_none_is_told_from_one_that_is(name: str, old: Any, new: Any, other: Any) -> None:
    assert SAME[name](old, new, SIDES)
    assert not SAME[name](old, other, SIDES)
    if name not in ("dropped", "empty"):
        assert not SAME[name](old, None, SIDES)


def test_some_differences_hang_on_other_properties() -> None:
    assert SAME["pool gives block"]("a", "b", Sides({}, {"ipv4NetmaskLength": 20}))
    assert not SAME["pool gives block"]("a", "b", SIDES)
    assert SAME["cname"]("a", "b", Sides({}, {"data": {"value": "x"}}))
    assert not SAME["order"]([1], [2], SIDES)


@pytest.mark.parametrize(
    ("name", "old", "new", "other"),
    [
        ("lowered", 5, 4, 6),
        ("lowered", "15.10", "15.7", "15.11"),
        ("lowered", 5, UNKNOWN, None),
        ("still given", "a", "b", None),
        ("block comes or goes", None, {"a": 1}, None),
        ("block comes or goes", {"a": 1}, UNKNOWN, {"a": 2}),
    ],
)
def test_a_condition_of_a_replacement_holds_or_not(name: str, old: Any, new: Any, other: Any) -> None:
    assert REPLACES[name](old, new, SIDES)
    assert not REPLACES[name](old, other, SIDES)


def test_a_gateways_mode_decides_what_replaces_it() -> None:
    private, regional = Sides({}, {"connectivityType": "private"}), Sides({}, {"availabilityMode": "regional"})
    assert REPLACES["private gateway"](1, 2, private)
    assert not REPLACES["private gateway"](1, 2, SIDES)
    assert REPLACES["regional mode"](None, [1], regional)
    assert not REPLACES["regional mode"]([2], [1], regional)
    assert REPLACES["always"](1, 2, SIDES)
