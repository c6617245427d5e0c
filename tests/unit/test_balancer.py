"""The load balancer: who reaches it, how it speaks, what it logs, and what its firewall stops."""

from ipaddress import ip_network
from itertools import combinations
from typing import Any

import pytest

from components.compute import edge_ranges, firewall_rules
from sandbox.values import Secret
from settings.compute.balancer import RateLimitsSettings
from tests.graph import Graph, Node

BALANCER = "aws:lb/loadBalancer:LoadBalancer"
LISTENER = "aws:lb/listener:Listener"
TRUST = "aws:lb/trustStore:TrustStore"
OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2"
PREFIX_LIST = "aws:ec2/managedPrefixList:ManagedPrefixList"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
ACL = "aws:wafv2/webAcl:WebAcl"
ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation"
LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
ORIGIN_PULLS = "cloudflare:index/authenticatedOriginPullsSettings:AuthenticatedOriginPullsSettings"


def listener(graph: Graph, port: int) -> Node:
    [found] = [node for node in graph.some(LISTENER) if node.value("port") == port]
    return found


def rules(graph: Graph) -> dict[str, dict[str, Any]]:
    """The firewall's rules by name, in the order in which they are asked."""
    found = sorted(graph.one(ACL).value("rules"), key=lambda rule: rule["priority"])
    return {rule["name"]: rule for rule in found}


# --- where it stands and who may connect


@pytest.mark.req("C3")
def test_a_load_balancer_faces_the_internet_in_every_zone(graph: Graph) -> None:
    balancer = graph.one(BALANCER)
    assert balancer.value("internal") is False
    assert balancer.value("loadBalancerType") == "application"
    subnets = [node for node in graph.references(balancer, "subnets") if node.type == "aws:ec2/subnet:Subnet"]
    assert [node.name for node in subnets] == [f"network-subnet-public-{zone}" for zone in "abc"]
    assert len(balancer.value("subnets")) == 3
    assert graph.reference(balancer, "securityGroups").name == "network-group-public"


def test_it_waits_until_its_network_reaches_the_internet(prod: Graph) -> None:
    way = prod.one("aws:ec2/route:Route", "network-route-public-internet")
    assert way in prod.references(prod.one(BALANCER), "subnets"), "AWS refuses a load balancer in a network without"


def test_logical_names_leave_room_for_the_provider_s_suffix(graph: Graph) -> None:
    for node in [*graph.some(BALANCER), *graph.some(TRUST)]:
        assert len(node.name) <= 24, f"{node}: 32 characters with the suffix are all that AWS takes"
        assert not node.has("name")


@pytest.mark.req("N2", "A1")
def test_only_the_edge_may_connect(graph: Graph) -> None:
    entering = [
        rule for rule in graph.some(INGRESS) if graph.reference(rule, "securityGroupId").name.endswith("-public")
    ]
    assert {rule.value("fromPort") for rule in entering} == {80, 443}
    for rule in entering:
        assert graph.reference(rule, "prefixListId") == graph.one(PREFIX_LIST)
        assert rule.value("fromPort") == rule.value("toPort")
        assert not any(rule.has(block) for block in ("cidrIpv4", "cidrIpv6"))


def test_the_prefix_list_holds_the_edge_s_ranges_and_fits_the_group_s_quota(graph: Graph) -> None:
    ranges = graph.one(PREFIX_LIST)
    assert [entry["cidr"] for entry in ranges.value("entries")] == [str(block) for block in edge_ranges.IPV4]
    assert ranges.value("maxEntries") > len(edge_ranges.IPV4), "no room for a further range"
    assert ranges.value("maxEntries") * len(edge_ranges.PORTS) <= edge_ranges.RULES_PER_GROUP
    assert ranges.value("addressFamily") == "IPv4"


