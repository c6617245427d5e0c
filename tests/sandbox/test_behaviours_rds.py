"""What the offline cloud refuses of databases, proxies, secrets and parameters, and what it answers."""

import json
import re
from typing import Any

import pytest

from sandbox.operations import Refused
from tests.sandbox.databases import (
    COPY,
    INSTANCE,
    PARAMETER,
    PARAMETERS,
    POOL,
    PROXY,
    SECRET,
    SUBNETS,
    TARGET,
    VERSION,
    Place,
)
from tests.sandbox.offline import GROUP, KEY, RECOVERY, ROLE, SUBNET, VPC, Caller, Made, Offline, trust_policy


@pytest.fixture
def role(aws: Caller) -> Made:
    return aws.make(ROLE, assumeRolePolicy=trust_policy(Service="rds.amazonaws.com"))


# --- instances


def test_an_instance_goes_by_its_resource_id_and_is_named_by_identifier_and_arn(home: Place) -> None:
    made = home.instance()
    assert re.fullmatch(r"db-[0-9A-F]{26}", made.id)
    assert made.properties["resourceId"] == made.id
    assert made.arn == "arn:aws:rds:eu-central-1:111111111111:db:books"
    assert re.fullmatch(r"books\.[0-9a-f]{12}\.eu-central-1\.rds\.amazonaws\.com", made.properties["address"])
    assert made.properties["endpoint"] == f"{made.properties['address']}:5432"
    assert "passwordWo" not in made.properties or made.properties["passwordWo"] is None


def test_two_instances_of_a_region_share_a_zone_of_names_and_no_identifier(home: Place, away: Place) -> None:
    first, second = home.instance(), home.instance("letters")
    assert first.properties["address"].partition(".")[2] == second.properties["address"].partition(".")[2]
    with pytest.raises(Refused, match="'books' is taken in db-instance/111111111111/eu-central-1"):
        home.caller.make(INSTANCE, "again", **{**first.inputs, "identifier": "books"})
    assert away.instance().properties["identifier"] == "books"


@pytest.mark.parametrize("left_out", ["allocatedStorage", "engine", "username"])
def test_an_instance_of_its_own_says_what_it_is(home: Place, left_out: str) -> None:
    with pytest.raises(Refused, match=f'"{left_out}": required field is not set'):
        home.instance(**{left_out: None})


def test_an_instance_of_its_own_has_a_password(home: Place) -> None:
    with pytest.raises(Refused, match="MasterUserPassword must be provided"):
        home.instance(passwordWo=None, passwordWoVersion=None)


@pytest.mark.parametrize("speed", [{"iops": 12000}, {"storageThroughput": 500}])
def test_speed_is_chosen_from_400_gib_on(home: Place, speed: dict[str, int]) -> None:
    with pytest.raises(Refused, match="can't specify IOPS or storage throughput for engine postgres"):
        home.instance(allocatedStorage=399, **speed)
    assert home.instance(allocatedStorage=400, **speed).id


def test_storage_does_not_shrink_but_where_it_has_grown_by_itself(home: Place) -> None:
    made = home.instance(allocatedStorage=200)
    with pytest.raises(Refused, match=r"Requested storage size \(100\) cannot be less than the current \(200\)"):
        home.caller.update(made, allocatedStorage=100)
    grows = home.instance("letters", allocatedStorage=200, maxAllocatedStorage=500)
    assert home.caller.changes(grows, allocatedStorage=100) == {}


def test_a_major_version_is_another_only_when_that_is_allowed(home: Place) -> None:
    made = home.instance(engineVersion="16")
    with pytest.raises(Refused, match="AllowMajorVersionUpgrade flag must be present"):
        home.caller.update(made, engineVersion="17")
    upgraded = home.caller.update(made, engineVersion="17", allowMajorVersionUpgrade=True)
    assert upgraded.properties["engineVersionActual"].startswith("17.")
    with pytest.raises(Refused, match=r"Cannot upgrade postgres from 17\.\d+ to 16"):
        home.caller.update(upgraded, engineVersion="16")


@pytest.mark.parametrize("version", ["9", "17.4", "19"])
def test_a_version_that_rds_does_not_make_is_refused(home: Place, version: str) -> None:
    with pytest.raises(Refused, match=f"Cannot find version {version} for postgres"):
        home.instance(engineVersion=version)


