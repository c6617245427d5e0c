"""The stacks are one architecture: what may differ between them is listed here, each with its reason.

Compared with prod: which resources there are, which properties each sets at any depth, and the values themselves.
"""

import fnmatch
import re
from collections.abc import Iterator
from typing import Any, cast

import pytest

from tests.graph import Graph, Node
from tests.graph.nodes import STACK_TYPE

# What dev leaves out, as "type name" patterns. Staging leaves out nothing.
LEFT_OUT_IN_DEV = {
    "aws:* compute-*-grants-s2": "one shard holds what dev makes up",
    "aws:ec2/natGateway:NatGateway network*-nat-[bc]": "one serves all zones; when its own fails, dev waits",
    "aws:ec2/eip:Eip network*-nat-address-[bc]": "one NAT gateway serves all zones",
    "aws:ec2/vpcEndpoint:VpcEndpoint network*-endpoint-ec2messages": "not needed by ECS, paid for by the hour",
    "aws:ec2/vpcEndpoint:VpcEndpoint network*-endpoint-elasticfilesystem": "not needed by ECS, paid for by the hour",
    "aws:ec2/vpcEndpoint:VpcEndpoint network*-endpoint-kms": "not needed by ECS, paid for by the hour",
    "aws:ec2/vpcEndpoint:VpcEndpoint network*-endpoint-monitoring": "not needed by ECS, paid for by the hour",
    "aws:ec2/vpcEndpoint:VpcEndpoint network*-endpoint-ssm": "not needed by ECS, paid for by the hour",
    "aws:ec2/vpcEndpoint:VpcEndpoint network*-endpoint-ssmmessages": "not needed by ECS, paid for by the hour",
    "aws:ec2/vpcEndpoint:VpcEndpoint network*-endpoint-sts": "not needed by ECS, paid for by the hour",
    "aws:efs/*:* storage-*-g1": "made-up data has no replica",
    "aws:efs/*:* storage-*-g1-*": "made-up data has no replica",
    "aws:acm/certificate:Certificate network-vpn-certificate": "nobody has to reach made-up data from outside",
    "aws:cloudwatch/log*:Log* network-vpn-*": "nobody has to reach made-up data from outside",
    "aws:ec2/securityGroup:SecurityGroup network-group-vpn": "nobody has to reach made-up data from outside",
    "aws:ec2/vpnGateway*:VpnGateway* network-vpn-*": "dev has no standby to feed",
    "aws:ec2clientvpn/*:* network-vpn*": "nobody has to reach made-up data from outside",
    "aws:vpc/securityGroup*Rule:SecurityGroup*Rule network-*-vpn-*": "nobody has to reach made-up data from outside",
    "aws:iam/role:Role storage-replication-role-*": "made-up data has no replica",
    "aws:iam/rolePolicy:RolePolicy storage-replication-role-permissions-*": "made-up data has no replica",
    "aws:cloudwatch/logGroup:LogGroup database-*-s2*": "one shard holds what dev makes up",
    "aws:cloudwatch/logGroup:LogGroup database-recovery-standby-log-*": "made-up data has no replica across regions",
    "aws:iam/role:Role database-*-s2": "one shard holds what dev makes up",
    "aws:iam/rolePolicy:RolePolicy database-*-s2": "one shard holds what dev makes up",
    "aws:lambda/*:* database-rotation*-s2": "one shard holds what dev makes up",
    "aws:rds/*:* database-*-s2*": "one shard holds what dev makes up",
    "aws:rds/instance:Instance database-standby-*": "made-up data has no replica across regions",
    "aws:rds/instanceAutomatedBackupsReplication:* database-backup-copy-*": "made-up data has no copy across regions",
    "aws:rds/parameterGroup:ParameterGroup database-standby-parameters": "no replica across regions takes it",
    "aws:secretsmanager/*:* database-*-s2": "one shard holds what dev makes up",
    "aws:s3/bucket*:Bucket* storage-recovery-*-archives": "made-up data has no replica",
    "aws:s3/bucket*:Bucket* storage-recovery-*-assets": "made-up data has no replica",
    "aws:s3/bucket*:Bucket* storage-recovery-*-documents": "made-up data has no replica",
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig storage-replication-*": "made-up data has no replica",
}
# The kinds of resource of which dev has not one.
KINDS_LEFT_OUT_IN_DEV = {
    "aws:efs/replicationConfiguration:ReplicationConfiguration",
    "aws:cloudwatch/logStream:LogStream",
    "aws:ec2/vpnGateway:VpnGateway",
    "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation",
    "aws:ec2clientvpn/authorizationRule:AuthorizationRule",
    "aws:ec2clientvpn/endpoint:Endpoint",
    "aws:ec2clientvpn/networkAssociation:NetworkAssociation",
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication",
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
}

