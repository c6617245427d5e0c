"""First mistakes with caches; each with the nearest thing that is right."""
# ruff: noqa: RUF043  (messages read best whole, and a dot in one is a dot)

import json
from typing import Any

import pytest

from sandbox.operations import Refused
from tests.sandbox.caches import (
    BY_IAM,
    GLOBAL,
    GROUP,
    OFF,
    PARAMETERS,
    SUBNETS,
    TOPIC,
    TOPIC_POLICY,
    USER,
    USER_GROUP,
    Ground,
    ground,
    parameters,
)
from tests.sandbox.offline import GROUP as SECURITY_GROUP
from tests.sandbox.offline import KEY, PRIMARY, RECOVERY, SUBNET, VPC, Caller, Offline


@pytest.fixture
def caches(aws: Caller) -> Ground:
    return ground(aws)


# --- what the inputs say by themselves


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"automaticFailoverEnabled": None}, "Multi-AZ needs automatic failover: it must be set"),
        ({"automaticFailoverEnabled": False}, "Multi-AZ needs automatic failover: it must be true"),
        ({"replicasPerNodeGroup": 0}, "Multi-AZ needs a replica in each shard: it must not be 0"),
        ({"numCacheClusters": 2}, "numCacheClusters"),
        ({"authToken": "0123456789abcdef", "userGroupIds": ["users"]}, "authToken"),
        ({"transitEncryptionEnabled": None, "userGroupIds": ["users"]}, "users need TLS"),
        ({"transitEncryptionEnabled": None, "transitEncryptionMode": "required"}, "a mode of TLS needs TLS"),
        ({"kmsKeyId": "arn:aws:kms:eu-central-1:111111111111:key/1"}, "a key needs encryption at rest"),
        ({"numNodeGroups": None}, "replicas are counted by shard"),
        ({"nodeType": None}, "says what its nodes are"),
        ({"engine": "valkey", "engineVersion": "8.0", "transitEncryptionEnabled": None}, "valkey has TLS stated"),
        ({"finalSnapshotIdentifier": "last--one"}, "finalSnapshotIdentifier"),
        ({"snapshotWindow": "24:00-25:00"}, "snapshotWindow"),
        ({"replicationGroupId": "1redis"}, "replicationGroupId"),
    ],
    ids=str,
)
def test_a_group_whose_inputs_contradict_each_other_is_refused(
    caches: Ground, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(AssertionError, match=said):
        caches.redis(**change)
    assert caches.redis("right")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"numCacheNodes": 1, "preferredAvailabilityZones": None}, "cross-az needs more than one node"),
        ({"engine": "redis", "engineVersion": "7.1"}, "only memcached has several nodes"),
        ({"numCacheNodes": None, "azMode": None, "preferredAvailabilityZones": None}, "a number of nodes"),
        ({"engineVersion": "1.6.6"}, r"TLS from 1\.6\.12 on"),
        ({"engineVersion": "1.6"}, "a version of three parts"),
        ({"finalSnapshotIdentifier": "last"}, "no snapshots"),
        ({"numCacheNodes": 41}, "1 to 40 nodes"),
    ],
    ids=str,
)
def test_a_cluster_whose_inputs_contradict_each_other_is_refused(
    caches: Ground, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(AssertionError, match=said):
        caches.pages(**change)
    assert caches.pages("right")


def test_an_old_memcached_without_tls_and_one_node_in_one_zone_are_taken(caches: Ground) -> None:
    assert caches.pages("old", engineVersion="1.6.6", transitEncryptionEnabled=None)
    assert caches.pages("one", numCacheNodes=1, azMode="single-az", preferredAvailabilityZones=[f"{PRIMARY}a"])


# --- parameters, zones, windows


def test_parameters_are_of_the_family_of_the_version(caches: Ground) -> None:
    with pytest.raises(
        Refused, match="expected a parameter group of family valkey8 for valkey 8.0 but found one of family redis7"
    ):
        caches.redis(engine="valkey", engineVersion="8.0")
    with pytest.raises(Refused, match="family memcached1.6 for memcached 1.6.22 but found one of family redis7"):
        caches.pages(parameterGroupName=caches.parameters.id)
    assert caches.redis("default", parameterGroupName="default.redis7.cluster.on")
    assert caches.redis("six", engineVersion="6.2", parameterGroupName="default.redis6.x.cluster.on")


def test_a_family_that_does_not_exist_is_refused(aws: Caller) -> None:
    with pytest.raises(Refused, match="CacheParameterGroupFamily redis7.1 is not a valid parameter group family"):
        aws.make(PARAMETERS, family="redis7.1")
    assert aws.make(PARAMETERS, family="redis7")


def test_shards_need_parameters_for_clusters(caches: Ground) -> None:
    off = parameters(caches.aws, "off", "redis7", sharded=False)
    for name in (off.id, "default.redis7"):
        with pytest.raises(Refused, match=f"shards need parameters with cluster-enabled yes, and {name} has none such"):
            caches.redis(parameterGroupName=name)
    assert caches.redis("whole", parameterGroupName=off.id, numNodeGroups=1)


def test_multi_az_needs_subnets_in_two_zones(aws: Caller) -> None:
    narrow = ground(aws, zones="a")
    with pytest.raises(Refused, match=f"Multi-AZ needs subnets in two zones, and all lie in {PRIMARY}a"):
        narrow.redis()
    assert narrow.redis("single", multiAzEnabled=False)
    assert ground(aws, block=1).redis("spread")


def test_subnets_and_groups_are_of_one_network(caches: Ground) -> None:
    other = caches.aws.make(VPC, "other", cidrBlock="10.9.0.0/16")
    stranger = caches.aws.make(SUBNET, "other", vpcId=other.id, cidrBlock="10.9.0.0/24")
    own = caches.subnets.inputs["subnetIds"]
    with pytest.raises(Refused, match="InvalidSubnet: the subnets are of several networks"):
        caches.aws.make(SUBNETS, "mixed", subnetIds=[*own, stranger.id])
    assert caches.aws.make(SUBNETS, "same", subnetIds=own)
    outside = caches.aws.make(SECURITY_GROUP, "outside", vpcId=other.id)
    inside = caches.aws.make(SECURITY_GROUP, "inside", vpcId=caches.network.id)
    with pytest.raises(Refused, match=f"{outside.id} is of another network than the subnet group"):
        caches.redis(securityGroupIds=[outside.id])
    assert caches.redis("inside", securityGroupIds=[inside.id])


def test_memcached_nodes_have_a_zone_each_where_there_is_a_subnet(caches: Ground) -> None:
    zone_a, zone_b, zone_c = (f"{PRIMARY}{zone}" for zone in "abc")
    for zones, said in (
        ([zone_a], "1 preferred zones are given for 2 nodes"),
        ([zone_a, zone_a], f"azMode is cross-az, and all nodes are to lie in {zone_a}"),
        ([zone_a, zone_c], f"the subnet group has no subnet in {zone_c}"),
    ):
        with pytest.raises(Refused, match=said):
            caches.pages(preferredAvailabilityZones=zones)
    assert caches.pages("right", preferredAvailabilityZones=[zone_b, zone_a])


def test_the_snapshot_and_the_maintenance_share_no_minute(caches: Ground) -> None:
    with pytest.raises(Refused, match="the snapshot window and the maintenance window must not overlap"):
        caches.redis(snapshotWindow="23:30-00:30", maintenanceWindow="sun:00:00-sun:01:00")
    assert caches.redis("apart", snapshotWindow="22:30-23:30", maintenanceWindow="sun:23:30-mon:00:30")


def test_nodes_with_disks_tier_their_data_and_others_do_not(caches: Ground) -> None:
    with pytest.raises(Refused, match=r"data tiering has to be true with cache\.r6gd\.xlarge"):
        caches.redis(nodeType="cache.r6gd.xlarge")
    with pytest.raises(Refused, match=r"data tiering has to be false with cache\.m7g\.large"):
        caches.redis(dataTieringEnabled=True)
    assert caches.redis("tiered", nodeType="cache.r6gd.xlarge", dataTieringEnabled=True)


# --- logs, topics, keys


def test_logs_are_delivered_to_a_group_that_is_there_by_its_name(caches: Ground, offline: Offline) -> None:
    def delivery(destination: str) -> dict[str, Any]:
        form = {"destinationType": "cloudwatch-logs", "logFormat": "json", "logType": "slow-log"}
        return {"logDeliveryConfigurations": [{**form, "destination": destination}]}

    logs = caches.logs()
    elsewhere = ground(offline.aws(RECOVERY)).logs("elsewhere")
    for destination, said in (("missing", "name one that exists"), (logs.arn, "by its name, not its ARN"),
                              (elsewhere.id, "is no log group of eu-central-1")):  # fmt: skip
        with pytest.raises(Refused, match=said):
            caches.redis(**delivery(destination))
    assert caches.redis("right", **delivery(logs.id))


def test_a_topic_that_elasticache_cannot_publish_to_is_refused(caches: Ground, offline: Offline) -> None:
    encrypted = caches.aws.make(TOPIC, "encrypted", kmsMasterKeyId="alias/aws/sns")
    elsewhere = offline.aws(RECOVERY).make(TOPIC, "elsewhere")
    plain = caches.aws.make(TOPIC, "plain")
    with pytest.raises(Refused, match="is encrypted: ElastiCache takes it, calls it inactive and publishes nothing"):
        caches.redis(notificationTopicArn=encrypted.arn)
    with pytest.raises(Refused, match=f"the topic lies in {RECOVERY}, the cache in {PRIMARY}"):
        caches.pages(notificationTopicArn=elsewhere.arn)
    with pytest.raises(Refused, match="no Topic .* exists"):
        caches.redis(notificationTopicArn=f"{plain.arn}-missing")
    assert caches.redis("right", notificationTopicArn=plain.arn)


def test_a_topic_s_policy_speaks_of_topics_alone(aws: Caller) -> None:
    topic = aws.make(TOPIC)

    def policy(action: str) -> str:
        statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": action, "Resource": topic.arn}
        return json.dumps({"Version": "2012-10-17", "Statement": statement})

    with pytest.raises(Refused, match="Policy statement action out of service scope!"):
        aws.make(TOPIC_POLICY, arn=topic.arn, policy=policy("sns:*"))
    with pytest.raises(AssertionError, match="has no place in a topic policy"):
        aws.make(TOPIC_POLICY, arn=topic.arn, policy=policy("sqs:SendMessage"))
    assert aws.make(TOPIC_POLICY, arn=topic.arn, policy=policy("sns:Publish"))


def test_a_key_lies_in_the_region_and_is_named_by_its_arn(caches: Ground, offline: Offline) -> None:
    own, other = caches.aws.make(KEY), offline.aws(RECOVERY).make(KEY, "other")
    with pytest.raises(Refused, match=f"the key lies in {RECOVERY}, the cache in {PRIMARY}"):
        caches.redis(atRestEncryptionEnabled=True, kmsKeyId=other.arn)
    with pytest.raises(Refused, match="anything else replaces in the next update"):
        caches.redis(atRestEncryptionEnabled=True, kmsKeyId=own.id)
    assert caches.redis("right", atRestEncryptionEnabled=True, kmsKeyId=own.arn)


# --- users


def test_a_group_of_redis_has_a_default_user(caches: Ground) -> None:
    app = caches.aws.make(USER, "app", userId="app", userName="app", engine="redis", **BY_IAM)
    off = caches.aws.make(USER, "off", userId="off", userName="default", engine="redis", **OFF)
    with pytest.raises(
        Refused, match="DefaultUserRequired: a user group needs to contain a user with the user name default"
    ):
        caches.aws.make(USER_GROUP, userGroupId="users", engine="redis", userIds=[app.id])
    with pytest.raises(Refused, match="DuplicateUserName: default"):
        caches.aws.make(USER_GROUP, userGroupId="users", engine="redis", userIds=["default", off.id])
    assert caches.aws.make(USER_GROUP, "open", userGroupId="open", engine="redis", userIds=["default", app.id])
    assert caches.aws.make(USER_GROUP, "shut", userGroupId="shut", engine="redis", userIds=[off.id, app.id])


def test_users_fit_the_engine_of_their_group(aws: Caller) -> None:
    off = aws.make(USER, "off", userId="off", userName="default", engine="redis", **OFF)
    app = aws.make(USER, "app", userId="app", userName="app", engine="valkey", **BY_IAM)
    with pytest.raises(Refused, match="app is of engine valkey, and a group of redis takes users of redis"):
        aws.make(USER_GROUP, userGroupId="users", engine="redis", userIds=[off.id, app.id])
    with pytest.raises(Refused, match="off needs no password, and a group of valkey takes none such"):
        aws.make(USER_GROUP, userGroupId="users", engine="valkey", userIds=[off.id, app.id])
    assert aws.make(USER_GROUP, userGroupId="users", engine="valkey", userIds=[app.id])


def test_redis_takes_a_group_of_redis_and_valkey_takes_both(caches: Ground) -> None:
    app = caches.aws.make(USER, "app", userId="app", userName="app", engine="valkey", **BY_IAM)
    new = caches.aws.make(USER_GROUP, "new", userGroupId="new", engine="valkey", userIds=[app.id])
    old = caches.users()
    with pytest.raises(Refused, match="new is of engine valkey, and this group runs redis"):
        caches.redis(userGroupIds=[new.id])
    assert caches.redis("redis", userGroupIds=[old.id])
    valkey = parameters(caches.aws, "valkey", "valkey8")
    for name, group in (("first", old), ("second", new)):
        ready = {
            "engine": "valkey",
            "engineVersion": "8.0",
            "parameterGroupName": valkey.id,
            "userGroupIds": [group.id],
        }
        assert caches.redis(name, **ready)


def test_a_group_takes_one_user_group(caches: Ground) -> None:
    first, second = caches.users(name="first"), caches.users(name="second")
    with pytest.raises(AssertionError, match="userGroupIds"):
        caches.redis(userGroupIds=[first.id, second.id])
    assert caches.redis("one", userGroupIds=[first.id])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"userId": "default"}, "UserAlreadyExists: every account has a user with the id default"),
        ({"userName": "other"}, r"with IAM the user's name is its id \(app\), not other"),
        ({"accessString": "on ~* +@all >secret"}, "passwords are no part of an access string"),
        ({"accessString": "on ~* +@all nopass"}, "passwords are no part of an access string"),
        ({"accessString": "yes ~* +@all"}, "'yes' is no rule of an access string"),
        ({"authenticationMode": {"type": "password"}}, "a user has a password, or says that it needs none"),
        ({"authenticationMode": None}, "a user has a password, or says that it needs none"),
        ({"passwords": ["0123456789abcdef"]}, "a user of mode iam has no password"),
    ],
    ids=str,
)
def test_a_user_that_aws_would_not_make_is_refused(aws: Caller, change: dict[str, Any], said: str) -> None:
    inputs: dict[str, Any] = {"userId": "app", "userName": "app", "engine": "redis", **BY_IAM, **change}
    with pytest.raises(Refused, match=said):
        aws.make(USER, **{key: value for key, value in inputs.items() if value is not None})
    right = {"accessString": "on %R~a:* ~b &c:* resetchannels (+get ~d) -@all +@read -keys +cluster|slots"}
    assert aws.make(USER, "right", userId="right", userName="right", engine="redis", **{**BY_IAM, **right})
    words = {"type": "password", "passwords": ["0123456789abcdef"]}
    assert aws.make(
        USER, "words", userId="words", userName="by", engine="redis", accessString="on", authenticationMode=words
    )


