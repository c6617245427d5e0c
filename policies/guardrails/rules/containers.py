"""Containers: task definitions and services of Amazon ECS, on hosts of one's own and on Fargate.

A task definition holds its containers as JSON text. In a preview one unknown in it (a log group's name, a secret's ARN)
leaves the whole text unknown; the update judges it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity, found
from guardrails.model import Resource
from guardrails.values import Node

TASK: Final = "aws:ecs/taskDefinition:TaskDefinition"
SERVICE: Final = "aws:ecs/service:Service"
FUNCTION: Final = "aws:lambda/function:Function"

# Linux capabilities that lead out of the container or into another one's traffic (capabilities(7)).
_WIDE_CAPABILITIES: Final = frozenset(
    {"ALL", "BPF", "DAC_READ_SEARCH", "NET_ADMIN", "NET_RAW", "SYS_ADMIN", "SYS_BOOT", "SYS_MODULE", "SYS_PTRACE",
     "SYS_RAWIO", "SYS_TIME"}
)  # fmt: skip
_ROOT: Final = frozenset({"", "0", "root"})
# A variable that holds a secret, by its name; one that says where a secret is found is none.
_SECRET_NAME: Final = re.compile(
    r"(PASSWORD|PASSWD|PASSPHRASE|SECRET|CREDENTIALS?|PRIVATE_?KEY|API_?KEY|ACCESS_?KEY|SIGNING_?KEY|(^|_)TOKEN)(_[A-Z0-9]+)*$",
    re.IGNORECASE,
)
_WHERE: Final = re.compile(
    r"(_ARN|_DIR|_FILE|_ID|_LENGTH|_NAME|_PARAMETER|_PATH|_PREFIX|_SECONDS|_TTL|_URL)$", re.IGNORECASE
)
# What a secret looks like, whatever its name: an access key's id, a private key, a password within an address.
_SECRET_VALUE: Final = re.compile(
    r"\b(AKIA|ASIA)[0-9A-Z]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|^[a-z][a-z0-9+.-]*://[^/@:\s]*:[^/@\s]+@"
)


def _containers(task: Resource) -> Iterator[Node]:
    definitions = task.read("containerDefinitions").parsed()
    if definitions.is_known:
        yield from definitions.items()


def _is_confined(task: Resource, _: Scope) -> Iterator[Finding]:
    for key in ("pidMode", "ipcMode"):
        mode = task.read(key)
        if mode.text(default="") == "host":
            yield found(mode, 'is "host": the container sees the processes of the whole host; leave it out')
    for container in _containers(task):
        privileged = container.at("privileged")
        if privileged.flag(default=False):
            yield found(privileged, "is true: the container is root on its host; expected false")
        for capability in container.at("linuxParameters", "capabilities", "add").items():
            name = capability.text()
            if name is not None and name.removeprefix("CAP_") in _WIDE_CAPABILITIES:
                yield found(capability, f"is {capability.shown()}, a capability that leads out of the container")


CONFINE = ResourceRule(
    id="refuse-privileged-containers",
    title="No container can leave its confinement",
    types=(TASK,),
    severity=Severity.CRITICAL,
    enforcement=Enforcement.ALWAYS,
    why="What breaks into such a container owns its host, and with it every other task there and their roles.",
    mend="Leave privileged, host namespaces and wide capabilities out, and drop the capabilities that AWS gives.",
    example="""
{"name": "web", "privileged": False, "linuxParameters": {"capabilities": {"drop": ["ALL"]}}}
""",
    check=_is_confined,
)


def _is_nobody(task: Resource, _: Scope) -> Iterator[Finding]:
    for container in _containers(task):
        user = container.at("user")
        name = user.text(default="")
        if name is not None and name.partition(":")[0] in _ROOT:
            yield found(user, f"is {user.shown()}, expected a user other than root")


NOBODY = ResourceRule(
    id="require-container-users",
    title="Containers run as a user other than root",
    types=(TASK,),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Root in a container is root to the kernel: one flaw there is enough to be root on the host.",
    mend="Name a user by its number; without one the image's own counts, which nobody here sees and mostly is root.",
    example='{"name": "web", "user": "10001:10001"}',
    check=_is_nobody,
)


def _is_read_only(task: Resource, _: Scope) -> Iterator[Finding]:
    for container in _containers(task):
        read_only = container.at("readonlyRootFilesystem")
        if read_only.flag(default=False) is False:
            yield found(read_only, f"is {read_only.shown()}, expected true")


READ_ONLY = ResourceRule(
    id="lock-container-files",
    title="Nobody can write to a container's root file system",
    types=(TASK,),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.BEYOND_DEV,
    why="What breaks in can neither replace a program nor leave one behind. ECS Exec does not work with it either.",
    mend="Make the root file system read-only, and give what must be written a volume or a file system in memory.",
    example="""
{"name": "web", "readonlyRootFilesystem": True, "linuxParameters": {"tmpfs": [{"containerPath": "/tmp", "size": 256}]}}
""",
    check=_is_read_only,
)


def _keeps_secrets_out(resource: Resource, _: Scope) -> Iterator[Finding]:
    for name, node in _variables(resource):
        value = node.text(default="")
        if not name or not value:
            continue
        if _SECRET_NAME.search(name) and not _WHERE.search(name):
            yield found(node, f"is a secret by its name, {name}, and stands there in plain text")
        elif _SECRET_VALUE.search(value):
            yield found(node, f"looks like a secret, in {name}, and stands there in plain text")


def _variables(resource: Resource) -> Iterator[tuple[str | None, Node]]:
    """Names and values of an environment: a task's containers, or a function's."""
    if resource.type == FUNCTION:
        yield from resource.read("environment", "variables").entries()
        return
    for container in _containers(resource):
        for variable in container.at("environment").items():
            yield variable.at("name").text(default=""), variable.at("value")


SECRETS = ResourceRule(
    id="refuse-plain-secrets",
    title="No secret stands in a container's or a function's environment in plain text",
    types=(TASK, FUNCTION),
    severity=Severity.CRITICAL,
    enforcement=Enforcement.ALWAYS,
    why="Whoever may describe a task definition or a function reads it, and no revision of a task is ever deleted.",
    mend="Put it into Secrets Manager and name it by its full ARN; or need none, by IAM authentication.",
    example="""
{"name": "web", "secrets": [{"name": "SIGNING_KEY", "valueFrom": secret_arn}]}
""",
    check=_keeps_secrets_out,
)


def _is_logged(task: Resource, _: Scope) -> Iterator[Finding]:
    for container in _containers(task):
        driver = container.at("logConfiguration", "logDriver")
        if driver.text(default="") == "" and container.at("firelensConfiguration").is_absent:
            yield found(container.at("logConfiguration"), "is not set: what the container writes is lost with its host")


LOGGED = ResourceRule(
    id="log-container-output",
    title="What containers write is kept",
    types=(TASK,),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="On a host the output ends on its disk, on Fargate nowhere; after an incident there is nothing to read.",
    mend="Give each container a log configuration.",
    example="""
{"logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": group, "awslogs-region": region,
                                                          "awslogs-stream-prefix": "web", "mode": "non-blocking"}}}
