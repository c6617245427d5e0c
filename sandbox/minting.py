"""Secrets of the sandbox's own: `secrets.json` names what the stacks need, the values are made here, once a stack.

The tracked stack files hold secrets that only the owners of the real key can read; nothing of them is used here.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Name

KNOWN: Final = Path(__file__).with_name("secrets.json")

VALID: Final = timedelta(days=3650)
PASSWORD_BYTES: Final = 24


def known() -> dict[str, dict[str, str]]:
    """What is known of the secrets by their configuration keys: the pair and the part of those in one."""
    return dict(json.loads(KNOWN.read_text(encoding="utf-8"))["secrets"])


def with_their_pairs(keys: Iterable[str], kinds: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The keys and the other parts of their pairs, sorted: a part of a pair is of no use."""
    asked = set(keys)
    pairs = {kinds[key]["pair"] for key in asked if "pair" in kinds.get(key, {})}
    return sorted(asked | {key for key, kind in kinds.items() if kind.get("pair") in pairs})


def mint(keys: Iterable[str], kinds: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """A value for each key: the parts of a key pair for those that say so, a random password for any other."""
    minted: dict[str, str] = {}
    pairs: dict[str, dict[str, str]] = {}
    for key in keys:
        kind = kinds.get(key)
        if not kind:
            minted[key] = secrets.token_urlsafe(PASSWORD_BYTES)
            continue
        if kind["pair"] not in pairs:
            pairs[kind["pair"]] = certificate_pair(kind["pair"])
        minted[key] = pairs[kind["pair"]][kind["part"]]
    return minted


def certificate_pair(name: str) -> dict[str, str]:
    """A client's certificate, its key and the authority that signed it, all PEM: {"certificate", "key", "ca"}.

    The authority is of this pair alone, and its key is thrown away: nothing else can ever be signed by it.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    authority, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    return {
        "ca": _certificate(f"{name}-ca", f"{name}-ca", authority, authority, is_authority=True),
        "certificate": _certificate(name, f"{name}-ca", key, authority, is_authority=False),
        "key": text,
    }


def _certificate(
    name: str,
    issuer: str,
    key: EllipticCurvePrivateKey,
    signed_by: EllipticCurvePrivateKey,
    *,
    is_authority: bool,
) -> str:
    """A certificate (PEM) of a key, that another key signed; a client's says that it is for clients."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.x509.oid import ExtendedKeyUsageOID

    now = datetime.now(tz=UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + VALID)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True)
    )
    if not is_authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
    return builder.sign(signed_by, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def _named(name: str) -> Name:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name}.sandbox.invalid")])
