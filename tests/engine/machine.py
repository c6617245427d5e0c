"""One sandbox of a test's own: its home folder, the commands run in it, and a look into its state and clouds."""

import json
import os
import shutil
import subprocess
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import yaml

from sandbox.store import Resource, Store

ROOT: Final = Path(__file__).parents[2]
SANDBOX: Final = str(ROOT / "bin" / "sandbox")
# Far beyond what any of these commands takes: a hang ends the test with what was printed so far.
LIMIT_SECONDS: Final = 300
# The engine writes its whole state after every step; without that a first update takes a third of the time.
FAST: Final = {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}
PROVIDERS: Final = "pulumi:providers:"


@dataclass(frozen=True, slots=True)
class Result:
    """How a command ended and what it printed, both streams as one text."""

    code: int
    output: str

    def expect(self, code: int = 0) -> Self:
        """Insist on an exit code."""
        assert self.code == code, f"exit code {self.code}, not {code}:\n{self.output[-8000:]}"
        return self


@dataclass(frozen=True, slots=True)
class Machine:
    """A sandbox in a folder of its own."""

    home: Path

    def copy(self, to: Path) -> "Machine":
        """The same state and clouds, for another test to change."""
        shutil.copytree(self.home, to, ignore=shutil.ignore_patterns("lock", "calls.log"))
        return Machine(to)

    def environment(self, extra: Mapping[str, str], *, checkpoints: bool = False) -> dict[str, str]:
        """The environment of a command: this home, and the fast way of keeping state unless a crash is the point."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PULUMI_", "SANDBOX_"))}
        cache = {"SANDBOX_CACHE": os.environ["SANDBOX_CACHE"]} if "SANDBOX_CACHE" in os.environ else {}
        return {**kept, **cache, "SANDBOX_HOME": str(self.home), **({} if checkpoints else FAST), **extra}

    def run(
        self, *command: str, extra: Mapping[str, str] | None = None, checkpoints: bool = False, cwd: Path = ROOT
    ) -> Result:
        """Run a command inside the sandbox to its end."""
        done = subprocess.run(
            [SANDBOX, *command],
            cwd=cwd,
            env=self.environment(extra or {}, checkpoints=checkpoints),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT_SECONDS,
            check=False,
        )
        return Result(done.returncode, done.stdout)

    def pulumi(self, *arguments: str, extra: Mapping[str, str] | None = None, checkpoints: bool = False) -> Result:
        """Run the engine without its questions and colours."""
        plain = ("--non-interactive", "--color", "never")
        return self.run("pulumi", *arguments, *plain, extra=extra, checkpoints=checkpoints)

    def up(self, stack: str, *, extra: Mapping[str, str] | None = None, checkpoints: bool = False) -> Result:
        """Bring a stack up, without the preview before it."""
        return self.pulumi("up", "-s", stack, "--yes", "--skip-preview", extra=extra, checkpoints=checkpoints)

    def plan(self, stack: str, *arguments: str) -> list[dict[str, Any]]:
        """Preview a stack: the steps the engine would take, those that change nothing left out."""
        result = self.pulumi("preview", "-s", stack, "--json", *arguments).expect()
        document = json.loads(result.output[result.output.index("{") :])
        return [step for step in document["steps"] if step["op"] != "same"]

    def resources(self, stack: str) -> list[dict[str, Any]]:
        """What the state holds in the clouds: providers, components and the stack itself left out."""
        result = self.pulumi("stack", "export", "-s", stack).expect()
        deployment = json.loads(result.output[result.output.index("{") :])["deployment"]
        assert not deployment.get("pending_operations"), deployment["pending_operations"]
        custom = [resource for resource in deployment.get("resources") or [] if resource.get("custom")]
        return [resource for resource in custom if not resource["type"].startswith(PROVIDERS)]

    @contextmanager
    def store(self) -> Generator[Store]:
        """The clouds' contents, in a transaction."""
        with Store(self.home / "cloud.sqlite") as store, store.operation():
            yield store

    def clouds(self) -> list[Resource]:
        """What exists in the clouds."""
        with self.store() as store:
            return store.all()

    def calls(self) -> list[dict[str, Any]]:
        """What the engine asked the clouds for, oldest first."""
        log = self.home / "calls.log"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def setting(self, stack: str, key: str, **changes: object) -> None:
        """Change members of one settings object in the stack file that the engine sees."""
        file = self.home / "project" / f"Pulumi.{stack}.yaml"
        document = yaml.safe_load(file.read_text())
        document["config"][key] = {**(document["config"].get(key) or {}), **changes}
        file.write_text(yaml.safe_dump(document))

    def same_everywhere(self, stack: str) -> None:
        """Insist that the state and the clouds hold the same resources."""
        state = sorted((resource["type"], resource["id"]) for resource in self.resources(stack))
        clouds = sorted((resource.token, resource.id) for resource in self.clouds())
        only_state = [entry for entry in state if entry not in clouds]
        only_clouds = [entry for entry in clouds if entry not in state]
        assert (only_state, only_clouds) == ([], []), (
            f"only in the state: {only_state}; only in the clouds: {only_clouds}"
        )


def program(folder: Path, lines: Sequence[str]) -> Path:
    """Write a small program of its own, for what our program rightly never does. Its stack is `dev`."""
    folder.mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text("name: small\nruntime: python\n")
    head = [
        "import gc; gc.disable()",
        "import pulumi",
        "import pulumi_aws as aws",
        'provider = aws.Provider("aws", region="eu-central-1", allowed_account_ids=["111111111111"])',
        "opts = pulumi.ResourceOptions(provider=provider)",
    ]
    (folder / "__main__.py").write_text("\n".join([*head, *lines, ""]))
    return folder
