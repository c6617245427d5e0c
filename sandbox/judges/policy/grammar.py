"""Reads a policy document by the grammar of its kind."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.judges.policy.documents import Kind

Finding = tuple[str, str]
"""A place in the document ("Statement[0].Action") and what is wrong there."""

_DOCUMENT: Final = frozenset({"Version", "Id", "Statement"})
_STATEMENT: Final = frozenset(
    {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
)
_VERSIONS: Final = ("2012-10-17", "2008-10-17")
_SID: Final = re.compile(r"[A-Za-z0-9]*\Z")


class DocumentError(Exception):
    """A text that is no policy document at all; says why."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement whose elements have the right shape; lists are lists, whatever the document wrote.

    place: where it stands.
    principals: by kind ("AWS", "Service", …), {"*": []} for everybody, None without any.
    """

    place: str
    allows: bool
    principals: Mapping[str, list[str]] | None
    not_principal: bool
    actions: list[str]
    not_action: bool
    resources: list[str]
    not_resource: bool
    condition: Mapping[str, Mapping[str, list[Any]]]


def parse(text: str) -> dict[str, Any]:
    """Read the JSON of a document; raises DocumentError for other JSON and for a key that stands twice."""
    try:
        document = json.loads(text, object_pairs_hook=_once)
    except ValueError as error:
        raise DocumentError(f"is no JSON ({error})") from error
    if not isinstance(document, dict):
        raise DocumentError("must be a JSON object")
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise DocumentError(f"has the key {key} twice in one object")
        found[key] = value
    return found


def listed(value: object) -> list[Any]:
    """Give a single value as the list of one that it means."""
    return value if isinstance(value, list) else [value]


def judge(document: Mapping[str, Any], text: str, kind: Kind) -> Iterator[Finding]:
    """Say what the document as a whole and its statements' shapes get wrong."""
    length = len(text.encode()) if kind.blanks else len(re.sub(r"\s", "", text))
    if length > kind.size:
        counted = "characters" if kind.blanks else "characters without white space"
        yield "", f"a {kind.name} has at most {kind.size} {counted}, this one {length}"
    for key in sorted(document.keys() - _DOCUMENT):
        yield key, f"is no element of a policy document; expected {', '.join(sorted(_DOCUMENT))}"
    if document.get("Version", _VERSIONS[0]) not in _VERSIONS:
        yield "Version", f"must be {' or '.join(_VERSIONS)}, not {json.dumps(document['Version'])}"
    given = document.get("Statement")
    if not isinstance(given, dict | list) or not given:
        yield "Statement", "must be a statement or a list of at least one"
        return
    seen: dict[str, str] = {}
    for place, statement in _placed(given):
        if not isinstance(statement, dict):
            yield place, "must be an object"
            continue
        yield from _elements(place, statement, kind)
        sid = statement.get("Sid")
        if isinstance(sid, str) and sid:
            if sid in seen:
                yield f"{place}.Sid", f"{json.dumps(sid)} is taken by {seen[sid]}; a Sid is unique in its document"
            seen.setdefault(sid, place)


def statements(document: Mapping[str, Any]) -> Iterator[Statement]:
    """Give the statements whose elements have the right shape, for the judges of their content."""
    for place, statement in _placed(document.get("Statement")):
        if isinstance(statement, dict) and not any(_shapes(place, statement)):
            yield _statement(place, statement)


def _placed(given: object) -> list[tuple[str, Any]]:
    if isinstance(given, list):
        return [(f"Statement[{index}]", statement) for index, statement in enumerate(given)]
    return [("Statement", given)]


def _elements(place: str, statement: Mapping[str, Any], kind: Kind) -> Iterator[Finding]:
    for key in sorted(statement.keys() - _STATEMENT):
        yield f"{place}.{key}", f"is no element of a statement; expected one of {', '.join(sorted(_STATEMENT))}"
    sid = statement.get("Sid", "")
    if not isinstance(sid, str) or (kind.plain_sid and not _SID.match(sid)):
        yield f"{place}.Sid", f"must be letters and digits, not {json.dumps(sid)}"
    if statement.get("Effect") not in ("Allow", "Deny"):
        yield f"{place}.Effect", f"must be Allow or Deny, not {json.dumps(statement.get('Effect'))}"
    yield from _pairs(place, statement, kind)
    yield from _shapes(place, statement)


def _pairs(place: str, statement: Mapping[str, Any], kind: Kind) -> Iterator[Finding]:
    """Judge which of the elements with a Not… form there must or may not be."""
    needs = {"Action": "required", "Resource": kind.resource, "Principal": kind.principal}
    for name, need in needs.items():
        written = [key for key in (name, f"Not{name}") if key in statement]
        if len(written) > 1:
            yield place, f"has both {name} and Not{name}; a statement has one of them"
        if written and need == "refused":
            yield f"{place}.{written[0]}", f"has no place in a {kind.name}"
        if not written and need == "required":
            yield place, f"needs {name} or Not{name} in a {kind.name}"
    if "NotPrincipal" in statement and statement.get("Effect") == "Allow":
        yield f"{place}.NotPrincipal", "can't be allowed: everybody but the one named would be let in"


def _shapes(place: str, statement: Mapping[str, Any]) -> Iterator[Finding]:
    for name in ("Action", "NotAction", "Resource", "NotResource"):
        if name in statement and not _texts(statement[name]):
            yield f"{place}.{name}", "must be a text or a list of at least one"
    for name in ("Principal", "NotPrincipal"):
        if name in statement:
            yield from _principal_shape(f"{place}.{name}", statement[name])
    condition = statement.get("Condition", {})
    if not isinstance(condition, dict):
        yield f"{place}.Condition", "must be an object of operators"
        return
    for operator, keys in condition.items():
        if not isinstance(keys, dict) or not keys:
            yield f"{place}.Condition.{operator}", "must be an object from condition keys to values"
            continue
        for key, values in keys.items():
            if not listed(values) or not all(isinstance(value, str | bool | int | float) for value in listed(values)):
                yield f"{place}.Condition.{operator}.{key}", "must be a value or a list of at least one"


def _texts(value: object) -> bool:
    return bool(listed(value)) and all(isinstance(item, str) and item for item in listed(value))


def _principal_shape(place: str, value: object) -> Iterator[Finding]:
    if value == "*":
        return
    if not isinstance(value, dict) or not value:
        yield place, 'must be "*" or an object of AWS, Service, Federated or CanonicalUser'
        return
    for key, named in value.items():
        if key not in ("AWS", "Service", "Federated", "CanonicalUser"):
            yield f"{place}.{key}", "is no kind of principal; expected AWS, Service, Federated or CanonicalUser"
        elif not _texts(named):
            yield f"{place}.{key}", "must be a text or a list of at least one"


def _statement(place: str, statement: Mapping[str, Any]) -> Statement:
    def texts(name: str) -> list[str]:
        return listed(statement.get(name, statement.get(f"Not{name}", [])))

    who = statement.get("Principal", statement.get("NotPrincipal"))
    principals = None
    if who is not None:
        principals = {"*": []} if who == "*" else {key: listed(named) for key, named in who.items()}
    return Statement(
        place=place,
        allows=statement.get("Effect") == "Allow",
        principals=principals,
        not_principal="NotPrincipal" in statement,
        actions=texts("Action"),
        not_action="NotAction" in statement,
        resources=texts("Resource"),
        not_resource="NotResource" in statement,
        condition={
            operator: {key: listed(values) for key, values in keys.items()}
            for operator, keys in statement.get("Condition", {}).items()
        },
    )
