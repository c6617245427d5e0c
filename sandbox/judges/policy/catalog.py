"""What AWS services offer to policies: actions, resource types and condition keys, from sandbox/facts/iam.json."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from sandbox.facts.model import FOLDER
from sandbox.judges.policy.wildcards import matcher

_LEVELS: Final = {"L": "List", "P": "Permissions", "R": "Read", "T": "Tagging", "W": "Write"}
_VARIABLE: Final = re.compile(r"\$\{[^}]*\}|<[^>]*>")


class Service:
    """The actions, resource types and condition keys of one service."""

    def __init__(self, prefix: str, content: Mapping[str, Any]) -> None:
        self._names = {name.lower(): f"{prefix}:{name}" for name in content["actions"]}
        self._actions: dict[str, Sequence[Any]] = {name.lower(): found for name, found in content["actions"].items()}
        self.resources: list[tuple[str, str]] = [(name, _VARIABLE.sub("*", arn)) for name, arn in content["resources"]]
        self._keys: list[str] = [name for name, _ in content["keys"]]

    def actions(self, pattern: str) -> list[str]:
        """Name the actions (lower case) that an action pattern such as `Get*` stands for."""
        lowered = pattern.lower()
        if "*" not in lowered and "?" not in lowered:
            return [lowered] if lowered in self._actions else []
        matches = matcher(lowered)
        return [name for name in self._actions if matches(name)]

    def name_of(self, action: str) -> str:
        """Spell an action as AWS does, with its service in front."""
        return self._names[action]

    def resources_of(self, action: str) -> list[tuple[str, str]]:
        """Name the resource types that an action takes, each with its ARN as a wildcard pattern."""
        return [self.resources[index] for index in self._actions[action][0]]

    def keys_of(self, action: str) -> list[str]:
        """Name the service's condition keys that an action knows."""
        return [self._keys[index] for index in self._actions[action][1]]

    def level_of(self, action: str) -> str:
        """What kind of access an action gives, as AWS sorts them: "List", "Read", "Write", "Tagging", "Permissions"."""
        return _LEVELS[self._actions[action][2]]

    def knows(self, key: str) -> bool:
        """Tell whether the service has a condition key at all."""
        return any(key_matches(name, key) for name in self._keys)


@lru_cache(maxsize=8192)
def key_matches(name: str, key: str) -> bool:
    """Tell whether a key in a policy is the one named, whose `${...}` stands for any text; case does not matter."""
    return matcher(_VARIABLE.sub("*", name).lower())(key.lower()) is not None


@lru_cache(maxsize=1)
def _content() -> Mapping[str, Any]:
    return json.loads((FOLDER / "iam.json").read_text(encoding="utf-8"))


@lru_cache(maxsize=256)
def service(prefix: str) -> Service | None:
    """Give a service by its prefix, in lower case; None when this project does not hold it."""
    content = _content()["held"].get(prefix)
    return None if content is None else Service(prefix, content)


@lru_cache(maxsize=1)
def prefixes() -> frozenset[str]:
    """Name every service prefix that there is, held or not."""
    return frozenset(_content()["services"])


@lru_cache(maxsize=1)
def global_keys() -> Sequence[str]:
    """Name the condition keys that every service has."""
    return tuple(_content()["global"])


def source() -> str:
    """Name where all this comes from."""
    return str(_content()["source"])
