"""What Amazon EFS refuses because of what else there is: places of mount targets, and replications."""

import json
from collections.abc import Sequence
from typing import Any, Final

from sandbox.behaviours.behaviour import Call
from sandbox.problems import Problem
from sandbox.store import Resource

FILE_SYSTEM: Final = "aws:efs/fileSystem:FileSystem"
MOUNT_TARGET: Final = "aws:efs/mountTarget:MountTarget"
POLICY: Final = "aws:efs/fileSystemPolicy:FileSystemPolicy"
REPLICATION: Final = "aws:efs/replicationConfiguration:ReplicationConfiguration"

CREATING: Final = "terraform-provider-aws internal/service/efs/file_system.go"
LIFECYCLE: Final = "EFS API, PutLifecycleConfiguration"
MOUNTING: Final = "EFS API, CreateMountTarget"
REPLICATING: Final = 'EFS user guide, "Configuring replication to an existing EFS file system"'
DELETING: Final = 'EFS API, DeleteFileSystem; EFS user guide, "Deleting replication configurations"'
MOST_GROUPS: Final = 5
MOVES: Final = ("transitionToIa", "transitionToArchive", "transitionToPrimaryStorageClass")


def refuse_file_system(call: Call) -> Sequence[Problem]:
    """A key only with encryption and of the region, one move a policy, and a protection that nobody else decides."""
    inputs = call.inputs
    problems: list[Problem] = []
    if inputs.get("kmsKeyId") and not inputs.get("encrypted"):
        message = "encrypted must be set to true when kms_key_id is specified"
        problems.append(Problem("encrypted", message, CREATING))
    key = call.other(inputs.get("kmsKeyId"))
    if key is not None and key.region != call.region:
        message = f"KmsKeyNotFound: the key lies in {key.region}, the file system in {call.region}"
        problems.append(Problem("kmsKeyId", message, "EFS API, CreateFileSystem"))
    problems += _refuse_lifecycle(call)
    if call.existing is not None and asks_for_protection(call) and _protection(call.existing) == "REPLICATING":
        message = (
            "ReplicationAlreadyExists: ReplicationOverwriteProtection cannot be changed while the file system is a "
            "replication destination"
        )
        problems.append(Problem("protection.replicationOverwrite", message, "EFS API, UpdateFileSystemProtection"))
    return problems


def asks_for_protection(call: Call) -> bool:
    """Whether an update sends the protection: the provider does where its state holds another than the program says."""
    asked = (call.inputs.get("protection") or {}).get("replicationOverwrite")
    known = (call.known.get("protection") or {}).get("replicationOverwrite")
    return asked is not None and asked != known


def _refuse_lifecycle(call: Call) -> list[Problem]:
    policies: list[dict[str, Any]] = call.inputs.get("lifecyclePolicies") or []
    days: dict[str, int] = {}
    problems: list[Problem] = []
    for index, policy in enumerate(policies):
        named = [move for move in MOVES if policy.get(move)]
        if len(named) != 1:
            message = f"ValidationException: one transition a lifecycle policy, and here are {len(named)}"
            problems.append(Problem(f"lifecyclePolicies[{index}]", message, LIFECYCLE))
        days |= {move: _days(policy[move]) for move in named}
    if "transitionToArchive" not in days:
        return problems
    if "transitionToIa" not in days or days["transitionToArchive"] <= days["transitionToIa"]:
        message = "ValidationException: the transition to Archive must be later than one to Infrequent Access"
        problems.append(Problem("lifecyclePolicies", message, LIFECYCLE))
    inputs = call.inputs
    modes = (inputs.get("throughputMode") or "bursting", inputs.get("performanceMode") or "generalPurpose")
    if modes != ("elastic", "generalPurpose"):
        message = (
            f"ValidationException: Archive takes elastic throughput and general purpose, not {' and '.join(modes)}"
        )
        problems.append(Problem("lifecyclePolicies", message, LIFECYCLE))
    return problems


def _days(rule: Any) -> int:
    return int("".join(letter for letter in str(rule) if letter.isdigit()) or 0)


def keep_file_system(call: Call) -> Sequence[Problem]:
    """A file system goes only when nothing mounts it and it neither follows another nor is followed."""
    existing = call.existing
    if existing is None:
        return ()
    problems: list[Problem] = []
    targets = call.store.users_of_type(existing, MOUNT_TARGET, "fileSystemId")
    if targets:
        message = f"FileSystemInUse: {existing.id} has mount targets ({', '.join(target.id for target in targets)})"
        problems.append(Problem("", message, DELETING))
    for replication in _replications(call, existing):
        message = f"FileSystemInUse: {existing.id} is part of the replication of {replication.id}; delete that first"
        problems.append(Problem("", message, DELETING))
    return problems


