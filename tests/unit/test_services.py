"""What runs in the cluster: tasks, their rights, how a new version comes in, and how many tasks there are."""

import json
from typing import Any

import pytest

from tests.graph import Graph, Node

ACTION = "aws:appautoscaling/scheduledAction:ScheduledAction"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
CAPACITY = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
GROUP = "aws:lb/targetGroup:TargetGroup"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
POLICY = "aws:appautoscaling/policy:Policy"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
RULE = "aws:lb/listenerRule:ListenerRule"
SECRET = "aws:secretsmanager/secret:Secret"
SERVICE = "aws:ecs/service:Service"
TARGET = "aws:appautoscaling/target:Target"
TASK = "aws:ecs/taskDefinition:TaskDefinition"

SERVICES = ["scheduler", "web", "worker"]
SCALED = ["web", "worker"]
ACCOUNT, REGION = "333333333333", "eu-central-1"


def key(node: Node) -> str:
    """The service in a logical name: compute-service-web."""
    return node.name.rpartition("-")[2]


def service(graph: Graph, name: str) -> Node:
    return graph.one(SERVICE, f"compute-service-{name}")


def task(graph: Graph, name: str) -> Node:
    return graph.one(TASK, f"compute-task-{name}")


def container(node: Node) -> dict[str, Any]:
    [found] = json.loads(node.value("containerDefinitions"))
    return found


def environment(node: Node) -> dict[str, str]:
    return {item["name"]: item["value"] for item in container(node)["environment"]}


def statements(graph: Graph, role: str) -> dict[str, dict[str, Any]]:
    policy = graph.one(ROLE_POLICY, role)
    return {one["Sid"]: one for one in _list(json.loads(policy.value("policy"))["Statement"])}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


# --- tasks


@pytest.mark.req("C4")
def test_there_is_a_service_of_each_kind_and_each_runs_its_own_task(prod: Graph) -> None:
    found = prod.some(SERVICE)
    assert sorted(map(key, found)) == SERVICES
    for node in found:
        assert prod.reference(node, "taskDefinition") == task(prod, key(node))
        assert prod.reference(node, "cluster").type == "aws:ecs/cluster:Cluster"


@pytest.mark.req("C4")
def test_tasks_are_confined(graph: Graph) -> None:
    for node in graph.some(TASK):
        found = container(node)
        assert found["privileged"] is False
        assert found["readonlyRootFilesystem"] is True
        assert found["user"].partition(":")[0] not in ("0", "root", "")
        assert found["linuxParameters"]["capabilities"]["drop"] == ["ALL"]
        assert node.value("networkMode") == "awsvpc"
        assert not node.has("pidMode")


@pytest.mark.req("C4")
def test_a_container_gets_all_of_its_task(graph: Graph) -> None:
    for node in graph.some(TASK):
        found = container(node)
        assert (str(found["cpu"]), str(found["memory"])) == (node.value("cpu"), node.value("memory"))
        assert found["name"] == node.name.removeprefix("compute-task-")


def test_services_run_the_image_of_the_settings_and_prod_s_is_pinned(prod: Graph) -> None:
    for node in prod.some(TASK):
        assert "@sha256:" in container(node)["image"]


def test_a_family_is_the_stack_s_own(graph: Graph) -> None:
    for node in graph.some(TASK):
        assert node.value("family") == f"erp-{graph.stack}-{node.name.removeprefix('compute-task-')}"


def test_each_task_writes_to_a_log_group_of_its_own_that_is_encrypted_and_kept(prod: Graph) -> None:
    groups = set[str]()
    for node in prod.some(TASK):
        options = container(node)["logConfiguration"]["options"]
        [group] = [one for one in prod.references(node, "containerDefinitions") if one.type == LOG_GROUP]
        assert options["awslogs-group"] == f"{group.name}-1a2b3c4"
        assert options["mode"] == "non-blocking"
        assert group.value("retentionInDays") >= 365
        assert prod.reference(group, "kmsKeyId").name.endswith("-logs")
        groups.add(group.name)
    assert len(groups) == len(prod.some(TASK))


