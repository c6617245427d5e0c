"""From a stack's name to its settings, or to every mistake at once."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from settings.errors import Fault, SettingsError
from settings.estate import clashes
from settings.judging import Draft, judge
from settings.keys import PULUMI_PREFIX
from settings.model import Settings
from settings.rules import ENVIRONMENTS
from settings.wording import did_you_mean, listed, shown

NO_STACKS = "no file Pulumi.<stack>.yaml is here"


def stacks(root: Path = Path()) -> list[str]:
    """The stacks that have a file in a folder: dev, staging and prod first, in this order, then the rest by name."""
    names = (re.fullmatch(r"Pulumi\.(.+)\.yaml", path.name) for path in root.glob("Pulumi.*.yaml"))
    order = {name: place for place, name in enumerate(ENVIRONMENTS)}
    return sorted((name[1] for name in names if name), key=lambda name: (order.get(name, len(order)), name))


def load(stack: str, root: Path = Path()) -> Settings:
    """The settings of a stack by its file in a folder, checked against the other stacks' files there; SettingsError."""
    names = stacks(root)
    if stack not in names:
        raise SettingsError([unknown_stack(stack, names)])
    drafts = _read_all(names, root)
    draft = next(draft for draft in drafts if draft.stack == stack)
    return _settings([draft], clashes(drafts, about=stack))[0]


def not_compared(stack: str, root: Path = Path()) -> list[Fault]:
    """Why the stack could not be compared with others in the folder: the first fault of each that holds nothing."""
    others = _read_all([name for name in stacks(root) if name != stack], root)
    return [draft.faults[0] for draft in others if not draft.known and draft.faults]


def load_all(root: Path = Path()) -> list[Settings]:
    """The settings of every stack in a folder; SettingsError with the mistakes of all, or when there is no stack."""
    names = stacks(root)
    if not names:
        raise SettingsError([Fault("", "", NO_STACKS)])
    drafts = _read_all(names, root)
    return _settings(drafts, clashes(drafts))


def from_config(stack: str, values: Mapping[str, object], root: Path | None = None) -> Settings:
    """The settings of a stack from its configuration as the engine hands it over, values JSON-decoded; SettingsError.

    Keys of `pulumi:` are the engine's own, and of `erp-secrets:` only the names are read. With `root`, the folder of
    the stack files, the other stacks' files are read too for what stacks must not share, as `load` does.
    """
    draft = judge(stack, {key: value for key, value in values.items() if not key.startswith(PULUMI_PREFIX)})
    others = [] if root is None else _read_all([name for name in stacks(root) if name != stack], root)
    return _settings([draft], clashes([draft, *others], about=stack))[0]


def unknown_stack(stack: str, names: Iterable[str]) -> Fault:
    """What to say of a stack that has no file."""
    known = list(names)
    there = f"the stacks here are {listed(known)}" if known else NO_STACKS
    return Fault("", "", f"{shown(stack)} is no stack{did_you_mean(stack, known)}; {there}")


def _read_all(names: Iterable[str], root: Path) -> list[Draft]:
    from settings.stackfile import read_stack  # YAML with it: from_config alone does without

    return [read_stack(name, root) for name in names]


def _settings(drafts: Sequence[Draft], clashing: Iterable[Fault]) -> list[Settings]:
    faults = [fault for draft in drafts for fault in draft.faults] + list(clashing)
    if faults:
        raise SettingsError(faults)
    return [draft.settings for draft in drafts]
