"""First mistakes with roles, policies and the keys that they may use; each with the nearest thing that is right."""

import json
from typing import Any

import pytest

from sandbox.behaviours.aws_key_access import NEEDED, lacking
from sandbox.operations import Refused
from tests.sandbox.offline import (
    ACCOUNT,
    KEY,
    LOG_GROUP,
    OTHER_ACCOUNT,
    PRIMARY,
    RECOVERY,
    ROLE,
    ROLE_POLICY,
    Caller,
    Offline,
    key_policy,
    trust_policy,
)

POLICY = "aws:iam/policy:Policy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
LINKED = "aws:iam/serviceLinkedRole:ServiceLinkedRole"
AUTO_SCALING = "autoscaling.amazonaws.com"
EC2 = trust_policy(Service="ec2.amazonaws.com")
READ = {"Effect": "Allow", "Action": "logs:GetLogEvents", "Resource": "*"}
HOSTS_ROLE = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/{AUTO_SCALING}/AWSServiceRoleForAutoScaling_mine"


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


# --- service-linked roles


def test_a_service_linked_role_is_made_once_in_an_account(offline: Offline, aws: Caller) -> None:
    made = aws.make(LINKED, "first", awsServiceName=AUTO_SCALING)
    assert made.id == made.arn == HOSTS_ROLE.removesuffix("_mine")
    with pytest.raises(Refused, match="name AWSServiceRoleForAutoScaling has been taken in this account"):
        aws.make(LINKED, "second", awsServiceName=AUTO_SCALING)
    with pytest.raises(Refused, match="has been taken"):
        offline.aws(RECOVERY).make(LINKED, "elsewhere", awsServiceName=AUTO_SCALING)
    assert aws.make(LINKED, "suffix", awsServiceName=AUTO_SCALING, customSuffix="mine").arn == HOSTS_ROLE
    assert offline.aws(account=OTHER_ACCOUNT).make(LINKED, "other", awsServiceName=AUTO_SCALING)


def test_a_service_says_whether_its_role_takes_a_suffix(aws: Caller) -> None:
    with pytest.raises(Refused, match=r"Custom suffix is not allowed for ecs\.amazonaws\.com"):
        aws.make(LINKED, awsServiceName="ecs.amazonaws.com", customSuffix="mine")
    with pytest.raises(Refused, match="a role at most 64"):
        aws.make(LINKED, awsServiceName=AUTO_SCALING, customSuffix="x" * 36)
    assert aws.make(LINKED, "ecs", awsServiceName="ecs.amazonaws.com").arn.endswith("/AWSServiceRoleForECS")
    assert aws.make(LINKED, "long", awsServiceName=AUTO_SCALING, customSuffix="x" * 35)


# --- managed policies


def test_a_policy_stays_while_it_bounds_a_role_or_is_attached_to_one(aws: Caller) -> None:
    policy = aws.make(POLICY, policy=document(READ))
    bounded = aws.make(ROLE, "bounded", assumeRolePolicy=EC2, permissionsBoundary=policy.arn)
    with pytest.raises(Refused, match=r"DeleteConflict: .* has it as permissionsBoundary"):
        aws.delete(policy)
    bounded = aws.update(bounded, permissionsBoundary=None)
    attachment = aws.make(ATTACHMENT, role=bounded.id, policyArn=policy.arn)
    with pytest.raises(Refused, match=r"DeleteConflict: .* has it as policyArn"):
        aws.delete(policy)
    with pytest.raises(Refused, match="is still in the role"):
        aws.delete(bounded)
    aws.delete(attachment)
    aws.delete(policy)
    aws.delete(bounded)


def test_a_managed_policy_has_at_most_6144_characters_and_white_space_does_not_count(aws: Caller) -> None:
    def of(length: int) -> dict[str, Any]:
        empty = document({**READ, "Sid": ""})
        return {**READ, "Sid": "a" * (length - len("".join(empty.split())))}

    with pytest.raises(AssertionError, match="at most 6144 characters"):
        aws.make(POLICY, policy=document(of(6145)))
    assert aws.make(POLICY, policy=json.dumps(json.loads(document(of(6144))), indent=4))


