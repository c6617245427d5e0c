"""The database server, as the rotation sees it: who may sign on, and a changed password."""

import base64
import hashlib
import hmac
import secrets
import ssl
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, cast

import pg8000.native  # pyright: ignore[reportMissingTypeStubs]

TIMEOUT_SECONDS: Final = 10
INVALID_PASSWORD: Final = "28P01"  # noqa: S105  (an SQLSTATE)
ITERATIONS: Final = 4096
"""PostgreSQL's own number (scram_iterations)."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user, and a password that no representation shows."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """One database server.

    roots: certificates in PEM; only a server whose name one of them vouches for is spoken to.
    """

    host: str
    port: int
    database: str
    roots: str = field(repr=False)

    def opens_with(self, credentials: Credentials) -> bool:
        """Whether these credentials open a session."""
        with self._session(credentials) as session:
            return session is not None and session.run("SELECT current_user") == [[credentials.username]]

    def change(self, credentials: Credentials, password: str) -> bool:
        """Give the user another password; False when the present credentials open no session.

        Only the verifier is sent: the log, which holds every change of a role, would show a password.
        """
        with self._session(credentials) as session:
            if session is None:
                return False
            session.run(f"ALTER ROLE {quoted(credentials.username)} PASSWORD '{verifier(password)}'")
            return True

    @contextmanager
    def _session(self, credentials: Credentials) -> Generator[Any]:
        """A connection; None when the password is wrong. Every other failure raises."""
        try:
            # The driver has no types.
            connection = cast("Any", pg8000.native).Connection(
                credentials.username,
                host=self.host,
                port=self.port,
                database=self.database,
                password=credentials.password,
                timeout=TIMEOUT_SECONDS,
                ssl_context=ssl.create_default_context(cadata=self.roots),
                application_name="rotation",
            )
        except (pg8000.native.DatabaseError, pg8000.native.InterfaceError) as error:
            if not is_wrong_password(error):
                raise
            yield None
            return
        with closing(connection):
            yield connection


def is_wrong_password(error: BaseException) -> bool:
    """Whether the server refused the password.

    The driver says good-bye to a server that has hung up already, and raises what comes of that instead of what the
    server said, which then stands behind it.
    """
    said: BaseException | None = error
    while said is not None and not isinstance(said, pg8000.native.DatabaseError):
        said = said.__context__
    return said is not None and cast("dict[str, str]", said.args[0]).get("C") == INVALID_PASSWORD


def verifier(password: str) -> str:
    """What PostgreSQL keeps of a password (RFC 5802 and 7677): whoever reads it can't sign on with it.

    The password is of ASCII letters and digits, which the standard's preparation of strings leaves alone.
    """
    if not (password.isascii() and password.isalnum()):
        raise ValueError("a password of this function is of ASCII letters and digits")
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    salt64, stored64, server64 = (base64.b64encode(part).decode() for part in (salt, stored, server))
    return f"SCRAM-SHA-256${ITERATIONS}:{salt64}${stored64}:{server64}"


def quoted(name: str) -> str:
    """A name as an identifier in SQL."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
