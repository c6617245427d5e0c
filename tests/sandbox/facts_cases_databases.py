"""Cases of databases and their secrets; part of `facts_cases`, in the same form."""

# ruff: noqa: E501  a case is one line
from typing import Any, Final

from sandbox.values import UNKNOWN

Case = tuple[dict[str, Any], str, str]

_ACCOUNT: Final = "111111111111"
_KEY: Final = f"arn:aws:kms:eu-central-1:{_ACCOUNT}:key/mrk-{'0' * 32}"
_ROLE: Final = f"arn:aws:iam::{_ACCOUNT}:role/rds"
_SOURCE: Final = f"arn:aws:rds:eu-central-1:{_ACCOUNT}:db:erp-s1"
INSTANCE: Final = "aws:rds/instance:Instance"
COPY: Final = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"

GOOD: Final[dict[str, dict[str, Any]]] = {
    INSTANCE: {
        "identifier": "erp-s1", "engine": "postgres", "engineVersion": "17", "instanceClass": "db.r6g.xlarge",
        "allocatedStorage": 400, "maxAllocatedStorage": 2000, "storageType": "gp3", "storageEncrypted": True, "kmsKeyId": _KEY,
        "username": "erp_admin", "passwordWo": "correct-horse", "passwordWoVersion": 1, "dbName": "erp", "port": 5432,
        "multiAz": True, "backupRetentionPeriod": 35, "backupWindow": "00:30-01:30", "maintenanceWindow": "sun:02:00-sun:03:00",
        "monitoringInterval": 15, "monitoringRoleArn": _ROLE, "databaseInsightsMode": "advanced",
        "performanceInsightsEnabled": True, "performanceInsightsRetentionPeriod": 465, "performanceInsightsKmsKeyId": _KEY,
        "enabledCloudwatchLogsExports": ["postgresql", "upgrade"], "caCertIdentifier": "rds-ca-rsa2048-g1",
        "finalSnapshotIdentifier": "erp-s1-final-1", "engineLifecycleSupport": "open-source-rds-extended-support-disabled",
    },
    COPY: {"sourceDbInstanceArn": _SOURCE, "kmsKeyId": _KEY, "retentionPeriod": 14},
    "aws:rds/parameterGroup:ParameterGroup": {
        "name": "tuned-1234567", "family": "postgres17", "description": "tuned",
        "parameters": [{"name": "rds.force_ssl", "value": "1", "applyMethod": "pending-reboot"}],
    },
    "aws:rds/proxy:Proxy": {
        "name": "erp-s1-proxy", "engineFamily": "POSTGRESQL", "defaultAuthScheme": "IAM_AUTH", "requireTls": True,
        "roleArn": _ROLE, "vpcSubnetIds": [UNKNOWN], "idleClientTimeout": 1800,
    },
    "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": {
        "dbProxyName": "erp-s1-proxy", "connectionPoolConfig": {"maxConnectionsPercent": 80, "connectionBorrowTimeout": 20},
    },
    "aws:rds/proxyTarget:ProxyTarget": {
        "dbProxyName": "erp-s1-proxy", "targetGroupName": "default", "dbInstanceIdentifier": "erp-s1",
    },
    "aws:rds/subnetGroup:SubnetGroup": {"name": "data-1234567", "description": "data tier", "subnetIds": [UNKNOWN]},
    "aws:secretsmanager/secret:Secret": {
        "name": "admin-1234567", "kmsKeyId": _KEY, "recoveryWindowInDays": 30,
        "replicas": [{"region": "eu-west-1", "kmsKeyId": _KEY}],
    },
    "aws:secretsmanager/secretVersion:SecretVersion": {
        "secretId": UNKNOWN, "secretStringWo": "{}", "secretStringWoVersion": 1, "versionStages": ["AWSCURRENT", "bootstrap"],
    },
}  # fmt: skip

