"""How an instance of Amazon RDS goes: what stops it, and what it leaves behind."""

from collections.abc import Sequence
from typing import Final

from sandbox.behaviours.behaviour import Call
from sandbox.problems import Problem

SNAPSHOT: Final = "aws:rds/snapshot:Snapshot"
PROVIDER: Final = "terraform-provider-aws internal/service/rds/instance.go, delete: what the state says counts"
DELETING: Final = 'RDS user guide, "Deleting a DB instance"'


def keep_instance(call: Call) -> Sequence[Problem]:
    """What stops a deletion: RDS looks at the instance, the provider at the values that the last update wrote."""
    inputs = call.inputs
    if call.existing is not None and call.existing.properties.get("deletionProtection"):
        message = (
            "InvalidParameterCombination: Cannot delete protected DB Instance, please disable deletion protection and "
            "try again: an update has to say so before"
        )
        return [Problem("deletionProtection", message, DELETING)]
    if inputs.get("skipFinalSnapshot"):
        return ()
    name = inputs.get("finalSnapshotIdentifier")
    if not name:
        message = "final_snapshot_identifier is required when skip_final_snapshot is false"
        return [Problem("finalSnapshotIdentifier", message, PROVIDER)]
    if inputs.get("replicateSourceDb"):
        message = (
            "InvalidParameterCombination: FinalDBSnapshotIdentifier cannot be specified when deleting a read replica"
        )
        return [Problem("finalSnapshotIdentifier", message, DELETING)]
    if call.store.owner(_scope(call), str(name)) is not None:
        message = (
            f"DBSnapshotAlreadyExists: Cannot create the snapshot because a snapshot with the identifier {name} "
            "already exists"
        )
        return [Problem("finalSnapshotIdentifier", message, DELETING)]
    return ()


def leave_snapshot(call: Call) -> None:
    """The final snapshot, which nobody's program holds."""
    name = call.inputs.get("finalSnapshotIdentifier")
    if call.inputs.get("skipFinalSnapshot") or not name:
        return
    arn = f"arn:aws:rds:{call.region}:{call.account}:snapshot:{name}"
    made = call.store.add(
        package="aws",
        account=call.account,
        region=call.region,
        token=SNAPSHOT,
        id=str(name),
        urn="",
        inputs={},
        properties={"id": name, "dbSnapshotArn": arn, "dbInstanceIdentifier": call.inputs.get("identifier")},
    )
    call.store.claim(made, [(_scope(call), str(name))])
    call.store.identify(made, [str(name), arn])


def _scope(call: Call) -> str:
    return f"db-snapshot/{call.account}/{call.region}"
