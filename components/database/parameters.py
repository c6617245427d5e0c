"""The parameter group of RDS for PostgreSQL 17, computed from what an instance class has. Pure.

Values stand in the unit that PostgreSQL counts a parameter in (`pg_settings.unit`), since a parameter group takes bare
numbers; booleans are 0 and 1. A parameter that the server reads only at its start is static: RDS refuses to apply it at
once ("cannot use immediate apply method for static parameter"), so it waits for a reboot, and takes effect from the
first boot on where the group is attached when the instance is made.

Left alone is what RDS or PostgreSQL already sets as we want it (checkpoint_completion_target, wal_buffers, huge pages,
the logging of checkpoints). Named all the same, although it is the default, is what an auditor asks for (forced TLS,
SCRAM, the lowest TLS version); each with the apply method that RDS itself gives it, because a group that states a
default under the other method differs from its own inputs for ever.

Time limits for statements and locks are not here: they would reach autovacuum's helpers, dumps and RDS's own sessions
too (PostgreSQL manual, "Client Connection Defaults", advises against it). Each role has its own, in `sql/`.

Sources. Memory: PostgreSQL manual, "Resource Consumption" (a quarter of memory for shared_buffers, the rest of the
machine as its file cache), and the rule by which pgtune shares the remainder among connections. Replication, logging,
autovacuum: the manual's chapters of these names. `rds.*`: Amazon RDS User Guide, "Working with parameters on your RDS
for PostgreSQL DB instance" and "Performing logical replication".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from settings.database_classes import Hardware

Unit: TypeAlias = Literal["", "8kB", "kB", "MB", "B", "ms", "s", "min"]

FAMILY = "postgres17"

GIB_IN_KIB = 1024 * 1024
KIB_PER_PAGE = 8

SLOTS = 20
"""Replication slots: fifteen read replicas at most, the standby cloud's subscriber, and room for a replacement each."""

READ_AT_START = frozenset(
    {
        "autovacuum_max_workers",
        "max_connections",
        "max_replication_slots",
        "max_wal_senders",
        "max_worker_processes",
        "pg_stat_statements.max",
        "rds.force_ssl",
        "rds.logical_replication",
        "shared_buffers",
        "shared_preload_libraries",
        "track_activity_query_size",
    }
)
"""The static ones. PostgreSQL's own have the context `postmaster`; of RDS's, the user guide says it."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One line of the group, and why it stands there."""

    name: str
    value: str
    unit: Unit
    why: str

    @property
    def apply_method(self) -> Literal["immediate", "pending-reboot"]:
        """When RDS applies it; the only method that it takes for a static one is the reboot."""
        return "pending-reboot" if self.name in READ_AT_START else "immediate"


def parameters(hardware: Hardware, *, storage_gib: int) -> tuple[Parameter, ...]:
    """The whole group of an instance, by name.

    storage_gib: what the instance starts with; a dead subscriber may hold back so much of it and no more.
    """
    found = (
        *_memory(hardware),
        *_parallel(hardware),
        *_autovacuum(hardware),
        *_storage(hardware),
        *_replication(storage_gib),
        *_access(),
        *_logging(),
        *_insight(),
    )
    return tuple(sorted(found, key=lambda parameter: parameter.name))


