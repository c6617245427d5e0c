"""What the components before hand on to tasks: stores, where they are found, and what the right to use them is on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.compute.permissions import Ground
from components.compute.tasks import TaskGround, metrics_namespace

if TYPE_CHECKING:
    from components.context import StackContext
    from settings.compute.services import ServicesSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class Stores:
    """The stores of the primary region.

    bucket_ids, bucket_arns: by purpose. access_point_ids, access_point_arns: by directory of the file system.
    connect_arns: for `rds-db:connect`, by database role. cache_connect_arns: for `elasticache:Connect`, by capability.
    admin_secret_arns: of the databases' administrators, by shard.
    document_names, document_arns: connection documents in Parameter Store, by `database`, `redis`, `memcached`.
    """

    bucket_ids: Mapping[str, pulumi.Input[str]]
    bucket_arns: Mapping[str, pulumi.Input[str]]
    file_system_id: pulumi.Input[str]
    file_system_arn: pulumi.Input[str]
    access_point_ids: Mapping[str, pulumi.Input[str]]
    access_point_arns: Mapping[str, pulumi.Input[str]]
    connect_arns: Mapping[str, pulumi.Input[Sequence[str]]]
    admin_secret_arns: Mapping[str, pulumi.Input[str]]
    cache_connect_arns: Mapping[str, pulumi.Input[Sequence[str]]]
    document_names: Mapping[str, pulumi.Input[str]]
    document_arns: Mapping[str, pulumi.Input[str]]


def ground_of(
    context: StackContext, settings: ServicesSettings, stores: Stores, key_arns: Mapping[str, pulumi.Input[str]]
) -> TaskGround:
    """What tasks stand on: of the stores what their roles need, and what their environment tells."""
    arns = pulumi.Output.all(
        data_key=key_arns["data"],
        secrets_key=key_arns["secrets"],
        file_system=stores.file_system_arn,
        access_points=dict(stores.access_point_arns),
        buckets=dict(stores.bucket_arns),
        connect=dict(stores.connect_arns),
        cache_connect=dict(stores.cache_connect_arns),
        parameters=dict(stores.document_arns),
    )
    return TaskGround(
        context=context,
        region=context.aws_region,
        arns=arns.apply(
            lambda found: Ground(
                account_id=context.aws_account_id,
                region=context.aws_region,
                metrics_namespace=metrics_namespace(context),
                **found,
            )
        ),
        names=_names(stores),
        file_system_id=stores.file_system_id,
        access_point_ids=stores.access_point_ids,
        log_retention_days=settings.log_retention_days,
        logs_key_arn=key_arns["logs"],
    )


def _names(stores: Stores) -> dict[str, dict[str, pulumi.Input[str]]]:
    """By capability, the variables that tell a container where to find what it may use."""
    found: dict[str, dict[str, pulumi.Input[str]]] = {
        name: {f"ERP_{name.upper()}_BUCKET": bucket} for name, bucket in stores.bucket_ids.items()
    }
    roles = {"database": "erp_app", "database_reader": "erp_reader", "database_migrator": "erp_migrator"}
    for capability, role in roles.items():
        found[capability] = {
            "ERP_SHARD_MAP_PARAMETER": stores.document_names["database"],
            f"ERP_{capability.upper()}_ROLE": role,
        }
    for capability, user in {"redis": "app", "redis_worker": "worker"}.items():
        found[capability] = {"ERP_REDIS_PARAMETER": stores.document_names["redis"], "ERP_REDIS_USER": user}
    found["memcached"] = {"ERP_MEMCACHED_PARAMETER": stores.document_names["memcached"]}
    return found
