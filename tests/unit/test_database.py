"""Databases: shards with readers and standbys, how each is kept, reached and copied, and who may sign on."""

import json
from typing import Any

import pytest

from components.database.parameters import parameters
from settings import load
from settings.database_classes import INSTANCE_CLASSES
from tests.graph import Graph, Node
from tests.unit.settings_files import ROOT

INSTANCE = "aws:rds/instance:Instance"
PARAMETERS = "aws:rds/parameterGroup:ParameterGroup"
SUBNETS = "aws:rds/subnetGroup:SubnetGroup"
COPY = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
PROXY = "aws:rds/proxy:Proxy"
POOL = "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup"
TARGET = "aws:rds/proxyTarget:ProxyTarget"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
SECRET = "aws:secretsmanager/secret:Secret"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
PARAMETER = "aws:ssm/parameter:Parameter"
PRIMARY, RECOVERY = "eu-central-1", "eu-west-1"
# What RDS or the provider refuses on a replica, or ignores there.
NOT_ON_A_REPLICA = (
    "username",
    "dbName",
    "engine",
    "engineVersion",
    "allocatedStorage",
    "finalSnapshotIdentifier",
    "port",
)


def primaries(graph: Graph) -> list[Node]:
    return graph.some(INSTANCE, name="database-primary-*")


def readers(graph: Graph) -> list[Node]:
    return graph.some(INSTANCE, name="database-reader-*")


def standbys(graph: Graph) -> list[Node]:
    return graph.some(INSTANCE, name="database-standby-*")


def shard(node: Node) -> str:
    return next(word for word in node.name.split("-") if word in ("s1", "s2"))


# --- instances


@pytest.mark.req("D1", "H2")
def test_each_shard_of_the_settings_has_one_primary_that_runs_postgresql(graph: Graph) -> None:
    keys = load(graph.stack, ROOT).database.shard_keys()
    assert [shard(node) for node in primaries(graph)] == list(keys)
    for node in primaries(graph):
        assert node.value("engine") == "postgres"
        assert node.value("engineVersion") == "17", (
            "a minor version would be a downgrade once RDS has installed the next"
        )
        assert node.value("autoMinorVersionUpgrade") is True
        assert node.value("engineLifecycleSupport") == "open-source-rds-extended-support-disabled"
        assert node.value("dbName") == "erp"
        assert graph.region_of(node) == PRIMARY


@pytest.mark.req("V1", "S4")
def test_sizes_are_those_of_the_settings(graph: Graph) -> None:
    settings = load(graph.stack, ROOT).database
    for node in primaries(graph):
        assert node.value("instanceClass") == settings.instance_class
        assert node.value("allocatedStorage") == settings.allocated_storage_gib
    assert {node.value("maxAllocatedStorage") for node in graph.some(INSTANCE)} == {settings.max_allocated_storage_gib}
    assert not any(node.has("iops") or node.has("storageThroughput") for node in graph.some(INSTANCE))


@pytest.mark.req("D3", "E3")
def test_a_primary_has_a_standby_in_a_second_zone_but_in_dev(graph: Graph) -> None:
    assert {node.value("multiAz") for node in primaries(graph)} == {graph.stack != "dev"}


@pytest.mark.req("S4", "T1")
def test_storage_grows_by_itself_and_is_encrypted_under_our_key(graph: Graph) -> None:
    for node in graph.some(INSTANCE):
        assert node.value("storageType") == "gp3"
        if node in readers(graph):
            assert not node.has("kmsKeyId"), "RDS refuses a key for a replica beside its source, whose key it takes"
            continue
        assert graph.references(node, "kmsKeyId"), f"{node} has no key of ours"
        key = graph.references(node, "kmsKeyId")[0]
        assert key.name == ("encryption-key-data" if graph.region_of(node) == PRIMARY else "encryption-replica-data")
    for node in primaries(graph):
        assert node.value("storageEncrypted") is True
        assert node.value("maxAllocatedStorage") > node.value("allocatedStorage")


def test_nothing_but_the_network_reaches_a_database(graph: Graph) -> None:
    for node in graph.some(INSTANCE):
        assert node.value("publiclyAccessible") is False
        assert node.value("iamDatabaseAuthenticationEnabled") is True
        assert node.value("caCertIdentifier") == "rds-ca-rsa2048-g1"
        (group,) = graph.references(node, "vpcSecurityGroupIds")
        assert group.name.endswith("-group-data")
        (subnets,) = graph.references(node, "dbSubnetGroupName")
        tier = {subnet.name for subnet in graph.references(subnets, "subnetIds")}
        recovery = "network-recovery" if graph.region_of(node) == RECOVERY else "network"
        assert tier == {f"{recovery}-subnet-data-{zone}" for zone in "abc"}


