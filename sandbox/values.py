"""Property values as plain Python, and back: the wire form of the provider protocol ends in this module.

Dicts, lists, strings, numbers, booleans and None stand for themselves; three things that JSON lacks have a class of
their own: a value that a preview does not know yet, a secret, and an asset or archive.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf import struct_pb2

# The engine's markers, from pulumi/runtime/rpc.py of the Pulumi SDK.
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"
ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"
UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


class _Unknown:
    """The one value that only the update will know."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Unknown()


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that the engine keeps encrypted; its text never shows in a message, a log or the store."""

    value: Any

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True, slots=True, eq=False)
class Asset:
    """A file, text or archive handed to a provider; `fields` is the engine's own description of it.

    Two are the same when their contents are: the path of a file is where one checkout has it and another has not.
    """

    fields: Mapping[str, Any]

    @property
    def content(self) -> Any:
        """What tells it from another: the engine's hash of the contents; the description where there is none yet."""
        return self.fields.get("hash") or dict(self.fields)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Asset) and self.content == other.content

    def __hash__(self) -> int:
        return hash(repr(self.content))


def reveal(value: Any) -> Any:
    """Give the same value with every secret looked through, at any depth."""
    if isinstance(value, Secret):
        return reveal(value.value)
    if isinstance(value, dict):
        return {key: reveal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [reveal(item) for item in value]
    return value


# A secret shorter than this may stand by chance inside another text; it only counts where it is the whole of one.
_TELLING: Final = 4


def secret_texts(value: Any) -> frozenset[str]:
    """List every text that is, or lies within, a secret."""
    found: set[str] = set()
    _collect(value, found, within=False)
    return frozenset(found)


def _collect(value: Any, found: set[str], *, within: bool) -> None:
    if isinstance(value, Secret):
        _collect(value.value, found, within=True)
    elif isinstance(value, dict):
        for item in value.values():
            _collect(item, found, within=within)
    elif isinstance(value, list):
        for item in value:
            _collect(item, found, within=within)
    elif within and isinstance(value, str) and value:
        found.add(value)


def has_secret(value: Any) -> bool:
    """Tell whether a value is a secret or anything in it is one."""
    if isinstance(value, dict):
        return any(has_secret(item) for item in value.values())
    if isinstance(value, list):
        return any(has_secret(item) for item in value)
    return isinstance(value, Secret)


_STEP: Final = re.compile(r'\["(?P<key>[^"]*)"\]|\[(?P<index>\d+)\]|(?P<name>[^.\[\]]+)')


def top_level(path: str) -> str:
    """The top-level property of a path: `ingress` of `ingress[0].fromPort`."""
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def steps(path: str) -> list[str | int]:
    """A path in steps: `a.b[0]["c"]` is a, b, 0, c."""
    return [int(step["index"]) if step["index"] else step["key"] or step["name"] for step in _STEP.finditer(path)]


def secret_at(values: Mapping[str, Any], path: str) -> bool:
    """Tell whether what stands at a path (`a.b[0]["c"]`) is a secret, lies in one or holds one.

    Where the path leads nowhere, what it leads to last counts.
    """
    if top_level(path) not in values:
        return False
    value: Any = dict(values)
    for step in steps(path):
        if isinstance(value, Secret):
            return True
        known: Any = value if isinstance(value, dict | list) else {}
        try:
            value = known[step]
        except (KeyError, IndexError, TypeError):
            break
    return has_secret(value)


def kept_secret(value: Any, texts: frozenset[str]) -> Any:
    """Give the same value with every text in it that holds one of the secret texts made a secret again."""

    def veil(leaf: Any) -> Any:
        telling = isinstance(leaf, str) and (
            leaf in texts or any(text in leaf for text in texts if len(text) >= _TELLING)
        )
        return Secret(leaf) if telling else leaf

    return map_leaves(value, veil) if texts else value


def without_secrets(message: str, texts: frozenset[str]) -> str:
    """Give a message with every secret text in it crossed out, also where it stands quoted and escaped."""
    for text in sorted(texts, key=len, reverse=True):
        message = message.replace(repr(text), "[secret]")
        if len(text) >= _TELLING:
            message = message.replace(text, "[secret]").replace(repr(text)[1:-1], "[secret]")
    return message


def has_unknown(value: Any) -> bool:
    """Tell whether a value, or anything in it, is not known yet."""
    if isinstance(value, Secret):
        return has_unknown(value.value)
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return value is UNKNOWN


def map_leaves(value: Any, change: Callable[[Any], Any]) -> Any:
    """Give the same value with `change` applied to everything that is neither a dict nor a list."""
    if isinstance(value, dict):
        return {key: map_leaves(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [map_leaves(item, change) for item in value]
    return change(value)


def decode(struct: struct_pb2.Struct) -> dict[str, Any]:
    """Read the wire form of a resource's properties; whole numbers become ints."""
    return {key: _decode(item) for key, item in struct.fields.items()}


def encode(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Write properties in their wire form; a property that is None is left out."""
    struct = struct_pb2.Struct()
    for key, item in values.items():
        if item is not None:
            _encode(item, struct.fields[key])
    return struct


def _decode(value: struct_pb2.Value) -> Any:
    match value.WhichOneof("kind"):
        case "string_value":
            text = value.string_value
            return UNKNOWN if text == UNKNOWN_TEXT else text
        case "struct_value":
            return _decode_struct(value.struct_value)
        case "list_value":
            return [_decode(item) for item in value.list_value.values]
        case "bool_value":
            return value.bool_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case _:
            return None


def _decode_struct(struct: struct_pb2.Struct) -> Any:
    fields = struct.fields
    if SIGNATURE in fields:
        signature = fields[SIGNATURE].string_value
        if signature == SECRET:
            return Secret(_decode(fields["value"]))
        if signature in (ASSET, ARCHIVE):
            return Asset({key: _decode(item) for key, item in fields.items()})
    return {key: _decode(item) for key, item in fields.items()}


def _encode(value: Any, into: struct_pb2.Value) -> None:
    if isinstance(value, Secret):
        fields = into.struct_value.fields
        fields[SIGNATURE].string_value = SECRET
        _encode(value.value, fields["value"])
    elif isinstance(value, dict | Asset):
        struct = into.struct_value
        struct.SetInParent()
        for key, item in (value.fields if isinstance(value, Asset) else value).items():
            _encode(item, struct.fields[key])
    elif isinstance(value, list):
        into.list_value.SetInParent()
        for item in value:
            _encode(item, into.list_value.values.add())
    else:
        _encode_leaf(value, into)


def _encode_leaf(value: Any, into: struct_pb2.Value) -> None:
    if value is None:
        into.null_value = struct_pb2.NULL_VALUE
    elif value is UNKNOWN:
        into.string_value = UNKNOWN_TEXT
    elif isinstance(value, str):
        into.string_value = value
    elif isinstance(value, bool):
        into.bool_value = value
    elif isinstance(value, int | float):
        into.number_value = value
    else:
        raise TypeError(f"no wire form for a {type(value).__name__}")
