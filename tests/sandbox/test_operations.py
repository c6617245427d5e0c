"""Check, diff, create, read, update, delete, on plain values."""

import json
import re
from typing import Any

import pytest

from sandbox import facts, schema
from sandbox.behaviours import Call, behaviour, is_made_up
from sandbox.operations import Refused
from sandbox.properties import planned
from sandbox.values import UNKNOWN, Secret, reveal
from sandbox.world import world
from tests.sandbox import caches
from tests.sandbox import offline as kinds
from tests.sandbox.estate import estate
from tests.sandbox.offline import (
    ACCOUNT,
    GROUP,
    INGRESS,
    KEY,
    LOG_GROUP,
    NSG,
    PRIMARY,
    PULL_CERTIFICATE,
    RECOVERY,
    RESOURCE_GROUP,
    ROLE,
    SUBNET,
    UNJUDGED,
    VPC,
    ZONE,
    Caller,
    Made,
    Offline,
    key_policy,
    pull_pair,
    trust_policy,
)

SECRET = "correct-horse-battery-staple"  # planted, and looked for
NETWORK = {"cidrBlock": "10.0.0.0/16"}
POLICY = "aws:iam/policy:Policy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
EC2 = "ec2.amazonaws.com"
READ_LOGS = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:GetLogEvents", "Resource": "*"}]}
)


def told(caller: Caller, token: str, inputs: dict[str, Any]) -> list[str]:
    return [str(problem) for problem in caller.check(token, inputs).problems]


# --- check ---


def test_a_check_asks_the_schema_then_the_facts_then_the_judges_of_documents(aws: Caller) -> None:
    assert "cidrBlok: unknown property" in told(aws, VPC, {"cidrBlok": "10.0.0.0/16"})[0]
    assert told(aws, VPC, {"cidrBlock": "10.0.0.0/8"})[0].startswith("cidrBlock: ")
    document = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:Fly", "Resource": "*"}],
        }
    )
    assert any("kms:Fly" in text for text in told(aws, KEY, {"policy": document}))
    assert told(aws, VPC, NETWORK) == []


def test_what_one_layer_lets_pass_the_next_one_judges_and_all_is_told_at_once(aws: Caller) -> None:
    document = READ_LOGS.replace("GetLogEvents", "Fly")
    texts = told(aws, ROLE, {"descripton": "d", "maxSessionDuration": 1, "name": 5, "assumeRolePolicy": document})
    paths = [text.partition(":")[0] for text in texts]
    assert list(dict.fromkeys(paths)) == ["descripton", "name", "maxSessionDuration", "assumeRolePolicy"], texts
    (text,) = told(aws, KEY, {"rotationPeriodInDays": 90, "enableKeyRotation": "yes"})
    assert text.startswith("enableKeyRotation: expected a boolean"), "what hangs on it is not judged"


def test_a_check_asks_cloudflare_s_parser(cloudflare: Caller) -> None:
    ruleset = {"zoneId": "0" * 32, "name": "n", "kind": "zone", "phase": "http_request_firewall_custom"}
    rule = {"action": "block", "expression": "http.host === 1"}
    assert any(
        "rules[0].expression" in text
        for text in told(cloudflare, "cloudflare:index/ruleset:Ruleset", {**ruleset, "rules": [rule]})
    )


def test_a_type_that_the_sdk_lacks_is_refused_and_one_without_facts_is_unjudged(aws: Caller) -> None:
    assert "no such type in the installed SDK" in told(aws, "aws:ec2/vpc:Vpn", {})[0]
    answer = aws.check(UNJUDGED, {})
    assert answer.problems == []
    made_up = f"computed outputs of {UNJUDGED} are made up in the vendor's general form"
    assert answer.unjudged == [
        f"{UNJUDGED} is unjudged: no facts about this type; only the SDK's schema was checked",
        made_up,
    ]
    provider = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
    inputs = {"url": "https://tokens.example.com", "clientIdLists": ["sts.amazonaws.com"]}
    assert aws.check(provider, inputs).unjudged == [made_up.replace(UNJUDGED, provider)], "also with facts"
    assert aws.check(VPC, NETWORK).unjudged == []


