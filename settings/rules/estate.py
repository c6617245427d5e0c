"""What a stack is and where it lives: environment, account, regions, addresses."""

from collections.abc import Iterator

from settings.domain_types import Allowed
from settings.errors import Fault, file_of
from settings.model import Settings
from settings.rules.rule import ENVIRONMENTS, Demand, Rule, rules_of
from settings.vocabulary import RESERVED_SPACE
from settings.wording import not_allowed

DEMANDS = (
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


RULES = (
    Rule(the_recovery_region_is_another, frozenset({"aws.region", "aws.recovery_region"})),
    Rule(a_stack_named_after_an_environment_is_of_it, frozenset({"environment.environment"})),
    Rule(only_a_branch_stack_owns_no_account, frozenset({"environment.environment", "account.owner"})),
    Rule(the_range_avoids_reserved_space, frozenset({"addresses.range"})),
    *rules_of(DEMANDS),
)
