"""Scaling, alarms, target groups and rules in the offline cloud."""

from typing import Any

import pytest

from sandbox.operations import Refused
from tests.sandbox.containers import ACTION, ALARM, FILTER, RULE, SCALABLE, SCALING_POLICY, TARGET_GROUP, Ground
from tests.sandbox.offline import ACCOUNT, PRIMARY, Caller, Made

ECS = {"serviceNamespace": "ecs", "scalableDimension": "ecs:service:DesiredCount"}


@pytest.fixture
def ground(aws: Caller) -> Ground:
    return Ground(aws)


@pytest.fixture
def target(ground: Ground) -> Made:
    ground.service(name="web")
    return ground.aws.make(SCALABLE, **ECS, resourceId="service/main/web", minCapacity=1, maxCapacity=4)


def tracking(target: Made, **inputs: Any) -> dict[str, Any]:
    metric = {"predefinedMetricSpecification": {"predefinedMetricType": "ECSServiceAverageCPUUtilization"}}
    plain = {
        **ECS,
        "resourceId": target.id,
        "policyType": "TargetTrackingScaling",
        "targetTrackingScalingPolicyConfiguration": {**metric, "targetValue": 60},
    }
    return {**plain, **inputs}


def test_what_scales_is_a_service_that_exists(ground: Ground, target: Made) -> None:
    assert target.id == "service/main/web"
    assert target.arn.startswith(f"arn:aws:application-autoscaling:{PRIMARY}:{ACCOUNT}:scalable-target/")
    for name, message in (
        ("service/main/other", "ECS service doesn't exist: service/main/other"),
        ("service/other/web", "ECS service doesn't exist: service/other/web"),
        ("main/web", "service/<cluster>/<service>"),
    ):
        with pytest.raises(Refused, match=message):
            ground.aws.make(SCALABLE, "x", **ECS, resourceId=name, minCapacity=1, maxCapacity=4)


def test_what_other_services_scale_is_not_looked_up(aws: Caller) -> None:
    dimension = "dynamodb:table:ReadCapacityUnits"
    aws.make(
        SCALABLE,
        serviceNamespace="dynamodb",
        scalableDimension=dimension,
        resourceId="table/t",
        minCapacity=1,
        maxCapacity=1,
    )


def test_the_least_is_not_more_than_the_most(ground: Ground, target: Made) -> None:
    with pytest.raises(Refused, match=r"minimum capacity \(5\) cannot be greater than maximum capacity \(4\)"):
        ground.aws.update(target, minCapacity=5)
    assert ground.aws.update(target, minCapacity=4).properties["minCapacity"] == 4
    bounds = {"minCapacity": 3, "maxCapacity": 2}
    with pytest.raises(Refused, match="minimum capacity"):
        ground.aws.make(ACTION, **ECS, resourceId=target.id, schedule="rate(1 day)", scalableTargetAction=bounds)


def test_a_policy_needs_the_very_target(ground: Ground, target: Made) -> None:
    with pytest.raises(Refused, match="service/main/other"):
        ground.aws.make(SCALING_POLICY, **tracking(target, resourceId="service/main/other"))
    with pytest.raises(Refused, match="No scalable target registered"):
        ground.aws.make(SCALING_POLICY, **tracking(target, scalableDimension="dynamodb:table:ReadCapacityUnits"))
    policy = ground.aws.make(SCALING_POLICY, **tracking(target, name="cpu"))
    assert policy.arn.endswith(":resource/ecs/service/main/web:policyName/cpu")
    assert len(policy.properties["alarmArns"]) == 2
    with pytest.raises(Refused, match="is still named by aws:appautoscaling/policy"):
        ground.aws.delete(target)


def test_requests_per_target_want_to_know_which_target_group(ground: Ground, target: Made) -> None:
    metric = {"predefinedMetricType": "ALBRequestCountPerTarget"}

    def policy(specification: dict[str, str]) -> None:
        configuration = {"predefinedMetricSpecification": specification, "targetValue": 100}
        ground.aws.make(SCALING_POLICY, **tracking(target, targetTrackingScalingPolicyConfiguration=configuration))

    with pytest.raises(Refused, match="needs a resource label"):
        policy(metric)
    policy({**metric, "resourceLabel": "app/lb/1/targetgroup/web/2"})


def test_target_tracking_says_what_it_tracks(ground: Ground, target: Made) -> None:
    inputs = tracking(target)
    del inputs["targetTrackingScalingPolicyConfiguration"]
    with pytest.raises(Refused, match="needs its configuration"):
        ground.aws.make(SCALING_POLICY, **inputs)


@pytest.mark.parametrize(
    "schedule", ["cron(0 6 ? * MON-FRI *)", "cron(0 6 * * ? *)", "rate(1 hour)", "at(2030-01-01T06:00:00)"]
)
def test_a_schedule_that_is_one_is_taken(ground: Ground, target: Made, schedule: str) -> None:
    action = ground.aws.make(
        ACTION, name="a", **ECS, resourceId=target.id, schedule=schedule, scalableTargetAction={"minCapacity": 0}
    )
    assert action.id == "a-ecs-service/main/web"
    assert action.arn.endswith(":scheduledActionName/a")


@pytest.mark.parametrize("schedule", ["0 6 * * *", "cron(0 6 * * MON)", "cron(0 6 * * MON *)", "cron(0 6 ? * ? *)"])
def test_a_schedule_that_is_none_is_refused(ground: Ground, target: Made, schedule: str) -> None:
    with pytest.raises(Refused, match="is no schedule"):
        ground.aws.make(ACTION, **ECS, resourceId=target.id, schedule=schedule, scalableTargetAction={"minCapacity": 0})


