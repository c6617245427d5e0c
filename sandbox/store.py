"""What exists in the offline clouds: one SQLite file, one transaction an operation.

A process that dies leaves the last whole operation behind and nothing of the one it was in. Secrets are kept as keyed
digests only (`veil`). What a secret was made into is kept as that: a name becomes an id, and ids are no secrets.
"""

import json
import sqlite3
import threading
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from sandbox.veil import Veil

_SCHEMA: Final = """
create table if not exists resources (
    serial integer primary key autoincrement,
    package text not null, account text not null, region text not null,
    token text not null, id text not null, urn text not null,
    inputs text not null, properties text not null, written text not null,
    pending_deletion integer not null default 0);
create index if not exists resource_by_id on resources (token, id);
create table if not exists identifiers (
    package text not null, account text not null, value text not null, serial integer not null);
create index if not exists identifier_by_value on identifiers (value);
create index if not exists identifier_by_serial on identifiers (serial);
create table if not exists uses (serial integer not null, path text not null, target integer not null);
create index if not exists use_by_serial on uses (serial);
create index if not exists use_by_target on uses (target);
create table if not exists names (
    scope text not null, name text not null, serial integer not null, primary key (scope, name));
create index if not exists name_by_serial on names (serial);
"""


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing in a cloud, secrets as digests.

    inputs: what a program asked for. written: what was there after that. properties: what is there now, which differs
    from `written` where somebody else changed something.
    """

    serial: int
    package: str
    account: str
    region: str
    token: str
    id: str
    urn: str
    inputs: Mapping[str, Any]
    properties: Mapping[str, Any]
    written: Mapping[str, Any]
    pending_deletion: bool = False

    @property
    def drifted(self) -> dict[str, Any]:
        """The properties that somebody changed behind the program's back, as they are now."""
        keys = self.properties.keys() | self.written.keys()
        return {key: self.properties.get(key) for key in keys if self.properties.get(key) != self.written.get(key)}


@dataclass(frozen=True, slots=True)
class Use:
    """One resource that names another: `path` is the property that does."""

    user: Resource
    path: str


