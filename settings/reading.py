"""Reads YAML as the engine does, but stricter: what could be misread is refused, with its line and column.

Scalars follow YAML's core schema, as in the engine's reader (`yes` and `12:30` are strings, dates stay text). Repeated
keys, anchors, tags and a second document are refused. No message quotes the file, which may hold secrets; it names
repeated keys alone.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn, cast

import yaml

# PyYAML has no types: its events and marks are Any here, and nowhere else.
MAX_DEPTH = 32

_NULL = re.compile(r"~|null|Null|NULL|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,30})")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*|[1-9][0-9]*(?=[eE]))([eE][-+]?[0-9]+)?")
_KEY_WORTH_NAMING = re.compile(r"[A-Za-z0-9_.:-]{1,80}")


class UnreadableError(Exception):
    """A file that holds no plain YAML; the text says why, with line and column where there is one."""


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

    def document(self) -> object:
        value: object = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    _refuse(event.start_mark, "a second document is not allowed")
                value = self._value(next(self._events), 0)
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
        return _scalar(event.value) if event.implicit[0] else event.value

    def _mapping(self, depth: int) -> dict[str, object]:
        found: dict[str, object] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._value(event, depth + 1)
            if not isinstance(key, str):
                _refuse(event.start_mark, "a key that is no text is not allowed")
            if key == "<<":
                _refuse(event.start_mark, "a merge key is not allowed; write the values out")
            if key in found:
                named = f' "{key}"' if _KEY_WORTH_NAMING.fullmatch(key) else ""
                _refuse(event.start_mark, f"the key{named} is there twice")
            found[key] = self._value(next(self._events), depth + 1)
        return found

    def _sequence(self, depth: int) -> list[object]:
        found: list[object] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            found.append(self._value(event, depth + 1))
        return found


def _scalar(text: str) -> object:
    """A plain scalar by the core schema; numbers in other notations (octal, underscores) stay text."""
    if _NULL.fullmatch(text):
        return None
    if _BOOL.fullmatch(text):
        return text.lower() == "true"
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def _refuse(mark: Any, problem: str) -> NoReturn:
    raise UnreadableError(f"line {mark.line + 1}, column {mark.column + 1}: {problem}") from None


def _problem(error: yaml.MarkedYAMLError) -> str:
    """PyYAML's own words, which quote at most one character of the file; names of anchors and tags are left out."""
    problem = re.sub(r"( handle)? '![^']*'|( alias| anchor) '[^']*'", r"\1\2", error.problem or "cannot be parsed")
    return f"{problem} {error.context}" if error.context else problem
