"""Judges a resource's inputs by its schema: unknown, missing and ill-typed properties at any depth.

Types are taken as the SDK declares them. Pulumi's Terraform bridge would turn a boolean or a number into a string
where the provider wants one (makeTerraformInput in pkg/tfbridge/schema.go of pulumi-terraform-bridge), and hand on a
string where it wants a number; neither happens in azure-native or in the newer half of the bridged resources, and what
is coerced differs between program and state. So it is refused here. A whole number is good where a number is wanted
and the other way round, because the wire knows only one kind of number.
"""

import json
from collections.abc import Iterator
from typing import Any, Final, TypeGuard

from sandbox.problems import Problem
from sandbox.schema.packages import PROVIDER_PREFIX
from sandbox.schema.types import ObjectSpec, ResourceSchema, TypeSpec
from sandbox.values import UNKNOWN, Asset, Secret

# The bridge's and the engine's own notes among the inputs.
_NOTES: Final = frozenset({"__defaults", "__internal", "__meta"})
_SHOWN = 60


def check(schema: ResourceSchema, inputs: dict[str, Any]) -> list[Problem]:
    """Give everything that the SDK's types refuse in these inputs, in the order of the properties.

    An unknown value satisfies any type and any requirement; secrets are looked through and never shown.
    """
    if schema.token.startswith(PROVIDER_PREFIX):
        inputs = _decoded(schema.inputs, inputs)
    return list(_Checker(schema).object(schema.inputs, inputs, path="", secret=False))


def _decoded(spec: ObjectSpec, inputs: dict[str, Any]) -> dict[str, Any]:
    """Read a provider's inputs, of which the SDK sends everything that is not a string as JSON text."""
    decoded = dict(inputs)
    for name, value in inputs.items():
        kind = spec.properties.get(name, TypeSpec("any")).kind
        plain = value.value if isinstance(value, Secret) else value
        if isinstance(plain, str) and kind in ("boolean", "integer", "number", "array", "map", "object"):
            try:
                decoded[name] = json.loads(plain)
            except ValueError:
                continue  # judged as the string that it is
            if isinstance(value, Secret):
                decoded[name] = Secret(decoded[name])
    return decoded


class _Checker:
    def __init__(self, schema: ResourceSchema) -> None:
        self._schema = schema

    def object(self, spec: ObjectSpec, value: dict[str, Any], path: str, *, secret: bool) -> Iterator[Problem]:
        fact = f"sdk {spec.name}"
        for name, item in value.items():
            inner = f"{path}.{name}" if path else name
            if name in spec.properties:
                if item is not None:
                    yield from self.value(spec.properties[name], item, inner, fact, secret=secret)
            elif name not in _NOTES:
                yield Problem(inner, f"unknown property{_did_you_mean(name, spec)}", fact)
        for name in sorted(spec.required):
            if value.get(name) is None:
                inner = f"{path}.{name}" if path else name
                yield Problem(inner, f"missing: {spec.properties[name]} is required", fact)

    def value(self, spec: TypeSpec, value: Any, path: str, fact: str, *, secret: bool) -> Iterator[Problem]:
        if value is UNKNOWN or spec.kind == "any":
            return
        if isinstance(value, Secret):
            yield from self.value(spec, value.value, path, fact, secret=True)
        elif spec.kind == "array" and _is_list(value):
            for index, item in enumerate(value):
                yield from self.value(spec.of or TypeSpec("any"), item, f"{path}[{index}]", fact, secret=secret)
        elif spec.kind == "map" and _is_object(value):
            for key, item in value.items():
                if item is not None and key not in _NOTES:
                    inner = f"{path}.{key}" if key.isidentifier() else f'{path}["{key}"]'
                    yield from self.value(spec.of or TypeSpec("any"), item, inner, fact, secret=secret)
        elif spec.kind == "object" and _is_object(value):
            yield from self.object(self._schema.objects[spec.ref], value, path, secret=secret)
        elif spec.kind == "union":
            yield from self._union(spec, value, path, fact, secret=secret)
        elif not _is_scalar(spec, value):
            yield Problem(path, f"expected {spec}, got {_shown(value, secret=secret)}", fact)

    def _union(self, spec: TypeSpec, value: Any, path: str, fact: str, *, secret: bool) -> Iterator[Problem]:
        fewest: list[Problem] | None = None
        for option in spec.options:
            problems = list(self.value(option, value, path, fact, secret=secret))
            if not problems:
                return
            # What is wrong inside a member of the right kind says more than that it is none of the members.
            if any(problem.path != path for problem in problems) and (fewest is None or len(problems) < len(fewest)):
                fewest = problems
        yield from fewest or [Problem(path, f"expected {spec}, got {_shown(value, secret=secret)}", fact)]


def _is_object(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _is_scalar(spec: TypeSpec, value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match spec.kind:
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "number":
            return number
        case "integer":
            return number and float(value).is_integer()
        case "asset" | "archive":
            return isinstance(value, Asset)
        case "enum":
            return any(type(value) is type(known) and value == known for known in spec.values)
        case _:
            return False


def _shown(value: object, *, secret: bool) -> str:
    kinds: dict[type, str] = {
        str: "a string",
        bool: "a boolean",
        int: "a number",
        float: "a number",
        dict: "an object",
        list: "a list",
        Asset: "an asset",
    }
    kind = kinds.get(value.__class__, f"a {value.__class__.__name__}")
    if secret:
        return f"{kind} (secret)"
    if isinstance(value, dict | list | Asset) or value is None:
        return "nothing" if value is None else kind
    text = repr(value)
    return f"{kind} {text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}"


def _did_you_mean(name: str, spec: ObjectSpec) -> str:
    import difflib

    folded = {known.replace("_", "").lower(): known for known in spec.properties}
    near = difflib.get_close_matches(name.replace("_", "").lower(), folded, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {folded[near[0]]!r}?"
    known = sorted(spec.properties)
    return f"; known are {', '.join(known)}" if 0 < len(known) <= 12 else ""
