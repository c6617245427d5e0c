"""Where ElastiCache puts a cache: subnets and zones, regions, and the times of its upkeep."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.behaviour import Call
from sandbox.problems import Problem
from sandbox.references import typed_name
from sandbox.store import Resource

CLUSTER: Final = "aws:elasticache/cluster:Cluster"
GLOBAL: Final = "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup"
GROUP: Final = "aws:elasticache/replicationGroup:ReplicationGroup"
PARAMETERS: Final = "aws:elasticache/parameterGroup:ParameterGroup"
SUBNETS: Final = "aws:elasticache/subnetGroup:SubnetGroup"
USER_GROUP: Final = "aws:elasticache/userGroup:UserGroup"

GUIDE: Final = "ElastiCache user guide"
API: Final = "ElastiCache API reference"
_NAMED: Final[Mapping[str, str]] = {
    "parameterGroupName": PARAMETERS,
    "primaryReplicationGroupId": GROUP,
    "subnetGroupName": SUBNETS,
    "userGroupIds": USER_GROUP,
}
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY: Final = 24 * 60


def refuse_subnets(call: Call) -> Sequence[Problem]:
    """The subnets of a group are those of one network."""
    found = [subnet for subnet in map(call.other, call.inputs.get("subnetIds") or []) if subnet is not None]
    networks = {str(subnet.properties.get("vpcId")) for subnet in found}
    if len(networks) < 2:
        return ()
    message = f"InvalidSubnet: the subnets are of several networks: {', '.join(sorted(networks))}"
    return [Problem("subnetIds", message, f"{API}, CreateCacheSubnetGroup")]


def of(call: Call, token: str, property_: str) -> Resource | None:
    """What a property names, ids being kept in lower case."""
    name = call.inputs.get(property_)
    return call.other(typed_name(token, str(name).lower())) if name else None


def elsewhere(call: Call) -> Iterator[Problem]:
    """What goes by a name is of the call's own region; a global datastore spans several."""
    for property_, token in _NAMED.items():
        given = call.inputs.get(property_)
        for name in given if isinstance(given, list) else [given] if given else []:
            found = call.other(typed_name(token, str(name).lower()))
            if found is not None and found.region != call.region:
                message = f"NotFoundFault: {name} lies in {found.region}, and this call goes to {call.region}"
                yield Problem(property_, message, f"{API}, CreateReplicationGroup, errors")


def _subnets(call: Call) -> list[Resource]:
    group = of(call, SUBNETS, "subnetGroupName")
    ids = (group.properties.get("subnetIds") or []) if group else []
    return [subnet for subnet in map(call.other, ids) if subnet is not None]


def zones(call: Call) -> set[str]:
    """The zones of the subnet group."""
    return {str(subnet.properties.get("availabilityZone")) for subnet in _subnets(call)}


def spread(call: Call) -> Iterator[Problem]:
    """Multi-AZ has more than one zone to be in."""
    if call.inputs.get("multiAzEnabled") and len(zones(call)) == 1:
        message = f"InvalidParameterCombination: Multi-AZ needs subnets in two zones, and all lie in {min(zones(call))}"
        yield Problem("subnetGroupName", message, f'{GUIDE}, "Minimizing downtime with Multi-AZ"')


def network(call: Call) -> Iterator[Problem]:
    """Security groups are of the subnets' network."""
    networks = {subnet.properties.get("vpcId") for subnet in _subnets(call)}
    for index, group in enumerate(map(call.other, call.inputs.get("securityGroupIds") or [])):
        if group is not None and networks and group.properties.get("vpcId") not in networks:
            message = f"InvalidParameterValue: {group.id} is of another network than the subnet group"
            yield Problem(f"securityGroupIds[{index}]", message, f"{API}, CreateReplicationGroup, SecurityGroupIds")


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:5])


def windows(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    """The daily snapshot and the weekly maintenance share no minute."""
    daily, weekly = str(inputs.get("snapshotWindow") or ""), str(inputs.get("maintenanceWindow") or "").lower()
    if not daily or not weekly:
        return
    start, end = map(_minutes, daily.split("-"))
    length = (end - start) % _DAY
    begins, ends = (_DAYS.index(part[:3]) * _DAY + _minutes(part[4:]) for part in weekly.split("-"))
    week, lasts = 7 * _DAY, (ends - begins) % (7 * _DAY)
    for day in range(7):
        snapshot = day * _DAY + start
        if (snapshot - begins) % week < lasts or (begins - snapshot) % week < length:
            message = "InvalidParameterValue: the snapshot window and the maintenance window must not overlap"
            yield Problem("snapshotWindow", message, f"{API}, CreateReplicationGroup, SnapshotWindow")
            return
