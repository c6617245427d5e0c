"""Caches: Redis over shards and zones for users by IAM, Memcached over zones, and how they are found."""

import json
from typing import Any

import pytest

from tests.graph import Graph, Node

CLUSTER = "aws:elasticache/cluster:Cluster"
GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
PARAMETER = "aws:ssm/parameter:Parameter"
PARAMETERS = "aws:elasticache/parameterGroup:ParameterGroup"
SUBNETS = "aws:elasticache/subnetGroup:SubnetGroup"
TOPIC = "aws:sns/topic:Topic"
TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy"
USER = "aws:elasticache/user:User"
USER_GROUP = "aws:elasticache/userGroup:UserGroup"

ACCOUNT = "333333333333"


def redis(graph: Graph) -> Node:
    return graph.one(GROUP, "cache-redis")


def memcached(graph: Graph) -> Node:
    return graph.one(CLUSTER, "cache-memcached")


def user(graph: Graph, role: str) -> Node:
    return graph.one(USER, f"cache-user-{role}")


def document(graph: Graph, cache: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(graph.one(PARAMETER, f"cache-connection-{cache}").value("insecureValue"))
    return content


def parameters(graph: Graph, cache: Node) -> dict[str, str]:
    group = graph.reference(cache, "parameterGroupName")
    return {parameter["name"]: parameter["value"] for parameter in group.value("parameters")}


# --- Redis


@pytest.mark.req("K1", "H3")
def test_redis_is_a_cluster_of_shards_with_replicas_in_other_zones(prod: Graph) -> None:
    group = redis(prod)
    assert group.value("clusterMode") == "enabled"
    assert group.value("numNodeGroups") == 2
    assert group.value("replicasPerNodeGroup") == 1
    assert group.value("automaticFailoverEnabled") is True
    assert group.value("multiAzEnabled") is True
    assert parameters(prod, group)["cluster-enabled"] == "yes", "AWS makes no shards without it"
    assert not group.has("numCacheClusters"), "shards are counted in another way"


@pytest.mark.req("H3")
def test_shards_and_replicas_of_each_stack_are_those_of_its_settings(dev: Graph, staging: Graph, prod: Graph) -> None:
    for graph, shards, replicas, nodes in ((dev, 1, 0, 1), (staging, 2, 1, 3), (prod, 2, 1, 3)):
        assert redis(graph).value("numNodeGroups") == shards, graph.stack
        assert redis(graph).value("replicasPerNodeGroup") == replicas, graph.stack
        assert memcached(graph).value("numCacheNodes") == nodes, graph.stack


def test_without_a_replica_there_is_no_other_zone_to_fail_over_to(dev: Graph) -> None:
    assert redis(dev).value("multiAzEnabled") is False
    assert redis(dev).value("automaticFailoverEnabled") is True, "cluster mode wants it all the same"
    assert memcached(dev).value("azMode") == "single-az"


@pytest.mark.req("K1", "T2")
def test_redis_takes_tls_and_nothing_else(graph: Graph) -> None:
    assert redis(graph).value("transitEncryptionEnabled") is True
    assert redis(graph).value("transitEncryptionMode") == "required"


@pytest.mark.req("T1")
def test_redis_is_encrypted_at_rest_under_the_data_key_of_its_region(graph: Graph) -> None:
    assert redis(graph).value("atRestEncryptionEnabled") is True, "it is off by default in Redis"
    assert graph.reference(redis(graph), "kmsKeyId").name == "encryption-key-data"


@pytest.mark.req("K1")
def test_only_users_of_iam_connect_to_redis(prod: Graph) -> None:
    group = redis(prod)
    assert not group.has("authToken")
    users = prod.reference(group, "userGroupIds")
    assert users.type == USER_GROUP
    members = {member.name for member in prod.references(users, "userIds")}
    assert members == {"cache-user-app", "cache-user-worker", "cache-user-default"}
    for role in ("app", "worker"):
        assert user(prod, role).value("authenticationMode") == {"type": "iam"}
        assert user(prod, role).value("userId") == user(prod, role).value("userName"), "IAM compares the two"


@pytest.mark.req("K1")
def test_the_default_user_is_our_own_and_can_do_nothing(graph: Graph) -> None:
    default = user(graph, "default")
    assert default.value("userName") == "default", "AWS would add an open one of that name"
    assert default.value("userId") != "default", "that id is AWS's own user"
    assert default.value("accessString").split() == ["off", "-@all"]
    assert not default.has("passwords"), "a password would be a secret in the state"


@pytest.mark.req("K1")
@pytest.mark.parametrize("role", ["app", "worker"])
def test_a_user_has_no_command_that_harms_others_and_no_key_but_its_own(prod: Graph, role: str) -> None:
    switch, *rules = user(prod, role).value("accessString").split()
    commands = [rule for rule in rules if rule[0] in "+-"]
    keys = [rule for rule in rules if rule[0] == "~"]
    assert switch == "on"
    assert commands[0] == "-@all", "it starts from nothing"
    assert commands[-2:] == ["-@dangerous", "-@admin"], "of two rules the later one counts"
    assert not {"+@all", "+@dangerous", "+@admin", "allcommands"} & set(rules)
    assert keys, "with no pattern it reaches no key"
    assert not {"~*", "allkeys", "&*", "allchannels"} & set(rules)


def test_the_worker_cannot_read_sessions(prod: Graph) -> None:
    assert "~session:*" in user(prod, "app").value("accessString").split()
    assert "session" not in user(prod, "worker").value("accessString")


def test_users_stay_as_they_are_when_the_engine_becomes_valkey(graph: Graph) -> None:
    for node in [*graph.some(USER, under="cache"), *graph.some(USER_GROUP, under="cache")]:
        assert node.value("engine") == "redis", "both engines take it"


def test_what_has_no_lifetime_is_never_forgotten(graph: Graph) -> None:
    assert parameters(graph, redis(graph))["maxmemory-policy"].startswith("volatile-"), "queues have no lifetime"


@pytest.mark.req("K1", "T1")
def test_redis_delivers_both_logs_to_encrypted_groups_that_end(graph: Graph) -> None:
    deliveries = {delivery["logType"]: delivery for delivery in redis(graph).value("logDeliveryConfigurations")}
    assert sorted(deliveries) == ["engine-log", "slow-log"]
    groups = graph.references(redis(graph), "logDeliveryConfigurations")
    assert {group.name for group in groups} == {"cache-log-engine", "cache-log-slow"}
    for delivery in deliveries.values():
        assert delivery["logFormat"] == "json"
        assert delivery["destinationType"] == "cloudwatch-logs"
        assert not delivery["destination"].startswith("arn:"), "it is the group's name"
    for group in groups:
        assert graph.reference(group, "kmsKeyId").name == "encryption-key-logs"
        assert group.value("retentionInDays") >= (365 if graph.stack == "prod" else 1)


def test_snapshots_are_taken_outside_of_maintenance_and_none_outlives_the_group(prod: Graph) -> None:
    assert redis(prod).value("snapshotRetentionLimit") == 7
    assert redis(prod).value("snapshotWindow") == "02:00-03:00"
    assert redis(prod).value("maintenanceWindow") == "sun:03:30-sun:04:30"
    assert not redis(prod).has("finalSnapshotIdentifier"), "sessions in it would be nobody's"


def test_changes_of_nodes_wait_for_the_window_in_prod_alone(graph: Graph) -> None:
    for cache in (redis(graph), memcached(graph)):
        assert cache.value("applyImmediately") is (graph.stack != "prod")
        assert cache.value("autoMinorVersionUpgrade") in (True, "true")


# --- Memcached


@pytest.mark.req("K2", "H3")
def test_memcached_nodes_are_dealt_out_to_all_zones(prod: Graph) -> None:
    cluster = memcached(prod)
    zones = cluster.value("preferredAvailabilityZones")
    assert cluster.value("azMode") == "cross-az"
    assert len(zones) == cluster.value("numCacheNodes"), "AWS wants one entry a node"
    assert set(zones) == {"eu-central-1a", "eu-central-1b", "eu-central-1c"}


@pytest.mark.req("K2", "T2")
def test_memcached_takes_tls(graph: Graph) -> None:
    assert memcached(graph).value("engine") == "memcached"
    assert memcached(graph).value("transitEncryptionEnabled") is True


def test_nobody_can_empty_memcached_for_all(graph: Graph) -> None:
    assert parameters(graph, memcached(graph)) == {"disable_flush_all": "1"}


# --- both


@pytest.mark.req("K1", "K2")
def test_both_lie_in_the_cache_tier_behind_its_group(prod: Graph) -> None:
    for cache in (redis(prod), memcached(prod)):
        assert prod.region_of(cache) == "eu-central-1"
        subnets = prod.references(prod.reference(cache, "subnetGroupName"), "subnetIds")
        assert sorted(subnet.name for subnet in subnets) == [f"network-subnet-cache-{zone}" for zone in "abc"]
        assert prod.reference(cache, "securityGroupIds").name == "network-group-cache"


def test_both_listen_where_the_network_lets_the_app_tier_in(prod: Graph) -> None:
    for cache, what in ((redis(prod), "redis"), (memcached(prod), "memcached")):
        ingress = prod.one(
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", f"network-ingress-cache-app-{what}"
        )
        assert (ingress.value("fromPort"), ingress.value("toPort")) == (cache.value("port"), cache.value("port"))


def test_names_are_left_to_the_autonamer_where_it_makes_one(graph: Graph) -> None:
    assert not redis(graph).has("replicationGroupId")
    assert not memcached(graph).has("clusterId")
    for token in (PARAMETERS, SUBNETS, TOPIC):
        for node in graph.some(token, under="cache"):
            assert not node.has("name"), f"{node}: a replacement would find its name taken"


def test_events_go_to_a_topic_that_elasticache_can_publish_to(graph: Graph) -> None:
    topic = graph.one(TOPIC, "cache-events")
    for cache in (redis(graph), memcached(graph)):
        assert graph.reference(cache, "notificationTopicArn") == topic
    assert not topic.has("kmsMasterKeyId"), "ElastiCache calls an encrypted topic inactive"


def test_only_caches_of_this_account_publish_to_the_topic(prod: Graph) -> None:
    policy = prod.one(TOPIC_POLICY, "cache-events-policy")
    assert prod.reference(policy, "arn").name == "cache-events"
    statements = {statement["Sid"]: statement for statement in json.loads(policy.value("policy"))["Statement"]}
    assert statements["CachesPublish"]["Condition"] == {"StringEquals": {"aws:SourceOwner": ACCOUNT}}
    assert statements["CachesPublish"]["Action"] == "sns:Publish"
    assert statements["RefusesPlainHttp"]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    for statement in statements.values():
        assert statement["Resource"] == f"arn:mock:{TOPIC}:cache-events"


@pytest.mark.req("K1")
def test_how_to_connect_to_redis_is_published(prod: Graph) -> None:
    assert prod.one(PARAMETER, "cache-connection-redis").value("name") == "/erp/prod/cache/redis"
    found = document(prod, "redis")
    assert found["users"]["app"]["name"] == user(prod, "app").value("userName")
    assert found["users"]["worker"]["keys"] == ["queue:*", "job:*", "lock:*", "page:*"]
    del found["users"]
    assert found == {
        "engine": "redis",
        "version": "7.1",
        "mode": "cluster",
        "host": "configurationEndpointAddress-of-cache-redis",
        "port": 6379,
        "tls": True,
        "authentication": "iam",
        "standby": False,
        "cache_name": "cache-redis-id",
        "memory_mib": 2 * 6854542746 * 75 // 100 // 1024**2,
    }


@pytest.mark.req("K2")
def test_how_to_connect_to_memcached_is_published(prod: Graph) -> None:
    assert prod.one(PARAMETER, "cache-connection-memcached").value("name") == "/erp/prod/cache/memcached"
    assert document(prod, "memcached") == {
        "engine": "memcached",
        "version": "1.6.22",
        "mode": "auto-discovery",
        "host": "clusterAddress-of-cache-memcached",
        "port": 11211,
        "tls": True,
        "authentication": "none",
        "memory_mib": 3 * 6537,
    }


def test_the_keys_of_the_document_are_those_of_the_access_string(graph: Graph) -> None:
    for role, published in document(graph, "redis")["users"].items():
        rules = user(graph, role).value("accessString").split()
        assert [f"~{key}" for key in published["keys"]] == [rule for rule in rules if rule.startswith("~")]


@pytest.mark.req("K1")
def test_a_client_may_connect_as_its_user_and_as_nobody_else(prod: Graph) -> None:
    cache = prod.node("cache")
    group = f"arn:mock:{GROUP}:cache-redis"
    assert cache.outputs["connect_arns"] == [group, f"arn:mock:{USER}:cache-user-app"]
    assert cache.outputs["worker_connect_arns"] == [group, f"arn:mock:{USER}:cache-user-worker"]


def test_the_caches_of_prod_are_protected_where_they_hold_more_than_pages(graph: Graph) -> None:
    assert redis(graph).options.protect is (graph.stack == "prod")
    assert memcached(graph).options.protect is False, "another node type replaces it, and it only holds pages"
