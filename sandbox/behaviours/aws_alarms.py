"""Amazon CloudWatch: alarms on metrics, and metrics that are counted out of logs."""

from collections.abc import Mapping
from typing import Final

from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.references import typed_name

ALARM: Final = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE: Final = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
FILTER: Final = "aws:cloudwatch/logMetricFilter:LogMetricFilter"


def _arn(call: Call, name: str) -> str:
    return f"arn:aws:cloudwatch:{call.region}:{call.account}:alarm:{name}"


def _alarm(token: str, name: str) -> Behaviour:
    return Behaviour(
        id=lambda call: str(call.inputs[name]),
        outputs=lambda call, made: {"arn": _arn(call, made)},
        # AWS would overwrite an alarm of the same name, of either kind; two programs would then fight for ever.
        names=lambda call, made: [f"alarm/{call.account}/{call.region}|{made}"],
        identifiers=lambda call, made: [_arn(call, made), typed_name(token, made)],
    )


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    ALARM: _alarm(ALARM, "name"),
    COMPOSITE: _alarm(COMPOSITE, "alarmName"),
    # The provider's id is the name alone, which is unique within a log group only; here the group stands before it.
    FILTER: Behaviour(id=lambda call: f"{call.inputs['logGroupName']}:{call.inputs['name']}"),
}
