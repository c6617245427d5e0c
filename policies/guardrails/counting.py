"""Counts what a quota is about: how many of something there are in a region, a zone, or something else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from guardrails.model import Resource, Stack
from guardrails.values import Node


@dataclass(frozen=True, slots=True)
class Count:
    """How many there surely are in one place; what is not known yet is not counted.

    where: completes "… of …". urn: the resource that a finding names: the place itself, or what is one too many in it.
    """

    number: int
    where: str
    urn: str
    path: str = ""


Counter = Callable[[Stack, int], Iterator[Count]]
"""Told the limit as well, to name what is one too many."""

_NAMES: Final = ("id", "arn", "name", "identifier")


def is_in(child: Resource, key: str, parent: Resource) -> bool:
    """Whether a property holds what its parent goes by, or, in a first preview, came from the parent."""
    return _is(child.read(key), parent) or (
        not child.read(key).is_known and parent.urn in child.links.get(key, frozenset())
    )


def _is(value: Node, parent: Resource) -> bool:
    text = value.text() if isinstance(value.raw, str) else None
    return text is not None and any(text == parent.read(name).raw for name in _NAMES)


def region(resource: Resource) -> str | None:
    """The AWS region of a resource: its own, else its provider's."""
    return resource.read("region").text() or resource.provider_setting("region").text()


def spread(members: Iterable[tuple[str | None, Resource]], limit: int) -> Iterator[Count]:
    """A count for each place; blames the first that is one too many, in the order of the program."""
    places: dict[str, list[Resource]] = defaultdict(list)
    for place, member in members:
        if place is not None:
            places[place].append(member)
    for place, found in places.items():
        yield Count(len(found), place, found[min(limit, len(found) - 1)].urn)


def per_region(*types: str) -> Counter:
    """So many of these types in a region."""
    return lambda stack, limit: spread(((region(one), one) for one in stack.of_type(*types)), limit)


def per_zone(kind: str) -> Counter:
    """So many of a type, each in one subnet, in an Availability Zone."""

    def count(stack: Stack, limit: int) -> Iterator[Count]:
        yield from spread(((zone(stack, one), one) for one in stack.of_type(kind)), limit)

    return count


def zone(stack: Stack, resource: Resource) -> str | None:
    """The Availability Zone of a resource's subnet, where the stack holds that subnet."""
    subnets = stack.of_type("aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet")
    own = next((subnet for subnet in subnets if is_in(resource, "subnetId", subnet)), None)
    return None if own is None else own.read("availabilityZone").text()


def per_parent(
    kinds: Mapping[str, str], parent: str, *, counts: Callable[[Resource], bool] = lambda _: True
) -> Counter:
    """So many of some types in a parent: type to the property that names the parent."""

    def count(stack: Stack, _: int) -> Iterator[Count]:
        for one in stack.of_type(parent):
            inside = [
                child
                for kind, key in kinds.items()
                for child in stack.of_type(kind)
                if is_in(child, key, one) and counts(child)
            ]
            yield Count(len(inside), one.name, one.urn)

    return count


def size(text: str | None) -> int:
    """How many characters IAM counts: all but white space."""
    return len("".join((text or "").split()))


def json_text(node: Node) -> str | None:
    """A document as text; None where it is absent, unknown or no text."""
    return node.raw if isinstance(node.raw, str) else None