@pytest.mark.parametrize(("ranges", "count"), [(edge_ranges.IPV4, 15), (edge_ranges.IPV6, 7)], ids=["IPv4", "IPv6"])
def test_the_edge_s_ranges_are_disjoint_public_and_in_order(ranges: tuple[Any, ...], count: int) -> None:
    assert len(ranges) == count
    assert not [pair for pair in combinations(ranges, 2) if pair[0].overlaps(pair[1])]
    assert all(block.is_global for block in ranges)
    assert list(ranges) == sorted(ranges)
    least = 12 if ranges is edge_ranges.IPV4 else 29
    assert all(block.prefixlen >= least for block in ranges), "a slip of a digit would open the group to half a cloud"


def test_the_ranges_say_where_they_come_from_and_when(graph: Graph) -> None:
    assert edge_ranges.SOURCE == "https://www.cloudflare.com/ips/"
    assert edge_ranges.AS_OF.year >= 2026
    assert graph.one(PREFIX_LIST).value("tags.AsOf") == edge_ranges.AS_OF.isoformat()


def test_what_a_wide_range_of_the_edge_is_stands_in_the_policies_too() -> None:
    wide = [block for block in edge_ranges.IPV4 if block.prefixlen < 16]
    import yaml

    from tests.unit.settings_files import ROOT

    named = yaml.safe_load((ROOT / "policies" / "settings.yaml").read_text(encoding="utf-8"))["wide_ranges"]
    assert wide == [block for block in map(ip_network, named) if block.version == 4]


# --- how it speaks


@pytest.mark.req("T2", "C3")
def test_https_is_tls_1_2_and_newer_with_our_certificate(graph: Graph) -> None:
    https = listener(graph, 443)
    assert https.value("protocol") == "HTTPS"
    assert https.value("sslPolicy") == "ELBSecurityPolicy-TLS13-1-2-Res-2021-06", "AWS's own default speaks TLS 1.0"
    issued = graph.one("aws:acm/certificateValidation:CertificateValidation", "domain-certificate-issued")
    assert issued in graph.references(https, "certificateArn")


@pytest.mark.req("A1", "T2")
def test_https_admits_only_clients_of_our_own_authority(graph: Graph) -> None:
    mutual = listener(graph, 443).value("mutualAuthentication")
    assert mutual["mode"] == "verify"
    assert mutual["ignoreClientCertificateExpiry"] is False
    assert graph.reference(listener(graph, 443), "mutualAuthentication") == graph.one(TRUST)


def test_the_trust_store_reads_the_very_version_of_the_bundle(graph: Graph) -> None:
    trust, bundle = graph.one(TRUST), graph.one(OBJECT)
    for property_ in (
        "caCertificatesBundleS3Bucket",
        "caCertificatesBundleS3Key",
        "caCertificatesBundleS3ObjectVersion",
    ):
        assert bundle in graph.references(trust, property_)
    assert bundle.value("content").startswith("-----BEGIN CERTIFICATE-----")
    assert not isinstance(bundle.inputs["content"], Secret), "a certificate is public, and its change has to be seen"
    waits_for = {node.name for node in graph.references(bundle, "bucket")}
    assert waits_for == {
        "storage-bucket-assets",
        "storage-encryption-assets",
        "storage-policy-assets",
        "storage-versioning-assets",
    }


def test_the_listener_comes_after_cloudflare_shows_its_certificate(prod: Graph) -> None:
    active = prod.one(ORIGIN_PULLS)
    assert active in prod.references(listener(prod, 443), "certificateArn"), "verified before, everybody is turned away"


@pytest.mark.req("C3")
def test_http_only_says_where_to_go(graph: Graph) -> None:
    [action] = listener(graph, 80).value("defaultActions")
    assert action["type"] == "redirect"
    assert action["redirect"] == {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}


def test_what_no_service_takes_is_not_found(graph: Graph) -> None:
    [action] = listener(graph, 443).value("defaultActions")
    assert (action["type"], action["fixedResponse"]["statusCode"]) == ("fixed-response", "404")


