"""Who names whom."""

from typing import Any

import pytest

from sandbox.operations import Refused
from sandbox.references import canonical, find, resolve, targets
from sandbox.values import UNKNOWN
from sandbox.world import world
from tests.sandbox.offline import (
    ACCOUNT,
    AZURE_SUBNET,
    EIP,
    FLOW_LOG,
    KEY,
    LOG_GROUP,
    NETWORK,
    OTHER_ACCOUNT,
    PRIMARY,
    RECORD,
    RECOVERY,
    RESOURCE_GROUP,
    ROLE_POLICY,
    SUBNET,
    SUBSCRIPTION,
    UNJUDGED,
    VPC,
    Caller,
    Offline,
)

MISSING = "vpc-0123456789abcdef0"
MISSING_ARN = f"arn:aws:sns:{PRIMARY}:{ACCOUNT}:nobody"
MISSING_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Network/routeTables/t"


def paths(token: str, **inputs: Any) -> list[str]:
    return [reference.path for reference in find(token, inputs)]


def test_references_are_found_by_their_form_at_any_depth() -> None:
    assert paths(SUBNET, vpcId=MISSING, cidrBlock="10.0.0.0/24") == ["vpcId"]
    assert paths(UNJUDGED, a=[{"b": MISSING_ARN}, "plain"], c={"d": [MISSING]}) == ["a[0].b", "c.d[0]"]
    assert paths(AZURE_SUBNET, routeTable={"id": MISSING_ID}) == ["routeTable.id"]
    assert paths(UNJUDGED, a=UNKNOWN, b=1, c=None) == []


def test_free_text_and_documents_name_nothing() -> None:
    assert (
        paths(UNJUDGED, description=MISSING, policy=MISSING_ARN, tags={"a": MISSING}, deep=[{"tags": {"b": MISSING}}])
        == []
    )


def test_plain_names_are_known_by_their_type() -> None:
    assert paths(ROLE_POLICY, role="writer") == ["role"]
    assert targets(AZURE_SUBNET, "virtualNetworkName") == (NETWORK,)
    assert targets("azure-native:storage:StorageAccount", "resourceGroupName") == (RESOURCE_GROUP,)
    assert targets(RESOURCE_GROUP, "resourceGroupName") == (), "its own name"
    assert targets("aws:route53/record:Record", "zoneId") == (), "another vendor's zone"


def test_ids_compare_as_the_vendors_compare_them() -> None:
    assert canonical("azure-native", "/Subscriptions/A") == "/subscriptions/a"
    assert canonical("aws", "arn:aws:logs:r:1:log-group:G:*") == "arn:aws:logs:r:1:log-group:G"


@pytest.mark.parametrize("value", [MISSING, MISSING_ARN])
def test_a_reference_to_nothing_is_refused_with_its_path_and_account(aws: Caller, value: str) -> None:
    with pytest.raises(Refused, match=rf"name: no resource '{value}' exists in AWS account {ACCOUNT}"):
        aws.clouds.create(aws.connection, UNJUDGED, "urn:a::b::c::d", {"name": value})


def test_a_reference_to_what_exists_passes_and_holds_it(aws: Caller) -> None:
    vpc = aws.make(VPC, cidrBlock="10.0.0.0/16")
    subnet = aws.make(SUBNET, vpcId=vpc.id, cidrBlock="10.0.0.0/24")
    with pytest.raises(
        Refused, match=rf"DependencyViolation: {vpc.id} is still named by {SUBNET} {subnet.id} \(vpcId\)"
    ):
        aws.delete(vpc)
    aws.delete(subnet)
    aws.delete(vpc)


def test_every_wrong_reference_is_told_at_once(aws: Caller) -> None:
    with pytest.raises(Refused) as refused:
        aws.make(FLOW_LOG, vpcId=MISSING, trafficType="ALL", iamRoleArn=f"arn:aws:iam::{ACCOUNT}:role/nobody",
                 logDestination=f"arn:aws:logs:{PRIMARY}:{ACCOUNT}:log-group:nothing")  # fmt: skip
    assert {problem.path for problem in refused.value.problems} == {"vpcId", "iamRoleArn", "logDestination"}


def test_what_another_account_has_does_not_exist(offline: Offline, aws: Caller) -> None:
    foreign = offline.aws(account=OTHER_ACCOUNT).make(VPC, cidrBlock="10.0.0.0/16")
    with pytest.raises(Refused, match=f"no resource '{foreign.id}' exists in AWS account {ACCOUNT}"):
        aws.make(SUBNET, vpcId=foreign.id, cidrBlock="10.0.0.0/24")


