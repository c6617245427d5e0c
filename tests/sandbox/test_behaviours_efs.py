"""File systems in the offline cloud: where they are mounted, who may overwrite them, and what keeps them."""

import json
from typing import Any

import pytest

from sandbox.operations import Refused
from tests.sandbox.offline import (
    ACCESS_POINT,
    FILE_SYSTEM,
    FILE_SYSTEM_POLICY,
    FILE_SYSTEM_REPLICATION,
    GROUP,
    KEY,
    MOUNT_TARGET,
    PRIMARY,
    RECOVERY,
    REPLICA,
    SUBNET,
    VPC,
    Caller,
    Made,
    Offline,
)

OPEN = {"replicationOverwrite": "DISABLED"}


@pytest.fixture
def recovery(offline: Offline) -> Caller:
    return offline.aws(RECOVERY)


@pytest.fixture
def files(aws: Caller) -> Made:
    return aws.make(FILE_SYSTEM, "files")


@pytest.fixture
def vpc(aws: Caller) -> Made:
    return aws.make(VPC, "vpc", cidrBlock="10.0.0.0/16")


def subnet(caller: Caller, vpc: Made, zone: str, number: int) -> Made:
    block = vpc.inputs["cidrBlock"].replace(".0.0/16", f".{number}.0/24")
    return caller.make(SUBNET, f"{zone}{number}", vpcId=vpc.id, cidrBlock=block, availabilityZone=f"{PRIMARY}{zone}")


def follow(caller: Caller, source: Made, **destination: Any) -> Made:
    return caller.make(FILE_SYSTEM_REPLICATION, sourceFileSystemId=source.id, destination=destination)


def protection(caller: Caller, made: Made) -> str:
    return caller.kept(made).properties["protection"]["replicationOverwrite"]


# --- file systems


def test_a_file_system_has_the_vendor_s_ids_and_names(aws: Caller) -> None:
    made = aws.make(FILE_SYSTEM, "files", encrypted=True, tags={"Name": "shared"})
    assert made.id.startswith("fs-0")
    assert made.arn == f"arn:aws:elasticfilesystem:{PRIMARY}:{aws.connection.account}:file-system/{made.id}"
    assert made.properties["dnsName"] == f"{made.id}.efs.{PRIMARY}.amazonaws.com"
    assert made.properties["name"] == "shared"
    assert made.properties["protection"] == {"replicationOverwrite": "ENABLED"}
    assert made.properties["kmsKeyId"].endswith(":alias/aws/elasticfilesystem"), "AWS's own key where none is named"


def test_a_token_is_made_up_and_stands_for_one_file_system(aws: Caller, files: Made) -> None:
    token = files.properties["creationToken"]
    assert token.startswith("files-")
    with pytest.raises(Refused, match=f"'{token}' is taken"):
        aws.make(FILE_SYSTEM, "second", creationToken=token)
    answer = aws.check(FILE_SYSTEM, {}, "f" * 60)
    assert any(problem.path == "creationToken" and "64" in str(problem) for problem in answer.problems)


def test_a_key_without_encryption_is_refused(aws: Caller) -> None:
    key = aws.make(KEY)
    for said in ({}, {"encrypted": False}):
        with pytest.raises(Refused, match="encrypted must be set to true when kms_key_id is specified"):
            aws.make(FILE_SYSTEM, kmsKeyId=key.arn, **said)
    aws.make(FILE_SYSTEM, kmsKeyId=key.arn, encrypted=True)


def test_a_file_system_s_key_lies_in_its_region(aws: Caller, recovery: Caller) -> None:
    key = aws.make(KEY, multiRegion=True)
    replica = recovery.make(REPLICA, primaryKeyArn=key.arn)
    with pytest.raises(Refused, match=f"KmsKeyNotFound: the key lies in {RECOVERY}, the file system in {PRIMARY}"):
        aws.make(FILE_SYSTEM, encrypted=True, kmsKeyId=replica.arn)
    recovery.make(FILE_SYSTEM, encrypted=True, kmsKeyId=replica.arn)


IA, ARCHIVE = {"transitionToIa": "AFTER_30_DAYS"}, {"transitionToArchive": "AFTER_90_DAYS"}


