"""Parameter groups: one for each region and each size in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi_aws import rds

from components.database.parameters import FAMILY, parameters
from settings.database_classes import INSTANCE_CLASSES

if TYPE_CHECKING:
    import pulumi

    from components.base import ErpComponent
    from settings.database import DatabaseSettings


def make_parameter_group(
    owner: ErpComponent,
    role: str,
    settings: DatabaseSettings,
    instance_class: str,
    provider: pulumi.ProviderResource,
) -> rds.ParameterGroup:
    """The tuned group of a class; autonamed, for a new family makes a new group before the old one can go."""
    return rds.ParameterGroup(
        owner.logical(role),
        family=FAMILY,
        description="Computed from the instance class",  # a change of the text would replace the group
        parameters=[
            {"name": parameter.name, "value": parameter.value, "apply_method": parameter.apply_method}
            for parameter in parameters(INSTANCE_CLASSES[instance_class], storage_gib=settings.allocated_storage_gib)
        ],
        tags=owner.tags(),
        opts=owner.child(provider=provider),
    )
