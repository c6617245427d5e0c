"""What AWS computes, and what it refuses because of what else exists."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sandbox.operations import Refused
from tests.sandbox.offline import (
    ACCOUNT,
    ACL,
    ALIAS,
    ASSOCIATION,
    BUCKET,
    CERTIFICATE,
    DEFAULT_GROUP,
    EGRESS,
    EIP,
    ENDPOINT,
    FLOW_LOG,
    GROUP,
    INGRESS,
    INTERNET_GATEWAY,
    KEY,
    LOG_GROUP,
    NAT,
    PRIMARY,
    RECORD,
    RECOVERY,
    REPLICA,
    ROLE,
    ROLE_POLICY,
    ROUTE,
    ROUTE_TABLE,
    SUBNET,
    VALIDATION,
    VPC,
    ZONE,
    Caller,
    Made,
    Offline,
    key_policy,
    trust_policy,
)

LOGS = f"logs.{PRIMARY}.amazonaws.com"
ALLOW_LOGS = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}],
    }
)


@pytest.fixture
def vpc(aws: Caller) -> Made:
    return aws.make(VPC, "vpc", cidrBlock="10.0.0.0/16", enableDnsHostnames=True)


@pytest.fixture
def subnet(aws: Caller, vpc: Made) -> Made:
    return aws.make(SUBNET, "subnet", vpcId=vpc.id, cidrBlock="10.0.1.0/24", availabilityZone=f"{PRIMARY}a")


def another_vpc(aws: Caller) -> Made:
    return aws.make(VPC, "other", cidrBlock="10.1.0.0/16", enableDnsHostnames=True)


# --- KMS ---


def test_a_multi_region_key_has_an_id_that_says_so_and_another_key_has_a_uuid(aws: Caller) -> None:
    assert re.fullmatch(r"mrk-[0-9a-f]{32}", aws.make(KEY, "many", multiRegion=True).id)
    key = aws.make(KEY, "one")
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", key.id)
    assert key.arn == f"arn:aws:kms:{PRIMARY}:{ACCOUNT}:key/{key.id}"


def test_a_key_without_policy_gets_the_default_one_and_rotates_yearly_when_asked(aws: Caller) -> None:
    key = aws.make(KEY, enableKeyRotation=True)
    assert json.loads(key.properties["policy"])["Statement"][0]["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    assert key.properties["rotationPeriodInDays"] == 365
    assert key.properties["keyUsage"] == "ENCRYPT_DECRYPT"


def test_a_replica_shares_its_primary_s_id_and_rotation(offline: Offline, aws: Caller) -> None:
    primary = aws.make(KEY, multiRegion=True, enableKeyRotation=True)
    replica = offline.aws(RECOVERY).make(REPLICA, primaryKeyArn=primary.arn)
    assert replica.id == primary.id
    assert replica.arn == primary.arn.replace(PRIMARY, RECOVERY)
    assert replica.properties["keyRotationEnabled"] is True


def test_a_replica_needs_a_multi_region_primary_in_another_region(offline: Offline, aws: Caller) -> None:
    single, many = aws.make(KEY, "single"), aws.make(KEY, "many", multiRegion=True)
    recovery = offline.aws(RECOVERY)
    assert recovery.check(REPLICA, {"primaryKeyArn": single.arn}).problems, "its id shows it: the facts see that"
    with pytest.raises(Refused, match=f"lies in {PRIMARY} itself"):
        aws.make(REPLICA, primaryKeyArn=many.arn)
    replica = recovery.make(REPLICA, primaryKeyArn=many.arn)
    with pytest.raises(Refused, match=r"expected a Key, and .* is a ReplicaKey"):
        offline.aws("eu-west-2").make(REPLICA, primaryKeyArn=replica.arn)


def test_a_region_takes_one_replica_of_a_key_also_while_the_old_one_waits_for_its_end(
    offline: Offline, aws: Caller
) -> None:
    primary, recovery = aws.make(KEY, multiRegion=True), offline.aws(RECOVERY)
    replica = recovery.make(REPLICA, "first", primaryKeyArn=primary.arn)
    assert recovery.update(replica, description="changed").properties["description"] == "changed"
    with pytest.raises(Refused, match="AlreadyExists"):
        recovery.make(REPLICA, "second", primaryKeyArn=primary.arn)
    recovery.delete(replica)
    with pytest.raises(Refused, match=r"AlreadyExists: .*, pending deletion"):
        recovery.make(REPLICA, "third", primaryKeyArn=primary.arn)
    assert offline.aws("eu-west-2").make(REPLICA, "elsewhere", primaryKeyArn=primary.arn).id == primary.id


def test_a_deleted_key_only_waits_for_its_end(offline: Offline, aws: Caller) -> None:
    key = aws.make(KEY)
    aws.delete(key)
    assert aws.read(key) is None
    with offline.store.operation() as store:
        assert store.all() == []
        assert [waiting.id for waiting in store.all(pending_deletion=True)] == [key.id]
    aws.delete(key)  # counts as done
    with pytest.raises(Refused, match=f"no Key, .* '{key.id}' exists"):
        aws.make(ALIAS, name="alias/late", targetKeyId=key.id)


def test_an_alias_stands_for_the_key_of_its_own_region(offline: Offline, aws: Caller) -> None:
    primary, recovery = aws.make(KEY, multiRegion=True), offline.aws(RECOVERY)
    with pytest.raises(Refused, match=f"is no key of {RECOVERY}"):
        recovery.make(ALIAS, name="alias/erp", targetKeyId=primary.id)
    replica = recovery.make(REPLICA, primaryKeyArn=primary.arn)
    alias = recovery.make(ALIAS, name="alias/erp", targetKeyId=replica.id)
    assert alias.properties["targetKeyArn"] == replica.arn
    assert alias.arn == f"arn:aws:kms:{RECOVERY}:{ACCOUNT}:alias/erp"
    with pytest.raises(Refused, match="DependencyViolation"):
        recovery.delete(replica)
    assert aws.make(ALIAS, name="alias/erp", targetKeyId=primary.arn).properties["targetKeyArn"] == primary.arn


def test_an_alias_is_unique_in_its_region_and_can_move_to_another_key(aws: Caller) -> None:
    first, second = aws.make(KEY, "first"), aws.make(KEY, "second")
    alias = aws.make(ALIAS, name="alias/erp", targetKeyId=first.id)
    with pytest.raises(Refused, match="exists already"):
        aws.make(ALIAS, "twin", name="alias/erp", targetKeyId=second.id)
    assert aws.update(alias, targetKeyId=second.id).properties["targetKeyArn"] == second.arn
    aws.delete(first)


# --- log groups, roles, buckets ---


def test_a_log_group_s_key_must_admit_the_logs_service_of_the_region(offline: Offline, aws: Caller) -> None:
    closed = aws.make(KEY, "closed")
    with pytest.raises(Refused, match=f"does not let {LOGS} use the key"):
        aws.make(LOG_GROUP, kmsKeyId=closed.arn)
    elsewhere = aws.make(KEY, "elsewhere", policy=key_policy(f"logs.{RECOVERY}.amazonaws.com"))
    with pytest.raises(Refused, match=f"does not let {LOGS} use the key"):
        aws.make(LOG_GROUP, kmsKeyId=elsewhere.arn)
    with pytest.raises(Refused, match=f"the key lies in {PRIMARY}"):
        offline.aws(RECOVERY).make(LOG_GROUP, kmsKeyId=elsewhere.arn)
    opened = aws.make(KEY, "open", policy=key_policy("s3.amazonaws.com", LOGS))
    group = aws.make(LOG_GROUP, kmsKeyId=opened.arn, retentionInDays=30)
    assert group.arn == f"arn:aws:logs:{PRIMARY}:{ACCOUNT}:log-group:{group.id}"
    assert group.properties["logGroupClass"] == "STANDARD"


def test_a_log_group_with_deletion_protection_stays_until_it_is_off(aws: Caller) -> None:
    group = aws.make(LOG_GROUP, deletionProtectionEnabled=True)
    with pytest.raises(Refused, match="deletion protection is on"):
        aws.delete(group)
    aws.delete(aws.update(group, deletionProtectionEnabled=False))


def test_a_log_group_that_skips_its_deletion_stays_and_keeps_its_name(offline: Offline, aws: Caller) -> None:
    aws.delete(aws.make(LOG_GROUP, name="kept", skipDestroy=True))
    assert [group.id for group in offline.everything()] == ["kept"]
    with pytest.raises(Refused, match="exists already"):
        aws.make(LOG_GROUP, "again", name="kept")


def test_a_role_is_global_its_name_unique_whatever_the_letters(offline: Offline, aws: Caller) -> None:
    trust = trust_policy(Service="ec2.amazonaws.com")
    role = aws.make(ROLE, name="Writer", assumeRolePolicy=trust)
    assert role.arn == f"arn:aws:iam::{ACCOUNT}:role/Writer"
    assert "region" not in role.properties
    recovery = offline.aws(RECOVERY)
    with pytest.raises(Refused, match="'writer' is taken"):
        recovery.make(ROLE, "twin", name="writer", assumeRolePolicy=trust)
    policy = recovery.make(ROLE_POLICY, name="p", role="Writer", policy=ALLOW_LOGS)
    assert policy.id == "Writer:p"
    with pytest.raises(Refused, match="DeleteConflict: policy Writer:p"):
        aws.delete(role)
    recovery.delete(policy)
    aws.delete(role)
    assert offline.everything() == []


def test_a_policy_goes_to_a_role_that_exists(aws: Caller) -> None:
    with pytest.raises(Refused, match="no Role 'nobody' exists in AWS account"):
        aws.make(ROLE_POLICY, role="nobody", policy=ALLOW_LOGS)


def test_a_bucket_s_name_is_unique_over_all_accounts_and_has_the_form_of_a_host_name(
    offline: Offline, aws: Caller
) -> None:
    bucket = aws.make(BUCKET, bucket="assets-of-ours")
    assert bucket.properties["bucketRegionalDomainName"] == f"assets-of-ours.s3.{PRIMARY}.amazonaws.com"
    with pytest.raises(Refused, match="'assets-of-ours' is taken"):
        offline.aws(account="222222222222").make(BUCKET, bucket="assets-of-ours")
    for name in ("ab", "Assets", "1.2.3.4", "a..b", "-a-b"):
        with pytest.raises(Refused, match="invalid bucket name"):
            aws.clouds.create(aws.connection, BUCKET, "urn:a::b::c::d", {"bucket": name})
    assert aws.make(BUCKET, bucket="a.b-c.d1").id == "a.b-c.d1"


# --- VPC and subnets ---


def test_a_vpc_brings_its_default_parts(aws: Caller, vpc: Made) -> None:
    assert re.fullmatch(r"vpc-0[0-9a-f]{16}", vpc.id)
    assert re.fullmatch(r"sg-0[0-9a-f]{16}", vpc.properties["defaultSecurityGroupId"])
    assert vpc.properties["enableDnsSupport"] is True
    assert vpc.arn == f"arn:aws:ec2:{PRIMARY}:{ACCOUNT}:vpc/{vpc.id}"


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("10.1.0.0/24", "is not inside 10.0.0.0/16"),
        ("10.0.1.128/25", "overlaps 10.0.1.0/24"),
    ],
)
def test_a_subnet_lies_in_its_vpc_beside_the_others(
    aws: Caller, vpc: Made, subnet: Made, block: str, message: str
) -> None:
    with pytest.raises(Refused, match=message):
        aws.make(SUBNET, "second", vpcId=vpc.id, cidrBlock=block)
    assert aws.make(SUBNET, "third", vpcId=vpc.id, cidrBlock="10.0.2.0/24").id != subnet.id


def test_the_same_blocks_may_stand_in_another_vpc(aws: Caller, vpc: Made, subnet: Made) -> None:
    twin = aws.make(VPC, "twin", cidrBlock="10.0.0.0/16")
    assert aws.make(SUBNET, "twin", vpcId=twin.id, cidrBlock="10.0.1.0/24").id


def test_a_subnet_lies_in_a_zone_of_its_region(aws: Caller, vpc: Made) -> None:
    with pytest.raises(Refused, match=f"'{PRIMARY}d' is no zone of {PRIMARY}; there are {PRIMARY}a, "):
        aws.make(SUBNET, vpcId=vpc.id, cidrBlock="10.0.1.0/24", availabilityZone=f"{PRIMARY}d")
    made = aws.make(SUBNET, vpcId=vpc.id, cidrBlock="10.0.1.0/24", availabilityZone=f"{PRIMARY}b")
    assert made.properties["availabilityZoneId"] == "euc1-az2"
    by_id = aws.make(SUBNET, "by-id", vpcId=vpc.id, cidrBlock="10.0.2.0/24", availabilityZoneId="euc1-az3")
    assert by_id.properties["availabilityZone"] == f"{PRIMARY}c"


def test_a_subnet_without_a_block_is_left_to_the_facts(aws: Caller, vpc: Made) -> None:
    assert any("cidrBlock" in problem.path for problem in aws.check(SUBNET, {"vpcId": vpc.id}).problems)
    made, _ = aws.clouds.create(aws.connection, SUBNET, "urn:a::b::c::d", {"vpcId": vpc.id, "ipv6Native": True})
    assert made.startswith("subnet-")


# --- gateways and routes ---


def test_a_network_has_one_internet_gateway(aws: Caller, vpc: Made) -> None:
    gateway = aws.make(INTERNET_GATEWAY, "first", vpcId=vpc.id)
    with pytest.raises(Refused, match=f"AlreadyAssociated: {vpc.id} has {gateway.id}"):
        aws.make(INTERNET_GATEWAY, "second", vpcId=vpc.id)
    assert aws.make(INTERNET_GATEWAY, "elsewhere", vpcId=another_vpc(aws).id)
    assert aws.make(INTERNET_GATEWAY, "detached")


def test_a_public_nat_gateway_needs_an_internet_gateway_and_a_private_one_does_not(
    aws: Caller, vpc: Made, subnet: Made
) -> None:
    address = aws.make(EIP, domain="vpc")
    with pytest.raises(Refused, match=f"{vpc.id} has no internet gateway attached"):
        aws.make(NAT, subnetId=subnet.id, allocationId=address.id)
    assert aws.make(NAT, "private", subnetId=subnet.id, connectivityType="private").properties["publicIp"] == ""
    aws.make(INTERNET_GATEWAY, vpcId=vpc.id)
    nat = aws.make(NAT, subnetId=subnet.id, allocationId=address.id)
    assert nat.properties["publicIp"] == address.properties["publicIp"]
    assert nat.properties["vpcId"] == vpc.id
    assert nat.properties["availabilityMode"] == "zonal"


def test_a_regional_nat_gateway_needs_no_subnet(aws: Caller, vpc: Made) -> None:
    nat = aws.make(NAT, availabilityMode="regional", vpcId=vpc.id)
    assert nat.properties["vpcId"] == vpc.id
    assert nat.properties["privateIp"] == ""


def test_an_address_belongs_to_one_nat_gateway(aws: Caller, vpc: Made, subnet: Made) -> None:
    aws.make(INTERNET_GATEWAY, vpcId=vpc.id)
    first, second = aws.make(EIP, "first"), aws.make(EIP, "second")
    assert first.properties["publicIp"] != second.properties["publicIp"]
    aws.make(NAT, "first", subnetId=subnet.id, allocationId=first.id)
    with pytest.raises(Refused, match="AlreadyAssociated"):
        aws.make(NAT, "second", subnetId=subnet.id, allocationId=first.id)
    assert aws.make(NAT, "third", subnetId=subnet.id, allocationId=second.id)


def test_an_internet_gateway_stays_while_a_public_address_is_mapped_behind_it(
    aws: Caller, vpc: Made, subnet: Made
) -> None:
    gateway = aws.make(INTERNET_GATEWAY, vpcId=vpc.id)
    private = aws.make(NAT, "private", subnetId=subnet.id, connectivityType="private")
    address = aws.make(EIP)
    nat = aws.make(NAT, subnetId=subnet.id, allocationId=address.id)
    with pytest.raises(Refused, match=f"mapped public address \\({nat.id}\\)"):
        aws.delete(gateway)
    aws.delete(nat)
    aws.delete(gateway)
    aws.delete(private)


def test_a_route_leads_through_a_gateway_of_its_own_network(aws: Caller, vpc: Made, subnet: Made) -> None:
    other = another_vpc(aws)
    own, foreign = (
        aws.make(INTERNET_GATEWAY, "own", vpcId=vpc.id),
        aws.make(INTERNET_GATEWAY, "foreign", vpcId=other.id),
    )
    nat = aws.make(NAT, subnetId=subnet.id, connectivityType="private")
    table, away = aws.make(ROUTE_TABLE, "own", vpcId=vpc.id), aws.make(ROUTE_TABLE, "away", vpcId=other.id)
    everywhere = "0.0.0.0/0"
    with pytest.raises(Refused, match=f"{foreign.id} is not attached to {vpc.id}"):
        aws.make(ROUTE, routeTableId=table.id, destinationCidrBlock=everywhere, gatewayId=foreign.id)
    with pytest.raises(Refused, match="lie in different VPCs"):
        aws.make(ROUTE, routeTableId=away.id, destinationCidrBlock=everywhere, natGatewayId=nat.id)
    route = aws.make(ROUTE, routeTableId=table.id, destinationCidrBlock=everywhere, gatewayId=own.id)
    assert re.fullmatch(rf"r-{table.id}\d+", route.id)
    with pytest.raises(Refused, match="exists already"):
        aws.make(ROUTE, "twin", routeTableId=table.id, destinationCidrBlock=everywhere, natGatewayId=nat.id)
    assert aws.make(ROUTE, "other", routeTableId=table.id, destinationCidrBlock="10.9.0.0/16", natGatewayId=nat.id)
    assert aws.update(route, gatewayId=None, natGatewayId=nat.id).properties["natGatewayId"] == nat.id


def test_a_subnet_has_one_route_table_of_its_own_network(aws: Caller, vpc: Made, subnet: Made) -> None:
    table, away = aws.make(ROUTE_TABLE, "own", vpcId=vpc.id), aws.make(ROUTE_TABLE, "away", vpcId=another_vpc(aws).id)
    with pytest.raises(Refused, match="lie in different VPCs"):
        aws.make(ASSOCIATION, subnetId=subnet.id, routeTableId=away.id)
    association = aws.make(ASSOCIATION, subnetId=subnet.id, routeTableId=table.id)
    with pytest.raises(Refused, match=f"{subnet.id} has {table.id} already"):
        aws.make(ASSOCIATION, "twin", subnetId=subnet.id, routeTableId=table.id)
    aws.delete(association)
    assert aws.make(ASSOCIATION, "again", subnetId=subnet.id, routeTableId=table.id)


# --- filters ---

RULE: dict[str, Any] = {
    "ruleNo": 100,
    "action": "allow",
    "protocol": "tcp",
    "cidrBlock": "10.0.0.0/16",
    "fromPort": 1,
    "toPort": 2,
}


def test_an_acl_keeps_protocols_by_number(aws: Caller, vpc: Made) -> None:
    acl = aws.make(ACL, vpcId=vpc.id, ingress=[RULE], egress=[{**RULE, "protocol": "all", "fromPort": 0, "toPort": 0}])
    assert acl.properties["ingress"][0]["protocol"] == "6"
    assert acl.properties["egress"][0]["protocol"] == "-1"
    assert aws.changes(acl, ingress=[{**RULE, "protocol": "6"}]) == {}


def test_an_acl_takes_subnets_of_its_own_network(aws: Caller, vpc: Made, subnet: Made) -> None:
    with pytest.raises(Refused, match=r"subnetIds\[0\]: .* lies in another VPC"):
        aws.make(ACL, vpcId=another_vpc(aws).id, subnetIds=[subnet.id])
    assert aws.make(ACL, vpcId=vpc.id, subnetIds=[subnet.id])


def test_a_subnet_that_another_acl_takes_leaves_its_old_one(aws: Caller, vpc: Made, subnet: Made) -> None:
    second = aws.make(SUBNET, "second", vpcId=vpc.id, cidrBlock="10.0.2.0/24")
    old = aws.make(ACL, "old", vpcId=vpc.id, subnetIds=[subnet.id, second.id])
    bystander = aws.make(ACL, "bystander", vpcId=vpc.id)
    new = aws.make(ACL, "new", vpcId=vpc.id, subnetIds=[subnet.id])
    inputs, properties = aws.read(old) or ({}, {})
    assert properties["subnetIds"] == [second.id]
    assert inputs["subnetIds"] == [second.id], "a refresh sees it, so that the next preview wants it back"
    assert aws.kept(bystander).drifted == {}
    aws.update(old, tags={"taken": "back"})
    assert aws.kept(new).drifted == {"subnetIds": []}


def test_a_group_starts_without_rules_and_keeps_protocols_in_lower_case(aws: Caller, vpc: Made) -> None:
    empty = aws.make(GROUP, "empty", vpcId=vpc.id)
    assert empty.properties["egress"] == []
    assert empty.properties["description"] == "Managed by Pulumi"
    rule = {"protocol": "TCP", "fromPort": 1, "toPort": 2, "cidrBlocks": ["10.0.0.0/8"]}
    assert aws.make(GROUP, "full", vpcId=vpc.id, ingress=[rule]).properties["ingress"][0]["protocol"] == "tcp"


def test_a_group_s_name_is_unique_in_its_network_and_not_default(aws: Caller, vpc: Made) -> None:
    aws.make(GROUP, name="web", vpcId=vpc.id)
    with pytest.raises(Refused, match="'web' is taken"):
        aws.make(GROUP, "twin", name="web", vpcId=vpc.id)
    with pytest.raises(Refused, match="reserved"):
        aws.make(GROUP, name="default", vpcId=vpc.id)
    assert aws.make(GROUP, "elsewhere", name="web", vpcId=another_vpc(aws).id)


def test_the_default_group_is_adopted_and_stays(offline: Offline, aws: Caller, vpc: Made) -> None:
    with pytest.raises(Refused, match="there is no default VPC here"):
        aws.make(DEFAULT_GROUP)
    rule = {"protocol": "tcp", "fromPort": 1, "toPort": 2, "self": True}
    group = aws.make(DEFAULT_GROUP, vpcId=vpc.id, ingress=[rule], egress=[])
    assert group.id == vpc.properties["defaultSecurityGroupId"]
    assert group.properties["ingress"] == [rule]
    assert group.properties["name"] == "default"
    with pytest.raises(Refused, match="exists already"):
        aws.make(DEFAULT_GROUP, "twin", vpcId=vpc.id)
    aws.make(INGRESS, securityGroupId=group.id, ipProtocol="-1", cidrIpv4="10.0.0.0/8")
    aws.delete(group)
    assert [found.token for found in offline.everything()] == [VPC, INGRESS], "nothing is called, the rule still stands"


def rule_of(group: Made, **other: Any) -> dict[str, Any]:
    return {
        "securityGroupId": group.id,
        "ipProtocol": "tcp",
        "fromPort": 443,
        "toPort": 443,
        "cidrIpv4": "10.0.0.0/16",
        **other,
    }


@pytest.mark.parametrize("token", [INGRESS, EGRESS])
def test_a_rule_stands_once_in_its_group_however_its_protocol_is_written(aws: Caller, vpc: Made, token: str) -> None:
    group, other = aws.make(GROUP, "one", vpcId=vpc.id), aws.make(GROUP, "other", vpcId=vpc.id)
    rule = aws.make(token, **rule_of(group))
    for protocol in ("tcp", "TCP", "6"):
        with pytest.raises(Refused, match=r"InvalidPermission.Duplicate"):
            aws.make(token, "twin", **rule_of(group, ipProtocol=protocol))
    assert re.fullmatch(r"sgr-0[0-9a-f]{16}", aws.make(token, "udp", **rule_of(group, ipProtocol="udp")).id)
    assert aws.make(token, "elsewhere", **rule_of(other))
    assert aws.update(rule, description="said")


def test_a_group_takes_sixty_rules_a_direction(aws: Caller, vpc: Made) -> None:
    group = aws.make(GROUP, vpcId=vpc.id)
    for port in range(60):
        aws.make(INGRESS, f"rule-{port}", **rule_of(group, fromPort=port, toPort=port))
    with pytest.raises(Refused, match="RulesPerSecurityGroupLimitExceeded"):
        aws.make(INGRESS, "one-too-many", **rule_of(group))
    assert aws.make(EGRESS, "other-direction", **rule_of(group))


def test_a_rule_names_a_group_of_the_same_network(aws: Caller, vpc: Made) -> None:
    group, peer = aws.make(GROUP, "one", vpcId=vpc.id), aws.make(GROUP, "peer", vpcId=vpc.id)
    foreign = aws.make(GROUP, "foreign", vpcId=another_vpc(aws).id)
    with pytest.raises(Refused, match=f"{foreign.id} is in another VPC"):
        aws.make(INGRESS, **rule_of(group, cidrIpv4=None, referencedSecurityGroupId=foreign.id))
    default = vpc.properties["defaultSecurityGroupId"]
    assert aws.make(INGRESS, "peer", **rule_of(group, cidrIpv4=None, referencedSecurityGroupId=peer.id))
    assert aws.make(INGRESS, "default", **rule_of(group, cidrIpv4=None, referencedSecurityGroupId=default))
    assert aws.make(INGRESS, "self", **rule_of(group, cidrIpv4=None, referencedSecurityGroupId=group.id))


# --- endpoints and flow logs ---


def endpoint_of(vpc: Made, service: str = "kms", **other: Any) -> dict[str, Any]:
    return {
        "vpcId": vpc.id,
        "serviceName": f"com.amazonaws.{PRIMARY}.{service}",
        "vpcEndpointType": "Interface",
        **other,
    }


def test_an_endpoint_s_service_is_one_of_the_region_and_takes_its_type(aws: Caller, vpc: Made) -> None:
    for name in (f"com.amazonaws.{RECOVERY}.kms", f"com.amazonaws.{PRIMARY}.kmz"):
        with pytest.raises(Refused, match=f"InvalidServiceName: '{name}' is not offered in {PRIMARY}"):
            aws.make(ENDPOINT, vpcId=vpc.id, serviceName=name, vpcEndpointType="Interface")
    with pytest.raises(Refused, match="takes Interface, not GatewayLoadBalancer"):
        aws.make(ENDPOINT, **endpoint_of(vpc, vpcEndpointType="GatewayLoadBalancer"))
    gateway = aws.make(ENDPOINT, "s3", vpcId=vpc.id, serviceName=f"com.amazonaws.{PRIMARY}.s3")
    assert gateway.properties["prefixListId"].startswith("pl-")
    assert gateway.properties["vpcEndpointType"] == "Gateway"
    interface = aws.make(ENDPOINT, **endpoint_of(vpc))
    assert interface.properties["dnsEntries"][0]["dnsName"].endswith(f".kms.{PRIMARY}.vpce.amazonaws.com")
    assert interface.properties["securityGroupIds"] == [vpc.properties["defaultSecurityGroupId"]]


def test_the_prefix_list_of_a_gateway_endpoint_can_be_named(aws: Caller, vpc: Made) -> None:
    gateway = aws.make(ENDPOINT, "s3", vpcId=vpc.id, serviceName=f"com.amazonaws.{PRIMARY}.s3")
    group = aws.make(GROUP, vpcId=vpc.id)
    assert aws.make(EGRESS, **rule_of(group, cidrIpv4=None, prefixListId=gateway.properties["prefixListId"]))
    with pytest.raises(Refused, match="no ManagedPrefixList 'pl-0123456789abcdef0' exists"):
        aws.make(EGRESS, **rule_of(group, cidrIpv4=None, prefixListId="pl-0123456789abcdef0"))


def test_an_endpoint_stands_once_a_zone_in_its_own_network(aws: Caller, vpc: Made, subnet: Made) -> None:
    twin = aws.make(SUBNET, "twin", vpcId=vpc.id, cidrBlock="10.0.2.0/24", availabilityZone=f"{PRIMARY}a")
    with pytest.raises(Refused, match=f"DuplicateSubnetsInSameZone: two subnets in {PRIMARY}a"):
        aws.make(ENDPOINT, **endpoint_of(vpc, subnetIds=[subnet.id, twin.id]))
    other = another_vpc(aws)
    group = aws.make(GROUP, vpcId=vpc.id)
    with pytest.raises(Refused, match=r"subnetIds\[0\]: .* lies in another VPC"):
        aws.make(ENDPOINT, **endpoint_of(other, subnetIds=[subnet.id]))
    with pytest.raises(Refused, match=r"securityGroupIds\[0\]: .* lies in another VPC"):
        aws.make(ENDPOINT, **endpoint_of(other, securityGroupIds=[group.id]))
    table = aws.make(ROUTE_TABLE, vpcId=vpc.id)
    with pytest.raises(Refused, match=r"routeTableIds\[0\]: .* lies in another VPC"):
        aws.make(ENDPOINT, **endpoint_of(other, "s3", vpcEndpointType="Gateway", routeTableIds=[table.id]))
    made = aws.make(ENDPOINT, **endpoint_of(vpc, subnetIds=[subnet.id], securityGroupIds=[group.id]))
    assert len(made.properties["networkInterfaceIds"]) == 1
    default = [vpc.properties["defaultSecurityGroupId"]]
    assert aws.make(ENDPOINT, "default", **endpoint_of(vpc, "logs", securityGroupIds=default))


def test_private_dns_needs_dns_in_the_network_and_one_endpoint_a_service(aws: Caller, vpc: Made) -> None:
    deaf = aws.make(VPC, "deaf", cidrBlock="10.1.0.0/16")
    with pytest.raises(Refused, match="private DNS needs enableDnsSupport and enableDnsHostnames"):
        aws.make(ENDPOINT, **endpoint_of(deaf, privateDnsEnabled=True))
    assert aws.make(ENDPOINT, "deaf", **endpoint_of(deaf))
    first = aws.make(ENDPOINT, "first", **endpoint_of(vpc, privateDnsEnabled=True))
    with pytest.raises(Refused, match=f"{first.id} holds the private DNS name"):
        aws.make(ENDPOINT, "second", **endpoint_of(vpc, privateDnsEnabled=True))
    assert aws.make(ENDPOINT, "other-service", **endpoint_of(vpc, "logs", privateDnsEnabled=True))


def flow_log_of(vpc: Made, role: Made, group: Made, **other: Any) -> dict[str, Any]:
    return {"vpcId": vpc.id, "trafficType": "ALL", "iamRoleArn": role.arn, "logDestination": group.arn, **other}


def test_a_flow_log_needs_a_role_that_trusts_it_and_a_group_of_its_region(
    offline: Offline, aws: Caller, vpc: Made
) -> None:
    writer = aws.make(ROLE, "writer", assumeRolePolicy=trust_policy(Service="vpc-flow-logs.amazonaws.com"))
    stranger = aws.make(ROLE, "stranger", assumeRolePolicy=trust_policy(AWS=f"arn:aws:iam::{ACCOUNT}:root"))
    group, away = aws.make(LOG_GROUP, "here"), offline.aws(RECOVERY).make(LOG_GROUP, "away")
    with pytest.raises(Refused, match=r"does not admit vpc-flow-logs.amazonaws.com"):
        aws.make(FLOW_LOG, **flow_log_of(vpc, stranger, group))
    with pytest.raises(Refused, match=f"the log group lies in {RECOVERY}, not in {PRIMARY}"):
        aws.make(FLOW_LOG, **flow_log_of(vpc, writer, away))
    log = aws.make(FLOW_LOG, **flow_log_of(vpc, writer, group))
    assert log.properties["logFormat"].startswith("${version} ${account-id}")
    assert log.properties["maxAggregationInterval"] == 600


def test_a_log_group_s_arn_is_cut_so_one_with_the_ending_is_refused_at_once(aws: Caller, vpc: Made) -> None:
    role = aws.make(ROLE, assumeRolePolicy=trust_policy(Service="vpc-flow-logs.amazonaws.com"))
    group = aws.make(LOG_GROUP)
    inputs = flow_log_of(vpc, role, replace(group, properties={"arn": f"{group.arn}:*"}))
    assert [problem.path for problem in aws.check(FLOW_LOG, inputs).problems] == ["logDestination"]


# --- certificates ---


@pytest.fixture
def certificate(aws: Caller) -> Made:
    return aws.make(
        CERTIFICATE, domainName="school.example", subjectAlternativeNames=["*.school.example"], validationMethod="DNS"
    )


@pytest.fixture
def publish(cloudflare: Caller) -> Callable[..., Made]:
    """Publish the record that an option of a certificate asks for."""
    zone = cloudflare.make(ZONE, name="school.example", account={"id": "0" * 32})

    def record(certificate: Made, **other: Any) -> Made:
        option = certificate.properties["domainValidationOptions"][0]
        wanted = {
            "zoneId": zone.id,
            "name": option["resourceRecordName"].rstrip("."),
            "type": "CNAME",
            "content": option["resourceRecordValue"].rstrip("."),
            "ttl": 300,
        }
        return cloudflare.make(RECORD, **{**wanted, **other})

    return record


def test_a_certificate_names_its_domain_and_asks_for_one_record_a_name(certificate: Made) -> None:
    options = certificate.properties["domainValidationOptions"]
    assert [option["domainName"] for option in options] == ["school.example", "*.school.example"]
    assert options[0]["resourceRecordName"] == options[1]["resourceRecordName"], "a name and its wildcard share one"
    assert certificate.properties["subjectAlternativeNames"] == ["*.school.example", "school.example"]
    assert certificate.properties["status"] == "PENDING_VALIDATION"
    assert certificate.properties["options"]["certificateTransparencyLoggingPreference"] == "ENABLED"


def test_every_region_asks_for_the_same_record(offline: Offline, certificate: Made) -> None:
    other = offline.aws(RECOVERY).make(CERTIFICATE, domainName="school.example", validationMethod="DNS")
    wanted = certificate.properties["domainValidationOptions"][0]["resourceRecordName"]
    assert other.properties["domainValidationOptions"][0]["resourceRecordName"] == wanted
    assert other.arn != certificate.arn


def test_a_certificate_is_issued_once_its_record_is_published_unproxied(
    aws: Caller, cloudflare: Caller, certificate: Made, publish: Callable[..., Made]
) -> None:
    with pytest.raises(Refused, match="no unproxied CNAME"):
        aws.make(VALIDATION, certificateArn=certificate.arn)
    proxied = publish(certificate, proxied=True, ttl=1)
    with pytest.raises(Refused, match="no unproxied CNAME"):
        aws.make(VALIDATION, certificateArn=certificate.arn)
    cloudflare.delete(proxied)
    wrong = publish(certificate, content="elsewhere.example")
    with pytest.raises(Refused, match="no unproxied CNAME"):
        aws.make(VALIDATION, certificateArn=certificate.arn)
    cloudflare.delete(wrong)
    record = publish(certificate)
    validation = aws.make(VALIDATION, certificateArn=certificate.arn, validationRecordFqdns=[record.properties["name"]])
    assert validation.id.endswith("+0000 UTC")


def test_a_record_with_a_short_name_or_a_dot_at_its_end_is_published_too(
    aws: Caller, certificate: Made, publish: Callable[..., Made]
) -> None:
    name = certificate.properties["domainValidationOptions"][0]["resourceRecordName"].split(".")[0]
    publish(certificate, name=name)
    assert aws.make(VALIDATION, certificateArn=certificate.arn)


def test_the_wait_wants_every_record_and_a_certificate_of_the_region(
    offline: Offline, aws: Caller, certificate: Made, publish: Callable[..., Made]
) -> None:
    publish(certificate)
    with pytest.raises(Refused, match="validationRecordFqdns: lacks _"):
        aws.make(VALIDATION, certificateArn=certificate.arn, validationRecordFqdns=["www.school.example"])
    with pytest.raises(Refused, match=f"the certificate lies in {PRIMARY}, not in {RECOVERY}"):
        offline.aws(RECOVERY).make(VALIDATION, certificateArn=certificate.arn)


def test_only_a_certificate_validated_by_dns_can_be_waited_for(aws: Caller) -> None:
    mail = aws.make(CERTIFICATE, domainName="school.example", validationMethod="EMAIL")
    assert mail.properties["domainValidationOptions"] == []
    with pytest.raises(Refused, match="not validated by DNS"):
        aws.make(VALIDATION, certificateArn=mail.arn)


def test_a_certificate_stays_while_its_validation_is_in_the_state(
    aws: Caller, certificate: Made, publish: Callable[..., Made]
) -> None:
    publish(certificate)
    validation = aws.make(VALIDATION, certificateArn=certificate.arn)
    with pytest.raises(Refused, match="DependencyViolation"):
        aws.delete(certificate)
    aws.delete(validation)
    aws.delete(certificate)
