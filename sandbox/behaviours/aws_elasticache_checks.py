"""What ElastiCache refuses because of what else there is: parameters of another family, zones, logs, topics, sizes.

Some of it AWS takes and lets fail later without a word (a topic that is encrypted); that is refused here at once, and
the message says so.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.aws_elasticache_places import (
    API,
    GLOBAL,
    GROUP,
    GUIDE,
    PARAMETERS,
    USER_GROUP,
    elsewhere,
    network,
    of,
    spread,
    windows,
    zones,
)
from sandbox.behaviours.behaviour import Call
from sandbox.problems import Problem
from sandbox.references import typed_name
from sandbox.store import Resource

LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
PROVIDER: Final = "terraform-provider-aws internal/service/elasticache/replication_group.go"
# ElastiCache user guide, "Engine specific parameters".
FAMILIES: Final = (
    "memcached1.4", "memcached1.5", "memcached1.6", "redis2.6", "redis2.8", "redis3.2", "redis4.0", "redis5.0",
    "redis6.x", "redis7", "valkey7", "valkey8", "valkey9",
)  # fmt: skip


def family(engine: str, version: str) -> str:
    """The family of parameters that a version takes; empty where the version does not tell."""
    major, _, rest = version.partition(".")
    if not major.isdigit():
        return ""
    if engine == "memcached" or (engine == "redis" and int(major) < 6):
        return f"{engine}{major}.{rest.partition('.')[0]}"
    return "redis6.x" if (engine, major) == ("redis", "6") else f"{engine}{major}"


def actual_version(version: str) -> str:
    """What runs: the provider reads back three numbers."""
    return version if version.count(".") > 1 or not version else f"{version}.0"


def refuse_parameters(call: Call) -> Sequence[Problem]:
    """A group of parameters is of a family that AWS knows."""
    asked = str(call.inputs.get("family"))
    if asked in FAMILIES:
        return ()
    message = f"InvalidParameterValue: CacheParameterGroupFamily {asked} is not a valid parameter group family"
    return [Problem("family", message, f'{GUIDE}, "Engine specific parameters"')]


def refuse_group(call: Call) -> Sequence[Problem]:
    """All that is wrong with a group of Redis or Valkey and what it names."""
    engine = str(call.inputs.get("engine") or "redis").lower()
    return [
        *elsewhere(call),
        *_engine_step(call, engine),
        *_transit_step(call),
        *_parameters(call, engine, sharded=_wants_shards(call.inputs)),
        *spread(call),
        *network(call),
        *windows(call.inputs),
        *_logs(call),
        *_topic(call),
        *_user_groups(call, engine),
        *_key(call),
        *_node_type(call),
        *_member(call),
    ]


def refuse_cluster(call: Call) -> Sequence[Problem]:
    """All that is wrong with a cluster and what it names."""
    inputs = call.inputs
    engine = str(inputs.get("engine") or "")
    wanted = list(inputs.get("preferredAvailabilityZones") or [])
    nodes = int(inputs.get("numCacheNodes") or 1)
    problems = [
        *elsewhere(call),
        *_parameters(call, engine, sharded=False),
        *network(call),
        *_logs(call),
        *_topic(call),
    ]
    grows = call.existing is None or int(call.existing.inputs.get("numCacheNodes") or 1) < nodes
    if wanted and grows and len(wanted) != nodes:
        message = f"InvalidParameterValue: {len(wanted)} preferred zones are given for {nodes} nodes: one for each"
        problems.append(Problem("preferredAvailabilityZones", message, f"{API}, CreateCacheCluster"))
    if inputs.get("azMode") == "cross-az" and len(wanted) > 1 and len(set(wanted)) == 1:
        message = f"InvalidParameterCombination: azMode is cross-az, and all nodes are to lie in {wanted[0]}"
        problems.append(Problem("preferredAvailabilityZones", message, f"{API}, CreateCacheCluster"))
    held = zones(call)
    missing = sorted(set(wanted) - held) if held else []
    if missing:
        message = f"InvalidParameterValue: the subnet group has no subnet in {', '.join(missing)}"
        problems.append(Problem("preferredAvailabilityZones", message, f"{API}, CreateCacheCluster"))
    return problems


def refuse_global(call: Call) -> Sequence[Problem]:
    """A global datastore begins with a group of nodes that are large enough."""
    primary = of(call, GROUP, "primaryReplicationGroupId")
    found = _too_small(str(primary.properties.get("nodeType") or "")) if primary else ""
    small = Problem("primaryReplicationGroupId", found, f'{GUIDE}, "Prerequisites of global datastores"')
    return [*elsewhere(call), *([small] if found else [])]


def _too_small(node_type: str) -> str:
    """Why a node type takes no part in a global datastore; m5 and r5 are the smallest that do."""
    name = node_type.partition(".")[2].partition(".")[0]
    if not re.match(r"t\d|[mr][1-4]$|c1$", name):
        return ""
    return f"InvalidParameterValue: {node_type} takes no part in a global datastore: M5 and R5 or later families do"


def _wants_shards(inputs: Mapping[str, Any]) -> bool:
    return inputs.get("clusterMode") == "enabled" or int(inputs.get("numNodeGroups") or 1) > 1


def _engine_step(call: Call, engine: str) -> Iterator[Problem]:
    before = call.existing
    if before is None or engine == str(before.properties.get("engine") or "redis"):
        return
    if call.inputs.get("engineVersion") == before.inputs.get("engineVersion"):
        message = f"changing the engine to {engine} needs a new engine version in the same update"
        yield Problem("engineVersion", message, PROVIDER)


def _transit_step(call: Call) -> Iterator[Problem]:
    before = call.existing
    if (
        before is None
        or before.inputs.get("transitEncryptionEnabled")
        or not call.inputs.get("transitEncryptionEnabled")
    ):
        return
    if call.inputs.get("transitEncryptionMode") != "preferred":
        message = "InvalidParameterCombination: TLS comes to a running group by mode preferred first, then required"
        yield Problem("transitEncryptionMode", message, f"{API}, ModifyReplicationGroup, TransitEncryptionMode")


def _parameters(call: Call, engine: str, *, sharded: bool) -> Iterator[Problem]:
    """The parameter group is of the engine's and version's family, and on for clusters where there are shards."""
    name, version = call.inputs.get("parameterGroupName"), str(call.inputs.get("engineVersion") or "")
    if not name:
        return
    own = of(call, PARAMETERS, "parameterGroupName")
    held = str(own.properties.get("family")) if own else str(name).removeprefix("default.").removesuffix(".cluster.on")
    wanted = family(engine, version)
    if wanted and held != wanted:
        message = (
            f"InvalidParameterCombination: expected a parameter group of family {wanted} for {engine} {version} but "
            f"found one of family {held}"
        )
        yield Problem("parameterGroupName", message, f'{GUIDE}, "Engine specific parameters"')
    elif sharded and not _is_for_clusters(str(name), own):
        message = (
            f"InvalidParameterCombination: shards need parameters with cluster-enabled yes, and {name} has none such"
        )
        yield Problem("parameterGroupName", message, f"{API}, CreateReplicationGroup, CacheParameterGroupName")


def _is_for_clusters(name: str, own: Resource | None) -> bool:
    if own is None:
        return name.endswith(".cluster.on")
    return any(
        parameter.get("name") == "cluster-enabled" and parameter.get("value") == "yes"
        for parameter in own.properties.get("parameters") or []
    )


def _logs(call: Call) -> Iterator[Problem]:
    """A log is delivered to a group that exists, by its name."""
    for index, delivery in enumerate(call.inputs.get("logDeliveryConfigurations") or []):
        name = str(delivery.get("destination"))
        group = call.other(typed_name(LOG_GROUP, name))
        if delivery.get("destinationType") != "cloudwatch-logs" or (group and group.region == call.region):
            continue
        wanted = "by its name, not its ARN" if name.startswith("arn:") else "that exists"
        message = f"InvalidParameterValue: {name} is no log group of {call.region}: name one {wanted}"
        yield Problem(f"logDeliveryConfigurations[{index}].destination", message, f'{GUIDE}, "Log delivery"')


def _topic(call: Call) -> Iterator[Problem]:
    arn = str(call.inputs.get("notificationTopicArn") or "")
    topic = call.other(arn)
    if topic is None:
        return
    if topic.region != call.region:
        message = f"InvalidParameterValue: the topic lies in {topic.region}, the cache in {call.region}"
        yield Problem("notificationTopicArn", message, f'{GUIDE}, "Event notifications and Amazon SNS"')
    elif topic.properties.get("kmsMasterKeyId"):
        message = f"{topic.id} is encrypted: ElastiCache takes it, calls it inactive and publishes nothing"
        yield Problem("notificationTopicArn", message, f'{GUIDE}, "Event notifications and Amazon SNS"')


def _user_groups(call: Call, engine: str) -> Iterator[Problem]:
    for index, name in enumerate(call.inputs.get("userGroupIds") or []):
        group = call.other(typed_name(USER_GROUP, str(name).lower()))
        if group is not None and engine == "redis" and str(group.properties.get("engine")).lower() != "redis":
            message = f"InvalidParameterCombination: {group.id} is of engine valkey, and this group runs redis"
            yield Problem(f"userGroupIds[{index}]", message, f'{GUIDE}, "Role-Based Access Control"')


def _key(call: Call) -> Iterator[Problem]:
    key = call.other(call.inputs.get("kmsKeyId"))
    if key is None:
        return
    if key.region != call.region:
        message = f"InvalidParameterValue: the key lies in {key.region}, the cache in {call.region}"
        yield Problem("kmsKeyId", message, f'{GUIDE}, "At-rest encryption"')
    elif not str(call.inputs["kmsKeyId"]).startswith("arn:"):
        message = "the provider compares it with the ARN that it reads back: anything else replaces in the next update"
        yield Problem("kmsKeyId", message, PROVIDER)


def _node_type(call: Call) -> Iterator[Problem]:
    """The family with disks tiers its data, and no other does."""
    node_type = str(call.inputs.get("nodeType") or "")
    tiers = node_type.startswith("cache.r6gd.")
    if node_type and tiers is not bool(call.inputs.get("dataTieringEnabled")):
        word = "true" if tiers else "false"
        message = f"InvalidParameterCombination: data tiering has to be {word} with {node_type}"
        yield Problem("dataTieringEnabled", message, f'{GUIDE}, "Data tiering"')


def _member(call: Call) -> Iterator[Problem]:
    """A secondary of a global datastore lies in another region than its primary."""
    world = of(call, GLOBAL, "globalReplicationGroupId")
    if world is not None and world.region == call.region and call.existing is None:
        message = (
            f"InvalidParameterValue: {world.id} has its primary in {call.region} already: a secondary lies elsewhere"
        )
        yield Problem("globalReplicationGroupId", message, f'{GUIDE}, "Global datastores"')
