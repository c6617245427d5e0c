"""The load balancer: what each environment may not choose."""

from settings.rules.rule import Demand, rules_of

DEMANDS = (
    Demand(
        ("staging", "prod"),
        "compute.balancer.mutual_tls",
        lambda mode: mode == "verify",
        '"verify"',
        "without it every customer of Cloudflare reaches the load balancer around our zone's rules",
    ),
    Demand(
        ("prod",),
        "compute.balancer.firewall_log_retention_days",
        lambda days: days >= 365,
        "365 or more",
        "PCI DSS 10.5.1 asks for a year of audit history",
    ),
)

RULES = (*rules_of(DEMANDS),)
