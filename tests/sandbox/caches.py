"""What tests of caches build on: a network of two zones, parameters, logs, a topic and users, each made once."""

from dataclasses import dataclass
from typing import Any, Final

from tests.sandbox.offline import LOG_GROUP, PRIMARY, SUBNET, VPC, Caller, Made

CLUSTER: Final = "aws:elasticache/cluster:Cluster"
GLOBAL: Final = "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup"
GROUP: Final = "aws:elasticache/replicationGroup:ReplicationGroup"
PARAMETERS: Final = "aws:elasticache/parameterGroup:ParameterGroup"
SUBNETS: Final = "aws:elasticache/subnetGroup:SubnetGroup"
TOPIC: Final = "aws:sns/topic:Topic"
TOPIC_POLICY: Final = "aws:sns/topicPolicy:TopicPolicy"
USER: Final = "aws:elasticache/user:User"
USER_GROUP: Final = "aws:elasticache/userGroup:UserGroup"

OFF: Final[dict[str, Any]] = {"accessString": "off -@all", "authenticationMode": {"type": "no-password-required"}}
BY_IAM: Final[dict[str, Any]] = {"accessString": "on ~a:* -@all +@read", "authenticationMode": {"type": "iam"}}


@dataclass(frozen=True, slots=True)
class Ground:
    """What caches stand on."""

    aws: Caller
    network: Made
    subnets: Made
    parameters: Made
    memcached: Made

    def redis(self, name: str = "redis", /, **change: Any) -> Made:
        """A group of two shards with a replica each, changed in some properties; None leaves one out."""
        inputs: dict[str, Any] = {
            "description": "sessions", "engine": "redis", "engineVersion": "7.1", "nodeType": "cache.m7g.large",
            "numNodeGroups": 2, "replicasPerNodeGroup": 1, "automaticFailoverEnabled": True, "multiAzEnabled": True,
            "transitEncryptionEnabled": True, "subnetGroupName": self.subnets.id,
            "parameterGroupName": self.parameters.id,
            **change,
        }  # fmt: skip
        return self.aws.make(GROUP, name, **{key: value for key, value in inputs.items() if value is not None})

    def pages(self, name: str = "pages", /, **change: Any) -> Made:
        """A Memcached cluster of two nodes in two zones, changed in some properties."""
        inputs: dict[str, Any] = {
            "engine": "memcached", "engineVersion": "1.6.22", "nodeType": "cache.m7g.large", "numCacheNodes": 2,
            "azMode": "cross-az", "preferredAvailabilityZones": [f"{PRIMARY}a", f"{PRIMARY}b"],
            "transitEncryptionEnabled": True, "subnetGroupName": self.subnets.id,
            "parameterGroupName": self.memcached.id,
            **change,
        }  # fmt: skip
        return self.aws.make(CLUSTER, name, **{key: value for key, value in inputs.items() if value is not None})

    def logs(self, name: str = "slow") -> Made:
        return self.aws.make(LOG_GROUP, name)

    def users(self, engine: str = "redis", name: str = "users") -> Made:
        default = self.aws.make(
            USER, f"{name}-default", userId=f"{name}-off", userName="default", engine="redis", **OFF
        )
        return self.aws.make(USER_GROUP, name, userGroupId=name, engine=engine, userIds=[default.id])


def ground(aws: Caller, zones: str = "ab", block: int = 0) -> Ground:
    """Make it, with a subnet in each zone."""
    name = f"{aws.connection.region}-{block}"
    network = aws.make(VPC, f"vpc-{name}", cidrBlock=f"10.{block}.0.0/16")
    subnets = [
        aws.make(
            SUBNET, f"{name}-{zone}", vpcId=network.id, cidrBlock=f"10.{block}.{index}.0/24",
            availabilityZone=f"{aws.connection.region}{zone}",
        )
        for index, zone in enumerate(zones)
    ]  # fmt: skip
    return Ground(
        aws,
        network,
        aws.make(SUBNETS, f"subnets-{block}", subnetIds=[subnet.id for subnet in subnets]),
        parameters(aws, f"sharded-{block}", "redis7"),
        aws.make(PARAMETERS, f"memcached-{block}", family="memcached1.6"),
    )


def parameters(aws: Caller, name: str, family: str, *, sharded: bool = True) -> Made:
    held = [{"name": "cluster-enabled", "value": "yes"}] if sharded else []
    return aws.make(PARAMETERS, name, family=family, parameters=held)
