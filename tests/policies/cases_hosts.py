"""Cases: hosts, the groups that start them, and clusters."""

# ruff: noqa: E501  a case is one line

from __future__ import annotations

import base64
from typing import Any, Final

from tests.policies.cases import Case, StackCase, case, stack_case
from tests.policies.harness import ALL_TAGS, TAGS, UNKNOWN, Given

TEMPLATE: Final = "aws:ec2/launchTemplate:LaunchTemplate"
INSTANCE: Final = "aws:ec2/instance:Instance"
GROUP: Final = "aws:autoscaling/group:Group"
CLUSTER: Final = "aws:ecs/cluster:Cluster"
PROVIDER: Final = "aws:ecs/capacityProvider:CapacityProvider"

KEY_ARN: Final = "arn:aws:kms:eu-central-1:333333333333:key/k"
GROUP_ARN: Final = "arn:aws:autoscaling:eu-central-1:333333333333:autoScalingGroup:1:autoScalingGroupName/hosts"
DISK: Final = {"encrypted": "true", "kmsKeyId": KEY_ARN}


def without(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def template(**change: Any) -> dict[str, Any]:
    plain = {
        "metadataOptions": {"httpTokens": "required", "httpPutResponseHopLimit": 1},
        "blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": DISK}],
        "monitoring": {"enabled": True},
        "userData": encoded("ECS_CLUSTER=main"),
        "tags": TAGS,
    }
    return without({**plain, **change})


def instance(**change: Any) -> dict[str, Any]:
    plain = {
        "metadataOptions": {"httpTokens": "required"},
        "rootBlockDevice": {"encrypted": True, "kmsKeyId": KEY_ARN},
        "monitoring": True,
        "tags": TAGS,
    }
    return without({**plain, **change})


def encoded(line: str) -> str:
    return base64.b64encode(f"#!/bin/bash\n{line}\n".encode()).decode()


def disks(disk: Any) -> dict[str, Any]:
    return template(blockDeviceMappings=[{"deviceName": "/dev/xvda", "ebs": disk}])


def tag(key: str, value: Any = "x", *, propagate: Any = True) -> dict[str, Any]:
    return {"key": key, "value": value, "propagateAtLaunch": propagate}


def tags(environment: str = "prod") -> list[dict[str, Any]]:
    return [tag(key, value) for key, value in {**ALL_TAGS, "Environment": environment}.items()]


GROUP_TAGS: Final = tags()


def group(**change: Any) -> dict[str, Any]:
    return without({"vpcZoneIdentifiers": ["subnet-a", "subnet-b", "subnet-c"], "tags": GROUP_TAGS, **change})


def provider(protection: Any) -> dict[str, Any]:
    settings = {"autoScalingGroupArn": GROUP_ARN, "managedTerminationProtection": protection}
    return {"autoScalingGroupProvider": settings, "tags": TAGS}


SHELLS: Final = {
    "kmsKeyId": KEY_ARN,
    "logging": "OVERRIDE",
    "logConfiguration": {"cloudWatchLogGroupName": "shells", "cloudWatchEncryptionEnabled": True},
}


def cluster(shells: Any = SHELLS, **change: Any) -> dict[str, Any]:
    plain = {
        "settings": [{"name": "containerInsights", "value": "enhanced"}],
        "configuration": {"executeCommandConfiguration": shells},
        "tags": TAGS,
    }
    return without({**plain, **change})


def shells(**change: Any) -> dict[str, Any]:
    return cluster(without({**SHELLS, **change}))


