"""All settings of a stack as one frozen object."""

from settings.addresses import AddressPlan, AddressSettings
from settings.adoption import AdoptSettings
from settings.cache import CacheSettings
from settings.clouds import AwsSettings, AzureSettings, CloudflareSettings
from settings.compute import ComputeSettings
from settings.database import DatabaseSettings
from settings.domain import DomainSettings
from settings.domain_types import Model
from settings.encryption import EncryptionSettings
from settings.identity import AccountSettings, EnvironmentSettings
from settings.network import NetworkSettings
from settings.recovery import RecoverySettings
from settings.storage import StorageSettings


class Settings(Model):
    """What the stack file says, with the defaults filled in; the attribute is the object's name in the stack file.

    The one exception is `environment`, which comes from `erp:stack` (`stack` is the stack's own name).
    """

    stack: str
    environment: EnvironmentSettings
    account: AccountSettings
    aws: AwsSettings
    azure: AzureSettings
    cloudflare: CloudflareSettings
    addresses: AddressSettings
    encryption: EncryptionSettings
    domain: DomainSettings
    network: NetworkSettings
    storage: StorageSettings
    cache: CacheSettings
    compute: ComputeSettings
    database: DatabaseSettings
    recovery: RecoverySettings
    adopt: AdoptSettings

    @property
    def address_plan(self) -> AddressPlan:
        """The stack's range, divided by use."""
        return AddressPlan.of(self.addresses.range)


SECTIONS: dict[str, tuple[str, type[Model]]] = {
    "stack": ("environment", EnvironmentSettings),
    "account": ("account", AccountSettings),
    "aws": ("aws", AwsSettings),
    "azure": ("azure", AzureSettings),
    "cloudflare": ("cloudflare", CloudflareSettings),
    "addresses": ("addresses", AddressSettings),
    "encryption": ("encryption", EncryptionSettings),
    "domain": ("domain", DomainSettings),
    "network": ("network", NetworkSettings),
    "storage": ("storage", StorageSettings),
    "cache": ("cache", CacheSettings),
    "compute": ("compute", ComputeSettings),
    "database": ("database", DatabaseSettings),
    "recovery": ("recovery", RecoverySettings),
    "adopt": ("adopt", AdoptSettings),
}
"""The objects of a stack file: key after `erp:`, then the attribute of `Settings` and the model that reads it."""
