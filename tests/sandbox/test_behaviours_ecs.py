"""Tasks and services in the offline cloud: what ECS refuses, each with a case that it takes."""

import copy
import json
from typing import Any

import pytest

from sandbox.operations import Refused
from tests.sandbox.containers import ALARM, SERVICE, TASK, Ground, container
from tests.sandbox.offline import ACCOUNT, PRIMARY, Caller

PLACE = f"arn:aws:ecs:{PRIMARY}:{ACCOUNT}"


@pytest.fixture
def ground(aws: Caller) -> Ground:
    return Ground(aws)


def strategy(*names: str, **more: Any) -> list[dict[str, Any]]:
    return [{"capacityProvider": name, "weight": 1, **more} for name in names]


# --- task definitions


def test_a_changed_task_is_the_next_revision_of_its_family_beside_the_one_before(ground: Ground) -> None:
    first, second = ground.task(name="first"), ground.task(container(image="erp:2"), name="second")
    assert [one.properties["revision"] for one in (first, second)] == [1, 2]
    assert second.arn == f"{PLACE}:task-definition/web:2"
    assert second.properties["arnWithoutRevision"] == f"{PLACE}:task-definition/web"
    other = ground.task(family="worker", name="other")
    assert other.properties["revision"] == 1, "families are counted apart"
    ground.aws.delete(first)
    assert ground.task(name="third").properties["revision"] == 3


def test_a_service_may_name_a_revision_or_the_family(ground: Ground) -> None:
    task = ground.task()
    for value in (task.arn, "web:1", "web"):
        service = ground.service(task, taskDefinition=value)
        ground.aws.delete(service)
    with pytest.raises(Refused, match="web:2"):
        ground.service(task, taskDefinition="web:2")


@pytest.mark.parametrize(
    ("containers", "inputs", "message"),
    [
        ([], {"containerDefinitions": "[]"}, "Container list cannot be empty"),
        ([container(name=None)], {}, "Container.name should not be null or empty"),
        ([container(image=None)], {}, "Container.image should not be null or empty"),
        ([container(), container()], {}, "container name 'web' is not unique"),
        ([container(essential=False)], {}, "At least one container must be essential"),
        ([container(memory=None)], {"memory": None}, "At least one of 'memory' or 'memoryReservation'"),
        ([container(memory=1500), container(name="b", memory=600)], {}, r"memory \(2100\) is more than the task's"),
        ([container(cpu=2048)], {}, r"cpu \(2048\) is more than the task's \(1024\)"),
        ([container(portMappings=[{"containerPort": 80, "hostPort": 8080}])], {}, "must match"),
        ([container(mountPoints=[{"sourceVolume": "data", "containerPath": "/d"}])], {}, "Unknown volume 'data'"),
    ],
)
def test_a_task_that_ecs_does_not_take_is_refused(
    ground: Ground, containers: list[dict[str, Any]], inputs: dict[str, Any], message: str
) -> None:
    plain = {"family": "web", "networkMode": "awsvpc", "cpu": "1024", "memory": "2048"}
    given = {**plain, "containerDefinitions": json.dumps(containers), **inputs}
    with pytest.raises(Refused, match=message):
        ground.aws.make(TASK, **{key: value for key, value in given.items() if value is not None})


@pytest.mark.parametrize(
    ("containers", "inputs"),
    [
        ([container(), container(name="side", essential=False, portMappings=[])], {}),
        ([container(memory=None, memoryReservation=128)], {}),
        ([container(memory=None)], {}),
        ([container(portMappings=[{"containerPort": 80, "hostPort": 80}])], {}),
        ([container(portMappings=[{"containerPort": 80, "hostPort": 8080}])], {"networkMode": "bridge"}),
        ([container(mountPoints=[{"sourceVolume": "data", "containerPath": "/d"}])], {"volumes": [{"name": "data"}]}),
    ],
)
def test_a_task_that_ecs_takes_is_taken(
    ground: Ground, containers: list[dict[str, Any]], inputs: dict[str, Any]
) -> None:
    assert ground.task(*containers, **inputs).properties["revision"] == 1


