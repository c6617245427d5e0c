"""Alarms of CloudWatch, and health checks of target groups: what notices that something is wrong, and acts on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity, StackRule, found
from guardrails.model import Resource, Stack
from guardrails.values import any_of

ALARM: Final = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE: Final = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
SERVICE: Final = "aws:ecs/service:Service"
TARGET_GROUP: Final = "aws:lb/targetGroup:TargetGroup"
_OLD_TARGET_GROUP: Final = "aws:alb/targetGroup:TargetGroup"
_ACTIONS: Final = ("alarmActions", "okActions", "insufficientDataActions")


def _acts(stack: Stack, _: Scope) -> Iterator[Finding]:
    for alarm in stack.of_type(ALARM):
        if any_of([_has_actions(alarm), _guards_a_deployment(stack, alarm), _is_part(stack, alarm)]) is False:
            yield Finding("", "does nothing when it goes off: it has no action, and nothing names it", alarm.urn)


def _has_actions(alarm: Resource) -> bool | None:
    enabled = alarm.read("actionsEnabled").flag(default=True)
    there = any_of(None if action.is_unknown else True for key in _ACTIONS for action in alarm.read(key).items())
    return False if enabled is False else there


def _guards_a_deployment(stack: Stack, alarm: Resource) -> bool | None:
    """Whether a service of ECS watches it while it is deployed."""
    name = alarm.read("name")
    answers: list[bool | None] = []
    for service in stack.of_type(SERVICE):
        names = service.read("alarms", "alarmNames")
        for one in names.items():
            known = one.text(), name.text()
            linked = alarm.urn in service.links.get("alarms", frozenset())
            answers.append(linked or (None if None in known else known[0] == known[1]))
    return any_of(answers)


def _is_part(stack: Stack, alarm: Resource) -> bool | None:
    """Whether a composite alarm's rule names it."""
    name = alarm.read("name").text(default="")
    answers: list[bool | None] = []
    for composite in stack.of_type(COMPOSITE):
        rule = composite.read("alarmRule").text(default="")
        linked = alarm.urn in composite.links.get("alarmRule", frozenset())
        answers.append(linked or (None if rule is None or name is None else f"({name})" in rule or f'"{name}"' in rule))
    return any_of(answers)


ACT = StackRule(
    id="require-alarm-actions",
    title="Every alarm does something when it goes off",
    severity=Severity.MEDIUM,
    enforcement=Enforcement.BEYOND_DEV,
    why="An alarm that calls nobody and stops nothing is found in the console, after the incident.",
    mend="Give it an action, name it among a service's deployment alarms, or make it part of a composite alarm.",
    example="""
aws.cloudwatch.MetricAlarm("errors", ..., alarm_actions=[topic.arn])
""",
    check=_acts,
)


def _is_checked(group: Resource, _: Scope) -> Iterator[Finding]:
    if group.read("targetType").text(default="instance") in {"lambda", None}:
        return  # a function is not asked unless somebody wants it
    check = group.read("healthCheck")
    enabled, path = check.at("enabled"), check.at("path")
    if enabled.flag(default=True) is False:
        yield found(enabled, "is false: requests go to targets that are broken; expected true")
    speaks_http = group.read("protocol").text(default="") in {"HTTP", "HTTPS"}
    if speaks_http and not check.is_unknown and path.text(default="") == "":
        yield found(path, "is not set: AWS would ask for /, which says nothing about the application")


CHECK = ResourceRule(
    id="require-target-health-checks",
    title="Targets are asked whether they are well",
    types=(TARGET_GROUP, _OLD_TARGET_GROUP),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="A load balancer that does not ask sends a share of the requests to whatever is broken.",
    mend="Leave the check on, and give it the path at which the application says how it is.",
    example="""
aws.lb.TargetGroup("web", ..., health_check={"path": "/healthz", "matcher": "200"})
""",
    check=_is_checked,
)

RULES: Final = (ACT, CHECK)
