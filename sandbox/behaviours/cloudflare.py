"""Cloudflare: zones, DNSSEC, DNS records, authenticated origin pulls.

Cloudflare deletes a zone with its records and lets a second program take over a zone's one setting. Here a zone stays
while something names it, and a setting belongs to the resource that made it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.behaviours.key_pairs import certificate_of, refuse_pair
from sandbox.problems import Problem
from sandbox.references import CLOUDFLARE_ZONE, typed_name
from sandbox.store import Resource

DNSSEC: Final = "cloudflare:index/zoneDnssec:ZoneDnssec"
DNS_RECORD: Final = "cloudflare:index/dnsRecord:DnsRecord"
CERTIFICATE: Final = "cloudflare:index/authenticatedOriginPullsCertificate:AuthenticatedOriginPullsCertificate"
SETTINGS: Final = "cloudflare:index/authenticatedOriginPullsSettings:AuthenticatedOriginPullsSettings"
ORIGIN_PULLS: Final = 'Cloudflare docs, "Authenticated Origin Pulls, zone-level"'


def _zone(call: Call) -> Resource | None:
    return call.other(typed_name(CLOUDFLARE_ZONE, str(call.inputs.get("zoneId"))))


def _zone_outputs(call: Call, _: str) -> Mapping[str, Any]:
    servers = call.world.values("cloudflare", "name_servers")
    return {
        "activatedOn": "",
        "createdOn": call.since("createdOn"),
        "developmentMode": 0,
        "modifiedOn": call.since("modifiedOn"),
        "nameServers": [servers["first"], servers["second"]],
        "originalNameServers": [],
        "paused": bool(call.inputs.get("paused", False)),
        # A new zone waits for its registrar to name the two servers (Cloudflare docs, "Zone status").
        "status": "pending",
        "type": call.inputs.get("type") or "full",
        "verificationKey": "",
    }


def _dnssec_outputs(call: Call, _: str) -> Mapping[str, Any]:
    zone = _zone(call)
    name = zone.properties["name"] if zone else ""
    digest = call.digits(64, "digest").upper()
    tag = int(call.digits(4, "tag"), 16)
    return {
        "algorithm": "13",
        "digest": digest,
        "digestAlgorithm": "SHA256",
        "digestType": "2",
        "ds": f"{name}. 3600 IN DS {tag} 13 2 {digest}",
        "flags": 257,
        "keyTag": tag,
        "keyType": "ECDSAP256SHA256",
        "modifiedOn": call.since("modifiedOn"),
        "publicKey": call.digits(64, "key"),
    }


def full_name(name: Any, apex: Any) -> str:
    """The name under which a record is published: short ones are completed, `@` is the zone itself (Cloudflare API)."""
    bare = str(name).rstrip(".").lower()
    zone = str(apex).lower()
    if bare == "@":
        return zone
    return bare if bare == zone or bare.endswith("." + zone) else f"{bare}.{zone}"


def _record_outputs(call: Call, _: str) -> Mapping[str, Any]:
    data = call.inputs.get("data") or {}
    # A CAA record's content is its data in the form of a zone file (Cloudflare API, CAARecord).
    caa = f'{data.get("flags")} {data.get("tag")} "{data.get("value")}"' if call.inputs.get("type") == "CAA" else None
    return {
        "content": call.inputs.get("content") or caa,
        "createdOn": call.since("createdOn"),
        "meta": "{}",
        "modifiedOn": call.since("modifiedOn"),
        "proxiable": call.inputs.get("type") in ("A", "AAAA", "CNAME"),
        "proxied": bool(call.inputs.get("proxied", False)),
        "tags": call.inputs.get("tags") or [],
    }


def _refuse_record(call: Call) -> Sequence[Problem]:
    """What may stand beside what, under one name of one zone."""
    source = 'Cloudflare API, "Create DNS Record"'
    zone = _zone(call)
    if zone is None:
        return ()
    apex = zone.properties["name"]
    name, kind = full_name(call.inputs.get("name"), apex), call.inputs.get("type")
    problems: list[Problem] = []
    if kind == "CNAME" and str(call.inputs.get("content")).rstrip(".").lower() == name:
        problems.append(Problem("content", f"9039: a CNAME record cannot point to itself, {name}", source))
    for other in call.beside("zoneId", zone):
        if full_name(other.properties.get("name"), apex) != name:
            continue
        kinds = {str(kind), str(other.properties.get("type"))}
        if kinds == {"CNAME"}:
            problems.append(Problem("name", f"81053: a CNAME record {name} exists already", source))
        elif len(kinds) == 1 and _content(other.properties) == _content(call.inputs):
            problems.append(Problem("name", f"81058: an identical record {name} exists already", source))
        elif "CNAME" in kinds and kinds & {"A", "AAAA"}:
            message = (
                f"81053: no A, AAAA and CNAME under one name: {name} has a record of type {other.properties['type']}"
            )
            problems.append(Problem("name", message, source))
        elif "NS" in kinds and len(kinds) > 1:
            message = f"81056: an NS record stands alone: {name} has a record of type {other.properties['type']}"
            problems.append(Problem("name", message, source))
    return problems


def _content(values: Mapping[str, Any]) -> tuple[object, str]:
    data = values.get("data") or {}
    return ("" if data else values.get("content"), repr(sorted(data.items())))


def _certificate_outputs(call: Call, id: str) -> Mapping[str, Any]:  # noqa: A002  the vendor's own word
    certificate = certificate_of(call.inputs["certificate"])
    algorithm = certificate.signature_hash_algorithm
    return {
        "certificateId": id,
        "enabled": True,
        "expiresOn": certificate.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "issuer": certificate.issuer.rfc4514_string(),
        "serialNumber": str(certificate.serial_number),
        "signature": algorithm.name.upper() if algorithm else "",
        "status": "active",
        "uploadedOn": call.since("uploadedOn"),
    }


def _refuse_certificate(call: Call) -> Sequence[Problem]:
    """A certificate and its own key; neither changes afterwards."""
    if call.existing is not None:
        source = "terraform-provider-cloudflare internal/services/authenticated_origin_pulls_certificate/schema.go"
        message = "the provider knows no update and would send nothing: replace the certificate (replace_on_changes)"
        return [Problem("privateKey", message, source)]
    return refuse_pair(call.inputs, "certificate", ORIGIN_PULLS)


def _refuse_settings(call: Call) -> Sequence[Problem]:
    zone = _zone(call)
    if zone is None or not call.inputs.get("enabled") or call.store.users_of_type(zone, CERTIFICATE, "zoneId"):
        return ()
    return [Problem("enabled", "the zone has no origin-pull certificate yet: upload it before", ORIGIN_PULLS)]


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    CLOUDFLARE_ZONE: Behaviour(
        id=lambda call: call.digits(32),
        outputs=_zone_outputs,
        # One account cannot add the same zone twice (Cloudflare API error 1061).
        names=lambda call, _: [
            f"cloudflare-zone/{(call.inputs.get('account') or {}).get('id')}|{str(call.inputs['name']).lower()}"
        ],
        identifiers=lambda _, id: [id, typed_name(CLOUDFLARE_ZONE, id)],
    ),
    DNSSEC: Behaviour(id=lambda call: str(call.inputs["zoneId"]), outputs=_dnssec_outputs),
    DNS_RECORD: Behaviour(id=lambda call: call.digits(32), outputs=_record_outputs, refuse=_refuse_record),
    CERTIFICATE: Behaviour(id=lambda call: call.uuid(), outputs=_certificate_outputs, refuse=_refuse_certificate),
    SETTINGS: Behaviour(id=lambda call: str(call.inputs["zoneId"]), refuse=_refuse_settings, on_delete="leave"),
}
