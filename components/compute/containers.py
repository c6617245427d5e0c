"""Container definitions: the JSON that a task definition holds, from plain values. Pure.

What every container of ours has, and why:

- A root file system that nobody can write to, with a small `/tmp` in memory: what breaks in can't stay. ECS Exec does
  not work with that, so nobody gets a shell in a container; logs, metrics and one-off tasks serve instead.
- A user other than root, and no Linux capability at all: the port that it listens on is above 1023.
- An init process, which hands SIGTERM on and takes up what its child leaves behind.
- Logs without blocking: were CloudWatch out of reach, a blocking write to standard output would stop the application. A
  buffer takes over; what does not fit in is lost. What may not be lost is written to the database, not to the log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

TMP = "/tmp"  # noqa: S108  (the container's own)
TMP_MIB = 256
"""Size of `/tmp`, which counts as memory of the container."""

LOG_BUFFER = "25m"
"""What is kept of the log while CloudWatch cannot be reached; docker's default is 1 MB."""

OPEN_FILES = 65536
"""A connection is an open file; the default of 1024 is soon reached by a proxy of many."""

MOUNT_ROOT = "/mnt"


@dataclass(frozen=True, kw_only=True, slots=True)
class Container:
    """One container of a task; it is the only one and gets all of the task's memory.

    health_command: run in the container; its end with 0 means healthy. None where a task ends by itself.
    port: where it listens; None where it does not.
    environment: plain values, never a secret. secrets: by variable, full ARNs of secrets, perhaps with `:key::` behind.
    mounts: names of the task's volumes; each appears below /mnt under its name.
    """

    name: str
    image: str
    command: Sequence[str]
    user: int
    cpu_units: int
    memory_mib: int
    stop_timeout_seconds: int
    log_group: str
    region: str
    port: int | None = None
    health_command: Sequence[str] | None = None
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    secrets: Mapping[str, str] = field(default_factory=dict[str, str])
    mounts: Sequence[str] = ()


def definition(container: Container) -> dict[str, Any]:
    """The container as ECS takes it; lists in an order that depends on the content alone."""
    found: dict[str, Any] = {
        "name": container.name,
        "image": container.image,
        "essential": True,
        "command": list(container.command),
        "user": f"{container.user}:{container.user}",
        "cpu": container.cpu_units,
        "memory": container.memory_mib,
        "privileged": False,
        "readonlyRootFilesystem": True,
        "stopTimeout": container.stop_timeout_seconds,
        "environment": [{"name": name, "value": value} for name, value in sorted(container.environment.items())],
        "secrets": [{"name": name, "valueFrom": arn} for name, arn in sorted(container.secrets.items())],
        "mountPoints": [
            {"sourceVolume": name, "containerPath": f"{MOUNT_ROOT}/{name}", "readOnly": False}
            for name in container.mounts
        ],
        "portMappings": [],
        "volumesFrom": [],
        "systemControls": [],
        "linuxParameters": {
            "capabilities": {"add": [], "drop": ["ALL"]},
            "initProcessEnabled": True,
            "tmpfs": [{"containerPath": TMP, "size": TMP_MIB, "mountOptions": ["rw", "nosuid", "nodev", "noexec"]}],
        },
        "ulimits": [{"name": "nofile", "softLimit": OPEN_FILES, "hardLimit": OPEN_FILES}],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": container.log_group,
                "awslogs-region": container.region,
                "awslogs-stream-prefix": container.name,
                "mode": "non-blocking",
                "max-buffer-size": LOG_BUFFER,
            },
        },
    }
    if container.port is not None:
        found["portMappings"] = [
            {"name": "requests", "containerPort": container.port, "hostPort": container.port, "protocol": "tcp"}
        ]
    if container.health_command is not None:
        found["healthCheck"] = {
            "command": ["CMD", *container.health_command],
            "interval": 30,
            "timeout": 5,
            "retries": 3,
            "startPeriod": 60,
        }
    return found
