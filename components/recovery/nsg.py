"""Rules of the Azure network security groups, as plain data. Pure.

Each subnet lists who may come in and refuses the rest, the network's own members included (Azure would let those in by
default). On the way out Azure's defaults stand, since the receiving side decides; only the databases lose the internet.
The gateway's subnet takes no group (Azure refuses or breaks it), and no rule opens anything to the internet: the
standby's visitors come through the edge, whose addresses arrive with the standby's entrance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Literal, TypeAlias

Direction: TypeAlias = Literal["Inbound", "Outbound"]
Ports: TypeAlias = "tuple[str, ...]"

ANY: Ports = ("*",)
LAST_PRIORITY = 4096
"""The last that a rule of ours may have; Azure's own begin at 65000."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NsgRule:
    """One rule in Azure's terms; addresses are blocks, service tags or `*`, ports single, ranges or `*`."""

    name: str
    direction: Direction
    access: Literal["Allow", "Deny"]
    priority: int
    protocol: Literal["Tcp", "*"]
    source: str
    destination: str
    ports: Ports
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pass:
    name: str
    direction: Direction = "Inbound"
    other: str
    ports: Ports
    protocol: Literal["Tcp", "*"] = "Tcp"
    why: str


_PASSES: Mapping[str, Sequence[_Pass]] = {
    "ingress": (
        _Pass(name="probes", other="AzureLoadBalancer", ports=ANY, protocol="*", why="Azure's own health probes"),
    ),
    # Microsoft, "Securing a custom VNET in Azure Container Apps with Network Security Groups", workload profiles.
    "apps": (
        _Pass(
            name="ingress", other="ingress", ports=("443", "30000-32767"), why="requests from the standby's entrance"
        ),
        _Pass(name="apps", other="apps", ports=ANY, protocol="*", why="the environment's own nodes"),
        _Pass(name="probes", other="AzureLoadBalancer", ports=("30000-32767",), why="health probes of the environment"),
    ),
    "endpoints": (
        _Pass(name="apps-https", other="apps", ports=("443",), why="vault, storage, registry"),
        _Pass(name="apps-redis", other="apps", ports=("10000",), why="Azure Managed Redis"),
    ),
    # Microsoft, "Network with private access for Azure Database for PostgreSQL": inside, storage, Entra.
    "postgres": (
        _Pass(name="apps", other="apps", ports=("5432", "6432"), why="PostgreSQL and its connection pool"),
        _Pass(name="postgres", other="postgres", ports=("5432", "6432"), why="primary and standby"),
        _Pass(name="storage", direction="Outbound", other="Storage", ports=("443",), why="archives of its log"),
        _Pass(name="entra", direction="Outbound", other="AzureActiveDirectory", ports=("443",), why="sign-in by Entra"),
    ),
}


def nsg_rules(subnets: Mapping[str, IPv4Network]) -> dict[str, tuple[NsgRule, ...]]:
    """The rules of each subnet that has a group, by the subnet's name.

    subnets: block by name; the names of `_PASSES` must be among them (KeyError).
    """
    return {subnet: _of_subnet(subnet, passes, subnets) for subnet, passes in _PASSES.items()}


def _of_subnet(subnet: str, passes: Sequence[_Pass], subnets: Mapping[str, IPv4Network]) -> tuple[NsgRule, ...]:
    own = str(subnets[subnet])
    rules = [
        NsgRule(
            name=f"allow-{one.direction.lower()}-{one.name}",
            direction=one.direction,
            access="Allow",
            priority=100 + 10 * place,
            protocol=one.protocol,
            source=_address(one.other, subnets) if one.direction == "Inbound" else own,
            destination=own if one.direction == "Inbound" else _address(one.other, subnets),
            ports=one.ports,
            why=one.why,
        )
        for place, one in enumerate(passes)
    ]
    rules.append(_deny("Inbound", "*", own, "whoever is not listed above"))
    if any(one.direction == "Outbound" for one in passes):
        rules.append(_deny("Outbound", own, "Internet", "nothing here calls the internet"))
    return tuple(rules)


def _deny(direction: Direction, source: str, destination: str, why: str) -> NsgRule:
    return NsgRule(
        name=f"deny-{direction.lower()}-rest",
        direction=direction,
        access="Deny",
        priority=LAST_PRIORITY,
        protocol="*",
        source=source,
        destination=destination,
        ports=ANY,
        why=why,
    )


def _address(other: str, subnets: Mapping[str, IPv4Network]) -> str:
    """A subnet's block, or the service tag of that name."""
    return str(subnets[other]) if other in subnets else other
