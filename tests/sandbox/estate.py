"""At least one resource of every type in use, made in the offline clouds."""

from collections.abc import Callable, Sequence
from typing import Any

from tests.sandbox import caches
from tests.sandbox import offline as kinds
from tests.sandbox.offline import PRIMARY, RECOVERY, Caller, Made, Offline, key_policy, pull_pair, trust_policy

Estate = Sequence[Made]


def estate(offline: Offline) -> Estate:
    """Make everything, as a program with components of ours would."""
    return [*_aws(offline), *_azure(offline), *_cloudflare(offline)]


def _aws(offline: Offline) -> list[Made]:
    aws, recovery = offline.aws(Project="erp"), offline.aws(RECOVERY, Project="erp")
    made: list[Made] = []

    def make(token: str, name: str = "thing", /, **inputs: Any) -> Made:
        made.append(aws.make(token, name, **inputs))
        return made[-1]

    key = make(kinds.KEY, multiRegion=True, enableKeyRotation=True, policy=key_policy(f"logs.{PRIMARY}.amazonaws.com"))
    made.append(recovery.make(kinds.REPLICA, primaryKeyArn=key.arn))
    make(kinds.ALIAS, targetKeyId=key.id)
    vpc = make(kinds.VPC, cidrBlock="10.0.0.0/16", enableDnsHostnames=True, tags={"Name": "erp"})
    subnet = make(kinds.SUBNET, vpcId=vpc.id, cidrBlock="10.0.0.0/24", availabilityZone=f"{PRIMARY}a")
    gateway = make(kinds.INTERNET_GATEWAY, vpcId=vpc.id)
    address = make(kinds.EIP, domain="vpc")
    make(kinds.NAT, subnetId=subnet.id, allocationId=address.id)
    table = make(kinds.ROUTE_TABLE, vpcId=vpc.id)
    make(kinds.ROUTE, routeTableId=table.id, destinationCidrBlock="0.0.0.0/0", gatewayId=gateway.id)
    make(kinds.ASSOCIATION, routeTableId=table.id, subnetId=subnet.id)
    make(kinds.ACL, vpcId=vpc.id, subnetIds=[subnet.id])
    make(kinds.DEFAULT_GROUP, vpcId=vpc.id)
    group = make(kinds.GROUP, vpcId=vpc.id)
    for direction in (kinds.INGRESS, kinds.EGRESS):
        make(direction, securityGroupId=group.id, ipProtocol="-1", cidrIpv4="10.0.0.0/8")
    service = f"com.amazonaws.{PRIMARY}.kms"
    make(kinds.ENDPOINT, vpcId=vpc.id, serviceName=service, vpcEndpointType="Interface", subnetIds=[subnet.id])
    logs = make(kinds.LOG_GROUP, kmsKeyId=key.arn, retentionInDays=30)
    role = make(kinds.ROLE, assumeRolePolicy=trust_policy(Service="vpc-flow-logs.amazonaws.com"))
    make(kinds.ROLE_POLICY, role=role.id, policy=_WRITE_LOGS)
    make(kinds.FLOW_LOG, vpcId=vpc.id, trafficType="ALL", iamRoleArn=role.arn, logDestination=logs.arn)
    _bucket(made, make, recovery, key.arn)
    _caches(make, subnet.id)
    files = make(kinds.FILE_SYSTEM, encrypted=True, kmsKeyId=key.arn)
    make(kinds.FILE_SYSTEM_POLICY, fileSystemId=files.id, policy=_NO_PLAIN_MOUNT % files.arn)
    make(kinds.MOUNT_TARGET, fileSystemId=files.id, subnetId=subnet.id, securityGroups=[group.id])
    make(kinds.ACCESS_POINT, fileSystemId=files.id, posixUser={"uid": 1, "gid": 1})
    copied = recovery.make(kinds.FILE_SYSTEM, "copy", encrypted=True, protection={"replicationOverwrite": "DISABLED"})
    destination = {"fileSystemId": copied.id, "region": RECOVERY}
    made.append(copied)
    make(kinds.FILE_SYSTEM_REPLICATION, sourceFileSystemId=files.id, destination=destination)
    certificate = make(kinds.CERTIFICATE, domainName="school.example", validationMethod="DNS")
    option = certificate.properties["domainValidationOptions"][0]
    name, content = (option[key].rstrip(".") for key in ("resourceRecordName", "resourceRecordValue"))
    zone = offline.cloudflare().make(kinds.ZONE, name="school.example", account={"id": "0" * 32})
    record = {"zoneId": zone.id, "name": name, "type": "CNAME", "content": content, "ttl": 300}
    made += [zone, offline.cloudflare().make(kinds.RECORD, **record)]
    make(kinds.VALIDATION, certificateArn=certificate.arn, validationRecordFqdns=[name])
    return made


