"""Roles: the only place that makes one, so that each has the boundary, and its users wait for its rights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_aws import iam

if TYPE_CHECKING:
    from components.base import ErpComponent
    from components.context import StackContext


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeRole:
    """A role, and what has to be there before it can do its work: whoever uses the role depends on `ready`."""

    role: iam.Role
    ready: list[pulumi.Resource]


def make_role(
    owner: ErpComponent,
    role: str,
    *key: str,
    context: StackContext,
    description: str,
    trust: pulumi.Input[str],
    permissions: pulumi.Input[str] | None = None,
    managed: Sequence[str] = (),
    permissions_were: str | None = None,
    **extras: Any,
) -> MadeRole:
    """Make a role within the stack's boundary, with the rights that it is given here and no others.

    role, key: parts of the logical name. trust, permissions: documents, of `components.documents`.
    managed: ARNs of AWS's own policies, where a service documents one for the role. extras: options for all of them.
    permissions_were: an earlier logical name of the permissions, which they keep as an alias.
    """
    made = iam.Role(
        owner.logical(role, *key),
        description=description,
        assume_role_policy=trust,
        permissions_boundary=context.boundary_arn,
        tags=owner.tags(),
        opts=owner.child(**extras),
    )
    ready: list[pulumi.Resource] = []
    if permissions is not None:
        aliases = [] if permissions_were is None else [pulumi.Alias(name=permissions_were)]
        policy = iam.RolePolicy(
            owner.logical(f"{role}-permissions", *key),
            role=made.name,
            policy=permissions,
            opts=owner.child(aliases=aliases, **extras),
        )
        ready.append(policy)
    ready += [
        iam.RolePolicyAttachment(
            owner.logical(f"{role}-managed", *key, arn.rpartition("/")[2].lower()),
            role=made.name,
            policy_arn=arn,
            opts=owner.child(**extras),
        )
        for arn in managed
    ]
    return MadeRole(role=made, ready=ready or [made])
