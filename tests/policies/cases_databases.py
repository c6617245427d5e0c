"""Cases: databases, proxies, secrets and secure parameters. Each is a sound one but for one thing."""

# ruff: noqa: E501  (a case is one line)
from __future__ import annotations

from typing import Any, Final

from tests.policies.cases import Case, Kind, StackCase, case, stack_case
from tests.policies.harness import TAGS, UNKNOWN, Given

INSTANCE: Final = "aws:rds/instance:Instance"
CLUSTER: Final = "aws:rds/cluster:Cluster"
COPY: Final = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"
MEMBER: Final = "aws:rds/clusterInstance:ClusterInstance"
CLUSTER_GROUP: Final = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
GROUP: Final = "aws:rds/parameterGroup:ParameterGroup"
PROXY: Final = "aws:rds/proxy:Proxy"
SECRET: Final = "aws:secretsmanager/secret:Secret"
ROTATION: Final = "aws:secretsmanager/secretRotation:SecretRotation"
PARAMETER: Final = "aws:ssm/parameter:Parameter"

KEY_ARN: Final = "arn:aws:kms:eu-central-1:333333333333:key/k"
SOURCE: Final = "arn:aws:rds:eu-central-1:333333333333:db:books"
BOOKS: Final[dict[str, Any]] = {
    "storageEncrypted": True, "kmsKeyId": KEY_ARN, "multiAz": True, "backupRetentionPeriod": 35, "deletionProtection": True,
    "skipFinalSnapshot": False, "deleteAutomatedBackups": False, "publiclyAccessible": False,
    "iamDatabaseAuthenticationEnabled": True, "enabledCloudwatchLogsExports": ["postgresql"],
    "performanceInsightsEnabled": True, "monitoringInterval": 15, "parameterGroupName": "tuned-0123456",
}  # fmt: skip
REPLICA: Final[dict[str, Any]] = {
    "replicateSourceDb": SOURCE, "kmsKeyId": KEY_ARN, "deletionProtection": True, "skipFinalSnapshot": True,
    "iamDatabaseAuthenticationEnabled": True, "enabledCloudwatchLogsExports": ["postgresql"],
    "performanceInsightsEnabled": True, "monitoringInterval": 15, "parameterGroupName": "tuned-0123456",
}  # fmt: skip
AURORA: Final[dict[str, Any]] = {
    "storageEncrypted": True, "kmsKeyId": KEY_ARN, "backupRetentionPeriod": 35, "deletionProtection": True,
    "deleteAutomatedBackups": False, "iamDatabaseAuthenticationEnabled": True,
    "enabledCloudwatchLogsExports": ["postgresql"], "dbClusterParameterGroupName": "tuned",
}  # fmt: skip
NODE: Final[dict[str, Any]] = {"performanceInsightsEnabled": True, "monitoringInterval": 15}
FORCED: Final = {"name": "rds.force_ssl", "value": "1", "applyMethod": "pending-reboot"}


def but(base: dict[str, Any], **change: Any) -> dict[str, Any]:
    return {key: value for key, value in {**base, **change}.items() if value is not None}


def judged(rule: str, kind: Kind, what: str, token: str, props: dict[str, Any], *findings: str, **more: Any) -> Case:
    return case(rule, kind, what, token, {"tags": TAGS, **props}, *findings, **more)


def group(family: Any, *parameters: Any) -> dict[str, Any]:
    return {"family": family, "parameters": list(parameters)}


_NO_KEY = "kmsKeyId: is not set: AWS's own key would be used, expected one of ours"
_PLAIN = 'parameters[0].value: is "0", expected 1: rds.force_ssl lets plain connections in'

