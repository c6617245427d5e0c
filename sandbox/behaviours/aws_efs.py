"""Amazon EFS: file systems, where they are mounted, and replications between them."""

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours import aws_efs_checks as checks
from sandbox.behaviours.aws_efs_checks import FILE_SYSTEM, MOUNT_TARGET, POLICY, REPLICATION
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem
from sandbox.store import Resource

POINT: Final = "aws:efs/accessPoint:AccessPoint"
BACKUP: Final = "aws:efs/backupPolicy:BackupPolicy"
PROTECTION: Final = "replicationOverwrite"


def _arn(region: str, account: str, kind: str, id: str) -> str:  # noqa: A002  the vendor's own word
    return f"arn:aws:elasticfilesystem:{region}:{account}:{kind}/{id}"


def _arn_of(file_system: Resource | None) -> str:
    return str(file_system.properties.get("arn", "")) if file_system else ""


def _file_system_outputs(call: Call, id: str) -> Mapping[str, Any]:  # noqa: A002  the vendor's own word
    inputs = call.inputs
    tags = inputs.get("tagsAll") or inputs.get("tags") or {}
    managed = f"arn:aws:kms:{call.region}:{call.account}:alias/aws/elasticfilesystem"
    return {
        "arn": _arn(call.region, call.account, "file-system", id),
        "availabilityZoneId": "",
        "availabilityZoneName": inputs.get("availabilityZoneName") or "",
        "dnsName": f"{id}.efs.{call.region}.amazonaws.com",
        "encrypted": bool(inputs.get("encrypted", False)),
        "kmsKeyId": inputs.get("kmsKeyId") or (managed if inputs.get("encrypted") else ""),
        "name": tags.get("Name", ""),
        "numberOfMountTargets": 0,
        "ownerId": call.account,
        "performanceMode": inputs.get("performanceMode") or "generalPurpose",
        "protection": {PROTECTION: _protection(call)},
        "sizeInBytes": [{"value": 6144, "valueInIa": 0, "valueInStandard": 6144}],
    }


def _protection(call: Call) -> str:
    """What is asked for; where nothing new is, what it was."""
    asked = (call.inputs.get("protection") or {}).get(PROTECTION)
    if call.existing is None:
        return str(asked or "ENABLED")
    kept = str((call.existing.properties.get("protection") or {}).get(PROTECTION, "ENABLED"))
    return str(asked) if checks.asks_for_protection(call) else kept


def _target_outputs(call: Call, _: str) -> Mapping[str, Any]:
    subnet = call.other(call.inputs.get("subnetId"))
    vpc = call.other(subnet.properties.get("vpcId")) if subnet else None
    place = subnet.properties if subnet else {}
    host = f"{call.inputs.get('fileSystemId')}.efs.{call.region}.amazonaws.com"
    zone = str(place.get("availabilityZone", ""))
    block = ipaddress.ip_network(place["cidrBlock"]) if place.get("cidrBlock") else None
    default = [str(vpc.properties["defaultSecurityGroupId"])] if vpc else []
    return {
        "availabilityZoneId": place.get("availabilityZoneId", ""),
        "availabilityZoneName": zone,
        "dnsName": host,
        "fileSystemArn": _arn_of(call.other(call.inputs.get("fileSystemId"))),
        "ipAddress": call.inputs.get("ipAddress") or (str(block[20 + call.serial % 4]) if block else ""),
        "ipAddressType": call.inputs.get("ipAddressType") or "IPV4_ONLY",
        "mountTargetDnsName": f"{zone}.{host}",
        "networkInterfaceId": f"eni-0{call.digits(16, 'interface')}",
        "ownerId": call.account,
        # The network's own group where none is named (EFS API, CreateMountTarget).
        "securityGroups": call.inputs.get("securityGroups") or default,
    }


def _point_outputs(call: Call, id: str) -> Mapping[str, Any]:  # noqa: A002  the vendor's own word
    return {
        "arn": _arn(call.region, call.account, "access-point", id),
        "fileSystemArn": _arn_of(call.other(call.inputs.get("fileSystemId"))),
        "ownerId": call.account,
        "rootDirectory": {"path": "/", **(call.inputs.get("rootDirectory") or {})},
    }


def _destination(call: Call) -> Mapping[str, Any]:
    asked: Mapping[str, Any] = call.inputs.get("destination") or {}
    made = {"fileSystemId": f"fs-0{call.digits(16, 'replica')}", **asked}
    zone = str(asked.get("availabilityZoneName") or "")
    return {**made, "region": asked.get("region") or zone[:-1], "status": "ENABLED"}


