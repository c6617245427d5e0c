"""When a change replaces, for properties where the provider decides by more than the change itself.

The facts hold the provider's rule in words and, where it can be computed, the name of a function here. A rule without a
name counts as met: the change is reported as a replacement.
"""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.facts.limits import number
from sandbox.facts.paths import look_through
from sandbox.facts.same import Comparison, Sides
from sandbox.values import UNKNOWN


def _region(old: Any, new: Any, sides: Sides) -> bool:
    """Another region; `same` has already taken out the provider's own against none."""
    return not (old is None and sides.region is not None and new == sides.region)


def _still_given(_old: Any, new: Any, _: Sides) -> bool:
    return new is not None


def _lowered(old: Any, new: Any, _: Sides) -> bool:
    if new is UNKNOWN:
        return True
    before, after = _version(old), _version(new)
    return bool(before) and bool(after) and after < before


def _version(value: object) -> tuple[float, ...]:
    """Read a number or a version in its parts (15.7 before 15.10); empty for anything else."""
    if isinstance(value, str):
        parts = [number(part) for part in value.split(".")]
        return tuple(part for part in parts if part is not None) if None not in parts else ()
    given = number(value)
    return () if given is None else (given,)


def _block_comes_or_goes(old: Any, new: Any, _: Sides) -> bool:
    return (not old) != (not new) or new is UNKNOWN


def _source_kind(old: Any, new: Any, _: Sides) -> bool:
    """A security group rule's source stays of its kind as long as the same one of the four properties is set."""
    return (old is None) != (new is None)


def _tenancy(old: Any, new: Any, _: Sides) -> bool:
    return not (old == "dedicated" and new in ("default", None))


def _gateway_type(_old: Any, _new: Any, sides: Sides) -> bool:
    return sides.value("vpcEndpointType") != "Interface"


def _ipv6_on_creation(_old: Any, _new: Any, sides: Sides) -> bool:
    return look_through(sides.old.get("assignIpv6AddressOnCreation")) is True


def _private_gateway(_old: Any, new: Any, sides: Sides) -> bool:
    return sides.value("connectivityType") == "private" and new is not None


def _regional_mode(old: Any, new: Any, sides: Sides) -> bool:
    return sides.value("availabilityMode") == "regional" and _block_comes_or_goes(old, new, sides)


def _other_than_to_valkey(old: Any, new: Any, sides: Sides) -> bool:
    """The step from Redis to Valkey is made in place; without an engine it is Redis."""
    return (old or "redis", new) != ("redis", "valkey") and sides.value("globalReplicationGroupId") is None


def _before_toggled_tls(_old: Any, _new: Any, sides: Sides) -> bool:
    """AWS's own 7.0 is later than 7.0.5, the first version in which TLS can be switched."""
    version = _version(look_through(sides.old.get("engineVersion")))
    return bool(version) and version < (7.0,)


def _memcached(_old: Any, _new: Any, sides: Sides) -> bool:
    return sides.value("engine") == "memcached"


def _to_standard_tier(old: Any, new: Any, _: Sides) -> bool:
    return (old, new) == ("Advanced", "Standard")


def _always(_old: Any, _new: Any, _: Sides) -> bool:
    return True


def _network_balancer(_old: Any, _new: Any, sides: Sides) -> bool:
    """A network load balancer's groups and subnets: taken as replacing, whatever the change is."""
    return sides.value("loadBalancerType") not in (None, "application")


def _subnet_mappings(old: Any, new: Any, sides: Sides) -> bool:
    """An application load balancer takes pure additions and pure removals in place."""
    if _network_balancer(old, new, sides) or not isinstance(old, list) or not isinstance(new, list):
        return True
    return not (all(one in new for one in old) or all(one in old for one in new))


REPLACES: Final[Mapping[str, Comparison]] = {
    "always": _always,
    "before toggled TLS": _before_toggled_tls,
    "block comes or goes": _block_comes_or_goes,
    "gateway type": _gateway_type,
    "ipv6 on creation": _ipv6_on_creation,
    "lowered": _lowered,
    "network balancer": _network_balancer,
    "memcached": _memcached,
    "other than to valkey": _other_than_to_valkey,
    "private gateway": _private_gateway,
    "subnet mappings": _subnet_mappings,
    "region": _region,
    "regional mode": _regional_mode,
    "source kind": _source_kind,
    "still given": _still_given,
    "tenancy": _tenancy,
    "to standard tier": _to_standard_tier,
}
