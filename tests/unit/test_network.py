"""Network: zones and tiers, ways out, filters, endpoints, flow logs."""

import json
from ipaddress import IPv4Network

import pytest

from tests.graph import Graph, Node

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
TABLE = "aws:ec2/routeTable:RouteTable"
ROUTE = "aws:ec2/route:Route"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
NAT = "aws:ec2/natGateway:NatGateway"
EIP = "aws:ec2/eip:Eip"
GATEWAY = "aws:ec2/internetGateway:InternetGateway"
ACL = "aws:ec2/networkAcl:NetworkAcl"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"

NETWORKS = {"network": "eu-central-1", "network-recovery": "eu-west-1"}
TIERS = ("public", "app", "data", "cache")
ANYWHERE = "0.0.0.0/0"


@pytest.fixture(params=sorted(NETWORKS))
def network(request: pytest.FixtureRequest) -> str:
    """Both networks have one shape, and every claim is made of both."""
    return request.param


def subnet_of(graph: Graph, association: Node) -> Node:
    return graph.reference(association, "subnetId")


# --- addresses and zones


@pytest.mark.req("N1")
def test_a_network_spans_three_zones_in_four_tiers(prod: Graph, network: str) -> None:
    subnets = prod.some(SUBNET, under=network)
    region = NETWORKS[network]
    assert {(node.value('tags["Tier"]'), node.value("availabilityZone")) for node in subnets} == {
        (tier, f"{region}{zone}") for tier in TIERS for zone in "abc"
    }
    assert len(subnets) == 12


@pytest.mark.req("N1")
def test_subnets_lie_inside_their_network_and_apart(prod: Graph, network: str) -> None:
    vpc = prod.one(VPC, under=network)
    blocks = [IPv4Network(node.value("cidrBlock")) for node in prod.some(SUBNET, under=network)]
    assert all(block.subnet_of(IPv4Network(vpc.value("cidrBlock"))) for block in blocks)
    assert not any(one.overlaps(other) for one in blocks for other in blocks if one is not other)


def test_the_two_networks_lie_in_their_regions_on_different_blocks(graph: Graph) -> None:
    vpcs = graph.some(VPC)
    assert {graph.region_of(node) for node in vpcs} == set(NETWORKS.values())
    one, other = (IPv4Network(node.value("cidrBlock")) for node in vpcs)
    assert not one.overlaps(other)


def test_nothing_gets_a_public_address_by_being_started(prod: Graph) -> None:
    assert not any(node.value("mapPublicIpOnLaunch") for node in prod.some(SUBNET))


def test_names_resolve_inside_so_that_endpoints_are_found(prod: Graph) -> None:
    for vpc in prod.some(VPC):
        assert vpc.value("enableDnsSupport") is True
        assert vpc.value("enableDnsHostnames") is True


def test_the_network_speaks_no_ipv6(prod: Graph) -> None:
    for node in [*prod.some(VPC), *prod.some(SUBNET)]:
        assert not [key for key in node.inputs if "ipv6" in key.lower()], f"{node} was decided to be IPv4 only"


# --- ways out


@pytest.mark.req("N1")
def test_every_subnet_has_the_route_table_of_its_tier(prod: Graph, network: str) -> None:
    tables = {node.name: node for node in prod.some(TABLE, under=network)}
    associated = {
        subnet_of(prod, node).name: prod.reference(node, "routeTableId").name
        for node in prod.some(ASSOCIATION, under=network)
    }
    expected = {}
    for tier in TIERS:
        for zone in "abc":
            key = f"app-{zone}" if tier == "app" else tier
            expected[f"{network}-subnet-{tier}-{zone}"] = f"{network}-route-table-{key}"
    assert associated == expected
    assert set(tables) == set(expected.values()), "a table without a subnet, or the other way round"


@pytest.mark.req("N1")
def test_data_and_cache_have_no_way_to_the_internet(prod: Graph, network: str) -> None:
    routed = {prod.reference(node, "routeTableId").name for node in prod.some(ROUTE, under=network)}
    tables = {node.name for node in prod.some(TABLE, under=network)}
    assert tables - routed == {f"{network}-route-table-data", f"{network}-route-table-cache"}
    assert not any(node.has("routes") for node in prod.some(TABLE)), (
        "inline routes and Route resources overwrite each other"
    )


def test_only_the_public_tier_leaves_by_the_internet_gateway(prod: Graph, network: str) -> None:
    by_gateway = [node for node in prod.some(ROUTE, under=network) if node.has("gatewayId")]
    assert [prod.reference(node, "routeTableId").name for node in by_gateway] == [f"{network}-route-table-public"]
    assert prod.reference(by_gateway[0], "gatewayId") == prod.one(GATEWAY, under=network)


def test_in_prod_each_app_zone_leaves_through_its_own_nat_gateway(prod: Graph, network: str) -> None:
    for zone in "abc":
        route = prod.one(ROUTE, f"{network}-route-app-{zone}-internet")
        nat = prod.reference(route, "natGatewayId")
        subnet = prod.reference(nat, "subnetId")
        assert subnet.name == f"{network}-subnet-public-{zone}", "the loss of one zone would cut off another"


