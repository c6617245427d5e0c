"""The offline clouds without an engine: what a provider instance of a program asks for, one call at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from sandbox.connection import Connection
from sandbox.faults import Faults
from sandbox.minting import certificate_pair
from sandbox.operations import Checked, Clouds
from sandbox.store import Resource, Store
from sandbox.values import Secret
from sandbox.world import world

ACCOUNT: Final = "111111111111"
OTHER_ACCOUNT: Final = "222222222222"
SUBSCRIPTION: Final = "11111111-1111-1111-1111-111111111111"
PRIMARY: Final = "eu-central-1"
RECOVERY: Final = "eu-west-1"
SEED: Final = b"seed"

KEY: Final = "aws:kms/key:Key"
REPLICA: Final = "aws:kms/replicaKey:ReplicaKey"
ALIAS: Final = "aws:kms/alias:Alias"
CERTIFICATE: Final = "aws:acm/certificate:Certificate"
VALIDATION: Final = "aws:acm/certificateValidation:CertificateValidation"
VPC: Final = "aws:ec2/vpc:Vpc"
SUBNET: Final = "aws:ec2/subnet:Subnet"
INTERNET_GATEWAY: Final = "aws:ec2/internetGateway:InternetGateway"
EIP: Final = "aws:ec2/eip:Eip"
NAT: Final = "aws:ec2/natGateway:NatGateway"
ROUTE_TABLE: Final = "aws:ec2/routeTable:RouteTable"
ROUTE: Final = "aws:ec2/route:Route"
ASSOCIATION: Final = "aws:ec2/routeTableAssociation:RouteTableAssociation"
ACL: Final = "aws:ec2/networkAcl:NetworkAcl"
DEFAULT_GROUP: Final = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
INGRESS: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS: Final = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
ENDPOINT: Final = "aws:ec2/vpcEndpoint:VpcEndpoint"
FLOW_LOG: Final = "aws:ec2/flowLog:FlowLog"
LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
ROLE: Final = "aws:iam/role:Role"
ROLE_POLICY: Final = "aws:iam/rolePolicy:RolePolicy"
BUCKET_ACL: Final = "aws:s3/bucketAcl:BucketAcl"
BUCKET: Final = "aws:s3/bucket:Bucket"
ENCRYPTION: Final = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
LIFECYCLE: Final = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
LOCK: Final = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
LOGGING: Final = "aws:s3/bucketLogging:BucketLogging"
OWNERSHIP: Final = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
BUCKET_POLICY: Final = "aws:s3/bucketPolicy:BucketPolicy"
PUBLIC_ACCESS: Final = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
REPLICATION: Final = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
TIERING: Final = "aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration"
VERSIONING: Final = "aws:s3/bucketVersioning:BucketVersioning"

FILE_SYSTEM: Final = "aws:efs/fileSystem:FileSystem"
FILE_SYSTEM_POLICY: Final = "aws:efs/fileSystemPolicy:FileSystemPolicy"
FILE_SYSTEM_REPLICATION: Final = "aws:efs/replicationConfiguration:ReplicationConfiguration"
MOUNT_TARGET: Final = "aws:efs/mountTarget:MountTarget"
ACCESS_POINT: Final = "aws:efs/accessPoint:AccessPoint"
OBJECT: Final = "aws:s3/bucketObjectv2:BucketObjectv2"
PREFIX_LIST: Final = "aws:ec2/managedPrefixList:ManagedPrefixList"
BALANCER: Final = "aws:lb/loadBalancer:LoadBalancer"
LISTENER: Final = "aws:lb/listener:Listener"
TRUST_STORE: Final = "aws:lb/trustStore:TrustStore"
WEB_ACL: Final = "aws:wafv2/webAcl:WebAcl"
WEB_ACL_ASSOCIATION: Final = "aws:wafv2/webAclAssociation:WebAclAssociation"
WEB_ACL_LOGGING: Final = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"

RESOURCE_GROUP: Final = "azure-native:resources:ResourceGroup"
NETWORK: Final = "azure-native:network:VirtualNetwork"
AZURE_SUBNET: Final = "azure-native:network:Subnet"
NSG: Final = "azure-native:network:NetworkSecurityGroup"

ZONE: Final = "cloudflare:index/zone:Zone"
DNSSEC: Final = "cloudflare:index/zoneDnssec:ZoneDnssec"
RECORD: Final = "cloudflare:index/dnsRecord:DnsRecord"
PULL_CERTIFICATE: Final = "cloudflare:index/authenticatedOriginPullsCertificate:AuthenticatedOriginPullsCertificate"
PULL_SETTINGS: Final = "cloudflare:index/authenticatedOriginPullsSettings:AuthenticatedOriginPullsSettings"

# No facts and no behaviour of its own: accepted by the SDK's schema alone.
UNJUDGED: Final = "aws:memorydb/acl:Acl"


def urn(token: str, name: str = "thing") -> str:
    """A resource's URN as the engine writes it, below a component."""
    return f"urn:pulumi:dev::erp::erp:network:Network${token}::{name}"


