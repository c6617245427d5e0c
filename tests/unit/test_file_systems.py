"""The shared file system: its generations in both regions, who may mount them, and what a failover leaves behind."""

import json
from typing import Any

import pytest

from tests.graph import Graph, Node

FILE_SYSTEM = "aws:efs/fileSystem:FileSystem"
POLICY = "aws:efs/fileSystemPolicy:FileSystemPolicy"
TARGET = "aws:efs/mountTarget:MountTarget"
POINT = "aws:efs/accessPoint:AccessPoint"
REPLICATION = "aws:efs/replicationConfiguration:ReplicationConfiguration"
PRIMARY, RECOVERY = "eu-central-1", "eu-west-1"
ACCOUNT = "333333333333"
PURPOSES = ["reports", "uploads"]


def of(graph: Graph, file_system: Node, token: str) -> list[Node]:
    """What of a type belongs to a file system."""
    return [node for node in graph.some(token) if graph.references(node, "fileSystemId") == [file_system]]


def statements(graph: Graph, file_system: Node) -> dict[str, dict[str, Any]]:
    [policy] = of(graph, file_system, POLICY)
    found: list[dict[str, Any]] = json.loads(policy.value("policy"))["Statement"]
    return {statement["Sid"]: statement for statement in found}


@pytest.mark.req("S3", "B3")
def test_there_is_a_file_system_in_each_region_and_dev_has_the_first(prod: Graph, dev: Graph) -> None:
    places = {node.name: prod.region_of(node) for node in prod.some(FILE_SYSTEM)}
    assert places == {"storage-file-system-g0": PRIMARY, "storage-file-system-g1": RECOVERY}
    assert [dev.region_of(node) for node in dev.some(FILE_SYSTEM)] == [PRIMARY]


@pytest.mark.req("T1", "S3")
def test_a_file_system_is_encrypted_by_its_region_s_key_for_data(prod: Graph) -> None:
    for node in prod.some(FILE_SYSTEM):
        assert node.value("encrypted") is True, "a key alone is refused at creation"
        key = prod.reference(node, "kmsKeyId")
        assert key.name.endswith("-data")
        assert prod.region_of(key) == prod.region_of(node)
        assert node.value("tags.DataClass") == "data"


@pytest.mark.req("G3")
def test_files_get_colder_and_come_back_and_throughput_is_paid_by_use(graph: Graph) -> None:
    for node in graph.some(FILE_SYSTEM):
        assert node.value("throughputMode") == "elastic", "Archive asks for it, and a promoted replica takes all load"
        assert node.value("performanceMode") == "generalPurpose", "Archive asks for it"
    [first] = graph.some(FILE_SYSTEM, name="*-g0")
    assert first.value("lifecyclePolicies") == [
        {"transitionToIa": "AFTER_30_DAYS"},
        {"transitionToArchive": "AFTER_90_DAYS"},
        {"transitionToPrimaryStorageClass": "AFTER_1_ACCESS"},
    ], "one move a policy, or EFS refuses them"


@pytest.mark.req("S3")
def test_a_file_system_has_a_mount_target_in_each_zone_s_data_subnet(prod: Graph) -> None:
    for node in prod.some(FILE_SYSTEM):
        targets = of(prod, node, TARGET)
        network = "network-recovery" if prod.region_of(node) == RECOVERY else "network"
        zones = {target.name[-1]: prod.reference(target, "subnetId").name for target in targets}
        assert zones == {zone: f"{network}-subnet-data-{zone}" for zone in "abc"}
        for target in targets:
            assert prod.reference(target, "securityGroups").name == f"{network}-group-data"
            assert prod.region_of(target) == prod.region_of(node)
            assert of(prod, node, POLICY)[0] in prod.dependencies(target), "until then anybody could mount"