@pytest.mark.req("D1", "O2", "T2")
def test_each_parameter_group_is_computed_from_its_class(graph: Graph) -> None:
    settings = load(graph.stack, ROOT).database
    kinds = {"primary": settings.instance_class, "reader": settings.replica_class, "standby": settings.replica_class}
    for group in graph.some(PARAMETERS):
        wanted = parameters(
            INSTANCE_CLASSES[kinds[group.name.split("-")[1]]], storage_gib=settings.allocated_storage_gib
        )
        assert group.value("family") == "postgres17"
        assert not group.has("name"), "a new family needs a new group before the old one can go"
        said = [(one["name"], one["value"], one["applyMethod"]) for one in group.value("parameters")]
        assert said == [(one.name, one.value, one.apply_method) for one in wanted]
        assert ("rds.force_ssl", "1") in [(name, value) for name, value, _ in said]


def test_every_instance_has_a_group_of_its_region_and_kind(graph: Graph) -> None:
    for node in graph.some(INSTANCE):
        (group,) = graph.references(node, "parameterGroupName")
        assert group.name == f"database-{node.name.split('-')[1]}-parameters"
        assert graph.region_of(group) == graph.region_of(node)


def test_no_change_waits_unseen_for_the_maintenance_window(graph: Graph) -> None:
    assert {node.value("applyImmediately") for node in graph.some(INSTANCE)} == {True}


# --- logs and measurements


@pytest.mark.req("T1")
def test_logs_go_to_groups_that_are_there_before_the_instance_encrypted_and_with_an_end(graph: Graph) -> None:
    days = load(graph.stack, ROOT).database.log_retention_days
    groups = {
        (graph.region_of(node), node.inputs.get("name")): node for node in graph.some(LOG_GROUP, under="database")
    }
    for node in graph.some(INSTANCE):
        assert node.value("enabledCloudwatchLogsExports") == ["postgresql", "upgrade"]
        for log in ("postgresql", "upgrade"):
            group = groups[graph.region_of(node), f"/aws/rds/instance/{node.value('identifier')}/{log}"]
            assert group.key in node.options.dependencies, (
                f"RDS would make {group.value('name')} itself, open and for ever"
            )
            assert group.value("retentionInDays") == days
            (key,) = graph.references(group, "kmsKeyId")
            assert key.name in ("encryption-key-logs", "encryption-replica-logs")