def _bucket(made: list[Made], make: Callable[..., Made], recovery: Caller, key_arn: str) -> None:
    """A replicated bucket with every setting, that logs to another."""
    target, logs = recovery.make(kinds.BUCKET, "replica"), make(kinds.BUCKET)
    versions = recovery.make(kinds.VERSIONING, bucket=target.id, versioningConfiguration={"status": "Enabled"})
    made += [target, versions]
    bucket = make(kinds.BUCKET, "second")
    make(kinds.OWNERSHIP, bucket=bucket.id, rule={"objectOwnership": "BucketOwnerEnforced"})
    make(kinds.PUBLIC_ACCESS, bucket=bucket.id, blockPublicPolicy=True)
    make(kinds.BUCKET_POLICY, bucket=bucket.id, policy=_NO_HTTP % (bucket.arn, bucket.arn))
    make(kinds.VERSIONING, bucket=bucket.id, versioningConfiguration={"status": "Enabled"})
    make(kinds.LIFECYCLE, bucket=bucket.id, rules=[{"id": "go", "status": "Enabled", "expiration": {"days": 30}}])
    make(kinds.LOGGING, bucket=bucket.id, targetBucket=logs.id, targetPrefix="second/")
    default = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key_arn}
    make(kinds.ENCRYPTION, bucket=bucket.id, rules=[{"applyServerSideEncryptionByDefault": default}])
    role = made[[resource.token for resource in made].index(kinds.ROLE)]
    rule = {"id": "all", "status": "Enabled", "destination": {"bucket": target.arn}}
    make(kinds.REPLICATION, bucket=bucket.id, role=role.arn, rules=[rule])
    locked = make(kinds.BUCKET, "locked", objectLockEnabled=True)
    make(kinds.LOCK, bucket=locked.id, rule={"defaultRetention": {"mode": "GOVERNANCE", "days": 1}})


def _caches(make: Callable[..., Made], subnet_id: str) -> None:
    """One cache of each engine, on a topic of their own, and a document that says where they are."""
    topic = make(caches.TOPIC)
    make(caches.TOPIC_POLICY, arn=topic.arn, policy=_PUBLISH % topic.arn)
    subnets, parameters = make(caches.SUBNETS, subnetIds=[subnet_id]), make(caches.PARAMETERS, family="redis7")
    default = make(caches.USER, userId="off", userName="default", engine="redis", **caches.OFF)
    users = make(caches.USER_GROUP, userGroupId="users", engine="redis", userIds=[default.id])
    place = {"subnetGroupName": subnets.id, "nodeType": "cache.t4g.micro", "notificationTopicArn": topic.arn}
    redis = {"parameterGroupName": parameters.id, "engineVersion": "7.1", "userGroupIds": [users.id]}
    make(caches.GROUP, **place, **redis, description="sessions", transitEncryptionEnabled=True)
    pages = make(caches.CLUSTER, **place, engine="memcached", numCacheNodes=1)
    where = pages.properties["configurationEndpoint"]
    make("aws:ssm/parameter:Parameter", name="/erp/cache", type="String", insecureValue=where)


_PUBLISH = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sns:Publish", '
    '"Resource": "%s", "Condition": {"StringEquals": {"aws:SourceOwner": "111111111111"}}}]}'
)
_NO_HTTP = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", '
    '"Resource": ["%s", "%s/*"], "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}'
)
_NO_PLAIN_MOUNT = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "%s", '
    '"Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}'
)
_WRITE_LOGS = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}]}'
)


def _azure(offline: Offline) -> list[Made]:
    azure = offline.azure()
    group = azure.make(kinds.RESOURCE_GROUP, location="westeurope")
    place = {"resourceGroupName": group.properties["name"], "location": "westeurope"}
    network = azure.make(kinds.NETWORK, **place, addressSpace={"addressPrefixes": ["10.8.0.0/16"]})
    security = azure.make(kinds.NSG, **place)
    subnet = azure.make(
        kinds.AZURE_SUBNET,
        resourceGroupName=group.properties["name"],
        virtualNetworkName=network.properties["name"],
        addressPrefix="10.8.0.0/24",
        networkSecurityGroup={"id": security.id},
    )
    return [group, network, security, subnet]


def _cloudflare(offline: Offline) -> list[Made]:
    cloudflare = offline.cloudflare()
    with offline.store.operation() as store:
        zone = store.all(kinds.ZONE)[0].id
    return [
        cloudflare.make(kinds.DNSSEC, zoneId=zone, status="active"),
        cloudflare.make(kinds.PULL_CERTIFICATE, zoneId=zone, **pull_pair()),
        cloudflare.make(kinds.PULL_SETTINGS, zoneId=zone, enabled=True),
    ]
