"""Hosts in the offline cloud: versions of templates, groups, schedules, and the providers of a cluster."""

from typing import Any

import pytest

from sandbox.operations import Refused
from tests.sandbox.hosts import HOSTS, IMAGE, PROFILE, PROVIDERS, SCHEDULE, TEMPLATE, Ground, disk, open_key_policy
from tests.sandbox.offline import (
    ACCOUNT,
    GROUP,
    KEY,
    LOG_GROUP,
    PRIMARY,
    RECOVERY,
    REPLICA,
    ROLE,
    SUBNET,
    VPC,
    Caller,
    Made,
    Offline,
    key_policy,
    trust_policy,
)


@pytest.fixture
def ground(aws: Caller) -> Ground:
    return Ground(aws)


# --- launch templates


def test_each_change_of_what_is_launched_makes_a_version(ground: Ground) -> None:
    made = ground.template()
    assert (made.properties["latestVersion"], made.properties["defaultVersion"]) == (1, 1)
    assert made.id.startswith("lt-0")
    assert made.arn == f"arn:aws:ec2:{PRIMARY}:{ACCOUNT}:launch-template/{made.id}"
    larger = ground.aws.update(made, instanceType="t3.2xlarge")
    assert (larger.properties["latestVersion"], larger.properties["defaultVersion"]) == (2, 1)
    used = ground.aws.update(larger, instanceType="t3.large", updateDefaultVersion=True)
    assert (used.properties["latestVersion"], used.properties["defaultVersion"]) == (3, 3)
    named = ground.aws.update(used, tags={"Name": "hosts"})
    assert named.properties["latestVersion"] == 3, "tags belong to no version"
    assert ground.aws.update(named, updateDefaultVersion=None, defaultVersion=2).properties["defaultVersion"] == 2


def test_two_templates_of_one_name_do_not_stand_side_by_side(ground: Ground) -> None:
    ground.aws.make(TEMPLATE, "a", name="hosts", imageId=IMAGE)
    with pytest.raises(Refused, match="'hosts' is taken"):
        ground.aws.make(TEMPLATE, "b", name="hosts", imageId=IMAGE)


# --- what a group refuses


def test_a_group_of_a_whole_template_over_two_zones_is_made(ground: Ground) -> None:
    group = ground.group(ground.template())
    assert group.id.startswith("hosts-")
    assert group.properties["availabilityZones"] == [f"{PRIMARY}a", f"{PRIMARY}b"]
    assert (group.properties["desiredCapacity"], group.properties["healthCheckType"]) == (1, "EC2")
    assert group.arn.startswith(f"arn:aws:autoscaling:{PRIMARY}:{ACCOUNT}:autoScalingGroup:")
    assert group.arn.endswith(f":autoScalingGroupName/{group.id}")


INCOMPLETE: list[tuple[dict[str, Any], str]] = [
    ({"imageId": None}, "must contain the parameter ImageId"),
    ({"instanceType": None}, "must contain the parameter InstanceType"),
    ({"imageId": "resolve:ssm:/aws/service/ecs/optimized-ami/nowhere"}, "SSM parameter .*nowhere does not exist"),
]


@pytest.mark.parametrize(("change", "message"), INCOMPLETE, ids=["image", "type", "parameter"])
def test_a_template_may_be_incomplete_until_something_is_launched(
    ground: Ground, change: dict[str, Any], message: str
) -> None:
    template = ground.template(**change)
    with pytest.raises(Refused, match=rf"valid fully-formed launch template.*{message}"):
        ground.group(template)
    assert ground.group(ground.aws.update(template, imageId=IMAGE, instanceType="m5.xlarge"))


def test_an_image_may_come_from_a_parameter_of_the_account(ground: Ground) -> None:
    ground.aws.make("aws:ssm/parameter:Parameter", name="/erp/image", type="String", value="ami-0123456789abcdef0")
    assert ground.group(ground.template(imageId="resolve:ssm:/erp/image"))


