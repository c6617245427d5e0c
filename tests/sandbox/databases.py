"""Databases for the tests of the offline cloud: a network to put them in, and instances that RDS takes."""

from dataclasses import dataclass
from typing import Any, Final

from tests.sandbox.offline import GROUP, KEY, PRIMARY, SUBNET, VPC, Caller, Made

INSTANCE: Final = "aws:rds/instance:Instance"
COPY: Final = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
PARAMETERS: Final = "aws:rds/parameterGroup:ParameterGroup"
SUBNETS: Final = "aws:rds/subnetGroup:SubnetGroup"
PROXY: Final = "aws:rds/proxy:Proxy"
POOL: Final = "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup"
TARGET: Final = "aws:rds/proxyTarget:ProxyTarget"
SNAPSHOT: Final = "aws:rds/snapshot:Snapshot"
SECRET: Final = "aws:secretsmanager/secret:Secret"
VERSION: Final = "aws:secretsmanager/secretVersion:SecretVersion"
PARAMETER: Final = "aws:ssm/parameter:Parameter"

# An instance without anything that a test wants to try out.
PLAIN: Final[dict[str, Any]] = {
    "engine": "postgres",
    "engineVersion": "17",
    "instanceClass": "db.m7g.large",
    "allocatedStorage": 100,
    "storageType": "gp3",
    "username": "owner",
    "passwordWo": "a-password",
    "passwordWoVersion": 1,
    "backupRetentionPeriod": 7,
    "skipFinalSnapshot": True,
}


@dataclass(frozen=True, slots=True)
class Place:
    """A network of two zones in one region, with a group, a subnet group and a key."""

    caller: Caller
    subnets: list[str]
    group: Made
    subnet_group: Made
    key: Made

    def instance(self, name: str = "books", /, **more: Any) -> Made:
        """An instance of its own."""
        wanted = {**PLAIN, "identifier": name, **more}
        return self.caller.make(INSTANCE, name, **{key: value for key, value in wanted.items() if value is not None})

    def replica(self, source: str, name: str = "copy", /, **more: Any) -> Made:
        """A replica of an instance, named by identifier or ARN."""
        wanted = {"identifier": name, "replicateSourceDb": source, "instanceClass": "db.m7g.large", **more}
        return self.caller.make(INSTANCE, name, skipFinalSnapshot=True, **wanted)


def place(caller: Caller, region: str = PRIMARY) -> Place:
    """Make the network and what belongs to it."""
    vpc = caller.make(VPC, cidrBlock="10.0.0.0/16")
    subnets = [
        caller.make(SUBNET, zone, vpcId=vpc.id, cidrBlock=f"10.0.{number}.0/24", availabilityZone=f"{region}{zone}").id
        for number, zone in enumerate("ab")
    ]
    return Place(
        caller,
        subnets,
        caller.make(GROUP, "group", vpcId=vpc.id),
        caller.make(SUBNETS, "data", subnetIds=subnets),
        caller.make(KEY, "key"),
    )
