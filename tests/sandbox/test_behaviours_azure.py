"""What Azure computes, and what it refuses because of what else exists."""

from typing import Any

import pytest

from sandbox.operations import Refused
from tests.sandbox.offline import (
    AZURE_SUBNET,
    NETWORK,
    NSG,
    RESOURCE_GROUP,
    SUBSCRIPTION,
    Caller,
    Made,
    Offline,
)


@pytest.fixture
def group(azure: Caller) -> Made:
    return azure.make(RESOURCE_GROUP, resourceGroupName="Standby", location="West Europe")


def network_of(group: Made, name: str = "net", *blocks: str) -> dict[str, Any]:
    return {
        "resourceGroupName": group.properties["name"],
        "virtualNetworkName": name,
        "location": "westeurope",
        "addressSpace": {"addressPrefixes": list(blocks) or ["10.8.0.0/16"]},
    }


@pytest.fixture
def network(azure: Caller, group: Made) -> Made:
    return azure.make(NETWORK, **network_of(group))


def subnet_of(network: Made, name: str, block: str, **other: Any) -> dict[str, Any]:
    return {
        "resourceGroupName": network.inputs["resourceGroupName"],
        "virtualNetworkName": network.inputs["virtualNetworkName"],
        "subnetName": name,
        "addressPrefix": block,
        **other,
    }


def test_ids_are_paths_and_a_location_is_kept_in_azure_s_own_spelling(group: Made, network: Made) -> None:
    assert group.id == f"/subscriptions/{SUBSCRIPTION}/resourceGroups/Standby"
    assert group.properties["location"] == "westeurope"
    assert network.id == f"{group.id}/providers/Microsoft.Network/virtualNetworks/net"
    assert network.properties["provisioningState"] == "Succeeded"
    assert network.properties["type"] == "Microsoft.Network/virtualNetworks"


def test_a_location_comes_from_the_resource_then_the_provider_then_the_group(offline: Offline, group: Made) -> None:
    azure, northern = offline.azure(), offline.azure("northeurope")
    inputs = {key: value for key, value in network_of(group).items() if key not in ("location", "virtualNetworkName")}
    assert azure.make(NETWORK, "a", **inputs).properties["location"] == "westeurope"
    assert northern.make(NETWORK, "b", **inputs).properties["location"] == "northeurope"
    assert northern.make(NETWORK, "c", **inputs, location="UK South").properties["location"] == "uksouth"


def test_a_location_is_one_of_azure_s(azure: Caller) -> None:
    with pytest.raises(Refused, match="'europewest' is no location"):
        azure.make(RESOURCE_GROUP, location="europewest")
    with pytest.raises(Refused, match="'' is no location"):
        azure.make(RESOURCE_GROUP, "nowhere")
    assert azure.make(RESOURCE_GROUP, "good", location="westeurope")


def test_letter_case_makes_no_difference_in_ids_and_names(azure: Caller, group: Made) -> None:
    with pytest.raises(Refused, match="is taken"):
        azure.make(RESOURCE_GROUP, "twin", resourceGroupName="STANDBY", location="westeurope")
    network = azure.make(NETWORK, **{**network_of(group), "resourceGroupName": "sTANDBY"})
    found = azure.clouds.read(azure.connection, NETWORK, network.id.upper(), {}, {})
    assert found is not None
    assert found[1]["name"] == "net"
    assert azure.clouds.read(azure.connection, NSG, network.id, {}, {}) is None, "another type"
    with pytest.raises(Refused, match="DependencyViolation"):
        azure.delete(group)


def test_the_same_name_may_stand_in_another_group(azure: Caller, group: Made, network: Made) -> None:
    other = azure.make(RESOURCE_GROUP, "other", resourceGroupName="Other", location="westeurope")
    twin = azure.make(NETWORK, "twin", **network_of(other, "net", "10.9.0.0/16"))
    azure.make(AZURE_SUBNET, "own", **subnet_of(network, "apps", "10.8.0.0/24"))
    azure.make(AZURE_SUBNET, "twins", **subnet_of(twin, "apps", "10.9.0.0/24"))
    with pytest.raises(Refused, match=r"is not inside 10\.9\.0\.0/16"):
        azure.make(AZURE_SUBNET, "lost", **subnet_of(twin, "more", "10.8.1.0/24"))


def test_a_resource_goes_into_a_group_that_exists_whatever_its_type(azure: Caller, group: Made) -> None:
    with pytest.raises(Refused, match="no ResourceGroup 'elsewhere' exists in Azure subscription"):
        azure.make(NETWORK, **{**network_of(group), "resourceGroupName": "elsewhere"})
    address = "azure-native:network:PublicIPAddress"
    with pytest.raises(Refused, match="no ResourceGroup 'elsewhere'"):
        azure.make(address, resourceGroupName="elsewhere", location="westeurope")
    assert azure.make(address, resourceGroupName="Standby", location="westeurope")