def test_an_action_of_a_service_without_facts_is_told_as_unjudged(aws: Caller) -> None:
    statement = {"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    answer = aws.check("aws:iam/rolePolicy:RolePolicy", {"role": "reader", "policy": policy})
    assert answer.problems == []
    assert answer.unjudged == ["bedrock:InvokeModel is unjudged: no facts about the actions of this service"]


def test_what_is_unknown_in_a_preview_satisfies_every_judge(aws: Caller) -> None:
    assert told(aws, SUBNET, {"vpcId": UNKNOWN, "cidrBlock": UNKNOWN, "tags": {"Name": UNKNOWN}}) == []
    assert (
        told(
            aws,
            INGRESS,
            {"securityGroupId": UNKNOWN, "ipProtocol": "tcp", "fromPort": 1, "toPort": 2, "cidrIpv4": UNKNOWN},
        )
        == []
    )
    assert told(aws, KEY, {"policy": UNKNOWN}) == []


def test_default_tags_come_to_the_resource_s_own_and_stay_unknown_with_them(offline: Offline) -> None:
    aws = offline.aws(Project="erp", Owner="us")
    assert aws.checked(VPC, {**NETWORK, "tags": {"Owner": "them"}})["tagsAll"] == {"Project": "erp", "Owner": "them"}
    assert aws.checked(VPC, NETWORK)["tagsAll"] == {"Project": "erp", "Owner": "us"}
    assert aws.checked(VPC, {**NETWORK, "tags": {"Owner": UNKNOWN}})["tagsAll"] is UNKNOWN
    assert aws.checked(VPC, {**NETWORK, "tags": UNKNOWN})["tagsAll"] is UNKNOWN
    assert "tagsAll" not in aws.checked(
        kinds.ROUTE, {"routeTableId": "rtb-0", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-0"}
    )


# --- diff ---


def test_the_same_inputs_are_no_change(offline: Offline) -> None:
    for made in estate(offline):
        caller = {
            "aws": offline.aws(Project="erp"),
            "azure-native": offline.azure(),
            "cloudflare": offline.cloudflare(),
        }
        assert caller[made.token.partition(":")[0]].changes(made) == {}, made.token


def test_changed_default_tags_change_every_resource_in_place(offline: Offline) -> None:
    vpc = offline.aws(Project="erp").make(VPC, **NETWORK)
    later = offline.aws(Project="erp", Owner="us")
    assert later.changes(vpc) == {"tagsAll.Owner": False}
    assert later.update(vpc).properties["tagsAll"] == {"Project": "erp", "Owner": "us"}


def test_a_property_that_goes_counts_unless_the_cloud_keeps_what_it_has(aws: Caller) -> None:
    group = aws.make(LOG_GROUP, retentionInDays=30, tags={"a": "b"})
    assert aws.changes(group, retentionInDays=None) == {"retentionInDays": False}
    assert set(aws.changes(group, tags=None)) == {"tags", "tagsAll.a"}
    vpc = aws.make(VPC, **NETWORK, enableDnsHostnames=True)
    assert aws.changes(vpc, enableDnsHostnames=None) == {}, "computed: left out is left alone"


def test_unset_and_the_default_are_the_same(aws: Caller) -> None:
    group = aws.make(LOG_GROUP)
    assert aws.changes(group, retentionInDays=0, skipDestroy=False) == {}
    assert aws.changes(group, region=PRIMARY) == {}
    assert aws.changes(group, region=RECOVERY) == {"region": True}


def test_a_secret_differs_by_what_it_holds(cloudflare: Caller) -> None:
    zone = cloudflare.make(ZONE, name="school.example", account={"id": "0" * 32})
    pair = pull_pair()
    made = cloudflare.make(PULL_CERTIFICATE, zoneId=zone.id, **pair)
    assert cloudflare.changes(made, certificate=Secret(reveal(pair["certificate"]))) == {}
    assert cloudflare.changes(made, certificate=reveal(pair["certificate"])) == {}, "secret or not, it is the same"
    assert cloudflare.changes(made, **pull_pair()) == {"certificate": True, "privateKey": False}


def test_a_type_without_facts_changes_in_place(aws: Caller) -> None:
    made = aws.make(UNJUDGED, userNames=["a"])
    assert aws.changes(made, userNames=["b"]) == {"userNames[0]": False}
    assert aws.update(made, userNames=["b"]).properties["userNames"] == ["b"]


# --- create ---


def test_everything_in_use_can_be_made_refreshed_and_taken_away_again(offline: Offline) -> None:
    made = estate(offline)
    there = {(resource.token, resource.id): resource for resource in offline.everything()}
    callers = {"azure-native": offline.azure(), "cloudflare": offline.cloudflare()}

    def caller(one: Made) -> Caller:
        resource = there[one.token, one.id]
        return callers.get(resource.package) or offline.aws(resource.region or PRIMARY)

    # What a replication takes over is no longer what was asked for: tests/sandbox/test_behaviours_efs.py.
    for one in (one for one in made if one.inputs.get("protection") is None):
        assert caller(one).read(one) == (one.inputs, one.properties), one.token
    for one in sorted(made, key=lambda one: there[one.token, one.id].serial, reverse=True):
        caller(one).delete(one)
    assert offline.everything() == []


def test_what_is_given_back_is_what_the_sdk_knows(offline: Offline) -> None:
    for made in estate(offline):
        known = schema.load(made.token).outputs.keys() | {"id", "tagsAll"}
        assert set(made.properties) <= known, made.token


# Computed outputs that stay empty here; each would need a part of the cloud that nobody asked for yet.
EMPTY = {
    kinds.VPC: {"ipv6AssociationId", "ipv6CidrBlock", "ipv6CidrBlockNetworkBorderGroup"},
    kinds.SUBNET: {"ipv6CidrBlock", "ipv6CidrBlockAssociationId"},
    kinds.EIP: {
        "associationId", "carrierIp", "customerOwnedIp", "instance", "ipamPoolId", "networkInterface", "privateDns",
        "privateIp", "ptrRecord",
    },
    kinds.NAT: {
        "autoProvisionZones", "autoScalingIps", "regionalNatGatewayAddresses", "regionalNatGatewayAutoMode",
        "routeTableId", "secondaryPrivateIpAddressCount",
    },
    kinds.ROUTE: {"instanceId", "instanceOwnerId", "networkInterfaceId"},
    kinds.ENDPOINT: {"dnsOptions", "subnetConfigurations"},
    kinds.GROUP: {"namePrefix"},
    kinds.DEFAULT_GROUP: {"namePrefix"},
    kinds.ROLE: {"namePrefix"},
    kinds.ROLE_POLICY: {"namePrefix"},
    kinds.ALIAS: {"namePrefix"},
    kinds.LOG_GROUP: {"namePrefix"},
    kinds.BUCKET: {
        "accelerationStatus", "acl", "bucketPrefix", "corsRules", "grants", "hostedZoneId", "lifecycleRules", "logging",
        "objectLockConfiguration", "policy", "replicationConfiguration", "requestPayer",
        "serverSideEncryptionConfiguration", "versioning", "website", "websiteDomain", "websiteEndpoint",
    },
    kinds.LIFECYCLE: {"expectedBucketOwner"},
    caches.TOPIC: {"beginningArchiveTime", "fifoThroughputScope", "namePrefix"},
    caches.GROUP: {
        "configurationEndpointAddress", "globalReplicationGroupId", "nodeGroupConfigurations", "securityGroupNames",
    },
    caches.CLUSTER: {"preferredOutpostArn", "replicationGroupId"},
    "aws:efs/mountTarget:MountTarget": {"ipv6Address"},
    "aws:ssm/parameter:Parameter": {"keyId", "value"},
    kinds.NETWORK: {"azureApiVersion", "flowLogs"},
    kinds.AZURE_SUBNET: {
        "azureApiVersion", "ipConfigurationProfiles", "ipConfigurations", "privateEndpoints", "purpose",
        "resourceNavigationLinks", "serviceAssociationLinks",
    },
    kinds.NSG: {"azureApiVersion", "defaultSecurityRules", "flowLogs", "networkInterfaces", "subnets"},
    kinds.RESOURCE_GROUP: {"azureApiVersion"},
    kinds.ZONE: {
        "cnameSuffix", "meta", "originalDnshost", "originalRegistrar", "owner", "permissions", "plan", "tenant",
        "tenantUnit", "vanityNameServers",
    },
    kinds.RECORD: {"commentModifiedOn", "settings", "tagsModifiedOn"},
}  # fmt: skip


def test_every_computed_output_has_a_value_but_for_those_that_are_listed(offline: Offline) -> None:
    for made in estate(offline):
        shape, known = schema.load(made.token), facts.load(made.token)
        assert known is not None
        computed = {key for key, fact in known.properties.items() if fact.get("computed") and key in shape.outputs}
        wanted = computed | (shape.outputs.keys() - shape.inputs.properties.keys())
        empty = {key for key in wanted if made.properties.get(key) is None}
        assert empty == EMPTY.get(made.token, set()), made.token


def test_a_preview_says_nothing_that_the_update_contradicts(offline: Offline) -> None:
    for made in estate(offline):
        preview = planned(made.token, made.inputs)
        known = {key: value for key, value in preview.items() if value is not UNKNOWN and value is not None}
        echoed = {key: made.properties.get(key) for key in known if key not in NORMALISED.get(made.token, ())}
        assert {key: known[key] for key in echoed} == echoed, made.token
        nothing = {key for key, value in preview.items() if value is None and made.properties.get(key) is not None}
        assert nothing == set(), f"{made.token}: a preview takes for unset what the cloud fills in"


# Kept in another form than written, the same to the provider.
NORMALISED: dict[str, set[str]] = {
    kinds.CERTIFICATE: {"subjectAlternativeNames"},
    "aws:efs/replicationConfiguration:ReplicationConfiguration": {"destination"},  # comes back with its state
}


def test_a_preview_knows_defaults_and_what_is_left_out_and_waits_for_the_rest() -> None:
    preview = planned(LOG_GROUP, {"name": "n"})
    assert preview["name"] == "n"
    assert preview["arn"] is UNKNOWN
    assert preview["region"] is UNKNOWN
    assert preview["retentionInDays"] == 0
    assert preview["kmsKeyId"] is None
    assert planned(NSG, {})["tags"] is UNKNOWN
    assert planned(UNJUDGED, {})["arn"] is UNKNOWN


def test_an_exception_inside_an_operation_leaves_nothing(
    offline: Offline, aws: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    vpc = aws.make(VPC, **NETWORK)
    before = [(resource.id, resource.properties) for resource in offline.everything()]

    def explode(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(type(offline.store), "link", explode)  # the last write of each
        with pytest.raises(ZeroDivisionError):
            aws.make(VPC, "second", cidrBlock="10.1.0.0/16")
        with pytest.raises(ZeroDivisionError):
            aws.update(vpc, tags={"a": "b"})
    with monkeypatch.context() as patch:
        patch.setattr(type(offline.store), "remove", explode)
        with pytest.raises(ZeroDivisionError):
            aws.delete(vpc)
    assert [(resource.id, resource.properties) for resource in offline.everything()] == before
    assert aws.make(VPC, "second", cidrBlock="10.1.0.0/16").id != vpc.id


def test_a_principal_of_a_document_must_exist(offline: Offline, aws: Caller) -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:role/writer"
    with pytest.raises(Refused, match=f"assumeRolePolicy: MalformedPolicyDocument: the principal {arn} does not exist"):
        aws.make(ROLE, name="reader", assumeRolePolicy=trust_policy(AWS=arn))
    policy = json.loads(key_policy())
    policy["Statement"].append({"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "kms:Decrypt", "Resource": "*"})
    with pytest.raises(Refused, match=f"policy: MalformedPolicyDocument: the principal {arn} does not exist"):
        aws.make(KEY, policy=json.dumps(policy))
    aws.make(ROLE, name="writer", assumeRolePolicy=trust_policy(AWS=f"arn:aws:iam::{ACCOUNT}:root"))
    assert aws.make(ROLE, name="reader", assumeRolePolicy=trust_policy(AWS=arn))
    assert offline.aws(RECOVERY).make(KEY, policy=json.dumps(policy)), "roles are global"


# --- secrets ---


def test_a_secret_comes_back_as_one_wherever_it_ends_up_and_is_never_written_down(
    offline: Offline, aws: Caller
) -> None:
    vpc = aws.make(VPC, **NETWORK)
    group = aws.make(GROUP, vpcId=vpc.id, description=Secret(SECRET), tags={"Deep": Secret(SECRET)})
    assert group.properties["description"] == Secret(SECRET), "also where the cloud gives it back itself"
    assert group.properties["tags"] == {"Deep": Secret(SECRET)}
    found = aws.read(group)
    assert found == (group.inputs, group.properties)
    changed = aws.update(group, tags={"Deep": Secret(SECRET + "2")})
    assert changed.properties["tags"] == {"Deep": Secret(SECRET + "2")}
    for file in offline.file.parent.iterdir():
        assert SECRET.encode() not in file.read_bytes(), file.name


def test_what_the_sdk_keeps_secret_is_secret_though_it_came_in_plain(cloudflare: Caller) -> None:
    zone = cloudflare.make(ZONE, name="school.example", account={"id": "0" * 32})
    made = cloudflare.make(
        PULL_CERTIFICATE, zoneId=zone.id, **{key: reveal(value) for key, value in pull_pair().items()}
    )
    assert isinstance(made.properties["privateKey"], Secret)
    assert not isinstance(made.properties["certificate"], Secret)


def test_a_text_that_is_secret_in_one_place_is_told_of_no_other(aws: Caller) -> None:
    text = " ".join(told(aws, VPC, {**NETWORK, "instanceTenancy": SECRET, "tags": {"a": Secret(SECRET)}}))
    assert SECRET not in text
    assert "[secret]" in text
    assert SECRET in " ".join(told(aws, VPC, {**NETWORK, "instanceTenancy": SECRET}))


def test_a_secret_document_is_refused_without_a_word_of_it(aws: Caller, cloudflare: Caller) -> None:
    (text,) = told(aws, POLICY, {"policy": Secret(READ_LOGS.replace("GetLogEvents", "FlyAway"))})
    assert text.startswith("policy: is refused; the document is a secret")
    rules = [{"action": "block", "expression": Secret("http.host === 1")}]
    ruleset = {"zoneId": "0" * 32, "name": "n", "kind": "zone", "phase": "http_request_firewall_custom"}
    (text,) = told(cloudflare, "cloudflare:index/ruleset:Ruleset", {**ruleset, "rules": rules})
    assert text.startswith("rules[0].expression: is refused; the document is a secret")


def test_no_refusal_tells_a_secret(aws: Caller, cloudflare: Caller) -> None:
    for text in told(
        aws, KEY, {"deletionWindowInDays": Secret(SECRET), "policy": Secret(f"{{{SECRET}"), "keyUsage": Secret(SECRET)}
    ):
        assert SECRET not in text
    arn = f"arn:aws:sns:{PRIMARY}:{ACCOUNT}:{SECRET}"
    with pytest.raises(Refused, match=r"no resource \[secret\] exists") as refused:
        aws.clouds.create(aws.connection, UNJUDGED, "urn:a::b::c::d", {"name": Secret(arn)})
    assert SECRET not in str(refused.value)
    assert SECRET not in repr(refused.value.problems)
    zone = cloudflare.make(ZONE, name="school.example", account={"id": "0" * 32})
    with pytest.raises(Refused) as refused:
        cloudflare.clouds.create(
            cloudflare.connection, PULL_CERTIFICATE, "urn:a::b::c::d",
            {"zoneId": zone.id, "certificate": Secret(SECRET), "privateKey": Secret(SECRET)},
        )  # fmt: skip
    assert SECRET not in str(refused.value)


def test_an_import_brings_no_secret_along(cloudflare: Caller) -> None:
    zone = cloudflare.make(ZONE, name="school.example", account={"id": "0" * 32})
    made = cloudflare.make(PULL_CERTIFICATE, zoneId=zone.id, **pull_pair())
    found = cloudflare.clouds.read(cloudflare.connection, PULL_CERTIFICATE, made.id, {}, {})
    assert found is not None
    assert found[0] == {"zoneId": zone.id}
    assert found[1]["privateKey"] is None


# --- read ---


def test_a_read_of_nothing_finds_nothing(aws: Caller) -> None:
    assert aws.clouds.read(aws.connection, VPC, "vpc-0123456789abcdef0", {}, {}) is None
    vpc = aws.make(VPC, **NETWORK)
    aws.delete(vpc)
    assert aws.read(vpc) is None


def test_an_import_finds_what_was_made_with_its_inputs_and_passes_the_check_again(aws: Caller) -> None:
    vpc = aws.make(VPC, **NETWORK, tags={"a": "b"})
    found = aws.clouds.read(aws.connection, VPC, vpc.id, {}, {})
    assert found is not None
    inputs, properties = found
    assert inputs == vpc.inputs
    assert properties == vpc.properties
    assert aws.checked(VPC, inputs) == vpc.inputs


def test_a_read_finds_a_resource_of_another_region_by_its_own_word(aws: Caller) -> None:
    away = aws.make(VPC, **NETWORK, region=RECOVERY)
    assert away.properties["region"] == RECOVERY
    assert away.arn.startswith(f"arn:aws:ec2:{RECOVERY}:")
    assert aws.read(away) == (away.inputs, away.properties)
    aws.delete(away)
    assert aws.read(away) is None


def test_drift_shows_in_the_inputs_that_were_given_and_in_all_properties(offline: Offline, aws: Caller) -> None:
    vpc = aws.make(VPC, **NETWORK, tags={"a": "b"})
    with offline.store.operation() as store:
        store.edit(
            store.all()[0].serial, {"tags": {"a": "edited"}, "enableDnsSupport": False, "dhcpOptionsId": "dopt-1"}
        )
    inputs, properties = aws.read(vpc) or ({}, {})
    assert inputs == {**vpc.inputs, "tags": {"a": "edited"}}, "what the program never set is no input"
    assert properties == {
        **vpc.properties,
        "tags": {"a": "edited"},
        "enableDnsSupport": False,
        "dhcpOptionsId": "dopt-1",
    }
    assert aws.update(vpc).properties == vpc.properties
    assert aws.read(vpc) == (vpc.inputs, vpc.properties), "an update writes the program's word over it"


RULES = [
    {"protocol": "tcp", "ruleNo": 100, "action": "allow", "cidrBlock": "10.0.0.0/8", "fromPort": 1, "toPort": 2},
    {"protocol": "-1", "ruleNo": 110, "action": "deny", "cidrBlock": "0.0.0.0/0", "fromPort": 0, "toPort": 0},
]


@pytest.fixture
def acl(aws: Caller) -> kinds.Made:
    return aws.make(kinds.ACL, vpcId=aws.make(VPC, **NETWORK).id, ingress=RULES)


def edit(offline: Offline, made: kinds.Made, **properties: Any) -> None:
    """Change something as a person at the console would."""
    with offline.store.operation() as store:
        (serial,) = [resource.serial for resource in store.all(made.token) if resource.id == made.id]
        store.edit(serial, properties)


def test_another_order_in_a_set_is_no_drift(offline: Offline, aws: Caller, acl: kinds.Made) -> None:
    edit(offline, acl, ingress=list(reversed(acl.properties["ingress"])))
    assert aws.read(acl) == (acl.inputs, acl.properties)


def test_drift_in_one_element_leaves_the_others_as_the_program_wrote_them(
    offline: Offline, aws: Caller, acl: kinds.Made
) -> None:
    first, second = acl.properties["ingress"]
    edit(offline, acl, ingress=[second, {**first, "toPort": 22}])
    inputs, properties = aws.read(acl) or ({}, {})
    assert inputs == {**acl.inputs, "ingress": [{**RULES[0], "toPort": 22}, RULES[1]]}
    assert properties["ingress"] == [{**first, "toPort": 22}, second]
    found = aws.clouds.diff(aws.connection, kinds.ACL, inputs, acl.inputs)
    assert [change.path for change in found] == ["ingress[0].toPort"]


def test_an_element_that_came_or_went_is_drift(offline: Offline, aws: Caller, acl: kinds.Made) -> None:
    first, second = acl.properties["ingress"]
    edit(offline, acl, ingress=[second])
    assert (aws.read(acl) or ({}, {}))[0]["ingress"] == [RULES[1]]
    third = {**second, "ruleNo": 120}
    edit(offline, acl, ingress=[second, third, first])
    assert (aws.read(acl) or ({}, {}))[0]["ingress"] == [*RULES, third]
    edit(offline, acl, ingress=[])
    assert (aws.read(acl) or ({}, {}))[0]["ingress"] == []


def test_in_a_list_each_element_has_its_place(offline: Offline, aws: Caller) -> None:
    made = aws.make(UNJUDGED, userNames=["a", "b"])
    for names in (["b", "a"], ["a"], ["a", "b", "c"]):
        edit(offline, made, userNames=names)
        assert (aws.read(made) or ({}, {}))[0]["userNames"] == names


def test_drift_beside_a_secret_leaves_it_and_drift_of_one_shows_nothing(offline: Offline, aws: Caller) -> None:
    vpc = aws.make(VPC, **NETWORK, tags={"a": Secret(SECRET), "b": "c"})
    kept = dict(aws.kept(vpc).properties["tags"])
    edit(offline, vpc, tags={**kept, "b": "edited"})
    inputs, properties = aws.read(vpc) or ({}, {})
    assert inputs["tags"] == properties["tags"] == {"a": Secret(SECRET), "b": "edited"}
    edit(offline, vpc, tags={"a": "edited", "b": "c"})
    assert (aws.read(vpc) or ({}, {}))[0]["tags"] == {"a": "edited", "b": "c"}


def test_an_input_that_somebody_took_away_is_gone_from_the_inputs(offline: Offline, aws: Caller) -> None:
    group = aws.make(LOG_GROUP, retentionInDays=30)
    with offline.store.operation() as store:
        store.edit(store.all()[0].serial, {"retentionInDays": None})
    inputs, _ = aws.read(group) or ({}, {})
    assert "retentionInDays" not in inputs


# --- update and delete ---


def test_an_update_of_nothing_is_refused_and_a_second_deletion_is_done(aws: Caller) -> None:
    vpc = aws.make(VPC, **NETWORK)
    aws.delete(vpc)
    aws.delete(vpc)
    with pytest.raises(Refused, match=f"updating {VPC}: {vpc.id} does not exist"):
        aws.update(vpc, tags={"a": "b"})


def test_an_update_keeps_ids_and_times(cloudflare: Caller) -> None:
    zone = cloudflare.make(ZONE, name="school.example", account={"id": "0" * 32})
    changed = cloudflare.update(zone, paused=True)
    assert changed.properties == {**zone.properties, "paused": True}


def test_a_deletion_in_the_wrong_order_is_refused_naming_every_user(aws: Caller) -> None:
    vpc = aws.make(VPC, **NETWORK)
    subnets = [aws.make(SUBNET, f"s{n}", vpcId=vpc.id, cidrBlock=f"10.0.{n}.0/24") for n in range(2)]
    with pytest.raises(Refused) as refused:
        aws.delete(vpc)
    assert len(refused.value.problems) == 2
    assert all(subnet.id in str(refused.value) for subnet in subnets)


def test_names_are_free_again_after_a_deletion(azure: Caller) -> None:
    for _ in range(2):
        group = azure.make(RESOURCE_GROUP, resourceGroupName="again", location="westeurope")
        azure.delete(group)


# --- types that no module knows ---


def test_a_type_that_no_module_knows_gets_an_id_an_arn_and_its_inputs_back(aws: Caller) -> None:
    made = aws.make(UNJUDGED, name="n")
    assert len(made.id) == 36
    assert made.arn == f"arn:aws:memorydb:{PRIMARY}:{ACCOUNT}:acl/n"
    assert made.properties["name"] == "n"
    assert made.properties["region"] == PRIMARY
    assert behaviour(UNJUDGED).on_delete == "remove"
    assert aws.read(made) == (made.inputs, made.properties)
    aws.delete(made)


def test_what_is_made_up_can_be_named_by_others(aws: Caller) -> None:
    policy, role = aws.make(POLICY, policy=READ_LOGS), aws.make(ROLE, assumeRolePolicy=trust_policy(Service=EC2))
    assert policy.id == policy.arn == f"arn:aws:iam::{ACCOUNT}:policy/{policy.inputs['name']}"
    attachment = aws.make(ATTACHMENT, role=role.id, policyArn=policy.arn)
    with pytest.raises(Refused, match="DeleteConflict: Cannot delete a policy attached to entities"):
        aws.delete(policy)
    aws.delete(attachment)
    aws.delete(policy)
    with pytest.raises(Refused, match="policyArn: no Policy"):
        aws.make(ATTACHMENT, role=role.id, policyArn=policy.arn)


def test_roles_and_providers_of_iam_can_be_principals(aws: Caller) -> None:
    linked = aws.make("aws:iam/serviceLinkedRole:ServiceLinkedRole", awsServiceName="autoscaling.amazonaws.com")
    start = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    assert linked.arn == start
    policy = json.loads(key_policy())
    policy["Statement"].append(
        {"Effect": "Allow", "Principal": {"AWS": linked.arn}, "Action": "kms:Decrypt", "Resource": "*"}
    )
    assert aws.make(KEY, policy=json.dumps(policy))
    tokens = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
    provider = aws.make(tokens, url="https://tokens.example.com", clientIdLists=["sts.amazonaws.com"])
    assert provider.arn == f"arn:aws:iam::{ACCOUNT}:oidc-provider/tokens.example.com"


@pytest.mark.parametrize(
    ("token", "inputs", "arn"),
    [
        ("aws:sns/topic:Topic", {"name": "n"}, r"arn:aws:sns:eu-central-1:1{12}:n"),
        ("aws:cloudwatch/eventBus:EventBus", {"name": "n"}, r"arn:aws:events:eu-central-1:1{12}:event-bus/n"),
        (
            "aws:lb/targetGroup:TargetGroup",
            {"name": "n"},
            r"arn:aws:elasticloadbalancing:[^:]+:1{12}:targetgroup/n/\w{16}",
        ),
        ("aws:ec2/vpnGateway:VpnGateway", {}, r"arn:aws:ec2:eu-central-1:1{12}:vpn-gateway/vgw-0\w{16}"),
        ("aws:backup/vault:Vault", {"name": "nn"}, r"arn:aws:backup:eu-central-1:1{12}:backup-vault:nn"),
        ("aws:iam/policy:Policy", {"name": "n", "path": "/a/", "policy": READ_LOGS}, r"arn:aws:iam::1{12}:policy/a/n"),
    ],
)
def test_an_arn_has_the_form_of_its_service(aws: Caller, token: str, inputs: dict[str, Any], arn: str) -> None:
    assert re.fullmatch(arn, aws.make(token, **inputs).arn)


def test_other_vendors_ids_have_their_general_form_too(azure: Caller, cloudflare: Caller) -> None:
    group = azure.make(RESOURCE_GROUP, resourceGroupName="g", location="westeurope")
    table = azure.make(
        "azure-native:network:RouteTable", resourceGroupName="g", location="westeurope", routeTableName="t"
    )
    assert table.id == f"{group.id}/providers/Microsoft.Network/routeTables/t"
    assert table.properties["name"] == "t"
    zone = cloudflare.make(ZONE, name="school.example", account={"id": "0" * 32})
    setting = cloudflare.make("cloudflare:index/tieredCache:TieredCache", zoneId=zone.id, value="on")
    assert re.fullmatch("[0-9a-f]{32}", setting.id)


def test_every_type_with_facts_and_no_module_has_a_form(offline: Offline) -> None:
    callers = {"aws": offline.aws(), "azure-native": offline.azure(), "cloudflare": offline.cloudflare()}
    for package, caller in callers.items():
        for token in facts.tokens(package):
            call = Call(caller.connection, token, {"name": "n"}, offline.store, world(), serial=1)
            made = behaviour(token).id(call) if is_made_up(token) else "known"
            assert made
            assert "*" not in made
