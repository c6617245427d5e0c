"""How requests come to a service that is deployed blue/green: two target groups, two rules, and ECS's own role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import lb

from components import documents
from components.compute import permissions
from components.network.nacl import REQUEST_PORT
from components.roles import make_role

if TYPE_CHECKING:
    from components.base import ErpComponent
    from components.context import StackContext

COLOURS = ("blue", "green")
TEST_HEADER = "x-erp-deployment"
"""A request with this header and the value `test` reaches the new version before the others do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Traffic:
    """What a blue/green service needs of the load balancer.

    groups: by colour; the first deployment goes to blue, and from then on they take turns.
    ready: what has to stand before the service and to stay until it is gone.
    """

    groups: dict[str, lb.TargetGroup]
    production_rule: lb.ListenerRule
    test_rule: lb.ListenerRule
    role_arn: pulumi.Output[str]
    ready: list[pulumi.Resource]


def make_traffic(
    owner: ErpComponent,
    name: str,
    *,
    context: StackContext,
    vpc_id: pulumi.Input[str],
    listener_arn: pulumi.Input[str],
    health_path: str,
    stop_timeout_seconds: int,
) -> Traffic:
    """Make the way from the HTTPS listener to a service's tasks."""
    groups = {
        colour: lb.TargetGroup(
            owner.logical("target", name, colour),
            port=REQUEST_PORT,
            # Within the network, between two groups that only let each other in, and ended in the task.
            protocol="HTTP",
            protocol_version="HTTP1",
            target_type="ip",
            vpc_id=vpc_id,
            # A task is told to stop only when the balancer has let go of it.
            deregistration_delay=min(stop_timeout_seconds, 60),
            load_balancing_algorithm_type="least_outstanding_requests",
            health_check={
                "enabled": True,
                "path": health_path,
                "protocol": "HTTP",
                "port": "traffic-port",
                "matcher": "200",
                "interval": 10,
                "timeout": 5,
                "healthy_threshold": 2,
                "unhealthy_threshold": 3,
            },
            tags=owner.tags(),
            opts=owner.child(),
        )
        for colour in COLOURS
    }
    # ECS rewrites the weights in both rules with every deployment. Without this the next update would swing the traffic
    # back to the colour that is empty by then; weights alone can't be addressed.
    written_by_ecs = owner.child(ignore_changes=["actions"])
    production_rule = lb.ListenerRule(
        owner.logical("rule", name),
        listener_arn=listener_arn,
        priority=200,
        conditions=[{"path_pattern": {"values": ["/*"]}}],
        actions=_forward(groups, {"blue": 100, "green": 0}),
        tags=owner.tags(),
        opts=written_by_ecs,
    )
    test_rule = lb.ListenerRule(
        owner.logical("test-rule", name),
        listener_arn=listener_arn,
        priority=100,  # before the other, which takes everything
        conditions=[{"http_header": {"http_header_name": TEST_HEADER, "values": ["test"]}}],
        actions=_forward(groups, {"blue": 100, "green": 0}),
        tags=owner.tags(),
        opts=written_by_ecs,
    )
    role = make_role(
        owner,
        "shift-role",
        name,
        context=context,
        description=f"ECS moves the traffic of {name} between two target groups",
        trust=documents.plain_trust("ecs.amazonaws.com"),
        permissions=pulumi.Output.all(
            rules=[production_rule.arn, test_rule.arn],
            groups=[group.arn for group in groups.values()],
            listeners=[listener_arn],
        ).apply(
            lambda found: permissions.render(
                permissions.shifting_statements(found["rules"], found["groups"], found["listeners"])
            )
        ),
    )
    return Traffic(
        groups=groups,
        production_rule=production_rule,
        test_rule=test_rule,
        role_arn=role.role.arn,
        ready=[production_rule, test_rule, *role.ready],
    )


def _forward(groups: dict[str, lb.TargetGroup], weights: dict[str, int]) -> list[lb.ListenerRuleActionArgsDict]:
    return [
        {
            "type": "forward",
            "forward": {
                "target_groups": [{"arn": groups[colour].arn, "weight": weight} for colour, weight in weights.items()]
            },
        }
    ]
