"""The ECS services: what runs, how a new version comes in, and when ECS goes back to the old one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import ecs

from components.compute import alarms
from components.compute.scaling import ScalingGround, make_scaling
from components.compute.tasks import TaskGround, TaskPlan, make_task, metrics_namespace
from components.compute.traffic import Traffic, make_traffic
from components.network.nacl import REQUEST_PORT
from settings.compute.services import ScaledSettings, SchedulerSettings, WebSettings

if TYPE_CHECKING:
    from components.base import ErpComponent
    from settings.compute.services import Named, ServicesSettings, TaskSettings

TIMEOUTS = pulumi.CustomTimeouts(create="45m", update="90m", delete="30m")
"""An update lasts until the deployment is steady: starting hosts, both colours, the time of the bake."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ways:
    """Where services run and how they are reached.

    providers: names of the capacity providers, `on-demand` and `spot`. capacity: what ties them to the cluster.
    subnet_ids, security_group_ids: of the tasks. listener_arn: the HTTPS listener's.
    balancer_arn_suffix: how CloudWatch calls the load balancer.
    """

    cluster_arn: pulumi.Input[str]
    cluster_name: pulumi.Input[str]
    providers: Mapping[str, pulumi.Input[str]]
    capacity: pulumi.Resource
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_ids: Sequence[pulumi.Input[str]]
    listener_arn: pulumi.Input[str]
    balancer_arn_suffix: pulumi.Input[str]


def make_services(
    owner: ErpComponent, settings: ServicesSettings, ground: TaskGround, ways: Ways
) -> dict[str, ecs.Service]:
    """Make every service of the settings, by name."""
    return {named.name: _make_service(owner, named, settings, ground, ways) for named in settings.named()}


def _make_service(
    owner: ErpComponent, named: Named, settings: ServicesSettings, ground: TaskGround, ways: Ways
) -> ecs.Service:
    name, own = named.name, named.settings
    task = make_task(owner, _plan(named, settings), ground)
    traffic = None
    if isinstance(own, WebSettings):
        traffic = make_traffic(
            owner,
            name,
            context=ground.context,
            vpc_id=ways.vpc_id,
            listener_arn=ways.listener_arn,
            health_path=own.health_path,
            stop_timeout_seconds=own.stop_timeout_seconds,
        )
        watching = alarms.web_alarms(owner, name, ways.balancer_arn_suffix, traffic)
    else:
        watching = alarms.log_alarms(owner, name, task.log_group, metrics_namespace(ground.context))
    way = _deployment(own, name, traffic)
    service = ecs.Service(
        owner.logical("service", name),
        cluster=ways.cluster_arn,
        task_definition=task.definition.arn,
        desired_count=_tasks(own) if settings.running else 0,
        capacity_provider_strategies=_strategies(own, ways.providers),
        # AWS takes another strategy for a service that exists only together with a new deployment.
        force_new_deployment=True,
        network_configuration={
            "subnets": list(ways.subnet_ids),
            "security_groups": list(ways.security_group_ids),
            "assign_public_ip": False,
        },
        # Over the zones first, so that one can be lost; then as tight as it goes.
        ordered_placement_strategies=[
            {"type": "spread", "field": "attribute:ecs.availability-zone"},
            {"type": "binpack", "field": "memory"},
        ],
        # ECS moves nothing of a service that may not run twice for a moment.
        availability_zone_rebalancing="DISABLED" if isinstance(own, SchedulerSettings) else "ENABLED",
        alarms={"enable": True, "rollback": True, "alarm_names": [alarm.name for alarm in watching]},
        # No shell in a container whose root file system is read-only: ECS Exec does not work there.
        enable_execute_command=False,
        enable_ecs_managed_tags=True,
        propagate_tags="SERVICE",
        wait_for_steady_state=True,
        sigint_rollback=True,
        tags=owner.tags(),
        opts=owner.child(
            # Autoscaling writes it; of the one scheduler it is said here.
            ignore_changes=["desiredCount"] if isinstance(own, ScaledSettings) else [],
            # Without its roles' policies a service that is being deleted drains for ever; without capacity it never
            # becomes steady.
            depends_on=[*task.ready, ways.capacity, *(traffic.ready if traffic else [])],
            custom_timeouts=TIMEOUTS,
        ),
        deployment_configuration=way.configuration,
        deployment_minimum_healthy_percent=way.least_percent,
        deployment_maximum_percent=way.most_percent,
        deployment_circuit_breaker=way.breaker,
        load_balancers=way.balancers,
        health_check_grace_period_seconds=way.grace_seconds,
    )
    # Scaling that is made later raises a service from none to its fewest tasks.
    if isinstance(own, ScaledSettings) and settings.running:
        make_scaling(
            owner,
            name,
            own,
            service,
            ScalingGround(
                cluster_name=ways.cluster_name,
                balancer_arn_suffix=ways.balancer_arn_suffix,
                namespace=metrics_namespace(ground.context),
                night=settings.night,
            ),
        )
    return service


