"""The pack on the real program: nothing to find in any stack, and one broken property fires exactly the named rules."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest

from sandbox.values import UNKNOWN as UNKNOWN_VALUE
from sandbox.values import Asset, reveal
from tests.graph import Graph, Node, composed
from tests.policies import harness
from tests.policies.harness import UNKNOWN, Given, Provided

PACK: Final = Path(__file__).parents[2] / "policies"


def as_sent(value: Any) -> Any:
    """A value of the graph as the engine sends it to a policy pack."""
    match value:
        case _ if value is UNKNOWN_VALUE:
            return UNKNOWN
        case Asset():  # an object of its parts, told from others by a signature
            return as_sent(dict(value.fields))
        case dict():
            return {key: as_sent(item) for key, item in value.items() if item is not None}
        case list() | tuple():
            return [as_sent(item) for item in value]
        case Asset():
            return as_sent(dict(value.fields))
        case _:
            return value


def given(graph: Graph, node: Node, values: Any) -> Given:
    provider = graph.node(node.options.provider) if node.options.provider else None
    provided = provider and Provided(provider.type, provider.name, as_sent(reveal(dict(provider.inputs))))
    return Given(
        node.type,
        node.name,
        as_sent(reveal(dict(values))),
        {key: tuple(sources) for key, sources in node.options.properties.items()},
        provided,
        graph.stack,
        is_component=provided is None,
        key=node.key,
    )


def resources(graph: Graph) -> Iterator[Given]:
    """Every resource and provider with its inputs."""
    return (given(graph, node, node.inputs) for node in graph.nodes)


def whole(graph: Graph) -> list[Given]:
    """Every resource with its outputs."""
    return [given(graph, node, node.outputs if node.custom else {}) for node in graph.nodes]


@pytest.mark.req("Y2", "Y1")
def test_no_stack_breaks_any_rule(graph: Graph) -> None:
    pack = harness.analyzer(PACK)
    reports = [report for one in resources(graph) for report in pack.resource(one)]

    assert reports + pack.stack(whole(graph)) == []


@pytest.mark.req("Y2")
def test_a_first_preview_of_no_stack_breaks_any_rule(preview: Graph) -> None:
    pack = harness.analyzer(PACK)
    reports = [report for one in resources(preview) for report in pack.resource(one)]

    assert reports + pack.stack(whole(preview)) == []


@dataclass(frozen=True, slots=True)
class Breach:
    """One change of one resource of the prod stack, and the rules that fire on it, no other."""

    token: str
    name: str
    change: Callable[[dict[str, Any]], object]
    fires: tuple[str, ...]


def put(key: str, value: Any) -> Callable[[dict[str, Any]], object]:
    return lambda props: props.update({key: value})


def drop(key: str) -> Callable[[dict[str, Any]], object]:
    return lambda props: props.pop(key)


def into(key: str, value: Any) -> Callable[[dict[str, Any]], object]:
    return lambda props: props.setdefault(key, []).append(value)


def let_in(key: str, **more: Any) -> Callable[[dict[str, Any]], object]:
    """One statement more in a document: it lets everybody in where nothing else is said."""
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*", **more}

    def change(props: dict[str, Any]) -> None:
        document = json.loads(props[key])
        document["Statement"].append(statement)
        props[key] = json.dumps(document)

    return change


def untie(key: str) -> Callable[[dict[str, Any]], object]:
    """The same document without its conditions."""

    def change(props: dict[str, Any]) -> None:
        document = json.loads(props[key])
        for statement in document["Statement"]:
            statement.pop("Condition")
        props[key] = json.dumps(document)

    return change


def in_container(**values: Any) -> Callable[[dict[str, Any]], object]:
    """Other values in the first container of a task definition's JSON text; None takes one out."""

    def change(props: dict[str, Any]) -> None:
        definitions = json.loads(props["containerDefinitions"])
        definitions[0] = {key: value for key, value in {**definitions[0], **values}.items() if value is not None}
        props["containerDefinitions"] = json.dumps(definitions)

    return change


