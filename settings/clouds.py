"""Where a stack lives in each cloud (`erp:aws`, `erp:azure`, `erp:cloudflare`): identities and places, no sizes."""

from pydantic import Field

from settings.domain_types import (
    AccountId,
    AzureLocation,
    CloudflareAccountId,
    CloudflarePlan,
    Guid,
    Model,
    Region,
    Zones,
)


class AwsSettings(Model):
    """`erp:aws`: the account, and the two regions with their zones."""

    account_id: AccountId = Field(description="The only account that the provider may touch.")
    region: Region = Field(description="Primary region: every workload starts here.")
    recovery_region: Region = Field(description="The region that takes over; also home of state and its key.")
    zones: Zones = Field(
        default=("a", "b", "c"), description="Availability zones in use in the primary region, by letter."
    )
    recovery_zones: Zones = Field(
        default=("a", "b", "c"), description="Availability zones in use in the recovery region, by letter."
    )


class AzureSettings(Model):
    """`erp:azure`: the subscription that stands by, and where in Azure."""

    subscription_id: Guid = Field(description="The only subscription that the provider may touch.")
    tenant_id: Guid = Field(description="The Entra tenant of that subscription.")
    location: AzureLocation = Field(description="Where in Azure the standby lives.")


class CloudflareSettings(Model):
    """`erp:cloudflare`: the account that holds the zone, and the plan that decides which features exist."""

    account_id: CloudflareAccountId = Field(description="The account that the zone belongs to.")
    plan: CloudflarePlan = Field(description="Plan of the zone; a feature that the plan lacks is refused.")
