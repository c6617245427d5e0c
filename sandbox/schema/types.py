"""What the SDKs say about a resource, as plain immutable data with a compact JSON form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Kind = Literal[
    "string", "integer", "number", "boolean", "any", "asset", "archive", "array", "map", "object", "union", "enum"
]

_SIMPLE: Final[dict[str, Kind]] = {
    "s": "string",
    "i": "integer",
    "n": "number",
    "b": "boolean",
    "*": "any",
    "asset": "asset",
    "archive": "archive",
}
_CODES: Final[dict[Kind, str]] = {kind: code for code, kind in _SIMPLE.items()}


@dataclass(frozen=True, slots=True)
class TypeSpec:
    """The type of one property.

    of: element type of an array, value type of a map.
    ref: key in `ResourceSchema.objects` of an object; a reference, because nested types may be recursive.
    options: members of a union.
    values: the values of an enum. Where a union also has "string" the enum is open, as the SDK means it.
    """

    kind: Kind
    of: "TypeSpec | None" = None
    ref: str = ""
    options: "tuple[TypeSpec, ...]" = ()
    values: tuple[Any, ...] = ()

    def __str__(self) -> str:
        match self.kind:
            case "array":
                return f"a list of {self.of}"
            case "map":
                return f"a map to {self.of}"
            case "object":
                return f"an object {self.ref.rpartition('.')[2]}"
            case "union":
                return " or ".join(str(option) for option in self.options)
            case "enum":
                return "one of " + ", ".join(repr(value) for value in self.values)
            case "integer" | "asset" | "archive":
                return f"an {self.kind}"
            case "any":
                return "anything"
            case _:
                return f"a {self.kind}"


@dataclass(frozen=True, slots=True)
class ObjectSpec:
    """The properties of a resource's inputs or of a nested object.

    name: the SDK class it was read from ("pulumi_aws.kms.key.KeyArgs").
    properties: by Pulumi's camelCase name.
    required: names that must be set.
    """

    name: str
    properties: Mapping[str, TypeSpec]
    required: frozenset[str]


@dataclass(frozen=True, slots=True)
class ResourceSchema:
    """One resource type of one SDK.

    inputs: what the resource accepts.
    outputs: what it has once it is made, inputs included; the id is not among them.
    secret_outputs: outputs that the SDK always keeps secret.
    secret_inputs: inputs that the SDK wraps as secrets before it sends them.
    python_class: the class it was read from ("pulumi_aws.kms.key.Key").
    objects: nested types by name, of inputs and outputs alike.
    """

    token: str
    inputs: ObjectSpec
    outputs: Mapping[str, TypeSpec]
    secret_outputs: frozenset[str]
    secret_inputs: frozenset[str]
    python_class: str
    objects: Mapping[str, ObjectSpec]


def schema_to_json(schema: ResourceSchema) -> dict[str, Any]:
    """Give the form in which `schema_from_json` reads it back."""
    return {
        "token": schema.token,
        "class": schema.python_class,
        "inputs": _object_to_json(schema.inputs),
        "outputs": {name: _spec_to_json(spec) for name, spec in schema.outputs.items()},
        "secretOutputs": sorted(schema.secret_outputs),
        "secretInputs": sorted(schema.secret_inputs),
        "objects": {name: _object_to_json(spec) for name, spec in schema.objects.items()},
    }


def schema_from_json(data: Mapping[str, Any]) -> ResourceSchema:
    """Read what `schema_to_json` wrote; raises KeyError, TypeError or ValueError on anything else."""
    return ResourceSchema(
        token=data["token"],
        inputs=_object_from_json(data["inputs"]),
        outputs={name: _spec_from_json(item) for name, item in data["outputs"].items()},
        secret_outputs=frozenset(data["secretOutputs"]),
        secret_inputs=frozenset(data["secretInputs"]),
        python_class=data["class"],
        objects={name: _object_from_json(item) for name, item in data["objects"].items()},
    )


def _object_to_json(spec: ObjectSpec) -> list[Any]:
    properties = {name: _spec_to_json(item) for name, item in spec.properties.items()}
    return [spec.name, properties, sorted(spec.required)]


def _object_from_json(data: list[Any]) -> ObjectSpec:
    name, properties, required = data
    return ObjectSpec(name, {key: _spec_from_json(item) for key, item in properties.items()}, frozenset(required))


def _spec_to_json(spec: TypeSpec) -> Any:
    match spec.kind:
        case "array":
            return ["[]", _spec_to_json(spec.of or TypeSpec("any"))]
        case "map":
            return ["{}", _spec_to_json(spec.of or TypeSpec("any"))]
        case "object":
            return ["@", spec.ref]
        case "union":
            return ["|", *(_spec_to_json(option) for option in spec.options)]
        case "enum":
            return ["=", *spec.values]
        case _:
            return _CODES[spec.kind]


def _spec_from_json(data: Any) -> TypeSpec:
    if isinstance(data, str):
        return TypeSpec(_SIMPLE[data])
    match data:
        case ["[]", of]:
            return TypeSpec("array", of=_spec_from_json(of))
        case ["{}", of]:
            return TypeSpec("map", of=_spec_from_json(of))
        case ["@", str(ref)]:
            return TypeSpec("object", ref=ref)
        case ["|", *options]:
            return TypeSpec("union", options=tuple(_spec_from_json(option) for option in options))
        case ["=", *values]:
            return TypeSpec("enum", values=tuple(values))
        case _:
            raise ValueError(f"not a type: {data!r}")