TASK: Final = "aws:ecs/taskDefinition:TaskDefinition"
ANYWHERE: Final = {"action": "allow", "cidrBlock": "0.0.0.0/0", "ruleNo": 1}
WEB: Final = {
    "access": "Allow", "direction": "Inbound", "protocol": "Tcp", "priority": 101,
    "sourceAddressPrefix": "Internet", "destinationPortRange": "443",
}  # fmt: skip

REDIS, PAGES = "aws:elasticache/replicationGroup:ReplicationGroup", "aws:elasticache/cluster:Cluster"
DATABASE, PRIMARIES = "aws:rds/instance:Instance", "database-primary-*"
BREACHES: Final = (
    Breach(DATABASE, PRIMARIES, drop("kmsKeyId"), ("encrypt-databases",)),
    Breach(DATABASE, PRIMARIES, put("multiAz", False), ("spread-databases",)),
    Breach(DATABASE, PRIMARIES, put("backupRetentionPeriod", 7), ("keep-database-backups",)),
    Breach(DATABASE, PRIMARIES, put("deletionProtection", False), ("protect-databases",)),
    Breach(DATABASE, PRIMARIES, put("publiclyAccessible", True), ("refuse-public-databases",)),
    Breach(DATABASE, "database-reader-*", drop("iamDatabaseAuthenticationEnabled"), ("require-database-iam",)),
    Breach(DATABASE, "database-standby-*", drop("enabledCloudwatchLogsExports"), ("log-databases",)),
    Breach(DATABASE, "database-reader-*", put("performanceInsightsEnabled", False), ("require-database-metrics",)),
    Breach(DATABASE, PRIMARIES, put("autoMinorVersionUpgrade", False), ("patch-databases",)),
    Breach(DATABASE, PRIMARIES, drop("parameterGroupName"), ("own-database-parameters",)),
    Breach("aws:rds/parameterGroup:ParameterGroup", "database-*",
           put("parameters", [{"name": "rds.force_ssl", "value": "0"}]), ("require-tls-for-databases",)),
    Breach("aws:rds/proxy:Proxy", "database-*", put("requireTls", False), ("close-database-proxies",)),
    Breach("aws:secretsmanager/secret:Secret", "database-*", drop("kmsKeyId"), ("encrypt-secrets",)),
    Breach("aws:ssm/parameter:Parameter", "database-*", put("type", "SecureString"), ("encrypt-secure-parameters",)),
    Breach(REDIS, "cache-redis", put("transitEncryptionMode", "preferred"), ("require-tls-for-caches",)),
    Breach(PAGES, "cache-memcached", drop("transitEncryptionEnabled"), ("require-tls-for-caches",)),
    Breach(REDIS, "cache-redis", drop("kmsKeyId"), ("encrypt-caches",)),
    Breach(REDIS, "cache-redis", put("multiAzEnabled", False), ("spread-caches",)),
    Breach(REDIS, "cache-redis", drop("userGroupIds"), ("require-cache-users",)),
    Breach("aws:elasticache/user:User", "*-default", put("accessString", "on ~* +@all"), ("limit-cache-users",)),
    Breach(REDIS, "cache-redis", put("snapshotRetentionLimit", 0), ("snapshot-caches",)),
    Breach(REDIS, "cache-redis", drop("logDeliveryConfigurations"), ("log-caches",)),
    Breach(PAGES, "cache-memcached", put("autoMinorVersionUpgrade", "false"), ("patch-caches",)),
    Breach(REDIS, "cache-redis", put("parameterGroupName", "default.redis7.cluster.on"), ("own-cache-groups",)),
    Breach("aws:sns/topicPolicy:TopicPolicy", "cache-*", untie("policy"), ("restrict-topic-policy",)),
    Breach("aws:kms/key:Key", "*-data", put("enableKeyRotation", False), ("rotate-kms-keys",)),
    Breach("aws:kms/key:Key", "*-data", put("deletionWindowInDays", 7), ("keep-kms-deletion-window",)),
    Breach("aws:kms/key:Key", "*-data", let_in("policy"), ("restrict-kms-key-policy",)),
    Breach("aws:kms/key:Key", "*-data", put("policy", '{"Statement": []}'), ("keep-kms-root-statement",)),
    Breach("aws:kms/key:Key", "*-data", let_in("policy", Principal={"AWS": "999999999999"}, Action="kms:*"),
           ("restrict-kms-key-policy",)),
    Breach("aws:kms/key:Key", "*-data", let_in("policy", Effect="Deny", Action="kms:Put*"),
           ("keep-kms-root-statement",)),
    Breach("aws:kms/replicaKey:ReplicaKey", "*-data", put("deletionWindowInDays", 7), ("keep-kms-deletion-window",)),
    Breach("aws:cloudwatch/logGroup:LogGroup", "network-*", drop("kmsKeyId"), ("encrypt-log-groups",)),
    Breach("aws:lambda/function:Function", "*-s1", drop("vpcConfig"), ("require-function-network",)),
    Breach("aws:lambda/function:Function", "*-s1", drop("kmsKeyArn"), ("encrypt-function-environments",)),
    Breach("aws:lambda/function:Function", "*-s1", drop("loggingConfig"), ("require-function-logs",)),
    Breach("aws:lambda/function:Function", "*-s1", put("runtime", "python3.9"), ("require-maintained-runtimes",)),
    Breach("aws:lambda/function:Function", "*-s1", put("environment", {"variables": {"DB_PASSWORD": "x"}}),
           ("refuse-plain-secrets",)),
    Breach("aws:lambda/permission:Permission", "*-s1",
           lambda props: (props.pop("sourceArn"), props.pop("sourceAccount")), ("restrict-function-callers",)),
    Breach("aws:cloudwatch/logGroup:LogGroup", "network-*", put("retentionInDays", 1), ("keep-logs-long-enough",)),
    Breach("aws:ec2/flowLog:FlowLog", "network-*", put("trafficType", "REJECT"), ("log-all-traffic",)),
    Breach("aws:efs/fileSystem:FileSystem", "storage-*", drop("kmsKeyId"), ("encrypt-file-systems",)),
    Breach("aws:efs/fileSystemPolicy:FileSystemPolicy", "storage-*", let_in("policy"),
           ("restrict-file-system-policy",)),
    Breach("aws:efs/accessPoint:AccessPoint", "storage-*", drop("posixUser"), ("limit-access-points",)),
    Breach("aws:efs/mountTarget:MountTarget", "storage-*", drop("securityGroups"), ("guard-mount-targets",)),
    Breach("aws:ec2/launchTemplate:LaunchTemplate", "compute-*-spot", put("metadataOptions", {}),
           ("require-imds-tokens",)),
    Breach("aws:ec2/launchTemplate:LaunchTemplate", "compute-*-spot", drop("blockDeviceMappings"),
           ("encrypt-host-disks",)),
    Breach("aws:ec2/launchTemplate:LaunchTemplate", "compute-*-spot", put("keyName", "admin"), ("refuse-key-pairs",)),
    Breach("aws:ec2/launchTemplate:LaunchTemplate", "compute-*-spot", drop("monitoring"), ("require-host-metrics",)),
    Breach("aws:ec2/launchTemplate:LaunchTemplate", "compute-*-spot", put("userData", "DB_PASSWORD=hunter2"),
           ("refuse-secrets-in-user-data",)),
    Breach("aws:autoscaling/group:Group", "compute-hosts-spot", put("vpcZoneIdentifiers", ["subnet-1"]),
           ("spread-host-groups",)),
    Breach("aws:ecs/cluster:Cluster", "compute-cluster", drop("settings"), ("require-cluster-metrics",)),
    Breach("aws:ecs/cluster:Cluster", "compute-cluster", drop("configuration"), ("log-cluster-shells",)),
    Breach(TASK, "*-web", in_container(privileged=True), ("refuse-privileged-containers",)),
    Breach(TASK, "*-web", in_container(user="root"), ("require-container-users",)),
    Breach(TASK, "*-worker", in_container(readonlyRootFilesystem=False), ("lock-container-files",)),
    Breach(TASK, "*-worker", in_container(logConfiguration=None), ("log-container-output",)),
    Breach(TASK, "*-web", in_container(environment=[{"name": "DB_PASSWORD", "value": "x"}]), ("refuse-plain-secrets",)),
    Breach(TASK, "*-web", lambda props: props["volumes"][0]["efsVolumeConfiguration"].pop("authorizationConfig"),
           ("encrypt-file-system-mounts",)),
    Breach(TASK, "*-web", put("networkMode", "bridge"), ("require-task-interfaces",)),
    Breach("aws:ecs/service:Service", "*-web", drop("alarms"), ("require-deployment-rollback",)),
    Breach("aws:lb/targetGroup:TargetGroup", "*", drop("healthCheck"), ("require-target-health-checks",)),
    Breach("aws:ec2/subnet:Subnet", "network-*", put("mapPublicIpOnLaunch", True), ("refuse-public-ip-on-launch",)),
    Breach("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "network-*",
           into("ingress", {"self": True}), ("strip-default-security-group",)),
    Breach("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "network-*",
           put("cidrIpv4", "0.0.0.0/0"), ("refuse-open-ingress",)),
    Breach("aws:ec2/securityGroup:SecurityGroup", "network-*",
           into("ingress", {"cidrBlocks": ["0.0.0.0/0"]}), ("refuse-open-ingress",)),
    Breach("aws:ec2/networkAcl:NetworkAcl", "network-*data",
           into("ingress", {**ANYWHERE, "protocol": "-1", "fromPort": 0, "toPort": 0}),
           ("refuse-allow-all-network-acl",)),
    Breach("aws:ec2/networkAcl:NetworkAcl", "network-*data",
           into("ingress", {**ANYWHERE, "protocol": "tcp", "fromPort": 22, "toPort": 22}), ("guard-admin-ports",)),
    Breach("aws:iam/role:Role", "*", let_in("assumeRolePolicy"), ("restrict-role-trust",)),
    Breach("aws:iam/role:Role", "*", drop("permissionsBoundary"), ("require-permission-boundaries",)),
    Breach("aws:iam/role:Role", "network-flow-log-role", untie("assumeRolePolicy"), ("limit-services-to-account",)),
    Breach("aws:iam/rolePolicy:RolePolicy", "*",
           put("policy", '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'),
           ("refuse-admin-policies",)),
    Breach("aws:acm/certificate:Certificate", "*", put("validationMethod", "EMAIL"), ("validate-certificates-by-dns",)),
    Breach("aws:acm/certificate:Certificate", "*", put("keyAlgorithm", "RSA_1024"), ("strengthen-certificate-keys",)),
    Breach("aws:acm/certificate:Certificate", "*",
           put("options", {"certificateTransparencyLoggingPreference": "DISABLED"}), ("log-certificates-publicly",)),
    Breach("aws:lb/listener:Listener", "*-https", put("sslPolicy", "ELBSecurityPolicy-2016-08"),
           ("require-modern-tls",)),
    Breach("aws:lb/listener:Listener", "*-http", put("defaultActions", [{"type": "forward"}]),
           ("redirect-plain-http",)),
    Breach("aws:lb/loadBalancer:LoadBalancer", "*", drop("connectionLogs"), ("log-load-balancers",)),
    Breach("aws:lb/loadBalancer:LoadBalancer", "*", put("enableDeletionProtection", False),
           ("protect-load-balancers",)),
    Breach("aws:lb/loadBalancer:LoadBalancer", "*", put("dropInvalidHeaderFields", False), ("harden-load-balancers",)),
    Breach("aws:wafv2/webAcl:WebAcl", "*", put("rules", []),
           ("keep-managed-firewall-rules", "limit-request-rates")),
    Breach("cloudflare:index/zoneDnssec:ZoneDnssec", "*", put("status", "disabled"), ("keep-dnssec-active",)),
    Breach("azure-native:network:NetworkSecurityGroup", "*", into("securityRules", WEB),
           ("refuse-open-azure-ingress",)),
    Breach("azure-native:network:Subnet", "*-ingress", drop("networkSecurityGroup"),
           ("attach-network-security-groups",)),
    Breach("azure-native:network:Subnet", "*-ingress", put("defaultOutboundAccess", True),
           ("refuse-default-outbound",)),
    Breach("azure-native:resources:ResourceGroup", "*", put("location", "eastus"), ("keep-data-in-region",)),
    Breach("azure-native:resources:ResourceGroup", "*",
           put("tags", {"Environment": "dev"}), ("match-environment-tag", "tag-resources")),
    Breach("aws:ec2/vpc:Vpc", "network-*", put("tags", {}), ("tag-resources",)),
    Breach("pulumi:providers:aws", "*", put("region", "us-east-1"), ("keep-data-in-region",)),
)  # fmt: skip


