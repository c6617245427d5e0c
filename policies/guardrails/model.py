"""What a rule sees: a resource, its provider, and the whole stack, as plain data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from guardrails.values import UNKNOWN, Node, Watch, any_of

_AZURE_VERSION = re.compile(r"^azure-native:([a-z0-9]+)/v\d{8}[a-z]*:(\w+)$")
_AZURE_PACKAGE = re.compile(r"^azure-native_[a-z0-9]+_v\d{8}[a-z]*:([a-z0-9]+):(\w+)$")


def canonical(token: str) -> str:
    """The type token without an Azure API version: `azure-native:network/v20240501:Subnet` is a Subnet too.

    Generated packages of one API version (`azure-native_network_v20240501:network:Subnet`) are read alike.
    """
    for form in (_AZURE_VERSION, _AZURE_PACKAGE):
        if match := form.match(token):
            return f"azure-native:{match[1]}:{match[2]}"
    return token


@dataclass(frozen=True, slots=True)
class Urn:
    """The parts of a Pulumi URN that rules and exemptions use."""

    stack: str
    project: str

    @staticmethod
    def parse(urn: str) -> Urn:
        """Read `urn:pulumi:STACK::PROJECT::TYPES::NAME`; parts that are missing are empty."""
        head, _, rest = urn.removeprefix("urn:pulumi:").partition("::")
        return Urn(stack=head, project=rest.partition("::")[0])


@dataclass(frozen=True, slots=True)
class Provider:
    """The provider instance of a resource; its structured settings are JSON text, as the SDKs send them."""

    name: str
    raw: object

    @property
    def is_default(self) -> bool:
        """Whether the engine made it because the program named none."""
        return self.name == "default" or self.name.startswith("default_")


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource.

    type: canonical type token.
    raw: its inputs (judged alone) or outputs (judged with the stack), plain data; UNKNOWN when nothing is known of it.
    links: for each property, the URNs of the resources that its value was computed from.
    """

    urn: str
    type: str
    name: str
    raw: object
    provider: Provider | None = None
    links: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    watch: Watch = field(default_factory=Watch)

    def read(self, *keys: str) -> Node:
        """The place of a property: `resource.read("options", "preference")`."""
        root = Node("", self.raw, self.watch)
        return root.at(*keys)

    def provider_setting(self, key: str) -> Node:
        """A setting of the provider, JSON text where it has structure; unknown when there is no provider to ask."""
        raw = UNKNOWN if self.provider is None else self.provider.raw
        return Node("", raw, self.watch).at(key)

    def watched_by(self, watch: Watch) -> Resource:
        """The same resource, recording the unknowns that are met in `watch`."""
        return replace(self, watch=watch)


@dataclass(frozen=True, slots=True)
class Stack:
    """All resources of a stack after the program has run, with the outputs known so far."""

    resources: tuple[Resource, ...]
    watch: Watch = field(default_factory=Watch)

    def of_type(self, *types: str) -> Iterator[Resource]:
        """The resources of these canonical types, in the order of their registration."""
        wanted = frozenset(types)
        return (resource.watched_by(self.watch) for resource in self.resources if resource.type in wanted)

    def refers(self, source: Resource, key: str, target: Resource) -> bool | None:
        """Whether `source`'s property `key` holds the id of `target`; None where that can't be known yet.

        Ids decide where both are known. In a preview of new resources they are not; then what the value was computed
        from decides, which the engine records with each property.
        """
        value, own = source.read(key), target.read("id")
        if isinstance(value.raw, str) and isinstance(own.raw, str):
            return value.raw == own.raw
        links = source.links.get(key, frozenset())
        if target.urn in links:
            return True
        if not links and (value.is_unknown or (own.is_absent and not value.is_absent)):
            return None
        return False

    def any_refers(self, sources: Iterable[Resource], key: str, target: Resource) -> bool | None:
        """Whether any of `sources` refers to `target`; None when none surely does and one may."""
        return any_of(self.refers(source, key, target) for source in sources)

    def watched_by(self, watch: Watch) -> Stack:
        """The same stack, recording the unknowns that are met in `watch`."""
        return replace(self, watch=watch)