@dataclass(frozen=True, slots=True)
class Made:
    """A resource as the engine's state has it."""

    token: str
    name: str
    id: str
    inputs: dict[str, Any]
    properties: dict[str, Any]

    @property
    def arn(self) -> str:
        return self.properties["arn"]


@dataclass(frozen=True, slots=True)
class Caller:
    """One provider instance: its calls go to one account and, in AWS, to one region."""

    clouds: Clouds
    store: Store
    connection: Connection

    def check(
        self, token: str, inputs: Mapping[str, Any], name: str = "thing", old: Mapping[str, Any] | None = None
    ) -> Checked:
        return self.clouds.check(self.connection, token, name, SEED + name.encode(), old or {}, inputs)

    def checked(
        self, token: str, inputs: Mapping[str, Any], name: str = "thing", old: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Inputs that pass their check, as the engine hands them to the other calls."""
        answer = self.check(token, inputs, name, old)
        assert answer.problems == [], [str(problem) for problem in answer.problems]
        return answer.inputs

    def make(self, token: str, name: str = "thing", /, **inputs: Any) -> Made:
        """Check and create; raises Refused like the clouds do."""
        checked = self.checked(token, inputs, name)
        made, properties = self.clouds.create(self.connection, token, urn(token, name), checked)
        return Made(token, name, made, checked, properties)

    def update(self, made: Made, **changes: Any) -> Made:
        """Check and update in place; a change to None leaves the property out."""
        wanted = {key: value for key, value in {**made.inputs, **changes}.items() if value is not None}
        inputs = self.checked(made.token, wanted, made.name, made.inputs)
        properties = self.clouds.update(self.connection, made.token, made.id, made.inputs, inputs, made.properties)
        return replace(made, inputs=inputs, properties=properties)

    def delete(self, made: Made) -> None:
        self.clouds.delete(self.connection, made.token, made.id, made.properties)

    def read(self, made: Made) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Refresh: (inputs, properties) as they are now."""
        return self.clouds.read(self.connection, made.token, made.id, made.inputs, made.properties)

    def changes(self, made: Made, **changes: Any) -> dict[str, bool]:
        """What a changed program would change: path to whether it replaces."""
        wanted = {key: value for key, value in {**made.inputs, **changes}.items() if value is not None}
        inputs = self.checked(made.token, wanted, made.name, made.inputs)
        found = self.clouds.diff(self.connection, made.token, made.inputs, inputs)
        return {change.path: change.replace for change in found}

    def kept(self, made: Made) -> Resource:
        """The resource as the store has it."""
        with self.store.operation() as store:
            region = next(iter(resource.region for resource in store.all(made.token) if resource.id == made.id))
            found = store.get(made.token, made.id, account=self.connection.account, region=region)
        assert found is not None
        return found


class Offline:
    """Three clouds in a folder, and callers to them."""

    def __init__(self, folder: Path, faults: Faults | None = None) -> None:
        self.file = folder / "cloud.sqlite"
        self.store = Store(self.file)
        self.clouds = Clouds(self.store, world(), faults or Faults())

    def aws(self, region: str = PRIMARY, account: str = ACCOUNT, **tags: str) -> Caller:
        return Caller(self.clouds, self.store, Connection("aws", account, region, tags))

    def azure(self, location: str = "", subscription: str = SUBSCRIPTION) -> Caller:
        return Caller(self.clouds, self.store, Connection("azure-native", subscription, location))

    def cloudflare(self) -> Caller:
        return Caller(self.clouds, self.store, Connection("cloudflare", "", ""))

    def everything(self) -> list[Resource]:
        with self.store.operation() as store:
            return store.all()


def key_policy(*services: str, account: str = ACCOUNT) -> str:
    """A key policy that AWS takes: the account keeps control, the named services may use the key."""
    import json

    root = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    uses = [
        {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"],
            "Resource": "*",
        }
        for service in services
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": [root, *uses]})


def trust_policy(**principal: str) -> str:
    """A role's trust policy for one principal, by kind: Service="ec2.amazonaws.com"."""
    import json

    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def pull_pair(name: str = "origin-pull") -> dict[str, Secret]:
    """An origin-pull certificate and its key, as the program sends them."""
    pair = certificate_pair(name)
    return {"certificate": Secret(pair["certificate"]), "privateKey": Secret(pair["key"])}