def awslogs(**options: str) -> dict[str, Any]:
    return container(logConfiguration={"logDriver": "awslogs", "options": options})


def test_a_log_group_has_to_be_there_in_the_region_unless_the_agent_may_make_it(ground: Ground) -> None:
    with pytest.raises(Refused, match="log group 'other' does not exist in eu-central-1"):
        ground.task(awslogs(**{"awslogs-group": "other", "awslogs-region": PRIMARY}))
    with pytest.raises(Refused, match="'web' does not exist in eu-west-1"):
        ground.task(awslogs(**{"awslogs-group": "web", "awslogs-region": "eu-west-1"}))
    ground.task(awslogs(**{"awslogs-group": "web", "awslogs-region": PRIMARY}), name="a")
    ground.task(awslogs(**{"awslogs-group": "other", "awslogs-create-group": "true"}), name="b")


def test_a_secret_goes_by_its_full_arn_and_a_parameter_by_its_name(ground: Ground) -> None:
    secret = ground.aws.make("aws:secretsmanager/secret:Secret", "secret", name="app")
    parameter = ground.aws.make("aws:ssm/parameter:Parameter", "parameter", name="/app/x", type="String", value="v")

    def task(value: str, name: str) -> None:
        ground.task(container(secrets=[{"name": "X", "valueFrom": value}]), name=name)

    for number, value in enumerate((secret.arn, f"{secret.arn}:password::", parameter.arn)):
        task(value, f"t{number}")
    short = secret.arn[:-7]
    for value in (short, f"{short}:password::"):
        with pytest.raises(Refused, match="can't find the specified secret"):
            task(value, "x")
    with pytest.raises(Refused, match="key, version stage and version id"):
        task(f"{secret.arn}:password", "x")
    with pytest.raises(Refused, match="invalid ssm parameters: app"):
        task("app", "x")


def test_the_roles_of_a_task_trust_ecs_tasks(ground: Ground) -> None:
    stranger = ground.role_for("stranger", "ec2.amazonaws.com")
    for key in ("executionRoleArn", "taskRoleArn"):
        with pytest.raises(Refused, match="unable to assume the role"):
            ground.task(**{key: stranger.arn})
    ground.task(executionRoleArn=ground.role.arn, taskRoleArn=ground.role.arn)


def test_an_access_point_goes_with_tls_and_its_own_root_and_belongs_to_the_file_system(ground: Ground) -> None:
    files = ground.aws.make("aws:efs/fileSystem:FileSystem", "files")
    point = ground.aws.make("aws:efs/accessPoint:AccessPoint", "point", fileSystemId=files.id)
    other = ground.aws.make("aws:efs/fileSystem:FileSystem", "other")

    def task(name: str, **efs: Any) -> None:
        plain = {
            "fileSystemId": files.id,
            "transitEncryption": "ENABLED",
            "authorizationConfig": {"accessPointId": point.id, "iam": "ENABLED"},
        }
        ground.task(volumes=[{"name": "files", "efsVolumeConfiguration": {**plain, **efs}}], name=name)

    task("right")
    task("root", rootDirectory="/")
    task("plain", transitEncryption="DISABLED", authorizationConfig={})
    with pytest.raises(Refused, match="Transit encryption must be enabled"):
        task("x", transitEncryption="DISABLED")
    with pytest.raises(Refused, match="root directory must be left out"):
        task("x", rootDirectory="/data")
    with pytest.raises(Refused, match=f"is an access point of {files.id}"):
        task("x", fileSystemId=other.id)


# --- services


def test_a_service_is_named_by_cluster_and_name(ground: Ground) -> None:
    service = ground.service(name="web")
    assert service.arn == service.id == f"{PLACE}:service/main/web"
    assert service.properties["availabilityZoneRebalancing"] == "ENABLED"