@pytest.mark.req("S3")
def test_directories_are_mounted_by_access_point_over_tls_and_by_role(prod: Graph) -> None:
    for name in SCALED:
        node = task(prod, name)
        volumes = {volume["name"]: volume["efsVolumeConfiguration"] for volume in node.value("volumes")}
        assert sorted(volumes) == ["reports", "uploads"]
        points = {one.name.rpartition("-")[2] for one in prod.references(node, "volumes") if "accessPoint" in one.type}
        assert points == set(volumes)
        targets = [one for one in prod.references(node, "volumes") if "mountTarget" in one.type]
        assert len(targets) == 3, "a task that starts before cannot mount, one that outlives them hangs"
        for volume in volumes.values():
            assert volume["transitEncryption"] == "ENABLED"
            assert volume["authorizationConfig"]["iam"] == "ENABLED"
        mounted = {mount["sourceVolume"]: mount["containerPath"] for mount in container(node)["mountPoints"]}
        assert mounted == {"reports": "/mnt/reports", "uploads": "/mnt/uploads"}
        assert environment(node)["ERP_UPLOADS_DIR"] == "/mnt/uploads"


# --- rights


@pytest.mark.req("T4")
def test_a_task_s_two_roles_trust_tasks_of_this_account_alone_and_are_bounded(prod: Graph) -> None:
    for node in prod.some(TASK):
        for property_ in ("executionRoleArn", "taskRoleArn"):
            role = prod.reference(node, property_)
            [trust] = _list(json.loads(role.value("assumeRolePolicy"))["Statement"])
            assert trust["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
            assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}
            assert prod.references(role, "permissionsBoundary"), "a role without the boundary"
        assert prod.reference(node, "executionRoleArn") != prod.reference(node, "taskRoleArn")


@pytest.mark.req("T4")
def test_rights_follow_from_what_a_service_uses(prod: Graph) -> None:
    web = statements(prod, "compute-task-role-permissions-web")
    worker = statements(prod, "compute-task-role-permissions-worker")
    assert {"UsesAssets", "UsesDocuments"} <= web.keys()
    assert "UsesArchives" not in web
    assert {"UsesArchives", "UsesDocuments", "PublishesItsMetrics"} <= worker.keys()
    assert "UsesAssets" not in worker
    assert web["UsesAssets"]["Action"] == "s3:GetObject"
    migrate = statements(prod, "compute-task-role-permissions-migrate")
    assert migrate.keys() == {"ConnectsToDatabase", "ReadsConnectionDocuments"}
    for found, roles in ((web, ("erp_app", "erp_reader")), (migrate, ("erp_migrator",))):
        assert {arn.rpartition("/")[2] for arn in _list(found["ConnectsToDatabase"]["Resource"])} == set(roles)


@pytest.mark.req("T4")
def test_no_role_of_a_task_may_change_anything_on_all_resources(prod: Graph) -> None:
    kinds = ("task-role", "execution-role", "shift-role")
    found = [node for kind in kinds for node in prod.some(ROLE_POLICY, name=f"compute-{kind}-*")]
    for node in found:
        for one in _list(json.loads(node.value("policy"))["Statement"]):
            if one["Resource"] == "*":
                reads = ("Describe", "GetAuthorizationToken", "Discover")
                tied = one.get("Condition", {}).get("StringEquals", {})
                assert all(action.partition(":")[2].startswith(reads) for action in _list(one["Action"])) or tied, one


def test_a_container_is_told_where_to_find_what_it_uses_and_no_secret(prod: Graph) -> None:
    for name in SERVICES:
        found = environment(task(prod, name))
        assert found["ERP_ENVIRONMENT"] == "prod"
        assert not [variable for variable in found if "PASSWORD" in variable or "SECRET" in variable]
    assert environment(task(prod, "web"))["ERP_ASSETS_BUCKET"]
    assert "ERP_ASSETS_BUCKET" not in environment(task(prod, "worker"))
    assert environment(task(prod, "web"))["PORT"] == "8080"
    assert environment(task(prod, "scheduler"))["ERP_METRICS_NAMESPACE"] == "ERP/prod"


# --- how a new version comes in


