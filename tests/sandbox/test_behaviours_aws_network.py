"""What Amazon VPC refuses of addresses, routes, endpoints and flow logs, and the nearest thing that it takes."""

from typing import Any

import pytest

from sandbox.operations import Refused
from tests.sandbox.offline import (
    EIP,
    ENDPOINT,
    FLOW_LOG,
    INTERNET_GATEWAY,
    LOG_GROUP,
    NAT,
    PRIMARY,
    RECOVERY,
    ROLE,
    ROUTE,
    ROUTE_TABLE,
    SUBNET,
    VPC,
    Caller,
    Made,
    Offline,
    trust_policy,
)


@pytest.fixture
def vpc(aws: Caller) -> Made:
    return aws.make(VPC, "vpc", cidrBlock="10.0.0.0/16", enableDnsHostnames=True)


@pytest.fixture
def subnet(aws: Caller, vpc: Made) -> Made:
    return aws.make(SUBNET, "subnet", vpcId=vpc.id, cidrBlock="10.0.1.0/24", availabilityZone=f"{PRIMARY}a")


@pytest.fixture
def table(aws: Caller, vpc: Made) -> Made:
    return aws.make(ROUTE_TABLE, "table", vpcId=vpc.id)


def test_a_zone_s_id_is_one_of_the_region(offline: Offline, aws: Caller, vpc: Made) -> None:
    for wrong in ("usw2-az1", "euw1-az1", "euc1-az4"):
        with pytest.raises(Refused, match=f"'{wrong}' is the id of no zone of {PRIMARY}; there are euc1-az1, euc1-az2"):
            aws.make(SUBNET, vpcId=vpc.id, cidrBlock="10.0.1.0/24", availabilityZoneId=wrong)
    made = aws.make(SUBNET, vpcId=vpc.id, cidrBlock="10.0.1.0/24", availabilityZoneId="euc1-az3")
    assert made.properties["availabilityZone"] == f"{PRIMARY}c"
    recovery = offline.aws(RECOVERY)
    other = recovery.make(VPC, "other", cidrBlock="10.1.0.0/16")
    assert recovery.make(SUBNET, "other", vpcId=other.id, cidrBlock="10.1.1.0/24", availabilityZoneId="euw1-az1")


def test_a_nat_gateway_s_private_address_is_one_of_its_subnet(aws: Caller, vpc: Made, subnet: Made) -> None:
    aws.make(INTERNET_GATEWAY, vpcId=vpc.id)
    inputs: dict[str, Any] = {"subnetId": subnet.id, "allocationId": aws.make(EIP).id}
    with pytest.raises(Refused, match=r"192\.168\.0\.1 is no address of subnet-.*, which is 10\.0\.1\.0/24"):
        aws.make(NAT, **inputs, privateIp="192.168.0.1")
    assert aws.make(NAT, **inputs, privateIp="10.0.1.77").properties["privateIp"] == "10.0.1.77"


def test_no_route_takes_the_place_of_the_local_one(aws: Caller, vpc: Made, subnet: Made, table: Made) -> None:
    gateway = aws.make(INTERNET_GATEWAY, vpcId=vpc.id)
    nat = aws.make(NAT, subnetId=subnet.id, connectivityType="private")
    for block, target, message in (
        ("10.0.0.0/16", {"gatewayId": gateway.id}, "RouteAlreadyExists: 10.0.0.0/16 is the block of vpc-"),
        ("10.0.0.0/16", {"natGatewayId": nat.id}, "RouteAlreadyExists"),
        ("10.0.1.0/24", {"gatewayId": gateway.id}, "a route inside it leads through one of natGatewayId"),
        ("10.0.1.0/25", {"natGatewayId": nat.id}, "not the whole block of one of its subnets"),
    ):
        with pytest.raises(Refused, match=message):
            aws.make(ROUTE, routeTableId=table.id, destinationCidrBlock=block, **target)
    aws.make(ROUTE, "inspected", routeTableId=table.id, destinationCidrBlock="10.0.1.0/24", natGatewayId=nat.id)
    aws.make(ROUTE, "wider", routeTableId=table.id, destinationCidrBlock="10.0.0.0/8", natGatewayId=nat.id)
    aws.make(ROUTE, "beside", routeTableId=table.id, destinationCidrBlock="10.1.0.0/16", gatewayId=gateway.id)


def test_a_route_table_leads_to_a_service_by_one_gateway_endpoint(aws: Caller, vpc: Made, table: Made) -> None:
    other = aws.make(ROUTE_TABLE, "other", vpcId=vpc.id)

    def endpoint(name: str, service: str, *tables: Made) -> Made:
        service = f"com.amazonaws.{PRIMARY}.{service}"
        return aws.make(ENDPOINT, name, vpcId=vpc.id, serviceName=service, routeTableIds=[one.id for one in tables])

    first = endpoint("first", "s3", table)
    with pytest.raises(Refused, match=f"RouteAlreadyExists: {table.id} has the route to .* of {first.id} already"):
        endpoint("second", "s3", other, table)
    assert endpoint("elsewhere", "s3", other)
    assert endpoint("other-service", "dynamodb", table, other)
    assert aws.update(first, tags={"Name": "still itself"})


def test_a_second_flow_log_differs_from_the_first_in_more_than_its_role(aws: Caller, vpc: Made, subnet: Made) -> None:
    trust = trust_policy(Service="vpc-flow-logs.amazonaws.com")
    role, other_role = (aws.make(ROLE, name, assumeRolePolicy=trust) for name in ("one", "two"))
    group, other_group = aws.make(LOG_GROUP, "here"), aws.make(LOG_GROUP, "there")
    inputs = {"vpcId": vpc.id, "trafficType": "ALL", "iamRoleArn": role.arn, "logDestination": group.arn}
    first = aws.make(FLOW_LOG, "first", **inputs)
    for same in ({}, {"iamRoleArn": other_role.arn}, {"tags": {"Name": "other"}}):
        with pytest.raises(Refused, match=f"FlowLogAlreadyExists: {first.id} logs the same to the same place"):
            aws.make(FLOW_LOG, "second", **{**inputs, **same})
    assert aws.update(first, tags={"Name": "still itself"})
    for number, change in enumerate(({"trafficType": "REJECT"}, {"logDestination": other_group.arn})):
        assert aws.make(FLOW_LOG, f"other-{number}", **{**inputs, **change})
    away = {key: value for key, value in inputs.items() if key != "vpcId"}
    assert aws.make(FLOW_LOG, "of-the-subnet", **away, subnetId=subnet.id)