def test_a_single_nat_gateway_serves_all_zones_where_the_settings_say_so(dev: Graph, network: str) -> None:
    nat = dev.one(NAT, under=network)
    routes = [node for node in dev.some(ROUTE, under=network) if node.has("natGatewayId")]
    assert len(routes) == 3
    assert {dev.reference(node, "natGatewayId").name for node in routes} == {nat.name}


def test_nat_gateways_wait_for_the_internet_gateway(graph: Graph, network: str) -> None:
    gateway = graph.one(GATEWAY, under=network)
    for node in [*graph.some(NAT, under=network), *graph.some(EIP, under=network)]:
        assert gateway in graph.dependencies(node), f"{node} may be made before there is a way out"


# --- network ACLs


@pytest.mark.req("N3")
def test_each_tier_has_one_acl_over_all_its_subnets(prod: Graph, network: str) -> None:
    acls = prod.some(ACL, under=network)
    assert sorted(node.name for node in acls) == sorted(f"{network}-acl-{tier}" for tier in TIERS)
    for acl in acls:
        tier = acl.value('tags["Tier"]')
        assert [node.name for node in prod.references(acl, "subnetIds")] == [
            f"{network}-subnet-{tier}-{zone}" for zone in "abc"
        ]


@pytest.mark.req("N3")
def test_acls_let_in_to_data_and_cache_only_the_tiers_that_use_them(prod: Graph, network: str) -> None:
    blocks = {
        tier: {node.value("cidrBlock") for node in prod.some(SUBNET, name=f"{network}-subnet-{tier}-*")}
        for tier in TIERS
    }
    entering = {
        tier: {rule["cidrBlock"] for rule in prod.one(ACL, f"{network}-acl-{tier}").value("ingress")} for tier in TIERS
    }
    assert entering["data"] == blocks["app"] | blocks["data"]
    assert entering["cache"] == blocks["app"]


@pytest.mark.req("N3")
def test_acls_open_to_the_internet_only_what_the_load_balancer_hears_and_answers(prod: Graph, network: str) -> None:
    for tier, ports in {"public": {(80, 80), (443, 443), (1024, 65535)}, "app": {(1024, 65535)}}.items():
        acl = prod.one(ACL, f"{network}-acl-{tier}")
        open_ports = {
            (rule["fromPort"], rule["toPort"])
            for rule in acl.value("ingress")
            if rule["cidrBlock"] == ANYWHERE and rule["protocol"] == "tcp"
        }
        assert open_ports == ports


def test_acl_rules_are_numbered_apart_and_fit_the_quota(graph: Graph) -> None:
    for acl in graph.some(ACL):
        for direction in ("ingress", "egress"):
            numbers = [rule["ruleNo"] for rule in acl.value(direction)]
            assert len(set(numbers)) == len(numbers) <= 20


def test_tiers_with_a_way_out_hear_that_a_packet_was_too_large(prod: Graph, network: str) -> None:
    for tier in ("public", "app"):
        icmp = [rule for rule in prod.one(ACL, f"{network}-acl-{tier}").value("ingress") if rule["protocol"] == "icmp"]
        assert [(rule["icmpType"], rule["icmpCode"], rule["cidrBlock"]) for rule in icmp] == [(3, 4, ANYWHERE)]


# --- security groups


@pytest.mark.req("N2")
def test_there_is_a_group_per_tier_and_one_for_endpoints(prod: Graph, network: str) -> None:
    names = [node.name for node in prod.some(GROUP, under=network)]
    staff = ("vpn",) if network == "network" else ()
    assert names == sorted(f"{network}-group-{group}" for group in (*TIERS, "endpoints", *staff))
    assert not any(node.has("ingress") or node.has("egress") for node in prod.some(GROUP)), "inline rules overwrite"


@pytest.mark.req("N2")
def test_everything_that_may_enter_names_a_group(prod: Graph, network: str) -> None:
    entering = {
        (
            prod.reference(rule, "referencedSecurityGroupId").name.removeprefix(f"{network}-group-"),
            prod.reference(rule, "securityGroupId").name.removeprefix(f"{network}-group-"),
            rule.value("fromPort"),
            rule.value("toPort"),
        )
        for rule in prod.some(INGRESS, under=network)
    }
    assert entering == {
        ("public", "app", 8080, 8080),
        ("app", "endpoints", 443, 443),
        ("app", "data", 5432, 5432),
        ("app", "data", 2049, 2049),
        ("data", "data", 5432, 5432),
        ("app", "cache", 6379, 6379),
        ("app", "cache", 11211, 11211),
        *({("vpn", "data", 5432, 5432)} if network == "network" else ()),
    }
    assert not any(node.has("cidrIpv4") or node.has("cidrIpv6") for node in prod.some(INGRESS))


@pytest.mark.req("N2")
def test_only_the_app_tier_calls_out_and_only_by_https(prod: Graph, network: str) -> None:
    outward = [node for node in prod.some(EGRESS, under=network) if node.has("cidrIpv4")]
    assert [(prod.reference(node, "securityGroupId").name, node.value("toPort")) for node in outward] == [
        (f"{network}-group-app", 443)
    ]
    assert outward[0].value("fromPort") == 443


