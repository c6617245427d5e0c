"""The Smart Education ERP: AWS first, Azure standing by, Cloudflare in front.

Reads from top to bottom as the architecture. Every component gets the stack's context, its own settings, and typed
results of components above it, never of one below.
"""
# ruff: noqa: E402  (the collector has to pause before the provider SDKs are imported)

from collector import pause_collector
from interrupt import end_quietly_when_interrupted

pause_collector()
end_quietly_when_interrupted()

from components import context as stack_context
from components.access import Access, AccessArgs
from components.adoption import Adoption
from components.after import after
from components.cache.component import CacheLayer, CacheLayerArgs, RecoveryPlace
from components.compute.component import ComputeCluster, ComputeClusterArgs
from components.compute.stores import Stores
from components.configuration import read_secrets, read_settings
from components.database.component import Database, DatabaseArgs
from components.domain import Domain, DomainArgs, cloudflare_provider
from components.encryption import Encryption, EncryptionArgs
from components.network.client_vpn import ClientVpnArgs
from components.network.component import Network, NetworkArgs
from components.outputs import StackOutputs
from components.recovery.component import DRReplica, DRReplicaArgs
from components.storage.component import Storage, StorageArgs

settings = read_settings()
secrets = read_secrets()
adoption = Adoption(settings.adopt.resources)
adoption.begin()
context = stack_context.create(settings, cloudflare=cloudflare_provider())
addresses = settings.address_plan

# What bounds every role comes before all of them; whom the keys have to let in, before the keys.
access = Access("access", AccessArgs(context=context), context.in_primary())
context = context.bounded_by(access.boundary_arn)

# Keys next: whatever stores something is encrypted from its first day.
encryption = Encryption(
    "encryption",
    EncryptionArgs(context=context, settings=settings.encryption, hosts_role_arn=access.hosts_role_arn),
    context.in_primary(),
)

# The public name, its certificates, and what proves Cloudflare to the load balancers.
domain = Domain(
    "domain",
    DomainArgs(
        context=context,
        settings=settings.domain,
        origin_pull_certificate=secrets["origin-pull-certificate"],
        origin_pull_key=secrets["origin-pull-key"],
    ),
    context.in_primary(),
)

# Two networks of one shape in AWS, on address blocks of their own.
network = Network(
    "network",
    NetworkArgs(
        context=context,
        settings=settings.network,
        block=addresses.aws_primary,
        region=settings.aws.region,
        zones=settings.aws.zones,
        logs_key_arn=encryption.keys["logs"],
        client_vpn=ClientVpnArgs(
            settings=settings.network.client_vpn,
            clients=addresses.vpn_clients,
            server_certificate=secrets["vpn-server-certificate"],
            server_key=secrets["vpn-server-key"],
            authority=secrets["vpn-ca"],
        ),
        vpn_gateway=settings.network.vpn_gateway,
    ),
    context.in_primary(),
)
network_recovery = Network(
    "network-recovery",
    NetworkArgs(
        context=context,
        settings=settings.network,
        block=addresses.aws_recovery,
        region=settings.aws.recovery_region,
        zones=settings.aws.recovery_zones,
        logs_key_arn=encryption.recovery_keys["logs"],
    ),
    context.in_recovery(),
)

# Buckets and the file system of both regions: those with data and their replicas, those that services write logs to.
storage = Storage(
    "storage",
    StorageArgs(
        context=context,
        settings=settings.storage,
        key_arns=encryption.keys,
        recovery_key_arns=encryption.recovery_keys,
        subnet_ids=network.subnet_ids["data"],
        recovery_subnet_ids=network_recovery.subnet_ids["data"],
        security_group_id=network.security_group_ids["data"],
        recovery_security_group_id=network_recovery.security_group_ids["data"],
    ),
    context.in_primary(),
)