class Store:
    """The clouds' contents. Every method runs inside the transaction that `operation` opens."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self.veil = Veil.beside(file)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        self._db.executescript(_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write everything back into the one file."""
        with self._lock:
            self._db.close()

    @contextmanager
    def operation(self) -> Generator[Self]:
        """All or nothing: what happens inside is kept when it ends well and undone when it raises."""
        with self._lock:
            self._db.execute("begin immediate")
            try:
                yield self
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")

    def next_serial(self) -> int:
        """The serial that the next resource will get; ids are derived from it."""
        row = self._db.execute("select seq from sqlite_sequence where name = 'resources'").fetchone()
        return (row[0] if row else 0) + 1

    def add(
        self,
        *,
        package: str,
        account: str,
        region: str,
        token: str,
        id: str,  # noqa: A002  the protocol's own word
        urn: str,
        inputs: Mapping[str, Any],
        properties: Mapping[str, Any],
    ) -> Resource:
        """Put a new resource into its cloud."""
        cursor = self._db.execute(
            "insert into resources (package, account, region, token, id, urn, inputs, properties, written) "
            "values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (package, account, region, token, id, urn, self._to_text(inputs), *[self._to_text(properties)] * 2),
        )
        return self.by_serial(cursor.lastrowid or 0)

    def write(self, serial: int, *, inputs: Mapping[str, Any], properties: Mapping[str, Any]) -> Resource:
        """Write what a program's update asked for and what came of it."""
        self._db.execute(
            "update resources set inputs = ?, properties = ?, written = ? where serial = ?",
            (self._to_text(inputs), *[self._to_text(properties)] * 2, serial),
        )
        return self.by_serial(serial)

    def edit(self, serial: int, properties: Mapping[str, Any]) -> Resource:
        """Change properties as a person at the console would: no program knows of it."""
        merged = {**self.by_serial(serial).properties, **properties}
        self._db.execute("update resources set properties = ? where serial = ?", (self._to_text(merged), serial))
        return self.by_serial(serial)

    def remove(self, serial: int) -> None:
        """Take a resource, its names and its own references away."""
        self._db.execute("delete from resources where serial = ?", (serial,))
        for table in ("identifiers", "uses", "names"):
            self._db.execute(f"delete from {table} where serial = ?", (serial,))  # noqa: S608  three fixed names

    def schedule_deletion(self, serial: int) -> None:
        """Keep a resource that its vendor only deletes after a waiting period; it no longer counts as there."""
        self._db.execute("update resources set pending_deletion = 1 where serial = ?", (serial,))
        for table in ("identifiers", "uses", "names"):
            self._db.execute(f"delete from {table} where serial = ?", (serial,))  # noqa: S608  three fixed names

    def identify(self, resource: Resource, values: Iterable[str]) -> None:
        """Say by which ids, ARNs and names others may refer to a resource."""
        self._db.execute("delete from identifiers where serial = ?", (resource.serial,))
        self._db.executemany(
            "insert into identifiers values (?, ?, ?, ?)",
            [(resource.package, resource.account, value, resource.serial) for value in values],
        )

    def claim(self, resource: Resource, names: Iterable[tuple[str, str]]) -> None:
        """Take (scope, name) pairs for a resource; the caller has asked `owner` whether they are free."""
        self._db.execute("delete from names where serial = ?", (resource.serial,))
        self._db.executemany(
            "insert into names values (?, ?, ?)", [(scope, name, resource.serial) for scope, name in names]
        )

    def owner(self, scope: str, name: str) -> Resource | None:
        """Find who holds a name within its scope."""
        row = self._db.execute("select serial from names where scope = ? and name = ?", (scope, name)).fetchone()
        return self.by_serial(row[0]) if row else None

    def link(self, resource: Resource, uses: Iterable[tuple[str, Resource]]) -> None:
        """Record which properties of a resource name which others."""
        self._db.execute("delete from uses where serial = ?", (resource.serial,))
        self._db.executemany(
            "insert into uses values (?, ?, ?)",
            [(resource.serial, path, other.serial) for path, other in uses if other.serial != resource.serial],
        )

    def unlink(self, resource: Resource, path: str) -> None:
        """Forget whom a resource names in one property."""
        self._db.execute("delete from uses where serial = ? and path = ?", (resource.serial, path))

    def users(self, resource: Resource) -> list[Use]:
        """Everything that still names a resource."""
        rows = self._db.execute(
            "select serial, path from uses where target = ? order by serial, path", (resource.serial,)
        ).fetchall()
        return [Use(self.by_serial(serial), path) for serial, path in rows]

    def users_of_type(self, resource: Resource, token: str, path: str) -> list[Resource]:
        """The resources of one type that name a resource in one property, oldest first."""
        return self._select(
            "where token = ? and serial in (select serial from uses where target = ? and path = ?)",
            token,
            resource.serial,
            path,
        )

    def named(self, value: str, *, package: str, account: str, region: str = "") -> Resource | None:
        """Find what an id, an ARN or a name stands for within one account.

        region: where the same id exists in several regions (multi-Region keys), the one that is preferred.
        """
        found = self.all_named(value, package=package, account=account)
        return next((resource for resource in found if resource.region == region), found[0] if found else None)

    def all_named(self, value: str, *, package: str, account: str) -> list[Resource]:
        """Everything that an id, an ARN or a name stands for: names are unique within their type only."""
        return self._select(
            "where serial in (select serial from identifiers where value = ? and package = ? and account = ?)",
            value,
            package,
            account,
        )

    def get(self, token: str, id: str, *, account: str, region: str) -> Resource | None:  # noqa: A002  the protocol's own word
        """Find one resource by its type and id."""
        rows = self._select(
            "where token = ? and id = ? and account = ? and region = ? and pending_deletion = 0",
            token,
            id,
            account,
            region,
        )
        return rows[0] if rows else None

    def all(self, token: str | None = None, *, pending_deletion: bool = False) -> list[Resource]:
        """List what exists, oldest first; with `pending_deletion` what waits for its end instead."""
        if token is None:
            return self._select("where pending_deletion = ?", int(pending_deletion))
        return self._select("where token = ? and pending_deletion = ?", token, int(pending_deletion))

    def by_serial(self, serial: int) -> Resource:
        """Read one resource back."""
        return self._select("where serial = ?", serial)[0]

    def _to_text(self, values: Mapping[str, Any]) -> str:
        return json.dumps(self.veil.over(dict(values)), sort_keys=True)

    def _select(self, where: str, *values: object) -> list[Resource]:
        rows: Sequence[tuple[Any, ...]] = self._db.execute(
            "select serial, package, account, region, token, id, urn, inputs, properties, written, pending_deletion "  # noqa: S608  conditions are this module's own
            f"from resources {where} order by serial",
            values,
        ).fetchall()
        return [Resource(*row[:7], *map(json.loads, row[7:10]), pending_deletion=bool(row[10])) for row in rows]
