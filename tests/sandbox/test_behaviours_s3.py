"""Buckets' settings in the offline cloud: one of each, versions before replicas, and where access logs can go."""

import json
from typing import Any

import pytest

from sandbox.operations import Refused
from tests.sandbox.buckets import ENABLED, replicate, versioned
from tests.sandbox.offline import (
    BUCKET,
    BUCKET_POLICY,
    ENCRYPTION,
    KEY,
    LIFECYCLE,
    LOCK,
    LOGGING,
    OWNERSHIP,
    PRIMARY,
    PUBLIC_ACCESS,
    RECOVERY,
    REPLICA,
    ROLE,
    TIERING,
    VERSIONING,
    Caller,
    Made,
    Offline,
    trust_policy,
)

RETENTION = {"defaultRetention": {"mode": "GOVERNANCE", "days": 1}}


@pytest.fixture
def bucket(aws: Caller) -> Made:
    return aws.make(BUCKET, "data")


@pytest.fixture
def logs(aws: Caller) -> Made:
    return aws.make(BUCKET, "logs")


@pytest.fixture
def recovery(offline: Offline) -> Caller:
    return offline.aws(RECOVERY)


@pytest.fixture
def role(aws: Caller) -> Made:
    return aws.make(ROLE, assumeRolePolicy=trust_policy(Service="s3.amazonaws.com"))


def by_key(caller: Caller, bucket: Made, key: Made) -> Made:
    default = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key.arn}
    return caller.make(ENCRYPTION, bucket=bucket.id, rules=[{"applyServerSideEncryptionByDefault": default}])


def policy(bucket: Made, **change: Any) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"{bucket.arn}/*",
        **change,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


# --- settings


SETTINGS: list[tuple[str, dict[str, Any]]] = [
    (OWNERSHIP, {"rule": {"objectOwnership": "BucketOwnerEnforced"}}),
    (PUBLIC_ACCESS, {"blockPublicPolicy": True}),
    (VERSIONING, {"versioningConfiguration": ENABLED}),
    (ENCRYPTION, {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]}),
    (LIFECYCLE, {"rules": [{"id": "go", "status": "Enabled", "expiration": {"days": 1}}]}),
]


@pytest.mark.parametrize(("token", "inputs"), SETTINGS, ids=[token.rpartition(":")[2] for token, _ in SETTINGS])
def test_a_setting_goes_by_its_bucket_s_name_and_there_is_one(
    aws: Caller, bucket: Made, token: str, inputs: dict[str, Any]
) -> None:
    assert aws.make(token, "first", bucket=bucket.id, **inputs).id == bucket.id
    with pytest.raises(Refused, match=f"{bucket.id} exists already"):
        aws.make(token, "second", bucket=bucket.id, **inputs)


def test_an_expected_owner_stands_in_the_id_and_makes_no_second_setting(aws: Caller, bucket: Made) -> None:
    owner = aws.connection.account
    made = aws.make(VERSIONING, bucket=bucket.id, expectedBucketOwner=owner, versioningConfiguration=ENABLED)
    assert made.id == f"{bucket.id},{owner}"
    with pytest.raises(Refused, match="is taken"):
        aws.make(VERSIONING, "again", bucket=bucket.id, versioningConfiguration=ENABLED)


def test_a_setting_needs_its_bucket_and_the_bucket_stays_as_long_as_it_has_settings(aws: Caller, bucket: Made) -> None:
    with pytest.raises(Refused, match="no Bucket 'nowhere' exists"):
        aws.make(VERSIONING, bucket="nowhere", versioningConfiguration=ENABLED)
    versioning = aws.make(VERSIONING, bucket=bucket.id, versioningConfiguration=ENABLED)
    with pytest.raises(Refused, match="still named by"):
        aws.delete(bucket)
    aws.delete(versioning)
    aws.delete(bucket)
    assert aws.read(bucket) is None


