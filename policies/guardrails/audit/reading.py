"""Reads an exported state (`pulumi stack export`) or a preview (`pulumi preview --json`) into what the rules see.

Secrets are never read, neither encrypted nor in plain form: to a rule each is a value that is not known.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from guardrails.model import Provider, Resource, Stack, canonical
from guardrails.values import ABSENT, UNKNOWN, plain

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
"""The key by which the engine marks a special value (pulumi/pulumi, sdk/go/common/resource/sig.go)."""
SECRET_MARK: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  what says that a secret follows
OUTPUT_MARK: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
NOT_KNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands in a preview for a value that is not known yet (pulumi/pulumi, pkg/resource/stack/deployment.go)."""
GONE: Final = frozenset(
    {"delete", "delete-replaced", "discard", "discard-replaced", "read-discard", "remove-pending-replace"}
)
_UP: Final = re.compile(r"^(\.\./)+")


class NotJudged(Exception):
    """The file is nothing that can be judged; the text says what was expected."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the program declares a resource: file below the project's folder, and line."""

    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What a file says of a stack.

    kind: `state` or `preview`. digest: SHA-256 of the file's bytes. resources: with their inputs, as they are judged
    one by one. stack: with their outputs, as they are judged together; None where the file holds only some of them.
    places: by URN, where the state knows them.
    """

    kind: str
    project: str
    name: str
    digest: str
    resources: tuple[Resource, ...]
    stack: Stack | None
    places: Mapping[str, Place] = field(default_factory=dict[str, Place])


@dataclass(frozen=True, slots=True)
class _Entry:
    """A resource as the file has it."""

    urn: str
    token: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    provider: str
    links: Mapping[str, frozenset[str]]
    is_custom: bool
    position: str

    @property
    def name(self) -> str:
        return self.urn.rpartition("::")[2]


def read(content: bytes) -> Snapshot:
    """Read a file's content; raises NotJudged where it is neither a state nor a preview."""
    try:
        document: object = json.loads(content)
    except ValueError as error:
        raise NotJudged(f"expected JSON: {error}") from error
    if not isinstance(document, dict):
        raise NotJudged("expected the JSON object of `pulumi stack export` or `pulumi preview --json`")
    found = _object(cast("object", document))
    if isinstance(found.get("deployment"), dict):
        kind, entries, whole = "state", list(_of_state(_object(found["deployment"]))), True
    elif "steps" in found or "changeSummary" in found:
        kind, entries, whole = "preview", list(_of_preview(found)), _is_whole(found)
    else:
        raise NotJudged("expected `deployment` (pulumi stack export) or `steps` (pulumi preview --json)")
    if not entries:
        raise NotJudged("there is no resource in it")
    return _snapshot(kind, entries, hashlib.sha256(content).hexdigest(), whole=whole)


def _of_state(deployment: Mapping[str, Any]) -> Iterator[_Entry]:
    for raw in _objects(deployment.get("resources"), "deployment.resources"):
        if not raw.get("delete") and not raw.get("pendingReplacement"):
            yield _entry(raw, _object(raw.get("outputs")))


def _of_preview(found: Mapping[str, Any]) -> Iterator[_Entry]:
    seen: set[str] = set()
    for step in _objects(found.get("steps"), "steps"):
        operation, urn, new = step.get("op"), str(step.get("urn")), _object(step.get("newState"))
        if operation in GONE or not new or urn in seen:
            continue
        seen.add(urn)
        inputs, kept = _object(new.get("inputs")), _object(_object(step.get("oldState")).get("outputs"))
        # An update says what the program says, and keeps what the cloud computed before.
        outputs = {"same": kept or inputs, "update": {**kept, **inputs}}.get(str(operation), inputs)
        yield _entry(new, _object(new.get("outputs")) or outputs)


