"""What tasks run on: the cluster, how hosts are made and who they are, the groups, and what sizes them."""

import base64
import json
from itertools import pairwise
from typing import Any

import pytest

from tests.graph import Graph, Node

CLUSTER = "aws:ecs/cluster:Cluster"
GROUP = "aws:autoscaling/group:Group"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
PROFILE = "aws:iam/instanceProfile:InstanceProfile"
PROVIDER = "aws:ecs/capacityProvider:CapacityProvider"
PROVIDERS = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
SCHEDULE = "aws:autoscaling/schedule:Schedule"
SUBNET = "aws:ec2/subnet:Subnet"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
KEY = "aws:kms/key:Key"

KINDS = ("on-demand", "spot")
KEPT = "OldestLaunchTemplate"


def group(graph: Graph, kind: str) -> Node:
    return graph.one(GROUP, f"compute-hosts-{kind}")


def template(graph: Graph, kind: str) -> Node:
    return graph.one(TEMPLATE, f"compute-launch-template-{kind}")


def provider(graph: Graph, kind: str) -> Node:
    return graph.one(PROVIDER, f"compute-provider-{kind}")


def agent(node: Node) -> dict[str, str]:
    """The agent's settings as a host writes them at its first start."""
    script = base64.b64decode(node.value("userData")).decode()
    lines = script.partition("<<'SETTINGS'\n")[2].removesuffix("SETTINGS\n").splitlines()
    assert lines, script
    return dict(line.split("=", 1) for line in lines)


def statements(graph: Graph) -> dict[str, dict[str, Any]]:
    found = json.loads(graph.one(ROLE_POLICY, "compute-host-role-permissions").value("policy"))["Statement"]
    return {statement["Sid"]: statement for statement in found}


# --- the cluster


@pytest.mark.req("C4")
def test_the_cluster_measures_its_tasks_and_keeps_what_is_typed_in_them_encrypted(graph: Graph) -> None:
    cluster = graph.one(CLUSTER)
    assert cluster.value("settings") == [{"name": "containerInsights", "value": "enhanced"}]
    shells = cluster.value("configuration.executeCommandConfiguration")
    assert shells["logging"] == "OVERRIDE", "by default nothing is logged in a group of our own"
    assert shells["logConfiguration"]["cloudWatchEncryptionEnabled"] is True
    logs = graph.one(LOG_GROUP, "compute-exec-logs")
    assert logs in graph.references(cluster, "configuration")
    key = graph.one(KEY, "encryption-key-logs")
    assert graph.reference(logs, "kmsKeyId") == key
    assert key in graph.references(cluster, "configuration")


def test_the_cluster_is_named_by_the_autonamer(graph: Graph) -> None:
    assert not graph.one(CLUSTER).has("name"), "a second cluster could not stand beside it"


# --- how hosts are made


@pytest.mark.req("C1")
def test_prod_runs_on_t3_xlarge(prod: Graph) -> None:
    assert template(prod, "on-demand").value("instanceType") == "t3.xlarge"


@pytest.mark.req("C1")
@pytest.mark.parametrize("kind", KINDS)
def test_a_host_hands_its_role_to_nobody(kind: str, graph: Graph) -> None:
    options = template(graph, kind).value("metadataOptions")
    assert options["httpTokens"] == "required", (
        "without a token any request that a container can be made to send will do"
    )
    assert options["httpPutResponseHopLimit"] == 1, "a second hop reaches into containers behind a bridge"
    assert agent(template(graph, kind))["ECS_AWSVPC_BLOCK_IMDS"] == "true", (
        "tasks with an interface of their own get around the hops"
    )


@pytest.mark.req("C1", "T1")
@pytest.mark.parametrize("kind", KINDS)
def test_a_host_s_disk_is_encrypted_under_the_key_of_data(kind: str, graph: Graph) -> None:
    node = template(graph, kind)
    (disk,) = node.value("blockDeviceMappings")
    assert disk["deviceName"] == "/dev/xvda", "another name adds a second disk and leaves the first as the image has it"
    assert disk["ebs"]["encrypted"] == "true"
    assert disk["ebs"]["volumeType"] == "gp3"
    assert graph.reference(node, "blockDeviceMappings") == graph.one(KEY, "encryption-key-data")


