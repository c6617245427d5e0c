"""Inputs of hosts and their cluster that a real account takes, and changes that it refuses.

Part of `facts_cases`, in the same form.
"""

# ruff: noqa: E501  a case is one line
from typing import Any, Final

from sandbox.values import UNKNOWN

ACCOUNT: Final = "111111111111"
GROUP_ARN: Final = f"arn:aws:autoscaling:eu-central-1:{ACCOUNT}:autoScalingGroup:0-1:autoScalingGroupName/hosts"
_SCALING: Final[dict[str, Any]] = {
    "status": "ENABLED", "targetCapacity": 90, "minimumScalingStepSize": 1, "maximumScalingStepSize": 10, "instanceWarmupPeriod": 180,
}  # fmt: skip
_PROVIDER: Final[dict[str, Any]] = {
    "autoScalingGroupArn": GROUP_ARN,
    "managedScaling": _SCALING,
    "managedTerminationProtection": "ENABLED",
    "managedDraining": "ENABLED",
}
_SHELLS: Final[dict[str, Any]] = {
    "kmsKeyId": UNKNOWN,
    "logging": "OVERRIDE",
    "logConfiguration": {"cloudWatchLogGroupName": "exec-logs", "cloudWatchEncryptionEnabled": True},
}


def _provider(**change: Any) -> dict[str, Any]:
    return {"autoScalingGroupProvider": {k: v for k, v in {**_PROVIDER, **change}.items() if v is not None}}


def _mixed(distribution: dict[str, Any], instance_type: str = "t3.xlarge") -> dict[str, Any]:
    specification = {"launchTemplateId": UNKNOWN, "version": "1"}
    overrides = [{"instanceType": instance_type}]
    template = {"launchTemplateSpecification": specification, "overrides": overrides}
    return {
        "launchTemplate": None,
        "mixedInstancesPolicy": {"instancesDistribution": distribution, "launchTemplate": template},
    }


GOOD: Final[dict[str, dict[str, Any]]] = {
    "aws:autoscaling/group:Group": {
        "minSize": 3,
        "maxSize": 12,
        "vpcZoneIdentifiers": [UNKNOWN],
        "launchTemplate": {"id": UNKNOWN, "version": "1"},
        "healthCheckType": "EC2",
        "healthCheckGracePeriod": 180,
        "defaultInstanceWarmup": 180,
        "maxInstanceLifetime": 1209600,
        "terminationPolicies": ["OldestLaunchTemplate", "AllocationStrategy"],
        "enabledMetrics": ["GroupInServiceInstances"],
        "waitForCapacityTimeout": "10m",
        "instanceRefresh": {
            "strategy": "Rolling",
            "preferences": {"instanceWarmup": "180", "minHealthyPercentage": 100},
        },
        "tags": [{"key": "AmazonECSManaged", "value": "true", "propagateAtLaunch": True}],
    },
    "aws:autoscaling/schedule:Schedule": {
        "autoscalingGroupName": UNKNOWN,
        "scheduledActionName": "busy",
        "recurrence": "30 6 * * MON-FRI",
        "timeZone": "Europe/Berlin",
        "minSize": 6,
        "maxSize": -1,
        "desiredCapacity": -1,
    },
    "aws:ec2/launchTemplate:LaunchTemplate": {
        "imageId": "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id",
        "instanceType": "t3.xlarge",
        "blockDeviceMappings": [
            {"deviceName": "/dev/xvda", "ebs": {"encrypted": "true", "volumeType": "gp3", "volumeSize": 60}}
        ],
        "metadataOptions": {"httpEndpoint": "enabled", "httpTokens": "required", "httpPutResponseHopLimit": 1},
        "creditSpecification": {"cpuCredits": "unlimited"},
        "tagSpecifications": [{"resourceType": "volume", "tags": {"Component": "compute"}}],
        "userData": "IyEvYmluL2Jhc2gK",
    },
    "aws:ecs/capacityProvider:CapacityProvider": {"name": "compute-provider-spot", **_provider()},
    "aws:ecs/cluster:Cluster": {
        "name": "compute",
        "settings": [{"name": "containerInsights", "value": "enhanced"}],
        "configuration": {"executeCommandConfiguration": _SHELLS},
    },
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": {
        "clusterName": "compute",
        "capacityProviders": [UNKNOWN],
        "defaultCapacityProviderStrategies": [{"capacityProvider": UNKNOWN, "base": 3, "weight": 1}],
    },
    "aws:iam/instanceProfile:InstanceProfile": {"name": "hosts", "role": UNKNOWN},
}