def refuse_mount_target(call: Call) -> Sequence[Problem]:
    """One mount target a zone, all in one network, with at most five groups of that network."""
    subnet = call.other(call.inputs.get("subnetId"))
    file_system = call.other(call.inputs.get("fileSystemId"))
    if subnet is None or file_system is None:
        return ()
    problems: list[Problem] = []
    zone, network = subnet.properties.get("availabilityZone"), subnet.properties.get("vpcId")
    for other in call.beside("fileSystemId", file_system):
        beside = call.other(other.properties.get("subnetId"))
        there = beside.properties.get("vpcId") if beside else network
        if there != network:
            message = f"MountTargetConflict: {file_system.id} is mounted in {there}, not in {network}"
            problems.append(Problem("subnetId", message, MOUNTING))
        elif other.properties.get("availabilityZoneName") == zone:
            message = f"MountTargetConflict: {file_system.id} has {other.id} in {zone}, and takes one a zone"
            problems.append(Problem("subnetId", message, MOUNTING))
    own_zone = file_system.properties.get("availabilityZoneName")
    if own_zone and own_zone != zone:
        message = f"AvailabilityZonesMismatch: {file_system.id} is a One Zone file system of {own_zone}, not {zone}"
        problems.append(Problem("subnetId", message, MOUNTING))
    return problems + _refuse_groups(call, network)


def _refuse_groups(call: Call, network: Any) -> list[Problem]:
    groups: list[Any] = call.inputs.get("securityGroups") or []
    problems: list[Problem] = []
    if len(groups) > MOST_GROUPS:
        message = f"SecurityGroupLimitExceeded: at most {MOST_GROUPS} a mount target, and here are {len(groups)}"
        problems.append(Problem("securityGroups", message, MOUNTING))
    for index, group in enumerate(groups):
        found = call.other(group)
        own = found.properties.get("vpcId", found.id) if found else network
        if own != network:
            message = f"SecurityGroupNotFound: {group} is of {own}, and the subnet of {network}"
            problems.append(Problem(f"securityGroups[{index}]", message, MOUNTING))
    return problems


def refuse_policy(call: Call) -> Sequence[Problem]:
    """A policy speaks of its own file system."""
    file_system = call.other(call.inputs.get("fileSystemId"))
    if file_system is None:
        return ()
    own = file_system.properties.get("arn")
    problems: list[Problem] = []
    document = json.loads(str(call.inputs.get("policy") or "{}"))
    for index, statement in enumerate(_listed(document.get("Statement"))):
        for resource in _listed(statement.get("Resource")):
            if resource not in ("*", own):
                message = f"InvalidPolicyException: Statement[{index}].Resource: {resource} is not {own}"
                problems.append(Problem("policy", message, "EFS API, PutFileSystemPolicy"))
    return problems


def refuse_replication(call: Call) -> Sequence[Problem]:
    """A file system is part of one replication, and a replica may be overwritten and lies where it is said to lie."""
    source = call.other(call.inputs.get("sourceFileSystemId"))
    destination: dict[str, Any] = call.inputs.get("destination") or {}
    problems = _refuse_another(call, "sourceFileSystemId", source)
    region = destination.get("region") or str(destination.get("availabilityZoneName") or "")[:-1]
    key = call.other(destination.get("kmsKeyId"))
    if key is not None and key.region != region:
        message = f"KmsKeyNotFound: the key lies in {key.region}, the replica in {region}"
        problems.append(Problem("destination.kmsKeyId", message, "EFS API, CreateReplicationConfiguration"))
    target = call.other(destination.get("fileSystemId"))
    if target is None:
        return problems
    path = "destination.fileSystemId"
    if target.region != region:
        message = f"FileSystemNotFound: {target.id} lies in {target.region}, not in {region}"
        problems.append(Problem("destination.region", message, REPLICATING))
    if source is not None and target.serial == source.serial:
        problems.append(Problem(path, "ValidationException: a file system does not follow itself", REPLICATING))
    if source is not None and source.properties.get("encrypted") and not target.properties.get("encrypted"):
        message = f"ValidationException: {source.id} is encrypted, so {target.id} has to be"
        problems.append(Problem(path, message, REPLICATING))
    problems += _refuse_another(call, path, target)
    if _protection(target) == "ENABLED":
        message = f"ConflictException: the replication overwrite protection of {target.id} is ENABLED; disable it first"
        problems.append(Problem(path, message, REPLICATING))
    return problems


def _refuse_another(call: Call, path: str, file_system: Resource | None) -> list[Problem]:
    if file_system is None:
        return []
    return [
        Problem(
            path,
            f"ReplicationAlreadyExists: {file_system.id} is part of the replication of {other.id}",
            REPLICATING,
        )
        for other in _replications(call, file_system)
        if call.existing is None or other.serial != call.existing.serial
    ]


def _replications(call: Call, file_system: Resource) -> list[Resource]:
    """Those that a file system is the source or the replica of."""
    paths = ("sourceFileSystemId", "destination.fileSystemId")
    named = [found for path in paths for found in call.store.users_of_type(file_system, REPLICATION, path)]
    made = [
        found
        for found in call.store.all(REPLICATION)
        if (found.properties.get("destination") or {}).get("fileSystemId") == file_system.id and found not in named
    ]
    return named + made


def replication_of(call: Call, file_system: Resource) -> Resource | None:
    """The replication that a file system is the replica of."""
    return next(
        (
            found
            for found in _replications(call, file_system)
            if (found.properties.get("destination") or {}).get("fileSystemId") == file_system.id
        ),
        None,
    )


def _protection(file_system: Resource) -> str:
    return str((file_system.properties.get("protection") or {}).get("replicationOverwrite", "ENABLED"))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
