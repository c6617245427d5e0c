"""Access in AWS: what bounds every role of the stack, and the role by which Auto Scaling starts its hosts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import iam

from components.base import ErpComponent
from components.boundary import boundary
from components.names import ESTATE, NameRule, physical

if TYPE_CHECKING:
    from components.context import StackContext


ROLE_SUFFIX = NameRule(maximum=35)
"""What may stand behind `AWSServiceRoleForAutoScaling_`: a role's name has 64 characters at most (IAM quotas)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessArgs:
    """What access needs to know: the account and the regions of the context, which has no boundary yet."""

    context: StackContext


class Access(ErpComponent):
    """The permission boundary of every role (T4). It comes first, because a role is made with its boundary.

    IAM refuses to delete a policy that still bounds a role, so it also goes last.

    Auto Scaling works by a service-linked role. The one that it makes by itself is the account's: whoever makes it a
    second time is refused, and its name in a key's policy would let every stack's hosts use the key. A role with the
    stack's name at its end is the stack's own, so two stacks of one account do not meet.
    """

    boundary_arn: pulumi.Output[str]
    hosts_role_arn: pulumi.Output[str]
    """By which Auto Scaling starts hosts; each group of hosts has to name it."""

    def __init__(self, name: str, args: AccessArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("erp:security:Access", name, opts)
        context = args.context
        policy = iam.Policy(
            self.logical("boundary"),
            description="The most that any role of the stack may do",
            policy=boundary(
                account_id=context.aws_account_id,
                regions=(context.aws_region, context.aws_recovery_region),
            ),
            tags=self.tags(),
            opts=self.child(),
        )
        hosts_role = iam.ServiceLinkedRole(
            self.logical("hosts-role"),
            aws_service_name="autoscaling.amazonaws.com",
            custom_suffix=physical(ROLE_SUFFIX, ESTATE, context.stack, generation=1),
            description="Starts the hosts of this stack, with volumes under its key",
            tags=self.tags(),
            opts=self.child(),
        )
        self.register(boundary_arn=policy.arn, hosts_role_arn=hosts_role.arn)
