"""Load balancers in AWS, under both names that the SDK has for them (`lb` and the older `alb`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from guardrails.declare import Enforcement, Environment, Finding, ResourceRule, Scope, Severity, StackRule, found
from guardrails.model import Resource, Stack
from guardrails.values import any_of

BALANCERS: Final = ("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer")
LISTENERS: Final = ("aws:lb/listener:Listener", "aws:alb/listener:Listener")

_SECURE: Final = frozenset({"HTTPS", "TLS"})
# Policies whose least protocol is TLS 1.2 or 1.3; the SDK's own default, ELBSecurityPolicy-2016-08, speaks TLS 1.0.
_MODERN: Final = re.compile(r"ELBSecurityPolicy-(TLS13|TLS|FS)-1-[23](-[A-Za-z0-9]+)*-20\d\d-\d\d")
_DEFAULT_POLICY: Final = "ELBSecurityPolicy-2016-08"


def names(stack: Stack, source: Resource, key: str, target: Resource) -> bool | None:
    """Whether a property holds the id or the ARN of a resource; None where that can't be known yet."""
    value, arn = source.read(key), target.read("arn")
    same = isinstance(value.raw, str) and isinstance(arn.raw, str) and value.raw == arn.raw
    return any_of([same, stack.refers(source, key, target)])


def is_application(balancer: Resource) -> bool:
    """Whether it speaks HTTP: what a load balancer is that doesn't say what it is."""
    return balancer.read("loadBalancerType").text(default="application") == "application"


def faces_internet(balancer: Resource) -> bool | None:
    """Whether its addresses are public; AWS's own choice where nothing is said."""
    internal = balancer.read("internal").flag(default=False)
    return None if internal is None else not internal


def _protocol(listener: Resource) -> str | None:
    """What a listener speaks; without a word, what the certificate says."""
    unsaid = "HTTP" if listener.read("certificateArn").is_absent else "HTTPS"
    protocol = listener.read("protocol").text(default=unsaid)
    return None if protocol is None else protocol.upper()


def _modern(listener: Resource, _: Scope) -> Iterator[Finding]:
    policy = listener.read("sslPolicy")
    name = policy.text(default=_DEFAULT_POLICY)
    if _protocol(listener) in _SECURE and name is not None and not _MODERN.fullmatch(name):
        yield found(policy, f"is {policy.shown()}, expected a policy of TLS 1.2 and newer")


MODERN_TLS = ResourceRule(
    id="require-modern-tls",
    title="Load balancers speak TLS 1.2 and newer",
    types=LISTENERS,
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Without a policy AWS takes one that speaks TLS 1.0 and 1.1, whose weaknesses are known and exploited.",
    mend="Name a policy whose least protocol is TLS 1.2 or 1.3.",
    example='aws.lb.Listener("https", ..., ssl_policy="ELBSecurityPolicy-TLS13-1-2-Res-2021-06")',
    check=_modern,
)


def _redirects(listener: Resource, _: Scope) -> Iterator[Finding]:
    if _protocol(listener) != "HTTP":
        return
    for action in listener.read("defaultActions").items():
        kind, protocol = action.at("type"), action.at("redirect", "protocol")
        if kind.text(default="") not in {"redirect", None}:
            yield found(kind, f'is {kind.shown()}, expected "redirect"')
        elif kind.text() == "redirect" and protocol.text(default="") not in {"HTTPS", None}:
            yield found(protocol, f'is {protocol.shown()}, expected "HTTPS"')


REDIRECT = ResourceRule(
    id="redirect-plain-http",
    title="Plain HTTP is only told to come back by HTTPS",
    types=LISTENERS,
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="What is served in plain can be read and changed on its way, cookies first.",
    mend="Let every listener of plain HTTP redirect to HTTPS.",
    example="""
aws.lb.Listener("http", ..., port=80, protocol="HTTP", default_actions=[{
    "type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"}}])
""",
    check=_redirects,
)


