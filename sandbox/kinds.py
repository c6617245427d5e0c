"""Which property names what: the types that a reference must resolve to, and how it says which one.

By the property's name where a vendor uses one name for one thing, by type where it does not. Sources: the API reference
of each vendor, and for "ARN or id" the argument reference of each type in the provider's documentation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

VPC: Final = "aws:ec2/vpc:Vpc"
GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
AZURE_GROUP: Final = "azure-native:resources:ResourceGroup"
AZURE_NETWORK: Final = "azure-native:network:VirtualNetwork"
CLOUDFLARE_ZONE: Final = "cloudflare:index/zone:Zone"

# The prefixes of EC2's and EFS's ids, each with the types whose id it begins: the ordinary one first, then those that
# adopt what every network has or that stand for the same thing (EC2 user guide, "Resource IDs").
ID_PREFIXES: Final[Mapping[str, tuple[str, ...]]] = {
    "acl": ("aws:ec2/networkAcl:NetworkAcl", "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"),
    "cgw": ("aws:ec2/customerGateway:CustomerGateway",),
    "eigw": ("aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",),
    "eipalloc": ("aws:ec2/eip:Eip",),
    "eni": ("aws:ec2/networkInterface:NetworkInterface",),
    "fl": ("aws:ec2/flowLog:FlowLog",),
    "fs": ("aws:efs/fileSystem:FileSystem",),
    "fsap": ("aws:efs/accessPoint:AccessPoint",),
    "fsmt": ("aws:efs/mountTarget:MountTarget",),
    "i": ("aws:ec2/instance:Instance",),
    "igw": ("aws:ec2/internetGateway:InternetGateway",),
    "lt": ("aws:ec2/launchTemplate:LaunchTemplate",),
    "nat": ("aws:ec2/natGateway:NatGateway",),
    "pcx": (
        "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
        "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
    ),
    "pl": ("aws:ec2/managedPrefixList:ManagedPrefixList",),
    "rtb": ("aws:ec2/routeTable:RouteTable", "aws:ec2/defaultRouteTable:DefaultRouteTable"),
    "rtbassoc": ("aws:ec2/routeTableAssociation:RouteTableAssociation",),
    "sg": (GROUP, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"),
    "sgr": (
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    ),
    "subnet": ("aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet"),
    "tgw": ("aws:ec2transitgateway/transitGateway:TransitGateway",),
    "cvpn": ("aws:ec2clientvpn/endpoint:Endpoint",),
    "vgw": ("aws:ec2/vpnGateway:VpnGateway",),
    "vpc": (VPC, "aws:ec2/defaultVpc:DefaultVpc"),
    "vpce": ("aws:ec2/vpcEndpoint:VpcEndpoint",),
    "vpn": ("aws:ec2/vpnConnection:VpnConnection",),
}


@dataclass(frozen=True, slots=True)
class Target:
    """What a property names.

    tokens: the types it may be. by: "id" also where a name is the id; "name" where the name counts within a parent
    (Azure). words: values that stand for no resource. anywhere: whether an id may be one of another region.
    """

    tokens: tuple[str, ...]
    by: Literal["id", "arn", "id or arn", "name"] = "id"
    words: tuple[str, ...] = ()
    anywhere: bool = False


def _ids(*prefixes: str, words: tuple[str, ...] = ()) -> Target:
    return Target(tuple(token for prefix in prefixes for token in ID_PREFIXES[prefix]), words=words)


_KEY: Final = "aws:kms/key:Key"
_KEYS: Final = (_KEY, "aws:kms/replicaKey:ReplicaKey", "aws:kms/externalKey:ExternalKey")
_ROLE: Final = "aws:iam/role:Role"
_CERTIFICATE: Final = "aws:acm/certificate:Certificate"
_ANY_KEY: Final = Target((*_KEYS, "aws:kms/alias:Alias"), "id or arn")
_ROLE_ARN: Final = Target((_ROLE, "aws:iam/serviceLinkedRole:ServiceLinkedRole"), "arn")
_ROLE_NAME: Final = Target((_ROLE,))
_POLICY: Final = Target(("aws:iam/policy:Policy",), "arn")
_CERTIFICATES: Final = Target((_CERTIFICATE, "aws:iam/serverCertificate:ServerCertificate"), "arn")
_BUCKET: Final = Target(("aws:s3/bucket:Bucket",))
_BUCKET_ARN: Final = Target(("aws:s3/bucket:Bucket",), "arn")
_TARGET_GROUP: Final = Target(("aws:lb/targetGroup:TargetGroup",), "arn")
_LISTENER_RULE: Final = Target(("aws:lb/listenerRule:ListenerRule",), "arn")
_BALANCER: Final = Target(("aws:lb/loadBalancer:LoadBalancer",), "arn")
_WEB_ACL: Final = Target(("aws:wafv2/webAcl:WebAcl",), "arn")
_SCALABLE: Final = Target(("aws:appautoscaling/target:Target",))
_ALARMS: Final = Target(("aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm"))
_CACHE_PARAMETERS: Final = Target(
    ("aws:elasticache/parameterGroup:ParameterGroup",),
    # Groups that every account has (ElastiCache user guide, "Engine specific parameters").
    words=(
        *(f"default.memcached1.{minor}" for minor in (4, 5, 6)),
        *(f"default.{family}{end}" for family in ("redis6.x", "redis7", "valkey7", "valkey8", "valkey9")
          for end in ("", ".cluster.on")),
        "default.redis5.0", "default.redis5.0.cluster.on",
    ),
)  # fmt: skip
_CACHE_SUBNETS: Final = Target(("aws:elasticache/subnetGroup:SubnetGroup",), words=("default",))
_TOPIC_ARN: Final = Target(("aws:sns/topic:Topic",), "arn")
_GATEWAYS: Final = ("igw", "vgw", "vpce")
_INSTANCE: Final = "aws:rds/instance:Instance"
_PROXY: Final = Target(("aws:rds/proxy:Proxy",))
_SECRET: Final = Target(("aws:secretsmanager/secret:Secret",), "id or arn")
# Groups that RDS has of each family, which nobody makes.
_DEFAULT_GROUPS: Final = tuple(
    f"default.{family}"
    for family in (
        *(f"postgres{major}" for major in range(11, 19)),
        "mysql8.0",
        "mysql8.4",
        "mariadb10.11",
        "mariadb11.4",
    )
)

_SUBNET: Final = _ids("subnet")
_TEMPLATE_ID: Final = _ids("lt")
_TEMPLATE_NAME: Final = Target(("aws:ec2/launchTemplate:LaunchTemplate",))
_PROFILE: Final = "aws:iam/instanceProfile:InstanceProfile"
_GROUP_OF_HOSTS: Final = "aws:autoscaling/group:Group"
_LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
_CLUSTER: Final = "aws:ecs/cluster:Cluster"
# Beside our own providers a cluster has Fargate's (ECS developer guide, "Fargate capacity providers").
_CAPACITY_PROVIDER: Final = Target(
    ("aws:ecs/capacityProvider:CapacityProvider",), "id or arn", words=("FARGATE", "FARGATE_SPOT")
)

# By package, then by the end of a facts path (`a[].b`): its last name, or its last two.
BY_NAME: Final[Mapping[str, Mapping[str, Target]]] = {
    "aws": {
        "allocationId": _ids("eipalloc"),
        "secondaryAllocationIds[]": _ids("eipalloc"),
        "customerGatewayId": _ids("cgw"),
        "destinationPrefixListId": _ids("pl"),
        "prefixListId": _ids("pl"),
        "prefixListIds[]": _ids("pl"),
        "egressOnlyGatewayId": _ids("eigw"),
        "gatewayId": _ids(*_GATEWAYS),
        "internetGatewayId": _ids("igw"),
        "natGatewayId": _ids("nat"),
        "networkAclId": _ids("acl"),
        "referencedSecurityGroupId": _ids("sg"),
        "routeTableId": _ids("rtb"),
        "routeTableIds[]": _ids("rtb"),
        "securityGroupId": _ids("sg"),
        "securityGroupIds[]": _ids("sg"),
        "securityGroups[]": _ids("sg"),
        "sourceSecurityGroupId": _ids("sg"),
        "vpcSecurityGroupIds[]": _ids("sg"),
        "subnetId": _ids("subnet"),
        "subnetIds[]": _ids("subnet"),
        "vpcSubnetIds[]": _ids("subnet"),
        "subnets[]": _ids("subnet"),
        "transitGatewayId": _ids("tgw"),
        "vpcEndpointId": _ids("vpce"),
        "vpcId": _ids("vpc"),
        "vpcPeeringConnectionId": _ids("pcx"),
        "clientVpnEndpointId": _ids("cvpn"),
        "targetVpcSubnetId": _ids("subnet"),
        "vpnConnectionId": _ids("vpn"),
        "vpnGatewayId": _ids("vgw"),
        "kmsKeyArn": _ANY_KEY,
        "kmsKeyId": _ANY_KEY,
        "kmsMasterKeyId": _ANY_KEY,
        "executionRoleArn": _ROLE_ARN,
        "iamRoleArn": _ROLE_ARN,
        "roleArn": _ROLE_ARN,
        "serviceLinkedRoleArn": Target(("aws:iam/serviceLinkedRole:ServiceLinkedRole",), "arn"),
        "taskRoleArn": _ROLE_ARN,
        "acmCertificateArn": _CERTIFICATES,
        "certificateArn": _CERTIFICATES,
        "serverCertificateArn": _CERTIFICATES,
    },
    "azure-native": {
        "natGateway.id": Target(("azure-native:network:NatGateway",)),
        "networkSecurityGroup.id": Target(("azure-native:network:NetworkSecurityGroup",)),
        "publicIPAddress.id": Target(("azure-native:network:PublicIPAddress",)),
        "resourceGroupName": Target((AZURE_GROUP,), "name"),
        "routeTable.id": Target(("azure-native:network:RouteTable",)),
        "subnet.id": Target(("azure-native:network:Subnet",)),
        "virtualNetworkName": Target((AZURE_NETWORK,), "name"),
    },
    "cloudflare": {"zoneId": Target((CLOUDFLARE_ZONE,))},
}
# By type and whole path, where one type means something of its own; None where the name stands for no reference.
BY_TYPE: Final[Mapping[str, Mapping[str, Target | None]]] = {
    "aws:autoscaling/group:Group": {
        "launchTemplate.id": _TEMPLATE_ID,
        "launchTemplate.name": _TEMPLATE_NAME,
        "mixedInstancesPolicy.launchTemplate.launchTemplateSpecification.launchTemplateId": _TEMPLATE_ID,
        "mixedInstancesPolicy.launchTemplate.launchTemplateSpecification.launchTemplateName": _TEMPLATE_NAME,
        "vpcZoneIdentifiers[]": _SUBNET,
    },
    "aws:autoscaling/schedule:Schedule": {"autoscalingGroupName": Target((_GROUP_OF_HOSTS,))},
    "aws:acm/certificateValidation:CertificateValidation": {"certificateArn": Target((_CERTIFICATE,), "arn")},
    "aws:appautoscaling/policy:Policy": {"resourceId": _SCALABLE},
    "aws:appautoscaling/scheduledAction:ScheduledAction": {"resourceId": _SCALABLE},
    "aws:cloudwatch/logGroup:LogGroup": {"kmsKeyId": Target(_KEYS, "arn")},
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": {"logGroupName": Target(("aws:cloudwatch/logGroup:LogGroup",))},
    "aws:ec2/flowLog:FlowLog": {
        "logDestination": Target(
            (
                "aws:cloudwatch/logGroup:LogGroup",
                "aws:s3/bucket:Bucket",
                "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
            ),
            "arn",
        )
    },
    "aws:ec2/launchTemplate:LaunchTemplate": {
        "iamInstanceProfile.arn": Target((_PROFILE,), "arn"),
        "iamInstanceProfile.name": Target((_PROFILE,)),
    },
    "aws:ecs/capacityProvider:CapacityProvider": {
        "autoScalingGroupProvider.autoScalingGroupArn": Target((_GROUP_OF_HOSTS,), "arn")
    },
    "aws:ecs/cluster:Cluster": {
        "configuration.executeCommandConfiguration.logConfiguration.cloudWatchLogGroupName": Target((_LOG_GROUP,))
    },
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": {
        "clusterName": Target((_CLUSTER,)),
        "capacityProviders[]": _CAPACITY_PROVIDER,
        "defaultCapacityProviderStrategies[].capacityProvider": _CAPACITY_PROVIDER,
    },
    # Names of groups in the default network (argument reference of aws_instance).
    "aws:ec2/instance:Instance": {"securityGroups[]": None},
    "aws:ec2/routeTable:RouteTable": {"routes[].gatewayId": _ids(*_GATEWAYS, words=("local",))},
    "aws:ec2/defaultRouteTable:DefaultRouteTable": {"routes[].gatewayId": _ids(*_GATEWAYS, words=("local",))},
    "aws:ecs/service:Service": {
        "alarms.alarmNames[]": _ALARMS,
        "cluster": Target(("aws:ecs/cluster:Cluster",), "id or arn"),
        "loadBalancers[].advancedConfiguration.alternateTargetGroupArn": _TARGET_GROUP,
        "loadBalancers[].advancedConfiguration.productionListenerRule": _LISTENER_RULE,
        "loadBalancers[].advancedConfiguration.testListenerRule": _LISTENER_RULE,
        "loadBalancers[].targetGroupArn": _TARGET_GROUP,
        "taskDefinition": Target(("aws:ecs/taskDefinition:TaskDefinition",), "id or arn"),
    },
    # Of these the names alone tell nothing: other services' file systems go by the same ones (FSx).
    **{
        f"aws:efs/{kind[0].lower()}{kind[1:]}:{kind}": {"fileSystemId": _ids("fs")}
        for kind in ("AccessPoint", "BackupPolicy", "FileSystemPolicy", "MountTarget")
    },
    "aws:efs/replicationConfiguration:ReplicationConfiguration": {
        "sourceFileSystemId": _ids("fs"),
        "destination.fileSystemId": Target(ID_PREFIXES["fs"], anywhere=True),
    },
    "aws:cloudwatch/logStream:LogStream": {"logGroupName": Target(("aws:cloudwatch/logGroup:LogGroup",), "id")},
    "aws:ec2clientvpn/endpoint:Endpoint": {
        "authenticationOptions[].rootCertificateChainArn": _CERTIFICATES,
        "authenticationOptions[].samlProviderArn": Target(("aws:iam/samlProvider:SamlProvider",), "arn"),
        "authenticationOptions[].selfServiceSamlProviderArn": Target(("aws:iam/samlProvider:SamlProvider",), "arn"),
        "connectionLogOptions.cloudwatchLogGroup": Target(("aws:cloudwatch/logGroup:LogGroup",)),
    },
    "aws:elasticache/cluster:Cluster": {
        "notificationTopicArn": _TOPIC_ARN,
        "parameterGroupName": _CACHE_PARAMETERS,
        "replicationGroupId": Target(("aws:elasticache/replicationGroup:ReplicationGroup",)),
        "subnetGroupName": _CACHE_SUBNETS,
    },
    "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup": {
        "parameterGroupName": _CACHE_PARAMETERS,
        "primaryReplicationGroupId": Target(("aws:elasticache/replicationGroup:ReplicationGroup",)),
    },
    "aws:elasticache/replicationGroup:ReplicationGroup": {
        "globalReplicationGroupId": Target(("aws:elasticache/globalReplicationGroup:GlobalReplicationGroup",)),
        "notificationTopicArn": _TOPIC_ARN,
        "parameterGroupName": _CACHE_PARAMETERS,
        "subnetGroupName": _CACHE_SUBNETS,
        "userGroupIds[]": Target(("aws:elasticache/userGroup:UserGroup",)),
    },
    "aws:elasticache/userGroup:UserGroup": {
        "userIds[]": Target(("aws:elasticache/user:User",), words=("default",)),
    },
    "aws:iam/instanceProfile:InstanceProfile": {"role": _ROLE_NAME},
    "aws:iam/role:Role": {"permissionsBoundary": _POLICY, "managedPolicyArns[]": _POLICY},
    "aws:iam/rolePolicy:RolePolicy": {"role": _ROLE_NAME},
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {"role": _ROLE_NAME, "policyArn": _POLICY},
    "aws:kms/alias:Alias": {"targetKeyId": Target(_KEYS, "id or arn")},
    "aws:kms/grant:Grant": {"keyId": Target(_KEYS, "id or arn")},
    "aws:kms/replicaKey:ReplicaKey": {"primaryKeyArn": Target((_KEY,), "arn")},
    "aws:lambda/function:Function": {"role": _ROLE_ARN},
    "aws:lambda/permission:Permission": {"function": Target(("aws:lambda/function:Function",), "id or arn")},
    "aws:sns/topicPolicy:TopicPolicy": {"arn": _TOPIC_ARN},
    _INSTANCE: {
        "dbSubnetGroupName": Target(("aws:rds/subnetGroup:SubnetGroup",)),
        "kmsKeyId": Target(_KEYS, "arn"),
        "monitoringRoleArn": _ROLE_ARN,
        "parameterGroupName": Target(("aws:rds/parameterGroup:ParameterGroup",), words=_DEFAULT_GROUPS),
        "performanceInsightsKmsKeyId": Target(_KEYS, "arn"),
        "replicateSourceDb": Target((_INSTANCE,), "id or arn"),
    },
    "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": {
        "kmsKeyId": Target(_KEYS, "arn"),
        "sourceDbInstanceArn": Target((_INSTANCE,), "arn"),
    },
    "aws:rds/proxy:Proxy": {"auths[].secretArn": Target(("aws:secretsmanager/secret:Secret",), "arn")},
    "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": {"dbProxyName": _PROXY},
    "aws:rds/proxyTarget:ProxyTarget": {"dbProxyName": _PROXY, "dbInstanceIdentifier": Target((_INSTANCE,))},
    "aws:secretsmanager/secretPolicy:SecretPolicy": {"secretArn": _SECRET},
    "aws:secretsmanager/secretVersion:SecretVersion": {"secretId": _SECRET},
    "aws:ssm/parameter:Parameter": {"keyId": _ANY_KEY},
    **{
        f"aws:s3/bucket{setting}:Bucket{setting}": {"bucket": _BUCKET}
        for setting in (
            "Acl",
            "IntelligentTieringConfiguration",
            "LifecycleConfiguration",
            "ObjectLockConfiguration",
            "OwnershipControls",
            "Policy",
            "PublicAccessBlock",
            "ServerSideEncryptionConfiguration",
            "Versioning",
        )
    },
    "aws:lb/listener:Listener": {
        "defaultActions[].forward.targetGroups[].arn": _TARGET_GROUP,
        "defaultActions[].targetGroupArn": _TARGET_GROUP,
        "loadBalancerArn": _BALANCER,
        "mutualAuthentication.trustStoreArn": Target(("aws:lb/trustStore:TrustStore",), "arn"),
    },
    "aws:lb/loadBalancer:LoadBalancer": {
        "accessLogs.bucket": _BUCKET,
        "connectionLogs.bucket": _BUCKET,
        "healthCheckLogs.bucket": _BUCKET,
    },
    "aws:lb/trustStore:TrustStore": {"caCertificatesBundleS3Bucket": _BUCKET},
    "aws:s3/bucketObjectv2:BucketObjectv2": {"bucket": _BUCKET},
    "aws:wafv2/webAclAssociation:WebAclAssociation": {"webAclArn": _WEB_ACL},
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": {
        "logDestinationConfigs[]": Target(
            (
                "aws:cloudwatch/logGroup:LogGroup",
                "aws:s3/bucket:Bucket",
                "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
            ),
            "arn",
        ),
        "resourceArn": _WEB_ACL,
    },
    "aws:lb/listenerRule:ListenerRule": {
        "actions[].forward.targetGroups[].arn": _TARGET_GROUP,
        "actions[].targetGroupArn": _TARGET_GROUP,
        "listenerArn": Target(("aws:lb/listener:Listener",), "arn"),
    },
    "aws:secretsmanager/secretRotation:SecretRotation": {
        "rotationLambdaArn": Target(("aws:lambda/function:Function",), "arn"),
        "secretId": Target(("aws:secretsmanager/secret:Secret",), "id or arn"),
    },
    "aws:s3/bucketLogging:BucketLogging": {"bucket": _BUCKET, "targetBucket": _BUCKET},
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": {
        "bucket": _BUCKET,
        "role": _ROLE_ARN,
        "rules[].destination.bucket": _BUCKET_ARN,
        "rules[].destination.encryptionConfiguration.replicaKmsKeyId": Target(_KEYS, "arn"),
    },
}


def target(token: str, path: str) -> Target | None:
    """What a property of a type names, by its facts path; None where its name tells nothing."""
    if path in BY_TYPE.get(token, {}):
        return BY_TYPE[token][path]
    names = BY_NAME.get(token.partition(":")[0], {})
    parts = path.split(".")
    found = names.get(".".join(parts[-2:])) or names.get(parts[-1])
    # A type's own name is no reference to another of its kind.
    return None if found is not None and found.by == "name" and token in found.tokens else found