def test_two_policies_of_one_name_differ_by_more_than_letter_case(aws: Caller) -> None:
    aws.make(POLICY, name="Reads", policy=document(READ))
    with pytest.raises(Refused, match="'reads' is taken"):
        aws.make(POLICY, name="reads", policy=document(READ))
    assert aws.make(POLICY, name="reads-more", policy=document(READ))


def test_a_boundary_that_nobody_made_is_refused(aws: Caller) -> None:
    missing = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
    with pytest.raises(Refused, match=f"permissionsBoundary: no Policy '{missing}' exists"):
        aws.make(ROLE, assumeRolePolicy=EC2, permissionsBoundary=missing)
    aws.make(POLICY, name="boundary", policy=document(READ))
    assert aws.make(ROLE, assumeRolePolicy=EC2, permissionsBoundary=missing)


# --- 13: the key of a log group; the role of a key's policy


def test_13_a_log_group_s_key_has_to_admit_the_logs_service_of_its_region(aws: Caller) -> None:
    elsewhere = aws.make(KEY, "elsewhere", policy=key_policy(f"logs.{RECOVERY}.amazonaws.com"))
    with pytest.raises(Refused, match=rf"AccessDeniedException: .* does not let logs\.{PRIMARY}\.amazonaws\.com use"):
        aws.make(LOG_GROUP, kmsKeyId=elsewhere.arn)
    here = aws.make(KEY, "here", policy=key_policy(f"logs.{PRIMARY}.amazonaws.com"))
    assert aws.make(LOG_GROUP, kmsKeyId=here.arn)


def hosts_policy(*statements: dict[str, Any]) -> str:
    policy = json.loads(key_policy())
    full = [{"Effect": "Allow", "Principal": {"AWS": HOSTS_ROLE}, "Resource": "*", **one} for one in statements]
    return json.dumps({**policy, "Statement": [*policy["Statement"], *full]})


USE = {"Action": ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]}
GRANT = {"Action": "kms:CreateGrant", "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}}


def test_7_a_key_policy_can_only_name_a_role_that_is_there(aws: Caller) -> None:
    with pytest.raises(Refused, match=f"MalformedPolicyDocument: the principal {HOSTS_ROLE} does not exist"):
        aws.make(KEY, policy=hosts_policy(USE, GRANT))
    aws.make(LINKED, awsServiceName=AUTO_SCALING, customSuffix="mine")
    assert aws.make(KEY, policy=hosts_policy(USE, GRANT))


@pytest.mark.parametrize(
    ("statements", "lacks"),
    [
        ([USE, GRANT], []),
        ([{"Action": "kms:*"}], []),
        ([{**USE, "Principal": "*"}, GRANT], []),
        ([{**USE, "Condition": {"StringEquals": {"kms:ViaService": f"ec2.{PRIMARY}.amazonaws.com"}}}, GRANT], []),
        ([USE], ["kms:CreateGrant"]),
        ([USE, {**GRANT, "Condition": {"Bool": {"kms:GrantIsForAWSResource": "false"}}}], ["kms:CreateGrant"]),
        ([], list(NEEDED)),
        ([{**USE, "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}, GRANT], list(NEEDED[1:])),
        ([USE, GRANT, {"Effect": "Deny", "Action": "kms:Decrypt"}], ["kms:Decrypt"]),
    ],
)
def test_7_what_auto_scaling_s_role_lacks_on_a_key_is_told(statements: list[dict[str, Any]], lacks: list[str]) -> None:
    assert lacking(hosts_policy(*statements), HOSTS_ROLE) == lacks
    assert lacking("", HOSTS_ROLE) == list(NEEDED)


def test_a_role_policy_goes_before_its_role(aws: Caller) -> None:
    role = aws.make(ROLE, assumeRolePolicy=EC2)
    policy = aws.make(ROLE_POLICY, role=role.id, policy=document(READ))
    with pytest.raises(Refused, match="DeleteConflict"):
        aws.delete(role)
    aws.delete(policy)
    aws.delete(role)
