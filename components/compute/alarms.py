"""Alarms that roll a deployment back.

They are named in a service's deployment configuration, which is what acts on them; nobody is called, that is the
business of the alarms over the whole estate. None of them names the service: its alarms have to exist before it does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import cloudwatch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.base import ErpComponent
    from components.compute.traffic import Traffic

ERROR_PERCENT = 5
"""Share of requests answered with a 5xx; a handful of requests at night decides nothing, see LEAST_REQUESTS."""
LEAST_REQUESTS = 20
SLOW_SECONDS = 2.0
"""95 of 100 requests are answered within this time."""
LOGGED_ERRORS = 20
"""Lines of level ERROR in five minutes."""


def web_alarms(
    owner: ErpComponent, name: str, balancer_arn_suffix: pulumi.Input[str], traffic: Traffic
) -> list[cloudwatch.MetricAlarm]:
    """Errors, slowness and unhealthy tasks, over both colours: during a deployment either may be the one."""
    of_balancer = {"LoadBalancer": balancer_arn_suffix}
    errors = cloudwatch.MetricAlarm(
        owner.logical("alarm", name, "errors"),
        alarm_description=f"More than {ERROR_PERCENT} % of the answers of {name} are errors of the server",
        comparison_operator="GreaterThanThreshold",
        threshold=ERROR_PERCENT,
        evaluation_periods=3,
        datapoints_to_alarm=2,
        treat_missing_data="notBreaching",
        metric_queries=[
            _metric("errors", "HTTPCode_Target_5XX_Count", "Sum", of_balancer),
            _metric("requests", "RequestCount", "Sum", of_balancer),
            {
                "id": "share",
                "label": "share of errors, percent",
                "expression": f"IF(requests > {LEAST_REQUESTS}, 100 * FILL(errors, 0) / requests, 0)",
                "return_data": True,
            },
        ],
        tags=owner.tags(),
        opts=owner.child(),
    )
    slow = cloudwatch.MetricAlarm(
        owner.logical("alarm", name, "latency"),
        alarm_description=f"5 % of the answers of {name} take longer than {SLOW_SECONDS:g} seconds",
        namespace="AWS/ApplicationELB",
        metric_name="TargetResponseTime",
        dimensions=of_balancer,
        extended_statistic="p95",
        period=60,
        comparison_operator="GreaterThanThreshold",
        threshold=SLOW_SECONDS,
        evaluation_periods=5,
        datapoints_to_alarm=3,
        evaluate_low_sample_count_percentiles="ignore",
        treat_missing_data="notBreaching",
        tags=owner.tags(),
        opts=owner.child(),
    )
    unhealthy = cloudwatch.MetricAlarm(
        owner.logical("alarm", name, "unhealthy"),
        alarm_description=f"Tasks of {name} fail the load balancer's health check",
        comparison_operator="GreaterThanThreshold",
        threshold=0,
        evaluation_periods=5,
        datapoints_to_alarm=4,
        treat_missing_data="notBreaching",
        metric_queries=[
            *(
                _metric(
                    colour,
                    "UnHealthyHostCount",
                    "Maximum",
                    {**of_balancer, "TargetGroup": group.arn_suffix},
                )
                for colour, group in traffic.groups.items()
            ),
            {
                "id": "unhealthy",
                "label": "unhealthy tasks",
                "expression": f"SUM([{', '.join(f'FILL({colour}, 0)' for colour in traffic.groups)}])",
                "return_data": True,
            },
        ],
        tags=owner.tags(),
        opts=owner.child(),
    )
    return [errors, slow, unhealthy]


def log_alarms(
    owner: ErpComponent, name: str, log_group: cloudwatch.LogGroup, namespace: str
) -> list[cloudwatch.MetricAlarm]:
    """Errors that a service without requests writes to its log: JSON lines whose level is ERROR or worse."""
    metric = f"{name}-errors"
    cloudwatch.LogMetricFilter(
        owner.logical("error-filter", name),
        log_group_name=log_group.name,
        pattern='{ ($.level = "ERROR") || ($.level = "CRITICAL") }',
        metric_transformation={
            "namespace": namespace,
            "name": metric,
            "value": "1",
            "default_value": "0",
            "unit": "Count",
        },
        opts=owner.child(),
    )
    return [
        cloudwatch.MetricAlarm(
            owner.logical("alarm", name, "errors"),
            alarm_description=f"{name} logs more than {LOGGED_ERRORS} errors in five minutes",
            namespace=namespace,
            metric_name=metric,
            statistic="Sum",
            period=300,
            comparison_operator="GreaterThanThreshold",
            threshold=LOGGED_ERRORS,
            evaluation_periods=1,
            datapoints_to_alarm=1,
            treat_missing_data="notBreaching",
            tags=owner.tags(),
            opts=owner.child(),
        )
    ]


def _metric(
    name: str, metric: str, statistic: str, dimensions: Mapping[str, pulumi.Input[str]]
) -> cloudwatch.MetricAlarmMetricQueryArgsDict:
    return {
        "id": name,
        "metric": {
            "namespace": "AWS/ApplicationELB",
            "metric_name": metric,
            "stat": statistic,
            "period": 60,
            "dimensions": dict(dimensions),
        },
        "return_data": False,
    }
