"""Amazon CloudWatch Logs: log groups and their streams."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.aws_logs_access import lacking
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem
from sandbox.references import typed_name

LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
LOG_STREAM: Final = "aws:cloudwatch/logStream:LogStream"
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
    """The key of a log group lies in its region, is enabled and symmetric, and lets the logs service use it."""
    key = call.other(call.inputs.get("kmsKeyId"))
    if key is None:
        return ()
    if key.region != call.region:
        return [Problem("kmsKeyId", f"the key lies in {key.region}, the log group in {call.region}", ENCRYPTION_GUIDE)]
    if key.properties.get("isEnabled") is False or key.properties.get("enabled") is False:
        return [Problem("kmsKeyId", f"InvalidParameterException: {key.id} is disabled", ENCRYPTION_GUIDE)]
    spec = key.properties.get("customerMasterKeySpec") or "SYMMETRIC_DEFAULT"
    if spec != "SYMMETRIC_DEFAULT":
        message = (
            f"InvalidParameterException: {key.id} is of {spec}, and log groups take symmetric encryption keys only"
        )
        return [Problem("kmsKeyId", message, ENCRYPTION_GUIDE)]
    lacks = lacking(str(key.properties.get("policy") or ""), call.region, _arn(call, str(call.inputs["name"])))
    if lacks:
        message = (
            f"AccessDeniedException: the policy of {key.id} does not let logs.{call.region}.amazonaws.com use the key "
            f"for this log group: it lacks {', '.join(lacks)}"
        )
        return [Problem("kmsKeyId", message, ENCRYPTION_GUIDE)]
    return ()


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
    ),
    LOG_STREAM: Behaviour(
        id=lambda call: str(call.inputs["name"]),
        outputs=lambda call, name: {"arn": f"{_arn(call, str(call.inputs['logGroupName']))}:log-stream:{name}"},
        names=lambda call, name: [
            f"log-stream/{call.account}/{call.region}/{call.inputs['logGroupName']}|{name}",
        ],
    ),
}
