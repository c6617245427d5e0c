"""AWS WAF: web ACLs with their rules inline, what they stand before, and their logs.

Rules in resources of their own (WebAclRule) are not offered here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.aws_wafv2_capacity import capacity
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem

ACL: Final = "aws:wafv2/webAcl:WebAcl"
ASSOCIATION: Final = "aws:wafv2/webAclAssociation:WebAclAssociation"
LOGGING: Final = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"

API: Final = "AWS WAF API, CreateWebACL and UpdateWebACL"
QUOTAS: Final = 'AWS WAF developer guide, "AWS WAF quotas": capacity units of a web ACL'
MOST_UNITS: Final = 5000
LOG_DESTINATIONS: Final = 'AWS WAF developer guide, "AWS WAF logging destinations"'
LOG_PREFIX: Final = "aws-waf-logs-"
# Groups of rules take overrideAction, all other statements take action (AWS WAF API, Rule).
GROUP_STATEMENTS: Final = frozenset({"managedRuleGroupStatement", "ruleGroupReferenceStatement"})


def _arn(call: Call, id: str) -> str:  # noqa: A002  the vendor's own word
    scope = "global" if call.inputs["scope"] == "CLOUDFRONT" else "regional"
    return f"arn:aws:wafv2:{call.region}:{call.account}:{scope}/webacl/{call.inputs['name']}/{id}"


def _groups(call: Call) -> Mapping[str, int]:
    return call.world.values("aws", "managed_rule_groups")


def _outputs(call: Call, id: str) -> Mapping[str, Any]:  # noqa: A002  the vendor's own word
    return {
        "applicationIntegrationUrl": "",
        "arn": _arn(call, id),
        "capacity": capacity(call.inputs.get("rules") or [], _groups(call)),
        # Another one after each change, so that two who change the same ACL notice each other.
        "lockToken": call.uuid(f"token {sorted(map(repr, call.inputs.items()))}"),
    }


def _refuse(call: Call) -> Sequence[Problem]:
    problems: list[Problem] = []
    rules: list[Mapping[str, Any]] = call.inputs.get("rules") or []
    for key in ("name", "priority"):
        values = [rule.get(key) for rule in rules]
        for index, value in enumerate(values):
            if value in values[:index]:
                message = f"WAFInvalidParameterException: two rules of one ACL have the {key} {value!r}"
                problems.append(Problem(f"rules[{index}].{key}", message, API))
    for index, rule in enumerate(rules):
        problems += _refuse_rule(call, f"rules[{index}]", rule)
    units = capacity(rules, _groups(call))
    if units > MOST_UNITS:
        message = f"WAFLimitsExceededException: the rules need {units} capacity units, and an ACL has {MOST_UNITS}"
        problems.append(Problem("rules", message, QUOTAS))
    if call.inputs["scope"] == "CLOUDFRONT" and call.region != "us-east-1":
        message = f"WAFInvalidParameterException: scope CLOUDFRONT lives in us-east-1, not in {call.region}"
        problems.append(Problem("scope", message, API))
    return problems


def _refuse_rule(call: Call, path: str, rule: Mapping[str, Any]) -> Iterator[Problem]:
    statement: Mapping[str, Any] = {
        kind: body for kind, body in (rule.get("statement") or {}).items() if body is not None
    }
    if len(statement) != 1:
        message = f"WAFInvalidParameterException: a rule has one statement, and this one {len(statement)}"
        yield Problem(f"{path}.statement", message, API)
    wanted, other = (
        ("overrideAction", "action") if GROUP_STATEMENTS & statement.keys() else ("action", "overrideAction")
    )
    if not rule.get(wanted) or rule.get(other):
        message = f"WAFInvalidParameterException: this statement goes with {wanted} alone"
        yield Problem(f"{path}.{wanted}", message, API)
    bodies = {body.get("key") for body in call.inputs.get("customResponseBodies") or []}
    response = ((rule.get("action") or {}).get("block") or {}).get("customResponse") or {}
    key = response.get("customResponseBodyKey")
    if key is not None and key not in bodies:
        message = f"WAFInvalidParameterException: there is no custom response body {key!r}"
        yield Problem(f"{path}.action.block.customResponse.customResponseBodyKey", message, API)
    for kind, place, body in _all_statements(statement, f"{path}.statement"):
        yield from _refuse_statement(call, kind, place, body)


def _refuse_statement(call: Call, kind: str, path: str, body: Mapping[str, Any]) -> Iterator[Problem]:
    if (
        kind == "managedRuleGroupStatement"
        and body.get("vendorName") == "AWS"
        and body.get("name") not in _groups(call)
    ):
        message = f"WAFNonexistentItemException: AWS has no managed rule group {body.get('name')!r}"
        yield Problem(f"{path}.name", message, 'AWS WAF developer guide, "AWS Managed Rules rule groups list"')
    if kind == "rateBasedStatement":
        forwarded = body.get("aggregateKeyType") == "FORWARDED_IP"
        if forwarded != bool(body.get("forwardedIpConfig")) and body.get("aggregateKeyType") != "CUSTOM_KEYS":
            message = "WAFInvalidParameterException: forwardedIpConfig goes with the key type FORWARDED_IP, and must"
            yield Problem(f"{path}.forwardedIpConfig", message, "AWS WAF API, RateBasedStatement")
    if kind == "regexMatchStatement":
        try:
            re.compile(str(body.get("regexString")))
        except re.error as error:
            message = f"WAFInvalidParameterException: the regular expression is none: {error}"
            yield Problem(f"{path}.regexString", message, "AWS WAF API, RegexMatchStatement")


def _all_statements(statement: Mapping[str, Any], path: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Every statement within one, itself included, with its place."""
    for kind, body in statement.items():
        if not isinstance(body, Mapping):
            continue
        place = f"{path}.{kind}"
        yield kind, place, body
        for index, inner in enumerate(body.get("statements") or []):
            yield from _all_statements(inner, f"{place}.statements[{index}]")
        for key in ("statement", "scopeDownStatement"):
            yield from _all_statements(body.get(key) or {}, f"{place}.{key}")


