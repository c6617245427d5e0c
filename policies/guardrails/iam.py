"""Reads AWS policy documents: key policies, trust policies, permission policies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from guardrails.values import Node

# A wildcard principal is acceptable when a condition ties it to an account, an organisation or a named resource.
_RESTRICTING_KEYS: Final = frozenset({
    "aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:sourceaccount",
    "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths", "kms:calleraccount",
})  # fmt: skip
_RESTRICTING_OPERATORS: Final = frozenset(
    {"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike"}
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy document."""

    node: Node

    @property
    def allows(self) -> bool | None:
        """Whether its effect is Allow; None where that is unknown."""
        effect = self.node.at("Effect").text()
        return None if effect is None else effect == "Allow"

    def actions(self) -> Iterator[Node]:
        """Each entry of Action."""
        return self.node.at("Action").one_or_many()

    def resources(self) -> Iterator[Node]:
        """Each entry of Resource."""
        return self.node.at("Resource").one_or_many()

    def principals(self) -> Iterator[Node]:
        """Each principal of any kind; a bare "*" is one too."""
        principal = self.node.at("Principal")
        if isinstance(principal.raw, dict):
            for _, named in principal.entries():
                yield from named.one_or_many()
        else:
            yield from principal.one_or_many()

    @property
    def is_restricted(self) -> bool | None:
        """Whether a condition ties it to an account, organisation or resource; None where that is unknown."""
        condition = self.node.at("Condition")
        if condition.is_unknown:
            return None
        unsure = False
        for operator, tests in condition.entries():
            unsure = unsure or tests.is_unknown
            if operator.lower() not in _RESTRICTING_OPERATORS:
                continue
            for key, values in tests.entries():
                if key.lower() in _RESTRICTING_KEYS and not any(value.text() == "*" for value in values.one_or_many()):
                    return True
        return None if unsure else False


def statements(document: Node) -> Iterator[Statement]:
    """The statements of a document given as JSON text or object; none where it is absent or unknown."""
    parsed = document.parsed()
    if not parsed.is_absent and not parsed.is_unknown:
        for node in parsed.at("Statement").one_or_many():
            yield Statement(node)


def open_principals(document: Node) -> Iterator[Node]:
    """Where the document lets anybody in: an Allow for "*", or for all but some, with no restricting condition."""
    for statement in statements(document):
        if statement.allows is not True or statement.is_restricted is not False:
            continue
        yield from (principal for principal in statement.principals() if principal.text() == "*")
        excluded = statement.node.at("NotPrincipal")
        if not excluded.is_absent:
            yield excluded
