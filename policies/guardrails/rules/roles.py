"""Roles in AWS: what bounds them, and for whom a service may take them on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity, found
from guardrails.iam import Statement, statements
from guardrails.model import Resource
from guardrails.rules.iam import ROLE
from guardrails.values import Node

_USER: Final = "aws:iam/user:User"

# Services that say for which account or resource they take a role on, by their own guides' sections on confused
# deputies and trust policies. Of the others a condition would keep out the service itself: EC2, Lambda, RDS Proxy, S3's
# replication, AWS Backup and ECS as it shifts traffic document none. Those can only be given a role by somebody who
# may pass it, and that is somebody of the role's own account (IAM user guide, on iam:PassRole).
_TELLING: Final = re.compile(
    r"(cloudformation|cloudtrail|codebuild|config|ecs-tasks|events|firehose|logs(\.[a-z0-9-]+)?|monitoring\.rds|pipes"
    r"|scheduler|ssm|states|transfer|vpc-flow-logs)\.amazonaws\.com"
)


def _has_boundary(resource: Resource, _: Scope) -> Iterator[Finding]:
    boundary = resource.read("permissionsBoundary")
    if boundary.is_absent or boundary.text() == "":
        yield found(boundary, "is not set, expected the ARN of the policy that says what the role may do at most")


REQUIRE_BOUNDARY = ResourceRule(
    id="require-permission-boundaries",
    title="Every role and user has a permission boundary",
    types=(ROLE, _USER),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Without one, whatever somebody attaches to a role is what it may do: one wrong policy, and a workload makes "
    "users, ends the trail or leaves its regions.",
    mend="Give it the stack's boundary; a role that needs more than the boundary holds is a reason to look at both.",
    example='aws.iam.Role("worker", ..., permissions_boundary=boundary.arn)',
    check=_has_boundary,
)


def _acts_for_us(role: Resource, _: Scope) -> Iterator[Finding]:
    for statement in statements(role.read("assumeRolePolicy")):
        if statement.allows is True and statement.is_tied() is False:
            for service in _telling_services(statement):
                yield found(
                    service,
                    f"lets {service.shown()} act for any account, expected a condition on aws:SourceAccount or "
                    "aws:SourceArn",
                )


def _telling_services(statement: Statement) -> Iterator[Node]:
    services = statement.node.at("Principal")
    if not isinstance(services.raw, dict):  # "*", which is another rule's matter, or not known yet
        return
    for service in services.at("Service").one_or_many():
        if _TELLING.fullmatch(service.text() or ""):
            yield service


LIMIT_SERVICES = ResourceRule(
    id="limit-services-to-account",
    title="A service takes a role on for our own resources alone",
    types=(ROLE,),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="A service acts for all its customers: without a condition somebody else's resource may make it use our role "
    "(the confused deputy).",
    mend="Ask for our account in aws:SourceAccount, and for the resource in aws:SourceArn where its ARN is known.",
    example="""
{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"},
 "Condition": {"StringEquals": {"aws:SourceAccount": account_id},
               "ArnLike": {"aws:SourceArn": f"arn:aws:ecs:{region}:{account_id}:*"}}}
""",
    check=_acts_for_us,
)

RULES: Final = (REQUIRE_BOUNDARY, LIMIT_SERVICES)
