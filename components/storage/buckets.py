"""A bucket with everything that belongs to it; each concern is a resource of its own, and there is one of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import s3

from components.after import after
from components.storage import policies

if TYPE_CHECKING:
    from components.base import ErpComponent
    from components.context import StackContext
    from components.storage.purposes import Ageing, BucketPlan


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where buckets are made.

    role: begins the roles in their logical names: empty in the primary region, `recovery-` in the other.
    key_arns: the region's keys by class.
    """

    role: str
    region: str
    provider: pulumi.ProviderResource
    key_arns: Mapping[str, pulumi.Input[str]]

    def key(self, plan: BucketPlan) -> pulumi.Input[str] | None:
        """The region's key of a bucket's class; None for S3's own."""
        return None if plan.key is None else self.key_arns[plan.key]


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeBucket:
    """A bucket, and what has to stand before somebody writes to it.

    ready: versioning, policy, lock and encryption: an upload that comes before the last is under S3's own key.
    """

    plan: BucketPlan
    place: Place
    bucket: s3.Bucket
    ready: list[pulumi.Resource]

    @property
    def ready_id(self) -> pulumi.Output[str]:
        """The bucket's name, known once somebody may write to it."""
        return after(self.bucket.id, *(resource.urn for resource in self.ready))


def make_bucket(
    owner: ErpComponent, context: StackContext, plan: BucketPlan, place: Place, logs: MadeBucket | None
) -> MadeBucket:
    """Make a bucket of a plan in a place.

    logs: the place's bucket of access logs; None for that bucket itself, since each log would make another.
    """

    def logical(role: str) -> str:
        return owner.logical(f"{place.role}{role}", plan.purpose)

    bucket = s3.Bucket(
        logical("bucket"),
        object_lock_enabled=plan.lock is not None,
        # Read from the state at deletion. Outside prod what was tried out goes with the stack, governed locks included.
        force_destroy=not context.protects_data,
        tags=owner.tags(plan.data_class),
        opts=owner.child(provider=place.provider, protect=context.protects_data),
    )
    ownership = s3.BucketOwnershipControls(
        logical("ownership"),
        bucket=bucket.id,
        rule={"object_ownership": "BucketOwnerEnforced"},  # no ACLs
        opts=owner.child(provider=place.provider),
    )
    block = s3.BucketPublicAccessBlock(
        logical("public-access-block"),
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=owner.child(provider=place.provider),
    )
    policy = s3.BucketPolicy(
        logical("policy"),
        bucket=bucket.id,
        policy=_policy(context, plan, place, bucket),
        # One after the other: S3 refuses two changes of a bucket's access at once (OperationAborted).
        opts=owner.child(provider=place.provider, depends_on=[block, ownership]),
    )
    versioning = s3.BucketVersioning(
        logical("versioning"),
        bucket=bucket.id,
        versioning_configuration={"status": "Enabled"},
        opts=owner.child(provider=place.provider),
    )
    ready: list[pulumi.Resource] = [versioning, policy]
    if plan.lock is not None:
        retention: s3.BucketObjectLockConfigurationRuleDefaultRetentionArgsDict = {
            "mode": plan.lock.mode.upper(),
            "days": plan.lock.days,
        }
        lock = s3.BucketObjectLockConfiguration(
            logical("lock"),
            bucket=bucket.id,
            rule={"default_retention": retention},
            opts=owner.child(provider=place.provider, depends_on=[versioning]),
        )
        ready.append(lock)
    key_arn = place.key(plan)
    encryption = s3.BucketServerSideEncryptionConfiguration(
        logical("encryption"),
        bucket=bucket.id,
        rules=[
            {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}
            if key_arn is None
            else {
                "apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": key_arn},
                "bucket_key_enabled": True,  # one call to KMS for many objects
            }
        ],
        opts=owner.child(provider=place.provider),
    )
    ready.append(encryption)
    s3.BucketLifecycleConfiguration(
        logical("lifecycle"),
        bucket=bucket.id,
        rules=[_rule(ageing) for ageing in plan.ageing],
        opts=owner.child(provider=place.provider, depends_on=[versioning]),  # rules over versions want them on
    )
    if logs is not None:
        s3.BucketLogging(
            logical("logging"),
            bucket=bucket.id,
            target_bucket=logs.bucket.id,
            target_prefix=f"{policies.BUCKETS_PREFIX}/{plan.purpose}/",
            target_object_key_format={"partitioned_prefix": {"partition_date_source": "EventTime"}},
            opts=owner.child(provider=place.provider, depends_on=logs.ready),
        )
    return MadeBucket(plan=plan, place=place, bucket=bucket, ready=ready)


def _policy(context: StackContext, plan: BucketPlan, place: Place, bucket: s3.Bucket) -> pulumi.Output[str]:
    account_id = context.aws_account_id
    if plan.purpose == "access-logs":
        return bucket.arn.apply(
            lambda arn: policies.guarded(
                arn,
                key_arn=None,
                writers=policies.access_log_writers(arn, account_id=account_id, region=place.region),
            )
        )
    audited = plan.purpose == "audit"
    return pulumi.Output.all(bucket.arn, place.key(plan)).apply(
        lambda arns: policies.guarded(
            arns[0],
            key_arn=arns[1],
            writers=policies.audit_writers(arns[0], account_id=account_id) if audited else (),
        )
    )


def _rule(ageing: Ageing) -> s3.BucketLifecycleConfigurationRuleArgsDict:
    rule: s3.BucketLifecycleConfigurationRuleArgsDict = {
        "id": ageing.id,
        "status": "Enabled",
        "filter": {"prefix": ""},  # all objects; without a filter the provider warns
    }
    if ageing.moves:
        rule["transitions"] = [{"days": days, "storage_class": name} for days, name in ageing.moves]
    if ageing.expires is not None:
        rule["expiration"] = {"days": ageing.expires}
    if ageing.forgets is not None:
        rule["noncurrent_version_expiration"] = {"noncurrent_days": ageing.forgets}
        rule["expiration"] = {"expired_object_delete_marker": True}
    if ageing.aborts is not None:
        rule["abort_incomplete_multipart_upload"] = {"days_after_initiation": ageing.aborts}
    return rule
