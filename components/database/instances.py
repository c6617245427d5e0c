"""The instances of a shard: its primary, the readers beside it, and what stands by in the other region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import rds

from components.database import identifiers
from components.database.places import Place, common, instance_logs, make_log_groups
from components.database.shard_map import PORT

if TYPE_CHECKING:
    from components.base import ErpComponent
    from components.context import StackContext
    from settings.database import DatabaseSettings

DATABASE = "erp"
ADMIN = "erp_admin"
"""The role that RDS makes with the instance. It owns nothing of the application: migrations run as another one."""

BOOTSTRAP_GENERATION = 1
"""Never raised: the password that it would send again is dead, and the rotated one lives in the secret alone."""

COPY_RETENTION_DAYS = 14
"""How far the copied backups reach back. A constant, for any change makes a new copy of everything: what has to be
restored over there is the state before the region was lost, not last month's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shards:
    """What all shards of a stack are made with.

    parameter_groups: by kind: `primary`, `reader`, `standby`.
    """

    owner: ErpComponent
    context: StackContext
    settings: DatabaseSettings
    home: Place
    away: Place
    parameter_groups: Mapping[str, rds.ParameterGroup]


def make_primary(shards: Shards, shard: str, password: pulumi.Input[str]) -> rds.Instance:
    """The shard's first instance: it writes, and everything else follows it."""
    owner, settings, context, place = shards.owner, shards.settings, shards.context, shards.home
    identifier = identifiers.primary(context.stack, shard)
    logs = make_log_groups(owner, context, settings, place, instance_logs(identifier, "primary"), shard)
    return rds.Instance(
        owner.logical("primary", shard),
        identifier=identifier,
        engine="postgres",
        engine_version=settings.engine_version,
        engine_lifecycle_support="open-source-rds-extended-support-disabled",
        instance_class=settings.instance_class,
        allocated_storage=settings.allocated_storage_gib,
        storage_encrypted=True,
        kms_key_id=place.key_arns["data"],
        multi_az=settings.multi_az,
        db_name=DATABASE,
        port=PORT,
        username=ADMIN,
        password_wo=password,
        password_wo_version=BOOTSTRAP_GENERATION,
        parameter_group_name=shards.parameter_groups["primary"].name,
        backup_retention_period=settings.backup_retention_days,
        backup_window=settings.backup_window,
        # These three are read from the state when the instance is deleted: a change needs an update before.
        delete_automated_backups=not context.protects_data,
        skip_final_snapshot=not context.protects_data,
        final_snapshot_identifier=identifiers.final_snapshot(identifier, settings.snapshot_generation),
        **common(context, settings, place),
        tags=owner.tags("data", Shard=shard),
        opts=owner.child(depends_on=[*logs, *place.monitoring.ready], protect=context.protects_data),
    )


def make_readers(shards: Shards, shard: str, source: rds.Instance) -> list[rds.Instance]:
    """Replicas in the region of their source, for what only reads.

    They are under their source's key, which RDS lets nobody name again: it refuses the parameter within a region.
    """
    owner, settings, context, place = shards.owner, shards.settings, shards.context, shards.home
    made: list[rds.Instance] = []
    for number in range(1, settings.replicas + 1):
        identifier = identifiers.reader(context.stack, shard, number)
        logs = make_log_groups(
            owner, context, settings, place, instance_logs(identifier, "reader"), shard, f"r{number}"
        )
        made.append(
            rds.Instance(
                owner.logical("reader", shard, f"r{number}"),
                identifier=identifier,
                replicate_source_db=source.arn,  # its identifier would do, were it not for the subnet group
                instance_class=settings.replica_class,
                parameter_group_name=shards.parameter_groups["reader"].name,
                skip_final_snapshot=True,  # RDS takes none of a replica
                **common(context, settings, place),
                tags=owner.tags("data", Shard=shard),
                opts=owner.child(depends_on=[*logs, *place.monitoring.ready], protect=context.protects_data),
            )
        )
    return made


def make_standbys(shards: Shards, shard: str, first: rds.Instance) -> dict[int, rds.Instance]:
    """Replicas across regions by generation: odd ones in the recovery region, even ones back at home.

    Each follows the one of the generation before it; the first follows the primary. Promotion is an act outside of the
    program, and nothing promoted can be attached again: so the source is ignored once the replica stands, and a
    failback is a further generation. A source that is no longer declared is named by its identifier.
    """
    owner, settings, context = shards.owner, shards.settings, shards.context
    made: dict[int, rds.Instance] = {}
    for generation in settings.replica_generations:
        place, source_place = (shards.away, shards.home) if generation % 2 else (shards.home, shards.away)
        identifier = identifiers.standby(context.stack, shard, generation)
        logs = make_log_groups(
            owner, context, settings, place, instance_logs(identifier, "standby"), shard, f"g{generation}"
        )
        known = first if generation == 1 else made.get(generation - 1)
        source = (
            known.arn
            if known is not None
            else identifiers.instance_arn(
                identifiers.standby(context.stack, shard, generation - 1),
                account_id=context.aws_account_id,
                region=source_place.region,
            )
        )
        made[generation] = rds.Instance(
            owner.logical("standby", shard, f"g{generation}"),
            identifier=identifier,
            replicate_source_db=source,
            kms_key_id=place.key_arns["data"],  # a source in another region has a key that is of no use here
            instance_class=settings.replica_class,
            parameter_group_name=shards.parameter_groups["standby" if generation % 2 else "reader"].name,
            # Once it is promoted it is a source itself, and that takes backups.
            backup_retention_period=settings.backup_retention_days,
            backup_window=settings.backup_window,
            delete_automated_backups=not context.protects_data,
            skip_final_snapshot=True,  # RDS takes none of a replica; of a promoted one a person takes it
            **common(context, settings, place),
            tags=owner.tags("data", Shard=shard),
            opts=owner.child(
                provider=place.provider,
                depends_on=[*logs, *place.monitoring.ready],
                protect=context.protects_data,
                ignore_changes=["replicateSourceDb"],
            ),
        )
    return made


def make_backup_copies(shards: Shards, shard: str, source: rds.Instance) -> rds.InstanceAutomatedBackupsReplication:
    """The automated backups of a shard, copied to the recovery region, where the copy is made."""
    return rds.InstanceAutomatedBackupsReplication(
        shards.owner.logical("backup-copy", shard),
        source_db_instance_arn=source.arn,
        kms_key_id=shards.away.key_arns["backups"],
        retention_period=COPY_RETENTION_DAYS,
        # Every change replaces it, and RDS takes one copy of a source at a time.
        opts=shards.owner.child(provider=shards.away.provider, delete_before_replace=True),
    )
