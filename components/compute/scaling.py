"""How many tasks of a service run: targets that Application Auto Scaling holds, and the night's numbers.

Requests are measured over the load balancer and divided by the tasks that run. The ready-made metric for requests a
target belongs to one target group, and with blue/green the traffic leaves that group with every second deployment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import appautoscaling

from settings.compute.services import WebSettings, WorkerSettings

if TYPE_CHECKING:
    from typing import TypeAlias

    from pulumi_aws import ecs

    from components.base import ErpComponent
    from settings.compute.services import NightSettings, ScaledSettings

    CustomMetric: TypeAlias = (
        appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationArgsDict
    )

DIMENSION = "ecs:service:DesiredCount"
NAMESPACE = "ecs"
OUT_SECONDS = 60
IN_SECONDS = 300
"""Slower in than out: a task that is missed costs more than one that idles for five minutes."""

QUEUE_METRIC = "QueueDepth"
"""Waiting jobs, a metric that the scheduler publishes every minute in the stack's namespace, with no dimension."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ScalingGround:
    """What is measured, and where.

    cluster_name: part of the service's id here. balancer_arn_suffix: how CloudWatch calls the load balancer.
    namespace: where the application publishes its metrics.
    """

    cluster_name: pulumi.Input[str]
    balancer_arn_suffix: pulumi.Input[str]
    namespace: str
    night: NightSettings


def make_scaling(
    owner: ErpComponent, name: str, settings: ScaledSettings, service: ecs.Service, ground: ScalingGround
) -> appautoscaling.Target:
    """Let a service scale between its bounds."""
    target = appautoscaling.Target(
        owner.logical("scaling", name),
        service_namespace=NAMESPACE,
        scalable_dimension=DIMENSION,
        resource_id=pulumi.Output.concat("service/", ground.cluster_name, "/", service.name),
        min_capacity=settings.min,
        max_capacity=settings.max,
        tags=owner.tags(),
        # The schedules below write them: an update at night would bring the day's tasks back.
        opts=owner.child(ignore_changes=["minCapacity", "maxCapacity"]),
    )
    for what, percent in (("CPU", settings.cpu_target_percent), ("Memory", settings.memory_target_percent)):
        _follow(owner, name, what.lower(), target, percent, f"ECSServiceAverage{what}Utilization")
    running = {"ClusterName": ground.cluster_name, "ServiceName": service.name}
    if isinstance(settings, WebSettings):
        requests = _per_task(
            ("AWS/ApplicationELB", "RequestCount", "Sum", {"LoadBalancer": ground.balancer_arn_suffix}), running
        )
        _follow(owner, name, "requests", target, settings.requests_target, requests)
    if isinstance(settings, WorkerSettings):
        jobs = _per_task((ground.namespace, QUEUE_METRIC, "Maximum", {}), running)
        _follow(owner, name, "queue", target, settings.queue_target, jobs)
    _schedule(owner, name, settings, target, ground.night)
    return target


def _follow(
    owner: ErpComponent,
    name: str,
    what: str,
    target: appautoscaling.Target,
    value: float,
    metric: str | CustomMetric,
) -> None:
    """Hold a metric at a value: one that AWS has ready, by its type, or one computed from others."""
    tracking: appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgsDict = {
        "target_value": value,
        "scale_out_cooldown": OUT_SECONDS,
        "scale_in_cooldown": IN_SECONDS,
    }
    if isinstance(metric, str):
        tracking["predefined_metric_specification"] = {"predefined_metric_type": metric}
    else:
        tracking["customized_metric_specification"] = metric
    appautoscaling.Policy(
        owner.logical("follow", name, what),
        policy_type="TargetTrackingScaling",
        service_namespace=target.service_namespace,
        scalable_dimension=target.scalable_dimension,
        resource_id=target.resource_id,
        target_tracking_scaling_policy_configuration=tracking,
        opts=owner.child(),
    )


def _per_task(
    load: tuple[str, str, str, Mapping[str, pulumi.Input[str]]], running: Mapping[str, pulumi.Input[str]]
) -> CustomMetric:
    """A load divided by the tasks that run; with none running the load itself, so that work wakes the service."""

    def metric(
        name: str, namespace: str, metric_name: str, stat: str, dimensions: Mapping[str, pulumi.Input[str]]
    ) -> appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricArgsDict:
        return {
            "id": name,
            "metric_stat": {
                "stat": stat,
                "metric": {
                    "namespace": namespace,
                    "metric_name": metric_name,
                    "dimensions": [{"name": key, "value": value} for key, value in dimensions.items()],
                },
            },
            "return_data": False,
        }

    return {
        "metrics": [
            metric("load", *load),
            metric("tasks", "ECS/ContainerInsights", "RunningTaskCount", "Average", running),
            {
                "id": "each",
                "label": "load by task",
                "expression": "load / IF(FILL(tasks, 1) < 1, 1, FILL(tasks, 1))",
                "return_data": True,
            },
        ]
    }


def _schedule(
    owner: ErpComponent, name: str, settings: ScaledSettings, target: appautoscaling.Target, night: NightSettings
) -> None:
    """The night's bounds in the evening, the day's in the morning of a working day."""
    evening = (settings.night_min, settings.night_max, f"cron(0 {night.evening_hour} * * ? *)")
    morning = (settings.min, settings.max, f"cron(0 {night.morning_hour} ? * MON-FRI *)")
    for when, (least, most, schedule) in {"evening": evening, "morning": morning}.items():
        appautoscaling.ScheduledAction(
            owner.logical(when, name),
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            schedule=schedule,
            timezone=night.time_zone,
            scalable_target_action={"min_capacity": least, "max_capacity": most},
            opts=owner.child(),
        )
