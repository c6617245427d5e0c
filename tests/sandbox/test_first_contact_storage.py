"""Mistakes that a first deployment of buckets and file systems makes, made on purpose; numbers of the list of forty.

25 has a second half, objects under KMS keys left out, which S3 takes without a word: the rule `replicate-data-buckets`
finds that (tests/policies/cases_buckets.py).
"""

from typing import Any

import pytest

from sandbox.operations import Refused
from tests.sandbox.buckets import replicate, versioned
from tests.sandbox.offline import (
    BUCKET,
    BUCKET_ACL,
    FILE_SYSTEM,
    GROUP,
    KEY,
    LIFECYCLE,
    MOUNT_TARGET,
    OWNERSHIP,
    PRIMARY,
    RECOVERY,
    REPLICA,
    ROLE,
    SUBNET,
    VPC,
    Caller,
    Made,
    Offline,
    trust_policy,
)


@pytest.fixture
def bucket(aws: Caller) -> Made:
    return aws.make(BUCKET, "data")


@pytest.fixture
def recovery(offline: Offline) -> Caller:
    return offline.aws(RECOVERY)


@pytest.fixture
def role(aws: Caller) -> Made:
    return aws.make(ROLE, assumeRolePolicy=trust_policy(Service="s3.amazonaws.com"))


@pytest.mark.parametrize("ownership", [None, "BucketOwnerEnforced"])
def test_1_a_bucket_has_no_acls(aws: Caller, bucket: Made, ownership: str | None) -> None:
    if ownership is not None:
        aws.make(OWNERSHIP, bucket=bucket.id, rule={"objectOwnership": ownership})
    with pytest.raises(Refused, match="AccessControlListNotSupported: The bucket does not allow ACLs"):
        aws.make(BUCKET_ACL, bucket=bucket.id, acl="private")


def test_1_unless_somebody_switched_them_on(aws: Caller, bucket: Made) -> None:
    aws.make(OWNERSHIP, bucket=bucket.id, rule={"objectOwnership": "BucketOwnerPreferred"})
    assert aws.make(BUCKET_ACL, bucket=bucket.id, acl="private").id == f"{bucket.id},private"


def test_24_replication_wants_versions_on_both_sides(aws: Caller, recovery: Caller, bucket: Made, role: Made) -> None:
    source, target = versioned(aws, "source"), versioned(recovery, "target")
    bare = recovery.make(BUCKET, "bare")
    with pytest.raises(Refused, match="versioning must be Enabled on the bucket"):
        replicate(aws, bucket, target, role)
    with pytest.raises(Refused, match=f"versioning of the destination {bare.id} must be Enabled"):
        replicate(aws, source, bare, role)
    assert replicate(aws, source, target, role).id == source.id


def test_25_a_replica_s_key_lies_where_the_replica_does(aws: Caller, recovery: Caller, role: Made) -> None:
    source, target = versioned(aws, "source"), versioned(recovery, "target")
    key = aws.make(KEY, multiRegion=True)
    replica = recovery.make(REPLICA, primaryKeyArn=key.arn)
    with pytest.raises(Refused, match="S3 would take it and replicate nothing"):
        replicate(aws, source, target, role, encryptionConfiguration={"replicaKmsKeyId": key.arn})
    replicate(aws, source, target, role, encryptionConfiguration={"replicaKmsKeyId": replica.arn})


@pytest.mark.parametrize(
    ("moves", "expires", "refused"),
    [
        ([(30, "STANDARD_IA"), (59, "GLACIER")], None, "must be 60 or more, 30 after the move to STANDARD_IA"),
        ([(60, "DEEP_ARCHIVE"), (40, "ONEZONE_IA")], None, "must be 70 or more"),
        ([(30, "GLACIER")], 30, "objects expire on day 30, and move on day 30"),
        ([(30, "STANDARD_IA"), (60, "GLACIER")], 61, ""),
        ([(0, "GLACIER"), (90, "DEEP_ARCHIVE")], None, ""),
    ],
)
def test_26_moves_come_in_order_and_far_enough_apart(
    aws: Caller, bucket: Made, moves: list[tuple[int, str]], expires: int | None, refused: str
) -> None:
    rule: dict[str, Any] = {"id": "age", "status": "Enabled"}
    rule["transitions"] = [{"days": days, "storageClass": name} for days, name in moves]
    if expires:
        rule["expiration"] = {"days": expires}
    if refused:
        with pytest.raises(Refused, match=f"InvalidArgument: .*{refused}"):
            aws.make(LIFECYCLE, bucket=bucket.id, rules=[rule])
    else:
        aws.make(LIFECYCLE, bucket=bucket.id, rules=[rule])


def test_36_a_subnet_and_a_group_stay_as_long_as_a_file_system_is_mounted_there(aws: Caller) -> None:
    vpc = aws.make(VPC, cidrBlock="10.0.0.0/16")
    subnet = aws.make(SUBNET, vpcId=vpc.id, cidrBlock="10.0.1.0/24", availabilityZone=f"{PRIMARY}a")
    group = aws.make(GROUP, vpcId=vpc.id)
    files = aws.make(FILE_SYSTEM)
    target = aws.make(MOUNT_TARGET, fileSystemId=files.id, subnetId=subnet.id, securityGroups=[group.id])
    for used in (subnet, group):
        with pytest.raises(
            Refused, match=f"DependencyViolation: {used.id} is still named by {MOUNT_TARGET} {target.id}"
        ):
            aws.delete(used)
    aws.delete(target)
    for used in (subnet, group, vpc):
        aws.delete(used)
