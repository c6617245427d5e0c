"""What Cloudflare computes, and what it refuses because of what else exists."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from sandbox.behaviours.cloudflare import full_name
from sandbox.operations import Refused
from sandbox.values import Secret
from tests.sandbox.offline import (
    DNSSEC,
    PULL_CERTIFICATE,
    PULL_SETTINGS,
    RECORD,
    ZONE,
    Caller,
    Made,
    Offline,
    pull_pair,
)


@pytest.fixture
def zone(cloudflare: Caller) -> Made:
    return cloudflare.make(ZONE, name="school.example", account={"id": "0" * 32})


def record_of(zone: Made, name: str, kind: str = "A", content: str = "192.0.2.1", **other: Any) -> dict[str, Any]:
    return {"zoneId": zone.id, "name": name, "type": kind, "content": content, "ttl": 300, **other}


def test_a_zone_waits_for_its_registrar_with_two_name_servers(zone: Made) -> None:
    assert len(zone.id) == 32
    assert zone.properties["status"] == "pending"
    assert len(zone.properties["nameServers"]) == 2


def test_an_account_adds_a_zone_once(cloudflare: Caller, zone: Made) -> None:
    with pytest.raises(Refused, match=r"'school\.example' is taken"):
        cloudflare.make(ZONE, "twin", name="school.example", account={"id": "0" * 32})
    assert cloudflare.make(ZONE, "elsewhere", name="school.example", account={"id": "1" * 32})
    assert cloudflare.make(ZONE, "other", name="other.example", account={"id": "0" * 32})


def test_dnssec_hands_out_the_record_for_the_registrar_once_a_zone(cloudflare: Caller, zone: Made) -> None:
    dnssec = cloudflare.make(DNSSEC, zoneId=zone.id, status="active")
    assert dnssec.id == zone.id
    assert dnssec.properties["ds"].startswith(f"school.example. 3600 IN DS {dnssec.properties['keyTag']} 13 2 ")
    with pytest.raises(Refused, match="exists already"):
        cloudflare.make(DNSSEC, "twin", zoneId=zone.id)
    with pytest.raises(Refused, match="DependencyViolation"):
        cloudflare.delete(zone)


def test_everything_of_a_zone_needs_that_zone(cloudflare: Caller) -> None:
    missing = "f" * 32
    for token, inputs in (
        (RECORD, {"name": "a", "type": "A", "content": "192.0.2.1", "ttl": 1}),
        (DNSSEC, {}),
        (PULL_CERTIFICATE, pull_pair()),
        (PULL_SETTINGS, {"enabled": True}),
        ("cloudflare:index/tieredCache:TieredCache", {"value": "on"}),
    ):
        with pytest.raises(Refused, match=f"no Zone '{missing}' exists in Cloudflare"):
            cloudflare.make(token, **inputs, zoneId=missing)


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("www", "www.school.example"),
        ("a.b", "a.b.school.example"),
        ("@", "school.example"),
        ("school.example", "school.example"),
        ("WWW.School.Example.", "www.school.example"),
        ("preschool.example", "preschool.example.school.example"),
    ],
)
def test_a_name_is_completed_as_cloudflare_does_it(name: str, full: str) -> None:
    assert full_name(name, "school.example") == full


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (("www", "CNAME", "a.example"), ("www", "CNAME", "b.example"), "81053: a CNAME record"),
        (("www", "A", "192.0.2.1"), ("www.school.example", "A", "192.0.2.1"), "81058: an identical record"),
        (("www", "A", "192.0.2.1"), ("www", "CNAME", "a.example"), "no A, AAAA and CNAME under one name"),
        (("www", "CNAME", "a.example"), ("WWW.", "AAAA", "2001:db8::1"), "no A, AAAA and CNAME under one name"),
        (("sub", "NS", "ns.example"), ("sub", "TXT", "text"), "81056: an NS record stands alone"),
        (("sub", "TXT", "text"), ("sub", "NS", "ns.example"), "81056: an NS record stands alone"),
    ],
)
def test_records_of_one_name_that_exclude_each_other(
    cloudflare: Caller, zone: Made, first: tuple[str, str, str], second: tuple[str, str, str], message: str
) -> None:
    cloudflare.make(RECORD, "first", **record_of(zone, *first))
    with pytest.raises(Refused, match=message):
        cloudflare.make(RECORD, "second", **record_of(zone, *second))
    other = cloudflare.make(ZONE, "other", name="other.example", account={"id": "0" * 32})
    assert cloudflare.make(RECORD, "elsewhere", **record_of(other, *second))


def test_records_of_one_name_that_go_together(cloudflare: Caller, zone: Made) -> None:
    for number, (kind, content) in enumerate([("CNAME", "a.example"), ("TXT", "one"), ("TXT", "two")], start=1):
        cloudflare.make(RECORD, f"record-{number}", **record_of(zone, "www", kind, content))
    for address in ("192.0.2.1", "192.0.2.2"):
        cloudflare.make(RECORD, address, **record_of(zone, "api", "A", address))
    ns = [cloudflare.make(RECORD, name, **record_of(zone, "sub", "NS", f"{name}.example")) for name in ("a", "b")]
    assert len({record.id for record in ns}) == 2


def test_a_cname_record_does_not_point_to_itself(cloudflare: Caller, zone: Made) -> None:
    for name, content in (
        ("www", "www.school.example"),
        ("@", "School.Example."),
        ("www.school.example", "WWW.school.example"),
    ):
        with pytest.raises(Refused, match="9039: a CNAME record cannot point to itself"):
            cloudflare.make(RECORD, **record_of(zone, name, "CNAME", content))
    assert cloudflare.make(RECORD, "other", **record_of(zone, "www", "CNAME", "school.example"))
    assert cloudflare.make(RECORD, "text", **record_of(zone, "txt", "TXT", "txt.school.example"))


def test_a_record_may_change_beside_itself(cloudflare: Caller, zone: Made) -> None:
    record = cloudflare.make(RECORD, **record_of(zone, "www", "CNAME", "a.example"))
    assert cloudflare.update(record, content="b.example").properties["content"] == "b.example"


def test_records_with_data_differ_by_it_and_a_caa_record_shows_it_as_content(cloudflare: Caller, zone: Made) -> None:
    inputs = {"zoneId": zone.id, "name": "school.example", "type": "CAA", "ttl": 3600}
    first = cloudflare.make(RECORD, "first", **inputs, data={"flags": 0, "tag": "issue", "value": "amazon.com"})
    assert first.properties["content"] == '0 issue "amazon.com"'
    assert cloudflare.make(RECORD, "second", **inputs, data={"flags": 0, "tag": "issue", "value": "letsencrypt.org"})
    with pytest.raises(Refused, match="81058"):
        cloudflare.make(RECORD, "third", **inputs, data={"flags": 0, "tag": "issue", "value": "amazon.com"})


def test_proxied_shows_what_can_be(cloudflare: Caller, zone: Made) -> None:
    record = cloudflare.make(RECORD, **record_of(zone, "www", ttl=1, proxied=True))
    assert record.properties["proxiable"] is True
    text = cloudflare.make(RECORD, "text", **record_of(zone, "www", "TXT", "text"))
    assert text.properties["proxiable"] is False
    assert text.properties["proxied"] is False


def test_an_origin_pull_certificate_can_be_read_and_comes_with_its_own_key(cloudflare: Caller, zone: Made) -> None:
    pair, other = pull_pair(), pull_pair("other")
    assert cloudflare.check(PULL_CERTIFICATE, {**pair, "zoneId": zone.id, "certificate": Secret("no PEM")}).problems
    body = "-----BEGIN {0}-----\nbm90aGluZw==\n-----END {0}-----\n"
    for wrong, message in (
        ({"certificate": Secret(body.format("CERTIFICATE"))}, "cannot be read as a certificate"),
        ({"privateKey": Secret(body.format("PRIVATE KEY"))}, "cannot be read as a private key"),
        ({"privateKey": other["privateKey"]}, "is not the key of the certificate"),
    ):
        with pytest.raises(Refused, match=message):
            cloudflare.make(PULL_CERTIFICATE, zoneId=zone.id, **{**pair, **wrong})
    made = cloudflare.make(PULL_CERTIFICATE, zoneId=zone.id, **pair)
    assert made.properties["certificateId"] == made.id
    assert made.properties["issuer"] == "CN=origin-pull-ca.sandbox.invalid"
    assert isinstance(made.properties["privateKey"], Secret)


def test_an_origin_pull_key_may_come_with_openssl_s_block_of_ec_parameters(cloudflare: Caller, zone: Made) -> None:
    curve = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
    pair, key = ec_pair()
    other = ec_pair()[1]
    with pytest.raises(Refused, match="is not the key of the certificate"):
        cloudflare.make(PULL_CERTIFICATE, zoneId=zone.id, certificate=Secret(pair), privateKey=Secret(curve + other))
    made = cloudflare.make(PULL_CERTIFICATE, zoneId=zone.id, certificate=Secret(pair), privateKey=Secret(curve + key))
    assert made.properties["signature"] == "SHA256"


def ec_pair() -> tuple[str, str]:
    """A certificate for itself and its EC key, in the form that OpenSSL writes one."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "origin-pull.sandbox.invalid")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = builder.serial_number(1).not_valid_before(start).not_valid_after(start + timedelta(days=3650))
    text = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return built.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode(), text.decode()


