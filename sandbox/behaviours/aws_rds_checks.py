"""What Amazon RDS refuses of an instance because of what else there is: sources, keys, groups, zones."""

from collections.abc import Sequence
from typing import Any, Final

from sandbox.behaviours.aws_rds_versions import refuse_version
from sandbox.behaviours.behaviour import Call
from sandbox.problems import Problem
from sandbox.references import typed_name
from sandbox.store import Resource

INSTANCE: Final = "aws:rds/instance:Instance"
SUBNET_GROUP: Final = "aws:rds/subnetGroup:SubnetGroup"
PARAMETER_GROUP: Final = "aws:rds/parameterGroup:ParameterGroup"
PROXY_TARGET: Final = "aws:rds/proxyTarget:ProxyTarget"
SUBNET: Final = "aws:ec2/subnet:Subnet"

REPLICAS: Final = 'RDS user guide, "Working with DB instance read replicas" and its page for PostgreSQL'
CROSS_REGION: Final = 'RDS user guide, "Creating a read replica in a different AWS Region"'
SAME_REGION: Final = "RDS API, CreateDBInstanceReadReplica, KmsKeyId"
MANAGED_PASSWORD: Final = 'RDS user guide, "Password management with Amazon RDS and AWS Secrets Manager", limitations'
BLUE_GREEN: Final = 'RDS user guide, "Overview of Amazon RDS Blue/Green Deployments", limitations'
STORAGE: Final = 'RDS user guide, "Amazon RDS DB instance storage", gp3 storage'
COPIES: Final = 'RDS user guide, "Replicating automated backups to another AWS Region"'
QUOTAS: Final = 'RDS user guide, "Quotas and constraints for Amazon RDS"'
PROVIDER: Final = "terraform-provider-aws internal/service/rds/instance.go"
MOST_REPLICAS: Final = 15
MOST_COPIES: Final = 20
STRIPED_GIB: Final = {"postgres": 400, "mysql": 400, "mariadb": 400}
REPLICA_SETS_NOT: Final = ("password", "passwordWo", "manageMasterUserPassword")


def source_of(call: Call) -> Resource | None:
    """The instance that this one is a replica of."""
    named = call.inputs.get("replicateSourceDb")
    if not isinstance(named, str):
        return None
    found = call.other(named if named.startswith("arn:") else typed_name(INSTANCE, named))
    return found if found is not None and found.token == INSTANCE else None


def replicas_of(call: Call, instance: Resource) -> list[Resource]:
    """The replicas of an instance, in whatever region."""
    return call.store.users_of_type(instance, INSTANCE, "replicateSourceDb")


def refuse_instance(call: Call) -> Sequence[Problem]:
    """Everything at once, as far as one thing does not hang on another."""
    source = source_of(call)
    engine = _engine(call, source)
    problems = _refuse_blue_green(call) + _refuse_storage(call, engine, source) + _refuse_group(call, engine, source)
    problems += _refuse_network(call) + refuse_version(call, engine) + _refuse_key(call, "kmsKeyId")
    if call.existing is not None:
        return problems + _refuse_other_source(call) + _refuse_less(call)
    if call.inputs.get("replicateSourceDb") is not None:
        return problems + (_refuse_replica(call, source) if source is not None else [])
    return problems + _refuse_plain(call)


def _engine(call: Call, source: Resource | None) -> str:
    kept = call.existing.properties.get("engine") if call.existing else None
    taken = source.properties.get("engine") if source else None
    return str(call.inputs.get("engine") or kept or taken or "postgres").lower()


def _refuse_plain(call: Call) -> list[Problem]:
    """A new instance of its own needs a size, an engine, a first role and its password."""
    if call.inputs.get("snapshotIdentifier") or call.inputs.get("restoreToPointInTime") or call.inputs.get("s3Import"):
        return []
    missing = [name for name in ("allocatedStorage", "engine", "username") if call.inputs.get(name) is None]
    problems = [Problem(name, f'"{name}": required field is not set', PROVIDER) for name in missing]
    if not any(call.inputs.get(name) for name in REPLICA_SETS_NOT):
        message = "InvalidParameterValue: The parameter MasterUserPassword must be provided and must not be blank"
        problems.append(Problem("passwordWo", message, "RDS API, CreateDBInstance"))
    return problems


