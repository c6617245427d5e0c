"""Load balancers, their listeners and trust stores, as Elastic Load Balancing takes and refuses them."""

import re
from typing import Any

import pytest

from sandbox.minting import certificate_pair
from sandbox.operations import Refused
from tests.sandbox import offline as kinds
from tests.sandbox.balancing import ELB_ACCOUNT, NOT_FOUND, Ground, writes
from tests.sandbox.offline import ACCOUNT, PRIMARY, RECOVERY, Offline

VERIFY = {"mode": "verify"}


@pytest.fixture
def ground(offline: Offline) -> Ground:
    return Ground(offline)


def test_a_load_balancer_has_the_vendor_s_names(ground: Ground) -> None:
    made = ground.balancer()
    assert re.fullmatch(
        rf"arn:aws:elasticloadbalancing:{PRIMARY}:{ACCOUNT}:loadbalancer/app/front-[0-9a-f]{{7}}/[0-9a-f]{{16}}",
        made.arn,
    )
    assert made.id == made.arn
    assert made.properties["arnSuffix"] == made.arn.partition("loadbalancer/")[2]
    assert re.fullmatch(rf"front-[0-9a-f]{{7}}-\d+\.{PRIMARY}\.elb\.amazonaws\.com", made.properties["dnsName"])
    assert made.properties["zoneId"] == "Z215JYRZR1TBD5"
    assert made.properties["vpcId"] == ground.vpc.id


def test_a_name_that_leaves_no_room_for_the_suffix_is_refused(ground: Ground) -> None:
    assert ground.balancer("a" * 24)
    checked = ground.aws.check(kinds.BALANCER, {"subnets": [ground.subnets[0].id]}, "a" * 25)
    assert any("maximum of 32" in problem.message for problem in checked.problems)


def test_a_load_balancer_stands_in_two_zones_each_once(ground: Ground) -> None:
    twin = ground.subnet(7, "a")
    for subnets, message in (
        ([ground.subnets[0]], "At least two subnets in two different Availability Zones"),
        ([ground.subnets[0], twin, ground.subnets[1]], "multiple subnets in the same Availability Zone"),
    ):
        with pytest.raises(Refused, match=message):
            ground.balancer(subnets=[subnet.id for subnet in subnets])
    assert ground.balancer()


def test_a_load_balancer_that_faces_the_internet_needs_a_way_to_it(offline: Offline) -> None:
    ground = Ground(offline)
    ground.aws.delete(ground.gateway)
    with pytest.raises(Refused, match=rf"InvalidSubnet: VPC {ground.vpc.id} has no internet gateway"):
        ground.balancer()
    assert ground.balancer(internal=True).properties["dnsName"].startswith("internal-")


def test_the_internet_gateway_stays_while_a_load_balancer_has_addresses(ground: Ground) -> None:
    balancer = ground.balancer()
    with pytest.raises(Refused, match=r"DependencyViolation: .* mapped public addresses"):
        ground.aws.delete(ground.gateway)
    ground.aws.delete(balancer)
    ground.aws.delete(ground.gateway)


def test_its_groups_are_of_its_own_network(ground: Ground) -> None:
    other = ground.aws.make(kinds.VPC, "other", cidrBlock="10.1.0.0/16")
    foreign = ground.aws.make(kinds.GROUP, "foreign", vpcId=other.id)
    with pytest.raises(Refused, match="belong to different VPCs"):
        ground.balancer(securityGroups=[foreign.id])
    default = ground.vpc.properties["defaultSecurityGroupId"]
    assert ground.balancer("plain", securityGroups=[default]).properties["securityGroups"] == [default]


def test_deletion_protection_comes_off_before_a_deletion(ground: Ground) -> None:
    balancer = ground.balancer(enableDeletionProtection=True)
    with pytest.raises(Refused, match=r"OperationNotPermitted: .* deletion protection is enabled"):
        ground.aws.delete(balancer)
    ground.aws.delete(ground.aws.update(balancer, enableDeletionProtection=False))


