"""Every settable field changed: no data store is replaced or deleted by it, or only where prod protects them all.

The stack is composed before and after the change, and the offline clouds' own comparison says what the change does to
each resource: the same one that an update would ask (tests/engine shows that the engine agrees).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pulumi
import pytest
from pydantic import BaseModel

from sandbox import facts
from sandbox.values import reveal
from settings.model import SECTIONS
from tests.graph import Graph, Node, composed_with

# What holds something that nobody can make again: keys, buckets, files, databases and their secrets, the zone with its
# records, audit history. And Redis: a change of size shall not log everybody out. Memcached is none: AWS replaces it
# for another node type or an older version, and its pages are made again.
STORES = {
    "aws:kms/key:Key",
    "aws:kms/replicaKey:ReplicaKey",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:rds/instance:Instance",
    "aws:s3/bucket:Bucket",
    "aws:efs/fileSystem:FileSystem",
    "aws:secretsmanager/secret:Secret",
    "cloudflare:index/zone:Zone",
}
STACK = "staging"

# A valid value other than staging's own, for each field that may change while the stack lives.
SIZES: dict[str, Any] = {
    "stack.project_tag": "another-project",
    "stack.cost_center": "another-cost-center",
    "cloudflare.plan": "enterprise",
    "encryption.deletion_window_days": 14,
    "encryption.rotation_period_days": 180,
    "domain.hostnames": ["@", "*", "*.api"],
    "domain.caa_issuers": ["amazon.com", "letsencrypt.org"],
    "domain.security_contact": "somebody@smart-school.example",
    "network.nat": "per_zone",
    "network.flow_log_retention_days": 731,
    "network.flow_log_interval_seconds": 600,
    "network.client_vpn.session_timeout_hours": 12,
    "network.client_vpn.log_retention_days": 731,
    "network.vpn_gateway.asn": 64600,
    "storage.assets.erasure_days": 7,
    "storage.documents.erasure_days": 7,
    "storage.documents.tiering_after_days": 0,
    "storage.archives.glacier_after_days": 0,
    "storage.archives.deep_archive_after_days": 180,
    "storage.archives.retention_days": 3660,
    "storage.archives.lock_days": 1,
    "storage.audit.infrequent_after_days": 60,
    "storage.audit.glacier_after_days": 90,
    "storage.audit.retention_days": 365,
    "storage.audit.lock_days": 1,
    "storage.access_logs.retention_days": 365,
    "storage.file_system.infrequent_after_days": 7,
    "storage.file_system.archive_after_days": 365,
    "storage.file_system.settled_generations": [1],
    "storage.file_system.promoted_generations": [1],
    "cache.apply_immediately": False,
    "cache.redis.node_type": "cache.m7g.large",
    "cache.redis.shards": 3,
    "cache.redis.replicas_per_shard": 2,
    "cache.redis.snapshot_retention_days": 35,
    "cache.redis.snapshot_window": "22:00-23:30",
    "cache.redis.maintenance_window": "sat:23:30-sun:01:00",
    "cache.redis.log_retention_days": 731,
    "cache.memcached.version": "1.6.17",
    "cache.memcached.node_type": "cache.m7g.large",
    "cache.memcached.nodes": 5,
    "cache.memcached.maintenance_window": "sat:23:30-sun:01:00",
    "compute.balancer.idle_timeout_seconds": 120,
    "compute.balancer.desync": "strictest",
    "compute.balancer.tls_policy": "ELBSecurityPolicy-TLS13-1-3-2021-06",
    "compute.balancer.firewall_log_retention_days": 731,
    "compute.balancer.rate_limits.login_requests": 600,
    "compute.balancer.rate_limits.api_requests": 600,
    "compute.balancer.rate_limits.export_requests": 600,
    "compute.balancer.rate_limits.all_requests": 600,
    "database.shards": [
        {"key": "s1", "first_slot": 0, "last_slot": 1023},
        {"key": "s2", "first_slot": 2048, "last_slot": 4095},
        {"key": "s3", "first_slot": 1024, "last_slot": 2047},
    ],
    "database.instance_class": "db.m6g.large",
    "database.allocated_storage_gib": 200,
    "database.max_allocated_storage_gib": 2000,
    "database.replicas": 2,
    "database.replica_class": "db.r6g.xlarge",
    "database.replica_generations": [1, 2],
    "database.backup_retention_days": 14,
    "database.snapshot_generation": 2,
    "database.insights": "advanced",
    "database.monitoring_interval_seconds": 1,
    "database.log_retention_days": 365,
    "database.backup_window": "03:30-04:00",
    "database.maintenance_window": "sat:04:00-sat:05:00",
    "compute.hosts.instance_type": "m5.large",
    "compute.hosts.cpu_credits": "standard",
    "compute.hosts.root_volume_gib": 100,
    "compute.hosts.max_instance_lifetime_days": 7,
    "compute.hosts.target_capacity_percent": 80,
    "compute.hosts.exec_log_retention_days": 731,
    "compute.hosts.on_demand.min_hosts": 1,
    "compute.hosts.on_demand.busy_hosts": 6,
    "compute.hosts.on_demand.max_hosts": 12,
    "compute.hosts.on_demand.base_tasks": 6,
    "compute.hosts.on_demand.weight": 3,
    "compute.hosts.on_demand.warm_hosts": 1,
    "compute.hosts.spot.min_hosts": 1,
    "compute.hosts.spot.max_hosts": 12,
    "compute.hosts.spot.weight": 1,
    "compute.hosts.spot.types": ["t3.large", "m5.large"],
    "compute.hosts.busy_hours.start": "0 7 * * MON-FRI",
    "compute.hosts.busy_hours.end": "0 20 * * MON-FRI",
    "compute.hosts.busy_hours.time_zone": "Europe/Vienna",
    "compute.services.image": "222222222222.dkr.ecr.eu-central-1.amazonaws.com/erp@sha256:" + "f" * 64,
    "compute.services.user": 10002,
    "compute.services.running": False,
    "compute.services.log_retention_days": 180,
    "compute.services.web.cpu_units": 512,
    "compute.services.web.memory_mib": 2048,
    "compute.services.web.command": ["erp", "web", "--verbose"],
    "compute.services.web.health_command": ["erp", "health", "web"],
    "compute.services.web.uses": ["documents"],
    "compute.services.web.mounts": ["uploads"],
    "compute.services.web.stop_timeout_seconds": 60,
    "compute.services.web.desired": 4,
    "compute.services.web.min": 2,
    "compute.services.web.max": 5,
    "compute.services.web.night_min": 0,
    "compute.services.web.night_max": 2,
    "compute.services.web.on_demand_base": 3,
    "compute.services.web.spot_percent": 50,
    "compute.services.web.cpu_target_percent": 50,
    "compute.services.web.memory_target_percent": 60,
    "compute.services.web.requests_target": 900,
    "compute.services.web.health_path": "/health",
    "compute.services.web.bake_minutes": 5,
    "compute.services.worker.cpu_units": 512,
    "compute.services.worker.memory_mib": 2048,
    "compute.services.worker.command": ["erp", "worker", "--verbose"],
    "compute.services.worker.health_command": ["erp", "health", "worker"],
    "compute.services.worker.uses": ["documents"],
    "compute.services.worker.mounts": ["reports"],
    "compute.services.worker.stop_timeout_seconds": 60,
    "compute.services.worker.desired": 3,
    "compute.services.worker.min": 1,
    "compute.services.worker.max": 5,
    "compute.services.worker.night_min": 0,
    "compute.services.worker.night_max": 1,
    "compute.services.worker.on_demand_base": 2,
    "compute.services.worker.spot_percent": 100,
    "compute.services.worker.cpu_target_percent": 50,
    "compute.services.worker.memory_target_percent": 60,
    "compute.services.worker.queue_target": 50,
    "compute.services.scheduler.cpu_units": 256,
    "compute.services.scheduler.memory_mib": 2048,
    "compute.services.scheduler.command": ["erp", "scheduler", "--verbose"],
    "compute.services.scheduler.health_command": ["erp", "health", "scheduler"],
    "compute.services.scheduler.uses": ["documents"],
    "compute.services.scheduler.mounts": ["reports"],
    "compute.services.scheduler.stop_timeout_seconds": 60,
    "compute.services.migrate.cpu_units": 512,
    "compute.services.migrate.memory_mib": 1024,
    "compute.services.migrate.command": ["erp", "migrate", "--verbose"],
    "compute.services.grants.image": "222222222222.dkr.ecr.eu-central-1.amazonaws.com/psql@sha256:" + "f" * 64,
    "compute.services.grants.cpu_units": 512,
    "compute.services.grants.memory_mib": 512,
    "compute.services.night.evening_hour": 20,
    "compute.services.night.morning_hour": 7,
    "compute.services.night.time_zone": "Europe/Vienna",
    "recovery.azure.resource_group_generation": 2,
}
# Fields that say which estate this is: another value means another estate, and leaves the stores of this one behind.
IDENTITY: dict[str, Any] = {
    "aws.account_id": "444444444444",
    "aws.region": "eu-west-3",
    "aws.recovery_region": "eu-north-1",
    "azure.subscription_id": "00000000-0000-4000-8000-000000000999",
    "azure.tenant_id": "00000000-0000-4000-8000-000000000998",
    "azure.location": "northeurope",
    "cloudflare.account_id": "0000000000000000000000000000000f",
    "domain.zone": "elsewhere.example",
}
# Values that the settings refuse in this stack, so that no engine ever sees them.
REFUSED: dict[str, Any] = {
    "account.owner": False,
    "compute.balancer.mutual_tls": "passthrough",
    "domain.dnssec": False,
    "network.interface_endpoints": ["kms"],
    "network.client_vpn.enabled": False,
    "network.client_vpn.saml_metadata": "<EntityDescriptor/>",
    "network.client_vpn.saml_group": "database-administrators",
    "network.vpn_gateway.enabled": False,
    "database.engine_version": "18",
    "database.iops": 12000,
    "database.throughput_mibps": 500,
    "database.multi_az": False,
    "database.cross_region.replica": False,
    "database.cross_region.backups": False,
    "storage.replication": False,
    "storage.file_system.generations": [1, 2],
    "cache.redis.global_datastore": True,
    "cache.redis.engine": "valkey",
    "cache.redis.version": "8.2",
    "storage.archives.lock_mode": "compliance",
    "storage.audit.lock_mode": "compliance",
}
# Fields that number or place what exists; no store hangs on one of them yet.
PLACES: dict[str, str] = {
    "stack.environment": "names, accounts and protection hang on it: another value is another stack",
    "addresses.range": "every subnet moves; a network is not renumbered under what runs in it",
    "aws.zones": "a zone more only adds, a zone less takes its subnets away (tests/properties/test_addresses.py)",
    "aws.recovery_zones": "the same",
    "network.client_vpn.authentication": "wants the provider beside it; makes the endpoint new, which stores nothing",
    "adopt.resources": "takes over what the state does not know; what it knows stays (tests/engine/test_adoption.py)",
}


@dataclass(frozen=True, slots=True)
class Loss:
    """A store that a change replaces or deletes."""

    node: Node
    why: str


def _fields(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _fields(inner, f"{prefix}.{name}")
        else:
            yield f"{prefix}.{name}"


def _all_fields() -> set[str]:
    return {field for key, (_, model) in SECTIONS.items() for field in _fields(model, key)}


def _losses(before: Graph, after: Graph) -> Iterator[Loss]:
    still = {node.key: node for node in after.nodes}
    for node in before.resources:
        if node.type not in STORES:
            continue
        if node.key not in still:
            yield Loss(node, "deleted")
            continue
        known = facts.load(node.type)
        assert known is not None, node.type
        changes = facts.changed_paths(known, reveal(dict(node.inputs)), reveal(dict(still[node.key].inputs)))
        for change in changes:
            if change.replace:
                yield Loss(node, f"replaced for {change.path}")


def _part(field: str) -> str:
    """Whose concern a field is: `cache.redis` of `cache.redis.shards`, `network` of `network.nat`."""
    *way, _ = field.split(".")
    return ".".join(way[:2])


@pytest.fixture(scope="session")
def before() -> Graph:
    from tests.graph import composed

    return composed(STACK)


def test_every_settable_field_is_listed_once() -> None:
    listed = [*SIZES, *IDENTITY, *REFUSED, *PLACES]
    assert len(listed) == len(set(listed))
    assert set(listed) == _all_fields()


@pytest.mark.parametrize("part", dict.fromkeys(map(_part, SIZES)))
def test_the_sizes_of_a_part_keep_every_store(part: str, before: Graph) -> None:
    # One composition a part: what a size does to a store does not hang on the sizes beside it, and a loss is told with
    # the property that it comes from.
    after = composed_with(STACK, {field: value for field, value in SIZES.items() if _part(field) == part})
    assert [f"{loss.node.name} is {loss.why}" for loss in _losses(before, after)] == []


@pytest.mark.parametrize("field", REFUSED)
def test_a_value_that_would_harm_is_refused_with_its_reason(field: str) -> None:
    with pytest.raises(pulumi.RunError, match=rf"Pulumi\.staging\.yaml: erp:{field}: .* because "):
        composed_with(STACK, {field: REFUSED[field]})


@pytest.mark.req("K1", "V1")
def test_the_step_from_redis_to_valkey_keeps_the_group_and_its_users(before: Graph) -> None:
    after = composed_with(
        STACK, {"cache.redis": {"engine": "valkey", "version": "8.2", "node_type": "cache.t4g.small"}}
    )
    assert after.one("aws:elasticache/replicationGroup:ReplicationGroup").value("engine") == "valkey"
    assert [f"{loss.node.name} is {loss.why}" for loss in _losses(before, after)] == []
    for token in ("aws:elasticache/user:User", "aws:elasticache/userGroup:UserGroup"):
        for node in before.some(token, under="cache"):
            assert after.node(node.key).inputs == node.inputs


def test_a_lower_version_would_replace_the_group_which_prod_protects(before: Graph) -> None:
    higher, lower = (
        composed_with(STACK, {"cache.redis": {"engine": "valkey", "version": version}}) for version in ("8.2", "8.1")
    )
    assert [loss.why for loss in _losses(higher, lower)] == ["replaced for engineVersion"]


def test_the_comparison_sees_a_store_that_goes(before: Graph) -> None:
    after = composed_with(STACK, {"domain.zone": IDENTITY["domain.zone"]})
    assert {loss.node.type for loss in _losses(before, after)} == {"cloudflare:index/zone:Zone"}


@pytest.mark.req("T1")
def test_every_store_of_prod_is_protected_against_what_a_new_identity_would_do(prod: Graph) -> None:
    stores = [node for node in prod.resources if node.type in STORES]
    assert {node.type for node in stores} == STORES
    assert [node.name for node in stores if not node.options.protect] == []
