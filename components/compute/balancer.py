"""The load balancer: what of the internet reaches the application, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import lb

from components.after import after
from components.compute.admission import admit_edge
from components.compute.firewall import FirewallArgs, make_firewall
from components.compute.trust_store import TrustArgs, make_trust_store
from components.storage.policies import BALANCERS_PREFIX

if TYPE_CHECKING:
    from components.base import ErpComponent
    from components.context import StackContext
    from settings.compute.balancer import BalancerSettings

CLIENT_KEEP_ALIVE_SECONDS = 3600
"""How long a connection of the edge may live in all; a new one costs a handshake with certificates on both sides."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BalancerArgs:
    """What the load balancer needs to know.

    subnet_ids: the public tier's, by zone; their network has its way to the internet.
    security_group_id: the public tier's group.
    certificate_arn: an issued certificate of the same region.
    origin_pull_active: known once Cloudflare shows its certificate.
    origin_pull_ca: the authorities (PEM) of that certificate.
    trust_bucket: a versioned bucket that keeps their bundle; log_bucket: one that takes the load balancer's logs. Both
    are known once they may be written to.
    logs_key_arn: key of class logs. All of one region, which is also the owner's.
    """

    context: StackContext
    settings: BalancerSettings
    subnet_ids: Mapping[str, pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    certificate_arn: pulumi.Input[str]
    origin_pull_active: pulumi.Input[str]
    origin_pull_ca: pulumi.Input[str]
    trust_bucket: pulumi.Input[str]
    log_bucket: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Balancer:
    """The load balancer, for the services behind it.

    https_listener: answers 404 to what no rule of a service takes.
    arn_suffix: names it in metrics.
    """

    load_balancer: lb.LoadBalancer
    https_listener: lb.Listener
    dns_name: pulumi.Output[str]
    zone_id: pulumi.Output[str]
    arn_suffix: pulumi.Output[str]
    waf_arn: pulumi.Output[str]


def make_balancer(owner: ErpComponent, args: BalancerArgs) -> Balancer:
    """A load balancer that only our own zone at Cloudflare gets through to, with its firewall and its logs."""
    admit_edge(owner, args.security_group_id)
    balancer = _load_balancer(owner, args)
    trust = make_trust_store(owner, TrustArgs(ca=args.origin_pull_ca, bucket=args.trust_bucket))
    firewall = make_firewall(
        owner,
        FirewallArgs(
            context=args.context,
            settings=args.settings,
            guarded_arn=balancer.arn,
            logs_key_arn=args.logs_key_arn,
        ),
    )
    https = _https(owner, args, balancer, trust)
    _http(owner, balancer)
    return Balancer(
        load_balancer=balancer,
        https_listener=https,
        dns_name=balancer.dns_name,
        zone_id=balancer.zone_id,
        arn_suffix=balancer.arn_suffix,
        waf_arn=firewall.arn,
    )


def _load_balancer(owner: ErpComponent, args: BalancerArgs) -> lb.LoadBalancer:
    """The load balancer in every zone, hardened. Its own defaults are laxer in each line that says True here."""
    return lb.LoadBalancer(
        owner.logical("balancer"),
        load_balancer_type="application",
        internal=False,
        ip_address_type="ipv4",
        subnets=list(args.subnet_ids.values()),
        security_groups=[args.security_group_id],
        enable_deletion_protection=args.context.protects_data,
        drop_invalid_header_fields=True,
        desync_mitigation_mode=args.settings.desync,
        xff_header_processing_mode="append",
        # Through the edge every request is for a name of ours; the application sees the one that was asked for.
        preserve_host_header=True,
        enable_tls_version_and_cipher_suite_headers=True,
        enable_zonal_shift=True,
        enable_http2=True,
        enable_cross_zone_load_balancing=True,
        enable_waf_fail_open=False,
        idle_timeout=args.settings.idle_timeout_seconds,
        client_keep_alive=CLIENT_KEEP_ALIVE_SECONDS,
        access_logs={"bucket": args.log_bucket, "prefix": BALANCERS_PREFIX, "enabled": True},
        connection_logs={"bucket": args.log_bucket, "prefix": BALANCERS_PREFIX, "enabled": True},
        tags=owner.tags(Name=owner.logical("balancer")),
        opts=owner.child(),
    )


def _https(owner: ErpComponent, args: BalancerArgs, balancer: lb.LoadBalancer, trust: lb.TrustStore) -> lb.Listener:
    """HTTPS, for clients with a certificate of our own authority.

    It waits until Cloudflare shows one: verified before that, everybody would be turned away. `passthrough` is for a
    zone that is already in use without: it asks for the certificate, so that the logs show who would be turned away.
    """
    verify: lb.ListenerMutualAuthenticationArgsDict = {
        "mode": "verify",
        "trust_store_arn": trust.arn,
        "ignore_client_certificate_expiry": False,
        "advertise_trust_store_ca_names": "off",  # the edge has one certificate for us, and nobody else need know
    }
    return lb.Listener(
        owner.logical("https"),
        load_balancer_arn=balancer.arn,
        port=443,
        protocol="HTTPS",
        ssl_policy=args.settings.tls_policy,
        certificate_arn=after(args.certificate_arn, args.origin_pull_active),
        mutual_authentication=verify if args.settings.mutual_tls == "verify" else {"mode": "passthrough"},
        # One line of HTTP that tells who asks what runs here; the rest is the application's to say.
        routing_http_response_server_enabled=False,
        default_actions=[
            {
                "type": "fixed-response",
                "fixed_response": {"content_type": "text/plain", "message_body": "Not found\n", "status_code": "404"},
            }
        ],
        tags=owner.tags(),
        opts=owner.child(),
    )


def _http(owner: ErpComponent, balancer: lb.LoadBalancer) -> None:
    """HTTP, which only says where to go instead."""
    lb.Listener(
        owner.logical("http"),
        load_balancer_arn=balancer.arn,
        port=80,
        protocol="HTTP",
        default_actions=[
            {
                "type": "redirect",
                "redirect": {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"},
            }
        ],
        tags=owner.tags(),
        opts=owner.child(),
    )
