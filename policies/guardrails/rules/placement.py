"""Where things are put, and by which provider."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from guardrails.configuration import plain_location
from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity, found
from guardrails.model import Resource
from guardrails.values import Node

AWS_PROVIDER: Final = "pulumi:providers:aws"
AZURE_PROVIDER: Final = "pulumi:providers:azure-native"

_PLACELESS: Final = frozenset({"global"})  # what Azure runs everywhere and keeps no customer data in

# Where else a resource puts copies of its data, by type: properties that hold the name of a region, or an ARN with one.
# `[]` stands for each element of a list.
_COPIES: Final[Mapping[str, tuple[str, ...]]] = {
    "aws:backup/plan:Plan": ("rules[].copyActions[].destinationVaultArn",),
    "aws:dlm/lifecyclePolicy:LifecyclePolicy": (
        "policyDetails.action.crossRegionCopies[].target",
        "policyDetails.schedules[].crossRegionCopyRules[].target",
        "policyDetails.schedules[].crossRegionCopyRules[].targetRegion",
    ),
    "aws:dsql/cluster:Cluster": ("multiRegionProperties.witnessRegion",),
    "aws:dynamodb/globalTable:GlobalTable": ("replicas[].regionName",),
    "aws:dynamodb/table:Table": ("replicas[].regionName", "globalTableWitness.regionName"),
    "aws:ecr/replicationConfiguration:ReplicationConfiguration": (
        "replicationConfiguration.rules[].destinations[].region",
    ),
    "aws:efs/replicationConfiguration:ReplicationConfiguration": ("destination.region",),
    "aws:keyspaces/keyspace:Keyspace": ("replicationSpecification.regionLists[]",),
    "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy": ("destinationRegion",),
    "aws:rds/snapshotCopy:SnapshotCopy": ("destinationRegion",),
    "aws:redshift/snapshotCopy:SnapshotCopy": ("destinationRegion",),
    "aws:secretsmanager/secret:Secret": ("replicas[].region",),
    "aws:securitylake/dataLake:DataLake": (
        "configuration.region",
        "configuration.replicationConfiguration.regions[]",
    ),
    "aws:ssm/resourceDataSync:ResourceDataSync": ("s3Destination.region",),
    "aws:ssmincidents/replicationSet:ReplicationSet": ("regions[].name",),
    "azure-native:compute:GalleryImageVersion": ("publishingProfile.targetRegions[].name",),
    "azure-native:cosmosdb:DatabaseAccount": ("locations[].locationName",),
}


def _stays_in_region(resource: Resource, scope: Scope) -> Iterator[Finding]:
    if resource.type == AZURE_PROVIDER or resource.type.startswith("azure-native:"):
        yield from _allowed(resource, "location", scope.settings.azure_locations, plain_location)
        return
    yield from _allowed(resource, "region", scope.settings.aws_regions, _region_of)
    region = resource.read("region")
    if resource.type == AWS_PROVIDER and region.is_absent:
        yield found(region, "is not set: whoever runs the program would decide where the data goes")


def _allowed(resource: Resource, own: str, allowed: frozenset[str], plain: Callable[[str], str]) -> Iterator[Finding]:
    """Findings where the resource itself, or a copy that it names, is in none of the allowed places."""
    for path in (own, *_COPIES.get(resource.type, ())):
        for place in _places(resource.read(), path):
            text = place.text()
            if text is not None and plain(text) not in allowed | _PLACELESS:
                yield found(place, f"is {place.shown()}, expected one of {', '.join(sorted(allowed))}")


def _places(node: Node, path: str) -> Iterator[Node]:
    """The places of a path of `_COPIES` below a place."""
    head, is_list, rest = path.partition("[]")
    node = node.at(*head.strip(".").split("."))
    for item in node.items() if is_list else (node,):
        if rest:
            yield from _places(item, rest)
        else:
            yield item


def _region_of(text: str) -> str:
    """The region itself, or that of an ARN."""
    return text.split(":", 5)[3] if text.startswith("arn:") else text


KEEP_REGION = ResourceRule(
    id="keep-data-in-region",
    title="Resources, and the copies that they name by region, stay in the regions we chose",
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
