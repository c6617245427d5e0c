"""A checkout and a home in a temporary folder, with stand-ins for the engine and the offline clouds."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from sandbox import launch
from sandbox.home import Home

TRACKED_DEV: Final = """\
secretsprovider: awskms://alias/erp?region=eu-west-1
encryptedkey: c2VjcmV0
config:
  erp:stack: {environment: dev}
  erp-secrets:origin-pull-key:
    secure: v1:onlytheowner
  erp-secrets:vendor-key:
    secure: v1:onlytheowner
"""

# Behaves as far as the launcher looks: makes stacks and keeps secrets, and notes what it was asked.
ENGINE: Final = """\
import json, os, sys
from pathlib import Path
import yaml
home = Path(os.environ["SANDBOX_HOME"])
note = {{"argv": sys.argv[1:], "cwd": os.getcwd(), "env": dict(os.environ)}}
with open({asked!r}, "a") as file:
    file.write(json.dumps(note) + "\\n")
words = sys.argv[1:]
if words[:2] == ["stack", "init"]:
    if words[2] == "broken":
        sys.exit("error: no room")
    state = home / "state/.pulumi/stacks/erp" / (words[2] + ".json")
    state.parent.mkdir(parents=True, exist_ok=True)
    state.write_text("{{}}")
    path = Path("Pulumi.%s.yaml" % words[2])
    path.write_text("encryptionsalt: v1:salt\\n" + path.read_text())
if words[:2] == ["config", "set-all"]:
    path = Path("Pulumi.%s.yaml" % words[3])
    stack = yaml.safe_load(path.read_text())
    for word in words:
        if "=" in word:
            stack["config"][word.split("=", 1)[0]] = {{"secure": word.split("=", 1)[1]}}
    path.write_text(yaml.safe_dump(stack))
"""

CLOUDS: Final = """\
import sys
print('{"aws": 11, "azure-native": 12, "cloudflare": 13}', flush=True)
sys.stdin.read()
open(sys.argv[1], "w").close()
"""


@dataclass(frozen=True, slots=True)
class Checkout:
    """Where everything stands."""

    root: Path
    home: Home
    serve: list[str]

    def run(self, *command: str, **environment: str) -> int:
        """Run a command in the sandbox, inside this process."""
        return launch.run(self.home, command, {**plain(), **environment}, self.serve)

    def asked(self) -> list[dict[str, Any]]:
        """What the engine was asked, oldest first: argv, cwd, env."""
        file = self.root / "asked"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def words(self) -> list[list[str]]:
        """The first two words of each of these."""
        return [note["argv"][:2] for note in self.asked()]

    def shadow(self, name: str) -> dict[str, Any]:
        """One file of the shadow project."""
        return yaml.safe_load((self.home.project / name).read_text())

    def clouds_ended_well(self) -> bool:
        """Whether the stand-in for the clouds came to its own end."""
        return (self.root / "ended").exists()


def plain() -> Mapping[str, str]:
    """This process's environment without a sandbox that may be around the tests."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("PULUMI_", "SANDBOX_"))}


def make(folder: Path) -> Checkout:
    """A checkout with two stacks; the paths have a space in them."""
    root = folder / "check out"
    (root / ".engine" / "bin").mkdir(parents=True)
    (root / "Pulumi.yaml").write_text("name: erp\nruntime:\n  name: python\n  options:\n    virtualenv: .venv\n")
    (root / "Pulumi.dev.yaml").write_text(TRACKED_DEV)
    (root / "Pulumi.prod.yaml").write_text("config:\n  erp:stack: {environment: prod}\n")
    engine = root / ".engine" / "bin" / "pulumi"
    script = root / "engine.py"
    script.write_text(ENGINE.format(asked=str(root / "asked")))
    engine.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n')
    engine.chmod(0o755)
    return Checkout(root, Home(root, folder / "the home"), [sys.executable, "-c", CLOUDS, str(root / "ended")])
