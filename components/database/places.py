"""What every instance of a region shares: subnet group, keys, where its logs go, who measures it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

import pulumi
from pulumi_aws import cloudwatch, rds

from components.database import identifiers

if TYPE_CHECKING:
    from components.base import ErpComponent
    from components.context import StackContext
    from components.roles import MadeRole
    from settings.database import DatabaseSettings

LOGS = ("postgresql", "upgrade")
"""What RDS for PostgreSQL can export; `iam-db-auth-error` would be a third, whose lines the first one has as well."""

CERTIFICATE_AUTHORITY = "rds-ca-rsa2048-g1"
"""Which of RDS's authorities signs the server's certificate: the one that drivers' bundles have had the longest."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One region.

    role: begins the roles in logical names: empty in the primary region, `recovery-` in the other.
    key_arns: the region's keys by class.
    """

    role: str
    region: str
    provider: pulumi.ProviderResource
    key_arns: Mapping[str, pulumi.Input[str]]
    subnet_group: rds.SubnetGroup
    security_group_id: pulumi.Input[str]
    monitoring: MadeRole


class Common(TypedDict):
    """The arguments that every instance takes, primaries and replicas alike."""

    db_subnet_group_name: pulumi.Input[str]
    vpc_security_group_ids: Sequence[pulumi.Input[str]]
    performance_insights_kms_key_id: pulumi.Input[str]
    monitoring_role_arn: pulumi.Input[str]
    monitoring_interval: int
    performance_insights_enabled: bool
    performance_insights_retention_period: int
    database_insights_mode: str
    enabled_cloudwatch_logs_exports: Sequence[str]
    storage_type: str
    max_allocated_storage: int
    iops: int | None
    storage_throughput: int | None
    iam_database_authentication_enabled: bool
    publicly_accessible: bool
    ca_cert_identifier: str
    auto_minor_version_upgrade: bool
    copy_tags_to_snapshot: bool
    deletion_protection: bool
    maintenance_window: str
    apply_immediately: bool


INSIGHTS_DAYS = {"standard": 7, "advanced": 465}
"""History that belongs to each mode: a week is free, the advanced mode takes fifteen months and nothing else."""


def common(context: StackContext, settings: DatabaseSettings, place: Place) -> Common:
    """What all instances of a region have in common."""
    return {
        "db_subnet_group_name": place.subnet_group.name,
        "vpc_security_group_ids": [place.security_group_id],
        "publicly_accessible": False,
        "ca_cert_identifier": CERTIFICATE_AUTHORITY,
        "iam_database_authentication_enabled": True,
        "storage_type": "gp3",
        "max_allocated_storage": settings.max_allocated_storage_gib,
        "iops": settings.iops or None,
        "storage_throughput": settings.throughput_mibps or None,
        "monitoring_role_arn": place.monitoring.role.arn,
        "monitoring_interval": settings.monitoring_interval_seconds,
        "performance_insights_enabled": True,
        "performance_insights_kms_key_id": place.key_arns["data"],
        "performance_insights_retention_period": INSIGHTS_DAYS[settings.insights],
        "database_insights_mode": settings.insights,
        "enabled_cloudwatch_logs_exports": LOGS,
        "auto_minor_version_upgrade": True,
        "copy_tags_to_snapshot": True,
        "deletion_protection": context.protects_data,
        "maintenance_window": settings.maintenance_window,
        # Otherwise a change waits for the window, and every preview until then shows it again. Who changes a class or
        # the storage chooses the hour by running the update.
        "apply_immediately": True,
    }


def make_log_groups(
    owner: ErpComponent,
    context: StackContext,
    settings: DatabaseSettings,
    place: Place,
    names: Mapping[str, str],
    *key: str,
) -> list[pulumi.Resource]:
    """Log groups under the names that RDS writes to, made before it does: it would make them open and for ever.

    names: of the groups, by the role in their logical names.
    """
    return [
        cloudwatch.LogGroup(
            owner.logical(f"{place.role}{role}", *key),
            name=name,
            kms_key_id=place.key_arns["logs"],
            retention_in_days=settings.log_retention_days,
            tags=owner.tags("logs"),
            opts=owner.child(provider=place.provider, protect=context.protects_data),
        )
        for role, name in names.items()
    ]


def instance_logs(identifier: str, kind: str) -> dict[str, str]:
    """The log groups of an instance; kind: what it is, as its logical name says it."""
    return {f"{kind}-log-{log}": identifiers.log_group(identifier, log) for log in LOGS}
