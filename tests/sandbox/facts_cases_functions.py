"""Cases of the facts: functions, who may call them, and what they rotate. As in facts_cases."""

# ruff: noqa: E501  a case is one line
from typing import Any, Final

from sandbox.values import UNKNOWN, Asset

ACCOUNT: Final = "111111111111"
FUNCTION: Final = f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:database-rotation-s1-1a2b3c4"
SECRET: Final = f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:database-admin-s1-1a2b3c4-AbCdEf"

GOOD: Final[dict[str, dict[str, Any]]] = {
    "aws:lambda/function:Function": {
        "name": "database-rotation-s1-1a2b3c4", "description": "Rotates", "packageType": "Zip", "runtime": "python3.13",
        "architectures": ["arm64"], "handler": "rotation.handle", "code": Asset({"hash": "0" * 64}), "memorySize": 256,
        "role": f"arn:aws:iam::{ACCOUNT}:role/rotation", "timeout": 60, "reservedConcurrentExecutions": 1,
        "kmsKeyArn": f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/mrk-{'0' * 32}", "tags": {"Component": "database"},
        "environment": {"variables": {"DATABASE_HOST": UNKNOWN, "DATABASE_PORT": "5432"}},
        "vpcConfig": {"subnetIds": [UNKNOWN], "securityGroupIds": [UNKNOWN]}, "tracingConfig": {"mode": "PassThrough"},
        "loggingConfig": {"logFormat": "JSON", "logGroup": "database-rotation-log-s1", "applicationLogLevel": "INFO"},
    },
    "aws:lambda/permission:Permission": {
        "statementId": "rotation-1a2b3c4", "function": "database-rotation-s1-1a2b3c4", "action": "lambda:InvokeFunction",
        "principal": "secretsmanager.amazonaws.com", "sourceAccount": ACCOUNT, "sourceArn": SECRET,
    },
    "aws:secretsmanager/secretRotation:SecretRotation": {
        "secretId": SECRET, "rotationLambdaArn": FUNCTION, "rotateImmediately": True,
        "rotationRules": {"automaticallyAfterDays": 30},
    },
}  # fmt: skip

Case = tuple[dict[str, Any], str, str]

REFUSED: Final[dict[str, list[Case]]] = {
    "aws:lambda/function:Function": [
        ({"description": "x" * 257}, "description", "256"),
        ({"architectures": ["riscv"]}, "architectures[0]", "arm64"),
        ({"runtime": "python4"}, "runtime", "python3.13"),
        ({"packageType": "Tar"}, "packageType", "Zip"),
        ({"memorySize": 64}, "memorySize", "128"),
        ({"timeout": 901}, "timeout", "900"),
        ({"reservedConcurrentExecutions": -2}, "reservedConcurrentExecutions", "-1"),
        ({"kmsKeyArn": "alias/secrets"}, "kmsKeyArn", "ARN"),
        ({"role": "rotation"}, "role", "ARN"),
        ({"imageUri": "x"}, "code|imageUri", "only one of"),
        ({"loggingConfig": {"logFormat": "XML"}}, "loggingConfig.logFormat", "JSON"),
        ({"loggingConfig": {"logFormat": "JSON", "logGroup": "rotation log"}}, "loggingConfig.logGroup", "^[0-9A-Za-z"),
        ({"tracingConfig": {"mode": "Off"}}, "tracingConfig.mode", "PassThrough"),
        ({"tags": {"": "x"}}, "tags|tags.", "1"),
    ],
    "aws:lambda/permission:Permission": [
        ({"action": "InvokeFunction"}, "action", "lambda:"),
        ({"principal": "everybody here"}, "principal", "[^"),
        ({"sourceAccount": "1234"}, "sourceAccount", "\\d{12}"),
        ({"sourceArn": "database-admin"}, "sourceArn", "ARN"),
        ({"statementId": "a statement"}, "statementId", "^[0-9A-Za-z"),
        ({"statementIdPrefix": "a"}, "statementId|statementIdPrefix", "together with"),
        ({"functionUrlAuthType": "ANY"}, "functionUrlAuthType", "AWS_IAM"),
    ],
    "aws:secretsmanager/secretRotation:SecretRotation": [
        ({"rotationLambdaArn": "rotation"}, "rotationLambdaArn", "ARN"),
        ({"rotationRules": {"automaticallyAfterDays": 1001}}, "rotationRules.automaticallyAfterDays", "1000"),
        ({"rotationRules": {"automaticallyAfterDays": 30, "scheduleExpression": "rate(30 days)"}},
         "rotationRules|rotationRules.automaticallyAfterDays|rotationRules.scheduleExpression", "only one of"),
    ],
}  # fmt: skip
