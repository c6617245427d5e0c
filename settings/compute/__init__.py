"""What runs the application, and what stands in front of it (`erp:compute`)."""

from typing import Annotated

from pydantic import Field

from settings.compute.balancer import BalancerSettings
from settings.compute.hosts import HostsSettings
from settings.domain_types import Allowed, Model
from settings.wording import object_of


class ComputeSettings(Model):
    """`erp:compute`: one object for each part of the compute cluster."""

    balancer: Annotated[
        BalancerSettings,
        Allowed(
            "an object of idle_timeout_seconds, mutual_tls, desync, tls_policy, firewall_log_retention_days, "
            "rate_limits"
        ),
    ] = Field(default=BalancerSettings(), description="The load balancer and its firewall.")
    hosts: Annotated[HostsSettings, object_of(HostsSettings)] = Field(
        default=HostsSettings(), description="The machines that tasks run on, and the cluster that they belong to."
    )
