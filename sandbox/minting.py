"""Secrets of the sandbox's own: `secrets.json` names what the stacks need, the values are made here, once a stack.

The tracked stack files hold secrets that only the owners of the real key can read; nothing of them is used here.
"""

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

KNOWN: Final = Path(__file__).with_name("secrets.json")

VALID: Final = timedelta(days=3650)
PASSWORD_BYTES: Final = 24


def known() -> dict[str, dict[str, str]]:
    """What is known of the secrets by their configuration keys: the pair each belongs to and its part of it."""
    return dict(json.loads(KNOWN.read_text(encoding="utf-8"))["secrets"])


def with_their_pairs(keys: Iterable[str], kinds: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The keys and the other halves of their pairs, sorted: half a pair is of no use."""
    asked = set(keys)
    pairs = {kinds[key]["pair"] for key in asked if key in kinds}
    return sorted(asked | {key for key, kind in kinds.items() if kind["pair"] in pairs})


def mint(keys: Iterable[str], kinds: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """A value for each key: the two halves of a key pair for those that say so, a random password for any other."""
    minted: dict[str, str] = {}
    pairs: dict[str, dict[str, str]] = {}
    for key in keys:
        kind = kinds.get(key)
        if kind is None:
            minted[key] = secrets.token_urlsafe(PASSWORD_BYTES)
            continue
        if kind["pair"] not in pairs:
            pairs[kind["pair"]] = certificate_pair(kind["pair"])
        minted[key] = pairs[kind["pair"]][kind["part"]]
    return minted


def certificate_pair(name: str) -> dict[str, str]:
    """A self-signed leaf certificate and its key, both PEM: {"certificate": ..., "key": ...}."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name}.sandbox.invalid")])
    now = datetime.now(tz=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + VALID)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    return {"certificate": certificate.public_bytes(serialization.Encoding.PEM).decode(), "key": text}