def _tasks(own: TaskSettings) -> int:
    return own.desired if isinstance(own, ScaledSettings) else 1


def _plan(named: Named, settings: ServicesSettings) -> TaskPlan:
    own = named.settings
    return TaskPlan(
        name=named.name,
        image=settings.image,
        command=own.command,
        user=settings.user,
        cpu_units=own.cpu_units,
        memory_mib=own.memory_mib,
        stop_timeout_seconds=own.stop_timeout_seconds,
        health_command=own.health_command,
        uses=own.uses,
        mounts=own.mounts,
        listens=named.kind == "web",
        publishes=named.kind != "web",
    )


def _strategies(
    own: TaskSettings, providers: Mapping[str, pulumi.Input[str]]
) -> list[ecs.ServiceCapacityProviderStrategyArgsDict]:
    """On-demand capacity for the base; what is beyond it is shared out. What runs only once never runs on spot."""
    base, spot = (own.on_demand_base, own.spot_percent) if isinstance(own, ScaledSettings) else (1, 0)
    return [
        {"capacity_provider": providers["on-demand"], "base": base, "weight": 100 - spot},
        {"capacity_provider": providers["spot"], "base": 0, "weight": spot},
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Way:
    """How a new version comes in; percentages are of the tasks that are wanted."""

    configuration: ecs.ServiceDeploymentConfigurationArgsDict
    least_percent: int
    most_percent: int
    breaker: ecs.ServiceDeploymentCircuitBreakerArgsDict | None = None
    balancers: list[ecs.ServiceLoadBalancerArgsDict] | None = None
    grace_seconds: int | None = None


def _deployment(own: TaskSettings, name: str, traffic: Traffic | None) -> _Way:
    """How a new version comes in.

    Requests: a whole second colour beside the first, the traffic moved at once, and the first kept while it bakes.
    Anything else: task by task, with a circuit breaker, which blue/green has no use for (its alarms and its own checks
    take the place). The one scheduler is stopped before the next is started.
    """
    if traffic is None or not isinstance(own, WebSettings):
        once = isinstance(own, SchedulerSettings)
        return _Way(
            configuration={"strategy": "ROLLING"},
            least_percent=0 if once else 50,
            most_percent=100 if once else 200,
            breaker={"enable": True, "rollback": True},
        )
    return _Way(
        configuration={"strategy": "BLUE_GREEN", "bake_time_in_minutes": str(own.bake_minutes)},
        least_percent=100,
        most_percent=200,
        grace_seconds=60,
        balancers=[
            {
                "target_group_arn": traffic.groups["blue"].arn,
                "container_name": name,
                "container_port": REQUEST_PORT,
                "advanced_configuration": {
                    "alternate_target_group_arn": traffic.groups["green"].arn,
                    "production_listener_rule": traffic.production_rule.arn,
                    "test_listener_rule": traffic.test_rule.arn,
                    "role_arn": traffic.role_arn,
                },
            }
        ],
    )
