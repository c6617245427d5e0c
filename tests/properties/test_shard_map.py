"""The shard map: what one map may become, compared with the rule said slot by slot."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.database.shard_map import (
    LIMIT_BYTES,
    Endpoints,
    Owned,
    Ownership,
    document,
    ownership_of,
    problems,
    slot_of,
)

SLOTS = 64
NAMES = [f"s{number}" for number in range(1, 8)]


@st.composite
def maps(draw: st.DrawFn) -> Ownership:
    """Some shards, in any order, that cover all slots."""
    cuts = sorted(draw(st.sets(st.integers(1, SLOTS - 1), max_size=5)))
    names = draw(st.permutations(NAMES))
    ranges = zip([0, *cuts], [*cuts, SLOTS], strict=True)
    return Ownership(SLOTS, {name: Owned(first, end - 1) for name, (first, end) in zip(names, ranges, strict=False)})


@st.composite
def splits(draw: st.DrawFn) -> tuple[Ownership, Ownership]:
    """A map, and one in which some shards have given an end of their range to a new one."""
    old = draw(maps())
    free = [name for name in NAMES if name not in old.shards]
    new = dict(old.shards)
    for shard, owned in old.shards.items():
        if free and owned.last > owned.first and draw(st.booleans()):
            cut = draw(st.integers(owned.first, owned.last - 1))
            lower, upper = Owned(owned.first, cut), Owned(cut + 1, owned.last)
            keeps_lower = draw(st.booleans())
            new[shard], new[free.pop()] = (lower, upper) if keeps_lower else (upper, lower)
    return old, Ownership(SLOTS, new)


def owners(ownership: Ownership) -> dict[int, list[str]]:
    return {
        slot: [shard for shard, owned in ownership.shards.items() if owned.first <= slot <= owned.last]
        for slot in range(ownership.slots)
    }


def allowed(old: Ownership, new: Ownership) -> bool:
    """The rule, slot by slot: all shards stay, each slot has one owner, and moves only to a new shard."""
    before, after = owners(old), owners(new)
    return old.shards.keys() <= new.shards.keys() and all(
        len(after[slot]) == 1 and (after[slot] == before[slot] or after[slot][0] not in old.shards) for slot in before
    )


@given(maps(), maps())
def test_what_is_refused_is_what_the_rule_forbids(old: Ownership, new: Ownership) -> None:
    assert (problems(old, new) == []) == allowed(old, new)


@given(splits())
def test_a_split_towards_new_shards_is_taken(pair: tuple[Ownership, Ownership]) -> None:
    assert problems(*pair) == []


@given(splits())
def test_a_merge_is_refused_with_the_shard_that_goes(pair: tuple[Ownership, Ownership]) -> None:
    old, new = pair
    gone = new.shards.keys() - old.shards.keys()
    found = problems(new, old)
    assert {shard for shard in gone if any(f"shard {shard} is gone" in problem for problem in found)} == gone


@given(maps())
def test_a_map_may_stay_as_it_is(ownership: Ownership) -> None:
    assert problems(ownership, ownership) == []


@pytest.mark.parametrize(
    ("shards", "said"),
    [
        ({"s1": Owned(0, 30), "s2": Owned(32, 63)}, "nobody owns the slots 31 to 31"),
        ({"s1": Owned(0, 31), "s2": Owned(31, 63)}, "slot 31 has two owners, s2 among them"),
        ({"s1": Owned(0, 31), "s2": Owned(32, 62)}, "nobody owns the slots 63 to 63"),
        ({"s1": Owned(0, 31), "s2": Owned(32, 64)}, "slot 64 has two owners, the end of all slots among them"),
        ({"s1": Owned(0, 31)}, "shard s2 is gone: a shard is only ever added, for its schools have no other home"),
        (
            {"s1": Owned(0, 40), "s2": Owned(41, 63)},
            "shard s1 would own 0 to 40 after 0 to 31: a range is only split towards a new shard",
        ),
    ],
)
def test_each_problem_is_named(shards: dict[str, Owned], said: str) -> None:
    old = Ownership(SLOTS, {"s1": Owned(0, 31), "s2": Owned(32, 63)})
    assert said in problems(old, Ownership(SLOTS, shards))


def test_the_number_of_slots_stays() -> None:
    old, new = Ownership(64, {"s1": Owned(0, 63)}), Ownership(128, {"s1": Owned(0, 127)})
    assert problems(old, new)[0] == "the number of slots is 64 for ever, not 128: another one moves every school"


@given(maps())
def test_a_document_says_who_owns_what_and_reads_back(ownership: Ownership) -> None:
    hosts = {shard: Endpoints(writer=f"{shard}.proxy", primary=f"{shard}.db", readers=()) for shard in ownership.shards}
    text = document(ownership, hosts, database="erp")
    assert ownership_of(text) == ownership
    assert json.loads(text)["version"] == len(ownership.shards)


@given(st.text(), st.integers(1, 4096))
def test_every_school_has_a_slot(school: str, slots: int) -> None:
    assert 0 <= slot_of(school, slots) < slots


def test_the_slot_of_a_school_is_fixed_for_ever() -> None:
    """Another hash would move every school: applications compute the same."""
    assert [slot_of(school, 4096) for school in ("1", "42", "b5f0c0de-0000-4000-8000-000000000001")] == SLOTS_OF_OLD


SLOTS_OF_OLD = [4023, 136, 11]


def test_a_map_that_no_parameter_holds_is_an_error() -> None:
    ownership = Ownership(SLOTS, {"s1": Owned(0, 63)})
    many = {"s1": Endpoints(writer="w", primary="p", readers=["r" * 100] * 90)}
    with pytest.raises(ValueError, match=f"a parameter holds {LIMIT_BYTES}"):
        document(ownership, many, database="erp")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1, "slots": 4, "shards": []}', '{"format": 2}', "null"])
def test_what_is_no_shard_map_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="shard map"):
        ownership_of(text)
