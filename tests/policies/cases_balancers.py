"""Cases: load balancers and the firewalls before them. Each is a sound one but for one thing."""

from __future__ import annotations

from typing import Any, Final

from tests.policies.cases import Case, StackCase, case, stack_case
from tests.policies.harness import TAGS, UNKNOWN, Given

BALANCER: Final = "aws:lb/loadBalancer:LoadBalancer"
OLD_BALANCER: Final = "aws:alb/loadBalancer:LoadBalancer"
LISTENER: Final = "aws:lb/listener:Listener"
OLD_LISTENER: Final = "aws:alb/listener:Listener"
ACL: Final = "aws:wafv2/webAcl:WebAcl"
ASSOCIATION: Final = "aws:wafv2/webAclAssociation:WebAclAssociation"
LOGGING: Final = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
ARN, ACL_ARN = "arn:aws:elasticloadbalancing:eu-central-1:333333333333:loadbalancer/app/front/1", "arn:aws:wafv2:::acl"
MODERN: Final = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"


def balancer(**more: Any) -> dict[str, Any]:
    sound = {
        "accessLogs": {"bucket": "logs", "enabled": True},
        "connectionLogs": {"bucket": "logs", "enabled": True},
        "enableDeletionProtection": True,
        "dropInvalidHeaderFields": True,
        "tags": TAGS,
    }
    return {key: value for key, value in {**sound, **more}.items() if value is not None}


def https(**more: Any) -> dict[str, Any]:
    sound = {"protocol": "HTTPS", "sslPolicy": MODERN, "defaultActions": [{"type": "fixed-response"}], "tags": TAGS}
    return {key: value for key, value in {**sound, **more}.items() if value is not None}


def http(**redirect: Any) -> dict[str, Any]:
    action = {"type": "redirect", "redirect": {"protocol": "HTTPS", **redirect}}
    return {"protocol": "HTTP", "defaultActions": [action], "tags": TAGS}


def managed(action: Any = None) -> dict[str, Any]:
    group = {"vendorName": "AWS", "name": "AWSManagedRulesCommonRuleSet"}
    return {"overrideAction": action or {"none": {}}, "statement": {"managedRuleGroupStatement": group}}


def rate(action: Any = None) -> dict[str, Any]:
    return {"action": action or {"block": {}}, "statement": {"rateBasedStatement": {"limit": 100}}}


def acl(*rules: Any, **more: Any) -> dict[str, Any]:
    return {"rules": list(rules or (managed(), rate())), "scope": "REGIONAL", "tags": TAGS, **more}


_OLD_POLICY: Final = "sslPolicy: is {}, expected a policy of TLS 1.2 and newer"
CASES: Final[tuple[Case, ...]] = (
    case("require-modern-tls", "pass", "TLS 1.2 and 1.3", LISTENER, https()),
    case("require-modern-tls", "pass", "TLS 1.3 alone, under the older name", OLD_LISTENER,
         https(sslPolicy="ELBSecurityPolicy-TLS13-1-3-2021-06")),
    case("require-modern-tls", "fail", "AWS's own choice", LISTENER, https(sslPolicy=None),
         _OLD_POLICY.format("not set")),
    case("require-modern-tls", "fail", "no protocol but a certificate", LISTENER,
         https(protocol=None, certificateArn="arn:aws:acm:::c", sslPolicy="ELBSecurityPolicy-TLS13-1-1-2021-06"),
         _OLD_POLICY.format('"ELBSecurityPolicy-TLS13-1-1-2021-06"')),
    case("require-modern-tls", "unknown", "policy", LISTENER, https(sslPolicy=UNKNOWN)),

    case("redirect-plain-http", "pass", "a redirect", LISTENER, http()),
    case("redirect-plain-http", "fail", "a forward", LISTENER, {**http(), "defaultActions": [{"type": "forward"}]},
         'defaultActions[0].type: is "forward", expected "redirect"'),
    case("redirect-plain-http", "fail", "a redirect to where it came from", OLD_LISTENER, http(protocol="#{protocol}"),
         'defaultActions[0].redirect.protocol: is "#{protocol}", expected "HTTPS"'),
    case("redirect-plain-http", "unknown", "action", LISTENER, {**http(), "defaultActions": [{"type": UNKNOWN}]}),

    case("log-load-balancers", "pass", "both logs", BALANCER, balancer()),
    case("log-load-balancers", "pass", "a network load balancer has no requests", BALANCER,
         balancer(loadBalancerType="network", connectionLogs=None)),
    case("log-load-balancers", "fail", "connections", BALANCER, balancer(connectionLogs=None),
         "connectionLogs.enabled: is not set, expected true"),
    case("log-load-balancers", "fail", "switched off", OLD_BALANCER, balancer(accessLogs={"enabled": False}),
         "accessLogs.enabled: is false, expected true"),
    case("log-load-balancers", "unknown", "switch", BALANCER, balancer(accessLogs={"enabled": UNKNOWN})),

    case("protect-load-balancers", "pass", "in prod", BALANCER, balancer()),
    case("protect-load-balancers", "pass", "elsewhere", BALANCER, balancer(enableDeletionProtection=None),
         stack="staging"),
    case("protect-load-balancers", "fail", "in prod", BALANCER, balancer(enableDeletionProtection=False),
         "enableDeletionProtection: is false, expected true"),
    case("protect-load-balancers", "fail", "left out, under the older name", OLD_BALANCER,
         balancer(enableDeletionProtection=None), "enableDeletionProtection: is not set, expected true"),
    case("protect-load-balancers", "unknown", "switch", BALANCER, balancer(enableDeletionProtection=UNKNOWN)),

    case("harden-load-balancers", "pass", "strictest", BALANCER, balancer(desyncMitigationMode="strictest")),
    case("harden-load-balancers", "pass", "no HTTP", BALANCER,
         balancer(loadBalancerType="network", dropInvalidHeaderFields=None)),
    case("harden-load-balancers", "fail", "as AWS makes it", BALANCER, balancer(dropInvalidHeaderFields=None),
         "dropInvalidHeaderFields: is not set, expected true"),
    case("harden-load-balancers", "fail", "watching alone", OLD_BALANCER, balancer(desyncMitigationMode="monitor"),
         'desyncMitigationMode: is "monitor", expected "defensive" or "strictest"'),
    case("harden-load-balancers", "unknown", "mode", BALANCER, balancer(desyncMitigationMode=UNKNOWN)),

    case("keep-managed-firewall-rules", "pass", "one blocks", ACL, acl(managed({"count": {}}), managed(), rate())),
    case("keep-managed-firewall-rules", "pass", "rules that are written elsewhere", ACL,
         {"ruleJson": "[]", "scope": "REGIONAL", "tags": TAGS}),
    case("keep-managed-firewall-rules", "fail", "all count", ACL, acl(managed({"count": {}}), rate()),
         "rules: hold no managed group that blocks by its own actions"),
    case("keep-managed-firewall-rules", "fail", "none", ACL, acl(rate()),
         "rules: hold no managed group that blocks by its own actions"),
    case("keep-managed-firewall-rules", "unknown", "a rule", ACL, acl(UNKNOWN, rate())),

    case("limit-request-rates", "pass", "one blocks", ACL, acl(managed(), rate({"count": {}}), rate())),
    case("limit-request-rates", "fail", "one that counts", ACL, acl(managed(), rate({"count": {}})),
         "rules: hold no limit on request rates that blocks"),
    case("limit-request-rates", "fail", "none", ACL, acl(managed()),
         "rules: hold no limit on request rates that blocks"),
    case("limit-request-rates", "unknown", "what it does", ACL, acl(managed(), rate(UNKNOWN))),
)  # fmt: skip

