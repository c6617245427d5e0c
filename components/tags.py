"""Tags: the names that cost reports, backup plans and policies select by.

AWS gets the common tags from its provider and `Component` and `DataClass` from each resource; Azure has no default
tags, so there each resource carries them all.
"""

from typing import Literal, TypeAlias

KeyClass: TypeAlias = Literal["data", "logs", "secrets", "backups"]
"""What a customer-managed key protects; each class has a key of its own."""

DataClass: TypeAlias = Literal["none", "data", "logs", "secrets", "backups"]
"""What a resource holds: the class of its key, or nothing that is worth protecting."""


def common(*, project: str, environment: str, cost_center: str) -> dict[str, str]:
    """The tags of every resource in a stack. Nothing that changes from run to run may enter here."""
    return {
        "Project": project,
        "Environment": environment,
        "CostCenter": cost_center,
        "ManagedBy": "pulumi",
    }


def of_component(component: str, data_class: DataClass) -> dict[str, str]:
    """The tags that differ by component instance and by what the resource holds."""
    return {"Component": component, "DataClass": data_class}
