"""AWS Systems Manager: parameters."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem

PARAMETER: Final = "aws:ssm/parameter:Parameter"
TIERS: Final = 'Systems Manager user guide, "Managing parameter tiers"'
NAMES: Final = "Systems Manager API, PutParameter: name"
LIMITS: Final = {"Standard": 4096, "Advanced": 8192, "Intelligent-Tiering": 8192}


def _arn(call: Call) -> str:
    name = str(call.inputs.get("name"))
    return f"arn:aws:ssm:{call.region}:{call.account}:parameter/{name.removeprefix('/')}"


def value_of(call: Call) -> str:
    """The value, whichever property it comes in."""
    found = (call.inputs.get(name) for name in ("value", "insecureValue", "valueWo"))
    return next((str(value) for value in found if value is not None), "")


def _outputs(call: Call, _: str) -> Mapping[str, Any]:
    """Each put makes a version; the tier that chooses itself is the smallest that fits, and never goes back."""
    before = call.existing.properties if call.existing else {}
    tier = str(call.inputs.get("tier") or before.get("tier") or "Standard")
    if tier == "Intelligent-Tiering":
        large = len(value_of(call).encode()) > LIMITS["Standard"] or before.get("tier") == "Advanced"
        tier = "Advanced" if large else "Standard"
    return {
        "arn": _arn(call),
        "dataType": call.inputs.get("dataType") or "text",
        "hasValueWo": bool(call.inputs.get("valueWo")),
        "tier": tier,
        "valueWo": None,  # never read back
        "version": int(before.get("version") or 0) + 1,
    }


def _refuse(call: Call) -> Sequence[Problem]:
    problems: list[Problem] = []
    name = str(call.inputs.get("name"))
    if "/" in name and not name.startswith("/"):
        message = f"ValidationException: Parameter name must be a fully qualified name, with a slash in front: {name}"
        problems.append(Problem("name", message, NAMES))
    if name.lower().lstrip("/").startswith(("aws", "ssm")):
        message = (
            f'ValidationException: Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive): {name}'
        )
        problems.append(Problem("name", message, NAMES))
    path = next((name for name in ("value", "insecureValue", "valueWo") if call.inputs.get(name) is not None), "value")
    size, tier = len(value_of(call).encode()), str(call.inputs.get("tier") or "Standard")
    if size == 0:
        problems.append(Problem(path, "ValidationException: a parameter's value has at least one character", NAMES))
    if size > LIMITS.get(tier, LIMITS["Advanced"]):
        message = (
            f"ValidationException: {tier} tier parameters support a maximum parameter value of {LIMITS[tier]} "
            f"characters; this one has {size}"
        )
        problems.append(Problem(path, message, TIERS))
    if call.inputs.get("type") == "SecureString" and call.inputs.get("insecureValue") is not None:
        message = "invalid configuration, cannot set type = SecureString and insecure_value"
        problems.append(Problem("insecureValue", message, "terraform-provider-aws internal/service/ssm/parameter.go"))
    key = call.other(call.inputs.get("keyId"))
    if key is not None and key.region != call.region:
        message = f"InvalidKeyId: the key lies in {key.region}, the parameter in {call.region}"
        problems.append(Problem("keyId", message, "Systems Manager API, PutParameter"))
    return problems


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    PARAMETER: Behaviour(
        id=lambda call: str(call.inputs["name"]),
        outputs=_outputs,
        names=lambda call, name: [f"ssm-parameter/{call.account}/{call.region}|{name}"],
        identifiers=lambda call, name: [_arn(call), name],
        refuse=_refuse,
    ),
}
