"""Elastic Load Balancing: target groups, and the rules that forward to them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem
from sandbox.references import typed_name

TARGET_GROUP: Final = "aws:lb/targetGroup:TargetGroup"
RULE: Final = "aws:lb/listenerRule:ListenerRule"
QUOTAS: Final = 'ELB user guide for application load balancers, "Quotas"'
VALUES_OF_A_RULE: Final = 5
"""Condition values that one rule may hold, all conditions together (quota, can't be raised)."""
CONDITIONS: Final = ("hostHeader", "httpHeader", "httpRequestMethod", "pathPattern", "queryStrings", "sourceIp")


def _group_arn(call: Call) -> str:
    place = f"arn:aws:elasticloadbalancing:{call.region}:{call.account}"
    return f"{place}:targetgroup/{call.inputs['name']}/{call.digits(16)}"


def _group_outputs(_: Call, arn: str) -> Mapping[str, Any]:
    # Which load balancers use it, AWS fills in when a listener or a rule names it, which the program never reads.
    return {"arn": arn, "arnSuffix": arn.rpartition(":")[2], "loadBalancerArns": []}


def _refuse_group(call: Call) -> Sequence[Problem]:
    """Health checks answer in less time than lies between them (ELB API, CreateTargetGroup)."""
    check = call.inputs.get("healthCheck") or {}
    timeout, interval = check.get("timeout"), check.get("interval", 30)
    if isinstance(timeout, int) and isinstance(interval, int) and timeout >= interval:
        message = f"ValidationError: the timeout ({timeout} s) must be smaller than the interval ({interval} s)"
        return [Problem("healthCheck.timeout", message, "ELB API, CreateTargetGroup")]
    if 0 < int(call.inputs.get("slowStart") or 0) < 30:
        message = "ValidationError: slow start is 0 or from 30 to 900 seconds"
        return [Problem("slowStart", message, "terraform-provider-aws internal/service/elbv2/target_group.go")]
    if call.inputs.get("slowStart") and call.inputs.get("loadBalancingAlgorithmType") == "least_outstanding_requests":
        message = "InvalidConfigurationRequest: slow start does not go with least_outstanding_requests"
        return [Problem("slowStart", message, 'ELB user guide, "Edit target group attributes", slow start')]
    return ()


def _rule_arn(call: Call) -> str:
    listener = str(call.inputs["listenerArn"]).replace(":listener/", ":listener-rule/")
    return f"{listener}/{call.digits(16)}"


def _priority(call: Call) -> int:
    """The one that is asked for, or the next free one (argument reference of aws_lb_listener_rule)."""
    wanted = call.inputs.get("priority")
    if wanted is not None:
        return int(wanted)
    if call.existing is not None:
        return int(call.existing.properties["priority"])
    listener = call.other(call.inputs.get("listenerArn"))
    taken = [int(rule.properties.get("priority") or 0) for rule in call.beside("listenerArn", listener)]
    return max(taken, default=0) + 1


def _refuse_rule(call: Call) -> Sequence[Problem]:
    values = sum(
        len(condition[kind]) if isinstance(condition[kind], list) else len(condition[kind].get("values") or [])
        for condition in call.inputs.get("conditions") or []
        for kind in CONDITIONS
        if condition.get(kind)
    )
    problems: list[Problem] = []
    if values > VALUES_OF_A_RULE:
        message = f"ValidationError: a rule can have {VALUES_OF_A_RULE} condition values, and this one has {values}"
        problems.append(Problem("conditions", message, QUOTAS))
    listener = call.other(call.inputs.get("listenerArn"))
    priority = _priority(call)
    problems += [
        Problem("priority", f"PriorityInUse: priority {priority} is in use by {rule.id}", "ELB API, CreateRule")
        for rule in call.beside("listenerArn", listener)
        if int(rule.properties.get("priority") or 0) == priority
    ]
    return problems


def used_by_a_balancer(call: Call, group_arn: Any) -> bool:
    """Whether a listener or a rule forwards to a target group, which is what ties it to a load balancer."""
    group = call.other(group_arn)
    if group is None:
        return False
    tokens = {use.user.token for use in call.store.users(group)}
    return any(token.partition("/")[2].startswith("listener") for token in tokens)


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    TARGET_GROUP: Behaviour(
        id=_group_arn,
        outputs=_group_outputs,
        names=lambda call, _: [f"target-group/{call.account}/{call.region}|{call.inputs['name']}"],
        identifiers=lambda call, arn: [arn, typed_name(TARGET_GROUP, str(call.inputs["name"]))],
        refuse=_refuse_group,
    ),
    RULE: Behaviour(
        id=_rule_arn,
        # ECS writes the actions of a rule with every blue/green deployment.
        outputs=lambda call, arn: {"arn": arn, "priority": _priority(call), **call.unsent("actions")},
        identifiers=lambda _, arn: [arn],
        refuse=_refuse_rule,
    ),
}