def _refuse_replica(call: Call, source: Resource) -> list[Problem]:
    problems: list[Problem] = []
    engine = source.properties.get("engine") or "postgres"
    if source.inputs.get("manageMasterUserPassword"):
        message = (
            f"InvalidParameterCombination: Creating read replicas for source instance with engine {engine} where "
            "ManageMasterUserPassword is enabled is not supported"
        )
        problems.append(Problem("replicateSourceDb", message, MANAGED_PASSWORD))
    if not source.properties.get("backupRetentionPeriod"):
        message = (
            f"InvalidDBInstanceState: Automated backups are not enabled for this database instance ({source.id}). "
            "To enable automated backups, use ModifyDBInstance to set the backup retention period to a non-zero value"
        )
        problems.append(Problem("replicateSourceDb", message, REPLICAS))
    problems += [
        Problem(name, "InvalidParameterCombination: a read replica has the roles and passwords of its source", REPLICAS)
        for name in REPLICA_SETS_NOT
        if call.inputs.get(name)
    ]
    if len(replicas_of(call, source)) >= MOST_REPLICAS:
        message = f"InstanceQuotaExceeded: {source.id} has {MOST_REPLICAS} read replicas, the most that it takes"
        problems.append(Problem("replicateSourceDb", message, QUOTAS))
    by_arn = str(call.inputs["replicateSourceDb"]).startswith("arn:")
    if source.region != call.region:
        problems += _refuse_across_regions(call, source, by_arn=by_arn)
    elif call.inputs.get("dbSubnetGroupName") is not None and not by_arn:
        message = "InvalidParameterValue: with a DB subnet group the source has to be named by its ARN"
        problems.append(Problem("replicateSourceDb", message, PROVIDER))
    if source.region == call.region and call.inputs.get("kmsKeyId") is not None:
        # By its ARN the provider also names the source's region and signs a URL for it, which is refused in like words.
        message = (
            "InvalidParameterCombination: Your request does not require the KMS key parameter. Please remove the KMS "
            "key parameter and try your request again"
        )
        problems.append(Problem("kmsKeyId", message, SAME_REGION))
    return problems


def _refuse_across_regions(call: Call, source: Resource, *, by_arn: bool) -> list[Problem]:
    problems: list[Problem] = []
    if not by_arn:
        message = (
            f"DBInstanceNotFound: {call.inputs['replicateSourceDb']} is not found in {call.region}; a source in "
            "another region is named by its ARN"
        )
        problems.append(Problem("replicateSourceDb", message, CROSS_REGION))
    if source.properties.get("storageEncrypted") and call.inputs.get("kmsKeyId") is None:
        message = (
            "InvalidParameterCombination: KmsKeyId must be specified for an encrypted read replica in another region: "
            f"a key of {call.region}"
        )
        problems.append(Problem("kmsKeyId", message, CROSS_REGION))
    return problems


def _refuse_key(call: Call, path: str) -> list[Problem]:
    key = call.other(call.inputs.get(path))
    if key is None or key.region == call.region:
        return []
    message = (
        f"KMSKeyNotAccessibleFault: The specified KMS key {call.inputs[path]} does not exist in {call.region}: "
        f"it lies in {key.region}"
    )
    return [Problem(path, message, CROSS_REGION)]


def _refuse_blue_green(call: Call) -> list[Problem]:
    if not (call.inputs.get("blueGreenUpdate") or {}).get("enabled") or call.existing is None:
        return []
    problems: list[Problem] = []
    if replicas_of(call, call.existing):
        message = (
            "InvalidDBInstanceState: an instance with read replicas can't be updated by a blue/green deployment here"
        )
        problems.append(Problem("blueGreenUpdate", message, BLUE_GREEN))
    if call.store.users_of_type(call.existing, PROXY_TARGET, "dbInstanceIdentifier"):
        message = "InvalidDBInstanceState: an instance behind an RDS proxy can't be updated by a blue/green deployment"
        problems.append(Problem("blueGreenUpdate", message, BLUE_GREEN))
    return problems


def _refuse_storage(call: Call, engine: str, source: Resource | None) -> list[Problem]:
    """Speed of one's own choice wants storage that is spread over volumes."""
    inputs = call.inputs
    kept = call.existing.properties.get("allocatedStorage") if call.existing else None
    size = inputs.get("allocatedStorage") or kept or (source.properties.get("allocatedStorage") if source else 0)
    if str(inputs.get("storageType") or "") != "gp3" or int(size or 0) >= STRIPED_GIB.get(engine, 0):
        return []
    return [
        Problem(
            path,
            f"InvalidParameterCombination: You can't specify IOPS or storage throughput for engine {engine} and a "
            f"storage size less than {STRIPED_GIB[engine]}",
            STORAGE,
        )
        for path in ("iops", "storageThroughput")
        if inputs.get(path)
    ]


def _refuse_group(call: Call, engine: str, source: Resource | None) -> list[Problem]:
    """A parameter group belongs to the family of the engine's major version, and to the region."""
    group = call.other(typed_name(PARAMETER_GROUP, str(call.inputs.get("parameterGroupName"))))
    if group is None:
        return []
    if group.region != call.region:
        message = f"DBParameterGroupNotFound: {group.id} lies in {group.region}, and this call goes to {call.region}"
        return [Problem("parameterGroupName", message, "RDS API, common errors")]
    taken = source.properties if source else call.existing.properties if call.existing else {}
    version = call.inputs.get("engineVersion") or taken.get("engineVersionActual") or taken.get("engineVersion")
    if not version or engine != "postgres":
        return []
    wanted = f"{engine}{str(version).partition('.')[0]}"
    family = str(group.properties.get("family"))
    if family == wanted:
        return []
    message = (
        f"InvalidParameterCombination: The parameter group {group.id} with DBParameterGroupFamily {family} can't be "
        f"used for this instance. Please use a parameter group with DBParameterGroupFamily {wanted}"
    )
    return [Problem("parameterGroupName", message, "RDS API, CreateDBInstance")]


