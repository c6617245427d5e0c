"""The words of an error: from what pydantic found to what a person needs to read."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, cast, get_args, get_origin

from pydantic_core import ErrorDetails

from settings.domain_types import Allowed, Model

MAX_SHOWN = 60
_KEY_WORTH_NAMING = re.compile(r"[A-Za-z0-9_.:/-]{1,80}")


def shown(value: object) -> str:
    """A value for a message: as JSON, cut where long. An object is never spelled out, since it may wrap a secret."""
    if isinstance(value, str | bool | int | float):
        text = json.dumps(value, ensure_ascii=False)
        return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."
    if isinstance(value, list | tuple):
        items = cast("Sequence[object]", value)
        text = f"[{', '.join(map(shown, items))}]"
        return text if len(text) <= MAX_SHOWN else kind_of(items)
    return kind_of(value)


def is_encrypted(value: object) -> bool:
    """Whether a value of the stack file is one that Pulumi has encrypted."""
    return isinstance(value, dict) and cast("dict[object, object]", value).keys() == {"secure"}


def kind_of(value: object) -> str:
    """What a value is, without the value: for places where a whole object is wanted and anything may have been put."""
    if value is None:
        return "an empty value"
    if is_encrypted(value):
        return "an encrypted value (only the keys of erp-secrets: take one)"
    if isinstance(value, bool):
        return "a truth value"
    names: dict[type[object], str] = {
        str: "text",
        int: "a number",
        float: "a number",
        list: "a list",
        tuple: "a list",
        dict: "an object",
    }
    return names.get(type(value), f"a {type(value).__name__}")


def repeated(value: object) -> str | None:
    """The first plain value that stands twice in a list, for a message; None for anything else."""
    if isinstance(value, list):
        items = [shown(item) for item in cast("list[object]", value) if isinstance(item, str | bool | int | float)]
        return next((item for place, item in enumerate(items) if item in items[:place]), None)
    return None


def named(key: str) -> str:
    """A key for a path: as it is, or in quotes and cut when it holds more than letters, digits and a few signs."""
    return key if _KEY_WORTH_NAMING.fullmatch(key) else shown(key)


def guess(word: object, known: Iterable[str]) -> str | None:
    """The known word that this one is most likely a slip of, if any is close."""
    matches = get_close_matches(word, list(known), n=1) if isinstance(word, str) else []
    return matches[0] if matches else None


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """` (did you mean "x"?)`, or nothing when no known word is close."""
    match = guess(word, known)
    return f' (did you mean "{match}"?)' if match else ""


def listed(words: Iterable[str]) -> str:
    """Words in one line, or "nothing" when there are none."""
    return ", ".join(words) or "nothing"


def unknown_key(key: str, known: Iterable[str]) -> str:
    """What to say of a key that nobody reads. Its value is not shown: it could be a secret in the wrong place."""
    names = sorted(known)
    return f"unknown{did_you_mean(key, names)}; known here: {listed(names)}"


def not_allowed(value: object, allowed: Allowed, *, where: str = "", because: str = "") -> str:
    """What to say of a value outside what is allowed; `where` narrows that ("in prod"), `because` is the reason."""
    twice = repeated(value)
    subject = f"{twice} twice" if twice else shown(value)
    place = f" {where}" if where else ""
    reason = f", because {because}" if because else ""
    hint = did_you_mean(value, allowed.choices)
    return f"{subject} is not allowed{place}{hint}; allowed: {allowed.text}{reason}"


def not_an_object(value: object, allowed: Allowed) -> str:
    """What to say where an object is wanted: the value is not shown, as it may be anything."""
    return f"{kind_of(value)} is not allowed; allowed: {allowed.text}"


def object_of(model: type[Model]) -> Allowed:
    """What a whole settings object takes."""
    return Allowed(f"an object of {listed(model.model_fields)}")


def _steps(model: type[Model], location: Sequence[int | str]) -> Iterator[tuple[int | str, Any, Sequence[object]]]:
    """Each step of a place, with the type of what lies there and what is noted of it; nothing for an unknown key.

    It ends where pydantic's steps go on but the file's do not: into the branches of a union, and at a mapping's key.
    """
    kind: Any = model
    for number, step in enumerate(location):
        metadata: Sequence[object] = ()
        origin = get_origin(kind)
        if origin is None and isinstance(kind, type) and issubclass(kind, Model):
            field = kind.model_fields.get(str(step))
            kind, metadata = (field.annotation, field.metadata) if field else (None, ())
        elif isinstance(step, int) and origin is tuple:
            kind = get_args(kind)[0]
        elif origin is Mapping:
            of_key, of_value = get_args(kind)
            kind = of_key if tuple(location[number + 1 :]) == ("[key]",) else of_value
        else:
            return
        if get_origin(kind) is Annotated:
            kind, *metadata = get_args(kind)
        yield step, kind, metadata


def place_of(model: type[Model], location: Sequence[int | str]) -> tuple[int | str, ...]:
    """Where in the file it is that pydantic speaks of."""
    return tuple(step for step, _, _ in _steps(model, location))


def allowed_at(model: type[Model], location: Sequence[int | str]) -> Allowed:
    """What the model takes at a place such as ("zones", 1)."""
    allowed = object_of(model)
    for _, _, metadata in _steps(model, location):
        # The last is the nearest: a type made from another narrows what that one says.
        allowed = next((item for item in reversed(metadata) if isinstance(item, Allowed)), allowed)
    return allowed


def path_of(key: str, location: Sequence[int | str]) -> str:
    """A place in a stack file, as `erp:aws.zones[1]`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{named(step)}" for step in location)
    return key + "".join(steps)


def worded(model: type[Model], error: ErrorDetails) -> str:
    """The message for one finding of pydantic's in this model."""
    location = error["loc"]
    if error["type"] == "extra_forbidden":
        owner = owner_of(model, location)
        return unknown_key(str(location[-1]), owner.model_fields)
    allowed = allowed_at(model, location)
    if error["type"] == "missing":
        return f"missing; allowed: {allowed.text}"
    if error["type"] == "model_type":
        return not_an_object(error["input"], allowed)
    return not_allowed(error["input"], allowed)


def owner_of(model: type[Model], location: Sequence[int | str]) -> type[Model]:
    """The model that holds the last step of a place; objects and lists of them lie on the way to a key."""
    kinds: list[Any] = [model, *(kind for _, kind, _ in _steps(model, location[:-1]))]
    return cast("type[Model]", kinds[-1])
