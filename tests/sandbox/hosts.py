"""What a group of hosts needs around it, made in the offline cloud; each part can be made otherwise."""

import base64
import json
from dataclasses import dataclass
from typing import Any, Final

from tests.sandbox.offline import (
    ACCOUNT,
    GROUP,
    PRIMARY,
    ROLE,
    SUBNET,
    VPC,
    Caller,
    Made,
    key_policy,
    trust_policy,
)

CLUSTER: Final = "aws:ecs/cluster:Cluster"
HOSTS: Final = "aws:autoscaling/group:Group"
PROFILE: Final = "aws:iam/instanceProfile:InstanceProfile"
PROVIDER: Final = "aws:ecs/capacityProvider:CapacityProvider"
PROVIDERS: Final = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
SCHEDULE: Final = "aws:autoscaling/schedule:Schedule"
TEMPLATE: Final = "aws:ec2/launchTemplate:LaunchTemplate"
LINKED: Final = "aws:iam/serviceLinkedRole:ServiceLinkedRole"

IMAGE: Final = "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"
HOSTS_ROLE: Final = (
    f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling_mine"
)


def joins(cluster: str) -> str:
    """User data of a host that joins a cluster."""
    return base64.b64encode(f"#!/bin/bash\necho ECS_CLUSTER={cluster} >> /etc/ecs/ecs.config\n".encode()).decode()


def disk(key: Made, **more: Any) -> list[dict[str, Any]]:
    return [{"deviceName": "/dev/xvda", "ebs": {"encrypted": "true", "kmsKeyId": key.arn, **more}}]


def open_key_policy() -> str:
    """A key policy that lets Auto Scaling's role of the stack in."""
    policy = json.loads(key_policy())
    use = {"Effect": "Allow", "Principal": {"AWS": HOSTS_ROLE}, "Action": "kms:*", "Resource": "*"}
    return json.dumps({**policy, "Statement": [*policy["Statement"], use]})


@dataclass
class Ground:
    """A network with a subnet in each of two zones, a role that hosts may have, and a cluster."""

    aws: Caller

    def __post_init__(self) -> None:
        aws = self.aws
        self.vpc = aws.make(VPC, cidrBlock="10.0.0.0/16")
        self.subnets = [
            aws.make(SUBNET, zone, vpcId=self.vpc.id, cidrBlock=f"10.0.{n}.0/24", availabilityZone=f"{PRIMARY}{zone}")
            for n, zone in enumerate("ab")
        ]
        self.security_group = aws.make(GROUP, vpcId=self.vpc.id)
        self.role = aws.make(ROLE, assumeRolePolicy=trust_policy(Service="ec2.amazonaws.com"))
        self.profile = aws.make(PROFILE, role=self.role.id)
        self.linked = aws.make(LINKED, awsServiceName="autoscaling.amazonaws.com", customSuffix="mine")

    def cluster(self, name: str = "main", **more: Any) -> Made:
        return self.aws.make(CLUSTER, name, name=name, **more)

    def template(self, name: str = "hosts", **more: Any) -> Made:
        """A whole template, with what is given instead; None leaves a property out."""
        plain = {
            "imageId": IMAGE,
            "instanceType": "t3.xlarge",
            "iamInstanceProfile": {"arn": self.profile.arn},
            "vpcSecurityGroupIds": [self.security_group.id],
            **more,
        }
        return self.aws.make(TEMPLATE, name, **{key: value for key, value in plain.items() if value is not None})

    def group(self, template: Made | None = None, name: str = "hosts", **more: Any) -> Made:
        """A group over both zones, of a template or of what is given instead."""
        plain: dict[str, Any] = {
            "minSize": 1,
            "maxSize": 3,
            "vpcZoneIdentifiers": [subnet.id for subnet in self.subnets],
            **({"launchTemplate": {"id": template.id, "version": "$Latest"}} if template else {}),
            **more,
        }
        return self.aws.make(HOSTS, name, **{key: value for key, value in plain.items() if value is not None})

    def provider(self, group: Made, name: str = "main-hosts", **more: Any) -> Made:
        settings = {"autoScalingGroupArn": group.arn, "managedScaling": {"status": "ENABLED"}, **more}
        return self.aws.make(PROVIDER, name, name=name, autoScalingGroupProvider=settings)
