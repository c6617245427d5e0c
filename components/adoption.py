"""Taking over what exists: resources that an earlier life of the stack left behind, by the ids that the settings give.

The engine imports such a resource instead of making it, and from then on it is as if the stack had made it. Where what
is there differs from what the program asks for it refuses the import, and nothing changes.
"""

from collections.abc import Mapping, Sequence

import pulumi


class Adoption:
    """Gives resources the ids of the settings as they are declared.

    ids: import ids by logical name.
    """

    def __init__(self, ids: Mapping[str, str]) -> None:
        self._ids = ids
        self._taken: dict[str, list[str]] = {name: [] for name in ids}

    def begin(self) -> None:
        """From here on declared resources are looked at; without ids nothing is, so it costs nothing."""
        if self._ids:
            pulumi.runtime.register_stack_transformation(self._adopt)

    def finish(self) -> None:
        """RunError with all names that no resource has, or more than one: nothing may be taken over by mistake."""
        problems = [
            f"erp:adopt.resources.{name}: {_told(types)}" for name, types in self._taken.items() if len(types) != 1
        ]
        if problems:
            raise pulumi.RunError("\n".join(problems))

    def _adopt(self, args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if args.name not in self._ids or not isinstance(args.resource, pulumi.CustomResource):
            return None
        self._taken[args.name].append(args.type_)
        adopted = pulumi.ResourceOptions(import_=self._ids[args.name])
        return pulumi.ResourceTransformationResult(args.props, pulumi.ResourceOptions.merge(args.opts, adopted))


def _told(types: Sequence[str]) -> str:
    return f"several have that name: {', '.join(types)}" if types else "no resource of this stack has that name"
