"""The promotion of a read replica: it becomes an instance of its own, for good, and no program has asked for it."""

from collections.abc import Sequence
from typing import Final

from sandbox.behaviours.behaviour import Call
from sandbox.problems import Problem
from sandbox.store import Resource

PATH: Final = "replicateSourceDb"
PROMOTING: Final = "RDS API, PromoteReadReplica"


def promote(call: Call) -> Sequence[Problem]:
    """Let a replica go its own way; its backups, windows and groups stay as they are."""
    replica = call.existing
    if replica is None or not replica.properties.get(PATH):
        name = call.inputs.get("identifier")
        return [Problem("", f"InvalidDBInstanceState: DB Instance {name} is not a read replica", PROMOTING)]
    _part(call, replica)
    return ()


def stay_promoted(call: Call, instance: Resource) -> None:
    """An update whose program still names the source attaches nothing again (RDS user guide, promoting a replica)."""
    if call.existing is not None and call.inputs.get(PATH) and not call.existing.properties.get(PATH):
        _part(call, instance)


def _part(call: Call, replica: Resource) -> None:
    call.store.edit(replica.serial, {PATH: None})
    call.store.unlink(replica, PATH)
