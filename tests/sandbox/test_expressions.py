"""Cloudflare's rule expressions, by Cloudflare's own parser."""

from typing import Any

import pytest

from sandbox import schema
from sandbox.facts.paths import split
from sandbox.judges import expressions
from sandbox.judges.expressions import EXPRESSIONS
from sandbox.values import UNKNOWN, Secret
from tests.sandbox.test_facts_files import has

RULESET = "cloudflare:index/ruleset:Ruleset"
WAF = "http_request_firewall_custom"


def judged(phase: Any, *rules: dict[str, Any]) -> list[str]:
    return [str(problem) for problem in expressions.judge(RULESET, {"phase": phase, "rules": list(rules)})]


@pytest.mark.parametrize(
    ("phase", "expression"),
    [
        (WAF, 'http.host eq "www.smart-school.example" and not ip.src in $office'),
        (WAF, "true"),
        (WAF, " false "),
        (WAF, 'starts_with(http.request.uri.path, "/api/")'),
        (WAF, 'any(http.request.headers["x-debug"][*] eq "1")'),
        (WAF, UNKNOWN),
        (WAF, Secret('http.host eq "x"')),
        ("http_response_headers_transform", "http.response.code eq 200"),
        (UNKNOWN, "http.response.code eq 200"),
        ("magic_transit", "tcp.dstport eq 22"),
    ],
)
def test_an_expression_that_cloudflare_parses_passes(phase: Any, expression: Any) -> None:
    assert judged(phase, {"expression": expression}) == []


@pytest.mark.parametrize(
    ("phase", "expression", "message"),
    [
        (WAF, 'http.hots eq "x"', "unknown identifier"),
        (WAF, "http.host eq 5", "can parse"),
        (WAF, 'http.request.uri.path matches "^/("', "regex parse error"),
        (WAF, "http.host", "expected ComparisonOp"),
        (WAF, "  ", "is empty"),
        (WAF, 'http.host eq "' + "x" * 4096 + '"', "at most 4096 characters"),
        (WAF, "http.response.code eq 500", "there is no response yet in phase http_request_firewall_custom"),
        (WAF, "tcp.dstport eq 22", "unknown identifier"),
        ("magic_transit", 'http.host eq "x"', "unknown identifier"),
    ],
)
def test_an_expression_that_cloudflare_refuses_is_refused(phase: str, expression: str, message: str) -> None:
    (problem,) = judged(phase, {"expression": "true"}, {"expression": expression})
    assert problem.startswith("rules[1].expression: ")
    assert message in problem
    assert "wirefilter" in problem


def test_a_counting_expression_may_read_the_response() -> None:
    limit = {"expression": "true", "ratelimit": {"countingExpression": "http.response.code eq 401"}}
    assert judged("http_ratelimit", limit) == []


def test_a_value_is_an_expression_that_gives_a_text() -> None:
    def rewrite(**parameters: Any) -> list[str]:
        return judged("http_request_transform", {"expression": "true", "actionParameters": parameters})

    assert rewrite(uri={"path": {"expression": 'concat("/v1", http.request.uri.path)'}}) == []
    assert rewrite(headers={"X-Tier": {"expression": '"edge"'}, "X-Host": {"expression": "http.host"}}) == []
    (problem,) = rewrite(headers={"X-Tier": {"expression": "http.hots"}})
    assert problem.startswith("rules[0].actionParameters.headers.X-Tier.expression: ")


def test_other_types_have_expressions_too() -> None:
    balancer = "cloudflare:index/loadBalancer:LoadBalancer"
    assert expressions.judge(balancer, {"rules": [{"condition": 'http.host eq "a"'}]}) == []
    assert expressions.judge(balancer, {"rules": [{"condition": "host is a"}]})[0].path == "rules[0].condition"
    assert expressions.judge("cloudflare:index/zone:Zone", {"expression": "host is a"}) == []


@pytest.mark.parametrize("token", sorted(EXPRESSIONS))
def test_every_property_with_an_expression_is_one_that_the_sdk_has(token: str) -> None:
    shape = schema.load(token)
    assert expressions.paths(token) == set(EXPRESSIONS[token])
    assert all(has(shape, split(path)) for path in EXPRESSIONS[token])
