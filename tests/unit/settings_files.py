"""Stack files for the tests of settings: the tracked ones, copied and changed, and the check run on the copies."""

from __future__ import annotations

import contextlib
import copy
import io
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from settings.__main__ import main
from settings.loading import stacks
from settings.reading import read

ROOT = Path(__file__).resolve().parents[2]
STACKS = stacks(ROOT)

KeyPath = tuple[str, ...]
"""The keys from the top of a stack file to a value: ("config", "erp:network", "nat")."""


@dataclass(frozen=True)
class Outcome:
    """What a run of the check left: its exit code and the lines it wrote."""

    code: int
    out: list[str]
    err: list[str]


class Project:
    """A folder with copies of the tracked stack files, to be changed one value at a time."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for stack in STACKS:
            shutil.copy(ROOT / f"Pulumi.{stack}.yaml", root)

    def content(self, stack: str) -> dict[str, Any]:
        """The stack file as plain values."""
        content: Any = read(self.root / f"Pulumi.{stack}.yaml")
        return content

    def write(self, stack: str, content: Mapping[str, Any] | bytes) -> None:
        """Replace (or add) a stack file: by plain values, or by these very bytes."""
        data = content if isinstance(content, bytes) else yaml.safe_dump(dict(content), sort_keys=False).encode()
        (self.root / f"Pulumi.{stack}.yaml").write_bytes(data)

    def set(self, stack: str, **values: Any) -> None:
        """Change values by path, with `__` between keys: `erp__network__nat="single"` for erp:network.nat."""
        content = self.content(stack)
        for path, value in values.items():
            namespace, section, *fields = path.split("__")
            place: dict[str, Any] = content["config"]
            keys = [f"{namespace}:{section}", *fields]
            for key in keys[:-1]:
                place = place.setdefault(key, {})
            place[keys[-1]] = value
        self.write(stack, content)

    def drop(self, stack: str, path: KeyPath) -> None:
        """Remove a key."""
        content = self.content(stack)
        place: dict[str, Any] = content
        for key in path[:-1]:
            place = place[key]
        del place[path[-1]]
        self.write(stack, content)

    def check(self, *arguments: str) -> Outcome:
        """Run `python -m settings check` on this folder, in this process."""
        return run("check", *arguments, "--root", str(self.root))

    def complaints(self, stack: str) -> list[str]:
        """The lines of a check that has to fail."""
        outcome = self.check(stack)
        assert outcome.code == 2, f"the check of {stack} passed: {outcome.out}"
        assert not outcome.out, "a failed check confirmed something"
        return outcome.err


def run(*arguments: str) -> Outcome:
    """Run `python -m settings` in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(arguments)
        except SystemExit as ending:  # argparse ends so, for --help and for wrong usage
            code = int(ending.code or 0)
    return Outcome(code, out.getvalue().splitlines(), err.getvalue().splitlines())


def key_paths(content: Mapping[str, Any]) -> Iterator[KeyPath]:
    """Every key of a stack file by its path, inner ones too."""
    for key, value in content.items():
        yield (key,)
        if isinstance(value, dict):
            yield from ((key, *rest) for rest in key_paths(value))


def renamed(content: Mapping[str, Any], path: KeyPath, name: str) -> dict[str, Any]:
    """The content with one key renamed in its place."""
    changed: dict[str, Any] = copy.deepcopy(dict(content))
    place = changed
    for key in path[:-1]:
        place = place[key]
    items = [(name if key == path[-1] else key, value) for key, value in place.items()]
    place.clear()
    place.update(items)
    return changed


def spoken(path: Sequence[str]) -> str:
    """A key path as errors write it: what lies below `config` starts with its namespace."""
    inner = path[1:] if path[0] == "config" and len(path) > 1 else path
    return ".".join(inner)
