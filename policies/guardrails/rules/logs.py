"""Logs: CloudWatch log groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity, found
from guardrails.model import Resource

LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"


def _encrypted(group: Resource, _: Scope) -> Iterator[Finding]:
    key = group.read("kmsKeyId")
    if key.text(default="") == "":
        yield found(key, "is not set, expected the ARN of a customer-managed key")


ENCRYPT = ResourceRule(
    id="encrypt-log-groups",
    title="Log groups are encrypted with a key of our own",
    types=(LOG_GROUP,),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="Logs name people and addresses; with AWS's own key nobody can withdraw access to them or see who read them.",
    mend="Give the key of the class logs; its policy must let the region's CloudWatch Logs service use it.",
    example='aws.cloudwatch.LogGroup("flow-logs", ..., kms_key_id=encryption.keys["logs"])',
    check=_encrypted,
)


def _kept(group: Resource, scope: Scope) -> Iterator[Finding]:
    least = scope.settings.log_retention_days[scope.environment]
    retention = group.read("retentionInDays")
    days = retention.number(default=0)
    if days == 0:  # CloudWatch's way to say "for ever"
        yield found(retention, f"is {retention.shown()}: logs are kept for ever; expected a number from {least} up")
    elif days is not None and days < least:
        yield found(retention, f"is {retention.shown()} days, expected at least {least}")


KEEP = ResourceRule(
    id="keep-logs-long-enough",
    title="Logs are kept as long as needed, and no longer",
    types=(LOG_GROUP,),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="Too short and an incident can't be traced; for ever and personal data outlives its purpose.",
    mend="Give one of CloudWatch's retention times that reaches the least of this environment.",
    example='aws.cloudwatch.LogGroup("flow-logs", ..., retention_in_days=365)',
    check=_kept,
)

RULES: Final = (ENCRYPT, KEEP)
