"""Amazon ECS: clusters, capacity providers, and which of them a cluster has."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.aws_autoscaling import GROUP
from sandbox.behaviours.aws_autoscaling_checks import launches
from sandbox.behaviours.aws_ec2_launch import of_type, start_script, template_of
from sandbox.behaviours.aws_logs import LOG_GROUP
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem
from sandbox.store import Resource

CLUSTER: Final = "aws:ecs/cluster:Cluster"
PROVIDER: Final = "aws:ecs/capacityProvider:CapacityProvider"
PROVIDERS: Final = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
MANAGED_TAG: Final = "AmazonECSManaged"
FARGATE: Final = frozenset({"FARGATE", "FARGATE_SPOT"})
_CLUSTER_LINE: Final = re.compile(r"^\s*(?:export\s+|echo\s+[\"']?)?ECS_CLUSTER=[\"']?([0-9A-Za-z_-]+)", re.MULTILINE)


def _arn(call: Call, kind: str, name: object) -> str:
    return f"arn:aws:ecs:{call.region}:{call.account}:{kind}/{name}"


# --- clusters


def _refuse_cluster(call: Call) -> Sequence[Problem]:
    """Shells are logged encrypted only where the log group has a key of its own."""
    within = (call.inputs.get("configuration") or {}).get("executeCommandConfiguration") or {}
    logs: Mapping[str, Any] = within.get("logConfiguration") or {}
    group = of_type(call, LOG_GROUP, logs.get("cloudWatchLogGroupName"))
    path = "configuration.executeCommandConfiguration.logConfiguration.cloudWatchEncryptionEnabled"
    if logs.get("cloudWatchEncryptionEnabled") and group is not None and not group.properties.get("kmsKeyId"):
        message = f"InvalidParameterException: the log group {group.id} is not encrypted under a KMS key"
        return [Problem(path, message, 'ECS developer guide, "Logging and auditing using ECS Exec"')]
    return ()


def _members(call: Call, cluster: Resource) -> Iterator[Resource]:
    """The groups whose hosts join a cluster at their first start, and may be running."""
    for group in call.store.all(GROUP):
        if group.region != cluster.region or group.account != cluster.account or not group.properties.get("maxSize"):
            continue
        templates = [template_of(call, named) for _, named in launches(group.inputs)]
        scripts = [start_script(template) for template in templates if template is not None]
        names = {name for script in scripts for name in _CLUSTER_LINE.findall(script)}
        if cluster.properties["name"] in names:
            yield group


def _keep_cluster(call: Call) -> Sequence[Problem]:
    """A cluster stays while hosts may be in it."""
    if call.existing is None:
        return ()
    return [
        Problem(
            "",
            "ClusterContainsContainerInstancesException: The Cluster cannot be deleted while Container Instances are "
            f"active or draining: those of the group {group.id} join it",
            "ECS API, DeleteCluster",
        )
        for group in _members(call, call.existing)
    ]


# --- capacity providers


def _group_of(call: Call) -> Resource | None:
    return call.other((call.inputs.get("autoScalingGroupProvider") or {}).get("autoScalingGroupArn"))


def _refuse_provider(call: Call) -> Sequence[Problem]:
    source = "ECS API, AutoScalingGroupProvider"
    group = _group_of(call)
    if group is None:
        return ()
    problems: list[Problem] = []
    settings: Mapping[str, Any] = call.inputs["autoScalingGroupProvider"]
    place = "autoScalingGroupProvider.managedTerminationProtection"
    if settings.get("managedTerminationProtection") == "ENABLED" and not group.properties.get("protectFromScaleIn"):
        message = (
            "ClientException: The managed termination protection setting for the capacity provider is invalid. To "
            "enable managed termination protection for a capacity provider, the Auto Scaling group must have instance "
            f"protection from scale in enabled ({group.id})"
        )
        problems.append(Problem(place, message, source))
    path = "autoScalingGroupProvider.autoScalingGroupArn"
    for other in call.beside(path, group):
        message = f"ClientException: The specified Auto Scaling group {group.id} is already being used by {other.id}"
        problems.append(Problem(path, message, source))
    return problems


def _mark_group(call: Call, _: Resource) -> None:
    """ECS tags the group; a program that does not say so strips the tag in its next update."""
    group = _group_of(call)
    scaling = (call.inputs.get("autoScalingGroupProvider") or {}).get("managedScaling") or {}
    if group is None or scaling.get("status") == "DISABLED":
        return
    tags: list[Any] = list(group.properties.get("tags") or [])
    if not any(tag.get("key") == MANAGED_TAG for tag in tags):
        added = {"key": MANAGED_TAG, "value": "", "propagateAtLaunch": True}
        call.store.edit(group.serial, {"tags": [*tags, added]})


def _keep_provider(call: Call) -> Sequence[Problem]:
    if call.existing is None:
        return ()
    return [
        Problem(
            "",
            "ResourceInUseException: The capacity provider cannot be deleted because it is associated with cluster "
            f"{use.user.id}",
            "ECS API, DeleteCapacityProvider",
        )
        for use in call.store.users(call.existing)
        if use.user.token == PROVIDERS and use.path.startswith("capacityProviders")
    ]


# --- providers of a cluster


def _refuse_providers(call: Call) -> Sequence[Problem]:
    source = "ECS API, PutClusterCapacityProviders"
    listed: list[str] = list(call.inputs.get("capacityProviders") or [])
    strategy: list[Mapping[str, Any]] = list(call.inputs.get("defaultCapacityProviderStrategies") or [])
    problems: list[Problem] = []
    for index, item in enumerate(strategy):
        name = item.get("capacityProvider")
        if name not in listed:
            place = f"defaultCapacityProviderStrategies[{index}].capacityProvider"
            message = f"InvalidParameterException: the strategy names {name!r}, which capacityProviders does not list"
            problems.append(Problem(place, message, source))
    if sum(bool(item.get("base")) for item in strategy) > 1:
        message = "InvalidParameterException: only one capacity provider in a strategy can have a base"
        problems.append(Problem("defaultCapacityProviderStrategies", message, source))
    if len(strategy) > 1 and not any(item.get("weight") for item in strategy):
        message = "InvalidParameterException: at least one capacity provider must have a weight above 0"
        problems.append(Problem("defaultCapacityProviderStrategies", message, source))
    return [*problems, *_shared(call, listed)]


def _shared(call: Call, listed: Sequence[str]) -> Iterator[Problem]:
    """A provider whose scaling ECS manages serves one cluster."""
    cluster = call.inputs["clusterName"]
    for index, name in enumerate(listed):
        provider = of_type(call, PROVIDER, name) if name not in FARGATE else None
        users = call.store.users(provider) if provider is not None else []
        for use in users:
            other = use.user.properties.get("clusterName")
            if use.user.token == PROVIDERS and other != cluster and use.path.startswith("capacityProviders"):
                message = f"InvalidParameterException: {name} manages the scaling for the cluster {other} already"
                yield Problem(f"capacityProviders[{index}]", message, "ECS developer guide, capacity providers")


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    CLUSTER: Behaviour(
        id=lambda call: _arn(call, "cluster", call.inputs["name"]),
        outputs=lambda call, arn: {
            "arn": arn,
            "name": call.inputs["name"],
            "settings": call.inputs.get("settings") or [{"name": "containerInsights", "value": "disabled"}],
        },
        names=lambda call, arn: [f"ecs-cluster/{call.account}/{call.region}|{arn}"],
        identifiers=lambda call, _: [str(call.inputs["name"])],
        refuse=_refuse_cluster,
        keep_from=_keep_cluster,
    ),
    PROVIDER: Behaviour(
        id=lambda call: _arn(call, "capacity-provider", call.inputs["name"]),
        outputs=lambda call, arn: {"arn": arn, "name": call.inputs["name"]},
        names=lambda call, arn: [f"ecs-capacity-provider/{call.account}/{call.region}|{arn}"],
        identifiers=lambda call, _: [str(call.inputs["name"])],
        refuse=_refuse_provider,
        effects=_mark_group,
        keep_from=_keep_provider,
    ),
    PROVIDERS: Behaviour(id=lambda call: str(call.inputs["clusterName"]), refuse=_refuse_providers),
}