SPOT: Final = "aws:ec2/spotInstanceRequest:SpotInstanceRequest"
LEGACY: Final = "aws:ec2/launchConfiguration:LaunchConfiguration"
# Each rule is also tried on the types that work alike.
_TOKENS: Final = {"metadataOptions": {"httpTokens": "required"}, "tags": TAGS}
ALIKE: Final[tuple[Case, ...]] = (
    *(case(rule, "pass", f"a spot request, {rule}", SPOT, instance())
      for rule in ("require-imds-tokens", "encrypt-host-disks", "refuse-key-pairs", "require-host-metrics", "refuse-secrets-in-user-data")),
    *(case(rule, "pass", f"an old launch configuration, {rule}", LEGACY, _TOKENS)
      for rule in ("require-imds-tokens", "refuse-key-pairs", "refuse-secrets-in-user-data")),
)  # fmt: skip
CASES: Final[tuple[Case, ...]] = (
    *ALIKE,
    case("require-imds-tokens", "pass", "required", TEMPLATE, template()),
    case("require-imds-tokens", "pass", "an instance", INSTANCE, instance()),
    case("require-imds-tokens", "pass", "no endpoint", TEMPLATE, template(metadataOptions={"httpEndpoint": "disabled"})),
    case("require-imds-tokens", "fail", "left out", TEMPLATE, template(metadataOptions=None),
         'metadataOptions.httpTokens: is not set, expected "required"'),
    case("require-imds-tokens", "fail", "an instance", INSTANCE, instance(metadataOptions={"httpTokens": "optional"}),
         'metadataOptions.httpTokens: is "optional", expected "required"'),
    case("require-imds-tokens", "fail", "two hops", TEMPLATE,
         template(metadataOptions={"httpTokens": "required", "httpPutResponseHopLimit": 2}),
         "metadataOptions.httpPutResponseHopLimit: is 2, expected 1: further hops reach into containers"),
    case("require-imds-tokens", "unknown", "tokens", TEMPLATE, template(metadataOptions={"httpTokens": UNKNOWN})),
    case("require-imds-tokens", "unknown", "hops", TEMPLATE,
         template(metadataOptions={"httpTokens": "required", "httpPutResponseHopLimit": UNKNOWN})),

    case("encrypt-host-disks", "pass", "under a key", TEMPLATE, template()),
    case("encrypt-host-disks", "pass", "an instance", INSTANCE, instance(ebsBlockDevices=[DISK])),
    case("encrypt-host-disks", "fail", "as the image has it", TEMPLATE, template(blockDeviceMappings=None),
         ("blockDeviceMappings: is not set: the disk is as its image has it; expected one encrypted under a key of ours")),
    case("encrypt-host-disks", "fail", "plain", TEMPLATE, disks({"encrypted": "false", "kmsKeyId": KEY_ARN}),
         'blockDeviceMappings[0].ebs.encrypted: is "false", expected true'),
    case("encrypt-host-disks", "fail", "under AWS's key", TEMPLATE, disks({"encrypted": "true"}),
         ("blockDeviceMappings[0].ebs.kmsKeyId: is not set, expected a key of ours: AWS's own has no policy that we can "
          "write")),
    case("encrypt-host-disks", "fail", "an instance's root", INSTANCE, instance(rootBlockDevice=None),
         "rootBlockDevice.encrypted: is not set, expected true"),
    case("encrypt-host-disks", "fail", "an instance's second disk", INSTANCE, instance(ebsBlockDevices=[{}]),
         "ebsBlockDevices[0].encrypted: is not set, expected true"),
    case("encrypt-host-disks", "unknown", "key", TEMPLATE, disks({"encrypted": "true", "kmsKeyId": UNKNOWN})),
    case("encrypt-host-disks", "unknown", "switch", TEMPLATE, disks({"encrypted": UNKNOWN, "kmsKeyId": KEY_ARN})),
    case("encrypt-host-disks", "unknown", "disk", TEMPLATE, disks(UNKNOWN)),
    case("encrypt-host-disks", "unknown", "disks", TEMPLATE, template(blockDeviceMappings=UNKNOWN)),

    case("refuse-key-pairs", "pass", "none", TEMPLATE, template()),
    case("refuse-key-pairs", "fail", "one", INSTANCE, instance(keyName="admin"), "keyName: is set, expected none"),
    case("refuse-key-pairs", "unknown", "name", TEMPLATE, template(keyName=UNKNOWN)),

    case("require-host-metrics", "pass", "each minute", TEMPLATE, template()),
    case("require-host-metrics", "fail", "off", TEMPLATE, template(monitoring={"enabled": False}),
         "monitoring.enabled: is false, expected true"),
    case("require-host-metrics", "fail", "an instance", INSTANCE, instance(monitoring=None),
         "monitoring: is not set, expected true"),
    case("require-host-metrics", "unknown", "switch", TEMPLATE, template(monitoring={"enabled": UNKNOWN})),

    case("refuse-secrets-in-user-data", "pass", "none", TEMPLATE, template()),
    case("refuse-secrets-in-user-data", "pass", "fetched when it runs", TEMPLATE,
         template(userData=encoded('export DB_PASSWORD="$(aws secretsmanager get-secret-value --secret-id db)"'))),
    case("refuse-secrets-in-user-data", "fail", "a password", TEMPLATE,
         template(userData=encoded("export DB_PASSWORD=hunter2")), "userData: holds what looks like a secret"),
    case("refuse-secrets-in-user-data", "fail", "an access key", INSTANCE,
         instance(userData="#!/bin/bash\naws configure set aws_access_key_id AKIAIOSFODNN7EXAMPLE"),
         "userData: holds what looks like a secret"),
    case("refuse-secrets-in-user-data", "fail", "a password in an address", INSTANCE,
         instance(userDataBase64=encoded("curl https://user:word@host.example/")),
         "userDataBase64: holds what looks like a secret"),
    case("refuse-secrets-in-user-data", "unknown", "script", TEMPLATE, template(userData=UNKNOWN)),

    case("spread-host-groups", "pass", "three zones", GROUP, group()),
    case("spread-host-groups", "pass", "two in dev", GROUP, group(vpcZoneIdentifiers=["subnet-a", UNKNOWN], tags=tags("dev")), stack="dev"),
    case("spread-host-groups", "pass", "by zone", GROUP,
         group(vpcZoneIdentifiers=None, availabilityZones=["eu-central-1a", "eu-central-1b", "eu-central-1c"])),
    case("spread-host-groups", "fail", "two in prod", GROUP, group(vpcZoneIdentifiers=["subnet-a", "subnet-b"]),
         "vpcZoneIdentifiers: names 2, expected 3 or more, each in a zone of its own"),
    case("spread-host-groups", "fail", "one in dev", GROUP, group(vpcZoneIdentifiers=["subnet-a"], tags=tags("dev")),
         "vpcZoneIdentifiers: names 1, expected 2 or more, each in a zone of its own", stack="dev"),
    case("spread-host-groups", "unknown", "subnets", GROUP, group(vpcZoneIdentifiers=UNKNOWN)),

    case("tag-hosts", "pass", "all", GROUP, group()),
    case("tag-hosts", "fail", "one stays", GROUP, group(tags=[*GROUP_TAGS, tag("Name", propagate=False)]),
         f"tags[{len(GROUP_TAGS)}].propagateAtLaunch: is false, expected true"),
    case("tag-hosts", "unknown", "switch", GROUP, group(tags=[*GROUP_TAGS, tag("Name", propagate=UNKNOWN)])),

    case("limit-host-protection", "pass", "in prod", PROVIDER, provider("ENABLED")),
    case("limit-host-protection", "pass", "off in dev", PROVIDER, provider("DISABLED"), stack="dev"),
    case("limit-host-protection", "fail", "on in staging", PROVIDER, provider("ENABLED"),
         ('autoScalingGroupProvider.managedTerminationProtection: is "ENABLED", expected "DISABLED" outside production'),
         stack="staging"),
    case("limit-host-protection", "unknown", "switch", PROVIDER, provider(UNKNOWN), stack="dev"),

    case("require-cluster-metrics", "pass", "enhanced", CLUSTER, cluster()),
    case("require-cluster-metrics", "fail", "left out", CLUSTER, cluster(settings=None),
         'settings: have no containerInsights, expected "enhanced" or "enabled"'),
    case("require-cluster-metrics", "fail", "disabled", CLUSTER,
         cluster(settings=[{"name": "containerInsights", "value": "disabled"}]),
         'settings[0].value: is "disabled", expected "enhanced" or "enabled"'),
    case("require-cluster-metrics", "unknown", "settings", CLUSTER, cluster(settings=UNKNOWN)),
    case("require-cluster-metrics", "unknown", "value", CLUSTER, cluster(settings=[{"name": "containerInsights", "value": UNKNOWN}])),

    case("log-cluster-shells", "pass", "encrypted", CLUSTER, cluster()),
    case("log-cluster-shells", "pass", "to a bucket", CLUSTER,
         shells(logConfiguration={"s3BucketName": "shells", "s3BucketEncryptionEnabled": True})),
    case("log-cluster-shells", "fail", "left to AWS", CLUSTER, cluster(configuration=None),
         'configuration.executeCommandConfiguration.logging: is not set, expected "OVERRIDE" with a log group or bucket of ours',
         ("configuration.executeCommandConfiguration.kmsKeyId: is not set, expected the key that the session is encrypted "
          "under")),
    case("log-cluster-shells", "fail", "in plain", CLUSTER, shells(logConfiguration={"cloudWatchLogGroupName": "shells"}),
         ("configuration.executeCommandConfiguration.logConfiguration.cloudWatchEncryptionEnabled: is not set, expected "
          "true")),
    case("log-cluster-shells", "unknown", "key", CLUSTER, shells(kmsKeyId=UNKNOWN)),
    case("log-cluster-shells", "unknown", "logging", CLUSTER, shells(logging=UNKNOWN)),
    case("log-cluster-shells", "unknown", "logs", CLUSTER, shells(logConfiguration=UNKNOWN)),
)  # fmt: skip