@pytest.mark.req("C3", "T2")
def test_the_load_balancer_is_hardened(graph: Graph) -> None:
    balancer = graph.one(BALANCER)
    for switch in (
        "dropInvalidHeaderFields",
        "enableTlsVersionAndCipherSuiteHeaders",
        "enableZonalShift",
        "enableHttp2",
        "enableCrossZoneLoadBalancing",
        "preserveHostHeader",
    ):
        assert balancer.value(switch) is True, switch
    assert balancer.value("enableWafFailOpen") is False, "a firewall that is ill would let everything pass"
    assert balancer.value("desyncMitigationMode") == "defensive"
    assert balancer.value("xffHeaderProcessingMode") == "append"


@pytest.mark.req("C3")
def test_only_prod_s_load_balancer_cannot_be_deleted_at_once(graph: Graph) -> None:
    assert graph.one(BALANCER).value("enableDeletionProtection") is (graph.stack == "prod")


@pytest.mark.req("C3")
def test_requests_and_connections_are_logged_where_the_policy_lets_them(prod: Graph) -> None:
    balancer = prod.one(BALANCER)
    for logs in ("accessLogs", "connectionLogs"):
        assert balancer.value(logs)["enabled"] is True
        assert balancer.value(logs)["prefix"] == "load-balancers"
        waits_for = {node.name for node in prod.references(balancer, logs)}
        assert "storage-bucket-access-logs" in waits_for
        assert "storage-policy-access-logs" in waits_for, "AWS tries to write when the load balancer is made"


# --- the firewall


@pytest.mark.req("A1")
def test_the_firewall_stands_before_the_load_balancer(graph: Graph) -> None:
    association = graph.one(ASSOCIATION)
    assert graph.reference(association, "webAclArn") == graph.one(ACL)
    assert graph.reference(association, "resourceArn") == graph.one(BALANCER)
    assert graph.one(ACL).value("scope") == "REGIONAL"


@pytest.mark.req("A1")
def test_managed_groups_block_by_themselves(graph: Graph) -> None:
    groups = {
        rule["statement"]["managedRuleGroupStatement"]["name"]: rule
        for rule in rules(graph).values()
        if "managedRuleGroupStatement" in rule["statement"]
    }
    assert set(groups) == {
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesLinuxRuleSet",
        "AWSManagedRulesSQLiRuleSet",
        "AWSManagedRulesUnixRuleSet",
    }
    assert all(rule["overrideAction"] == {"none": {}} for rule in groups.values()), "a counted group stops nobody"


@pytest.mark.req("A1")
def test_large_bodies_pass_only_where_documents_are_uploaded(graph: Graph) -> None:
    found = rules(graph)
    order = list(found)
    assert order[-3:] == ["uploads", "large-bodies", "from-edge"], "a label is there only after the group that sets it"
    overrides = found["common"]["statement"]["managedRuleGroupStatement"]["ruleActionOverrides"]
    assert overrides == [{"name": "SizeRestrictions_BODY", "actionToUse": {"count": {}}}]
    assert found["large-bodies"]["action"] == {"block": {}}
    assert found["large-bodies"]["statement"]["labelMatchStatement"]["key"] == firewall_rules.SIZE_LABEL


@pytest.mark.req("A1")
def test_nothing_passes_that_does_not_name_its_visitor(graph: Graph) -> None:
    assert graph.one(ACL).value("defaultAction") == {"block": {}}
    for rule in rules(graph).values():
        if "allow" in rule.get("action", {}):
            statement = rule["statement"]
            parts = statement.get("andStatement", {"statements": [statement]})["statements"]
            [header] = [part["sizeConstraintStatement"] for part in parts if "sizeConstraintStatement" in part]
            assert header["fieldToMatch"] == {"singleHeader": {"name": "cf-connecting-ip"}}
            assert (header["comparisonOperator"], header["size"]) == ("GT", 0)


