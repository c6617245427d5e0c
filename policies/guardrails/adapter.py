"""From the policy SDK's arguments to plain data.

The SDK wraps properties in proxies that are neither dict nor list and that raise when an unknown is read. They are read
here once, through the public behaviour of Mapping, Sequence and UnknownValueError only, and each unknown becomes
UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from pulumi_policy import PolicyProviderResource, PolicyResource, ResourceValidationArgs, StackValidationArgs
from pulumi_policy.proxy import UnknownValueError

from guardrails.model import Provider, Resource, Stack, canonical
from guardrails.values import ABSENT, UNKNOWN


def resource_from(args: ResourceValidationArgs) -> Resource:
    """The resource that a resource policy is asked about, with its inputs."""
    return Resource(
        urn=args.urn,
        type=canonical(args.resource_type),
        name=args.name,
        raw=_plain(args.props),
        provider=_provider(args.provider),
    )


def stack_from(args: StackValidationArgs) -> Stack:
    """The stack that a stack policy is asked about, with the outputs of its resources."""
    return Stack(tuple(_stack_resource(resource) for resource in args.resources))


def _stack_resource(resource: PolicyResource) -> Resource:
    raw = _plain(resource.props)
    # The engine lists resources that a run with targets left out without any output. Nothing is known of them, which
    # is not the same as their having no properties. Components have none, and no provider either.
    if not raw and resource.provider is not None:
        raw = UNKNOWN
    return Resource(
        urn=resource.urn,
        type=canonical(resource.resource_type),
        name=resource.name,
        raw=raw,
        provider=_provider(resource.provider),
        links={
            key: frozenset(source.urn for source in sources) for key, sources in resource.property_dependencies.items()
        },
    )


def _provider(provider: PolicyProviderResource | None) -> Provider | None:
    return None if provider is None else Provider(provider.name, _plain(provider.props))


def _plain(value: object) -> object:
    match value:
        case float() if value.is_integer():
            return int(value)
        case str():
            return value
        case Mapping():
            mapping = cast("Mapping[str, object]", value)
            return {key: item for key in mapping if (item := _read(mapping, key)) is not ABSENT}
        case Sequence():
            sequence = cast("Sequence[object]", value)
            return [_read_item(sequence, index) for index in range(len(sequence))]
        case None:
            return ABSENT
        case _:
            return value


def _read(mapping: Mapping[str, object], key: str) -> object:
    try:
        value = mapping[key]
    except UnknownValueError:
        return UNKNOWN
    return _plain(value)


def _read_item(sequence: Sequence[object], index: int) -> object:
    try:
        value = sequence[index]
    except UnknownValueError:
        return UNKNOWN
    return _plain(value)
