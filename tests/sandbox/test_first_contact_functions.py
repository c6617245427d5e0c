"""What a real account refuses of functions and rotations at first, and the nearest thing that it takes."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.operations import Refused
from sandbox.values import Asset
from tests.sandbox import offline as kinds
from tests.sandbox.offline import ACCOUNT, PRIMARY, Caller, Made, trust_policy

FUNCTION = "aws:lambda/function:Function"
PERMISSION = "aws:lambda/permission:Permission"
SECRET = "aws:secretsmanager/secret:Secret"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"

ENI = ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"]
Network = dict[str, Any]


def code(text: str = "a", path: str = "/here") -> Asset:
    return Asset({"hash": text * 64, "assets": {"handler.py": Asset({"path": path, "hash": text * 64})}})


def policy(*actions: str) -> str:
    statement = {"Sid": "Does", "Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def role(aws: Caller, name: str = "role", *, service: str = "lambda.amazonaws.com", actions: list[str] = ENI) -> Made:
    made = aws.make(kinds.ROLE, name, assumeRolePolicy=trust_policy(Service=service))
    if actions:
        aws.make(kinds.ROLE_POLICY, name, role=made.id, policy=policy(*actions))
    return made


def network(aws: Caller, name: str = "vpc", block: str = "10.0") -> Network:
    vpc = aws.make(kinds.VPC, name, cidrBlock=f"{block}.0.0/16")
    subnet = aws.make(kinds.SUBNET, name, vpcId=vpc.id, cidrBlock=f"{block}.0.0/24", availabilityZone=f"{PRIMARY}a")
    return {"subnetIds": [subnet.id], "securityGroupIds": [aws.make(kinds.GROUP, name, vpcId=vpc.id).id]}


def function(aws: Caller, name: str = "function", **changes: Any) -> Made:
    inputs = {"code": code(), "handler": "handler.handle", "runtime": "python3.13", **changes}
    inputs.setdefault("role", role(aws, f"{name}-role").arn if "role" not in inputs else None)
    return aws.make(FUNCTION, name, **{key: value for key, value in inputs.items() if value is not None})


def test_a_function_in_a_network_is_made_as_a_real_account_makes_it(aws: Caller) -> None:
    made = function(aws, vpcConfig=network(aws), environment={"variables": {"HOST": "db"}})
    assert made.arn == f"arn:aws:lambda:{PRIMARY}:{ACCOUNT}:function:{made.id}"
    assert made.properties["version"] == "$LATEST"
    assert made.properties["vpcConfig"]["vpcId"].startswith("vpc-")
    assert made.id.startswith("function-")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (lambda aws: {"role": role(aws, service="ec2.amazonaws.com").arn}, "cannot be assumed by Lambda"),
        (
            lambda aws: {"role": role(aws, actions=[]).arn, "vpcConfig": network(aws)},
            "does not have permissions to call CreateNetworkInterface on EC2",
        ),
        (
            lambda aws: {"role": role(aws, actions=ENI[:2]).arn, "vpcConfig": network(aws)},
            "does not have permissions to call DeleteNetworkInterface on EC2",
        ),
        (
            lambda aws: {
                "vpcConfig": {**network(aws), "securityGroupIds": network(aws, "other", "10.1")["securityGroupIds"]}
            },
            "have to lie in one network",
        ),
        (lambda aws: {"vpcConfig": {**network(aws), "securityGroupIds": []}}, "must both be given"),
        (lambda _: {"runtime": "python3.8"}, "no longer supported for creating or updating"),
        (lambda _: {"runtime": "nodejs16.x"}, "no longer supported"),
        (lambda _: {"runtime": None}, "runtime must be set"),
        (lambda _: {"environment": {"variables": {"AWS_REGION": "eu-west-1"}}}, "reserved keys.*AWS_REGION"),
        (lambda _: {"environment": {"variables": {"TEXT": "x" * 4093}}}, "exceeded the 4KB limit"),
        (lambda _: {"reservedConcurrentExecutions": 901}, r"below its minimum value of \[100\]"),
    ],
)
def test_a_function_that_lambda_would_not_make_is_refused(
    aws: Caller, changes: Callable[[Caller], dict[str, Any]], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        function(aws, **changes(aws))


@pytest.mark.parametrize(
    "changes",
    [
        lambda aws: {"role": role(aws, actions=[]).arn},
        lambda aws: {"role": role(aws, actions=["ec2:*NetworkInterface*"]).arn, "vpcConfig": network(aws)},
        lambda _: {"runtime": "python3.12"},
        lambda _: {"runtime": "provided.al2023"},
        lambda _: {"environment": {"variables": {"REGION": "eu-west-1", "TEXT": "x" * 4000}}},
        lambda _: {"reservedConcurrentExecutions": 900},
        lambda _: {"reservedConcurrentExecutions": 0},
    ],
)
def test_a_function_that_lambda_would_make_is_made(aws: Caller, changes: Callable[[Caller], dict[str, Any]]) -> None:
    assert function(aws, **changes(aws)).arn


def test_reservations_of_all_functions_of_a_region_add_up(aws: Caller) -> None:
    function(aws, "first", reservedConcurrentExecutions=600)
    with pytest.raises(Refused, match="UnreservedConcurrentExecution"):
        function(aws, "second", reservedConcurrentExecutions=301)
    assert function(aws, "third", reservedConcurrentExecutions=300).arn


def test_the_same_files_in_another_folder_are_the_same_code(aws: Caller) -> None:
    made = function(aws)
    moved, changed = ({**made.inputs, "code": other} for other in (code(path="/there"), code("b")))
    assert list(aws.clouds.diff(aws.connection, FUNCTION, made.inputs, moved)) == []
    assert [change.path for change in aws.clouds.diff(aws.connection, FUNCTION, made.inputs, changed)] == ["code"]
    assert function(aws, "second").properties["codeSha256"] == made.properties["codeSha256"]
    assert function(aws, "third", code=code("b")).properties["codeSha256"] != made.properties["codeSha256"]


def test_a_statement_id_is_taken_once_in_a_functions_policy(aws: Caller) -> None:
    first, second = function(aws), function(aws, "second")
    statement = {"action": "lambda:InvokeFunction", "principal": "s3.amazonaws.com", "statementId": "s3"}
    aws.make(PERMISSION, "one", function=first.id, **statement)
    with pytest.raises(Refused, match="s3"):
        aws.make(PERMISSION, "two", function=first.arn, **statement)
    assert aws.make(PERMISSION, "three", function=second.arn, **statement).id == f"{second.id}/s3"


def rotation(aws: Caller, *, value: bool = True, **permission: Any) -> Made:
    secret = aws.make(SECRET, "secret", name="admin")
    if value:
        aws.make(VERSION, "version", secretId=secret.id, secretString="{}")
    made = function(aws)
    if permission:
        statement = {"action": "lambda:InvokeFunction", "principal": "secretsmanager.amazonaws.com", **permission}
        aws.make(PERMISSION, "permission", function=made.id, **statement)
    rules = {"automaticallyAfterDays": 30}
    return aws.make(ROTATION, "rotation", secretId=secret.id, rotationLambdaArn=made.arn, rotationRules=rules)


@pytest.mark.parametrize(
    ("permission", "value", "said"),
    [
        ({}, True, "Secrets Manager cannot invoke the specified Lambda function"),
        ({"principal": "s3.amazonaws.com"}, True, "cannot invoke"),
        ({"action": "lambda:GetFunction"}, True, "cannot invoke"),
        ({"sourceAccount": "222222222222"}, True, "cannot invoke"),
        ({"sourceArn": f"arn:aws:secretsmanager:{PRIMARY}:{ACCOUNT}:secret:other-*"}, True, "cannot invoke"),
        ({"sourceAccount": ACCOUNT}, False, "needs one before it can rotate"),
    ],
)
def test_a_rotation_that_could_not_begin_is_refused(
    aws: Caller, permission: dict[str, Any], value: bool, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        rotation(aws, value=value, **permission)


@pytest.mark.parametrize(
    "permission",
    [
        {"sourceAccount": ACCOUNT},
        {"sourceArn": f"arn:aws:secretsmanager:{PRIMARY}:{ACCOUNT}:secret:*"},
        {"action": "lambda:*"},
    ],
)
def test_a_rotation_whose_function_may_be_called_is_made(aws: Caller, permission: dict[str, Any]) -> None:
    assert rotation(aws, **permission).properties["rotationEnabled"] is True