def _logged(balancer: Resource, _: Scope) -> Iterator[Finding]:
    for logs in ("accessLogs", "connectionLogs") if is_application(balancer) else ("accessLogs",):
        enabled = balancer.read(logs, "enabled")
        if enabled.flag(default=False) is False:
            yield found(enabled, f"is {enabled.shown()}, expected true")


LOG = ResourceRule(
    id="log-load-balancers",
    title="Load balancers log requests and connections",
    types=BALANCERS,
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="A request that the application never saw stands nowhere else, nor does a client that was turned away.",
    mend="Switch both logs on; the bucket needs S3's own encryption and a policy for the service.",
    example="""
aws.lb.LoadBalancer("front", ..., access_logs={"bucket": logs.id, "prefix": "lb", "enabled": True},
                    connection_logs={"bucket": logs.id, "prefix": "lb", "enabled": True})
""",
    check=_logged,
)


def _protected(balancer: Resource, scope: Scope) -> Iterator[Finding]:
    protection = balancer.read("enableDeletionProtection")
    if scope.environment is Environment.PROD and protection.flag(default=False) is False:
        yield found(protection, f"is {protection.shown()}, expected true")


PROTECT = ResourceRule(
    id="protect-load-balancers",
    title="Production's load balancers can't be deleted at once",
    types=BALANCERS,
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="A load balancer that is replaced by mistake takes its name along, and every visitor gets nothing.",
    mend="Switch deletion protection on in production.",
    example='aws.lb.LoadBalancer("front", ..., enable_deletion_protection=True)',
    check=_protected,
)


def _hardened(balancer: Resource, _: Scope) -> Iterator[Finding]:
    if not is_application(balancer):
        return
    drop, desync = balancer.read("dropInvalidHeaderFields"), balancer.read("desyncMitigationMode")
    if drop.flag(default=False) is False:
        yield found(drop, f"is {drop.shown()}, expected true")
    if desync.text(default="defensive") not in {"defensive", "strictest", None}:
        yield found(desync, f'is {desync.shown()}, expected "defensive" or "strictest"')


HARDEN = ResourceRule(
    id="harden-load-balancers",
    title="Load balancers refuse malformed requests",
    types=BALANCERS,
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="Where the load balancer and the application read a request differently, one request hides in another.",
    mend="Drop invalid header fields, and leave desync mitigation at defensive or make it strictest.",
    example='aws.lb.LoadBalancer("front", ..., drop_invalid_header_fields=True, desync_mitigation_mode="defensive")',
    check=_hardened,
)


def _verified(stack: Stack, _: Scope) -> Iterator[Finding]:
    public = [one for one in stack.of_type(*BALANCERS) if is_application(one) and faces_internet(one)]
    for listener in stack.of_type(*LISTENERS):
        if _protocol(listener) not in _SECURE:
            continue
        if any_of(names(stack, listener, "loadBalancerArn", one) for one in public) is not True:
            continue
        mode = listener.read("mutualAuthentication", "mode")
        if mode.text(default="off") not in {"verify", None}:
            yield Finding(mode.path, f'is {mode.shown()}, expected "verify"', listener.urn)


VERIFY = StackRule(
    id="verify-edge-clients",
    title="Load balancers that face the internet verify their clients' certificates",
    severity=Severity.HIGH,
    enforcement=Enforcement.BEYOND_DEV,
    why="The edge's addresses are those of all its customers: without its certificate anybody with an account there "
    "gets around our rules.",
    mend="Give each HTTPS listener a trust store with the authority of the edge's own certificate, and mode verify.",
    example="""
aws.lb.Listener("https", ..., mutual_authentication={"mode": "verify", "trust_store_arn": trust.arn})
""",
    check=_verified,
)

RULES: Final = (MODERN_TLS, REDIRECT, LOG, PROTECT, HARDEN, VERIFY)
