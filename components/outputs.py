"""What the stack hands to people and to other programs (`pulumi stack output`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import pulumi

from components.cache.access import Cache


@dataclass(frozen=True, kw_only=True, slots=True)
class StackOutputs:
    """All outputs; the field's name is the output's.

    zone_name_servers: to be entered at the registrar, and dnssec_ds after them.
    vpc_ids: by region role (`primary`, `recovery`); certificate_arns alike.
    key_arns, recovery_key_arns: by data class.
    bucket_names, recovery_bucket_names: by purpose.
    service_names, one_off_task_arns: by name. task_subnet_ids (by zone), task_security_group_id: where one-off tasks
    run.
    file_system_ids: by generation (`g0`): even ones stand in the primary region, odd ones in the recovery region.
    cache_connections: names of the documents that say how to connect, by cache.
    database_proxy_endpoints: by shard; database_standby_ids: by shard and generation.
    """

    zone_name_servers: pulumi.Output[Sequence[str]]
    dnssec_ds: pulumi.Output[str]
    certificate_arns: Mapping[str, pulumi.Output[str]]
    key_arns: Mapping[str, pulumi.Output[str]]
    recovery_key_arns: Mapping[str, pulumi.Output[str]]
    vpc_ids: Mapping[str, pulumi.Output[str]]
    bucket_names: Mapping[str, pulumi.Output[str]]
    recovery_bucket_names: Mapping[str, pulumi.Output[str]]
    file_system_ids: Mapping[str, pulumi.Output[str]]
    cache_connections: Mapping[Cache, pulumi.Output[str]]
    cache_events_topic_arn: pulumi.Output[str]
    balancer_dns_name: pulumi.Output[str]
    database_shard_map_name: pulumi.Output[str]
    database_proxy_endpoints: Mapping[str, pulumi.Output[str]]
    database_standby_ids: Mapping[str, pulumi.Output[str]]
    cluster_name: pulumi.Output[str]
    service_names: Mapping[str, pulumi.Output[str]]
    one_off_task_arns: Mapping[str, pulumi.Output[str]]
    task_subnet_ids: Mapping[str, pulumi.Output[str]]
    task_security_group_id: pulumi.Output[str]
    azure_resource_group_name: pulumi.Output[str]
    azure_virtual_network_id: pulumi.Output[str]

    def export(self) -> None:
        """Export each field under its name."""
        for field in fields(self):
            pulumi.export(field.name, getattr(self, field.name))
