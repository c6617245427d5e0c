"""Databases in Amazon RDS: instances, and the clusters of Aurora and Multi-AZ.

A read replica has its encryption and its backups from its source, so these are judged there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.declare import Enforcement, Environment, Finding, ResourceRule, Scope, Severity, StackRule, found
from guardrails.model import Resource, Stack
from guardrails.values import any_of

INSTANCE: Final = "aws:rds/instance:Instance"
CLUSTER: Final = "aws:rds/cluster:Cluster"
MEMBER: Final = "aws:rds/clusterInstance:ClusterInstance"
COPY: Final = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"

BACKUP_DAYS: Final = {Environment.DEV: 1, Environment.STAGING: 7, Environment.PROD: 30}
"""A fault that shows at the monthly closing has to be within reach in prod."""
_TLS_AUTHORITIES: Final = frozenset({"rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"})


def _is_replica(database: Resource) -> bool:
    """Whether it surely or perhaps has a source."""
    return not database.read("replicateSourceDb").is_absent


def _encrypted(database: Resource, _: Scope) -> Iterator[Finding]:
    if _is_replica(database):
        return
    switch, key = database.read("storageEncrypted"), database.read("kmsKeyId")
    if switch.flag(default=False) is False:
        yield found(switch, f"is {switch.shown()}, expected true")
    elif key.text(default="") == "":
        yield found(key, "is not set: AWS's own key would be used, expected one of ours")


ENCRYPT = ResourceRule(
    id="encrypt-databases",
    title="Databases are encrypted with a key of our own",
    types=(INSTANCE, CLUSTER),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Snapshots, copies and replicas are encrypted as their source is, and a database can't be encrypted later.",
    mend="Switch encryption on and name a customer-managed key; both are fixed when the database is made.",
    example='aws.rds.Instance("books", ..., storage_encrypted=True, kms_key_id=key.arn)',
    check=_encrypted,
)


def _spread(database: Resource, scope: Scope) -> Iterator[Finding]:
    if scope.environment is Environment.DEV or _is_replica(database):
        return
    switch = database.read("multiAz")
    if switch.flag(default=False) is False:
        yield found(switch, f"is {switch.shown()}, expected true")


SPREAD = ResourceRule(
    id="spread-databases",
    title="Databases outlive a zone",
    types=(INSTANCE,),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Without a standby in a second zone, the loss of one means a restore: hours of work and some data are gone.",
    mend="Switch Multi-AZ on; RDS fails over by itself, in one or two minutes.",
    example='aws.rds.Instance("books", ..., multi_az=True)',
    check=_spread,
)


def _kept(database: Resource, scope: Scope) -> Iterator[Finding]:
    if _is_replica(database):
        return
    least = BACKUP_DAYS[scope.environment]
    days = database.read("backupRetentionPeriod")
    kept = days.number(default=1 if database.type == CLUSTER else 0)
    if kept is not None and kept < least:
        yield found(days, f"is {days.shown()}, expected {least} or more days")


BACKUPS = ResourceRule(
    id="keep-database-backups",
    title="Databases can be restored to any second of their retention",
    types=(INSTANCE, CLUSTER),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="A replica repeats a mistake at once. Only a backup brings back what was before it, as far back as it is kept.",
    mend="Keep automated backups for as long as faults take to show.",
    example='aws.rds.Instance("books", ..., backup_retention_period=35)',
    check=_kept,
)


def _protected(database: Resource, scope: Scope) -> Iterator[Finding]:
    if scope.environment is not Environment.PROD:
        return
    switch = database.read("deletionProtection")
    if switch.flag(default=False) is False:
        yield found(switch, f"is {switch.shown()}, expected true")
    if _is_replica(database):
        return
    snapshot, backups = database.read("skipFinalSnapshot"), database.read("deleteAutomatedBackups")
    if snapshot.flag(default=False):
        yield found(snapshot, f"is {snapshot.shown()}, expected false")
    if backups.flag(default=True):
        yield found(backups, f"is {backups.shown()}, expected false: the backups would go with the database")


PROTECT = ResourceRule(
    id="protect-databases",
    title="Production's databases are hard to delete and leave their data behind",
    types=(INSTANCE, CLUSTER),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="One wrong command deletes a database, and by default its backups of the last weeks with it.",
    mend="Protect it from deletion, ask for a final snapshot, and let the automated backups stay.",
    example="""
aws.rds.Instance("books", ..., deletion_protection=True, delete_automated_backups=False,
                 final_snapshot_identifier="books-final-1")
