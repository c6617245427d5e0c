"""The permission boundary: the most that any role of the stack may do, whatever its own policies say. Pure.

A boundary grants nothing. A role may do what its own policies allow and the boundary allows too, and never what the
boundary denies. So a mistake in a role's policy, or a policy that somebody attaches by hand, stays within the workload:
in its two regions, on the services that it uses, with no way to more rights and none to quieter logs.

An action that a role needs and that is not here does nothing: a contract test compares every role with this page.
"""

from collections.abc import Sequence
from typing import Final

from components.documents import Statement, render

_CEILING: Final = "a boundary grants nothing by itself; which resources, each role's own policy says"

REGIONAL: Final = (
    # Hosts: register with the cluster, answer Systems Manager, say which group they are in.
    "autoscaling:CompleteLifecycleAction",
    "autoscaling:Describe*",
    "autoscaling:RecordLifecycleActionHeartbeat",
    "ec2messages:*",
    "ecs:DeregisterContainerInstance",
    "ecs:Describe*",
    "ecs:DiscoverPollEndpoint",
    "ecs:List*",
    "ecs:Poll",
    "ecs:RegisterContainerInstance",
    "ecs:RunTask",
    "ecs:StartTelemetrySession",
    "ecs:StopTask",
    "ecs:Submit*",
    "ecs:TagResource",
    "ecs:UpdateContainerInstancesState",
    "ssm:Describe*",
    "ssm:Get*",
    "ssm:List*",
    "ssm:PutComplianceItems",
    "ssm:PutConfigurePackageResult",
    "ssm:PutInventory",
    "ssm:Update*Association*",
    "ssm:UpdateInstanceInformation",
    "ssmmessages:*",
    # Images.
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    # Logs and numbers.
    "cloudwatch:PutMetricData",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:Describe*",
    "logs:GetLogEvents",
    "logs:PutLogEvents",
    "logs:PutRetentionPolicy",
    # Functions in the network (rotation): their interfaces.
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:Describe*",
    "ec2:UnassignPrivateIpAddresses",
    # Blue/green deployments: move traffic between target groups.
    "elasticloadbalancing:DeregisterTargets",
    "elasticloadbalancing:Describe*",
    "elasticloadbalancing:ModifyListener",
    "elasticloadbalancing:ModifyRule",
    "elasticloadbalancing:RegisterTargets",
    # Data, keys and secrets.
    "elasticfilesystem:Describe*",
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey*",
    "kms:ReEncrypt*",
    "rds:Describe*",
    "s3:AbortMultipartUpload",
    "s3:DeleteObject*",
    "s3:Get*",
    "s3:List*",
    "s3:PutObject*",
    "s3:Replicate*",
    "s3:RestoreObject",
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetRandomPassword",
    "secretsmanager:GetSecretValue",
    "secretsmanager:ListSecretVersionIds",
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecretVersionStage",
    # Messages.
    "sns:Publish",
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:Get*",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
)
"""What the API of a region answers, and so only one of the stack's regions."""

CONNECTIONS: Final = {
    "elasticache:Connect": ("elasticache", "*"),
    "elasticfilesystem:ClientMount": ("elasticfilesystem", "file-system/*"),
    "elasticfilesystem:ClientWrite": ("elasticfilesystem", "file-system/*"),
    "rds-db:connect": ("rds-db", "dbuser:*"),
}
"""What a store itself answers when a client connects: no API call, so the region stands in the resource alone."""

MORE_RIGHTS: Final = (
    "account:*",
    "organizations:*",
    "iam:Add*",
    "iam:Attach*",
    "iam:Create*",
    "iam:Delete*",
    "iam:Detach*",
    "iam:Put*",
    "iam:Remove*",
    "iam:Set*",
    "iam:Update*",
    "iam:Upload*",
)
"""Users, access keys, policies, boundaries, the account and its organization: every way to more than one has."""

LESS_TRACE: Final = (
    "cloudtrail:Delete*",
    "cloudtrail:PutEventSelectors",
    "cloudtrail:Stop*",
    "cloudtrail:Update*",
    "config:Delete*",
    "config:PutConfigurationRecorder",
    "config:PutDeliveryChannel",
    "config:Stop*",
    "guardduty:Delete*",
    "guardduty:Disassociate*",
    "guardduty:Stop*",
    "guardduty:Update*",
    "logs:DeleteLog*",
)

LOST_DATA: Final = (
    "kms:DeleteImportedKeyMaterial",
    "kms:DisableKey",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "s3:BypassGovernanceRetention",
    "s3:DeleteBucket*",
    "s3:PutBucket*",
)
"""What makes data unreadable, or takes from a bucket what keeps its objects."""


def boundary(*, account_id: str, regions: Sequence[str]) -> str:
    """The boundary policy of a stack.

    regions: the primary and the recovery region.
    """
    return render(
        [
            Statement(
                sid="WorkloadInItsRegions",
                actions=REGIONAL,
                resources=("*",),
                conditions={"StringEquals": {"aws:RequestedRegion": tuple(regions)}},
                why=_CEILING,
            ),
            Statement(
                sid="ConnectsToStores",
                actions=tuple(CONNECTIONS),
                resources=tuple(
                    f"arn:aws:{service}:{region}:{account_id}:{resource}"
                    for service, resource in sorted(set(CONNECTIONS.values()))
                    for region in regions
                ),
            ),
            _never("NoMoreRights", MORE_RIGHTS),
            _never("NoLessTrace", LESS_TRACE),
            _never("NoLostData", LOST_DATA),
            Statement(
                sid="GrantsOnlyForResources",
                effect="Deny",
                actions=("kms:CreateGrant",),
                resources=("*",),
                conditions={"BoolIfExists": {"kms:GrantIsForAWSResource": "false"}},
            ),
        ]
    )


def _never(sid: str, actions: tuple[str, ...]) -> Statement:
    return Statement(sid=sid, effect="Deny", actions=actions, resources=("*",))