# Values that say which stack this is, or how large, as "type property" patterns.
DIFFERENT_EVERYWHERE = {
    "aws:appautoscaling/policy:Policy *.metric.namespace": "the application's metrics lie in the stack's own namespace",
    "aws:appautoscaling/scheduledAction:ScheduledAction scalableTargetAction.*": "only prod works at night",
    "aws:appautoscaling/target:Target maxCapacity": "as many tasks as the stack's load asks for",
    "aws:cloudwatch/logMetricFilter:LogMetricFilter metricTransformation.namespace": "the stack's own namespace",
    "aws:cloudwatch/metricAlarm:MetricAlarm namespace": "the application's metrics lie in the stack's own namespace",
    "aws:ecs/taskDefinition:TaskDefinition containerDefinitions": "each stack has an image and stores of its own",
    "aws:ecs/taskDefinition:TaskDefinition cpu": "tasks are as large as the stack's load asks for",
    "aws:ecs/taskDefinition:TaskDefinition family": "people and pipelines read the stack in the name",
    "aws:ecs/taskDefinition:TaskDefinition memory": "tasks are as large as the stack's load asks for",
    "aws:autoscaling/group:Group forceDelete": "only prod's hosts are drained before they go",
    "aws:autoscaling/group:Group maxSize": "as many hosts as the stack's use asks for",
    "aws:autoscaling/group:Group minSize": "as many hosts as the stack's use asks for",
    "aws:autoscaling/group:Group mixedInstancesPolicy.*.instanceType": "hosts of prod's size cost twice as much",
    "aws:autoscaling/group:Group protectFromScaleIn": "a destroy outside prod must not wait for hosts",
    "aws:autoscaling/group:Group tags[].value": "the stack's environment and cost center",
    "aws:autoscaling/schedule:Schedule minSize": "as many hosts as the stack's use asks for",
    "aws:ec2/launchTemplate:LaunchTemplate instanceType": "hosts of prod's size cost twice as much",
    "aws:ec2/launchTemplate:LaunchTemplate tagSpecifications[].tags.*": "the stack's environment and cost center",
    "aws:ec2/launchTemplate:LaunchTemplate userData": "what is kept from tasks goes by the host's size",
    "aws:ecs/capacityProvider:CapacityProvider *.managedTerminationProtection": "so that a destroy need not wait",
    "aws:acm/certificate:Certificate domainName": "each stack has a zone of its own",
    "aws:acm/certificate:Certificate subjectAlternativeNames[]": "each stack has a zone of its own",
    "aws:acm/certificate:Certificate tags.Name": "each stack has a zone of its own",
    "aws:acm/certificateValidation:CertificateValidation validationRecordFqdns[]": "each stack has a zone of its own",
    "aws:cloudwatch/logGroup:LogGroup retentionInDays": "logs are kept as long as the stack's use asks for",
    "aws:cloudwatch/logGroup:LogGroup namePrefix": "people read the stack in the name",
    "aws:ec2/networkAcl:NetworkAcl *gress[].cidrBlock": "each stack has addresses of its own",
    "aws:ec2/subnet:Subnet cidrBlock": "each stack has addresses of its own",
    "aws:ec2/vpc:Vpc cidrBlock": "each stack has addresses of its own",
    "aws:ec2/vpcEndpoint:VpcEndpoint policy": "each stack has an account of its own",
    "aws:iam/policy:Policy policy": "each stack has an account of its own",
    "aws:efs/fileSystemPolicy:FileSystemPolicy policy": "each stack has an account of its own",
    "aws:elasticache/*:* applyImmediately": "only prod's changes wait for the maintenance window",
    "aws:elasticache/*:* nodeType": "the load is prod's",
    "aws:elasticache/replicationGroup:ReplicationGroup userGroupIds[]": "people read the stack in the name",
    "aws:elasticache/user:User userId": "people read the stack in the name",
    "aws:elasticache/user:User userName": "people read the stack in the name",
    "aws:elasticache/userGroup:UserGroup userGroupId": "people read the stack in the name",
    "aws:elasticache/userGroup:UserGroup userIds[]": "people read the stack in the name",
    "aws:iam/role:Role assumeRolePolicy": "each stack has an account of its own",
    "aws:iam/serviceLinkedRole:ServiceLinkedRole customSuffix": "each stack has a role of its own",
    "aws:kms/*Key deletionWindowInDays": "only prod's keys need time for second thoughts",
    "aws:kms/*Key policy": "each stack has an account of its own",
    "aws:kms/*Key tags.Name": "people read the stack in the name",
    "aws:kms/alias:Alias name": "people read the stack in the name",
    "aws:lb/loadBalancer:LoadBalancer enableDeletionProtection": "only prod's visitors are to notice",
    "aws:cloudwatch/logGroup:LogGroup name": "an instance's identifier has the stack's name in it, its log groups too",
    "aws:iam/rolePolicy:RolePolicy policy": "each stack has an account of its own",
    "aws:lambda/permission:Permission sourceAccount": "each stack has an account of its own",
    "aws:rds/instance:Instance *dentifier": "branch stacks share an account, so the stack's name is in it",
    "aws:rds/instance:Instance *llocatedStorage": "a size",
    "aws:rds/instance:Instance backupRetentionPeriod": "backups are kept as long as the stack's use asks for",
    "aws:rds/instance:Instance databaseInsightsMode": "fifteen months of history are for real load",
    "aws:rds/instance:Instance deleteAutomatedBackups": "only prod's backups outlive the stack",
    "aws:rds/instance:Instance deletionProtection": "only prod's data outlives the stack",
    "aws:rds/instance:Instance instanceClass": "a size",
    "aws:rds/instance:Instance monitoringInterval": "a size",
    "aws:rds/instance:Instance performanceInsightsRetentionPeriod": "fifteen months of history are for real load",
    "aws:rds/instance:Instance skipFinalSnapshot": "only prod's data outlives the stack",
    "aws:rds/parameterGroup:ParameterGroup parameters[].value": "computed from the instance class",
    "aws:rds/proxy:Proxy name": "branch stacks share an account, so the stack's name is in it",
    "aws:rds/proxy*:Proxy* db*": "branch stacks share an account, so the stack's name is in it",
    "aws:secretsmanager/secret:Secret recoveryWindowInDays": "dev is torn down every day",
    "aws:secretsmanager/secretVersion:SecretVersion secretStringWo": "names the stack's instance",
    "aws:s3/bucket:Bucket forceDestroy": "only prod's objects outlive the stack",
    "aws:s3/bucketLifecycle*:* rules[].expiration.days": "kept as long as the stack's use asks for",
    "aws:s3/bucketObjectLock*:* rule.defaultRetention.days": "what is tried out ends soon",
    "aws:s3/bucketObjectLock*:* rule.defaultRetention.mode": "only prod's locks are beyond lifting",
    "aws:s3/bucketPolicy:BucketPolicy policy": "each stack has an account of its own",
    "aws:sns/topicPolicy:TopicPolicy policy": "each stack has an account of its own",
    "aws:ssm/parameter:Parameter insecureValue": "names and sizes of the stack's own caches",
    "aws:ssm/parameter:Parameter name": "people read the stack in the name",
    "azure-native:*:* resourceGroupName": "people read the stack in the name",
    "azure-native:*:* tags.CostCenter": "costs go to the stack's owner",
    "azure-native:*:* tags.Environment": "the stack's environment",
    "azure-native:network:NetworkSecurityGroup securityRules[].*AddressPrefix": "each stack has addresses of its own",
    "azure-native:network:Subnet addressPrefix": "each stack has addresses of its own",
    "azure-native:network:VirtualNetwork addressSpace.addressPrefixes[]": "each stack has addresses of its own",
    "cloudflare:index/dnsRecord:DnsRecord content": "the proof of a certificate for the stack's zone",
    "cloudflare:index/dnsRecord:DnsRecord name": "each stack has a zone of its own",
    "cloudflare:index/zone:Zone name": "each stack has a zone of its own",
    "pulumi:providers:aws allowedAccountIds": "each stack has an account of its own",
    "pulumi:providers:aws defaultTags": "the stack's environment and cost center",
    "pulumi:providers:azure-native subscriptionId": "each stack has a subscription of its own",
}
# What dev lacks, so that it cannot differ there.
DIFFERENT_IN_STAGING = {
    "aws:ec2clientvpn/authorizationRule:AuthorizationRule targetNetworkCidr": "each stack has addresses of its own",
    "aws:ec2clientvpn/endpoint:Endpoint clientCidrBlock": "each stack has addresses of its own",
}
DIFFERENT_IN_DEV = {
    "aws:appautoscaling/target:Target minCapacity": "one task is enough to try things out",
    "aws:ecs/service:Service capacityProviderStrategies[].base": "dev waits for a lost spot host",
    "aws:ecs/service:Service capacityProviderStrategies[].weight": "dev's worker runs on spot alone",
    "aws:ecs/service:Service deploymentConfiguration.bakeTimeInMinutes": "nobody is there to notice what alarms would",
    "aws:ecs/service:Service desiredCount": "one task is enough to try things out",
    "aws:lb/targetGroup:TargetGroup healthCheck.path": "the image that stands in for the ERP's knows no other",
    "aws:ec2/launchTemplate:LaunchTemplate creditSpecification.cpuCredits": "slow is better than dear there",
    "aws:ecs/capacityProvider:CapacityProvider *.targetCapacity": "nothing in reserve",
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders *.base": "one task must not go, not three",
    "aws:rds/instance:Instance multiAz": "when a zone fails, dev waits",
    "aws:ec2/flowLog:FlowLog maxAggregationInterval": "a tenth of the records is enough",
    "aws:ec2/route:Route natGatewayId": "one NAT gateway serves all zones",
    "aws:elasticache/cluster:Cluster azMode": "one node lies in one zone",
    "aws:elasticache/cluster:Cluster numCacheNodes": "one node is enough to try things out",
    "aws:elasticache/cluster:Cluster preferredAvailabilityZones[]": "one node lies in one zone",
    "aws:elasticache/replicationGroup:ReplicationGroup multiAzEnabled": "without a replica there is no other zone",
    "aws:elasticache/replicationGroup:ReplicationGroup numNodeGroups": "one shard is enough to try things out",
    "aws:elasticache/replicationGroup:ReplicationGroup replicasPerNodeGroup": "dev waits for a lost node",
    "aws:elasticache/replicationGroup:ReplicationGroup snapshotRetentionLimit": "nothing is worth warming up",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration rules[].transitions[].days": "shorter lives",
}
INDEX = re.compile(r"\[\d+\]")
PROTECTED_IN_PROD_ALONE = {
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:efs/fileSystem:FileSystem",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:kms/key:Key",
    "aws:kms/replicaKey:ReplicaKey",
    "aws:rds/instance:Instance",
    "aws:s3/bucket:Bucket",
    "aws:secretsmanager/secret:Secret",
    "cloudflare:index/zone:Zone",
}

