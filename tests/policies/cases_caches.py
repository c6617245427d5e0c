"""Cases: caches and topics. Each is a sound one but for one thing."""

# ruff: noqa: E501  (a case is one line)
from __future__ import annotations

import json
from typing import Any, Final

from tests.policies.cases import Case, Kind, StackCase, case, stack_case
from tests.policies.harness import TAGS, UNKNOWN, Given

CLUSTER: Final = "aws:elasticache/cluster:Cluster"
GROUP: Final = "aws:elasticache/replicationGroup:ReplicationGroup"
USER: Final = "aws:elasticache/user:User"
USER_GROUP: Final = "aws:elasticache/userGroup:UserGroup"
TOPIC: Final = "aws:sns/topic:Topic"
TOPIC_POLICY: Final = "aws:sns/topicPolicy:TopicPolicy"

KEY_ARN: Final = "arn:aws:kms:eu-central-1:333333333333:key/k"
TOPIC_ARN: Final = "arn:aws:sns:eu-central-1:333333333333:events"
LOGS: Final = [{"logType": "slow-log"}, {"logType": "engine-log"}]
REDIS: Final[dict[str, Any]] = {
    "engine": "redis", "transitEncryptionEnabled": True, "transitEncryptionMode": "required",
    "atRestEncryptionEnabled": True, "kmsKeyId": KEY_ARN, "automaticFailoverEnabled": True, "multiAzEnabled": True,
    "userGroupIds": ["erp-users"], "snapshotRetentionLimit": 7, "logDeliveryConfigurations": LOGS,
    "autoMinorVersionUpgrade": True, "subnetGroupName": "cache-subnets", "parameterGroupName": "cache-parameters",
}  # fmt: skip
PAGES: Final[dict[str, Any]] = {
    "engine": "memcached", "transitEncryptionEnabled": True, "azMode": "cross-az", "autoMinorVersionUpgrade": "true",
    "subnetGroupName": "cache-subnets", "parameterGroupName": "cache-parameters",
}  # fmt: skip
SECONDARY: Final[dict[str, Any]] = {
    "globalReplicationGroupId": "abcde-erp", "userGroupIds": ["erp-users"], "snapshotRetentionLimit": 1,
    "logDeliveryConfigurations": LOGS, "subnetGroupName": "cache-subnets",
}  # fmt: skip


def but(base: dict[str, Any], **change: Any) -> dict[str, Any]:
    return {key: value for key, value in {**base, **change}.items() if value is not None}


def judged(rule: str, kind: Kind, what: str, token: str, props: dict[str, Any], *findings: str) -> Case:
    """A case of a resource that has its tags, where it takes any."""
    return case(rule, kind, what, token, props if token == TOPIC_POLICY else {"tags": TAGS, **props}, *findings)


def user(access: Any, name: Any = "app", mode: Any = "iam", **more: Any) -> dict[str, Any]:
    return {"userName": name, "accessString": access, "authenticationMode": {"type": mode}, **more}


def policy(**change: Any) -> dict[str, Any]:
    condition = {"StringEquals": {"aws:SourceOwner": "333333333333"}}
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "sns:Publish",
        "Condition": condition,
        **change,
    }
    held = {key: value for key, value in statement.items() if value is not None}
    return {"policy": json.dumps({"Version": "2012-10-17", "Statement": [held]})}


_NOT_TRUE = "{}: is not set, expected true"
_FALSE = "{}: is false, expected true"
_OPEN = (
    "policy.Statement[0].Principal.AWS: lets any AWS principal in, expected named ones, or a condition on their account"
)
_NO_KEY = "kmsKeyId: is not set: AWS's own key would be used, expected one of ours"
_NOBODY = "userGroupIds: is not set, expected a group of users: whoever reaches a node could do everything"

