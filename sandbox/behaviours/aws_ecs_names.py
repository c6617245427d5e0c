"""Amazon ECS: how tasks and services are named, and who finds them by that."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.behaviours.behaviour import Call
from sandbox.references import typed_name
from sandbox.store import Resource

SERVICE: Final = "aws:ecs/service:Service"
TASK_DEFINITION: Final = "aws:ecs/taskDefinition:TaskDefinition"


def last(value: Any) -> str:
    """The name at the end of an ARN; a name is itself."""
    return str(value or "").rpartition("/")[2]


def service_key(cluster: Any, name: Any) -> str:
    """The identifier of a service by its cluster's and its own name."""
    return typed_name(SERVICE, f"{last(cluster) or 'default'}/{name}")


def service_named(call: Call, cluster: str, name: str) -> Resource | None:
    """The service of this name in a cluster of the call's region."""
    found = call.store.named(
        service_key(cluster, name), package=call.connection.package, account=call.account, region=call.region
    )
    return found if found is not None and found.region == call.region else None


def task_of(call: Call) -> Resource | None:
    """The task definition that a service names: by ARN, by family and revision, or by family."""
    value = str(call.inputs.get("taskDefinition") or "")
    found = call.other(value) if value.startswith("arn:") else call.other(typed_name(TASK_DEFINITION, value))
    return found if found is not None and found.token == TASK_DEFINITION else None


def containers(value: Any) -> list[Mapping[str, Any]]:
    """The containers in a task definition's JSON; an empty list where it is none."""
    try:
        found = json.loads(str(value))
    except json.JSONDecodeError:
        return []
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def services_with(call: Call, role: Resource) -> Iterator[Resource]:
    """The services that work with a role: by their tasks, or to move traffic."""
    for use in call.store.users(role):
        if use.user.token == SERVICE:
            yield use.user
        elif use.user.token == TASK_DEFINITION:
            yield from (user.user for user in call.store.users(use.user) if user.user.token == SERVICE)