def test_a_bucket_is_set_up_through_its_own_region(aws: Caller, recovery: Caller, bucket: Made) -> None:
    for token, inputs in SETTINGS:
        with pytest.raises(Refused, match=f"PermanentRedirect: .* lies in {PRIMARY}"):
            recovery.make(token, bucket=bucket.id, **inputs)
        aws.make(token, bucket=bucket.id, **inputs)


def test_a_bucket_may_have_several_tierings_by_name(aws: Caller, bucket: Made) -> None:
    tierings = [{"accessTier": "ARCHIVE_ACCESS", "days": 90}]
    made = [aws.make(TIERING, name, bucket=bucket.id, tierings=tierings) for name in ("old", "older")]
    assert [one.id.partition("-")[0] for one in made] == ["data", "data"]
    assert made[0].id == f"{bucket.id}:{made[0].properties['name']}"
    with pytest.raises(Refused, match="exists already"):
        aws.make(TIERING, "x", bucket=bucket.id, name=made[0].properties["name"], tierings=tierings)


# --- policies


def test_a_policy_speaks_of_its_own_bucket(aws: Caller, bucket: Made, logs: Made) -> None:
    with pytest.raises(
        Refused, match=rf"MalformedPolicy: Statement\[0\].Resource: {logs.arn}/\* is not of this bucket"
    ):
        aws.make(BUCKET_POLICY, bucket=bucket.id, policy=policy(logs))
    with pytest.raises(Refused, match="is not of this bucket"):
        aws.make(BUCKET_POLICY, bucket=bucket.id, policy=policy(bucket, Resource=f"{bucket.arn}-2/*"))
    assert aws.make(BUCKET_POLICY, bucket=bucket.id, policy=policy(bucket)).id == bucket.id


def test_a_public_policy_is_refused_while_the_block_is_on(aws: Caller, bucket: Made, logs: Made) -> None:
    aws.make(PUBLIC_ACCESS, bucket=bucket.id, blockPublicPolicy=True)
    for everybody in ("*", {"AWS": "*"}):
        with pytest.raises(Refused, match=r"AccessDenied: Statement\[0\] is open to everybody"):
            aws.make(BUCKET_POLICY, bucket=bucket.id, policy=policy(bucket, Principal=everybody))
    tied = policy(bucket, Principal="*", Condition={"StringEquals": {"aws:SourceAccount": aws.connection.account}})
    aws.make(BUCKET_POLICY, bucket=bucket.id, policy=tied)
    aws.make(BUCKET_POLICY, "open", bucket=logs.id, policy=policy(logs, Principal="*"))


# --- versions and locks


def test_versions_stay_on_where_objects_are_locked(aws: Caller, bucket: Made) -> None:
    locked = aws.make(BUCKET, "locked", objectLockEnabled=True)
    suspended = {"status": "Suspended"}
    with pytest.raises(Refused, match="InvalidBucketState: an Object Lock is on"):
        aws.make(VERSIONING, bucket=locked.id, versioningConfiguration=suspended)
    aws.make(VERSIONING, bucket=bucket.id, versioningConfiguration=suspended)


def test_a_lock_needs_versions_which_a_bucket_made_with_a_lock_has(aws: Caller, bucket: Made) -> None:
    with pytest.raises(Refused, match=r"InvalidBucketState: versioning of .* must be Enabled"):
        aws.make(LOCK, bucket=bucket.id, rule=RETENTION)
    locked = aws.make(BUCKET, "locked", objectLockEnabled=True)
    assert aws.make(LOCK, bucket=locked.id, rule=RETENTION).id == locked.id
    later = versioned(aws, "later")
    aws.make(LOCK, "later", bucket=later.id, rule=RETENTION)


# --- access logs


