"""First mistakes with the keys of hosts' volumes and the role by which Auto Scaling works (7), made on purpose."""

import json
from typing import Any

import pytest

from sandbox.operations import Refused
from tests.sandbox.offline import (
    ACCOUNT,
    KEY,
    PRIMARY,
    RECOVERY,
    REPLICA,
    SUBNET,
    VPC,
    Caller,
    Made,
    Offline,
    key_policy,
)

LINKED = "aws:iam/serviceLinkedRole:ServiceLinkedRole"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
GROUP = "aws:autoscaling/group:Group"
SERVICE = "autoscaling.amazonaws.com"
IMAGE = "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"
USE = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]


def policy_for(role: str) -> str:
    """The two statements that the Auto Scaling guide asks for, on a key that the account keeps control of."""
    use = {"Effect": "Allow", "Principal": {"AWS": role}, "Action": USE, "Resource": "*"}
    grants = {**use, "Action": "kms:CreateGrant", "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}}
    policy = json.loads(key_policy())
    return json.dumps({**policy, "Statement": [*policy["Statement"], use, grants]})


@pytest.fixture
def role(aws: Caller) -> Made:
    return aws.make(LINKED, awsServiceName=SERVICE, customSuffix="mine")


@pytest.fixture
def subnet(aws: Caller) -> Made:
    vpc = aws.make(VPC, cidrBlock="10.0.0.0/16")
    return aws.make(SUBNET, vpcId=vpc.id, cidrBlock="10.0.0.0/24", availabilityZone=f"{PRIMARY}a")


def template(aws: Caller, key: str | None, name: str = "hosts") -> Made:
    volume: dict[str, Any] = {"encrypted": "true", **({} if key is None else {"kmsKeyId": key})}
    mapping = {"deviceName": "/dev/xvda", "ebs": volume}
    return aws.make(TEMPLATE, name, imageId=IMAGE, instanceType="t3.xlarge", blockDeviceMappings=[mapping])


def group(aws: Caller, subnet: Made, launches: Made, **more: Any) -> Made:
    sizes = {"minSize": 0, "maxSize": 3}
    named = {"launchTemplate": {"id": launches.id, "version": "$Latest"}}
    return aws.make(GROUP, "hosts", vpcZoneIdentifiers=[subnet.id], **sizes, **{**named, **more})


def test_7_hosts_with_volumes_under_a_key_that_does_not_let_auto_scaling_in_never_start(
    aws: Caller, role: Made, subnet: Made
) -> None:
    closed = aws.make(KEY, "closed", policy=key_policy())
    with pytest.raises(Refused, match=r"launchTemplate: Client\.InvalidKMSKey\.InvalidState: .* kms:CreateGrant"):
        group(aws, subnet, template(aws, closed.arn), serviceLinkedRoleArn=role.arn)
    opened = aws.make(KEY, "opened", policy=policy_for(role.arn))
    assert group(aws, subnet, template(aws, opened.arn, "right"), serviceLinkedRoleArn=role.arn)


def test_7_the_key_has_to_let_in_the_very_role_that_the_group_works_by(aws: Caller, role: Made, subnet: Made) -> None:
    key = aws.make(KEY, policy=policy_for(role.arn))
    launches = template(aws, key.arn)
    with pytest.raises(Refused, match=r"does not let .*/AWSServiceRoleForAutoScaling call kms:CreateGrant"):
        group(aws, subnet, launches)
    made = group(aws, subnet, launches, serviceLinkedRoleArn=role.arn)
    with pytest.raises(Refused, match=r"Client\.InvalidKMSKey\.InvalidState"):
        aws.update(made, serviceLinkedRoleArn=None)
    own = aws.make(LINKED, "own", awsServiceName=SERVICE)
    both = aws.make(KEY, "both", policy=policy_for(own.arn))
    assert group(aws, subnet, template(aws, both.arn, "plain"), name="plain")


def test_7_a_mixed_group_is_judged_by_each_template_that_it_names(aws: Caller, role: Made, subnet: Made) -> None:
    closed = template(aws, aws.make(KEY, "closed", policy=key_policy()).arn, "closed")
    opened = template(aws, aws.make(KEY, "opened", policy=policy_for(role.arn)).arn, "opened")

    def make(first: Made, second: Made) -> Made:
        named = {"launchTemplateName": second.properties["name"], "version": "$Latest"}
        whole = {
            "launchTemplateSpecification": {"launchTemplateId": first.id, "version": "$Latest"},
            "overrides": [{"instanceType": "t3.xlarge", "launchTemplateSpecification": named}],
        }
        sizes = {"minSize": 0, "maxSize": 3, "vpcZoneIdentifiers": [subnet.id]}
        mixed = {"mixedInstancesPolicy": {"launchTemplate": whole}}
        return aws.make(GROUP, "mixed", serviceLinkedRoleArn=role.arn, **sizes, **mixed)

    with pytest.raises(Refused, match=r"mixedInstancesPolicy\.launchTemplate: Client\.InvalidKMSKey"):
        make(closed, opened)
    with pytest.raises(Refused, match=r"launchTemplate\.overrides\[0\]: Client\.InvalidKMSKey"):
        make(opened, closed)
    assert make(opened, opened)


def test_7_aws_s_own_key_lets_every_account_s_hosts_in(aws: Caller, subnet: Made) -> None:
    assert group(aws, subnet, template(aws, None))
    assert group(aws, subnet, template(aws, "alias/aws/ebs", "managed"), name="managed")


def test_7_a_replica_needs_the_statements_again(offline: Offline, role: Made, aws: Caller) -> None:
    primary = aws.make(KEY, policy=policy_for(role.arn), multiRegion=True)
    recovery = offline.aws(RECOVERY)
    replica = recovery.make(REPLICA, primaryKeyArn=primary.arn, policy=key_policy())
    vpc = recovery.make(VPC, cidrBlock="10.1.0.0/16")
    away = recovery.make(SUBNET, vpcId=vpc.id, cidrBlock="10.1.0.0/24", availabilityZone=f"{RECOVERY}a")
    with pytest.raises(Refused, match=r"Client\.InvalidKMSKey\.InvalidState"):
        group(recovery, away, template(recovery, replica.arn), serviceLinkedRoleArn=role.arn)
    recovery.update(replica, policy=policy_for(role.arn))
    assert group(recovery, away, template(recovery, replica.arn, "right"), serviceLinkedRoleArn=role.arn)


def test_a_service_linked_role_stays_while_a_group_works_by_it(aws: Caller, role: Made, subnet: Made) -> None:
    own = aws.make(LINKED, "own", awsServiceName=SERVICE)
    launches = template(aws, None)
    plain = group(aws, subnet, launches, name="plain")
    named = group(aws, subnet, launches, name="named", serviceLinkedRoleArn=role.arn)
    for linked in (own, role):
        with pytest.raises(Refused, match="the deletion task FAILED: the role is in use by"):
            aws.delete(linked)
    aws.delete(plain)
    aws.delete(own)
    with pytest.raises(Refused, match="in use by named"):
        aws.delete(role)
    aws.delete(named)
    aws.delete(role)
    assert role.arn == f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/{SERVICE}/AWSServiceRoleForAutoScaling_mine"