def _keep_acl(call: Call) -> Sequence[Problem]:
    there = call.existing
    users = call.store.users(there) if there is not None else []
    return [
        Problem(
            "",
            "WAFAssociatedItemException: AWS WAF couldn't perform the operation because your resource is being used "
            f"by another resource or it's associated with another resource: {use.user.id}",
            "AWS WAF API, DeleteWebACL",
        )
        for use in users
        if use.user.token == ASSOCIATION
    ]


def _refuse_association(call: Call) -> Sequence[Problem]:
    """One ACL of the region before a resource; AWS would put another in its place, and two programs fight for ever."""
    source = "AWS WAF API, AssociateWebACL"
    acl = call.other(call.inputs.get("webAclArn"))
    problems: list[Problem] = []
    if acl is not None and acl.properties.get("scope") != "REGIONAL":
        message = "WAFInvalidParameterException: a distribution names its ACL itself; only regional ones are associated"
        problems.append(Problem("webAclArn", message, source))
    guarded = call.other(call.inputs.get("resourceArn"))
    for other in call.beside("resourceArn", guarded):
        message = f"{call.inputs['resourceArn']} has an ACL already, which this one would replace: {other.id}"
        problems.append(Problem("resourceArn", message, source))
    return problems


def _refuse_logging(call: Call) -> Sequence[Problem]:
    problems: list[Problem] = []
    for index, destination in enumerate(call.inputs.get("logDestinationConfigs") or []):
        name = re.split(r"[:/]", str(destination).removesuffix(":*"))[-1]
        if not name.startswith(LOG_PREFIX):
            message = (
                "WAFInvalidParameterException: Error reason: The ARN isn't valid. A valid ARN begins with arn: and "
                f"names a destination that begins with {LOG_PREFIX}, not {name}"
            )
            problems.append(Problem(f"logDestinationConfigs[{index}]", message, LOG_DESTINATIONS))
    return problems


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    ACL: Behaviour(
        id=lambda call: call.uuid(),
        outputs=_outputs,
        names=lambda call, _: [f"web-acl/{call.account}/{call.region}/{call.inputs['scope']}|{call.inputs['name']}"],
        identifiers=lambda call, id: [_arn(call, id)],
        refuse=_refuse,
        keep_from=_keep_acl,
    ),
    ASSOCIATION: Behaviour(
        id=lambda call: f"{call.inputs['webAclArn']},{call.inputs['resourceArn']}",
        refuse=_refuse_association,
    ),
    # One of an ACL, known by it (web_acl_logging_configuration.go).
    LOGGING: Behaviour(
        id=lambda call: str(call.inputs["resourceArn"]),
        names=lambda call, _: [f"{LOGGING}|{call.inputs['resourceArn']}"],
        refuse=_refuse_logging,
    ),
}
