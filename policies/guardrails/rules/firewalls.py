"""Web application firewalls: AWS WAF before load balancers. What is inspected at the edge is judged with the edge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity, StackRule, found
from guardrails.model import Resource, Stack
from guardrails.rules.load_balancers import BALANCERS, faces_internet, is_application, names
from guardrails.values import Node, any_of

ACL: Final = "aws:wafv2/webAcl:WebAcl"
ASSOCIATION: Final = "aws:wafv2/webAclAssociation:WebAclAssociation"
LOGGING: Final = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"


def _guarded(stack: Stack, _: Scope) -> Iterator[Finding]:
    associations = tuple(stack.of_type(ASSOCIATION))
    for balancer in stack.of_type(*BALANCERS):
        if not is_application(balancer) or not faces_internet(balancer):
            continue
        if any_of(names(stack, one, "resourceArn", balancer) for one in associations) is False:
            yield Finding("", "faces the internet without a firewall", balancer.urn)


GUARD = StackRule(
    id="guard-load-balancers",
    title="A firewall stands before each load balancer that faces the internet",
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="The edge filters what comes through the edge; what gets around it meets nothing else.",
    mend="Associate a web ACL with the load balancer.",
    example='aws.wafv2.WebAclAssociation("front", resource_arn=balancer.arn, web_acl_arn=acl.arn)',
    check=_guarded,
)


def _logged(stack: Stack, _: Scope) -> Iterator[Finding]:
    logs = tuple(stack.of_type(LOGGING))
    for acl in stack.of_type(ACL):
        if any_of(names(stack, one, "resourceArn", acl) for one in logs) is False:
            yield Finding("", "logs nothing of what it stops", acl.urn)


LOG = StackRule(
    id="log-firewalls",
    title="Firewalls log what they stop",
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="Without its log nobody can tell an attack from a mistake of the firewall, nor show either later.",
    mend="Give the ACL a logging configuration; the destination's name begins with aws-waf-logs-.",
    example="""
aws.wafv2.WebAclLoggingConfiguration("front", resource_arn=acl.arn, log_destination_configs=[group.arn])
""",
    check=_logged,
)


def _rules(acl: Resource) -> list[Node] | None:
    """The rules that stand in the ACL; None where they are not known, or are written elsewhere."""
    rules = acl.read("rules")
    if rules.is_unknown or not acl.read("ruleJson").is_absent:
        return None
    return list(rules.items())


def _managed(acl: Resource, _: Scope) -> Iterator[Finding]:
    rules = _rules(acl)
    if rules is not None and any_of(map(_blocks_by_group, rules)) is False:
        yield found(acl.read("rules"), "hold no managed group that blocks by its own actions")


def _blocks_by_group(rule: Node) -> bool | None:
    group = rule.at("statement", "managedRuleGroupStatement")
    if rule.is_unknown or group.is_unknown or rule.at("overrideAction").is_unknown:
        return None
    return group.is_known and rule.at("overrideAction", "count").is_absent


MANAGED = ResourceRule(
    id="keep-managed-firewall-rules",
    title="Firewalls use managed rules, and let them block",
    types=(ACL,),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="New attacks appear faster than anybody here writes rules; a group that only counts stops none of them.",
    mend="Add the managed groups that fit the application, with overrideAction none; count single rules where needed.",
    example="""
aws.wafv2.WebAcl("front", ..., rules=[{"name": "common", "override_action": {"none": {}}, "statement": {
    "managed_rule_group_statement": {"vendor_name": "AWS", "name": "AWSManagedRulesCommonRuleSet"}}}])
""",
    check=_managed,
)


def _limited(acl: Resource, _: Scope) -> Iterator[Finding]:
    rules = _rules(acl)
    if rules is not None and any_of(map(_blocks_by_rate, rules)) is False:
        yield found(acl.read("rules"), "hold no limit on request rates that blocks")


def _blocks_by_rate(rule: Node) -> bool | None:
    rate, action = rule.at("statement", "rateBasedStatement"), rule.at("action")
    if rule.is_unknown or rate.is_unknown or action.is_unknown:
        return None
    return rate.is_known and action.at("count").is_absent and action.at("allow").is_absent


LIMIT = ResourceRule(
    id="limit-request-rates",
    title="Firewalls limit how often one visitor may ask",
    types=(ACL,),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="Guessing passwords and draining the application take many requests, each of which looks harmless.",
    mend="Add a rate-based rule that blocks; behind an edge, count by the address that it forwards.",
    example="""
aws.wafv2.WebAcl("front", ..., rules=[{"name": "rate", "action": {"block": {}}, "statement": {
    "rate_based_statement": {"limit": 1000, "aggregate_key_type": "IP"}}}])
""",
    check=_limited,
)

RULES: Final = (GUARD, LOG, MANAGED, LIMIT)
