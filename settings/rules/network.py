"""Networks: what each environment may leave out."""

from settings.rules.rule import Demand, rules_of
from settings.vocabulary import INTERFACE_ENDPOINTS

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
)

RULES = (*rules_of(DEMANDS),)