@pytest.mark.parametrize(
    ("policies", "modes", "refused"),
    [
        ([{**IA, **ARCHIVE}], {"throughputMode": "elastic"}, "one transition a lifecycle policy, and here are 2"),
        ([ARCHIVE], {"throughputMode": "elastic"}, "must be later than one to Infrequent Access"),
        ([{"transitionToIa": "AFTER_90_DAYS"}, ARCHIVE], {"throughputMode": "elastic"}, "must be later than"),
        ([IA, ARCHIVE], {}, "Archive takes elastic throughput and general purpose, not bursting and generalPurpose"),
        ([IA, ARCHIVE], {"throughputMode": "elastic", "performanceMode": "maxIO"}, "not elastic and maxIO"),
        ([IA, ARCHIVE, {"transitionToPrimaryStorageClass": "AFTER_1_ACCESS"}], {"throughputMode": "elastic"}, ""),
        ([IA], {}, ""),
    ],
)
def test_files_move_in_order_one_move_a_policy(
    aws: Caller, policies: list[dict[str, str]], modes: dict[str, str], refused: str
) -> None:
    if refused:
        with pytest.raises(Refused, match=f"ValidationException: .*{refused}"):
            aws.make(FILE_SYSTEM, lifecyclePolicies=policies, **modes)
    else:
        aws.make(FILE_SYSTEM, lifecyclePolicies=policies, **modes)


# --- mount targets


def test_a_mount_target_takes_its_place_from_its_subnet(aws: Caller, files: Made, vpc: Made) -> None:
    place = subnet(aws, vpc, "b", 1)
    made = aws.make(MOUNT_TARGET, fileSystemId=files.id, subnetId=place.id)
    assert made.id.startswith("fsmt-0")
    assert made.properties["mountTargetDnsName"] == f"{PRIMARY}b.{files.id}.efs.{PRIMARY}.amazonaws.com"
    assert made.properties["fileSystemArn"] == files.arn
    assert made.properties["ipAddress"].startswith("10.0.1.")
    assert made.properties["securityGroups"] == [vpc.properties["defaultSecurityGroupId"]]


def test_a_file_system_has_one_mount_target_a_zone(aws: Caller, files: Made, vpc: Made) -> None:
    first = aws.make(MOUNT_TARGET, "first", fileSystemId=files.id, subnetId=subnet(aws, vpc, "a", 1).id)
    with pytest.raises(Refused, match=f"MountTargetConflict: {files.id} has {first.id} in {PRIMARY}a"):
        aws.make(MOUNT_TARGET, "again", fileSystemId=files.id, subnetId=subnet(aws, vpc, "a", 2).id)
    aws.make(MOUNT_TARGET, "second", fileSystemId=files.id, subnetId=subnet(aws, vpc, "b", 3).id)
    other = aws.make(FILE_SYSTEM, "other")
    aws.make(MOUNT_TARGET, "other", fileSystemId=other.id, subnetId=subnet(aws, vpc, "a", 4).id)


def test_all_mount_targets_lie_in_one_network(aws: Caller, files: Made, vpc: Made) -> None:
    aws.make(MOUNT_TARGET, "first", fileSystemId=files.id, subnetId=subnet(aws, vpc, "a", 1).id)
    elsewhere = aws.make(VPC, "elsewhere", cidrBlock="10.1.0.0/16")
    far = subnet(aws, elsewhere, "b", 1)
    with pytest.raises(Refused, match=f"MountTargetConflict: {files.id} is mounted in {vpc.id}, not in {elsewhere.id}"):
        aws.make(MOUNT_TARGET, "far", fileSystemId=files.id, subnetId=far.id)
    aws.make(MOUNT_TARGET, "far", fileSystemId=aws.make(FILE_SYSTEM, "other").id, subnetId=far.id)


def test_a_mount_target_has_at_most_five_groups_of_its_network(aws: Caller, files: Made, vpc: Made) -> None:
    place = subnet(aws, vpc, "a", 1)
    groups = [aws.make(GROUP, f"group{number}", vpcId=vpc.id).id for number in range(6)]
    with pytest.raises(Refused, match="SecurityGroupLimitExceeded: at most 5 a mount target, and here are 6"):
        aws.make(MOUNT_TARGET, fileSystemId=files.id, subnetId=place.id, securityGroups=groups)
    elsewhere = aws.make(VPC, "elsewhere", cidrBlock="10.1.0.0/16")
    foreign = aws.make(GROUP, "foreign", vpcId=elsewhere.id).id
    with pytest.raises(Refused, match=f"SecurityGroupNotFound: {foreign} is of {elsewhere.id}"):
        aws.make(MOUNT_TARGET, fileSystemId=files.id, subnetId=place.id, securityGroups=[foreign])
    made = aws.make(MOUNT_TARGET, fileSystemId=files.id, subnetId=place.id, securityGroups=groups[:5])
    assert aws.update(made, securityGroups=groups[:1]).id == made.id


