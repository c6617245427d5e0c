"""What a service may do, computed from what it uses. Pure: ARNs in, documents out.

Two roles each. The execution role is the agent's: it writes the log, reads the secrets that the container is started
with, and pulls the image. The task role is the code's. Neither lists or describes anything, and no capability that is
not in the settings brings a permission.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from components import documents
from components.documents import Statement

DATABASE_ROLES: Mapping[str, str] = {
    "database": "erp_app",
    "database_reader": "erp_reader",
    "database_migrator": "erp_migrator",
}
"""The database role behind each capability."""

OBJECT_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "documents": ("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"),
    "archives": ("s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"),
    "assets": ("s3:GetObject",),
}
"""Documents are uploaded, read and deleted (erasure on request); archives are never deleted; assets only read."""

_ECR = re.compile(r"^(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/(?P<name>[^:@]+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """ARNs of all that services may use.

    connect: for `rds-db:connect`, by database role. cache_connect: for `elasticache:Connect`, by capability, since each
    is a user of its own.
    parameters: connection documents by `database`, `redis`, `memcached`.
    buckets: by purpose. access_points: by purpose, of the file system.
    data_key, secrets_key: keys of these classes.
    """

    account_id: str
    region: str
    data_key: str
    secrets_key: str
    file_system: str
    access_points: Mapping[str, str]
    buckets: Mapping[str, str]
    connect: Mapping[str, Sequence[str]]
    cache_connect: Mapping[str, Sequence[str]]
    parameters: Mapping[str, str]
    metrics_namespace: str


def task_statements(uses: Iterable[str], mounts: Iterable[str], ground: Ground, *, metrics: bool) -> list[Statement]:
    """What the code of a service may do.

    uses, mounts: capabilities and directories from the settings. metrics: whether it publishes its own.
    """
    wanted, directories = sorted(set(uses)), sorted(set(mounts))
    statements: list[Statement] = []
    databases = [name for name in wanted if name in DATABASE_ROLES]
    if databases:
        arns = sorted({arn for name in databases for arn in ground.connect[DATABASE_ROLES[name]]})
        statements.append(Statement(sid="ConnectsToDatabase", actions=("rds-db:connect",), resources=tuple(arns)))
    users = sorted({arn for name in wanted for arn in ground.cache_connect.get(name, ())})
    if users:
        statements.append(Statement(sid="ConnectsToRedis", actions=("elasticache:Connect",), resources=tuple(users)))
    caches = {"redis": {"redis", "redis_worker"}, "memcached": {"memcached"}}
    found = [
        *(["database"] if databases else []),
        *(cache for cache, capabilities in caches.items() if capabilities.intersection(wanted)),
    ]
    if found:
        parameters = tuple(ground.parameters[name] for name in found)
        statements.append(
            Statement(sid="ReadsConnectionDocuments", actions=("ssm:GetParameter",), resources=parameters)
        )
    buckets = [name for name in wanted if name in OBJECT_ACTIONS]
    statements += [
        Statement(
            sid=f"Uses{name.capitalize()}",
            actions=OBJECT_ACTIONS[name],
            resources=(f"{ground.buckets[name]}/*",),
        )
        for name in buckets
    ]
    if buckets:
        writes = any("s3:PutObject" in OBJECT_ACTIONS[name] for name in buckets)
        statements.append(
            Statement(
                sid="UsesDataKeyThroughBuckets",
                actions=("kms:Decrypt", *(("kms:GenerateDataKey",) if writes else ())),
                resources=(ground.data_key,),
                conditions={"StringEquals": {"kms:ViaService": f"s3.{ground.region}.amazonaws.com"}},
            )
        )
    if directories:
        points = tuple(ground.access_points[name] for name in directories)
        statements.append(
            Statement(
                sid="MountsDirectories",
                actions=("elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"),
                resources=(ground.file_system,),
                conditions={
                    "StringEquals": {"elasticfilesystem:AccessPointArn": points},
                    "Bool": {"aws:SecureTransport": "true"},
                },
            )
        )
    if metrics:
        statements.append(
            Statement(
                sid="PublishesItsMetrics",
                actions=("cloudwatch:PutMetricData",),
                resources=("*",),
                conditions={"StringEquals": {"cloudwatch:namespace": ground.metrics_namespace}},
                why="PutMetricData knows no resources; the condition keeps it to the stack's own namespace",
            )
        )
    return statements


def execution_statements(image: str, log_group: str, secrets: Sequence[str], ground: Ground) -> list[Statement]:
    """What the agent may do to start a task.

    image: a registry of AWS's own in an account (ECR) asks for permissions, any other for none. secrets: full ARNs,
    perhaps with the name of a field behind, which is no part of the resource.
    """
    statements = [
        Statement(
            sid="WritesItsLog",
            actions=("logs:CreateLogStream", "logs:PutLogEvents"),
            resources=(f"{log_group}:log-stream:*",),
        )
    ]
    if private := _ECR.match(image):
        repository = "arn:aws:ecr:{region}:{account}:repository/{name}".format(**private.groupdict())
        statements += [
            Statement(
                sid="SignsInToRegistry",
                actions=("ecr:GetAuthorizationToken",),
                resources=("*",),
            ),
            Statement(
                sid="PullsItsImage",
                actions=("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"),
                resources=(repository,),
            ),
        ]
    if secrets:
        statements += [
            Statement(
                sid="ReadsItsSecrets",
                actions=("secretsmanager:GetSecretValue",),
                resources=tuple(sorted({":".join(arn.split(":")[:7]) for arn in secrets})),
            ),
            Statement(
                sid="DecryptsItsSecrets",
                actions=("kms:Decrypt",),
                resources=(ground.secrets_key,),
                conditions={"StringEquals": {"kms:ViaService": f"secretsmanager.{ground.region}.amazonaws.com"}},
            ),
        ]
    return statements


def shifting_statements(
    listener_rules: Sequence[str], target_groups: Sequence[str], listeners: Sequence[str]
) -> list[Statement]:
    """What ECS itself may do to move the traffic of a blue/green deployment: these rules and these groups alone."""
    return [
        Statement(
            sid="LooksAtBalancer",
            actions=(
                "elasticloadbalancing:DescribeListeners",
                "elasticloadbalancing:DescribeRules",
                "elasticloadbalancing:DescribeTargetGroups",
                "elasticloadbalancing:DescribeTargetHealth",
            ),
            resources=("*",),
        ),
        Statement(
            sid="ShiftsTraffic",
            actions=("elasticloadbalancing:ModifyListener", "elasticloadbalancing:ModifyRule"),
            resources=(*listener_rules, *listeners),
        ),
        Statement(
            sid="RegistersTasks",
            actions=("elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"),
            resources=tuple(target_groups),
        ),
    ]


def render(statements: Sequence[Statement]) -> str:
    """The document; a service that uses nothing gets no empty one, which IAM refuses."""
    return documents.render(statements)


def tasks_trust(*, account_id: str, region: str) -> str:
    """Trust of both roles of a task: in ECS tasks of this account and region."""
    return documents.service_trust(
        "ecs-tasks.amazonaws.com", account_id=account_id, source_arn=f"arn:aws:ecs:{region}:{account_id}:*"
    )
