"""Starts the server that set-up has fetched, asks it, and takes it down again.

The server refuses to run as root, so under root it runs as `nobody`, from a copy that this user may read. What makes it
resemble RDS is written below: parameters, roles, and the extension that its administrator may create without being a
superuser. A shell between stops it whenever the tests end, also when they are killed: its input then closes.
"""

import os
import shutil
import socket
import ssl
import subprocess
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pg8000.native  # pyright: ignore[reportMissingTypeStubs]

from tests.postgres.certificates import Authority

ROOT: Final = Path(__file__).parents[2]
BINARIES: Final = ROOT / ".postgres"
NOBODY: Final = 65534
LIMIT_SECONDS: Final = 60

SUPERUSER: Final = "rdsadmin"
ADMIN: Final = "erp_admin"
ADMIN_PASSWORD: Final = "minted-for-the-tests"

# Waits for the end of its input, which comes with the end of whoever started it.
SUPERVISOR: Final = """\
"$1"/bin/pg_ctl start --silent --wait --timeout=60 --pgdata="$2"/data --log="$2"/log --options="-F" || exit 1
echo ready
read -r _
"$1"/bin/pg_ctl stop --silent --mode=immediate --wait --pgdata="$2"/data
"""
# Like RDS: TLS for everybody from outside, and password against password. The socket is the tests' own way in, where a
# role that has no password (it would come with a token of IAM) may sign on.
HBA: Final = """\
local all all trust
hostssl all all 127.0.0.1/32 scram-sha-256
"""


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running server.

    authority: who signed its certificate, for `localhost`.
    """

    folder: Path
    port: int
    authority: Authority

    @contextmanager
    def sign_on(self, user: str, database: str = "postgres") -> Generator["Session"]:
        """A session over the socket, where nobody is asked for a password."""
        socket_file = str(self.folder / f".s.PGSQL.{self.port}")
        with _connected(user, database=database, unix_sock=socket_file) as session:
            yield session

    @contextmanager
    def prove(self, user: str, password: str, database: str = "postgres") -> Generator["Session"]:
        """A session over the network, with a password and TLS."""
        context = ssl.create_default_context(cadata=self.authority.pem)
        with _connected(
            user, host="localhost", port=self.port, password=password, database=database, ssl_context=context
        ) as session:
            yield session

    def log(self) -> str:
        """What the server has logged so far."""
        return (self.folder / "log").read_text()


@dataclass(frozen=True)
class Session:
    """One connection."""

    connection: pg8000.native.Connection = field(repr=False)

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of one statement, or of the last of several; an error is a pg8000.native.DatabaseError."""
        return [tuple(row) for row in self.connection.run(statement) or ()]

    def value(self, statement: str) -> Any:
        """The one value of a statement's one row."""
        ((value,),) = self.run(statement)
        return value


@contextmanager
def _connected(user: str, **how: Any) -> Generator[Session]:
    """A connection; what the server refuses is raised as the server said it.

    The driver says good-bye to a server that has hung up, and raises what came of that instead.
    """
    try:
        connection = pg8000.native.Connection(user, **how)
    except pg8000.native.InterfaceError as error:
        said: BaseException | None = error
        while said is not None and not isinstance(said, pg8000.native.DatabaseError):
            said = said.__context__
        raise (said or error) from None
    try:
        yield Session(connection)
    finally:
        connection.close()


@contextmanager
def started(parameters: Mapping[str, str]) -> Generator[Server]:
    """A server with these parameters in its configuration file."""
    if not (BINARIES / "bin" / "postgres").exists():
        raise AssertionError(
            f"{BINARIES} holds no PostgreSQL server. `sh tools/setup/start tests` fetches it, on Linux of x86-64 and "
            "arm64; for other machines tools/setup/postgres.py knows no package, and these tests can't pass there."
        )
    folder = Path(tempfile.mkdtemp(prefix="erp-postgres-"))
    try:
        yield from _run(folder, parameters)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, parameters: Mapping[str, str]) -> Generator[Server]:
    programs = folder / "programs"
    shutil.copytree(BINARIES, programs, symlinks=True)
    # On RDS the administrator may create the extensions that RDS allows; here this one is declared trusted.
    control = programs / "share" / "postgresql" / "extension" / "pg_stat_statements.control"
    control.write_text(f"{control.read_text()}trusted = true\n")
    (folder / "password").write_text("unused: over the socket nobody is asked")
    authority = Authority.made()
    (folder / "server.crt").write_text(authority.certificate)
    (folder / "server.key").write_text(authority.key)
    identity: dict[str, Any] = {}
    if os.geteuid() == 0:
        identity = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    (folder / "server.key").chmod(0o600)
    _call(
        [
            *(programs / "bin" / "initdb", "--no-sync", f"--pgdata={folder / 'data'}", f"--username={SUPERUSER}"),
            *(f"--pwfile={folder / 'password'}", "--encoding=UTF8", "--locale=C", "--auth=scram-sha-256"),
        ],
        identity,
    )
    port = _free_port()
    own = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(folder),
        "ssl": "on",
        "ssl_cert_file": str(folder / "server.crt"),
        "ssl_key_file": str(folder / "server.key"),
    }
    with (folder / "data" / "postgresql.conf").open("a") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in {**parameters, **own}.items())
    (folder / "data" / "pg_hba.conf").write_text(HBA)
    supervisor = subprocess.Popen(
        ["/bin/sh", "-c", SUPERVISOR, "sh", str(programs), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
        **identity,
    )
    assert supervisor.stdin is not None
    assert supervisor.stdout is not None
    try:
        if supervisor.stdout.readline().strip() != "ready":
            raise AssertionError(f"the server did not start:\n{(folder / 'log').read_text()}")
        server = Server(folder=folder, port=port, authority=authority)
        _resemble_rds(server)
        yield server
    finally:
        supervisor.stdin.close()
        supervisor.wait(LIMIT_SECONDS)
        supervisor.stdout.close()


def _resemble_rds(server: Server) -> None:
    """What RDS has made before anybody signs on: a group for IAM, and an administrator that is no superuser."""
    with server.sign_on(SUPERUSER) as superuser:
        for statement in (
            "CREATE ROLE rds_iam",
            f"CREATE ROLE {ADMIN} LOGIN CREATEROLE CREATEDB PASSWORD '{ADMIN_PASSWORD}'",
            f"GRANT rds_iam TO {ADMIN} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE",
            f"GRANT pg_monitor TO {ADMIN}",
        ):
            superuser.run(statement)


def _call(command: Sequence[str | Path], identity: Mapping[str, Any]) -> None:
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False, cwd="/", **identity
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout}{done.stderr}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
