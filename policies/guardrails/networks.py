"""Arithmetic over address ranges and ports: which sources are the open internet, which ports a range covers."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final, TypeAlias

from guardrails.values import IllTypedError, Node

Range: TypeAlias = "IPv4Network | IPv6Network"

# A public range wider than this is the open internet in fact: a whole cloud or a whole provider, where anybody rents an
# address. Halves of everything (0.0.0.0/1 and 128.0.0.0/1), the usual way around a rule that only knows 0.0.0.0/0, are
# among them, and so are quarters: it takes 65536 ranges of the greatest width allowed to sum up to the internet.
_WIDEST_PUBLIC_PREFIX: Final = {4: 16, 6: 32}

# Ranges that nobody reaches us from over the internet (RFC 1918, 6598, 1122, 3927, 4193, 4291). `is_private` of the
# standard library differs between patch releases of Python, for 0.0.0.0/0 too.
_NOT_PUBLIC: Final = tuple(
    map(
        ip_network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "fc00::/7",
         "fe80::/10"),
    )
)  # fmt: skip

# Remote administration: SSH, RDP (over UDP too), WinRM over HTTP and HTTPS.
ADMIN_PORTS: Final = {"tcp": (22, 3389, 5985, 5986), "udp": (3389,)}

# Network ACLs keep no state: answers to outgoing connections come in on the client's ephemeral port. A range counts as
# such a return path when it starts above the well-known ports and reaches the end of Linux's range (32768-60999).
FIRST_EPHEMERAL: Final = 1024
_LAST_LINUX_EPHEMERAL: Final = 60999
_LEAST_EPHEMERAL_WIDTH: Final = 16383  # the narrowest one in use, 49152-65535 (RFC 6335)


def is_open(cidr: Node, wide: Iterable[Range]) -> bool:
    """Whether a known range is the open internet; False where it is absent or unknown.

    wide: public ranges that may be named although they are wide.
    """
    text = cidr.text()
    if text is None:
        return False
    try:
        network = ip_network(text, strict=False)
    except ValueError as error:
        raise IllTypedError(cidr.path, "an address range") from error
    if network.prefixlen >= _WIDEST_PUBLIC_PREFIX[network.version]:
        return False
    return not any(_within(network, known) for known in (*_NOT_PUBLIC, *wide))


def _within(inner: Range, outer: Range) -> bool:
    return (
        inner.version == outer.version
        and int(outer.network_address) <= int(inner.network_address)
        and int(inner.broadcast_address) <= int(outer.broadcast_address)
    )


def is_return_path(first: float, last: float) -> bool:
    """Whether a port range is wide and high enough to be the way back of outgoing connections."""
    return first >= FIRST_EPHEMERAL and last >= _LAST_LINUX_EPHEMERAL and last - first >= _LEAST_EPHEMERAL_WIDTH


def admin_ports_in(protocol: str, first: float, last: float) -> list[int]:
    """The ports of remote administration over a protocol (tcp, udp) in a range, both ends included."""
    return [port for port in ADMIN_PORTS[protocol] if first <= port <= last]