""",
    check=_is_logged,
)


def _mounts_safely(task: Resource, _: Scope) -> Iterator[Finding]:
    for volume in task.read("volumes").items():
        efs = volume.at("efsVolumeConfiguration")
        if efs.is_absent or efs.is_unknown:
            continue
        encrypted, iam = efs.at("transitEncryption"), efs.at("authorizationConfig", "iam")
        if encrypted.text(default="DISABLED") == "DISABLED":
            yield found(encrypted, f'is {encrypted.shown()}, expected "ENABLED"')
        if iam.text(default="DISABLED") == "DISABLED":
            yield found(iam, f'is {iam.shown()}, expected "ENABLED": every host of the network could mount it')


MOUNTS = ResourceRule(
    id="encrypt-file-system-mounts",
    title="File systems are mounted over TLS and by role",
    types=(TASK,),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="NFS is plain text and knows no users: without both, whoever is in the network reads along, or mounts it.",
    mend="Enable encryption on the way and IAM, and mount an access point.",
    example="""
{"file_system_id": files, "transit_encryption": "ENABLED", "authorization_config": {"access_point_id": point,
                                                                                    "iam": "ENABLED"}}
""",
    check=_mounts_safely,
)


def _has_interfaces(task: Resource, _: Scope) -> Iterator[Finding]:
    mode = task.read("networkMode")
    if mode.text(default="bridge") not in {"awsvpc", "none", None}:
        yield found(mode, f'is {mode.shown()}, expected "awsvpc"')


INTERFACES = ResourceRule(
    id="require-task-interfaces",
    title="Each task has a network interface of its own",
    types=(TASK,),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="Otherwise tasks share the host's address, its security groups and its way to the instance's own credentials.",
    mend="Use awsvpc, and count the interfaces: a host has few of them.",
    example='aws.ecs.TaskDefinition("web", ..., network_mode="awsvpc")',
    check=_has_interfaces,
)


def _rolls_back(service: Resource, _: Scope) -> Iterator[Finding]:
    controller = service.read("deploymentController", "type").text(default="ECS")
    if controller != "ECS":  # another one deploys, or it is not known yet
        return
    answers = [
        (guard.at("enable").flag(default=False), guard.at("rollback").flag(default=False))
        for guard in (service.read("deploymentCircuitBreaker"), service.read("alarms"))
    ]
    if all(False in answer for answer in answers):
        yield Finding("", "has neither a circuit breaker nor alarms that roll a deployment back")


ROLLBACK = ResourceRule(
    id="require-deployment-rollback",
    title="A deployment that fails is rolled back",
    types=(SERVICE,),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="Without either ECS starts broken tasks again and again, for hours, in the place of those that worked.",
    mend="Give a rolling service a circuit breaker with rollback; name alarms that roll back, for blue/green too.",
    example="""
aws.ecs.Service("worker", ..., deployment_circuit_breaker={"enable": True, "rollback": True})
""",
    check=_rolls_back,
)

RULES: Final = (CONFINE, NOBODY, READ_ONLY, SECRETS, LOGGED, MOUNTS, INTERFACES, ROLLBACK)