@pytest.mark.req("S3", "T3")
def test_an_access_point_gives_its_clients_one_identity_and_one_directory(prod: Graph) -> None:
    for node in prod.some(FILE_SYSTEM):
        points = {point.name.rpartition("-")[2]: point for point in of(prod, node, POINT)}
        assert sorted(points) == PURPOSES
        users = set[int]()
        for purpose, point in points.items():
            user = point.value("posixUser")
            assert user["uid"] > 0, "root"
            assert user["gid"] > 0
            users.add(user["uid"])
            assert point.value("rootDirectory") == {
                "path": f"/{purpose}",
                "creationInfo": {"ownerUid": user["uid"], "ownerGid": user["gid"], "permissions": "0750"},
            }, "without creation info the directory has to be there, and nobody can make it"
        assert len(users) == len(points), "one purpose could read the other's files"


@pytest.mark.req("T2")
def test_a_file_system_is_reached_by_tls_alone(prod: Graph) -> None:
    for node in prod.some(FILE_SYSTEM):
        arn = f"arn:mock:{FILE_SYSTEM}:{node.name}"
        assert statements(prod, node)["RefusesPlainTransport"] == {
            "Sid": "RefusesPlainTransport",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "*",
            "Resource": arn,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }


@pytest.mark.req("T3")
def test_only_roles_of_the_account_mount_and_only_through_access_points(prod: Graph) -> None:
    for node in prod.some(FILE_SYSTEM):
        found = statements(prod, node)
        assert sorted(found) == ["AccountMounts", "RefusesMountsBesideAccessPoints", "RefusesPlainTransport"]
        allowed = found["AccountMounts"]
        assert allowed["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
        assert allowed["Action"] == ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
        assert allowed["Condition"] == {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}}
        refused = found["RefusesMountsBesideAccessPoints"]
        assert refused["Effect"] == "Deny"
        assert set(refused["Action"]) == {
            f"elasticfilesystem:Client{what}" for what in ("Mount", "Write", "RootAccess")
        }
        points = f"arn:aws:elasticfilesystem:{prod.region_of(node)}:{ACCOUNT}:access-point/*"
        assert refused["Condition"] == {"StringNotLike": {"elasticfilesystem:AccessPointArn": points}}


@pytest.mark.req("B3", "S3")
def test_the_replica_follows_the_first_file_system(prod: Graph) -> None:
    [replication] = prod.some(REPLICATION)
    source = prod.reference(replication, "sourceFileSystemId")
    target = prod.reference(replication, "destination")
    assert (source.name, prod.region_of(source)) == ("storage-file-system-g0", PRIMARY)
    assert (target.name, replication.value("destination.region")) == ("storage-file-system-g1", RECOVERY)
    assert prod.region_of(replication) == PRIMARY, "it is made where its source is"
    assert target.value("protection.replicationOverwrite") == "DISABLED", "or EFS refuses it as a destination"
    assert not source.has("protection"), "the one that is written to must not be overwritten"


@pytest.mark.req("B3")
def test_a_replica_is_told_nothing_that_its_replication_decides(prod: Graph) -> None:
    [target] = prod.some(FILE_SYSTEM, name="*-g1")
    assert not target.has("lifecyclePolicies")
    assert not target.options.ignore_changes, "a refresh would put into the inputs what the provider then refuses"


def test_prod_keeps_its_file_systems_and_never_ends_a_replication(graph: Graph) -> None:
    kept = graph.stack == "prod"
    for node in graph.some(FILE_SYSTEM):
        assert node.options.protect is kept
    for node in graph.all(REPLICATION):
        assert node.options.retain_on_delete is kept, "ending it is the failover; elsewhere it goes with the stack"


def test_backups_have_one_owner(graph: Graph) -> None:
    assert graph.all("aws:efs/backupPolicy:BackupPolicy") == [], "AWS Backup's plans are it"


def test_the_stack_hands_on_every_file_system_and_what_each_region_mounts(prod: Graph, dev: Graph) -> None:
    ids = {f"g{number}": f"storage-file-system-g{number}-id" for number in (0, 1)}
    assert prod.outputs["file_system_ids"] == ids
    assert dev.outputs["file_system_ids"] == {"g0": ids["g0"]}
    [component] = prod.all("erp:data:Storage")
    assert component.outputs["file_system_id"] == ids["g0"]
    assert component.outputs["recovery_file_system"]["id"] == ids["g1"]
    assert sorted(component.outputs["access_point_ids"]) == PURPOSES
    assert sorted(component.outputs["recovery_access_point_arns"]) == PURPOSES
