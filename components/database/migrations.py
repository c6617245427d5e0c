"""The platform's own migrations, as one script: extension, roles, schema and rights, never the application's tables.

A migration is a file `sql/NNNN_name.sql`. It runs once in each database, in a transaction of its own together with the
line that records it; a recorded one whose text has changed is refused, because no database would be as its file says.
So a file that has landed is never edited: a correction is a new file.

The script is plain SQL without psql's own commands, so every client runs it, statement by statement or as a whole. It
runs as the administrator, in the database that it is meant for.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from components.database.roots import roots

FOLDER: Final = Path(__file__).parent / "sql"

LOCK: Final = 5_432_717
"""Advisory lock that two runs at once wait for; any number that nobody else uses would do."""

LIMIT: Final = 24 * 1024
"""Bytes: the script goes into a task definition, which takes 64 KiB with all that it says (ECS quotas)."""

COMMAND: Final = (
    "sh",
    "-ec",
    """\
umask 077
printf %s "$RDS_ROOTS" > "$PGSSLROOTCERT"
printf %s "$MIGRATIONS" | psql --no-psqlrc --no-password --quiet --set=ON_ERROR_STOP=1 --file=-
""",
)
"""What a task of a PostgreSQL client's image runs; it ends with psql's exit code, 0 when every migration is there."""

_FILE: Final = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
_TRANSACTION: Final = re.compile(
    r"^\s*(BEGIN\s*;|START|COMMIT|ROLLBACK|SAVEPOINT|VACUUM|CREATE\s+DATABASE|\\)", re.IGNORECASE | re.MULTILINE
)

_HEAD: Final = f"""\
-- Written by components/database/migrations.py out of the files in sql/.
SET client_min_messages = notice;
DO $script$
BEGIN
    PERFORM pg_advisory_xact_lock({LOCK});
    CREATE SCHEMA IF NOT EXISTS platform;
    CREATE TABLE IF NOT EXISTS platform.migrations (
        version integer PRIMARY KEY,
        name text NOT NULL,
        checksum text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now(),
        applied_by text NOT NULL DEFAULT session_user
    );
END
$script$;
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file."""

    version: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrations(folder: Path = FOLDER) -> tuple[Migration, ...]:
    """The files in order; ValueError for one that does not belong, and for a gap."""
    found = tuple(_read(file) for file in sorted(folder.iterdir()))
    versions = [migration.version for migration in found]
    if versions != list(range(1, len(found) + 1)):
        raise ValueError(f"migrations are numbered 1, 2, 3 …, not {versions}")
    return found


def _read(file: Path) -> Migration:
    match = _FILE.fullmatch(file.name)
    if match is None:
        raise ValueError(f"{file.name} is not named NNNN_name.sql")
    text = file.read_text(encoding="utf-8")
    if (found := _TRANSACTION.search(text)) is not None:
        raise ValueError(f"{file.name} has {found[0].strip()!r}, which can't stand inside a migration's transaction")
    if _tag(int(match[1])) in text or "$script$" in text:
        raise ValueError(f"{file.name} holds the quotes that the script puts around it")
    return Migration(int(match[1]), match[2], text)


def script(found: Sequence[Migration] | None = None) -> str:
    """All migrations as one script that may run any number of times."""
    text = _HEAD + "".join(_guarded(migration) for migration in (migrations() if found is None else found))
    if len(text.encode()) > LIMIT:
        raise ValueError(f"the script has {len(text.encode())} bytes; a task definition leaves it {LIMIT}")
    return text


def environment(region: str, database: str) -> dict[str, str]:
    """The environment of `COMMAND`, but for PGHOST, PGUSER and PGPASSWORD, which are of the shard and its secret.

    `/tmp` has to be writable: libpq reads root certificates from a file and nothing else.
    """
    return {
        "MIGRATIONS": script(),
        "PGAPPNAME": "migrations",
        "PGCONNECT_TIMEOUT": "10",
        "PGDATABASE": database,
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": "/tmp/rds-roots.pem",  # noqa: S108  (the container's own)
        "RDS_ROOTS": roots(region),
    }


def _guarded(migration: Migration) -> str:
    """The migration, run unless it is recorded, and refused when the record says something else."""
    number, name, tag = migration.version, migration.name, _tag(migration.version)
    # Every word in it comes from our own files.
    return f"""
DO $script$
DECLARE
    recorded text;
BEGIN
    PERFORM pg_advisory_xact_lock({LOCK});
    SELECT checksum INTO recorded FROM platform.migrations WHERE version = {number};
    IF recorded = '{migration.checksum}' THEN
        RETURN;
    ELSIF recorded IS NOT NULL THEN
        RAISE EXCEPTION 'migration {number} ({name}) has changed since it ran here'
            USING HINT = 'Give the file its old text back, and write the change as a new migration.';
    END IF;
    EXECUTE {tag}
{migration.text}{tag};
    INSERT INTO platform.migrations (version, name, checksum) VALUES ({number}, '{name}', '{migration.checksum}');
    RAISE NOTICE 'migration {number} ({name}) has run';
END
$script$;
"""  # noqa: S608


def _tag(version: int) -> str:
    return f"$migration_{version}$"
