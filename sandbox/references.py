"""Who names whom: ids, ARNs and names in a resource's inputs, and what they stand for.

A property that `kinds` lists must name something of one of its types; anywhere else a value that has the form of an id
or an ARN must belong to something. Either exists in the store, or in the world that was there before. Policy documents
are left alone: the clouds check only their principals (`judges.iam`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sandbox.connection import Connection
from sandbox.kinds import AZURE_GROUP, AZURE_NETWORK, CLOUDFLARE_ZONE, ID_PREFIXES, Target, target
from sandbox.problems import Problem
from sandbox.store import Resource, Store
from sandbox.world import World

__all__ = [
    "AZURE_GROUP", "AZURE_NETWORK", "CLOUDFLARE_ZONE", "Reference",
    "azure_id", "canonical", "find", "resolve", "targets", "typed_name",
]  # fmt: skip

AWS_ID: Final = re.compile(rf"^({'|'.join(ID_PREFIXES)})-[0-9a-f]{{8,17}}$")
ARN: Final = re.compile(r"^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12}|aws)?:.+$")
AZURE_ID: Final = re.compile(r"^/subscriptions/[0-9a-f-]{36}/", re.IGNORECASE)
# What stands behind the bucket in an S3 ARN: objects and prefixes are nobody's resources.
S3_OBJECT: Final = re.compile(r"(?<=:s3:::)([^/]+)/.*$")
# Keys that AWS makes in every account when a service first needs one (KMS developer guide, "AWS managed keys").
AWS_MANAGED_KEY: Final = re.compile(r"^(arn:aws:kms:[a-z0-9-]+:\d{12}:)?alias/aws/[a-z0-9-]+$")
# Free text and documents: what looks like an id in there is not looked up by the clouds.
NOT_REFERENCES: Final = frozenset({"tags", "tagsAll", "description", "policy", "assumeRolePolicy", "comment"})
NOT_FOUND: Final = "the vendors answer NotFound for an id, ARN or name that nobody made"
WRONG_KIND: Final = "the vendors' API references: what each property names, and whether by id, ARN or name"

# Azure's names are unique within their parent only: together with the parent's name they make the id that is looked up.
AZURE_IDS: Final[Mapping[str, str]] = {
    AZURE_GROUP: "/subscriptions/{account}/resourceGroups/{resourceGroupName}",
    AZURE_NETWORK: "/subscriptions/{account}/resourceGroups/{resourceGroupName}"
    "/providers/Microsoft.Network/virtualNetworks/{virtualNetworkName}",
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in the inputs that names something else; `target` says what it may be, None when its form says it."""

    path: str
    value: str
    target: Target | None = None


def targets(token: str, path: str) -> tuple[str, ...]:
    """The types that a property must name one of, by its facts path (`a[].b`); none where its form decides."""
    found = target(token, path)
    return found.tokens if found else ()


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
    yield from _within(token, "", "", inputs)


