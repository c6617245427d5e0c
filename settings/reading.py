"""Reads YAML as the engine does, but stricter: what could be misread is refused, with its line and column.

Readers of YAML do not agree on what a plain `011`, `1_000`, `yes`, `12:30` or `2024-01-02` is: the engine's makes 9,
1000, text, text and a time of it, others 11, text, true, 750 and a date. Such a value has to stand in quotes, so that
this check and the program see the same. Repeated keys, anchors, tags and a second document are refused. No message
quotes the file, which may hold secrets; it names keys alone.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn, cast

import yaml

# PyYAML has no types: its events and marks are Any here, and nowhere else.
MAX_DEPTH = 32

AMBIGUOUS = (
    "readers of YAML do not agree on this plain value; "
    "write it in quotes, a number in plain digits, a switch as true or false"
)

_NULL = re.compile(r"~|null|Null|NULL|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})\.[0-9]{1,15}")
# What YAML 1.1, YAML 1.2 or the engine's reader (gopkg.in/yaml.v3, resolve.go) takes for something else than text:
# switches, numbers in any notation, sexagesimal numbers, dates and times, and two signs.
_DOUBTFUL = re.compile(
    r"""y|n|yes|no|on|off|=|<<
    | [-+]?\.(inf|nan)
    | [-+]?_*0_*(x[0-9a-f_]*|o[0-7_]*|b[01_]*)
    | [-+]?([0-9_]*[0-9][0-9_]*(\.[0-9_]*)?|[0-9_]*\.[0-9_]*[0-9][0-9_]*)(_*e_*[-+]?[0-9_]*)?
    | [-+]?[0-9][0-9_]*(:[0-9]+)+(\.[0-9_]*)?
    | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt\s].*)?""",
    re.IGNORECASE | re.VERBOSE,
)
_KEY_WORTH_NAMING = re.compile(r"[A-Za-z0-9_.:-]{1,80}")


class UnreadableError(Exception):
    """A file that holds no plain YAML; the text says why, with line and column where there is one.

    problems: each reason for itself.
    """

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


def read(path: Path) -> object:
    """The content of a YAML file as dict, list, str, int, float, bool or None; UnreadableError when it has none."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UnreadableError(f"not valid YAML: not UTF-8 at byte {error.start + 1}") from None
    return parse(text)


def parse(text: str) -> object:
    """As `read`, for a text."""
    try:
        events = cast("Iterator[Any]", yaml.parse(text, Loader=yaml.SafeLoader))  # pyright: ignore[reportUnknownMemberType] (no types)
        return _Builder(events).document()
    except yaml.MarkedYAMLError as error:
        _refuse(error.problem_mark, f"not valid YAML: {_problem(error)}")
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - text.rfind("\n", 0, error.position)
        raise UnreadableError(f"line {line}, column {column}: not valid YAML: found a control character") from None


class _Builder:
    """Turns the parser's events into plain values."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._doubts: list[str] = []

    def document(self) -> object:
        value: object = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    _refuse(event.start_mark, "a second document is not allowed")
                value = self._value(next(self._events), 0)
        if self._doubts:
            raise UnreadableError(*self._doubts)
        return value

    def _value(self, event: Any, depth: int) -> object:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            _refuse(event.start_mark, "an anchor or alias is not allowed; write the value out")
        if event.tag is not None:
            _refuse(event.start_mark, "a tag is not allowed; write a plain value")
        if depth > MAX_DEPTH:
            _refuse(event.start_mark, "nested too deeply")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(depth)
        return self._scalar(event) if event.implicit[0] else event.value

    def _mapping(self, depth: int) -> dict[str, object]:
        found: dict[str, object] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if isinstance(event, yaml.ScalarEvent) and event.value == "<<" and event.implicit[0]:
                _refuse(event.start_mark, "a merge key is not allowed; write the values out")
            key = self._value(event, depth + 1)
            if not isinstance(key, str):
                named = _named(event.value) if isinstance(event, yaml.ScalarEvent) else ""
                _refuse(event.start_mark, f"the key{named} is no text, which is not allowed; write it in quotes")
            if key in found:
                _refuse(event.start_mark, f"the key{_named(key)} is there twice")
            found[key] = self._value(next(self._events), depth + 1)
        return found

    def _sequence(self, depth: int) -> list[object]:
        found: list[object] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            found.append(self._value(event, depth + 1))
        return found

    def _scalar(self, event: Any) -> object:
        """A plain scalar, where all readers see the same in it."""
        text: str = event.value
        if _NULL.fullmatch(text):
            return None
        if _BOOL.fullmatch(text):
            return text.lower() == "true"
        if _INT.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
        if _DOUBTFUL.fullmatch(text):
            self._doubts.append(f"{_place(event.start_mark)}: {AMBIGUOUS}")
        return text


def _named(key: str) -> str:
    return f' "{key}"' if _KEY_WORTH_NAMING.fullmatch(key) else ""


def _refuse(mark: Any, problem: str) -> NoReturn:
    raise UnreadableError(f"{_place(mark)}: {problem}") from None


def _place(mark: Any) -> str:
    return f"line {mark.line + 1}, column {mark.column + 1}"


def _problem(error: yaml.MarkedYAMLError) -> str:
    """PyYAML's own words, which quote at most one character of the file; names of anchors and tags are left out."""
    problem = re.sub(r"( handle)? '![^']*'|( alias| anchor) '[^']*'", r"\1\2", error.problem or "cannot be parsed")
    return f"{problem} {error.context}" if error.context else problem
