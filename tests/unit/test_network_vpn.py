"""Ways in by VPN: staff to the databases, the other cloud to what it copies; and what endpoints let through."""

import json
from ipaddress import IPv4Network
from typing import Any

import pytest

from sandbox.values import Secret
from settings import AddressPlan
from settings.addresses import tiers
from tests.graph import Graph

ENDPOINT = "aws:ec2clientvpn/endpoint:Endpoint"
ASSOCIATION = "aws:ec2clientvpn/networkAssociation:NetworkAssociation"
RULE = "aws:ec2clientvpn/authorizationRule:AuthorizationRule"
GATEWAY = "aws:ec2/vpnGateway:VpnGateway"
PROPAGATION = "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation"
CERTIFICATE = "aws:acm/certificate:Certificate"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
VPC_ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
PLAN = AddressPlan.of(IPv4Network("10.80.0.0/13"))


@pytest.mark.req("N4")
def test_staff_come_in_with_a_certificate_of_our_authority(prod: Graph) -> None:
    endpoint = prod.one(ENDPOINT)
    certificate = prod.reference(endpoint, "serverCertificateArn")
    assert certificate.name == "network-vpn-certificate"
    assert endpoint.value("authenticationOptions") == [
        {"type": "certificate-authentication", "rootCertificateChainArn": certificate.arn}
    ]
    assert isinstance(certificate.inputs["privateKey"], Secret)
    assert endpoint.value("clientCidrBlock") == str(PLAN.vpn_clients)


@pytest.mark.req("N4")
def test_each_zone_is_associated_and_leads_to_its_databases_alone(prod: Graph) -> None:
    subnets = [prod.reference(node, "subnetId").name for node in prod.some(ASSOCIATION)]
    assert subnets == [f"network-subnet-app-{zone}" for zone in "abc"]
    data = tiers(PLAN.aws_primary, "abc")["data"]
    assert {node.value("targetNetworkCidr") for node in prod.some(RULE)} == {str(block) for block in data.values()}


@pytest.mark.req("N4", "N2")
def test_the_clients_group_reaches_postgresql_and_nothing_else(prod: Graph) -> None:
    [group] = prod.references(prod.one(ENDPOINT), "securityGroupIds")
    out = [node for node in prod.all(EGRESS) if prod.reference(node, "securityGroupId") == group]
    assert [(prod.reference(node, "referencedSecurityGroupId").name, node.value("fromPort")) for node in out] == [
        ("network-group-data", 5432)
    ]
    assert [node.name for node in prod.all(INGRESS) if prod.reference(node, "securityGroupId") == group] == []


@pytest.mark.req("N4")
def test_connections_are_logged_and_sessions_end(prod: Graph) -> None:
    endpoint = prod.one(ENDPOINT)
    logging = endpoint.value("connectionLogOptions")
    assert logging["enabled"] is True
    group = prod.one("aws:cloudwatch/logGroup:LogGroup", "network-vpn-logs")
    assert logging["cloudwatchLogGroup"] == group.value("name", of="outputs")
    assert prod.reference(group, "kmsKeyId").name == "encryption-key-logs"
    assert endpoint.value("sessionTimeoutHours") == 8
    assert endpoint.value("disconnectOnSessionTimeout") is True
    assert endpoint.value("splitTunnel") is True, "only traffic for the databases comes in"


def test_our_end_of_the_site_to_site_vpn_feeds_two_tiers(prod: Graph) -> None:
    gateway = prod.one(GATEWAY)
    assert prod.reference(gateway, "vpcId").name == "network-vpc"
    tables = {prod.reference(node, "routeTableId").name for node in prod.some(PROPAGATION)}
    assert tables == {"network-route-table-data", *(f"network-route-table-app-{zone}" for zone in "abc")}


def statements(document: str) -> list[dict[str, Any]]:
    found = json.loads(document)["Statement"]
    return found if isinstance(found, list) else [found]


@pytest.mark.req("N1", "T4")
def test_endpoints_take_requests_of_the_account_alone(prod: Graph) -> None:
    open_ones: set[str] = set()
    for node in prod.some(VPC_ENDPOINT):
        service = node.value("serviceName").split(".", 3)[3]
        if "policy" not in node.inputs:
            open_ones.add(service)
            continue
        for statement in statements(node.value("policy")):
            if statement["Action"].endswith(":*"):
                assert statement["Condition"]["StringEquals"]["aws:PrincipalAccount"] == "333333333333", node.name
            else:
                assert (service, statement["Action"]) == ("s3", "s3:GetObject"), node.name
    assert open_ones == {"ecs-agent", "ecs-telemetry", "ssmmessages", "ec2messages"}


@pytest.mark.parametrize("service", ["s3", "kms", "secretsmanager", "logs", "ecr.dkr"])
def test_no_data_leaves_through_an_endpoint_into_another_account(service: str, prod: Graph) -> None:
    for network in ("network", "network-recovery"):
        policy = prod.one(VPC_ENDPOINT, f"{network}-endpoint-{service.replace('.', '-')}").value("policy")
        [own] = [statement for statement in statements(policy) if statement["Action"].endswith(":*")]
        assert own["Condition"]["StringEquals"]["aws:ResourceAccount"] == "333333333333"
