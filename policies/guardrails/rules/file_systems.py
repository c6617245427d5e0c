"""File systems in Amazon EFS: their keys, who may mount them, by which way, and their replicas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.declare import Enforcement, Environment, Finding, ResourceRule, Scope, Severity, StackRule, found
from guardrails.iam import Statement, open_principals, statements
from guardrails.model import Resource, Stack
from guardrails.values import all_of, any_of

FILE_SYSTEM: Final = "aws:efs/fileSystem:FileSystem"
POLICY: Final = "aws:efs/fileSystemPolicy:FileSystemPolicy"
TARGET: Final = "aws:efs/mountTarget:MountTarget"
POINT: Final = "aws:efs/accessPoint:AccessPoint"
REPLICATION: Final = "aws:efs/replicationConfiguration:ReplicationConfiguration"
BACKUP: Final = "aws:efs/backupPolicy:BackupPolicy"

_MOUNTS: Final = ("elasticfilesystem:clientmount", "elasticfilesystem:clientwrite")


def _encrypted(resource: Resource, _: Scope) -> Iterator[Finding]:
    encrypted, key = resource.read("encrypted"), resource.read("kmsKeyId")
    if encrypted.flag(default=False) is False:
        yield found(encrypted, f"is {encrypted.shown()}, expected true")
    elif key.text(default="") == "":
        yield found(key, "is not set: AWS's own key would be used, expected one of ours")


ENCRYPT = ResourceRule(
    id="encrypt-file-systems",
    title="File systems are encrypted with a key of our own",
    types=(FILE_SYSTEM,),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="It can't be changed later without a new file system, and under AWS's key nobody can withdraw access.",
    mend="Set encrypted and the key of the region's data class when the file system is made.",
    example="""
