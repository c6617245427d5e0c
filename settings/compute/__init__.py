"""What the ERP runs on, and what stands in front of it (`erp:compute`): hosts, balancer, services, one object each."""

from typing import Annotated

from pydantic import Field

from settings.compute.balancer import BalancerSettings
from settings.compute.hosts import HostsSettings
from settings.compute.services import ServicesSettings
from settings.domain_types import Model
from settings.wording import object_of


class ComputeSettings(Model):
    """`erp:compute`: one object for each part of the computing ground."""

    hosts: Annotated[HostsSettings, object_of(HostsSettings)] = Field(
        default=HostsSettings(), description="The machines that tasks run on, and the cluster that they belong to."
    )
    balancer: Annotated[BalancerSettings, object_of(BalancerSettings)] = Field(
        default=BalancerSettings(), description="The load balancer and its firewall."
    )
    services: Annotated[ServicesSettings, object_of(ServicesSettings)] = Field(
        description="What runs in the cluster: the image, its services and one-off tasks."
    )
