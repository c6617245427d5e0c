"""From the engine's configuration to settings and secrets, or to one readable error before any cloud is called."""

import json
from collections.abc import Mapping
from pathlib import Path

import pulumi
from pulumi.runtime import get_config_env

from settings import Settings, SettingsError, from_config
from settings import secrets as secret_names

PROJECT = Path(__file__).parents[1]
"""Where the stack files lie: what stacks must not share is checked over all of them."""


def read_settings() -> Settings:
    """The settings of the running stack. RunError, which prints its text alone, lists all mistakes at once."""
    values = {key: _decoded(value) for key, value in get_config_env().items()}
    try:
        return from_config(pulumi.get_stack(), values, root=PROJECT)
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from None


def read_secrets() -> Mapping[str, pulumi.Output[str]]:
    """Every secret of the program by name; RunError names each missing one with the command that sets it."""
    config = pulumi.Config(secret_names.NAMESPACE)
    found = {name: config.get_secret(name) for name in secret_names.SECRETS}
    present = {name: value for name, value in found.items() if value is not None}
    try:
        secret_names.require(pulumi.get_stack(), present)
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from None
    return present


def _decoded(value: str) -> object:
    """The engine hands objects over as JSON text and scalars as plain text."""
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value
