"""The four steps of a rotation, each of which may be repeated at any time: it looks first and then acts.

What Secrets Manager keeps are versions of a secret with labels on them: AWSCURRENT is in force, AWSPENDING is being
rotated to, AWSPREVIOUS was in force before (Secrets Manager User Guide, "Lambda rotation functions"). It calls the
steps in turn with the pending version's token, and starts anew with the first after a failure.
"""

import json
import secrets as randomness
import string
from collections.abc import Mapping
from typing import Any, Final, Protocol

from .postgres import Credentials, Server

LENGTH: Final = 48
ALPHABET: Final = string.ascii_letters + string.digits
"""Letters and digits: 285 bits in 48 of them, and nothing that a URL, a shell or RDS would take amiss."""


class RotationError(Exception):
    """The rotation can't go on; the text never holds a secret."""


class Secrets(Protocol):
    """The part of Secrets Manager's client that is used here; arguments and answers as the API names them."""

    exceptions: Any

    def describe_secret(self, **request: Any) -> Mapping[str, Any]:
        """Versions and their labels."""
        ...

    def get_secret_value(self, **request: Any) -> Mapping[str, Any]:
        """One version's value."""
        ...

    def put_secret_value(self, **request: Any) -> Mapping[str, Any]:
        """A new version."""
        ...

    def update_secret_version_stage(self, **request: Any) -> Mapping[str, Any]:
        """A label on another version."""
        ...


def take(step: str, *, secret: str, token: str, secrets: Secrets, server: Server) -> str:
    """Take one step for the version `token` of a secret; says what was done."""
    labels = _labels(secrets, secret, token)
    if "AWSCURRENT" in labels:
        return "this version is in force already"
    if "AWSPENDING" not in labels:
        raise RotationError(f"version {token} is not pending")
    match step:
        case "createSecret":
            return _create(secrets, secret, token)
        case "setSecret":
            return _set(secrets, secret, token, server)
        case "testSecret":
            return _test(secrets, secret, token, server)
        case "finishSecret":
            return _finish(secrets, secret, token)
        case _:
            raise RotationError(f"there is no step {step}")


def _labels(secrets: Secrets, secret: str, token: str) -> list[str]:
    described = secrets.describe_secret(SecretId=secret)
    if not described.get("RotationEnabled"):
        raise RotationError("rotation is not switched on for this secret")
    versions: Mapping[str, list[str]] = described.get("VersionIdsToStages", {})
    if token not in versions:
        raise RotationError(f"the secret has no version {token}")
    return versions[token]


def _create(secrets: Secrets, secret: str, token: str) -> str:
    """Draw the new password, once: a second try keeps the first one's, which may be in force by now."""
    current = _value(secrets, secret, "AWSCURRENT")
    if current is None:
        raise RotationError("the secret has no current version: its first value has to be put there before it rotates")
    if _value(secrets, secret, "AWSPENDING", token) is not None:
        return "the new password is there already"
    password = "".join(randomness.choice(ALPHABET) for _ in range(LENGTH))
    secrets.put_secret_value(
        SecretId=secret,
        ClientRequestToken=token,
        SecretString=json.dumps({**current, "password": password}),
        VersionStages=["AWSPENDING"],
    )
    return "a new password is drawn"


def _set(secrets: Secrets, secret: str, token: str, server: Server) -> str:
    """Bring the new password into force, signed on with whichever of the older ones still is."""
    pending = _credentials(secrets, secret, "AWSPENDING", token)
    if server.opens_with(pending):
        return "the new password is in force already"
    for label in ("AWSCURRENT", "AWSPREVIOUS"):
        older = _value(secrets, secret, label)
        if older is None:
            continue
        if older.get("username") != pending.username:
            raise RotationError(f"{label} and AWSPENDING are not of the same user")
        if server.change(_as_credentials(older, label), pending.password):
            return f"changed with the password of {label}"
    raise RotationError("neither the current nor the previous password opens the server")


def _test(secrets: Secrets, secret: str, token: str, server: Server) -> str:
    if not server.opens_with(_credentials(secrets, secret, "AWSPENDING", token)):
        raise RotationError("the new password does not open the server")
    return "the new password opens the server"


def _finish(secrets: Secrets, secret: str, token: str) -> str:
    """Put the label of what is in force on the new version; Secrets Manager moves AWSPREVIOUS along by itself."""
    versions: Mapping[str, list[str]] = secrets.describe_secret(SecretId=secret)["VersionIdsToStages"]
    before = next(version for version, labels in versions.items() if "AWSCURRENT" in labels)
    secrets.update_secret_version_stage(
        SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=token, RemoveFromVersionId=before
    )
    return "the new password is the current one"


def _credentials(secrets: Secrets, secret: str, label: str, token: str) -> Credentials:
    value = _value(secrets, secret, label, token)
    if value is None:
        raise RotationError(f"{label} has no value yet")
    return _as_credentials(value, label)


def _as_credentials(value: Mapping[str, Any], label: str) -> Credentials:
    if not {"username", "password"} <= value.keys():
        raise RotationError(f"{label} has to hold username and password")
    return Credentials(str(value["username"]), str(value["password"]))


def _value(secrets: Secrets, secret: str, label: str, token: str | None = None) -> dict[str, Any] | None:
    """What a version holds; None when there is none, or none with a value.

    The error of a text that is no JSON object would quote it, so it is raised without.
    """
    request = {"SecretId": secret, "VersionStage": label} | ({} if token is None else {"VersionId": token})
    try:
        text = secrets.get_secret_value(**request)["SecretString"]
    except secrets.exceptions.ResourceNotFoundException:
        return None
    try:
        value: object = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise RotationError(f"{label} is no JSON object")
    return value  # pyright: ignore[reportUnknownVariableType]