def test_what_may_leave_towards_a_group_may_enter_it(prod: Graph) -> None:
    def pairs(type_: str, source: str, target: str) -> set[tuple[str, str, int, int]]:
        return {
            (
                prod.reference(node, source).name,
                prod.reference(node, target).name,
                node.value("fromPort"),
                node.value("toPort"),
            )
            for node in prod.some(type_)
            if node.has("referencedSecurityGroupId")
        }

    leaving = pairs(EGRESS, "securityGroupId", "referencedSecurityGroupId")
    assert leaving == pairs(INGRESS, "referencedSecurityGroupId", "securityGroupId")


@pytest.mark.req("N2")
def test_the_default_group_lets_nothing_in_or_out(prod: Graph, network: str) -> None:
    group = prod.one(DEFAULT_GROUP, under=network)
    assert group.value("ingress") == []
    assert group.value("egress") == []
    assert prod.reference(group, "vpcId") == prod.one(VPC, under=network)


# --- endpoints


@pytest.mark.req("N1")
def test_s3_and_dynamodb_are_reached_by_route_from_the_app_tier(prod: Graph, network: str) -> None:
    gateways = [node for node in prod.some(ENDPOINT, under=network) if node.value("vpcEndpointType") == "Gateway"]
    region = NETWORKS[network]
    assert [node.value("serviceName") for node in gateways] == [
        f"com.amazonaws.{region}.dynamodb",
        f"com.amazonaws.{region}.s3",
    ]
    for node in gateways:
        assert [table.name for table in prod.references(node, "routeTableIds")] == [
            f"{network}-route-table-app-{zone}" for zone in "abc"
        ]


@pytest.mark.req("N1")
def test_interface_endpoints_answer_under_the_services_own_names_in_every_zone(prod: Graph, network: str) -> None:
    interfaces = [node for node in prod.some(ENDPOINT, under=network) if node.value("vpcEndpointType") == "Interface"]
    assert {"ecr.api", "ecr.dkr", "logs", "secretsmanager", "kms", "ssm", "sts"} <= {
        node.value("serviceName").removeprefix(f"com.amazonaws.{NETWORKS[network]}.") for node in interfaces
    }
    for node in interfaces:
        assert node.value("privateDnsEnabled") is True
        assert [group.name for group in prod.references(node, "securityGroupIds")] == [f"{network}-group-endpoints"]
        assert [subnet.name for subnet in prod.references(node, "subnetIds")] == [
            f"{network}-subnet-app-{zone}" for zone in "abc"
        ]


def test_dev_has_fewer_interface_endpoints_by_setting_alone(dev: Graph, prod: Graph) -> None:
    def services(graph: Graph) -> set[str]:
        return {node.name for node in graph.some(ENDPOINT, under="network")}

    assert services(dev) < services(prod)


# --- flow logs


@pytest.mark.req("N1")
def test_all_traffic_of_a_network_is_logged(prod: Graph, network: str) -> None:
    log = prod.one(FLOW_LOG, under=network)
    assert prod.reference(log, "vpcId") == prod.one(VPC, under=network)
    assert log.value("trafficType") == "ALL"
    assert log.value("logDestinationType") == "cloud-watch-logs"
    assert prod.reference(log, "logDestination") == prod.one(LOG_GROUP, f"{network}-flow-logs")
    assert "${pkt-srcaddr}" in log.value("logFormat"), "behind a NAT gateway the true source would be lost"


@pytest.mark.req("N1", "T1")
def test_flow_logs_are_kept_a_year_under_the_logs_key_of_their_region(prod: Graph, network: str) -> None:
    group = prod.one(LOG_GROUP, f"{network}-flow-logs")
    key = prod.reference(group, "kmsKeyId")
    assert group.value("retentionInDays") == 365
    assert key.name == {"network": "encryption-key-logs", "network-recovery": "encryption-replica-logs"}[network]
    assert prod.region_of(key) == prod.region_of(group) == NETWORKS[network]


def test_the_flow_log_role_writes_its_own_log_group_and_nothing_else(prod: Graph, network: str) -> None:
    group = prod.one(LOG_GROUP, f"{network}-flow-logs")
    policy = prod.one(ROLE_POLICY, under=network)
    statements = {s["Sid"]: s for s in json.loads(policy.value("policy"))["Statement"]}
    assert statements["WritesStreams"]["Resource"] == f"{group.arn}:log-stream:*"
    assert prod.reference(policy, "role") == prod.one(ROLE, under=network)
    assert policy in prod.dependencies(prod.one(FLOW_LOG, under=network)), "the first records would be lost"


def test_only_flow_logs_of_this_account_and_region_assume_the_role(prod: Graph, network: str) -> None:
    [statement] = json.loads(prod.one(ROLE, under=network).value("assumeRolePolicy"))["Statement"]
    assert statement["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "333333333333"},
        "ArnLike": {"aws:SourceArn": f"arn:aws:ec2:{NETWORKS[network]}:333333333333:vpc-flow-log/*"},
    }
