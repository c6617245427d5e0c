"""What a rule across the objects of one stack is, and the commonest kind: a narrower choice in some environments."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, get_args

from settings.domain_types import Allowed, Environment
from settings.errors import Fault, file_of
from settings.model import Settings
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


def rules_of(demands: "tuple[Demand, ...]") -> tuple[Rule, ...]:
    """Demands as rules."""
    return tuple(Rule(demand.check, demand.needs) for demand in demands)
