"""The standby in Azure (`erp:recovery`)."""

from typing import Annotated

from pydantic import Field

from settings.domain_types import Allowed, Model


class RecoveryAzureSettings(Model):
    """`erp:recovery.azure`: what stands by in Azure."""

    resource_group_generation: Annotated[int, Field(ge=1, le=99), Allowed("a whole number from 1 to 99")] = Field(
        default=1,
        description="Part of the resource group's name: raised when a group must be built anew beside the old one.",
    )


class RecoverySettings(Model):
    """`erp:recovery`: what only serves when the primary region is lost."""

    azure: Annotated[RecoveryAzureSettings, Allowed("an object of resource_group_generation")] = Field(
        default=RecoveryAzureSettings(), description="The standby in Azure."
    )
