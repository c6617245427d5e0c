"""Security groups in AWS, in all three forms: a resource for each rule, inline rules, the older rule resource."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity, found
from guardrails.model import Resource
from guardrails.networks import is_open
from guardrails.values import Node

INGRESS_RULE: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
LEGACY_RULE: Final = "aws:ec2/securityGroupRule:SecurityGroupRule"


def _admits_no_one_from_anywhere(resource: Resource, scope: Scope) -> Iterator[Finding]:
    for source in _sources(resource):
        if is_open(source, scope.settings.wide_ranges):
            yield found(
                source, f"is {source.shown()}: anybody may connect; expected named ranges, groups or prefix lists"
            )


def _sources(resource: Resource) -> Iterator[Node]:
    match resource.type:
        case "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule":
            yield resource.read("cidrIpv4")
            yield resource.read("cidrIpv6")
        case "aws:ec2/securityGroup:SecurityGroup":
            for rule in resource.read("ingress").items():
                yield from rule.at("cidrBlocks").items()
                yield from rule.at("ipv6CidrBlocks").items()
        case _:
            if resource.read("type").text() == "ingress":
                yield from resource.read("cidrBlocks").items()
                yield from resource.read("ipv6CidrBlocks").items()


REFUSE_OPEN_INGRESS = ResourceRule(
    id="refuse-open-ingress",
    title="No security group admits the internet, or a wide part of it",
    types=(INGRESS_RULE, GROUP, LEGACY_RULE),
    severity=Severity.CRITICAL,
    enforcement=Enforcement.ALWAYS,
    why="Even the load balancer is only meant for the edge network; an open group, or one open to the range of a whole "
    "cloud, lets anybody around it.",
    mend="Name the group, prefix list or range that may connect: private, or public from /16 (IPv6: /32) on, or one of "
    "wide_ranges in settings.yaml of the pack. Where the internet must, add an exemption.",
    example="""
aws.vpc.SecurityGroupIngressRule("app-from-public", security_group_id=app.id,
    referenced_security_group_id=public.id, ip_protocol="tcp", from_port=8080, to_port=8080)
""",
    check=_admits_no_one_from_anywhere,
)

RULES: Final = (REFUSE_OPEN_INGRESS,)
