"""Networks in AWS: flow logs, the default security group, public addresses of whatever is started."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity, StackRule, found
from guardrails.model import Resource, Stack
from guardrails.values import Node

VPC: Final = "aws:ec2/vpc:Vpc"
DEFAULT_VPC: Final = "aws:ec2/defaultVpc:DefaultVpc"  # adopted: AWS made it in every region
FLOW_LOG: Final = "aws:ec2/flowLog:FlowLog"
SUBNET: Final = "aws:ec2/subnet:Subnet"
DEFAULT_SUBNET: Final = "aws:ec2/defaultSubnet:DefaultSubnet"
DEFAULT_GROUP: Final = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
INSTANCES: Final = (
    "aws:ec2/instance:Instance",
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
    "aws:ec2/launchConfiguration:LaunchConfiguration",
)
LAUNCH_TEMPLATE: Final = "aws:ec2/launchTemplate:LaunchTemplate"
ECS_SERVICE: Final = "aws:ecs/service:Service"


def _logs_flows(stack: Stack, _: Scope) -> Iterator[Finding]:
    logs = tuple(stack.of_type(FLOW_LOG))
    for vpc in stack.of_type(VPC, DEFAULT_VPC):
        if stack.any_refers(logs, "vpcId", vpc) is False:
            yield Finding("", "has no flow log", vpc.urn)


LOG_FLOWS = StackRule(
    id="log-vpc-flows",
    title="Each VPC records its traffic",
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Without flow logs nobody can tell after an incident who spoke to whom.",
    mend="Add a flow log for the VPC itself (one for a subnet or an interface does not cover the rest).",
    example='aws.ec2.FlowLog("flow-log", ..., vpc_id=vpc.id, traffic_type="ALL", log_destination=logs.arn)',
    check=_logs_flows,
)


def _logs_all(log: Resource, _: Scope) -> Iterator[Finding]:
    if not (log.read("transitGatewayId").is_absent and log.read("transitGatewayAttachmentId").is_absent):
        return  # these have no traffic type: they always log all of it
    traffic = log.read("trafficType")
    if traffic.text(default="") not in {"ALL", None}:
        yield found(traffic, f'is {traffic.shown()}, expected "ALL"')


LOG_ALL = ResourceRule(
    id="log-all-traffic",
    title="Flow logs record accepted and rejected traffic",
    types=(FLOW_LOG,),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="Rejected traffic shows the attempt, accepted traffic the loss; either alone tells half of an incident.",
    mend="Ask for all traffic.",
    example='aws.ec2.FlowLog("flow-log", ..., traffic_type="ALL")',
    check=_logs_all,
)


def _takes_default_group(stack: Stack, _: Scope) -> Iterator[Finding]:
    groups = tuple(stack.of_type(DEFAULT_GROUP))
    for vpc in stack.of_type(VPC, DEFAULT_VPC):
        if stack.any_refers(groups, "vpcId", vpc) is False:
            yield Finding("", "leaves its default security group as AWS made it: open among its members", vpc.urn)


EMPTY_DEFAULT_GROUP = StackRule(
    id="empty-default-security-group",
    title="Each VPC's default security group is taken over",
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="Whatever is started without a group of its own lands in the default one, where all talk to all.",
    mend="Adopt the group without any rule; AWS's own rules are then removed.",
    example='aws.ec2.DefaultSecurityGroup("default", vpc_id=vpc.id)',
    check=_takes_default_group,
)


def _has_no_rules(group: Resource, _: Scope) -> Iterator[Finding]:
    for key in ("ingress", "egress"):
        for rule in group.read(key).items():
            if not rule.is_unknown:
                yield found(rule, "opens the default security group, expected no rule")


STRIP_DEFAULT_GROUP = ResourceRule(
    id="strip-default-security-group",
    title="The default security group has no rule",
    types=(DEFAULT_GROUP,),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="Rules there apply to whatever was started without a thought for its group.",
    mend="Remove the rules and give the members a group made for them.",
    example='aws.ec2.DefaultSecurityGroup("default", vpc_id=vpc.id)  # neither ingress nor egress',
    check=_has_no_rules,
)


def _stays_private(resource: Resource, _: Scope) -> Iterator[Finding]:
    for public in _public_addresses(resource):
        # AWS gives public addresses in the default subnets that it made, and in no other, where nothing is said.
        if public.flag(default=resource.type == DEFAULT_SUBNET):
            yield found(public, f"is {public.shown()}, expected false")


def _public_addresses(resource: Resource) -> Iterator[Node]:
    if resource.type in INSTANCES:
        yield resource.read("associatePublicIpAddress")
    elif resource.type == LAUNCH_TEMPLATE:
        for interface in resource.read("networkInterfaces").items():
            yield interface.at("associatePublicIpAddress")
    elif resource.type == ECS_SERVICE:
        yield resource.read("networkConfiguration", "assignPublicIp")
    else:
        yield resource.read("mapPublicIpOnLaunch")


KEEP_PRIVATE = ResourceRule(
    id="refuse-public-ip-on-launch",
    title="Nothing gets a public address by being started",
    types=(SUBNET, DEFAULT_SUBNET, *INSTANCES, LAUNCH_TEMPLATE, ECS_SERVICE),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="A host with an address of its own is reachable from the internet at once.",
    mend="Switch it off; load balancers and NAT gateways get their addresses without it.",
    example='aws.ec2.Subnet("public-a", ..., map_public_ip_on_launch=False)',
    check=_stays_private,
)

RULES: Final = (LOG_FLOWS, LOG_ALL, EMPTY_DEFAULT_GROUP, STRIP_DEFAULT_GROUP, KEEP_PRIVATE)
