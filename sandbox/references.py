"""Who names whom: ids, ARNs and names in a resource's inputs, and what they stand for.

A value that has the form of an id or an ARN must belong to something that exists, in the store or in the world
that was there before. Policy documents are left alone: the clouds check only their principals (`judges.iam`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.connection import Connection
from sandbox.problems import Problem
from sandbox.store import Resource, Store
from sandbox.world import World

AWS_ID: Final = re.compile(
    r"^(acl|eipalloc|eni|fl|fs|fsap|i|igw|lt|nat|pl|rtb|rtbassoc|sg|sgr|subnet|vgw|vpc|vpce|vpn|cgw)-[0-9a-f]{8,17}$"
)
ARN: Final = re.compile(r"^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12}|aws)?:.+$")
AZURE_ID: Final = re.compile(r"^/subscriptions/[0-9a-f-]{36}/", re.IGNORECASE)
# Free text and documents: what looks like an id in there is not looked up by the clouds.
NOT_REFERENCES: Final = frozenset({"tags", "tagsAll", "description", "policy", "assumeRolePolicy", "comment"})
NOT_FOUND: Final = "the vendors answer NotFound for an id, ARN or name that nobody made"

AZURE_GROUP: Final = "azure-native:resources:ResourceGroup"
AZURE_NETWORK: Final = "azure-native:network:VirtualNetwork"
CLOUDFLARE_ZONE: Final = "cloudflare:index/zone:Zone"

# Properties whose plain text names another resource of a known type, by the vendors' API reference of each type.
BY_NAME: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "aws:iam/rolePolicy:RolePolicy": {"role": ("aws:iam/role:Role",)},
    "aws:kms/alias:Alias": {"targetKeyId": ("aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey")},
    "cloudflare:index/authenticatedOriginPullsCertificate:AuthenticatedOriginPullsCertificate": {
        "zoneId": (CLOUDFLARE_ZONE,)
    },
    "cloudflare:index/authenticatedOriginPullsSettings:AuthenticatedOriginPullsSettings": {
        "zoneId": (CLOUDFLARE_ZONE,)
    },
    "cloudflare:index/dnsRecord:DnsRecord": {"zoneId": (CLOUDFLARE_ZONE,)},
    "cloudflare:index/zoneDnssec:ZoneDnssec": {"zoneId": (CLOUDFLARE_ZONE,)},
    "azure-native:network:NetworkSecurityGroup": {"resourceGroupName": (AZURE_GROUP,)},
    "azure-native:network:VirtualNetwork": {"resourceGroupName": (AZURE_GROUP,)},
    "azure-native:network:Subnet": {"resourceGroupName": (AZURE_GROUP,), "virtualNetworkName": (AZURE_NETWORK,)},
}
# Properties that name the same thing in every type of a package that has them.
EVERYWHERE: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("azure-native", "resourceGroupName"): (AZURE_GROUP,),
    ("cloudflare", "zoneId"): (CLOUDFLARE_ZONE,),
}
# Azure's names are unique within their parent only: together with the parent's name they make the id that is looked up.
AZURE_IDS: Final[Mapping[str, str]] = {
    AZURE_GROUP: "/subscriptions/{account}/resourceGroups/{resourceGroupName}",
    AZURE_NETWORK: "/subscriptions/{account}/resourceGroups/{resourceGroupName}"
    "/providers/Microsoft.Network/virtualNetworks/{virtualNetworkName}",
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in the inputs that names something else; `tokens` are the types it may be, none when its form says it."""

    path: str
    value: str
    tokens: tuple[str, ...] = ()


def targets(token: str, key: str) -> tuple[str, ...]:
    """The types that a plain name in a top-level property may stand for; none where the property is no such name."""
    named = BY_NAME.get(token, {}).get(key) or EVERYWHERE.get((token.partition(":")[0], key), ())
    return tuple(target for target in named if target != token)


def typed_name(token: str, name: str) -> str:
    """The identifier under which a resource is found by its type and plain name."""
    return f"{token}::{name}"


def azure_id(token: str, account: str, inputs: Mapping[str, Any]) -> str:
    """The id of the resource of an Azure type that these inputs name."""
    return AZURE_IDS[token].format_map({**inputs, "account": account})


def canonical(package: str, value: str) -> str:
    """The form in which ids compare: Azure ignores letter case, and a log group's ARN may end in `:*`."""
    if package == "azure-native":
        return value.lower()
    return value.removesuffix(":*")


def find(token: str, inputs: Mapping[str, Any]) -> Iterator[Reference]:
    """List every place in known inputs that names another resource."""
    for key, value in inputs.items():
        types = targets(token, key)
        if types and isinstance(value, str):
            yield Reference(key, value, types)
        elif key not in NOT_REFERENCES:
            yield from _by_form(key, value)


def resolve(
    token: str, inputs: Mapping[str, Any], connection: Connection, store: Store, world: World, own: str = ""
) -> tuple[list[tuple[str, Resource]], list[Problem]]:
    """Look every reference up.

    own: the id of the resource itself, to which its parts may refer (Azure's gateways do).
    Returns (path, resource) for each that the store holds, and a problem for each that nobody made.
    """
    package, account = connection.package, connection.account
    region = str(inputs.get("region") or connection.region) if package == "aws" else ""
    found: list[tuple[str, Resource]] = []
    problems: list[Problem] = []
    for reference in find(token, inputs):
        if own and not reference.tokens and _is_part(canonical(package, reference.value), canonical(package, own)):
            continue
        matches = (
            store.named(canonical(package, name), package=package, account=account, region=region)
            for name in _names(reference, inputs, account)
        )
        resources = [match for match in matches if match is not None]
        resource = next((match for match in resources if match.region == region), resources[0] if resources else None)
        if resource is None:
            if not world.has(package, reference.value):
                what = " or ".join(target.rsplit(":", 1)[-1] for target in reference.tokens) or "resource"
                message = f"no {what} {reference.value!r} exists in {_where(connection)}"
                problems.append(Problem(reference.path, message, NOT_FOUND))
        elif AWS_ID.match(reference.value) and resource.region != region:
            message = f"{reference.value!r} lies in {resource.region}, and this call goes to {region}"
            problems.append(Problem(reference.path, message, NOT_FOUND))
        else:
            found.append((reference.path, resource))
    return found, problems


def _names(reference: Reference, inputs: Mapping[str, Any], account: str) -> list[str]:
    """The identifiers under which what is referred to may be found, the likeliest first."""
    names = [
        azure_id(target, account, inputs) if target in AZURE_IDS else typed_name(target, reference.value)
        for target in reference.tokens
    ]
    return names or [reference.value]


def _is_part(value: str, own: str) -> bool:
    return value == own or value.startswith(own + "/")


def _where(connection: Connection) -> str:
    where = {"aws": "AWS account", "azure-native": "Azure subscription"}.get(connection.package)
    return f"{where} {connection.account}" if where else "Cloudflare"


def _by_form(path: str, value: Any) -> Iterator[Reference]:
    if isinstance(value, str):
        if AWS_ID.match(value) or ARN.match(value) or AZURE_ID.match(value):
            yield Reference(path, value)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in NOT_REFERENCES:
                yield from _by_form(f"{path}.{key}", item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _by_form(f"{path}[{index}]", item)