CASES: Final[tuple[Case, ...]] = (
    judged("require-tls-for-caches", "pass", "Redis and nothing else", GROUP, REDIS),
    judged("require-tls-for-caches", "pass", "Memcached", CLUSTER, PAGES),
    judged("require-tls-for-caches", "pass", "a secondary, as its primary", GROUP, SECONDARY),
    judged("require-tls-for-caches", "pass", "a node, as its group", CLUSTER, {"replicationGroupId": "redis"}),
    judged("require-tls-for-caches", "fail", "Redis without", GROUP, but(REDIS, transitEncryptionEnabled=None),
         _NOT_TRUE.format("transitEncryptionEnabled")),
    judged("require-tls-for-caches", "fail", "Memcached without", CLUSTER, but(PAGES, transitEncryptionEnabled=False),
         _FALSE.format("transitEncryptionEnabled")),
    judged("require-tls-for-caches", "fail", "plain connections beside", GROUP, but(REDIS, transitEncryptionMode="preferred"),
         'transitEncryptionMode: is "preferred", expected "required": it also takes plain connections'),
    judged("require-tls-for-caches", "unknown", "the switch", GROUP, but(REDIS, transitEncryptionEnabled=UNKNOWN)),
    judged("encrypt-caches", "pass", "under a key of our own", GROUP, REDIS),
    judged("encrypt-caches", "pass", "Valkey, which does by itself", GROUP,
         but(REDIS, engine="valkey", atRestEncryptionEnabled=None)),
    judged("encrypt-caches", "fail", "Redis, which does not", GROUP, but(REDIS, atRestEncryptionEnabled=None),
         _NOT_TRUE.format("atRestEncryptionEnabled")),
    judged("encrypt-caches", "fail", "under AWS's key", GROUP, but(REDIS, kmsKeyId=None), _NO_KEY),
    judged("encrypt-caches", "unknown", "the key", GROUP, but(REDIS, kmsKeyId=UNKNOWN)),
    judged("spread-caches", "pass", "over zones", GROUP, REDIS),
    judged("spread-caches", "pass", "Memcached over zones", CLUSTER, PAGES),
    judged("spread-caches", "fail", "without failover", GROUP, but(REDIS, automaticFailoverEnabled=False),
         _FALSE.format("automaticFailoverEnabled")),
    judged("spread-caches", "fail", "in one zone", GROUP, but(REDIS, multiAzEnabled=None), _NOT_TRUE.format("multiAzEnabled")),
    judged("spread-caches", "fail", "Memcached in one zone", CLUSTER, but(PAGES, azMode=None),
         'azMode: is not set, expected "cross-az"'),
    case("spread-caches", "pass", "in one zone, in dev", CLUSTER, {"tags": TAGS, **but(PAGES, azMode=None)}, stack="dev"),
    case("snapshot-caches", "pass", "none, in dev", GROUP, {"tags": TAGS, **but(REDIS, snapshotRetentionLimit=0)}, stack="dev"),
    judged("spread-caches", "unknown", "the mode", CLUSTER, but(PAGES, azMode=UNKNOWN)),
    judged("require-cache-users", "pass", "a group of users", GROUP, REDIS),
    judged("require-cache-users", "fail", "one password for all", GROUP, but(REDIS, userGroupIds=None, authToken="x" * 16),
         _NOBODY),
    judged("require-cache-users", "fail", "an empty list", GROUP, but(REDIS, userGroupIds=[]),
         "userGroupIds: is [], expected a group of users: whoever reaches a node could do everything"),
    judged("require-cache-users", "unknown", "which group", GROUP, but(REDIS, userGroupIds=[UNKNOWN])),
    judged("limit-cache-users", "pass", "by IAM with the least", USER, user("on ~session:* -@all +@read")),
    judged("limit-cache-users", "pass", "the default user, off", USER, user("off -@all", "default", "no-password-required")),
    judged("limit-cache-users", "pass", "everything on keys of its own", USER, user("on ~session:* +@all")),
    judged("limit-cache-users", "pass", "a group with a default user of its own", USER_GROUP, {"userIds": ["erp-default"]}),
    judged("limit-cache-users", "fail", "the default user, on", USER, user("on ~a:* +@read", "default", "password"),
         "accessString: lets the default user in, expected off: clients become it without being asked"),
    judged("limit-cache-users", "fail", "no password", USER, user("on ~a:* +@read", mode="no-password-required"),
         "accessString: is on for a user who needs no password, expected a password or IAM"),
    judged("limit-cache-users", "fail", "no password, in the older form", USER,
         {"userName": "app", "accessString": "on ~a:* +@read", "noPasswordRequired": True},
         "accessString: is on for a user who needs no password, expected a password or IAM"),
    judged("limit-cache-users", "fail", "everything", USER, user("on ~* +@all"),
         "accessString: allows every command on every key, expected those that the user needs"),
    judged("limit-cache-users", "fail", "everything, in words", USER, user("on allkeys allcommands"),
         "accessString: allows every command on every key, expected those that the user needs"),
    judged("limit-cache-users", "fail", "a group with AWS's own", USER_GROUP, {"userIds": ["default", "erp-app"]},
         "userIds[0]: is AWS's own user, open to everybody, expected a default user that is off"),
    judged("limit-cache-users", "unknown", "what it may do", USER, user(UNKNOWN)),
    judged("snapshot-caches", "pass", "for a week", GROUP, REDIS),
    judged("snapshot-caches", "fail", "none", GROUP, but(REDIS, snapshotRetentionLimit=0),
         "snapshotRetentionLimit: is 0, expected 1 or more"),
    judged("snapshot-caches", "fail", "nothing said", GROUP, but(REDIS, snapshotRetentionLimit=None),
         "snapshotRetentionLimit: is not set, expected 1 or more"),
    judged("snapshot-caches", "unknown", "how long", GROUP, but(REDIS, snapshotRetentionLimit=UNKNOWN)),
    judged("log-caches", "pass", "both logs", GROUP, REDIS),
    judged("log-caches", "fail", "one of two", GROUP, but(REDIS, logDeliveryConfigurations=LOGS[:1]),
         "logDeliveryConfigurations: has no engine-log"),
    judged("log-caches", "fail", "none", GROUP, but(REDIS, logDeliveryConfigurations=None),
         "logDeliveryConfigurations: has no slow-log", "logDeliveryConfigurations: has no engine-log"),
    judged("log-caches", "unknown", "which log", GROUP, but(REDIS, logDeliveryConfigurations=[{"logType": UNKNOWN}])),
    judged("patch-caches", "pass", "by itself", GROUP, REDIS),
    judged("patch-caches", "pass", "nothing said, which is by itself", CLUSTER, but(PAGES, autoMinorVersionUpgrade=None)),
    judged("patch-caches", "fail", "not", GROUP, but(REDIS, autoMinorVersionUpgrade=False),
         _FALSE.format("autoMinorVersionUpgrade")),
    judged("patch-caches", "fail", "not, in text", CLUSTER, but(PAGES, autoMinorVersionUpgrade="false"),
         'autoMinorVersionUpgrade: is "false", expected true'),
    judged("patch-caches", "unknown", "whether", GROUP, but(REDIS, autoMinorVersionUpgrade=UNKNOWN)),
    judged("own-cache-groups", "pass", "both", GROUP, REDIS),
    judged("own-cache-groups", "fail", "AWS's parameters", GROUP, but(REDIS, parameterGroupName="default.redis7.cluster.on"),
         'parameterGroupName: is "default.redis7.cluster.on", expected a group of our own'),
    judged("own-cache-groups", "fail", "no subnets", CLUSTER, but(PAGES, subnetGroupName=None),
         "subnetGroupName: is not set, expected a group of our own"),
    judged("own-cache-groups", "unknown", "which", GROUP, but(REDIS, subnetGroupName=UNKNOWN)),
    judged("restrict-topic-policy", "pass", "anybody of the account", TOPIC_POLICY, policy()),
    judged("restrict-topic-policy", "pass", "a service", TOPIC_POLICY,
         policy(Principal={"Service": "events.amazonaws.com"}, Condition=None)),
    judged("restrict-topic-policy", "fail", "anybody", TOPIC_POLICY, policy(Condition=None), _OPEN),
    judged("restrict-topic-policy", "fail", "anybody of any account", TOPIC_POLICY,
         policy(Condition={"StringLike": {"aws:SourceOwner": "*"}}), _OPEN),
    judged("restrict-topic-policy", "fail", "on the topic itself", TOPIC, policy(Condition=None), _OPEN),
    judged("restrict-topic-policy", "unknown", "the policy", TOPIC_POLICY, {"policy": UNKNOWN}),
)  # fmt: skip