@pytest.mark.parametrize(
    ("version", "taken"), [("1", True), ("$Default", True), ("2", False), ("0", False), ("x", False)]
)
def test_a_group_names_a_version_that_is_there(ground: Ground, version: str, taken: bool) -> None:
    template = ground.template()
    named = {"id": template.id, "version": version}
    if taken:
        assert ground.group(launchTemplate=named).properties["launchTemplate"]["version"] == version
    else:
        with pytest.raises(Refused, match=f"version {version} of {template.id} does not exist; the latest is 1"):
            ground.group(launchTemplate=named)


def test_subnets_and_groups_lie_in_one_network(ground: Ground, aws: Caller) -> None:
    elsewhere = aws.make(VPC, "other", cidrBlock="10.1.0.0/16")
    far = aws.make(SUBNET, "far", vpcId=elsewhere.id, cidrBlock="10.1.0.0/24", availabilityZone=f"{PRIMARY}a")
    strange = aws.make(GROUP, "strange", vpcId=elsewhere.id)
    with pytest.raises(Refused, match="The subnets must be in the same VPC"):
        ground.group(ground.template(), vpcZoneIdentifiers=[ground.subnets[0].id, far.id])
    with pytest.raises(Refused, match=f"'{strange.id}' does not exist in VPC '{ground.vpc.id}'"):
        ground.group(ground.template("strange", vpcSecurityGroupIds=[strange.id]))


def test_groups_of_an_interface_and_of_the_host_do_not_go_together(ground: Ground) -> None:
    both = ground.template(networkInterfaces=[{"securityGroups": [ground.security_group.id]}])
    with pytest.raises(Refused, match="Network interfaces and an instance-level security groups"):
        ground.group(both)


def test_a_host_whose_role_ec2_cannot_assume_never_joins(ground: Ground, aws: Caller) -> None:
    tasks = aws.make(ROLE, "tasks", assumeRolePolicy=trust_policy(Service="ecs-tasks.amazonaws.com"))
    wrong = aws.make(PROFILE, "tasks", role=tasks.id)
    with pytest.raises(Refused, match=f"AssumeRoleUnauthorizedAccess: EC2 cannot assume the role {tasks.id}"):
        ground.group(ground.template(iamInstanceProfile={"name": wrong.id}))
    empty = aws.make(PROFILE, "empty")
    with pytest.raises(Refused, match=f"instance profile {empty.id} has no role"):
        ground.group(ground.template("empty", iamInstanceProfile={"arn": empty.arn}))


def test_a_disk_is_encrypted_under_a_key_of_its_own_region(ground: Ground, offline: Offline) -> None:
    far = offline.aws(RECOVERY)
    key = ground.aws.make(KEY, policy=open_key_policy(), multiRegion=True)
    replica = far.make(REPLICA, primaryKeyArn=key.arn, policy=open_key_policy())
    with pytest.raises(Refused, match=f"Client.InvalidKMSKey.InvalidState: .* lies in {RECOVERY}"):
        ground.group(ground.template(blockDeviceMappings=disk(replica)), serviceLinkedRoleArn=ground.linked.arn)
    near = ground.template("near", blockDeviceMappings=disk(key))
    assert ground.group(near, serviceLinkedRoleArn=ground.linked.arn)


def mixed(template: Made, *types: str) -> dict[str, Any]:
    return {
        "launchTemplate": {
            "launchTemplateSpecification": {"launchTemplateId": template.id, "version": "1"},
            "overrides": [{"instanceType": name} for name in types],
        }
    }


def test_a_mixed_group_brings_its_types_and_takes_no_template_that_asks_for_spot(ground: Ground) -> None:
    typeless = ground.template(instanceType=None)
    assert ground.group(mixedInstancesPolicy=mixed(typeless, "t3.xlarge", "m5.xlarge"))
    spot = ground.template("spot", instanceMarketOptions={"marketType": "spot"})
    with pytest.raises(Refused, match="asks for Spot Instances itself, which does not go with mixedInstancesPolicy"):
        ground.group(name="spot", mixedInstancesPolicy=mixed(spot, "t3.xlarge"))
    with pytest.raises(Refused, match="does not go with warmPool"):
        ground.group(spot, "warm", warmPool={"minSize": 1})
    assert ground.group(spot, "plain")