@pytest.mark.req("P6", "C4")
def test_the_web_service_is_deployed_blue_green_by_ecs_itself(prod: Graph) -> None:
    web = service(prod, "web")
    assert web.value("deploymentConfiguration") == {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": "15"}
    assert not web.has("deploymentController"), "CodeDeploy would make task and target groups unchangeable from here"
    assert not web.has("deploymentCircuitBreaker"), "it goes with rolling updates only"
    [balancer] = web.value("loadBalancers")
    assert (balancer["containerName"], balancer["containerPort"]) == ("web", 8080)
    names = {node.name for node in prod.references(web, "loadBalancers")}
    assert names == {
        "compute-rule-web",
        "compute-shift-role-web",
        "compute-target-web-blue",
        "compute-target-web-green",
        "compute-test-rule-web",
    }


@pytest.mark.req("P6")
def test_what_ecs_and_scaling_write_is_left_to_them(graph: Graph) -> None:
    for rule in graph.some(RULE):
        assert list(rule.options.ignore_changes) == ["actions"], "an update would move traffic to the empty colour"
    for name in SCALED:
        assert list(service(graph, name).options.ignore_changes) == ["desiredCount"]
    assert list(service(graph, "scheduler").options.ignore_changes) == [], "nobody else counts the one scheduler"
    for target in graph.some(TARGET):
        assert list(target.options.ignore_changes) == ["minCapacity", "maxCapacity"], "an update would end the night"


def test_requests_with_the_test_header_are_looked_at_first(prod: Graph) -> None:
    production, test = prod.one(RULE, "compute-rule-web"), prod.one(RULE, "compute-test-rule-web")
    assert test.value("priority") < production.value("priority")
    assert production.value("conditions") == [{"pathPattern": {"values": ["/*"]}}]
    [condition] = test.value("conditions")
    assert condition["httpHeader"] == {"httpHeaderName": "x-erp-deployment", "values": ["test"]}
    for rule in (production, test):
        [action] = rule.value("actions")
        assert [one["weight"] for one in action["forward"]["targetGroups"]] == [100, 0]


@pytest.mark.req("C3")
def test_both_colours_take_requests_on_the_tasks_port_and_are_asked_how_they_are(prod: Graph) -> None:
    found = prod.some(GROUP)
    assert sorted(map(key, found)) == ["blue", "green"]
    for node in found:
        assert (node.value("port"), node.value("targetType")) == (8080, "ip")
        assert node.value("healthCheck.path") == "/healthz"
        assert not node.has("name"), "a fixed name could not be replaced"
        assert len(node.name) <= 24


@pytest.mark.req("P6")
def test_workers_come_in_task_by_task_and_the_scheduler_never_runs_twice(prod: Graph) -> None:
    for name, bounds in (("worker", (50, 200)), ("scheduler", (0, 100))):
        node = service(prod, name)
        assert node.value("deploymentConfiguration.strategy") == "ROLLING"
        assert node.value("deploymentCircuitBreaker") == {"enable": True, "rollback": True}
        found = (node.value("deploymentMinimumHealthyPercent"), node.value("deploymentMaximumPercent"))
        assert found == bounds
    assert service(prod, "scheduler").value("desiredCount") == 1
    assert prod.all(TARGET, name="*scheduler*") == [], "the scheduler must not scale"


@pytest.mark.req("P6")
def test_alarms_roll_a_deployment_back(graph: Graph) -> None:
    expected = {"web": ["errors", "latency", "unhealthy"], "worker": ["errors"], "scheduler": ["errors"]}
    for name, kinds in expected.items():
        node = service(graph, name)
        assert node.value("alarms.enable") is True
        assert node.value("alarms.rollback") is True
        watching = graph.references(node, "alarms")
        assert sorted(alarm.name for alarm in watching) == [f"compute-alarm-{name}-{kind}" for kind in kinds]
        assert {alarm.type for alarm in watching} == {ALARM}


@pytest.mark.req("P6")
def test_the_web_alarms_watch_both_colours(prod: Graph) -> None:
    unhealthy = prod.one(ALARM, "compute-alarm-web-unhealthy")
    groups = {node.name for node in prod.references(unhealthy, "metricQueries") if node.type == GROUP}
    assert groups == {"compute-target-web-blue", "compute-target-web-green"}
    for name in ("errors", "latency"):
        alarm = prod.one(ALARM, f"compute-alarm-web-{name}")
        text = json.dumps(alarm.inputs["metricQueries" if name == "errors" else "dimensions"])
        assert "LoadBalancer" in text
        assert "TargetGroup" not in text, "the colour with the traffic changes with every deployment"


@pytest.mark.req("P6")
def test_errors_of_workers_are_counted_out_of_their_log(prod: Graph) -> None:
    for name in ("worker", "scheduler"):
        counted, alarm = prod.one(FILTER, f"*{name}"), prod.one(ALARM, f"compute-alarm-{name}-errors")
        assert prod.reference(counted, "logGroupName").name == f"compute-log-group-{name}"
        assert counted.value("metricTransformation.namespace") == alarm.value("namespace") == "ERP/prod"
        assert counted.value("metricTransformation.name") == alarm.value("metricName")


@pytest.mark.req("C4")
def test_a_service_goes_before_what_it_works_with(prod: Graph) -> None:
    for name in SERVICES:
        node = service(prod, name)
        assert prod.waits_for(node, prod.one(CAPACITY))
        for role in ("execution-role", "task-role"):
            policy = prod.one(ROLE_POLICY, f"compute-{role}-permissions-{name}")
            assert prod.waits_for(node, policy), "without its policy the service would drain for ever"
    web = service(prod, "web")
    for needed in (*prod.some(RULE), prod.one(ROLE_POLICY, "compute-shift-role-permissions-web")):
        assert prod.waits_for(web, needed)


def test_nobody_gets_a_shell_in_a_container(graph: Graph) -> None:
    for node in graph.some(SERVICE):
        assert node.value("enableExecuteCommand") is False


def test_tasks_are_private_and_lie_in_every_zone_of_the_app_tier(prod: Graph) -> None:
    for node in prod.some(SERVICE):
        assert node.value("networkConfiguration.assignPublicIp") is False
        subnets = [one.name for one in prod.references(node, "networkConfiguration") if "subnet" in one.name]
        assert sorted(subnets) == [f"network-subnet-app-{zone}" for zone in "abc"]
        assert node.value("orderedPlacementStrategies")[0] == {
            "type": "spread",
            "field": "attribute:ecs.availability-zone",
        }


# --- capacity and scaling


@pytest.mark.req("G2")
def test_a_base_stays_on_demand_and_the_scheduler_never_runs_on_spot(prod: Graph) -> None:
    shares: dict[str, list[tuple[int, int]]] = {
        name: [(item["base"], item["weight"]) for item in service(prod, name).value("capacityProviderStrategies")]
        for name in SERVICES
    }
    assert shares == {"web": [(2, 100), (0, 0)], "worker": [(1, 25), (0, 75)], "scheduler": [(1, 100), (0, 0)]}
    for node in prod.some(SERVICE):
        assert not node.has("launchType"), "a launch type would leave the providers' groups unscaled"
        assert node.value("forceNewDeployment") is True, "AWS takes another strategy only with a new deployment"


@pytest.mark.req("H1")
def test_services_follow_load_between_their_bounds(prod: Graph) -> None:
    bounds = {key(node): (node.value("minCapacity"), node.value("maxCapacity")) for node in prod.some(TARGET)}
    assert bounds == {"web": (3, 6), "worker": (2, 4)}
    follows = {
        name: sorted(node.name.rpartition("-")[2] for node in prod.some(POLICY, name=f"compute-follow-{name}-*"))
        for name in SCALED
    }
    assert follows == {"web": ["cpu", "memory", "requests"], "worker": ["cpu", "memory", "queue"]}
    for node in prod.some(POLICY):
        tracking = node.value("targetTrackingScalingPolicyConfiguration")
        assert node.value("policyType") == "TargetTrackingScaling"
        assert tracking["scaleInCooldown"] > tracking["scaleOutCooldown"]
        assert prod.references(node, "resourceId")[0].type == TARGET


@pytest.mark.req("H1")
@pytest.mark.parametrize(("name", "metric"), [("web-requests", "RequestCount"), ("worker-queue", "QueueDepth")])
def test_load_is_divided_by_the_tasks_that_run(prod: Graph, name: str, metric: str) -> None:
    tracking = prod.one(POLICY, f"compute-follow-{name}").value("targetTrackingScalingPolicyConfiguration")
    load, tasks, each = tracking["customizedMetricSpecification"]["metrics"]
    assert load["metricStat"]["metric"]["metricName"] == metric
    assert tasks["metricStat"]["metric"]["metricName"] == "RunningTaskCount"
    assert (load["returnData"], tasks["returnData"], each["returnData"]) == (False, False, True)
    assert each["expression"].startswith("load /")
    assert "TargetGroup" not in json.dumps(tracking), "a target group loses its traffic with the next deployment"


@pytest.mark.req("G1")
def test_fewer_tasks_run_by_night_and_the_day_begins_on_working_days(prod: Graph) -> None:
    schedules = {node.name: node for node in prod.some(ACTION)}
    assert sorted(schedules) == [f"compute-{when}-{name}" for when in ("evening", "morning") for name in SCALED]
    for name in SCALED:
        evening, morning = schedules[f"compute-evening-{name}"], schedules[f"compute-morning-{name}"]
        assert evening.value("schedule") == "cron(0 21 * * ? *)"
        assert morning.value("schedule") == "cron(0 6 ? * MON-FRI *)"
        assert evening.value("timezone") == "Europe/Berlin"
        by_day, by_night = morning.value("scalableTargetAction"), evening.value("scalableTargetAction")
        assert by_night["minCapacity"] < by_day["minCapacity"]
        target = prod.one(TARGET, f"*{name}")
        assert by_day == {"minCapacity": target.value("minCapacity"), "maxCapacity": target.value("maxCapacity")}


@pytest.mark.req("G1")
@pytest.mark.parametrize("stack", ["dev", "staging"])
def test_nothing_runs_by_night_outside_prod(stack: str, dev: Graph, staging: Graph) -> None:
    graph = {"dev": dev, "staging": staging}[stack]
    for node in graph.some(ACTION, name="*-evening-*"):
        assert node.value("scalableTargetAction") == {"minCapacity": 0, "maxCapacity": 0}


# --- one-off tasks


@pytest.mark.req("P5")
def test_the_migration_runs_the_services_image_and_no_service_keeps_it_running(prod: Graph) -> None:
    migrate = task(prod, "migrate")
    assert container(migrate)["image"] == container(task(prod, "web"))["image"]
    assert container(migrate)["command"] == ["erp", "migrate"]
    assert "healthCheck" not in container(migrate), "it ends by itself"
    assert [node.name for node in prod.some(SERVICE) if migrate in prod.references(node, "taskDefinition")] == []
    assert prod.outputs["one_off_task_arns"]["migrate"] == migrate.arn


@pytest.mark.req("P5", "T4")
def test_roles_are_granted_in_each_shard_by_a_task_that_reads_its_administrator_s_secret(prod: Graph) -> None:
    found = prod.some(TASK, name="compute-task-grants-*")
    shards = {node.name.removeprefix("database-admin-") for node in prod.some(SECRET, name="database-admin-*")}
    assert {key(node) for node in found} == shards
    for node in found:
        one = container(node)
        assert sorted(item["name"] for item in one["secrets"]) == ["PGHOST", "PGPASSWORD", "PGUSER"]
        assert all(item["valueFrom"].endswith("::") for item in one["secrets"])
        assert "psql" in one["command"][-1]
        assert environment(node)["PGSSLMODE"] == "verify-full"
        [secret] = [other for other in prod.references(node, "containerDefinitions") if other.type == SECRET]
        assert secret.name == f"database-admin-{key(node)}"
        rights = statements(prod, f"compute-execution-role-permissions-grants-{key(node)}")
        assert rights["ReadsItsSecrets"]["Action"] == "secretsmanager:GetSecretValue"
        assert rights["DecryptsItsSecrets"]["Condition"]["StringEquals"]["kms:ViaService"].startswith("secretsmanager.")
        assert prod.all(ROLE_POLICY, name=f"compute-task-role-permissions-grants-{key(node)}") == [], (
            "its code needs none"
        )