def _within(token: str, place: str, path: str, value: Any) -> Iterator[Reference]:
    """Walk inputs. place: where, as the facts write it (`a[].b`); path: where, as it is told (`a[0].b`)."""
    if isinstance(value, str):
        named = target(token, place)
        if named is not None and value and value not in named.words:
            yield Reference(path, value, named)
        elif named is None and (AWS_ID.match(value) or _is_arn(value) or AZURE_ID.match(value)):
            yield Reference(path, value)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key not in NOT_REFERENCES:
                yield from _within(token, f"{place}.{key}".lstrip("."), f"{path}.{key}".lstrip("."), item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _within(token, f"{place}[]", f"{path}[{index}]", item)


def _is_arn(value: str) -> bool:
    """Whether a text is an ARN and no pattern of them, which stands for nobody (a log group's may end in `:*`)."""
    plain = value.removesuffix(":*") if ":log-group:" in value else value
    return bool(ARN.match(value)) and "*" not in plain


def resolve(
    token: str, inputs: Mapping[str, Any], connection: Connection, store: Store, world: World, own: str = ""
) -> tuple[list[tuple[str, Resource]], list[Problem]]:
    """Look every reference up.

    own: the id of the resource itself, to which its parts may refer (Azure's gateways do).
    Returns (path, resource) for each that the store holds, and a problem for each that nobody made or that is something
    else than the property names.
    """
    region = str(inputs.get("region") or connection.region) if connection.package == "aws" else ""
    seeker = _Seeker(token, inputs, connection, region, store, world, canonical(connection.package, own))
    found: list[tuple[str, Resource]] = []
    problems: list[Problem] = []
    for reference in find(token, inputs):
        answer = seeker.look_up(reference)
        if isinstance(answer, Problem):
            problems.append(answer)
        elif answer is not None:
            found.append((reference.path, answer))
    return found, problems


@dataclass(frozen=True, slots=True)
class _Seeker:
    """One resource that looks for what it names. own: its own id in its comparable form."""

    token: str
    inputs: Mapping[str, Any]
    connection: Connection
    region: str
    store: Store
    world: World
    own: str

    def look_up(self, reference: Reference) -> Resource | Problem | None:
        """Give the resource, what is wrong, or None where what is named is fine and not in the store."""
        value, wanted, path = reference.value, reference.target, reference.path
        part = bool(self.own) and _is_part(canonical(self.connection.package, value), self.own)
        if part and wanted is None:
            return None
        there = self._candidates(reference)
        fitting = [one for one in there if wanted is None or _kind(value, one) in wanted.tokens]
        resource = next((one for one in fitting if one.region == self.region), fitting[0] if fitting else None)
        if resource is None:
            if (part and wanted is not None and self.token in wanted.tokens) or self._before_us(reference):
                return None
            if there and wanted is not None:
                message = f"expected {_one_of(wanted.tokens)}, and {value!r} is {_one_of([_kind(value, there[0])])}"
                return Problem(path, message, WRONG_KIND)
            what = _or(_words(wanted.tokens)) if wanted else "resource"
            return Problem(path, f"no {what} {value!r} exists in {self._where()}", NOT_FOUND)
        if wanted is not None and value.startswith("arn:") and wanted.by == "id":
            message = f"expected {_one_of(wanted.tokens)} by its id, and {value!r} is an ARN"
            return Problem(path, message, WRONG_KIND)
        if wanted is not None and not value.startswith("arn:") and wanted.by == "arn":
            message = f"expected {_one_of(wanted.tokens)} by its ARN, and {value!r} is none"
            return Problem(path, message, WRONG_KIND)
        anywhere = wanted is not None and wanted.anywhere
        if AWS_ID.match(value) and resource.region != self.region and not anywhere:
            message = f"{value!r} lies in {resource.region}, and this call goes to {self.region}"
            return Problem(path, message, NOT_FOUND)
        return resource

    def _candidates(self, reference: Reference) -> list[Resource]:
        """Everything that goes by what is written there, of whatever type."""
        package, account, wanted = self.connection.package, self.connection.account, reference.target
        if wanted is not None and wanted.by == "name":
            names = [azure_id(kind, account, self.inputs) for kind in wanted.tokens]
        else:
            # A security group may stand with its owner's account in front (EC2 API, UserIdGroupPair).
            names = [S3_OBJECT.sub(r"\1", reference.value.removeprefix(f"{account}/"))]
        return [
            resource
            for name in names
            for resource in self.store.all_named(canonical(package, name), package=package, account=account)
        ]

    def _before_us(self, reference: Reference) -> bool:
        """Tell whether something of the right kind was there before anybody made anything."""
        value, wanted = reference.value, reference.target
        if wanted is None:
            return self.world.has(self.connection.package, value)
        if "aws:kms/alias:Alias" in wanted.tokens and AWS_MANAGED_KEY.match(value):
            return True
        form = AWS_ID.match(value)
        if form:
            right = not set(wanted.tokens).isdisjoint(ID_PREFIXES[form[1]])
        else:
            # The word behind the account in an ARN says what it names: policy/…, role/….
            word = value.split(":", 5)[-1].partition("/")[0]
            right = word in [name.lower() for name in _words(wanted.tokens)]
        return right and self.world.has(self.connection.package, value)

    def _where(self) -> str:
        where = {"aws": "AWS account", "azure-native": "Azure subscription"}.get(self.connection.package)
        return f"{where} {self.connection.account}" if where else "Cloudflare"


def _is_part(value: str, own: str) -> bool:
    return value == own or value.startswith(own + "/")


def _kind(value: str, resource: Resource) -> str:
    """What an id stands for: a network's own group, ACL and table are known by the network, and are no networks."""
    form = AWS_ID.match(value)
    own = form and resource.token not in ID_PREFIXES[form[1]]
    return ID_PREFIXES[form[1]][0] if form and own else resource.token


def _words(tokens: Sequence[str]) -> list[str]:
    """The types' plain names; those that adopt what was there (DefaultSecurityGroup) go without saying."""
    return [name for token in tokens if not (name := token.rsplit(":", 1)[-1]).startswith("Default")]


def _one_of(tokens: Sequence[str]) -> str:
    names = _words(tokens) or [token.rsplit(":", 1)[-1] for token in tokens]
    return _or([f"{'an' if name[0] in 'AEIOU' else 'a'} {name}" for name in names])


def _or(names: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))
