"""What Amazon VPC refuses of endpoints and flow logs because of what else exists."""

from collections.abc import Sequence
from typing import Final

from sandbox.behaviours.aws_network_checks import elsewhere
from sandbox.behaviours.behaviour import Call
from sandbox.judges.trust import trusted_services
from sandbox.problems import Problem

# What a flow log is about, and how and where to it logs (EC2 API, CreateFlowLogs).
FLOW_LOG_SUBJECTS: Final = ("vpcId", "subnetId", "eniId", "transitGatewayId", "transitGatewayAttachmentId")
FLOW_LOG_WAYS: Final = (
    "trafficType",
    "logDestination",
    "logDestinationType",
    "logFormat",
    "maxAggregationInterval",
)


def refuse_endpoint(call: Call) -> Sequence[Problem]:
    """An endpoint's service exists in the region and takes its type; its places are in its network, one a zone."""
    source = "EC2 API, CreateVpcEndpoint"
    inputs = call.inputs
    kind = inputs.get("vpcEndpointType") or "Gateway"
    services = call.world.values("aws", "endpoint_services")
    prefix = f"com.amazonaws.{call.region}."
    name = str(inputs.get("serviceName", ""))
    kinds = services.get(name.removeprefix(prefix)) if name.startswith(prefix) else None
    if kinds is None:
        message = f"InvalidServiceName: {name!r} is not offered in {call.region}"
        return [Problem("serviceName", message, source)]
    places = ("subnetIds", "securityGroupIds", "routeTableIds")
    problems = [problem for key in places for problem in elsewhere(call, key, source)]
    if kind not in kinds:
        problems.append(Problem("vpcEndpointType", f"{name} takes {' or '.join(kinds)}, not {kind}", source))
    subnets = [call.other(value) for value in inputs.get("subnetIds") or []]
    zones = [subnet.properties.get("availabilityZone") for subnet in subnets if subnet is not None]
    problems += [
        Problem("subnetIds", f"DuplicateSubnetsInSameZone: two subnets in {zone}", source)
        for zone in sorted({str(zone) for zone in zones if zones.count(zone) > 1})
    ]
    return problems + _refuse_private_dns(call, name, source) + _refuse_second_gateway(call, name, source)


def _refuse_second_gateway(call: Call, service: str, source: str) -> list[Problem]:
    """A route table has one route to a service's prefix list, which the gateway endpoint puts there."""
    vpc = call.other(call.inputs.get("vpcId"))
    tables = set(call.inputs.get("routeTableIds") or [])
    problems: list[Problem] = []
    for other in call.beside("vpcId", vpc):
        shared = tables.intersection(other.properties.get("routeTableIds") or [])
        if other.properties.get("serviceName") == service and shared:
            message = (
                f"RouteAlreadyExists: {', '.join(sorted(shared))} has the route to {service} of {other.id} already"
            )
            problems.append(Problem("routeTableIds", message, source))
    return problems


def _refuse_private_dns(call: Call, service: str, source: str) -> list[Problem]:
    vpc = call.other(call.inputs.get("vpcId"))
    if vpc is None or not call.inputs.get("privateDnsEnabled"):
        return []
    problems: list[Problem] = []
    if not (vpc.properties.get("enableDnsSupport", True) and vpc.properties.get("enableDnsHostnames")):
        message = "private DNS needs enableDnsSupport and enableDnsHostnames of the VPC"
        problems.append(Problem("privateDnsEnabled", message, source))
    for other in call.beside("vpcId", vpc):
        if other.properties.get("serviceName") == service and other.properties.get("privateDnsEnabled"):
            message = f"{other.id} holds the private DNS name of {service} already"
            problems.append(Problem("privateDnsEnabled", message, source))
    return problems


def refuse_flow_log(call: Call) -> Sequence[Problem]:
    """Delivery to CloudWatch Logs needs a log group of the region and a role that the delivery may assume."""
    source = 'VPC user guide, "IAM role for publishing flow logs to CloudWatch Logs"'
    problems: list[Problem] = []
    role = call.other(call.inputs.get("iamRoleArn"))
    if role is not None and "vpc-flow-logs.amazonaws.com" not in trusted_services(
        role.properties.get("assumeRolePolicy")
    ):
        message = f"the trust policy of {role.id} does not admit vpc-flow-logs.amazonaws.com"
        problems.append(Problem("iamRoleArn", message, source))
    group = call.other(call.inputs.get("logDestination"))
    if group is not None and group.region != call.region:
        problems.append(
            Problem("logDestination", f"the log group lies in {group.region}, not in {call.region}", source)
        )
    return problems + _refuse_same_flow_log(call)


def _refuse_same_flow_log(call: Call) -> list[Problem]:
    """Flow logs of one subject differ in what they log, how, or where to; the role alone makes no other one."""
    same = [
        other
        for other in call.store.all(call.token)
        if other.account == call.account
        and other.region == call.region
        and (call.existing is None or other.serial != call.existing.serial)
        and all(other.inputs.get(key) == call.inputs.get(key) for key in (*FLOW_LOG_SUBJECTS, *FLOW_LOG_WAYS))
    ]
    return [
        Problem("", f"FlowLogAlreadyExists: {other.id} logs the same to the same place", "EC2 API, CreateFlowLogs")
        for other in same
    ]
