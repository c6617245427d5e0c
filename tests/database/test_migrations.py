"""The platform's migrations on a real PostgreSQL 17, run by an administrator that, as on RDS, is no superuser."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from itertools import count

import pg8000.native  # pyright: ignore[reportMissingTypeStubs]
import pytest

from components.database.migrations import Migration, migrations, script
from tests.postgres.server import ADMIN, ADMIN_PASSWORD, SUPERUSER, Server, Session

DATABASES = count(1)
DENIED = "permission denied"


@pytest.fixture
def empty(server: Server) -> str:
    """A database of a test's own; roles are the server's and stay."""
    name = f"erp_{next(DATABASES)}"
    with server.sign_on(ADMIN) as admin:
        admin.run(f"CREATE DATABASE {name}")
    return name


@pytest.fixture
def database(server: Server, empty: str) -> str:
    """The same, migrated, with a table that the application's own migrations have made."""
    migrate(server, empty)
    with server.sign_on("erp_migrator", empty) as migrator:
        migrator.run("CREATE TABLE pupils (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)")
        migrator.run("INSERT INTO pupils (name) VALUES ('somebody')")
    return empty


def migrate(server: Server, database: str, text: str | None = None) -> None:
    with server.sign_on(ADMIN, database) as admin:
        admin.run(script() if text is None else text)


def recorded(server: Server, database: str) -> list[tuple[object, ...]]:
    with server.sign_on(ADMIN, database) as admin:
        return admin.run("SELECT version, name, checksum, applied_at FROM platform.migrations ORDER BY version")


@contextmanager
def refused(session: Session, why: str) -> Generator[None]:
    with pytest.raises(pg8000.native.DatabaseError, match=why):
        yield
    assert session.value("SELECT 1") == 1, "the session is still there: it was a refusal, and no crash"


@pytest.mark.req("P5", "T4")
def test_every_migration_runs_once_and_is_recorded(server: Server, empty: str) -> None:
    migrate(server, empty)
    first = recorded(server, empty)
    assert [row[:3] for row in first] == [(found.version, found.name, found.checksum) for found in migrations()]
    migrate(server, empty)
    assert recorded(server, empty) == first, "a second run does nothing"


@pytest.mark.req("P5")
def test_statement_by_statement_the_script_does_the_same(server: Server, empty: str) -> None:
    statements = re.split(r"(?<=\n\$script\$;)\n|(?<=notice;)\n", script())
    assert len(statements) > len(migrations())
    with server.sign_on(ADMIN, empty) as admin:
        for statement in statements:
            admin.run(statement)
    assert len(recorded(server, empty)) == len(migrations())


@pytest.mark.req("P5")
def test_a_migration_that_changed_after_it_ran_is_refused(server: Server, database: str) -> None:
    changed = [Migration(found.version, found.name, f"{found.text}\n-- corrected") for found in migrations()]
    before = recorded(server, database)
    with pytest.raises(pg8000.native.DatabaseError, match=r"migration 1 \(extensions\) has changed since it ran here"):
        migrate(server, database, script(changed))
    assert recorded(server, database) == before


@pytest.mark.req("P5")
def test_a_migration_that_fails_leaves_nothing_behind_and_those_before_it_done(server: Server, empty: str) -> None:
    good = migrations()[0]
    bad = Migration(2, "bad", "CREATE TABLE platform.half (id int);\nSELECT nonsense;\n")
    with server.sign_on(ADMIN, empty) as admin:
        admin.run(script([good]))
        with pytest.raises(pg8000.native.DatabaseError, match="nonsense"):
            admin.run(script([good, bad]))
        assert [row[0] for row in admin.run("SELECT version FROM platform.migrations")] == [1]
        assert admin.value("SELECT to_regclass('platform.half') IS NULL") is True
    migrate(server, empty, script([good, Migration(2, "good", "CREATE TABLE platform.half (id int);\n")]))
    assert len(recorded(server, empty)) == 2


@pytest.mark.req("T4")
def test_the_application_reads_and_writes_rows_and_changes_no_schema(server: Server, database: str) -> None:
    with server.sign_on("erp_app", database) as app:
        app.run("INSERT INTO pupils (name) VALUES ('another')")
        app.run("UPDATE pupils SET name = 'renamed' WHERE name = 'another'")
        assert app.value("SELECT count(*) FROM pupils") == 2
        app.run("DELETE FROM pupils WHERE name = 'renamed'")
        for statement in (
            "CREATE TABLE erp.mine (id int)",
            "CREATE TABLE public.mine (id int)",
            "CREATE TEMPORARY TABLE mine (id int)",
            "CREATE SCHEMA mine",
            "TRUNCATE pupils",
            "SELECT * FROM platform.migrations",
        ):
            with refused(app, DENIED):
                app.run(statement)
        for statement in ("ALTER TABLE pupils ADD COLUMN more text", "DROP TABLE pupils"):
            with refused(app, "must be owner"):
                app.run(statement)


