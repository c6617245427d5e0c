"""A type whose ways no module knows: it gets an id and an ARN in the vendor's general form, so that others can name it.

The form is made up, not the vendor's word for this type; the check says so once a type.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from sandbox import schema
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.judges.policy import catalog
from sandbox.kinds import ID_PREFIXES

_PREFIXES: Final = {tokens[0]: prefix for prefix, tokens in ID_PREFIXES.items()}
# Where an ARN names another service than the SDK's module does (AWS Service Authorization Reference).
_SERVICES: Final = {
    "alb": "elasticloadbalancing",
    "appautoscaling": "application-autoscaling",
    "cfg": "config",
    "costexplorer": "ce",
    "ec2clientvpn": "ec2",
    "ec2transitgateway": "ec2",
    "efs": "elasticfilesystem",
    "lb": "elasticloadbalancing",
    "sfn": "states",
    "ssmincidents": "ssm-incidents",
    "vpc": "ec2",
}
# CloudWatch's module holds three services, told apart by how the type's name begins.
_CLOUDWATCH: Final = {"event": "events", "log": "logs"}
# Whose id is the ARN ("Attribute Reference" of each in the provider's documentation).
_ARN_IS_ID: Final = frozenset(
    {
        "aws:ecs/cluster:Cluster",
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        "aws:iam/samlProvider:SamlProvider",
        "aws:lb/listener:Listener",
        "aws:lb/listenerRule:ListenerRule",
        "aws:lb/loadBalancer:LoadBalancer",
        "aws:lb/targetGroup:TargetGroup",
        "aws:secretsmanager/secret:Secret",
        "aws:sfn/stateMachine:StateMachine",
        "aws:sns/topic:Topic",
    }
)


def general(token: str) -> Behaviour:
    """The ways of a type of which only the SDK's schema and perhaps facts are known."""
    package = token.partition(":")[0]
    if package == "azure-native":
        return Behaviour(id=_azure_id, outputs=lambda call, _: {"name": _azure_name(call)})
    if package == "cloudflare":
        return Behaviour(id=lambda call: call.digits(32))
    prefix = _PREFIXES.get(token)
    if token in _ARN_IS_ID:
        made = lambda call: _arn(call, _name(call))  # noqa: E731
    elif prefix:
        made = lambda call: f"{prefix}-0{call.digits(16)}"  # noqa: E731
    else:
        made = lambda call: call.uuid()  # noqa: E731
    if "arn" not in schema.load(token).outputs:
        return Behaviour(id=made)

    def arn(call: Call, id: str) -> str:  # noqa: A002  the protocol's own word
        return id if id.startswith("arn:") else _arn(call, id if prefix else _name(call))

    def outputs(call: Call, id: str) -> Mapping[str, Any]:  # noqa: A002  the protocol's own word
        return {"arn": arn(call, id), "name": call.inputs.get("name") or _name(call)}

    return Behaviour(id=made, outputs=outputs, identifiers=lambda call, id: [arn(call, id)])


def service_of(token: str) -> str:
    """The AWS service that a type belongs to, as ARNs and actions name it."""
    module, kind = token.split(":")[1].split("/", maxsplit=1)[0], token.rsplit(":", 1)[-1]
    if module == "cloudwatch":
        return next((service for word, service in _CLOUDWATCH.items() if kind.lower().startswith(word)), module)
    return _SERVICES.get(module, module)


def _name(call: Call) -> str:
    """What the resource goes by: its name, else what IAM makes of its other inputs, else digits."""
    inputs = call.inputs
    if "openIdConnectProvider" in call.token:
        return str(inputs.get("url", "")).removeprefix("https://")
    return str(inputs.get("name") or call.digits(17))


def _arn(call: Call, name: str) -> str:
    """An ARN as the service's own catalogue of resources writes it, where that knows the type; else kind and name."""
    module, kind = call.token.split(":")[1].split("/")[0], call.token.rsplit(":", 1)[-1]
    service = service_of(call.token)
    region, resource = _form(service, module, kind)
    path = str(call.inputs.get("path") or "/").lstrip("/") if service == "iam" else ""
    filled = resource.replace("*", path + name, 1)
    for number in range(filled.count("*")):
        filled = filled.replace("*", call.digits(16, f"part {number}"), 1)
    return f"arn:aws:{service}:{call.region if region else ''}:{call.account}:{filled}"


@cache
def _form(service: str, module: str, kind: str) -> tuple[bool, str]:
    """Whether a type's ARN has a region, and what stands behind the account, `*` for each part of its own."""
    held = catalog.service(service)
    patterns = held.resources if held else []
    wanted = {kind.lower(), (module + kind).lower(), _SHORT.get(kind, "")}
    for name, pattern in patterns:
        parts = pattern.split(":", 5)
        if re.sub(r"[^a-z]", "", name.lower()) in wanted and len(parts) == 6 and parts[2] == service:
            return bool(parts[3]), parts[5]
    word = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", kind).lower()
    return service not in ("iam", "cloudfront"), f"{word}/*"


# What the catalogue calls otherwise than the SDK.
_SHORT: Final = {"OpenIdConnectProvider": "oidcprovider"}


def _azure_name(call: Call) -> str:
    """The name that the program gave, under the type's own word (`routeTableName`); else digits."""
    kind = call.token.rsplit(":", 1)[-1].lower()
    own = next((value for key, value in call.inputs.items() if key.lower() == f"{kind}name"), None)
    return str(own or f"{kind}{call.digits(8)}")


def _azure_id(call: Call) -> str:
    """A path of the group, the type and every further name, which are those of its parents."""
    _, module, kind = call.token.split(":")[0], call.token.split(":")[1], call.token.rsplit(":", 1)[-1]
    group = call.inputs.get("resourceGroupName")
    scope = f"/subscriptions/{call.account}" + (f"/resourceGroups/{group}" if group else "")
    own = {"resourcegroupname", f"{kind.lower()}name"}
    parents = [
        str(value) for key, value in sorted(call.inputs.items()) if key.endswith("Name") and key.lower() not in own
    ]
    plural = f"{kind[0].lower()}{kind[1:]}s"
    names = "/".join([*parents, _azure_name(call)])
    return f"{scope}/providers/Microsoft.{module[0].upper()}{module[1:]}/{plural}/{names}"