def test_a_parameter_group_is_of_the_engines_family_and_region(home: Place, away: Place) -> None:
    older = home.caller.make(PARAMETERS, "older", family="postgres16")
    with pytest.raises(Refused, match="with DBParameterGroupFamily postgres16 can't be used for this instance"):
        home.instance(parameterGroupName=older.id)
    there = away.caller.make(PARAMETERS, "there", family="postgres17")
    with pytest.raises(Refused, match=f"DBParameterGroupNotFound: {there.id} lies in {RECOVERY}"):
        home.instance(parameterGroupName=there.id)
    right = home.caller.make(PARAMETERS, "right", family="postgres17")
    made = home.instance(parameterGroupName=right.id)
    with pytest.raises(Refused, match="is still named by aws:rds/instance:Instance"):
        home.caller.delete(right)
    home.caller.delete(made)
    home.caller.delete(right)


def test_a_group_that_rds_has_of_each_family_is_taken(home: Place) -> None:
    assert home.instance(parameterGroupName="default.postgres17").id
    with pytest.raises(Refused, match=r"'default\.postgres99' exists"):
        home.instance("letters", parameterGroupName="default.postgres99")


def test_an_instance_and_its_groups_lie_in_one_network(home: Place, away: Place) -> None:
    wanted = {"dbSubnetGroupName": home.subnet_group.id}
    assert home.instance(vpcSecurityGroupIds=[home.group.id], **wanted).id
    other = home.caller.make(VPC, "other", cidrBlock="10.1.0.0/16")
    stranger = home.caller.make(GROUP, "stranger", vpcId=other.id)
    with pytest.raises(Refused, match="The DB instance and EC2 security group are in different VPCs"):
        home.instance("letters", vpcSecurityGroupIds=[stranger.id], **wanted)
    there = away.caller.make(SUBNETS, "there", subnetIds=away.subnets)
    with pytest.raises(Refused, match=f"DBSubnetGroupNotFoundFault: {there.id} lies in {RECOVERY}"):
        home.instance("letters", dbSubnetGroupName=there.id)


@pytest.mark.parametrize("path", ["performanceInsightsKmsKeyId"])
def test_a_key_of_insights_is_chosen_once(home: Place, path: str) -> None:
    insights: dict[str, Any] = {"performanceInsightsEnabled": True, "performanceInsightsRetentionPeriod": 7}
    made = home.instance(**insights, **{path: home.key.arn})
    other = home.caller.make(KEY, "other")
    with pytest.raises(Refused, match="can't be changed once it is in use"):
        home.caller.update(made, **{path: other.arn})
    home.caller.update(made, multiAz=True)


# --- replicas


def test_a_replica_needs_a_source_with_backups(home: Place) -> None:
    home.instance(backupRetentionPeriod=0)
    with pytest.raises(Refused, match="Automated backups are not enabled for this database instance"):
        home.replica("books")


def test_with_a_subnet_group_the_source_is_named_by_its_arn(home: Place) -> None:
    source = home.instance()
    with pytest.raises(Refused, match="with a DB subnet group the source has to be named by its ARN"):
        home.replica("books", dbSubnetGroupName=home.subnet_group.id)
    assert home.replica(source.arn, dbSubnetGroupName=home.subnet_group.id).properties["username"] == "owner"


def test_a_source_in_another_region_is_named_by_its_arn(home: Place, away: Place) -> None:
    source = home.instance()
    with pytest.raises(Refused, match="a source in another region is named by its ARN"):
        away.replica("books")
    assert away.replica(source.arn).properties["engineVersionActual"]


def test_a_source_takes_fifteen_replicas(home: Place) -> None:
    home.instance()
    for number in range(15):
        home.replica("books", f"copy{number}")
    with pytest.raises(Refused, match="has 15 read replicas, the most that it takes"):
        home.replica("books", "one-more")


def test_a_source_outlives_its_replicas(home: Place) -> None:
    source = home.instance()
    replica = home.replica("books")
    with pytest.raises(Refused, match="is still named by aws:rds/instance:Instance"):
        home.caller.delete(source)
    home.caller.delete(replica)
    home.caller.delete(source)


def test_a_replica_without_its_source_is_promoted_and_never_follows_again(home: Place) -> None:
    source, letters = home.instance(), home.instance("letters")
    replica = home.replica("books")
    promoted = home.caller.update(replica, replicateSourceDb=None, backupRetentionPeriod=7)
    assert promoted.id == replica.id
    assert promoted.properties.get("replicateSourceDb") is None
    home.caller.delete(source)
    with pytest.raises(Refused, match="cannot elect new source database for replication"):
        home.caller.update(promoted, replicateSourceDb=letters.arn)


def test_no_final_snapshot_is_taken_of_a_replica(home: Place) -> None:
    home.instance()
    replica = home.caller.update(home.replica("books"), skipFinalSnapshot=False, finalSnapshotIdentifier="copy-final")
    with pytest.raises(Refused, match="FinalDBSnapshotIdentifier cannot be specified when deleting a read replica"):
        home.caller.delete(replica)


