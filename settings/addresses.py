"""The address plan: from one private /13 a stack to every subnet, by arithmetic alone.

A stack's range holds eight /16 blocks with a fixed use. A block in AWS gives each zone letter a /18 of its own, and
that one splits into the four tiers; the block in Azure splits into named subnets. Nothing depends on how many zones are
in use or in which order they are written, so a setting that adds a zone moves no subnet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Literal

from pydantic import Field

from settings.domain_types import Model, PrivateRange
from settings.vocabulary import RANGE_LENGTH

Tier = Literal["public", "app", "data", "cache"]

TIERS: tuple[Tier, ...] = ("public", "app", "data", "cache")

BLOCK_LENGTH = 16
ZONE_LENGTH = 18
ZONE_LETTERS = "abcd"


class AddressSettings(Model):
    """`erp:addresses`: the range that everything of the stack is numbered from."""

    range: PrivateRange = Field(description="A private /13 that no other stack uses.")


@dataclass(frozen=True, slots=True)
class AddressPlan:
    """The eight /16 blocks of a stack's range, by their fixed use."""

    aws_primary: IPv4Network
    aws_recovery: IPv4Network
    azure: IPv4Network
    vpn_clients: IPv4Network
    spare: tuple[IPv4Network, ...]

    @classmethod
    def of(cls, range: IPv4Network) -> "AddressPlan":  # noqa: A002 (the setting's own name)
        """Divide a stack's /13; ValueError for any other length."""
        _demand(range, RANGE_LENGTH)
        primary, recovery, azure, clients, *spare = range.subnets(new_prefix=BLOCK_LENGTH)
        return cls(aws_primary=primary, aws_recovery=recovery, azure=azure, vpn_clients=clients, spare=tuple(spare))


def tiers(block: IPv4Network, zones: Sequence[str]) -> dict[Tier, dict[str, IPv4Network]]:
    """The subnets of a /16 block in AWS, by tier and zone letter.

    A zone's /18 holds a /19 for the app tier (each task takes an address of its own), then a /21 each for public, data
    and cache, and a /21 to spare. ValueError for a block of another length or a letter beyond "d".
    """
    _demand(block, BLOCK_LENGTH)
    by_letter = dict(zip(ZONE_LETTERS, block.subnets(new_prefix=ZONE_LENGTH), strict=True))
    plan: dict[Tier, dict[str, IPv4Network]] = {tier: {} for tier in TIERS}
    for zone in zones:
        if zone not in by_letter:
            raise ValueError(f'zone "{zone}" has no place in the address plan; it knows {", ".join(by_letter)}')
        app, rest = by_letter[zone].subnets()
        public, data, cache, _spare = rest.subnets(prefixlen_diff=2)
        plan["public"][zone] = public
        plan["app"][zone] = app
        plan["data"][zone] = data
        plan["cache"][zone] = cache
    return plan


def azure_subnets(block: IPv4Network) -> dict[str, IPv4Network]:
    """The subnets of Azure's /16 block, by name.

    `apps` is the smallest that a Container Apps environment without workload profiles takes (/23), `postgres` leaves
    room beyond the /28 that a flexible server needs, `GatewaySubnet` is a name that Azure fixes (/27 is its advice).
    The gateway sits at the far end, so that the rest can grow. ValueError for a block of another length.
    """
    _demand(block, BLOCK_LENGTH)
    *_, last = block.subnets(new_prefix=27)
    start = int(block.network_address)
    return {
        "GatewaySubnet": last,
        "apps": IPv4Network((start, 23)),
        "ingress": IPv4Network((start + 2 * 256, 24)),
        "endpoints": IPv4Network((start + 3 * 256, 24)),
        "postgres": IPv4Network((start + 4 * 256, 26)),
    }


def _demand(network: IPv4Network, length: int) -> None:
    if network.prefixlen != length:
        raise ValueError(f"{network} is not a /{length}")