@pytest.mark.req("Y2")
@pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: f"{breach.token}: {' and '.join(breach.fires)}")
def test_one_broken_property_fires_exactly_the_named_rules(prod: Graph, breach: Breach) -> None:
    node = prod.some(breach.token, name=breach.name)[0]
    sound = given(prod, node, node.inputs)
    props = copy.deepcopy(dict(sound.props))
    breach.change(props)

    reports = harness.analyzer(PACK).resource(replace(sound, props=props))

    assert tuple(sorted(report.rule for report in reports)) == breach.fires
    assert {report.level for report in reports} == {"mandatory"}


def test_a_resource_under_a_default_provider_fires_exactly_that_rule(prod: Graph) -> None:
    sound = given(prod, zone := prod.one("cloudflare:index/zone:Zone"), zone.inputs)
    broken = replace(sound, provider=Provided("pulumi:providers:cloudflare", "default_6_23_1", {}))

    assert [report.rule for report in harness.analyzer(PACK).resource(broken)] == ["refuse-default-providers"]


@pytest.mark.req("Y2")
@pytest.mark.parametrize(
    ("token", "rule", "blamed"),
    [
        ("aws:ec2/flowLog:FlowLog", "log-vpc-flows", "aws:ec2/vpc:Vpc"),
        (
            "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
            "empty-default-security-group",
            "aws:ec2/vpc:Vpc",
        ),
        (
            "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
            "block-public-buckets",
            "aws:s3/bucket:Bucket",
        ),
        ("aws:s3/bucketVersioning:BucketVersioning", "version-buckets", "aws:s3/bucket:Bucket"),
        (
            "aws:efs/fileSystemPolicy:FileSystemPolicy",
            "require-tls-for-file-systems",
            "aws:efs/fileSystem:FileSystem",
        ),
        (
            "aws:efs/replicationConfiguration:ReplicationConfiguration",
            "replicate-file-systems",
            "aws:efs/fileSystem:FileSystem",
        ),
        ("aws:secretsmanager/secretRotation:SecretRotation", "rotate-secrets", "aws:secretsmanager/secret:Secret"),
        (
            "aws:wafv2/webAclAssociation:WebAclAssociation",
            "guard-load-balancers",
            "aws:lb/loadBalancer:LoadBalancer",
        ),
        (
            "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
            "log-firewalls",
            "aws:wafv2/webAcl:WebAcl",
        ),
        ("cloudflare:index/zoneDnssec:ZoneDnssec", "sign-dns-zones", "cloudflare:index/zone:Zone"),
        ("cloudflare:index/dnsRecord:DnsRecord", "limit-certificate-issuers", "cloudflare:index/zone:Zone"),
    ],
)
@pytest.mark.parametrize("preview", [False, True], ids=["after the update", "in its first preview"])
def test_a_missing_side_resource_fires_exactly_the_named_rule(
    token: str, rule: str, blamed: str, preview: bool
) -> None:
    stack = composed("prod", preview=preview)

    reports = harness.analyzer(PACK).stack([one for one in whole(stack) if one.token != token])

    assert {report.rule for report in reports} == {rule}
    assert {report.urn for report in reports} == {node.key for node in stack.all(blamed)}


