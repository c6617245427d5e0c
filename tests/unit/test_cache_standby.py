"""The copy of Redis in the recovery region, which is there where the settings ask for it."""

import json

import pytest

from tests.graph import Graph, composed_with

GLOBAL = "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup"
GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
PARAMETER = "aws:ssm/parameter:Parameter"
PRIMARY, RECOVERY = "eu-central-1", "eu-west-1"
FROM_THE_DATASTORE = ("engine", "engineVersion", "nodeType", "numNodeGroups", "parameterGroupName")


@pytest.fixture(scope="module")
def spread() -> Graph:
    return composed_with("prod", {"cache.redis": {"global_datastore": True, "shards": 3}})


def test_no_stack_has_one_unless_it_is_asked_for(graph: Graph) -> None:
    assert graph.all(GLOBAL) == []
    assert [group.name for group in graph.all(GROUP)] == ["cache-redis"]
    assert not graph.one(GROUP).options.ignore_changes


@pytest.mark.req("K1")
def test_the_datastore_changes_all_its_members_and_they_leave_that_to_it(spread: Graph) -> None:
    datastore, primary = spread.one(GLOBAL, "cache-datastore"), spread.one(GROUP, "cache-redis")
    assert spread.region_of(datastore) == PRIMARY
    assert spread.reference(datastore, "primaryReplicationGroupId") == primary
    sizes = ("cacheNodeType", "numNodeGroups", "engineVersion")
    assert [datastore.value(size) for size in sizes] == ["cache.m7g.large", 3, "7.1"]
    assert sorted(primary.options.ignore_changes) == sorted(set(FROM_THE_DATASTORE) - {"engine"})


@pytest.mark.req("K1", "T1")
def test_the_copy_stands_in_the_recovery_region_on_what_is_there(spread: Graph) -> None:
    group = spread.one(GROUP, "cache-recovery-redis")
    assert spread.region_of(group) == RECOVERY
    assert spread.reference(group, "globalReplicationGroupId").name == "cache-datastore"
    for name in (*FROM_THE_DATASTORE, "atRestEncryptionEnabled", "transitEncryptionEnabled", "transitEncryptionMode"):
        assert not group.has(name), f"{name} comes from the datastore, and AWS refuses to hear it"
    assert group.value("multiAzEnabled") is True
    assert group.options.protect is True
    assert spread.reference(group, "kmsKeyId").name == "encryption-replica-data"
    assert spread.reference(group, "securityGroupIds").name == "network-recovery-group-cache"
    users = spread.reference(group, "userGroupIds")
    assert sorted(user.name for user in spread.references(users, "userIds")) == [
        f"cache-recovery-user-{role}" for role in ("app", "default", "worker")
    ]
    for node in [users, *spread.references(users, "userIds"), *spread.references(group, "logDeliveryConfigurations")]:
        assert spread.region_of(node) == RECOVERY, node
    for log in spread.some(LOG_GROUP, name="cache-recovery-*"):
        assert spread.reference(log, "kmsKeyId").name == "encryption-replica-logs"


def test_programs_find_it_there_under_the_name_that_they_know(spread: Graph) -> None:
    here, there = (
        spread.one(PARAMETER, "cache-connection-redis"),
        spread.one(PARAMETER, "cache-recovery-connection-redis"),
    )
    assert (spread.region_of(here), spread.region_of(there)) == (PRIMARY, RECOVERY)
    assert here.value("name") == there.value("name")
    assert json.loads(here.value("insecureValue"))["standby"] is False
    found = json.loads(there.value("insecureValue"))
    assert found["standby"] is True
    assert found["cache_name"] == "cache-recovery-redis-id"


def test_facts_and_rules_have_nothing_against_it(spread: Graph) -> None:
    from sandbox import facts
    from sandbox.values import UNKNOWN, reveal
    from tests.policies import harness
    from tests.policies.test_program import PACK, given

    for token in (GLOBAL, GROUP):
        known = facts.load(token)
        assert known is not None
        for node in spread.some(token):
            inputs = {
                key: UNKNOWN if str(value).startswith("arn:mock") else value
                for key, value in reveal(dict(node.inputs)).items()
            }
            assert [str(problem) for problem in facts.judge(known, inputs)] == []
    pack = harness.analyzer(PACK)
    nodes = spread.descendants("cache")
    assert [report for node in nodes for report in pack.resource(given(spread, node, node.inputs))] == []
    assert pack.stack([given(spread, node, node.outputs) for node in nodes]) == []
