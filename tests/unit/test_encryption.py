"""Encryption: keys by class, their replicas, and who may use them."""

import json
from typing import Any

import pytest

from tests.graph import Graph, Node

KEY = "aws:kms/key:Key"
REPLICA = "aws:kms/replicaKey:ReplicaKey"
HOSTS_ROLE = "aws:iam/serviceLinkedRole:ServiceLinkedRole"
ALIAS = "aws:kms/alias:Alias"
CLASSES = ["backups", "data", "logs", "secrets"]

ACCOUNT = "333333333333"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
SERVICES = {
    "data": {"rds", "elasticfilesystem", "elasticache", "s3", "ec2"},
    "logs": {"s3", "firehose"},
    "secrets": {"secretsmanager", "ssm", "lambda"},
    "backups": {"backup", "rds"},
}
OWN_NAME = {
    "data": set[str](),
    "logs": {"logs", "cloudtrail", "config"},
    "secrets": set[str](),
    "backups": set[str](),
}


def classes(nodes: list[Node]) -> list[str]:
    return [node.name.rpartition("-")[2] for node in nodes]


def statements(node: Node) -> list[dict[str, Any]]:
    return json.loads(node.value("policy"))["Statement"]


def uses_data(statement: dict[str, Any]) -> bool:
    action = statement["Action"]
    actions = [action] if isinstance(action, str) else action
    return any(
        name.startswith(("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncrypt")) for name in actions
    )


@pytest.mark.req("T1")
def test_each_class_of_data_has_a_key_of_its_own_that_rotates(prod: Graph) -> None:
    keys = prod.some(KEY, under="encryption")
    assert classes(keys) == CLASSES
    for key in keys:
        assert key.value("enableKeyRotation") is True, f"{key} keeps its first material for ever"
        assert key.value("rotationPeriodInDays") == 365
        assert key.value('tags["DataClass"]') == key.name.rpartition("-")[2]


@pytest.mark.req("T3")
def test_each_key_has_a_replica_in_the_recovery_region(prod: Graph) -> None:
    replicas = prod.some(REPLICA, under="encryption")
    assert classes(replicas) == CLASSES
    for replica in replicas:
        key = prod.reference(replica, "primaryKeyArn")
        assert key.name == replica.name.replace("replica", "key"), "a replica of another class's key"
        assert key.value("multiRegion") is True, "only a multi-Region key can be replicated"
        assert prod.region_of(key) == "eu-central-1"
        assert prod.region_of(replica) == "eu-west-1"


@pytest.mark.req("T3")
def test_nobody_uses_a_key_but_through_the_services_of_its_class(prod: Graph) -> None:
    shells: list[str] = []
    for node in [*prod.some(KEY), *prod.some(REPLICA)]:
        data_class = node.name.rpartition("-")[2]
        region = prod.region_of(node)
        through = {f"{service}.{region}.amazonaws.com" for service in SERVICES[data_class]}
        own: set[str] = set()
        for statement in statements(node):
            if "Service" in statement["Principal"]:
                own.add(statement["Principal"]["Service"].partition(".")[0])
                assert statement["Condition"], f"{node}: {statement['Sid']} lets a service act for any account"
            elif statement["Sid"] == "ShellsEncrypt":
                shells.append(data_class)
            elif statement["Principal"] == {"AWS": ROOT} and (
                uses_data(statement) or statement["Action"] == "kms:CreateGrant"
            ):
                assert set(statement["Condition"]["StringEquals"]["kms:ViaService"]) == through
        assert own == OWN_NAME[data_class], f"{node} is open to other services than those that write this class"
    assert shells == ["logs", "logs"], "the key and its replica, for sessions alone"


