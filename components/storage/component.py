"""The storage component; its parts stand in the modules beside this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import efs

from components.base import ErpComponent
from components.storage.buckets import MadeBucket, Place, make_bucket
from components.storage.file_system import Shore, latest, make_file_systems
from components.storage.file_systems import FilePurpose, Region
from components.storage.purposes import DATA, LOGS, BucketPlan, Purpose, plans
from components.storage.replication import make_replication

if TYPE_CHECKING:
    from components.context import StackContext
    from settings.storage import StorageSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class StorageArgs:
    """What buckets and file systems need to know.

    settings: ages, locks, and whether data is replicated.
    key_arns: keys by class. subnet_ids: of the data tier, by zone letter. security_group_id: of the data tier.
    Each once for the primary and once for the recovery region.
    """

    context: StackContext
    settings: StorageSettings
    key_arns: Mapping[str, pulumi.Input[str]]
    recovery_key_arns: Mapping[str, pulumi.Input[str]]
    subnet_ids: Mapping[str, pulumi.Input[str]]
    recovery_subnet_ids: Mapping[str, pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    recovery_security_group_id: pulumi.Input[str]


class Storage(ErpComponent):
    """Buckets for assets, documents, archives and logs, and the shared file system (S1, S2, S3, S6, G3, B2, B3, T2).

    Data buckets have a replica in the recovery region. Each region has two buckets for logs, because no bucket serves
    all writers: access logs of buckets and load balancers go only where S3's own keys encrypt and nothing is locked,
    trails and configuration histories are locked under our key. Every bucket is versioned, closed to the public, speaks
    TLS only and takes objects only under its own key; every one but that of the access logs has its access logged.

    In prod the locks on archives and audit logs are in compliance mode: nobody, the account's root and AWS included,
    can shorten them or delete what they hold. What has to be erasable on request must not go into archives.

    The file system has a mount target in each zone and an access point for each purpose, which alone can be mounted, by
    roles of the account over TLS. Its replica stands ready in the recovery region, with mount targets of its own.
    """

    bucket_ids: dict[str, pulumi.Output[str]]
    """Names of the buckets in the primary region, by purpose; each known once it may be written to."""
    bucket_arns: dict[str, pulumi.Output[str]]
    recovery_bucket_ids: dict[str, pulumi.Output[str]]
    """The same in the recovery region; without replication only the log buckets."""
    recovery_bucket_arns: dict[str, pulumi.Output[str]]
    file_system_ids: dict[str, pulumi.Output[str]]
    """Every file system, by generation (`g0`), the oldest first."""
    file_system_id: pulumi.Output[str]
    """The file system that clients in the primary region mount, known once they can."""
    file_system_arn: pulumi.Output[str]
    access_point_ids: dict[str, pulumi.Output[str]]
    """By purpose: `uploads`, `reports`."""
    access_point_arns: dict[str, pulumi.Output[str]]
    recovery_file_system: dict[str, pulumi.Output[str]]
    """`id` and `arn` of what clients in the recovery region mount, read-only until promoted; none without a replica."""
    recovery_access_point_ids: dict[str, pulumi.Output[str]]
    recovery_access_point_arns: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: StorageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("erp:data:Storage", name, opts)
        context = args.context
        planned = plans(args.settings)
        primary = Place(role="", region=context.aws_region, provider=context.aws, key_arns=args.key_arns)
        recovery = Place(
            role="recovery-",
            region=context.aws_recovery_region,
            provider=context.aws_recovery,
            key_arns=args.recovery_key_arns,
        )
        buckets = self._buckets(context, planned, primary, [*LOGS, *DATA])
        replicas = self._buckets(context, planned, recovery, [*LOGS, *(DATA if args.settings.replication else ())])
        for purpose in DATA if args.settings.replication else ():
            make_replication(self, context, buckets[purpose], replicas[purpose])
        files = make_file_systems(self, context, args.settings, self._shores(args))
        mounted, standby = latest(files, "primary"), latest(files, "recovery")
        if mounted is None:
            raise ValueError("no generation of the file system stands in the primary region")
        points: Mapping[FilePurpose, efs.AccessPoint] = standby.access_points if standby else {}
        self.register(
            file_system_ids={made.generation.key: made.file_system.id for made in files},
            file_system_id=mounted.ready_id,
            file_system_arn=mounted.file_system.arn,
            access_point_ids={purpose: point.id for purpose, point in mounted.access_points.items()},
            access_point_arns={purpose: point.arn for purpose, point in mounted.access_points.items()},
            recovery_file_system={"id": standby.ready_id, "arn": standby.file_system.arn} if standby else {},
            recovery_access_point_ids={purpose: point.id for purpose, point in points.items()},
            recovery_access_point_arns={purpose: point.arn for purpose, point in points.items()},
            bucket_ids={purpose: made.ready_id for purpose, made in buckets.items()},
            bucket_arns={purpose: made.bucket.arn for purpose, made in buckets.items()},
            recovery_bucket_ids={purpose: made.ready_id for purpose, made in replicas.items()},
            recovery_bucket_arns={purpose: made.bucket.arn for purpose, made in replicas.items()},
        )

    @staticmethod
    def _shores(args: StorageArgs) -> dict[Region, Shore]:
        context = args.context
        return {
            "primary": Shore(
                region=context.aws_region,
                provider=context.aws,
                key_arn=args.key_arns["data"],
                subnet_ids=args.subnet_ids,
                security_group_id=args.security_group_id,
            ),
            "recovery": Shore(
                region=context.aws_recovery_region,
                provider=context.aws_recovery,
                key_arn=args.recovery_key_arns["data"],
                subnet_ids=args.recovery_subnet_ids,
                security_group_id=args.recovery_security_group_id,
            ),
        }

    def _buckets(
        self, context: StackContext, planned: Mapping[Purpose, BucketPlan], place: Place, purposes: Sequence[Purpose]
    ) -> dict[Purpose, MadeBucket]:
        """The buckets of one region; that of the access logs first, since the others log to it."""
        made: dict[Purpose, MadeBucket] = {}
        for purpose in purposes:
            made[purpose] = make_bucket(self, context, planned[purpose], place, made.get("access-logs"))
        return made
