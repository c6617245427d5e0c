"""Certificates with their private keys, as texts in PEM: can they be read, and do they belong together?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sandbox.problems import Problem

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

# What OpenSSL writes before an EC key names its curve once more; the key itself says it too.
EC_PARAMETERS: Final = re.compile(r"-----BEGIN EC PARAMETERS-----.*?-----END EC PARAMETERS-----\s*", re.DOTALL)


def certificate_of(text: object) -> Certificate:
    """The certificate that a text in PEM holds, the first of several; ValueError when it holds none."""
    from cryptography import x509  # here, so that a start without certificates stays fast

    return x509.load_pem_x509_certificate(str(text).encode())


def refuse_pair(inputs: Mapping[str, Any], certificate_at: str, source: str) -> Sequence[Problem]:
    """What is wrong with a certificate, by the property that holds it, and with the key in `privateKey`."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

    try:
        certificate = certificate_of(inputs.get(certificate_at))
    except ValueError:
        return [Problem(certificate_at, "cannot be read as a certificate", source)]
    try:
        key = load_pem_private_key(EC_PARAMETERS.sub("", str(inputs["privateKey"])).encode(), password=None)
    except (ValueError, TypeError):
        return [Problem("privateKey", "cannot be read as a private key without a passphrase", source)]
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if key.public_key().public_bytes(*form) != certificate.public_key().public_bytes(*form):
        return [Problem("privateKey", "is not the key of the certificate", source)]
    return ()
