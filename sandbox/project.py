"""The shadow project: what the engine sees in place of the checkout.

`pulumi stack init` in the checkout would put a salt in the place of a tracked stack file's `secretsprovider`, and what
is encrypted under a cloud's key can't be read offline. So the engine runs in `<home>/project`, whose Pulumi.yaml points
back at the checkout and whose stack files are the tracked ones without anything about secrets, plus the sandbox's own
salt and secrets. Tracked files are read and never written.
"""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from sandbox.home import Home

GENERATION: Final = "1"  # raise it when the same tracked file makes another shadow

PREFIX: Final = "Pulumi."
SUFFIX: Final = ".yaml"
KEY_SETTINGS: Final = ("secretsprovider", "encryptionsalt", "encryptedkey")
MADE_FROM: Final = ".made-from.json"
MINTED: Final = ".minted.json"


class ProjectError(Exception):
    """A tracked file can't be shadowed; the text names it and says why."""


class Project:
    """The shadow project of one home."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.folder = home.project

    @property
    def name(self) -> str:
        """The project's name, the middle of every URN."""
        return str(self._tracked_project()["name"])

    def stacks(self) -> list[str]:
        """The stacks that have a tracked file, sorted."""
        files = self.home.root.glob(f"{PREFIX}*{SUFFIX}")
        return sorted(file.name[len(PREFIX) : -len(SUFFIX)] for file in files if file.name != "Pulumi.yaml")

    def exists(self, stack: str) -> bool:
        """Whether the state knows the stack."""
        return (self.home.state / ".pulumi" / "stacks" / self.name / f"{stack}.json").exists()

    def refresh(self) -> None:
        """Write every shadow file whose tracked file has changed since."""
        self.folder.mkdir(parents=True, exist_ok=True)
        record_path = self.folder / MADE_FROM
        recorded = read_json(record_path)
        record = dict(recorded)
        # The way back to the checkout depends on where both stand: a copied home gets its own.
        place = f"{self.home.root} {self.folder}"
        self._refresh_file("Pulumi.yaml", place, record, self._shadow_project)
        for stack in self.stacks():
            self._refresh_file(f"{PREFIX}{stack}{SUFFIX}", "", record, self._shadow_stack)
        if record != recorded:
            write(record_path, json.dumps(record, indent=1))

    def wanted_secrets(self, stack: str) -> set[str]:
        """The secret keys of a stack's tracked file."""
        return set(secret_keys(read_yaml(self._tracked(stack)).get("config") or {}))

    def held_secrets(self, stack: str) -> set[str]:
        """The secret keys that the shadow file holds a value for."""
        return set(secret_keys(read_yaml(self._shadow(stack)).get("config") or {}))

    def minted(self, stack: str) -> set[str]:
        """The secret keys that the sandbox has minted for a stack."""
        return set(read_json(self.folder / MINTED).get(stack, ()))

    def note_minted(self, stack: str, keys: set[str]) -> None:
        """Remember which keys were minted, so that one that was removed stays so."""
        write(self.folder / MINTED, json.dumps({**read_json(self.folder / MINTED), stack: sorted(keys)}, indent=1))

    def _tracked(self, stack: str) -> Path:
        return self.home.root / f"{PREFIX}{stack}{SUFFIX}"

    def _shadow(self, stack: str) -> Path:
        return self.folder / f"{PREFIX}{stack}{SUFFIX}"

    def _tracked_project(self) -> dict[str, Any]:
        return read_yaml(self.home.root / "Pulumi.yaml")

    def _refresh_file(
        self, name: str, place: str, record: dict[str, Any], make: Callable[[dict[str, Any], Path], dict[str, Any]]
    ) -> None:
        tracked, shadow = self.home.root / name, self.folder / name
        made_from = hashlib.sha256(f"{GENERATION} {place}\n".encode() + tracked.read_bytes()).hexdigest()
        if record.get(name) == made_from and shadow.exists():
            return
        write(shadow, yaml.safe_dump(make(read_yaml(tracked), shadow), sort_keys=False, allow_unicode=True))
        record[name] = made_from

    def _shadow_project(self, tracked: dict[str, Any], _shadow: Path) -> dict[str, Any]:
        language: dict[str, Any] = tracked["runtime"]
        options = {**language.get("options", {}), "virtualenv": str(self.home.root / ".venv")}
        program = self.home.root / tracked.get("main", "")
        main = os.path.relpath(program.resolve(), self.folder.resolve())
        return {**tracked, "runtime": {**language, "options": options}, "main": main}

    def _shadow_stack(self, tracked: dict[str, Any], shadow: Path) -> dict[str, Any]:
        config = dict(tracked.get("config") or {})
        for key in secret_keys(config):
            del config[key]
        own = read_yaml(shadow) if shadow.exists() else {}
        kept = {key: own["config"][key] for key in secret_keys(own.get("config") or {})}
        rest = {key: value for key, value in tracked.items() if key not in (*KEY_SETTINGS, "config")}
        salt = {"encryptionsalt": own["encryptionsalt"]} if "encryptionsalt" in own else {}
        return {**salt, **rest, "config": {**config, **kept}}


def secret_keys(config: Mapping[str, Any]) -> list[str]:
    """The keys of a stack's configuration whose value is encrypted; ProjectError for one inside an object."""
    found: list[str] = []
    for key, value in config.items():
        if is_secret(value):
            found.append(key)
        elif holds_secret(value):
            raise ProjectError(f"{key} holds an encrypted value inside an object: give it a key of its own")
    return found


def is_secret(value: object) -> bool:
    """Whether a configuration value is an encrypted one: {secure: ...}."""
    return isinstance(value, dict) and set(value) == {"secure"}


def holds_secret(value: object) -> bool:
    """Whether there is an encrypted value anywhere below."""
    if isinstance(value, dict):
        return any(is_secret(item) or holds_secret(item) for item in value.values())
    if isinstance(value, list):
        return any(is_secret(item) or holds_secret(item) for item in value)
    return False


def read_yaml(path: Path) -> dict[str, Any]:
    """One YAML file whose top is an object; ProjectError, with the line, when it is not."""
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ProjectError(f"{path}: {error}") from None
    except FileNotFoundError:
        raise ProjectError(f"{path} is not there") from None
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise ProjectError(f"{path}: an object is expected at the top, not {type(loaded).__name__}")
    return loaded


def read_json(path: Path) -> dict[str, Any]:
    """One JSON object; empty when there is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def write(path: Path, text: str) -> None:
    """Write a file in one move."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
