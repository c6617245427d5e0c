"""Cases: file systems in Amazon EFS. Each stack is a sound one and its replica, but for one thing."""

from __future__ import annotations

import json
from typing import Any, Final

from tests.policies.cases import Case, StackCase, case, stack_case
from tests.policies.harness import TAGS, UNKNOWN, Given

FILE_SYSTEM: Final = "aws:efs/fileSystem:FileSystem"
POLICY: Final = "aws:efs/fileSystemPolicy:FileSystemPolicy"
TARGET: Final = "aws:efs/mountTarget:MountTarget"
POINT: Final = "aws:efs/accessPoint:AccessPoint"
REPLICATION: Final = "aws:efs/replicationConfiguration:ReplicationConfiguration"
BACKUP: Final = "aws:efs/backupPolicy:BackupPolicy"

KEY_ARN: Final = "arn:aws:kms:eu-central-1:333333333333:key/k"
ARN: Final = "arn:aws:elasticfilesystem:eu-central-1:333333333333:file-system/fs-1"
SOUND: Final[dict[str, Any]] = {"encrypted": True, "kmsKeyId": KEY_ARN, "tags": TAGS}
DIRECTORY: Final[dict[str, Any]] = {
    "posixUser": {"uid": 5001, "gid": 5001}, "rootDirectory": {"path": "/uploads"}, "tags": TAGS,
}  # fmt: skip
MOUNT: Final = {"Effect": "Allow", "Action": "elasticfilesystem:ClientMount", "Resource": ARN}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def no_plain(**change: Any) -> dict[str, Any]:
    everything = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": ARN}
    return {**everything, "Condition": {"Bool": {"aws:SecureTransport": "false"}}, **change}


def file_system(name: str) -> Given:
    return Given(FILE_SYSTEM, name, {"id": f"fs-{name}", **SOUND})


def policy(name: str, text: Any) -> Given:
    return Given(POLICY, f"{name}-policy", {"fileSystemId": f"fs-{name}", "policy": text})


def followed(source: Any = "fs-files", target: Any = "fs-copy", **more: Any) -> Given:
    destination = {"fileSystemId": target, "region": "eu-west-1"}
    return Given(REPLICATION, "replication", {"sourceFileSystemId": source, "destination": destination, **more})


def stack(*more: Given, text: Any = None, replication: Given | None = None) -> tuple[Given, ...]:
    """Files, their copy, and what makes both sound; `text` is the first one's policy."""
    return (
        file_system("files"),
        policy("files", document(no_plain()) if text is None else text),
        file_system("copy"),
        policy("copy", document(no_plain())),
        replication or followed(),
        *more,
    )


_NO_TLS: Final = "resource: has no policy that denies everybody every action without TLS (aws:SecureTransport)"
_ALONE: Final = "resource: is neither replicated nor a replica"
_OPEN: Final = "{}: lets anybody in who reaches a mount target, expected named principals"
ROOT: Final = {"AWS": "arn:aws:iam::333333333333:root"}

