"""The web application firewall of the load balancer: its rules, its log, and its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import cloudwatch, wafv2

from components.compute import firewall_rules as rules
from components.names import ESTATE

if TYPE_CHECKING:
    from components.base import ErpComponent
    from components.compute.firewall_rules import ManagedGroup, RateLimit
    from components.context import StackContext
    from settings.compute.balancer import BalancerSettings

LOG_GROUP_PREFIX = "aws-waf-logs-"
"""AWS WAF writes only to log groups whose names begin so."""

REDACTED_HEADERS = ("authorization", "cookie")
"""Headers that let whoever reads the log act as the visitor."""

TOO_MANY = "too-many-requests"


@dataclass(frozen=True, kw_only=True, slots=True)
class FirewallArgs:
    """What the firewall needs to know.

    guarded_arn: the load balancer. logs_key_arn: key of class logs in the same region.
    """

    context: StackContext
    settings: BalancerSettings
    guarded_arn: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]


def make_firewall(owner: ErpComponent, args: FirewallArgs) -> wafv2.WebAcl:
    """The ACL with all its rules, in one resource.

    A rule could be a resource of its own; but then an ACL stands for a while without some of its rules, and lets pass
    what they would stop. Inline they come and go in one call. What speaks against it in general does not hold here: no
    rule names an IP set or a rule group of ours, which would have to outlive it, and the order in which AWS gives rules
    back is no difference, since they are a set with priorities.

    The default is to block: only what passed every rule and names its visitor reaches the application.
    """
    acl = wafv2.WebAcl(
        owner.logical("firewall"),
        scope="REGIONAL",
        description="Smart Education ERP: in front of the load balancer",
        default_action={"block": {}},
        rules=_rules(args.settings),
        custom_response_bodies=[
            {
                "key": TOO_MANY,
                "content_type": "TEXT_PLAIN",
                "content": "Too many requests from your address. Please try again in a few minutes.\n",
            }
        ],
        # Redaction in the log leaves the samples out that the console shows.
        data_protection_config={
            "data_protections": [
                {
                    "action": "SUBSTITUTION",
                    "field": {"field_type": "SINGLE_HEADER", "field_keys": list(REDACTED_HEADERS)},
                }
            ]
        },
        visibility_config=_visible("firewall"),
        tags=owner.tags(Name=owner.logical("firewall")),
        opts=owner.child(),
    )
    wafv2.WebAclAssociation(
        owner.logical("firewall-association"),
        resource_arn=args.guarded_arn,
        web_acl_arn=acl.arn,
        opts=owner.child(),
    )
    _make_log(owner, args, acl)
    return acl


def _make_log(owner: ErpComponent, args: FirewallArgs, acl: wafv2.WebAcl) -> None:
    """Log what was stopped or counted, and nothing of what passed: the load balancer logs that already.

    AWS adds what lets its log delivery write to the group by itself, as a resource policy of the log service.
    """
    group = cloudwatch.LogGroup(
        owner.logical("firewall-logs"),
        name_prefix=f"{LOG_GROUP_PREFIX}{ESTATE}-{args.context.stack}-",
        retention_in_days=args.settings.firewall_log_retention_days,
        kms_key_id=args.logs_key_arn,
        tags=owner.tags("logs"),
        opts=owner.child(protect=args.context.protects_data),
    )
    wafv2.WebAclLoggingConfiguration(
        owner.logical("firewall-logging"),
        resource_arn=acl.arn,
        log_destination_configs=[group.arn],
        redacted_fields=[{"single_header": {"name": header}} for header in REDACTED_HEADERS],
        logging_filter={
            "default_behavior": "DROP",
            "filters": [
                {
                    "behavior": "KEEP",
                    "requirement": "MEETS_ANY",
                    "conditions": [
                        {"action_condition": {"action": action}} for action in ("BLOCK", "COUNT", "EXCLUDED_AS_COUNT")
                    ],
                }
            ],
        },
        opts=owner.child(),
    )


def _rules(settings: BalancerSettings) -> list[wafv2.WebAclRuleArgsDict]:
    """All rules in the order in which they are asked, with gaps, so that one can come between two others."""
    made = [
        *(_rate(limit) for limit in rules.rate_limits(settings.rate_limits)),
        *(_managed(group) for group in rules.MANAGED_GROUPS),
        _uploads(),
        _large_bodies(),
        _from_edge(),
    ]
    for place, rule in enumerate(made):
        rule["priority"] = 10 * place
    return made


def _rate(limit: RateLimit) -> wafv2.WebAclRuleArgsDict:
    """A limit by the visitor's address; one that can't be read counts as over the limit."""
    counted: wafv2.WebAclRuleStatementRateBasedStatementArgsDict = {
        "limit": limit.limit,
        "evaluation_window_sec": rules.WINDOW_SECONDS,
        "aggregate_key_type": "FORWARDED_IP",
        "forwarded_ip_config": {"header_name": rules.VISITOR_HEADER, "fallback_behavior": "MATCH"},
    }
    if limit.paths is not None:
        counted["scope_down_statement"] = {
            "regex_match_statement": {
                "regex_string": limit.paths.pattern,
                "field_to_match": {"uri_path": {}},
                "text_transformations": [
                    {"priority": place, "type": type_} for place, type_ in enumerate(limit.paths.transformations)
                ],
            }
        }
    return {
        "name": f"rate-{limit.key}",
        "priority": 0,
        "action": {
            "block": {
                "custom_response": {
                    "response_code": 429,
                    "custom_response_body_key": TOO_MANY,
                    "response_headers": [{"name": "Retry-After", "value": str(rules.WINDOW_SECONDS)}],
                }
            }
        },
        "statement": {"rate_based_statement": counted},
        "visibility_config": _visible(f"rate-{limit.key}"),
    }


def _managed(group: ManagedGroup) -> wafv2.WebAclRuleArgsDict:
    """A group of AWS's, in its newest version: it is kept up to date by not being pinned."""
    return {
        "name": group.key,
        "priority": 0,
        "override_action": {"none": {}},
        "statement": {
            "managed_rule_group_statement": {
                "vendor_name": "AWS",
                "name": group.name,
                "rule_action_overrides": [{"name": rule, "action_to_use": {"count": {}}} for rule in group.counted],
            }
        },
        "visibility_config": _visible(group.key),
    }


