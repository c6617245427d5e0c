"""Control frameworks as data: which rules serve which control, and who covers what no rule can see.

Each framework owns its file under `controls/`; a rule knows nothing of frameworks, so mapping one touches no code.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final, cast

from guardrails.configuration import PackError, is_text, load_document

CONTROLS: Final = Path(__file__).parent / "controls"
_KEYS: Final = ("framework", "edition", "controls")


class Coverer(Enum):
    """Who covers a control, or its rest, instead of a rule."""

    PROCESS = "process"
    ORGANISATION = "organisation"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Control:
    """One control: its id in the framework, our own short title, the rules that serve it, and who covers the rest."""

    id: str
    title: str
    rules: tuple[str, ...]
    covered_by: tuple[tuple[Coverer, str], ...]


@dataclass(frozen=True, slots=True)
class Framework:
    """A framework and the controls of it that concern this infrastructure."""

    id: str
    name: str
    edition: str
    controls: tuple[Control, ...]


def load_frameworks(rules: Collection[str], folder: Path = CONTROLS) -> tuple[Framework, ...]:
    """Read every framework file; raises PackError with every mistake of the first file that has any."""
    return tuple(_load(path, rules) for path in sorted(folder.glob("*.json")))


def controls_by_rule(frameworks: Iterable[Framework]) -> Mapping[str, tuple[str, ...]]:
    """For each rule the controls that it serves, one text a framework: `ISO 27001:2022 A.8.20, A.8.22`."""
    served: dict[str, list[str]] = {}
    for framework in frameworks:
        by_rule: dict[str, list[str]] = {}
        for control in framework.controls:
            for rule in control.rules:
                by_rule.setdefault(rule, []).append(control.id)
        for rule, ids in by_rule.items():
            served.setdefault(rule, []).append(f"{framework.name} {', '.join(ids)}")
    return {rule: tuple(texts) for rule, texts in served.items()}


def _load(path: Path, rules: Collection[str]) -> Framework:
    document = load_document(path)
    if not isinstance(document, dict) or {*cast("dict[str, object]", document)} != {*_KEYS}:
        raise PackError(path, [f"expected exactly the keys {', '.join(_KEYS)}"])
    values = cast("dict[str, object]", document)
    entries = values["controls"]
    if not isinstance(entries, list) or not entries:
        raise PackError(path, ["controls: expected a list, at least one"])
    mistakes: list[str] = []
    mistakes += [f"{key}: expected a text" for key in _KEYS[:2] if not is_text(values[key])]
    controls: dict[str, Control] = {}
    for index, entry in enumerate(cast("list[object]", entries)):
        control = _control(entry, rules, f"controls[{index}]", mistakes)
        if control is None:
            continue
        if control.id in controls:
            mistakes.append(f"controls[{index}].id: {control.id} is there twice")
        controls[control.id] = control
    if mistakes:
        raise PackError(path, mistakes)
    return Framework(path.stem, str(values["framework"]), str(values["edition"]), tuple(controls.values()))


def _control(entry: object, rules: Collection[str], where: str, mistakes: list[str]) -> Control | None:
    allowed = {"id", "title", "rules", "covered_by"}
    if not isinstance(entry, dict) or not {"id", "title"} <= set(cast("dict[str, object]", entry)) <= allowed:
        mistakes.append(f"{where}: expected id, title and rules or covered_by")
        return None
    values = cast("dict[str, object]", entry)
    before = len(mistakes)
    mistakes += [f"{where}.{key}: expected a text" for key in ("id", "title") if not is_text(values[key])]
    served = values.get("rules", [])
    if not isinstance(served, list):
        mistakes.append(f"{where}.rules: expected a list of rule ids")
        return None
    names = [str(name) for name in cast("list[object]", served)]
    mistakes += [f"{where}.rules: there is no rule {name!r}" for name in names if name not in rules]
    mistakes += [f"{where}.rules: {name} is there twice" for name in sorted(set(names)) if names.count(name) > 1]
    covered = values.get("covered_by", {})
    if not isinstance(covered, dict) or not all(is_text(how) for how in cast("dict[str, object]", covered).values()):
        mistakes.append(f"{where}.covered_by: expected who covers it, and how")
        return None
    coverers = cast("dict[str, str]", covered)
    known = {coverer.value for coverer in Coverer}
    mistakes += [
        f"{where}.covered_by.{who}: expected one of {', '.join(sorted(known))}" for who in set(coverers) - known
    ]
    if not names and not coverers:
        mistakes.append(f"{where}: an empty claim; name rules, or who covers it instead")
    if len(mistakes) > before:
        return None
    covers = tuple((Coverer(who), how) for who, how in coverers.items())
    return Control(str(values["id"]), str(values["title"]), tuple(names), covers)
