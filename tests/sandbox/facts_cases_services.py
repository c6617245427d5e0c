"""Inputs of the types around services, as in `facts_cases`: taken, and refused."""

from typing import Any, Final

ACCOUNT: Final = "111111111111"
ROLE: Final = f"arn:aws:iam::{ACCOUNT}:role/tasks"
BALANCING: Final = f"arn:aws:elasticloadbalancing:eu-central-1:{ACCOUNT}"
BLUE: Final = f"{BALANCING}:targetgroup/blue/0123456789abcdef"
GREEN: Final = f"{BALANCING}:targetgroup/green/0123456789abcdef"
LISTENER: Final = f"{BALANCING}:listener/app/lb/0123456789abcdef/0123456789abcdef"
RULE: Final = f"{BALANCING}:listener-rule/app/lb/0123456789abcdef/0123456789abcdef/0123456789abcdef"
SCALED: Final[dict[str, Any]] = {
    "serviceNamespace": "ecs", "scalableDimension": "ecs:service:DesiredCount", "resourceId": "service/main/web",
}  # fmt: skip

_ADVANCED: Final = {"alternateTargetGroupArn": GREEN, "productionListenerRule": RULE, "roleArn": ROLE}
_BALANCER: Final = {
    "targetGroupArn": BLUE, "containerName": "web", "containerPort": 8080, "advancedConfiguration": _ADVANCED,
}  # fmt: skip
_EFS: Final = {
    "fileSystemId": "fs-0123456789abcdef0",
    "transitEncryption": "ENABLED",
    "authorizationConfig": {"accessPointId": "fsap-0123456789abcdef0", "iam": "ENABLED"},
}
_TRACKING: Final = {
    "predefinedMetricSpecification": {"predefinedMetricType": "ECSServiceAverageCPUUtilization"},
    "targetValue": 60,
    "scaleInCooldown": 300,
}
_FORWARD: Final = {
    "type": "forward",
    "forward": {"targetGroups": [{"arn": BLUE, "weight": 100}, {"arn": GREEN, "weight": 0}]},
}
_COUNTED: Final = {"namespace": "ERP/prod", "name": "errors", "value": "1", "defaultValue": "0", "unit": "Count"}

GOOD: Final[dict[str, dict[str, Any]]] = {
    "aws:appautoscaling/policy:Policy": {
        **SCALED,
        "policyType": "TargetTrackingScaling",
        "targetTrackingScalingPolicyConfiguration": _TRACKING,
    },
    "aws:appautoscaling/scheduledAction:ScheduledAction": {
        **SCALED,
        "schedule": "cron(0 6 ? * MON-FRI *)",
        "timezone": "Europe/Berlin",
        "scalableTargetAction": {"minCapacity": 2, "maxCapacity": 6},
    },
    "aws:appautoscaling/target:Target": {**SCALED, "minCapacity": 2, "maxCapacity": 6},
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": {
        "logGroupName": "worker",
        "pattern": '{ $.level = "ERROR" }',
        "metricTransformation": _COUNTED,
    },
    "aws:cloudwatch/metricAlarm:MetricAlarm": {
        "namespace": "AWS/ApplicationELB",
        "metricName": "TargetResponseTime",
        "dimensions": {"LoadBalancer": "app/lb/0123456789abcdef"},
        "extendedStatistic": "p95",
        "period": 60,
        "comparisonOperator": "GreaterThanThreshold",
        "threshold": 2,
        "evaluationPeriods": 5,
        "datapointsToAlarm": 3,
        "treatMissingData": "notBreaching",
    },
    "aws:ecs/service:Service": {
        "cluster": f"arn:aws:ecs:eu-central-1:{ACCOUNT}:cluster/main",
        "taskDefinition": f"arn:aws:ecs:eu-central-1:{ACCOUNT}:task-definition/web:1",
        "desiredCount": 2,
        "capacityProviderStrategies": [{"capacityProvider": "on-demand", "base": 2, "weight": 100}],
        "forceNewDeployment": True,
        "deploymentConfiguration": {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": "15"},
        "deploymentMinimumHealthyPercent": 100,
        "deploymentMaximumPercent": 200,
        "healthCheckGracePeriodSeconds": 60,
        "loadBalancers": [_BALANCER],
        "networkConfiguration": {"subnets": ["subnet-0123456789abcdef0"], "assignPublicIp": False},
        "orderedPlacementStrategies": [{"type": "spread", "field": "attribute:ecs.availability-zone"}],
        "propagateTags": "SERVICE",
        "waitForSteadyState": True,
        "sigintRollback": True,
    },
    "aws:ecs/taskDefinition:TaskDefinition": {
        "family": "erp-prod-web",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["EC2"],
        "cpu": "1280",
        "memory": "4608",
        "executionRoleArn": ROLE,
        "taskRoleArn": ROLE,
        "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        "containerDefinitions": '[{"name": "web", "image": "erp:1"}]',
        "volumes": [{"name": "uploads", "efsVolumeConfiguration": _EFS}],
    },
    "aws:lb/listenerRule:ListenerRule": {
        "listenerArn": LISTENER,
        "priority": 100,
        "conditions": [{"httpHeader": {"httpHeaderName": "x-erp-deployment", "values": ["test"]}}],
        "actions": [_FORWARD],
    },
    "aws:lb/targetGroup:TargetGroup": {
        "port": 8080,
        "protocol": "HTTP",
        "targetType": "ip",
        "vpcId": "vpc-0123456789abcdef0",
        "deregistrationDelay": 60,
        "loadBalancingAlgorithmType": "least_outstanding_requests",
        "healthCheck": {"path": "/healthz", "protocol": "HTTP", "matcher": "200", "interval": 10, "timeout": 5},
    },
}