@pytest.mark.parametrize(
    ("name", "block", "message"),
    [
        ("apps", "10.9.0.0/24", "NetcfgSubnetRangeOutsideVnet: 10.9.0.0/24 is not inside 10.8.0.0/16"),
        ("apps", "10.8.0.128/25", "NetcfgSubnetRangesOverlap: 10.8.0.128/25 overlaps first"),
        ("AzureBastionSubnet", "10.8.1.0/27", "must be a /26 or larger"),
        ("AzureFirewallSubnet", "10.8.1.0/27", "must be a /26 or larger"),
    ],
)
def test_a_subnet_lies_in_its_network_beside_the_others(
    azure: Caller, network: Made, name: str, block: str, message: str
) -> None:
    azure.make(AZURE_SUBNET, "first", **subnet_of(network, "first", "10.8.0.0/24"))
    with pytest.raises(Refused, match=message):
        azure.make(AZURE_SUBNET, "second", **subnet_of(network, name, block))
    made = azure.make(AZURE_SUBNET, "third", **subnet_of(network, "GatewaySubnet", "10.8.1.0/27"))
    assert made.id == f"{network.id}/subnets/GatewaySubnet"
    assert made.properties["privateEndpointNetworkPolicies"] == "Disabled"


def test_several_prefixes_and_ipv6_are_understood(azure: Caller, group: Made) -> None:
    network = azure.make(NETWORK, **network_of(group, "dual", "10.8.0.0/16", "fd00::/48"))
    inputs = subnet_of(network, "apps", "")
    del inputs["addressPrefix"]
    azure.make(AZURE_SUBNET, "apps", **inputs, addressPrefixes=["10.8.0.0/24", "fd00::/64"])
    with pytest.raises(Refused, match="overlaps apps"):
        azure.make(AZURE_SUBNET, "more", **{**inputs, "subnetName": "more"}, addressPrefixes=["10.8.0.0/25"])


def test_a_network_keeps_the_blocks_that_its_subnets_lie_in(azure: Caller, group: Made) -> None:
    network = azure.make(NETWORK, **network_of(group, "net", "10.8.0.0/16", "10.9.0.0/16"))
    azure.make(AZURE_SUBNET, **subnet_of(network, "apps", "10.9.0.0/24"))
    with pytest.raises(Refused, match=r"10\.9\.0\.0/24 of apps would lie outside"):
        azure.update(network, addressSpace={"addressPrefixes": ["10.8.0.0/16"]})
    assert azure.update(network, addressSpace={"addressPrefixes": ["10.9.0.0/16"]})


def test_a_subnet_takes_a_security_group_of_its_network_s_place_and_the_gateway_s_takes_none(
    azure: Caller, group: Made, network: Made
) -> None:
    near = azure.make(NSG, "near", resourceGroupName="Standby", location="westeurope")
    far = azure.make(NSG, "far", resourceGroupName="Standby", location="northeurope")
    with pytest.raises(Refused, match="lies in northeurope, not where the network does"):
        azure.make(AZURE_SUBNET, **subnet_of(network, "apps", "10.8.0.0/24", networkSecurityGroup={"id": far.id}))
    with pytest.raises(Refused, match="GatewaySubnet takes no network security group"):
        azure.make(
            AZURE_SUBNET, **subnet_of(network, "GatewaySubnet", "10.8.0.0/24", networkSecurityGroup={"id": near.id})
        )
    subnet = azure.make(
        AZURE_SUBNET, **subnet_of(network, "apps", "10.8.0.0/24", networkSecurityGroup={"id": near.id.upper()})
    )
    with pytest.raises(Refused, match=r"DependencyViolation: .*networkSecurityGroup\.id"):
        azure.delete(near)
    azure.delete(subnet)
    azure.delete(near)


def test_a_group_that_something_is_in_stays(azure: Caller, group: Made, network: Made) -> None:
    with pytest.raises(Refused, match=f"{group.id} is still named by {NETWORK}"):
        azure.delete(group)
    azure.delete(network)
    azure.delete(group)


def test_what_only_a_creation_can_set_is_refused_in_an_update(azure: Caller, group: Made, network: Made) -> None:
    made = azure.make(NSG, resourceGroupName="Standby", location="westeurope")
    assert azure.changes(made, location="northeurope") == {"location": False}, "the preview shows an update"
    with pytest.raises(Refused, match="location can only be set when the resource is created"):
        azure.update(made, location="northeurope")
    assert azure.update(made, location="West Europe", tags={"a": "b"})
