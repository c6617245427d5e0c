"""Amazon VPC: security groups and their rules."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.aws_network import ec2_arn
from sandbox.behaviours.aws_network_checks import protocol_number
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem
from sandbox.store import Resource

GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
RULES_PER_DIRECTION: Final = 60  # VPC user guide, "Amazon VPC quotas": inbound or outbound rules per group
PEERS: Final = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")


def _default_group(call: Call) -> str:
    vpc = call.other(call.inputs.get("vpcId"))
    return str(vpc.properties["defaultSecurityGroupId"]) if vpc else f"sg-0{call.digits(16)}"


def _refuse_default(call: Call) -> Sequence[Problem]:
    """The group is adopted, not made: it needs a network whose default group it is."""
    if call.inputs.get("vpcId") is None:
        source = "terraform-provider-aws internal/service/ec2/vpc_default_security_group.go"
        return [Problem("vpcId", "must name a network: there is no default VPC here", source)]
    return ()


def _refuse_group(call: Call) -> Sequence[Problem]:
    if call.inputs["name"] != "default":
        return ()
    message = "InvalidParameterValue: the name default is reserved for the VPC's own group"
    return [Problem("name", message, "EC2 API, CreateSecurityGroup")]


def _rules(call: Call) -> Mapping[str, Any]:
    """Inline rules as they are kept, protocols in lower case; a group starts without AWS's allow-all."""
    return {
        direction: [
            {**rule, "protocol": str(rule.get("protocol", "")).lower(), "self": bool(rule.get("self", False))}
            for rule in call.inputs.get(direction) or []
        ]
        for direction in ("ingress", "egress")
    }


def _group_outputs(call: Call, id: str) -> Mapping[str, Any]:  # noqa: A002  the vendor's own word
    return {
        "arn": ec2_arn(call, "security-group", id),
        "description": call.inputs.get("description") or "Managed by Pulumi",
        "ownerId": call.account,
        **_rules(call),
    }


def _default_outputs(call: Call, id: str) -> Mapping[str, Any]:  # noqa: A002  the vendor's own word
    own = {"name": "default", "description": "default VPC security group", "ownerId": call.account}
    return {"arn": ec2_arn(call, "security-group", id), **_rules(call), **own}


def _signature(inputs: Mapping[str, Any]) -> tuple[object, ...]:
    peer = next(((key, inputs[key]) for key in PEERS if inputs.get(key)), ("", ""))
    return (protocol_number(inputs.get("ipProtocol")), inputs.get("fromPort"), inputs.get("toPort"), *peer)


def _refuse_rule(call: Call) -> Sequence[Problem]:
    source = "EC2 API, AuthorizeSecurityGroupIngress and AuthorizeSecurityGroupEgress"
    problems: list[Problem] = []
    inputs = call.inputs
    group, peer = call.other(inputs.get("securityGroupId")), call.other(inputs.get("referencedSecurityGroupId"))
    others = call.beside("securityGroupId", group)
    if any(_signature(other.properties) == _signature(inputs) for other in others):
        problems.append(Problem("", "InvalidPermission.Duplicate: the group has the same rule already", source))
    weight = _weight(call, inputs) + sum(_weight(call, other.properties) for other in others)
    if weight > RULES_PER_DIRECTION:
        message = f"RulesPerSecurityGroupLimitExceeded: the rules would count as {weight}, of {RULES_PER_DIRECTION}"
        problems.append(Problem("", message, source))
    if group and peer and _network(group) != _network(peer):
        problems.append(
            Problem("referencedSecurityGroupId", f"InvalidGroup.NotFound: {peer.id} is in another VPC", source)
        )
    return problems


def _weight(call: Call, inputs: Mapping[str, Any]) -> int:
    """What a rule counts as: one that names a prefix list, as many as the list has room for (VPC user guide)."""
    prefixes = call.other(inputs.get("prefixListId"))
    return int(prefixes.properties.get("maxEntries") or 1) if prefixes is not None else 1


def _network(group: Resource) -> object:
    """The network of a group; a network's default group is known by the network itself."""
    return group.properties.get("vpcId") or group.id


def _rule() -> Behaviour:
    return Behaviour(
        id=lambda call: f"sgr-0{call.digits(16)}",
        outputs=lambda call, id: {"arn": ec2_arn(call, "security-group-rule", id), "securityGroupRuleId": id},
        identifiers=lambda call, id: [id, ec2_arn(call, "security-group-rule", id)],
        refuse=_refuse_rule,
    )


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    GROUP: Behaviour(
        id=lambda call: f"sg-0{call.digits(16)}",
        outputs=_group_outputs,
        names=lambda call, _: [f"security-group/{call.account}/{call.inputs.get('vpcId')}|{call.inputs['name']}"],
        identifiers=lambda call, id: [id, ec2_arn(call, "security-group", id)],
        refuse=_refuse_group,
    ),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": Behaviour(
        id=_default_group, outputs=_default_outputs, refuse=_refuse_default, on_delete="leave"
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _rule(),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _rule(),
}
