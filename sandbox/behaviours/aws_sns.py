"""Amazon SNS: topics and their policies.

AWS answers the creation of a topic whose name is taken with the topic that is there, and overwrites its attributes;
here it is refused, since two programs' previews would fight for ever. A policy is the topic's own: one each.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem
from sandbox.references import typed_name

TOPIC: Final = "aws:sns/topic:Topic"
POLICY: Final = "aws:sns/topicPolicy:TopicPolicy"
_OF_A_TOPIC: Final = [
    f"SNS:{action}"
    for action in (
        "GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic", "Subscribe",
        "ListSubscriptionsByTopic", "Publish",
    )
]  # fmt: skip
GUIDE: Final = 'SNS developer guide, "Amazon SNS API permissions"'


def _arn(call: Call) -> str:
    return f"arn:aws:sns:{call.region}:{call.account}:{call.inputs['name']}"


def _outputs(call: Call, arn: str) -> Mapping[str, Any]:
    """The policy that AWS gives a topic lets the owner's account do everything, until another takes its place."""
    owner = {"StringEquals": {"AWS:SourceOwner": call.account}}
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": _OF_A_TOPIC,
        "Resource": arn,
        "Condition": owner,
    }
    first = json.dumps({"Version": "2008-10-17", "Statement": [statement]})
    return {
        "arn": arn,
        "name": call.inputs["name"],
        "owner": call.account,
        "policy": call.inputs.get("policy") or (call.existing.properties.get("policy") if call.existing else first),
        "signatureVersion": call.inputs.get("signatureVersion") or 1,
        "tracingConfig": call.inputs.get("tracingConfig") or "PassThrough",
    }


def _refuse_key(call: Call) -> Sequence[Problem]:
    key = call.other(call.inputs.get("kmsMasterKeyId"))
    if key is None or key.region == call.region:
        return ()
    message = f"KMSNotFound: the key lies in {key.region}, the topic in {call.region}"
    return [Problem("kmsMasterKeyId", message, "SNS API reference, errors of Publish")]


def _refuse_policy(call: Call) -> Sequence[Problem]:
    """All actions of SNS are more than there are on a topic, and SNS takes no such policy."""
    statements = _listed(json.loads(str(call.inputs.get("policy") or "{}")).get("Statement"))
    for index, statement in enumerate(statements):
        for action in _listed(statement.get("Action")):
            if str(action).lower() in ("sns:*", "*"):
                message = (
                    f"InvalidParameter: Policy statement action out of service scope! (Statement[{index}]: {action})"
                )
                return [Problem("policy", message, GUIDE)]
    return ()


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    TOPIC: Behaviour(
        id=_arn,
        outputs=_outputs,
        names=lambda call, arn: [f"sns-topic/{call.account}/{call.region}|{arn}"],
        identifiers=lambda call, arn: [arn, typed_name(TOPIC, str(call.inputs["name"]))],
        refuse=_refuse_key,
    ),
    POLICY: Behaviour(
        id=lambda call: str(call.inputs["arn"]),
        outputs=lambda call, _: {"owner": call.account},
        names=lambda call, arn: [f"{call.token}|{arn}"],
        refuse=_refuse_policy,
    ),
}
