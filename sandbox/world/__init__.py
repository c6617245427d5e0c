"""What exists before us: the parts of each cloud that no program makes, each list with its source."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

_FOLDER: Final = Path(__file__).parent


class World:
    """Regions and zones, endpoint services, service principals, managed policies, service-linked roles."""

    def __init__(self, packages: Mapping[str, Mapping[str, Any]]) -> None:
        self._packages = packages
        self._known = {
            package: frozenset(str(value) for value in content.get("identifiers", {}).get("values", ()))
            for package, content in packages.items()
        }

    @classmethod
    def read(cls) -> Self:
        """Read the lists beside this module."""
        return cls({file.stem: json.loads(file.read_text()) for file in sorted(_FOLDER.glob("*.json"))})

    def has(self, package: str, value: str) -> bool:
        """Tell whether an id or ARN was there before anybody made anything."""
        return value in self._known.get(package, frozenset())

    def values(self, package: str, name: str) -> Mapping[str, Any]:
        """One named list of a cloud ("regions", "endpoint_services"), without its source."""
        return self._packages[package][name]["values"]


@cache
def world() -> World:
    """The one world of this process."""
    return World.read()