def topic(**props: Any) -> Given:
    return Given(TOPIC, "events", {"id": TOPIC_ARN, "arn": TOPIC_ARN, **props})


def cache(named: Any = TOPIC_ARN, *sources: str) -> Given:
    return Given(GROUP, "redis", {**REDIS, "notificationTopicArn": named}, {"notificationTopicArn": sources})


_PLAIN = "kmsMasterKeyId: is not set, expected a key"
_SILENT = "kmsMasterKeyId: is set, and ElastiCache publishes nothing to an encrypted topic"

STACK_CASES: Final[tuple[StackCase, ...]] = (
    stack_case("encrypt-topics", "pass", "with a key", topic(kmsMasterKeyId=KEY_ARN)),
    stack_case("encrypt-topics", "pass", "of a cache, without one", topic(), cache()),
    stack_case("encrypt-topics", "pass", "of a cache, by what the ARN came from", topic(arn=UNKNOWN),
               cache(UNKNOWN, "events")),
    stack_case("encrypt-topics", "fail", "without a key", topic(), events=_PLAIN),
    stack_case("encrypt-topics", "fail", "beside the one of a cache", topic(), cache(f"{TOPIC_ARN}-other"), events=_PLAIN),
    stack_case("encrypt-topics", "fail", "of a cache, with a key", topic(kmsMasterKeyId=KEY_ARN), cache(), events=_SILENT),
    stack_case("encrypt-topics", "unknown", "the key", topic(kmsMasterKeyId=UNKNOWN)),
    stack_case("encrypt-topics", "unknown", "whether of a cache", topic(arn=UNKNOWN), cache(UNKNOWN)),
)  # fmt: skip
