"""Schemas read from the installed SDKs: every type can be read, and inputs are judged at any depth."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sandbox import schema
from sandbox.schema import cache
from sandbox.schema.reflect import reflect
from sandbox.schema.types import schema_from_json, schema_to_json
from sandbox.values import UNKNOWN, Asset, Secret

IN_USE = [
    "aws:acm/certificate:Certificate",
    "aws:acm/certificateValidation:CertificateValidation",
    "aws:autoscaling/group:Group",
    "aws:autoscaling/schedule:Schedule",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "aws:ec2/eip:Eip",
    "aws:ec2/flowLog:FlowLog",
    "aws:ec2/internetGateway:InternetGateway",
    "aws:ec2/launchTemplate:LaunchTemplate",
    "aws:ec2/managedPrefixList:ManagedPrefixList",
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/networkAcl:NetworkAcl",
    "aws:ec2/route:Route",
    "aws:ec2/routeTable:RouteTable",
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/vpc:Vpc",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "aws:ecs/capacityProvider:CapacityProvider",
    "aws:ecs/cluster:Cluster",
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
    "aws:efs/accessPoint:AccessPoint",
    "aws:efs/fileSystem:FileSystem",
    "aws:efs/fileSystemPolicy:FileSystemPolicy",
    "aws:efs/mountTarget:MountTarget",
    "aws:efs/replicationConfiguration:ReplicationConfiguration",
    "aws:elasticache/cluster:Cluster",
    "aws:elasticache/parameterGroup:ParameterGroup",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:elasticache/subnetGroup:SubnetGroup",
    "aws:elasticache/user:User",
    "aws:elasticache/userGroup:UserGroup",
    "aws:iam/instanceProfile:InstanceProfile",
    "aws:iam/role:Role",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:kms/alias:Alias",
    "aws:kms/key:Key",
    "aws:kms/replicaKey:ReplicaKey",
    "aws:lambda/function:Function",
    "aws:lambda/permission:Permission",
    "aws:lb/listener:Listener",
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:lb/trustStore:TrustStore",
    "aws:rds/instance:Instance",
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication",
    "aws:rds/parameterGroup:ParameterGroup",
    "aws:rds/proxy:Proxy",
    "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup",
    "aws:rds/proxyTarget:ProxyTarget",
    "aws:rds/subnetGroup:SubnetGroup",
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketLogging:BucketLogging",
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    "aws:s3/bucketObjectv2:BucketObjectv2",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:secretsmanager/secret:Secret",
    "aws:secretsmanager/secretVersion:SecretVersion",
    "aws:secretsmanager/secretRotation:SecretRotation",
    "aws:sns/topic:Topic",
    "aws:sns/topicPolicy:TopicPolicy",
    "aws:ssm/parameter:Parameter",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:wafv2/webAcl:WebAcl",
    "aws:wafv2/webAclAssociation:WebAclAssociation",
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
    "azure-native:network:NetworkSecurityGroup",
    "azure-native:network:Subnet",
    "azure-native:network:VirtualNetwork",
    "azure-native:resources:ResourceGroup",
    "cloudflare:index/authenticatedOriginPullsCertificate:AuthenticatedOriginPullsCertificate",
    "cloudflare:index/authenticatedOriginPullsSettings:AuthenticatedOriginPullsSettings",
    "cloudflare:index/dnsRecord:DnsRecord",
    "cloudflare:index/zone:Zone",
    "cloudflare:index/zoneDnssec:ZoneDnssec",
    "pulumi:providers:aws",
    "pulumi:providers:azure-native",
    "pulumi:providers:cloudflare",
]

FURTHER = [
    "aws:appautoscaling/policy:Policy",
    "aws:backup/plan:Plan",
    "aws:budgets/budget:Budget",
    "aws:cfg/recorder:Recorder",
    "aws:cloudtrail/trail:Trail",
    "aws:cloudwatch/compositeAlarm:CompositeAlarm",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "aws:ec2/vpnConnection:VpnConnection",
    "aws:ec2clientvpn/endpoint:Endpoint",
    "aws:ecr/repository:Repository",
    "aws:ecs/service:Service",
    "aws:ecs/taskDefinition:TaskDefinition",
    "aws:efs/fileSystem:FileSystem",
    "aws:glue/catalogTable:CatalogTable",
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    "aws:lambda/function:Function",
    "aws:lb/targetGroup:TargetGroup",
    "aws:rds/instance:Instance",
    "aws:rds/parameterGroup:ParameterGroup",
    "aws:rds/proxy:Proxy",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
    "aws:ssm/document:Document",
    "azure-native:app:ContainerApp",
    "azure-native:dbforpostgresql:Server",
    "azure-native:keyvault:Vault",
    "azure-native:network:VirtualNetworkGateway",
    "azure-native:redisenterprise:RedisEnterprise",
    "azure-native:storage:StorageAccount",
    "cloudflare:index/loadBalancer:LoadBalancer",
    "cloudflare:index/logpushJob:LogpushJob",
    "cloudflare:index/ruleset:Ruleset",
    "cloudflare:index/zoneSetting:ZoneSetting",
]


def problems(token: str, inputs: dict[str, Any]) -> list[str]:
    return [f"{found.path}: {found.message}" for found in schema.check(schema.load(token), inputs)]


@pytest.mark.parametrize("token", [*IN_USE, *FURTHER])
def test_a_type_can_be_read_and_survives_its_way_to_the_disk(token: str) -> None:
    known = schema.load(token)
    assert known.token == token
    assert known.inputs.properties
    assert known.inputs.required <= known.inputs.properties.keys()
    assert {ref for spec in known.objects.values() for ref in _references(spec.properties)} <= known.objects.keys()
    assert schema_from_json(json.loads(json.dumps(schema_to_json(known)))) == known


@pytest.mark.parametrize(
    "token",
    [
        "aws:ec2/networkAcl:NetworkAcl",
        "aws:lambda/function:Function",
        "azure-native:network:NetworkSecurityGroup",
        "cloudflare:index/zone:Zone",
        "pulumi:providers:aws",
    ],
)
def test_what_is_on_the_disk_is_what_the_sdk_says(token: str) -> None:
    assert reflect(token) == schema.load(token)


def _references(properties: Any) -> set[str]:
    found: set[str] = set()
    waiting = list(properties.values())
    while waiting:
        spec = waiting.pop()
        found |= {spec.ref} if spec.ref else set()
        waiting += [spec.of] if spec.of else []
        waiting += spec.options
    return found


@pytest.mark.parametrize(
    "token",
    ["aws:kms/key:Keys", "aws:kms/keys:Key", "gcp:compute/instance:Instance", "pulumi:providers:gcp", "nothing"],
)
def test_a_token_that_no_sdk_has_is_an_unknown_type(token: str) -> None:
    with pytest.raises(schema.UnknownType, match=token):
        schema.load(token)


def test_an_unknown_type_names_its_neighbour() -> None:
    with pytest.raises(schema.UnknownType, match="did you mean 'aws:ec2/vpc:Vpc'"):
        schema.load("aws:ec2/vpcs:Vpc")


def test_required_is_what_the_sdk_has_no_default_for() -> None:
    assert schema.load("aws:acm/certificateValidation:CertificateValidation").inputs.required == {"certificateArn"}
    assert schema.load("azure-native:network:Subnet").inputs.required == {"resourceGroupName", "virtualNetworkName"}


def test_outputs_hold_inputs_and_what_the_cloud_computes_and_secrets_are_named() -> None:
    key = schema.load("aws:kms/key:Key")
    assert {"arn", "keyId", "policy", "tagsAll"} <= key.outputs.keys()
    assert "id" not in key.outputs
    assert schema.load("cloudflare:index/apiToken:ApiToken").secret_outputs == {"value"}
    assert schema.load("aws:rds/instance:Instance").secret_inputs == {"password", "passwordWo"}


def test_good_inputs_have_no_problems() -> None:
    rule = {"access": "Allow", "direction": "Inbound", "protocol": "Tcp", "priority": 100, "name": "a"}
    inputs = {"resourceGroupName": "g", "securityRules": [rule], "tags": {"a.b": "c"}, "location": None}
    assert problems("azure-native:network:NetworkSecurityGroup", inputs) == []


def test_an_unknown_property_names_the_one_that_was_meant() -> None:
    assert problems("aws:ec2/vpc:Vpc", {"cidr_block": "10.0.0.0/16"}) == [
        "cidr_block: unknown property; did you mean 'cidrBlock'?"
    ]


def test_a_small_object_lists_its_properties_when_none_is_near() -> None:
    assert problems("cloudflare:index/zone:Zone", {"name": "a.example", "account": {"xyz": "1"}}) == [
        "account.xyz: unknown property; known are id"
    ]


def test_problems_are_found_at_any_depth_with_path_value_and_expectation() -> None:
    rules: list[Any] = [
        {"fromPort": 1, "toPort": "2", "protocol": "tcp", "ruleNo": 100, "action": "allow"},
        {"fromPort": 1, "toPort": 2, "protocol": "tcp", "ruleNo": 1.5, "acton": "allow"},
    ]
    assert problems("aws:ec2/networkAcl:NetworkAcl", {"vpcId": "vpc-1", "ingress": rules}) == [
        "ingress[0].toPort: expected an integer, got a string '2'",
        "ingress[1].ruleNo: expected an integer, got a number 1.5",
        "ingress[1].acton: unknown property; did you mean 'action'?",
        "ingress[1].action: missing: a string is required",
    ]


def test_a_missing_property_may_also_be_one_that_is_none() -> None:
    expected = ["vpcId: missing: a string is required"]
    assert problems("aws:ec2/networkAcl:NetworkAcl", {}) == expected
    assert problems("aws:ec2/networkAcl:NetworkAcl", {"vpcId": None}) == expected


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (7, "a number 7"),
        (True, "a boolean True"),
        (["a"], "a list"),
        ({"a": 1}, "an object"),
        (Asset({"text": "a"}), "an asset"),
    ],
)
def test_only_a_string_is_a_string(value: object, shown: str) -> None:
    assert problems("aws:ec2/vpc:Vpc", {"cidrBlock": value}) == [f"cidrBlock: expected a string, got {shown}"]


@pytest.mark.parametrize(
    ("token", "inputs", "said"),
    [
        ("aws:ec2/networkAcl:NetworkAcl", {"vpcId": "v", "subnetIds": "s"}, "subnetIds: expected a list of a string"),
        ("aws:ec2/vpc:Vpc", {"tags": "t"}, "tags: expected a map to a string"),
        ("cloudflare:index/zone:Zone", {"name": "z", "account": "a"}, "account: expected an object ZoneAccountArgs"),
        (
            "aws:s3/bucketObjectv2:BucketObjectv2",
            {"bucket": "b", "source": "s"},
            "source: expected an asset or an archive",
        ),
    ],
)
def test_what_was_expected_is_said_in_words(token: str, inputs: dict[str, Any], said: str) -> None:
    (problem,) = problems(token, inputs)
    assert problem.startswith(f"{said}, got a string")


def test_inside_a_member_of_a_union_the_nearest_one_tells_what_is_wrong() -> None:
    group = {"firewallPolicyName": "p", "resourceGroupName": "g"}
    rules = {"ruleCollectionType": "FirewallPolicyFilterRuleCollection", "name": "a", "rules": [{"ruleType": 1}]}
    token = "azure-native:network:FirewallPolicyRuleCollectionGroup"
    assert problems(token, {**group, "ruleCollections": [rules]}) == [
        "ruleCollections[0].rules[0].ruleType: expected a string, got a number 1"
    ]


def test_a_long_value_is_shown_by_its_beginning() -> None:
    (problem,) = problems("aws:ec2/vpc:Vpc", {"enableDnsSupport": "x" * 500})
    assert problem.endswith("x…")
    assert len(problem) < 150


def test_whole_numbers_are_integers_and_numbers_and_booleans_are_neither() -> None:
    group = "aws:cloudwatch/logGroup:LogGroup"
    assert problems(group, {"retentionInDays": 365.0}) == []
    assert problems(group, {"retentionInDays": True}) == ["retentionInDays: expected an integer, got a boolean True"]
    alarm = {"comparisonOperator": "LessThanThreshold", "evaluationPeriods": 1, "threshold": 3}
    assert problems("aws:cloudwatch/metricAlarm:MetricAlarm", alarm) == []


def test_values_of_a_map_are_judged_and_their_keys_are_free() -> None:
    assert problems("aws:ec2/vpc:Vpc", {"tags": {"Name": "a", "a/b": 1}}) == [
        'tags["a/b"]: expected a string, got a number 1'
    ]


def test_an_unknown_value_satisfies_any_type_and_requirement() -> None:
    inputs = {"vpcId": UNKNOWN, "subnetIds": ["subnet-1", UNKNOWN], "ingress": [{"ruleNo": UNKNOWN}]}
    assert [found.split(":")[0] for found in problems("aws:ec2/networkAcl:NetworkAcl", inputs)] == [
        "ingress[0].action",
        "ingress[0].fromPort",
        "ingress[0].protocol",
        "ingress[0].toPort",
    ]
    assert problems("aws:ec2/networkAcl:NetworkAcl", {"vpcId": UNKNOWN, "ingress": UNKNOWN}) == []


def test_secrets_are_looked_through_and_never_shown() -> None:
    record = {"zoneId": "z", "name": "a", "type": "TXT", "ttl": 1}
    assert problems("cloudflare:index/dnsRecord:DnsRecord", {**record, "content": Secret("hush")}) == []
    hidden = {**record, "content": Secret(4711), "data": Secret({"port": "hush"})}
    assert problems("cloudflare:index/dnsRecord:DnsRecord", hidden) == [
        "content: expected a string, got a number (secret)",
        "data.port: expected a number, got a string (secret)",
    ]


def test_notes_of_the_engine_among_the_inputs_are_ignored() -> None:
    inputs = {"__defaults": ["cidrBlock"], "__internal": {}, "tags": {"__defaults": []}}
    assert problems("aws:ec2/vpc:Vpc", inputs) == []


def test_an_open_enum_takes_any_string_and_a_closed_one_its_values_only() -> None:
    rule = {"access": "Perhaps", "direction": "Inbound", "protocol": "Tcp"}
    assert (
        problems("azure-native:network:NetworkSecurityGroup", {"resourceGroupName": "g", "securityRules": [rule]}) == []
    )
    job = {"zoneId": "z", "destinationConf": "s3://b", "outputOptions": {"recordTemplate": 1}}
    assert problems("cloudflare:index/logpushJob:LogpushJob", job) == [
        "outputOptions.recordTemplate: expected a string, got a number 1"
    ]
    account = {"accountName": "a", "kind": "StorageV2", "resourceGroupName": "g", "sku": {"name": "Standard_LRS"}}
    wrong = {**account, "encryption": {"services": {"blob": {"enabled": True}}}, "accessTier": "Tepid"}
    assert problems("azure-native:storage:StorageAccount", account) == []
    assert problems("azure-native:storage:StorageAccount", wrong) == [
        "accessTier: expected one of 'Hot', 'Cool', 'Premium', 'Cold', got a string 'Tepid'"
    ]


def test_code_of_a_function_is_an_archive() -> None:
    function = {"role": "r", "code": Asset({"path": "a.zip"})}
    assert problems("aws:lambda/function:Function", function) == []
    assert problems("aws:lambda/function:Function", {**function, "code": "a.zip"}) == [
        "code: expected an archive, got a string 'a.zip'"
    ]


def test_inputs_of_a_provider_are_read_out_of_their_json_text() -> None:
    inputs = {"region": "eu-central-1", "allowedAccountIds": '["111111111111"]', "skipMetadataApiCheck": "true"}
    assert problems("pulumi:providers:aws", inputs) == []
    assert problems("pulumi:providers:aws", {"defaultTags": Secret('{"tag":{}}'), "maxRetries": "many"}) == [
        "defaultTags.tag: unknown property; did you mean 'tags'?",
        "maxRetries: expected an integer, got a string 'many'",
    ]


def test_a_problem_names_the_sdk_class_it_comes_from() -> None:
    (found,) = schema.check(schema.load("cloudflare:index/zone:Zone"), {"name": "a", "account": {"id": 1}})
    assert found.fact == "sdk pulumi_cloudflare._inputs.ZoneAccountArgs"


WARM = """
import sys
from sandbox import schema
for token in {tokens!r}:
    schema.load(token)
