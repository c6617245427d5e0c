"""The comment: what may be lost first, then policy, recovery, and the rest folded by component.

GitHub takes 65,536 characters. The parts that matter are short by their own bounds, and the folded rest gets what is
left, so the comment is never cut in the middle of something.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from tools.review.changes import Change, Preview
from tools.review.redaction import redacted

LIMIT: Final = 60_000
"""Characters; GitHub's own limit is 65,536 (its REST API refuses a longer body)."""
MOST_ROWS: Final = 40
"""Of a section that is never folded."""
MOST_TEXT: Final = 300
"""Characters of a single entry."""
SIGNS: Final = {"create": "+", "update": "~", "replace": "±", "delete": "-", "unprotect": "🔓"}
WORDS: Final = {
    "create": "create", "update": "update", "replace": "replace", "delete": "delete", "unprotect": "lose protection",
}  # fmt: skip
_FOLD_TAIL: Final = "\n</details>"
DANGERS: Final = {
    "delete": "is **deleted**", "replace": "is **replaced**: a new, empty one takes its place",
    "unprotect": "**loses its protection**: the next change may delete it",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Whether the change may go on. reasons: why not. allowed: what a label lets pass all the same."""

    reasons: tuple[str, ...]
    allowed: tuple[str, ...]


def marker(project: str, stack: str) -> str:
    """The comment's hidden first line, by which it is found again."""
    return f"<!-- preview of {project}/{stack} -->"


def comment(preview: Preview, findings: Mapping[str, Any] | None, gate: Gate, recovery: Sequence[str]) -> str:
    """The whole comment, at most LIMIT characters.

    findings: the audit's JSON document of the same preview, None where there is none. recovery: what the change means
    for recovery, a line each.
    """
    head = [
        marker(preview.project, preview.stack),
        f"## `{preview.stack}`: {_headline(preview)}",
        _gate(gate),
        *_section("The preview failed", [f"```\n{_clip(redacted(error), 1500)}\n```" for error in preview.errors]),
        *_section("Data stores", _dangers(preview.changes)),
        *_section("Policy", list(_policy(findings))),
        *_section("Recovery", list(recovery)),
    ]
    text = "\n\n".join(head)
    return text + "".join(_rest(preview.changes, LIMIT - len(text)))


def _headline(preview: Preview) -> str:
    counts = Counter(change.kind for change in preview.changes)
    said = [f"{counts[kind]} to {word}" for kind, word in WORDS.items() if counts[kind]]
    return f"{', '.join(said) or 'no changes'}, {preview.unchanged} unchanged"


def _gate(gate: Gate) -> str:
    if gate.reasons:
        return "\n".join(["> [!CAUTION]", "> **Stopped:**", *(f"> - {reason}" for reason in gate.reasons)])
    if gate.allowed:
        return "\n".join(["> [!WARNING]", "> **Let pass by a label:**", *(f"> - {reason}" for reason in gate.allowed)])
    return "> [!NOTE]\n> Nothing here stops the update."


def _section(title: str, lines: Sequence[str]) -> list[str]:
    """A heading and its lines; nothing where there are none."""
    if not lines:
        return []
    shown = list(lines[:MOST_ROWS])
    if len(lines) > MOST_ROWS:
        shown.append(f"… and {len(lines) - MOST_ROWS} more")
    return [f"### {title}\n\n" + "\n".join(shown)]


def _dangers(changes: Iterable[Change]) -> list[str]:
    found = [change for change in changes if change.is_danger]
    return [
        f"- {SIGNS[change.kind]} `{change.name}` ({change.type}) {DANGERS[change.kind]}{_because(change)}"
        for change in sorted(found, key=lambda one: (list(DANGERS).index(one.kind), one.urn))
    ]


def _because(change: Change) -> str:
    return f", for {_paths(change.paths)}" if change.paths and change.kind != "delete" else ""


def _policy(findings: Mapping[str, Any] | None) -> Iterator[str]:
    if findings is None:
        yield "The policies did not judge this preview."
        return
    for breach in findings["breaches"]:
        name = str(breach["urn"]).rpartition("::")[2] or "the stack"
        said = "; ".join(f"{one['path'] or 'resource'}: {one['problem']}" for one in breach["findings"])
        said = said or f"the rule itself failed: {breach['fault']}"
        yield _clip(f"- **{breach['level']}**, {breach['severity']}: `{breach['rule']}` on `{name}`: {redacted(said)}")
    for exemption in findings["exemptions"]:
        yield _clip(
            f"- exemption ({exemption['standing']}, until {exemption['expires']}): `{exemption['rule']}`, "
            f"{exemption['reason']} ({exemption['owner']})"
        )
    counts = findings["counts"]
    yield f"- {counts['rules']} rules, {counts['judgements']} judgements: {findings['outcome']}"


def _rest(changes: Sequence[Change], room: int) -> Iterator[str]:
    """Every change, folded by component, as far as there is room; each component at least by its numbers.

    Small components come whole before a large one takes what is left.
    """
    parts = {name: list(found) for name, found in groupby(changes, key=lambda change: change.component)}
    heads = {name: _fold_head(name, found) for name, found in parts.items()}
    room -= sum(len(head) + len(_FOLD_TAIL) for head in heads.values())
    bodies: dict[str, str] = {}
    waiting = len(parts)
    for name in sorted(parts, key=lambda name: len(parts[name])):
        bodies[name] = _lines(parts[name], room // waiting)
        room -= len(bodies[name])
        waiting -= 1
    return (f"{heads[name]}{bodies[name]}{_FOLD_TAIL}" for name in parts)


def _lines(changes: Sequence[Change], room: int) -> str:
    """A line a change; what does not fit is counted in the last one."""
    text = ""
    for number, change in enumerate(changes):
        paths = f": {_paths(change.paths)}" if change.paths else ""
        line = _clip(
            f"\n- {SIGNS.get(change.kind, '·')} {WORDS.get(change.kind, change.kind)} `{change.name}` "
            f"({change.type}){paths}"
        )
        more = f"\n- … and {len(changes) - number} more"
        if len(text) + len(line) + len(more) > room:
            return text + (more if len(text) + len(more) <= room else "")
        text += line
    return text


def _fold_head(component: str, changes: Sequence[Change]) -> str:
    counts = Counter(change.kind for change in changes)
    said = ", ".join(f"{count} {WORDS.get(kind, kind)}" for kind, count in sorted(counts.items()))
    return f"\n\n<details><summary><b>{component or 'providers'}</b>: {said}</summary>\n"


def _paths(paths: Sequence[str], most: int = 4) -> str:
    shown = ", ".join(f"`{path}`" for path in paths[:most])
    return f"{shown} and {len(paths) - most} more" if len(paths) > most else shown


def _clip(text: str, most: int = MOST_TEXT) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
