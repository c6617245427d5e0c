"""Azure Resource Manager: resource groups.

Azure deletes a group with everything in it, also what no program knows. Here a group that something is in stays: an
order of deletions that relies on the cascade shows up.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem
from sandbox.references import AZURE_GROUP, azure_id


def location(call: Call) -> str:
    """Where a resource lies: its own word, else the provider's, else its group's (azure-native provider).

    In Azure's own spelling: `West Europe` and `westeurope` are the same.
    """
    own = call.inputs.get("location") or call.connection.region
    if not own and call.token != AZURE_GROUP:
        group = call.other(azure_id(AZURE_GROUP, call.account, call.inputs))
        own = group.properties.get("location") if group else ""
    return str(own or "").replace(" ", "").lower()


def refuse_location(call: Call) -> Sequence[Problem]:
    """A location is one of Azure's."""
    known = call.world.values("azure-native", "locations")
    name = location(call)
    if name in known:
        return ()
    return [
        Problem(
            "location", f"LocationNotAvailableForResourceType: {name!r} is no location known here", "ARM error codes"
        )
    ]


def _outputs(call: Call, _: str) -> Mapping[str, Any]:
    return {
        "location": location(call),
        "name": call.inputs["resourceGroupName"],
        "properties": {"provisioningState": "Succeeded"},
        "type": "Microsoft.Resources/resourceGroups",
    }


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    AZURE_GROUP: Behaviour(
        id=lambda call: azure_id(AZURE_GROUP, call.account, call.inputs),
        outputs=_outputs,
        names=lambda call, id: [f"azure/{call.account}|{id.lower()}"],
        refuse=refuse_location,
    )
}
