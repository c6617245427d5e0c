"""Who names whom."""

from typing import Any

import pytest

from sandbox import schema
from sandbox.facts.paths import ITEMS, split
from sandbox.kinds import BY_NAME, BY_TYPE, ID_PREFIXES, Target
from sandbox.operations import Refused
from sandbox.references import canonical, find, resolve, targets
from sandbox.values import UNKNOWN
from sandbox.world import World, world
from tests.sandbox import offline as kinds
from tests.sandbox.estate import estate
from tests.sandbox.offline import (
    ACCOUNT,
    AZURE_SUBNET,
    BUCKET,
    EIP,
    FLOW_LOG,
    GROUP,
    INGRESS,
    INTERNET_GATEWAY,
    KEY,
    LOG_GROUP,
    NETWORK,
    OTHER_ACCOUNT,
    PRIMARY,
    RECORD,
    RECOVERY,
    RESOURCE_GROUP,
    ROLE,
    ROLE_POLICY,
    ROUTE,
    ROUTE_TABLE,
    SUBNET,
    SUBSCRIPTION,
    UNJUDGED,
    VPC,
    Caller,
    Made,
    Offline,
    trust_policy,
)

MISSING = "vpc-0123456789abcdef0"
MISSING_ARN = f"arn:aws:sns:{PRIMARY}:{ACCOUNT}:nobody"
MISSING_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Network/routeTables/t"


def paths(token: str, **inputs: Any) -> list[str]:
    return [reference.path for reference in find(token, inputs)]


def test_references_are_found_by_their_form_at_any_depth() -> None:
    assert paths(SUBNET, vpcId=MISSING, cidrBlock="10.0.0.0/24") == ["vpcId"]
    assert paths(SUBNET, vpcId="", cidrBlock="10.0.0.0/24") == [], "empty is unset"
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


def test_a_property_names_one_thing_in_every_type_at_any_depth_unless_a_type_says_otherwise() -> None:
    assert targets(SUBNET, "vpcId")[0] == VPC
    assert targets("aws:lambda/function:Function", "vpcConfig.subnetIds[]")[0] == SUBNET
    assert targets(AZURE_SUBNET, "networkSecurityGroup.id") == (kinds.NSG,)
    assert targets("aws:ec2/instance:Instance", "securityGroups[]") == (), "names there"
    assert targets("aws:lb/loadBalancer:LoadBalancer", "securityGroups[]")[0] == GROUP
    assert targets(SUBNET, "cidrBlock") == ()


def test_every_type_that_a_reference_may_lead_to_is_one_of_the_sdk() -> None:
    named = [*(entry for names in BY_NAME.values() for entry in names.values())]
    named += [entry for names in BY_TYPE.values() for entry in names.values() if entry is not None]
    tokens = {token for entry in named for token in entry.tokens} | {*BY_TYPE}
    tokens |= {token for group in ID_PREFIXES.values() for token in group}
    for token in sorted(tokens):
        assert schema.load(token).token == token


def test_every_property_that_a_type_says_otherwise_of_is_one_of_the_sdk() -> None:
    for token, named in BY_TYPE.items():
        properties = schema.load(token).inputs.properties
        assert {split(path)[0] for path in named} <= properties.keys(), token


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
    with pytest.raises(Refused, match=f"no Vpc '{foreign.id}' exists in AWS account {ACCOUNT}"):
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


# --- of the right kind ---


def at(path: str, value: str) -> dict[str, Any]:
    """Inputs that hold nothing but this value at a facts path."""
    held: Any = value
    for step in reversed(split(path)):
        held = [held] if step == ITEMS else {step: held}
    return held


def word_of(made: Made, target: Target) -> str:
    """How a property of this kind would name a resource."""
    return made.properties.get("arn", made.id) if target.by == "arn" else made.id


@pytest.mark.parametrize("package", BY_NAME)
def test_a_property_takes_what_it_names_and_none_of_all_the_others(offline: Offline, package: str) -> None:
    token, connection = {
        "aws": (UNJUDGED, offline.aws().connection),
        "azure-native": ("azure-native:compute:Disk", offline.azure().connection),
        "cloudflare": (RECORD, offline.cloudflare().connection),
    }[package]
    ours = [made for made in estate(offline) if made.token.startswith(package)]
    for path, target in BY_NAME[package].items():
        for made in ours if target.by != "name" else ():
            word = word_of(made, target)
            right = any(other.token in target.tokens for other in ours if word_of(other, target) == word)
            _, problems = resolve(token, at(path, word), connection, offline.store, world())
            told = [problem.message for problem in problems]
            if right:
                assert told == [], (path, made.token)
            else:
                assert [message.startswith("expected a") for message in told] == [True], (path, made.token, told)
                assert repr(word) in told[0]


