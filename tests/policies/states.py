"""Files as the engine writes them: the exported state and the preview of a stack that was composed under mocks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from tests.policies.harness import Given

PROVIDER_ID: Final = "9ea41d4f-eff0-4915-b9e6-d15ef03cea1d"
PLANTED: Final = "hunter2-planted"
ENCRYPTED: Final = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    "ciphertext": "v1:planted:ciphertext",
}
SHOWN: Final = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    "plaintext": json.dumps(PLANTED),
}
"""A secret in a state that was exported with `--show-secrets`."""


def entry(one: Given, outputs: Mapping[str, Any]) -> dict[str, Any]:
    """A resource of a state. one: with its inputs."""
    found: dict[str, Any] = {
        "urn": one.urn,
        "custom": not one.is_component or one.token.startswith("pulumi:providers:"),
        "type": one.token,
        "inputs": dict(one.props),
        "outputs": dict(outputs),
        "propertyDependencies": {key: list(urns) for key, urns in one.links.items()},
        "sourcePosition": "project:///../../components/network/component.py#42",
    }
    if one.provider is not None:
        found["provider"] = f"{provider_urn(one)}::{PROVIDER_ID}"
    return found


def provider_urn(one: Given) -> str:
    """The URN of a resource's provider."""
    assert one.provider is not None
    stack, project, *_ = one.urn.removeprefix("urn:pulumi:").split("::")
    return f"urn:pulumi:{stack}::{project}::{one.provider.token}::{one.provider.name}"


def exported(inputs: Iterable[Given], outputs: Iterable[Given]) -> bytes:
    """What `pulumi stack export` prints of resources, given once with their inputs and once with their outputs."""
    known = {one.urn: one.props for one in outputs}
    resources = [entry(one, known.get(one.urn, {})) for one in inputs]
    return json.dumps({"version": 3, "deployment": {"resources": resources}}).encode()
