"""AWS Secrets Manager: the order to rotate a secret by a function."""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

from sandbox.behaviours.aws_lambda import PERMISSION
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem
from sandbox.store import Resource

ROTATION: Final = "aws:secretsmanager/secretRotation:SecretRotation"
SECRET: Final = "aws:secretsmanager/secret:Secret"
VERSION: Final = "aws:secretsmanager/secretVersion:SecretVersion"
PRINCIPAL: Final = "secretsmanager.amazonaws.com"
ROTATE: Final = "Secrets Manager API, RotateSecret"


def _secret_arn(call: Call) -> str:
    secret = call.other(call.inputs.get("secretId"))
    return str(call.inputs.get("secretId")) if secret is None else str(secret.properties.get("arn") or secret.id)


def _refuse(call: Call) -> Sequence[Problem]:
    return [*_refuse_function(call), *_refuse_empty(call)]


def _refuse_function(call: Call) -> Iterator[Problem]:
    """Secrets Manager tries to call the function when rotation is switched on."""
    function = call.other(call.inputs.get("rotationLambdaArn"))
    if function is None:
        return
    permissions = [use.user for use in call.store.users(function) if use.user.token == PERMISSION]
    if not any(_lets(permission.inputs, _secret_arn(call), call.account) for permission in permissions):
        message = (
            "AccessDeniedException: Secrets Manager cannot invoke the specified Lambda function. Ensure that the "
            f"function policy grants access to the principal {PRINCIPAL}: no permission of {function.id} does for this "
            "secret"
        )
        yield Problem("rotationLambdaArn", message, ROTATE)


def _lets(permission: Mapping[str, Any], secret_arn: str, account: str) -> bool:
    return (
        permission.get("principal") == PRINCIPAL
        and permission.get("action") in {"lambda:InvokeFunction", "lambda:*", "*"}
        and permission.get("sourceAccount") in {None, account}
        and fnmatchcase(secret_arn, str(permission.get("sourceArn") or "*"))
    )


def _refuse_empty(call: Call) -> Iterator[Problem]:
    secret = call.other(call.inputs.get("secretId"))
    if secret is None or call.existing is not None:
        return
    if not any(use.user.token == VERSION and _is_of(use.user, secret) for use in call.store.users(secret)):
        message = f"InvalidRequestException: {secret.id} has no value yet; a secret needs one before it can rotate"
        yield Problem("secretId", message, ROTATE)


def _is_of(version: Resource, secret: Resource) -> bool:
    return version.inputs.get("secretId") in {secret.id, secret.properties.get("arn"), secret.properties.get("name")}


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    ROTATION: Behaviour(
        id=_secret_arn,
        outputs=lambda call, _: {"rotationEnabled": call.inputs.get("rotationEnabled") is not False},
        names=lambda call, arn: [f"secret-rotation/{call.account}/{call.region}|{arn}"],
        refuse=_refuse,
    )
}
