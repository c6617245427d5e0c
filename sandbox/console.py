"""What a person changes behind the engine's back: a property set, a resource deleted, a replica promoted.

The vendor's own rules do not run in the first two: the point is to make drift, also such as a console would refuse.
What a deletion changes elsewhere in the cloud it changes here too. A promotion is the vendor's own act, with its
refusals, and reaches nothing in a region that is lost.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from sandbox.behaviours import Call, behaviour
from sandbox.connection import Connection
from sandbox.endpoints import endpoints
from sandbox.faults import Faults
from sandbox.problems import Problem
from sandbox.store import Resource, Store
from sandbox.values import Secret, steps
from sandbox.veil import SECRET_KEY
from sandbox.world import world

PATH: Final = re.compile(r'[^.\[\]"]+(\.[^.\[\]"]+|\[\d+\]|\["[^"]+"\])*')


class NoSuchPlace(ValueError):
    """The path leads nowhere; the text says where it ends."""


def edit(store: Store, resource: Resource, path: str, text: str) -> None:
    """Set what stands at a path: `tags.Name`, `rules[0].status`, `tags["a.b"]`.

    text: JSON, or a string as it stands when it is no JSON. What was a secret stays one. Only the last step of the path
    may be new; raises NoSuchPlace for another.
    """
    if not PATH.fullmatch(path):
        raise NoSuchPlace(f'{path!r} is no path; one looks like tags.Name, rules[0].status or tags["a.b"]')
    *way, last = steps(path)
    properties: dict[str, Any] = dict(resource.properties)
    place: Any = properties
    for step in way:
        place = _at(place, step, path)
        if place is None:
            raise NoSuchPlace(f"{path}: {resource.id} has nothing at {step!r}")
    before = _at(place, last, path)
    value = _value(text)
    place[last] = Secret(value) if isinstance(before, dict) and SECRET_KEY in before else value
    store.edit(resource.serial, properties)


def delete(store: Store, resource: Resource) -> None:
    """Take a resource away, whoever names it."""
    call = _call(store, resource)
    store.remove(resource.serial)
    behaviour(resource.token).aftermath(call)


def promote(store: Store, resource: Resource, faults: Faults) -> Sequence[Problem]:
    """Make a replica a thing of its own. Gives what the vendor refuses; FaultInjected where its region is lost."""
    call = _call(store, resource)
    faults.reach(endpoints("update", call.connection, resource.token, resource.region), f"promote {resource.token}")
    return behaviour(resource.token).promote(call)


def _call(store: Store, resource: Resource) -> Call:
    where = Connection(resource.package, resource.account, resource.region)
    return Call(where, resource.token, resource.inputs, store, world(), resource.serial, resource)


def _at(place: Any, step: str | int, path: str) -> Any:
    """What stands at a step, None for a new key; NoSuchPlace where no such step can be."""
    if isinstance(place, dict) and isinstance(step, str) and SECRET_KEY not in place:
        return place.get(step)
    if isinstance(place, list) and isinstance(step, int) and step < len(place):
        return place[step]
    raise NoSuchPlace(f"{path}: there is no {step!r} in {json.dumps(place)}")


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
