"""Rules across the objects of one stack: what each model alone cannot see, with the reason in every message.

A rule says which fields it reads, so it runs whenever these are right, whatever else is wrong.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, get_args

from settings.domain_types import Allowed, Environment
from settings.errors import Fault, file_of
from settings.model import Settings
from settings.storage import DEEP_ARCHIVE_DAYS, GLACIER_DAYS, INFREQUENT_DAYS
from settings.vocabulary import AMAZON_AUTHORITIES, INTERFACE_ENDPOINTS, RESERVED_SPACE
from settings.wording import not_allowed

ENVIRONMENTS: tuple[str, ...] = get_args(get_args(Environment)[0])


@dataclass(frozen=True, slots=True)
class Rule:
    """check: yields the faults of a stack. needs: the fields that it reads, as "aws.region"."""

    check: Callable[[Settings], Iterator[Fault]]
    needs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Demand:
    """A narrower choice of one field in some environments.

    field: as "network.nat" or "storage.audit.lock_mode". holds: whether a value is good enough. allowed, because: the
    end of the message.
    """

    environments: tuple[str, ...]
    field: str
    holds: Callable[[Any], bool]
    allowed: str
    because: str

    @property
    def needs(self) -> frozenset[str]:
        """The fields that it reads, of which an object counts as one."""
        return frozenset({"environment.environment", ".".join(self.field.split(".")[:2])})

    def check(self, settings: Settings) -> Iterator[Fault]:
        """A fault when the stack's environment is meant and the field does not hold."""
        environment = settings.environment.environment
        value = attrgetter(self.field)(settings)
        if environment in self.environments and not self.holds(value):
            message = not_allowed(value, Allowed(self.allowed), where=f"in {environment}", because=self.because)
            yield Fault(file_of(settings.stack), f"erp:{self.field}", message)


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
    Demand(
        ("staging", "prod"),
        "aws.zones",
        lambda zones: len(zones) >= 3,
        "three zones or more",
        "two zones leave a single one when one is lost",
    ),
    Demand(
        ("staging", "prod"),
        "aws.recovery_zones",
        lambda zones: len(zones) >= 3,
        "three zones or more",
        "the recovery region has to carry the same load as the primary",
    ),
    Demand(
        ("staging", "prod"),
        "domain.dnssec",
        lambda dnssec: dnssec is True,
        "true",
        "unsigned answers can be forged on their way to the user",
    ),
    Demand(
        ("prod",),
        "encryption.deletion_window_days",
        lambda days: days == 30,
        "30",
        "a lost key is lost data, so there has to be the longest time to notice",
    ),
    Demand(
        ("prod",),
        "encryption.rotation_period_days",
        lambda days: days <= 365,
        "365 or less",
        "PCI DSS 3.7.4 asks for a fixed cryptoperiod, which is a year here",
    ),
    Demand(
        ("staging", "prod"),
        "storage.replication",
        lambda replication: replication is True,
        "true",
        "a store without a replica is lost with its region, and staging rehearses that loss",
    ),
    *(
        Demand(
            ("dev", "staging"),
            f"storage.{bucket}.lock_mode",
            lambda mode: mode == "governance",
            '"governance"',
            "nobody can shorten a compliance lock, so what is tried out would stay and cost until it ends",
        )
        for bucket in ("archives", "audit")
    ),
    *(
        Demand(
            ("prod",),
            f"storage.{bucket}.lock_mode",
            lambda mode: mode == "compliance",
            '"compliance"',
            "an administrator could lift a governance lock, and the records with it",
        )
        for bucket in ("archives", "audit")
    ),
    Demand(
        ("prod",),
        "storage.audit.lock_days",
        lambda days: days >= 365,
        "365 or more",
        "PCI DSS 10.5.1 asks for a year of audit history",
    ),
    Demand(
        ("prod",),
        "storage.access_logs.retention_days",
        lambda days: days >= 365,
        "365 or more",
        "PCI DSS 10.5.1 asks for a year of audit history",
    ),
    Demand(
        ("prod",),
        "storage.documents.erasure_days",
        lambda days: days <= 30,
        "30 or less",
        "GDPR Art. 12(3) gives a month to answer a request for erasure",
    ),
)


def the_recovery_region_is_another(settings: Settings) -> Iterator[Fault]:
    """A region cannot stand in for itself."""
    if settings.aws.recovery_region == settings.aws.region:
        allowed = Allowed(f"any region other than erp:aws.region ({settings.aws.region})")
        because = "it has to outlive the loss of the primary"
        message = not_allowed(settings.aws.recovery_region, allowed, because=because)
        yield Fault(file_of(settings.stack), "erp:aws.recovery_region", message)


