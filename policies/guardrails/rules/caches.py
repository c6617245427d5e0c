"""Caches in Amazon ElastiCache.

A group that is a secondary of a global datastore takes encryption, version and parameters from its primary, so these
are judged there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.declare import Enforcement, Environment, Finding, ResourceRule, Scope, Severity, found
from guardrails.model import Resource

CLUSTER: Final = "aws:elasticache/cluster:Cluster"
GROUP: Final = "aws:elasticache/replicationGroup:ReplicationGroup"
USER: Final = "aws:elasticache/user:User"
USER_GROUP: Final = "aws:elasticache/userGroup:UserGroup"

_LOGS: Final = ("slow-log", "engine-log")
_EVERYTHING: Final = frozenset({"+@all", "allcommands"})
_EVERY_KEY: Final = frozenset({"~*", "allkeys"})


def _is_secondary(group: Resource) -> bool:
    return not group.read("globalReplicationGroupId").is_absent


def _is_member(cluster: Resource) -> bool:
    """Whether it is a node of a group, which says the rest."""
    return not cluster.read("replicationGroupId").is_absent


def _speaks_tls(cache: Resource, _: Scope) -> Iterator[Finding]:
    if _is_secondary(cache) or _is_member(cache):
        return
    switch, mode = cache.read("transitEncryptionEnabled"), cache.read("transitEncryptionMode")
    if switch.flag(default=False) is False:
        yield found(switch, f"is {switch.shown()}, expected true")
    elif mode.text(default="required") not in {"required", None}:
        yield found(mode, f'is {mode.shown()}, expected "required": it also takes plain connections')


TLS = ResourceRule(
    id="require-tls-for-caches",
    title="Caches take TLS and nothing else",
    types=(GROUP, CLUSTER),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Sessions and pages with personal data pass between hosts and caches; without TLS whoever listens reads them.",
    mend="Switch encryption in transit on, for Redis in mode required.",
    example="""
aws.elasticache.ReplicationGroup("sessions", ..., transit_encryption_enabled=True, transit_encryption_mode="required")
""",
    check=_speaks_tls,
)


def _encrypted(group: Resource, _: Scope) -> Iterator[Finding]:
    if _is_secondary(group):
        return
    switch, key = group.read("atRestEncryptionEnabled"), group.read("kmsKeyId")
    is_valkey = group.read("engine").text(default="redis") == "valkey"
    if switch.flag(default=is_valkey) is False:
        yield found(switch, f"is {switch.shown()}, expected true")
    elif key.text(default="") == "":
        yield found(key, "is not set: AWS's own key would be used, expected one of ours")


ENCRYPT = ResourceRule(
    id="encrypt-caches",
    title="Caches that write to disk are encrypted with a key of our own",
    types=(GROUP,),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Snapshots and replicas on their way hold what is in memory; Redis encrypts neither unless it is told to.",
    mend="Switch encryption at rest on, and name a customer-managed key; both are fixed when the group is made.",
    example="""
aws.elasticache.ReplicationGroup("sessions", ..., at_rest_encryption_enabled=True, kms_key_id=key.arn)
""",
    check=_encrypted,
)


def _spread(cache: Resource, scope: Scope) -> Iterator[Finding]:
    if scope.environment is Environment.DEV:
        return  # nothing there has to outlive its zone
    if cache.type == CLUSTER:
        if cache.read("engine").text(default="") == "memcached":
            mode = cache.read("azMode")
            if mode.text(default="single-az") not in {"cross-az", None}:
                yield found(mode, f'is {mode.shown()}, expected "cross-az"')
        return
    for name in ("automaticFailoverEnabled", "multiAzEnabled"):
        switch = cache.read(name)
        if not _is_secondary(cache) and switch.flag(default=False) is False:
            yield found(switch, f"is {switch.shown()}, expected true")


SPREAD = ResourceRule(
    id="spread-caches",
    title="Caches outlive a zone",
    types=(GROUP, CLUSTER),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="A cache in one zone goes with it: everybody is logged out, and the databases take the whole load at once.",
    mend="Give each shard a replica and switch Multi-AZ and failover on; spread Memcached over zones.",
    example="""
aws.elasticache.ReplicationGroup("sessions", ..., replicas_per_node_group=1, automatic_failover_enabled=True,
                                 multi_az_enabled=True)
""",
    check=_spread,
)


def _authenticated(group: Resource, _: Scope) -> Iterator[Finding]:
    users = group.read("userGroupIds")
    if users.is_empty:
        yield found(users, f"is {users.shown()}, expected a group of users: whoever reaches a node could do everything")


AUTHENTICATE = ResourceRule(
    id="require-cache-users",
    title="Redis knows its users",
    types=(GROUP,),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Without users one password, or none, opens every key and every command, and nobody's access can be withdrawn.",
    mend="Give the group a user group, whose users come by IAM, each with the commands and keys that it needs.",
    example="""