MARKED: Final = [*GROUP_TAGS, tag("AmazonECSManaged", "true")]


def sized(arn: Any = GROUP_ARN) -> Given:
    return Given(PROVIDER, "provider", {"autoScalingGroupProvider": {"autoScalingGroupArn": arn}, "tags": TAGS})


def hosts(tags: Any, arn: Any = GROUP_ARN) -> Given:
    return Given(GROUP, "hosts", {**group(tags=tags), "id": "hosts", "arn": arn})


NO_TAG: Final = "tags: have no AmazonECSManaged, which ECS adds and the next update would strip"
STACK_CASES: Final[tuple[StackCase, ...]] = (
    stack_case("tag-ecs-groups", "pass", "marked", sized(), hosts(MARKED)),
    stack_case("tag-ecs-groups", "pass", "scaled by nobody", hosts(GROUP_TAGS)),
    stack_case("tag-ecs-groups", "pass", "another group's provider", sized("arn:other"), hosts(GROUP_TAGS)),
    stack_case("tag-ecs-groups", "fail", "unmarked", sized(), hosts(GROUP_TAGS), hosts=NO_TAG),
    stack_case("tag-ecs-groups", "unknown", "tags", sized(), hosts(UNKNOWN)),
    stack_case("tag-ecs-groups", "unknown", "a tag's key", sized(), hosts([{**tag("x"), "key": UNKNOWN}])),
    stack_case("tag-ecs-groups", "unknown", "the group's ARN", sized(UNKNOWN), hosts(GROUP_TAGS, UNKNOWN)),
)  # fmt: skip
