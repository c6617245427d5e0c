"""AWS's VPN ends: client VPN, virtual private gateways, and the certificates that they show."""

from pathlib import Path

import pytest

from sandbox.minting import certificate_pair
from sandbox.operations import Refused
from sandbox.values import Secret
from tests.sandbox.offline import CERTIFICATE, LOG_GROUP, RECOVERY, ROUTE_TABLE, SUBNET, VPC, Caller, Made, Offline

ENDPOINT = "aws:ec2clientvpn/endpoint:Endpoint"
CLIENT_ASSOCIATION = "aws:ec2clientvpn/networkAssociation:NetworkAssociation"
RULE = "aws:ec2clientvpn/authorizationRule:AuthorizationRule"
CLIENT_ROUTE = "aws:ec2clientvpn/route:Route"
GATEWAY = "aws:ec2/vpnGateway:VpnGateway"
PROPAGATION = "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation"
STREAM = "aws:cloudwatch/logStream:LogStream"
SAML = "aws:iam/samlProvider:SamlProvider"


@pytest.fixture
def offline(tmp_path: Path) -> Offline:
    return Offline(tmp_path)


@pytest.fixture
def aws(offline: Offline) -> Caller:
    return offline.aws()


@pytest.fixture
def vpc(aws: Caller) -> Made:
    return aws.make(VPC, cidrBlock="10.0.0.0/16")


def imported(aws: Caller, name: str = "vpn") -> Made:
    pair = certificate_pair(name)
    return aws.make(CERTIFICATE, name, certificateBody=Secret(pair["certificate"]), privateKey=Secret(pair["key"]))


def endpoint(aws: Caller, vpc: Made, **changes: object) -> Made:
    certificate = imported(aws)
    way_in = {"type": "certificate-authentication", "rootCertificateChainArn": certificate.arn}
    wanted = {
        "clientCidrBlock": "10.8.0.0/16",
        "serverCertificateArn": certificate.arn,
        "authenticationOptions": [way_in],
        "connectionLogOptions": {"enabled": False},
        "vpcId": vpc.id,
    }
    return aws.make(ENDPOINT, **{**wanted, **changes})


def test_an_imported_certificate_is_issued_and_known_by_its_name(aws: Caller) -> None:
    made = imported(aws)
    assert made.properties["status"] == "ISSUED"
    assert made.properties["type"] == "IMPORTED"
    assert made.properties["domainName"] == "vpn.sandbox.invalid"
    renewed = certificate_pair("vpn")
    body = {"certificateBody": Secret(renewed["certificate"]), "privateKey": Secret(renewed["key"])}
    assert set(aws.changes(made, **body).values()) == {False}
    assert aws.update(made, **body).id == made.id


def test_a_certificate_is_imported_with_its_own_key_and_a_readable_chain(aws: Caller) -> None:
    pair, other = certificate_pair("vpn"), certificate_pair("other")
    with pytest.raises(Refused, match="privateKey: is not the key of the certificate"):
        aws.make(CERTIFICATE, certificateBody=Secret(pair["certificate"]), privateKey=Secret(other["key"]))
    with pytest.raises(Refused, match="certificateChain: cannot be read as a certificate"):
        aws.make(
            CERTIFICATE,
            certificateBody=Secret(pair["certificate"]),
            privateKey=Secret(pair["key"]),
            certificateChain="no PEM",
        )


def test_a_client_vpn_is_made_with_a_block_of_its_own(aws: Caller, vpc: Made) -> None:
    made = endpoint(aws, vpc)
    assert made.id.startswith("cvpn-endpoint-")
    assert made.arn.endswith(f":client-vpn-endpoint/{made.id}")


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ("10.8.0.0/23", "is no block between /22 and /12"),
        ("10.0.0.0/8", "is no block between /22 and /12"),
        ("10.0.128.0/22", "overlaps the network's 10.0.0.0/16"),
    ],
)
def test_a_block_that_clients_cannot_have_is_refused(block: str, told: str, aws: Caller, vpc: Made) -> None:
    with pytest.raises(Refused, match=told):
        endpoint(aws, vpc, clientCidrBlock=block)


def test_a_way_in_says_what_it_checks_against(aws: Caller, vpc: Made) -> None:
    with pytest.raises(Refused, match="samlProviderArn: federated-authentication needs it"):
        endpoint(aws, vpc, authenticationOptions=[{"type": "federated-authentication"}])
    provider = aws.make(SAML, name="staff", samlMetadataDocument="<EntityDescriptor>" + " " * 1000)
    federated = {"type": "federated-authentication", "samlProviderArn": provider.arn}
    assert endpoint(aws, vpc, authenticationOptions=[federated]).id


