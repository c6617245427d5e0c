"""Keeps what was reflected on disk, one small file for each type, so that a warm start imports no provider package."""

import functools
import hashlib
import json
import os
import tempfile
from pathlib import Path

from sandbox.schema import types
from sandbox.schema.packages import UnknownType, package_of
from sandbox.schema.types import ResourceSchema, schema_from_json, schema_to_json


@functools.cache
def load(token: str) -> ResourceSchema:
    """Give the schema of a resource type, or of a provider ("pulumi:providers:aws").

    Raises UnknownType for a token that no installed SDK has. What is not on disk is read from the SDK and written;
    files are replaced in one step, so any number of processes may do so at once.
    """
    path = _path(token)
    schema = _read(path, token)
    if schema is None:
        from sandbox.schema.reflect import reflect

        schema = reflect(token)
        _write(path, schema)
    return schema


def cache_folder() -> Path:
    """Give the folder of the cache: $SANDBOX_CACHE, or .sandbox/cache in the project."""
    chosen = os.environ.get("SANDBOX_CACHE")
    return Path(chosen) if chosen else Path(__file__).parents[2] / ".sandbox" / "cache"


def _path(token: str) -> Path:
    package = package_of(token)
    name = token.replace("/", ".").replace(":", "_")
    return cache_folder() / "schema" / f"{package.name}-{package.version}-{_form()}" / f"{name}.json"


@functools.cache
def _form() -> str:
    """Name the form of the files by the code that reads and writes them, so that a change of either makes them anew."""
    here = Path(types.__file__).parent
    digest = hashlib.sha256()
    for source in ("types.py", "reflect.py"):
        digest.update((here / source).read_bytes())
    return digest.hexdigest()[:12]


def _read(path: Path, token: str) -> ResourceSchema | None:
    try:
        data = json.loads(path.read_bytes())
        schema = schema_from_json(data)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):  # cut short by a full disk or an unclean end: made anew
        return None
    return schema if schema.token == token else None


def _write(path: Path, schema: ResourceSchema) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
    with os.fdopen(handle, "w") as file:
        json.dump(schema_to_json(schema), file, separators=(",", ":"))
    Path(temporary).replace(path)


__all__ = ["UnknownType", "cache_folder", "load"]
