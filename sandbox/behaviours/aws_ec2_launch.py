"""EC2 launch templates: versions, and what starts from one."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.behaviours.aws_network import ec2
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.store import Resource

LAUNCH_TEMPLATE: Final = "aws:ec2/launchTemplate:LaunchTemplate"
RESOLVED: Final = "resolve:ssm:"
# What a change of makes no new version (terraform-provider-aws internal/service/ec2/ec2_launch_template.go).
_NOT_LAUNCHED: Final = frozenset(
    {"defaultVersion", "name", "namePrefix", "region", "tags", "tagsAll", "updateDefaultVersion"}
)


def _outputs(call: Call, _: str) -> Mapping[str, Any]:
    before = call.existing
    if before is None:
        latest = default = 1
    else:
        latest = int(before.properties["latestVersion"]) + (_launched(before.inputs) != _launched(call.inputs))
        default = int(before.properties["defaultVersion"])
    if call.inputs.get("updateDefaultVersion"):
        default = latest
    return {
        "defaultVersion": int(call.inputs.get("defaultVersion") or default),
        "latestVersion": latest,
        "name": call.inputs["name"],
    }


def _launched(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in inputs.items() if key not in _NOT_LAUNCHED}


def template_of(call: Call, specification: Any) -> Resource | None:
    """The template that a launch specification names, by id or by name."""
    named: Mapping[str, Any] = specification if isinstance(specification, dict) else {}
    keys = ("id", "launchTemplateId", "name", "launchTemplateName")
    value = next((named[key] for key in keys if named.get(key)), None)
    return of_type(call, LAUNCH_TEMPLATE, value)


def of_type(call: Call, token: str, value: Any) -> Resource | None:
    """The resource of one type that a name, an id or an ARN stands for: things of other types may go by it too."""
    if not isinstance(value, str):
        return None
    found = call.store.all_named(value, package=call.connection.package, account=call.account)
    return next((one for one in found if one.token == token and one.region in {"", call.region}), None)


def volume_keys(template: Resource) -> Iterator[tuple[str, str]]:
    """The keys of a template's encrypted volumes, each with its path."""
    for index, mapping in enumerate(template.inputs.get("blockDeviceMappings") or []):
        key = (mapping.get("ebs") or {}).get("kmsKeyId")
        if isinstance(key, str):
            yield f"blockDeviceMappings[{index}].ebs.kmsKeyId", key


def start_script(template: Resource) -> str:
    """What a host runs at its first start; empty where that cannot be read."""
    try:
        return base64.b64decode(str(template.inputs.get("userData") or ""), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    LAUNCH_TEMPLATE: ec2(
        "lt",
        "launch-template",
        ("arn",),
        outputs=_outputs,
        names=lambda call, _: [f"launch-template/{call.account}/{call.region}|{call.inputs['name']}"],
        identifiers=lambda call, _: [str(call.inputs["name"])],
    ),
}
