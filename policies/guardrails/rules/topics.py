"""Topics of Amazon SNS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity, StackRule, found
from guardrails.iam import open_principals
from guardrails.model import Resource, Stack
from guardrails.values import any_of

TOPIC: Final = "aws:sns/topic:Topic"
TOPIC_POLICY: Final = "aws:sns/topicPolicy:TopicPolicy"
_CACHES: Final = (
    "aws:elasticache/cluster:Cluster",
    "aws:elasticache/replicationGroup:ReplicationGroup",
)


def _topics(stack: Stack, _: Scope) -> Iterator[Finding]:
    caches = tuple(stack.of_type(*_CACHES))
    for topic in stack.of_type(TOPIC):
        of_caches = any_of(_publishes(cache, topic) for cache in caches)
        key = topic.read("kmsMasterKeyId")
        encrypted = None if key.is_unknown else key.text(default="") != ""
        if of_caches is None or encrypted is None:
            continue
        if of_caches and encrypted:
            yield Finding(key.path, "is set, and ElastiCache publishes nothing to an encrypted topic", topic.urn)
        elif not of_caches and not encrypted:
            yield Finding(key.path, "is not set, expected a key", topic.urn)


def _publishes(cache: Resource, topic: Resource) -> bool | None:
    """Whether a cache publishes to a topic: by its ARN, or by what the ARN was computed from."""
    named, own = cache.read("notificationTopicArn"), topic.read("arn")
    if isinstance(named.raw, str) and isinstance(own.raw, str):
        return named.raw == own.raw
    links = cache.links.get("notificationTopicArn", frozenset[str]())
    return True if topic.urn in links else None if named.is_unknown and not links else False


ENCRYPT_TOPICS = StackRule(
    id="encrypt-topics",
    title="Topics are encrypted, but for those that ElastiCache publishes to",
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="Messages wait on disk until they are delivered. ElastiCache alone publishes nothing to an encrypted one.",
    mend="Name a key for the topic; give the events of caches, which hold names alone, a topic of their own without.",
    example='aws.sns.Topic("alarms", ..., kms_master_key_id=key.arn)',
    check=_topics,
)


def _restricted(resource: Resource, _: Scope) -> Iterator[Finding]:
    for principal in open_principals(resource.read("policy")):
        yield found(principal, "lets any AWS principal in, expected named ones, or a condition on their account")


RESTRICT_TOPICS = ResourceRule(
    id="restrict-topic-policy",
    title="No topic's policy lets everybody in",
    types=(TOPIC, TOPIC_POLICY),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Whoever may publish can make a false alarm, and whoever may subscribe reads along.",
    mend="Name the principals, or tie the statement to your account with a condition such as aws:SourceOwner.",
    example="""
{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sns:Publish", "Resource": topic.arn,
 "Condition": {"StringEquals": {"aws:SourceOwner": account_id}}}
""",
    check=_restricted,
)

RULES: Final = (ENCRYPT_TOPICS, RESTRICT_TOPICS)