@pytest.mark.req("O2", "M1")
def test_queries_and_the_operating_system_are_measured(graph: Graph) -> None:
    settings = load(graph.stack, ROOT).database
    for node in graph.some(INSTANCE):
        assert node.value("performanceInsightsEnabled") is True
        assert node.value("databaseInsightsMode") == settings.insights
        days = {"standard": 7, "advanced": 465}[settings.insights]
        assert node.value("performanceInsightsRetentionPeriod") == days
        assert node.value("monitoringInterval") == settings.monitoring_interval_seconds
        (role,) = graph.references(node, "monitoringRoleArn")
        assert role.name == "database-monitoring-role"
        rights = graph.one("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "database-monitoring-role-managed-*")
        assert rights.key in node.options.dependencies


# --- replicas and copies


@pytest.mark.req("D2", "H2")
def test_each_shard_has_the_readers_of_the_settings_in_its_region(graph: Graph) -> None:
    settings = load(graph.stack, ROOT).database
    assert len(readers(graph)) == settings.replicas * len(settings.shards)
    for node in readers(graph):
        assert graph.region_of(node) == PRIMARY
        (source,) = graph.references(node, "replicateSourceDb")
        assert source.name == f"database-primary-{shard(node)}"
        assert node.value("replicateSourceDb") == source.arn, "with a subnet group RDS wants the ARN"
        assert node.value("instanceClass") == settings.replica_class


@pytest.mark.req("D2", "B3", "E3")
def test_each_shard_stands_by_in_the_recovery_region_but_in_dev(prod: Graph, staging: Graph, dev: Graph) -> None:
    assert dev.all(INSTANCE, name="database-standby-*") == []
    for graph in (prod, staging):
        assert [shard(node) for node in standbys(graph)] == ["s1", "s2"]
        for node in standbys(graph):
            assert graph.region_of(node) == RECOVERY
            (source,) = graph.references(node, "replicateSourceDb")
            assert source.name == f"database-primary-{shard(node)}"
            assert node.options.ignore_changes == ("replicateSourceDb",), "a promoted replica can't be attached again"
            assert node.value("backupRetentionPeriod") > 0, "it could not be a source on the day it is promoted"


def test_a_replica_sets_nothing_that_comes_from_its_source(graph: Graph) -> None:
    for node in graph.some(INSTANCE):
        if node.has("replicateSourceDb"):
            assert [name for name in NOT_ON_A_REPLICA if node.has(name)] == []
            assert not any(name.lower().startswith(("password", "managemaster")) for name in node.inputs)
            assert node.value("skipFinalSnapshot") is True


@pytest.mark.req("D4", "B3")
def test_automated_backups_are_copied_under_the_recovery_regions_key(prod: Graph, staging: Graph) -> None:
    for graph in (prod, staging):
        copies = graph.some(COPY)
        assert [shard(node) for node in copies] == ["s1", "s2"]
        for node in copies:
            assert graph.region_of(node) == RECOVERY, "the copy is made where it lies"
            assert graph.references(node, "sourceDbInstanceArn")[0].name == f"database-primary-{shard(node)}"
            assert graph.references(node, "kmsKeyId")[0].name == "encryption-replica-backups"
            assert node.options.delete_before_replace, "RDS takes one copy of a source at a time"


@pytest.mark.req("D4", "B2")
def test_a_shard_can_be_restored_to_any_second_of_its_retention(graph: Graph) -> None:
    days = load(graph.stack, ROOT).database.backup_retention_days
    assert {node.value("backupRetentionPeriod") for node in primaries(graph)} == {days}
    assert days == {"dev": 1, "staging": 7, "prod": 35}[graph.stack]


@pytest.mark.req("D4")
def test_prod_keeps_its_data_when_somebody_deletes_an_instance(prod: Graph, staging: Graph) -> None:
    for node in prod.some(INSTANCE):
        assert node.value("deletionProtection") is True
        assert node.options.protect
    for node in primaries(prod):
        assert node.value("skipFinalSnapshot") is False
        assert node.value("finalSnapshotIdentifier") == f"{node.value('identifier')}-final-1"
        assert node.value("deleteAutomatedBackups") is False
    assert {node.value("deletionProtection") for node in staging.some(INSTANCE)} == {False}


def test_identifiers_are_the_stacks_own_and_in_lower_case(graph: Graph) -> None:
    names = [(graph.region_of(node), node.value("identifier")) for node in graph.some(INSTANCE)]
    assert len(names) == len(set(names))
    for _, name in names:
        assert name == name.lower()
        assert name.startswith(f"erp-{graph.stack}-"), "branch stacks share an account"
        assert len(name) <= 63


# --- the proxy


@pytest.mark.req("H2", "T2")
def test_a_proxy_takes_tls_and_iam_alone_and_knows_no_password(graph: Graph) -> None:
    for node in graph.some(PROXY):
        assert node.value("requireTls") is True
        assert node.value("defaultAuthScheme") == "IAM_AUTH"
        assert not node.has("auths"), "a secret that the proxy reads is one more to lose"
        assert node.value("debugLogging") is False, "it would log statements"
        assert len(graph.references(node, "vpcSubnetIds")) == 3
        (log,) = graph.some(LOG_GROUP, name=f"database-proxy-log-{shard(node)}")
        assert log.value("name") == f"/aws/rds/proxy/{node.value('name')}"
        assert log.key in node.options.dependencies


def test_a_proxy_serves_the_primary_of_its_shard(graph: Graph) -> None:
    for node in graph.some(TARGET):
        assert node.value("dbInstanceIdentifier") == graph.one(INSTANCE, f"database-primary-{shard(node)}").value(
            "identifier"
        )
    for node in graph.some(POOL):
        assert node.value("connectionPoolConfig.maxConnectionsPercent") < 100, "migrations and people come in beside it"


def test_a_proxy_signs_on_as_the_application_to_its_own_database_and_nothing_else(prod: Graph) -> None:
    for node in prod.some(ROLE_POLICY, name="database-proxy-role-permissions-*"):
        statement: dict[str, Any] = json.loads(node.value("policy"))["Statement"][0]
        assert statement["Action"] == "rds-db:connect"
        instance = prod.one(INSTANCE, f"database-primary-{shard(node)}")
        resource = instance.value("resourceId", of="outputs")
        assert statement["Resource"] == f"arn:aws:rds-db:{PRIMARY}:333333333333:dbuser:{resource}/erp_app"


def test_rds_takes_a_proxy_s_role_on_without_naming_account_or_proxy(graph: Graph) -> None:
    for node in graph.some(ROLE, name="database-proxy-role-*"):
        (statement,) = json.loads(node.value("assumeRolePolicy"))["Statement"]
        assert statement["Principal"] == {"Service": "rds.amazonaws.com"}
        assert "Condition" not in statement, "RDS documents none for a proxy: it would keep the proxy itself out"


def test_each_database_role_may_connect_where_it_works(prod: Graph) -> None:
    connect: dict[str, list[str]] = prod.node("database").value("connect_arns", of="outputs")
    ends = {role: [arn.split("dbuser:")[1] for arn in arns] for role, arns in connect.items()}
    proxies = [node.arn.rpartition(":")[2] for node in prod.some(PROXY)]
    ids = {node.name: node.value("resourceId", of="outputs") for node in prod.some(INSTANCE)}
    assert ends == {
        "erp_app": [f"{proxy}/erp_app" for proxy in proxies],
        "erp_reader": [f"{ids[f'database-reader-{one}-r1']}/erp_reader" for one in ("s1", "s2")],
        "erp_migrator": [f"{ids[f'database-primary-{one}']}/erp_migrator" for one in ("s1", "s2")],
    }


# --- credentials


@pytest.mark.req("D1")
def test_no_password_is_said_in_a_property_that_the_provider_reads_back(graph: Graph) -> None:
    for node in primaries(graph):
        assert node.has("passwordWo")
        assert node.value("passwordWoVersion") == 1
        assert not node.has("password")
        assert not node.has("manageMasterUserPassword"), (
            "RDS makes no replicas of an instance whose password it manages"
        )
    for node in graph.some(VERSION, under="database"):
        assert node.has("secretStringWo")
        assert not node.has("secretString")
        content = json.loads(node.value("secretStringWo"))
        assert content["username"] == "erp_admin"
        assert content["dbInstanceIdentifier"] == graph.one(INSTANCE, f"database-primary-{shard(node)}").value(
            "identifier"
        )


def test_the_password_is_a_secret_to_the_engine_wherever_it_stands(graph: Graph) -> None:
    from sandbox.values import Secret

    for node in primaries(graph):
        assert isinstance(node.inputs["passwordWo"], Secret)
    for node in graph.some(VERSION, under="database"):
        assert isinstance(node.inputs["secretStringWo"], Secret)


@pytest.mark.req("D1")
def test_the_bootstrap_password_is_changed_as_soon_as_the_instance_is_up(graph: Graph) -> None:
    rotations = {shard(node): node for node in graph.some(ROTATION)}
    for node in primaries(graph):
        rotation = rotations[shard(node)]
        assert rotation.value("rotateImmediately") is True
        assert node.key in rotation.options.dependencies
        version = graph.one(VERSION, f"database-admin-bootstrap-{shard(node)}")
        assert version.key in rotation.options.dependencies


def test_the_first_version_of_a_secret_stays_known_after_the_rotation(graph: Graph) -> None:
    for node in graph.some(VERSION, under="database"):
        assert node.value("versionStages") == ["AWSCURRENT", "bootstrap"], (
            "Secrets Manager drops a version without a label"
        )
        assert node.options.ignore_changes == ("versionStages",), "the rotation moves them"


@pytest.mark.req("B3")
def test_secrets_are_there_in_the_recovery_region_under_its_key(graph: Graph) -> None:
    for node in graph.some(SECRET, under="database"):
        assert node.value("replicas[0].region") == RECOVERY
        assert node.value("replicas[0].kmsKeyId") == graph.one("aws:kms/replicaKey:ReplicaKey", "*-secrets").arn
        assert node.value("recoveryWindowInDays") == {"dev": 0, "staging": 7, "prod": 30}[graph.stack]
        assert not node.has("name"), "a fixed name stays taken while the deleted secret waits"


# --- the shard map


@pytest.mark.req("H2")
def test_the_shard_map_says_who_owns_which_slots_and_where_each_answers(graph: Graph) -> None:
    node = graph.one(PARAMETER, "database-shard-map")
    found = json.loads(node.value("insecureValue"))
    settings = load(graph.stack, ROOT).database
    assert found["version"] == len(settings.shards)
    assert (found["format"], found["hash"], found["slots"]) == (1, "crc32", 4096)
    assert sorted(found["shards"]) == list(settings.shard_keys())
    for one in settings.shards:
        entry = found["shards"][one.key]
        assert (entry["first_slot"], entry["last_slot"]) == (one.first_slot, one.last_slot)
        assert entry["writer"] == f"endpoint-of-database-proxy-{one.key}"
        assert entry["readers"] == [f"address-of-database-reader-{one.key}-r1"]
    assert node.value("name") == f"/erp/{graph.stack}/database/shards"
    assert node.value("type") == "String"


def test_a_change_of_the_shard_map_passes_the_rule_of_resharding(graph: Graph) -> None:
    node = graph.one(PARAMETER, "database-shard-map")
    assert node.options.before_update == ("database-resharding",)
