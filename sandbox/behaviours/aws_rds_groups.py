"""Amazon RDS: subnet groups and parameter groups."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.aws_rds_checks import PARAMETER_GROUP, SUBNET_GROUP, network_of, zones_of
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem
from sandbox.references import typed_name

SUBNET_GROUPS: Final = 'RDS user guide, "Working with a DB instance in a VPC", subnet groups'
STATIC: Final = 'RDS user guide, "Working with parameter groups"; context postmaster in pg_settings'
# Parameters that PostgreSQL reads at its start (pg_settings, context "postmaster"), and RDS's own static ones.
READ_AT_START: Final = frozenset(
    """
    autovacuum_max_workers huge_pages max_connections max_locks_per_transaction max_logical_replication_workers
    max_prepared_transactions max_replication_slots max_wal_senders max_worker_processes rds.logical_replication
    shared_buffers shared_preload_libraries track_activity_query_size wal_buffers pg_stat_statements.max
    """.split()  # noqa: SIM905  reads better than a column of quoted words
)
# RDS's own defaults, which a group may state only under the method that RDS gives them (docstring of the group).
DEFAULTS: Final = {"postgres17": {"rds.logical_replication": "0", "max_replication_slots": "20"}}


def _refuse_subnets(call: Call) -> Sequence[Problem]:
    subnets = call.inputs.get("subnetIds")
    zones = zones_of(call, subnets)
    if len(zones) < 2:
        message = (
            "DBSubnetGroupDoesNotCoverEnoughAZs: The DB subnet group doesn't meet Availability Zone (AZ) coverage "
            f"requirement. Current AZ coverage: {', '.join(sorted(zones)) or 'none'}. Add subnets to cover at least 2 "
            "AZs"
        )
        return [Problem("subnetIds", message, SUBNET_GROUPS)]
    networks = {network_of(call, [subnet]) for subnet in subnets or []}
    if len(networks) > 1:
        message = f"InvalidSubnet: the subnets lie in {len(networks)} networks, and a group belongs to one"
        return [Problem("subnetIds", message, SUBNET_GROUPS)]
    return ()


def _refuse_parameters(call: Call) -> Sequence[Problem]:
    problems: list[Problem] = []
    family = str(call.inputs.get("family") or "")
    if not family.startswith("postgres"):
        return problems
    for index, parameter in enumerate(call.inputs.get("parameters") or []):
        name, method = str(parameter.get("name", "")).lower(), str(parameter.get("applyMethod") or "immediate").lower()
        path = f"parameters[{index}].applyMethod"
        static = name in READ_AT_START
        if static and method != "pending-reboot":
            message = f"InvalidParameterCombination: cannot use immediate apply method for static parameter ({name})"
            problems.append(Problem(path, message, STATIC))
    return problems


def _subnet_outputs(call: Call, name: str) -> Mapping[str, Any]:
    return {
        "arn": f"arn:aws:rds:{call.region}:{call.account}:subgrp:{name}",
        "name": name,
        "supportedNetworkTypes": ["IPV4"],
        "vpcId": network_of(call, call.inputs.get("subnetIds")),
    }


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    SUBNET_GROUP: Behaviour(
        id=lambda call: str(call.inputs["name"]),
        outputs=_subnet_outputs,
        names=lambda call, name: [f"db-subnet-group/{call.account}/{call.region}|{name}"],
        identifiers=lambda _, name: [name, typed_name(SUBNET_GROUP, name)],
        refuse=_refuse_subnets,
    ),
    PARAMETER_GROUP: Behaviour(
        id=lambda call: str(call.inputs["name"]),
        outputs=lambda call, name: {"arn": f"arn:aws:rds:{call.region}:{call.account}:pg:{name}", "name": name},
        names=lambda call, name: [f"db-parameter-group/{call.account}/{call.region}|{name}"],
        identifiers=lambda _, name: [name, typed_name(PARAMETER_GROUP, name)],
        refuse=_refuse_parameters,
    ),
}