def connections(hardware: Hardware) -> int:
    """How many connections an instance takes.

    One costs 5 to 10 MiB before it sorts anything, so a quarter of the memory carries 26 for each GiB. Applications
    come through the proxy, which shares few connections among many clients; beyond 2,000 the server would spend its
    time on taking snapshots. The floor leaves the smallest instance room for the proxy, for people and for RDS itself.
    """
    return _between(60, hardware.memory_gib * GIB_IN_KIB // 4 // (10 * 1024), 2000)


def _memory(hardware: Hardware) -> Sequence[Parameter]:
    memory = hardware.memory_gib * GIB_IN_KIB
    shared = memory // 4
    maintenance = _maintenance_kib(hardware)
    takers = connections(hardware)
    # Three sorts or hashes at once in every connection would still fit into what the caches leave.
    work = _between(4096, (memory - shared - maintenance) // (3 * takers), 65536)
    return (
        Parameter("shared_buffers", str(shared // KIB_PER_PAGE), "8kB", "a quarter of the memory"),
        Parameter(
            "effective_cache_size",
            str(memory * 3 // 4 // KIB_PER_PAGE),
            "8kB",
            "what the planner may take for cached: our buffers and the system's file cache, three quarters of memory",
        ),
        Parameter("work_mem", str(work), "kB", "the remainder, three sorts for each connection; 4 to 64 MiB"),
        Parameter("maintenance_work_mem", str(maintenance), "kB", "a sixteenth of the memory, 64 MiB to 2 GiB"),
        Parameter("max_connections", str(takers), "", "a quarter of the memory at 10 MiB each, 60 to 2,000"),
    )


def _maintenance_kib(hardware: Hardware) -> int:
    return _between(64 * 1024, hardware.memory_gib * GIB_IN_KIB // 16, 2 * GIB_IN_KIB)


def _parallel(hardware: Hardware) -> Sequence[Parameter]:
    helpers = _between(1, hardware.vcpu // 2, 4)
    return (
        Parameter(
            "max_worker_processes",
            str(max(8, 2 * hardware.vcpu)),
            "",
            "parallel queries, and room for logical replication's workers; a replica must have as many",
        ),
        Parameter("max_parallel_workers", str(hardware.vcpu), "", "one for each vCPU"),
        Parameter(
            "max_parallel_workers_per_gather",
            str(helpers),
            "",
            "half the vCPUs, at most four: one report leaves room for the rest",
        ),
        Parameter("max_parallel_maintenance_workers", str(helpers), "", "the same for building an index"),
        Parameter("jit", "0", "", "short queries: compiling costs more than it saves, the more so on wrong estimates"),
    )


def _autovacuum(hardware: Hardware) -> Sequence[Parameter]:
    workers = _between(3, hardware.vcpu // 4, 8)
    each = _between(64 * 1024, _maintenance_kib(hardware) // 2, GIB_IN_KIB)
    return (
        Parameter("autovacuum_max_workers", str(workers), "", "one for four vCPUs, 3 to 8"),
        Parameter("autovacuum_work_mem", str(each), "kB", "half of a manual one's memory, for each worker"),
        Parameter(
            "autovacuum_vacuum_cost_limit",
            str(_between(400, 200 * hardware.vcpu, 3000)),
            "",
            "all workers share it: 200, which one of them is given by default, for each vCPU",
        ),
        Parameter(
            "autovacuum_vacuum_scale_factor", "0.05", "", "large tables (attendance, marks) can't wait for a fifth"
        ),
        Parameter("autovacuum_analyze_scale_factor", "0.02", "", "estimates follow a term's first days"),
        Parameter("log_autovacuum_min_duration", "10000", "ms", "a vacuum of ten seconds is worth a line"),
    )


def _storage(hardware: Hardware) -> Sequence[Parameter]:
    return (
        Parameter("random_page_cost", "1.1", "", "gp3 has no head to move: a random read costs as a sequential one"),
        Parameter("effective_io_concurrency", "200", "", "network storage answers many reads at once"),
        Parameter(
            "checkpoint_timeout",
            "600",
            "s",
            "half the full-page writes of the default; a failover still replays ten minutes at most",
        ),
        Parameter(
            "max_wal_size",
            str(_between(2048, 256 * hardware.memory_gib, 16384)),
            "MB",
            "checkpoints come by time and not by size: a quarter GiB for each GiB of memory, 2 to 16 GiB",
        ),
    )


def _replication(storage_gib: int) -> Sequence[Parameter]:
    return (
        Parameter("rds.logical_replication", "1", "", "the subscriber in the other cloud reads rows, not pages"),
        Parameter("max_replication_slots", str(SLOTS), "", "replicas, the subscriber, spares"),
        Parameter("max_wal_senders", str(SLOTS + 5), "", "one for each slot, and for those that only take a base copy"),
        Parameter(
            "max_slot_wal_keep_size",
            str(storage_gib * 1024 // 5),
            "MB",
            "a dead subscriber may hold back a fifth of the storage: better to copy anew than to fill the disk",
        ),
        Parameter("wal_sender_timeout", "30000", "ms", "a subscriber that is gone is noticed in half a minute"),
        Parameter(
            "hot_standby_feedback",
            "1",
            "",
            "reports on replicas are not cancelled by a vacuum; the role's time limit bounds what stays behind",
        ),
    )


def _access() -> Sequence[Parameter]:
    return (
        Parameter("rds.force_ssl", "1", "", "no connection without TLS"),
        Parameter("ssl_min_protocol_version", "TLSv1.2", "", "none older"),
        Parameter("password_encryption", "scram-sha-256", "", "how a password is kept"),
        Parameter("rds.accepted_password_auth_method", "scram", "", "and how it is proved: no role signs on with MD5"),
        Parameter(
            "idle_in_transaction_session_timeout",
            "300000",
            "ms",
            "an open transaction that does nothing keeps locks and dead rows: five minutes",
        ),
    )


def _logging() -> Sequence[Parameter]:
    """Who did what and what was slow, without what pupils and parents have written.

    Values that come as parameters are left out, and so is an error's detail, which repeats the row (a duplicate key's
    value). What is left: a literal inside a statement's text (applications send parameters), and the conditions in the
    plans of auto_explain, into which the planner has put the values. So the log counts as personal data all the same.
    """
    return (
        Parameter("log_connections", "1", "", "who came (PCI DSS 10.2.1)"),
        Parameter("log_disconnections", "1", "", "and how long they stayed"),
        Parameter("log_statement", "ddl", "", "every change of the schema and of roles"),
        Parameter("log_min_duration_statement", "1000", "ms", "a second is slow"),
        Parameter("log_lock_waits", "1", "", "who waits for whom"),
        Parameter("log_temp_files", "10240", "kB", "a sort that did not fit by more than 10 MiB"),
        Parameter("log_parameter_max_length", "0", "B", "no values of parameters beside a slow statement"),
        Parameter("log_parameter_max_length_on_error", "0", "B", "nor beside a failed one"),
        Parameter("log_error_verbosity", "terse", "", "an error's detail repeats values of the row"),
        Parameter("rds.log_retention_period", "1440", "min", "a day on the instance: the log group holds the rest"),
    )


def _insight() -> Sequence[Parameter]:
    """Which queries cost what: counted by pg_stat_statements, the slowest with their plan."""
    return (
        Parameter("shared_preload_libraries", "pg_stat_statements,auto_explain", "", "both start with the server"),
        Parameter("track_io_timing", "1", "", "time spent on reads, beside each query and plan"),
        Parameter("track_activity_query_size", "4096", "B", "queries of an ERP are longer than a kilobyte"),
        Parameter("pg_stat_statements.max", "10000", "", "different statements remembered"),
        Parameter("pg_stat_statements.track", "all", "", "those inside functions too"),
        Parameter("pg_stat_statements.track_utility", "0", "", "not those that carry literals (ALTER ROLE, COPY)"),
        Parameter("auto_explain.log_min_duration", "3000", "ms", "the plan of what takes three seconds"),
        Parameter("auto_explain.log_analyze", "1", "", "with the rows that really came, beside the estimate"),
        Parameter("auto_explain.log_timing", "0", "", "but no clock at every node, which every query would pay"),
        Parameter("auto_explain.log_buffers", "1", "", "and what was read"),
        Parameter("auto_explain.log_nested_statements", "1", "", "inside functions too"),
        Parameter("auto_explain.log_parameter_max_length", "0", "B", "no values of parameters"),
    )


def _between(least: int, value: int, most: int) -> int:
    return max(least, min(value, most))
