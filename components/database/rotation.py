"""The rotation of a shard's administrator: a function of its own, and Secrets Manager's order to call it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pulumi
from pulumi_aws import cloudwatch, lambda_, rds, secretsmanager

from components.database import rotation_documents, rotation_package
from components.database.roots import roots
from components.documents import plain_trust
from components.roles import make_role

if TYPE_CHECKING:
    from components.base import ErpComponent
    from components.context import StackContext

RUNTIME: Final = "python3.13"
MEMORY_MIB: Final = 256
"""Lambda gives CPU by memory, and a SCRAM exchange hashes 4,096 times on both sides."""
TIMEOUT_SECONDS: Final = 60
"""A step signs on three times at most, with ten seconds for each."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RotationArgs:
    """What the rotation of one shard needs to know.

    secret, secret_version: of the administrator, as JSON with username and password; the version has to be there first.
    instance: the server. database: the one to sign on to, any that exists.
    subnet_ids, security_group_id: of a tier that reaches the server and Secrets Manager: the app tier.
    key_arn, log_key_arn: keys of the secret and of the log group.
    ready: what the function needs to reach Secrets Manager; the first rotation begins at once.
    every_days: how often, beside the first time, which comes with the rotation itself.
    """

    context: StackContext
    secret: secretsmanager.Secret
    secret_version: pulumi.Resource
    instance: rds.Instance
    database: str
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    log_key_arn: pulumi.Input[str]
    log_retention_days: int
    ready: Sequence[pulumi.Resource]
    every_days: int = 30


def make_rotation(owner: ErpComponent, shard: str, args: RotationArgs) -> secretsmanager.SecretRotation:
    """Make the rotation of a shard; whoever needs a password that works waits for it."""
    context = args.context
    account_id, region = context.aws_account_id, context.aws_region
    group = cloudwatch.LogGroup(
        owner.logical("rotation-log", shard),
        retention_in_days=args.log_retention_days,
        kms_key_id=args.log_key_arn,
        tags=owner.tags("logs"),
        opts=owner.child(protect=context.protects_data),
    )
    made = make_role(
        owner,
        "rotation-role",
        shard,
        context=context,
        description="Gives the administrator of a database a new password",
        # Lambda names neither account nor function when it takes a role on (Lambda Developer Guide, "Execution role").
        trust=plain_trust("lambda.amazonaws.com"),
        permissions=pulumi.Output.all(args.secret.arn, args.key_arn, group.arn).apply(
            lambda arns: rotation_documents.rotates(
                secret_arn=arns[0], key_arn=arns[1], log_group_arn=arns[2], account_id=account_id, region=region
            )
        ),
    )
    function = lambda_.Function(
        owner.logical("rotation", shard),
        description="Gives the administrator of a database a new password",
        package_type="Zip",
        runtime=RUNTIME,
        architectures=["arm64"],
        handler=rotation_package.HANDLER,
        code=_archive(region),
        role=made.role.arn,
        memory_size=MEMORY_MIB,
        timeout=TIMEOUT_SECONDS,
        # Nothing reserved: a new account has room for ten at once, of which Lambda lets nobody reserve any.
        kms_key_arn=args.key_arn,
        environment={
            "variables": {
                "DATABASE_HOST": args.instance.address,
                "DATABASE_NAME": args.database,
                "DATABASE_PORT": args.instance.port.apply(str),
                "DATABASE_ROOTS": rotation_package.ROOTS,
            }
        },
        vpc_config={"subnet_ids": args.subnet_ids, "security_group_ids": [args.security_group_id]},
        logging_config={"log_format": "JSON", "log_group": group.name, "application_log_level": "INFO"},
        tracing_config={"mode": "PassThrough"},  # no endpoint for traces here, and four calls a month to look at
        tags=owner.tags(),
        opts=owner.child(depends_on=made.ready),
    )
    permission = lambda_.Permission(
        owner.logical("rotation-permission", shard),
        function=function.name,
        action="lambda:InvokeFunction",
        principal=rotation_documents.SERVICE,
        source_account=account_id,
        source_arn=args.secret.arn,
        opts=owner.child(),
    )
    return secretsmanager.SecretRotation(
        owner.logical("rotation-order", shard),
        secret_id=args.secret.id,
        rotation_lambda_arn=function.arn,
        rotate_immediately=True,  # the bootstrap password is in force until then
        rotation_rules={"automatically_after_days": args.every_days},
        opts=owner.child(depends_on=[permission, args.secret_version, args.instance, *made.ready, *args.ready]),
    )


def _archive(region: str) -> pulumi.AssetArchive:
    files: Mapping[str, pulumi.Asset] = {
        name: pulumi.FileAsset(str(file)) for name, file in rotation_package.sources().items()
    }
    return pulumi.AssetArchive({**files, rotation_package.ROOTS: pulumi.StringAsset(roots(region))})