def test_an_alarm_is_named_once_and_its_arn_says_its_name(aws: Caller) -> None:
    def alarm(name: str) -> Made:
        return aws.make(
            ALARM, name, name="errors", namespace="n", metricName="m", statistic="Sum", period=60,
            comparisonOperator="GreaterThanThreshold", evaluationPeriods=1, threshold=1,
        )  # fmt: skip

    assert alarm("a").arn == f"arn:aws:cloudwatch:{PRIMARY}:{ACCOUNT}:alarm:errors"
    with pytest.raises(Refused, match="exists already"):
        alarm("b")


def test_a_metric_is_counted_out_of_a_log_group_that_exists(ground: Ground) -> None:
    counted = {"pattern": "ERROR", "metricTransformation": {"name": "errors", "namespace": "n", "value": "1"}}
    ground.aws.make(FILTER, name="errors", logGroupName=ground.log.id, **counted)
    with pytest.raises(Refused, match="no LogGroup 'other' exists"):
        ground.aws.make(FILTER, name="errors", logGroupName="other", **counted)


def test_a_target_group_goes_by_its_arn_and_stays_while_a_rule_forwards_to_it(ground: Ground) -> None:
    group = ground.targets("group", name="web")
    assert group.id == group.arn
    assert group.arn.startswith(f"arn:aws:elasticloadbalancing:{PRIMARY}:{ACCOUNT}:targetgroup/web/")
    assert group.properties["arnSuffix"] == group.arn.split(":")[-1]
    rule = ground.rule(ground.listener(), group)
    with pytest.raises(Refused, match="is still named by aws:lb/listenerRule"):
        ground.aws.delete(group)
    ground.aws.delete(rule)
    ground.aws.delete(group)


def test_a_target_group_s_made_name_has_32_characters(aws: Caller) -> None:
    made = aws.check(TARGET_GROUP, {}, "a" * 24).inputs["name"]
    assert len(made) == 32
    assert any("longer than the maximum of 32" in str(one) for one in aws.check(TARGET_GROUP, {}, "a" * 25).problems)


def test_a_health_check_answers_before_the_next_one(ground: Ground) -> None:
    with pytest.raises(Refused, match=r"timeout \(10 s\) must be smaller than the interval \(10 s\)"):
        ground.targets("x", healthCheck={"timeout": 10, "interval": 10})
    ground.targets("y", healthCheck={"timeout": 9, "interval": 10})


def test_slow_start_does_not_go_with_the_fewest_outstanding_requests(ground: Ground) -> None:
    fewest = "least_outstanding_requests"
    with pytest.raises(Refused, match="slow start does not go with"):
        ground.targets("x", slowStart=30, loadBalancingAlgorithmType=fewest)
    ground.targets("y", slowStart=30)
    with pytest.raises(Refused, match="0 or from 30 to 900"):
        ground.targets("w", slowStart=29)
    ground.targets("z", loadBalancingAlgorithmType=fewest)


def test_a_priority_is_taken_once_on_a_listener(ground: Ground) -> None:
    listener, group = ground.listener(), ground.targets("web")
    first = ground.rule(listener, group)
    with pytest.raises(Refused, match="PriorityInUse: priority 100"):
        ground.rule(listener, group, name="second")
    ground.rule(listener, group, name="third", priority=101)
    unset = ground.rule(listener, group, name="fourth", priority=None)
    assert unset.properties["priority"] == 102
    assert ground.aws.update(first, tags={"a": "b"}).properties["priority"] == 100
    assert first.arn.startswith(listener.arn.replace(":listener/", ":listener-rule/") + "/")


def test_a_rule_has_five_condition_values_at_most(ground: Ground) -> None:
    listener, group = ground.listener(), ground.targets("web")
    paths = [f"/{n}" for n in range(4)]

    def conditions(*hosts: str) -> list[dict[str, Any]]:
        return [{"pathPattern": {"values": paths}}, {"hostHeader": {"values": list(hosts)}}]

    with pytest.raises(Refused, match="can have 5 condition values, and this one has 6"):
        ground.rule(listener, group, conditions=conditions("a.example", "b.example"))
    ground.rule(listener, group, conditions=conditions("a.example"))


def test_a_rule_forwards_to_groups_that_exist(ground: Ground) -> None:
    listener, group = ground.listener(), ground.targets("web")
    actions = [{"type": "forward", "targetGroupArn": group.arn.replace("/web", "/other")}]
    with pytest.raises(Refused, match="no TargetGroup"):
        ground.aws.make(
            RULE, listenerArn=listener.arn, conditions=[{"pathPattern": {"values": ["/*"]}}], actions=actions
        )


def test_actions_that_a_deployment_has_written_stay_until_the_program_asks_for_others(ground: Ground) -> None:
    blue, green = ground.targets("blue"), ground.targets("green")
    rule = ground.rule(ground.listener(), blue, green)
    moved = [{"type": "forward", "targetGroupArn": green.arn}]
    with ground.aws.store.operation() as store:
        store.edit(store.all(RULE)[0].serial, {"actions": moved})
    assert ground.aws.update(rule, tags={"a": "b"}).properties["actions"] == moved
    back = [{"type": "forward", "targetGroupArn": blue.arn}]
    assert ground.aws.update(rule, actions=back).properties["actions"] == back