# Shards with their readers, proxies and standbys, and the map that says which one has a school.
database = Database(
    "database",
    DatabaseArgs(
        context=context,
        settings=settings.database,
        bootstrap_password=secrets["database-bootstrap-password"],
        key_arns=encryption.keys,
        recovery_key_arns=encryption.recovery_keys,
        subnet_ids=network.subnet_ids["data"],
        recovery_subnet_ids=network_recovery.subnet_ids["data"],
        security_group_id=network.security_group_ids["data"],
        recovery_security_group_id=network_recovery.security_group_ids["data"],
        function_subnet_ids=network.subnet_ids["app"],
        function_security_group_id=network.security_group_ids["app"],
        function_ready=[network],
    ),
    context.in_primary(),
)

# Redis and Memcached, which may both be lost without losing data.
cache = CacheLayer(
    "cache",
    CacheLayerArgs(
        context=context,
        settings=settings.cache,
        region=settings.aws.region,
        subnet_ids=network.subnet_ids["cache"],
        security_group_id=network.security_group_ids["cache"],
        data_key_arn=encryption.keys["data"],
        logs_key_arn=encryption.keys["logs"],
        recovery=RecoveryPlace(
            subnet_ids=network_recovery.subnet_ids["cache"],
            security_group_id=network_recovery.security_group_ids["cache"],
            data_key_arn=encryption.recovery_keys["data"],
            logs_key_arn=encryption.recovery_keys["logs"],
        ),
    ),
    context.in_primary(),
)

# What the ERP runs on: hosts, a load balancer behind the edge alone, and the services themselves.
compute = ComputeCluster(
    "compute",
    ComputeClusterArgs(
        context=context,
        settings=settings.compute,
        hosts_role_arn=access.hosts_role_arn,
        vpc_id=network.vpc_id,
        app_subnet_ids=network.subnet_ids["app"],
        public_subnet_ids={
            zone: after(subnet, network.internet_route_id) for zone, subnet in network.subnet_ids["public"].items()
        },
        security_group_ids=network.security_group_ids,
        key_arns=encryption.keys,
        certificate_arn=domain.certificate_arn,
        origin_pull_active=domain.origin_pull_active,
        origin_pull_ca=secrets["origin-pull-ca"],
        bucket_ids=storage.bucket_ids,
        stores=Stores(
            bucket_ids=storage.bucket_ids,
            bucket_arns=storage.bucket_arns,
            file_system_id=storage.file_system_id,
            file_system_arn=storage.file_system_arn,
            access_point_ids=storage.access_point_ids,
            access_point_arns=storage.access_point_arns,
            connect_arns=database.connect_arns,
            admin_secret_arns=database.admin_secret_arns,
            cache_connect_arns={"redis": cache.connect_arns, "redis_worker": cache.worker_connect_arns},
            document_names={**cache.connection_parameter_names, "database": database.shard_map_name},
            document_arns={**cache.connection_parameter_arns, "database": database.shard_map_arn},
        ),
        after=[network],
    ),
    context.in_primary(),
)

# What serves when AWS does not.
recovery = DRReplica(
    "recovery",
    DRReplicaArgs(context=context, settings=settings.recovery, block=addresses.azure),
    context.in_primary(),
)

StackOutputs(
    zone_name_servers=domain.name_servers,
    dnssec_ds=domain.dnssec_ds,
    certificate_arns={"primary": domain.certificate_arn, "recovery": domain.recovery_certificate_arn},
    key_arns=encryption.keys,
    recovery_key_arns=encryption.recovery_keys,
    vpc_ids={"primary": network.vpc_id, "recovery": network_recovery.vpc_id},
    bucket_names=storage.bucket_ids,
    recovery_bucket_names=storage.recovery_bucket_ids,
    file_system_ids=storage.file_system_ids,
    cache_connections=cache.connection_parameter_names,
    cache_events_topic_arn=cache.notification_topic_arn,
    balancer_dns_name=compute.balancer_dns_name,
    database_shard_map_name=database.shard_map_name,
    database_proxy_endpoints=database.proxy_endpoints,
    database_standby_ids=database.standby_ids,
    cluster_name=compute.cluster_name,
    service_names=compute.service_names,
    one_off_task_arns=compute.one_off_task_arns,
    task_subnet_ids=network.subnet_ids["app"],
    task_security_group_id=network.security_group_ids["app"],
    azure_resource_group_name=recovery.resource_group_name,
    azure_virtual_network_id=recovery.virtual_network_id,
).export()
adoption.finish()
