"""The wire form of property values, and secrets among them."""

import pytest
from google.protobuf import struct_pb2
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.values import (
    UNKNOWN,
    Asset,
    Secret,
    decode,
    encode,
    has_secret,
    has_unknown,
    kept_secret,
    reveal,
    secret_at,
    secret_texts,
    top_level,
    without_secrets,
)

leaves = (
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**50), max_value=2**50)
    | st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not number.is_integer())
    | st.text(max_size=5)
    | st.just(UNKNOWN)
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(min_size=1, max_size=5), inner, max_size=3)
        | st.builds(Secret, inner)
    ),
    max_leaves=10,
)


@settings(deadline=None, derandomize=True, database=None)
@given(st.dictionaries(st.text(min_size=1, max_size=5), values.filter(lambda value: value is not None), max_size=4))
def test_properties_come_back_from_the_wire_as_they_went(properties: dict[str, object]) -> None:
    assert decode(encode(properties)) == properties


def test_a_property_that_is_none_is_left_out_and_one_deeper_down_is_null() -> None:
    assert decode(encode({"a": None, "b": {"c": None}})) == {"b": {"c": None}}


def test_whole_numbers_are_ints() -> None:
    assert [type(number) for number in decode(encode({"n": [1.0, 1.5]}))["n"]] == [int, float]


def test_an_asset_keeps_the_engine_s_description_of_it() -> None:
    signature = "4dabf18193072939515e22adb298388d"
    asset = Asset({signature: "c44067f5952c0a294b673a41bacd8c17", "text": "hello"})
    assert decode(encode({"a": asset})) == {"a": asset}


def test_an_object_with_another_signature_is_an_object() -> None:
    properties = {"a": {"4dabf18193072939515e22adb298388d": "some other kind", "text": "hello"}}
    assert decode(encode(properties)) == properties


def test_what_has_no_wire_form_is_told_by_its_type_alone() -> None:
    with pytest.raises(TypeError, match="no wire form for a set"):
        encode({"a": {"hush"}})


def test_a_value_without_a_kind_is_nothing() -> None:
    struct = struct_pb2.Struct()
    struct.fields["a"].SetInParent()
    assert decode(struct) == {"a": None}


def test_secrets_are_looked_through_at_any_depth() -> None:
    assert reveal({"a": [Secret({"b": Secret("c")})], "d": 1}) == {"a": [{"b": "c"}], "d": 1}


def test_a_secret_never_shows_itself() -> None:
    assert "hush" not in repr({"a": Secret("hush")})
    assert repr(UNKNOWN) == "UNKNOWN"


@pytest.mark.parametrize("value", [UNKNOWN, [1, UNKNOWN], {"a": {"b": UNKNOWN}}, Secret([UNKNOWN])])
def test_an_unknown_is_found_at_any_depth(value: object) -> None:
    assert has_unknown(value)
    assert not has_unknown({"a": [1, Secret("b")]})


def test_the_texts_of_secrets_are_found_at_any_depth() -> None:
    value = {"a": Secret({"b": ["one", 2, True]}), "c": ["plain", Secret("two")], "d": Secret("")}
    assert secret_texts(value) == {"one", "two"}


def test_what_holds_a_secret_text_becomes_secret_and_a_short_one_only_as_a_whole() -> None:
    texts = frozenset({"hush-hush", "x"})
    value = {"a": "see hush-hush there", "b": ["x", "xyz"], "c": 1}
    assert kept_secret(value, texts) == {"a": Secret("see hush-hush there"), "b": [Secret("x"), "xyz"], "c": 1}
    assert kept_secret(value, frozenset()) == value


def test_messages_are_told_without_secrets_also_quoted_and_escaped_ones() -> None:
    texts = frozenset({"two\nlines", "abc"})
    assert without_secrets("got 'two\\nlines', 'abc', abcd and two\nlines", texts) == (
        "got [secret], [secret], abcd and [secret]"
    )


def test_a_secret_is_found_where_it_stands_lies_or_is_held() -> None:
    values = {"a": Secret("x"), "b": [{"c": Secret("x"), "d": 1}], "e": {"f.g": Secret({"h": "x"}), "i": 1}, "j": 1}
    for path in ("a", "b", "b[0]", "b[0].c", "e", 'e["f.g"]', 'e["f.g"].h'):
        assert secret_at(values, path), path
    for path in ("b[0].d", "e.i", "j"):
        assert not secret_at(values, path), path


def test_a_path_that_leads_nowhere_counts_by_how_far_it_goes() -> None:
    assert secret_at({"a": {"b": Secret("x")}}, "a.missing")
    assert secret_at({"a": [Secret("x")]}, "a[7]")
    assert not secret_at({"a": {"b": 1}, "c": Secret("x")}, "a.missing")
    assert not secret_at({"c": Secret("x")}, "missing"), "nothing of it is there"


def test_the_top_of_a_path_is_its_first_name() -> None:
    assert [top_level(path) for path in ("a", "a.b[0]", "a[0].b", "")] == ["a", "a", "a", ""]


def test_what_holds_a_secret_is_told_from_what_does_not() -> None:
    assert has_secret({"a": [1, {"b": Secret(1)}]})
    assert not has_secret({"a": [1, {"b": UNKNOWN}]})
