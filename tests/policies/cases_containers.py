"""Cases: tasks and services of Amazon ECS, alarms, target groups. Each task is a sound one but for one thing."""

from __future__ import annotations

import json
from typing import Any, Final

from tests.policies.cases import Case, StackCase, case, stack_case
from tests.policies.harness import TAGS, UNKNOWN, Given

TASK: Final = "aws:ecs/taskDefinition:TaskDefinition"
SERVICE: Final = "aws:ecs/service:Service"
ALARM: Final = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE: Final = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
GROUP: Final = "aws:lb/targetGroup:TargetGroup"
OLD_GROUP: Final = "aws:alb/targetGroup:TargetGroup"

SOUND: Final = {
    "name": "web",
    "image": "erp@sha256:0",
    "user": "10001:10001",
    "readonlyRootFilesystem": True,
    "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "web"}},
}


def task(*containers: Any, **more: Any) -> dict[str, Any]:
    found = [{**SOUND, **one} for one in containers or ({},)]
    definitions = json.dumps([{key: value for key, value in one.items() if value is not None} for one in found])
    return {"containerDefinitions": definitions, "networkMode": "awsvpc", "tags": TAGS, **more}


def variables(**values: str) -> dict[str, Any]:
    return {"environment": [{"name": name, "value": value} for name, value in values.items()]}


def added(*capabilities: str) -> dict[str, Any]:
    return {"linuxParameters": {"capabilities": {"add": list(capabilities)}}}


def efs(**change: Any) -> dict[str, Any]:
    plain = {"fileSystemId": "fs-1", "transitEncryption": "ENABLED", "authorizationConfig": {"iam": "ENABLED"}}
    return {"volumes": [{"name": "files", "efsVolumeConfiguration": {**plain, **change}}]}


def service(**more: Any) -> dict[str, Any]:
    return {"deploymentCircuitBreaker": ON, "tags": TAGS, **more}


ON: Final = {"enable": True, "rollback": True}
NOT_KNOWN: Final = {**task(), "containerDefinitions": UNKNOWN}
FARGATE: Final = {"requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512"}
AT: Final = "containerDefinitions[0]"

_NO_ROLLBACK = "resource: has neither a circuit breaker nor alarms that roll a deployment back"
_SECRET = AT + ".environment[{}].value: is a secret by its name, {}, and stands there in plain text"
_LOOKS = AT + ".environment[{}].value: looks like a secret, in {}, and stands there in plain text"
_NO_ACTION = "resource: does nothing when it goes off: it has no action, and nothing names it"
_WIDE = AT + '.linuxParameters.capabilities.add[{}]: is "{}", a capability that leads out of the container'

