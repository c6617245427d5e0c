"""Amazon ECS: services, and what CreateService and UpdateService refuse because of what else exists."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.aws_ecs_names import SERVICE, containers, last, service_key, task_of
from sandbox.behaviours.aws_target_groups import used_by_a_balancer
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.judges.trust import trusted_services
from sandbox.problems import Problem
from sandbox.store import Resource

CREATE: Final = "ECS API, CreateService"
ASSOCIATION: Final = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
FARGATE: Final = frozenset({"FARGATE", "FARGATE_SPOT"})
SHIFTING: Final = frozenset({"BLUE_GREEN", "LINEAR", "CANARY"})
"""Strategies that move traffic between two target groups."""


def _id(call: Call) -> str:
    cluster = last(call.inputs.get("cluster")) or "default"
    return f"arn:aws:ecs:{call.region}:{call.account}:service/{cluster}/{call.inputs['name']}"


def _outputs(call: Call, arn: str) -> Mapping[str, Any]:
    outputs: dict[str, Any] = {"arn": arn, **call.unsent("desiredCount")}  # which scaling writes
    if call.inputs.get("availabilityZoneRebalancing") is None:
        outputs["availabilityZoneRebalancing"] = "ENABLED"
    return outputs


def _refuse(call: Call) -> Sequence[Problem]:
    task = task_of(call)
    return [
        *_refuse_strategy(call),
        *_refuse_network(call, task),
        *_refuse_targets(call, task),
        *_refuse_deployment(call),
    ]


def _refuse_strategy(call: Call) -> Iterator[Problem]:
    """Providers of the cluster, one base at most, and a weight that is more than nothing."""
    source = "ECS API, CapacityProviderStrategyItem"
    place = "capacityProviderStrategies"
    strategy = call.inputs.get(place) or []
    if not strategy:
        return
    cluster = last(call.inputs.get("cluster"))
    associated = {
        name
        for one in call.store.all(ASSOCIATION)
        if one.account == call.account and one.region == call.region and last(one.inputs.get("clusterName")) == cluster
        for name in one.inputs.get("capacityProviders") or []
    }
    for index, item in enumerate(strategy):
        name = item.get("capacityProvider")
        if name not in associated:
            message = (
                "InvalidParameterException: The specified capacity provider strategy cannot contain a capacity "
                f"provider that is not associated with the cluster. {name} is not: associate it with {cluster} first"
            )
            yield Problem(f"{place}[{index}].capacityProvider", message, source)
    if sum(1 for item in strategy if item.get("base")) > 1:
        message = "InvalidParameterException: only one capacity provider in a strategy can have a base"
        yield Problem(place, message, source)
    if all(item.get("weight") == 0 for item in strategy):
        message = "InvalidParameterException: at least one capacity provider must have a weight greater than 0"
        yield Problem(place, message, source)


def _refuse_network(call: Call, task: Resource | None) -> Iterator[Problem]:
    network = call.inputs.get("networkConfiguration")
    if task is None:
        return
    own_interface = task.properties.get("networkMode") == "awsvpc"
    if own_interface and not network:
        message = (
            "InvalidParameterException: Network Configuration must be provided when networkMode 'awsvpc' is specified."
        )
        yield Problem("networkConfiguration", message, CREATE)
    if network and not own_interface:
        message = (
            "InvalidParameterException: Network Configuration is not valid for the given networkMode of this task "
            "definition."
        )
        yield Problem("networkConfiguration", message, CREATE)
    names = {item.get("capacityProvider") for item in call.inputs.get("capacityProviderStrategies") or []}
    on_fargate = bool(names & FARGATE) or call.inputs.get("launchType") == "FARGATE"
    if network and network.get("assignPublicIp") and not on_fargate:
        message = "InvalidParameterException: Assign public IP is not supported for this launch type."
        yield Problem("networkConfiguration.assignPublicIp", message, CREATE)


def _refuse_targets(call: Call, task: Resource | None) -> Iterator[Problem]:
    """Each target group hangs on a load balancer and fits the tasks; the container listens where it is asked."""
    balancers = call.inputs.get("loadBalancers") or []
    if not balancers and call.inputs.get("healthCheckGracePeriodSeconds"):
        message = (
            "InvalidParameterException: Health check grace period is only valid for services configured to use load "
            "balancers"
        )
        yield Problem("healthCheckGracePeriodSeconds", message, CREATE)
    for index, balancer in enumerate(balancers):
        place = f"loadBalancers[{index}]"
        advanced = balancer.get("advancedConfiguration") or {}
        for path, arn in (
            (f"{place}.targetGroupArn", balancer.get("targetGroupArn")),
            (f"{place}.advancedConfiguration.alternateTargetGroupArn", advanced.get("alternateTargetGroupArn")),
        ):
            yield from _refuse_group(call, task, path, arn)
        yield from _refuse_container(task, balancer, place)


def _refuse_group(call: Call, task: Resource | None, path: str, arn: Any) -> Iterator[Problem]:
    group = call.other(arn)
    if group is None:
        return
    if not used_by_a_balancer(call, arn):
        message = (
            f"InvalidParameterException: The target group with targetGroupArn {arn} does not have an associated load "
            "balancer."
        )
        yield Problem(path, message, CREATE)
    kind = group.properties.get("targetType") or "instance"
    if task is not None and task.properties.get("networkMode") == "awsvpc" and kind != "ip":
        message = (
            f"InvalidParameterException: The provided target group {arn} has target type {kind}, which is incompatible "
            "with the awsvpc network mode specified in the task definition."
        )
        yield Problem(path, message, CREATE)


def _refuse_container(task: Resource | None, balancer: Mapping[str, Any], place: str) -> Iterator[Problem]:
    if task is None:
        return
    name, port = balancer.get("containerName"), balancer.get("containerPort")
    found = [one for one in containers(task.properties.get("containerDefinitions")) if one.get("name") == name]
    if not found:
        message = f"InvalidParameterException: The container {name} does not exist in the task definition."
        yield Problem(f"{place}.containerName", message, CREATE)
    elif port not in [mapping.get("containerPort") for mapping in found[0].get("portMappings") or []]:
        message = f"InvalidParameterException: The container {name} did not have a container port {port} defined."
        yield Problem(f"{place}.containerPort", message, CREATE)


def _refuse_deployment(call: Call) -> Iterator[Problem]:
    """What belongs to which strategy: circuit breakers to rolling updates, a second target group to blue/green."""
    strategy = (call.inputs.get("deploymentConfiguration") or {}).get("strategy") or "ROLLING"
    shifts = strategy in SHIFTING
    breaker = call.inputs.get("deploymentCircuitBreaker") or {}
    if shifts and breaker.get("enable"):
        message = f"InvalidParameterException: a deployment circuit breaker goes with ROLLING only, not with {strategy}"
        yield Problem("deploymentCircuitBreaker", message, "ECS API, DeploymentCircuitBreaker")
    for index, balancer in enumerate(call.inputs.get("loadBalancers") or []):
        place = f"loadBalancers[{index}].advancedConfiguration"
        advanced = balancer.get("advancedConfiguration") or {}
        source = "ECS API, AdvancedConfiguration"
        if shifts and not advanced:
            message = f"InvalidParameterException: {strategy} needs an advanced configuration of each load balancer"
            yield Problem(place, message, source)
        if not shifts and advanced:
            message = f"InvalidParameterException: an advanced configuration does not go with {strategy}"
            yield Problem(place, message, source)
        if advanced and advanced.get("alternateTargetGroupArn") == balancer.get("targetGroupArn"):
            message = "InvalidParameterException: the alternate target group must be another one"
            yield Problem(f"{place}.alternateTargetGroupArn", message, source)
        role = call.other(advanced.get("roleArn"))
        if role is not None and "ecs.amazonaws.com" not in trusted_services(role.properties.get("assumeRolePolicy")):
            message = f"InvalidParameterException: ECS cannot assume {role.id}: it does not trust ecs.amazonaws.com"
            yield Problem(f"{place}.roleArn", message, 'ECS developer guide, "infrastructure IAM role"')
    healthy = call.inputs.get("deploymentMinimumHealthyPercent")
    most = call.inputs.get("deploymentMaximumPercent")
    if healthy is not None and most is not None and int(healthy) >= int(most):
        message = (
            "InvalidParameterException: with as many tasks needed as allowed no deployment can begin: "
            f"minimum healthy {healthy} %, maximum {most} %"
        )
        yield Problem("deploymentMaximumPercent", message, "ECS API, DeploymentConfiguration")


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    SERVICE: Behaviour(
        id=_id,
        outputs=_outputs,
        identifiers=lambda call, arn: [arn, service_key(call.inputs.get("cluster"), call.inputs["name"])],
        refuse=_refuse,
    ),
}
