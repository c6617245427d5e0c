"""Container definitions and the permissions of tasks: what every one of them has, whatever the settings say."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from components.compute import containers, permissions
from components.compute.containers import Container
from components.compute.permissions import Ground
from components.documents import Statement
from settings.compute.services import CAPABILITIES, MOUNTS

ACCOUNT, REGION = "333333333333", "eu-central-1"
GROUND = Ground(
    account_id=ACCOUNT,
    region=REGION,
    data_key="arn:aws:kms:data",
    secrets_key="arn:aws:kms:secrets",
    file_system="arn:aws:elasticfilesystem:files",
    access_points={name: f"arn:aws:elasticfilesystem:{name}" for name in MOUNTS},
    buckets={name: f"arn:aws:s3:::{name}" for name in ("documents", "assets", "archives")},
    connect={role: [f"arn:aws:rds-db:{role}"] for role in permissions.DATABASE_ROLES.values()},
    cache_connect={"redis": ["arn:aws:elasticache:group", "arn:aws:elasticache:app"],
                   "redis_worker": ["arn:aws:elasticache:group", "arn:aws:elasticache:worker"]},
    parameters={name: f"arn:aws:ssm:{name}" for name in ("database", "redis", "memcached")},
    metrics_namespace="ERP/prod",
)  # fmt: skip
USES = st.lists(st.sampled_from([*CAPABILITIES, "database_migrator"]), unique=True)

# The parts of an ARN that a capability may bring, by capability.
BRINGS: dict[str, set[str]] = {
    "database": {"erp_app", "ssm:database"},
    "database_reader": {"erp_reader", "ssm:database"},
    "database_migrator": {"erp_migrator", "ssm:database"},
    "redis": {"elasticache:app", "elasticache:group", "ssm:redis"},
    "redis_worker": {"elasticache:worker", "elasticache:group", "ssm:redis"},
    "memcached": {"ssm:memcached"},
    "documents": {"s3:::documents", "kms:data"},
    "assets": {"s3:::assets", "kms:data"},
    "archives": {"s3:::archives", "kms:data"},
}


def resources(statements: list[Statement]) -> set[str]:
    return {resource for statement in statements for resource in statement.resources}


@given(USES, st.lists(st.sampled_from(MOUNTS), unique=True), st.booleans())
def test_a_service_gets_what_it_uses_and_nothing_else(uses: list[str], mounts: list[str], metrics: bool) -> None:
    found = resources(permissions.task_statements(uses, mounts, GROUND, metrics=metrics))
    wanted = {part for name in uses for part in BRINGS[name]}
    if mounts:
        wanted.add("elasticfilesystem:files")
    arns = {arn.removeprefix("arn:aws:").removesuffix("/*").replace("rds-db:", "") for arn in found - {"*"}}
    assert arns == wanted
    assert ("*" in found) == metrics


@given(USES, st.booleans())
def test_all_resources_stand_only_with_a_reason_and_a_condition(uses: list[str], metrics: bool) -> None:
    for statement in permissions.task_statements(uses, MOUNTS, GROUND, metrics=metrics):
        if statement.resources == ("*",):
            assert statement.why
            assert statement.conditions
        assert not any("*" in action for action in statement.actions)


@given(USES)
def test_archives_are_never_deleted_and_assets_never_written(uses: list[str]) -> None:
    for statement in permissions.task_statements(uses, (), GROUND, metrics=False):
        if any("archives" in resource for resource in statement.resources):
            assert "s3:DeleteObject" not in statement.actions
        if any("assets" in resource for resource in statement.resources):
            assert statement.actions == ("s3:GetObject",)


def test_keys_are_used_through_the_service_alone() -> None:
    secrets = ["arn:aws:secretsmanager:eu-central-1:333333333333:secret:a-123456:password::"]
    statements = [
        *permissions.task_statements(CAPABILITIES, MOUNTS, GROUND, metrics=True),
        *permissions.execution_statements("erp:1", "arn:log", secrets, GROUND),
    ]
    by_key = [one for one in statements if any(":kms:" in resource for resource in one.resources)]
    assert len(by_key) == 2
    for statement in by_key:
        assert "kms:ViaService" in statement.conditions["StringEquals"]


def test_a_directory_is_mounted_through_its_access_point_and_over_tls() -> None:
    [mount] = permissions.task_statements((), ("uploads",), GROUND, metrics=False)
    assert mount.conditions == {
        "StringEquals": {"elasticfilesystem:AccessPointArn": (GROUND.access_points["uploads"],)},
        "Bool": {"aws:SecureTransport": "true"},
    }


def test_only_an_image_in_ecr_asks_for_rights_to_pull_and_only_on_its_repository() -> None:
    image = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/erp/app@sha256:{'0' * 64}"
    statements = {one.sid: one for one in permissions.execution_statements(image, "arn:log", [], GROUND)}
    assert statements["PullsItsImage"].resources == (f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/erp/app",)
    assert statements["SignsInToRegistry"].actions == ("ecr:GetAuthorizationToken",), "which knows no resources"
    public = permissions.execution_statements("public.ecr.aws/nginx/nginx:1", "arn:log", [], GROUND)
    assert [one.sid for one in public] == ["WritesItsLog"]


def test_a_secret_s_field_is_no_part_of_its_resource_and_each_stands_once() -> None:
    base = "arn:aws:secretsmanager:eu-central-1:333333333333:secret:a-123456"
    found = permissions.execution_statements("erp:1", "arn:log", [f"{base}:user::", f"{base}:password::"], GROUND)
    assert {one.sid: one for one in found}["ReadsItsSecrets"].resources == (base,)


def test_traffic_is_shifted_between_these_groups_by_these_rules_alone() -> None:
    found = permissions.shifting_statements(["rule"], ["blue", "green"], ["listener"])
    assert {one.sid: one.resources for one in found} == {
        "LooksAtBalancer": ("*",),
        "ShiftsTraffic": ("rule", "listener"),
        "RegistersTasks": ("blue", "green"),
    }


TEXT = st.text("abcdefghij", min_size=1, max_size=8)
CONTAINERS = st.builds(
    Container,
    name=TEXT,
    image=TEXT,
    command=st.lists(TEXT, min_size=1),
    user=st.integers(1, 65534),
    cpu_units=st.integers(128, 4096),
    memory_mib=st.integers(128, 14336),
    stop_timeout_seconds=st.integers(2, 120),
    log_group=TEXT,
    region=st.just(REGION),
    port=st.none() | st.just(8080),
    health_command=st.none() | st.lists(TEXT, min_size=1),
    environment=st.dictionaries(TEXT, TEXT),
    secrets=st.dictionaries(TEXT, TEXT),
    mounts=st.lists(st.sampled_from(MOUNTS), unique=True),
)


@given(CONTAINERS)
def test_every_container_is_confined(container: Container) -> None:
    found: dict[str, Any] = containers.definition(container)
    assert found["privileged"] is False
    assert found["readonlyRootFilesystem"] is True
    assert found["user"] == f"{container.user}:{container.user}"
    assert found["linuxParameters"]["capabilities"] == {"add": [], "drop": ["ALL"]}
    assert found["linuxParameters"]["initProcessEnabled"] is True
    assert found["logConfiguration"]["options"]["mode"] == "non-blocking"
    assert "noexec" in found["linuxParameters"]["tmpfs"][0]["mountOptions"]


@given(CONTAINERS)
def test_the_order_of_variables_does_not_matter(container: Container) -> None:
    def reverse(values: Any) -> dict[str, str]:
        return dict(reversed(list(values.items())))

    from dataclasses import replace

    other = replace(container, environment=reverse(container.environment), secrets=reverse(container.secrets))
    assert json.dumps(containers.definition(other)) == json.dumps(containers.definition(container))


@given(CONTAINERS)
def test_a_container_listens_where_it_says_and_is_asked_as_it_says(container: Container) -> None:
    found = containers.definition(container)
    assert [one["containerPort"] for one in found["portMappings"]] == ([] if container.port is None else [8080])
    assert ("healthCheck" in found) == (container.health_command is not None)
    assert [one["containerPath"] for one in found["mountPoints"]] == [f"/mnt/{name}" for name in container.mounts]
