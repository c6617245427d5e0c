"""The stack context: what every component may know about the stack, and the providers it works through.

All providers are explicit and pinned to the accounts that the settings name, so neither a forgotten option nor a
stray credential can reach another account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws
import pulumi_azure_native as azure_native

from components import tags

if TYPE_CHECKING:
    from settings import Settings


@dataclass(frozen=True, kw_only=True, slots=True)
class StackContext:
    """Facts and providers of one stack.

    environment: dev, staging or prod: what the stack is for. Size and protection follow from it.
    aws_account_id, aws_region, aws_recovery_region, azure_location, cloudflare_account_id: where the stack lives.
    stack: the stack's name, which may be a branch's; it enters names, never decisions.
    common_tags: the tags of every resource.
    boundary: the ARN of the roles' permission boundary, once it is made (`bounded_by`); read it as `boundary_arn`.
    """

    environment: str
    stack: str
    aws_account_id: str
    aws_region: str
    aws_recovery_region: str
    azure_location: str
    cloudflare_account_id: str
    aws: aws.Provider
    aws_recovery: aws.Provider
    azure: azure_native.Provider
    cloudflare: pulumi.ProviderResource
    common_tags: Mapping[str, str]
    boundary: pulumi.Output[str] | None = None

    @property
    def boundary_arn(self) -> pulumi.Output[str]:
        """The permission boundary of every role; a role asked for before there is one is a RuntimeError."""
        if self.boundary is None:
            raise RuntimeError("no role comes before the boundary: hand on the context that bounded_by gives")
        return self.boundary

    def bounded_by(self, boundary_arn: pulumi.Output[str]) -> StackContext:
        """The same context, with the boundary that roles get from here on."""
        return replace(self, boundary=boundary_arn)

    @property
    def protects_data(self) -> bool:
        """Whether keys, zones and data stores may only be deleted after somebody unprotects them."""
        return self.environment == "prod"

    def in_primary(self) -> pulumi.ResourceOptions:
        """Options of a component that works in the primary region (and, through the other providers, elsewhere)."""
        return pulumi.ResourceOptions(providers=[self.aws, self.azure, self.cloudflare])

    def in_recovery(self) -> pulumi.ResourceOptions:
        """Options of a component whose AWS resources all belong to the recovery region."""
        return pulumi.ResourceOptions(providers=[self.aws_recovery, self.azure, self.cloudflare])


def create(settings: Settings, *, cloudflare: pulumi.ProviderResource) -> StackContext:
    """Make the providers of a stack. Credentials come from the environment and never from settings.

    cloudflare: made by the domain's module, which alone loads that SDK (half a second that other parts need not pay).
    """
    common_tags = tags.common(
        project=settings.environment.project_tag,
        environment=settings.environment.environment,
        cost_center=settings.environment.cost_center,
    )
    return StackContext(
        environment=settings.environment.environment,
        stack=settings.stack,
        aws_account_id=settings.aws.account_id,
        aws_region=settings.aws.region,
        aws_recovery_region=settings.aws.recovery_region,
        azure_location=settings.azure.location,
        cloudflare_account_id=settings.cloudflare.account_id,
        aws=_aws(settings, "aws-primary", settings.aws.region, common_tags),
        aws_recovery=_aws(settings, "aws-recovery", settings.aws.recovery_region, common_tags),
        azure=azure_native.Provider(
            "azure",
            subscription_id=settings.azure.subscription_id,
            tenant_id=settings.azure.tenant_id,
            location=settings.azure.location,
        ),
        cloudflare=cloudflare,
        common_tags=common_tags,
    )


def _aws(settings: Settings, name: str, region: str, common_tags: Mapping[str, str]) -> aws.Provider:
    """A provider pinned to the stack's account.

    The account check asks STS when the provider is configured. Both providers ask in the recovery region: were it the
    primary, its loss would stop the very update that fails over.
    """
    return aws.Provider(
        name,
        region=region,
        allowed_account_ids=[settings.aws.account_id],
        sts_region=settings.aws.recovery_region,
        skip_metadata_api_check=True,
        default_tags={"tags": dict(common_tags)},
    )
