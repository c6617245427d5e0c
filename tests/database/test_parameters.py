"""The parameter group on a real PostgreSQL 17, which was started with it: names, units, and what waits for a start."""

import pytest

from components.database.parameters import READ_AT_START, Parameter, parameters
from settings.database_classes import INSTANCE_CLASSES
from tests.database.conftest import SMALLEST
from tests.postgres.server import SUPERUSER, Server

SMALL = parameters(SMALLEST, storage_gib=20)
OF_POSTGRESQL = [parameter for parameter in SMALL if not parameter.name.startswith("rds.")]


@pytest.fixture(scope="module")
def known(server: Server) -> dict[str, dict[str, str]]:
    """What the server says of every parameter."""
    columns = ("name", "setting", "unit", "context", "vartype", "min_val", "max_val", "enumvals")
    with server.sign_on(SUPERUSER) as session:
        rows = session.run(f"SELECT {', '.join(columns)} FROM pg_settings")
    return {str(row[0]): dict(zip(columns, row, strict=True)) for row in rows}


@pytest.mark.req("D1", "O2")
def test_it_is_the_major_that_the_family_names(server: Server) -> None:
    with server.sign_on(SUPERUSER) as session:
        assert str(session.value("SHOW server_version")).startswith("17.")


@pytest.mark.req("D1", "O2")
@pytest.mark.parametrize("parameter", OF_POSTGRESQL, ids=lambda parameter: parameter.name)
def test_the_server_took_every_parameter_as_it_was_meant(
    known: dict[str, dict[str, str]], parameter: Parameter
) -> None:
    said = known[parameter.name]
    assert (said["unit"] or "") == parameter.unit
    assert (said["context"] == "postmaster") == (parameter.name in READ_AT_START)
    if said["vartype"] == "bool":
        assert parameter.value in ("0", "1"), "RDS takes booleans as numbers"
        assert said["setting"] == {"0": "off", "1": "on"}[parameter.value]
    else:
        assert said["setting"] == parameter.value


@pytest.mark.req("D1")
@pytest.mark.parametrize("name", sorted(INSTANCE_CLASSES))
def test_the_values_for_every_class_are_within_the_servers_bounds(known: dict[str, dict[str, str]], name: str) -> None:
    for parameter in parameters(INSTANCE_CLASSES[name], storage_gib=65536):
        said = known.get(parameter.name, {})
        if said.get("vartype") in ("integer", "real"):
            assert float(said["min_val"]) <= float(parameter.value) <= float(said["max_val"]), parameter.name
        elif said.get("vartype") == "enum":
            assert parameter.value in said["enumvals"], parameter.name


@pytest.mark.req("D1")
def test_of_rds_alone_are_the_parameters_that_the_server_does_not_know_by_itself() -> None:
    assert {parameter.name for parameter in SMALL} - {parameter.name for parameter in OF_POSTGRESQL} == {
        "rds.accepted_password_auth_method",
        "rds.force_ssl",
        "rds.log_retention_period",
        "rds.logical_replication",
    }


@pytest.mark.req("O2")
def test_queries_are_counted_and_slow_ones_logged_without_their_values(server: Server) -> None:
    with server.sign_on(SUPERUSER) as session:
        session.run("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        session.run("SET log_min_duration_statement = 0")
        session.connection.run("SELECT count(*) AS counted_here FROM pg_class WHERE relname = :name", name="Muster")
        counted = session.value("SELECT count(*) FROM pg_stat_statements WHERE query LIKE '%counted_here%'")
    assert counted == 1
    assert "counted_here" in server.log()
    assert "Muster" not in server.log()


@pytest.mark.req("O2")
def test_the_slowest_are_logged_with_a_plan_that_repeats_values(server: Server) -> None:
    """The one place where a log holds what a user typed: why the log group counts as personal data."""
    before = len(server.log())
    with server.sign_on(SUPERUSER) as session:
        session.run("SET auto_explain.log_min_duration = 0")
        session.connection.run("SELECT count(*) AS explained FROM pg_class WHERE relname = :name", name="Mustermann")
    logged = server.log()[before:]
    text, _, plan = logged[logged.index("Query Text: ") :].partition("\n")
    assert "relname = $1" in text
    assert "Buffers:" in plan
    assert "Mustermann" in plan


@pytest.mark.req("O2")
def test_an_error_is_logged_without_the_row_that_it_is_about(server: Server) -> None:
    with server.sign_on(SUPERUSER) as session:
        session.run("CREATE TEMPORARY TABLE pupils (name text PRIMARY KEY)")
        for _ in range(2):
            session.connection.run("INSERT INTO pupils VALUES (:name) ON CONFLICT DO NOTHING", name="Erika Muster")
        with pytest.raises(Exception, match="duplicate key"):
            session.connection.run("INSERT INTO pupils VALUES (:name)", name="Erika Muster")
    logged = server.log()
    assert "duplicate key" in logged
    assert "Erika Muster" not in logged
