"""The standby outside AWS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
from pulumi_azure_native import resources

from components import names
from components.base import ErpComponent
from components.recovery.network import make_network

if TYPE_CHECKING:
    from ipaddress import IPv4Network

    from components.context import StackContext
    from settings.recovery import RecoverySettings


@dataclass(frozen=True, kw_only=True, slots=True)
class DRReplicaArgs:
    """What the standby needs to know.

    settings: generation of the resource group's name.
    block: Azure's /16.
    """

    context: StackContext
    settings: RecoverySettings
    block: IPv4Network


class DRReplica(ErpComponent):
    """Azure's side of disaster recovery (I2): so far its resource group and network.

    Everything in Azure stands in one group, so that one look and one bill show the standby. Deleting the group would
    delete what is in it, known to this program or not.
    """

    resource_group_name: pulumi.Output[str]
    virtual_network_id: pulumi.Output[str]
    subnet_ids: dict[str, pulumi.Output[str]]
    """By name: GatewaySubnet, ingress, apps, endpoints, postgres."""

    def __init__(self, name: str, args: DRReplicaArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("erp:recovery:DRReplica", name, opts)
        group = resources.ResourceGroup(
            self.logical("group"),
            resource_group_name=names.physical(
                names.RESOURCE_GROUP,
                names.ESTATE,
                args.context.stack,
                "recovery",
                generation=args.settings.azure.resource_group_generation,
            ),
            location=args.context.azure_location,
            tags=self.azure_tags(args.context),
            opts=self.child(),
        )
        network, subnets = make_network(self, args.context, group.name, args.block)
        self.register(
            resource_group_name=group.name,
            virtual_network_id=network.id,
            subnet_ids={subnet: made.id for subnet, made in subnets.items()},
        )