def test_blue_green_is_not_for_an_instance_with_replicas(home: Place) -> None:
    source = home.instance()
    replica = home.replica("books")
    with pytest.raises(Refused, match="an instance with read replicas can't be updated by a blue/green deployment"):
        home.caller.update(source, blueGreenUpdate={"enabled": True})
    home.caller.delete(replica)
    assert home.caller.update(source, blueGreenUpdate={"enabled": True}).id == source.id


# --- copies


def test_backups_are_copied_into_another_region_under_its_key(home: Place, away: Place) -> None:
    source = home.instance(storageEncrypted=True, kmsKeyId=home.key.arn)
    with pytest.raises(Refused, match="the copy is made in another region"):
        home.caller.make(COPY, "here", sourceDbInstanceArn=source.arn, kmsKeyId=home.key.arn)
    with pytest.raises(Refused, match="KmsKeyId must be specified"):
        away.caller.make(COPY, "there", sourceDbInstanceArn=source.arn)
    with pytest.raises(Refused, match="KMSKeyNotAccessibleFault"):
        away.caller.make(COPY, "there", sourceDbInstanceArn=source.arn, kmsKeyId=home.key.arn)
    made = away.caller.make(COPY, "there", sourceDbInstanceArn=source.arn, kmsKeyId=away.key.arn)
    assert re.fullmatch(rf"arn:aws:rds:{RECOVERY}:111111111111:auto-backup:ab-[0-9a-f]{{26}}", made.id)
    with pytest.raises(Refused, match="is taken in backup-copy"):
        away.caller.make(COPY, "twice", sourceDbInstanceArn=source.arn, kmsKeyId=away.key.arn)


def test_what_has_no_backups_of_its_own_has_no_copies(home: Place, away: Place) -> None:
    bare = home.instance(backupRetentionPeriod=0)
    with pytest.raises(Refused, match="automated backups are not enabled"):
        away.caller.make(COPY, "bare", sourceDbInstanceArn=bare.arn)
    home.instance("letters")
    replica = home.replica("letters", backupRetentionPeriod=7)
    with pytest.raises(Refused, match="is a read replica, whose backups are not copied"):
        away.caller.make(COPY, "replica", sourceDbInstanceArn=replica.arn)


# --- groups and proxies


def test_a_subnet_group_covers_two_zones_of_one_network(home: Place) -> None:
    with pytest.raises(Refused, match=r"Current AZ coverage: eu-central-1a\. Add subnets to cover at least 2 AZs"):
        home.caller.make(SUBNETS, "narrow", subnetIds=home.subnets[:1])
    other = home.caller.make(VPC, "other", cidrBlock="10.1.0.0/16")
    far = home.caller.make(SUBNET, "far", vpcId=other.id, cidrBlock="10.1.0.0/24", availabilityZone="eu-central-1b")
    with pytest.raises(Refused, match="the subnets lie in 2 networks"):
        home.caller.make(SUBNETS, "split", subnetIds=[home.subnets[0], far.id])
    assert home.subnet_group.arn.endswith(f":subgrp:{home.subnet_group.id}")


def proxy(home: Place, role: Made, **more: Any) -> Made:
    wanted = {"engineFamily": "POSTGRESQL", "roleArn": role.arn, "vpcSubnetIds": home.subnets, "name": "door", **more}
    return home.caller.make(PROXY, "door", **wanted)


def test_a_proxy_wants_two_zones_and_a_way_to_sign_on(home: Place, role: Made) -> None:
    with pytest.raises(Refused, match="a proxy needs subnets in at least two Availability Zones"):
        proxy(home, role, defaultAuthScheme="IAM_AUTH", vpcSubnetIds=home.subnets[:1])
    with pytest.raises(Refused, match="UserAuthConfig is required when DefaultAuthScheme is NONE"):
        proxy(home, role)
    made = proxy(home, role, defaultAuthScheme="IAM_AUTH")
    assert re.fullmatch(r"arn:aws:rds:eu-central-1:111111111111:db-proxy:prx-[0-9a-f]{17}", made.arn)
    assert made.properties["endpoint"].startswith("door.proxy-")


def test_a_proxy_serves_one_writer_of_its_region(home: Place, role: Made) -> None:
    home.instance()
    home.replica("books")
    door = proxy(home, role, defaultAuthScheme="IAM_AUTH")
    pool = home.caller.make(POOL, "pool", dbProxyName=door.id)
    wanted = {"dbProxyName": door.id, "targetGroupName": pool.properties["name"]}
    with pytest.raises(Refused, match="copy is a read replica; a proxy serves a writer"):
        home.caller.make(TARGET, "reader", dbInstanceIdentifier="copy", **wanted)
    target = home.caller.make(TARGET, "writer", dbInstanceIdentifier="books", **wanted)
    assert target.id == "door/default/RDS_INSTANCE/books"
    home.instance("letters")
    with pytest.raises(Refused, match="door has its target already"):
        home.caller.make(TARGET, "second", dbInstanceIdentifier="letters", **wanted)
    home.caller.delete(target)
    home.caller.delete(pool)
    home.caller.delete(door)


