"""Access in AWS: what bounds every role of the stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import iam

from components.base import ErpComponent
from components.boundary import boundary

if TYPE_CHECKING:
    from components.context import StackContext


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessArgs:
    """What access needs to know: the account and the regions of the context, which has no boundary yet."""

    context: StackContext


class Access(ErpComponent):
    """The permission boundary of every role (T4). It comes first, because a role is made with its boundary.

    IAM refuses to delete a policy that still bounds a role, so it also goes last.
    """

    boundary_arn: pulumi.Output[str]

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
        self.register(boundary_arn=policy.arn)
