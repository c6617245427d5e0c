"""Three-valued reads, and from the SDK's proxies to plain data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pulumi
import pytest
from guardrails.adapter import resource_from
from guardrails.configuration import PackError, load_settings
from guardrails.declare import Environment
from guardrails.iam import statements
from guardrails.model import Resource, Urn
from guardrails.networks import is_open
from guardrails.values import ABSENT, UNKNOWN, IllTypedError, Node, Watch, all_of, any_of
from pulumi_policy import PolicyResourceOptions, ResourceValidationArgs
from pulumi_policy.policy import PolicyCustomTimeouts
from pulumi_policy.proxy import (
    UNKNOWN_ARRAY_VALUE,
    UNKNOWN_BOOLEAN_VALUE,
    UNKNOWN_NUMBER_VALUE,
    UNKNOWN_OBJECT_VALUE,
    UNKNOWN_STRING_VALUE,
    unknown_checking_proxy,
)

from tests.policies.harness import DATA


def node(value: Any) -> Node:
    return Node("here", value, Watch())


def through_the_sdk(props: dict[str, Any]) -> Resource:
    options = PolicyResourceOptions(False, [], None, [], PolicyCustomTimeouts(0, 0, 0), [])
    args = ResourceValidationArgs(
        "t:i:T", unknown_checking_proxy(props), "urn:pulumi:s::p::t:i:T::n", "n", options, None
    )
    return resource_from(args)


def test_the_sdk_s_proxies_become_plain_data_with_unknowns_in_place() -> None:
    asset = pulumi.StringAsset("text")
    resource = through_the_sdk(
        {
            "flag": UNKNOWN_BOOLEAN_VALUE,
            "whole": 3.0,
            "part": 3.5,
            "none": None,
            "asset": asset,
            "list": [UNKNOWN_NUMBER_VALUE, 1.0, None, {"deep": UNKNOWN_STRING_VALUE, "known": "x"}],
            "maps": {"array": UNKNOWN_ARRAY_VALUE, "object": UNKNOWN_OBJECT_VALUE, "none": None},
        }
    )

    assert resource.raw == {
        "flag": UNKNOWN,
        "whole": 3,
        "part": 3.5,
        "asset": asset,
        "list": [UNKNOWN, 1, ABSENT, {"deep": UNKNOWN, "known": "x"}],
        "maps": {"array": UNKNOWN, "object": UNKNOWN},
    }


def test_a_read_knows_its_path_and_records_each_unknown() -> None:
    watch = Watch()
    resource = through_the_sdk({"a": [{"b": UNKNOWN_STRING_VALUE}], "c": UNKNOWN_OBJECT_VALUE}).watched_by(watch)

    (first,) = resource.read("a").items()

    assert (first.at("b").path, first.at("b").text()) == ("a[0].b", None)
    assert resource.read("c", "d", "e").is_unknown
    assert [item.is_unknown for item in resource.read("c").items()] == [True]
    assert list(resource.read("c").entries()) == []
    assert resource.read("z", "y").is_absent
    assert watch.unknowns == {"a[0].b", "c", "c.d", "c.d.e"}


@pytest.mark.parametrize(
    ("read", "value", "known"),
    [("flag", True, True), ("flag", "false", False), ("text", "x", "x"), ("number", 7, 7), ("number", 1.5, 1.5)],
)
def test_a_read_is_known_absent_or_unknown(read: str, value: Any, known: Any) -> None:
    default = object()

    assert getattr(node(value), read)() == known
    assert getattr(node(ABSENT), read)() is None
    assert getattr(node(ABSENT), read)(default=default) is default
    assert getattr(node(UNKNOWN), read)(default=default) is None


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        ("flag", "yes", "a boolean"),
        ("flag", 1, "a boolean"),
        ("text", 1, "a string"),
        ("number", True, "a number"),
        ("number", "7", "a number"),
        ("items", "x", "a list"),
        ("entries", "x", "an object"),
        ("parsed", "{", "a JSON document"),
    ],
)
def test_a_value_of_another_kind_is_refused_with_its_path(read: str, value: Any, expected: str) -> None:
    with pytest.raises(IllTypedError, match=f"^here: expected {expected}$"):
        list(getattr(node(value), read)() or ())


def test_nothing_is_read_below_a_value_that_has_no_parts() -> None:
    with pytest.raises(IllTypedError, match=r"^here: expected an object$"):
        node("text").at("part")


@pytest.mark.parametrize(("value", "shown"), [(ABSENT, "not set"), (UNKNOWN, "not known yet"), ("x", '"x"'), (1, "1")])
def test_a_value_is_shown_as_people_write_it(value: Any, shown: str) -> None:
    assert node(value).shown() == shown


def test_a_document_is_read_as_text_or_object_and_its_nulls_are_left_out() -> None:
    text = node('{"Statement": {"Effect": "Allow", "Condition": null, "Number": 1.0, "Flag": true}}')

    (statement,) = statements(text)

    assert statement.node.raw == {"Effect": "Allow", "Number": 1, "Flag": True}
    assert [list(statements(node(value))) for value in (ABSENT, UNKNOWN)] == [[], []]


def test_a_range_that_is_none_is_refused() -> None:
    with pytest.raises(IllTypedError, match=r"^here: expected an address range$"):
        is_open(node("10.0.0.0/99"), ())


@pytest.mark.parametrize(
    ("cidr", "is_internet"),
    [
        ("0.0.0.0/0", True),
        ("64.0.0.0/2", True),
        ("3.0.0.0/8", True),
        ("20.0.0.0/15", True),
        ("20.0.0.0/16", False),
        ("198.51.100.7", False),
        ("10.0.0.0/8", False),
        ("10.1.2.3/8", False),
        ("8.0.0.0/6", True),
        ("172.16.0.0/12", False),
        ("172.0.0.0/8", True),
        ("100.64.0.0/10", False),
        ("104.16.0.0/13", False),
        ("104.16.0.0/12", True),
        ("::/0", True),
        ("2000::/3", True),
        ("2001:db8::/32", False),
        ("fd00::/16", False),
        ("2a06:98c0::/29", False),
        ("2a06:98c0::/28", True),
    ],
)
def test_the_internet_is_any_public_range_that_is_wide_and_not_named(cidr: str, is_internet: bool) -> None:
    assert is_open(node(cidr), load_settings(DATA / "settings.yaml").wide_ranges) is is_internet


@pytest.mark.parametrize(
    ("answers", "any_is", "all_are"),
    [
        ([], False, True),
        ([True, None], True, None),
        ([False, None], None, False),
        ([True, False], True, False),
        ([None], None, None),
    ],
)
def test_answers_are_joined_as_far_as_they_are_known(answers: list[Any], any_is: Any, all_are: Any) -> None:
    assert (any_of(answers), all_of(answers)) == (any_is, all_are)


@pytest.mark.parametrize(
    ("urn", "parts"),
    [
        ("urn:pulumi:prod::erp::a:b:C$d:e:F::name", Urn("prod", "erp")),
        ("urn:pulumi:*::erp::*", Urn("*", "erp")),
        ("", Urn("", "")),
    ],
)
def test_a_urn_tells_stack_and_project(urn: str, parts: Urn) -> None:
    assert Urn.parse(urn) == parts


def test_a_stack_is_the_environment_of_the_first_pattern_that_it_matches() -> None:
    settings = load_settings(DATA / "settings.yaml")

    judged = {name: settings.environment(name) for name in ("prod", "staging", "dev", "pr-3", "prod-2", "")}

    assert judged == {
        "prod": Environment.PROD,
        "staging": Environment.STAGING,
        "dev": Environment.DEV,
        "pr-3": Environment.DEV,
        "prod-2": Environment.PROD,
        "": Environment.PROD,
    }


def test_every_mistake_in_the_settings_is_named_at_once(tmp_path: Any) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text(
        "environments: {prod: [prod], staging: [], dev: dev, test: [test]}\n"
        "regions: europe\n"
        "required_tags: [Project, 7]\n"
        "log_retention_days: {prod: 0, staging: true, dev: 7}\n"
        "kms_deletion_window_days: {prod: 30}\n"
        "wide_ranges: [104.16.0.0/13, 10.0.0.1/8]\n"
        "quotas: {elastic-ips-per-region: 4, groups-per-interface: 17, elastic-ips: 6, vpcs-per-region: 6}\n"
        "surprise: 1\n"
    )

    with pytest.raises(PackError) as raised:
        load_settings(path)

    assert [line.removeprefix("settings.yaml: ") for line in str(raised.value).splitlines()] == [
        "settings.surprise: no such key",
        "settings.kms_rotation_days: is missing",
        "environments.test: no such key",
        "regions: expected an object with aws, azure",
        "environments.staging: expected a list of strings, at least one",
        "environments.dev: expected a list of strings, at least one",
        "regions.aws: expected a list of strings, at least one",
        "regions.azure: expected a list of strings, at least one",
        "required_tags: expected a list of strings, at least one",
        "log_retention_days.prod: expected a number of days above 0",
        "log_retention_days.staging: expected a number of days above 0",
        "kms_deletion_window_days.dev: is missing",
        "kms_deletion_window_days.staging: is missing",
        "kms_rotation_days: expected a number of days above 0",
        "wide_ranges: 10.0.0.1/8 has host bits set",
        "quotas.elastic-ips-per-region: expected a number of 5 or more",
        "quotas.groups-per-interface: AWS gives 16 at most",
        "quotas.elastic-ips: no such quota",
    ]


def test_wide_ranges_are_a_list_that_may_be_empty(tmp_path: Path) -> None:
    path, given = tmp_path / "settings.yaml", (DATA / "settings.yaml").read_text().partition("wide_ranges")[0]
    path.write_text(f"{given}wide_ranges: []\nquotas: {{}}\n")
    assert load_settings(path).wide_ranges == ()

    path.write_text(f"{given}wide_ranges: 10.0.0.0/8\nquotas: {{}}\n")
    with pytest.raises(PackError, match=r"^settings.yaml: wide_ranges: expected a list of address ranges$"):
        load_settings(path)