aws.efs.FileSystem("files", ..., encrypted=True, kms_key_id=key.arn)
""",
    check=_encrypted,
)


def _speaks_tls(stack: Stack, _: Scope) -> Iterator[Finding]:
    policies = tuple(stack.of_type(POLICY))
    for file_system in stack.of_type(FILE_SYSTEM):
        mine = [(policy, stack.refers(policy, "fileSystemId", file_system)) for policy in policies]
        own = [policy.read("policy") for policy, refers in mine if refers is True]
        unsure = any(refers is None for _, refers in mine) or any(document.is_unknown for document in own)
        refuses = any_of(_refuses_plain(statement) for document in own for statement in statements(document))
        if refuses is False and not unsure:
            problem = "has no policy that denies everybody every action without TLS (aws:SecureTransport)"
            yield Finding("", problem, file_system.urn)


def _refuses_plain(statement: Statement) -> bool | None:
    """Whether it denies everybody to mount and write where TLS is not used, and under that condition alone."""
    allows, condition = statement.allows, statement.node.at("Condition")
    if allows is None or condition.is_unknown:
        return None
    everybody = any_of(
        None if (text := principal.text()) is None else text == "*" for principal in statement.principals()
    )
    return all_of([not allows, everybody, statement.is_for_plain_transport, *map(statement.covers, _MOUNTS)])


TLS = StackRule(
    id="require-tls-for-file-systems",
    title="File systems are mounted over TLS alone",
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="NFS is plain text, and without a policy EFS takes mounts without TLS: whoever listens reads the files.",
    mend="Give the file system a policy that denies everybody every action where aws:SecureTransport is false.",
    example="""
{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": file_system_arn,
 "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
""",
    check=_speaks_tls,
)


def _restricted(resource: Resource, _: Scope) -> Iterator[Finding]:
    for principal in open_principals(resource.read("policy")):
        yield found(principal, "lets anybody in who reaches a mount target, expected named principals")


RESTRICT = ResourceRule(
    id="restrict-file-system-policy",
    title="No file system policy lets everybody in",
    types=(POLICY,),
    severity=Severity.CRITICAL,
    enforcement=Enforcement.ALWAYS,
    why="To EFS a wildcard principal is any client on the network, one without an identity too.",
    mend="Name the account or its roles as principals, and have the clients mount with IAM authorisation.",
    example="""
{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account_id}:root"},
 "Action": ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"], "Resource": file_system_arn}
""",
    check=_restricted,
)


def _confined(resource: Resource, _: Scope) -> Iterator[Finding]:
    user = resource.read("posixUser")
    if user.is_absent:
        yield found(user, "is not set, expected an identity: clients would say themselves who they are")
    for name in ("uid", "gid"):
        number = user.at(name)
        if number.number() == 0:
            yield found(number, "is 0, expected another identity than root's")
    path = resource.read("rootDirectory", "path")
    if path.text(default="/") == "/":
        yield found(path, f"is {path.shown()}, expected a directory of its own: clients would see all files")


CONFINE = ResourceRule(
    id="limit-access-points",
    title="An access point gives its clients one identity and one directory",
    types=(POINT,),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Otherwise a container that is root in itself is root among all files of everybody.",
    mend="Set posix_user to a user of its own, and root_directory to its own path, with creation_info.",
    example="""
aws.efs.AccessPoint("uploads", ..., posix_user={"uid": 5001, "gid": 5001}, root_directory={
    "path": "/uploads", "creation_info": {"owner_uid": 5001, "owner_gid": 5001, "permissions": "0750"}})
""",
    check=_confined,
)


def _grouped(resource: Resource, _: Scope) -> Iterator[Finding]:
    groups = resource.read("securityGroups")
    if groups.is_empty:
        yield found(groups, "names no group: the network's default one would decide who gets here")


GROUP = ResourceRule(
    id="guard-mount-targets",
    title="A mount target says which security group guards it",
    types=(TARGET,),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="Without one EFS takes the network's default group, which somebody else may open or which lets nobody in.",
    mend="Name the group of the tier, whose only way in is NFS (2049) from the clients' group.",
    example="""
aws.efs.MountTarget("files-a", ..., subnet_id=subnet.id, security_groups=[data_group.id])
""",
    check=_grouped,
)


def _replicated(stack: Stack, scope: Scope) -> Iterator[Finding]:
    if scope.environment is Environment.DEV:
        return  # nothing there has to outlive its region
    replications = tuple(stack.of_type(REPLICATION))
    for file_system in stack.of_type(FILE_SYSTEM):
        parts = [
            stack.any_refers(replications, "sourceFileSystemId", file_system),
            *(_is_replica(replication, file_system) for replication in replications),
        ]
        if any_of(parts) is False:
            yield Finding("", "is neither replicated nor a replica", file_system.urn)


def _is_replica(replication: Resource, file_system: Resource) -> bool | None:
    target, own = replication.read("destination", "fileSystemId"), file_system.read("id")
    if file_system.urn in replication.links.get("destination", frozenset()):
        return True
    if isinstance(own.raw, str) and isinstance(target.raw, str):
        return target.raw == own.raw
    return None if target.is_unknown and not replication.links.get("destination") else False


REPLICATE = StackRule(
    id="replicate-file-systems",
    title="Files lie in two regions",
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="A file system without a replica is lost with its region; a backup brings it back hours later.",
    mend="Replicate it to one in the recovery region, under that region's key, with mount targets of its own.",
    example="""
aws.efs.ReplicationConfiguration("files", ..., source_file_system_id=files.id,
                                 destination={"file_system_id": replica.id, "region": "eu-west-1"})
""",
    check=_replicated,
)


def _one_backup(resource: Resource, _: Scope) -> Iterator[Finding]:
    status = resource.read("backupPolicy", "status")
    if status.text(default="") == "ENABLED":
        yield found(status, 'is "ENABLED": a second backup each day, kept for 35 days, beside the plans of AWS Backup')


BACK_UP_ONCE = ResourceRule(
    id="refuse-second-backups",
    title="The backups of file systems have one owner",
    types=(BACKUP,),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="Its backups go to a vault without lock or copy, outlive an erasure by a rule of their own, and cost twice.",
    mend="Leave the policy out or disabled, and let a plan of AWS Backup choose the file system by its tags.",
    example="""
aws.efs.BackupPolicy("files", ..., file_system_id=files.id, backup_policy={"status": "DISABLED"})
""",
    check=_one_backup,
)

RULES: Final = (ENCRYPT, TLS, RESTRICT, CONFINE, GROUP, REPLICATE, BACK_UP_ONCE)