def test_a_shell_in_a_container_is_encrypted_by_its_two_ends_for_that_session_alone(prod: Graph) -> None:
    for node in (prod.one(KEY, "*-logs"), prod.one(REPLICA, "*-logs")):
        [shells] = [s for s in statements(node) if s["Sid"] == "ShellsEncrypt"]
        assert shells["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
        assert shells["Condition"] == {
            "StringLike": {"kms:EncryptionContext:aws:ssm:SessionId": "ecs-execute-command-*"}
        }


@pytest.mark.req("T3")
def test_the_account_administers_every_key_and_reads_nothing_by_that(prod: Graph) -> None:
    for node in [*prod.some(KEY), *prod.some(REPLICA)]:
        unconditional = [s for s in statements(node) if s["Principal"] == {"AWS": ROOT} and "Condition" not in s]
        assert len(unconditional) == 1, "without the root a key is unmanageable"
        assert {"kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"} <= set(unconditional[0]["Action"])
        assert not uses_data(unconditional[0])
        assert "kms:CreateGrant" not in unconditional[0]["Action"], "a grant would hand use on without any service"


@pytest.mark.req("T3")
def test_a_key_is_replicated_nowhere_but_in_the_two_regions(prod: Graph) -> None:
    for node in [*prod.some(KEY), *prod.some(REPLICA)]:
        replicating = [s for s in statements(node) if "kms:ReplicateKey" in s["Action"]]
        assert [s["Condition"] for s in replicating] == [
            {"StringEquals": {"kms:ReplicaRegion": ["eu-central-1", "eu-west-1"]}}
        ]


@pytest.mark.req("T3")
def test_the_logs_key_admits_cloudwatch_logs_of_its_own_region(prod: Graph) -> None:
    for node in (prod.one(KEY, "*-logs"), prod.one(REPLICA, "*-logs")):
        region = prod.region_of(node)
        admitted = [s for s in statements(node) if s["Principal"] == {"Service": f"logs.{region}.amazonaws.com"}]
        assert len(admitted) == 1
        assert admitted[0]["Condition"] == {
            "ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:{region}:{ACCOUNT}:log-group:*"}
        }


def test_a_key_has_the_same_alias_in_both_regions(prod: Graph) -> None:
    for data_class in CLASSES:
        aliases = prod.some(ALIAS, name=f"encryption-*alias-{data_class}")
        assert {alias.value("name") for alias in aliases} == {f"alias/erp-prod-{data_class}"}
        assert {prod.reference(alias, "targetKeyId").type for alias in aliases} == {KEY, REPLICA}
        for alias in aliases:
            assert prod.region_of(alias) == prod.region_of(prod.reference(alias, "targetKeyId"))


def test_keys_are_protected_in_prod_alone(graph: Graph) -> None:
    for node in [*graph.some(KEY), *graph.some(REPLICA)]:
        assert node.options.protect is (graph.stack == "prod")


def test_a_deleted_key_can_be_saved_for_as_long_as_the_settings_say(prod: Graph, dev: Graph) -> None:
    assert {node.value("deletionWindowInDays") for node in [*prod.some(KEY), *prod.some(REPLICA)]} == {30}
    windows = {node.value("deletionWindowInDays") for node in [*dev.some(KEY), *dev.some(REPLICA)]}
    assert len(windows) == 1, "a key and its replica wait equally long"


@pytest.mark.req("T3")
def test_auto_scaling_may_start_hosts_with_volumes_under_the_data_key_alone(prod: Graph) -> None:
    role = prod.one(HOSTS_ROLE)
    hosts = {"AWS": f"arn:mock:{role.type}:{role.name}"}
    for node in [*prod.some(KEY), *prod.some(REPLICA)]:
        granted = {s["Sid"]: s for s in statements(node) if s["Principal"] == hosts}
        if node.name.endswith("-data"):
            assert set(granted) == {"HostsUse", "HostsAttachVolumes"}
            assert set(granted["HostsUse"]["Action"]) == {
                "kms:Decrypt",
                "kms:DescribeKey",
                "kms:Encrypt",
                "kms:GenerateDataKey*",
                "kms:ReEncrypt*",
            }
            assert granted["HostsAttachVolumes"]["Action"] == "kms:CreateGrant"
            assert granted["HostsAttachVolumes"]["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}
            assert role in prod.dependencies(node), "KMS refuses a policy whose principals do not exist"
        else:
            assert granted == {}


def test_no_policy_names_a_role_that_is_not_there_yet(prod: Graph) -> None:
    made = {ROOT, *(f"arn:mock:{role.type}:{role.name}" for role in prod.some(HOSTS_ROLE))}
    for node in [*prod.some(KEY), *prod.some(REPLICA)]:
        principals = {s["Principal"].get("AWS") for s in statements(node)} - {None}
        assert principals <= made, f"{node}: KMS refuses a policy whose principals do not exist"
