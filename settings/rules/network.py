"""Networks: what each environment may leave out."""

from collections.abc import Iterator

from settings.domain_types import Allowed
from settings.errors import Fault, file_of
from settings.model import Settings
from settings.rules.rule import Demand, Rule, rules_of
from settings.vocabulary import INTERFACE_ENDPOINTS
from settings.wording import not_allowed

DEMANDS = (
    Demand(
        ("prod",),
        "network.nat",
        lambda nat: nat == "per_zone",
        '"per_zone"',
        "with a single NAT gateway the loss of its zone cuts all zones off",
    ),
    Demand(
        ("prod",),
        "network.flow_log_retention_days",
        lambda days: days >= 365,
        "365 or more",
        "PCI DSS 10.5.1 asks for a year of audit history",
    ),
    Demand(
        ("staging", "prod"),
        "network.interface_endpoints",
        lambda services: set(services) == set(INTERFACE_ENDPOINTS),
        "the full list (leave the key out)",
        "calls to AWS stay off the internet there, and staging tests prod's network",
    ),
    *(
        Demand(
            ("staging", "prod"),
            f"network.{way}.enabled",
            lambda enabled: enabled is True,
            "true",
            because,
        )
        for way, because in (
            ("client_vpn", "without it staff would need a way to the databases over the internet"),
            ("vpn_gateway", "the standby in Azure is fed through it, and staging rehearses a failover"),
        )
    ),
    Demand(
        ("prod",),
        "network.client_vpn.log_retention_days",
        lambda days: days >= 365,
        "365 or more",
        "PCI DSS 10.5.1 asks for a year of audit history",
    ),
)


def saml_knows_its_provider(settings: Settings) -> Iterator[Fault]:
    """SAML needs the provider and the group that may come in; with certificates neither would be looked at."""
    vpn = settings.network.client_vpn
    for field in ("saml_metadata", "saml_group"):
        value: str = getattr(vpn, field)
        if vpn.authentication == "saml" and not value:
            because = "with erp:network.client_vpn.authentication saml the identity provider decides who comes in"
            message = not_allowed(value, Allowed("a text that is not empty"), because=because)
            yield Fault(file_of(settings.stack), f"erp:network.client_vpn.{field}", message)
        if vpn.authentication == "certificate" and value:
            because = "with erp:network.client_vpn.authentication certificate nobody looks at it"
            message = not_allowed("a text", Allowed("an empty text"), because=because)
            yield Fault(file_of(settings.stack), f"erp:network.client_vpn.{field}", message)


RULES = (
    Rule(saml_knows_its_provider, frozenset({"network.client_vpn"})),
    *rules_of(DEMANDS),
)