CASES: Final[tuple[Case, ...]] = (
    case("encrypt-file-systems", "pass", "a key of ours", FILE_SYSTEM, SOUND),
    case("encrypt-file-systems", "fail", "nothing", FILE_SYSTEM, {"tags": TAGS},
         "encrypted: is not set, expected true"),
    case("encrypt-file-systems", "fail", "AWS's key", FILE_SYSTEM, {"encrypted": True, "tags": TAGS},
         "kmsKeyId: is not set: AWS's own key would be used, expected one of ours"),
    case("encrypt-file-systems", "unknown", "the key", FILE_SYSTEM, {**SOUND, "kmsKeyId": UNKNOWN}),
    case("encrypt-file-systems", "unknown", "whether", FILE_SYSTEM, {**SOUND, "encrypted": UNKNOWN}),

    case("restrict-file-system-policy", "pass", "the account", POLICY,
         {"policy": document({**MOUNT, "Principal": ROOT})}),
    case("restrict-file-system-policy", "pass", "what is denied to all", POLICY, {"policy": document(no_plain())}),
    case("restrict-file-system-policy", "fail", "anybody", POLICY, {"policy": document({**MOUNT, "Principal": "*"})},
         _OPEN.format("policy.Statement[0].Principal")),
    case("restrict-file-system-policy", "fail", "anybody, by mount targets", POLICY,
         {"policy": document({**MOUNT, "Principal": {"AWS": "*"},
                              "Condition": {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}}})},
         _OPEN.format("policy.Statement[0].Principal.AWS")),
    case("restrict-file-system-policy", "unknown", "document", POLICY, {"policy": UNKNOWN}),

    case("limit-access-points", "pass", "an identity and a directory", POINT, DIRECTORY),
    case("limit-access-points", "fail", "neither", POINT, {"tags": TAGS},
         "posixUser: is not set, expected an identity: clients would say themselves who they are",
         "rootDirectory.path: is not set, expected a directory of its own: clients would see all files"),
    case("limit-access-points", "fail", "root", POINT, {**DIRECTORY, "posixUser": {"uid": 0, "gid": 0}},
         "posixUser.uid: is 0, expected another identity than root's",
         "posixUser.gid: is 0, expected another identity than root's"),
    case("limit-access-points", "fail", "everything", POINT, {**DIRECTORY, "rootDirectory": {"path": "/"}},
         'rootDirectory.path: is "/", expected a directory of its own: clients would see all files'),
    case("limit-access-points", "unknown", "identity", POINT, {**DIRECTORY, "posixUser": UNKNOWN}),
    case("limit-access-points", "unknown", "directory", POINT, {**DIRECTORY, "rootDirectory": {"path": UNKNOWN}}),

    case("guard-mount-targets", "pass", "a group", TARGET, {"securityGroups": ["sg-1"]}),
    case("guard-mount-targets", "fail", "none", TARGET, {"subnetId": "subnet-1"},
         "securityGroups: names no group: the network's default one would decide who gets here"),
    case("guard-mount-targets", "fail", "an empty list", TARGET, {"securityGroups": []},
         "securityGroups: names no group: the network's default one would decide who gets here"),
    case("guard-mount-targets", "unknown", "the groups", TARGET, {"securityGroups": UNKNOWN}),

    case("refuse-second-backups", "pass", "off", BACKUP, {"backupPolicy": {"status": "DISABLED"}}),
    case("refuse-second-backups", "fail", "on", BACKUP, {"backupPolicy": {"status": "ENABLED"}},
         'backupPolicy.status: is "ENABLED": a second backup each day, kept for 35 days, beside the plans of AWS '
         "Backup"),
    case("refuse-second-backups", "unknown", "which", BACKUP, {"backupPolicy": {"status": UNKNOWN}}),
)  # fmt: skip

STACK_CASES: Final[tuple[StackCase, ...]] = (
    stack_case("require-tls-for-file-systems", "pass", "everything denied in plain", *stack()),
    stack_case("require-tls-for-file-systems", "fail", "no policy",
               *[one for one in stack() if one.name != "files-policy"], files=_NO_TLS),
    *(stack_case("require-tls-for-file-systems", "fail", what, *stack(text=document(no_plain(**change))), files=_NO_TLS)
      for what, change in (
          ("mounting alone", {"Action": "elasticfilesystem:ClientMount"}),
          ("the account alone", {"Principal": ROOT}),
          ("where TLS is used", {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}),
          ("where something else holds too", {"Condition": {"Bool": {
              "aws:SecureTransport": "false", "elasticfilesystem:AccessedViaMountTarget": "true"}}}),
      )),
    stack_case("require-tls-for-file-systems", "unknown", "the document", *stack(text=UNKNOWN)),
    stack_case("require-tls-for-file-systems", "unknown", "whose policy it is",
               *[one for one in stack() if one.name != "files-policy"],
               Given(POLICY, "some-policy", {"fileSystemId": UNKNOWN, "policy": document(no_plain())})),

    stack_case("replicate-file-systems", "pass", "both ends", *stack()),
    stack_case("replicate-file-systems", "fail", "a third", *stack(file_system("third"),
               policy("third", document(no_plain()))), third=_ALONE),
    stack_case("replicate-file-systems", "pass", "in dev",
               *(Given(one.token, one.name, one.props, stack="dev") for one in stack() if one.token != REPLICATION)),
    stack_case("replicate-file-systems", "unknown", "the source", *stack(replication=followed(source=UNKNOWN))),
    stack_case("replicate-file-systems", "unknown", "the replica", *stack(replication=followed(target=UNKNOWN))),
)  # fmt: skip