def test_a_one_zone_file_system_is_mounted_in_its_zone(aws: Caller, vpc: Made) -> None:
    single = aws.make(FILE_SYSTEM, availabilityZoneName=f"{PRIMARY}a")
    with pytest.raises(Refused, match=f"AvailabilityZonesMismatch: {single.id} is a One Zone file system"):
        aws.make(MOUNT_TARGET, fileSystemId=single.id, subnetId=subnet(aws, vpc, "b", 1).id)
    aws.make(MOUNT_TARGET, fileSystemId=single.id, subnetId=subnet(aws, vpc, "a", 2).id)


def test_a_file_system_with_mount_targets_or_access_points_is_kept(aws: Caller, files: Made, vpc: Made) -> None:
    target = aws.make(MOUNT_TARGET, fileSystemId=files.id, subnetId=subnet(aws, vpc, "a", 1).id)
    point = aws.make(ACCESS_POINT, fileSystemId=files.id)
    assert point.properties["rootDirectory"] == {"path": "/"}
    with pytest.raises(Refused, match=rf"FileSystemInUse: {files.id} has mount targets \({target.id}\)"):
        aws.delete(files)
    aws.delete(target)
    with pytest.raises(Refused, match=f"still named by {ACCESS_POINT}"):
        aws.delete(files)
    aws.delete(point)
    aws.delete(files)
    assert aws.read(files) is None


# --- policies


def test_a_policy_speaks_of_its_own_file_system(aws: Caller, files: Made) -> None:
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }

    def document(resource: str) -> str:
        return json.dumps({"Version": "2012-10-17", "Statement": [{**statement, "Resource": resource}]})

    other = aws.make(FILE_SYSTEM, "other")
    with pytest.raises(Refused, match=rf"InvalidPolicyException: Statement\[0\].Resource: {other.arn} is not"):
        aws.make(FILE_SYSTEM_POLICY, fileSystemId=files.id, policy=document(other.arn))
    assert aws.make(FILE_SYSTEM_POLICY, fileSystemId=files.id, policy=document(files.arn)).id == files.id
    with pytest.raises(Refused, match="exists already"):
        aws.make(FILE_SYSTEM_POLICY, "second", fileSystemId=files.id, policy=document("*"))


# --- replication


def test_a_replica_must_be_open_to_it_and_lie_where_it_is_said_to(aws: Caller, recovery: Caller, files: Made) -> None:
    closed = recovery.make(FILE_SYSTEM, "closed")
    with pytest.raises(Refused, match=f"the replication overwrite protection of {closed.id} is ENABLED"):
        follow(aws, files, fileSystemId=closed.id, region=RECOVERY)
    replica = recovery.make(FILE_SYSTEM, "open", protection=OPEN)
    with pytest.raises(Refused, match=f"FileSystemNotFound: {replica.id} lies in {RECOVERY}, not in {PRIMARY}"):
        follow(aws, files, fileSystemId=replica.id, region=PRIMARY)
    made = follow(aws, files, fileSystemId=replica.id, region=RECOVERY)
    assert made.id == files.id
    assert made.properties["destination"] == {"fileSystemId": replica.id, "region": RECOVERY, "status": "ENABLED"}
    assert made.properties["sourceFileSystemArn"] == files.arn


def test_an_encrypted_file_system_is_followed_by_an_encrypted_one(aws: Caller, recovery: Caller) -> None:
    source = aws.make(FILE_SYSTEM, "source", encrypted=True)
    plain = recovery.make(FILE_SYSTEM, "plain", protection=OPEN)
    with pytest.raises(Refused, match=f"{source.id} is encrypted, so {plain.id} has to be"):
        follow(aws, source, fileSystemId=plain.id, region=RECOVERY)
    follow(aws, source, fileSystemId=recovery.make(FILE_SYSTEM, encrypted=True, protection=OPEN).id, region=RECOVERY)


