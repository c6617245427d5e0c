"""Reads buckets of Amazon S3: their settings, which are resources of their own, and who may write to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from guardrails.iam import statements
from guardrails.model import Resource, Stack
from guardrails.values import Node, all_of, any_of

BUCKET: Final = "aws:s3/bucket:Bucket"
ENCRYPTION: Final = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
LIFECYCLE: Final = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
LOCK: Final = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
LOGGING: Final = "aws:s3/bucketLogging:BucketLogging"
POLICY: Final = "aws:s3/bucketPolicy:BucketPolicy"
PUBLIC_ACCESS: Final = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
REPLICATION: Final = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
VERSIONING: Final = "aws:s3/bucketVersioning:BucketVersioning"

_LOG_WRITERS: Final = frozenset({"logging.s3.amazonaws.com", "logdelivery.elasticloadbalancing.amazonaws.com"})


@dataclass(frozen=True, slots=True)
class Beside:
    """The settings of one kind that belong to a bucket. unsure: whether another may, which a preview can't tell yet."""

    settings: tuple[Resource, ...]
    unsure: bool


def beside_of(stack: Stack, token: str, bucket: Resource, key: str = "bucket") -> Beside:
    """The settings of a type whose property `key` names the bucket."""
    answers = [(setting, stack.refers(setting, key, bucket)) for setting in stack.of_type(token)]
    return Beside(tuple(setting for setting, ours in answers if ours is True), any(ours is None for _, ours in answers))


def documents_of(stack: Stack, bucket: Resource) -> tuple[list[Node], bool]:
    """The policies of a bucket, and whether any of them is not known yet."""
    beside = beside_of(stack, POLICY, bucket)
    documents = [policy.read("policy") for policy in beside.settings] or [bucket.read("policy")]
    return documents, beside.unsure or any(document.is_unknown for document in documents)


def admits(stack: Stack, bucket: Resource, services: frozenset[str]) -> bool | None:
    """Whether a policy of the bucket lets one of these services in."""
    documents, unsure = documents_of(stack, bucket)
    named = any_of(
        all_of([statement.allows, any_of(is_one_of(principal, services) for principal in statement.principals())])
        for document in documents
        for statement in statements(document)
    )
    return None if named is False and unsure else named


def is_one_of(principal: Node, services: frozenset[str]) -> bool | None:
    """Whether a principal is one of these; None where it is not known."""
    text = principal.text()
    return None if text is None else text in services


def takes_access_logs(stack: Stack, bucket: Resource) -> bool | None:
    """Whether access logs go to the bucket: another one's logging names it, or its policy lets their writers in."""
    logged = beside_of(stack, LOGGING, bucket, "targetBucket")
    if logged.settings:
        return True
    return any_of([admits(stack, bucket, _LOG_WRITERS), None if logged.unsure else False])
