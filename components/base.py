"""The base of every component: the only way to make children, tags and results."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pulumi

from components import tags

if TYPE_CHECKING:
    from components.context import StackContext
    from components.tags import DataClass


class ErpComponent(pulumi.ComponentResource):
    """A component of the estate.

    A subclass annotates its results on the class and hands them to `register` at the end of its constructor. Pulumi
    evaluates those annotations, so their names must be imported at run time. The caller's options are for the component
    alone: children take their parent, and with it their provider, from `child`. Default providers are disabled, so a
    child without it stops the preview.
    """

    def __init__(self, token: str, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        """token: `erp:<area>:<Class>`; name: the instance's name, the beginning of all its children's names."""
        super().__init__(token, name, None, opts)

    def child(self, **extras: Any) -> pulumi.ResourceOptions:
        """Options of a child: this component as its parent, and the extras by name (`depends_on`, `provider`, …)."""
        return pulumi.ResourceOptions(parent=self, **extras)

    def logical(self, role: str, *key: str) -> str:
        """A child's logical name: instance, role and key (zone, tier, class …); dots in a key become hyphens."""
        return "-".join([self.pulumi_resource_name, role, *key]).replace(".", "-")

    def tags(self, data_class: DataClass = "none", **more: str) -> dict[str, str]:
        """AWS tags of a child beyond the provider's default tags, which must not be repeated here."""
        return {**tags.of_component(self.pulumi_resource_name, data_class), **more}

    def azure_tags(self, context: StackContext, data_class: DataClass = "none") -> dict[str, str]:
        """All tags of a child in Azure, which has no default tags."""
        return {**context.common_tags, **tags.of_component(self.pulumi_resource_name, data_class)}

    def register(self, **outputs: Any) -> None:
        """Set every annotated result and register all of them. One too many or too few is a TypeError."""
        declared = _declared(type(self))
        problems = [f"{name} is not annotated" for name in sorted(outputs.keys() - declared)]
        problems += [f"{name} is missing" for name in sorted(declared - outputs.keys())]
        if problems:
            raise TypeError(f"results of {type(self).__name__}: {', '.join(problems)}")
        for name, value in outputs.items():
            setattr(self, name, value)
        self.register_outputs(outputs)


def _declared(component: type[ErpComponent]) -> set[str]:
    """The names annotated on the component's class and its bases below ErpComponent."""
    own = component.__mro__[: component.__mro__.index(ErpComponent)]
    return {name for base in own for name in inspect.get_annotations(base)}
