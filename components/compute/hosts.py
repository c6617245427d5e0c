"""Everything that tasks run on: cluster, launch templates, groups of hosts, capacity providers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.compute.capacity import (
    join_cluster,
    make_group,
    make_provider,
    make_schedule,
    on_demand_group,
    spot_group,
)
from components.compute.cluster import make_cluster
from components.compute.launch_template import make_identity, make_template

if TYPE_CHECKING:
    from pulumi_aws import cloudwatch, ecs

    from components.base import ErpComponent
    from components.context import StackContext
    from settings.compute.hosts import HostsSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class HostsArgs:
    """What the hosts need to know.

    subnet_ids: of the app tier, by zone letter. security_group_id: of the app tier.
    hosts_role_arn: the service-linked role by which Auto Scaling starts hosts; the key of data lets it in.
    data_key_arn, logs_key_arn: keys for the hosts' volumes, and for what is typed in containers' shells.
    after: what has to stand while hosts run, for instance the routes out of their subnets.
    """

    context: StackContext
    settings: HostsSettings
    subnet_ids: Mapping[str, pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    hosts_role_arn: pulumi.Input[str]
    data_key_arn: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]
    after: Sequence[pulumi.Resource] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Hosts:
    """What services are placed by.

    cluster_capacity: has to stand before a service names a provider, and for as long as one does.
    provider_names: by kind of capacity, "on-demand" and "spot". exec_logs: what was typed in containers' shells.
    """

    cluster: ecs.Cluster
    cluster_capacity: ecs.ClusterCapacityProviders
    provider_names: Mapping[str, pulumi.Output[str]]
    exec_logs: cloudwatch.LogGroup


def make_hosts(owner: ErpComponent, args: HostsArgs) -> Hosts:
    """Make them in an order that holds backwards too: providers go first, then groups, templates, the cluster last."""
    made = make_cluster(owner, args)
    identity = make_identity(owner, args, made.cluster)
    after = [*identity.ready, *args.after]
    types = {"on-demand": (args.settings.instance_type,), "spot": args.settings.spot.types}
    templates = {kind: make_template(owner, args, kind, names, made.cluster, identity) for kind, names in types.items()}
    plans = (on_demand_group(args, templates["on-demand"]), spot_group(args, templates["spot"]))
    groups = {plan.kind: make_group(owner, args, plan, after) for plan in plans}
    make_schedule(owner, args, groups["on-demand"])
    providers = {kind: make_provider(owner, args, kind, group) for kind, group in groups.items()}
    return Hosts(
        cluster=made.cluster,
        cluster_capacity=join_cluster(owner, args, made.cluster, providers),
        provider_names={kind: provider.name for kind, provider in providers.items()},
        exec_logs=made.exec_logs,
    )
