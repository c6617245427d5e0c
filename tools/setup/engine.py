"""The engine: Pulumi's CLI, its Python language host and their two helper scripts, in `.engine/bin`.

No package registry carries the released programs, so they are built from the Go modules pinned in `tools/engine`. The
versions are those for which a policy pack still starts through the `pulumi-analyzer-policy-python` script and the
language host is part of the SDK's module; docs/decisions tells more.
"""

import os
import platform
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tools.setup import stamps, toolchain
from tools.setup.errors import SetupError
from tools.setup.layout import Layout
from tools.setup.packages import clean_env
from tools.setup.runner import Runner, say

GENERATION = "1"  # raise it when the build below makes something else out of the same pins

CLI_MODULE = "github.com/pulumi/pulumi/pkg/v3"
SDK_MODULE = "github.com/pulumi/pulumi/sdk/v3"
CLI = "pulumi"
HOST = "pulumi-language-python"
SCRIPTS = {"pulumi-language-python-exec": "python/cmd", "pulumi-analyzer-policy-python": "python/dist"}
PROGRAMS = (CLI, HOST, *SCRIPTS)

TESTED = ((3, 220, 0), (3, 221, 0))  # from, up to and without
REPORT_SECONDS = 15.0
ASK_SECONDS = 20


class Engine:
    """The engine of one checkout."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.bin = layout.engine / "bin"
        self._stamp = layout.engine / ".setup"

    def is_fresh(self) -> bool:
        """Whether the engine is the one that the pins ask for and no leftovers of its build lie about."""
        if self.layout.go_cache.exists():
            return False
        return self._is_made()

    def make(self, runner: Runner) -> None:
        """Take the engine on PATH when it lies in the tested range, build it when not."""
        if not self._is_made():
            stamps.forget(self._stamp)
            self.bin.mkdir(parents=True, exist_ok=True)
            found = on_path(self.bin)
            if found is not None:
                self._link(found)
            else:
                self._build(runner)
            stamps.write(self._stamp, self._digest())
        remove_tree(self.layout.go_cache)

    def _is_made(self) -> bool:
        return stamps.is_fresh(self._stamp, self._digest(), [self.bin / name for name in PROGRAMS])

    def _digest(self) -> str:
        pins = sorted(path for path in self.layout.pins.rglob("*") if path.is_file())
        cli = self.bin / CLI
        made = f"{cli.stat().st_size} {cli.stat().st_mtime_ns}" if cli.exists() else "no program"
        return stamps.digest(GENERATION, platform.machine(), made, *pins)

    def _link(self, folder: Path) -> None:
        for name in PROGRAMS:
            place(self.bin / name, lambda draft, target=folder / name: draft.symlink_to(target))

    def _build(self, runner: Runner) -> None:
        say(
            "engine",
            "building Pulumi's engine from source, once for this checkout. It takes 2 to 4 minutes on 2 cores:",
        )
        say(
            "engine",
            "no package carries the program, and it links some 1,500 Go packages, the SDKs of three clouds among them",
        )
        began = time.monotonic()
        go = toolchain.find(self.layout, runner)
        env = self._go_env()
        wanted = pinned_version(self.layout.pins / "cli" / "go.mod", CLI_MODULE)
        drafts = self.layout.go_cache / "bin"
        drafts.mkdir(parents=True, exist_ok=True)
        flags = f"-s -w -X {SDK_MODULE}/go/common/version.Version={wanted}"
        for program, folder, package in (
            (HOST, "language", f"{SDK_MODULE}/python/cmd/{HOST}"),
            (CLI, "cli", f"{CLI_MODULE}/cmd/{CLI}"),
        ):
            module = self.layout.pins / folder
            say("engine", f"{program}: downloading the pinned modules")
            packages = runner.run("engine", [go, "list", "-deps", package], env=env, cwd=module)
            progress = Progress(program, len(packages))
            command = [go, "build", "-v", "-ldflags", flags, "-o", drafts / program, package]
            runner.run("engine", command, env=env, cwd=module, on_line=progress.see)
        sdk = runner.run(
            "engine", [go, "list", "-m", "-f", "{{.Dir}}", SDK_MODULE], env=env, cwd=self.layout.pins / "language"
        )
        for name, folder in SCRIPTS.items():
            shutil.copyfile(Path(sdk[-1]) / folder / name, drafts / name)
        for name in PROGRAMS:
            (drafts / name).chmod(0o755)
        built = version_of(drafts / CLI)
        if built != toolchain.version(wanted):
            raise SetupError(f"engine: the program that was built calls itself {built}, pinned is {wanted}")
        for name in PROGRAMS:
            place(self.bin / name, lambda draft, made=drafts / name: shutil.move(made, draft))
        say("engine", f"pulumi {wanted} built in {time.monotonic() - began:.0f} s")

    def _go_env(self) -> dict[str, str]:
        env = {
            name: value
            for name, value in clean_env().items()
            if not re.match(r"GO(FLAGS|BIN|WORK|OS|ARCH|ROOT)$", name)
        }
        cache = self.layout.go_cache
        return env | {
            "CGO_ENABLED": "0",
            "GOCACHE": str(cache / "build"),
            "GOFLAGS": "-mod=readonly -modcacherw -trimpath -buildvcs=false",
            "GOMODCACHE": str(cache / "modules"),
            "GOPATH": str(cache / "path"),
            "GOTOOLCHAIN": "local",
            "GOWORK": "off",
        }


class Progress:
    """Says from time to time how far a build is."""

    def __init__(self, program: str, total: int) -> None:
        self.program = program
        self.total = total
        self.done = 0
        self.next_report = time.monotonic()

    def see(self, line: str) -> None:
        """Count one compiled package."""
        if line.startswith("go: downloading"):
            return
        self.done += 1
        if time.monotonic() >= self.next_report:
            self.next_report = time.monotonic() + REPORT_SECONDS
            say("engine", f"{self.program}: package {min(self.done, self.total)} of {self.total}")


def on_path(own: Path) -> Path | None:
    """The folder of an installed engine that is complete and lies in the tested range; the choice is printed."""
    for folder in folders_with(CLI, own):
        version = version_of(folder / CLI)
        name = f"pulumi {'.'.join(map(str, version))} in {folder}" if version else f"pulumi in {folder}"
        if not TESTED[0] <= version < TESTED[1]:
            wanted = " to below ".join(".".join(map(str, bound)) for bound in TESTED)
            say("engine", f"{name} is not used: tested is {wanted}")
        elif missing := [program for program in PROGRAMS if not os.access(folder / program, os.X_OK)]:
            say("engine", f"{name} is not used: {', '.join(missing)} is not beside it")
        else:
            say("engine", f"using {name}")
            return folder
    return None


def folders_with(program: str, own: Path) -> Iterator[Path]:
    """The folders of PATH that hold the program, without our own."""
    for entry in os.environ.get("PATH", "").split(os.pathsep):
        folder = Path(entry).resolve() if entry else None
        if folder is not None and folder != own.resolve() and os.access(folder / program, os.X_OK):
            yield folder


def version_of(program: Path) -> tuple[int, ...]:
    """What `pulumi version` says; empty when it says nothing that reads as a version."""
    env = os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        asked = subprocess.run(
            [program, "version"], capture_output=True, text=True, timeout=ASK_SECONDS, env=env, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return toolchain.version(asked.stdout)


def pinned_version(go_mod: Path, module: str) -> str:
    """The version at which a go.mod pins a module, with its leading v."""
    match = re.search(rf"^\s*{re.escape(module)} (v\S+)", go_mod.read_text(), re.MULTILINE)
    if match is None:
        raise SetupError(f"engine: {go_mod} does not pin {module}")
    return match[1]


def place(target: Path, make: Callable[[Path], object]) -> None:
    """Put a file in its place in one move: `make` creates it under another name first."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    make(draft)
    draft.replace(target)


def remove_tree(folder: Path) -> None:
    """Delete a folder; a toolchain may have left parts of its caches without write permission."""
    if not folder.exists():
        return
    trash = folder.with_name(f"{folder.name}.trash.{os.getpid()}")
    folder.rename(trash)
    for path, _, _ in os.walk(trash):
        Path(path).chmod(0o700)
    shutil.rmtree(trash)