REFUSED: Final[dict[str, list[tuple[dict[str, Any], str, str]]]] = {
    "aws:autoscaling/group:Group": [
        ({"maxSize": 2}, "minSize", "must not be above maxSize"),
        ({"desiredCapacity": 13}, "desiredCapacity", "must not be above maxSize"),
        ({"desiredCapacity": 1}, "minSize", "must not be above desiredCapacity"),
        ({"minSize": -1}, "minSize", "0"),
        ({"maxInstanceLifetime": 3600}, "maxInstanceLifetime", "86400"),
        ({"terminationPolicies": ["Oldest"]}, "terminationPolicies[0]", "a termination policy"),
        ({"enabledMetrics": ["GroupSize"]}, "enabledMetrics[0]", "GroupMinSize"),
        ({"waitForCapacityTimeout": "10"}, "waitForCapacityTimeout", "a duration"),
        ({"healthCheckType": "TCP"}, "healthCheckType", "EC2, ELB"),
        (
            {"tags": [{"key": "aws:x", "value": "1", "propagateAtLaunch": True}]},
            "tags[0].key",
            "does not begin with aws:",
        ),
        ({"launchTemplate": None}, "|launchTemplate|launchConfiguration|mixedInstancesPolicy", "launchTemplate|one of"),
        (
            _mixed({"spotAllocationStrategy": "cheapest"}),
            "mixedInstancesPolicy.instancesDistribution.spotAllocationStrategy",
            "price-capacity-optimized",
        ),
        (_mixed({}, "t3.huge"), "mixedInstancesPolicy.launchTemplate.overrides[0].instanceType", "instance types"),
        ({**_mixed({}), "warmPool": {"minSize": 1}}, "warmPool", "mixed instances policy"),
        (
            {
                "launchTemplate": {"id": UNKNOWN, "version": "$Latest"},
                "instanceRefresh": {"strategy": "Rolling", "preferences": {"autoRollback": True}},
            },
            "instanceRefresh.preferences.autoRollback",
            "version of the template is a number",
        ),
    ],
    "aws:autoscaling/schedule:Schedule": [
        ({"recurrence": "every morning"}, "recurrence", "cron expression of five fields"),
        ({"timeZone": "CEST summer"}, "timeZone", "IANA"),
        ({"minSize": -2}, "minSize", "-1"),
        ({"maxSize": 4}, "minSize", "must not be above maxSize"),
    ],
    "aws:ec2/launchTemplate:LaunchTemplate": [
        ({"imageId": "amazon-linux"}, "imageId", "an AMI's id"),
        ({"instanceType": "t3.huge"}, "instanceType", "instance types"),
        ({"blockDeviceMappings": [{"deviceName": "root"}]}, "blockDeviceMappings[0].deviceName", "a device name"),
        ({"tagSpecifications": [{"resourceType": "host", "tags": {}}]}, "tagSpecifications[0].resourceType", "volume"),
        (
            {"tagSpecifications": [{"resourceType": "volume", "tags": {"aws:x": "1"}}]},
            "tagSpecifications[0].tags",
            "do not begin with aws:",
        ),
        ({"userData": "#!/bin/bash"}, "userData", "base64"),
        ({"userData": "A" * 21852}, "userData", "21848"),
        ({"metadataOptions": {"httpTokens": "always"}}, "metadataOptions.httpTokens", "required"),
        ({"metadataOptions": {"httpPutResponseHopLimit": 65}}, "metadataOptions.httpPutResponseHopLimit", "64"),
    ],
    "aws:ecs/capacityProvider:CapacityProvider": [
        ({"name": "ecs-hosts"}, "name", "not beginning with aws, ecs or fargate"),
        (
            _provider(managedScaling={**_SCALING, "status": "DISABLED"}),
            "autoScalingGroupProvider.managedScaling.status",
            "needs managed scaling",
        ),
        (_provider(managedScaling=None), "autoScalingGroupProvider.managedScaling", "needs managed scaling"),
        (
            _provider(managedScaling={**_SCALING, "targetCapacity": 101}),
            "autoScalingGroupProvider.managedScaling.targetCapacity",
            "100",
        ),
        (
            _provider(managedScaling={**_SCALING, "minimumScalingStepSize": 11}),
            "autoScalingGroupProvider.managedScaling.minimumScalingStepSize",
            "must not be above",
        ),
        ({"cluster": "compute"}, "cluster", "must be left out"),
    ],
    "aws:ecs/cluster:Cluster": [
        ({"name": "erp compute"}, "name", "match"),
        ({"settings": [{"name": "containerInsights", "value": "on"}]}, "settings[0].value", "enhanced"),
        (
            {"configuration": {"executeCommandConfiguration": {"logging": "OVERRIDE"}}},
            "configuration.executeCommandConfiguration.logConfiguration",
            "must be set",
        ),
    ],
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": [
        (
            {"defaultCapacityProviderStrategies": [{"capacityProvider": UNKNOWN, "weight": 1001}]},
            "defaultCapacityProviderStrategies[0].weight",
            "1000",
        ),
    ],
    "aws:iam/instanceProfile:InstanceProfile": [({"name": "a b"}, "name", "match")],
}