def test_a_file_system_is_part_of_one_replication(aws: Caller, recovery: Caller, files: Made) -> None:
    first, second = (recovery.make(FILE_SYSTEM, name, protection=OPEN) for name in ("first", "second"))
    follow(aws, files, fileSystemId=first.id, region=RECOVERY)
    with pytest.raises(Refused, match=f"ReplicationAlreadyExists: {files.id} is part of the replication of"):
        follow(aws, files, fileSystemId=second.id, region=RECOVERY)
    third = aws.make(FILE_SYSTEM, "third", protection=OPEN)
    with pytest.raises(Refused, match=f"ReplicationAlreadyExists: {first.id} is part of the replication of"):
        follow(recovery, first, fileSystemId=third.id, region=PRIMARY)
    follow(recovery, second, fileSystemId=third.id, region=PRIMARY)


def test_a_replica_is_read_only_until_its_replication_ends_and_is_kept_till_then(
    aws: Caller, recovery: Caller, files: Made
) -> None:
    replica = recovery.make(FILE_SYSTEM, "replica", protection=OPEN)
    replication = follow(aws, files, fileSystemId=replica.id, region=RECOVERY)
    assert protection(recovery, replica) == "REPLICATING"
    for caller, part in ((aws, files), (recovery, replica)):
        with pytest.raises(Refused, match=f"FileSystemInUse: {part.id} is part of the replication of {files.id}"):
            caller.delete(part)
    aws.delete(replication)
    assert protection(recovery, replica) == "ENABLED", "writable, and nobody overwrites it"
    recovery.delete(replica)
    aws.delete(files)


def test_what_a_refresh_reads_of_a_replica_s_protection_stops_the_next_update(
    aws: Caller, recovery: Caller, files: Made
) -> None:
    replica = recovery.make(FILE_SYSTEM, "replica", protection=OPEN)
    follow(aws, files, fileSystemId=replica.id, region=RECOVERY)
    recovery.update(replica, tags={"Name": "renamed"})
    read = recovery.read(replica)
    assert read is not None
    inputs, properties = read
    assert inputs["protection"] == {"replicationOverwrite": "REPLICATING"}
    answer = recovery.check(FILE_SYSTEM, inputs, "replica", inputs)
    assert [problem.path for problem in answer.problems] == ["protection.replicationOverwrite"], "as ignoreChanges does"
    refreshed = Made(FILE_SYSTEM, "replica", replica.id, replica.inputs, properties)
    with pytest.raises(Refused, match="ReplicationAlreadyExists: ReplicationOverwriteProtection cannot be changed"):
        recovery.update(refreshed, protection=OPEN)


def test_a_replica_whose_protection_is_left_unsaid_is_refreshed_without_harm(
    aws: Caller, recovery: Caller, files: Made
) -> None:
    replica = recovery.make(FILE_SYSTEM, "replica", protection=OPEN)
    follow(aws, files, fileSystemId=replica.id, region=RECOVERY)
    assert recovery.changes(replica, protection=None) == {}, "leaving it unsaid changes nothing"
    settled = {key: value for key, value in replica.inputs.items() if key != "protection"}
    read = recovery.read(Made(FILE_SYSTEM, "replica", replica.id, settled, replica.properties))
    assert read is not None
    assert "protection" not in read[0]
    updated = recovery.update(Made(FILE_SYSTEM, "replica", replica.id, settled, read[1]), tags={"Name": "renamed"})
    assert updated.properties["protection"] == {"replicationOverwrite": "REPLICATING"}


def test_efs_makes_a_replica_where_none_is_named_and_leaves_it_behind(
    offline: Offline, aws: Caller, files: Made
) -> None:
    replication = follow(aws, files, region=RECOVERY)
    aws.delete(replication)
    aws.delete(files)
    [left] = offline.everything()
    assert (left.token, left.region) == (FILE_SYSTEM, RECOVERY)
    assert left.id == replication.properties["destination"]["fileSystemId"]
    assert left.properties["protection"] == {"replicationOverwrite": "ENABLED"}


def test_a_replica_s_key_lies_where_the_replica_does(aws: Caller, recovery: Caller, files: Made) -> None:
    key = aws.make(KEY, multiRegion=True)
    replica = recovery.make(REPLICA, primaryKeyArn=key.arn)
    with pytest.raises(Refused, match=f"KmsKeyNotFound: the key lies in {PRIMARY}, the replica in {RECOVERY}"):
        follow(aws, files, region=RECOVERY, kmsKeyId=key.arn)
    follow(aws, files, region=RECOVERY, kmsKeyId=replica.arn)
