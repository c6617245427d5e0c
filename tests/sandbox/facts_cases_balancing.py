"""Inputs of load balancers, firewalls and what belongs to them that a real account takes, and changes that it refuses.

Part of `facts_cases`, in the same form.
"""

# ruff: noqa: E501  a case is one line
from typing import Any, Final

from sandbox.values import UNKNOWN

ACCOUNT: Final = "111111111111"
LOG_GROUP_ARN: Final = f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:aws-waf-logs-erp"
BALANCER_ARN: Final = f"arn:aws:elasticloadbalancing:eu-central-1:{ACCOUNT}:loadbalancer/app/front/0123456789abcdef"
WEB_ACL_ARN: Final = f"arn:aws:wafv2:eu-central-1:{ACCOUNT}:regional/webacl/front/0123"
_VISIBLE: Final[dict[str, Any]] = {
    "cloudwatchMetricsEnabled": True,
    "sampledRequestsEnabled": True,
    "metricName": "all",
}
_LIMIT: Final[dict[str, Any]] = {"limit": 100, "aggregateKeyType": "IP", "evaluationWindowSec": 300}


def _limited(**change: Any) -> list[dict[str, Any]]:
    """The rules of a web ACL: one limit, with something else in it."""
    statement = {"rateBasedStatement": {**_LIMIT, **change}}
    return [
        {"name": "all", "priority": 0, "action": {"block": {}}, "statement": statement, "visibilityConfig": _VISIBLE}
    ]


def _answer(**change: Any) -> list[dict[str, Any]]:
    """A listener's action: a fixed response, with something else in it."""
    response = {"contentType": "text/plain", "statusCode": "404", "messageBody": "no", **change}
    return [{"type": "fixed-response", "fixedResponse": response}]


GOOD: Final[dict[str, dict[str, Any]]] = {
    "aws:ec2/managedPrefixList:ManagedPrefixList": {
        "name": "edge",
        "addressFamily": "IPv4",
        "maxEntries": 20,
        "entries": [{"cidr": "10.0.0.0/16", "description": "one"}],
    },
    "aws:lb/loadBalancer:LoadBalancer": {
        "name": "front",
        "subnets": [UNKNOWN, UNKNOWN],
        "idleTimeout": 60,
        "desyncMitigationMode": "defensive",
        "xffHeaderProcessingMode": "append",
        "clientKeepAlive": 3600,
        "accessLogs": {"bucket": UNKNOWN, "prefix": "lb", "enabled": True},
    },
    "aws:lb/listener:Listener": {
        "loadBalancerArn": BALANCER_ARN,
        "port": 443,
        "protocol": "HTTPS",
        "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
        "certificateArn": f"arn:aws:acm:eu-central-1:{ACCOUNT}:certificate/1",
        "mutualAuthentication": {"mode": "passthrough"},
        "defaultActions": _answer(),
    },
    "aws:lb/trustStore:TrustStore": {
        "name": "trust",
        "caCertificatesBundleS3Bucket": UNKNOWN,
        "caCertificatesBundleS3Key": "ca.pem",
    },
    "aws:s3/bucketObjectv2:BucketObjectv2": {"bucket": UNKNOWN, "key": "ca.pem", "content": "hello"},
    "aws:wafv2/webAcl:WebAcl": {
        "name": "front",
        "scope": "REGIONAL",
        "defaultAction": {"block": {}},
        "rules": _limited(),
        "visibilityConfig": _VISIBLE,
    },
    "aws:wafv2/webAclAssociation:WebAclAssociation": {"resourceArn": BALANCER_ARN, "webAclArn": WEB_ACL_ARN},
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": {
        "resourceArn": WEB_ACL_ARN,
        "logDestinationConfigs": [LOG_GROUP_ARN],
        "redactedFields": [{"singleHeader": {"name": "cookie"}}],
    },
}

