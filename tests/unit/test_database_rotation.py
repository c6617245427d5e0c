"""The administrator's password of each shard: a function that replaces it at once, and has rights to nothing else."""

import json
from typing import Any

import pytest

from components.database.rotation_package import HANDLER, ROOTS, sources
from sandbox.values import reveal
from tests.graph import Graph, Node

FUNCTION = "aws:lambda/function:Function"
INSTANCE = "aws:rds/instance:Instance"
PERMISSION = "aws:lambda/permission:Permission"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ROTATION = "aws:secretsmanager/secretRotation:SecretRotation"
SECRET = "aws:secretsmanager/secret:Secret"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"


def rotations(graph: Graph) -> list[Node]:
    return graph.some(ROTATION)


def function_of(graph: Graph, rotation: Node) -> Node:
    return graph.reference(rotation, "rotationLambdaArn")


@pytest.mark.req("D1", "T4")
def test_the_password_of_every_shard_is_replaced_at_once_and_each_month(graph: Graph) -> None:
    for secret in graph.some(SECRET, name="database-admin-*"):
        (rotation,) = [one for one in rotations(graph) if graph.reference(one, "secretId") == secret]
        assert rotation.value("rotateImmediately") is True
        assert rotation.value("rotationRules") == {"automaticallyAfterDays": 30}


@pytest.mark.req("D1", "T4")
def test_a_rotation_waits_for_all_that_its_first_run_needs(graph: Graph) -> None:
    for rotation in rotations(graph):
        function = function_of(graph, rotation)
        permission = next(one for one in graph.some(PERMISSION) if graph.reference(one, "function") == function)
        policy = next(
            one for one in graph.some(ROLE_POLICY) if graph.reference(one, "role") == graph.reference(function, "role")
        )
        shard = rotation.name.rpartition("-")[2]
        needed = [
            permission,
            policy,
            graph.one(INSTANCE, f"database-primary-{shard}"),
            graph.one(VERSION, f"database-admin-bootstrap-{shard}"),
            *graph.some("aws:ec2/natGateway:NatGateway", under="network"),
            *graph.some("aws:ec2/route:Route", under="network"),
        ]
        assert [one.name for one in needed if not graph.waits_for(rotation, one)] == []


@pytest.mark.req("T4")
def test_only_secrets_manager_for_its_one_secret_may_call_the_function(graph: Graph) -> None:
    for rotation in rotations(graph):
        function = function_of(graph, rotation)
        (permission,) = [one for one in graph.some(PERMISSION) if graph.reference(one, "function") == function]
        assert permission.value("principal") == "secretsmanager.amazonaws.com"
        assert permission.value("action") == "lambda:InvokeFunction"
        assert graph.reference(permission, "sourceArn") == graph.reference(rotation, "secretId")
        assert permission.value("sourceAccount")


@pytest.mark.req("T4")
def test_the_role_of_a_function_reaches_one_secret_and_no_other(graph: Graph) -> None:
    trusted: list[Any] = []
    for rotation in rotations(graph):
        function, secret = function_of(graph, rotation), graph.reference(rotation, "secretId")
        role = graph.reference(function, "role")
        trusted.append(json.loads(role.value("assumeRolePolicy"))["Statement"][0]["Principal"])
        (policy,) = [one for one in graph.some(ROLE_POLICY) if graph.reference(one, "role") == role]
        found = {one["Sid"]: one for one in json.loads(policy.value("policy"))["Statement"]}
        assert found["RotatesItsSecret"]["Resource"] == secret.outputs["arn"]
        elsewhere = [one for one in graph.some(SECRET) if one != secret]
        assert not [one.name for one in elsewhere if one.outputs["arn"] in policy.value("policy")]
    assert trusted == [{"Service": "lambda.amazonaws.com"}] * len(trusted)


@pytest.mark.req("D1")
def test_the_function_holds_our_code_the_driver_and_the_roots_of_its_region(graph: Graph) -> None:
    for rotation in rotations(graph):
        function = function_of(graph, rotation)
        assert (function.value("handler"), function.value("runtime")) == (HANDLER, "python3.13")
        held = function.value("code").fields["assets"]
        assert set(held) == {*sources(), ROOTS}
        assert "Amazon RDS" not in str(held[ROOTS].fields.get("text", "")), "certificates, base64 within"
        assert held[ROOTS].fields["text"].count("BEGIN CERTIFICATE") == 3


@pytest.mark.req("T4")
def test_the_function_stands_in_the_app_tier_and_is_told_no_secret(graph: Graph) -> None:
    for rotation in rotations(graph):
        function = function_of(graph, rotation)
        tiers = {subnet.name for subnet in graph.references(function, "vpcConfig") if "subnet" in subnet.type}
        assert tiers
        assert all(name.startswith("network-subnet-app-") for name in tiers)
        assert set(function.value("environment")["variables"]) == {
            "DATABASE_HOST",
            "DATABASE_NAME",
            "DATABASE_PORT",
            "DATABASE_ROOTS",
        }
        assert not function.has("reservedConcurrentExecutions"), "a new account has too few to reserve any"
        assert graph.reference(function, "kmsKeyArn").name == "encryption-key-secrets"
        assert graph.reference(function, "loggingConfig").name == rotation.name.replace("-order-", "-log-")


@pytest.mark.req("D1", "T4")
def test_no_password_stands_in_plain_in_what_the_engine_is_given(prod: Graph) -> None:
    for version in prod.some(VERSION, name="database-*"):
        written = version.inputs["secretStringWo"]
        assert type(written).__name__ == "Secret"
        password = json.loads(str(reveal(written)))["password"]
        assert password
        others = [node for node in prod.nodes if password in str(node.inputs) and node != version]
        assert others == []
