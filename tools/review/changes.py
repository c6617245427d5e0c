"""What `pulumi preview --json` says, as changes of resources. No value is kept: names and property paths alone."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

DELETES: Final = frozenset({"delete", "delete-replaced"})
REPLACES: Final = frozenset({"replace", "create-replacement"})
QUIET: Final = frozenset({"same", "read", "refresh"})

STORES: Final = frozenset(
    {
        "aws:backup/vault:Vault", "aws:cloudwatch/logGroup:LogGroup", "aws:dynamodb/table:Table",
        "aws:efs/fileSystem:FileSystem", "aws:elasticache/replicationGroup:ReplicationGroup", "aws:kms/key:Key",
        "aws:kms/replicaKey:ReplicaKey", "aws:rds/instance:Instance", "aws:s3/bucket:Bucket",
        "aws:secretsmanager/secret:Secret", "azure-native:dbforpostgresql:Server", "azure-native:keyvault:Key",
        "azure-native:keyvault:Vault", "azure-native:storage:BlobContainer", "azure-native:storage:StorageAccount",
        "cloudflare:index/zone:Zone",
    }
)  # fmt: skip
"""Types that hold something which nobody can make again: data, keys, secrets, audit history, the zone."""

GUARDS: Final[Mapping[str, object]] = {"deletionProtection": False, "forceDestroy": True, "skipFinalSnapshot": True}
"""Properties that keep a store from being lost, each with the value that gives it up."""


class Unreadable(ValueError):
    """The file is no preview; the text says what was expected."""


@dataclass(frozen=True, slots=True)
class Change:
    """What would happen to one resource.

    kind: `create`, `update`, `replace`, `delete` or `unprotect`. component: the instance that it belongs to. paths: the
    properties that change, or that a replacement comes from.
    """

    urn: str
    kind: str
    component: str
    paths: tuple[str, ...]

    @property
    def name(self) -> str:
        """The logical name."""
        return self.urn.rpartition("::")[2]

    @property
    def type(self) -> str:
        """The type's token."""
        return self.urn.split("::")[2].rpartition("$")[2]

    @property
    def is_danger(self) -> bool:
        """Whether a store would be lost, or could be lost by what comes next."""
        return self.type in STORES and self.kind in {"delete", "replace", "unprotect"}


@dataclass(frozen=True, slots=True)
class Preview:
    """A preview: the stack, its changes, how many resources stay, and the errors that ended it."""

    project: str
    stack: str
    changes: tuple[Change, ...]
    unchanged: int
    errors: tuple[str, ...]


def read(content: bytes) -> Preview:
    """Read what the engine printed; raises Unreadable."""
    try:
        document: object = json.loads(content)
    except ValueError as error:
        raise Unreadable(f"expected the JSON of `pulumi preview --json`: {error}") from error
    found = _object(document)
    steps = found.get("steps")
    if not isinstance(steps, list) or not steps:
        raise Unreadable("expected `steps` with at least the stack itself: is it the JSON of `pulumi preview --json`?")
    listed = [_object(step) for step in cast("list[object]", steps)]
    project, stack = _names(listed)
    return Preview(
        project=project,
        stack=stack,
        changes=tuple(sorted(_changes(listed), key=lambda change: (change.component, change.kind, change.urn))),
        unchanged=int(_object(found.get("changeSummary")).get("same", 0)),
        errors=tuple(_errors(found)),
    )


def _names(steps: list[dict[str, Any]]) -> tuple[str, str]:
    urn = str(steps[0].get("urn"))
    match = re.match(r"^urn:pulumi:([^:]+)::([^:]+)::", urn)
    if match is None:
        raise Unreadable(f"steps[0].urn: expected a URN, not {urn!r}")
    return match[2], match[1]


def _changes(steps: list[dict[str, Any]]) -> Iterator[Change]:
    seen: set[tuple[str, str]] = set()
    for step in steps:
        operation, urn = str(step.get("op")), str(step.get("urn"))
        old, new = _object(step.get("oldState")), _object(step.get("newState"))
        kind = "replace" if operation in REPLACES or operation == "delete-replaced" else operation
        if operation in QUIET:
            kind = "unprotect" if old.get("protect") and not new.get("protect") and new else ""
        elif operation == "update" and _gives_up(old, new):
            kind = "unprotect"
        parent = str((new or old).get("parent") or "").rpartition("::")[2]
        if kind and (urn, kind) not in seen and not str((new or old).get("type")).startswith("pulumi:pulumi:"):
            seen.add((urn, kind))
            yield Change(urn, kind, parent, _paths(step))


def _gives_up(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether a resource loses what keeps it from being deleted."""
    before, after = _object(old.get("inputs")), _object(new.get("inputs"))
    if old.get("protect") and not new.get("protect"):
        return True
    return any(after.get(key) == value and before.get(key) not in {value, None} for key, value in GUARDS.items())


def _paths(step: Mapping[str, Any]) -> tuple[str, ...]:
    reasons = step.get("replaceReasons")
    if isinstance(reasons, list) and reasons:
        return tuple(sorted(str(reason) for reason in cast("list[object]", reasons)))
    return tuple(sorted(_object(step.get("detailedDiff"))))


def _errors(found: Mapping[str, Any]) -> Iterator[str]:
    for diagnostic in cast("list[object]", found.get("diagnostics") or []):
        entry = _object(diagnostic)
        if entry.get("severity") == "error":
            yield str(entry.get("message")).strip()


def _object(found: object) -> dict[str, Any]:
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}