CASES: Final[tuple[Case, ...]] = (
    judged("encrypt-databases", "pass", "under a key of our own", INSTANCE, BOOKS),
    judged("encrypt-databases", "pass", "a replica, as its source", INSTANCE, REPLICA),
    judged("encrypt-databases", "pass", "Aurora", CLUSTER, AURORA),
    judged("encrypt-databases", "fail", "in plain", INSTANCE, but(BOOKS, storageEncrypted=None), "storageEncrypted: is not set, expected true"),
    judged("encrypt-databases", "fail", "under AWS's key", INSTANCE, but(BOOKS, kmsKeyId=None), _NO_KEY),
    judged("encrypt-databases", "fail", "Aurora in plain", CLUSTER, but(AURORA, storageEncrypted=False), "storageEncrypted: is false, expected true"),
    judged("encrypt-databases", "unknown", "the key", INSTANCE, but(BOOKS, kmsKeyId=UNKNOWN)),
    judged("spread-databases", "pass", "two zones", INSTANCE, BOOKS),
    judged("spread-databases", "pass", "a replica", INSTANCE, REPLICA),
    judged("spread-databases", "pass", "in dev", INSTANCE, but(BOOKS, multiAz=False), stack="dev"),
    judged("spread-databases", "fail", "one zone", INSTANCE, but(BOOKS, multiAz=None), "multiAz: is not set, expected true"),
    judged("spread-databases", "unknown", "the switch", INSTANCE, but(BOOKS, multiAz=UNKNOWN)),
    judged("keep-database-backups", "pass", "thirty days", INSTANCE, but(BOOKS, backupRetentionPeriod=30)),
    judged("keep-database-backups", "fail", "a day less", INSTANCE, but(BOOKS, backupRetentionPeriod=29), "backupRetentionPeriod: is 29, expected 30 or more days"),
    judged("keep-database-backups", "fail", "RDS's default", INSTANCE, but(BOOKS, backupRetentionPeriod=None), "backupRetentionPeriod: is not set, expected 30 or more days"),
    judged("keep-database-backups", "fail", "Aurora's default", CLUSTER, but(AURORA, backupRetentionPeriod=None), "backupRetentionPeriod: is not set, expected 30 or more days"),
    judged("keep-database-backups", "unknown", "the days", INSTANCE, but(BOOKS, backupRetentionPeriod=UNKNOWN)),
    judged("protect-databases", "pass", "in all three ways", INSTANCE, BOOKS),
    judged("protect-databases", "pass", "a replica by one", INSTANCE, REPLICA),
    judged("protect-databases", "pass", "outside prod", INSTANCE, but(BOOKS, deletionProtection=False), stack="staging"),
    judged("protect-databases", "fail", "against deletion", INSTANCE, but(BOOKS, deletionProtection=None), "deletionProtection: is not set, expected true"),
    judged("protect-databases", "fail", "a replica against deletion", INSTANCE, but(REPLICA, deletionProtection=False), "deletionProtection: is false, expected true"),
    judged("protect-databases", "fail", "its last state", INSTANCE, but(BOOKS, skipFinalSnapshot=True), "skipFinalSnapshot: is true, expected false"),
    judged("protect-databases", "fail", "its backups", INSTANCE, but(BOOKS, deleteAutomatedBackups=None),
         "deleteAutomatedBackups: is not set, expected false: the backups would go with the database"),
    judged("protect-databases", "fail", "Aurora", CLUSTER, but(AURORA, deletionProtection=None), "deletionProtection: is not set, expected true"),
    judged("protect-databases", "unknown", "the switch", INSTANCE, but(BOOKS, deletionProtection=UNKNOWN)),
    judged("refuse-public-databases", "pass", "private", INSTANCE, but(BOOKS, publiclyAccessible=None)),
    judged("refuse-public-databases", "fail", "public", INSTANCE, but(BOOKS, publiclyAccessible=True), "publiclyAccessible: is true, expected false"),
    judged("refuse-public-databases", "fail", "a node", MEMBER, {**NODE, "publiclyAccessible": True}, "publiclyAccessible: is true, expected false"),
    judged("refuse-public-databases", "fail", "a cluster", CLUSTER, {**AURORA, "publiclyAccessible": True}, "publiclyAccessible: is true, expected false"),
    judged("refuse-public-databases", "unknown", "the switch", INSTANCE, but(BOOKS, publiclyAccessible=UNKNOWN)),
    judged("require-database-iam", "pass", "by IAM", INSTANCE, BOOKS),
    judged("require-database-iam", "fail", "by password alone", INSTANCE, but(REPLICA, iamDatabaseAuthenticationEnabled=None),
         "iamDatabaseAuthenticationEnabled: is not set, expected true"),
    judged("require-database-iam", "unknown", "the switch", CLUSTER, but(AURORA, iamDatabaseAuthenticationEnabled=UNKNOWN)),
    judged("log-databases", "pass", "the engine's log", INSTANCE, BOOKS),
    judged("log-databases", "fail", "nothing said", INSTANCE, but(BOOKS, enabledCloudwatchLogsExports=None),
         "enabledCloudwatchLogsExports: is not set, expected the engine's logs"),
    judged("log-databases", "fail", "none", CLUSTER, but(AURORA, enabledCloudwatchLogsExports=[]),
         "enabledCloudwatchLogsExports: is [], expected the engine's logs"),
    judged("log-databases", "unknown", "which", INSTANCE, but(BOOKS, enabledCloudwatchLogsExports=UNKNOWN)),
    judged("require-database-metrics", "pass", "both ways", INSTANCE, BOOKS),
    judged("require-database-metrics", "fail", "not its queries", INSTANCE, but(BOOKS, performanceInsightsEnabled=None),
         "performanceInsightsEnabled: is not set, expected true"),
    judged("require-database-metrics", "fail", "not its system", INSTANCE, but(BOOKS, monitoringInterval=0),
         "monitoringInterval: is 0, expected seconds between measurements"),
    judged("require-database-metrics", "fail", "a node", MEMBER, but(NODE, monitoringInterval=None),
         "monitoringInterval: is not set, expected seconds between measurements"),
    judged("require-database-metrics", "unknown", "how often", INSTANCE, but(BOOKS, monitoringInterval=UNKNOWN)),
    judged("patch-databases", "pass", "by RDS", INSTANCE, BOOKS),
    judged("patch-databases", "fail", "by hand", INSTANCE, but(BOOKS, autoMinorVersionUpgrade=False), "autoMinorVersionUpgrade: is false, expected true"),
    judged("patch-databases", "fail", "an authority that has ended", INSTANCE, but(BOOKS, caCertIdentifier="rds-ca-2019"),
         'caCertIdentifier: is "rds-ca-2019", expected an authority of RDS that has not ended'),
    judged("patch-databases", "fail", "a node by hand", MEMBER, {**NODE, "autoMinorVersionUpgrade": False},
         "autoMinorVersionUpgrade: is false, expected true"),
    judged("patch-databases", "unknown", "the authority", INSTANCE, but(BOOKS, caCertIdentifier=UNKNOWN)),
    judged("own-database-parameters", "pass", "its own", INSTANCE, BOOKS),
    judged("own-database-parameters", "fail", "none", INSTANCE, but(BOOKS, parameterGroupName=None), "parameterGroupName: is not set, expected a group of our own"),
    judged("own-database-parameters", "fail", "RDS's", CLUSTER, but(AURORA, dbClusterParameterGroupName="default.aurora-postgresql17"),
         'dbClusterParameterGroupName: is "default.aurora-postgresql17", expected a group of our own'),
    judged("own-database-parameters", "unknown", "the group", INSTANCE, but(BOOKS, parameterGroupName=UNKNOWN)),
    judged("require-tls-for-databases", "pass", "forced", GROUP, group("postgres14", FORCED)),
    judged("require-tls-for-databases", "pass", "forced by the family", GROUP, group("postgres17")),
    judged("require-tls-for-databases", "pass", "an engine without such a switch", GROUP, group("oracle-ee-19")),
    judged("require-tls-for-databases", "pass", "MySQL", GROUP, group("mysql8.0", {"name": "require_secure_transport", "value": "ON"})),
    judged("require-tls-for-databases", "fail", "switched off", GROUP, group("postgres17", {**FORCED, "value": "0"}), _PLAIN),
    judged("require-tls-for-databases", "fail", "not by the family", GROUP, group("postgres14"), "parameters: says nothing of rds.force_ssl, expected 1"),
    judged("require-tls-for-databases", "fail", "MySQL without", GROUP, group("mysql8.0"),
         "parameters: says nothing of require_secure_transport, expected 1"),
    judged("require-tls-for-databases", "fail", "Aurora", CLUSTER_GROUP, group("aurora-mysql8.0"),
         "parameters: says nothing of require_secure_transport, expected 1"),
    judged("require-tls-for-databases", "unknown", "its parameters", GROUP, {"family": "postgres14", "parameters": UNKNOWN}),
    judged("require-tls-for-databases", "unknown", "its family", GROUP, group(UNKNOWN)),
    judged("close-database-proxies", "pass", "IAM all through", PROXY, {"requireTls": True, "defaultAuthScheme": "IAM_AUTH"}),
    judged("close-database-proxies", "pass", "secrets behind IAM", PROXY, {"requireTls": True, "auths": [{"iamAuth": "REQUIRED"}]}),
    judged("close-database-proxies", "fail", "plain", PROXY, {"defaultAuthScheme": "IAM_AUTH"}, "requireTls: is not set, expected true"),
    judged("close-database-proxies", "fail", "by password", PROXY, {"requireTls": True, "auths": [{"iamAuth": "DISABLED"}]},
         'auths[0].iamAuth: is "DISABLED", expected REQUIRED'),
    judged("close-database-proxies", "fail", "by nothing", PROXY, {"requireTls": True},
         "defaultAuthScheme: is not set, expected IAM_AUTH, or secrets with IAM required"),
    judged("close-database-proxies", "unknown", "how", PROXY, {"requireTls": True, "defaultAuthScheme": UNKNOWN}),
    judged("encrypt-secrets", "pass", "in both regions", SECRET, {"kmsKeyId": KEY_ARN, "replicas": [{"region": "eu-west-1", "kmsKeyId": KEY_ARN}]}),
    judged("encrypt-secrets", "fail", "under AWS's key", SECRET, {}, _NO_KEY),
    judged("encrypt-secrets", "fail", "there under AWS's key", SECRET, {"kmsKeyId": KEY_ARN, "replicas": [{"region": "eu-west-1"}]},
         "replicas[0].kmsKeyId: is not set: AWS's own key would be used there, expected one of ours"),
    judged("encrypt-secrets", "unknown", "the key", SECRET, {"kmsKeyId": UNKNOWN}),
    judged("encrypt-secure-parameters", "pass", "under a key of our own", PARAMETER, {"type": "SecureString", "keyId": KEY_ARN}),
    judged("encrypt-secure-parameters", "pass", "no secret", PARAMETER, {"type": "String"}),
    judged("encrypt-secure-parameters", "fail", "AWS's key", PARAMETER, {"type": "SecureString", "keyId": "alias/aws/ssm"},
         "keyId: is \"alias/aws/ssm\": AWS's own key would be used, expected one of ours"),
    judged("encrypt-secure-parameters", "fail", "no key", PARAMETER, {"type": "SecureString"},
         "keyId: is not set: AWS's own key would be used, expected one of ours"),
    judged("encrypt-secure-parameters", "unknown", "the key", PARAMETER, {"type": "SecureString", "keyId": UNKNOWN}),
)  # fmt: skip