@pytest.mark.req("Y2")
@pytest.mark.parametrize(
    ("token", "rule", "spared"),
    [
        ("aws:s3/bucketLogging:BucketLogging", "log-bucket-access", {"access-logs"}),
        (
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
            "encrypt-buckets",
            {"access-logs"},  # S3 encrypts by its own keys where nobody says anything
        ),
        (
            "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
            "lock-records",
            {"access-logs", "assets", "documents"},
        ),
        ("aws:s3/bucketReplicationConfig:BucketReplicationConfig", "replicate-data-buckets", {"access-logs", "audit"}),
        ("aws:s3/bucketPolicy:BucketPolicy", "require-tls-for-buckets", set[str]()),
    ],
)
def test_a_bucket_without_a_setting_fires_exactly_the_named_rule_where_it_is_due(
    prod: Graph, token: str, rule: str, spared: set[str]
) -> None:
    reports = harness.analyzer(PACK).stack([one for one in whole(prod) if one.token != token])

    assert {report.rule for report in reports} == {rule}
    names = {node.key: node.name.partition("bucket-")[2] for node in prod.all("aws:s3/bucket:Bucket")}
    assert {report.urn for report in reports} == {key for key, purpose in names.items() if purpose not in spared}


@pytest.mark.req("D4", "Y2")
@pytest.mark.parametrize("preview", [False, True], ids=["after the update", "in its first preview"])
def test_a_shard_without_a_copy_of_its_backups_fires_exactly_the_named_rule(preview: bool) -> None:
    stack = composed("prod", preview=preview)
    copy_type = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"

    reports = harness.analyzer(PACK).stack([one for one in whole(stack) if one.token != copy_type])

    assert {report.rule for report in reports} == {"replicate-database-backups"}
    assert {report.urn for report in reports} == {node.key for node in stack.all(DATABASE, name=PRIMARIES)}