def test_a_strategy_names_providers_of_the_cluster(ground: Ground) -> None:
    with pytest.raises(Refused, match=r"not associated with the cluster\. mine is not: associate it with main"):
        ground.service(capacityProviderStrategies=strategy("FARGATE", "mine"))
    service = ground.service(capacityProviderStrategies=strategy("FARGATE", "FARGATE_SPOT"))
    with pytest.raises(Refused, match="not associated with the cluster"):
        ground.aws.update(service, capacityProviderStrategies=strategy("mine"), forceNewDeployment=True)


def test_a_strategy_has_one_base_and_a_weight(ground: Ground) -> None:
    with pytest.raises(Refused, match="only one capacity provider in a strategy can have a base"):
        ground.service(capacityProviderStrategies=strategy("FARGATE", "FARGATE_SPOT", base=1))
    with pytest.raises(Refused, match="weight greater than 0"):
        ground.service(capacityProviderStrategies=strategy("FARGATE", weight=0))
    ground.service(capacityProviderStrategies=[*strategy("FARGATE", base=1), *strategy("FARGATE_SPOT", weight=0)])


def test_a_strategy_and_a_launch_type_exclude_each_other(ground: Ground) -> None:
    answer = ground.aws.check(
        SERVICE, {"cluster": "main", "launchType": "EC2", "capacityProviderStrategies": strategy("FARGATE")}
    )
    assert any("launchType" in str(problem) for problem in answer.problems)
    ground.service(launchType="EC2")


def test_awsvpc_wants_a_network_and_bridge_none(ground: Ground) -> None:
    with pytest.raises(Refused, match="Network Configuration must be provided"):
        ground.service(networkConfiguration=None)
    bridge = ground.task(networkMode="bridge", name="bridge")
    with pytest.raises(Refused, match="not valid for the given networkMode"):
        ground.service(bridge)
    ground.service(bridge, networkConfiguration=None)


def test_only_fargate_gives_tasks_a_public_address(ground: Ground) -> None:
    network = ground.network(assignPublicIp=True)
    with pytest.raises(Refused, match="Assign public IP is not supported"):
        ground.service(networkConfiguration=network, launchType="EC2")
    ground.service(networkConfiguration=network, capacityProviderStrategies=strategy("FARGATE"))


def test_a_target_group_has_to_hang_on_a_load_balancer(ground: Ground) -> None:
    group = ground.targets("web")
    balancers = [{"targetGroupArn": group.arn, "containerName": "web", "containerPort": 8080}]
    with pytest.raises(Refused, match="does not have an associated load balancer"):
        ground.service(loadBalancers=balancers)
    ground.rule(ground.listener(), group)
    ground.service(loadBalancers=balancers)


def test_a_target_group_of_instances_does_not_take_tasks_with_their_own_interface(ground: Ground) -> None:
    group = ground.targets("web", targetType="instance")
    ground.rule(ground.listener(), group)
    balancers = [{"targetGroupArn": group.arn, "containerName": "web", "containerPort": 8080}]
    with pytest.raises(Refused, match="target type instance, which is incompatible with the awsvpc"):
        ground.service(loadBalancers=balancers)
    ground.service(ground.task(networkMode="bridge"), networkConfiguration=None, loadBalancers=balancers)


def test_the_container_and_its_port_are_in_the_task(ground: Ground) -> None:
    group = ground.targets("web")
    ground.rule(ground.listener(), group)

    def service(name: str, port: int) -> None:
        ground.service(loadBalancers=[{"targetGroupArn": group.arn, "containerName": name, "containerPort": port}])

    with pytest.raises(Refused, match="container nginx does not exist in the task definition"):
        service("nginx", 8080)
    with pytest.raises(Refused, match="container web did not have a container port 80 defined"):
        service("web", 80)
    service("web", 8080)


def test_a_grace_period_is_for_services_behind_a_load_balancer(ground: Ground) -> None:
    with pytest.raises(Refused, match="Health check grace period is only valid"):
        ground.service(healthCheckGracePeriodSeconds=60)
    ground.service(**ground.blue_green(), healthCheckGracePeriodSeconds=60)


