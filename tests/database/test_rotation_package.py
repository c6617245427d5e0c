"""The rotation function's archive: complete by itself, and the same wherever it is put together."""

import re
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from components.database import rotation_package
from components.database.roots import roots
from components.database.rotation_package import CODE, HANDLER, PACKAGES, sources

ROOT = Path(__file__).parents[2]

# Finds the handler as Lambda does, with nothing but the archive and the standard library to import from.
ENTER = """\
import importlib, sys
sys.path.insert(0, sys.argv[1])
module, _, name = sys.argv[2].rpartition(".")
print(getattr(importlib.import_module(module), name).__doc__.partition(chr(10))[0])
print(sorted(name for name in ("pg8000", "scramp", "asn1crypto", "dateutil", "six")
             if sys.modules[name].__file__.startswith(sys.argv[1])))
"""


def archive(folder: Path) -> Path:
    path = folder / "function.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name, file in sources().items():
            packed.write(file, name)
        packed.writestr(rotation_package.ROOTS, roots("eu-central-1"))
    return path


@pytest.mark.req("D1")
def test_the_archive_needs_nothing_but_itself_and_the_standard_library(tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-S", "-c", ENTER, str(archive(tmp_path)), HANDLER]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "Take the step that Secrets Manager asks for" in done.stdout
    assert "['asn1crypto', 'dateutil', 'pg8000', 'scramp', 'six']" in done.stdout


@pytest.mark.req("D1")
def test_the_archive_holds_sources_and_nothing_that_depends_on_the_machine() -> None:
    found = sources()
    assert list(found) == sorted(found)
    metadata_files = [name for name in found if not name.endswith(".py")]
    assert len(metadata_files) == len(PACKAGES)
    assert all(name.endswith(".dist-info/METADATA") for name in metadata_files)
    assert not [name for name in found if ".." in name or "__pycache__" in name or name.startswith("/")]
    assert {name for name in found if name.startswith(CODE.name)} == {
        f"{CODE.name}/{file}" for file in ("__init__.py", "handler.py", "postgres.py", "steps.py")
    }
    assert sum(file.stat().st_size for file in found.values()) < 3 * 1024 * 1024


def test_the_packages_are_the_driver_with_all_that_it_requires_each_locked_by_hash() -> None:
    required = {"pg8000"}
    for package in PACKAGES:
        required |= {re.split(r"[^A-Za-z0-9-]", line)[0] for line in metadata.requires(package) or ()}
    assert required == set(PACKAGES)
    locked = (ROOT / "requirements.txt").read_text()
    for package in PACKAGES:
        assert re.search(rf"^{package}==\S+ \\\n +--hash=sha256:", locked, re.MULTILINE), package


def test_a_package_without_a_list_of_files_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation_package.metadata, "files", lambda _: None)
    with pytest.raises(LookupError, match="asn1crypto was installed without a list"):
        sources()
