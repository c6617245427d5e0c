"""Replication of a bucket into the recovery region: within a quarter of an hour, measured, under the key there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import s3

from components.roles import make_role
from components.storage import policies

if TYPE_CHECKING:
    from components.base import ErpComponent
    from components.context import StackContext
    from components.storage.buckets import MadeBucket

REPLICATION_MINUTES = 15
"""The only time that S3 Replication Time Control takes, and promises for 99.99 % of the objects (S3 user guide)."""


def make_replication(owner: ErpComponent, context: StackContext, source: MadeBucket, target: MadeBucket) -> None:
    """Replicate every new version, delete marker and tag of `source` to `target`, by a role that can do only that.

    What lay there before is not copied (S3 Batch Replication does that once).
    """
    purpose = source.plan.purpose
    source_key, target_key = _key(source), _key(target)
    copier = make_role(
        owner,
        "replication-role",
        purpose,
        context=context,
        description=f"Replicates {purpose} to the recovery region",
        trust=policies.replication_trust(),
        permissions=pulumi.Output.all(source.bucket.arn, source_key, target.bucket.arn, target_key).apply(
            lambda arns: policies.replication(
                source_arn=arns[0],
                source_key_arn=arns[1],
                source_region=source.place.region,
                target_arn=arns[2],
                target_key_arn=arns[3],
                target_region=target.place.region,
                locked=source.plan.lock is not None,
            )
        ),
        permissions_were=owner.logical("replication-permissions", purpose),
    )
    s3.BucketReplicationConfig(
        owner.logical("replication", purpose),
        bucket=source.bucket.id,
        role=copier.role.arn,
        rules=[
            {
                "id": "everything",
                "status": "Enabled",
                "priority": 1,
                "filter": {"prefix": ""},
                "delete_marker_replication": {"status": "Enabled"},
                # Without this, S3 leaves encrypted objects out and says nothing.
                "source_selection_criteria": {"sse_kms_encrypted_objects": {"status": "Enabled"}},
                "destination": {
                    "bucket": target.bucket.arn,
                    "encryption_configuration": {"replica_kms_key_id": target_key},
                    "replication_time": {"status": "Enabled", "time": {"minutes": REPLICATION_MINUTES}},
                    "metrics": {"status": "Enabled", "event_threshold": {"minutes": REPLICATION_MINUTES}},
                },
            }
        ],
        # Both versionings and locks before, or S3 refuses it; the role's rights, or the first objects fail.
        opts=owner.child(depends_on=[*source.ready, *target.ready, *copier.ready]),
    )


def _key(made: MadeBucket) -> pulumi.Input[str]:
    key = made.place.key(made.plan)
    if key is None:
        raise ValueError(f"{made.plan.purpose} has no key of ours, and replication here is of encrypted objects")
    return key
