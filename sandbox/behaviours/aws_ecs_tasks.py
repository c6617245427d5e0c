"""Amazon ECS: task definitions, each a revision of its family.

The provider's id is the family alone, which two revisions share while one replaces the other; here the revision stands
behind it. A deleted revision is deregistered in the cloud and stays readable; here it is gone.

Some of what is refused here AWS takes at first and fails later, when a task is to start (a role that ECS tasks cannot
assume, a log group or a secret that is not there): those messages are the stopped task's.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.aws_ecs_names import TASK_DEFINITION, containers
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.judges.trust import trusted_services
from sandbox.problems import Problem
from sandbox.references import typed_name
from sandbox.store import Resource

REGISTER: Final = "ECS API, RegisterTaskDefinition"
LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
PARAMETER: Final = "aws:ssm/parameter:Parameter"
SECRET: Final = "aws:secretsmanager/secret:Secret"
TASKS: Final = "ecs-tasks.amazonaws.com"
PLACE: Final = "containerDefinitions"


def _others(call: Call) -> list[Resource]:
    return [
        other
        for other in call.store.all(TASK_DEFINITION)
        if other.account == call.account
        and other.region == call.region
        and other.inputs.get("family") == call.inputs.get("family")
    ]


def _revision(call: Call) -> int:
    if call.existing is not None:
        return int(call.existing.properties["revision"])
    return max((int(other.properties["revision"]) for other in _others(call)), default=0) + 1


def _id(call: Call) -> str:
    return f"{call.inputs['family']}:{_revision(call)}"


def _outputs(call: Call, made: str) -> Mapping[str, Any]:
    place = f"arn:aws:ecs:{call.region}:{call.account}:task-definition"
    return {
        "arn": f"{place}/{made}",
        "arnWithoutRevision": f"{place}/{call.inputs['family']}",
        "revision": _revision(call),
    }


def _refuse(call: Call) -> Sequence[Problem]:
    found = containers(call.inputs.get(PLACE))
    if not found:
        message = "ClientException: Container list cannot be empty."
        return [Problem(PLACE, message, REGISTER)]
    return [
        *_refuse_whole(call, found),
        *(problem for index, one in enumerate(found) for problem in _refuse_container(call, one, f"{PLACE}[{index}]")),
        *_refuse_volumes(call),
        *_refuse_roles(call),
    ]


def _refuse_whole(call: Call, found: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    """What holds over all containers of a task: names, one that is essential, sums within the task's size."""
    for name, count in Counter(str(one.get("name")) for one in found).items():
        if count > 1:
            yield Problem(PLACE, f"ClientException: the container name {name!r} is not unique", REGISTER)
    if not any(one.get("essential", True) for one in found):
        message = "ClientException: Invalid 'containerDefinitions' value. At least one container must be essential."
        yield Problem(PLACE, message, REGISTER)
    for size in ("cpu", "memory"):
        whole = _number(call.inputs.get(size))
        parts = sum(_number(one.get(size)) or 0 for one in found)
        if whole is not None and parts > whole:
            message = f"ClientException: the containers' {size} ({parts}) is more than the task's ({whole})"
            yield Problem(PLACE, message, REGISTER)


def _refuse_container(call: Call, one: Mapping[str, Any], place: str) -> Iterator[Problem]:
    name = one.get("name")
    if not name or not one.get("image"):
        missing = "Container.image" if name else "Container.name"
        yield Problem(place, f"ClientException: {missing} should not be null or empty.", REGISTER)
    if not one.get("memory") and not one.get("memoryReservation") and not call.inputs.get("memory"):
        message = (
            f"ClientException: Invalid setting for container {name!r}. At least one of 'memory' or 'memoryReservation' "
            "must be specified."
        )
        yield Problem(place, message, REGISTER)
    if call.inputs.get("networkMode") == "awsvpc":
        for mapping in one.get("portMappings") or []:
            if mapping.get("hostPort") not in (None, 0, mapping.get("containerPort")):
                message = (
                    "ClientException: When networkMode=awsvpc, the host ports and container ports in port mappings "
                    "must match."
                )
                yield Problem(f"{place}.portMappings", message, REGISTER)
    volumes = {volume.get("name") for volume in call.inputs.get("volumes") or []}
    for mount in one.get("mountPoints") or []:
        if mount.get("sourceVolume") not in volumes:
            message = f"ClientException: Unknown volume '{mount.get('sourceVolume')}'."
            yield Problem(f"{place}.mountPoints", message, REGISTER)
    for index, secret in enumerate(one.get("secrets") or []):
        yield from _refuse_secret(call, str(secret.get("valueFrom") or ""), f"{place}.secrets[{index}].valueFrom")
    yield from _refuse_log(call, one.get("logConfiguration") or {}, f"{place}.logConfiguration")


