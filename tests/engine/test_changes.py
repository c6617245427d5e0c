"""A size setting of each component and each store, changed on a stack that is up: nothing is replaced or deleted."""

from typing import Any

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


def merged(settings: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """Settings with a change in them, at any depth."""
    found = dict(settings)
    for key, value in change.items():
        found[key] = merged(found.get(key) or {}, value) if isinstance(value, dict) else value
    return found


def test_all_changed_sizes_update_in_place(prod_up: Machine) -> None:
    # All in one update: what each alone does to each store, tests/unit/test_setting_changes.py asks without an engine.
    for key in dict.fromkeys(key for key, _, _ in CHANGES):
        changes: dict[str, Any] = {}
        for _, change, _ in (one for one in CHANGES if one[0] == key):
            changes = merged(changes, change)
        prod_up.setting("prod", key, **changes)
    steps = prod_up.plan("prod")
    others = [(step["op"], step["urn"]) for step in steps if step["op"] != "update"]
    # A task definition is never changed: a new revision is made, and the old one deregistered.
    assert [one for one in others if "taskDefinition" not in one[1]] == []
    assert {token for _, _, token in CHANGES} <= {step["newState"]["type"] for step in steps if step["op"] == "update"}
    prod_up.up("prod").expect()
    assert prod_up.plan("prod") == []
