"""Domain: zone, DNS security, certificates, origin pulls."""

from dataclasses import dataclass

import pytest

from components.proofs import key_of, proof_of
from sandbox.values import Secret
from tests.graph import Graph

ZONE = "cloudflare:index/zone:Zone"
DNSSEC = "cloudflare:index/zoneDnssec:ZoneDnssec"
RECORD = "cloudflare:index/dnsRecord:DnsRecord"
PULL_CERTIFICATE = "cloudflare:index/authenticatedOriginPullsCertificate:AuthenticatedOriginPullsCertificate"
PULL_SETTINGS = "cloudflare:index/authenticatedOriginPullsSettings:AuthenticatedOriginPullsSettings"
CERTIFICATE = "aws:acm/certificate:Certificate"
VALIDATION = "aws:acm/certificateValidation:CertificateValidation"


@pytest.mark.req("I3")
def test_the_stack_has_one_zone_in_the_account_that_the_settings_name(prod: Graph) -> None:
    zone = prod.one(ZONE)
    assert zone.value("name") == "smart-school.example"
    assert zone.value("account.id") == "00000000000000000000000000000001"
    assert zone.value("type") == "full", "without full DNS at Cloudflare nothing here resolves"


def test_the_zone_is_protected_in_prod_alone(graph: Graph) -> None:
    assert graph.one(ZONE).options.protect is (graph.stack == "prod")


@pytest.mark.req("A2")
def test_the_zone_is_signed(prod: Graph) -> None:
    dnssec = prod.one(DNSSEC)
    assert dnssec.value("status") == "active"
    assert prod.reference(dnssec, "zoneId") == prod.one(ZONE)
    assert prod.outputs["dnssec_ds"] == dnssec.value("ds", of="outputs")


@pytest.mark.req("A2")
def test_only_aws_and_the_edge_may_issue_certificates(prod: Graph) -> None:
    records = [node for node in prod.some(RECORD) if node.value("type") == "CAA"]
    issuers: dict[str, set[str]] = {}
    for record in records:
        issuers.setdefault(record.value("data.tag"), set()).add(record.value("data.value"))
        assert record.value("name") == "smart-school.example"
    assert "amazon.com" in issuers["issue"], "ACM could not issue"
    assert {"letsencrypt.org", "pki.goog"} <= issuers["issue"], "the edge's certificate could not renew"
    assert issuers["issuewild"] == issuers["issue"], "a wildcard is refused once any other issuewild record exists"
    assert issuers["iodef"] == {"mailto:security@smart-school.example"}


@pytest.mark.req("A2")
def test_each_region_has_a_certificate_for_the_zone_and_its_names(prod: Graph) -> None:
    certificates = prod.some(CERTIFICATE, under="domain")
    assert sorted(prod.region_of(node) for node in certificates) == ["eu-central-1", "eu-west-1"]
    for node in certificates:
        assert node.value("domainName") == "smart-school.example"
        assert node.value("subjectAlternativeNames") == ["*.smart-school.example"]
        assert node.value("validationMethod") == "DNS"


@pytest.mark.req("A2")
def test_each_certificate_waits_until_it_is_issued_in_its_own_region(prod: Graph) -> None:
    validations = prod.some(VALIDATION)
    certificates = [prod.reference(node, "certificateArn") for node in validations]
    assert {node.name for node in certificates} == {node.name for node in prod.some(CERTIFICATE, under="domain")}
    for validation, certificate in zip(validations, certificates, strict=True):
        assert prod.region_of(validation) == prod.region_of(certificate)
        # And its output, not the bare certificate's, is what the stack hands on.
    assert set(prod.outputs["certificate_arns"]) == {"primary", "recovery"}


def test_one_record_proves_the_zone_and_its_wildcard_to_both_regions(prod: Graph) -> None:
    proofs = [node for node in prod.some(RECORD) if node.value("type") == "CNAME"]
    assert [node.name for node in proofs] == ["domain-validation-apex"], "a second record of one name is refused"
    assert all(prod.waits_for(validation, proofs[0]) for validation in prod.some(VALIDATION))


def test_a_proving_record_is_not_proxied_and_has_no_final_dots(prod: Graph) -> None:
    proof = prod.one(RECORD, "domain-validation-apex")
    assert proof.value("proxied") is False, "ACM would see Cloudflare's addresses in its place"
    assert not proof.value("name").endswith(".")
    assert not proof.value("content").endswith(".")
    assert proof.value("name").endswith("smart-school.example")


def test_what_acm_asks_for_is_not_needed_to_preview(preview: Graph) -> None:
    assert preview.some(RECORD, name="domain-validation-apex"), "the records hang on names, not on ACM's answer"


def test_cloudflare_shows_its_certificate_only_once_it_has_it(prod: Graph) -> None:
    certificate, settings = prod.one(PULL_CERTIFICATE), prod.one(PULL_SETTINGS)
    assert settings.value("enabled") is True
    assert certificate in prod.dependencies(settings)
    assert prod.node("domain").value("origin_pull_active", of="outputs") == settings.id


def test_the_origin_pull_key_stays_a_secret_and_replaces_when_it_changes(prod: Graph) -> None:
    certificate = prod.one(PULL_CERTIFICATE)
    assert isinstance(certificate.inputs["privateKey"], Secret)
    assert isinstance(certificate.inputs["certificate"], Secret)
    assert certificate.options.replace_on_changes == ("privateKey",), "the provider would never send a new key"


@dataclass(frozen=True)
class Option:
    """What ACM asks for, for one name."""

    domain_name: str

    @property
    def resource_record_name(self) -> str:
        return f"_x.{self.domain_name.removeprefix('*.')}."

    @property
    def resource_record_value(self) -> str:
        return f"_y.{self.domain_name.removeprefix('*.')}.acm.example."


def test_a_wildcard_alone_is_proved_by_the_record_of_its_domain() -> None:
    found = proof_of([Option("b.example"), Option("*.a.example")], "a.example")
    assert (found.name, found.content) == ("_x.a.example", "_y.a.example.acm.example")


def test_a_domain_that_acm_does_not_ask_for_is_an_error_that_names_both() -> None:
    with pytest.raises(ValueError, match=r"no record of c\.example; it asks for b\.example"):
        proof_of([Option("b.example")], "c.example")
    with pytest.raises(ValueError, match="asks for nothing"):
        proof_of([], "c.example")


def test_a_name_and_its_wildcard_share_a_key() -> None:
    assert [key_of(name) for name in ("@", "*", "api", "*.api", "a.b")] == ["apex", "apex", "api", "api", "a.b"]


def test_the_proof_is_published_after_the_authorities_are_named(prod: Graph) -> None:
    authorities = [record for record in prod.some(RECORD) if record.value("type") == "CAA"]
    for proof in (record for record in prod.some(RECORD) if record.value("type") == "CNAME"):
        waits_for = prod.dependencies(proof)
        assert all(authority in waits_for for authority in authorities), "ACM would read a set without Amazon in it"