# fmt: off
CASES: Final[tuple[Case, ...]] = (
    case("refuse-privileged-containers", "pass", "confined", TASK, task({"privileged": False})),
    case("refuse-privileged-containers", "pass", "on Fargate, which knows no other", TASK, task(**FARGATE)),
    case("refuse-privileged-containers", "pass", "a capability that stays inside", TASK,
         task(added("NET_BIND_SERVICE"), pidMode="task")),
    case("refuse-privileged-containers", "fail", "privileged, in the second container", TASK,
         task({}, {"name": "b", "privileged": True}),
         "containerDefinitions[1].privileged: is true: the container is root on its host; expected false"),
    case("refuse-privileged-containers", "fail", "host namespaces", TASK, task(pidMode="host", ipcMode="host"),
         *(f'{key}: is "host": the container sees the processes of the whole host; leave it out'
           for key in ("pidMode", "ipcMode"))),
    case("refuse-privileged-containers", "fail", "capabilities", TASK, task(added("SYS_ADMIN", "CAP_ALL")),
         _WIDE.format(0, "SYS_ADMIN"), _WIDE.format(1, "CAP_ALL")),
    case("refuse-privileged-containers", "unknown", "containers", TASK, NOT_KNOWN),
    case("refuse-privileged-containers", "unknown", "containers unknown, namespace known", TASK,
         {**NOT_KNOWN, "pidMode": "host"},
         'pidMode: is "host": the container sees the processes of the whole host; leave it out'),

    case("require-container-users", "pass", "by name", TASK, task({"user": "app"})),
    *(case("require-container-users", "fail", f"user {user!r}", TASK, task({"user": user}),
           f"{AT}.user: is {shown}, expected a user other than root")
      for user, shown in ((None, "not set"), ("0", '"0"'), ("root", '"root"'), ("0:10001", '"0:10001"'))),
    case("require-container-users", "unknown", "containers", TASK, NOT_KNOWN),

    case("lock-container-files", "pass", "read-only", TASK, task()),
    case("lock-container-files", "fail", "left out", TASK, task({"readonlyRootFilesystem": None}),
         f"{AT}.readonlyRootFilesystem: is not set, expected true"),
    case("lock-container-files", "fail", "off, on Fargate", TASK, task({"readonlyRootFilesystem": False}, **FARGATE),
         f"{AT}.readonlyRootFilesystem: is false, expected true"),
    case("lock-container-files", "unknown", "containers", TASK, NOT_KNOWN),

    case("refuse-plain-secrets", "pass", "where secrets are found, and what sounds like one", TASK,
         task(variables(DB_PASSWORD_FILE="/run/x", SECRET_ARN="arn:aws:x", TOKEN_TTL="60", KEYBOARD="de", TOKENIZER="a",
                        DATABASE_URL="postgres://app@db/erp", API_KEY=""))),
    case("refuse-plain-secrets", "pass", "by reference", TASK,
         task({"secrets": [{"name": "DB_PASSWORD", "valueFrom": "arn:aws:secretsmanager:x"}]})),
    case("refuse-plain-secrets", "fail", "by name", TASK,
         task(variables(DB_PASSWORD="x", api_key="y", AWS_SECRET_ACCESS_KEY="z", GITHUB_TOKEN="t", PASSWORD_OLD="o")),
         *(_SECRET.format(place, name) for place, name in enumerate(
             ("DB_PASSWORD", "api_key", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "PASSWORD_OLD")))),
    case("refuse-plain-secrets", "fail", "by value", TASK,
         task(variables(A="AKIA" + "A" * 16, B="-----BEGIN RSA PRIVATE KEY-----", DATABASE_URL="postgres://app:pw@db/x")),
         *(_LOOKS.format(place, name) for place, name in enumerate(("A", "B", "DATABASE_URL")))),
    case("refuse-plain-secrets", "unknown", "containers", TASK, NOT_KNOWN),

    case("log-container-output", "pass", "through FireLens", TASK,
         task({"logConfiguration": None, "firelensConfiguration": {"type": "fluentbit"}})),
    case("log-container-output", "fail", "nowhere", TASK, task({"logConfiguration": None}),
         f"{AT}.logConfiguration: is not set: what the container writes is lost with its host"),
    case("log-container-output", "unknown", "containers", TASK, NOT_KNOWN),

    case("encrypt-file-system-mounts", "pass", "over TLS, by role", TASK, task(**efs())),
    case("encrypt-file-system-mounts", "pass", "another kind of volume", TASK, task(volumes=[{"name": "scratch"}])),
    case("encrypt-file-system-mounts", "fail", "in plain", TASK, task(**efs(transitEncryption="DISABLED")),
         'volumes[0].efsVolumeConfiguration.transitEncryption: is "DISABLED", expected "ENABLED"'),
    case("encrypt-file-system-mounts", "fail", "by anybody", TASK,
         task(**efs(authorizationConfig={"accessPointId": "fsap-1"})),
         'volumes[0].efsVolumeConfiguration.authorizationConfig.iam: is not set, expected "ENABLED": every host of '
         "the network could mount it"),
    case("encrypt-file-system-mounts", "unknown", "encryption", TASK, task(**efs(transitEncryption=UNKNOWN))),
    case("encrypt-file-system-mounts", "unknown", "volumes", TASK, task(volumes=UNKNOWN)),

    case("require-task-interfaces", "pass", "no network at all", TASK, task(networkMode="none")),
    case("require-task-interfaces", "fail", "the host's", TASK, task(networkMode="host"),
         'networkMode: is "host", expected "awsvpc"'),
    case("require-task-interfaces", "fail", "AWS's default", TASK,
         {key: value for key, value in task().items() if key != "networkMode"},
         'networkMode: is not set, expected "awsvpc"'),
    case("require-task-interfaces", "unknown", "mode", TASK, task(networkMode=UNKNOWN)),

    case("require-deployment-rollback", "pass", "a circuit breaker", SERVICE, service()),
    case("require-deployment-rollback", "pass", "alarms", SERVICE,
         {"alarms": {**ON, "alarmNames": ["a"]}, "tags": TAGS}),
    case("require-deployment-rollback", "pass", "CodeDeploy has its own", SERVICE,
         {"deploymentController": {"type": "CODE_DEPLOY"}, "tags": TAGS}),
    case("require-deployment-rollback", "fail", "neither", SERVICE, {"tags": TAGS}, _NO_ROLLBACK),
    case("require-deployment-rollback", "fail", "both without rollback", SERVICE,
         service(deploymentCircuitBreaker={"enable": True, "rollback": False}, alarms={"enable": True}), _NO_ROLLBACK),
    case("require-deployment-rollback", "unknown", "alarms", SERVICE, {"alarms": UNKNOWN, "tags": TAGS}),
    case("require-deployment-rollback", "unknown", "controller", SERVICE,
         {"deploymentController": UNKNOWN, "tags": TAGS}),

    *(case("require-target-health-checks", "pass", f"asked at its path, {token}", token,
           {"protocol": "HTTP", "targetType": "ip", "healthCheck": {"path": "/healthz"}, "tags": TAGS})
      for token in (GROUP, OLD_GROUP)),
    case("require-target-health-checks", "pass", "TCP knows no path", GROUP, {"protocol": "TCP", "tags": TAGS}),
    case("require-target-health-checks", "pass", "a function is not asked", GROUP,
         {"targetType": "lambda", "healthCheck": {"enabled": False}, "tags": TAGS}),
    case("require-target-health-checks", "fail", "switched off", GROUP,
         {"protocol": "TCP", "healthCheck": {"enabled": False}, "tags": TAGS},
         "healthCheck.enabled: is false: requests go to targets that are broken; expected true"),
    case("require-target-health-checks", "fail", "no path", GROUP, {"protocol": "HTTPS", "tags": TAGS},
         "healthCheck.path: is not set: AWS would ask for /, which says nothing about the application"),
    case("require-target-health-checks", "unknown", "check", GROUP,
         {"protocol": "HTTP", "healthCheck": UNKNOWN, "tags": TAGS}),
)