FRONT: Final = Given(BALANCER, "front", {**balancer(), "id": ARN, "arn": ARN, "internal": False})
VERIFYING: Final = {"mode": "verify", "trustStoreArn": "arn:aws:elasticloadbalancing:::truststore/t"}
SOUND: Final[dict[str, Given]] = {
    "front": FRONT,
    "https": Given(LISTENER, "https", {**https(mutualAuthentication=VERIFYING), "loadBalancerArn": ARN}),
    "acl": Given(ACL, "acl", {**acl(), "id": "a", "arn": ACL_ARN}),
    "association": Given(ASSOCIATION, "association", {"resourceArn": ARN, "webAclArn": ACL_ARN}),
    "logging": Given(LOGGING, "logging", {"resourceArn": ACL_ARN}),
}


def stack(**changes: Given | None) -> tuple[Given, ...]:
    """The sound stack with something else in a place, or without it (None)."""
    return tuple(given for given in {**SOUND, **changes}.values() if given is not None)


def speaking(**mutual: Any) -> Given:
    inputs = {**https(mutualAuthentication=mutual or None), "loadBalancerArn": ARN}
    return Given(LISTENER, "https", inputs)


_OPEN: Final = 'mutualAuthentication.mode: is {}, expected "verify"'
STACK_CASES: Final[tuple[StackCase, ...]] = (
    stack_case("verify-edge-clients", "pass", "verified", *stack()),
    stack_case("verify-edge-clients", "pass", "inside the network", *stack(
        front=Given(BALANCER, "front", {**balancer(), "id": ARN, "arn": ARN, "internal": True}), https=speaking())),
    stack_case("verify-edge-clients", "fail", "not asked", *stack(https=speaking()), https=_OPEN.format("not set")),
    stack_case("verify-edge-clients", "fail", "passed through", *stack(https=speaking(mode="passthrough")),
               https=_OPEN.format('"passthrough"')),
    stack_case("verify-edge-clients", "unknown", "mode", *stack(https=speaking(mode=UNKNOWN))),
    stack_case("verify-edge-clients", "unknown", "whose listener it is", *stack(
        https=Given(LISTENER, "https", {**https(), "loadBalancerArn": UNKNOWN}))),

    stack_case("guard-load-balancers", "pass", "associated", *stack()),
    stack_case("guard-load-balancers", "pass", "inside the network", *stack(
        front=Given(BALANCER, "front", {**balancer(), "id": ARN, "arn": ARN, "internal": True}), association=None)),
    stack_case("guard-load-balancers", "fail", "none", *stack(association=None),
               front="resource: faces the internet without a firewall"),
    stack_case("guard-load-balancers", "fail", "another's", *stack(
        association=Given(ASSOCIATION, "association", {"resourceArn": "arn:other", "webAclArn": ACL_ARN})),
               front="resource: faces the internet without a firewall"),
    stack_case("guard-load-balancers", "unknown", "whose it is", *stack(
        association=Given(ASSOCIATION, "association", {"resourceArn": UNKNOWN, "webAclArn": ACL_ARN}))),

    stack_case("log-firewalls", "pass", "logged", *stack()),
    stack_case("log-firewalls", "fail", "not logged", *stack(logging=None),
               acl="resource: logs nothing of what it stops"),
    stack_case("log-firewalls", "unknown", "whose log it is", *stack(
        logging=Given(LOGGING, "logging", {"resourceArn": UNKNOWN}))),
)  # fmt: skip
