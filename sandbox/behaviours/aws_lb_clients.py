"""Whose certificates a load balancer takes: trust stores, listeners that verify, and an edge that has to show one."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from sandbox.behaviours.aws_s3_checks import BUCKET
from sandbox.behaviours.behaviour import Call
from sandbox.behaviours.cloudflare import CERTIFICATE as PULL_CERTIFICATE
from sandbox.behaviours.cloudflare import SETTINGS as PULL_SETTINGS
from sandbox.problems import Problem
from sandbox.references import CLOUDFLARE_ZONE, typed_name
from sandbox.store import Resource

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

OBJECT: Final = "aws:s3/bucketObjectv2:BucketObjectv2"
BUNDLES: Final = 'ELB API, CreateTrustStore; Elastic Load Balancing guide, "Configuring mutual TLS"'
VERIFYING: Final = 'Elastic Load Balancing guide, "Mutual authentication with TLS"'
ORDER: Final = 'Cloudflare docs, "Authenticated Origin Pulls": the zone shows its certificate before origins verify'


def refuse_bundle(call: Call) -> Sequence[Problem]:
    """The bundle of authorities is an object of the store's region that holds authorities and nothing else."""
    bucket = call.other(typed_name(BUCKET, str(call.inputs.get("caCertificatesBundleS3Bucket"))))
    if bucket is None:
        return ()
    if bucket.region != call.region:
        message = f"CaCertificatesBundleNotFound: {bucket.id} lies in {bucket.region}, not in {call.region}"
        return [Problem("caCertificatesBundleS3Bucket", message, BUNDLES)]
    key = call.inputs.get("caCertificatesBundleS3Key")
    bundle = _object(call, bucket, key)
    if bundle is None:
        message = f"CaCertificatesBundleNotFound: there is no object {key} in {bucket.id}"
        return [Problem("caCertificatesBundleS3Key", message, BUNDLES)]
    version = call.inputs.get("caCertificatesBundleS3ObjectVersion")
    if version is not None and version != bundle.properties.get("versionId"):
        message = f"CaCertificatesBundleNotFound: {key} has no version {version}"
        return [Problem("caCertificatesBundleS3ObjectVersion", message, BUNDLES)]
    content = bundle.properties.get("content")
    return _refuse_content(content) if isinstance(content, str) else ()


def _refuse_content(content: str) -> list[Problem]:
    from cryptography import x509

    try:
        certificates = x509.load_pem_x509_certificates(content.encode())
    except ValueError:
        message = "InvalidCaCertificatesBundle: the bundle is no list of certificates in PEM"
        return [Problem("caCertificatesBundleS3Key", message, BUNDLES)]
    problems: list[Problem] = []
    for certificate in certificates:
        if not _is_authority(certificate):
            name = certificate.subject.rfc4514_string()
            message = f"InvalidCaCertificatesBundle: {name} is no authority (basic constraints, CA)"
            problems.append(Problem("caCertificatesBundleS3Key", message, BUNDLES))
    return problems


def refuse_clients(call: Call) -> list[Problem]:
    """A listener that verifies names whom it trusts, and is not the first to know of it."""
    mutual = call.inputs.get("mutualAuthentication") or {}
    mode, trusts = str(mutual.get("mode", "off")).lower(), mutual.get("trustStoreArn")
    if mode == "verify" and not trusts:
        message = "ValidationError: mutual authentication in mode verify needs a trust store"
        return [Problem("mutualAuthentication.trustStoreArn", message, VERIFYING)]
    if mode != "verify" and trusts:
        message = f"ValidationError: a trust store does not go with mutual authentication in mode {mode}"
        return [Problem("mutualAuthentication.trustStoreArn", message, VERIFYING)]
    return _too_early(call, trusts) if mode == "verify" else []


def _too_early(call: Call, trust_store_arn: Any) -> list[Problem]:
    """The names on the listener's certificate lie in a zone that shows no certificate of a trusted authority.

    The load balancer would take it and turn every visitor of the zone away; here it is refused at once. Names outside
    the zones here are other clients', of whom nothing is known.
    """
    certificate = call.other(call.inputs.get("certificateArn"))
    trusted = set(_authorities(call, call.other(trust_store_arn)))
    if certificate is None or not trusted:
        return []
    names = [str(name).removeprefix("*.").lower() for name in certificate.properties.get("subjectAlternativeNames", [])]
    zones = [zone for zone in call.store.all(CLOUDFLARE_ZONE) if _holds(zone, names)]
    problems: list[Problem] = []
    for zone in zones:
        known = call.store.users_of_type(zone, PULL_CERTIFICATE, "zoneId")
        on = any(one.properties.get("enabled") for one in call.store.users_of_type(zone, PULL_SETTINGS, "zoneId"))
        if on and any(one.properties.get("issuer") in trusted for one in known):
            continue
        lacks = "authenticated origin pulls are not on" if not on else "its certificate is of no trusted authority"
        message = f"every visitor of {zone.properties['name']} would get 403: {lacks} in that zone at Cloudflare"
        problems.append(Problem("mutualAuthentication.mode", message, ORDER))
    return problems


def _holds(zone: Resource, names: Sequence[str]) -> bool:
    apex = str(zone.properties["name"]).lower()
    inner = [name for name in names if name == apex or name.endswith(f".{apex}")]
    return bool(inner)


def _authorities(call: Call, trust_store: Resource | None) -> Iterator[str]:
    """The names of the authorities in a trust store's bundle; none where it cannot be read."""
    if trust_store is None:
        return
    from cryptography import x509

    bucket = call.other(typed_name(BUCKET, str(trust_store.properties.get("caCertificatesBundleS3Bucket"))))
    bundle = _object(call, bucket, trust_store.properties.get("caCertificatesBundleS3Key")) if bucket else None
    content = bundle.properties.get("content") if bundle is not None else None
    if isinstance(content, str) and "BEGIN CERTIFICATE" in content:
        for certificate in x509.load_pem_x509_certificates(content.encode()):
            yield certificate.subject.rfc4514_string()


def _object(call: Call, bucket: Resource, key: Any) -> Resource | None:
    return next(
        (one for one in call.store.users_of_type(bucket, OBJECT, "bucket") if one.properties["key"] == key), None
    )


def _is_authority(certificate: "Certificate") -> bool:
    from cryptography import x509

    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        return False
