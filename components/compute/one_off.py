"""One-off tasks: started by the pipeline or by a person, run once, and end.

`grants` gives the databases their roles and extensions, as the administrator; `migrate` brings the schema up to date,
as the database role for that. See the runbook of deployments.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pulumi

from components.compute.tasks import MadeTask, TaskGround, TaskPlan, make_task
from components.database import migrations
from components.database.instances import DATABASE

if TYPE_CHECKING:
    from components.base import ErpComponent
    from settings.compute.services import ServicesSettings


def make_migrate(owner: ErpComponent, settings: ServicesSettings, ground: TaskGround) -> MadeTask:
    """The migration of the schema: the same image as the services', so that code and schema are of one version."""
    own = settings.migrate
    plan = TaskPlan(
        name="migrate",
        image=settings.image,
        command=own.command,
        user=settings.user,
        cpu_units=own.cpu_units,
        memory_mib=own.memory_mib,
        stop_timeout_seconds=120,  # a statement that was begun ends or is rolled back
        uses=["database_migrator"],
    )
    return make_task(owner, plan, ground)


def make_grants(
    owner: ErpComponent,
    settings: ServicesSettings,
    ground: TaskGround,
    secret_arns: Mapping[str, pulumi.Input[str]],
) -> dict[str, MadeTask]:
    """The platform's script for each shard's database, run as its administrator; by the task's name.

    secret_arns: of the administrators, by shard; each says host, user and password. The password is read when the task
    starts, so a rotation before that does no harm.
    """
    own = settings.grants
    return {
        f"grants-{shard}": make_task(
            owner,
            TaskPlan(
                name=f"grants-{shard}",
                image=own.image,
                command=migrations.COMMAND,
                user=settings.user,
                cpu_units=own.cpu_units,
                memory_mib=own.memory_mib,
                stop_timeout_seconds=120,
                environment=migrations.environment(ground.region, DATABASE),
                secrets={
                    variable: pulumi.Output.concat(arn, f":{field}::")
                    for variable, field in (("PGHOST", "host"), ("PGUSER", "username"), ("PGPASSWORD", "password"))
                },
            ),
            ground,
        )
        for shard, arn in secret_arns.items()
    }
