"""The parameter group: for every instance class, and for hardware that nobody sells, it fits and stays in bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.database.parameters import READ_AT_START, Parameter, connections, parameters
from settings.database_classes import INSTANCE_CLASSES, Hardware

GIB = 1024 * 1024  # in KiB

machines = st.one_of(
    st.sampled_from(sorted(INSTANCE_CLASSES.values(), key=lambda hardware: (hardware.vcpu, hardware.memory_gib))),
    st.builds(Hardware, vcpu=st.integers(1, 256), memory_gib=st.integers(1, 4096)),
)
storages = st.integers(20, 65536)


def values(hardware: Hardware, storage_gib: int = 100) -> dict[str, str]:
    return {parameter.name: parameter.value for parameter in parameters(hardware, storage_gib=storage_gib)}


@pytest.mark.req("D1", "O2")
@given(hardware=machines, storage_gib=storages)
def test_all_that_may_be_taken_at_once_fits_into_the_memory(hardware: Hardware, storage_gib: int) -> None:
    found = values(hardware, storage_gib)
    shared = int(found["shared_buffers"]) * 8
    sorting = int(found["max_connections"]) * int(found["work_mem"])
    vacuuming = int(found["autovacuum_max_workers"]) * int(found["autovacuum_work_mem"])
    assert shared + sorting + vacuuming <= hardware.memory_gib * GIB


@pytest.mark.req("D1", "O2")
@given(hardware=machines, storage_gib=storages)
def test_every_parameter_stands_there_once_with_a_reason(hardware: Hardware, storage_gib: int) -> None:
    found = parameters(hardware, storage_gib=storage_gib)
    names = [parameter.name for parameter in found]
    assert names == sorted(set(names))
    assert all(parameter.why and parameter.value for parameter in found)
    assert set(names) >= READ_AT_START, "a static parameter that is not set needs no line in the list"


@given(hardware=machines)
def test_workers_for_queries_are_among_the_workers_of_all(hardware: Hardware) -> None:
    found = values(hardware)
    assert int(found["max_parallel_workers_per_gather"]) <= int(found["max_parallel_workers"])
    assert int(found["max_parallel_workers"]) <= int(found["max_worker_processes"])
    assert int(found["autovacuum_work_mem"]) <= int(found["maintenance_work_mem"])


@given(smaller=machines, larger=machines)
def test_more_memory_never_means_less_of_anything(smaller: Hardware, larger: Hardware) -> None:
    if smaller.memory_gib > larger.memory_gib or smaller.vcpu > larger.vcpu:
        smaller, larger = larger, smaller
    if smaller.memory_gib <= larger.memory_gib and smaller.vcpu <= larger.vcpu:
        before, after = values(smaller), values(larger)
        for name in (
            "shared_buffers",
            "effective_cache_size",
            "max_connections",
            "max_worker_processes",
            "max_wal_size",
        ):
            assert int(before[name]) <= int(after[name]), name


@given(hardware=machines)
def test_connections_have_a_floor_and_a_ceiling(hardware: Hardware) -> None:
    assert 60 <= connections(hardware) <= 2000


@given(storage_gib=storages)
def test_a_dead_subscriber_leaves_most_of_the_storage_free(storage_gib: int) -> None:
    kept = int(values(Hardware(2, 8), storage_gib)["max_slot_wal_keep_size"])
    assert 0 < kept <= storage_gib * 1024 // 4


@pytest.mark.req("D1")
@pytest.mark.parametrize(
    ("name", "value", "apply_method"),
    [
        ("rds.force_ssl", "1", "pending-reboot"),
        ("rds.logical_replication", "1", "pending-reboot"),
        ("shared_preload_libraries", "pg_stat_statements,auto_explain", "pending-reboot"),
        ("password_encryption", "scram-sha-256", "immediate"),
        ("rds.accepted_password_auth_method", "scram", "immediate"),
        ("log_statement", "ddl", "immediate"),
        # Personal data: values of parameters, and the rows that an error's detail repeats.
        ("log_parameter_max_length", "0", "immediate"),
        ("log_parameter_max_length_on_error", "0", "immediate"),
        ("auto_explain.log_parameter_max_length", "0", "immediate"),
        ("log_error_verbosity", "terse", "immediate"),
    ],
)
def test_what_security_and_replication_rest_on_is_set(name: str, value: str, apply_method: str) -> None:
    found: dict[str, Parameter] = {
        parameter.name: parameter for parameter in parameters(Hardware(2, 8), storage_gib=100)
    }
    assert (found[name].value, found[name].apply_method) == (value, apply_method)
