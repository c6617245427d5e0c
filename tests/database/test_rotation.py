"""The rotation function against a real PostgreSQL 17 (SCRAM, TLS) and a double of Secrets Manager."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import pg8000.native  # pyright: ignore[reportMissingTypeStubs]
import pytest

from components.database.rotation_function import handler, postgres
from components.database.rotation_function.postgres import Credentials, verifier
from components.database.rotation_function.steps import ALPHABET, LENGTH, RotationError
from tests.postgres import secrets_manager
from tests.postgres.certificates import Authority
from tests.postgres.secrets_manager import ARN, SecretsManager
from tests.postgres.server import SUPERUSER, Server

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
BOOTSTRAP = "bootstrap-password"
USERS = count(1)


@dataclass
class Rotation:
    """A user with its secret, and the function that rotates it."""

    user: str
    server: Server
    manager: SecretsManager

    def step(self, step: str, token: str = "new") -> None:
        handler.handle({"SecretId": ARN, "ClientRequestToken": token, "Step": step}, None)

    def all(self, token: str = "new") -> None:
        self.manager.begin(token)
        for step in STEPS:
            self.step(step, token)

    def password(self, version: str) -> str:
        return str(json.loads(self.manager.values[version])["password"])

    def opens(self, password: str) -> bool:
        try:
            with self.server.prove(self.user, password) as session:
                return session.value("SELECT current_user") == self.user
        except pg8000.native.DatabaseError:
            return False


@pytest.fixture
def rotation(server: Server, monkeypatch: pytest.MonkeyPatch) -> Rotation:
    user = f'admin_{next(USERS)} of "it"'
    with server.sign_on(SUPERUSER) as superuser:
        superuser.run(f"CREATE ROLE {postgres.quoted(user)} LOGIN PASSWORD '{BOOTSTRAP}'")
    manager = SecretsManager()
    manager.values["first"] = json.dumps({"username": user, "password": BOOTSTRAP, "engine": "postgres"})
    manager.labels["first"] = ["AWSCURRENT"]
    monkeypatch.setattr(handler, "_secrets_manager", lambda: manager)
    roots = server.folder / "roots.pem"
    roots.write_text(server.authority.pem)
    for name, value in {
        "DATABASE_HOST": "localhost",
        "DATABASE_PORT": str(server.port),
        "DATABASE_NAME": "postgres",
        "DATABASE_ROOTS": str(roots),
    }.items():
        monkeypatch.setenv(name, value)
    return Rotation(user, server, manager)


@pytest.mark.req("D1", "T4")
def test_the_first_rotation_makes_the_bootstrap_password_useless(rotation: Rotation) -> None:
    assert rotation.opens(BOOTSTRAP)
    rotation.all()
    assert not rotation.opens(BOOTSTRAP)
    assert rotation.opens(rotation.password("new"))
    assert json.loads(rotation.manager.current()) == {
        "username": rotation.user,
        "password": rotation.password("new"),
        "engine": "postgres",
    }
    assert "AWSCURRENT" in rotation.manager.labels["new"]
    assert rotation.manager.labels["first"] == ["AWSPREVIOUS"]


@pytest.mark.req("D1")
def test_each_rotation_makes_a_password_that_nobody_had(rotation: Rotation) -> None:
    for token in ("second", "third", "fourth"):
        rotation.all(token)
        assert rotation.opens(rotation.password(token))
    passwords = {rotation.password(token) for token in ("second", "third", "fourth")}
    assert len(passwords) == 3
    assert all(len(password) == LENGTH and set(password) <= set(ALPHABET) for password in passwords)
    assert not rotation.opens(rotation.password("third"))


@pytest.mark.req("D1")
@pytest.mark.parametrize("stops_after", STEPS)
def test_a_rotation_that_stopped_after_a_step_is_taken_up_from_the_beginning(
    rotation: Rotation, stops_after: str
) -> None:
    rotation.manager.begin("new")
    for step in STEPS[: STEPS.index(stops_after) + 1]:
        rotation.step(step)
    for step in STEPS:
        rotation.step(step)
    assert rotation.opens(rotation.password("new"))
    assert "AWSCURRENT" in rotation.manager.labels["new"]


@pytest.mark.req("D1")
@pytest.mark.parametrize(
    ("lost", "step"), [("put_secret_value", "createSecret"), ("update_secret_version_stage", "finishSecret")]
)
def test_an_answer_that_was_lost_does_no_harm(rotation: Rotation, lost: str, step: str) -> None:
    rotation.manager.fails.append(lost)
    rotation.manager.begin("new")
    for taken in STEPS:
        if taken == step:
            with pytest.raises(ConnectionError):
                rotation.step(taken)
        rotation.step(taken)
    assert rotation.opens(rotation.password("new"))


@pytest.mark.req("D1")
def test_a_password_that_was_changed_without_the_last_step_is_found_to_be_in_force(
    rotation: Rotation, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotation.manager.begin("new")
    rotation.step("createSecret")
    change = postgres.Server.change

    def dies_after(server: postgres.Server, credentials: Credentials, password: str) -> bool:
        change(server, credentials, password)
        raise TimeoutError("the function ran out of time")

    with monkeypatch.context() as dying:
        dying.setattr(postgres.Server, "change", dies_after)
        with pytest.raises(TimeoutError):
            rotation.step("setSecret")
    assert rotation.opens(rotation.password("new"))
    for step in STEPS:
        rotation.step(step)
    assert "AWSCURRENT" in rotation.manager.labels["new"]


@pytest.mark.req("D1")
def test_the_previous_password_serves_where_the_current_one_was_never_set(rotation: Rotation) -> None:
    rotation.manager.values["never set"] = json.dumps({"username": rotation.user, "password": "never set"})
    rotation.manager.labels |= {"never set": ["AWSCURRENT"], "first": ["AWSPREVIOUS"]}
    rotation.all()
    assert rotation.opens(rotation.password("new"))


@pytest.mark.req("D1")
def test_with_no_password_that_works_nothing_is_changed(rotation: Rotation) -> None:
    with rotation.server.sign_on(SUPERUSER) as superuser:
        superuser.run(f"ALTER ROLE {postgres.quoted(rotation.user)} PASSWORD 'set by hand'")
    rotation.manager.begin("new")
    rotation.step("createSecret")
    with pytest.raises(RotationError, match="neither the current nor the previous password"):
        rotation.step("setSecret")
    with pytest.raises(RotationError, match="does not open the server"):
        rotation.step("testSecret")
    assert rotation.opens("set by hand")
    assert rotation.manager.labels["first"] == ["AWSCURRENT"]


@pytest.mark.req("D1", "T4")
def test_neither_the_function_nor_the_server_logs_a_secret(
    rotation: Rotation, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    before = len(rotation.server.log())
    rotation.all()
    with rotation.server.sign_on(SUPERUSER) as superuser:
        superuser.run(f"ALTER ROLE {postgres.quoted(rotation.user)} PASSWORD '{BOOTSTRAP}'")
    rotation.all("later")
    rotation.manager.values |= {"broken": "no json"}
    rotation.manager.labels |= {"later": [], "broken": ["AWSCURRENT"]}
    with pytest.raises(RotationError) as error:
        rotation.all("last")
    logged = caplog.text + str(error.value)
    served = rotation.server.log()[before:]
    for secret in (rotation.password("new"), rotation.password("later")):
        assert secret not in logged + served
    assert "no json" not in logged
    assert BOOTSTRAP not in logged
    assert "ALTER ROLE" in served, "changes of roles are logged, so a password sent in clear would be there"
    assert BOOTSTRAP in served, "as this one is, which the test sent in clear"
    assert "finishSecret" in logged


def pending(manager: SecretsManager) -> None:
    manager.begin("new")


def other_user(manager: SecretsManager) -> None:
    pending(manager)
    manager.values["new"] = json.dumps({"username": "somebody else", "password": "x"})


def without_user(manager: SecretsManager) -> None:
    pending(manager)
    manager.values["new"] = json.dumps({"password": "x"})


def without_value(manager: SecretsManager) -> None:
    pending(manager)
    manager.values.clear()


def switched_off(manager: SecretsManager) -> None:
    pending(manager)
    manager.enabled = False


def not_staged(manager: SecretsManager) -> None:
    manager.labels["new"] = ["MINE"]


@pytest.mark.req("T4")
@pytest.mark.parametrize(
    ("prepare", "step", "said"),
    [
        (lambda _: None, "createSecret", "the secret has no version new"),
        (not_staged, "createSecret", "version new is not pending"),
        (switched_off, "createSecret", "rotation is not switched on"),
        (without_value, "createSecret", "has no current version"),
        (pending, "setSecret", "AWSPENDING has no value yet"),
        (other_user, "setSecret", "not of the same user"),
        (without_user, "setSecret", "has to hold username and password"),
        (pending, "dropSecret", "there is no step dropSecret"),
    ],
)
def test_what_is_not_a_rotation_of_ours_is_refused(
    rotation: Rotation, prepare: Callable[[SecretsManager], None], step: str, said: str
) -> None:
    prepare(rotation.manager)
    with pytest.raises(RotationError, match=said):
        rotation.step(step)
    assert rotation.opens(BOOTSTRAP)


def test_a_version_in_force_needs_nothing_more(rotation: Rotation) -> None:
    for step in STEPS:
        rotation.step(step, "first")
    assert rotation.manager.values.keys() == {"first"}
    assert rotation.opens(BOOTSTRAP)


@pytest.mark.req("T4")
def test_a_server_that_the_roots_do_not_vouch_for_is_not_told_anything(
    rotation: Rotation, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotation.manager.begin("new")
    rotation.step("createSecret")
    other = tmp_path / "other.pem"
    other.write_text(Authority.made().pem)
    with monkeypatch.context() as wrong:
        wrong.setenv("DATABASE_ROOTS", str(other))
        with pytest.raises(Exception, match="CERTIFICATE_VERIFY_FAILED"):
            rotation.step("setSecret")
    with monkeypatch.context() as wrong:
        wrong.setenv("DATABASE_HOST", "127.0.0.1")
        with pytest.raises(Exception, match=r"CERTIFICATE_VERIFY_FAILED.*127\.0\.0\.1"):
            rotation.step("setSecret")
    assert rotation.opens(BOOTSTRAP)


@pytest.mark.req("T4")
def test_a_server_that_does_not_answer_is_an_error_and_no_wrong_password(
    rotation: Rotation, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotation.manager.begin("new")
    rotation.step("createSecret")
    monkeypatch.setenv("DATABASE_PORT", "1")
    with pytest.raises(pg8000.native.InterfaceError):
        rotation.step("setSecret")


@pytest.mark.req("T4")
def test_the_server_takes_our_verifier_for_its_own(server: Server) -> None:
    with server.sign_on(SUPERUSER) as superuser:
        superuser.run(f"CREATE ROLE verified LOGIN PASSWORD '{verifier('Correct1')}'")
        kept = superuser.value("SELECT rolpassword FROM pg_authid WHERE rolname = 'verified'")
    assert kept.startswith("SCRAM-SHA-256$4096:")
    with server.prove("verified", "Correct1") as session:
        assert session.value("SELECT current_user") == "verified"
    assert verifier("Correct1") != verifier("Correct1"), "a salt of its own each time"
    with pytest.raises(ValueError, match="ASCII letters and digits"):
        verifier("not only letters")


def test_the_double_keeps_to_the_rules_of_the_api() -> None:
    manager = SecretsManager()
    manager.begin("new")
    with pytest.raises(secrets_manager.ResourceNotFoundException):
        manager.get_secret_value(SecretId=ARN, VersionStage="AWSPENDING", VersionId="new")
    put: dict[str, Any] = {"SecretId": ARN, "ClientRequestToken": "new", "VersionStages": ["AWSPENDING"]}
    manager.put_secret_value(**put, SecretString="one")
    manager.put_secret_value(**put, SecretString="one")
    with pytest.raises(secrets_manager.ResourceExistsException):
        manager.put_secret_value(**put, SecretString="two")
    with pytest.raises(secrets_manager.ResourceNotFoundException):
        manager.get_secret_value(SecretId=ARN, VersionStage="AWSPENDING", VersionId="old")
