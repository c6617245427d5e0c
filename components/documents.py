"""IAM policy documents as plain data. Pure: strings in, strings out, so that tests can judge every one of them."""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "str | Sequence[Json] | Mapping[str, Json]"
Statement: TypeAlias = Mapping[str, Json]

VERSION = "2012-10-17"


def render(statements: Sequence[Statement]) -> str:
    """The document as JSON: compact, keys sorted, so that the same statements give the same text in every run."""
    return json.dumps({"Version": VERSION, "Statement": statements}, sort_keys=True, separators=(",", ":"))


def account_root(account_id: str) -> str:
    """The principal that stands for an account: what it may do, the account's IAM policies hand on."""
    return f"arn:aws:iam::{account_id}:root"


def service_trust(service: str, *, account_id: str, source_arn: str) -> str:
    """Trust of a role in one AWS service, acting for our own resources only (no confused deputy).

    service: for instance `vpc-flow-logs.amazonaws.com`.
    source_arn: pattern of the resources that the service may act for.
    """
    return render(
        [
            {
                "Sid": "ServiceAssumesRole",
                "Effect": "Allow",
                "Principal": {"Service": service},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": account_id},
                    "ArnLike": {"aws:SourceArn": source_arn},
                },
            }
        ]
    )


def flow_log_trust(*, account_id: str, region: str) -> str:
    """Trust in VPC flow logs of one account and region."""
    return service_trust(
        "vpc-flow-logs.amazonaws.com",
        account_id=account_id,
        source_arn=f"arn:aws:ec2:{region}:{account_id}:vpc-flow-log/*",
    )


def flow_log_delivery(log_group_arn: str) -> str:
    """What the flow log role may do: write streams of its one log group.

    log_group_arn: without the `:*` that the API writes behind it. Delivery also looks its group up in the list of all,
    an action that AWS does not let anyone narrow (Service Authorization Reference: no resource types).
    """
    return render(
        [
            {
                "Sid": "WritesStreams",
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": f"{log_group_arn}:log-stream:*",
            },
            {
                "Sid": "FindsStreams",
                "Effect": "Allow",
                "Action": "logs:DescribeLogStreams",
                "Resource": [log_group_arn, f"{log_group_arn}:*"],
            },
            {
                "Sid": "FindsGroups",
                "Effect": "Allow",
                "Action": "logs:DescribeLogGroups",
                "Resource": "*",
            },
        ]
    )
