"""Judges one stack's settings: each object by its model, then the rules across objects, all mistakes at once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError, create_model
from pydantic_core import ErrorDetails

from settings.domain_types import Model
from settings.errors import Fault, file_of
from settings.keys import CONFIG_KEYS, SECTION_KEYS, strangers
from settings.model import SECTIONS, Settings
from settings.rules import RULES
from settings.wording import guess, is_encrypted, named, not_an_object, object_of, owner_of, path_of, place_of, worded


@dataclass(frozen=True, slots=True)
class Draft:
    """What could be read of a stack, right or wrong.

    settings: complete when there are no faults; otherwise only the fields named in `known` may be read.
    known: the fields that are right, as "aws.region".
    """

    stack: str
    settings: Settings
    known: frozenset[str]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """One object of the stack file: what was right in it, and the messages with their places for the rest."""

    value: Model
    known: frozenset[str]
    wrong: tuple[tuple[tuple[int | str, ...], str], ...]


def judge(stack: str, values: Mapping[str, object]) -> Draft:
    """Read a stack's configuration, keyed as in the stack file (`erp:network`); of secrets only the names are read."""
    file = file_of(stack)
    unknown = dict(strangers(values))
    faults = [Fault(file, named(key), message) for key, message in unknown.items()]
    misspelt = {guess(key, CONFIG_KEYS) for key in unknown}
    parts: dict[str, Model] = {}
    known: set[str] = set()
    for key, (attribute, model) in zip(SECTION_KEYS, SECTIONS.values(), strict=True):
        if key in values:
            part = _read(model, values[key])
        elif key in misspelt:
            part = _Part(model.model_construct(), frozenset(), ())
        elif any(field.is_required() for field in model.model_fields.values()):
            part = _Part(model.model_construct(), frozenset(), (((), f"missing; allowed: {object_of(model).text}"),))
        else:
            part = _read(model, {})
        parts[attribute] = part.value
        known.update(f"{attribute}.{field}" for field in part.known)
        faults += [Fault(file, path_of(key, place), message) for place, message in part.wrong]
    settings = Settings.model_construct(None, stack=stack, **parts)
    for rule in RULES:
        if rule.needs <= known:
            faults += rule.check(settings)
    return Draft(stack, settings, frozenset(known), tuple(faults))


def _read(model: type[Model], value: object) -> _Part:
    if not isinstance(value, Mapping):
        return _Part(model.model_construct(), frozenset(), (((), not_an_object(value, object_of(model))),))
    given: dict[str, object] = dict(value)  # pyright: ignore[reportUnknownArgumentType] (keys of decoded JSON are text)
    if is_encrypted(given):
        return _Part(model.model_construct(), frozenset(), (((), not_an_object(given, object_of(model))),))
    try:
        # In JSON mode, strict means: lists become tuples and text becomes networks, but "7" is no number.
        whole = model.model_validate_json(json.dumps(given), strict=True)
    except ValidationError as error:
        return _salvage(model, given, error.errors(include_url=False, include_context=False))
    return _Part(whole, frozenset(model.model_fields), ())


def _salvage(model: type[Model], given: Mapping[str, object], errors: list[ErrorDetails]) -> _Part:
    """Keep the fields that are right, so that the rules about them still speak in the same run."""
    if not errors[0]["loc"]:
        return _Part(model.model_construct(), frozenset(), (((), "it holds a character that is no Unicode text"),))
    misspelt = {guess(key, model.model_fields) for key in given if key not in model.model_fields}
    bad = {error["loc"][0] for error in errors} | misspelt
    good: dict[str, Any] = {
        name: (field.annotation, field) for name, field in model.model_fields.items() if name not in bad
    }
    narrowed = create_model(model.__name__, __base__=Model, **good)
    part = narrowed.model_validate_json(
        json.dumps({key: value for key, value in given.items() if key in good}), strict=True
    )
    right = {name: getattr(part, name) for name in good}
    findings = (
        (place_of(model, error["loc"]), worded(model, error))
        for error in errors
        if not _explained(model, error, errors)
    )
    # Of a union pydantic reports each branch; to the reader that is one mistake.
    return _Part(model.model_construct(None, **right), frozenset(right), tuple(dict.fromkeys(findings)))


def _explained(model: type[Model], error: ErrorDetails, errors: list[ErrorDetails]) -> bool:
    """Whether another finding says it already: one slip, one line.

    A missing key may be what an unknown key beside it was meant to be, and a list is too short without its wrong items.
    """
    place = error["loc"]
    if error["type"] == "too_short":
        return any(other["loc"][:-1] == place for other in errors)
    if error["type"] != "missing":
        return False
    *parents, name = place
    known = owner_of(model, place).model_fields
    return any(
        other["type"] == "extra_forbidden"
        and list(other["loc"][:-1]) == parents
        and guess(other["loc"][-1], known) == name
        for other in errors
    )
