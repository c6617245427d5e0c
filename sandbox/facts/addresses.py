"""What a value of a network property has to be: CIDR blocks, addresses, service tags, ports, sizes of blocks."""

import ipaddress
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final

from sandbox.world import world

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_LAST_PORT: Final = 65535


def is_network(value: object) -> str | None:
    """One CIDR block, or a list of them, each written as the network's own address."""
    if isinstance(value, list):
        return next(filter(None, map(is_network, value)), None)
    return _network(value) if isinstance(value, str) else None


@lru_cache(maxsize=4096)
def _network(value: str) -> str | None:
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        return "a CIDR block such as 10.0.0.0/16"
    if "/" not in value:
        return "a CIDR block with its prefix length"
    try:
        ipaddress.ip_network(value)
    except ValueError:
        return "a CIDR block at its network's own address, with no bits set in the host part"
    return None


def is_address_or_network(value: object) -> str | None:
    """One address or one CIDR block, and no name: what Azure takes in a rule's lists."""
    if not isinstance(value, str):
        return None
    if not (value[:1].isdigit() or ":" in value):
        return "an address or a CIDR block (* and service tags stand alone, in the singular property)"
    return is_network(value if "/" in value else f"{value}/{128 if ':' in value else 32}")


def is_network_or_name(value: object) -> str | None:
    """`*`, a service tag, an address or a CIDR block: what Azure takes as source and destination of a rule."""
    if not isinstance(value, str) or value == "*" or value.casefold() in _service_tags():
        return None
    if value[:1].isdigit() or ":" in value:
        return is_address_or_network(value)
    return "an address, a CIDR block, * or a service tag such as VirtualNetwork or Storage.WestEurope"


@cache
def _service_tags() -> frozenset[str]:
    tags = world().values("azure-native", "service_tags")
    regional = [f"{tag}.{region}" for tag in tags["regional"] for region in tags["regions"]]
    return frozenset(tag.casefold() for tag in (*tags["plain"], *tags["regional"], *regional))


def is_port_range(value: object) -> str | None:
    """`*`, one port or a range that goes upwards: what Azure takes as ports of a rule."""
    if not isinstance(value, str) or value == "*":
        return None
    ports = value.split("-")
    if len(ports) > 2 or not all(port.isdecimal() and port.isascii() for port in ports):
        return "*, a port or a range of ports such as 80-443"
    first, last = int(ports[0]), int(ports[-1])
    if last > _LAST_PORT or first > last:
        return f"a port or a range of ports that goes upwards, from 0 to {_LAST_PORT}"
    return None


def sizes(bounds: Mapping[str, Sequence[int]]) -> Callable[[Any], str | None]:
    """Make the check of how long a prefix may be; bounds by IP version ("4", "6")."""

    def check(value: Any) -> str | None:
        for network in _networks(value):
            least, most = bounds.get(str(network.version), (0, network.max_prefixlen))
            if not least <= network.prefixlen <= most:
                span = f"of /{least}" if least == most else f"from /{least} to /{most}"
                return f"an IPv{network.version} block {span}"
        return None

    return check


def outside(reserved: Sequence[str]) -> Callable[[Any], str | None]:
    """Make the check that a block, or each of a list, shares no address with what is reserved."""
    kept = [ipaddress.ip_network(block) for block in reserved]

    def check(value: Any) -> str | None:
        for network in _networks(value):
            for block in kept:
                if network.version == block.version and network.overlaps(block):
                    return f"outside {block}, which is reserved"
        return None

    return check


def _networks(value: object) -> Iterator[Network]:
    """The blocks of a value or list; what is none is left to `cidr`."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and _network(item) is None:
            yield ipaddress.ip_network(item)