def database(name: str = "books", **more: Any) -> Given:
    return Given(INSTANCE, name, {**BOOKS, "arn": SOURCE, "id": "db-BOOKS", **more})


def secret(**more: Any) -> Given:
    return Given(SECRET, "admin", {"id": "arn:admin", "kmsKeyId": KEY_ARN, **more})


_NO_COPY = "resource: has no copy of its automated backups in another region"
_NEVER = "resource: is never rotated"

STACK_CASES: Final[tuple[StackCase, ...]] = (
    stack_case("replicate-database-backups", "pass", "copied", database(), Given(COPY, "copy", {"sourceDbInstanceArn": SOURCE})),
    stack_case("replicate-database-backups", "pass", "a replica", database(replicateSourceDb=SOURCE)),
    stack_case("replicate-database-backups", "pass", "in dev", Given(INSTANCE, "books", {**BOOKS, "arn": SOURCE}, stack="dev")),
    stack_case("replicate-database-backups", "fail", "none", database(), books=_NO_COPY),
    stack_case("replicate-database-backups", "fail", "another's", database(), Given(COPY, "copy", {"sourceDbInstanceArn": SOURCE + "2"}),
               books=_NO_COPY),
    stack_case("replicate-database-backups", "unknown", "whose", database(), Given(COPY, "copy", {"sourceDbInstanceArn": UNKNOWN})),
    stack_case("rotate-secrets", "pass", "rotated", secret(), Given(ROTATION, "rotation", {"secretId": "arn:admin"})),
    stack_case("rotate-secrets", "fail", "none", secret(), admin=_NEVER),
    stack_case("rotate-secrets", "fail", "another's", secret(), Given(ROTATION, "rotation", {"secretId": "arn:other"}), admin=_NEVER),
    stack_case("rotate-secrets", "unknown", "whose", secret(), Given(ROTATION, "rotation", {"secretId": UNKNOWN})),
)  # fmt: skip