def test_the_certificate_is_issued_and_of_the_region(offline: Offline, aws: Caller, vpc: Made) -> None:
    requested = aws.make(CERTIFICATE, "requested", domainName="school.example", validationMethod="DNS")
    with pytest.raises(Refused, match="waits for its validation"):
        endpoint(aws, vpc, serverCertificateArn=requested.arn)
    far = imported(offline.aws(RECOVERY), "far")
    with pytest.raises(Refused, match=f"lies in {RECOVERY}"):
        endpoint(aws, vpc, serverCertificateArn=far.arn)


def test_one_subnet_of_each_zone_is_associated_and_of_one_network(aws: Caller, vpc: Made) -> None:
    vpn = endpoint(aws, vpc)

    def subnet(name: str, block: str, zone: str, network: Made = vpc) -> Made:
        return aws.make(SUBNET, name, vpcId=network.id, cidrBlock=block, availabilityZone=f"eu-central-1{zone}")

    first = subnet("first", "10.0.0.0/24", "a")
    aws.make(CLIENT_ASSOCIATION, "first", clientVpnEndpointId=vpn.id, subnetId=first.id)
    same = subnet("same", "10.0.1.0/24", "a")
    with pytest.raises(Refused, match="of the same zone eu-central-1a is associated already"):
        aws.make(CLIENT_ASSOCIATION, "same", clientVpnEndpointId=vpn.id, subnetId=same.id)
    other = aws.make(VPC, "other", cidrBlock="10.1.0.0/16")
    elsewhere = subnet("elsewhere", "10.1.0.0/24", "b", other)
    with pytest.raises(Refused, match="lies in another network"):
        aws.make(CLIENT_ASSOCIATION, "elsewhere", clientVpnEndpointId=vpn.id, subnetId=elsewhere.id)
    second = subnet("second", "10.0.2.0/24", "b")
    aws.make(CLIENT_ASSOCIATION, "second", clientVpnEndpointId=vpn.id, subnetId=second.id)
    with pytest.raises(Refused, match="DependencyViolation"):
        aws.delete(vpn)


def test_a_rule_names_a_network_and_a_route_goes_through_an_associated_subnet(aws: Caller, vpc: Made) -> None:
    vpn = endpoint(aws, vpc)
    rule = aws.make(RULE, clientVpnEndpointId=vpn.id, targetNetworkCidr="10.0.3.0/24", authorizeAllGroups=True)
    assert rule.id == f"{vpn.id},10.0.3.0/24"
    subnet = aws.make(SUBNET, vpcId=vpc.id, cidrBlock="10.0.0.0/24", availabilityZone="eu-central-1a")
    wanted = {"clientVpnEndpointId": vpn.id, "destinationCidrBlock": "10.9.0.0/16", "targetVpcSubnetId": subnet.id}
    with pytest.raises(Refused, match="InvalidClientVpnActiveAssociationNotFound"):
        aws.make(CLIENT_ROUTE, **wanted)
    aws.make(CLIENT_ASSOCIATION, clientVpnEndpointId=vpn.id, subnetId=subnet.id)
    assert aws.make(CLIENT_ROUTE, **wanted).id == f"{vpn.id},{subnet.id},10.9.0.0/16"


def test_connections_are_logged_to_a_group_that_exists(aws: Caller, vpc: Made) -> None:
    group = aws.make(LOG_GROUP, name="vpn")
    stream = aws.make(STREAM, name="connections", logGroupName=group.id)
    assert stream.arn == f"{group.arn}:log-stream:connections"
    logging = {"enabled": True, "cloudwatchLogGroup": "vpn", "cloudwatchLogStream": "connections"}
    assert endpoint(aws, vpc, connectionLogOptions=logging).id
    with pytest.raises(Refused, match="cloudwatchLogGroup"):
        endpoint(aws, vpc, connectionLogOptions={**logging, "cloudwatchLogGroup": "nowhere"})


def test_a_network_takes_one_gateway_and_its_tables_learn_from_no_other(aws: Caller, vpc: Made) -> None:
    gateway = aws.make(GATEWAY, vpcId=vpc.id, amazonSideAsn="64512")
    with pytest.raises(Refused, match=f"{gateway.id} is attached to the network already"):
        aws.make(GATEWAY, "second", vpcId=vpc.id)
    table = aws.make(ROUTE_TABLE, vpcId=vpc.id)
    assert aws.make(PROPAGATION, vpnGatewayId=gateway.id, routeTableId=table.id).id == f"{gateway.id}_{table.id}"
    other = aws.make(VPC, "other", cidrBlock="10.1.0.0/16")
    far = aws.make(ROUTE_TABLE, "far", vpcId=other.id)
    with pytest.raises(Refused, match="is not attached to the network of"):
        aws.make(PROPAGATION, "far", vpnGatewayId=gateway.id, routeTableId=far.id)
    assert aws.changes(gateway, amazonSideAsn="64513") == {"amazonSideAsn": True}
