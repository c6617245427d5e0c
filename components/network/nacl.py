"""Network ACLs per tier, computed from the flows that the tiers are meant to have. Pure.

An ACL has no memory: what a client asks for and what the server answers are judged apart, by the subnet that the packet
leaves and by the one that it enters. So each flow becomes four rules: out of the source, into the target, and the
answer's way back to the source's ephemeral port.

On the way in a rule names the exact subnets of the other tier. On the way out a rule names the port and the whole
network, and leaves the rest to the rule on the way in: a network of four zones would otherwise not fit into the 20
rules a direction that AWS gives by default. Answers are exact both ways, since their port range is wide.

Within a subnet no ACL applies, and none filters DNS, DHCP, instance and task metadata, or the time service (AWS,
"Control subnet traffic with network access control lists").
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Literal, TypeAlias

from settings.addresses import TIERS, Tier

Place: TypeAlias = "Tier | Literal['internet']"
Protocol: TypeAlias = Literal["tcp", "icmp"]

INTERNET = IPv4Network("0.0.0.0/0")

REQUEST_PORT = 8080
"""Where every container that takes requests listens: each task has an address of its own (awsvpc), so one port does."""

EPHEMERAL = (1024, 65535)
"""Client ports: NAT gateways and Lambda use the whole range, Linux hosts the upper half."""

FRAGMENTATION_NEEDED = (3, 4)
"""ICMP type and code that tell a sender to make smaller packets; without it large answers hang on narrow paths."""

RULE_LIMIT = 20
"""Rules a direction, AWS's default quota."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Connections over TCP that one place opens to another, at ports `first` to `last`."""

    source: Place
    target: Place
    first: int
    last: int
    why: str


FLOWS: tuple[Flow, ...] = (
    Flow("internet", "public", 443, 443, "visitors, through the edge, to the load balancer"),
    Flow("internet", "public", 80, 80, "the same, to be sent on to HTTPS"),
    Flow("public", "internet", 443, 443, "NAT gateways, on behalf of the app tier"),
    Flow("app", "internet", 443, 443, "interfaces of partners, and AWS services without an endpoint here"),
    Flow("app", "public", 443, 443, "the same calls on their way into a NAT gateway"),
    Flow("public", "app", REQUEST_PORT, REQUEST_PORT, "load balancer to tasks: requests and health checks"),
    Flow("app", "app", 443, 443, "interface endpoints, which live in the app tier"),
    Flow("app", "data", 5432, 5432, "PostgreSQL and its proxy"),
    Flow("app", "data", 2049, 2049, "file systems (NFS over TLS)"),
    Flow("data", "data", 5432, 5432, "proxy to database"),
    Flow("app", "cache", 6379, 6379, "Redis"),
    Flow("app", "cache", 11211, 11211, "Memcached"),
)
"""Every flow between subnets. Security groups name the same ones again, by group and with memory."""


@dataclass(frozen=True, slots=True)
class AclRule:
    """An allowing rule. For TCP `first` and `last` are ports, for ICMP they are type and code."""

    number: int
    protocol: Protocol
    block: IPv4Network
    first: int
    last: int

    def covers(self, other: "AclRule") -> bool:
        """Whether every packet that the other rule allows is allowed by this one."""
        if self.protocol != other.protocol or not other.block.subnet_of(self.block):
            return False
        if self.protocol == "icmp":
            return (self.first, self.last) == (other.first, other.last)
        return self.first <= other.first and other.last <= self.last


@dataclass(frozen=True, slots=True)
class TierAcl:
    """The two lists of one tier's ACL."""

    ingress: tuple[AclRule, ...]
    egress: tuple[AclRule, ...]


def tier_acls(network: IPv4Network, subnets: Mapping[Tier, Mapping[str, IPv4Network]]) -> dict[Tier, TierAcl]:
    """The ACL of every tier of a network.

    subnets: by tier and zone. ValueError when a list would be longer than AWS takes.
    """
    return {tier: _tier_acl(tier, network, subnets) for tier in TIERS}


def _tier_acl(tier: Tier, network: IPv4Network, subnets: Mapping[Tier, Mapping[str, IPv4Network]]) -> TierAcl:
    def exact(place: Place) -> Sequence[IPv4Network]:
        return (INTERNET,) if place == "internet" else tuple(subnets[place].values())

    def whole(place: Place) -> Sequence[IPv4Network]:
        return (INTERNET,) if place == "internet" else (network,)

    ingress: list[AclRule] = []
    egress: list[AclRule] = []
    for flow in FLOWS:
        if flow.source == tier:
            egress += _tcp(whole(flow.target), flow.first, flow.last)
            ingress += _tcp(exact(flow.target), *EPHEMERAL)
        if flow.target == tier:
            ingress += _tcp(exact(flow.source), flow.first, flow.last)
            egress += _tcp(exact(flow.source), *EPHEMERAL)
    if any(tier in (flow.source, flow.target) and "internet" in (flow.source, flow.target) for flow in FLOWS):
        path_mtu = AclRule(0, "icmp", INTERNET, *FRAGMENTATION_NEEDED)
        ingress.append(path_mtu)
        egress.append(path_mtu)
    return TierAcl(ingress=_numbered(tier, ingress), egress=_numbered(tier, egress))


def _tcp(blocks: Iterable[IPv4Network], first: int, last: int) -> list[AclRule]:
    return [AclRule(0, "tcp", block, first, last) for block in blocks]


def _numbered(tier: Tier, rules: Sequence[AclRule]) -> tuple[AclRule, ...]:
    """The rules without those that another one covers, numbered 100, 110, … All of them allow, so order is free."""
    kept: list[AclRule] = []
    for rule in rules:
        if not any(other.covers(rule) for other in kept):
            kept = [other for other in kept if not rule.covers(other)] + [rule]
    if len(kept) > RULE_LIMIT:
        raise ValueError(f"the {tier} tier would need {len(kept)} ACL rules in one direction; AWS takes {RULE_LIMIT}")
    return tuple(
        AclRule(100 + 10 * place, rule.protocol, rule.block, rule.first, rule.last) for place, rule in enumerate(kept)
    )
