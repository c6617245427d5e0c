"""Keys of AWS KMS: their life, and that copies in other regions are guarded alike."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final, cast

from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity, StackRule, found
from guardrails.iam import statements
from guardrails.model import Resource, Stack

KEY: Final = "aws:kms/key:Key"
REPLICA: Final = "aws:kms/replicaKey:ReplicaKey"
EXTERNAL: Final = "aws:kms/externalKey:ExternalKey"
REPLICA_EXTERNAL: Final = "aws:kms/replicaExternalKey:ReplicaExternalKey"
KEY_POLICY: Final = "aws:kms/keyPolicy:KeyPolicy"

_DEFAULT_WINDOW_DAYS: Final = 30  # what AWS takes where none is given

# KMS rotates symmetric encryption keys whose material it made and holds itself (developer guide, "Rotating keys"):
# neither asymmetric and HMAC keys nor those of a key store of one's own.
_ROTATABLE: Final = {
    "keyUsage": "ENCRYPT_DECRYPT", "customerMasterKeySpec": "SYMMETRIC_DEFAULT", "customKeyStoreId": "", "xksKeyId": "",
}  # fmt: skip


def _rotates(key: Resource, scope: Scope) -> Iterator[Finding]:
    if any(key.read(name).text(default=wanted) != wanted for name, wanted in _ROTATABLE.items()):
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
    title="KMS keys that can rotate do so by themselves",
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
    types=(KEY, REPLICA, EXTERNAL, REPLICA_EXTERNAL),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Data under a deleted key is lost for ever; the waiting time is the only chance to notice.",
    mend="Give the window that the pack asks for in this environment, or leave it out: AWS then waits 30 days.",
    example='aws.kms.Key("data", ..., deletion_window_in_days=30)',
    check=_keeps_window,
)


def _matches_primary(stack: Stack, _: Scope) -> Iterator[Finding]:
    for replica in stack.of_type(REPLICA):
        for primary in stack.of_type(KEY):
            if not _replicates(stack, replica, primary):
                continue
            there, here = _region(primary), _region(replica)
            known = primary.read("policy").is_known and replica.read("policy").is_known
            if there is None or here is None or not known:
                continue
            if _comparable(primary, there, here) != _comparable(replica, here, there):
                problem = f"differs from that of its primary key {primary.name} in more than the region's name"
                yield Finding("policy", problem, replica.urn)


def _replicates(stack: Stack, replica: Resource, primary: Resource) -> bool:
    """A replica names its primary by ARN, so ids don't settle it: the ARN does where known, else what it came from."""
    mine, theirs = replica.read("primaryKeyArn"), primary.read("arn")
    if isinstance(mine.raw, str) and isinstance(theirs.raw, str):
        return mine.raw == theirs.raw
    return stack.refers(replica, "primaryKeyArn", primary) is True


def _region(key: Resource) -> str | None:
    return key.read("region").text() or key.provider_setting("region").text()


def _comparable(key: Resource, own: str, other: str) -> list[str]:
    """The statements in a form that both keys share, where order says nothing: regions by whose they are."""

    def form(value: object) -> object:
        match value:
            case str():
                return value.replace(own, "OWN").replace(other, "OTHER")
            case dict():
                return {name: form(item) for name, item in cast("dict[str, object]", value).items()}
            case list():
                return sorted(map(text, cast("list[object]", value)))
            case _:
                return value

    def text(value: object) -> str:
        return json.dumps(form(value), sort_keys=True, default=str)

    return sorted(text(statement.node.raw) for statement in statements(key.read("policy")))


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

RULES: Final = (ROTATE, KEEP_WINDOW, MATCH_PRIMARY)
