"""What goes wrong with hosts the first time against the real cloud, made here on purpose; each beside what works.

The numbers are those of the list that the mistakes were taken from.
"""

import json

import pytest

from sandbox.operations import Refused
from tests.sandbox.hosts import HOSTS_ROLE, PROVIDERS, Ground, disk, joins, open_key_policy
from tests.sandbox.offline import KEY, Caller, key_policy


@pytest.fixture
def ground(aws: Caller) -> Ground:
    return Ground(aws)


def test_5_a_cluster_is_not_deleted_while_hosts_may_be_in_it(ground: Ground) -> None:
    cluster = ground.cluster()
    template = ground.template(userData=joins("main"))
    group = ground.group(template, minSize=0)
    with pytest.raises(Refused, match=r"ClusterContainsContainerInstancesException: .* active or draining"):
        ground.aws.delete(cluster)
    ground.aws.delete(group)
    ground.aws.delete(cluster)


def test_5_hosts_of_another_cluster_keep_nobody(ground: Ground) -> None:
    cluster = ground.cluster()
    ground.group(ground.template(userData=joins("main-2")))
    ground.group(ground.template("silent"), "silent")
    ground.aws.delete(cluster)


def test_5_a_group_is_not_deleted_under_the_provider_that_sizes_it(ground: Ground) -> None:
    ground.cluster()
    group = ground.group(ground.template(), protectFromScaleIn=True)
    provider = ground.provider(group, managedTerminationProtection="ENABLED")
    joined = ground.aws.make(PROVIDERS, clusterName="main", capacityProviders=[provider.properties["name"]])
    with pytest.raises(Refused, match="DependencyViolation"):
        ground.aws.delete(group)
    for made in (joined, provider, group):
        ground.aws.delete(made)


def test_5_hosts_are_protected_only_where_their_group_protects_them(ground: Ground) -> None:
    plain = ground.group(ground.template())
    with pytest.raises(Refused, match="must have instance protection from scale in enabled"):
        ground.provider(plain, managedTerminationProtection="ENABLED")
    assert ground.provider(plain)


@pytest.mark.parametrize("name", ["aws-hosts", "ecs-hosts", "fargate-hosts"])
def test_5_a_provider_s_name_begins_with_none_of_aws_s_own(ground: Ground, name: str) -> None:
    group = ground.group(ground.template())
    inputs = {"name": name, "autoScalingGroupProvider": {"autoScalingGroupArn": group.arn}}
    problems = ground.aws.check("aws:ecs/capacityProvider:CapacityProvider", inputs).problems
    assert ["not beginning with aws, ecs or fargate" in str(problem) for problem in problems] == [True]
    assert ground.provider(group, f"erp-{name}")


def test_7_hosts_with_encrypted_disks_end_at_once_where_the_key_does_not_let_auto_scaling_in(ground: Ground) -> None:
    closed = ground.aws.make(KEY, "closed", policy=key_policy())
    template = ground.template(blockDeviceMappings=disk(closed))
    with pytest.raises(
        Refused, match=r"Client\.InvalidKMSKey\.InvalidState: .* does not let .* call .*kms:CreateGrant"
    ):
        ground.group(template, serviceLinkedRoleArn=ground.linked.arn)
    opened = ground.aws.update(closed, policy=open_key_policy())
    assert opened.properties["policy"] == open_key_policy()
    assert ground.group(template, serviceLinkedRoleArn=ground.linked.arn)


def test_7_a_group_that_names_no_role_works_by_another_than_the_key_lets_in(ground: Ground) -> None:
    key = ground.aws.make(KEY, policy=open_key_policy())
    assert HOSTS_ROLE in json.dumps(open_key_policy())
    template = ground.template(blockDeviceMappings=disk(key))
    with pytest.raises(Refused, match="AWSServiceRoleForAutoScaling call"):
        ground.group(template)
    assert ground.group(template, serviceLinkedRoleArn=ground.linked.arn)


def test_8_a_role_stays_while_hosts_have_it(ground: Ground) -> None:
    group = ground.group(ground.template())
    for held in (ground.role, ground.profile):
        with pytest.raises(Refused, match="still named by"):
            ground.aws.delete(held)
    assert group


def test_36_a_subnet_and_a_group_of_rules_stay_while_hosts_are_in_them(ground: Ground) -> None:
    template = ground.template()
    group = ground.group(template)
    for held in (ground.subnets[0], ground.security_group):
        with pytest.raises(Refused, match="DependencyViolation"):
            ground.aws.delete(held)
    for made in (group, template, ground.security_group, *ground.subnets):
        ground.aws.delete(made)