# In prod the state forgets a replication and the cloud keeps it: ending one is the failover, a person's act.
RETAINED_IN_PROD_ALONE = {"aws:efs/replicationConfiguration:ReplicationConfiguration"}


def by_name(graph: Graph) -> dict[str, Node]:
    return {f"{node.type} {node.name}": node for node in graph.nodes if node.type != STACK_TYPE}


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict) and value:
        for key, item in cast("dict[str, Any]", value).items():
            yield from leaves(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value:
        for index, item in enumerate(cast("list[Any]", value)):
            yield from leaves(item, f"{path}[{index}]")
    else:
        yield path, value


def literal(pattern: str) -> str:
    return pattern.replace("[]", "[[]]")  # to fnmatch, brackets are a set of characters


def fitting(patterns: dict[str, str], text: str) -> set[str]:
    return {pattern for pattern in patterns if fnmatch.fnmatchcase(text, literal(pattern))}


def values_that_differ(graph: Graph, prod: Graph) -> set[str]:
    ours, theirs = by_name(graph), by_name(prod)
    found: set[str] = set()
    for name in ours.keys() & theirs.keys():
        mine, other = dict(leaves(dict(ours[name].inputs))), dict(leaves(dict(theirs[name].inputs)))
        same = {INDEX.sub("[]", path) for path in mine} == {INDEX.sub("[]", path) for path in other}
        assert same, f"{graph.stack}'s {name} sets other properties than prod's"
        # A list may be longer in one stack than in the other; that is a difference of its elements.
        for path in mine.keys() | other.keys():
            if path not in mine or path not in other or mine[path] != other[path]:
                found.add(f"{ours[name].type} {INDEX.sub('[]', path)}")
    return found


@pytest.mark.req("P4")
def test_staging_holds_exactly_the_resources_of_prod(staging: Graph, prod: Graph) -> None:
    assert by_name(staging).keys() == by_name(prod).keys()


@pytest.mark.req("P4")
def test_dev_leaves_out_only_what_is_listed_and_adds_nothing(dev: Graph, prod: Graph) -> None:
    ours, theirs = by_name(dev).keys(), by_name(prod).keys()
    assert ours - theirs == set()
    left_out = sorted(theirs - ours)
    assert [name for name in left_out if not fitting(LEFT_OUT_IN_DEV, name)] == []
    used = {pattern for name in left_out for pattern in fitting(LEFT_OUT_IN_DEV, name)}
    assert LEFT_OUT_IN_DEV.keys() - used == set(), "listed as left out, but it is there"


@pytest.mark.req("P4")
def test_dev_lacks_only_the_kinds_of_resource_that_are_listed(dev: Graph, prod: Graph) -> None:
    assert prod.types - dev.types == KINDS_LEFT_OUT_IN_DEV
    assert dev.types <= prod.types


@pytest.mark.req("P4")
@pytest.mark.parametrize(
    ("stack", "allowed"),
    [
        ("staging", {**DIFFERENT_EVERYWHERE, **DIFFERENT_IN_STAGING}),
        ("dev", {**DIFFERENT_EVERYWHERE, **DIFFERENT_IN_DEV}),
    ],
    ids=["staging", "dev"],
)
def test_a_stack_differs_from_prod_only_in_the_values_that_are_listed(
    stack: str, allowed: dict[str, str], dev: Graph, staging: Graph, prod: Graph
) -> None:
    found = values_that_differ({"dev": dev, "staging": staging}[stack], prod)
    assert sorted(name for name in found if not fitting(allowed, name)) == []
    used = {pattern for name in found for pattern in fitting(allowed, name)}
    assert allowed.keys() - used == set(), "listed as different, but it is the same everywhere"


def test_options_are_the_same_but_for_the_protection_of_prod(graph: Graph, prod: Graph) -> None:
    theirs = by_name(prod)
    for name, node in by_name(graph).items():
        mine, other = node.options, theirs[name].options
        assert mine.ignore_changes == other.ignore_changes, name
        assert mine.replace_on_changes == other.replace_on_changes, name
        retained = other.retain_on_delete and (graph.stack == "prod" or node.type not in RETAINED_IN_PROD_ALONE)
        assert mine.retain_on_delete == retained, name
        assert mine.delete_before_replace == other.delete_before_replace, name
        protected = graph.stack == "prod" and node.type in PROTECTED_IN_PROD_ALONE
        assert mine.protect == protected, f"{graph.stack}: {name}"