def _replication_outputs(call: Call, _: str) -> Mapping[str, Any]:
    source = call.other(call.inputs.get("sourceFileSystemId"))
    return {
        "creationTime": call.since("creationTime"),
        "destination": _destination(call),
        "originalSourceFileSystemArn": _arn_of(source),
        "sourceFileSystemArn": _arn_of(source),
        "sourceFileSystemRegion": call.region,
    }


def _take_over(call: Call, replication: Resource) -> None:
    """EFS makes the replica where none is named, and takes what is said of the protection of one out of all hands."""
    destination = replication.properties["destination"]
    replica = call.other(destination["fileSystemId"])
    if replica is None:
        replica = _vendor_made(call, destination)
    _differ(call, replica, "REPLICATING")


def _differ(call: Call, file_system: Resource, protection: str) -> None:
    """Let the protection be another than the program said, so that a refresh finds that, but only where it is said."""
    said = {key: value for key, value in file_system.inputs.items() if key != "protection"}
    asked = file_system.inputs.get("protection") or file_system.properties["protection"]
    written = {**file_system.properties, "protection": asked}
    call.store.write(file_system.serial, inputs=said, properties=written)
    call.store.edit(file_system.serial, {"protection": {PROTECTION: protection}})


def _stay(call: Call, file_system: Resource) -> None:
    """An update of something else leaves the protection of a replica as EFS has it."""
    asked = (call.inputs.get("protection") or {}).get(PROTECTION)
    now = str(file_system.properties["protection"][PROTECTION])
    if asked is not None and asked != now:
        _differ(call, file_system, now)


def _vendor_made(call: Call, destination: Mapping[str, Any]) -> Resource:
    """The file system that EFS makes: nobody's in any program, and there until somebody deletes it."""
    id, region = str(destination["fileSystemId"]), str(destination["region"])  # noqa: A001  the vendor's own word
    arn = _arn(region, call.account, "file-system", id)
    made = call.store.add(
        package="aws",
        account=call.account,
        region=region,
        token=FILE_SYSTEM,
        id=id,
        urn="",
        inputs={},
        properties={"id": id, "arn": arn, "encrypted": True, "protection": {PROTECTION: "ENABLED"}},
    )
    call.store.identify(made, [id, arn])
    return made


def _let_go(call: Call) -> None:
    """A replica whose replication ends is protected again, and writable (EFS user guide, "Deleting replications")."""
    destination = call.existing.properties["destination"] if call.existing else {}
    replica = call.other(destination.get("fileSystemId"))
    if replica is not None:
        _open(call, replica)


def _open(call: Call, replica: Resource) -> None:
    """What follows nothing any more is protected against being written over, and so open to whoever mounts it."""
    call.store.edit(replica.serial, {"protection": {PROTECTION: "ENABLED"}})


def _promote(call: Call) -> Sequence[Problem]:
    """End the replication of a replica, which takes one call in the replica's own region."""
    replica = call.existing
    ending = checks.replication_of(call, replica) if replica is not None else None
    if replica is None or ending is None:
        message = f"ReplicationNotFound: {replica.id if replica else 'nothing'} is no replica of a file system"
        return [Problem("", message, "EFS API, DeleteReplicationConfiguration")]
    call.store.remove(ending.serial)
    _open(call, replica)
    return ()


def _one_of_a_file_system(call: Call, _: str) -> Sequence[str]:
    return [f"{call.token}|{call.inputs['fileSystemId']}"]


def _file_system_id(call: Call) -> str:
    return str(call.inputs["fileSystemId"])


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    FILE_SYSTEM: Behaviour(
        id=lambda call: f"fs-0{call.digits(16)}",
        outputs=_file_system_outputs,
        # A second file system of the same token is the first one (EFS API, CreateFileSystem).
        names=lambda call, _: [f"efs-token/{call.account}/{call.region}|{call.inputs.get('creationToken')}"],
        identifiers=lambda _, id: [id],
        refuse=checks.refuse_file_system,
        effects=_stay,
        keep_from=checks.keep_file_system,
        promote=_promote,
    ),
    MOUNT_TARGET: Behaviour(
        id=lambda call: f"fsmt-0{call.digits(16)}",
        outputs=_target_outputs,
        identifiers=lambda _, id: [id],
        refuse=checks.refuse_mount_target,
    ),
    POINT: Behaviour(
        id=lambda call: f"fsap-0{call.digits(16)}",
        outputs=_point_outputs,
        identifiers=lambda _, id: [id],
    ),
    POLICY: Behaviour(id=_file_system_id, names=_one_of_a_file_system, refuse=checks.refuse_policy),
    BACKUP: Behaviour(id=_file_system_id, names=_one_of_a_file_system),
    REPLICATION: Behaviour(
        id=lambda call: str(call.inputs["sourceFileSystemId"]),
        outputs=_replication_outputs,
        refuse=checks.refuse_replication,
        effects=_take_over,
        aftermath=_let_go,
    ),
}
