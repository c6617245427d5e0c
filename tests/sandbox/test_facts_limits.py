"""Limits, patterns and relations, one by one: what each refuses, and the nearest thing that passes."""

from typing import Any

import pytest

from sandbox import facts
from sandbox.facts.addresses import is_address_or_network, is_network, is_network_or_name, is_port_range
from sandbox.facts.limits import is_arn, is_json, limits_of
from sandbox.facts.paths import State, below, every, join, split, state
from sandbox.facts.patterns import compiled
from sandbox.values import UNKNOWN, Asset, Secret


def type_facts(properties: dict[str, Any], *checks: dict[str, Any]) -> facts.TypeFacts:
    sourced = {path: {"source": "provider", **entry} for path, entry in properties.items()}
    return facts.TypeFacts(
        "aws:x/y:Y", sourced, tuple({"source": "provider", **c} for c in checks), {"provider": "y.go"}
    )


def problems(properties: dict[str, Any], inputs: dict[str, Any], *checks: dict[str, Any]) -> list[str]:
    return [str(problem) for problem in facts.judge(type_facts(properties, *checks), inputs)]


@pytest.mark.parametrize(
    ("fact", "good", "bad"),
    [
        ({"enum": ["a", "b"]}, "a", "A"),
        ({"enum": ["a", "b"], "anyCase": "check"}, "A", "c"),
        ({"enum": [60, 600]}, 60, 61),
        ({"enum": [60, 600]}, "60", "sixty"),
        ({"enum": ["443"]}, 443, 80),
        ({"enum": [1]}, 1.0, True),
        ({"pattern": "^a+$"}, "aa", "aa\n"),
        ({"pattern": "^a+$"}, 5, "b"),
        ({"minLength": 2, "maxLength": 3}, "abc", "abcd"),
        ({"minLength": 2}, "ab", "a"),
        ({"maxLength": 2}, "", "abc"),
        ({"minLength": 2, "maxLength": 2}, "ab", "a"),
        ({"range": [1, 5]}, 5, 6),
        ({"range": [None, 5]}, -100, 5.5),
        ({"range": [1, None]}, "7", "0"),
        ({"range": [1, 5]}, "word", 0),
        ({"minItems": 1, "maxItems": 2}, [1], []),
        ({"maxItems": 1}, {"an": "object", "of": "two keys"}, [1, 2]),
        ({"keys": "^[a-z]+$", "keysSay": "small letters"}, {"a": 1}, {"A": 1}),
        ({"maxKeys": 1}, {"a": 1}, {"a": 1, "b": 2}),
        ({"keysApart": "letter case"}, {"a": 1, "b": 1}, {"a": 1, "A": 1}),
        ({"keysApart": "letter case"}, "text", {"ab": 1, "c": 1, "aB": 1}),
        ({"prefixLengths": {"4": [8, 24]}}, "10.0.0.0/8", "10.0.0.0/25"),
        ({"prefixLengths": {"4": [8, 24]}}, ["fd00::/127", "ten"], ["10.0.0.0/16", "0.0.0.0/7"]),
        ({"prefixLengths": {"6": [64, 64]}}, 5, "fd00::/63"),
        ({"outside": ["127.0.0.0/8"]}, ["126.0.0.0/8", "::/0", "ten"], ["10.0.0.0/8", "127.1.0.0/16"]),
        ({"outside": ["127.0.0.0/8"]}, "128.0.0.0/8", "0.0.0.0/0"),
        ({"world": "aws/regions"}, "eu-west-1", "EU-WEST-1"),
        ({"world": "aws/regions"}, 5, "eu-nowhere-1"),
        ({"world": "azure-native/service_endpoints"}, "microsoft.storage", "Microsoft.Stores"),
    ],
)
def test_a_limit_takes_what_fits_and_refuses_what_does_not(fact: dict[str, Any], good: Any, bad: Any) -> None:
    assert problems({"p": fact}, {"p": good}) == []
    assert len(problems({"p": fact}, {"p": bad})) == 1


def test_an_open_enum_refuses_nothing() -> None:
    assert problems({"p": {"enum": ["a"], "enumOpen": True}}, {"p": "z"}) == []


@pytest.mark.parametrize("value", ["10.0.0.0/16", "::/0", ["10.0.0.0/8", "fd00::/8"], UNKNOWN, 5])
def test_a_network_is_written_at_its_own_address(value: Any) -> None:
    assert is_network(value) is None


@pytest.mark.parametrize("value", ["10.0.0.1/16", "10.0.0.0", "ten", ["10.0.0.0/8", "10.0.0.1/8"]])
def test_what_is_no_network_is_refused(value: Any) -> None:
    assert is_network(value)


def test_azure_takes_a_tag_an_address_or_a_network() -> None:
    assert all(
        is_network_or_name(value) is None for value in ("*", "VirtualNetwork", "10.0.0.4", "fd00::1", "10.0.0.0/8")
    )
    assert all(is_network_or_name(value) for value in ("10.0.0.1/8", "10.0.0.256", "fd00::1/8", "Nonsense", ""))
    assert is_network_or_name(5) is None