@pytest.mark.parametrize("kind", KINDS)
def test_the_image_is_looked_up_when_a_host_starts_and_never_in_a_preview(kind: str, graph: Graph) -> None:
    image = template(graph, kind).value("imageId")
    assert image == "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_gets_in_with_a_key_or_from_outside(kind: str, graph: Graph) -> None:
    node = template(graph, kind)
    assert not node.has("keyName")
    assert not node.has("networkInterfaces"), "interfaces of its own could ask for public addresses"
    assert [found.name for found in graph.references(node, "vpcSecurityGroupIds")] == ["network-group-app"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_host_joins_the_cluster_by_the_name_that_the_cluster_gives(kind: str, graph: Graph) -> None:
    node, cluster = template(graph, kind), graph.one(CLUSTER)
    assert agent(node)["ECS_CLUSTER"] == "compute-cluster-1a2b3c4"
    assert cluster in graph.references(node, "userData"), "the cluster would be deleted while its hosts still run"


@pytest.mark.parametrize(("stack", "reserved"), [("prod", "819"), ("staging", "409"), ("dev", "409")])
def test_a_host_keeps_memory_for_itself_by_its_size(
    stack: str, reserved: str, dev: Graph, staging: Graph, prod: Graph
) -> None:
    graph = {"dev": dev, "staging": staging, "prod": prod}[stack]
    assert {agent(template(graph, kind))["ECS_RESERVED_MEMORY"] for kind in KINDS} == {reserved}


def test_containers_end_before_a_spot_host_is_taken(graph: Graph) -> None:
    settings = agent(template(graph, "spot"))
    assert settings["ECS_ENABLE_SPOT_INSTANCE_DRAINING"] == "true"
    assert int(settings["ECS_CONTAINER_STOP_TIMEOUT"].removesuffix("s")) < 120


def test_credits_are_set_where_all_types_earn_them(graph: Graph) -> None:
    chosen = {"prod": "unlimited", "staging": "unlimited", "dev": "standard"}[graph.stack]
    assert template(graph, "on-demand").value("creditSpecification.cpuCredits") == chosen
    assert not template(graph, "spot").has("creditSpecification"), "an m5 has no credits to speak of"


@pytest.mark.parametrize("kind", KINDS)
def test_disks_and_interfaces_carry_the_tags_that_the_provider_does_not_hand_on(kind: str, graph: Graph) -> None:
    node = template(graph, kind)
    tagged = {one["resourceType"]: one["tags"] for one in node.value("tagSpecifications")}
    assert tagged.keys() == {"volume", "network-interface"}
    for tags in tagged.values():
        assert {"Project", "Environment", "CostCenter", "ManagedBy", "Component", "DataClass"} <= tags.keys()
        assert tags["Environment"] == graph.stack


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_template_is_used_from_then_on(kind: str, graph: Graph) -> None:
    assert template(graph, kind).value("updateDefaultVersion") is True
    assert template(graph, kind) in graph.references(group(graph, kind), TEMPLATE_PROPERTY[kind])


TEMPLATE_PROPERTY = {"on-demand": "launchTemplate", "spot": "mixedInstancesPolicy"}


# --- who hosts are


@pytest.mark.req("T4")
def test_hosts_register_with_their_own_cluster_only(prod: Graph) -> None:
    held = statements(prod)
    cluster = prod.one(CLUSTER)
    arn = f"arn:mock:{CLUSTER}:{cluster.name}"
    assert held["RegistersWithCluster"]["Resource"] == arn
    assert held["ReportsToCluster"]["Condition"] == {"ArnEquals": {"ecs:cluster": arn}}
    actions = {
        action
        for one in held.values()
        for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
    }
    assert "ecs:CreateCluster" not in actions
    for reads_data in ("ssm:GetParameter", "ssm:GetParameters", "ecr:BatchGetImage", "s3:GetObject", "kms:Decrypt"):
        assert reads_data not in actions, "that is a task's to do, with its own role"


def test_ec2_alone_hands_the_role_out_and_hosts_take_nothing_more(prod: Graph) -> None:
    role = prod.one(ROLE, "compute-host-role")
    (trust,) = json.loads(role.value("assumeRolePolicy"))["Statement"]
    assert trust["Principal"] == {"Service": "ec2.amazonaws.com"}
    assert prod.reference(prod.one(PROFILE), "role") == role
    for kind in KINDS:
        assert prod.reference(template(prod, kind), "iamInstanceProfile") == prod.one(PROFILE)


# --- the groups


@pytest.mark.req("C2", "E3")
@pytest.mark.parametrize("kind", KINDS)
def test_hosts_lie_over_all_zones_of_the_app_tier(kind: str, prod: Graph) -> None:
    subnets = prod.references(group(prod, kind), "vpcZoneIdentifiers")
    assert [found.name for found in subnets] == [f"network-subnet-app-{zone}" for zone in "abc"]


@pytest.mark.req("C2", "G2")
def test_spot_hosts_come_from_several_pools_of_one_size_and_none_is_on_demand(graph: Graph) -> None:
    policy = group(graph, "spot").value("mixedInstancesPolicy")
    spread = policy["instancesDistribution"]
    assert (spread["onDemandBaseCapacity"], spread["onDemandPercentageAboveBaseCapacity"]) == (0, 0)
    assert spread["spotAllocationStrategy"] == "price-capacity-optimized"
    types = [override["instanceType"] for override in policy["launchTemplate"]["overrides"]]
    assert len(types) == 5
    size = template(graph, "on-demand").value("instanceType").partition(".")[2]
    assert {name.partition(".")[2] for name in types} == {size}, "ECS counts with the smallest type of a group"
    assert group(graph, "spot").value("capacityRebalance") is True


@pytest.mark.req("C2")
@pytest.mark.parametrize("kind", KINDS)
def test_ecs_and_schedules_size_the_groups_and_the_program_does_not_write_back(kind: str, graph: Graph) -> None:
    node = group(graph, kind)
    assert sorted(node.options.ignore_changes) == ["desiredCapacity", "minSize"]
    assert not node.has("desiredCapacity")
    assert node.value("maxSize") > 0, "ECS takes no group that may have no host"


@pytest.mark.parametrize("kind", KINDS)
def test_hosts_and_their_tag_for_ecs_carry_over_to_each_instance(kind: str, graph: Graph) -> None:
    tags = {one["key"]: one for one in group(graph, kind).value("tags")}
    assert tags["AmazonECSManaged"] == {"key": "AmazonECSManaged", "value": "true", "propagateAtLaunch": True}
    assert {"Project", "Environment", "CostCenter", "ManagedBy", "Component", "DataClass", "Name"} <= tags.keys()
    assert all(one["propagateAtLaunch"] for one in tags.values())


@pytest.mark.req("G1")
@pytest.mark.parametrize("kind", KINDS)
def test_a_new_template_or_an_old_age_replaces_hosts_and_new_ones_come_first(kind: str, prod: Graph) -> None:
    node = group(prod, kind)
    assert node.value("maxInstanceLifetime") == 14 * 86400
    refresh = node.value("instanceRefresh")
    assert refresh["strategy"] == "Rolling"
    assert refresh["preferences"]["minHealthyPercentage"] == 100
    assert refresh["preferences"]["scaleInProtectedInstances"] == "Refresh", (
        "by default protected hosts stay as they are"
    )
    assert refresh["preferences"]["autoRollback"] is False, "AWS refuses it where the image is a parameter"
    assert node.value("terminationPolicies")[0] == KEPT


@pytest.mark.parametrize("kind", KINDS)
def test_only_prod_protects_hosts_that_run_tasks_and_drains_before_it_deletes(kind: str, graph: Graph) -> None:
    protects = graph.stack == "prod"
    assert group(graph, kind).value("protectFromScaleIn") is protects
    assert group(graph, kind).value("forceDelete") is not protects, "a destroy outside prod must not wait for hosts"
    switch = provider(graph, kind).value("autoScalingGroupProvider.managedTerminationProtection")
    assert switch == ("ENABLED" if protects else "DISABLED")


@pytest.mark.parametrize("kind", KINDS)
def test_hosts_are_started_by_the_role_that_the_key_of_their_disks_lets_in(kind: str, graph: Graph) -> None:
    role = graph.reference(group(graph, kind), "serviceLinkedRoleArn")
    assert role.name == "access-hosts-role"
    assert role in graph.references(graph.one(KEY, "encryption-key-data"), "policy")


def test_a_host_that_cannot_start_is_noticed_and_missing_spot_capacity_is_waited_for_by_nobody(graph: Graph) -> None:
    assert group(graph, "on-demand").value("waitForCapacityTimeout") == "10m"
    assert group(graph, "spot").value("waitForCapacityTimeout") == "0"


def test_there_is_no_warm_pool_unless_it_is_asked_for(graph: Graph) -> None:
    for kind in KINDS:
        assert not group(graph, kind).has("warmPool")


# --- what sizes them


@pytest.mark.req("C2", "H1")
@pytest.mark.parametrize("kind", KINDS)
def test_ecs_sizes_each_group_by_the_tasks_that_are_asked_for(kind: str, graph: Graph) -> None:
    node = provider(graph, kind)
    assert graph.reference(node, "autoScalingGroupProvider") == group(graph, kind)
    settings = node.value("autoScalingGroupProvider")
    assert settings["managedScaling"]["status"] == "ENABLED"
    assert settings["managedDraining"] == "ENABLED", "tasks move before their host goes"
    assert not node.has("cluster"), "AWS refuses it for a provider over a group"
    assert not node.name.startswith(("aws", "ecs", "fargate")), "AWS refuses names that begin so"


@pytest.mark.req("H1", "G2")
def test_a_base_of_tasks_stays_on_demand_and_most_of_the_rest_goes_to_spot(prod: Graph) -> None:
    node = prod.one(PROVIDERS)
    assert prod.reference(node, "clusterName") == prod.one(CLUSTER)
    base, rest = node.value("defaultCapacityProviderStrategies")
    assert (base["base"], base["weight"]) == (3, 1)
    assert "base" not in rest, "only one provider of a strategy may have a base"
    assert rest["weight"] == 2
    assert (base["capacityProvider"], rest["capacityProvider"]) == tuple(
        f"compute-provider-{kind}-1a2b3c4" for kind in KINDS
    )


@pytest.mark.req("G1")
def test_the_floor_follows_the_hours_of_schools(graph: Graph) -> None:
    floors = {"prod": (6, 3), "staging": (3, 0), "dev": (1, 0)}[graph.stack]
    for role, floor in zip(("busy", "quiet"), floors, strict=True):
        node = graph.one(SCHEDULE, f"compute-hours-{role}")
        assert graph.reference(node, "autoscalingGroupName") == group(graph, "on-demand")
        assert node.value("minSize") == floor
        assert (node.value("maxSize"), node.value("desiredCapacity")) == (-1, -1), "left out, they would be 0"
        assert node.value("timeZone") == "Europe/Berlin"
    assert graph.one(SCHEDULE, "compute-hours-quiet").value("recurrence").endswith("MON-FRI")


# --- order


@pytest.mark.parametrize("kind", KINDS)
def test_hosts_start_after_their_rights_and_their_way_out_and_go_before_them(kind: str, graph: Graph) -> None:
    node = group(graph, kind)
    assert graph.waits_for(node, graph.one(ROLE_POLICY, "compute-host-role-permissions"))
    for way_out in ("aws:ec2/natGateway:NatGateway", "aws:ec2/vpcEndpoint:VpcEndpoint"):
        for found in graph.some(way_out, under="network"):
            assert graph.waits_for(node, found), f"{node} would lose {found} while its hosts still report"


@pytest.mark.parametrize("kind", KINDS)
def test_deletion_goes_from_the_cluster_s_list_to_the_cluster(kind: str, graph: Graph) -> None:
    chain = [graph.one(PROVIDERS), provider(graph, kind), group(graph, kind), template(graph, kind), graph.one(CLUSTER)]
    for later, earlier in pairwise(chain):
        assert graph.waits_for(later, earlier), f"{later} has to go before {earlier}"
