"""Mistakes that a first load balancer makes, made on purpose; the numbers are those of the list of forty.

Each comes with its counter-case: the nearest thing that a real account takes.
"""

import pytest

from sandbox.minting import certificate_pair
from sandbox.operations import Refused
from tests.sandbox import offline as kinds
from tests.sandbox.balancing import Ground, acl, writes
from tests.sandbox.offline import Made, Offline


@pytest.fixture
def ground(offline: Offline) -> Ground:
    return Ground(offline)


def by_kms(ground: Ground) -> Made:
    default = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": ground.aws.make(kinds.KEY).arn}
    return ground.aws.make(
        kinds.ENCRYPTION, bucket=ground.bucket.id, rules=[{"applyServerSideEncryptionByDefault": default}]
    )


@pytest.mark.req("C3")
def test_2_logs_into_a_bucket_under_a_kms_key(ground: Ground) -> None:
    ground.policy(writes(ground.bucket))
    encryption = by_kms(ground)
    with pytest.raises(Refused, match=r"Access Denied for bucket: .*encrypts with a KMS key by default.*access logs"):
        ground.balancer(accessLogs=ground.logging())
    own = [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]
    ground.aws.update(encryption, rules=own)
    assert ground.balancer(accessLogs=ground.logging())


def test_2_logs_before_the_policy_is_there(ground: Ground) -> None:
    with pytest.raises(Refused, match=r"Access Denied for bucket: .*has no policy yet.*Enable access logs"):
        ground.balancer(accessLogs=ground.logging())
    ground.policy(writes(ground.bucket))
    assert ground.balancer(accessLogs=ground.logging())


def test_2_logs_whose_writer_is_another_principal(ground: Ground) -> None:
    policy = ground.policy(writes(ground.bucket, Service="delivery.logs.amazonaws.com"))
    with pytest.raises(Refused, match=r"Access Denied for bucket: .*logdelivery\.elasticloadbalancing"):
        ground.balancer(accessLogs=ground.logging())
    ground.aws.delete(policy)
    ground.policy(writes(ground.bucket))
    assert ground.balancer(accessLogs=ground.logging())


@pytest.mark.req("A1")
def test_27_an_acl_goes_before_what_it_stands_in_front_of(ground: Ground) -> None:
    firewall = acl(ground.aws)
    association = ground.aws.make(kinds.WEB_ACL_ASSOCIATION, resourceArn=ground.balancer().arn, webAclArn=firewall.arn)
    with pytest.raises(Refused, match=r"WAFAssociatedItemException.*DeleteWebACL"):
        ground.aws.delete(firewall)
    ground.aws.delete(association)
    ground.aws.delete(firewall)


def test_28_clients_are_verified_before_the_zone_shows_its_certificate(ground: Ground) -> None:
    certificate, balancer, trust = ground.certificate(), ground.balancer(), ground.trust_store()
    mutual = {"mode": "verify", "trustStoreArn": trust.arn}
    with pytest.raises(Refused, match=r"every visitor of school\.example would get 403.*not on.*Origin Pulls"):
        ground.https(balancer, certificateArn=certificate.arn, mutualAuthentication=mutual)
    ground.origin_pulls()
    assert ground.https(balancer, certificateArn=certificate.arn, mutualAuthentication=mutual)


def test_28_the_right_order_passes_through_first(ground: Ground) -> None:
    certificate, balancer, trust = ground.certificate(), ground.balancer(), ground.trust_store()
    https = ground.https(balancer, certificateArn=certificate.arn, mutualAuthentication={"mode": "passthrough"})
    verify = {"mode": "verify", "trustStoreArn": trust.arn}
    with pytest.raises(Refused, match="would get 403"):
        ground.aws.update(https, mutualAuthentication=verify)
    ground.origin_pulls()
    assert ground.aws.update(https, mutualAuthentication=verify)


def test_28_the_zone_shows_a_certificate_of_another_authority(ground: Ground) -> None:
    certificate, balancer = ground.certificate(), ground.balancer()
    ground.origin_pulls()
    trust = ground.trust_store(ground.bundle(certificate_pair("other")["ca"]))
    with pytest.raises(Refused, match=r"its certificate is of no trusted authority"):
        ground.https(
            balancer,
            certificateArn=certificate.arn,
            mutualAuthentication={"mode": "verify", "trustStoreArn": trust.arn},
        )


def test_28_clients_of_names_that_are_not_behind_the_edge_are_nobody_s_business(ground: Ground) -> None:
    certificate = ground.certificate(issued=False, domain="devices.example")
    option = certificate.properties["domainValidationOptions"][0]
    names = [option[key].rstrip(".") for key in ("resourceRecordName", "resourceRecordValue")]
    other = ground.cloudflare.make(kinds.ZONE, "other", name="devices.example", account={"id": "1" * 32})
    record = ground.cloudflare.make(
        kinds.RECORD, "proof", zoneId=other.id, name=names[0], type="CNAME", content=names[1], ttl=300
    )
    ground.aws.make(kinds.VALIDATION, "devices", certificateArn=certificate.arn, validationRecordFqdns=[names[0]])
    ground.cloudflare.delete(record)
    ground.cloudflare.delete(other)  # the domain is served elsewhere from now on
    assert ground.https(
        ground.balancer(),
        certificateArn=certificate.arn,
        mutualAuthentication={"mode": "verify", "trustStoreArn": ground.trust_store().arn},
    )


def test_36_subnets_and_groups_outlive_the_load_balancer_in_them(ground: Ground) -> None:
    balancer = ground.balancer()
    for held in (ground.group, ground.subnets[0]):
        with pytest.raises(Refused, match=r"DependencyViolation: .*loadBalancer:LoadBalancer.*reference to nothing"):
            ground.aws.delete(held)
    ground.aws.delete(balancer)
    ground.aws.delete(ground.group)
    ground.aws.delete(ground.subnets[0])
