"""Caches and topics in the offline cloud: ids, ARNs, endpoints, members, and what a change does."""

import json

import pytest

from sandbox.operations import Refused
from tests.sandbox.caches import BY_IAM, GLOBAL, GROUP, TOPIC, TOPIC_POLICY, USER, Ground, ground, parameters
from tests.sandbox.offline import ACCOUNT, PRIMARY, RECOVERY, Caller, Offline


@pytest.fixture
def caches(aws: Caller) -> Ground:
    return ground(aws)


def test_a_sharded_group_has_a_configuration_endpoint_and_members_by_shard(caches: Ground) -> None:
    made = caches.redis()
    assert (
        made.id == made.properties["replicationGroupId"] == made.properties["id"]
        if "id" in made.properties
        else made.id
    )
    assert made.id.startswith("redis-")
    assert made.arn == f"arn:aws:elasticache:{PRIMARY}:{ACCOUNT}:replicationgroup:{made.id}"
    host = made.properties["configurationEndpointAddress"]
    assert host.startswith(f"clustercfg.{made.id}.")
    assert host.endswith(".euc1.cache.amazonaws.com")
    assert "primaryEndpointAddress" not in made.properties
    assert made.properties["memberClusters"] == [
        f"{made.id}-{shard}-{node}" for shard in ("0001", "0002") for node in ("001", "002")
    ]


def test_a_group_without_shards_has_a_primary_and_a_reader_endpoint(caches: Ground) -> None:
    made = caches.redis(
        numNodeGroups=None, replicasPerNodeGroup=None, numCacheClusters=2, parameterGroupName="default.redis7"
    )
    assert made.properties["primaryEndpointAddress"].startswith(f"master.{made.id}.")
    assert made.properties["readerEndpointAddress"].startswith(f"replica.{made.id}.")
    assert "configurationEndpointAddress" not in made.properties
    assert made.properties["memberClusters"] == [f"{made.id}-001", f"{made.id}-002"]


def test_without_tls_the_word_stands_behind_the_name(caches: Ground) -> None:
    host = caches.redis(transitEncryptionEnabled=None).properties["configurationEndpointAddress"]
    assert host.split(".")[2] == "clustercfg"


def test_memcached_has_an_address_for_all_and_one_for_each_node(caches: Ground) -> None:
    made = caches.pages()
    assert made.properties["clusterAddress"].endswith(".cfg.euc1.cache.amazonaws.com")
    assert made.properties["configurationEndpoint"] == f"{made.properties['clusterAddress']}:11211"
    nodes = made.properties["cacheNodes"]
    assert [(node["id"], node["port"], node["availabilityZone"]) for node in nodes] == [
        ("0001", 11211, f"{PRIMARY}a"),
        ("0002", 11211, f"{PRIMARY}b"),
    ]


def test_ids_are_kept_in_lower_case_and_taken_once_in_a_region(caches: Ground, offline: Offline) -> None:
    assert caches.redis("one", replicationGroupId="Sessions").id == "sessions"
    with pytest.raises(Refused, match="sessions"):
        caches.redis("two", replicationGroupId="SESSIONS")
    assert ground(offline.aws(RECOVERY)).redis("three", replicationGroupId="Sessions").id == "sessions"


def test_a_longer_name_than_aws_takes_is_refused_where_it_is_made_up(caches: Ground) -> None:
    with pytest.raises(AssertionError, match="longer than the maximum of 40"):
        caches.redis("a" * 33)
    with pytest.raises(AssertionError, match="longer than the maximum of 50"):
        caches.pages("a" * 43)
    assert len(caches.redis("a" * 32).id) == 40
    assert len(caches.pages("a" * 42).id) == 50


def test_nodes_shards_and_replicas_change_in_place(caches: Ground) -> None:
    made = caches.redis()
    sizes = {"nodeType": "cache.m7g.xlarge", "numNodeGroups": 3, "replicasPerNodeGroup": 2}
    assert caches.aws.changes(made, **sizes) == dict.fromkeys(sizes, False)
    assert len(caches.aws.update(made, **sizes).properties["memberClusters"]) == 9