def _uploads() -> wafv2.WebAclRuleArgsDict:
    """Where documents are uploaded a body may be large: what no rule stopped so far is let through."""
    return {
        "name": "uploads",
        "priority": 0,
        "action": {"allow": {}},
        "statement": {
            "and_statement": {
                "statements": [
                    {"size_constraint_statement": _names_its_visitor()},
                    {
                        "regex_match_statement": {
                            "regex_string": rules.UPLOADS.pattern,
                            "field_to_match": {"uri_path": {}},
                            "text_transformations": [
                                {"priority": place, "type": type_}
                                for place, type_ in enumerate(rules.UPLOADS.transformations)
                            ],
                        }
                    },
                ]
            }
        },
        "visibility_config": _visible("uploads"),
    }


def _large_bodies() -> wafv2.WebAclRuleArgsDict:
    """Elsewhere, what the common group found too large is refused: the firewall could read only its beginning."""
    return {
        "name": "large-bodies",
        "priority": 0,
        "action": {"block": {}},
        "statement": {"label_match_statement": {"scope": "LABEL", "key": rules.SIZE_LABEL}},
        "visibility_config": _visible("large-bodies"),
    }


def _from_edge() -> wafv2.WebAclRuleArgsDict:
    """What no rule stopped and what names its visitor is let through; the rest is blocked by default.

    A limit does not count a request without the header that it reads, so nothing may pass without one.
    """
    return {
        "name": "from-edge",
        "priority": 0,
        "action": {"allow": {}},
        "statement": {"size_constraint_statement": _names_its_visitor()},
        "visibility_config": _visible("from-edge"),
    }


def _names_its_visitor() -> wafv2.WebAclRuleStatementSizeConstraintStatementArgsDict:
    return {
        "field_to_match": {"single_header": {"name": rules.VISITOR_HEADER.lower()}},
        "comparison_operator": "GT",
        "size": 0,
        "text_transformations": [{"priority": 0, "type": "NONE"}],
    }


def _visible(name: str) -> wafv2.WebAclVisibilityConfigArgsDict:
    return {"cloudwatch_metrics_enabled": True, "sampled_requests_enabled": True, "metric_name": name}
