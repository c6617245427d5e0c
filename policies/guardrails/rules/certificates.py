"""Certificates: AWS Certificate Manager."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity, found
from guardrails.model import Resource

CERTIFICATE: Final = "aws:acm/certificate:Certificate"

_KEY_ALGORITHMS: Final = (
    "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1",
)  # fmt: skip


def _is_public_request(certificate: Resource) -> bool:
    """Whether ACM is asked to issue it; imported ones and those of a private authority are proved elsewhere."""
    return all(
        certificate.read(key).is_absent
        for key in ("certificateAuthorityArn", "certificateBody", "privateKey", "privateKeyWo")
    )


def _validated_by_dns(certificate: Resource, _: Scope) -> Iterator[Finding]:
    method = certificate.read("validationMethod")
    if _is_public_request(certificate) and method.text(default="") not in {"DNS", None}:
        yield found(method, f'is {method.shown()}, expected "DNS"')


VALIDATE = ResourceRule(
    id="validate-certificates-by-dns",
    title="Certificates prove their domain by DNS",
    types=(CERTIFICATE,),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.BEYOND_DEV,
    why="DNS validation renews by itself; an e-mail that nobody answers ends in an expired certificate.",
    mend="Ask for DNS validation and keep the validation records in the zone.",
    example='aws.acm.Certificate("origin", ..., domain_name=zone, validation_method="DNS")',
    check=_validated_by_dns,
)


def _strong_key(certificate: Resource, _: Scope) -> Iterator[Finding]:
    algorithm = certificate.read("keyAlgorithm")
    if algorithm.text(default="RSA_2048") not in {*_KEY_ALGORITHMS, None}:
        yield found(algorithm, f"is {algorithm.shown()}, expected one of {', '.join(_KEY_ALGORITHMS)}")


STRENGTHEN = ResourceRule(
    id="strengthen-certificate-keys",
    title="Certificate keys are strong enough",
    types=(CERTIFICATE,),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="RSA keys below 2048 bits are within reach of an attacker and are refused by browsers.",
    mend="Leave the algorithm out (RSA_2048) or name a stronger one.",
    example='aws.acm.Certificate("origin", ..., key_algorithm="EC_prime256v1")',
    check=_strong_key,
)


def _logged(certificate: Resource, _: Scope) -> Iterator[Finding]:
    preference = certificate.read("options", "certificateTransparencyLoggingPreference")
    if preference.text(default="ENABLED") not in {"ENABLED", None}:
        yield found(preference, f'is {preference.shown()}, expected "ENABLED"')


LOG_PUBLICLY = ResourceRule(
    id="log-certificates-publicly",
    title="Certificates appear in the transparency logs",
    types=(CERTIFICATE,),
    severity=Severity.LOW,
    enforcement=Enforcement.BEYOND_DEV,
    why="Browsers warn of certificates that no log knows, and only the logs show a certificate issued behind our back.",
    mend="Leave the preference out, or enable it.",
    example="""
aws.acm.Certificate("origin", ..., options=aws.acm.CertificateOptionsArgs(
    certificate_transparency_logging_preference="ENABLED"))
""",
    check=_logged,
)

RULES: Final = (VALIDATE, STRENGTHEN, LOG_PUBLICLY)