def test_a_person_may_take_the_protection_off(ground: Ground) -> None:
    balancer = ground.balancer(enableDeletionProtection=True)
    with ground.aws.store.operation() as store:
        [there] = store.all(kinds.BALANCER)
        store.edit(there.serial, {"enableDeletionProtection": False})
    ground.aws.delete(balancer)


# --- logs


@pytest.mark.parametrize(
    "principal",
    [{}, {"AWS": f"arn:aws:iam::{ELB_ACCOUNT}:root"}, {"AWS": ELB_ACCOUNT}],
    ids=["service", "arn", "account"],
)
@pytest.mark.parametrize("logs", ["accessLogs", "connectionLogs"])
def test_logs_go_where_the_policy_lets_the_writer_in(ground: Ground, principal: dict[str, str], logs: str) -> None:
    ground.policy(writes(ground.bucket, **principal))
    inputs: dict[str, Any] = {logs: ground.logging()}
    assert ground.balancer("front", **inputs)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"Principal": {"Service": "logging.s3.amazonaws.com"}}, "another service"),
        ({"Principal": {"AWS": "arn:aws:iam::127311923021:root"}}, "the account of another region"),
        ({"Action": "s3:GetObject"}, "another action"),
        ({"Effect": "Deny"}, "a refusal"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_policy_that_lets_somebody_else_do_something_else_is_none(
    ground: Ground, change: dict[str, Any], why: str
) -> None:
    ground.policy({**writes(ground.bucket), **change})
    with pytest.raises(Refused, match=r"Access Denied for bucket: .*no statement of its policy"):
        ground.balancer(accessLogs=ground.logging())


def test_logs_under_another_prefix_are_refused(ground: Ground) -> None:
    ground.policy(writes(ground.bucket, prefix="other"))
    with pytest.raises(Refused, match="Access Denied for bucket"):
        ground.balancer(accessLogs=ground.logging())
    assert ground.balancer("off", accessLogs=ground.logging(enabled=False))


def test_an_update_that_switches_logs_on_is_judged_too(ground: Ground) -> None:
    balancer = ground.balancer()
    with pytest.raises(Refused, match="the bucket has no policy yet"):
        ground.aws.update(balancer, accessLogs=ground.logging())


# --- listeners


def test_https_takes_an_issued_certificate_of_its_region(ground: Ground) -> None:
    balancer, waiting = ground.balancer(), ground.certificate(issued=False)
    with pytest.raises(Refused, match="UnsupportedCertificate"):
        ground.https(balancer, certificateArn=waiting.arn)
    elsewhere = ground.offline.aws(RECOVERY).make(kinds.CERTIFICATE, domainName="a.example", validationMethod="DNS")
    with pytest.raises(Refused, match=f"CertificateNotFound: .* lies in {RECOVERY}"):
        ground.https(balancer, certificateArn=elsewhere.arn)
    with pytest.raises(Refused, match="a certificate must be specified"):
        ground.https(balancer)
    made = ground.https(balancer, certificateArn=ground.certificate().arn)
    assert made.properties["sslPolicy"] == "ELBSecurityPolicy-2016-08", "AWS's own default, with TLS 1.0"
    assert made.arn.startswith(balancer.arn.replace(":loadbalancer/", ":listener/") + "/")


def test_a_port_has_one_listener(ground: Ground) -> None:
    balancer = ground.balancer()
    plain = {"loadBalancerArn": balancer.arn, "port": 80, "protocol": "HTTP", "defaultActions": [NOT_FOUND]}
    first = ground.aws.make(kinds.LISTENER, "one", **plain)
    with pytest.raises(Refused, match="DuplicateListener"):
        ground.aws.make(kinds.LISTENER, "two", **plain)
    assert ground.aws.make(kinds.LISTENER, "two", **{**plain, "port": 8080})
    assert ground.aws.update(first, port=81)
    assert ground.aws.make(kinds.LISTENER, "again", **plain)


def test_http_has_nothing_of_tls(ground: Ground) -> None:
    plain = {"loadBalancerArn": ground.balancer().arn, "port": 80, "protocol": "HTTP", "defaultActions": [NOT_FOUND]}
    with pytest.raises(Refused, match="an HTTP listener takes no sslPolicy"):
        ground.aws.make(kinds.LISTENER, **plain, sslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06")


def test_a_load_balancer_is_replaced_only_for_what_replaces_it(ground: Ground) -> None:
    balancer = ground.balancer(idleTimeout=60)
    third = ground.subnet(2, "c")
    assert ground.aws.changes(balancer, idleTimeout=120) == {"idleTimeout": False}
    more = [*balancer.inputs["subnets"], third.id]
    assert not any(ground.aws.changes(balancer, subnets=more).values())
    assert ground.aws.changes(balancer, internal=True) == {"internal": True}
    assert ground.aws.changes(balancer, dnsRecordClientRoutingPolicy="availability_zone_affinity") == {}, "for networks"


def test_what_a_listener_of_another_protocol_says_is_no_difference(ground: Ground) -> None:
    plain = {"loadBalancerArn": ground.balancer().arn, "port": 80, "protocol": "HTTP", "defaultActions": [NOT_FOUND]}
    http = ground.aws.make(kinds.LISTENER, "http", **plain)
    assert ground.aws.changes(http, routingHttpRequestXAmznTlsVersionHeaderName="X-Tls") == {}
    assert ground.aws.changes(http, routingHttpResponseServerEnabled=False) == {
        "routingHttpResponseServerEnabled": False
    }


# --- trust stores and who is verified


def test_a_trust_store_reads_a_bundle_that_is_there(ground: Ground) -> None:
    bundle = ground.bundle()
    with pytest.raises(Refused, match=r"CaCertificatesBundleNotFound: there is no object other\.pem"):
        ground.trust_store(bundle, caCertificatesBundleS3Key="other.pem")
    with pytest.raises(Refused, match=r"CaCertificatesBundleNotFound: ca\.pem has no version gone"):
        ground.trust_store(bundle, caCertificatesBundleS3ObjectVersion="gone")
    assert re.fullmatch(r"truststore/trust-[0-9a-f]{7}/[0-9a-f]{16}", ground.trust_store(bundle).arn.split(":")[-1])


def test_a_bundle_holds_authorities_alone(ground: Ground) -> None:
    leaf = ground.aws.update(bundle := ground.bundle(), content=ground.pair["certificate"])
    with pytest.raises(Refused, match=r"InvalidCaCertificatesBundle: CN=pull.* is no authority"):
        ground.trust_store(leaf)
    nonsense = ground.aws.update(leaf, content="hello")
    with pytest.raises(Refused, match="no list of certificates in PEM"):
        ground.trust_store(nonsense)
    two = ground.aws.update(nonsense, content=ground.pair["ca"] + certificate_pair("next")["ca"])
    assert ground.trust_store(two)
    assert two.properties["versionId"] not in ("", bundle.properties["versionId"]), "a change makes a version"


def test_a_trust_store_in_use_stays(ground: Ground) -> None:
    certificate, trust = ground.certificate(), ground.trust_store()
    ground.origin_pulls()
    https = ground.https(
        ground.balancer(), certificateArn=certificate.arn, mutualAuthentication={**VERIFY, "trustStoreArn": trust.arn}
    )
    with pytest.raises(Refused, match="TrustStoreInUse"):
        ground.aws.delete(trust)
    ground.aws.delete(https)
    ground.aws.delete(trust)


def test_verifying_goes_with_a_trust_store_and_nothing_else_does(ground: Ground) -> None:
    certificate, trust, balancer = ground.certificate(), ground.trust_store(), ground.balancer()
    with pytest.raises(Refused, match="mode verify needs a trust store"):
        ground.https(balancer, certificateArn=certificate.arn, mutualAuthentication=VERIFY)
    passing = {"mode": "passthrough", "trustStoreArn": trust.arn}
    with pytest.raises(Refused, match="does not go with mutual authentication in mode passthrough"):
        ground.https(balancer, certificateArn=certificate.arn, mutualAuthentication=passing)
    assert ground.https(balancer, certificateArn=certificate.arn, mutualAuthentication={"mode": "passthrough"})


# --- prefix lists and objects


def test_a_prefix_list_has_room_for_its_entries_each_once_and_of_its_family(offline: Offline) -> None:
    aws = offline.aws()
    entries = [{"cidr": f"10.{number}.0.0/16"} for number in range(3)]
    plain: dict[str, Any] = {"name": "edge", "addressFamily": "IPv4", "maxEntries": 3, "entries": entries}
    for change, message in (
        ({"maxEntries": 2}, "PrefixListMaxEntriesExceeded: 3 entries"),
        ({"entries": [entries[0], entries[0]]}, "InvalidPrefixListEntry"),
        ({"addressFamily": "IPv6"}, "is not of IPv6"),
        ({"name": "com.amazonaws.mine"}, "AWS's own beginning"),
    ):
        with pytest.raises(Refused, match=message):
            aws.make(kinds.PREFIX_LIST, **{**plain, **change})
    made = aws.make(kinds.PREFIX_LIST, **plain)
    assert re.fullmatch(r"pl-0[0-9a-f]{16}", made.id)
    assert made.properties["version"] == 1
    assert aws.update(made, tags={"a": "b"}).properties["version"] == 1
    assert aws.update(made, entries=entries[:2]).properties["version"] == 2


def test_a_rule_that_names_a_prefix_list_weighs_as_much_as_the_list_has_room_for(ground: Ground) -> None:
    aws = ground.aws
    wide = aws.make(kinds.PREFIX_LIST, name="edge", addressFamily="IPv4", maxEntries=25)
    rule = {"securityGroupId": ground.group.id, "ipProtocol": "tcp", "prefixListId": wide.id}
    for port in (80, 443):
        aws.make(kinds.INGRESS, f"in-{port}", **rule, fromPort=port, toPort=port)
    with pytest.raises(Refused, match="would count as 75, of 60"):
        aws.make(kinds.INGRESS, "one-more", **rule, fromPort=8080, toPort=8080)
    plain = {"securityGroupId": ground.group.id, "ipProtocol": "tcp", "cidrIpv4": "10.0.0.0/8"}
    assert aws.make(kinds.INGRESS, "ten-left", **plain, fromPort=1, toPort=1)


def test_an_object_gets_its_bucket_s_encryption_and_no_acl(offline: Offline) -> None:
    aws = offline.aws()
    bucket = aws.make(kinds.BUCKET)
    key = aws.make(kinds.KEY)
    default = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key.arn}
    aws.make(kinds.ENCRYPTION, bucket=bucket.id, rules=[{"applyServerSideEncryptionByDefault": default}])
    aws.make(kinds.OWNERSHIP, bucket=bucket.id, rule={"objectOwnership": "BucketOwnerEnforced"})
    made = aws.make(kinds.OBJECT, bucket=bucket.id, key="a/b", content="hello")
    assert (made.properties["serverSideEncryption"], made.properties["kmsKeyId"]) == ("aws:kms", key.arn)
    assert made.properties["versionId"] == "", "the bucket keeps none"
    with pytest.raises(Refused, match="AccessControlListNotSupported"):
        aws.make(kinds.OBJECT, "open", bucket=bucket.id, key="c", content="hello", acl="public-read")
    assert (
        aws.make(kinds.OBJECT, "asked", bucket=bucket.id, key="d", serverSideEncryption="AES256").properties[
            "serverSideEncryption"
        ]
        == "AES256"
    )