def _refuse_network(call: Call) -> list[Problem]:
    """The groups of an instance lie in the network of its subnet group, and that lies in the call's region."""
    group = call.other(typed_name(SUBNET_GROUP, str(call.inputs.get("dbSubnetGroupName"))))
    if group is None:
        return []
    if group.region != call.region:
        message = f"DBSubnetGroupNotFoundFault: {group.id} lies in {group.region}, and this call goes to {call.region}"
        return [Problem("dbSubnetGroupName", message, "RDS API, common errors")]
    network = network_of(call, group.properties.get("subnetIds"))
    for index, named in enumerate(call.inputs.get("vpcSecurityGroupIds") or []):
        member = call.other(named)
        if member is not None and network and member.properties.get("vpcId") not in (None, network):
            message = "InvalidVPCNetworkStateFault: The DB instance and EC2 security group are in different VPCs"
            return [Problem(f"vpcSecurityGroupIds[{index}]", message, "RDS API, CreateDBInstance")]
    return []


def network_of(call: Call, subnet_ids: Any) -> str | None:
    """The VPC of the first subnet."""
    subnets = [subnet for named in subnet_ids or [] if (subnet := call.other(named)) is not None]
    return str(subnets[0].properties.get("vpcId")) if subnets else None


def zones_of(call: Call, subnet_ids: Any) -> set[str]:
    """The zones that subnets lie in."""
    found = [call.other(named) for named in subnet_ids or []]
    return {str(subnet.properties.get("availabilityZone")) for subnet in found if subnet is not None}


def _refuse_other_source(call: Call) -> list[Problem]:
    """Without its source a replica is promoted, for good; another source it never gets."""
    before = call.existing.inputs.get("replicateSourceDb") if call.existing else None
    now = call.inputs.get("replicateSourceDb")
    if now is None or now == before:
        return []
    message = "cannot elect new source database for replication"
    return [Problem("replicateSourceDb", message, PROVIDER)]


def _refuse_less(call: Call) -> list[Problem]:
    """Storage never shrinks, and two keys are chosen once."""
    before = call.existing.properties if call.existing else {}
    problems: list[Problem] = []
    old, new = before.get("allocatedStorage"), call.inputs.get("allocatedStorage")
    grows = int(call.inputs.get("maxAllocatedStorage") or 0) > int(new or 0)
    if old and new and int(new) < int(old) and not grows:
        message = f"InvalidParameterCombination: Requested storage size ({new}) cannot be less than the current ({old})"
        problems.append(Problem("allocatedStorage", message, STORAGE))
    for path in ("performanceInsightsKmsKeyId", "masterUserSecretKmsKeyId"):
        if before.get(path) and call.inputs.get(path) not in (None, before[path]):
            message = "InvalidParameterCombination: this key can't be changed once it is in use"
            problems.append(Problem(path, message, "RDS API, ModifyDBInstance"))
    return problems


def refuse_backup_copy(call: Call) -> Sequence[Problem]:
    """Backups are copied into another region, of an instance that has some, under a key that lies there."""
    source = call.other(call.inputs.get("sourceDbInstanceArn"))
    if source is None:
        return ()
    path = "sourceDbInstanceArn"
    problems: list[Problem] = []
    if source.region == call.region:
        message = f"InvalidParameterValue: the source lies in {call.region} itself; the copy is made in another region"
        problems.append(Problem(path, message, COPIES))
    if not source.properties.get("backupRetentionPeriod"):
        message = f"InvalidDBInstanceState: automated backups are not enabled for {source.id}"
        problems.append(Problem(path, message, COPIES))
    if source.inputs.get("replicateSourceDb"):
        message = f"InvalidDBInstanceState: {source.id} is a read replica, whose backups are not copied"
        problems.append(Problem(path, message, COPIES))
    if source.properties.get("storageEncrypted") and call.inputs.get("kmsKeyId") is None:
        message = f"InvalidParameterCombination: KmsKeyId must be specified: a key of {call.region}"
        problems.append(Problem("kmsKeyId", message, COPIES))
    there = [one for one in call.store.all(call.token) if (one.account, one.region) == (call.account, call.region)]
    if call.existing is None and len(there) >= MOST_COPIES:
        message = f"DBInstanceAutomatedBackupQuotaExceeded: {call.region} holds {MOST_COPIES} copies already"
        problems.append(Problem(path, message, QUOTAS))
    return problems + _refuse_key(call, "kmsKeyId")
