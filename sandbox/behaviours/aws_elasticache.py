"""Amazon ElastiCache: groups of Redis and Valkey, clusters of Memcached, their users, parameters and subnets.

Ids are stored in lower case (terraform-provider-aws internal/service/elasticache). Endpoints have the forms that the
user guide shows ("Finding connection endpoints"); `clustercfg` and `master` with TLS.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sandbox import schema
from sandbox.behaviours import aws_elasticache_checks as checks
from sandbox.behaviours import aws_elasticache_users as users
from sandbox.behaviours.aws_elasticache_places import CLUSTER, GLOBAL, GROUP, PARAMETERS, SUBNETS, refuse_subnets
from sandbox.behaviours.aws_elasticache_users import USER, USER_GROUP
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.references import typed_name

_DIRECTIONS: Final = ("north", "south", "east", "west", "central")
_NEWEST: Final = {"memcached": "1.6.22", "redis": "7.1", "valkey": "9.1"}
PORTS: Final = {"memcached": 11211}


def _arn(call: Call, kind: str, name: str) -> str:
    return f"arn:aws:elasticache:{call.region}:{call.account}:{kind}:{name}"


def _place(region: str) -> str:
    """A region as endpoints write it: eu-central-1 is euc1, ap-northeast-1 is apne1."""
    area, direction, number = region.rsplit("-", 2)
    letters = re.findall("|".join(_DIRECTIONS), direction)
    return area.replace("-", "") + "".join(word[0] for word in letters) + number


def _host(call: Call, *parts: str) -> str:
    return ".".join([*parts, _place(call.region), "cache.amazonaws.com"])


def _is_sharded(inputs: Mapping[str, Any]) -> bool:
    return inputs.get("clusterMode") == "enabled" or int(inputs.get("numNodeGroups") or 1) > 1


def _filled_in(call: Call) -> dict[str, Any]:
    """What AWS chooses where the program says nothing (API reference, CreateReplicationGroup, CreateCacheCluster)."""
    inputs = call.inputs
    engine = str(inputs.get("engine") or "redis").lower()
    version = str(inputs.get("engineVersion") or _NEWEST[engine])
    chosen = {
        "applyImmediately": False,
        "atRestEncryptionEnabled": engine == "valkey",
        "autoMinorVersionUpgrade": True if call.token == GROUP else "true",
        "azMode": "single-az",
        "dataTieringEnabled": False,
        "engine": engine,
        "engineVersion": version,
        "ipDiscovery": "ipv4",
        "maintenanceWindow": "sun:05:00-sun:06:00",
        "networkType": "ipv4",
        "parameterGroupName": f"default.{checks.family(engine, version)}",
        "port": PORTS.get(engine, 6379),
        "securityGroupIds": [],
        "snapshotWindow": "" if engine == "memcached" else "02:00-03:00",
        "subnetGroupName": "default",
        "transitEncryptionEnabled": False,
        "transitEncryptionMode": "required" if inputs.get("transitEncryptionEnabled") else "",
    }
    if call.token == GROUP:
        del chosen["port"]  # the provider takes none for the usual one
    known = schema.load(call.token).outputs
    return {key: value for key, value in chosen.items() if key in known and inputs.get(key) is None}


def _group_outputs(call: Call, name: str) -> Mapping[str, Any]:
    inputs = call.inputs
    shards = int(inputs.get("numNodeGroups") or 1)
    nodes = int(inputs.get("numCacheClusters") or 1 + int(inputs.get("replicasPerNodeGroup") or 0))
    code = call.digits(6)
    sharded = _is_sharded(inputs)
    ends = {"configurationEndpointAddress": "clustercfg"} if sharded else {
        "primaryEndpointAddress": "master", "readerEndpointAddress": "replica",
    }  # fmt: skip
    if not inputs.get("transitEncryptionEnabled"):
        found = {end: _host(call, name, code, word) for end, word in ends.items()}
    else:
        found = {end: _host(call, word, name, code) for end, word in ends.items()}
    members = [
        f"{name}-{shard:04d}-{node:03d}" if sharded else f"{name}-{node:03d}"
        for shard in range(1, shards + 1)
        for node in range(1, nodes + 1)
    ]
    return {
        **_filled_in(call),
        **found,
        "arn": _arn(call, "replicationgroup", name),
        "numCacheClusters": shards * nodes,
        "numNodeGroups": shards,
        "replicasPerNodeGroup": nodes - 1,
        "clusterEnabled": sharded,
        "clusterMode": inputs.get("clusterMode") or ("enabled" if sharded else "disabled"),
        "engineVersionActual": checks.actual_version(str(inputs.get("engineVersion") or "")),
        "memberClusters": members,
        "replicationGroupId": name,
    }


def _cluster_outputs(call: Call, name: str) -> Mapping[str, Any]:
    inputs = call.inputs
    port = int(inputs.get("port") or PORTS.get(str(inputs.get("engine")), 6379))
    code = call.digits(6)
    zones = list(inputs.get("preferredAvailabilityZones") or [])
    own = inputs.get("availabilityZone") or f"{call.region}a"
    nodes = [
        {
            "id": f"{number:04d}",
            "address": _host(call, name, code, f"{number:04d}"),
            "port": port,
            "availabilityZone": zones[number - 1] if number <= len(zones) else own,
            "outpostArn": "",
        }
        for number in range(1, int(inputs.get("numCacheNodes") or 1) + 1)
    ]
    address = _host(call, name, code, "cfg") if inputs.get("engine") == "memcached" else ""
    ends = {"clusterAddress": address, "configurationEndpoint": f"{address}:{port}"} if address else {}
    return {
        **_filled_in(call),
        **ends,
        "arn": _arn(call, "cluster", name),
        "availabilityZone": "Multiple" if len(set(zones)) > 1 else own,
        "cacheNodes": nodes,
        "clusterId": name,
        "engineVersionActual": str(inputs.get("engineVersion") or ""),
    }


def _subnets_outputs(call: Call, name: str) -> Mapping[str, Any]:
    subnet = call.other((call.inputs.get("subnetIds") or [None])[0])
    network = subnet.properties.get("vpcId") if subnet else None
    return {"arn": _arn(call, "subnetgroup", name), "name": name, "vpcId": network}


def _named(kind: str, token: str, property_: str) -> Behaviour:
    """A type whose id is its name in lower case, unique in account and region."""
    return Behaviour(
        id=lambda call: str(call.inputs[property_]).lower(),
        outputs=lambda call, name: {"arn": _arn(call, kind, name), property_: name},
        names=lambda call, name: [f"elasticache-{kind}/{call.account}/{call.region}|{name}"],
        identifiers=lambda call, name: [_arn(call, kind, name), typed_name(token, name)],
    )


def _global_id(call: Call) -> str:
    """A prefix that AWS makes, and the suffix (facts of the type)."""
    prefix = "".join(chr(ord("a") + int(digit, 16)) for digit in call.digits(5))
    return f"{prefix}-{call.inputs['globalReplicationGroupIdSuffix']}"


def _global_outputs(call: Call, name: str) -> Mapping[str, Any]:
    return {
        "arn": f"arn:aws:elasticache::{call.account}:globalreplicationgroup:{name}",
        "globalReplicationGroupId": name,
    }


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    SUBNETS: replace(_named("subnetgroup", SUBNETS, "name"), outputs=_subnets_outputs, refuse=refuse_subnets),
    PARAMETERS: replace(_named("parametergroup", PARAMETERS, "name"), refuse=checks.refuse_parameters),
    USER: replace(_named("user", USER, "userId"), refuse=users.refuse_user, keep_from=users.keep_default),
    USER_GROUP: replace(_named("usergroup", USER_GROUP, "userGroupId"), refuse=users.refuse_group),
    GROUP: replace(
        _named("replicationgroup", GROUP, "replicationGroupId"), outputs=_group_outputs, refuse=checks.refuse_group
    ),
    CLUSTER: replace(_named("cluster", CLUSTER, "clusterId"), outputs=_cluster_outputs, refuse=checks.refuse_cluster),
    GLOBAL: Behaviour(
        id=_global_id,
        outputs=_global_outputs,
        identifiers=lambda call, name: [str(_global_outputs(call, name)["arn"]), typed_name(GLOBAL, name)],
        refuse=checks.refuse_global,
    ),
}
