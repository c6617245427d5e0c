"""DRReplica: Azure's resource group and network."""

import itertools
from ipaddress import IPv4Network

import pytest

from components.recovery.nsg import NsgRule, nsg_rules
from settings.addresses import azure_subnets
from tests.graph import Graph

RESOURCE_GROUP = "azure-native:resources:ResourceGroup"
NETWORK = "azure-native:network:VirtualNetwork"
SUBNET = "azure-native:network:Subnet"
FILTER = "azure-native:network:NetworkSecurityGroup"

PLAN = azure_subnets(IPv4Network("10.82.0.0/16"))


def test_everything_stands_in_one_group_with_a_name_that_people_know(prod: Graph) -> None:
    group = prod.one(RESOURCE_GROUP)
    assert group.value("resourceGroupName") == "erp-prod-recovery-g1"
    assert group.value("location") == "westeurope"
    for type_ in (NETWORK, SUBNET, FILTER):
        for node in prod.some(type_):
            assert prod.reference(node, "resourceGroupName") == group


def test_azure_resources_carry_all_tags_themselves(prod: Graph) -> None:
    wanted = {"Project", "Environment", "CostCenter", "ManagedBy", "Component", "DataClass"}
    for node in [*prod.some(RESOURCE_GROUP), *prod.some(NETWORK), *prod.some(FILTER)]:
        assert set(node.value("tags")) == wanted, f"{node}: Azure has no default tags"


def test_subnets_are_resources_of_their_own_inside_the_network(prod: Graph) -> None:
    network = prod.one(NETWORK)
    assert not network.has("subnets"), "subnets listed inline take those of their own away"
    [space] = network.value("addressSpace.addressPrefixes")
    for subnet in prod.some(SUBNET):
        assert IPv4Network(subnet.value("addressPrefix")).subnet_of(IPv4Network(space))
        assert prod.reference(subnet, "virtualNetworkName") == network
    assert {node.value("subnetName") for node in prod.some(SUBNET)} == set(PLAN)


def test_azures_network_overlaps_none_of_aws(prod: Graph) -> None:
    [space] = prod.one(NETWORK).value("addressSpace.addressPrefixes")
    for vpc in prod.some("aws:ec2/vpc:Vpc"):
        assert not IPv4Network(space).overlaps(IPv4Network(vpc.value("cidrBlock")))


def test_subnets_are_made_one_after_the_other(prod: Graph) -> None:
    subnets = prod.some(SUBNET)
    for one, other in itertools.combinations(subnets, 2):
        assert prod.waits_for(one, other) or prod.waits_for(other, one), "Azure takes one change of a network at a time"


def test_every_subnet_but_the_gateways_has_its_filter(prod: Graph) -> None:
    for subnet in prod.some(SUBNET):
        if subnet.value("subnetName") == "GatewaySubnet":
            assert not subnet.has("networkSecurityGroup"), "a gateway behind a filter fails"
        else:
            [group] = prod.references(subnet, "networkSecurityGroup")
            assert group.name == f"recovery-filter-{subnet.value('subnetName')}"


def test_container_apps_and_postgresql_have_subnets_for_themselves(prod: Graph) -> None:
    delegated = {
        node.value("subnetName"): node.value("delegations[0].serviceName")
        for node in prod.some(SUBNET)
        if node.has("delegations")
    }
    assert delegated == {
        "apps": "Microsoft.App/environments",
        "postgres": "Microsoft.DBforPostgreSQL/flexibleServers",
    }


def test_subnets_without_a_service_of_their_own_have_no_default_way_out(prod: Graph) -> None:
    private = {node.value("subnetName") for node in prod.some(SUBNET) if node.has("defaultOutboundAccess")}
    assert private == {"ingress", "endpoints"}
    assert not any(
        node.value("defaultOutboundAccess") for node in prod.some(SUBNET) if node.has("defaultOutboundAccess")
    )


def test_private_endpoints_obey_their_filter(prod: Graph) -> None:
    endpoints = prod.one(SUBNET, "recovery-subnet-endpoints")
    assert endpoints.value("privateEndpointNetworkPolicies") == "NetworkSecurityGroupEnabled"


def admits(rules: tuple[NsgRule, ...], source: str, port: int) -> bool:
    """What Azure decides about a TCP packet that comes in from a block or tag: the first rule that fits."""
    for rule in sorted(rules, key=lambda rule: rule.priority):
        fits = rule.direction == "Inbound" and rule.source in ("*", source)
        if fits and any(covers(ports, port) for ports in rule.ports):
            return rule.access == "Allow"
    return False


def covers(ports: str, port: int) -> bool:
    if ports == "*":
        return True
    first, _, last = ports.partition("-")
    return int(first) <= port <= int(last or first)


@pytest.mark.parametrize(
    ("source", "target", "port", "expected"),
    [
        ("ingress", "apps", 443, True),
        ("apps", "apps", 8080, True),
        ("apps", "postgres", 5432, True),
        ("postgres", "postgres", 5432, True),
        ("apps", "endpoints", 443, True),
        ("apps", "endpoints", 10000, True),
        ("ingress", "postgres", 5432, False),
        ("ingress", "endpoints", 443, False),
        ("endpoints", "postgres", 5432, False),
        ("postgres", "apps", 443, False),
        ("apps", "postgres", 22, False),
        ("apps", "ingress", 443, False),
    ],
)
def test_a_subnet_admits_only_whom_it_lists(source: str, target: str, port: int, expected: bool) -> None:
    assert admits(nsg_rules(PLAN)[target], str(PLAN[source]), port) is expected


@pytest.mark.parametrize("target", ["ingress", "apps", "endpoints", "postgres"])
def test_nothing_enters_from_the_internet(target: str) -> None:
    rules = nsg_rules(PLAN)[target]
    assert not any(admits(rules, source, port) for source in ("Internet", "0.0.0.0/0") for port in (22, 443, 5432))
    assert rules[-1].access == "Allow" or {rule.source for rule in rules if rule.priority == 4096}


def test_the_databases_do_not_call_the_internet() -> None:
    denied = [r for r in nsg_rules(PLAN)["postgres"] if r.direction == "Outbound" and r.access == "Deny"]
    assert [rule.destination for rule in denied] == ["Internet"]


def test_priorities_are_unique_within_a_direction() -> None:
    for rules in nsg_rules(PLAN).values():
        for direction in ("Inbound", "Outbound"):
            priorities = [rule.priority for rule in rules if rule.direction == direction]
            assert len(set(priorities)) == len(priorities)


def test_rules_reach_azure_in_its_own_form(prod: Graph) -> None:
    rules = {rule["name"]: rule for rule in prod.one(FILTER, "recovery-filter-apps").value("securityRules")}
    ingress = rules["allow-inbound-ingress"]
    assert ingress["destinationPortRanges"] == ["443", "30000-32767"]
    assert "destinationPortRange" not in ingress, "one of singular and plural, as Azure gives it back"
    assert rules["allow-inbound-apps"]["destinationPortRange"] == "*"
    assert rules["deny-inbound-rest"]["priority"] == 4096
