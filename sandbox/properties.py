"""Everything there is to know about a resource: what a preview knows, and what is there once it is made."""

from collections.abc import Mapping
from typing import Any

from sandbox import facts, schema
from sandbox.behaviours import behaviour
from sandbox.behaviours.behaviour import Call, is_regional
from sandbox.values import UNKNOWN, Secret, kept_secret, secret_texts


def planned(token: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What a preview knows of a resource that is not there yet: its inputs, and that the rest will come.

    A bridged provider also knows what is left out and not computed: such a property has its default or nothing.
    """
    known = facts.load(token) if not token.startswith("azure-native:") else None
    shape = schema.load(token)
    outputs: dict[str, Any] = {}
    for key in shape.outputs:
        fact = known.properties.get(key, {}) if known is not None else {"computed": True}
        said = key in shape.inputs.properties and not fact.get("computed")
        outputs[key] = fact.get("default") if said else UNKNOWN
    return {**outputs, **{key: value for key, value in inputs.items() if key in outputs}}


def made(call: Call, id: str, inputs: Mapping[str, Any]) -> dict[str, Any]:  # noqa: A002  the protocol's own word
    """What is there after a creation or update: defaults, what was asked for, what the cloud computes.

    inputs: as the program gave them; what was secret in them is secret wherever it shows up.
    """
    known = facts.load(call.token)
    entries = known.properties.items() if known is not None else ()
    defaults = {path: entry["default"] for path, entry in entries if "default" in entry and path.isalnum()}
    computed = {
        **{key: value for key, value in call.inputs.items() if key not in inputs},
        **({"region": call.region} if is_regional(call.token) else {}),
        **behaviour(call.token).outputs(call, id),
    }
    shape = schema.load(call.token)
    every = {**defaults, **inputs, **kept_secret(computed, secret_texts(dict(inputs)))}
    # What only says where the resource stands (Azure's resource group) is no property of it.
    properties = {"id": id, **{key: value for key, value in every.items() if key in shape.outputs}}
    for key in shape.secret_outputs:
        if properties.get(key) is not None and not isinstance(properties[key], Secret):
            properties[key] = Secret(properties[key])
    return properties