REFUSED: Final[dict[str, list[tuple[dict[str, Any], str, str]]]] = {
    "aws:ec2/managedPrefixList:ManagedPrefixList": [
        ({"addressFamily": "ipv4"}, "addressFamily", "one of IPv4, IPv6"),
        ({"maxEntries": 0}, "maxEntries", "1"),
        ({"entries": [{"cidr": "10.0.0.0"}]}, "entries[0].cidr", "CIDR"),
    ],
    "aws:lb/loadBalancer:LoadBalancer": [
        ({"name": "a" * 33}, "name", "32"),
        ({"name": "-front"}, "name", ""),
        ({"name": "internal-front"}, "name", ""),
        ({"subnets": None}, "", "subnets"),
        ({"idleTimeout": 4001}, "idleTimeout", "4000"),
        ({"desyncMitigationMode": "strict"}, "desyncMitigationMode", "strictest"),
        ({"clientKeepAlive": 59}, "clientKeepAlive", "60"),
        ({"accessLogs": {"bucket": UNKNOWN, "prefix": "lb/AWSLogs"}}, "accessLogs.prefix", "which the service adds"),
    ],
    "aws:lb/listener:Listener": [
        ({"port": 0}, "port", "65535"),
        ({"protocol": "HTTP2"}, "protocol", "HTTPS"),
        ({"sslPolicy": "TLS13-1-2-2021-06"}, "sslPolicy", "a predefined security policy"),
        ({"sslPolicy": "ELBSecurityPolicy-TLS13-1-4-2021-06"}, "sslPolicy", "a predefined security policy"),
        ({"mutualAuthentication": {"mode": "on"}}, "mutualAuthentication.mode", "verify"),
        ({"defaultActions": _answer(statusCode="304")}, "defaultActions[0].fixedResponse.statusCode", ""),
        ({"defaultActions": _answer(messageBody="x" * 1025)}, "defaultActions[0].fixedResponse.messageBody", "1024"),
        ({"defaultActions": [{"type": "redirect", "redirect": {"port": "https", "statusCode": "HTTP_301"}}]}, "defaultActions[0].redirect.port", "a port from 1"),
        ({"defaultActions": [{"type": "redirect", "redirect": {"statusCode": "HTTP_308"}}]}, "defaultActions[0].redirect.statusCode", "HTTP_301"),
    ],
    "aws:lb/trustStore:TrustStore": [
        ({"name": "a" * 33}, "name", "32"),
        ({"caCertificatesBundleS3Key": ""}, "caCertificatesBundleS3Key", "1"),
    ],
    "aws:s3/bucketObjectv2:BucketObjectv2": [
        ({"key": ""}, "key", "1"),
        ({"contentBase64": "aGVsbG8="}, "content|contentBase64", "together"),
        ({"acl": "everybody"}, "acl", "private"),
    ],
    "aws:wafv2/webAcl:WebAcl": [
        ({"scope": "GLOBAL"}, "scope", "REGIONAL"),
        ({"name": "my acl"}, "name", ""),
        ({"rules": _limited(limit=9)}, "rules[0].statement.rateBasedStatement.limit", "10"),
        ({"rules": _limited(aggregateKeyType="HEADER")}, "rules[0].statement.rateBasedStatement.aggregateKeyType", "FORWARDED_IP"),
        ({"rules": _limited(evaluationWindowSec=30)}, "rules[0].statement.rateBasedStatement.evaluationWindowSec", "60"),
        ({"visibilityConfig": {**_VISIBLE, "metricName": "all of it"}}, "visibilityConfig.metricName", ""),
    ],
    "aws:wafv2/webAclAssociation:WebAclAssociation": [
        ({"resourceArn": "front"}, "resourceArn", "ARN"),
    ],
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": [
        ({"logDestinationConfigs": []}, "logDestinationConfigs", "1"),
        ({"redactedFields": [{"singleHeader": {"name": ""}}]}, "redactedFields[0].singleHeader.name", "1"),
    ],
}  # fmt: skip