def test_an_origin_pull_certificate_knows_no_update(cloudflare: Caller, zone: Made) -> None:
    made = cloudflare.make(PULL_CERTIFICATE, zoneId=zone.id, **pull_pair())
    assert cloudflare.changes(made, privateKey=pull_pair()["privateKey"]) == {"privateKey": False}
    with pytest.raises(Refused, match="would send nothing: replace the certificate"):
        cloudflare.update(made, privateKey=pull_pair()["privateKey"])
    assert cloudflare.changes(made, certificate=pull_pair()["certificate"]) == {"certificate": True}


def test_origin_pulls_are_switched_on_once_the_zone_has_a_certificate(
    offline: Offline, cloudflare: Caller, zone: Made
) -> None:
    with pytest.raises(Refused, match="no origin-pull certificate yet"):
        cloudflare.make(PULL_SETTINGS, zoneId=zone.id, enabled=True)
    off = cloudflare.make(PULL_SETTINGS, zoneId=zone.id, enabled=False)
    assert off.id == zone.id
    cloudflare.make(PULL_CERTIFICATE, zoneId=zone.id, **pull_pair())
    on = cloudflare.update(off, enabled=True)
    cloudflare.delete(on)
    assert PULL_SETTINGS not in {resource.token for resource in offline.everything()}


def test_a_zone_with_records_stays(cloudflare: Caller, zone: Made) -> None:
    record = cloudflare.make(RECORD, **record_of(zone, "www"))
    with pytest.raises(Refused, match="DependencyViolation"):
        cloudflare.delete(zone)
    cloudflare.delete(record)
    cloudflare.delete(zone)
