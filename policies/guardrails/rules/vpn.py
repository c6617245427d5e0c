"""VPN into AWS's networks: who comes in, where to, and what is kept of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity, found
from guardrails.model import Resource

ENDPOINT: Final = "aws:ec2clientvpn/endpoint:Endpoint"
AUTHORIZATION: Final = "aws:ec2clientvpn/authorizationRule:AuthorizationRule"
LONGEST_SESSION_HOURS: Final = 12
ANYWHERE: Final = frozenset({"0.0.0.0/0", "::/0"})


def _logs_connections(endpoint: Resource, _: Scope) -> Iterator[Finding]:
    enabled = endpoint.read("connectionLogOptions", "enabled")
    if enabled.flag(default=False) is False:
        yield found(enabled, f"is {enabled.shown()}, expected true with a log group")
    elif enabled.flag(default=False) and endpoint.read("connectionLogOptions", "cloudwatchLogGroup").is_absent:
        yield found(endpoint.read("connectionLogOptions", "cloudwatchLogGroup"), "is not set, expected a log group")


LOG_CONNECTIONS = ResourceRule(
    id="log-vpn-connections",
    title="Client VPNs log who connects",
    types=(ENDPOINT,),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Who was inside, from where and for how long, is the first question after an incident.",
    mend="Name a log group with retention and a key of your own.",
    example='aws.ec2clientvpn.Endpoint("vpn", ..., connection_log_options={"enabled": True})',
    check=_logs_connections,
)


def _ends_sessions(endpoint: Resource, _: Scope) -> Iterator[Finding]:
    hours = endpoint.read("sessionTimeoutHours")
    length = hours.number(default=24)
    if length is not None and length > LONGEST_SESSION_HOURS:
        yield found(hours, f"is {hours.shown()}, expected at most {LONGEST_SESSION_HOURS} hours")


END_SESSIONS = ResourceRule(
    id="limit-vpn-sessions",
    title="Client VPN sessions end within a working day",
    types=(ENDPOINT,),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="A session that lasts a day survives a lost laptop; AWS's default is 24 hours.",
    mend="Set 8, 10 or 12 hours.",
    example='aws.ec2clientvpn.Endpoint("vpn", ..., session_timeout_hours=8)',
    check=_ends_sessions,
)


def _narrows(rule: Resource, _: Scope) -> Iterator[Finding]:
    target = rule.read("targetNetworkCidr")
    if target.text(default="") in ANYWHERE:
        yield found(target, f"is {target.shown()}, expected the networks that staff work with")


NARROW_AUTHORIZATION = ResourceRule(
    id="restrict-vpn-authorization",
    title="Client VPNs lead to named networks",
    types=(AUTHORIZATION,),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="A rule for everything lets each client reach every tier, and the internet under the company's address.",
    mend="One rule for each network that is meant, with the group that may reach it.",
    example='aws.ec2clientvpn.AuthorizationRule("data", ..., target_network_cidr="10.0.4.0/22", access_group_id="dba")',
    check=_narrows,
)

RULES: Final = (LOG_CONNECTIONS, END_SESSIONS, NARROW_AUTHORIZATION)