def _refuse_secret(call: Call, value: str, place: str) -> Iterator[Problem]:
    """A secret by its full ARN, a parameter by its ARN or, in the task's region, by its name."""
    source = "ECS API, Secret"
    if value.startswith("arn:") and value.split(":")[2] == "secretsmanager":
        parts = value.split(":")
        secret = call.other(":".join(parts[:7]))
        if secret is None or secret.token != SECRET:
            message = (
                "ResourceInitializationError: unable to pull secrets: Secrets Manager can't find the specified secret "
                f"{value!r}; give its full ARN, with the six characters behind the name"
            )
            yield Problem(place, message, source)
        elif len(parts) not in (7, 10):
            message = f"{value!r}: behind the ARN come key, version stage and version id, or nothing"
            yield Problem(place, message, source)
        return
    name = value.partition(":parameter")[2] if value.startswith("arn:") else value
    found = call.other(value) or call.other(typed_name(PARAMETER, name)) or call.other(name)
    if found is None or found.token != PARAMETER:
        message = f"ResourceInitializationError: unable to pull secrets: invalid ssm parameters: {value}"
        yield Problem(place, message, source)


def _refuse_log(call: Call, log: Mapping[str, Any], place: str) -> Iterator[Problem]:
    options = log.get("options") or {}
    if log.get("logDriver") != "awslogs" or options.get("awslogs-create-group") == "true":
        return
    name, region = options.get("awslogs-group"), options.get("awslogs-region")
    group = call.store.named(
        typed_name(LOG_GROUP, str(name)),
        package=call.connection.package,
        account=call.account,
        region=str(region or call.region),
    )
    if group is None or group.region != (region or call.region):
        message = (
            "ResourceInitializationError: failed to validate logger args: create stream has been retried: "
            f"ResourceNotFoundException: the log group {name!r} does not exist in {region or call.region}"
        )
        yield Problem(f"{place}.options", message, 'ECS developer guide, "Send Amazon ECS logs to CloudWatch"')


def _refuse_volumes(call: Call) -> Iterator[Problem]:
    """An access point goes with encryption on the way, and brings its own root directory."""
    source = "ECS API, EFSVolumeConfiguration"
    for index, volume in enumerate(call.inputs.get("volumes") or []):
        efs = volume.get("efsVolumeConfiguration") or {}
        access = efs.get("authorizationConfig") or {}
        place = f"volumes[{index}].efsVolumeConfiguration"
        wants_tls = access.get("accessPointId") or access.get("iam") == "ENABLED"
        if wants_tls and efs.get("transitEncryption") != "ENABLED":
            message = (
                "ClientException: Transit encryption must be enabled when an access point or IAM authorization is used"
            )
            yield Problem(f"{place}.transitEncryption", message, source)
        if access.get("accessPointId") and efs.get("rootDirectory") not in (None, "", "/"):
            message = "ClientException: with an access point the root directory must be left out or be /"
            yield Problem(f"{place}.rootDirectory", message, source)
        point = call.other(access.get("accessPointId"))
        if point is not None and point.properties.get("fileSystemId") != efs.get("fileSystemId"):
            message = f"{point.id} is an access point of {point.properties.get('fileSystemId')}"
            yield Problem(f"{place}.authorizationConfig.accessPointId", message, source)


def _refuse_roles(call: Call) -> Iterator[Problem]:
    for key in ("executionRoleArn", "taskRoleArn"):
        role = call.other(call.inputs.get(key))
        if role is not None and TASKS not in trusted_services(role.properties.get("assumeRolePolicy")):
            message = (
                f"ECS was unable to assume the role {role.properties.get('arn')!r} that was provided for this task: "
                f"its trust policy does not admit {TASKS}"
            )
            yield Problem(key, message, 'ECS developer guide, "IAM roles for Amazon ECS"')


def _number(value: Any) -> int | None:
    text = str(value) if value is not None else ""
    return int(text) if text.isdigit() else None


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    TASK_DEFINITION: Behaviour(
        id=_id,
        outputs=_outputs,
        identifiers=lambda call, made: [
            f"arn:aws:ecs:{call.region}:{call.account}:task-definition/{made}",
            made,
            # The family alone stands for its newest revision.
            str(call.inputs["family"]),
            *(typed_name(TASK_DEFINITION, name) for name in (made, str(call.inputs["family"]))),
        ],
        refuse=_refuse,
    ),
}
