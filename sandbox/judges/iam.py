"""Judges IAM policy documents as AWS does when it takes them, and somewhat beyond.

AWS takes an identity policy whose actions don't exist or don't act on the resources named: it never grants anything.
Here such a statement is refused. Actions of services that sandbox/facts/iam.json does not hold are told by `unjudged`,
never passed in silence.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from sandbox.facts.paths import look_through
from sandbox.judges.policy import access, conditions, grammar
from sandbox.judges.policy import principals as who
from sandbox.judges.policy.catalog import source
from sandbox.judges.policy.documents import DOCUMENTS, INLINE, KEY, Kind, held
from sandbox.problems import Problem
from sandbox.values import UNKNOWN

_LOCKED_OUT: Final = (
    "the key policy would lock out its account: no statement lets the account's root or an IAM principal call "
    "kms:PutKeyPolicy (MalformedPolicyDocumentException; bypassPolicyLockoutSafetyCheck switches the check off)"
)


def judge(token: str, inputs: Mapping[str, object]) -> list[Problem]:
    """Say what AWS would refuse in a resource's policy documents; one that is not known yet judges nothing."""
    found: list[Problem] = []
    inline = 0
    checked = look_through(inputs.get("bypassPolicyLockoutSafetyCheck")) not in (True, UNKNOWN)
    for path, text, kind in held(token, inputs):
        found += [Problem(path, message, fact) for message, fact in _judged(text, kind)]
        if kind is INLINE:
            inline += len("".join(text.split()))
        if kind is KEY and checked and _locks_out(text):
            found.append(Problem(path, _LOCKED_OUT, kind.source))
    if inline > INLINE.size and "inlinePolicies" in inputs:
        message = f"the inline policies of a role have at most {INLINE.size} characters in sum, these {inline}"
        found.append(Problem("inlinePolicies", message, INLINE.source))
    return found


def principals(token: str, inputs: Mapping[str, object]) -> list[str]:
    """List who is named as a principal: ARNs, account ids and services that must exist before AWS takes it."""
    return sorted({name for _, text, _ in held(token, inputs) for name in _named(text)})


def unjudged(token: str, inputs: Mapping[str, object]) -> list[str]:
    """List the actions whose service these facts don't hold: neither they nor their conditions were looked at."""
    return sorted({name for _, text, kind in held(token, inputs) for name in _unjudged(text, kind)})


def documents(token: str) -> frozenset[str]:
    """Name the properties of a type that hold policy documents, as facts paths."""
    return frozenset(DOCUMENTS.get(token, ()))


def _statements(text: str) -> Iterator[grammar.Statement]:
    try:
        yield from grammar.statements(grammar.parse(text))
    except grammar.DocumentError:
        return


@lru_cache(maxsize=512)
def _judged(text: str, kind: Kind) -> tuple[tuple[str, str], ...]:
    """Judge one document: (message, source) pairs. The same text comes by again at each check, diff and create."""
    try:
        document = grammar.parse(text)
    except grammar.DocumentError as error:
        return ((f"the {kind.name} {error}", kind.source),)
    findings = [(place, message, kind.source) for place, message in grammar.judge(document, text, kind)]
    for statement in grammar.statements(document):
        findings += [(place, message, kind.source) for place, message in who.judge(statement)]
        found = access.sort_out(statement, kind)
        reference = f"{source()}; AWS IAM User Guide, condition operators"
        catalogued = [
            *found.findings,
            *access.judge_resources(statement, found, kind),
            *conditions.judge(statement, found.actions, complete=found.complete),
        ]
        findings += [(place, message, reference) for place, message in catalogued]
    return tuple((f"{place} {message}" if place else message, fact) for place, message, fact in findings)


@lru_cache(maxsize=512)
def _named(text: str) -> tuple[str, ...]:
    return tuple(name for statement in _statements(text) for name in who.named(statement))


@lru_cache(maxsize=512)
def _unjudged(text: str, kind: Kind) -> tuple[str, ...]:
    return tuple(name for statement in _statements(text) for name in access.sort_out(statement, kind).unjudged)


@lru_cache(maxsize=512)
def _locks_out(text: str) -> bool:
    """Tell whether surely nobody of IAM may change the key policy any more."""
    try:
        document = grammar.parse(text)
    except grammar.DocumentError:
        return False
    return not any(_keeps_control(statement) for statement in grammar.statements(document))


def _keeps_control(statement: grammar.Statement) -> bool:
    if not statement.allows or statement.principals is None or statement.not_principal:
        return False
    if "AWS" not in statement.principals and "*" not in statement.principals:
        return False
    if statement.not_action:
        return True
    return "*" in statement.actions or ("kms", "putkeypolicy") in access.sort_out(statement, KEY).actions
