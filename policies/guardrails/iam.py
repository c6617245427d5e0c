"""Reads AWS policy documents: key policies, trust policies, permission policies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final, TypeAlias

from guardrails.values import Node, all_of, any_of, negated

# Whether a condition's value names somebody; told whether the operator compares an ARN part by part.
Names: TypeAlias = Callable[[str, bool], bool]

# Operators that fail where the key is missing. `…IfExists`, `ForAllValues:…` and the negated ones pass there.
_TYING_OPERATORS: Final = frozenset(
    {"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike"}
)  # fmt: skip
_ANY_VALUE: Final = "foranyvalue:"

_ACCOUNT: Final = re.compile(r"\d{12}")
_ORGANISATION: Final = re.compile(r"o-[a-z0-9]{10,32}")
_PRINCIPAL: Final = re.compile(r"arn:aws[a-z-]*:(?:iam|sts)::(\d{12}):.+|(\d{12})")
_ROOT: Final = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):root|(\d{12})")


def covers(pattern: str, value: str) -> bool:
    """Whether a pattern of IAM, in which `*` and `?` alone are special, fits a value; both in one case."""
    return fnmatchcase(value, pattern.replace("[", "[[]")) if _is_wild(pattern) else value == pattern


def _is_account(value: str, _: bool) -> bool:  # noqa: FBT001  the form of all these
    return _ACCOUNT.fullmatch(value) is not None


def _is_organisation(value: str, _: bool) -> bool:  # noqa: FBT001  the form of all these
    return _ORGANISATION.fullmatch(value.partition("/")[0]) is not None  # what follows may be any unit of it


def _is_of_account(value: str, by_part: bool) -> bool:  # noqa: FBT001  the form of all these
    """Whether an ARN names its account, or itself has no wildcard (a bucket's names no account).

    Where it is compared as a string a wildcard before the account may run over it: `arn:aws:*::111122223333:*` fits a
    role of anybody whose path holds the rest.
    """
    parts = value.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        return False
    if not _is_wild(value):
        return True
    return _ACCOUNT.fullmatch(parts[4]) is not None and (by_part or not any(map(_is_wild, parts[:4])))


def _is_wild(text: str) -> bool:
    return "*" in text or "?" in text


# A wildcard principal is acceptable when a condition ties it to a named account, organisation or resource.
_TIES: Final[Mapping[str, Names]] = {
    "aws:principalaccount": _is_account,
    "aws:principalarn": _is_of_account,
    "aws:principalorgid": _is_organisation,
    "aws:principalorgpaths": _is_organisation,
    "aws:sourceaccount": _is_account,
    "aws:sourcearn": _is_of_account,
    "aws:sourceorgid": _is_organisation,
    "aws:sourceorgpaths": _is_organisation,
    "aws:sourceowner": _is_account,  # what SNS, and a few services that publish to it, set for aws:SourceAccount
    "kms:calleraccount": _is_account,
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy document. Answers are None where an unknown decides."""

    node: Node

    @property
    def allows(self) -> bool | None:
        """Whether its effect is Allow."""
        effect = self.node.at("Effect").text()
        return None if effect is None else effect == "Allow"

    @property
    def is_unconditional(self) -> bool | None:
        """Whether it has no condition; an empty one is none."""
        condition = self.node.at("Condition")
        return None if condition.is_unknown else not any(True for _ in condition.entries())

    @property
    def is_for_plain_transport(self) -> bool | None:
        """Whether it holds where TLS is not used (aws:SecureTransport false), and under that condition alone."""
        condition = self.node.at("Condition")
        if condition.is_unknown:
            return None
        tests = [
            (operator.lower(), key.lower(), value)
            for operator, keys in condition.entries()
            for key, value in keys.entries()
        ]
        if [(operator, key) for operator, key, _ in tests] != [("bool", "aws:securetransport")]:
            return False
        return negated(tests[0][2].flag(default=True))

    def covers(self, action: str) -> bool | None:
        """Whether it is about an action, by Action or by not being in NotAction."""
        name = action.lower()
        excluded = self.node.at("NotAction")
        if not excluded.is_absent:
            return negated(_fits(excluded, name))
        return _fits(self.node.at("Action"), name)

    def resources(self) -> Iterator[Node]:
        """Each entry of Resource."""
        return self.node.at("Resource").one_or_many()

    def principals(self) -> Iterator[Node]:
        """Each principal of any kind; a bare "*" is one too."""
        return _principals(self.node.at("Principal"))

    def excluded_principals(self) -> Iterator[Node]:
        """Each principal that it is not about, where it names those."""
        return _principals(self.node.at("NotPrincipal"))

    def is_tied(self, ties: Mapping[str, Names] = _TIES) -> bool | None:
        """Whether a condition holds only for somebody or something named: by default account, organisation, resource.

        ties: by condition key in lower case. Every value must name one, since any of them is enough for AWS.
        """
        condition = self.node.at("Condition")
        if condition.is_unknown:
            return None
        tying = ((operator.lower().removeprefix(_ANY_VALUE), tests) for operator, tests in condition.entries())
        return any_of(
            _names_somebody(tests, ties, by_part=operator.startswith("arn"))
            for operator, tests in tying
            if operator in _TYING_OPERATORS
        )


def _names_somebody(tests: Node, ties: Mapping[str, Names], *, by_part: bool) -> bool | None:
    if tests.is_unknown:
        return None
    named: list[bool | None] = []
    for key, values in tests.entries():
        if names := ties.get(key.lower()):
            texts = [value.text() for value in values.one_or_many()]
            named.append(all_of(None if text is None else names(text, by_part) for text in texts or [""]))
    return any_of(named)


def _fits(patterns: Node, name: str) -> bool | None:
    texts = (pattern.text() for pattern in patterns.one_or_many())
    return any_of(None if text is None else covers(text.lower(), name) for text in texts)


def _principals(node: Node) -> Iterator[Node]:
    if isinstance(node.raw, dict):
        for _, named in node.entries():
            yield from named.one_or_many()
    else:
        yield from node.one_or_many()


def statements(document: Node) -> Iterator[Statement]:
    """The statements of a document given as JSON text or object; none where it is absent or unknown."""
    parsed = document.parsed()
    if parsed.is_known:
        for node in parsed.at("Statement").one_or_many():
            yield Statement(node)


def open_principals(document: Node) -> Iterator[Node]:
    """Where the document lets anybody in: an Allow for "*", or for all but some, that no condition ties to anybody."""
    for statement in statements(document):
        if statement.allows is not True or statement.is_tied() is not False:
            continue
        yield from (principal for principal in statement.principals() if principal.text() == "*")
        excluded = statement.node.at("NotPrincipal")
        if not excluded.is_absent:
            yield excluded


def account_of(principal: str) -> str | None:
    """The account of an AWS principal: a root, a role, a user, a session, or the bare number; None of anything else."""
    match = _PRINCIPAL.fullmatch(principal)
    return (match[1] or match[2]) if match else None


def is_root(principal: Node, accounts: Iterable[str] | None) -> bool | None:
    """Whether it is the root of one of these accounts, or of any where they are not known."""
    text = principal.text()
    if text is None:
        return None
    match = _ROOT.fullmatch(text)
    return match is not None and (accounts is None or (match[1] or match[2]) in accounts)
