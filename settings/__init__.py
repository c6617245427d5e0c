"""Typed settings of a stack: models, their checks, and the address plan. Pure Python: no Pulumi, no cloud.

`load` reads a stack file, `from_config` takes what the engine hands over; both raise `SettingsError`, whose text is
every mistake at once. `.venv/bin/python -m settings check STACK` does the same without an engine.

A new setting is a field of the model that its component reads (`network.py`, `domain.py` and so on), with a type of
`domain_types.py` that says what it takes. A constraint between fields, or of an environment, goes into `rules/`, one
between stacks into `estate.py`. Then `.venv/bin/python -m settings schema > settings/schema.json`.
"""

import sys

try:
    from settings.addresses import TIERS, AddressPlan, AddressSettings, Tier, azure_subnets, tiers
    from settings.clouds import AwsSettings, AzureSettings, CloudflareSettings
    from settings.database import DatabaseSettings
    from settings.domain import DomainSettings
    from settings.encryption import EncryptionSettings
    from settings.errors import Fault, SettingsError
    from settings.identity import AccountSettings, EnvironmentSettings
    from settings.loading import from_config, load, load_all, stacks
    from settings.model import Settings
    from settings.network import NetworkSettings
    from settings.recovery import RecoveryAzureSettings, RecoverySettings
    from settings.storage import StorageSettings
except ImportError as error:
    if sys.argv[0] != "-m":
        raise
    # `python -m settings` with a Python that is not the project's; its `__main__` would come too late to say so.
    sys.stderr.write(
        f"settings: {error}; run `make setup`, then `.venv/bin/python -m settings` in place of this Python\n"
    )
    sys.exit(2)

__all__ = [
    "TIERS",
    "AccountSettings",
    "AddressPlan",
    "AddressSettings",
    "AwsSettings",
    "AzureSettings",
    "CloudflareSettings",
    "DatabaseSettings",
    "DomainSettings",
    "EncryptionSettings",
    "EnvironmentSettings",
    "Fault",
    "NetworkSettings",
    "RecoveryAzureSettings",
    "RecoverySettings",
    "Settings",
    "SettingsError",
    "StorageSettings",
    "Tier",
    "azure_subnets",
    "from_config",
    "load",
    "load_all",
    "stacks",
    "tiers",
]