REFUSED: Final[dict[str, list[Case]]] = {
    INSTANCE: [
        ({"identifier": "ERP-s1"}, "identifier", "^[a-z]"),
        ({"identifier": "x" * 64}, "identifier", "at most 63"),
        ({"engine": "postgresql"}, "engine", "postgres"),
        ({"engineVersion": "seventeen"}, "engineVersion", "^[0-9]"),
        ({"instanceClass": "r6g.xlarge"}, "instanceClass", "a family and a size"),
        ({"username": "rdsadmin"}, "username", "RDS's own roles"),
        ({"dbName": "1erp"}, "dbName", "^[A-Za-z_]"),
        ({"passwordWo": "short"}, "passwordWo", "8 to 128 characters"),
        ({"passwordWo": "with/slash-and-more"}, "passwordWo", "without / @"),
        ({"passwordWoVersion": None}, "passwordWo", "passwordWoVersion"),
        ({"backupRetentionPeriod": 36}, "backupRetentionPeriod", "35"),
        ({"backupWindow": "0:30-1:30"}, "backupWindow", "^"),
        ({"maintenanceWindow": "sunday"}, "maintenanceWindow", "^"),
        ({"caCertIdentifier": "rds-ca-2015"}, "caCertIdentifier", "rds-ca-rsa2048-g1"),
        ({"storageType": "gp4"}, "storageType", "gp3"),
        ({"maxAllocatedStorage": 300}, "allocatedStorage|maxAllocatedStorage", "limit of storage autoscaling"),
        ({"monitoringRoleArn": None}, "monitoringRoleArn", "MonitoringRoleARN value is required"),
        ({"monitoringInterval": 20}, "monitoringInterval", "30"),
        ({"performanceInsightsRetentionPeriod": 7}, "performanceInsightsRetentionPeriod", "465 days"),
        ({"performanceInsightsRetentionPeriod": 100}, "performanceInsightsRetentionPeriod", "465"),
        ({"enabledCloudwatchLogsExports": ["postgres"]}, "enabledCloudwatchLogsExports[0]", "postgresql"),
        ({"finalSnapshotIdentifier": "erp--final"}, "finalSnapshotIdentifier", "^[A-Za-z]"),
        ({"replicateSourceDb": _SOURCE}, "username|dbName|replicateSourceDb", "replicateSourceDb"),
        ({"replicateSourceDb": _SOURCE, "username": None, "dbName": None}, "passwordWo", "roles and passwords of its source"),
    ],
    COPY: [
        ({"retentionPeriod": 36}, "retentionPeriod", "35"),
        ({"sourceDbInstanceArn": "erp-s1"}, "sourceDbInstanceArn", "ARN"),
    ],
    "aws:rds/parameterGroup:ParameterGroup": [
        ({"name": "Tuned"}, "name", "^[a-z]"),
        ({"family": "postgres"}, "family", "its major version"),
        ({"parameters": [{"name": "work_mem", "value": "1", "applyMethod": "later"}]}, "parameters[0].applyMethod", "pending-reboot"),
        ({"parameters": [{"name": "Work Mem", "value": "1"}]}, "parameters[0].name", "in lower case"),
    ],
    "aws:rds/proxy:Proxy": [
        ({"name": "Erp"}, "name", "^[a-z]"),
        ({"name": "x" * 64}, "name", "at most 63"),
        ({"engineFamily": "POSTGRES"}, "engineFamily", "POSTGRESQL"),
        ({"defaultAuthScheme": "IAM"}, "defaultAuthScheme", "IAM_AUTH"),
        ({"idleClientTimeout": 30000}, "idleClientTimeout", "28800"),
    ],
    "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": [
        ({"connectionPoolConfig": {"maxConnectionsPercent": 101}}, "connectionPoolConfig.maxConnectionsPercent", "100"),
    ],
    "aws:rds/proxyTarget:ProxyTarget": [
        ({"dbInstanceIdentifier": None}, "dbInstanceIdentifier|dbClusterIdentifier|", "dbClusterIdentifier"),
        ({"targetGroupName": "Default"}, "targetGroupName", "^[a-z]"),
    ],
    "aws:rds/subnetGroup:SubnetGroup": [({"name": "Data"}, "name", "^[0-9a-z")],
    "aws:secretsmanager/secret:Secret": [
        ({"recoveryWindowInDays": 1}, "recoveryWindowInDays", "7"),
        ({"name": "with blanks"}, "name", "^[0-9A-Za-z"),
    ],
    "aws:secretsmanager/secretVersion:SecretVersion": [
        ({"secretStringWoVersion": None}, "secretStringWo", "secretStringWoVersion"),
        ({"secretString": "{}"}, "secretString|secretStringWo", "secretString"),
        ({"secretStringWo": "x" * 65537}, "secretStringWo", "at most 65536"),
    ],
}  # fmt: skip