@pytest.mark.req("T4")
def test_the_reader_reads_and_nothing_else_even_when_it_asks_for_a_writing_transaction(
    server: Server, database: str
) -> None:
    with server.sign_on("erp_reader", database) as reader:
        assert reader.run("SELECT name FROM pupils") == [("somebody",)]
        with refused(reader, "read-only transaction"):
            reader.run("INSERT INTO pupils (name) VALUES ('another')")
        reader.run("SET default_transaction_read_only = off")
        for statement in (
            "INSERT INTO pupils (name) VALUES ('another')",
            "UPDATE pupils SET name = ''",
            "DELETE FROM pupils",
            "CREATE TABLE erp.mine (id int)",
            "SELECT nextval('erp.pupils_id_seq')",
        ):
            with refused(reader, DENIED):
                reader.run(statement)


@pytest.mark.req("P5", "T4")
def test_what_the_migrator_makes_later_is_the_others_to_use_at_once(server: Server, database: str) -> None:
    with server.sign_on("erp_migrator", database) as migrator:
        migrator.run("CREATE TABLE marks (id bigserial PRIMARY KEY, mark int)")
        migrator.run("CREATE FUNCTION best() RETURNS int LANGUAGE sql AS 'SELECT max(mark) FROM erp.marks'")
        migrator.run("ALTER TABLE pupils ADD COLUMN born date")
    with server.sign_on("erp_app", database) as app:
        app.run("INSERT INTO marks (mark) VALUES (1), (2)")
        assert app.value("SELECT best()") == 2
    with server.sign_on("erp_reader", database) as reader:
        assert reader.value("SELECT count(*) FROM marks") == 2
        assert reader.value("SELECT best()") == 2


@pytest.mark.req("T4")
def test_a_role_that_was_given_nothing_can_do_nothing(server: Server, database: str) -> None:
    with server.sign_on(SUPERUSER) as superuser:
        superuser.run("DO $$ BEGIN CREATE ROLE stranger LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
    with (
        pytest.raises(pg8000.native.DatabaseError, match="permission denied for database"),
        server.sign_on("stranger", database),
    ):
        pass
    with server.sign_on(SUPERUSER, database) as superuser:
        superuser.run(f"GRANT CONNECT ON DATABASE {database} TO stranger")
        superuser.run("CREATE TABLE public.left_over (id int)")
    with server.sign_on("erp_migrator", database) as migrator:
        migrator.run("CREATE FUNCTION anybody() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    with server.sign_on("stranger", database) as stranger:
        for statement in (
            "SELECT * FROM erp.pupils",
            "SELECT erp.anybody()",
            "SELECT * FROM public.left_over",
            "SELECT * FROM platform.pg_stat_statements",
            "CREATE TEMPORARY TABLE mine (id int)",
            "CREATE TABLE public.mine (id int)",
        ):
            with refused(stranger, DENIED):
                stranger.run(statement)


@pytest.mark.req("T4")
def test_the_roles_sign_on_by_tokens_and_the_administrator_still_by_its_password(server: Server, database: str) -> None:
    with server.sign_on(SUPERUSER) as superuser:
        without = superuser.run(
            "SELECT rolname FROM pg_authid WHERE rolname LIKE 'erp\\_%' AND rolpassword IS NOT NULL ORDER BY rolname"
        )
        members = superuser.run(
            "SELECT member::regrole::text FROM pg_auth_members WHERE roleid = 'rds_iam'::regrole "
            "AND inherit_option ORDER BY 1"
        )
        ways_in = superuser.run(
            "SELECT roleid::regrole::text FROM pg_auth_members "
            f"WHERE member = '{ADMIN}'::regrole AND roleid::regrole::text LIKE 'erp\\_%' "
            "AND (inherit_option OR set_option)"
        )
    assert without == [(ADMIN,)]
    assert members == [("erp_app",), ("erp_migrator",), ("erp_reader",)]
    assert ways_in == [], "the membership that made the schema was given back"
    with server.prove(ADMIN, ADMIN_PASSWORD, database) as admin:
        assert admin.value("SELECT current_user") == ADMIN


@pytest.mark.req("O2")
@pytest.mark.parametrize(
    ("role", "setting", "value"),
    [
        ("erp_app", "statement_timeout", "30s"),
        ("erp_app", "lock_timeout", "10s"),
        ("erp_app", "idle_in_transaction_session_timeout", "1min"),
        ("erp_app", "search_path", "erp"),
        ("erp_reader", "statement_timeout", "5min"),
        ("erp_reader", "default_transaction_read_only", "on"),
        ("erp_migrator", "statement_timeout", "0"),
        ("erp_migrator", "lock_timeout", "5s"),
    ],
)
def test_each_role_signs_on_with_its_own_limits(
    server: Server, database: str, role: str, setting: str, value: str
) -> None:
    with server.sign_on(role, database) as session:
        assert session.value(f"SHOW {setting}") == value


@pytest.mark.req("O2")
def test_the_administrator_sees_what_queries_cost(server: Server, database: str) -> None:
    with server.sign_on("erp_app", database) as app:
        app.run("SELECT name AS seen_in_the_view FROM pupils")
    with server.sign_on(ADMIN, database) as admin:
        calls = admin.value(
            "SELECT sum(calls)::int FROM platform.pg_stat_statements WHERE query LIKE '%seen_in_the_view%' "
            "AND query NOT LIKE '%pg_stat_statements%'"
        )
    assert calls == 1
