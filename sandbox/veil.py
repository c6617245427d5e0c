"""How secrets and assets are kept: as keyed digests, enough to see that one changed and not to read or guess it.

The key stands in a file of its own beside the store, readable for its owner only. So the store alone (a copy in a
ticket, a backup) cannot be tried against guesses; whoever has the whole folder can try. Without its key file a store
still works, but each secret then looks changed.
"""

import hashlib
import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from sandbox.values import Asset, Secret, map_leaves

SECRET_KEY: Final = "$secret"
ASSET_KEY: Final = "$asset"
KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Veil:
    """Digests under one key."""

    key: bytes = field(repr=False)

    @classmethod
    def beside(cls, store: Path) -> Self:
        """Read the key that belongs to a store; made when there is none."""
        file = store.with_suffix(".key")
        if not file.exists():
            # Written whole before it has its name; a temporary file is readable for its owner only.
            with tempfile.NamedTemporaryFile(dir=file.parent) as made, suppress(FileExistsError):
                made.write(secrets.token_bytes(KEY_BYTES))
                made.flush()
                os.link(made.name, file)
        return cls(file.read_bytes())

    def over(self, value: Any) -> Any:
        """Give a value as the store keeps it: secrets and assets as digests."""

        def veil(leaf: Any) -> Any:
            if isinstance(leaf, Secret):
                return {SECRET_KEY: self._digest(leaf.value)}
            if isinstance(leaf, Asset):
                return {ASSET_KEY: self._digest(leaf.content)}
            return leaf

        return map_leaves(value, veil)

    def off(self, kept: Any, given: Any) -> Any:
        """Give a kept value back with each secret taken from `given` where it is the same; an unknown one is None."""
        if isinstance(kept, dict):
            if SECRET_KEY in kept:
                shown = given.value if isinstance(given, Secret) else given
                return Secret(shown) if self._digest(shown) == kept[SECRET_KEY] else None
            if ASSET_KEY in kept:
                same = isinstance(given, Asset) and self._digest(given.content) == kept[ASSET_KEY]
                return given if same else None
            others: Mapping[str, Any] = given if isinstance(given, dict) else {}
            return {key: self.off(item, others.get(key)) for key, item in kept.items()}
        if isinstance(kept, list):
            rest: list[Any] = given if isinstance(given, list) else []
            return [self.off(item, rest[index] if index < len(rest) else None) for index, item in enumerate(kept)]
        return kept

    def _digest(self, value: Any) -> str:
        text = json.dumps(self.over(value), sort_keys=True, default=str)
        return hashlib.blake2b(text.encode(), key=self.key, digest_size=32).hexdigest()
