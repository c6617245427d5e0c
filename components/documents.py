"""IAM policy documents as typed statements. Pure: strings in, strings out, so that tests can judge each of them."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

OneOrMany: TypeAlias = str | tuple[str, ...]
Principals: TypeAlias = Mapping[str, OneOrMany]
Conditions: TypeAlias = Mapping[str, Mapping[str, OneOrMany]]
_Json: TypeAlias = "str | list[str] | Mapping[str, _Json]"

VERSION: Final = "2012-10-17"

EVERYBODY: Final[Principals] = MappingProxyType({"*": "*"})
"""Anybody at all, with or without an account: for what is denied to all."""

THIS_KEY: Final = "in a key's policy * stands for the key that it belongs to"

_SID: Final = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """One statement of a policy document.

    sid: letters and digits, its own within the document: how people and tests speak of it.
    resources: ARNs and patterns of them; none in a trust policy, whose resource is the role.
    principals: by kind, in trust and resource policies only; `EVERYBODY` for all.
    conditions: operator, then key, then value or values.
    why: the recorded reason, where actions that change something are allowed on "*".
    """

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...] = ()
    effect: Literal["Allow", "Deny"] = "Allow"
    principals: Principals | None = None
    conditions: Conditions = field(default_factory=dict[str, Mapping[str, OneOrMany]])
    why: str = ""

    def __post_init__(self) -> None:
        if not _SID.fullmatch(self.sid):
            raise ValueError(f"a Sid is letters and digits, not {self.sid!r}")
        if not self.actions:
            raise ValueError(f"{self.sid} has no actions")


def render(statements: Sequence[Statement]) -> str:
    """The document as JSON: compact, keys sorted, so that the same statements give the same text in every run.

    A list of one is written as its element, as AWS gives documents back. The reasons stay here.
    """
    sids = [statement.sid for statement in statements]
    if len(set(sids)) != len(sids):
        raise ValueError(f"two statements of one name among {', '.join(sids)}")
    document = {"Version": VERSION, "Statement": [_rendered(statement) for statement in statements]}
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def _rendered(statement: Statement) -> Mapping[str, _Json]:
    found: dict[str, _Json] = {
        "Sid": statement.sid,
        "Effect": statement.effect,
        "Action": _one_or_many(statement.actions),
    }
    if statement.resources:
        found["Resource"] = _one_or_many(statement.resources)
    if statement.principals is EVERYBODY:
        found["Principal"] = "*"
    elif statement.principals is not None:
        found["Principal"] = {kind: _one_or_many(named) for kind, named in statement.principals.items()}
    if statement.conditions:
        found["Condition"] = {
            operator: {key: _one_or_many(values) for key, values in tests.items()}
            for operator, tests in statement.conditions.items()
        }
    return found


def _one_or_many(values: OneOrMany) -> str | list[str]:
    if isinstance(values, str):
        return values
    return values[0] if len(values) == 1 else list(values)


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
            _assumes(
                service,
                {"StringEquals": {"aws:SourceAccount": account_id}, "ArnLike": {"aws:SourceArn": source_arn}},
            )
        ]
    )


def plain_trust(service: str) -> str:
    """Trust in a service that names neither account nor ARN when it takes a role on, so that a condition would stop it.

    Who has such a service take a role on must be allowed to pass that role (iam:PassRole), which only principals of
    the role's own account can be: nobody else's resource can have it. Each use says where its service documents that.
    """
    return render([_assumes(service, {})])


def _assumes(service: str, conditions: Conditions) -> Statement:
    return Statement(
        sid="ServiceAssumesRole",
        actions=("sts:AssumeRole",),
        principals={"Service": service},
        conditions=conditions,
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
            Statement(
                sid="WritesStreams",
                actions=("logs:CreateLogStream", "logs:PutLogEvents"),
                resources=(f"{log_group_arn}:log-stream:*",),
            ),
            Statement(
                sid="FindsStreams",
                actions=("logs:DescribeLogStreams",),
                resources=(log_group_arn, f"{log_group_arn}:*"),
            ),
            Statement(sid="FindsGroups", actions=("logs:DescribeLogGroups",), resources=("*",)),
        ]
    )
