"""Keys: AWS KMS."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity, StackRule, found
from guardrails.iam import Statement, open_principals, statements
from guardrails.model import Resource, Stack
from guardrails.values import Node

KEY: Final = "aws:kms/key:Key"
REPLICA: Final = "aws:kms/replicaKey:ReplicaKey"
EXTERNAL: Final = "aws:kms/externalKey:ExternalKey"
KEY_POLICY: Final = "aws:kms/keyPolicy:KeyPolicy"

_DEFAULT_WINDOW_DAYS: Final = 30  # what AWS takes where none is given
_ROOT: Final = re.compile(r"\d{12}|arn:aws[a-z-]*:iam::\d{12}:root")


def _rotates(key: Resource, scope: Scope) -> Iterator[Finding]:
    if key.read("keyUsage").text("ENCRYPT_DECRYPT") != "ENCRYPT_DECRYPT":
        return
    if key.read("customerMasterKeySpec").text("SYMMETRIC_DEFAULT") != "SYMMETRIC_DEFAULT":
        return
    rotation = key.read("enableKeyRotation")
    if rotation.flag(default=False) is False:
        yield found(rotation, f"is {rotation.shown()}, expected true")
    period = key.read("rotationPeriodInDays")
    days = period.number()
    if days is not None and days > scope.settings.kms_rotation_days:
        yield found(period, f"is {period.shown()} days, expected at most {scope.settings.kms_rotation_days}")


ROTATE = ResourceRule(
    id="rotate-kms-keys",
    title="Symmetric KMS keys rotate by themselves",
    types=(KEY,),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="A key version that is never replaced protects ever more data, and a leak of it opens all of it.",
    mend="Switch rotation on, with a period no longer than the pack allows. Replicas follow their primary key.",
    example='aws.kms.Key("data", ..., enable_key_rotation=True, rotation_period_in_days=365)',
    check=_rotates,
)


def _keeps_window(key: Resource, scope: Scope) -> Iterator[Finding]:
    least = scope.settings.kms_deletion_window_days[scope.environment]
    window = key.read("deletionWindowInDays")
    days = window.number(default=_DEFAULT_WINDOW_DAYS)
    if days is not None and days < least:
        yield found(window, f"is {window.shown()} days, expected at least {least}")


KEEP_WINDOW = ResourceRule(
    id="keep-kms-deletion-window",
    title="A deleted key can be saved for long enough",
    types=(KEY, REPLICA, EXTERNAL),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Data under a deleted key is lost for ever; the waiting time is the only chance to notice.",
    mend="Give the window that the pack asks for in this environment, or leave it out: AWS then waits 30 days.",
    example='aws.kms.Key("data", ..., deletion_window_in_days=30)',
    check=_keeps_window,
)


def _restricts_policy(key: Resource, _: Scope) -> Iterator[Finding]:
    for principal in open_principals(key.read("policy")):
        yield found(
            principal, "lets any AWS principal use the key; expected a condition on its account or organisation"
        )


RESTRICT_POLICY = ResourceRule(
    id="restrict-kms-key-policy",
    title="No key policy lets everybody in",
    types=(KEY, REPLICA, EXTERNAL, KEY_POLICY),
    severity=Severity.CRITICAL,
    enforcement=Enforcement.ALWAYS,
    why="A wildcard principal without such a condition gives the key to every AWS account.",
    mend="Name the principals, or tie the statement to your account with a condition such as kms:CallerAccount.",
    example="""
{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:CallerAccount": account_id}}}
""",
    check=_restricts_policy,
)


# Who may change the policy can give back every other right, so AWS's own check against a lock-out asks for this action
# (KMS API reference, PutKeyPolicy; developer guide, "Default key policy").
_KEEPS_CONTROL: Final = "kms:putkeypolicy"


def _keeps_root(key: Resource, _: Scope) -> Iterator[Finding]:
    policy = key.read("policy")
    if policy.is_absent or policy.is_unknown:  # without one AWS writes the statement itself
        return
    if all(_gives_root(statement) is False for statement in statements(policy)):
        yield found(
            policy, "has no unconditional statement that lets the account's root principal change it (kms:PutKeyPolicy)"
        )


def _gives_root(statement: Statement) -> bool | None:
    if statement.allows is None or statement.node.is_unknown:
        return None
    named = [principal.text() for principal in statement.principals()]
    actions = [action.text() for action in statement.actions()]
    if None in named or None in actions or statement.node.at("Condition").is_unknown:
        return None
    return (
        statement.allows
        and any(_ROOT.fullmatch(name) for name in named if name)
        and any(fnmatchcase(_KEEPS_CONTROL, action.lower()) for action in actions if action)
        and statement.node.at("Condition").is_absent
    )


KEEP_ROOT = ResourceRule(
    id="keep-kms-root-statement",
    title="The account can always manage its keys",
    types=(KEY, REPLICA, EXTERNAL, KEY_POLICY),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Without the root statement IAM policies have no say, and a mistake in the policy locks everybody out.",
    mend="Give the account's root the administration of the key: kms:PutKeyPolicy at the least.",
    example="""
{"Sid": "AccountAdministration", "Effect": "Allow", "Action": "kms:*", "Resource": "*",
 "Principal": {"AWS": f"arn:aws:iam::{account_id}:root"}}
""",
    check=_keeps_root,
)


def _matches_primary(stack: Stack, _: Scope) -> Iterator[Finding]:
    for replica in stack.of_type(REPLICA):
        for primary in stack.of_type(KEY):
            if not _replicates(stack, replica, primary):
                continue
            theirs, mine = _comparable(primary), _comparable(replica)
            if theirs is not None and mine is not None and theirs != mine:
                problem = f"differs from that of its primary key {primary.name} in more than the region's name"
                yield Finding("policy", problem, replica.urn)


def _replicates(stack: Stack, replica: Resource, primary: Resource) -> bool:
    """A replica names its primary by ARN, so ids don't settle it: the ARN does where known, else what it came from."""
    mine, theirs = replica.read("primaryKeyArn"), primary.read("arn")
    if isinstance(mine.raw, str) and isinstance(theirs.raw, str):
        return mine.raw == theirs.raw
    return stack.refers(replica, "primaryKeyArn", primary) is True


def _comparable(key: Resource) -> list[str] | None:
    """The statements in a form that two regions share, in no order; None where policy or region is unknown."""
    policy: Node = key.read("policy")
    region = key.read("region").text() or key.provider_setting("region").text()
    if policy.is_absent or policy.is_unknown or region is None:
        return None
    return sorted(
        json.dumps(statement.node.raw, sort_keys=True, default=str).replace(region, "REGION")
        for statement in statements(policy)
    )


MATCH_PRIMARY = StackRule(
    id="match-kms-replica-policy",
    title="A replica key is guarded as its primary is",
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Both keys open the same data, and AWS does not copy the policy: the weaker of the two decides.",
    mend="Write both policies with one function that takes the region.",
    example="""
aws.kms.Key("data", ..., multi_region=True, policy=key_policy("eu-central-1"))
aws.kms.ReplicaKey("data-replica", ..., primary_key_arn=key.arn, policy=key_policy("eu-west-1"))
""",
    check=_matches_primary,
)

RULES: Final = (ROTATE, KEEP_WINDOW, RESTRICT_POLICY, KEEP_ROOT, MATCH_PRIMARY)
