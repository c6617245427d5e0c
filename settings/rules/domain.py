"""The zone and its certificates."""

from collections.abc import Iterator

from settings.domain_types import Allowed
from settings.errors import Fault, file_of
from settings.model import Settings
from settings.rules.rule import Demand, Rule, rules_of
from settings.vocabulary import AMAZON_AUTHORITIES
from settings.wording import not_allowed

DEMANDS = (
    Demand(
        ("staging", "prod"),
        "domain.dnssec",
        lambda dnssec: dnssec is True,
        "true",
        "unsigned answers can be forged on their way to the user",
    ),
)


def every_hostname_fits(settings: Settings) -> Iterator[Fault]:
    """ACM takes 64 characters for a certificate's first name (it is the common name too), DNS takes 253 for any."""
    domain = settings.domain
    for index, name in enumerate(domain.certificate_names):
        limit = 64 if index == 0 else 253
        if len(name) > limit:
            allowed = Allowed(f"at most {limit} characters with the zone; {name} has {len(name)}")
            message = not_allowed(domain.hostnames[index], allowed)
            yield Fault(file_of(settings.stack), f"erp:domain.hostnames[{index}]", message)


def amazon_may_issue(settings: Settings) -> Iterator[Fault]:
    """The load balancers' certificates come from AWS; one that CAA forbids fails, and stays failed."""
    issuers = settings.domain.caa_issuers
    if AMAZON_AUTHORITIES.isdisjoint(issuers):
        allowed = Allowed(f"a list with one of {', '.join(sorted(AMAZON_AUTHORITIES))} in it")
        because = "AWS issues the load balancers' certificates"
        message = not_allowed(list(issuers), allowed, because=because)
        yield Fault(file_of(settings.stack), "erp:domain.caa_issuers", message)


RULES = (
    Rule(every_hostname_fits, frozenset({"domain.zone", "domain.hostnames"})),
    Rule(amazon_may_issue, frozenset({"domain.caa_issuers"})),
    *rules_of(DEMANDS),
)