@pytest.mark.req("T3")
def test_a_replica_key_with_a_weaker_policy_fires_exactly_the_named_rule(prod: Graph) -> None:
    stack = whole(prod)
    (index,) = [
        i for i, one in enumerate(stack) if one.token == "aws:kms/replicaKey:ReplicaKey" and one.name.endswith("-data")
    ]
    props = copy.deepcopy(dict(stack[index].props))
    let_in("policy")(props)
    stack[index] = replace(stack[index], props=props)

    (report,) = harness.analyzer(PACK).stack(stack)

    assert (report.rule, report.urn) == ("match-kms-replica-policy", stack[index].urn)


@pytest.mark.req("Y2", "A1")
@pytest.mark.parametrize("preview", [False, True], ids=["after the update", "in its first preview"])
def test_a_listener_that_verifies_nobody_fires_exactly_the_named_rule(preview: bool) -> None:
    stack = whole(composed("prod", preview=preview))
    (index,) = [
        i for i, one in enumerate(stack) if one.token == "aws:lb/listener:Listener" and one.name.endswith("-https")
    ]
    stack[index] = replace(stack[index], props={**stack[index].props, "mutualAuthentication": {"mode": "passthrough"}})

    (report,) = harness.analyzer(PACK).stack(stack)

    assert (report.rule, report.urn) == ("verify-edge-clients", stack[index].urn)