def a_stack_named_after_an_environment_is_of_it(settings: Settings) -> Iterator[Fault]:
    """`prod` with dev's constraints would be a trap for everyone who reads the name."""
    environment = settings.environment.environment
    if settings.stack in ENVIRONMENTS and settings.stack != environment:
        message = not_allowed(environment, Allowed(f'"{settings.stack}"'), because="the stack goes by that name")
        yield Fault(file_of(settings.stack), "erp:stack.environment", message)


def only_a_branch_stack_owns_no_account(settings: Settings) -> Iterator[Fault]:
    """The account's singletons belong to dev, staging and prod; a branch stack lives in dev's account."""
    environment = settings.environment.environment
    if not settings.account.owner and (environment != "dev" or settings.stack == "dev"):
        because = "only a branch stack of dev leaves GuardDuty, Config and the like to another stack"
        message = not_allowed(settings.account.owner, Allowed("true"), because=because)
        yield Fault(file_of(settings.stack), "erp:account.owner", message)


def the_range_avoids_reserved_space(settings: Settings) -> Iterator[Fault]:
    """An address that a cloud or a container host keeps for itself cannot be reached."""
    taken = settings.addresses.range
    for space, reason in RESERVED_SPACE.items():
        if taken.overlaps(space):
            allowed = Allowed("a private /13 that does not touch it, for instance 10.64.0.0/13")
            message = not_allowed(str(taken), allowed, where=f"with {space} inside ({reason})")
            yield Fault(file_of(settings.stack), "erp:addresses.range", message)


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


def every_move_pays(settings: Settings) -> Iterator[Fault]:
    """S3 refuses some moves between classes, and bills a class's least time for what leaves it earlier."""
    archives, audit = settings.storage.archives, settings.storage.audit
    frozen = archives.glacier_after_days + GLACIER_DAYS
    moves = (
        (
            "archives.deep_archive_after_days",
            archives.deep_archive_after_days,
            frozen,
            "Glacier bills at least 90 days",
        ),
        (
            "archives.retention_days",
            archives.retention_days,
            archives.deep_archive_after_days + DEEP_ARCHIVE_DAYS,
            "Deep Archive bills at least 180 days",
        ),
        (
            "audit.infrequent_after_days",
            audit.infrequent_after_days,
            INFREQUENT_DAYS,
            "S3 moves nothing to Infrequent Access before day 30",
        ),
        (
            "audit.glacier_after_days",
            audit.glacier_after_days,
            audit.infrequent_after_days + INFREQUENT_DAYS,
            "S3 wants 30 days between the moves to Infrequent Access and to Glacier",
        ),
        (
            "audit.retention_days",
            audit.retention_days,
            audit.glacier_after_days + GLACIER_DAYS,
            "Glacier bills at least 90 days",
        ),
    )
    for field, days, least, because in moves:
        if days < least:
            message = not_allowed(days, Allowed(f"{least} or more"), because=because)
            yield Fault(file_of(settings.stack), f"erp:storage.{field}", message)


def what_is_locked_is_kept(settings: Settings) -> Iterator[Fault]:
    """A deletion that comes due under a lock only adds a marker: the object stays, and is paid for unseen."""
    for name in ("archives", "audit"):
        bucket = getattr(settings.storage, name)
        if bucket.retention_days < bucket.lock_days:
            allowed = Allowed(f"erp:storage.{name}.lock_days ({bucket.lock_days}) or more")
            message = not_allowed(bucket.retention_days, allowed, because="a locked object can't be deleted")
            yield Fault(file_of(settings.stack), f"erp:storage.{name}.retention_days", message)


RULES = (
    Rule(a_stack_named_after_an_environment_is_of_it, frozenset({"environment.environment"})),
    Rule(only_a_branch_stack_owns_no_account, frozenset({"environment.environment", "account.owner"})),
    Rule(the_recovery_region_is_another, frozenset({"aws.region", "aws.recovery_region"})),
    Rule(the_range_avoids_reserved_space, frozenset({"addresses.range"})),
    Rule(every_hostname_fits, frozenset({"domain.zone", "domain.hostnames"})),
    Rule(amazon_may_issue, frozenset({"domain.caa_issuers"})),
    Rule(every_move_pays, frozenset({"storage.archives", "storage.audit"})),
    Rule(what_is_locked_is_kept, frozenset({"storage.archives", "storage.audit"})),
    *(Rule(demand.check, demand.needs) for demand in DEMANDS),
)