def test_a_warm_pool_belongs_to_a_group_of_one_type(ground: Ground) -> None:
    template = ground.template()
    inputs = {
        "minSize": 0,
        "maxSize": 1,
        "mixedInstancesPolicy": mixed(template, "t3.large"),
        "warmPool": {"minSize": 1},
    }
    problems = ground.aws.check(HOSTS, inputs).problems
    assert any("can't add a warm pool to a group with a mixed instances policy" in str(problem) for problem in problems)
    assert ground.group(template, warmPool={"minSize": 1}).properties["warmPoolSize"] == 1


def refresh(**preferences: Any) -> dict[str, Any]:
    return {"instanceRefresh": {"strategy": "Rolling", "preferences": preferences}}


def test_a_refresh_rolls_back_only_to_a_fixed_template_with_a_fixed_image(ground: Ground) -> None:
    fixed = ground.template("fixed", imageId="ami-0123456789abcdef0")
    assert ground.group(launchTemplate={"id": fixed.id, "version": "1"}, **refresh(autoRollback=True))
    resolved = ground.template("resolved")
    with pytest.raises(Refused, match=r"cannot roll back .*: the image comes from a parameter"):
        ground.group(name="b", launchTemplate={"id": resolved.id, "version": "1"}, **refresh(autoRollback=True))
    policy = mixed(fixed, "t3.large")
    policy["launchTemplate"]["launchTemplateSpecification"]["version"] = "$Latest"
    with pytest.raises(Refused, match=r"cannot roll back .*: the template's version is not fixed"):
        ground.group(name="c", mixedInstancesPolicy=policy, **refresh(autoRollback=True))


def test_the_bounds_of_a_refresh_lie_near_each_other(ground: Ground) -> None:
    template = ground.template()
    with pytest.raises(Refused, match="healthy percentages 50 and 200 lie more than 100 apart"):
        ground.group(template, **refresh(minHealthyPercentage=50, maxHealthyPercentage=200))
    assert ground.group(template, **refresh(minHealthyPercentage=100, maxHealthyPercentage=200))


# --- what a group keeps


def test_an_update_leaves_the_capacity_where_it_is_within_the_new_bounds(ground: Ground) -> None:
    group = ground.group(ground.template(), desiredCapacity=2)
    grown = ground.aws.update(group, desiredCapacity=None, maxSize=5)
    assert grown.properties["desiredCapacity"] == 2
    assert ground.aws.update(grown, minSize=4).properties["desiredCapacity"] == 4


def test_a_template_stays_while_a_group_starts_hosts_from_it(ground: Ground) -> None:
    template = ground.template()
    group = ground.group(template)
    with pytest.raises(Refused, match="still named by"):
        ground.aws.delete(template)
    ground.aws.delete(group)
    ground.aws.delete(template)


# --- schedules


def test_a_size_that_a_schedule_leaves_out_is_zero(ground: Ground) -> None:
    group = ground.group(ground.template())
    plan = {"autoscalingGroupName": group.id, "recurrence": "0 6 * * MON-FRI"}
    with pytest.raises(Refused, match=r"Min size 2 must not be above max size 0 \(left out, it is 0"):
        ground.aws.make(SCHEDULE, "up", scheduledActionName="up", minSize=2, **plan)
    kept = ground.aws.make(SCHEDULE, "kept", scheduledActionName="up", minSize=2, maxSize=-1, **plan)
    assert kept.properties["desiredCapacity"] == 0
    other = ground.group(ground.template("other"), "other")
    same = {**plan, "autoscalingGroupName": other.id}
    assert ground.aws.make(SCHEDULE, "same", scheduledActionName="up", minSize=0, maxSize=-1, **same)
    with pytest.raises(Refused, match="exists already"):
        ground.aws.make(SCHEDULE, "again", scheduledActionName="up", minSize=0, maxSize=-1, **plan)


# --- clusters and their providers


