"""Mistakes that a first deployment of services makes, made on purpose; the numbers are those of the list of forty.

6, 9 and 10 are made by a program's settings and found before or after the cloud: tests/unit and tests/engine.
"""

import pytest

from sandbox.operations import Refused
from tests.sandbox.containers import WORK, Ground
from tests.sandbox.offline import Caller


@pytest.fixture
def ground(aws: Caller) -> Ground:
    return Ground(aws)


def test_8_the_last_policy_of_a_role_outlives_the_service(ground: Ground) -> None:
    policy = ground.work(ground.role)
    service = ground.service(ground.task(taskRoleArn=ground.role.arn))
    with pytest.raises(Refused, match=r"would stay in DRAINING without this policy.*note on depends_on"):
        ground.aws.delete(policy)
    ground.aws.delete(service)
    ground.aws.delete(policy)


def test_8_also_that_of_the_role_which_moves_the_traffic(ground: Ground) -> None:
    inputs = ground.blue_green()
    with ground.aws.store.operation() as store:
        shift = store.named(
            inputs["loadBalancers"][0]["advancedConfiguration"]["roleArn"], package="aws", account="111111111111"
        )
    assert shift is not None
    policy = ground.aws.make("aws:iam/rolePolicy:RolePolicy", "shift", role=shift.id, policy=WORK)
    service = ground.service(**inputs)
    with pytest.raises(Refused, match="would stay in DRAINING"):
        ground.aws.delete(policy)
    ground.aws.delete(service)
    ground.aws.delete(policy)


def test_8_a_policy_that_another_one_has_replaced_may_go(ground: Ground) -> None:
    first, second = ground.work(ground.role, "first"), ground.work(ground.role, "second")
    ground.service(ground.task(taskRoleArn=ground.role.arn))
    ground.aws.delete(first)
    with pytest.raises(Refused, match="would stay in DRAINING"):
        ground.aws.delete(second)


def test_8_a_role_that_no_service_works_with_loses_its_policy(ground: Ground) -> None:
    policy = ground.work(ground.role)
    ground.task(taskRoleArn=ground.role.arn)
    ground.aws.delete(policy)


def test_38_a_role_that_does_not_admit_ecs_cannot_be_assumed(ground: Ground) -> None:
    role = ground.role_for("mistake", "ec2.amazonaws.com")
    with pytest.raises(Refused, match=r"unable to assume the role .*does not admit ecs-tasks\.amazonaws\.com"):
        ground.task(taskRoleArn=role.arn)
    ground.task(taskRoleArn=ground.role.arn)