""",
    check=_protected,
)


def _hidden(database: Resource, _: Scope) -> Iterator[Finding]:
    switch = database.read("publiclyAccessible")
    if switch.flag(default=False):
        yield found(switch, f"is {switch.shown()}, expected false")


HIDE = ResourceRule(
    id="refuse-public-databases",
    title="No database has a public address",
    types=(INSTANCE, MEMBER, CLUSTER),
    severity=Severity.CRITICAL,
    enforcement=Enforcement.ALWAYS,
    why="A database with a public name is one security group away from the internet.",
    mend="Leave it private, and come in by the client VPN.",
    example='aws.rds.Instance("books", ..., publicly_accessible=False)',
    check=_hidden,
)


def _by_iam(database: Resource, _: Scope) -> Iterator[Finding]:
    switch = database.read("iamDatabaseAuthenticationEnabled")
    if switch.flag(default=False) is False:
        yield found(switch, f"is {switch.shown()}, expected true")


IAM = ResourceRule(
    id="require-database-iam",
    title="Databases know who comes by IAM",
    types=(INSTANCE, CLUSTER),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="A password is copied, shared and forgotten; a token of IAM lives fifteen minutes and names its caller.",
    mend="Switch IAM authentication on and grant rds_iam to the roles that sign on.",
    example='aws.rds.Instance("books", ..., iam_database_authentication_enabled=True)',
    check=_by_iam,
)


def _logged(database: Resource, _: Scope) -> Iterator[Finding]:
    logs = database.read("enabledCloudwatchLogsExports")
    if logs.is_empty:
        yield found(logs, f"is {logs.shown()}, expected the engine's logs")


LOG = ResourceRule(
    id="log-databases",
    title="Databases hand their logs on",
    types=(INSTANCE, CLUSTER),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="Who signed on and what failed stays on the instance for days at most, and goes with it.",
    mend="Export the engine's logs, to log groups that exist before the database.",
    example='aws.rds.Instance("books", ..., enabled_cloudwatch_logs_exports=["postgresql", "upgrade"])',
    check=_logged,
)


def _measured(database: Resource, _: Scope) -> Iterator[Finding]:
    insights, interval = database.read("performanceInsightsEnabled"), database.read("monitoringInterval")
    if insights.flag(default=False) is False:
        yield found(insights, f"is {insights.shown()}, expected true")
    if interval.number(default=0) == 0:
        yield found(interval, f"is {interval.shown()}, expected seconds between measurements")


MEASURE = ResourceRule(
    id="require-database-metrics",
    title="Databases are measured",
    types=(INSTANCE, MEMBER),
    severity=Severity.LOW,
    enforcement=Enforcement.BEYOND_DEV,
    why="Without waits by query and measurements of the system, a slow database is a guess.",
    mend="Switch Database Insights and enhanced monitoring on.",
    example="""
aws.rds.Instance("books", ..., performance_insights_enabled=True, monitoring_interval=15, monitoring_role_arn=role.arn)
""",
    check=_measured,
)


def _patched(database: Resource, _: Scope) -> Iterator[Finding]:
    switch, authority = database.read("autoMinorVersionUpgrade"), database.read("caCertIdentifier")
    if switch.flag(default=True) is False:
        yield found(switch, f"is {switch.shown()}, expected true")
    if authority.text(default="rds-ca-rsa2048-g1") not in {*_TLS_AUTHORITIES, None}:
        yield found(authority, f"is {authority.shown()}, expected an authority of RDS that has not ended")


PATCH = ResourceRule(
    id="patch-databases",
    title="Databases get their minor versions, and a certificate that is trusted",
    types=(INSTANCE, MEMBER),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="Minor versions mend holes; a certificate of an authority that has ended stops every client that checks it.",
    mend="Leave minor upgrades to RDS, give the major version alone, and name a current authority.",
    example='aws.rds.Instance("books", ..., engine_version="17", auto_minor_version_upgrade=True)',
    check=_patched,
)


def _tuned(database: Resource, _: Scope) -> Iterator[Finding]:
    key = "dbClusterParameterGroupName" if database.type == CLUSTER else "parameterGroupName"
    group = database.read(key)
    name = group.text(default="default.")
    if name is not None and name.startswith("default."):
        yield found(group, f"is {group.shown()}, expected a group of our own")


TUNE = ResourceRule(
    id="own-database-parameters",
    title="Databases have a parameter group of their own",
    types=(INSTANCE, CLUSTER),
    severity=Severity.LOW,
    enforcement=Enforcement.ALWAYS,
    why="RDS's default groups can't be changed: a database that has one must restart before its first setting.",
    mend="Make a parameter group of the engine's family and attach it when the database is made.",
    example='aws.rds.Instance("books", ..., parameter_group_name=tuned.name)',
    check=_tuned,
)


def _copied(stack: Stack, scope: Scope) -> Iterator[Finding]:
    if scope.environment is Environment.DEV:
        return  # nothing there has to outlive its region
    copies = tuple(stack.of_type(COPY))
    for database in stack.of_type(INSTANCE):
        if not _is_replica(database) and any_of(_is_copy(copy, database) for copy in copies) is False:
            yield Finding("", "has no copy of its automated backups in another region", database.urn)


def _is_copy(copy: Resource, database: Resource) -> bool | None:
    source, own = copy.read("sourceDbInstanceArn"), database.read("arn")
    links = copy.links.get("sourceDbInstanceArn", frozenset())
    if database.urn in links:
        return True
    if isinstance(source.raw, str) and isinstance(own.raw, str):
        return source.raw == own.raw
    return None if source.is_unknown and not links else False


COPY_BACKUPS = StackRule(
    id="replicate-database-backups",
    title="Automated backups of databases lie in a second region too",
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="A region that is lost takes its backups along; a replica elsewhere has every mistake that its source made.",
    mend="Replicate the automated backups, in the other region and under a key of it.",
    example="""
aws.rds.InstanceAutomatedBackupsReplication("books", source_db_instance_arn=books.arn, kms_key_id=there.arn,
                                            opts=pulumi.ResourceOptions(provider=recovery))
""",
    check=_copied,
)

RULES = (ENCRYPT, SPREAD, BACKUPS, PROTECT, HIDE, IAM, LOG, MEASURE, PATCH, TUNE, COPY_BACKUPS)