def test_access_logs_go_to_a_bucket_of_the_same_region(aws: Caller, recovery: Caller, bucket: Made, logs: Made) -> None:
    far = recovery.make(BUCKET, "far")
    with pytest.raises(Refused, match=f"InvalidTargetBucketForLogging: .* lies in {RECOVERY}, not in {PRIMARY}"):
        aws.make(LOGGING, bucket=bucket.id, targetBucket=far.id, targetPrefix="")
    aws.make(LOGGING, bucket=bucket.id, targetBucket=logs.id, targetPrefix="")
    with pytest.raises(Refused, match=r"still named by .* \(targetBucket\)"):
        aws.delete(logs)


def test_a_locked_bucket_takes_no_access_logs_in_either_order(aws: Caller, bucket: Made) -> None:
    locked = aws.make(BUCKET, "locked", objectLockEnabled=True)
    with pytest.raises(Refused, match="can't have an Object Lock: it is to take access logs"):
        aws.make(LOGGING, bucket=bucket.id, targetBucket=locked.id, targetPrefix="")
    target = versioned(aws, "target")
    aws.make(LOGGING, bucket=bucket.id, targetBucket=target.id, targetPrefix="")
    with pytest.raises(Refused, match=f"can't have an Object Lock: it takes the access logs of {bucket.id}"):
        aws.make(LOCK, bucket=target.id, rule=RETENTION)


def test_a_bucket_under_a_kms_key_takes_no_access_logs_in_either_order(aws: Caller, bucket: Made, logs: Made) -> None:
    key, keyed = aws.make(KEY), aws.make(BUCKET, "keyed")
    by_key(aws, keyed, key)
    with pytest.raises(Refused, match="encrypts with a KMS key by default"):
        aws.make(LOGGING, bucket=bucket.id, targetBucket=keyed.id, targetPrefix="")
    aws.make(LOGGING, bucket=bucket.id, targetBucket=logs.id, targetPrefix="")
    with pytest.raises(Refused, match="which AWS does not deliver under a KMS key"):
        by_key(aws, logs, key)
    own = [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]
    aws.make(ENCRYPTION, bucket=logs.id, rules=own)


def test_a_bucket_s_key_lies_in_its_region(aws: Caller, recovery: Caller, bucket: Made) -> None:
    key = aws.make(KEY, multiRegion=True)
    replica = recovery.make(REPLICA, primaryKeyArn=key.arn)
    with pytest.raises(Refused, match=f"the key lies in {RECOVERY}, the bucket in {PRIMARY}"):
        by_key(aws, bucket, replica)
    by_key(aws, bucket, key)


# --- replication


def test_a_bucket_is_replicated_to_another_one_of_whatever_region(aws: Caller, role: Made) -> None:
    source, near = versioned(aws, "source"), versioned(aws, "near")
    with pytest.raises(Refused, match="no destination of its own"):
        replicate(aws, source, source, role)
    replicate(aws, source, near, role)


def test_a_locked_bucket_is_replicated_to_a_locked_one(aws: Caller, recovery: Caller, role: Made) -> None:
    source, plain = versioned(aws, "source", locked=True), versioned(recovery, "plain")
    with pytest.raises(Refused, match=f"so the destination {plain.id} needs one too"):
        replicate(aws, source, plain, role)
    replicate(aws, source, versioned(recovery, "locked", locked=True), role)


def test_a_replicated_bucket_keeps_its_versions(aws: Caller, recovery: Caller, role: Made) -> None:
    source = aws.make(BUCKET, "source")
    versioning = aws.make(VERSIONING, "source", bucket=source.id, versioningConfiguration=ENABLED)
    made = replicate(aws, source, versioned(recovery, "target"), role)
    with pytest.raises(Refused, match="is replicated, so its versioning can't be suspended"):
        aws.update(versioning, versioningConfiguration={"status": "Suspended"})
    with pytest.raises(Refused, match="is replicated, so its versioning can't be suspended"):
        aws.delete(versioning)
    aws.delete(made)
    aws.delete(versioning)