def test_the_default_user_stays_while_its_group_is_there(caches: Ground) -> None:
    off = caches.aws.make(USER, "off", userId="off", userName="default", engine="redis", **OFF)
    group = caches.aws.make(USER_GROUP, userGroupId="users", engine="redis", userIds=[off.id])
    cache = caches.redis(userGroupIds=[group.id])
    with pytest.raises(Refused, match="DefaultUserAssociatedToUserGroup: off is the default user of users"):
        caches.aws.delete(off)
    with pytest.raises(Refused, match="is still named by"):
        caches.aws.delete(group)
    for made in (cache, group, off):
        caches.aws.delete(made)


# --- changes, and several regions


def test_another_engine_comes_with_another_version(caches: Ground) -> None:
    made = caches.redis(parameterGroupName=None, numNodeGroups=1)
    with pytest.raises(Refused, match="changing the engine to valkey needs a new engine version in the same update"):
        caches.aws.update(made, engine="valkey")
    assert caches.aws.update(made, engine="valkey", engineVersion="8.0")


def test_tls_comes_to_a_running_group_in_two_steps(caches: Ground) -> None:
    made = caches.redis(transitEncryptionEnabled=None)
    with pytest.raises(Refused, match="TLS comes to a running group by mode preferred first, then required"):
        caches.aws.update(made, transitEncryptionEnabled=True, transitEncryptionMode="required")
    first = caches.aws.update(made, transitEncryptionEnabled=True, transitEncryptionMode="preferred")
    assert caches.aws.update(first, transitEncryptionMode="required")


def test_small_nodes_take_no_part_in_a_global_datastore(caches: Ground) -> None:
    suffix = {"globalReplicationGroupIdSuffix": "erp"}
    small = caches.redis("small", nodeType="cache.t4g.medium")
    with pytest.raises(Refused, match=r"cache\.t4g\.medium takes no part in a global datastore"):
        caches.aws.make(GLOBAL, **suffix, primaryReplicationGroupId=small.id)
    assert caches.aws.make(GLOBAL, **suffix, primaryReplicationGroupId=caches.redis("large").id)


def test_what_a_cache_names_lies_in_its_region(caches: Ground, offline: Offline) -> None:
    there = ground(offline.aws(RECOVERY), block=1)
    with pytest.raises(Refused, match=f"{there.subnets.id} lies in {RECOVERY}, and this call goes to {PRIMARY}"):
        caches.redis(subnetGroupName=there.subnets.id)
    with pytest.raises(Refused, match="no SubnetGroup 'missing' exists"):
        caches.redis(subnetGroupName="missing")
    assert there.aws.make(GROUP, "there", description="d", nodeType="cache.m7g.large", subnetGroupName=there.subnets.id)
