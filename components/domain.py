"""The public name: zone, DNS security, certificates, and Cloudflare's proof of identity towards the origin.

`pulumi_cloudflare` loads all of its resources at once (seconds, hundreds of megabytes), so it is imported here and
nowhere before the edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_cloudflare as cloudflare
from pulumi_aws import acm

from components.base import ErpComponent
from components.proofs import key_of, proof_of

if TYPE_CHECKING:
    import pulumi_aws as aws

    from components.context import StackContext
    from settings.domain import DomainSettings

CAA_TTL_SECONDS = 3600
VALIDATION_TTL_SECONDS = 300


def cloudflare_provider() -> cloudflare.Provider:
    """The Cloudflare provider: its token comes from the environment, the account is pinned where the zone is made."""
    return cloudflare.Provider("cloudflare")


@dataclass(frozen=True, kw_only=True, slots=True)
class DomainArgs:
    """What the domain needs to know.

    settings: zone, hostnames of the certificates, authorities that may issue.
    origin_pull_certificate, origin_pull_key: PEM, secret; what Cloudflare shows to the load balancer.
    """

    context: StackContext
    settings: DomainSettings
    origin_pull_certificate: pulumi.Input[str]
    origin_pull_key: pulumi.Input[str]


class Domain(ErpComponent):
    """The stack's Cloudflare zone and its certificates in both AWS regions (I3, A2).

    A deleted zone takes its records and name servers with it, so prod's is protected. After the first update a person
    enters name servers and DS record (both stack outputs) at the registrar; before the zone is deleted or DNSSEC
    switched off, the DS record has to go there first, or the domain goes dark.
    """

    zone_id: pulumi.Output[str]
    zone_name: pulumi.Output[str]
    name_servers: pulumi.Output[Sequence[str]]
    dnssec_ds: pulumi.Output[str]
    """The DS record for the registrar; empty when the zone is not signed."""
    certificate_arn: pulumi.Output[str]
    """Issued certificate in the primary region: known once its validation has ended."""
    recovery_certificate_arn: pulumi.Output[str]
    origin_pull_active: pulumi.Output[str]
    """Known once Cloudflare shows its certificate to origins; a listener that demands it must wait for this."""

    def __init__(self, name: str, args: DomainArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("erp:edge:Domain", name, opts)
        settings = args.settings
        zone = cloudflare.Zone(
            self.logical("zone"),
            account=cloudflare.ZoneAccountArgs(id=args.context.cloudflare_account_id),
            name=settings.zone,
            type="full",
            opts=self.child(protect=args.context.protects_data),
        )
        authorities = self._caa(zone, settings)
        certificate = self._certificate("certificate", settings, None)
        recovery_certificate = self._certificate("recovery-certificate", settings, args.context.aws_recovery)
        records = self._validation_records(zone, settings, certificate, authorities)
        validation = self._validation("certificate", certificate, records, None)
        recovery_validation = self._validation(
            "recovery-certificate", recovery_certificate, records, args.context.aws_recovery
        )
        self.register(
            zone_id=zone.id,
            zone_name=zone.name,
            name_servers=zone.name_servers,
            dnssec_ds=self._dnssec(zone) if settings.dnssec else pulumi.Output.from_input(""),
            certificate_arn=validation.certificate_arn,
            recovery_certificate_arn=recovery_validation.certificate_arn,
            origin_pull_active=self._origin_pull(zone, args).id,
        )

    def _dnssec(self, zone: cloudflare.Zone) -> pulumi.Output[str]:
        dnssec = cloudflare.ZoneDnssec(self.logical("dnssec"), zone_id=zone.id, status="active", opts=self.child())
        return dnssec.ds

    def _caa(self, zone: cloudflare.Zone, settings: DomainSettings) -> list[cloudflare.DnsRecord]:
        """Who may issue, and who hears of a refused attempt.

        Each authority gets `issuewild` beside `issue`: Cloudflare adds records of both tags for its own authorities,
        and once there is any `issuewild`, a wildcard certificate needs one that names its authority.
        """
        wanted = [(tag, issuer, issuer) for issuer in settings.caa_issuers for tag in ("issue", "issuewild")]
        return [
            cloudflare.DnsRecord(
                self.logical("caa", tag, key),
                zone_id=zone.id,
                name=settings.zone,
                type="CAA",
                data=cloudflare.DnsRecordDataArgs(flags=0, tag=tag, value=value),
                ttl=CAA_TTL_SECONDS,
                proxied=False,
                opts=self.child(),
            )
            for tag, key, value in [*wanted, ("iodef", "contact", f"mailto:{settings.security_contact}")]
        ]

    def _certificate(self, role: str, settings: DomainSettings, provider: aws.Provider | None) -> acm.Certificate:
        """A certificate for the load balancers of one region: certificates don't leave theirs."""
        subject, *others = settings.certificate_names
        return acm.Certificate(
            self.logical(role),
            domain_name=subject,
            subject_alternative_names=others,
            validation_method="DNS",
            key_algorithm="EC_prime256v1",
            options=acm.CertificateOptionsArgs(certificate_transparency_logging_preference="ENABLED"),
            tags=self.tags(Name=settings.zone),
            opts=self._child_in(provider),
        )

    def _validation_records(
        self,
        zone: cloudflare.Zone,
        settings: DomainSettings,
        certificate: acm.Certificate,
        authorities: Sequence[cloudflare.DnsRecord],
    ) -> list[cloudflare.DnsRecord]:
        """One record per name to be proved, for the certificates of both regions.

        ACM derives the record from account and domain: every region asks for the same one, and so do a name and its
        wildcard. Two records of one name would be refused by Cloudflare, so they are made once, from the primary's.

        authorities: the CAA records, all of which come first. ACM reads them when it sees the proof, and a set that
        does not name Amazon yet makes the certificate fail for good.
        """
        names = dict(zip(settings.hostnames, settings.certificate_names, strict=True))
        proved = {key_of(hostname): name.removeprefix("*.") for hostname, name in names.items()}
        return [
            cloudflare.DnsRecord(
                self.logical("validation", key),
                zone_id=zone.id,
                name=certificate.domain_validation_options.apply(lambda found, d=domain: proof_of(found, d).name),
                type="CNAME",
                content=certificate.domain_validation_options.apply(lambda found, d=domain: proof_of(found, d).content),
                ttl=VALIDATION_TTL_SECONDS,
                proxied=False,
                comment="Proves the domain to AWS Certificate Manager; renewals need it too",
                opts=self.child(depends_on=authorities),
            )
            for key, domain in proved.items()
        ]

    def _validation(
        self,
        role: str,
        certificate: acm.Certificate,
        records: Sequence[cloudflare.DnsRecord],
        provider: aws.Provider | None,
    ) -> acm.CertificateValidation:
        """Waits until the certificate is issued."""
        return acm.CertificateValidation(
            self.logical(role, "issued"),
            certificate_arn=certificate.arn,
            validation_record_fqdns=[record.name for record in records],
            opts=self._child_in(provider),
        )

    def _origin_pull(self, zone: cloudflare.Zone, args: DomainArgs) -> cloudflare.AuthenticatedOriginPullsSettings:
        """Cloudflare's client certificate towards our load balancers, and its activation for the zone.

        The provider has no update for the certificate: a new key alone would never be sent, so it replaces.
        """
        certificate = cloudflare.AuthenticatedOriginPullsCertificate(
            self.logical("origin-pull-certificate"),
            zone_id=zone.id,
            certificate=args.origin_pull_certificate,
            private_key=args.origin_pull_key,
            opts=self.child(replace_on_changes=["privateKey"]),
        )
        return cloudflare.AuthenticatedOriginPullsSettings(
            self.logical("origin-pull"),
            zone_id=zone.id,
            enabled=True,
            opts=self.child(depends_on=[certificate]),
        )

    def _child_in(self, provider: aws.Provider | None) -> pulumi.ResourceOptions:
        return self.child() if provider is None else self.child(provider=provider)
