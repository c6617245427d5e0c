"""Buckets for tests: with versions, and replicated."""

from typing import Any

from tests.sandbox.offline import BUCKET, REPLICATION, VERSIONING, Caller, Made

ENABLED = {"status": "Enabled"}


def versioned(caller: Caller, name: str, *, locked: bool = False) -> Made:
    made = caller.make(BUCKET, name, objectLockEnabled=locked)
    caller.make(VERSIONING, name, bucket=made.id, versioningConfiguration=ENABLED)
    return made


def replicate(aws: Caller, source: Made, target: Made, role: Made, **destination: Any) -> Made:
    rule = {"id": "all", "status": "Enabled", "destination": {"bucket": target.arn, **destination}}
    if destination:
        rule["sourceSelectionCriteria"] = {"sseKmsEncryptedObjects": ENABLED}
    return aws.make(REPLICATION, bucket=source.id, role=role.arn, rules=[rule])
