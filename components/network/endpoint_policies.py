"""Who may use an endpoint, and for whose resources: policies of VPC endpoints. Pure.

An endpoint is a way out of the network that no filter sees into. Without a policy a stolen credential of another
account could carry data through it into that account's bucket. So every endpoint takes requests of this account's
principals only, and those that lead to stored data also only for this account's resources (`aws:ResourceAccount`).

What reads without any principal, or owns the resource as AWS, is listed one by one: image layers, packages of Amazon
Linux, and public parameters.
"""

from collections.abc import Sequence
from typing import Final

from components.documents import EVERYBODY, Conditions, Statement, render

PREFIXES: Final = {"ecr.api": "ecr", "ecr.dkr": "ecr", "monitoring": "cloudwatch"}
"""Where a service's actions begin with another name than its endpoint's."""

OWN_RESOURCES: Final = frozenset({"kms", "logs", "secretsmanager", "s3", "dynamodb", "elasticfilesystem", "ecr.dkr"})
"""Services whose every resource that we call for is our own."""

WITHOUT_POLICY: Final = frozenset({"ecs-agent", "ecs-telemetry", "ssmmessages", "ec2messages"})
"""Endpoints that carry an agent's own session; AWS documents no endpoint policy for them, so the default stays."""

USE: Final = "what a caller may do is for the caller's own policies; this one says whose callers may come this way"


def endpoint_policy(service: str, *, account_id: str, region: str) -> str | None:
    """The policy of an endpoint by the service's short name (`s3`, `ecr.api`); None where AWS's default has to stay."""
    if service in WITHOUT_POLICY:
        return None
    return render([_ours(service, account_id), *(_of_aws(region) if service == "s3" else ())])


def _ours(service: str, account_id: str) -> Statement:
    equal = {"aws:PrincipalAccount": account_id}
    if service in OWN_RESOURCES:
        equal["aws:ResourceAccount"] = account_id
    conditions: Conditions = {"StringEquals": equal}
    return Statement(
        sid="AccountUsesItsOwn" if service in OWN_RESOURCES else "AccountUses",
        actions=(f"{PREFIXES.get(service, service)}:*",),
        resources=("*",),
        principals=EVERYBODY,
        conditions=conditions,
        why=USE,
    )


def _of_aws(region: str) -> Sequence[Statement]:
    """Reads from AWS's own buckets that hosts need: image layers, packages of Amazon Linux 2023, Systems Manager's.

    Packages are fetched unsigned. The names: ECR user guide, "Amazon ECR interface VPC endpoints", minimum S3
    permissions; Amazon Linux 2023 user guide, "Deterministic upgrades"; Systems Manager user guide, "SSM Agent
    communications with AWS managed S3 buckets".
    """
    buckets = (
        f"prod-{region}-starport-layer-bucket",
        f"al2023-repos-{region}-de612dc2",
        f"aws-ssm-{region}",
        f"amazon-ssm-{region}",
        f"amazon-ssm-packages-{region}",
        f"patch-baseline-snapshot-{region}",
    )
    return [
        Statement(
            sid="ReadsLayersAndPackages",
            actions=("s3:GetObject",),
            resources=tuple(f"arn:aws:s3:::{bucket}/*" for bucket in buckets),
            principals=EVERYBODY,
        )
    ]