def test_azure_s_lists_take_an_address_or_a_network_and_no_tag() -> None:
    assert all(is_address_or_network(value) is None for value in ("10.0.0.4", "fd00::1", "10.0.0.0/8", UNKNOWN))
    assert all(is_address_or_network(value) for value in ("*", "VirtualNetwork", "Storage.WestEurope", "10.0.0.1/8"))


def test_azure_takes_ports_that_go_upwards() -> None:
    assert all(is_port_range(value) is None for value in ("*", "0", "65535", "80-443", "80-80", 443))
    assert all(
        is_port_range(value) for value in ("", "http", "65536", "443-80", "80-", "-80", "1-2-3", "80,443", "\u0661")
    )


@pytest.mark.parametrize(
    "value",
    ["", "arn:aws:s3:::bucket", "arn:aws-cn:iam::123456789012:role/a", "arn:aws:iam::aws:policy/ReadOnlyAccess", 5],
)
def test_an_arn_has_six_parts(value: Any) -> None:
    assert is_arn(value) is None


@pytest.mark.parametrize(
    "value",
    ["bucket", "arn:aws:s3", "arn:aws:::x", "arn:aws:ec2:europe:1:x", "arn:azure:s3:::b", "arn:aws:iam::12:role/a"],
)
def test_what_is_no_arn_is_refused(value: str) -> None:
    assert is_arn(value)


def test_json_is_read_and_other_text_refused() -> None:
    assert is_json('{"a": 1}') is None
    assert is_json({"a": 1}) is None
    assert "JSON" in (is_json("{a: 1}") or "")


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"^[[:alpha:]]+\z", "abc", "abc1"),
        (r"^[\p{L}\p{Z}\p{N}_-]+$", "Größe 1", "a/b"),
        (r"^\p{N}+$", "12", "a"),
        (r"^\pL+$", "ab", "1"),
        (r"^(?i)abc$", "ABC", "ab"),
        (r"^[]a]+$", "]a", "b"),
        (r"^[^]a]+$", "b", "]"),
        (r"^[[a]+$", "[a", "b"),
        (r"^\x{41}$", "A", "B"),
        (r"^\x{1F600}$", "\N{GRINNING FACE}", "B"),
        (r"^[\w$]+$", "a$", "ä"),
    ],
)
def test_a_vendors_pattern_means_the_same_in_python(pattern: str, good: str, bad: str) -> None:
    assert compiled(pattern).search(good)
    assert not compiled(pattern).search(bad)


def test_a_pattern_that_python_does_not_have_is_an_error() -> None:
    with pytest.raises(Exception, match="no such category"):
        compiled(r"\p{Greek}")


def test_a_problem_names_the_place_and_never_a_secret() -> None:
    properties = {"p[].q": {"maxLength": 3}, "m{}": {"enum": ["a"]}, "s": {"sensitive": True, "maxLength": 2}}
    found = problems(properties, {"p": [{"q": "abc"}, Secret({"q": "hush!"})], "m": {"k.1": "b"}, "s": "hush!"})
    assert found == [
        "p[1].q: must be at most 3 characters and not 5, not the secret value given [y.go]",
        'm["k.1"]: must be one of a, not "b" [y.go]',
        "s: must be at most 2 characters and not 5, not the secret value given [y.go]",
    ]


def test_a_long_value_is_cut_in_its_message() -> None:
    (message,) = problems({"p": {"maxLength": 3}}, {"p": "x" * 500})
    assert len(message) < 250
    assert "(502 characters)" in message


def test_unknown_values_and_assets_judge_nothing() -> None:
    properties = {"p": {"enum": ["a"]}, "q": {"exactlyOneOf": ["q", "r"]}, "r": {"exactlyOneOf": ["q", "r"]}}
    assert problems(properties, {"p": UNKNOWN, "q": UNKNOWN}) == []
    assert problems(properties, {"p": Secret(UNKNOWN), "q": 1, "r": UNKNOWN}) == []
    assert problems({"p": {"maxLength": 1}}, {"p": Asset({})}) == []