@pytest.mark.req("A4")
def test_requests_are_counted_by_the_visitor_and_too_many_get_429(graph: Graph) -> None:
    limits = {name: rule for name, rule in rules(graph).items() if "rateBasedStatement" in rule["statement"]}
    assert list(limits) == ["rate-login", "rate-exports", "rate-api", "rate-all"]
    assert [rule["statement"]["rateBasedStatement"]["limit"] for rule in limits.values()] == [300, 60, 6000, 15000]
    for name, rule in limits.items():
        counted = rule["statement"]["rateBasedStatement"]
        assert counted["aggregateKeyType"] == "FORWARDED_IP", "the connection's own address is Cloudflare's"
        assert counted["forwardedIpConfig"] == {"headerName": "CF-Connecting-IP", "fallbackBehavior": "MATCH"}
        assert ("scopeDownStatement" in counted) is (name != "rate-all")
        assert rule["action"]["block"]["customResponse"]["responseCode"] == 429


@pytest.mark.req("A4")
@pytest.mark.parametrize(
    ("paths", "inside", "outside"),
    [
        (
            firewall_rules.LOGIN,
            ["/login", "/login/sso", "/api/session", "/password"],
            ["/loginx", "/a/login", "/api/sessions"],
        ),
        (firewall_rules.API, ["/api/", "/api/pupils"], ["/apis", "/api", "/x/api/"]),
        (firewall_rules.EXPORTS, ["/exports", "/reports/7", "/api/reports"], ["/report", "/my/exports"]),
        (firewall_rules.UPLOADS, ["/documents", "/api/imports/9"], ["/documentsx", "/x/documents"]),
    ],
)
def test_a_class_of_paths_holds_what_it_should(
    paths: firewall_rules.Paths, inside: list[str], outside: list[str]
) -> None:
    import re

    assert [path for path in inside if not re.search(paths.pattern, path)] == []
    assert [path for path in outside if re.search(paths.pattern, path)] == []


def test_paths_that_a_disguise_would_pay_for_are_read_closely() -> None:
    for paths in (firewall_rules.LOGIN, firewall_rules.UPLOADS):
        assert paths.transformations == ("URL_DECODE", "NORMALIZE_PATH")


def test_the_rules_fit_what_the_acl_s_price_includes() -> None:
    assert firewall_rules.units(RateLimitsSettings()) == 1483
    assert firewall_rules.units(RateLimitsSettings()) <= firewall_rules.INCLUDED_UNITS


def test_priorities_and_metrics_are_each_rule_s_own(graph: Graph) -> None:
    found = rules(graph)
    assert len({rule["priority"] for rule in found.values()}) == len(found) == len(graph.one(ACL).value("rules"))
    for name, rule in found.items():
        assert rule["visibilityConfig"]["metricName"] == name


@pytest.mark.req("A1")
def test_what_was_stopped_is_logged_without_what_lets_a_reader_act_as_the_visitor(graph: Graph) -> None:
    logging = graph.one(LOGGING)
    group = graph.reference(logging, "logDestinationConfigs")
    assert group.type == LOG_GROUP
    assert group.value("namePrefix").startswith("aws-waf-logs-"), "AWS WAF writes to no other"
    assert graph.reference(group, "kmsKeyId").name == "encryption-key-logs"
    assert group.value("retentionInDays") >= 30
    redacted = [field["singleHeader"]["name"] for field in logging.value("redactedFields")]
    assert redacted == ["authorization", "cookie"]
    [protected] = graph.one(ACL).value("dataProtectionConfig.dataProtections")
    assert protected["field"]["fieldKeys"] == redacted, "the samples in the console show headers too"
    [kept] = logging.value("loggingFilter.filters")
    assert {condition["actionCondition"]["action"] for condition in kept["conditions"]} >= {"BLOCK", "COUNT"}
    assert logging.value("loggingFilter.defaultBehavior") == "DROP"
