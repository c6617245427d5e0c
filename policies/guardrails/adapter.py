"""From the policy SDK's arguments to plain data.

The SDK wraps properties in proxies that are neither dict nor list and that raise when an unknown is read. They are read
here once, through the public behaviour of Mapping, Sequence and UnknownValueError only, and each unknown becomes
UNKNOWN.
"""

from __future__ import annotations

from typing import Any

from pulumi_policy import PolicyProviderResource, PolicyResource, ResourceValidationArgs, StackValidationArgs
from pulumi_policy.proxy import UnknownValueError

from guardrails.model import Provider, Resource, Stack, canonical
from guardrails.values import UNKNOWN, plain


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
    return plain(value, _read)


def _read(container: Any, key: Any) -> object:
    try:
        return container[key]
    except UnknownValueError:
        return UNKNOWN