def test_blue_green_wants_a_second_group_a_rule_and_a_role(ground: Ground) -> None:
    right = ground.blue_green()
    [balancer] = right["loadBalancers"]
    ground.aws.delete(ground.service(**right))

    def wrong(message: str, **advanced: Any) -> None:
        changed = copy.deepcopy(balancer)
        changed["advancedConfiguration"] |= advanced
        with pytest.raises(Refused, match=message):
            ground.service(**{**right, "loadBalancers": [changed]})

    bare = {key: value for key, value in balancer.items() if key != "advancedConfiguration"}
    with pytest.raises(Refused, match="BLUE_GREEN needs an advanced configuration"):
        ground.service(**{**right, "loadBalancers": [bare]})
    wrong("alternate target group must be another one", alternateTargetGroupArn=balancer["targetGroupArn"])
    wrong("does not trust ecs.amazonaws.com", roleArn=ground.role.arn)
    wrong(
        "no ListenerRule",
        productionListenerRule=right["loadBalancers"][0]["advancedConfiguration"]["productionListenerRule"].replace(
            "listener-rule", "listener"
        ),
    )
    wrong("does not have an associated load balancer", alternateTargetGroupArn=ground.targets("loose").arn)
    with pytest.raises(Refused, match="does not go with ROLLING"):
        ground.service(**{**right, "deploymentConfiguration": {"strategy": "ROLLING"}})


def test_a_circuit_breaker_is_for_rolling_updates(ground: Ground) -> None:
    breaker = {"enable": True, "rollback": True}
    right = ground.blue_green()
    with pytest.raises(Refused, match="circuit breaker goes with ROLLING only, not with BLUE_GREEN"):
        ground.service(**right, deploymentCircuitBreaker=breaker)
    ground.service(deploymentCircuitBreaker=breaker)


def test_a_deployment_has_room_to_begin(ground: Ground) -> None:
    with pytest.raises(Refused, match="no deployment can begin"):
        ground.service(deploymentMinimumHealthyPercent=100, deploymentMaximumPercent=100)
    ground.service(deploymentMinimumHealthyPercent=0, deploymentMaximumPercent=100)


def test_the_alarms_of_a_deployment_exist(ground: Ground) -> None:
    with pytest.raises(Refused, match="no MetricAlarm or CompositeAlarm 'errors' exists"):
        ground.service(alarms={"enable": True, "rollback": True, "alarmNames": ["errors"]})
    ground.aws.make(
        ALARM, "errors", name="errors", namespace="n", metricName="m", statistic="Sum", period=60,
        comparisonOperator="GreaterThanThreshold", evaluationPeriods=1, threshold=1,
    )  # fmt: skip
    ground.service(alarms={"enable": True, "rollback": True, "alarmNames": ["errors"]})


def test_a_cluster_and_a_task_stay_as_long_as_a_service_is_there(ground: Ground) -> None:
    task = ground.task()
    service = ground.service(task)
    for needed in (ground.cluster, task):
        with pytest.raises(Refused, match="is still named by aws:ecs/service"):
            ground.aws.delete(needed)
    ground.aws.delete(service)
    ground.aws.delete(task)


def test_another_task_is_an_update_in_place_and_another_cluster_a_replacement(ground: Ground) -> None:
    service = ground.service()
    assert ground.aws.changes(service, taskDefinition="web:9", desiredCount=9) == {
        "taskDefinition": False,
        "desiredCount": False,
    }
    assert ground.aws.changes(service, cluster="other") == {"cluster": True}


def test_a_count_that_scaling_has_set_stays_until_the_program_asks_for_another(ground: Ground) -> None:
    service = ground.service()
    with ground.aws.store.operation() as store:
        store.edit(store.all(SERVICE)[0].serial, {"desiredCount": 7})
    assert ground.aws.update(service, tags={"a": "b"}).properties["desiredCount"] == 7
    assert ground.aws.update(service, desiredCount=3).properties["desiredCount"] == 3
