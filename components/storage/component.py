"""The storage component; its parts stand in the modules beside this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi

from components.base import ErpComponent
from components.storage.buckets import MadeBucket, Place, make_bucket
from components.storage.purposes import DATA, LOGS, BucketPlan, Purpose, plans
from components.storage.replication import make_replication

if TYPE_CHECKING:
    from components.context import StackContext
    from settings.storage import StorageSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class StorageArgs:
    """What the buckets need to know.

    settings: ages, locks, and whether data is replicated.
    key_arns, recovery_key_arns: keys by class, in the primary and in the recovery region.
    """

    context: StackContext
    settings: StorageSettings
    key_arns: Mapping[str, pulumi.Input[str]]
    recovery_key_arns: Mapping[str, pulumi.Input[str]]


class Storage(ErpComponent):
    """Buckets for assets, documents, archives and logs, in both regions (S1, S2, S6, G3, B2, B3).

    Data buckets have a replica in the recovery region. Each region has two buckets for logs, because no bucket serves
    all writers: access logs of buckets and load balancers go only where S3's own keys encrypt and nothing is locked,
    trails and configuration histories are locked under our key. Every bucket is versioned, closed to the public, speaks
    TLS only and takes objects only under its own key; every one but that of the access logs has its access logged.

    In prod the locks on archives and audit logs are in compliance mode: nobody, the account's root and AWS included,
    can shorten them or delete what they hold. What has to be erasable on request must not go into archives.

    The shared file system (EFS) is not here yet.
    """

    bucket_ids: dict[str, pulumi.Output[str]]
    """Names of the buckets in the primary region, by purpose."""
    bucket_arns: dict[str, pulumi.Output[str]]
    recovery_bucket_ids: dict[str, pulumi.Output[str]]
    """The same in the recovery region; without replication only the log buckets."""
    recovery_bucket_arns: dict[str, pulumi.Output[str]]

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
        self.register(
            bucket_ids={purpose: made.bucket.id for purpose, made in buckets.items()},
            bucket_arns={purpose: made.bucket.arn for purpose, made in buckets.items()},
            recovery_bucket_ids={purpose: made.bucket.id for purpose, made in replicas.items()},
            recovery_bucket_arns={purpose: made.bucket.arn for purpose, made in replicas.items()},
        )

    def _buckets(
        self, context: StackContext, planned: Mapping[Purpose, BucketPlan], place: Place, purposes: Sequence[Purpose]
    ) -> dict[Purpose, MadeBucket]:
        """The buckets of one region; that of the access logs first, since the others log to it."""
        made: dict[Purpose, MadeBucket] = {}
        for purpose in purposes:
            made[purpose] = make_bucket(self, context, planned[purpose], place, made.get("access-logs"))
        return made