def test_a_wrong_kind_is_told_with_what_was_expected_and_what_it_is(aws: Caller) -> None:
    vpc = aws.make(VPC, cidrBlock="10.0.0.0/16")
    gateway, table = aws.make(INTERNET_GATEWAY, vpcId=vpc.id), aws.make(ROUTE_TABLE, vpcId=vpc.id)
    route = {"routeTableId": table.id, "destinationCidrBlock": "0.0.0.0/0"}
    with pytest.raises(Refused, match=f"natGatewayId: expected a NatGateway, and '{gateway.id}' is an InternetGateway"):
        aws.make(ROUTE, **route, natGatewayId=gateway.id)
    expected = "expected an InternetGateway, a VpnGateway or a VpcEndpoint, and"
    with pytest.raises(Refused, match=f"gatewayId: {expected} '{table.id}' is a RouteTable"):
        aws.make(ROUTE, **route, gatewayId=table.id)
    assert aws.make(ROUTE, **route, gatewayId=gateway.id)


@pytest.mark.parametrize("word", ["network-vpc", "thing", "10.0.0.0/16"])
def test_what_is_no_id_at_all_names_nothing(aws: Caller, word: str) -> None:
    aws.make(VPC, cidrBlock="10.0.0.0/16", tags={"Name": "thing"})
    with pytest.raises(Refused, match=f"vpcId: no Vpc '{word}' exists in AWS account {ACCOUNT}"):
        aws.make(GROUP, vpcId=word)


def test_an_arn_is_no_id_and_an_id_no_arn(aws: Caller) -> None:
    vpc, role = (
        aws.make(VPC, cidrBlock="10.0.0.0/16"),
        aws.make(ROLE, assumeRolePolicy=trust_policy(Service="ec2.amazonaws.com")),
    )
    with pytest.raises(Refused, match=f"vpcId: expected a Vpc by its id, and '{vpc.arn}' is an ARN"):
        aws.make(SUBNET, vpcId=vpc.arn, cidrBlock="10.0.0.0/24")
    with pytest.raises(Refused, match=f"role: expected a Role by its id, and '{role.arn}' is an ARN"):
        aws.clouds.create(aws.connection, ROLE_POLICY, "urn:a::b::c::d", {"role": role.arn, "name": "n"})
    _, problems = resolve("aws:ecs/service:Service", {"roleArn": role.id}, aws.connection, aws.store, world())
    assert [problem.message for problem in problems] == [
        f"expected a Role or a ServiceLinkedRole by its ARN, and '{role.id}' is none"
    ]
    key = aws.make(KEY)
    for word in (key.id, key.arn):
        assert aws.make("aws:kms/alias:Alias", f"alias-{len(word)}", targetKeyId=word)


def test_a_network_s_own_group_acl_and_table_are_what_they_are_and_no_networks(aws: Caller) -> None:
    vpc = aws.make(VPC, cidrBlock="10.0.0.0/16")
    group = vpc.properties["defaultSecurityGroupId"]
    rule = {"ipProtocol": "-1", "referencedSecurityGroupId": group, "securityGroupId": group}
    assert aws.make(INGRESS, **rule)
    with pytest.raises(Refused, match=f"vpcId: expected a Vpc, and '{group}' is a SecurityGroup"):
        aws.make(SUBNET, vpcId=group, cidrBlock="10.0.0.0/24")
    names = {"routeTableId": vpc.properties["mainRouteTableId"], "networkAclId": vpc.properties["defaultNetworkAclId"]}
    found, problems = resolve(UNJUDGED, names, aws.connection, aws.store, world())
    assert ([resource.id for _, resource in found], problems) == ([vpc.id] * 2, [])


