"""Groups of hosts, and the capacity providers through which ECS sizes them.

ECS decides how many hosts there are, between the bounds of each group. The floor of the on-demand group follows the
hours of schools; what a schedule writes, the program must not write back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_aws import autoscaling, ec2, ecs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.base import ErpComponent
    from components.compute.hosts import HostsArgs

WARMUP_SECONDS = 180
"""From a host's start until it takes tasks: boot, agent, registration."""

DAY_SECONDS = 86400

UNCHANGED = -1
"""Size in a schedule that leaves the group's own; a size left out would be 0."""

METRICS = (
    autoscaling.Metric.GROUP_DESIRED_CAPACITY,
    autoscaling.Metric.GROUP_IN_SERVICE_INSTANCES,
    autoscaling.Metric.GROUP_MAX_SIZE,
    autoscaling.Metric.GROUP_MIN_SIZE,
    autoscaling.Metric.GROUP_PENDING_INSTANCES,
    autoscaling.Metric.GROUP_STANDBY_INSTANCES,
    autoscaling.Metric.GROUP_TERMINATING_INSTANCES,
    autoscaling.Metric.GROUP_TOTAL_INSTANCES,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class HostGroup:
    """What differs between the groups.

    kind: "on-demand" or "spot". instances: the arguments that say what is started, and how AWS gives it.
    """

    kind: str
    min_hosts: int
    max_hosts: int
    wait: str
    retire_first: Sequence[str]
    instances: dict[str, Any]


def on_demand_group(args: HostsArgs, template: ec2.LaunchTemplate) -> HostGroup:
    """Hosts that stay until they are let go."""
    chosen = args.settings.on_demand
    instances: dict[str, Any] = {"launch_template": {"id": template.id, "version": _version(template)}}
    if chosen.warm_hosts:
        instances["warm_pool"] = {
            "pool_state": "Stopped",
            "min_size": chosen.warm_hosts,
            "max_group_prepared_capacity": chosen.max_hosts,
            "instance_reuse_policy": {"reuse_on_scale_in": False},
        }
    return HostGroup(
        kind="on-demand",
        min_hosts=chosen.min_hosts,
        max_hosts=chosen.max_hosts,
        # A host that cannot start (a key without the grant, a wrong subnet) fails the update instead of passing unseen.
        wait="10m",
        retire_first=["OldestLaunchTemplate", "OldestInstance"],
        instances=instances,
    )


def spot_group(args: HostsArgs, template: ec2.LaunchTemplate) -> HostGroup:
    """Hosts from whichever pools are deepest and cheap, replaced when AWS foresees that one is taken back."""
    chosen = args.settings.spot
    return HostGroup(
        kind="spot",
        min_hosts=chosen.min_hosts,
        max_hosts=chosen.max_hosts,
        wait="0",  # spare capacity may be out, and that must not hold an update up
        retire_first=["OldestLaunchTemplate", "AllocationStrategy"],
        instances={
            "capacity_rebalance": True,
            "mixed_instances_policy": {
                "instances_distribution": {
                    "on_demand_base_capacity": 0,
                    "on_demand_percentage_above_base_capacity": 0,  # left out, all of it would be on demand
                    "spot_allocation_strategy": "price-capacity-optimized",
                },
                "launch_template": {
                    "launch_template_specification": {
                        "launch_template_id": template.id,
                        "version": _version(template),
                    },
                    "overrides": [{"instance_type": name} for name in chosen.types],
                },
            },
        },
    )


def make_group(
    owner: ErpComponent, args: HostsArgs, group: HostGroup, after: Sequence[pulumi.Resource]
) -> autoscaling.Group:
    """A group over all subnets of the app tier.

    after: what has to stand while hosts run: their role's permissions, the way out of their subnets.
    """
    protected = args.context.protects_data
    name = owner.logical("host", group.kind)
    tags = {**args.context.common_tags, **owner.tags("data", Name=name), "AmazonECSManaged": "true"}
    return autoscaling.Group(
        owner.logical("hosts", group.kind),
        min_size=group.min_hosts,
        max_size=group.max_hosts,
        vpc_zone_identifiers=[args.subnet_ids[zone] for zone in sorted(args.subnet_ids)],
        # Tasks have health checks of their own; a host is unhealthy when EC2 says so.
        health_check_type="EC2",
        health_check_grace_period=WARMUP_SECONDS,
        default_instance_warmup=WARMUP_SECONDS,
        max_instance_lifetime=args.settings.max_instance_lifetime_days * DAY_SECONDS,
        termination_policies=list(group.retire_first),
        enabled_metrics=list(METRICS),
        # ECS protects hosts that run tasks only where the group protects all its hosts. In prod alone: a destroy
        # elsewhere would wait for hosts that nobody lets go any more.
        protect_from_scale_in=protected,
        force_delete=not protected,
        service_linked_role_arn=args.hosts_role_arn,
        wait_for_capacity_timeout=group.wait,
        instance_refresh={
            "strategy": "Rolling",
            "preferences": {
                "min_healthy_percentage": 100,
                "max_healthy_percentage": 150,  # new hosts first, then the old ones drain
                "instance_warmup": str(WARMUP_SECONDS),
                "scale_in_protected_instances": "Refresh",  # left out, protected hosts would keep the old template
                # No roll-back by AWS: it has none where the image comes from a parameter.
                "auto_rollback": False,
            },
        },
        tags=[{"key": key, "value": value, "propagate_at_launch": True} for key, value in sorted(tags.items())],
        # Sizes are ECS's and the schedules' to write.
        opts=owner.child(depends_on=list(after), ignore_changes=["desiredCapacity", "minSize"]),
        **group.instances,
    )


def make_provider(owner: ErpComponent, args: HostsArgs, kind: str, group: autoscaling.Group) -> ecs.CapacityProvider:
    """What lets ECS size a group. Its name may not begin with aws, ecs or fargate; the autonamer's begins with ours."""
    return ecs.CapacityProvider(
        owner.logical("provider", kind),
        auto_scaling_group_provider={
            "auto_scaling_group_arn": group.arn,
            "managed_scaling": {
                "status": "ENABLED",
                "target_capacity": args.settings.target_capacity_percent,
                "minimum_scaling_step_size": 1,
                "maximum_scaling_step_size": 10,
                "instance_warmup_period": WARMUP_SECONDS,
            },
            "managed_termination_protection": "ENABLED" if args.context.protects_data else "DISABLED",
            "managed_draining": "ENABLED",  # tasks move before their host goes
        },
        tags=owner.tags(),
        opts=owner.child(),
    )


def make_schedule(owner: ErpComponent, args: HostsArgs, group: autoscaling.Group) -> None:
    """The floor of the on-demand group: higher while schools are at work."""
    hours = args.settings.busy_hours
    for role, recurrence, floor in (
        ("busy", hours.start, args.settings.on_demand.busy_hosts),
        ("quiet", hours.end, args.settings.on_demand.min_hosts),
    ):
        autoscaling.Schedule(
            owner.logical("hours", role),
            scheduled_action_name=f"{role}-hours",
            autoscaling_group_name=group.name,
            recurrence=recurrence,
            time_zone=hours.time_zone,
            min_size=floor,
            max_size=UNCHANGED,
            desired_capacity=UNCHANGED,
            opts=owner.child(),
        )


def join_cluster(
    owner: ErpComponent, args: HostsArgs, cluster: ecs.Cluster, providers: dict[str, ecs.CapacityProvider]
) -> ecs.ClusterCapacityProviders:
    """Give the cluster its providers and its default strategy.

    A provider is replaced with its group alone, and both get new names: this list then changes in place before the old
    ones are deleted. Replacing the list itself would end in an empty one: deleting it takes away what the cluster has.
    """
    return ecs.ClusterCapacityProviders(
        owner.logical("cluster-providers"),
        cluster_name=cluster.name,
        capacity_providers=[provider.name for provider in providers.values()],
        default_capacity_provider_strategies=[
            {
                "capacity_provider": providers["on-demand"].name,
                "base": args.settings.on_demand.base_tasks,
                "weight": args.settings.on_demand.weight,
            },
            {"capacity_provider": providers["spot"].name, "weight": args.settings.spot.weight},
        ],
        opts=owner.child(),
    )


def _version(template: ec2.LaunchTemplate) -> pulumi.Output[str]:
    """The template's newest version by its number: only a version that changes starts an instance refresh."""
    return template.latest_version.apply(str)
