"""Amazon EC2 Auto Scaling: groups of hosts and their schedules."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.aws_autoscaling_checks import launches, refuse_group
from sandbox.behaviours.aws_ec2_launch import template_of
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem

GROUP: Final = "aws:autoscaling/group:Group"
SCHEDULE: Final = "aws:autoscaling/schedule:Schedule"


def _group_arn(call: Call, name: str) -> str:
    start = f"arn:aws:autoscaling:{call.region}:{call.account}:autoScalingGroup:{call.uuid('group')}"
    return f"{start}:autoScalingGroupName/{name}"


def _service_role(call: Call) -> str:
    """The account's own role, by which a group works that names no other."""
    path = "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    return f"arn:aws:iam::{call.account}:role/{path}"


def _group_outputs(call: Call, name: str) -> Mapping[str, Any]:
    inputs = call.inputs
    subnets = [other for value in inputs.get("vpcZoneIdentifiers") or [] if (other := call.other(value))]
    zones = sorted({str(subnet.properties["availabilityZone"]) for subnet in subnets})
    # ECS and schedules move the capacity on; nothing of that happens here, so it stays where it was.
    kept = call.existing.properties.get("desiredCapacity") if call.existing else None
    capacity = inputs.get("desiredCapacity", kept if kept is not None else inputs.get("minSize", 0))
    return {
        "arn": _group_arn(call, name),
        "availabilityZones": inputs.get("availabilityZones") or zones,
        "defaultCooldown": inputs.get("defaultCooldown", 300),
        "desiredCapacity": min(max(int(capacity), int(inputs["minSize"])), int(inputs["maxSize"])),
        "healthCheckType": inputs.get("healthCheckType") or "EC2",
        "loadBalancers": inputs.get("loadBalancers") or [],
        "name": name,
        "predictedCapacity": 0,
        "serviceLinkedRoleArn": inputs.get("serviceLinkedRoleArn") or _service_role(call),
        "targetGroupArns": inputs.get("targetGroupArns") or [],
        "vpcZoneIdentifiers": inputs.get("vpcZoneIdentifiers") or [],
        "warmPoolSize": int((inputs.get("warmPool") or {}).get("minSize") or 0),
        **_launch_template(call),
    }


def _launch_template(call: Call) -> Mapping[str, Any]:
    """A template as it is read back: by id and by name."""
    named = dict(launches(call.inputs)).get("launchTemplate")
    template = template_of(call, named)
    if named is None or template is None:
        return {}
    version = str(named.get("version") or "$Default")
    return {"launchTemplate": {"id": template.id, "name": template.properties["name"], "version": version}}


def _schedule_outputs(call: Call, _: str) -> Mapping[str, Any]:
    group, name = call.inputs["autoscalingGroupName"], call.inputs["scheduledActionName"]
    start = f"arn:aws:autoscaling:{call.region}:{call.account}:scheduledUpdateGroupAction:{call.uuid('action')}"
    return {
        "arn": f"{start}:autoScalingGroupName/{group}:scheduledActionName/{name}",
        "startTime": call.inputs.get("startTime") or "",
        **{size: _size(call, size) for size in ("desiredCapacity", "maxSize", "minSize")},
    }


def _size(call: Call, name: str) -> int:
    """A size that is left out is sent as 0 (terraform-provider-aws internal/service/autoscaling/schedule.go)."""
    return int(call.inputs.get(name, 0))


def _refuse_schedule(call: Call) -> Sequence[Problem]:
    least, most = _size(call, "minSize"), _size(call, "maxSize")
    if least <= most or most == -1:
        return ()
    left_out = "" if "maxSize" in call.inputs else " (left out, it is 0; -1 leaves the group's own)"
    message = f"ValidationError: Min size {least} must not be above max size {most}{left_out}"
    return [Problem("minSize", message, "terraform-provider-aws internal/service/autoscaling/schedule.go")]


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    GROUP: Behaviour(
        id=lambda call: str(call.inputs["name"]),
        outputs=_group_outputs,
        names=lambda call, name: [f"auto-scaling-group/{call.account}/{call.region}|{name}"],
        identifiers=lambda call, name: [_group_arn(call, name)],
        refuse=refuse_group,
    ),
    SCHEDULE: Behaviour(
        # The provider's id is the name alone, which is unique within its group only.
        id=lambda call: f"{call.inputs['autoscalingGroupName']}/{call.inputs['scheduledActionName']}",
        outputs=_schedule_outputs,
        refuse=_refuse_schedule,
    ),
}
