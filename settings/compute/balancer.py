"""The load balancer and its firewall (`erp:compute.balancer`)."""

from typing import Annotated, Literal

from pydantic import Field

from settings.domain_types import Allowed, LogRetentionDays, Model

MutualTls = Annotated[Literal["verify", "passthrough"], Allowed('"verify" or "passthrough"', ("verify", "passthrough"))]
"""`verify` admits only who shows a certificate of our own authority; `passthrough` asks for one and admits all."""

Desync = Annotated[Literal["defensive", "strictest"], Allowed('"defensive" or "strictest"', ("defensive", "strictest"))]
"""What happens to requests that HTTP leaves unclear: `defensive` closes connections, `strictest` refuses them too."""

TlsPolicy = Annotated[
    Literal["ELBSecurityPolicy-TLS13-1-2-Res-2021-06", "ELBSecurityPolicy-TLS13-1-3-2021-06"],
    Allowed(
        '"ELBSecurityPolicy-TLS13-1-2-Res-2021-06" or "ELBSecurityPolicy-TLS13-1-3-2021-06"',
        ("ELBSecurityPolicy-TLS13-1-2-Res-2021-06", "ELBSecurityPolicy-TLS13-1-3-2021-06"),
    ),
]
"""Policies with forward secrecy and authenticated encryption alone; nothing below TLS 1.2 can be chosen."""

Requests = Annotated[int, Field(ge=10, le=2_000_000_000), Allowed("a whole number of requests from 10 to 2000000000")]
"""AWS WAF counts at least 10 (API, RateBasedStatement)."""


class RateLimitsSettings(Model):
    """`erp:compute.balancer.rate_limits`: requests by one visitor's address in five minutes; more get 429.

    A school's pupils share one address, so a limit is one on a school, and the application counts by account.
    """

    login_requests: Requests = Field(
        default=300, description="Signing in; ten classes of thirty that start a lesson together stay below."
    )
    api_requests: Requests = Field(
        default=6000, description="The programming interface; twenty a second, for a school's screens together."
    )
    export_requests: Requests = Field(
        default=60, description="Exports and reports, each of which keeps the database busy for seconds."
    )
    all_requests: Requests = Field(
        default=15000, description="Everything together; fifty a second, pages with their files included."
    )


class BalancerSettings(Model):
    """`erp:compute.balancer`: deletion protection is not here, since it follows from the environment."""

    idle_timeout_seconds: Annotated[int, Field(ge=1, le=4000), Allowed("a whole number of seconds from 1 to 4000")] = (
        Field(default=60, description="How long a connection may say nothing; exports have to answer within it.")
    )
    mutual_tls: MutualTls = Field(
        default="verify",
        description="Whether only our own zone at Cloudflare is let in; passthrough is for its set-up.",
    )
    desync: Desync = Field(default="defensive", description="How requests that HTTP leaves unclear are met.")
    tls_policy: TlsPolicy = Field(
        default="ELBSecurityPolicy-TLS13-1-2-Res-2021-06", description="Protocols and ciphers towards Cloudflare."
    )
    firewall_log_retention_days: LogRetentionDays = Field(
        default=365, description="How long the firewall's log of what it stopped is kept."
    )
    rate_limits: Annotated[
        RateLimitsSettings,
        Allowed("an object of login_requests, api_requests, export_requests, all_requests"),
    ] = Field(default=RateLimitsSettings(), description="How many requests one visitor's address may make.")