@pytest.mark.parametrize(
    "change",
    [
        {"kmsKeyId": "arn:aws:kms:eu-central-1:111111111111:key/other", "atRestEncryptionEnabled": True},
        {"port": 6380},
        {"engineVersion": "7.0"},
    ],
    ids=str,
)
def test_what_only_a_new_group_can_have_replaces(caches: Ground, change: dict[str, object]) -> None:
    made = caches.redis()
    wanted = {**made.inputs, **change}
    found = caches.aws.clouds.diff(caches.aws.connection, GROUP, made.inputs, wanted)
    assert any(one.replace for one in found)


def test_redis_becomes_valkey_in_place_and_never_back(caches: Ground) -> None:
    made = caches.redis()
    valkey = parameters(caches.aws, "valkey", "valkey8")
    step = {"engine": "valkey", "engineVersion": "8.0", "parameterGroupName": valkey.id}
    assert not any(caches.aws.changes(made, **step).values())
    after = caches.aws.update(made, **step)
    back = {"engine": "redis", "engineVersion": "7.1", "parameterGroupName": caches.parameters.id}
    assert caches.aws.changes(after, **back)["engine"] is True


def test_another_node_type_of_memcached_replaces_it_and_another_number_of_nodes_does_not(caches: Ground) -> None:
    made = caches.pages()
    assert caches.aws.changes(made, nodeType="cache.m7g.xlarge") == {"nodeType": True}
    zones = [f"{PRIMARY}{zone}" for zone in "aba"]
    more = caches.aws.changes(made, numCacheNodes=3, preferredAvailabilityZones=zones)
    assert not any(more.values())
    assert len(caches.aws.update(made, numCacheNodes=3, preferredAvailabilityZones=zones).properties["cacheNodes"]) == 3


def test_a_port_that_is_left_out_is_the_usual_one(caches: Ground) -> None:
    made = caches.redis()
    assert caches.aws.changes(made, port=6379) == {}
    assert caches.aws.changes(caches.pages(), port=11211) == {}


def test_a_global_datastore_has_a_prefix_of_aws_s_own_and_a_secondary_elsewhere(
    caches: Ground, offline: Offline
) -> None:
    primary = caches.redis()
    world = caches.aws.make(GLOBAL, globalReplicationGroupIdSuffix="erp", primaryReplicationGroupId=primary.id)
    prefix, suffix = world.id.split("-")
    assert (len(prefix), suffix) == (5, "erp")
    assert world.arn == f"arn:aws:elasticache::{ACCOUNT}:globalreplicationgroup:{world.id}"
    there = ground(offline.aws(RECOVERY))
    member: dict[str, object] = {
        "description": "standby", "globalReplicationGroupId": world.id, "subnetGroupName": there.subnets.id,
    }  # fmt: skip
    assert there.aws.make(GROUP, "standby", **member)
    with pytest.raises(Refused, match=f"has its primary in {PRIMARY} already"):
        caches.aws.make(GROUP, "beside", **{**member, "subnetGroupName": caches.subnets.id})


def test_a_topic_is_known_by_its_arn_and_has_one_policy(aws: Caller) -> None:
    topic = aws.make(TOPIC, name="events")
    assert topic.id == topic.arn == f"arn:aws:sns:{PRIMARY}:{ACCOUNT}:events"
    with pytest.raises(Refused, match="events"):
        aws.make(TOPIC, "second", name="events")
    condition = {"StringEquals": {"aws:SourceOwner": ACCOUNT}}
    publish = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sns:Publish", "Condition": condition}
    policy = json.dumps({"Version": "2012-10-17", "Statement": {**publish, "Resource": topic.arn}})
    aws.make(TOPIC_POLICY, arn=topic.arn, policy=policy)
    with pytest.raises(Refused, match="events"):
        aws.make(TOPIC_POLICY, "second", arn=topic.arn, policy=policy)


def test_users_are_known_by_their_id_and_change_in_place(aws: Caller) -> None:
    made = aws.make(USER, userId="App", userName="App", engine="redis", **BY_IAM)
    assert made.id == "app"
    assert made.arn == f"arn:aws:elasticache:{PRIMARY}:{ACCOUNT}:user:app"
    assert aws.changes(made, accessString="on ~b:* -@all +@read") == {"accessString": False}
    assert aws.changes(made, userName="other", userId="other") == {"userName": True, "userId": True}
