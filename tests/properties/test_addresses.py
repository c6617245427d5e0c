"""The address plan over every allowed range: nothing overlaps, everything fits, nothing touches what is reserved."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings import TIERS, AddressPlan, azure_subnets, load, stacks, tiers
from settings.addresses import ZONE_LETTERS
from settings.judging import judge
from settings.vocabulary import PRIVATE_SPACE, RESERVED_SPACE
from tests.unit.settings_files import ROOT

ALLOWED_RANGES = [
    candidate
    for space in PRIVATE_SPACE
    if space.prefixlen <= 13
    for candidate in space.subnets(new_prefix=13)
    if not any(candidate.overlaps(reserved) for reserved in RESERVED_SPACE)
]

ranges = st.sampled_from(ALLOWED_RANGES)
blocks = st.integers(0, 2**16 - 1).map(lambda number: IPv4Network((number << 16, 16)))
zones = st.lists(st.sampled_from(ZONE_LETTERS), min_size=1, max_size=4, unique=True)

ROOM = {"public": 21, "app": 19, "data": 21, "cache": 21}


def _networks(plan: AddressPlan) -> list[IPv4Network]:
    return [plan.aws_primary, plan.aws_recovery, plan.azure, plan.vpn_clients, *plan.spare]


def _subnets(range_: IPv4Network, letters: Sequence[str]) -> list[IPv4Network]:
    """Every subnet of a stack, and the block of its VPN clients."""
    plan = AddressPlan.of(range_)
    inner = [
        by_zone.values()
        for block in (plan.aws_primary, plan.aws_recovery)
        for by_zone in tiers(block, letters).values()
    ]
    return [subnet for group in inner for subnet in group] + [*azure_subnets(plan.azure).values(), plan.vpn_clients]


def _overlapping(networks: Iterable[IPv4Network]) -> list[tuple[IPv4Network, IPv4Network]]:
    """The overlapping pairs. Networks either nest or are apart, so sorted neighbours tell."""
    return [(one, other) for one, other in combinations(sorted(networks), 2) if one.overlaps(other)]


def test_all_of_the_tens_and_nothing_else_is_allowed() -> None:
    tens = list(IPv4Network("10.0.0.0/8").subnets(new_prefix=13))
    assert tens == ALLOWED_RANGES


@given(ranges)
def test_a_range_divides_into_eight_blocks_that_fill_it(range_: IPv4Network) -> None:
    found = _networks(AddressPlan.of(range_))
    assert found == list(range_.subnets(new_prefix=16))
    assert len(found) == 8


@given(ranges)
def test_the_vpn_clients_get_a_block_that_client_vpn_takes(range_: IPv4Network) -> None:
    assert 12 <= AddressPlan.of(range_).vpn_clients.prefixlen <= 22


@given(blocks, zones)
def test_every_tier_has_a_subnet_of_its_size_in_each_zone_inside_the_block(
    block: IPv4Network, letters: list[str]
) -> None:
    plan = tiers(block, letters)
    assert tuple(plan) == TIERS
    for tier, by_zone in plan.items():
        assert list(by_zone) == letters
        assert {subnet.prefixlen for subnet in by_zone.values()} == {ROOM[tier]}
        assert all(subnet.subnet_of(block) for subnet in by_zone.values())


@given(blocks, zones)
def test_no_two_subnets_of_a_block_overlap(block: IPv4Network, letters: list[str]) -> None:
    assert not _overlapping(subnet for by_zone in tiers(block, letters).values() for subnet in by_zone.values())


@given(blocks, zones)
def test_a_zone_stays_inside_one_eighteenth_that_no_other_zone_touches(block: IPv4Network, letters: list[str]) -> None:
    plan = tiers(block, letters)
    for zone in letters:
        homes = {plan[tier][zone].supernet(new_prefix=18) for tier in TIERS}
        assert homes == {list(block.subnets(new_prefix=18))[ZONE_LETTERS.index(zone)]}


@given(blocks, zones, st.randoms(use_true_random=False))
def test_a_zone_keeps_its_subnets_whatever_the_order_and_the_other_zones(
    block: IPv4Network, letters: list[str], random: object
) -> None:
    whole = tiers(block, ZONE_LETTERS)
    shuffled = letters[:]
    getattr(random, "shuffle")(shuffled)  # noqa: B009 (hypothesis's own Random)
    for tier, by_zone in tiers(block, shuffled).items():
        assert all(whole[tier][zone] == subnet for zone, subnet in by_zone.items())


@given(blocks)
def test_azures_subnets_lie_apart_inside_their_block_in_the_sizes_that_its_services_want(block: IPv4Network) -> None:
    plan = azure_subnets(block)
    assert {name: subnet.prefixlen for name, subnet in plan.items()} == {
        "GatewaySubnet": 27,
        "apps": 23,
        "ingress": 24,
        "endpoints": 24,
        "postgres": 26,
    }
    assert all(subnet.subnet_of(block) for subnet in plan.values())
    assert not _overlapping(plan.values())


@given(st.lists(ranges, min_size=1, max_size=4, unique=True), zones)
def test_no_two_networks_of_any_stacks_overlap(several: list[IPv4Network], letters: list[str]) -> None:
    assert not _overlapping(subnet for range_ in several for subnet in _subnets(range_, letters))


@given(ranges, zones)
def test_no_subnet_touches_what_a_cloud_or_docker_reserves(range_: IPv4Network, letters: list[str]) -> None:
    for subnet in _subnets(range_, letters):
        assert subnet.is_private
        assert subnet.subnet_of(range_)
        assert not [reserved for reserved in RESERVED_SPACE if subnet.overlaps(reserved)]


@given(st.integers(0, 2**13 - 1).map(lambda number: IPv4Network((number << 19, 13))))
def test_the_settings_take_a_range_exactly_when_it_is_private_and_unreserved(range_: IPv4Network) -> None:
    draft = judge("dev", {"erp:addresses": {"range": str(range_)}})
    complaints = [fault for fault in draft.faults if fault.path == "erp:addresses.range"]
    assert (not complaints) == (range_ in ALLOWED_RANGES)


@given(st.integers(0, 32).filter(lambda length: length not in (13, 16)))
def test_a_network_of_another_length_is_refused(length: int) -> None:
    network = IPv4Network((0, length))
    with pytest.raises(ValueError, match=rf"^0\.0\.0\.0/{length} is not a /13$"):
        AddressPlan.of(network)
    with pytest.raises(ValueError, match=rf"^0\.0\.0\.0/{length} is not a /16$"):
        tiers(network, "a")
    with pytest.raises(ValueError, match=rf"^0\.0\.0\.0/{length} is not a /16$"):
        azure_subnets(network)


@given(blocks, st.text(min_size=1).filter(lambda letter: letter not in set(ZONE_LETTERS)))
def test_a_zone_without_a_place_is_refused(block: IPv4Network, letter: str) -> None:
    with pytest.raises(ValueError, match=r"has no place in the address plan; it knows a, b, c, d$"):
        tiers(block, ["a", letter])


def test_the_tracked_stacks_share_no_address() -> None:
    settings = [load(stack, ROOT) for stack in stacks(ROOT)]
    assert len(settings) == 3
    assert not _overlapping(subnet for each in settings for subnet in _subnets(each.addresses.range, "abcd"))


def test_the_plan_of_production_in_full() -> None:
    plan = load("prod", ROOT).address_plan
    assert [str(block) for block in _networks(plan)] == [f"10.{number}.0.0/16" for number in range(80, 88)]
    assert {tier: str(by_zone["b"]) for tier, by_zone in tiers(plan.aws_primary, "abc").items()} == {
        "public": "10.80.96.0/21",
        "app": "10.80.64.0/19",
        "data": "10.80.104.0/21",
        "cache": "10.80.112.0/21",
    }
    assert {name: str(subnet) for name, subnet in azure_subnets(plan.azure).items()} == {
        "GatewaySubnet": "10.82.255.224/27",
        "apps": "10.82.0.0/23",
        "ingress": "10.82.2.0/24",
        "endpoints": "10.82.3.0/24",
        "postgres": "10.82.4.0/26",
    }