def test_rds_makes_the_proxys_log_group_too(home: Place, role: Made, offline: Offline) -> None:
    proxy(home, role, defaultAuthScheme="IAM_AUTH")
    assert [one.id for one in offline.everything() if "logGroup" in one.token] == ["/aws/rds/proxy/door"]


# --- secrets and parameters


def test_a_replica_of_a_secret_lies_elsewhere_under_a_key_of_its_region(home: Place, away: Place) -> None:
    def replicated(region: str, key: Made) -> Made:
        replica = {"region": region, "kmsKeyId": key.arn}
        return home.caller.make(SECRET, "admin", kmsKeyId=home.key.arn, replicas=[replica])

    with pytest.raises(Refused, match="Invalid replica region: eu-central-1 is the secret's own"):
        replicated("eu-central-1", home.key)
    with pytest.raises(Refused, match="the replica's key lies in eu-central-1, the replica in eu-west-1"):
        replicated(RECOVERY, home.key)
    assert re.search(r":secret:admin-[0-9a-f]{7}-[0-9a-f]{6}$", replicated(RECOVERY, away.key).id)


def test_a_secrets_key_lies_in_its_region(home: Place, away: Place) -> None:
    with pytest.raises(Refused, match="the key lies in eu-west-1, the secret in eu-central-1"):
        home.caller.make(SECRET, "admin", kmsKeyId=away.key.arn)


def test_a_version_of_a_secret_has_a_value_that_nobody_reads_back(aws: Caller) -> None:
    secret = aws.make(SECRET, "admin")
    with pytest.raises(Refused, match="You must provide either SecretString or SecretBinary"):
        aws.make(VERSION, "empty", secretId=secret.id)
    made = aws.make(VERSION, "first", secretId=secret.id, secretStringWo="{}", secretStringWoVersion=1)
    assert made.id == f"{secret.id}|{made.properties['versionId']}"
    assert made.properties["versionStages"] == ["AWSCURRENT"]
    assert made.properties.get("secretStringWo") is None


def test_each_put_of_a_parameter_is_a_version(aws: Caller) -> None:
    made = aws.make(PARAMETER, "map", name="/erp/map", type="String", insecureValue="a")
    assert made.arn == "arn:aws:ssm:eu-central-1:111111111111:parameter/erp/map"
    assert (made.properties["version"], made.properties["tier"]) == (1, "Standard")
    assert aws.update(made, insecureValue="b").properties["version"] == 2


def test_a_parameter_holds_what_its_tier_holds(aws: Caller) -> None:
    with pytest.raises(Refused, match="Standard tier parameters support a maximum parameter value of 4096"):
        aws.make(PARAMETER, "map", name="/erp/map", type="String", insecureValue="x" * 4097)
    small = aws.make(
        PARAMETER, "map", name="/erp/map", type="String", tier="Intelligent-Tiering", insecureValue="x" * 4096
    )
    assert small.properties["tier"] == "Standard"
    large = aws.update(small, insecureValue="x" * 4097)
    assert large.properties["tier"] == "Advanced"
    assert aws.update(large, insecureValue="x").properties["tier"] == "Advanced", "a tier never goes back"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "erp/map"}, "must be a fully qualified name"),
        ({"name": "/aws/map"}, 'can\'t be prefixed with "aws" or "ssm"'),
        ({"type": "SecureString"}, "cannot set type = SecureString and insecure_value"),
    ],
)
def test_what_systems_manager_refuses_of_a_parameter(aws: Caller, change: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=re.escape(said)):
        aws.make(PARAMETER, "map", **{"name": "/erp/map", "type": "String", "insecureValue": "{}", **change})


def test_a_secure_parameters_key_lies_in_its_region(aws: Caller, offline: Offline) -> None:
    there = offline.aws(RECOVERY).make(KEY, "there")
    wanted = {"name": "/erp/token", "type": "SecureString", "value": json.dumps({})}
    with pytest.raises(Refused, match="InvalidKeyId: the key lies in eu-west-1"):
        aws.make(PARAMETER, "token", keyId=there.arn, **wanted)
    assert aws.make(PARAMETER, "token", keyId=aws.make(KEY, "here").arn, **wanted).id == "/erp/token"