def test_a_security_group_may_stand_with_its_account(aws: Caller) -> None:
    group = aws.make(GROUP, vpcId=aws.make(VPC, cidrBlock="10.0.0.0/16").id)
    rule = {"ipProtocol": "-1", "securityGroupId": group.id}
    assert aws.make(INGRESS, **rule, referencedSecurityGroupId=f"{ACCOUNT}/{group.id}")
    with pytest.raises(Refused, match=f"no SecurityGroup '{OTHER_ACCOUNT}/{group.id}' exists"):
        aws.make(INGRESS, "other", **rule, referencedSecurityGroupId=f"{OTHER_ACCOUNT}/{group.id}")


def test_a_group_may_name_itself_and_a_word_may_stand_for_nothing(aws: Caller) -> None:
    vpc = aws.make(VPC, cidrBlock="10.0.0.0/16")
    group = aws.make(GROUP, vpcId=vpc.id)
    rule = {"protocol": "-1", "fromPort": 0, "toPort": 0, "securityGroups": [group.id]}
    changed = aws.update(group, ingress=[rule])
    aws.delete(changed)
    local = {"cidrBlock": "10.0.0.0/16", "gatewayId": "local"}
    assert aws.make(ROUTE_TABLE, vpcId=vpc.id, routes=[local])
    _, problems = resolve(ROUTE, {"gatewayId": "local"}, aws.connection, aws.store, world())
    assert ["no InternetGateway, VpnGateway or VpcEndpoint 'local'" in problem.message for problem in problems] == [
        True
    ]


def test_a_resource_of_its_own_kind_may_be_itself(azure: Caller) -> None:
    azure.make(RESOURCE_GROUP, resourceGroupName="g", location="westeurope")
    own = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Network/natGateways/n"
    gateway = "azure-native:network:NatGateway"
    inputs = {"resourceGroupName": "g", "natGateway": {"id": own}}
    found, problems = resolve(gateway, inputs, azure.connection, azure.store, world(), own)
    assert ([resource.token for _, resource in found], problems) == ([RESOURCE_GROUP], [])
    _, problems = resolve(AZURE_SUBNET, {"natGateway": {"id": own}}, azure.connection, azure.store, world(), own)
    assert [problem.path for problem in problems] == ["natGateway.id"], "it is itself, and of another kind"


def test_what_was_there_before_us_is_of_a_kind_too(aws: Caller) -> None:
    (prefixes, *_) = world().values("aws", "gateway_prefix_lists").values()
    _, problems = resolve(UNJUDGED, {"prefixListId": prefixes}, aws.connection, aws.store, world())
    assert problems == []
    _, problems = resolve(UNJUDGED, {"vpcId": prefixes}, aws.connection, aws.store, world())
    assert [problem.message for problem in problems] == [f"no Vpc {prefixes!r} exists in AWS account {ACCOUNT}"]
    for word in ("alias/aws/s3", f"arn:aws:kms:{PRIMARY}:{ACCOUNT}:alias/aws/s3"):
        assert resolve(UNJUDGED, {"kmsKeyId": word}, aws.connection, aws.store, world()) == ([], [])
    _, problems = resolve(UNJUDGED, {"kmsKeyId": "alias/ours"}, aws.connection, aws.store, world())
    assert [problem.path for problem in problems] == ["kmsKeyId"]


def test_a_policy_of_aws_is_a_policy(aws: Caller) -> None:
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    before = World({"aws": {"identifiers": {"values": [arn]}}})
    attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    assert resolve(attachment, {"policyArn": arn}, aws.connection, aws.store, before) == ([], [])
    _, problems = resolve(attachment, {"policyArn": arn}, aws.connection, aws.store, World({}))
    assert [problem.path for problem in problems] == ["policyArn"]
    _, problems = resolve(UNJUDGED, {"roleArn": arn}, aws.connection, aws.store, before)
    assert [problem.path for problem in problems] == ["roleArn"], "and no role"


def test_flow_logs_may_go_below_a_prefix_of_a_bucket(aws: Caller) -> None:
    bucket = aws.make(BUCKET)
    log = {"vpcId": aws.make(VPC, cidrBlock="10.0.0.0/16").id, "trafficType": "ALL", "logDestinationType": "s3"}
    made = aws.make(FLOW_LOG, **log, logDestination=f"{bucket.arn}/flows/")
    with pytest.raises(Refused, match="DependencyViolation"):
        aws.delete(bucket)
    aws.delete(made)
    with pytest.raises(Refused, match="logDestination: no LogGroup, Bucket or FirehoseDeliveryStream"):
        aws.make(FLOW_LOG, "other", **log, logDestination="arn:aws:s3:::nobody-has-this/flows/")
