"""What policy documents grant: real actions, on what they act on, under conditions that can hold, to somebody."""

from typing import Any

import pytest

from sandbox.judges import iam
from sandbox.judges.policy.wildcards import arns_overlap, overlap
from tests.sandbox.test_iam_grammar import ACCOUNT, BUCKET, INLINE, KEY, OPEN, READ, ROLE, ROOT, TRUST, document, judged

LOGS = f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:/erp/flow"
KEYS = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/*"


def granted(actions: Any, resources: Any, **more: Any) -> list[str]:
    return judged(INLINE, document({"Effect": "Allow", "Action": actions, "Resource": resources, **more}))


@pytest.mark.parametrize(
    ("actions", "resources"),
    [
        ("s3:GetObject", "arn:aws:s3:::assets/*"),
        ("S3:getobject", "arn:aws:s3:::assets/a.txt"),
        ("s3:Get*", "arn:aws:s3:::assets"),
        (["logs:CreateLogStream", "logs:PutLogEvents"], f"{LOGS}:*"),
        (["logs:DescribeLogStreams", "logs:PutLogEvents"], [LOGS, f"{LOGS}:log-stream:*"]),
        ("logs:DescribeLogGroups", f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:*"),
        ("logs:DescribeLogGroups", "*"),
        ("ecr:GetAuthorizationToken", "*"),
        ("kms:Decrypt", KEYS),
        ("kms:Decrypt", "arn:aws:kms:*:${aws:PrincipalAccount}:key/*"),
        ("*", "*"),
        ("*", "arn:aws:s3:::assets"),
        ("ec2:Describe*", "*"),
        (["bedrock:InvokeModel"], "arn:aws:bedrock:eu-central-1::foundation-model/x"),
        ("s3:GetObject", "arn:aws:s3:::*"),
        ("s3:GetObject", "arn:aws:s3*"),
    ],
)
def test_an_action_on_what_it_acts_on_passes(actions: Any, resources: Any) -> None:
    assert granted(actions, resources) == []


@pytest.mark.parametrize(
    ("actions", "resources", "message"),
    [
        ("s3:GetObjekt", "*", "s3:GetObjekt: there is no such action"),
        ("s3:Fetch*", "*", "no action matches"),
        ("s4:GetObject", "*", "there is no service s4"),
        ("GetObject", "*", "must be SERVICE:ACTION"),
        ("s3:", "*", "must be SERVICE:ACTION"),
        ("s3:GetObject", "assets/*", "must be an ARN of six parts"),
        ("s3:GetObject", "arn:aws:s3:assets", "must be an ARN of six parts"),
        ("s3:GetObject", "arn:aws:s3:::assets", "s3:GetObject acts on none of the resources named"),
        ("s3:GetObject", "arn:aws:s3:::assets", "is nothing that s3:GetObject act on"),
        ("logs:PutLogEvents", LOGS, "acts on none of the resources named, but on arn:*:logs"),
        ("kms:Decrypt", "arn:aws:s3:::assets", "is nothing that kms:Decrypt act on"),
        (
            ["s3:GetObject", "kms:Decrypt"],
            ["arn:aws:s3:::a/*", f"arn:aws:sqs:eu-central-1:{ACCOUNT}:q"],
            ":q is nothing that",
        ),
        ("ecr:GetAuthorizationToken", f"arn:aws:ecr:eu-central-1:{ACCOUNT}:repository/erp", "but on *"),
    ],
)
def test_an_action_that_can_do_nothing_is_refused(actions: Any, resources: Any, message: str) -> None:
    found = granted(actions, resources)
    assert any(message in problem for problem in found), found


def test_services_that_are_not_held_are_said_to_be_unjudged() -> None:
    text = document({"Effect": "Allow", "Action": ["bedrock:InvokeModel", "s3:GetObject"], "Resource": "*"})
    assert judged(INLINE, text) == []
    assert iam.unjudged(INLINE, {"policy": text}) == ["bedrock:InvokeModel"]
    assert iam.unjudged(INLINE, {"policy": document(READ)}) == []
    assert iam.unjudged(INLINE, {"policy": "{"}) == []


def test_a_resources_own_policy_is_about_its_service() -> None:
    assert "which is about s3" in judged(BUCKET, document({**OPEN, "Action": "kms:Decrypt"}))[0]
    assert "which is about kms" in judged(KEY, document(ROOT, {**ROOT, "Sid": "b", "Action": "s3:GetObject"}))[0]
    assert "which is about sts" in judged(ROLE, document({**TRUST, "Action": "ec2:RunInstances"}))[0]


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}},
        {"StringLike": {"kms:EncryptionContext:aws:logs:arn": "arn:*"}},
        {"ForAnyValue:StringEquals": {"kms:EncryptionContextKeys": ["a", "b"]}},
        {"ForAllValues:StringLikeIfExists": {"aws:TagKeys": "a*"}},
        {"StringEqualsIfExists": {"aws:PrincipalTag/team": "erp"}},
        {"StringEquals": {"AWS:sourceaccount": ACCOUNT}},
        {"ArnLike": {"aws:SourceArn": f"arn:aws:logs:*:{ACCOUNT}:*"}, "Bool": {"aws:SecureTransport": True}},
        {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}},
        {"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}},
        {"DateLessThan": {"aws:EpochTime": 1767225600}},
        {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.0.2.1"]}},
        {"Null": {"aws:SourceVpce": "false"}},
        {"ArnEquals": {"aws:PrincipalArn": "${aws:SourceArn}"}},
        {"StringEquals": {"token.actions.githubusercontent.com:sub": "repo:erp"}},
        {"StringEquals": {"bedrock:ThirdPartyKnowledgeBaseCredentialsSecretArn": "x"}},
        {"StringEquals": {"saml:aud": "x"}},
    ],
)
def test_a_condition_that_can_hold_passes(condition: dict[str, Any]) -> None:
    assert granted(["kms:Decrypt", "kms:GenerateDataKey"], KEYS, Condition=condition) == []


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({"StringEqual": {"aws:SourceAccount": ACCOUNT}}, "is no condition operator"),
        ({"NullIfExists": {"aws:SourceAccount": "true"}}, "is no condition operator"),
        ({"ForSomeValue:StringEquals": {"aws:TagKeys": "a"}}, "is no condition operator"),
        ({"StringEquals": {"aws:SourceAcount": ACCOUNT}}, "is no global condition key"),
        ({"StringEquals": {"kms:Via": "s3"}}, "is no condition key of kms"),
        ({"StringEquals": {"kms:KeyUsageX": "s3"}}, "is no condition key of kms"),
        ({"StringEquals": {"s3:prefix": "a"}}, "is a key that no action of the statement knows"),
        ({"StringEquals": {"kms:GrantIsForAWSResource": "true"}}, "is a key that no action of the statement knows"),
        ({"StringEquals": {"SourceAccount": ACCOUNT}}, "must have its service in front"),
        ({"Bool": {"aws:SecureTransport": "no"}}, "must be true or false"),
        ({"NumericLessThan": {"aws:MultiFactorAuthAge": "an hour"}}, "must be a number"),
        ({"DateLessThan": {"aws:CurrentTime": "tomorrow"}}, "must be a date"),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.300"}}, "an address or CIDR block"),
        ({"ArnLike": {"aws:SourceArn": "vpc-1"}}, "an ARN"),
    ],
)
def test_a_condition_that_cannot_hold_is_refused(condition: dict[str, Any], message: str) -> None:
    found = granted(["kms:Decrypt", "kms:GenerateDataKey"], KEYS, Condition=condition)
    assert any(message in problem for problem in found), found


def test_which_keys_apply_cannot_be_told_where_not_every_action_is_named() -> None:
    condition = {"StringEquals": {"s3:prefix": "a"}}
    assert granted("*", "*", Condition=condition) == []
    assert (
        judged(INLINE, document({"Effect": "Deny", "NotAction": "kms:*", "Resource": "*", "Condition": condition}))
        == []
    )


def trusted(**principal: Any) -> list[str]:
    return judged(ROLE, document({**TRUST, "Principal": principal}))


@pytest.mark.parametrize(
    "principal",
    [
        {
            "AWS": [
                ACCOUNT,
                "*",
                f"arn:aws:iam::{ACCOUNT}:root",
                f"arn:aws:iam::{ACCOUNT}:role/erp/a",
                "AIDACKCEVSQ6C2EXAMPLE",
            ]
        },
        {"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/session"},
        {"Service": ["ec2.amazonaws.com", "logs.eu-central-1.amazonaws.com", "vpc-flow-logs.amazonaws.com"]},
        *(
            {"Service": f"{service}.amazonaws.com"}
            for service in (
                *("rds", "ecs", "ecs-tasks", "backup", "config", "cloudtrail", "delivery.logs", "events", "scheduler"),
                *("lambda", "firehose", "s3", "logdelivery.elasticloadbalancing", "sns", "ssm", "synthetics", "spot"),
                *("application-autoscaling", "autoscaling", "monitoring.rds", "export.rds", "guardduty", "securityhub"),
                *(
                    "inspector2",
                    "macie",
                    "athena",
                    "glue",
                    "budgets",
                    "costalerts",
                    "cloudwatch",
                    "imagebuilder",
                    "dms",
                ),
                *("lambda.alarms.cloudwatch", "ssm-incidents", "codebuild", "cognito-idp", "email.cognito-idp", "logs"),
                *(
                    "rum",
                    "elasticfilesystem",
                    "elasticache",
                    "secretsmanager",
                    "kms",
                    "states",
                    "sqs",
                    "shield",
                    "wafv2",
                ),
                *("logging.s3", "batchoperations.s3", "access-analyzer", "cloudformation", "sns.eu-west-1"),
                *("delivery.logs.eu-south-2", "states.us-east-1", "logs.eu-central-2"),
            )
        ),
        {
            "Federated": [
                f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com",
                "accounts.google.com",
            ]
        },
        {"CanonicalUser": "a" * 64},
    ],
)
def test_a_principal_that_aws_knows_passes(principal: dict[str, Any]) -> None:
    assert trusted(**principal) == []


@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": "11111111111"},
        {"AWS": f"arn:aws:iam::{ACCOUNT}:role/*"},
        {"AWS": f"arn:aws:iam::{ACCOUNT}:group/admins"},
        {"AWS": "deploy"},
        {"Service": "ec2"},
        {"Service": "https://ec2.amazonaws.com"},
        {"Service": "nonsense.example.com"},
        {"Service": "nothing.amazonaws.com"},
        {"Service": "logz.eu-central-1.amazonaws.com"},
        {"Service": "logs.eu-nowhere-1.amazonaws.com"},
        {"Service": "budgets.eu-central-1.amazonaws.com"},
        {"Service": "EC2.amazonaws.com"},
        {"Federated": "github"},
        {"CanonicalUser": "me"},
    ],
)
def test_a_principal_that_aws_does_not_know_is_refused(principal: dict[str, Any]) -> None:
    (problem,) = trusted(**principal)
    assert "must be" in problem


def test_the_principals_that_must_exist_are_listed() -> None:
    deploy = f"arn:aws:iam::{ACCOUNT}:role/deploy"
    text = document(
        {**TRUST, "Principal": {"AWS": [deploy, "*"], "Service": "ec2.amazonaws.com", "CanonicalUser": "a" * 64}},
        {**TRUST, "Principal": "*"},
    )
    assert iam.principals(ROLE, {"assumeRolePolicy": text}) == [deploy, "ec2.amazonaws.com"]
    assert iam.principals(INLINE, {"policy": document(READ)}) == []


@pytest.mark.parametrize(
    ("left", "right", "shared"),
    [
        ("a*c", "ab*", True),
        ("a*c", "b*", False),
        ("a?c", "abc", True),
        ("a?c", "a*", True),
        ("?", "??", False),
        ("*", "", True),
        ("a*", "*b", True),
        ("ab", "a", False),
        ("a?*", "a", False),
        ("*x*", "*y*", True),
    ],
)
def test_two_patterns_share_a_text_or_not(left: str, right: str, shared: bool) -> None:
    assert overlap(left, right) is shared
    assert overlap(right, left) is shared


def test_arns_overlap_part_by_part() -> None:
    assert arns_overlap("arn:aws:s3:::a/*", "arn:*:s3:::*/*")
    assert not arns_overlap("arn:aws:s3:::a", "arn:*:s3:::*/*")
    assert arns_overlap("*", "arn:*:s3:::*")
    assert arns_overlap("arn:aws:s3*", "arn:*:s3:::*")
    assert not arns_overlap("arn:aws:ec2*", "arn:*:s3:::*")


@pytest.mark.parametrize(
    ("token", "path", "statement"),
    [
        (ROLE, "assumeRolePolicy", {"Action": "sts:AssumeRole"}),
        (KEY, "policy", {"Action": "kms:Decrypt", "Resource": "*"}),
        (BUCKET, "policy", {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::assets/*"}),
    ],
)
def test_a_service_that_aws_does_not_have_is_no_principal_in_any_kind_of_policy(
    token: str, path: str, statement: dict[str, Any]
) -> None:
    def told(service: str) -> list[str]:
        text = document(ROOT, {"Effect": "Allow", "Principal": {"Service": service}, **statement})
        inputs = {path: document({"Effect": "Allow", "Principal": {"Service": service}, **statement})}
        return [problem.message for problem in iam.judge(token, {path: text} if token == KEY else inputs)]

    assert told("logs.eu-central-1.amazonaws.com") == []
    (message,) = told("logz.eu-central-1.amazonaws.com")
    assert "MalformedPolicyDocument" in message
