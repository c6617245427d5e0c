"""What the check of a stack file takes is read alike by the engine and by the other readers of YAML."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from hypothesis import assume, example, given
from hypothesis import strategies as st

from settings.reading import UnreadableError, parse

WORDS = (
    "yes",
    "no",
    "on",
    "off",
    "y",
    "true",
    "null",
    "inf",
    "nan",
    "0x",
    "0o",
    "0b",
    "e",
    "T",
    "Z",
    " ",
    "2024-",
    "12:30",
)
plain = st.lists(st.sampled_from([*"0123456789_.+-:xobe~=<", *WORDS]), max_size=9).map("".join)


class Time(str):
    """A value that the engine takes for a time."""

    __slots__ = ()


def by_the_engine(text: str) -> Any:
    """A plain scalar as gopkg.in/yaml.v3 resolves it (resolve.go) for a value of any type."""
    fixed = {"": None, "~": None, "null": None, "true": True, "false": False}
    if text.lower() in fixed and text in (text.lower(), text.upper(), text.capitalize()):
        return fixed[text.lower()]
    if re.fullmatch(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", text):
        return float(text.lower().replace(".", ""))
    if text[0] not in "+-.0123456789":
        return text
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}([Tt ]\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?(Z|[-+]\d\d:\d\d)?)?", text):
        return Time(text)
    digits = text.replace("_", "")
    for base, form in {
        16: r"[-+]?0[xX][0-9a-fA-F]+",
        2: r"[-+]?0[bB][01]+",
        8: r"[-+]?0[oO]?[0-7]+",
        10: r"[-+]?(0|[1-9][0-9]*)",
    }.items():
        if re.fullmatch(form, digits):
            return int(re.sub("0[xXbBoO]", "", digits, count=1), base)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", digits):
        return float(digits)
    return text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("011111111111", 1227133513), ("0o17", 15), ("0x1F", 31), ("-0x1F", -31), ("0b101", 5), ("1_000", 1000),
        ("1e3", 1000), ("010", 8), ("-010", -8), ("089", 89), ("+7", 7), (".5", 0.5), ("1.", 1), ("1_0.5", 10.5),
        ("00", 0), ("0777.5", 777.5), ("0x_1", 1), ("1__0", 10), ("2001-1-1", Time("2001-1-1")), ("Null", None),
        ("yes", "yes"), ("y", "y"), ("12:30", "12:30"),
    ],
)  # fmt: skip
def test_the_model_of_the_engines_reader_says_what_the_engine_said(text: str, value: object) -> None:
    # `pulumi config get` of version 3.220.0 for an object with each of these in it.
    found = by_the_engine(text)
    assert (found, isinstance(found, Time)) == (value, isinstance(value, Time))


@given(plain)
@example("011111111111")
@example("1_000")
@example("+_1")
@example("0_x1")
@example("2001-1-1")
def test_what_the_check_takes_is_read_alike_by_everybody(text: str) -> None:
    document = f"key: {text}\n"
    try:
        found = parse(document)
    except UnreadableError:
        assume(False)
        raise
    other = yaml.safe_load(document)
    assert found == other, "as the offline clouds' shadow of the file is made"
    assert isinstance(found, dict)
    value, seen = found["key"], other["key"]
    assert type(value) is type(seen)
    if not isinstance(value, dict | list):
        engine = by_the_engine(text.strip())
        assert (value, type(value)) == (engine, type(engine))
