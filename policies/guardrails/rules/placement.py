"""Where things are put, and by which provider."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.configuration import plain_location
from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity, found
from guardrails.model import Resource

AWS_PROVIDER: Final = "pulumi:providers:aws"
AZURE_PROVIDER: Final = "pulumi:providers:azure-native"


def _stays_in_region(resource: Resource, scope: Scope) -> Iterator[Finding]:
    if resource.type == AZURE_PROVIDER or resource.type.startswith("azure-native:"):
        location = resource.read("location")
        text = location.text()
        if text is not None and plain_location(text) not in scope.settings.azure_locations | {"global"}:
            yield found(location, _expected(location.shown(), scope.settings.azure_locations))
        return
    region = resource.read("region")
    text = region.text()
    if text is not None and text not in scope.settings.aws_regions:
        yield found(region, _expected(region.shown(), scope.settings.aws_regions))
    if resource.type == AWS_PROVIDER and region.is_absent:
        yield found(region, "is not set: whoever runs the program would decide where the data goes")


def _expected(shown: str, allowed: frozenset[str]) -> str:
    return f"is {shown}, expected one of {', '.join(sorted(allowed))}"


KEEP_REGION = ResourceRule(
    id="keep-data-in-region",
    title="Everything stays in the regions we chose",
    types=("aws:*", "azure-native:*", AWS_PROVIDER, AZURE_PROVIDER),
    severity=Severity.CRITICAL,
    enforcement=Enforcement.ALWAYS,
    why="Personal data may leave the regions that we promised only after a decision, not by a setting.",
    mend="Use a region that settings.yaml of the pack allows; to allow another is a decision of data protection.",
    example='aws.Provider("primary", ..., region="eu-central-1")',
    check=_stays_in_region,
)


def _has_provider(resource: Resource, _: Scope) -> Iterator[Finding]:
    provider = resource.provider
    if provider is not None and provider.is_default:
        yield Finding("", f"uses the default provider {provider.name}, expected one that the program configures")


REFUSE_DEFAULT_PROVIDERS = ResourceRule(
    id="refuse-default-providers",
    title="Every resource names its provider",
    types=("aws:*", "azure-native:*", "cloudflare:*"),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="A default provider takes account and region from whoever runs the program: the resource may land anywhere.",
    mend="Give the resource its parent component (children inherit providers) or the provider itself.",
    example='aws.kms.Key("data", ..., opts=pulumi.ResourceOptions(parent=self))',
    check=_has_provider,
)

RULES: Final = (KEEP_REGION, REFUSE_DEFAULT_PROVIDERS)
