"""The published shard map, and the hook that refuses a map which takes a school's home away.

The hook runs before an update of the parameter, in previews too. It compares what the state holds with the ownership
that the settings ask for, and not with the new document: that one is unknown in a preview that adds a shard, as its
endpoints are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import ssm

from components.database.instances import DATABASE
from components.database.shard_map import Endpoints, Ownership, document, ownership_of, problems
from components.names import ESTATE

if TYPE_CHECKING:
    from components.base import ErpComponent
    from components.context import StackContext


class ReshardingRefused(Exception):
    """The new map breaks the rule; the text names each shard and why."""


def refuse(new: Ownership) -> Callable[[pulumi.ResourceHookArgs], None]:
    """The hook's function for the ownership that the settings ask for."""

    def check(args: pulumi.ResourceHookArgs) -> None:
        published = (args.old_inputs or {}).get("insecureValue")
        if not isinstance(published, str):
            raise ReshardingRefused(
                "the state does not say what the shard map was, so it can't be told what would change"
            )
        found = problems(ownership_of(published), new)
        if found:
            raise ReshardingRefused("; ".join(found))

    return check


def make_shard_map(
    owner: ErpComponent,
    context: StackContext,
    ownership: Ownership,
    endpoints: Mapping[str, pulumi.Output[Endpoints]],
) -> ssm.Parameter:
    """The map as a parameter under a name that applications know."""
    hook = pulumi.ResourceHook(
        owner.logical("resharding"), refuse(ownership), opts=pulumi.ResourceHookOptions(on_dry_run=True)
    )
    return ssm.Parameter(
        owner.logical("shard-map"),
        name=f"/{ESTATE}/{context.stack}/database/shards",
        description="Which shard has a school, and where it answers",
        type="String",
        tier="Intelligent-Tiering",  # the advanced tier costs, and is needed from the 4,097th byte on
        # Not `value`, which the provider takes for a secret and hides from previews.
        insecure_value=pulumi.Output.all(**endpoints).apply(
            lambda found: document(ownership, found, database=DATABASE)
        ),
        tags=owner.tags(),
        opts=owner.child(hooks=pulumi.ResourceHookBinding(before_update=[hook])),
    )
