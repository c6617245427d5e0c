"""AWS Secrets Manager: secrets and their versions."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem
from sandbox.references import typed_name
from sandbox.store import Resource

SECRET: Final = "aws:secretsmanager/secret:Secret"
VERSION: Final = "aws:secretsmanager/secretVersion:SecretVersion"
DELETING: Final = (
    'Secrets Manager user guide, "Delete an AWS Secrets Manager secret": the name stays taken until the end'
)
REPLICATING: Final = 'Secrets Manager user guide, "Replicate AWS Secrets Manager secrets across Regions"'
API: Final = "Secrets Manager API"
VALUES: Final = ("secretString", "secretStringWo", "secretBinary")
MOST_BYTES: Final = 65536


def _arn(call: Call) -> str:
    return f"arn:aws:secretsmanager:{call.region}:{call.account}:secret:{call.inputs.get('name')}-{call.digits(6)}"


def _refuse_secret(call: Call) -> Sequence[Problem]:
    """A name that waits for its end is taken; a replica lies in another region, under a key of that region."""
    name = call.inputs.get("name")
    problems: list[Problem] = []
    for waiting in call.store.all(SECRET, pending_deletion=True):
        same_place = (waiting.account, waiting.region) == (call.account, call.region)
        if call.existing is None and same_place and waiting.properties.get("name") == name:
            message = (
                "InvalidRequestException: You can't create this secret because a secret with this name is already "
                f"scheduled for deletion ({name})"
            )
            problems.append(Problem("name", message, DELETING))
    key = call.other(call.inputs.get("kmsKeyId"))
    if key is not None and key.region != call.region:
        message = f"InvalidParameterException: the key lies in {key.region}, the secret in {call.region}"
        problems.append(Problem("kmsKeyId", message, API))
    for index, replica in enumerate(call.inputs.get("replicas") or []):
        region = replica.get("region")
        if region == call.region:
            message = f"InvalidParameterException: Invalid replica region: {region} is the secret's own"
            problems.append(Problem(f"replicas[{index}].region", message, REPLICATING))
        key = call.other(replica.get("kmsKeyId"))
        if key is not None and key.region != region:
            message = f"InvalidParameterException: the replica's key lies in {key.region}, the replica in {region}"
            problems.append(Problem(f"replicas[{index}].kmsKeyId", message, REPLICATING))
    return problems


def _refuse_version(call: Call) -> Sequence[Problem]:
    given = [call.inputs[name] for name in VALUES if call.inputs.get(name)]
    if not given:
        message = "InvalidRequestException: You must provide either SecretString or SecretBinary"
        return [Problem("", message, API)]
    if len(str(given[0]).encode()) > MOST_BYTES:
        return [Problem("", f"ValidationException: a secret's value has at most {MOST_BYTES} bytes", API)]
    return ()


def _version_outputs(call: Call, _: str) -> Mapping[str, Any]:
    secret = secret_of(call)
    before = call.existing.properties.get("versionId") if call.existing else None
    return {
        "arn": secret.properties.get("arn") if secret else None,
        "hasSecretStringWo": bool(call.inputs.get("secretStringWo")),
        "secretArn": secret.properties.get("arn") if secret else None,
        "secretStringWo": None,  # never read back
        "versionId": before or call.uuid("version"),
        "versionStages": call.inputs.get("versionStages") or ["AWSCURRENT"],
    }


def secret_of(call: Call) -> Resource | None:
    """The secret that a version or a rotation belongs to."""
    named = call.inputs.get("secretId")
    return call.other(named) or call.other(typed_name(SECRET, str(named)))


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    SECRET: Behaviour(
        id=_arn,
        outputs=lambda _, id: {"arn": id},
        names=lambda call, _: [f"secret/{call.account}/{call.region}|{call.inputs.get('name')}"],
        identifiers=lambda call, id: [id, typed_name(SECRET, str(call.inputs.get("name")))],
        refuse=_refuse_secret,
        waits=lambda call: call.inputs.get("recoveryWindowInDays") != 0,
    ),
    VERSION: Behaviour(
        id=lambda call: f"{call.inputs.get('secretId')}|{call.uuid('version')}",
        outputs=_version_outputs,
        refuse=_refuse_version,
    ),
}
