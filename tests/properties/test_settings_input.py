"""Whatever a stack file holds, the answer is settings or a list of mistakes: never a traceback, never a secret."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from settings import Settings, SettingsError, from_config
from settings.domain_types import Model
from settings.judging import Draft, judge
from settings.keys import SECTION_KEYS
from settings.model import SECTIONS
from settings.reading import UnreadableError, parse, read
from settings.stackfile import judge_file
from tests.unit.settings_files import ROOT, STACKS, key_paths, renamed, spoken

CONTENTS: dict[str, Any] = {stack: read(ROOT / f"Pulumi.{stack}.yaml") for stack in STACKS}
SECRET = "s3cr3t-value"

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def _fields(model: type[Model], *path: str) -> Iterator[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        yield (*path, name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, Model):
            yield from _fields(field.annotation, *path, name)


FIELDS = [
    path
    for key, (_, model) in zip(SECTION_KEYS, SECTIONS.values(), strict=True)
    for path in _fields(model, "config", key)
]
"""Every key that a stack file may have, whether one of ours has it or not."""

places = st.sampled_from([(stack, path) for stack in STACKS for path in key_paths(CONTENTS[stack])])


def _changed(stack: str, path: tuple[str, ...], value: Any) -> dict[str, Any]:
    content = json.loads(json.dumps(CONTENTS[stack]))
    place = content
    for key in path[:-1]:
        place = place.setdefault(key, {})
    place[path[-1]] = value
    return content


@given(places, anything)
def test_any_value_anywhere_is_taken_or_refused_with_its_file(place: tuple[str, tuple[str, ...]], value: Any) -> None:
    stack, path = place
    draft = judge_file(stack, _changed(stack, path, value))
    assert isinstance(draft, Draft)
    for fault in draft.faults:
        assert fault.file == f"Pulumi.{stack}.yaml"
        assert fault.message
        assert "\n" not in str(fault), "one mistake, one line"


@given(st.sampled_from(STACKS), st.sampled_from(FIELDS), anything)
@settings(max_examples=300)
def test_any_value_for_a_key_that_no_file_writes_is_taken_or_refused(
    stack: str, path: tuple[str, ...], value: Any
) -> None:
    draft = judge_file(stack, _changed(stack, path, value))
    assert "\n" not in "".join(map(str, draft.faults)), "one mistake, one line"
    assert len({str(fault) for fault in draft.faults}) == len(draft.faults), "one mistake, one line"


@given(places, st.text(min_size=1, max_size=20))
def test_any_other_name_for_a_key_is_refused_by_that_name(place: tuple[str, tuple[str, ...]], name: str) -> None:
    stack, path = place
    assume(name not in json.dumps(list(key_paths(CONTENTS[stack]))))
    assume(name.isascii() and name.isalnum())
    assume(name not in ("encryptedkey", "encryptionsalt"))
    known = {field for part in judge(stack, CONTENTS[stack]["config"]).known for field in part.split(".")}
    assume(name not in known)
    draft = judge_file(stack, renamed(CONTENTS[stack], path, name))
    assert spoken([*path[:-1], name]) in {fault.path for fault in draft.faults}


@given(places)
def test_an_encrypted_value_in_the_wrong_place_is_never_shown(place: tuple[str, tuple[str, ...]]) -> None:
    stack, path = place
    draft = judge_file(stack, _changed(stack, path, {"secure": SECRET}))
    assert draft.faults
    assert SECRET not in str(SettingsError(draft.faults))


@given(places, st.sampled_from([SECRET, {"secure": SECRET}, [SECRET]]))
def test_the_value_of_an_unknown_key_is_never_shown(place: tuple[str, tuple[str, ...]], value: Any) -> None:
    stack, path = place
    draft = judge_file(stack, _changed(stack, (*path[:-1], "password"), value))
    assert draft.faults
    assert SECRET not in str(SettingsError(draft.faults))


@given(
    st.dictionaries(
        st.text(max_size=12) | st.sampled_from(["erp:aws", "erp:stack", "erp:network"]), anything, max_size=4
    )
)
def test_any_configuration_gives_settings_or_a_settings_error(values: dict[str, Any]) -> None:
    try:
        found: object = from_config("dev", values)
    except SettingsError as error:
        found = error
    assert isinstance(found, Settings) or str(found)


@given(st.text(alphabet=st.sampled_from("ab:-[]{},'\"|>&*!%#? \n\t\\x0~"), max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    said = ""
    try:
        parse(text)
    except UnreadableError as error:
        said = str(error)
    assert "\n" not in said


@given(st.integers(0, 2**32), places)
@settings(max_examples=200)
def test_a_slip_of_one_letter_in_a_key_is_refused_by_its_path(seed: int, place: tuple[str, tuple[str, ...]]) -> None:
    stack, path = place
    key = path[-1]
    dice = random.Random(seed)
    at = dice.randrange(len(key))
    letter = dice.choice("abcdefghijklmnopqrstuvwxyz")
    slip = dice.choice((key[:at] + key[at + 1 :], key[:at] + letter + key[at:], key[:at] + letter + key[at + 1 :]))
    assume(slip not in (key, ""))
    draft = judge_file(stack, renamed(CONTENTS[stack], path, slip))
    assert spoken([*path[:-1], slip]) in {fault.path for fault in draft.faults}