print(sorted(name for name in sys.modules if name.partition(".")[0].startswith("pulumi")))
"""


def run(code: str, folder: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "SANDBOX_CACHE": str(folder), "PYTHONPATH": str(Path(schema.__file__).parents[2])}
    return subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)


def test_a_warm_start_imports_neither_pulumi_nor_a_provider() -> None:
    for token in IN_USE:
        schema.load(token)
    process = run(WARM.format(tokens=IN_USE), cache.cache_folder())
    assert process.communicate(timeout=60)[0] == "[]\n"


def test_many_processes_may_fill_the_cache_at_once(tmp_path: Path) -> None:
    tokens = ["aws:kms/key:Key", "aws:kms/alias:Alias"]
    processes = [run(WARM.format(tokens=tokens), tmp_path) for _ in range(4)]
    for process in processes:
        process.communicate(timeout=60)
    assert [process.returncode for process in processes] == [0, 0, 0, 0]
    files = list(tmp_path.rglob("*"))
    assert sorted(file.name for file in files if file.is_file()) == ["aws_kms.alias_Alias.json", "aws_kms.key_Key.json"]


@pytest.mark.parametrize("content", ["", "{", "{}", '{"token":"aws:kms/alias:Alias"}', "[]"])
def test_a_broken_file_of_the_cache_is_made_anew(content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_CACHE", str(tmp_path))
    fresh = cache.load.__wrapped__
    expected = fresh("aws:kms/key:Key")
    (file,) = tmp_path.rglob("*.json")
    file.write_text(content)
    assert fresh("aws:kms/key:Key") == expected
    assert json.loads(file.read_text())["token"] == "aws:kms/key:Key"


def test_the_cache_is_in_the_project_unless_the_environment_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SANDBOX_CACHE", raising=False)
    assert cache.cache_folder() == Path(schema.__file__).parents[2] / ".sandbox" / "cache"
