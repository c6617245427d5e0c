"""AWS Certificate Manager: requested certificates and the wait for their validation.

Imported certificates and those of a private authority are not offered here.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.behaviours.cloudflare import DNS_RECORD, full_name
from sandbox.problems import Problem
from sandbox.references import CLOUDFLARE_ZONE, typed_name

CERTIFICATE: Final = "aws:acm/certificate:Certificate"
VALIDATION: Final = "aws:acm/certificateValidation:CertificateValidation"
DNS_GUIDE: Final = 'ACM user guide, "DNS validation"'


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
    if call.inputs.get("domainName") is not None:
        return ()
    return [Problem("domainName", "the offline clouds only take certificates that ACM issues", "sandbox/README.md")]


def _outputs(call: Call, arn: str) -> Mapping[str, Any]:
    return {
        "arn": arn,
        "domainValidationOptions": _options(call),
        "keyAlgorithm": call.inputs.get("keyAlgorithm") or "RSA_2048",
        "notAfter": "",
        "notBefore": "",
        "pendingRenewal": False,
        "renewalEligibility": "INELIGIBLE",
        "renewalSummaries": [],
        "status": "PENDING_VALIDATION",
        "options": {
            "certificateTransparencyLoggingPreference": "ENABLED",
            "export": "DISABLED",
            **(call.inputs.get("options") or {}),
        },
        "subjectAlternativeNames": sorted(_names(call.inputs)),
        "type": "AMAZON_ISSUED",
        "validationMethod": call.inputs.get("validationMethod") or "NONE",
        "validationEmails": [],
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
    return problems


def _published(call: Call) -> set[tuple[str, str]]:
    """Name and value of every CNAME that the world sees: proxied ones show Cloudflare's own addresses instead."""
    found: set[tuple[str, str]] = set()
    for record in call.store.all(DNS_RECORD):
        zone = call.store.named(
            typed_name(CLOUDFLARE_ZONE, str(record.properties.get("zoneId"))), package="cloudflare", account=""
        )
        if zone is not None and record.properties.get("type") == "CNAME" and not record.properties.get("proxied"):
            name = full_name(record.properties.get("name"), zone.properties["name"])
            found.add((name, str(record.properties.get("content")).rstrip(".")))
    return found


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    CERTIFICATE: Behaviour(id=_id, outputs=_outputs, refuse=_refuse),
    # The id is the time of issue as the provider prints it (certificate_validation.go).
    VALIDATION: Behaviour(id=_issued_at, refuse=_refuse_validation, on_delete="leave"),
}
