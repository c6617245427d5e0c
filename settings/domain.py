"""The public name of a stack and who may certify it (`erp:domain`)."""

from typing import Annotated

from pydantic import Field

from settings.domain_types import Allowed, Email, Fqdn, Hostnames, Issuers, Model

CAA_ISSUERS = ("amazon.com", "letsencrypt.org", "pki.goog", "sectigo.com", "ssl.com")
"""ACM, and the authorities that Cloudflare takes its edge certificates from (Cloudflare, "Certificate authorities
reference"; Sectigo issues the backup certificates). Without theirs the edge certificate would not renew."""


class DomainSettings(Model):
    """`erp:domain`: one Cloudflare zone a stack, its certificates, and its DNS security."""

    zone: Fqdn = Field(description="The Cloudflare zone; each stack has one of its own.")
    hostnames: Hostnames = Field(
        default=("@", "*"),
        description="Names on the load balancers' certificates, below the zone; the first is the subject.",
    )
    caa_issuers: Issuers = Field(
        default=CAA_ISSUERS, description="Authorities that may issue for the zone (CAA records)."
    )
    security_contact: Email = Field(description="Who hears from an authority that refused to issue (CAA iodef).")
    dnssec: Annotated[bool, Allowed("true or false")] = Field(default=True, description="Whether the zone is signed.")

    @property
    def certificate_names(self) -> tuple[str, ...]:
        """The hostnames in full, in their order: the zone for "@", `label.zone` for the rest."""
        return tuple(self.zone if hostname == "@" else f"{hostname}.{self.zone}" for hostname in self.hostnames)
