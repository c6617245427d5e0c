"""Reads a resource's schema out of its SDK class. This imports the provider package, so `cache` keeps the result."""

import collections.abc
import enum
import importlib
import inspect
import re
import sys
import types
import typing
import warnings
from typing import Any, Final, ForwardRef

import pulumi
from pulumi import _types as sdk_types  # pyright: ignore[reportPrivateUsage] the SDK has no public reflection

from sandbox.schema.packages import PROVIDER_PREFIX, class_of
from sandbox.schema.types import ObjectSpec, ResourceSchema, TypeSpec

_SCALARS: Final[dict[object, TypeSpec]] = {
    str: TypeSpec("string"),
    int: TypeSpec("integer"),
    float: TypeSpec("number"),
    bool: TypeSpec("boolean"),
    Any: TypeSpec("any"),
    object: TypeSpec("any"),
    dict: TypeSpec("any"),
    pulumi.Asset: TypeSpec("asset"),
    pulumi.Archive: TypeSpec("archive"),
}
_SECRET_OUTPUTS: Final = re.compile(r"additional_secret_outputs=\[([^\]]*)\]")
_SECRET_INPUT: Final = re.compile(r'__props__\.__dict__\["(\w+)"\] = None if \w+ is None else pulumi\.Output\.secret\(')
_NAMES: Final = {"Output": pulumi.Output, "T": type(None)}


def reflect(token: str) -> ResourceSchema:
    """Read one resource type from the installed SDK; raises UnknownType."""
    module_name, class_name = class_of(token)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the SDKs warn of their own deprecated classes as they are imported
        cls: type = getattr(importlib.import_module(module_name), class_name)
    reader = _Reader()
    args = _args_class(cls)
    inputs = reader.input_object(args)
    outputs = {name: reader.spec(hint) for name, hint in sorted(_resource_outputs(cls).items())}
    if token.startswith(PROVIDER_PREFIX):
        outputs = dict(inputs.properties)
    reader.drain()
    source = inspect.getsource(cls)
    names = sdk_types.input_type_py_to_pulumi_names(args)
    quoted = _SECRET_OUTPUTS.search(source)
    return ResourceSchema(
        token=token,
        inputs=inputs,
        outputs=outputs,
        secret_outputs=frozenset(re.findall(r'"([^"]+)"', quoted.group(1)) if quoted else ()),
        secret_inputs=frozenset(names[name] for name in _SECRET_INPUT.findall(source) if name in names),
        python_class=_full_name(cls),
        objects=reader.objects,
    )


def _args_class(cls: type) -> type:
    """Find the class of a resource's inputs: <Class>Args, or <Class>InitArgs where a nested type has the first name."""
    module = sys.modules[cls.__module__]
    for suffix in ("Args", "InitArgs"):
        found = module.__dict__.get(f"{cls.__name__}{suffix}")
        if isinstance(found, type) and found.__module__ == cls.__module__:
            return found
    raise TypeError(f"{_full_name(cls)} has no Args class beside it")


def _resource_outputs(cls: type) -> dict[str, Any]:
    hints: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        for value in vars(base).values():
            name = getattr(getattr(value, "fget", None), "_pulumi_name", None)
            if isinstance(value, property) and isinstance(name, str):
                hints[name] = _hints(value.fget, base)["return"]
    return {name: hint for name, hint in hints.items() if name not in ("id", "urn")}


def _hints(function: Any, owner: type) -> dict[str, Any]:
    # The SDK replaces getters by its own functions, so their globals are not those of the module that names the types.
    return typing.get_type_hints(function, globalns=vars(sys.modules[owner.__module__]), localns=_NAMES)


def _full_name(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


class _Reader:
    """Collects the nested types that it meets; `drain` reads them until none is left."""

    def __init__(self) -> None:
        self.objects: dict[str, ObjectSpec] = {}
        self._waiting: dict[str, type] = {}

    def drain(self) -> None:
        while self._waiting:
            name, cls = self._waiting.popitem()
            self.objects[name] = self.input_object(cls) if sdk_types.is_input_type(cls) else self._output_object(cls)

    def input_object(self, cls: type) -> ObjectSpec:
        names = sdk_types.input_type_py_to_pulumi_names(cls)
        init: Any = cls.__init__
        hints = _hints(init, cls)
        properties: dict[str, TypeSpec] = {}
        required: set[str] = set()
        for parameter in list(inspect.signature(init).parameters.values())[1:]:
            name = names[parameter.name]
            properties[name] = self.spec(hints[parameter.name])
            if parameter.default is inspect.Parameter.empty:
                required.add(name)
        return ObjectSpec(_full_name(cls), properties, frozenset(required))

    def _output_object(self, cls: type) -> ObjectSpec:
        properties = {name: self.spec(hint) for name, hint in _resource_outputs(cls).items()}
        return ObjectSpec(_full_name(cls), properties, frozenset())

    def spec(self, hint: Any) -> TypeSpec:
        """Give the type that remains once Input, Output, Optional and the dictionary forms are taken off."""
        if hint in _SCALARS:
            return _SCALARS[hint]
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin is pulumi.Output or origin is collections.abc.Awaitable:
            return self.spec(arguments[0])
        if origin is typing.Union or origin is types.UnionType:
            return self._union(arguments)
        if origin is typing.Literal:
            return TypeSpec("enum", values=arguments)
        if origin in (list, collections.abc.Sequence):
            return TypeSpec("array", of=self.spec(arguments[0]))
        if origin in (dict, collections.abc.Mapping):
            return TypeSpec("map", of=self.spec(arguments[1]))
        if isinstance(hint, type) and issubclass(hint, enum.Enum):
            return TypeSpec("enum", values=tuple(member.value for member in hint))
        if isinstance(hint, type) and (sdk_types.is_input_type(hint) or sdk_types.is_output_type(hint)):
            name = _full_name(hint)
            if name not in self.objects:
                self._waiting[name] = hint
            return TypeSpec("object", ref=name)
        raise TypeError(f"the SDK uses a type that is not understood: {hint!r}")

    def _union(self, arguments: tuple[Any, ...]) -> TypeSpec:
        options: list[TypeSpec] = []
        for argument in arguments:
            if argument is type(None) or isinstance(argument, ForwardRef) or typing.is_typeddict(argument):
                continue
            if typing.get_origin(argument) in (pulumi.Output, collections.abc.Awaitable):
                continue  # the other faces of Input[T]; T itself is a member too
            spec = self.spec(argument)
            for option in spec.options if spec.kind == "union" else (spec,):
                if option not in options:
                    options.append(option)
        return options[0] if len(options) == 1 else TypeSpec("union", options=tuple(options))
