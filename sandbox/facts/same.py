"""Differences that are none: the providers' DiffSuppress and state functions, as far as they can be computed.

Each takes the old value, the new one and both whole sets of inputs; values come without their secret wrapper.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any, Final, cast

from sandbox.facts import same_balancers, same_databases
from sandbox.facts.paths import look_through
from sandbox.values import UNKNOWN, has_unknown, reveal


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sets of inputs of the resource and the region that its provider is configured for, where known."""

    old: Mapping[str, object]
    new: Mapping[str, object]
    region: str | None = None

    def value(self, path: str) -> object:
        """Give a top-level property of the new inputs, without its secret wrapper."""
        return look_through(self.new.get(path))


Comparison = Callable[[Any, Any, Sides], bool]


def empty(value: object) -> bool:
    """Tell whether a value is an empty list or object, or an object of only such, None and False."""
    if isinstance(value, dict):
        return all(empty(item) or item is False or item is None for item in value.values())
    return isinstance(value, list) and not value


def policy_meaning(text: object) -> object:
    """Reduce an IAM policy document to what it means: order, one-element lists and spacing make no difference."""
    document = _parsed(text)
    return _reduced(document)


def _parsed(value: object) -> object:
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _reduced(value: object) -> object:
    """Write a part of a policy with lists as sorted, a single value as a list of one."""
    if isinstance(value, dict):
        return {key: _reduced(item) for key, item in value.items()}
    if isinstance(value, list):
        reduced = sorted(
            (_reduced(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True, default=str)
        )
        return reduced[0] if len(reduced) == 1 else reduced
    return str(value).lower() if isinstance(value, bool) else value


def _same_policy(old: Any, new: Any, _: Sides) -> bool:
    return isinstance(old, str) and isinstance(new, str) and policy_meaning(old) == policy_meaning(new)


def _same_json(old: Any, new: Any, _: Sides) -> bool:
    return isinstance(old, str) and isinstance(new, str) and _parsed(old) == _parsed(new)


def _same_letters(old: Any, new: Any, _: Sides) -> bool:
    return isinstance(old, str) and isinstance(new, str) and old.casefold() == new.casefold()


def _same_location(old: Any, new: Any, _: Sides) -> bool:
    """Azure writes its locations both ways: West Europe, westeurope."""
    return (
        isinstance(old, str)
        and isinstance(new, str)
        and old.replace(" ", "").casefold() == new.replace(" ", "").casefold()
    )


def _same_but_newlines(old: Any, new: Any, _: Sides) -> bool:
    return isinstance(old, str) and isinstance(new, str) and old.rstrip("\n") == new.rstrip("\n")


def _same_but_blanks(old: Any, new: Any, _: Sides) -> bool:
    return isinstance(old, str) and isinstance(new, str) and old.strip() == new.strip()


def _same_network(old: Any, new: Any, _: Sides) -> bool:
    try:
        return ip_network(old) == ip_network(new)
    except ValueError:
        return False


def _same_number(old: Any, new: Any, _: Sides) -> bool:
    if isinstance(old, bool) or isinstance(new, bool):
        return False
    try:
        return float(old) == float(new)
    except (TypeError, ValueError):
        return False


_TRUTHS: Final = {"true": True, "1": True, "false": False, "0": False}


def _same_truth(old: Any, new: Any, _: Sides) -> bool:
    first, second = _TRUTHS.get(str(old).lower()), _TRUTHS.get(str(new).lower())
    return first is not None and first == second


# internal/service/ec2/vpc_security_group.go and vpc_network_acl.go: names and numbers of the same protocol.
_PROTOCOLS: Final = {
    "all": "-1",
    "icmp": "1",
    "igmp": "2",
    "tcp": "6",
    "udp": "17",
    "gre": "47",
    "esp": "50",
    "ah": "51",
    "icmpv6": "58",
    "ipv6-icmp": "58",
}


def _same_protocol(old: Any, new: Any, _: Sides) -> bool:
    first, second = (str(value).lower() for value in (old, new))
    return _PROTOCOLS.get(first, first) == _PROTOCOLS.get(second, second)


def _same_region(old: Any, new: Any, sides: Sides) -> bool:
    """Unset and the provider's own region are the same; without knowing that one, only leaving it out is."""
    if new is None:
        return sides.region is None or old == sides.region
    return old is None and sides.region is not None and new == sides.region


def _same_key(old: Any, new: Any, _: Sides) -> bool:
    """A key's id and its ARN name the same key."""
    if not isinstance(old, str) or not isinstance(new, str):
        return False
    return old.rpartition(":key/")[2] == new.rpartition(":key/")[2] and (":key/" in old) != (":key/" in new)


def _same_group(old: Any, new: Any, _: Sides) -> bool:
    """A security group with its owner's account in front names the same group."""
    return isinstance(old, str) and isinstance(new, str) and old.rpartition("/")[2] == new.rpartition("/")[2]


def _same_name(old: Any, new: Any, _: Sides) -> bool:
    """A DNS name with and without the dot at its end."""
    return isinstance(old, str) and isinstance(new, str) and old.rstrip(".") == new.rstrip(".")


def _dropped(_old: Any, new: Any, _: Sides) -> bool:
    return new is None


def _empty_or_none(old: Any, new: Any, _: Sides) -> bool:
    return (old is None or empty(old)) and (new is None or empty(new))


def _one_or_many(old: Any, new: Any, _: Sides) -> bool:
    return not has_unknown(new) and sorted(map(str, reveal(_listed(old)))) == sorted(map(str, reveal(_listed(new))))


def _listed(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else [value]


def _pool_gives_block(_old: Any, _new: Any, sides: Sides) -> bool:
    return sides.value("ipv4NetmaskLength") is not None


def _delivery_class(_old: Any, _new: Any, sides: Sides) -> bool:
    return sides.value("logGroupClass") == "DELIVERY" and look_through(sides.old.get("logGroupClass")) == "DELIVERY"


def _cname(old: Any, new: Any, sides: Sides) -> bool:
    """Case means nothing in what a CNAME points to; with `data` given the content is computed."""
    if sides.value("data") not in (None, UNKNOWN):
        return True
    return sides.value("type") == "CNAME" and _same_letters(old, new, sides)


def _global_member(_old: Any, _new: Any, sides: Sides) -> bool:
    return sides.value("globalReplicationGroupId") is not None


def _at_create(_old: Any, _new: Any, _: Sides) -> bool:
    return True  # the provider reads the property once and compares it never again


def _any_tier(_old: Any, new: Any, _: Sides) -> bool:
    return new == "Intelligent-Tiering"


def _redis_port(old: Any, new: Any, _: Sides) -> bool:
    return {old, new} == {None, 6379}


def _minus_one(old: Any, new: Any, _: Sides) -> bool:
    return {old, new} == {None, -1}


def _cache_port(old: Any, new: Any, _: Sides) -> bool:
    return {old, new} in ({None, 6379}, {None, 11211})


def _order(_old: Any, _new: Any, _: Sides) -> bool:
    return False  # said of a list, whose elements changed_paths pairs off itself


SAME: Final[Mapping[str, Comparison]] = {
    "any tier": _any_tier,
    **same_balancers.SAME,
    **same_databases.SAME,
    "at create": _at_create,
    "blanks": _same_but_blanks,
    "cache port": _cache_port,
    "case": _same_letters,
    "cname": _cname,
    "delivery class": _delivery_class,
    "dns name": _same_name,
    "dropped": _dropped,
    "empty": _empty_or_none,
    "global member": _global_member,
    "group": _same_group,
    "json": _same_json,
    "key": _same_key,
    "location": _same_location,
    "minus one": _minus_one,
    "network": _same_network,
    "newlines": _same_but_newlines,
    "number": _same_number,
    "one or many": _one_or_many,
    "order": _order,
    "policy": _same_policy,
    "pool gives block": _pool_gives_block,
    "protocol": _same_protocol,
    "redis port": _redis_port,
    "region": _same_region,
    "truth": _same_truth,
}
