"""Exemptions: findings that somebody answers for, for a time.

An exemption names one rule and a URN pattern, and carries a reason, an owner and a last day. Each run prints those in
force. One that has expired excuses nothing and fails the run, and so does one that nothing needs any more.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, cast

from guardrails.configuration import PackError, is_text, load_document
from guardrails.model import Urn

_KEYS: Final = ("rule", "urn", "reason", "owner", "expires")
_URN_SEPARATORS: Final = 2  # after the stack and after the project; without them a pattern's scope can't be told


@dataclass(frozen=True, slots=True)
class Exemption:
    """One entry of exemptions.yaml; `expires` is the last day on which it holds."""

    rule: str
    urn: str
    reason: str
    owner: str
    expires: datetime.date

    def covers(self, rule: str, urn: str) -> bool:
        """Whether it speaks of this rule on this resource."""
        return rule == self.rule and fnmatchcase(urn, self.urn)

    def in_scope(self, stack: str) -> bool:
        """Whether its pattern may speak of this stack, given by any URN of it: one file serves every stack."""
        mine, theirs = Urn.parse(self.urn), Urn.parse(stack)
        return fnmatchcase(theirs.stack, mine.stack) and fnmatchcase(theirs.project, mine.project)


class Standing(Enum):
    """What became of an exemption in a run."""

    IN_FORCE = "in force"
    EXPIRED = "expired"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class ExemptionNote:
    """An exemption and what became of it."""

    exemption: Exemption
    standing: Standing


@dataclass(slots=True)
class Ledger:
    """The exemptions of a run and which of them were needed.

    An exemption counts as unused only when its rule could judge every resource that the pattern matches and found
    nothing. Unknown values (a preview) and resources that were not judged (a run with targets) leave it standing.
    """

    exemptions: tuple[Exemption, ...]
    today: datetime.date
    _used: set[Exemption] = field(default_factory=set[Exemption])
    _unjudged: set[Exemption] = field(default_factory=set[Exemption])
    _judged_urns: set[str] = field(default_factory=set[str])

    def excuse(self, rule: str, urn: str) -> bool:
        """Whether a finding of this rule on this resource is excused; notes that the exemption was needed."""
        covering = [exemption for exemption in self._in_force() if exemption.covers(rule, urn)]
        self._used.update(covering)
        return bool(covering)

    def note_judged(self, urn: str) -> None:
        """Note that the rules over resources have seen this one."""
        self._judged_urns.add(urn)

    def note_unjudged(self, rule: str, urns: Iterable[str]) -> None:
        """Note that a rule met an unknown or failed, so that nothing follows from its having found nothing here."""
        for urn in urns:
            self._unjudged.update(exemption for exemption in self.exemptions if exemption.covers(rule, urn))

    def close(self, urns: Collection[str], stack_rules: Collection[str]) -> list[ExemptionNote]:
        """What became of each exemption that may speak of this stack; the ledger starts afresh.

        urns: every resource of the stack. stack_rules: ids of the rules that judge the stack as a whole.
        """
        stack = next(iter(urns), "")
        notes = [
            ExemptionNote(exemption, self._standing(exemption, urns, stack_rules))
            for exemption in self.exemptions
            if exemption.in_scope(stack)
        ]
        self._used.clear()
        self._unjudged.clear()
        self._judged_urns.clear()
        return notes

    def _standing(self, exemption: Exemption, urns: Collection[str], stack_rules: Collection[str]) -> Standing:
        if exemption.expires < self.today:
            return Standing.EXPIRED
        if exemption in self._used or exemption in self._unjudged:
            return Standing.IN_FORCE
        if exemption.rule not in stack_rules and self._missed(exemption, urns):
            return Standing.IN_FORCE
        return Standing.UNUSED

    def _in_force(self) -> Iterator[Exemption]:
        return (exemption for exemption in self.exemptions if exemption.expires >= self.today)

    def _missed(self, exemption: Exemption, urns: Iterable[str]) -> bool:
        return any(exemption.covers(exemption.rule, urn) and urn not in self._judged_urns for urn in urns)


def load_exemptions(path: Path, rules: Collection[str]) -> tuple[Exemption, ...]:
    """Read exemptions.yaml; raises PackError with every mistake at once, unknown rules among them."""
    document = load_document(path)
    entries = cast("dict[str, object]", document).get("exemptions") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise PackError(path, ["expected `exemptions:` with a list"])
    mistakes: list[str] = []
    exemptions = [
        _read(entry, rules, f"exemptions[{index}]", mistakes)
        for index, entry in enumerate(cast("list[object]", entries))
    ]
    if mistakes:
        raise PackError(path, mistakes)
    return tuple(exemption for exemption in exemptions if exemption is not None)


def _read(entry: object, rules: Collection[str], where: str, mistakes: list[str]) -> Exemption | None:
    if not isinstance(entry, dict) or set(cast("dict[str, object]", entry)) != set(_KEYS):
        mistakes.append(f"{where}: expected exactly the keys {', '.join(_KEYS)}")
        return None
    values = cast("dict[str, object]", entry)
    before = len(mistakes)
    mistakes += [f"{where}.{key}: expected a text" for key in _KEYS[:-1] if not is_text(values[key])]
    expires = values["expires"]
    if type(expires) is not datetime.date:
        mistakes.append(f"{where}.expires: expected a date such as 2027-03-31")
        return None
    if values["rule"] not in rules:
        mistakes.append(f"{where}.rule: there is no rule {values['rule']!r}")
    if not str(values["urn"]).startswith("urn:pulumi:") or str(values["urn"]).count("::") < _URN_SEPARATORS:
        mistakes.append(f"{where}.urn: expected a pattern that starts with urn:pulumi:STACK::PROJECT::")
    if len(mistakes) > before:
        return None
    return Exemption(str(values["rule"]), str(values["urn"]), str(values["reason"]), str(values["owner"]), expires)
