"""Key policies: who administers a key, and which services use it for which class of data. Pure.

A key policy is also the upper bound of what IAM policies in the account can grant. So the account's root, which stands
for IAM, gets administration without grants, and use only through the services of the class: nobody decrypts a volume or
a secret by calling KMS directly. Two administrative rights could still open that way and belong to few: PutKeyPolicy
rewrites this very policy, and ReplicateKey makes a key of the same material whose policy is the maker's, though only in
the stack's own regions.

Auto Scaling starts hosts with encrypted volumes by a service-linked role, which needs statements of its own on the data
key: AWS hands it no rights on keys (EC2 Auto Scaling guide, "Required AWS KMS key policy for use with encrypted
volumes"). KMS refuses a policy that names a missing role, so the role comes first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components import documents
from components.documents import THIS_KEY, Statement
from components.tags import KeyClass

ADMINISTRATION = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:SynchronizeMultiRegionKey",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)
"""All that IAM may hand on without a service in between: nothing here reads or writes a byte of data."""

USE = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*")


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyUse:
    """Which services use the key of a class.

    what: completes "Smart Education ERP: …" in the key's description.
    through: services that use the key on behalf of their caller, as they stand in `kms:ViaService`.
    by_logs, by_trail, by_config: services that use it in their own name. by_hosts: Auto Scaling, for hosts' volumes.
    in_shells: shells in containers, whose two ends call KMS themselves.
    """

    what: str
    through: Sequence[str]
    by_logs: bool = False
    by_trail: bool = False
    by_config: bool = False
    by_hosts: bool = False
    in_shells: bool = False


KEY_USES: Mapping[KeyClass, KeyUse] = {
    # Databases, file systems, caches, buckets, and the volumes of the hosts (EC2).
    "data": KeyUse(
        what="databases, file systems, caches, buckets and volumes",
        through=("rds", "elasticfilesystem", "elasticache", "s3", "ec2"),
        by_hosts=True,
    ),
    # Log groups; the locked log bucket, which the trail and Config write and Firehose fills; what people type in
    # containers (ECS Exec), whose log is under this key as well.
    "logs": KeyUse(
        what="log groups and the log bucket",
        through=("s3", "firehose"),
        by_logs=True,
        by_trail=True,
        by_config=True,
        in_shells=True,
    ),
    # Secrets, and parameters of type SecureString.
    # … and the environment of the functions that rotate them.
    "secrets": KeyUse(what="secrets and secure parameters", through=("secretsmanager", "ssm", "lambda")),
    # Backup vaults; the copies of automated backups that RDS keeps in the recovery region.
    "backups": KeyUse(what="backup vaults and copied database backups", through=("backup", "rds")),
}
"""One entry per class; a service that joins a class gets its line here, with the component that brings it."""


def key_policy(use: KeyUse, *, account_id: str, region: str, regions: Sequence[str], hosts_role_arn: str) -> str:
    """The policy of a class's key in one region: a replica needs its own, since services are named by region.

    regions: where the key may live; a replica elsewhere could be given any policy at all.
    hosts_role_arn: the service-linked role by which Auto Scaling starts hosts.
    """
    statements = [
        _administration(account_id),
        *_stays_in(regions, account_id),
        *_use_through(use.through, account_id=account_id, region=region),
    ]
    if use.by_logs:
        statements.append(_by_logs(account_id=account_id, region=region))
    if use.by_trail:
        statements += _by_trail(account_id)
    if use.by_config:
        statements.append(_by_config(account_id))
    if use.in_shells:
        statements.append(_in_shells(account_id))
    if use.by_hosts:
        statements += _by_hosts(hosts_role_arn)
    return documents.render(statements)


def _administration(account_id: str) -> Statement:
    return Statement(
        sid="AccountAdministers",
        principals={"AWS": documents.account_root(account_id)},
        actions=ADMINISTRATION,
        resources=("*",),
        why=THIS_KEY,
    )


def _stays_in(regions: Sequence[str], account_id: str) -> list[Statement]:
    """Replicas and the primary, in the stack's own regions alone: a replica's policy is written by whoever makes it."""
    return [
        Statement(
            sid=sid,
            principals={"AWS": documents.account_root(account_id)},
            actions=(action,),
            resources=("*",),
            conditions={"StringEquals": {key: tuple(regions)}},
            why=THIS_KEY,
        )
        for sid, action, key in (
            ("AccountReplicates", "kms:ReplicateKey", "kms:ReplicaRegion"),
            ("AccountMovesPrimary", "kms:UpdatePrimaryRegion", "kms:PrimaryRegion"),
        )
    ]


def _use_through(services: Sequence[str], *, account_id: str, region: str) -> list[Statement]:
    """Use on behalf of a caller of this account; grants only those that a service makes for its own resources."""
    via = {"kms:ViaService": tuple(f"{service}.{region}.amazonaws.com" for service in services)}
    principals = {"AWS": documents.account_root(account_id)}
    return [
        Statement(
            sid="AccountUsesThroughServices",
            principals=principals,
            actions=USE,
            resources=("*",),
            conditions={"StringEquals": via},
            why=THIS_KEY,
        ),
        Statement(
            sid="ServicesGrantToThemselves",
            principals=principals,
            actions=("kms:CreateGrant",),
            resources=("*",),
            conditions={"StringEquals": via, "Bool": {"kms:GrantIsForAWSResource": "true"}},
            why=THIS_KEY,
        ),
    ]


def _by_logs(*, account_id: str, region: str) -> Statement:
    """CloudWatch Logs of this region, for log groups of this account (AWS: encrypt log data with KMS)."""
    groups = f"arn:aws:logs:{region}:{account_id}:log-group:*"
    return Statement(
        sid="LogsUses",
        principals={"Service": f"logs.{region}.amazonaws.com"},
        actions=USE,
        resources=("*",),
        conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
        why=THIS_KEY,
    )


def _by_trail(account_id: str) -> list[Statement]:
    """CloudTrail, for trails of this account in any region (AWS: KMS key policies for CloudTrail)."""
    trails = f"arn:aws:cloudtrail:*:{account_id}:trail/*"
    return [
        Statement(
            sid="TrailEncrypts",
            principals={"Service": "cloudtrail.amazonaws.com"},
            actions=("kms:GenerateDataKey*",),
            resources=("*",),
            conditions={
                "ArnLike": {"aws:SourceArn": trails},
                "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": trails},
            },
            why=THIS_KEY,
        ),
        Statement(
            sid="TrailDescribes",
            principals={"Service": "cloudtrail.amazonaws.com"},
            actions=("kms:DescribeKey",),
            resources=("*",),
            conditions={"ArnLike": {"aws:SourceArn": trails}},
        ),
    ]


def _by_config(account_id: str) -> Statement:
    """AWS Config, delivering for this account."""
    return Statement(
        sid="ConfigDelivers",
        principals={"Service": "config.amazonaws.com"},
        actions=("kms:Decrypt", "kms:GenerateDataKey*"),
        resources=("*",),
        conditions={"StringEquals": {"aws:SourceAccount": account_id}},
        why=THIS_KEY,
    )


def _in_shells(account_id: str) -> Statement:
    """Sessions of ECS Exec: client and container agree on a key by calling KMS, no service in between.

    Session Manager ties the data key to the session by its encryption context (amazon-ssm-agent, BlockCipher), and ECS
    names its sessions so; nothing else that lies under this key can be read by that.
    """
    return Statement(
        sid="ShellsEncrypt",
        principals={"AWS": documents.account_root(account_id)},
        actions=("kms:Decrypt", "kms:GenerateDataKey"),
        resources=("*",),
        conditions={"StringLike": {"kms:EncryptionContext:aws:ssm:SessionId": "ecs-execute-command-*"}},
        why=THIS_KEY,
    )


def _by_hosts(role_arn: str) -> list[Statement]:
    """Auto Scaling's role: use, and grants by which EC2 attaches the volumes of the hosts that it starts."""
    return [
        Statement(
            sid="HostsUse",
            principals={"AWS": role_arn},
            actions=USE,
            resources=("*",),
            why=THIS_KEY,
        ),
        Statement(
            sid="HostsAttachVolumes",
            principals={"AWS": role_arn},
            actions=("kms:CreateGrant",),
            resources=("*",),
            conditions={"Bool": {"kms:GrantIsForAWSResource": "true"}},
            why=THIS_KEY,
        ),
    ]
