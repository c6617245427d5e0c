"""Zones: Cloudflare and Route 53, each with the side resources that sign them and limit who may issue for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity, StackRule, found
from guardrails.model import Resource, Stack
from guardrails.values import Node, all_of, any_of

CLOUDFLARE_ZONE: Final = "cloudflare:index/zone:Zone"
CLOUDFLARE_DNSSEC: Final = "cloudflare:index/zoneDnssec:ZoneDnssec"
CLOUDFLARE_RECORDS: Final = ("cloudflare:index/dnsRecord:DnsRecord", "cloudflare:index/record:Record")
ROUTE53_ZONE: Final = "aws:route53/zone:Zone"
ROUTE53_DNSSEC: Final = "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec"
ROUTE53_RECORD: Final = "aws:route53/record:Record"


def _zones(stack: Stack) -> Iterator[Resource]:
    """The zones that answer the public and whose name servers are ours to sign for."""
    for zone in stack.of_type(CLOUDFLARE_ZONE, ROUTE53_ZONE):
        if zone.type == CLOUDFLARE_ZONE:
            hosted = zone.read("type").text(default="full") == "full"
        else:
            hosted = not any(True for _ in zone.read("vpcs").items())  # a zone of VPCs is private
        if hosted:
            yield zone


def _signed(stack: Stack, _: Scope) -> Iterator[Finding]:
    cloudflare = tuple(stack.of_type(CLOUDFLARE_DNSSEC))
    route53 = tuple(stack.of_type(ROUTE53_DNSSEC))
    for zone in _zones(stack):
        sources, key = (cloudflare, "zoneId") if zone.type == CLOUDFLARE_ZONE else (route53, "hostedZoneId")
        if stack.any_refers(sources, key, zone) is False:
            yield Finding("", "is not signed: no DNSSEC resource belongs to it", zone.urn)


SIGN = StackRule(
    id="sign-dns-zones",
    title="Zones are signed with DNSSEC",
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Answers that nobody signed can be forged, and with them the way to every service.",
    mend="Add the zone's DNSSEC resource, then hand its DS record to the registrar.",
    example='cloudflare.ZoneDnssec("dnssec", zone_id=zone.id, status="active")',
    check=_signed,
)


def _active(dnssec: Resource, _: Scope) -> Iterator[Finding]:
    if dnssec.type == CLOUDFLARE_DNSSEC:
        status, wanted, default = dnssec.read("status"), "active", ""
    else:
        status, wanted, default = dnssec.read("signingStatus"), "SIGNING", "SIGNING"
    if status.text(default=default) not in {wanted, None}:
        yield found(status, f'is {status.shown()}, expected "{wanted}"')


KEEP_ACTIVE = ResourceRule(
    id="keep-dnssec-active",
    title="DNSSEC is switched on where it is declared",
    types=(CLOUDFLARE_DNSSEC, ROUTE53_DNSSEC),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="While the registrar publishes a DS record, a zone that stops signing disappears for validating resolvers.",
    mend="Say that it is active. To leave DNSSEC for good, remove the DS record at the registrar first.",
    example='cloudflare.ZoneDnssec("dnssec", zone_id=zone.id, status="active")',
    check=_active,
)


def _limited(stack: Stack, _: Scope) -> Iterator[Finding]:
    cloudflare = tuple(record for record in stack.of_type(*CLOUDFLARE_RECORDS) if _may_be_caa(record))
    route53 = tuple(record for record in stack.of_type(ROUTE53_RECORD) if _may_be_caa(record))
    for zone in _zones(stack):
        records = cloudflare if zone.type == CLOUDFLARE_ZONE else route53
        if any_of(_limits(stack, record, zone) for record in records) is False:
            yield Finding("", "has no CAA record at its apex that names its certificate authorities", zone.urn)


def _limits(stack: Stack, record: Resource, zone: Resource) -> bool | None:
    is_caa = _is(record.read("type"), "CAA")
    return all_of((is_caa, _names_issuers(record), _at_apex(record, zone), stack.refers(record, "zoneId", zone)))


def _may_be_caa(record: Resource) -> bool:
    return _is(record.read("type"), "CAA") is not False


def _is(node: Node, wanted: str) -> bool | None:
    text = node.text()
    return None if text is None and node.is_unknown else text == wanted


def _names_issuers(record: Resource) -> bool | None:
    """Whether it says who may issue: `issuewild` limits wildcards alone, `iodef` only says whom to write to."""
    tag = record.read("data", "tag")
    if not tag.is_absent:
        return _is(tag, "issue")
    lines = record.read("records").items() if record.type == ROUTE53_RECORD else iter([record.read("content")])
    texts = (line.text(default="") for line in lines)  # as in a zone file: flags, tag, value
    return any_of(None if text is None else text.split()[1:2] == ["issue"] for text in texts)


def _at_apex(record: Resource, zone: Resource) -> bool | None:
    """Whether the record's name is the zone's: elsewhere it limits a part of the zone only."""
    own, name = (node.text(default="") for node in (record.read("name"), zone.read("name")))
    if own in {"", "@"}:
        return True
    return None if own is None or name is None else own.lower().rstrip(".") == name.lower().rstrip(".")


LIMIT_ISSUERS = StackRule(
    id="limit-certificate-issuers",
    title="Each zone says who may issue certificates for it",
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="Without CAA every certificate authority in the world may issue for the domain.",
    mend="Add one record for each authority in use: the cloud's for load balancers, those of the edge network.",
    example="""
cloudflare.DnsRecord("caa-amazon", zone_id=zone.id, name=zone_name, type="CAA", ttl=3600,
    data=cloudflare.DnsRecordDataArgs(flags=0, tag="issue", value="amazon.com"))
""",
    check=_limited,
)

RULES: Final = (SIGN, KEEP_ACTIVE, LIMIT_ISSUERS)
