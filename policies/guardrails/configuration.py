"""The pack's own settings: which stack is which environment, where data may be, how long things are kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import ip_network
from pathlib import Path
from typing import Final, cast

import yaml

from guardrails.declare import Environment
from guardrails.networks import Range
from guardrails.quotas import problem_of

_KEYS: Final = (
    "environments", "regions", "required_tags", "log_retention_days", "kms_deletion_window_days", "kms_rotation_days",
    "wide_ranges", "quotas",
)  # fmt: skip


class PackError(Exception):
    """A data file of the pack is wrong; the text names the file and holds every mistake, one a line."""

    def __init__(self, path: Path, mistakes: list[str]) -> None:
        super().__init__("\n".join(f"{path.name}: {mistake}" for mistake in mistakes))


def load_document(path: Path) -> object:
    """The content of a YAML or JSON file (JSON is YAML); raises PackError where it can't be read."""
    try:
        return cast("object", yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise PackError(path, [str(error)]) from error


def is_text(value: object) -> bool:
    """Whether it is a string that says something."""
    return isinstance(value, str) and bool(value.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class PackSettings:
    """Settings of the pack, from settings.yaml.

    environments: pairs of stack name pattern and environment, first match wins. *_days: by environment. wide_ranges:
    public ranges that may be named as a source although they are wide. quotas: those that AWS has raised.
    """

    environments: tuple[tuple[str, Environment], ...]
    aws_regions: frozenset[str]
    azure_locations: frozenset[str]
    required_tags: tuple[str, ...]
    log_retention_days: Mapping[Environment, int]
    kms_deletion_window_days: Mapping[Environment, int]
    kms_rotation_days: int
    wide_ranges: tuple[Range, ...]
    quotas: Mapping[str, int]

    def environment(self, stack: str) -> Environment:
        """What a stack is judged as: the first pattern that its name matches, prod (the strictest) where none does."""
        for pattern, environment in self.environments:
            if fnmatchcase(stack, pattern):
                return environment
        return Environment.PROD


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads typed values and notes every mistake instead of stopping at the first."""

    mistakes: list[str]

    def texts(self, path: str, value: object) -> tuple[str, ...]:
        if isinstance(value, list) and value and all(isinstance(item, str) for item in cast("list[object]", value)):
            return tuple(cast("list[str]", value))
        self.mistakes.append(f"{path}: expected a list of strings, at least one")
        return ()

    def mapping(self, path: str, value: object, keys: tuple[str, ...]) -> dict[str, object]:
        """The entries of an object in the order of the file, which decides between patterns."""
        if not isinstance(value, dict):
            self.mistakes.append(f"{path}: expected an object with {', '.join(keys)}")
            return {}
        entries = cast("dict[str, object]", value)
        self.mistakes.extend(f"{path}.{key}: no such key" for key in entries if key not in keys)
        self.mistakes.extend(f"{path}.{key}: is missing" for key in keys if key not in entries)
        return {key: entry for key, entry in entries.items() if key in keys}

    def days(self, path: str, value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
        self.mistakes.append(f"{path}: expected a number of days above 0")
        return 0

    def ranges(self, path: str, value: object) -> tuple[Range, ...]:
        """Address ranges; the list may be empty."""
        try:
            if isinstance(value, list):
                return tuple(ip_network(str(item)) for item in cast("list[object]", value))
        except ValueError as error:
            self.mistakes.append(f"{path}: {error}")
            return ()
        self.mistakes.append(f"{path}: expected a list of address ranges")
        return ()

    def quotas(self, path: str, value: object) -> Mapping[str, int]:
        """Quotas that were raised; there may be none."""
        if not isinstance(value, dict):
            self.mistakes.append(f"{path}: expected an object with quotas that were raised, or {{}}")
            return {}
        raised = {str(name): limit for name, limit in cast("dict[object, object]", value).items()}
        found = {name: problem_of(name, limit) for name, limit in raised.items()}
        self.mistakes.extend(f"{path}.{name}: {problem}" for name, problem in found.items() if problem)
        return {name: limit for name, limit in raised.items() if isinstance(limit, int) and not found[name]}

    def days_by_environment(self, path: str, value: object) -> Mapping[Environment, int]:
        entries = self.mapping(path, value, tuple(environment.value for environment in Environment))
        return {Environment(key): self.days(f"{path}.{key}", entry) for key, entry in entries.items()}


def load_settings(path: Path) -> PackSettings:
    """Read settings.yaml; raises PackError with every mistake at once."""
    reader = _Reader([])
    document = reader.mapping("settings", load_document(path), _KEYS)
    environments = reader.mapping(
        "environments", document.get("environments"), tuple(environment.value for environment in Environment)
    )
    regions = reader.mapping("regions", document.get("regions"), ("aws", "azure"))
    settings = PackSettings(
        environments=tuple(_patterns(reader, environments)),
        aws_regions=frozenset(reader.texts("regions.aws", regions.get("aws"))),
        azure_locations=frozenset(map(plain_location, reader.texts("regions.azure", regions.get("azure")))),
        required_tags=reader.texts("required_tags", document.get("required_tags")),
        log_retention_days=reader.days_by_environment("log_retention_days", document.get("log_retention_days")),
        kms_deletion_window_days=reader.days_by_environment(
            "kms_deletion_window_days", document.get("kms_deletion_window_days")
        ),
        kms_rotation_days=reader.days("kms_rotation_days", document.get("kms_rotation_days")),
        wide_ranges=reader.ranges("wide_ranges", document.get("wide_ranges")),
        quotas=reader.quotas("quotas", document.get("quotas")),
    )
    if reader.mistakes:
        raise PackError(path, reader.mistakes)
    return settings


def plain_location(location: str) -> str:
    """An Azure location in one spelling: "West Europe" and "westeurope" are the same."""
    return location.replace(" ", "").lower()


def _patterns(reader: _Reader, environments: Mapping[str, object]) -> Iterator[tuple[str, Environment]]:
    for name, patterns in environments.items():
        for pattern in reader.texts(f"environments.{name}", patterns):
            yield pattern, Environment(name)
