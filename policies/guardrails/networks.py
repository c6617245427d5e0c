"""Arithmetic over address ranges and ports: who is "anywhere", which ports a range covers."""

from __future__ import annotations

from ipaddress import IPv4Network, ip_network
from typing import Final

from guardrails.values import IllTypedError, Node

# A source this wide is the open internet in fact: halves of it (0.0.0.0/1 and 128.0.0.0/1) are the usual way around a
# rule that only knows 0.0.0.0/0. The widest private block, 10.0.0.0/8, stays allowed.
_WIDEST_IPV4_PREFIX: Final = 8
_WIDEST_IPV6_PREFIX: Final = 16

# Remote administration: SSH, RDP, WinRM over HTTP and HTTPS.
ADMIN_PORTS: Final = (22, 3389, 5985, 5986)

# Network ACLs keep no state: answers to outgoing connections come in on the client's ephemeral port. A range counts as
# such a return path when it starts above the well-known ports and reaches the end of Linux's range (32768-60999).
_FIRST_EPHEMERAL: Final = 1024
_LAST_LINUX_EPHEMERAL: Final = 60999
_LEAST_EPHEMERAL_WIDTH: Final = 16383  # the narrowest one in use, 49152-65535 (RFC 6335)


def is_anywhere(cidr: Node) -> bool:
    """Whether a known range is the open internet; False where it is absent or unknown."""
    text = cidr.text()
    if text is None:
        return False
    try:
        network = ip_network(text, strict=False)
    except ValueError as error:
        raise IllTypedError(cidr.path, "an address range") from error
    widest = _WIDEST_IPV4_PREFIX if isinstance(network, IPv4Network) else _WIDEST_IPV6_PREFIX
    return network.prefixlen < widest


def is_return_path(first: float, last: float) -> bool:
    """Whether a port range is wide and high enough to be the way back of outgoing connections."""
    return first >= _FIRST_EPHEMERAL and last >= _LAST_LINUX_EPHEMERAL and last - first >= _LEAST_EPHEMERAL_WIDTH


def admin_ports_in(first: float, last: float) -> list[int]:
    """The ports of remote administration in a range, both ends included."""
    return [port for port in ADMIN_PORTS if first <= port <= last]