def _is_whole(found: Mapping[str, Any]) -> bool:
    """Whether a preview lists unchanged resources too: it does so only when asked (`--show-sames`)."""
    said = _object(found.get("changeSummary")).get("same", 0)
    return sum(step.get("op") == "same" for step in _objects(found.get("steps"), "steps")) >= said


def _object(found: object) -> dict[str, Any]:
    """An object of the file; nothing at all counts as an empty one."""
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _objects(found: object, where: str) -> list[dict[str, Any]]:
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in cast("list[object]", found)):
        raise NotJudged(f"{where}: expected a list of objects")
    return cast("list[dict[str, Any]]", found)


def _entry(raw: Mapping[str, Any], outputs: Mapping[str, Any]) -> _Entry:
    urn, token = raw.get("urn"), raw.get("type")
    if not isinstance(urn, str) or not urn.startswith("urn:pulumi:") or not isinstance(token, str):
        raise NotJudged(f"expected a resource with urn and type, not {sorted(raw)}")
    return _Entry(
        urn=urn,
        token=token,
        inputs=_object(raw.get("inputs")),
        outputs=outputs,
        provider=str(raw.get("provider") or ""),
        links={key: frozenset(urns) for key, urns in _object(raw.get("propertyDependencies")).items()},
        is_custom=bool(raw.get("custom")),
        position=str(raw.get("sourcePosition") or ""),
    )


def _snapshot(kind: str, entries: list[_Entry], digest: str, *, whole: bool) -> Snapshot:
    providers = {
        entry.urn: Provider(entry.name, _readable(entry.inputs))
        for entry in entries
        if entry.token.startswith("pulumi:providers:")
    }
    first = entries[0].urn.removeprefix("urn:pulumi:").split("::")
    return Snapshot(
        kind=kind,
        name=first[0],
        project=first[1] if len(first) > 1 else "",
        digest=digest,
        resources=tuple(_resource(entry, entry.inputs, providers) for entry in entries),
        stack=Stack(tuple(_with_outputs(entry, providers) for entry in entries)) if whole else None,
        places=dict(_places(entries)),
    )


def _resource(entry: _Entry, values: Mapping[str, Any], providers: Mapping[str, Provider]) -> Resource:
    return Resource(
        urn=entry.urn,
        type=canonical(entry.token),
        name=entry.name,
        raw=_readable(values),
        provider=providers.get(entry.provider.rpartition("::")[0]),
        links=entry.links,
    )


def _with_outputs(entry: _Entry, providers: Mapping[str, Provider]) -> Resource:
    values: Mapping[str, Any] = entry.outputs if entry.is_custom else {}
    made = _resource(entry, values, providers)
    if values or made.provider is None:
        return made
    return Resource(made.urn, made.type, made.name, UNKNOWN, made.provider, made.links)


def _readable(values: Mapping[str, Any]) -> object:
    return plain(values, lambda container, key: _seen(container[key]))


def _seen(value: object) -> object:
    """A value as a rule may see it: unknown where it is not known yet, and where it is secret."""
    if value == NOT_KNOWN:
        return UNKNOWN
    marked = _object(value)
    if marked.get(SIGNATURE) == SECRET_MARK:
        return UNKNOWN
    if marked.get(SIGNATURE) == OUTPUT_MARK:
        return UNKNOWN if marked.get("secret") or "value" not in marked else _seen(marked["value"])
    return ABSENT if value is None else value


def _places(entries: Iterable[_Entry]) -> Iterator[tuple[str, Place]]:
    """Where the program declares each resource: the engine writes `project:///components/domain.py#79`.

    What lies outside the project's folder is no place in it: `..` at the beginning comes from a project that names its
    program by `main`, and is left out.
    """
    for entry in entries:
        file, _, line = entry.position.removeprefix("project:///").partition("#")
        line = line.partition(",")[0]
        if entry.position.startswith("project:///") and line.isdecimal():
            yield entry.urn, Place(_UP.sub("", file), int(line))
