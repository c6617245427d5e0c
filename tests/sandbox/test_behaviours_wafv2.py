"""Web ACLs: their rules, what these cost, what they stand before, and their logs."""

from typing import Any

import pytest

from sandbox.operations import Refused
from tests.sandbox import offline as kinds
from tests.sandbox.balancing import Ground, acl, managed, rule
from tests.sandbox.offline import Caller, Offline

COMMON, KNOWN = "AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"


@pytest.fixture
def ground(offline: Offline) -> Ground:
    return Ground(offline)


def path_rule(name: str, priority: int, **more: Any) -> dict[str, Any]:
    match = {
        "regexString": "^/login",
        "fieldToMatch": {"uriPath": {}},
        "textTransformations": [{"priority": 0, "type": "URL_DECODE"}, {"priority": 1, "type": "NORMALIZE_PATH"}],
        **more,
    }
    limit = {
        "limit": 100,
        "aggregateKeyType": "FORWARDED_IP",
        "forwardedIpConfig": {"headerName": "X-Forwarded-For", "fallbackBehavior": "MATCH"},
        "scopeDownStatement": {"regexMatchStatement": match},
    }
    return rule(name, priority, statement={"rateBasedStatement": limit})


def test_the_cost_of_rules_is_summed_up_over_what_they_hold(aws: Caller) -> None:
    made = acl(aws, rules=[managed(COMMON, 0), path_rule("login", 1), rule("size", 2)])
    assert made.properties["capacity"] == 700 + (2 + 3 + 20) + 1
    both = {"andStatement": {"statements": [rule("a", 0)["statement"], path_rule("b", 0)["statement"]]}}
    assert aws.update(made, rules=[rule("both", 0, statement=both)]).properties["capacity"] == 1 + 25


def test_an_acl_has_five_thousand_units(aws: Caller) -> None:
    too_many = [{**managed(COMMON, number), "name": f"common-{number}"} for number in range(8)]
    with pytest.raises(Refused, match="WAFLimitsExceededException: the rules need 5600 capacity units"):
        acl(aws, rules=too_many)
    assert acl(aws, rules=too_many[:7]).properties["capacity"] == 4900


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([rule("a", 1), rule("b", 1)], "have the priority 1"),
        ([rule("a", 1), rule("a", 2)], "have the name 'a'"),
        ([managed(COMMON, 0, action={"block": {}}, overrideAction=None)], "goes with overrideAction alone"),
        ([rule("a", 0, overrideAction={"none": {}}, action=None)], "goes with action alone"),
        ([managed("AWSManagedRulesComonRuleSet", 0)], "AWS has no managed rule group"),
        ([path_rule("a", 0, regexString="(")], "the regular expression is none"),
        ([rule("a", 0, statement={})], "a rule has one statement, and this one 0"),
        (
            [rule("a", 0, action={"block": {"customResponse": {"responseCode": 429, "customResponseBodyKey": "no"}}})],
            "there is no custom response body 'no'",
        ),
        (
            [rule("a", 0, statement={"rateBasedStatement": {"limit": 100, "aggregateKeyType": "FORWARDED_IP"}})],
            "forwardedIpConfig goes with",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_rules_that_aws_refuses_are_refused(aws: Caller, rules: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(Refused, match=message):
        acl(aws, rules=rules)
    assert acl(aws, rules=[managed(COMMON, 0), managed(KNOWN, 1), path_rule("login", 2), rule("a", 3)])


def test_each_change_gives_another_token_and_keeps_the_acl(aws: Caller) -> None:
    made = acl(aws, rules=[rule("a", 0)])
    changed = aws.update(made, rules=[rule("a", 1)])
    assert changed.id == made.id
    assert changed.properties["lockToken"] != made.properties["lockToken"]
    assert aws.changes(made, scope="CLOUDFRONT") == {"scope": True}


def test_a_distribution_s_acl_lives_in_virginia(offline: Offline, aws: Caller) -> None:
    with pytest.raises(Refused, match="lives in us-east-1"):
        acl(aws, scope="CLOUDFRONT")
    assert acl(offline.aws("us-east-1"), scope="CLOUDFRONT").arn.split(":")[5].startswith("global/webacl/")


def test_one_acl_stands_before_a_load_balancer(ground: Ground) -> None:
    balancer, first, second = ground.balancer(), acl(ground.aws), acl(ground.aws, "second")
    made = ground.aws.make(kinds.WEB_ACL_ASSOCIATION, resourceArn=balancer.arn, webAclArn=first.arn)
    assert made.id == f"{first.arn},{balancer.arn}"
    with pytest.raises(Refused, match="has an ACL already, which this one would replace"):
        ground.aws.make(kinds.WEB_ACL_ASSOCIATION, "two", resourceArn=balancer.arn, webAclArn=second.arn)
    other = ground.balancer("other")
    assert ground.aws.make(kinds.WEB_ACL_ASSOCIATION, "two", resourceArn=other.arn, webAclArn=first.arn)


def test_logs_go_to_a_group_with_the_beginning_that_aws_wants(aws: Caller) -> None:
    made = acl(aws)
    wrong, right = aws.make(kinds.LOG_GROUP, "firewall"), aws.make(kinds.LOG_GROUP, "logs", namePrefix="aws-waf-logs-")
    with pytest.raises(Refused, match=r"The ARN isn't valid.*aws-waf-logs-"):
        aws.make(kinds.WEB_ACL_LOGGING, resourceArn=made.arn, logDestinationConfigs=[wrong.arn])
    logging = aws.make(kinds.WEB_ACL_LOGGING, resourceArn=made.arn, logDestinationConfigs=[right.arn])
    assert logging.id == made.arn
    with pytest.raises(Refused, match="exists already"):
        aws.make(kinds.WEB_ACL_LOGGING, "two", resourceArn=made.arn, logDestinationConfigs=[right.arn])
