"""Network ACLs: a stateless evaluator walks packets through the computed lists, there and back."""

from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.network.nacl import FLOWS, RULE_LIMIT, AclRule, Flow, TierAcl, tier_acls
from components.network.reach import REACHES
from settings.addresses import TIERS, Tier, tiers

blocks = st.integers(0, 255).map(lambda second: IPv4Network((10 << 24 | second << 16, 16)))
zone_sets = st.sampled_from(["ab", "bc", "abc", "acd", "abcd"])
ports = st.integers(1024, 65535)


class Estate:
    """A network as AWS would filter it."""

    def __init__(self, block: IPv4Network, zones: str) -> None:
        self.subnets = tiers(block, zones)
        self.acls = tier_acls(block, self.subnets)

    def hosts(self, place: str) -> list[IPv4Address]:
        """One address in each zone of a tier, or some on the internet."""
        if place == "internet":
            return [IPv4Address("203.0.113.9"), IPv4Address("198.51.100.200")]
        return [block[77] for block in self.subnets[place].values()]  # pyright: ignore[reportArgumentType]

    def passes(self, source: str, target: str, port: int, client: int) -> bool:
        """Whether a connection works between every pair of zones: the request there, the answer back."""
        return all(
            self._leaves(source, server, port)
            and self._enters(target, sender, port)
            and self._leaves(target, sender, client)
            and self._enters(source, server, client)
            for sender in self.hosts(source)
            for server in self.hosts(target)
        )

    def request_passes(self, source: str, target: str, port: int) -> bool:
        """Whether the first packet gets through between any pair of zones."""
        return any(
            self._leaves(source, server, port) and self._enters(target, sender, port)
            for sender in self.hosts(source)
            for server in self.hosts(target)
        )

    def _leaves(self, place: str, other: IPv4Address, port: int) -> bool:
        return place == "internet" or allowed(self._acl(place).egress, other, port)

    def _enters(self, place: str, other: IPv4Address, port: int) -> bool:
        return place == "internet" or allowed(self._acl(place).ingress, other, port)

    def _acl(self, place: str) -> TierAcl:
        return self.acls[place]  # pyright: ignore[reportArgumentType]


def allowed(rules: tuple[AclRule, ...], other: IPv4Address, port: int) -> bool:
    """AWS's reading: the first rule that fits decides, and without one the packet is dropped. All of ours allow."""
    return any(
        rule.protocol == "tcp" and other in rule.block and rule.first <= port <= rule.last
        for rule in sorted(rules, key=lambda rule: rule.number)
    )


estates = st.builds(Estate, blocks, zone_sets)


@given(estate=estates, flow=st.sampled_from(FLOWS), client=ports, data=st.data())
def test_every_intended_flow_passes_there_and_back(
    estate: Estate, flow: Flow, client: int, data: st.DataObject
) -> None:
    port = data.draw(st.integers(flow.first, flow.last))
    assert estate.passes(flow.source, flow.target, port, client), f"{flow.why}: {flow.source} to {flow.target}:{port}"


@given(estate=estates, client=ports)
def test_the_flows_that_the_estate_lives_on_pass(estate: Estate, client: int) -> None:
    # Written out once more, apart from the list that the rules are made of.
    for source, target, port in [
        ("internet", "public", 443),
        ("app", "internet", 443),
        ("public", "internet", 443),
        ("public", "app", 8080),
        ("public", "app", 65535),
        ("app", "app", 443),
        ("app", "data", 5432),
        ("app", "data", 2049),
        ("data", "data", 5432),
        ("app", "cache", 6379),
        ("app", "cache", 11211),
    ]:
        assert estate.passes(source, target, port, client), f"{source} to {target}:{port}"


@given(estate=estates, port=st.integers(0, 65535))
def test_data_and_cache_hear_nobody_but_their_tiers(estate: Estate, port: int) -> None:
    for target in ("data", "cache"):
        for source in {"internet", "public", "data", "cache"} - {target}:
            assert not estate.request_passes(source, target, port), f"{source} reaches {target}:{port}"
        assert not estate.request_passes(target, "internet", port), f"{target} calls the internet at {port}"


@given(estate=estates, port=st.integers(0, 1023))
def test_below_the_client_ports_only_https_is_open(estate: Estate, port: int) -> None:
    assert estate.request_passes("internet", "public", port) is (port == 443)
    assert not estate.request_passes("internet", "app", port)
    assert not estate.request_passes("data", "app", port)
    assert not estate.request_passes("cache", "app", port)


@given(estate=estates, port=st.integers(0, 65535))
def test_the_app_tier_opens_only_known_ports_of_data_and_cache(estate: Estate, port: int) -> None:
    assert estate.request_passes("app", "data", port) is (port in {5432, 2049})
    assert estate.request_passes("app", "cache", port) is (port in {6379, 11211})


@given(estate=estates)
def test_lists_fit_the_quota_and_hold_no_rule_in_vain(estate: Estate) -> None:
    for acl in estate.acls.values():
        for rules in (acl.ingress, acl.egress):
            assert len(rules) <= RULE_LIMIT
            assert [rule.number for rule in rules] == [100 + 10 * place for place in range(len(rules))]
            assert not any(one.covers(other) for one in rules for other in rules if one is not other)


@given(block=blocks, zones=zone_sets)
def test_the_same_network_gets_the_same_lists(block: IPv4Network, zones: str) -> None:
    assert Estate(block, zones).acls == Estate(block, zones).acls


def test_groups_and_lists_tell_of_the_same_traffic() -> None:
    def tier(group: str) -> str:
        return "app" if group == "endpoints" else group  # the endpoints' interfaces lie in the app tier's subnets

    by_group = {(tier(one.source), tier(one.target), one.first, one.last) for one in REACHES}
    by_list = {(one.source, one.target, one.first, one.last) for one in FLOWS}
    # What no group of ours is at the end of: NAT gateways have none, and the load balancer's clients come with it.
    visitors = {("internet", "public", 443, 443), ("internet", "public", 80, 80)}
    without_groups = {("app", "public", 443, 443), ("public", "internet", 443, 443), *visitors}
    assert by_list == by_group | without_groups


def test_only_tiers_with_a_way_out_take_icmp() -> None:
    estate = Estate(IPv4Network("10.80.0.0/16"), "abc")
    with_icmp = [tier for tier in TIERS if any(rule.protocol == "icmp" for rule in estate.acls[tier].ingress)]
    assert with_icmp == ["public", "app"]


def test_a_list_beyond_the_quota_is_an_error_and_not_a_surprise_at_aws() -> None:
    block = IPv4Network("10.80.0.0/16")
    many = list(block.subnets(new_prefix=24))
    subnets: dict[Tier, dict[str, IPv4Network]] = {
        tier: {str(place): many[index * 32 + place] for place in range(24)} for index, tier in enumerate(TIERS)
    }
    with pytest.raises(ValueError, match=r"the app tier would need \d+ ACL rules in one direction; AWS takes 20"):
        tier_acls(block, subnets)


def test_icmp_covers_icmp_of_its_own_kind_alone() -> None:
    anywhere = IPv4Network("0.0.0.0/0")
    too_large = AclRule(100, "icmp", anywhere, 3, 4)
    assert too_large.covers(AclRule(110, "icmp", IPv4Network("10.0.0.0/8"), 3, 4))
    assert not too_large.covers(AclRule(110, "icmp", anywhere, 8, 0))
    assert not too_large.covers(AclRule(110, "tcp", anywhere, 3, 4))
