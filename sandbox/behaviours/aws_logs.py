"""Amazon CloudWatch Logs: log groups."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem
from sandbox.references import typed_name

LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
ENCRYPTION_GUIDE: Final = 'CloudWatch Logs user guide, "Encrypt log data in CloudWatch Logs using AWS KMS"'


def _arn(call: Call, name: str) -> str:
    return f"arn:aws:logs:{call.region}:{call.account}:log-group:{name}"


def _outputs(call: Call, name: str) -> Mapping[str, Any]:
    return {
        "arn": _arn(call, name),
        "deletionProtectionEnabled": bool(call.inputs.get("deletionProtectionEnabled")),
        "logGroupClass": call.inputs.get("logGroupClass") or "STANDARD",
    }


def _refuse(call: Call) -> Sequence[Problem]:
    key = call.other(call.inputs.get("kmsKeyId"))
    if key is None:
        return ()
    if key.region != call.region:
        return [Problem("kmsKeyId", f"the key lies in {key.region}, the log group in {call.region}", ENCRYPTION_GUIDE)]
    principal = f"logs.{call.region}.amazonaws.com"
    if not _admits(str(key.properties.get("policy") or ""), principal):
        return [
            Problem(
                "kmsKeyId",
                f"AccessDeniedException: the policy of {key.id} does not let {principal} use the key",
                ENCRYPTION_GUIDE,
            )
        ]
    return ()


def _admits(policy: str, principal: str) -> bool:
    if not policy:
        return False
    statements = json.loads(policy).get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        principals = statement.get("Principal", {})
        services = principals.get("Service", []) if isinstance(principals, dict) else []
        if statement.get("Effect") == "Allow" and principal in ([services] if isinstance(services, str) else services):
            return True
    return False


def _keep_protected(call: Call) -> Sequence[Problem]:
    if not call.inputs.get("deletionProtectionEnabled"):
        return ()
    message = "deletion protection is on: switch it off in an update before"
    return [Problem("deletionProtectionEnabled", message, "terraform-provider-aws internal/service/logs/group.go")]


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    LOG_GROUP: Behaviour(
        id=lambda call: str(call.inputs["name"]),
        outputs=_outputs,
        names=lambda call, name: [f"log-group/{call.account}/{call.region}|{name}"],
        identifiers=lambda call, name: [_arn(call, name), typed_name(LOG_GROUP, name)],
        refuse=_refuse,
        keep_from=_keep_protected,
        stays=lambda call: bool(call.inputs.get("skipDestroy")),
    )
}
