"""Rules across the objects of one stack: what each model alone cannot see, with the reason in every message.

One module a concern. A rule says which fields it reads, so it runs whenever these are right, whatever else is wrong.
"""

from settings.rules import (
    balancer,
    cache,
    compute_hosts,
    compute_services,
    database,
    domain,
    encryption,
    estate,
    file_system,
    network,
    storage,
)
from settings.rules.rule import ENVIRONMENTS, Demand, Rule

__all__ = ["DEMANDS", "ENVIRONMENTS", "RULES", "Demand", "Rule"]

_CONCERNS = (
    estate,
    network,
    domain,
    encryption,
    storage,
    file_system,
    database,
    cache,
    balancer,
    compute_hosts,
    compute_services,
)

DEMANDS: tuple[Demand, ...] = tuple(demand for concern in _CONCERNS for demand in concern.DEMANDS)
RULES: tuple[Rule, ...] = tuple(rule for concern in _CONCERNS for rule in concern.RULES)