RELATED: dict[str, Any] = {
    "a": {"conflictsWith": ["b"]},
    "c": {"requiredWith": ["d", "e.f"]},
    "l[].x": {"exactlyOneOf": ["l[].x", "l[].y"]},
    "l[].y": {"exactlyOneOf": ["l[].x", "l[].y"]},
    "o.x": {"atLeastOneOf": ["o.x", "o.y"]},
    "n": {"conflictsWith": ["l[].z"]},
}


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"a": 1}, []),
        ({"a": 1, "b": 2}, ["a: can't be set together with b"]),
        ({"a": 1, "b": []}, []),
        ({"a": 1, "b": None}, []),
        ({"c": 1, "d": 1, "e": {"f": UNKNOWN}}, []),
        ({"c": 1, "e": {}}, ["c: needs d, e.f to be set as well"]),
        ({"l": [{"x": 1}, {"y": 1}]}, []),
        ({"l": [{"x": 1}, {}]}, ["l[1]: exactly one of x, y must be set, and none is"]),
        ({"l": [{"x": 1, "y": 1}]}, ["l[0].y: only one of x, y may be set, and x, y are"]),
        ({"o": {"z": 1}}, ["o: at least one of x, y must be set, and none is"]),
        ({"o": {"x": 1, "y": 1}}, []),
        ({}, []),
        ({"n": 1, "l": [{"x": 1, "z": 1}]}, ["n: can't be set together with l[].z"]),
        ({"n": 1, "l": [{"x": 1}]}, []),
    ],
)
def test_a_relation_is_judged_in_the_object_that_holds_it(inputs: dict[str, Any], expected: list[str]) -> None:
    assert [message.removesuffix(" [y.go]") for message in problems(RELATED, inputs)] == expected


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        ({"when": {"t": ["a"]}, "need": ["n"]}, {"t": "b"}, {"t": "a"}),
        ({"when": {"t": ["a"]}, "refuse": ["n"]}, {"t": "a"}, {"t": "a", "n": 1}),
        ({"when": {"t": {"not": ["a"]}}, "need": ["n"]}, {}, {"t": "b"}),
        ({"when": {"t": "set"}, "need": ["n"]}, {"t": UNKNOWN}, {"t": 1}),
        ({"when": {"t": "unset"}, "need": ["n"]}, {"t": 1}, {}),
        ({"when": {"d": ["x"]}, "need": ["n"]}, {"d": "y"}, {}),
        ({"when": {"t": ["a"]}, "needOne": ["n", "m"]}, {"t": "a", "m": 1}, {"t": "a"}),
        ({"is": {"n": [True]}}, {"n": UNKNOWN}, {"n": False}),
        ({"not": {"n": ["local"]}}, {"n": "other"}, {"n": "local"}),
        ({"match": {"n": "^a"}}, {"n": "ab"}, {"n": "ba"}),
        ({"range": {"n": [1, 2]}}, {"n": 2}, {"n": 3}),
        ({"order": ["n", "m"]}, {"n": 1, "m": 1}, {"n": 2, "m": 1}),
        ({"order": ["n", "m"]}, {"n": 2, "m": UNKNOWN}, {"n": 2, "m": 1}),
        (
            {"unique": {"n": ["k"]}},
            {"n": [{"k": UNKNOWN}, {"k": UNKNOWN}, {"k": "a"}]},
            {"n": [{"k": "a"}, {"k": "A"}]},
        ),
        ({"disjoint": ["n"]}, {"n": ["10.0.0.0/9", "10.128.0.0/9", "::/0"]}, {"n": ["10.0.0.0/8", "10.1.0.0/16"]}),
        ({"disjoint": ["n"]}, {"n": ["rubbish", UNKNOWN]}, {"n": ["10.0.0.0/8", Secret("10.1.0.0/16")]}),
        ({"each": "l[]", "need": ["n"]}, {"l": [{"n": 1}]}, {"l": [{"m": 1}]}),
    ],
)
def test_a_check_holds_or_says_why_not(check: dict[str, Any], good: dict[str, Any], bad: dict[str, Any]) -> None:
    properties = {"d": {"default": "x"}}
    assert problems(properties, good, {**check, "says": "so it is"}) == []
    (message,) = problems(properties, bad, {**check, "says": "so it is"})
    assert "so it is: " in message


def test_a_check_never_shows_a_secret() -> None:
    check = {"match": {"n.m": "^a"}, "says": "so it is"}
    for hidden in ({"n": {"m": Secret("hush!")}}, {"n": Secret({"m": "hush!"})}):
        (message,) = problems({}, hidden, check)
        assert "hush" not in message
    nested = {"each": "l[]", "match": {"m": "^a"}, "says": "so it is"}
    (message,) = problems({}, {"l": Secret([{"m": "hush!"}])}, nested)
    assert "hush" not in message


def test_paths_are_cut_and_joined() -> None:
    assert split("a.b[].c{}.d") == ("a", "b", "[]", "c", "{}", "d")
    assert join(split("a.b[].c{}.d")) == "a.b[].c{}.d"
    assert below("", "a") == "a"
    assert below("a", "b c") == 'a["b c"]'


def test_a_place_may_be_there_absent_or_open() -> None:
    inputs = {"l": [{"x": None}, {"x": UNKNOWN}], "m": {"a": {"x": 1}}, "s": Secret({"x": 1})}
    assert state(inputs, split("l[].x")) is State.OPEN
    assert state(inputs, split("m{}.x")) is State.PRESENT
    assert state(inputs, split("m{}.y")) is State.ABSENT
    assert state(inputs, split("s.x")) is State.PRESENT
    assert state({"a": UNKNOWN}, split("a.b")) is State.OPEN
    assert state({"a": 5}, split("a.b")) is State.ABSENT
    assert list(every(inputs, split("m{}.x"))) == [("m.a.x", 1)]


def test_limits_are_named_by_the_key_that_asks_for_them() -> None:
    assert [name for name, _ in limits_of({"enum": ["a"], "arn": True, "minItems": 1})] == ["enum", "maxItems", "arn"]