def alarm(**more: Any) -> Given:
    return Given(ALARM, "alarm", {"id": "errors", "name": "errors", **more})


def watching(*names: Any, sources: tuple[str, ...] = ()) -> Given:
    return Given(SERVICE, "service", {"id": "s", "alarms": {**ON, "alarmNames": list(names)}}, {"alarms": sources})


def composite(rule: Any) -> Given:
    return Given(COMPOSITE, "composite", {"id": "c", "alarmRule": rule, "alarmActions": ["arn:aws:sns:x"]})


STACK_CASES: Final[tuple[StackCase, ...]] = (
    stack_case("require-alarm-actions", "pass", "calls somebody", alarm(alarmActions=["arn:aws:sns:x"])),
    stack_case("require-alarm-actions", "pass", "guards a deployment", alarm(), watching("other", "errors")),
    stack_case("require-alarm-actions", "pass", "guards one, by what the name came from", alarm(name=UNKNOWN),
               watching(UNKNOWN, sources=("alarm",))),
    stack_case("require-alarm-actions", "pass", "part of another", alarm(), composite("ALARM(errors) OR ALARM(x)")),
    stack_case("require-alarm-actions", "pass", "part of another, in quotes", alarm(), composite('ALARM("errors")')),
    stack_case("require-alarm-actions", "fail", "none", alarm(), watching("other"), composite("ALARM(more-errors)"),
               alarm=_NO_ACTION),
    stack_case("require-alarm-actions", "fail", "switched off",
               alarm(alarmActions=["arn:aws:sns:x"], actionsEnabled=False), alarm=_NO_ACTION),
    stack_case("require-alarm-actions", "unknown", "actions", alarm(alarmActions=UNKNOWN)),
    stack_case("require-alarm-actions", "unknown", "one of the actions", alarm(alarmActions=[UNKNOWN])),
    stack_case("require-alarm-actions", "unknown", "what a service watches", alarm(), watching(UNKNOWN)),
    stack_case("require-alarm-actions", "unknown", "what another consists of", alarm(), composite(UNKNOWN)),
)