def test_shells_are_logged_encrypted_only_in_a_group_with_a_key(ground: Ground, aws: Caller) -> None:
    plain = aws.make(LOG_GROUP, "plain", name="plain")

    def shells(group: Made) -> dict[str, Any]:
        logs = {"cloudWatchLogGroupName": group.id, "cloudWatchEncryptionEnabled": True}
        return {"executeCommandConfiguration": {"logging": "OVERRIDE", "logConfiguration": logs}}

    with pytest.raises(Refused, match="log group plain is not encrypted under a KMS key"):
        ground.cluster(configuration=shells(plain))
    key = aws.make(KEY, "logs", policy=key_policy(f"logs.{PRIMARY}.amazonaws.com"))
    closed = aws.make(LOG_GROUP, "closed", name="closed", kmsKeyId=key.arn)
    assert ground.cluster(configuration=shells(closed)).arn == f"arn:aws:ecs:{PRIMARY}:{ACCOUNT}:cluster/main"


def test_a_group_has_one_provider(ground: Ground) -> None:
    group = ground.group(ground.template())
    first = ground.provider(group)
    with pytest.raises(Refused, match=f"{group.id} is already being used by {first.id}"):
        ground.provider(group, "second")


def strategy(*items: tuple[str, int, int]) -> list[dict[str, Any]]:
    return [{"capacityProvider": name, "base": base, "weight": weight} for name, base, weight in items]


def test_a_strategy_names_providers_of_the_cluster_with_one_base_and_some_weight(ground: Ground) -> None:
    ground.cluster()
    group = ground.group(ground.template())
    name = ground.provider(group).properties["name"]
    plan = {"clusterName": "main", "capacityProviders": [name]}
    with pytest.raises(Refused, match="the strategy names 'FARGATE', which capacityProviders does not list"):
        ground.aws.make(PROVIDERS, **plan, defaultCapacityProviderStrategies=strategy(("FARGATE", 0, 1)))
    plan["capacityProviders"] = [name, "FARGATE"]
    with pytest.raises(Refused, match="only one capacity provider in a strategy can have a base"):
        ground.aws.make(PROVIDERS, **plan, defaultCapacityProviderStrategies=strategy((name, 1, 1), ("FARGATE", 1, 1)))
    with pytest.raises(Refused, match="at least one capacity provider must have a weight above 0"):
        ground.aws.make(PROVIDERS, **plan, defaultCapacityProviderStrategies=strategy((name, 1, 0), ("FARGATE", 0, 0)))
    made = ground.aws.make(
        PROVIDERS, **plan, defaultCapacityProviderStrategies=strategy((name, 1, 0), ("FARGATE", 0, 2))
    )
    assert made.id == "main"


def test_a_provider_serves_one_cluster_and_stays_while_it_does(ground: Ground) -> None:
    ground.cluster()
    ground.cluster("other")
    provider = ground.provider(ground.group(ground.template()))
    name = provider.properties["name"]
    joined = ground.aws.make(PROVIDERS, clusterName="main", capacityProviders=[name])
    with pytest.raises(Refused, match="manages the scaling for the cluster main already"):
        ground.aws.make(PROVIDERS, "other", clusterName="other", capacityProviders=[name])
    with pytest.raises(Refused, match=r"ResourceInUseException: .* associated with cluster main"):
        ground.aws.delete(provider)
    ground.aws.delete(joined)
    ground.aws.delete(provider)


def test_ecs_tags_the_group_that_it_sizes_and_a_program_that_says_so_sees_no_drift(ground: Ground) -> None:
    said = [{"key": "AmazonECSManaged", "value": "true", "propagateAtLaunch": True}]
    quiet = ground.group(ground.template(), tags=said)
    ground.provider(quiet)
    assert ground.aws.kept(quiet).drifted == {}
    plain = ground.group(ground.template("plain"), "plain")
    ground.provider(plain, "plain-hosts")
    assert [tag["key"] for tag in ground.aws.kept(plain).drifted["tags"]] == ["AmazonECSManaged"]
    ground.aws.update(plain, maxSize=4)
    assert not ground.aws.kept(plain).properties.get("tags"), "the next update strips what the program does not say"