aws.elasticache.ReplicationGroup("sessions", ..., user_group_ids=[users.user_group_id])
""",
    check=_authenticated,
)


def _closed(user: Resource, _: Scope) -> Iterator[Finding]:
    if user.type == USER_GROUP:
        for member in user.read("userIds").items():
            if member.text() == "default":
                yield found(member, "is AWS's own user, open to everybody, expected a default user that is off")
        return
    access = user.read("accessString")
    words = (access.text(default="") or "").split()
    if access.is_unknown or "on" not in words:
        return
    if user.read("userName").text() == "default":
        yield found(access, "lets the default user in, expected off: clients become it without being asked")
    elif _needs_no_password(user):
        yield found(access, "is on for a user who needs no password, expected a password or IAM")
    elif _EVERYTHING & set(words) and _EVERY_KEY & set(words):
        yield found(access, "allows every command on every key, expected those that the user needs")


def _needs_no_password(user: Resource) -> bool:
    mode = user.read("authenticationMode", "type").text(default="")
    return mode == "no-password-required" or user.read("noPasswordRequired").flag(default=False) is True


CLOSE = ResourceRule(
    id="limit-cache-users",
    title="No user of a cache may do everything, and the default one nothing",
    types=(USER, USER_GROUP),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="AWS puts an open user named default into every group that brings none: each client that says nothing is it.",
    mend="Put a default user of your own into the group, off; give the others the least commands on keys of their own.",
    example="""
aws.elasticache.User("default", user_id="erp-default", user_name="default", engine="redis", access_string="off -@all",
                     authentication_mode={"type": "no-password-required"})
""",
    check=_closed,
)


def _kept(group: Resource, scope: Scope) -> Iterator[Finding]:
    if scope.environment is Environment.DEV:
        return  # nothing there is worth warming up
    days = group.read("snapshotRetentionLimit")
    if days.number(default=0) == 0:
        yield found(days, f"is {days.shown()}, expected 1 or more")


SNAPSHOT = ResourceRule(
    id="snapshot-caches",
    title="Redis takes snapshots",
    types=(GROUP,),
    severity=Severity.LOW,
    enforcement=Enforcement.ALWAYS,
    why="A group that is rebuilt empty logs everybody out, and sends all requests on to the databases.",
    mend="Keep daily snapshots for some days.",
    example='aws.elasticache.ReplicationGroup("sessions", ..., snapshot_retention_limit=7)',
    check=_kept,
)


def _logged(group: Resource, _: Scope) -> Iterator[Finding]:
    deliveries = group.read("logDeliveryConfigurations")
    kinds = [delivery.at("logType").text(default="") for delivery in deliveries.items()]
    if None in kinds or deliveries.is_unknown:
        return
    for kind in _LOGS:
        if kind not in kinds:
            yield found(deliveries, f"has no {kind}")


LOG = ResourceRule(
    id="log-caches",
    title="Redis delivers its logs",
    types=(GROUP,),
    severity=Severity.LOW,
    enforcement=Enforcement.ALWAYS,
    why="A node keeps its log of slow commands in memory and loses it when it is replaced, which is when it is needed.",
    mend="Deliver the slow log and the engine log to log groups.",
    example="""
aws.elasticache.ReplicationGroup("sessions", ..., log_delivery_configurations=[{
    "destination": group.name, "destination_type": "cloudwatch-logs", "log_format": "json", "log_type": "slow-log"}])
""",
    check=_logged,
)


def _patched(cache: Resource, _: Scope) -> Iterator[Finding]:
    switch = cache.read("autoMinorVersionUpgrade")
    if switch.is_known and str(switch.raw).lower() == "false":
        yield found(switch, f"is {switch.shown()}, expected true")


PATCH = ResourceRule(
    id="patch-caches",
    title="Caches take minor versions by themselves",
    types=(GROUP, CLUSTER),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="Minor versions carry the fixes of known holes; what nobody upgrades stays open.",
    mend="Leave automatic minor upgrades on; they come in the maintenance window.",
    example='aws.elasticache.ReplicationGroup("sessions", ..., auto_minor_version_upgrade=True)',
    check=_patched,
)


def _owned(cache: Resource, _: Scope) -> Iterator[Finding]:
    if _is_member(cache):
        return
    for name in ("subnetGroupName", "parameterGroupName"):
        group = cache.read(name)
        if _is_secondary(cache) and name == "parameterGroupName":
            continue
        text = group.text(default="")
        if text == "" or (text or "").startswith("default"):
            yield found(group, f"is {group.shown()}, expected a group of our own")


OWN = ResourceRule(
    id="own-cache-groups",
    title="Caches have subnets and parameters of their own",
    types=(GROUP, CLUSTER),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="The default subnets are those of the default network, open to it; the default parameters can't be changed.",
    mend="Make a subnet group in the cache tier and a parameter group of the version's family.",
    example="""
aws.elasticache.ReplicationGroup("sessions", ..., subnet_group_name=subnets.name, parameter_group_name=parameters.name)
""",
    check=_owned,
)


RULES: Final = (TLS, ENCRYPT, SPREAD, AUTHENTICATE, CLOSE, SNAPSHOT, LOG, PATCH, OWN)
