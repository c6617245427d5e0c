"""Application Auto Scaling: what may be scaled, by which policies, at which times."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.aws_ecs_names import service_named
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem

TARGET: Final = "aws:appautoscaling/target:Target"
POLICY: Final = "aws:appautoscaling/policy:Policy"
SCHEDULED: Final = "aws:appautoscaling/scheduledAction:ScheduledAction"
KEYS: Final = ("serviceNamespace", "scalableDimension", "resourceId")
SCHEDULE: Final = re.compile(r"^(at\(.+\)|rate\(\d+ (minutes?|hours?|days?)\)|cron\((?P<fields>.+)\))$")


def _triple(inputs: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(inputs.get(key)) for key in KEYS)


def _refuse_target(call: Call) -> Sequence[Problem]:
    """A service of ECS exists by the time; the bounds are in order."""
    source = "Application Auto Scaling API, RegisterScalableTarget"
    inputs, problems = call.inputs, list[Problem]()
    if inputs.get("serviceNamespace") == "ecs":
        form = re.fullmatch(r"service/([^/]+)/([^/]+)", str(inputs.get("resourceId")))
        if form is None:
            message = "ValidationException: a service of ECS is named service/<cluster>/<service>"
            problems.append(Problem("resourceId", message, source))
        elif service_named(call, form[1], form[2]) is None:
            message = f"ValidationException: ECS service doesn't exist: {inputs['resourceId']}"
            problems.append(Problem("resourceId", message, source))
    return [*problems, *_refuse_bounds(inputs, "", source)]


def _refuse_bounds(bounds: Mapping[str, Any], place: str, source: str) -> list[Problem]:
    least, most = bounds.get("minCapacity"), bounds.get("maxCapacity")
    if least is None or most is None or int(least) <= int(most):
        return []
    message = f"ValidationException: minimum capacity ({least}) cannot be greater than maximum capacity ({most})"
    return [Problem(f"{place}minCapacity", message, source)]


def _refuse_without_target(call: Call, source: str) -> list[Problem]:
    """What scales needs the very target registered: id, dimension and namespace (kinds see to the id)."""
    wanted = _triple(call.inputs)
    there = [
        target
        for target in call.store.all(TARGET)
        if target.account == call.account and target.region == call.region and _triple(target.inputs) == wanted
    ]
    if there:
        return []
    namespace, dimension, resource = wanted
    message = (
        f"ObjectNotFoundException: No scalable target registered for service namespace: {namespace}, "
        f"resource ID: {resource}, scalable dimension: {dimension}"
    )
    return [Problem("resourceId", message, source)]


def _refuse_policy(call: Call) -> Sequence[Problem]:
    source = "Application Auto Scaling API, PutScalingPolicy"
    problems = _refuse_without_target(call, source)
    kind = call.inputs.get("policyType") or "StepScaling"
    tracking = call.inputs.get("targetTrackingScalingPolicyConfiguration")
    if kind == "TargetTrackingScaling" and not tracking:
        message = "ValidationException: a target tracking policy needs its configuration"
        problems.append(Problem("targetTrackingScalingPolicyConfiguration", message, source))
    predefined = (tracking or {}).get("predefinedMetricSpecification") or {}
    label = predefined.get("resourceLabel")
    if predefined.get("predefinedMetricType") == "ALBRequestCountPerTarget" and not label:
        message = "ValidationException: ALBRequestCountPerTarget needs a resource label: app/…/targetgroup/…"
        path = "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.resourceLabel"
        problems.append(Problem(path, message, source))
    return problems


def _refuse_action(call: Call) -> Sequence[Problem]:
    source = "Application Auto Scaling API, PutScheduledAction"
    problems = _refuse_without_target(call, source)
    schedule = str(call.inputs.get("schedule"))
    form = SCHEDULE.match(schedule)
    fields = form["fields"].split() if form and form["fields"] else None
    if form is None or (fields is not None and (len(fields) != 6 or (fields[2] == "?") == (fields[4] == "?"))):
        message = (
            f"ValidationException: {schedule!r} is no schedule; expected at(…), rate(…) or cron(…) of six fields with "
            "? for either the day of the month or the day of the week"
        )
        problems.append(Problem("schedule", message, source))
    return [*problems, *_refuse_bounds(call.inputs.get("scalableTargetAction") or {}, "scalableTargetAction.", source)]


def _part_arn(call: Call, kind: str, named: str) -> str:
    namespace, _, resource = _triple(call.inputs)
    place = f"arn:aws:autoscaling:{call.region}:{call.account}:{kind}:{call.uuid()}:resource/{namespace}/{resource}"
    return f"{place}:{named}/{call.inputs['name']}"


def _alarms(call: Call) -> list[str]:
    """A target-tracking policy makes two alarms of its own; they go with it and are nobody's resources."""
    return [
        f"arn:aws:cloudwatch:{call.region}:{call.account}:alarm:TargetTracking-{call.inputs['resourceId']}-Alarm"
        f"{which}-{call.uuid(which)}"
        for which in ("High", "Low")
    ]


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    TARGET: Behaviour(
        id=lambda call: str(call.inputs["resourceId"]),
        outputs=lambda call, _: {
            "arn": f"arn:aws:application-autoscaling:{call.region}:{call.account}:scalable-target/{call.digits(32)}",
            **call.unsent("minCapacity", "maxCapacity"),  # which scheduled actions write
            "roleArn": call.inputs.get("roleArn")
            or f"arn:aws:iam::{call.account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/"
            "AWSServiceRoleForApplicationAutoScaling_ECSService",
        },
        refuse=_refuse_target,
    ),
    POLICY: Behaviour(
        id=lambda call: str(call.inputs["name"]),
        outputs=lambda call, _: {"arn": _part_arn(call, "scalingPolicy", "policyName"), "alarmArns": _alarms(call)},
        names=lambda call, name: [
            f"scaling-policy/{call.account}/{call.region}/{'/'.join(_triple(call.inputs))}|{name}"
        ],
        refuse=_refuse_policy,
    ),
    SCHEDULED: Behaviour(
        id=lambda call: "-".join((str(call.inputs["name"]), *(str(call.inputs[key]) for key in (KEYS[0], KEYS[2])))),
        outputs=lambda call, _: {"arn": _part_arn(call, "scheduledAction", "scheduledActionName")},
        refuse=_refuse_action,
    ),
}
