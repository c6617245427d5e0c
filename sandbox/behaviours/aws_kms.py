"""AWS KMS: keys, replicas, aliases.

AWS takes the deletion of a key that is in use, and of a primary that still has replicas (it then waits for theirs).
Here whatever names a key keeps it from being scheduled, since it would stop working.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem
from sandbox.references import typed_name
from sandbox.store import Resource

KEY: Final = "aws:kms/key:Key"
REPLICA: Final = "aws:kms/replicaKey:ReplicaKey"
ALIAS: Final = "aws:kms/alias:Alias"


def _key_id(call: Call) -> str:
    # The id of a multi-Region key starts with mrk- and has no hyphens (KMS developer guide, "Multi-Region keys").
    return f"mrk-{call.digits(32)}" if call.inputs.get("multiRegion") else call.uuid()


def _arn(call: Call, key_id: str) -> str:
    return f"arn:aws:kms:{call.region}:{call.account}:key/{key_id}"


def _default_policy(call: Call) -> str:
    """What a key gets that comes without a policy (KMS developer guide, "Default key policy")."""
    root = {"AWS": f"arn:aws:iam::{call.account}:root"}
    statement = {
        "Sid": "Enable IAM User Permissions",
        "Effect": "Allow",
        "Principal": root,
        "Action": "kms:*",
        "Resource": "*",
    }
    return json.dumps({"Version": "2012-10-17", "Id": "key-default-1", "Statement": [statement]})


def _key_outputs(call: Call, key_id: str) -> Mapping[str, Any]:
    rotates = call.inputs.get("enableKeyRotation")
    return {
        "arn": _arn(call, key_id),
        "description": call.inputs.get("description") or "",
        "keyId": key_id,
        "multiRegion": bool(call.inputs.get("multiRegion")),
        "policy": call.inputs.get("policy") or _default_policy(call),
        "rotationPeriodInDays": call.inputs.get("rotationPeriodInDays") or (365 if rotates else None),
    }


def _replica_outputs(call: Call, key_id: str) -> Mapping[str, Any]:
    primary = call.other(call.inputs["primaryKeyArn"])
    return {
        "arn": _arn(call, key_id),
        "policy": call.inputs.get("policy") or _default_policy(call),
        "keyId": key_id,
        "keyRotationEnabled": bool(primary and primary.properties.get("enableKeyRotation")),
        "keySpec": "SYMMETRIC_DEFAULT",
        "keyUsage": "ENCRYPT_DECRYPT",
    }


def _refuse_replica(call: Call) -> Sequence[Problem]:
    source = "KMS API, ReplicateKey"
    primary = call.other(call.inputs.get("primaryKeyArn"))
    if primary is None or primary.token != KEY:
        return [Problem("primaryKeyArn", "must be the ARN of a primary key", source)]
    problems: list[Problem] = []
    if primary.region == call.region:
        problems.append(Problem("region", f"the primary key lies in {call.region} itself", source))
    # A replica that waits for its deletion is still there: AWS wants the deletion cancelled, or the time waited.
    for others, state in (
        (call.store.all(REPLICA), ""),
        (call.store.all(REPLICA, pending_deletion=True), ", pending deletion"),
    ):
        if any(other.id == primary.id and other.region == call.region and other != call.existing for other in others):
            message = f"AlreadyExists: a replica of {primary.id} exists in {call.region}{state}"
            problems.append(Problem("", message, source))
    return problems


def _target(call: Call) -> Resource | None:
    """The key that an alias stands for: of several with one id (primary and replicas) the one in the alias's region."""
    target = str(call.inputs["targetKeyId"])
    keys = [key for kind in (KEY, REPLICA) if (key := call.other(typed_name(kind, target))) is not None]
    return next((key for key in keys if key.region == call.region), None)


def _refuse_alias(call: Call) -> Sequence[Problem]:
    if _target(call) is not None:
        return ()
    message = f"NotFoundException: {call.inputs['targetKeyId']} is no key of {call.region}"
    return [Problem("targetKeyId", message, "KMS API, CreateAlias: the key must be in the same Region")]


def _alias_outputs(call: Call, name: str) -> Mapping[str, Any]:
    key = _target(call)
    return {
        "arn": f"arn:aws:kms:{call.region}:{call.account}:{name}",
        "targetKeyArn": key.properties["arn"] if key else "",
    }


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    KEY: Behaviour(
        id=_key_id,
        outputs=_key_outputs,
        identifiers=lambda call, key_id: [
            _arn(call, key_id),
            typed_name(KEY, key_id),
            typed_name(KEY, _arn(call, key_id)),
        ],
        on_delete="schedule",
    ),
    REPLICA: Behaviour(
        id=lambda call: str(call.inputs["primaryKeyArn"]).rsplit("/", 1)[-1],
        outputs=_replica_outputs,
        identifiers=lambda call, key_id: [
            _arn(call, key_id),
            typed_name(REPLICA, key_id),
            typed_name(REPLICA, _arn(call, key_id)),
        ],
        refuse=_refuse_replica,
        on_delete="schedule",
    ),
    ALIAS: Behaviour(
        id=lambda call: str(call.inputs["name"]),
        outputs=_alias_outputs,
        names=lambda call, name: [f"kms-alias/{call.account}/{call.region}|{name}"],
        identifiers=lambda call, name: [f"arn:aws:kms:{call.region}:{call.account}:{name}"],
        refuse=_refuse_alias,
    ),
}
