"""Reads the AWS SDK's docstrings for what replaces a resource, where the readings have nothing about a property.

The readings are older than the SDK in places: a property that came later is in no reading, but its docstring says
"Forces new resource".
"""

import importlib
import inspect
import json
import re
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any, Final

from sandbox import schema
from sandbox.schema import ResourceSchema, TypeSpec
from tools.facts.compiler import READ, VENDOR, harvested

TARGET: Final = VENDOR / "sdk.json"
_REPLACES: Final = re.compile(
    r"forces (?:a )?new resource|forces? replacement|forces? (?:the )?creation of a new", re.IGNORECASE
)
_DEPTH: Final = 4


def run() -> None:
    """Write vendor/sdk.json; raises ImportError without the SDK."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((READ / "aws").glob("*.json")):
        for token, reading in json.loads(path.read_text(encoding="utf-8")).items():
            known = reading["properties"]
            new = {place: {"replace": True} for place in _replacing(schema.load(token)) if place not in known}
            if new:
                found[token] = new
    TARGET.write_text(harvested(f"docstring of pulumi_aws {version('pulumi-aws')}", found), encoding="utf-8")
    print(f"wrote vendor/{TARGET.name}: {sum(map(len, found.values()))} properties")


def _replacing(shape: ResourceSchema) -> Iterator[str]:
    for name, spec in shape.inputs.properties.items():
        yield from _walk(shape, shape.inputs.name, name, spec, name, _DEPTH)


def _walk(shape: ResourceSchema, owner: str, name: str, spec: TypeSpec, path: str, depth: int) -> Iterator[str]:
    if _REPLACES.search(_docstring(owner, name)):
        yield path
    while spec.kind in ("array", "map") and spec.of is not None:
        path += "[]" if spec.kind == "array" else "{}"
        spec = spec.of
    if spec.kind == "object" and depth:
        nested = shape.objects[spec.ref]
        for member, inner in nested.properties.items():
            yield from _walk(shape, nested.name, member, inner, f"{path}.{member}", depth - 1)


def _docstring(owner: str, name: str) -> str:
    module, _, class_name = owner.rpartition(".")
    cls = getattr(importlib.import_module(module), class_name)
    for member in vars(cls).values():
        if isinstance(member, property) and getattr(member.fget, "_pulumi_name", None) == name:
            return inspect.getdoc(member) or ""
    return ""
