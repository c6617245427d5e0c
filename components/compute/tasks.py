"""A task definition with what belongs to it: log group, the two roles, volumes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_aws import cloudwatch, ecs

from components.compute import containers, permissions
from components.compute.containers import Container
from components.compute.permissions import Ground
from components.names import ESTATE
from components.network.nacl import REQUEST_PORT
from components.roles import make_role

if TYPE_CHECKING:
    from components.base import ErpComponent
    from components.context import StackContext


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskPlan:
    """What a task is to be; all but the secrets is plain data.

    uses: capabilities, of the settings' vocabulary and `database_migrator`. mounts: directories of the file system.
    listens: whether it takes requests. publishes: whether it may publish metrics of its own.
    secrets: by variable, full ARNs.
    """

    name: str
    image: str
    command: Sequence[str]
    user: int
    cpu_units: int
    memory_mib: int
    stop_timeout_seconds: int = 30
    health_command: Sequence[str] | None = None
    uses: Sequence[str] = ()
    mounts: Sequence[str] = ()
    listens: bool = False
    publishes: bool = False
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskGround:
    """What all tasks stand on.

    arns: what services may use, for the roles. names: where they find it, by variable, grouped by capability.
    access_point_ids: by directory. log_retention_days, logs_key_arn: of the log groups.
    """

    context: StackContext
    region: str
    arns: pulumi.Output[Ground]
    names: Mapping[str, Mapping[str, pulumi.Input[str]]]
    file_system_id: pulumi.Input[str]
    access_point_ids: Mapping[str, pulumi.Input[str]]
    log_retention_days: int
    logs_key_arn: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeTask:
    """A task definition, its log group, and what has to outlive whatever runs it."""

    definition: ecs.TaskDefinition
    log_group: cloudwatch.LogGroup
    ready: list[pulumi.Resource]


def family(context: StackContext, name: str) -> str:
    """The family under which the revisions of a task are counted; people and pipelines name it."""
    return f"{ESTATE}-{context.stack}-{name}"


def make_task(owner: ErpComponent, plan: TaskPlan, ground: TaskGround) -> MadeTask:
    """Make a task definition. A change of it is a new revision.

    The one before is deregistered at the end of an update, when the deployment is steady; ECS goes on with it where it
    has rolled back, since a service keeps and scales the revision that it has (ECS developer guide, "Deregistering a
    task definition revision").
    """
    context = ground.context
    log_group = cloudwatch.LogGroup(
        owner.logical("log-group", plan.name),
        retention_in_days=ground.log_retention_days,
        kms_key_id=ground.logs_key_arn,
        tags=owner.tags("logs"),
        opts=owner.child(protect=context.protects_data),
    )
    trust = permissions.tasks_trust(account_id=context.aws_account_id, region=ground.region)
    execution = make_role(
        owner,
        "execution-role",
        plan.name,
        context=context,
        description=f"Starts {plan.name} tasks: their image, log and secrets",
        trust=trust,
        permissions=pulumi.Output.all(ground.arns, log_group.arn, list(plan.secrets.values())).apply(
            lambda found: permissions.render(
                permissions.execution_statements(plan.image, found[1].removesuffix(":*"), found[2], found[0])
            )
        ),
    )
    # A task that uses nothing has no rights, and its role no document: IAM refuses an empty one.
    role = make_role(
        owner,
        "task-role",
        plan.name,
        context=context,
        description=f"What the code of {plan.name} tasks may do",
        trust=trust,
        permissions=ground.arns.apply(
            lambda arns: permissions.render(
                permissions.task_statements(plan.uses, plan.mounts, arns, metrics=plan.publishes)
            )
        )
        if plan.uses or plan.mounts or plan.publishes
        else None,
    )
    definition = ecs.TaskDefinition(
        owner.logical("task", plan.name),
        family=family(context, plan.name),
        network_mode="awsvpc",
        requires_compatibilities=["EC2"],
        cpu=str(plan.cpu_units),
        memory=str(plan.memory_mib),
        execution_role_arn=execution.role.arn,
        task_role_arn=role.role.arn,
        runtime_platform={"cpu_architecture": "X86_64", "operating_system_family": "LINUX"},
        container_definitions=_container_definitions(plan, ground, log_group),
        volumes=[_volume(name, ground) for name in plan.mounts],
        tags=owner.tags(),
        opts=owner.child(depends_on=[*execution.ready, *role.ready]),
    )
    return MadeTask(definition=definition, log_group=log_group, ready=[*execution.ready, *role.ready])


def _container_definitions(plan: TaskPlan, ground: TaskGround, log_group: cloudwatch.LogGroup) -> pulumi.Output[str]:
    found = pulumi.Output.all(
        log_group=log_group.name,
        secrets=dict(plan.secrets),
        environment=_environment(plan, ground),
    )

    def definitions(known: Mapping[str, Any]) -> list[dict[str, Any]]:
        container = Container(
            name=plan.name,
            image=plan.image,
            command=plan.command,
            user=plan.user,
            cpu_units=plan.cpu_units,
            memory_mib=plan.memory_mib,
            stop_timeout_seconds=plan.stop_timeout_seconds,
            log_group=known["log_group"],
            region=ground.region,
            port=REQUEST_PORT if plan.listens else None,
            health_command=plan.health_command,
            environment=known["environment"],
            secrets=known["secrets"],
            mounts=plan.mounts,
        )
        return [containers.definition(container)]

    return pulumi.Output.json_dumps(found.apply(definitions), sort_keys=True, separators=(",", ":"))


def _environment(plan: TaskPlan, ground: TaskGround) -> dict[str, pulumi.Input[str]]:
    """Where a task finds what it uses: names, never a secret; what it does not use it is not told of."""
    found: dict[str, pulumi.Input[str]] = {
        "AWS_REGION": ground.region,
        "ERP_ENVIRONMENT": ground.context.environment,
        "ERP_STACK": ground.context.stack,
        **plan.environment,
    }
    for capability in plan.uses:
        found |= ground.names[capability]
    for name in plan.mounts:
        found[f"ERP_{name.upper()}_DIR"] = f"{containers.MOUNT_ROOT}/{name}"
    if plan.listens:
        found["PORT"] = str(REQUEST_PORT)
    if plan.publishes:
        found["ERP_METRICS_NAMESPACE"] = metrics_namespace(ground.context)
    return found


def metrics_namespace(context: StackContext) -> str:
    """Where the application publishes its metrics; a stack's own, since branch stacks share an account."""
    return f"ERP/{context.stack}"


def _volume(name: str, ground: TaskGround) -> ecs.TaskDefinitionVolumeArgsDict:
    """A directory of the file system through its access point, which sets the user and confines the task to it."""
    return {
        "name": name,
        "efs_volume_configuration": {
            "file_system_id": ground.file_system_id,
            "transit_encryption": "ENABLED",
            "authorization_config": {"access_point_id": ground.access_point_ids[name], "iam": "ENABLED"},
        },
    }
