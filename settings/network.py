"""The AWS networks of a stack (`erp:network`); their addresses are computed, see `addresses.py`."""

from typing import Annotated, Literal

from pydantic import Field

from settings.domain_types import Allowed, EndpointServices, LogRetentionDays, Model
from settings.vocabulary import INTERFACE_ENDPOINTS

Nat = Annotated[Literal["per_zone", "single"], Allowed('"per_zone" or "single"', ("per_zone", "single"))]


SessionHours = Annotated[Literal[8, 10, 12, 24], Allowed("8, 10, 12 or 24 (hours)")]
"""What AWS takes as the longest session of a client VPN (CreateClientVpnEndpoint, SessionTimeoutHours)."""

Asn = Annotated[
    int,
    Field(ge=64512, le=65514),
    Allowed("a private AS number from 64512 to 65514 (65515 is Azure's)"),
]


class ClientVpnSettings(Model):
    """`erp:network.client_vpn`: how staff reach the databases; nobody else comes in that way."""

    enabled: Annotated[bool, Allowed("true or false")] = Field(
        default=True, description="Whether there is a client VPN; each zone's association costs by the hour."
    )
    authentication: Annotated[
        Literal["certificate", "saml"], Allowed('"certificate" or "saml"', ("certificate", "saml"))
    ] = Field(
        default="certificate",
        description="By a certificate of ours or by an identity provider. A change makes the endpoint new.",
    )
    saml_metadata: Annotated[str, Allowed("the identity provider's metadata document (XML), or an empty text")] = Field(
        default="", description="Metadata document of the identity provider; with saml only."
    )
    saml_group: Annotated[
        str, Field(pattern=r"^[^,]{0,255}$"), Allowed("the name of a group without commas, or an empty text")
    ] = Field(default="", description="The identity provider's group whose members may connect; with saml only.")
    session_timeout_hours: SessionHours = Field(default=8, description="Hours after which everybody signs in again.")
    log_retention_days: LogRetentionDays = Field(default=365, description="How long it is kept who connected.")


class VpnGatewaySettings(Model):
    """`erp:network.vpn_gateway`: our end of the site-to-site VPN to Azure."""

    enabled: Annotated[bool, Allowed("true or false")] = Field(
        default=True, description="Whether there is a gateway; it costs nothing before it has a connection."
    )
    asn: Asn = Field(default=64512, description="AS number of our end of BGP. A change makes the gateway new.")


class NetworkSettings(Model):
    """`erp:network`: used for the primary and for the recovery region alike."""

    nat: Nat = Field(
        default="per_zone", description="A NAT gateway in each zone, or one for all: cheaper, and lost with its zone."
    )
    flow_log_retention_days: LogRetentionDays = Field(default=365, description="How long flow logs are kept.")
    flow_log_interval_seconds: Annotated[Literal[60, 600], Allowed("60 or 600 (seconds)")] = Field(
        default=60, description="Longest time over which flows are summed up into one record."
    )
    interface_endpoints: EndpointServices = Field(
        default=INTERFACE_ENDPOINTS,
        description="AWS services reached without leaving the network; each costs by zone and hour.",
    )
    client_vpn: Annotated[
        ClientVpnSettings,
        Allowed(
            "an object of enabled, authentication, saml_metadata, saml_group, session_timeout_hours, log_retention_days"
        ),
    ] = Field(default=ClientVpnSettings(), description="Staff's way to the databases, in the primary region.")
    vpn_gateway: Annotated[VpnGatewaySettings, Allowed("an object of enabled, asn")] = Field(
        default=VpnGatewaySettings(), description="Our end of the site-to-site VPN, in the primary region."
    )
