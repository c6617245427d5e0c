"""AWS Certificate Manager: requested certificates and the wait for their validation, and imported certificates.

Those of a private authority are not offered here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.behaviours.cloudflare import DNS_RECORD, full_name
from sandbox.behaviours.key_pairs import certificate_of, refuse_pair
from sandbox.problems import Problem
from sandbox.references import CLOUDFLARE_ZONE, typed_name
from sandbox.store import Resource

CERTIFICATE: Final = "aws:acm/certificate:Certificate"
VALIDATION: Final = "aws:acm/certificateValidation:CertificateValidation"
IMPORT_GUIDE: Final = 'ACM user guide, "Prerequisites for importing certificates"'
DNS_GUIDE: Final = 'ACM user guide, "DNS validation"'
CAA_GUIDE: Final = 'ACM user guide, "Certification Authority Authorization (CAA) problems"; RFC 8659'
AUTHORITIES: Final = frozenset({"amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"})
CAA_CONTENT: Final = re.compile(r"\d+\s+(?P<tag>[A-Za-z0-9]+)\s+\"?(?P<value>[^\"]*)\"?\s*\Z")


def _names(inputs: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys([str(inputs["domainName"]), *inputs.get("subjectAlternativeNames", [])]))


def _options(call: Call) -> list[dict[str, str]]:
    """One CNAME for each name; the same name gives the same CNAME in every region of one account (DNS_GUIDE)."""
    if call.inputs.get("validationMethod") != "DNS":
        return []
    options: list[dict[str, str]] = []
    for name in _names(call.inputs):
        bare = name.removeprefix("*.")
        fixed = Call(call.connection, bare, {}, call.store, call.world, serial=0)
        options.append(
            {
                "domainName": name,
                "resourceRecordName": f"_{fixed.digits(32, 'name')}.{bare}.",
                "resourceRecordType": "CNAME",
                "resourceRecordValue": f"_{fixed.digits(32, 'value')}.{fixed.digits(10, 'zone')}.acm-validations.aws.",
            }
        )
    return options


def _id(call: Call) -> str:
    return f"arn:aws:acm:{call.region}:{call.account}:certificate/{call.uuid()}"


def _refuse(call: Call) -> Sequence[Problem]:
    """An imported certificate comes with its own key, and with the chain of whoever signed it, if that is no root."""
    if call.inputs.get("domainName") is not None:
        return ()
    if call.inputs.get("certificateBody") is None:
        return [Problem("domainName", "the offline clouds only take certificates that ACM issues", "sandbox/README.md")]
    problems = [*refuse_pair(call.inputs, "certificateBody", IMPORT_GUIDE)]
    if call.inputs.get("certificateChain") is not None:
        try:
            certificate_of(call.inputs["certificateChain"])
        except ValueError:
            problems.append(Problem("certificateChain", "cannot be read as a certificate", IMPORT_GUIDE))
    return problems


def _outputs(call: Call, arn: str) -> Mapping[str, Any]:
    imported = call.inputs.get("domainName") is None
    return {
        "arn": arn,
        "pendingRenewal": False,
        "renewalEligibility": "INELIGIBLE",
        "renewalSummaries": [],
        "validationEmails": [],
        **(_imported(call) if imported else _requested(call)),
    }


def _requested(call: Call) -> Mapping[str, Any]:
    return {
        "domainValidationOptions": _options(call),
        "keyAlgorithm": call.inputs.get("keyAlgorithm") or "RSA_2048",
        "notAfter": "",
        "notBefore": "",
        "status": "PENDING_VALIDATION",
        "options": {
            "certificateTransparencyLoggingPreference": "ENABLED",
            "export": "DISABLED",
            **(call.inputs.get("options") or {}),
        },
        "subjectAlternativeNames": sorted(_names(call.inputs)),
        "type": "AMAZON_ISSUED",
        "validationMethod": call.inputs.get("validationMethod") or "NONE",
    }


def _imported(call: Call) -> Mapping[str, Any]:
    from cryptography import x509  # here, so that a start without certificates stays fast
    from cryptography.x509.oid import NameOID

    certificate = certificate_of(call.inputs["certificateBody"])
    names = [str(name.value) for name in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        alternatives = names
    else:
        alternatives = extension.value.get_values_for_type(x509.DNSName)
    return {
        "domainName": (names or alternatives or [""])[0],
        "domainValidationOptions": [],
        "notAfter": certificate.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "notBefore": certificate.not_valid_before_utc.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "status": "ISSUED",
        "subjectAlternativeNames": sorted(alternatives),
        "type": "IMPORTED",
        "validationMethod": "NONE",
    }


def _issued_at(call: Call) -> str:
    return f"{call.since('').replace('T', ' ').removesuffix('Z')}.{call.serial:03} +0000 UTC"


def _refuse_validation(call: Call) -> Sequence[Problem]:
    source = "terraform-provider-aws internal/service/acm/certificate_validation.go"
    certificate = call.other(call.inputs.get("certificateArn"))
    if certificate is None:
        return ()
    problems: list[Problem] = []
    if certificate.region != call.region:
        problems.append(
            Problem("certificateArn", f"the certificate lies in {certificate.region}, not in {call.region}", source)
        )
    wanted = {
        str(option["resourceRecordName"]).rstrip("."): str(option["resourceRecordValue"]).rstrip(".")
        for option in certificate.properties["domainValidationOptions"]
    }
    given = call.inputs.get("validationRecordFqdns")
    if certificate.properties.get("validationMethod") != "DNS":
        return [*problems, Problem("certificateArn", "the certificate is not validated by DNS", source)]
    if given is not None:
        missing = sorted(set(wanted) - {str(name).rstrip(".") for name in given})
        if missing:
            problems.append(Problem("validationRecordFqdns", f"lacks {', '.join(missing)}", source))
    published = _published(call)
    for name, value in wanted.items():
        if (name.lower(), value) not in published:
            message = (
                f"the certificate stays PENDING_VALIDATION: no unproxied CNAME {name} with value {value} is published"
            )
            problems.append(Problem("", message, DNS_GUIDE))
    return problems or _refuse_by_caa(call, certificate.properties)


def _refuse_by_caa(call: Call, certificate: Mapping[str, Any]) -> list[Problem]:
    """Amazon looks for CAA records before it issues; a refusal is final, another certificate must be requested."""
    published = _caa(call)
    problems: list[Problem] = []
    for name in _names(certificate):
        where, records = _nearest(name.removeprefix("*."), published)
        tags = ("issuewild", "issue") if name.startswith("*.") else ("issue",)
        # A wildcard asks the issuewild records, and the issue records where there are none (RFC 8659).
        decisive = next((tag for tag in tags if any(kind == tag for kind, _ in records)), None)
        allowed = [value for kind, value in records if kind == decisive]
        if decisive is not None and not AUTHORITIES.intersection(allowed):
            message = (
                f"CAA_ERROR: the certificate fails for good: the {decisive} records at {where} let "
                f"{', '.join(sorted({value or 'nobody' for value in allowed}))} issue for {name}, and none of Amazon's "
                f"authorities ({', '.join(sorted(AUTHORITIES))})"
            )
            problems.append(Problem("certificateArn", message, CAA_GUIDE))
    return problems


def _caa(call: Call) -> dict[str, list[tuple[str, str]]]:
    """Tag and authority of every CAA record, by the name that it stands at."""
    found: dict[str, list[tuple[str, str]]] = {}
    for record, name in _records(call, "CAA"):
        parsed = CAA_CONTENT.match(str(record.properties.get("content")))
        if parsed is not None:
            authority = parsed["value"].partition(";")[0].strip().lower()
            found.setdefault(name, []).append((parsed["tag"].lower(), authority))
    return found


def _nearest(name: str, published: Mapping[str, Any]) -> tuple[str, Sequence[tuple[str, str]]]:
    """The CAA records that count for a name: those of the closest of itself and its ancestors that has any."""
    labels = name.lower().split(".")
    candidates = [".".join(labels[start:]) for start in range(len(labels))]
    return next(((one, published[one]) for one in candidates if one in published), (name, ()))


def _published(call: Call) -> set[tuple[str, str]]:
    """Name and value of every CNAME that the world sees: proxied ones show Cloudflare's own addresses instead."""
    return {
        (name, str(record.properties.get("content")).rstrip("."))
        for record, name in _records(call, "CNAME")
        if not record.properties.get("proxied")
    }


def _records(call: Call, kind: str) -> Iterator[tuple[Resource, str]]:
    """Every record of a type in the zones here, with its full name."""
    for record in call.store.all(DNS_RECORD):
        zone = call.store.named(
            typed_name(CLOUDFLARE_ZONE, str(record.properties.get("zoneId"))), package="cloudflare", account=""
        )
        if zone is not None and record.properties.get("type") == kind:
            yield record, full_name(record.properties.get("name"), zone.properties["name"])


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    CERTIFICATE: Behaviour(id=_id, outputs=_outputs, refuse=_refuse),
    # The id is the time of issue as the provider prints it (certificate_validation.go).
    VALIDATION: Behaviour(id=_issued_at, refuse=_refuse_validation, on_delete="leave"),
}
