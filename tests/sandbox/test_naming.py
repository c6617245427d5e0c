"""Names that the providers make up."""

import re

import pytest

from sandbox.naming import AUTONAMES, AutoName, autoname, deletes_first, from_prefix
from sandbox.problems import Problem
from sandbox.values import Secret
from tests.sandbox.offline import (
    ALIAS,
    AZURE_SUBNET,
    BUCKET,
    GROUP,
    LOG_GROUP,
    NETWORK,
    RESOURCE_GROUP,
    ROLE,
    VPC,
    ZONE,
    Caller,
)


@pytest.mark.parametrize(
    ("token", "logical", "form"),
    [
        (ROLE, "Network-Writer", r"Network-Writer-[0-9a-f]{7}"),
        (ALIAS, "data", r"alias/data-[0-9a-f]{7}"),
        (BUCKET, "Assets", r"assets-[0-9a-f]{7}"),
        (RESOURCE_GROUP, "recovery-group", r"recovery-group[0-9a-f]{8}"),
        (AZURE_SUBNET, "apps", r"apps"),
    ],
)
def test_a_name_has_the_provider_s_form(token: str, logical: str, form: str) -> None:
    named, problems = autoname(token, logical, b"seed", {}, {})
    assert problems == []
    assert re.fullmatch(form, named[AUTONAMES[token].property])


def test_another_seed_makes_another_name_and_a_name_once_made_is_kept() -> None:
    first, _ = autoname(ROLE, "r", b"one", {}, {})
    second, _ = autoname(ROLE, "r", b"two", {}, {})
    assert first != second
    assert autoname(ROLE, "r", b"two", {}, first) == (first, [])
    assert autoname(ROLE, "r", b"two", {}, {"name": Secret("kept")}) == ({"name": "kept"}, [])


def test_a_name_that_is_given_or_has_a_beginning_or_belongs_to_no_rule_is_left_alone() -> None:
    for token, inputs in ((ROLE, {"name": "mine"}), (ROLE, {"namePrefix": "mine-"}), (VPC, {}), (ZONE, {})):
        assert autoname(token, "r", b"seed", inputs, {}) == (inputs, [])


@pytest.mark.parametrize("token", [token for token, rule in AUTONAMES.items() if rule.digits])
def test_the_longest_name_passes_and_one_letter_more_does_not(token: str) -> None:
    rule = AUTONAMES[token]
    room = rule.maximum - len(rule.prefix) - len(rule.separator) - rule.digits
    assert autoname(token, "x" * room, b"seed", {}, {})[1] == []
    (problem,) = autoname(token, "x" * (room + 1), b"seed", {}, {})[1]
    assert problem.path == rule.property
    assert "failed to make unique name" in problem.message
    assert f"longer than the maximum of {rule.maximum}" in problem.message


def test_a_name_that_is_too_long_is_told_by_the_check(aws: Caller) -> None:
    answer = aws.check(ROLE, {"assumeRolePolicy": "{}"}, "x" * 60)
    assert "name" in {problem.path for problem in answer.problems}


def test_the_beginning_of_a_name_gets_twenty_six_characters_and_an_update_keeps_them(aws: Caller) -> None:
    group = aws.make(LOG_GROUP, namePrefix="flow-")
    assert re.fullmatch(r"flow-[0-9a-f]{26}", group.id)
    assert group.properties["name"] == group.id
    changed = aws.update(group, retentionInDays=30)
    assert changed.properties["name"] == group.id
    assert aws.changes(changed) == {}


def test_a_beginning_makes_no_name_where_there_is_one_or_no_rule() -> None:
    def digits(count: int) -> str:
        return "0" * count

    assert from_prefix(ROLE, {"name": "a", "namePrefix": "b"}, None, digits) == {}
    assert from_prefix(VPC, {"namePrefix": "b"}, None, digits) == {}
    assert from_prefix(AZURE_SUBNET, {"namePrefix": "b"}, None, digits) == {}
    assert from_prefix(ROLE, {"namePrefix": "b-"}, None, digits) == {"name": "b-" + "0" * 26}
    assert from_prefix(ROLE, {"namePrefix": "b-"}, {"name": "b-1"}, digits) == {"name": "b-1"}


def test_a_replacement_creates_first_only_where_the_name_was_made_up() -> None:
    for token in (ROLE, GROUP, NETWORK):
        made, _ = autoname(token, "r", b"seed", {}, {})
        assert not deletes_first(token, "r", made), token
        assert deletes_first(token, "r", {AUTONAMES[token].property: "mine"}), token
    assert deletes_first(AZURE_SUBNET, "apps", {"subnetName": "apps"}), "a copied name is taken"
    assert not deletes_first(VPC, "v", {"cidrBlock": "10.0.0.0/16"}), "nothing is named"
    assert not deletes_first(ROLE, "r", {"namePrefix": "mine-"})
    assert deletes_first("azure-native:network:PublicIPAddress", "p", {"publicIpAddressName": "p"})


def test_a_rule_without_digits_copies_the_name() -> None:
    assert AutoName("n", 5, digits=0).make("abc", b"") == "abc"
    assert isinstance(AutoName("n", 2, digits=0).make("abc", b""), Problem)
