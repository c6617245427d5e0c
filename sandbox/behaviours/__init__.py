"""What each cloud does with each type beyond taking its inputs: one module a service."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from sandbox.behaviours import (
    aws_acm,
    aws_alarms,
    aws_appautoscaling,
    aws_autoscaling,
    aws_ec2_launch,
    aws_ecs_cluster,
    aws_ecs_service,
    aws_ecs_tasks,
    aws_efs,
    aws_elasticache,
    aws_iam,
    aws_iam_linked,
    aws_kms,
    aws_lambda,
    aws_lb,
    aws_logs,
    aws_network,
    aws_prefix_lists,
    aws_rds,
    aws_rotation,
    aws_s3,
    aws_s3_objects,
    aws_secretsmanager,
    aws_security_groups,
    aws_sns,
    aws_ssm,
    aws_target_groups,
    aws_vpn,
    aws_wafv2,
    azure_network,
    azure_resources,
    cloudflare,
)
from sandbox.behaviours.aws_tags import with_tags
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.behaviours.general import general

__all__ = ["Behaviour", "Call", "behaviour", "is_made_up"]

_MODULES: Final = (
    aws_acm,
    aws_alarms,
    aws_appautoscaling,
    aws_ecs_service,
    aws_ecs_tasks,
    aws_efs,
    aws_elasticache,
    aws_autoscaling,
    aws_ec2_launch,
    aws_ecs_cluster,
    aws_iam,
    aws_iam_linked,
    aws_kms,
    aws_lambda,
    aws_logs,
    aws_network,
    aws_rotation,
    aws_wafv2,
    aws_s3_objects,
    aws_prefix_lists,
    aws_lb,
    aws_rds,
    aws_s3,
    aws_secretsmanager,
    aws_security_groups,
    aws_sns,
    aws_target_groups,
    aws_vpn,
    aws_ssm,
    azure_network,
    azure_resources,
    cloudflare,
)


@cache
def _behaviours() -> Mapping[str, Behaviour]:
    return {token: behaviour for module in _MODULES for token, behaviour in module.BEHAVIOURS.items()}


@cache
def behaviour(token: str) -> Behaviour:
    """The ways of a type; one that no module knows gets an id and an ARN in the vendor's general form."""
    ways = _behaviours().get(token) or general(token)
    return with_tags(ways) if token.startswith("aws:") else ways


def is_made_up(token: str) -> bool:
    """Tell whether no module knows a type's ways, so that its computed outputs are made up."""
    return token not in _behaviours()
