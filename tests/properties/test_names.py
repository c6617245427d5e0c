"""Physical names: within the cloud's rule, stable, and apart from each other."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from components.names import RESOURCE_GROUP, NameRule, physical

parts = st.lists(
    st.text("abcdefghijklmnopqrstuvwxyzABC0123456789-_. ", min_size=1, max_size=40), min_size=1, max_size=4
).filter(lambda found: all(re.search(r"[a-zA-Z0-9]", part) for part in found))
rules = st.builds(NameRule, maximum=st.integers(16, 90), separator=st.sampled_from(["-", ""]), digest=st.booleans())
generations = st.integers(1, 99)


@given(rule=rules, words=parts, generation=generations)
def test_a_name_keeps_to_its_rule(rule: NameRule, words: list[str], generation: int) -> None:
    name = physical(rule, *words, generation=generation)
    assert 1 <= len(name) <= rule.maximum
    assert re.fullmatch(rf"[a-z0-9]([a-z0-9{rule.separator}]*[a-z0-9])?", name)
    assert "--" not in name


@given(rule=rules, words=parts, generation=generations)
def test_the_same_parts_give_the_same_name(rule: NameRule, words: list[str], generation: int) -> None:
    assert physical(rule, *words, generation=generation) == physical(rule, *words, generation=generation)


@given(rule=rules, words=parts, one=generations, other=generations)
def test_another_generation_is_another_name(rule: NameRule, words: list[str], one: int, other: int) -> None:
    assume(one != other)
    assert physical(rule, *words, generation=one) != physical(rule, *words, generation=other)


@given(
    beginning=st.text("abc", min_size=30, max_size=30), one=st.text("xyz", min_size=1), other=st.text("xyz", min_size=1)
)
def test_names_that_are_cut_stay_apart(beginning: str, one: str, other: str) -> None:
    assume(one != other)
    rule = NameRule(maximum=24)
    assert physical(rule, beginning + one, generation=1) != physical(rule, beginning + other, generation=1)


def test_a_name_that_fits_is_readable_as_it_is() -> None:
    assert physical(RESOURCE_GROUP, "erp", "prod", "recovery", generation=2) == "erp-prod-recovery-g2"


def test_a_name_beyond_our_subscription_always_carries_a_digest() -> None:
    name = physical(NameRule(maximum=24, separator="", digest=True), "erp", "prod", "files", generation=1)
    assert re.fullmatch(r"erpprodfiles[0-9a-f]{8}g1", name)


@pytest.mark.parametrize("generation", [0, -1])
def test_a_generation_below_one_is_an_error(generation: int) -> None:
    with pytest.raises(ValueError, match="starts at 1"):
        physical(RESOURCE_GROUP, "erp", generation=generation)


@pytest.mark.parametrize("words", [[], ["erp", "--"], [""]])
def test_a_part_without_letters_or_digits_is_an_error(words: list[str]) -> None:
    with pytest.raises(ValueError, match="parts with letters or digits"):
        physical(RESOURCE_GROUP, *words, generation=1)
