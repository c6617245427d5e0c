"""One size setting of each component, changed on a stack that is up: nothing is replaced or deleted."""

from typing import Any

import pytest

from tests.engine.machine import Machine

LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"

CHANGES: list[tuple[str, dict[str, Any], str]] = [
    ("erp:encryption", {"rotation_period_days": 180}, "aws:kms/key:Key"),
    ("erp:domain", {"security_contact": "somebody@smart-school.example"}, "cloudflare:index/dnsRecord:DnsRecord"),
    # The only setting that reaches the standby's network in place: tags, in all components and clouds at once.
    ("erp:stack", {"cost_center": "another-cost-center"}, "azure-native:network:VirtualNetwork"),
    ("erp:storage", {"access_logs": {"retention_days": 731}}, LIFECYCLE),
    ("erp:storage", {"file_system": {"infrequent_after_days": 14}}, "aws:efs/fileSystem:FileSystem"),
    # Both at once: a replica is as large as its source.
    (
        "erp:database",
        {"instance_class": "db.r6g.2xlarge", "replica_class": "db.r6g.2xlarge"},
        "aws:rds/instance:Instance",
    ),
    ("erp:cache", {"redis": {"node_type": "cache.m7g.xlarge"}}, "aws:elasticache/replicationGroup:ReplicationGroup"),
    ("erp:compute", {"balancer": {"idle_timeout_seconds": 120}}, "aws:lb/loadBalancer:LoadBalancer"),
    # Larger hosts are a new version of the template, and more of them a new bound: no group is replaced.
    (
        "erp:compute",
        {
            "hosts": {
                "instance_type": "t3.2xlarge",
                "on_demand": {"max_hosts": 24},
                "spot": {"types": ["t3.2xlarge", "t3a.2xlarge", "m5.2xlarge", "m5a.2xlarge", "m6i.2xlarge"]},
            }
        },
        "aws:autoscaling/group:Group",
    ),
    ("erp:network", {"flow_log_retention_days": 731}, "aws:cloudwatch/logGroup:LogGroup"),
]


@pytest.mark.parametrize(("key", "change", "token"), CHANGES, ids=[key for key, _, _ in CHANGES])
def test_a_changed_size_updates_in_place(key: str, change: dict[str, Any], token: str, prod_up: Machine) -> None:
    prod_up.setting("prod", key, **change)
    steps = prod_up.plan("prod")
    assert {step["op"] for step in steps} == {"update"}, [(step["op"], step["urn"]) for step in steps]
    assert token in {step["newState"]["type"] for step in steps}
    prod_up.up("prod").expect()
    assert prod_up.plan("prod") == []