REFUSED: Final[dict[str, list[tuple[dict[str, Any], str, str]]]] = {
    "aws:appautoscaling/policy:Policy": [
        ({"policyType": "Target"}, "policyType", "TargetTrackingScaling"),
        ({"serviceNamespace": "ECS"}, "serviceNamespace", "one of"),
        (
            {
                "targetTrackingScalingPolicyConfiguration": {
                    **_TRACKING,
                    "predefinedMetricSpecification": {"predefinedMetricType": "CPU"},
                }
            },
            "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.predefinedMetricType",
            "ECSServiceAverageCPUUtilization",
        ),
        (
            {
                "targetTrackingScalingPolicyConfiguration": {
                    **_TRACKING,
                    "customizedMetricSpecification": {"metricName": "m", "namespace": "n", "statistic": "Sum"},
                }
            },
            "targetTrackingScalingPolicyConfiguration.customizedMetricSpecification|targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification",
            "can't be set together",
        ),
    ],
    "aws:appautoscaling/scheduledAction:ScheduledAction": [
        (
            {"scalableTargetAction": {}},
            "scalableTargetAction.maxCapacity|scalableTargetAction.minCapacity|scalableTargetAction",
            "one of",
        ),
    ],
    "aws:appautoscaling/target:Target": [
        ({"scalableDimension": "ecs:service:Tasks"}, "scalableDimension", "ecs:service:DesiredCount"),
        ({"minCapacity": -1}, "minCapacity", "0"),
        ({"tags": {"aws:x": "y"}}, "tags", "aws:"),
    ],
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": [
        ({"metricTransformation": {**_COUNTED, "name": "a:b"}}, "metricTransformation.name", "matches"),
        ({"metricTransformation": {**_COUNTED, "unit": "Errors"}}, "metricTransformation.unit", "Count"),
        (
            {"metricTransformation": {**_COUNTED, "defaultValue": "none"}},
            "metricTransformation.defaultValue",
            "matches",
        ),
        ({"pattern": "x" * 1025}, "pattern", "1024"),
    ],
    "aws:cloudwatch/metricAlarm:MetricAlarm": [
        ({"comparisonOperator": "Above"}, "comparisonOperator", "GreaterThanThreshold"),
        ({"statistic": "Sum"}, "statistic|extendedStatistic", "can't be set together"),
        ({"extendedStatistic": "95"}, "extendedStatistic", "matches"),
        ({"datapointsToAlarm": 0}, "datapointsToAlarm", "1"),
        ({"alarmActions": ["somebody"]}, "alarmActions[0]", "ARN"),
        ({"treatMissingData": "good"}, "treatMissingData", "notBreaching"),
    ],
    "aws:ecs/service:Service": [
        ({"launchType": "EC2"}, "capacityProviderStrategies|launchType", "can't be set together"),
        (
            {"capacityProviderStrategies": [{"capacityProvider": "a", "weight": 1001}]},
            "capacityProviderStrategies[0].weight",
            "1000",
        ),
        ({"deploymentConfiguration": {"strategy": "GREEN_BLUE"}}, "deploymentConfiguration.strategy", "BLUE_GREEN"),
        (
            {"deploymentConfiguration": {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": "1441"}},
            "deploymentConfiguration.bakeTimeInMinutes",
            "1440",
        ),
        ({"propagateTags": "CLUSTER"}, "propagateTags", "SERVICE"),
        ({"orderedPlacementStrategies": [{"type": "even"}]}, "orderedPlacementStrategies[0].type", "spread"),
        ({"availabilityZoneRebalancing": "ON"}, "availabilityZoneRebalancing", "ENABLED"),
        ({"loadBalancers": [{**_BALANCER, "targetGroupArn": "blue"}]}, "loadBalancers[0].targetGroupArn", "ARN"),
    ],
    "aws:ecs/taskDefinition:TaskDefinition": [
        ({"cpu": "much"}, "cpu", "matches"),
        ({"family": "erp web"}, "family", "matches"),
        ({"networkMode": "vpc"}, "networkMode", "awsvpc"),
        ({"containerDefinitions": "web"}, "containerDefinitions", "JSON"),
        ({"requiresCompatibilities": ["LAMBDA"]}, "requiresCompatibilities[0]", "EC2"),
        (
            {"volumes": [{"name": "x", "efsVolumeConfiguration": {**_EFS, "transitEncryption": "ON"}}]},
            "volumes[0].efsVolumeConfiguration.transitEncryption",
            "ENABLED",
        ),
        ({"taskRoleArn": "tasks"}, "taskRoleArn", "ARN"),
    ],
    "aws:lb/listenerRule:ListenerRule": [
        ({"priority": 50001}, "priority", "50000"),
        ({"listenerArn": "listener"}, "listenerArn", "ARN"),
        ({"actions": [{"type": "send"}]}, "actions[0].type", "forward"),
        (
            {"actions": [{"type": "forward", "forward": {"targetGroups": [{"arn": BLUE, "weight": 1000}]}}]},
            "actions[0].forward.targetGroups[0].weight",
            "999",
        ),
    ],
    "aws:lb/targetGroup:TargetGroup": [
        ({"healthCheck": {"matcher": "ok"}}, "healthCheck.matcher", "matches"),
        ({"name": "a" * 33}, "name", "32"),
        ({"port": 0}, "port", "1"),
        ({"protocol": "http"}, "protocol", "HTTP"),
        ({"targetType": "task"}, "targetType", "ip"),
        ({"deregistrationDelay": 3601}, "deregistrationDelay", "3600"),
        ({"healthCheck": {"path": "healthz"}}, "healthCheck.path", "matches"),
        ({"healthCheck": {"interval": 4}}, "healthCheck.interval", "5"),
    ],
}