def test_an_id_of_another_region_is_refused_and_an_arn_may_lead_there(offline: Offline, aws: Caller) -> None:
    away = offline.aws(RECOVERY).make(VPC, cidrBlock="10.0.0.0/16")
    with pytest.raises(Refused, match=f"'{away.id}' lies in {RECOVERY}, and this call goes to {PRIMARY}"):
        aws.make(SUBNET, vpcId=away.id, cidrBlock="10.0.0.0/24")
    assert aws.make(SUBNET, "there", vpcId=away.id, cidrBlock="10.0.0.0/24", region=RECOVERY)
    group = offline.aws(RECOVERY).make(LOG_GROUP)
    found, problems = resolve(UNJUDGED, {"a": group.arn}, aws.connection, offline.store, world())
    assert ([path for path, _ in found], problems) == (["a"], [])


def test_a_log_group_is_found_by_its_arn_with_the_ending_too(offline: Offline, aws: Caller) -> None:
    group = aws.make(LOG_GROUP)
    found, _ = resolve(UNJUDGED, {"a": f"{group.arn}:*"}, aws.connection, offline.store, world())
    assert [resource.id for _, resource in found] == [group.id]


def test_azure_finds_ids_in_any_letters(offline: Offline, azure: Caller) -> None:
    group = azure.make(RESOURCE_GROUP, resourceGroupName="Standby", location="westeurope")
    found, problems = resolve(
        "azure-native:network:PublicIPAddress", {"a": group.id.upper() + "/"}, azure.connection, offline.store, world()
    )
    assert problems, "a path below it is another thing"
    found, problems = resolve(AZURE_SUBNET, {"a": {"id": group.id.upper()}}, azure.connection, offline.store, world())
    assert ([path for path, _ in found], problems) == (["a.id"], [])


def test_a_resource_may_refer_to_itself_and_its_own_parts(azure: Caller) -> None:
    azure.make(RESOURCE_GROUP, resourceGroupName="g", location="westeurope")
    inputs = {
        "resourceGroupName": "g",
        "virtualNetworkName": "net",
        "location": "westeurope",
        "addressSpace": {"addressPrefixes": ["10.8.0.0/16"]},
    }
    own = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/net"
    network = azure.make(NETWORK, **inputs, virtualNetworkPeerings=[{"remoteVirtualNetwork": {"id": own.upper()}}])
    assert azure.update(network, virtualNetworkPeerings=[{"remoteVirtualNetwork": {"id": f"{own}/subnets/a"}}])
    with pytest.raises(Refused, match=r"virtualNetworkPeerings\[0\]\.remoteVirtualNetwork\.id: no resource"):
        azure.update(network, virtualNetworkPeerings=[{"remoteVirtualNetwork": {"id": f"{own}2"}}])
    azure.delete(network)


def test_what_was_there_before_us_can_be_named(offline: Offline, aws: Caller) -> None:
    (known, *_) = world().values("aws", "gateway_prefix_lists").values()
    assert resolve(UNJUDGED, {"a": known}, aws.connection, offline.store, world()) == ([], [])


def test_a_reference_moves_with_an_update(aws: Caller) -> None:
    first, second = aws.make(VPC, "first", cidrBlock="10.0.0.0/16"), aws.make(VPC, "second", cidrBlock="10.1.0.0/16")
    gateway = aws.make("aws:ec2/internetGateway:InternetGateway", vpcId=first.id)
    moved = aws.update(gateway, vpcId=second.id)
    aws.delete(first)
    with pytest.raises(Refused, match="DependencyViolation"):
        aws.delete(second)
    aws.delete(moved)


def test_records_of_a_zone_are_looked_up_in_cloudflare_alone(cloudflare: Caller) -> None:
    with pytest.raises(Refused, match=r"zoneId: no Zone 'f+' exists in Cloudflare"):
        cloudflare.make(RECORD, zoneId="f" * 32, name="a", type="A", content="192.0.2.1", ttl=1)


def test_one_name_in_two_regions_is_two_things(offline: Offline, aws: Caller) -> None:
    recovery = offline.aws(RECOVERY)
    for caller in (aws, recovery):
        key = caller.make(KEY)
        caller.make("aws:kms/alias:Alias", name="alias/same", targetKeyId=key.id)
        caller.make(LOG_GROUP, name="same")
        caller.make(EIP)
    assert len(offline.everything()) == 8
