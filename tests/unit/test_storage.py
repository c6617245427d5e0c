"""Storage: buckets by purpose in both regions, who may use them, how they age, and their replicas."""

import json
from typing import Any

import pytest

from tests.graph import Graph, Node

BUCKET = "aws:s3/bucket:Bucket"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
LOGGING = "aws:s3/bucketLogging:BucketLogging"
OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
PUBLIC_ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"

DATA = ["archives", "assets", "documents"]
LOGS = ["access-logs", "audit"]
LOCKED = ["archives", "audit"]
PRIMARY, RECOVERY = "eu-central-1", "eu-west-1"
ACCOUNT = "333333333333"


def purpose(bucket: Node) -> str:
    return bucket.name.partition("bucket-")[2]


def buckets(graph: Graph, *purposes: str) -> list[Node]:
    found = [bucket for bucket in graph.some(BUCKET, under="storage") if not purposes or purpose(bucket) in purposes]
    assert found, f"no bucket for {purposes}"
    return found


def of(graph: Graph, bucket: Node, token: str) -> list[Node]:
    """The settings of one kind that name a bucket."""
    return [node for node in graph.all(token) if graph.references(node, "bucket") == [bucket]]


def setting(graph: Graph, bucket: Node, token: str) -> Node:
    found = of(graph, bucket, token)
    assert len(found) == 1, f"{bucket} has {len(found)} of {token}"
    return found[0]


def statements(node: Node) -> dict[str, dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(node.value("policy"))["Statement"]
    return {statement["Sid"]: statement for statement in found}


def rules(graph: Graph, bucket: Node) -> dict[str, dict[str, Any]]:
    return {rule["id"]: rule for rule in setting(graph, bucket, LIFECYCLE).value("rules")}


# --- what there is


@pytest.mark.req("S1", "S6")
def test_both_regions_have_a_bucket_for_each_purpose(prod: Graph) -> None:
    for region in (PRIMARY, RECOVERY):
        there = [purpose(bucket) for bucket in buckets(prod) if prod.region_of(bucket) == region]
        assert sorted(there) == sorted([*DATA, *LOGS]), region


def test_a_bucket_s_settings_are_made_in_its_region(prod: Graph) -> None:
    for token in (ENCRYPTION, LIFECYCLE, LOCK, LOGGING, OWNERSHIP, POLICY, PUBLIC_ACCESS, REPLICATION, VERSIONING):
        for node in prod.some(token):
            assert prod.region_of(node) == prod.region_of(prod.reference(node, "bucket")), node


def test_names_are_left_to_the_autonamer(graph: Graph) -> None:
    for bucket in buckets(graph):
        assert not bucket.has("bucket"), f"{bucket}: a name of ours may be taken anywhere in the world"
        assert not bucket.has("bucketPrefix")


def test_what_is_set_beside_a_bucket_is_not_set_on_it(graph: Graph) -> None:
    for bucket in buckets(graph):
        assert set(bucket.inputs) <= {"objectLockEnabled", "forceDestroy", "tags"}, "one concern, two owners"


def test_buckets_of_prod_are_kept_and_others_go_with_their_stack(graph: Graph) -> None:
    for bucket in buckets(graph):
        assert bucket.options.protect is (graph.stack == "prod")
        assert bucket.value("forceDestroy") is (graph.stack != "prod")


def test_dev_has_the_same_buckets_but_no_replicas(dev: Graph) -> None:
    there = {(dev.region_of(bucket), purpose(bucket)) for bucket in buckets(dev)}
    assert there == {(PRIMARY, name) for name in [*DATA, *LOGS]} | {(RECOVERY, name) for name in LOGS}
    assert dev.all(REPLICATION) == []


# --- who gets in


@pytest.mark.req("S1")
def test_no_bucket_can_be_opened_to_the_public_or_has_acls(prod: Graph) -> None:
    for bucket in buckets(prod):
        block = setting(prod, bucket, PUBLIC_ACCESS)
        for switch in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"):
            assert block.value(switch) is True, f"{block}: {switch}"
        assert setting(prod, bucket, OWNERSHIP).value("rule.objectOwnership") == "BucketOwnerEnforced"


@pytest.mark.req("T2")
def test_every_bucket_refuses_plain_http_and_old_tls(prod: Graph) -> None:
    for bucket in buckets(prod):
        policy = statements(setting(prod, bucket, POLICY))
        arn = f"arn:mock:{BUCKET}:{bucket.name}"
        conditions = {
            "RefusesPlainHttp": {"Bool": {"aws:SecureTransport": "false"}},
            "RefusesOldTls": {"NumericLessThan": {"s3:TlsVersion": "1.2"}},
        }
        for sid, condition in conditions.items():
            assert policy[sid]["Effect"] == "Deny"
            assert policy[sid]["Principal"] == "*"
            assert policy[sid]["Action"] == "s3:*"
            assert policy[sid]["Resource"] == [arn, f"{arn}/*"]
            assert policy[sid]["Condition"] == condition


def test_a_policy_comes_after_the_block_because_s3_refuses_both_at_once(prod: Graph) -> None:
    for bucket in buckets(prod):
        policy = setting(prod, bucket, POLICY)
        assert setting(prod, bucket, PUBLIC_ACCESS) in prod.dependencies(policy)
        assert setting(prod, bucket, OWNERSHIP) in prod.dependencies(policy)


@pytest.mark.req("T1")
def test_a_bucket_is_encrypted_by_its_region_s_key_of_its_class(prod: Graph) -> None:
    for bucket in buckets(prod, *DATA, "audit"):
        encryption = setting(prod, bucket, ENCRYPTION)
        key = prod.reference(encryption, "rules")
        data_class = "logs" if purpose(bucket) == "audit" else "data"
        assert key.name.endswith(f"-{data_class}")
        assert prod.region_of(key) == prod.region_of(bucket)
        [rule] = encryption.value("rules")
        assert rule["applyServerSideEncryptionByDefault"]["sseAlgorithm"] == "aws:kms"
        assert rule["bucketKeyEnabled"] is True, "each object would cost a call to KMS"
        assert bucket.value("tags.DataClass") == data_class


@pytest.mark.req("T1")
def test_an_upload_under_another_key_is_refused(prod: Graph) -> None:
    for bucket in buckets(prod, *DATA, "audit"):
        policy = statements(setting(prod, bucket, POLICY))
        key = prod.reference(setting(prod, bucket, ENCRYPTION), "rules")
        other = policy["RefusesOtherKeys"]
        assert other["Effect"] == "Deny"
        assert other["Condition"] == {
            "Null": {"s3:x-amz-server-side-encryption": "false"},
            "StringNotEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": f"arn:mock:{key.type}:{key.name}"},
        }, "an upload that names no key takes the bucket's own"
        assert policy["RefusesKeysOfTheCaller"]["Effect"] == "Deny"


@pytest.mark.req("S6")
def test_access_logs_lie_where_aws_delivers_them(prod: Graph) -> None:
    for bucket in buckets(prod, "access-logs"):
        [rule] = setting(prod, bucket, ENCRYPTION).value("rules")
        assert rule == {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}
        assert bucket.value("objectLockEnabled") is False
        assert of(prod, bucket, LOCK) == []
        policy = statements(setting(prod, bucket, POLICY))
        arn = f"arn:mock:{BUCKET}:{bucket.name}"
        older = {PRIMARY: "054676820928", RECOVERY: "156460612806"}[prod.region_of(bucket)]
        balancers = f"{arn}/load-balancers/AWSLogs/{ACCOUNT}/*"
        writers = {
            "BucketsWriteAccessLogs": ({"Service": "logging.s3.amazonaws.com"}, f"{arn}/buckets/*"),
            "BalancersWriteAccessLogs": ({"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}, balancers),
            "BalancersOfOlderRegionsWriteAccessLogs": ({"AWS": f"arn:aws:iam::{older}:root"}, balancers),
        }
        allowed = {sid: statement for sid, statement in policy.items() if statement["Effect"] == "Allow"}
        assert {sid: (one["Principal"], one["Resource"]) for sid, one in allowed.items()} == writers
        assert {one["Action"] for one in allowed.values()} == {"s3:PutObject"}
        assert allowed["BucketsWriteAccessLogs"]["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}


@pytest.mark.req("S6")
def test_audit_logs_are_written_by_the_services_of_this_account_alone(prod: Graph) -> None:
    for bucket in buckets(prod, "audit"):
        allowed = [one for one in statements(setting(prod, bucket, POLICY)).values() if one["Effect"] == "Allow"]
        services = {one["Principal"]["Service"] for one in allowed}
        assert services == {"cloudtrail.amazonaws.com", "config.amazonaws.com"}
        for one in allowed:
            assert ACCOUNT in json.dumps(one["Condition"]), f"{one['Sid']} lets a service act for any account"


def test_data_buckets_let_nobody_in_by_policy(prod: Graph) -> None:
    for bucket in buckets(prod, *DATA):
        assert {one["Effect"] for one in statements(setting(prod, bucket, POLICY)).values()} == {"Deny"}


@pytest.mark.req("S1", "T3")
def test_the_assets_bucket_is_read_by_our_own_roles_alone_not_by_the_edge(graph: Graph) -> None:
    for bucket in buckets(graph, "assets"):
        [policy] = of(graph, bucket, POLICY)
        for one in statements(policy).values():
            assert one["Effect"] == "Deny", f"{one['Sid']} lets somebody read what the web service streams"
            assert "NotPrincipal" not in one
        assert setting(graph, bucket, PUBLIC_ACCESS).value("restrictPublicBuckets") is True
    assert not [kind for kind in graph.types if "cloudfront" in kind or "bucketWebsite" in kind], "one way, not two"


@pytest.mark.req("A1")
def test_every_bucket_but_that_of_the_access_logs_has_its_access_logged(prod: Graph) -> None:
    for bucket in buckets(prod, *DATA, "audit"):
        logging = setting(prod, bucket, LOGGING)
        target = prod.reference(logging, "targetBucket")
        assert purpose(target) == "access-logs"
        assert prod.region_of(target) == prod.region_of(bucket)
        assert logging.value("targetPrefix") == f"buckets/{purpose(bucket)}/"
        assert prod.waits_for(logging, setting(prod, target, POLICY)), "the first logs would be refused"
    for bucket in buckets(prod, "access-logs"):
        assert of(prod, bucket, LOGGING) == [], "each log would make another"


# --- how objects age


@pytest.mark.req("B2", "S1")
def test_every_bucket_keeps_versions(prod: Graph) -> None:
    for bucket in buckets(prod):
        assert setting(prod, bucket, VERSIONING).value("versioningConfiguration.status") == "Enabled"


@pytest.mark.req("G3")
def test_old_versions_and_unfinished_uploads_go_from_every_bucket(prod: Graph) -> None:
    for bucket in buckets(prod):
        lifecycle = setting(prod, bucket, LIFECYCLE)
        assert setting(prod, bucket, VERSIONING) in prod.dependencies(lifecycle)
        found = rules(prod, bucket)
        for rule in found.values():
            assert rule["status"] == "Enabled"
            assert rule["filter"] == {"prefix": ""}
        old = found["forget-old-versions"]
        days = 21 if purpose(bucket) == "documents" else 30
        assert old["noncurrentVersionExpiration"] == {"noncurrentDays": days}, "in the replica as in the bucket itself"
        assert old["expiration"] == {"expiredObjectDeleteMarker": True}
        assert found["abort-uploads"]["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 7}


@pytest.mark.req("S2")
def test_archives_move_to_glacier_then_to_deep_archive_and_go_after_their_lock(prod: Graph) -> None:
    for bucket in buckets(prod, "archives"):
        age = rules(prod, bucket)["age"]
        assert age["transitions"] == [
            {"days": 30, "storageClass": "GLACIER"},
            {"days": 365, "storageClass": "DEEP_ARCHIVE"},
        ]
        retention = setting(prod, bucket, LOCK).value("rule.defaultRetention")
        assert age["expiration"]["days"] >= retention["days"], "a deletion under a lock deletes nothing"


@pytest.mark.req("G3")
def test_documents_find_their_tier_and_logs_get_colder_until_they_go(prod: Graph) -> None:
    for bucket in buckets(prod, "documents"):
        assert rules(prod, bucket)["age"]["transitions"] == [{"days": 30, "storageClass": "INTELLIGENT_TIERING"}]
        assert "expiration" not in rules(prod, bucket)["age"], "a document goes when somebody deletes it"
    for bucket in buckets(prod, "audit"):
        assert rules(prod, bucket)["age"]["transitions"] == [
            {"days": 30, "storageClass": "STANDARD_IA"},
            {"days": 120, "storageClass": "GLACIER"},
        ]
        assert rules(prod, bucket)["age"]["expiration"] == {"days": 731}
    for bucket in buckets(prod, "access-logs"):
        assert "transitions" not in rules(prod, bucket)["age"], "small objects cost more to move than to keep"
        assert rules(prod, bucket)["age"]["expiration"] == {"days": 400}
    for bucket in buckets(prod, "assets"):
        assert "age" not in rules(prod, bucket)


@pytest.mark.req("S2", "S6")
def test_archives_and_audit_logs_are_locked_and_in_prod_nobody_can_lift_it(prod: Graph) -> None:
    days = {"archives": 3653, "audit": 365}
    for bucket in buckets(prod, *LOCKED):
        lock = setting(prod, bucket, LOCK)
        assert bucket.value("objectLockEnabled") is True
        assert lock.value("rule.defaultRetention") == {"mode": "COMPLIANCE", "days": days[purpose(bucket)]}
        assert setting(prod, bucket, VERSIONING) in prod.dependencies(lock)
    assert {purpose(prod.reference(lock, "bucket")) for lock in prod.some(LOCK)} == set(LOCKED)


@pytest.mark.parametrize("stack", ["dev", "staging"])
def test_a_lock_outside_prod_can_be_lifted(stack: str, dev: Graph, staging: Graph) -> None:
    for lock in {"dev": dev, "staging": staging}[stack].some(LOCK):
        assert lock.value("rule.defaultRetention.mode") == "GOVERNANCE"
        assert lock.value("rule.defaultRetention.days") <= 7


# --- replicas


@pytest.mark.req("B3", "S1")
def test_each_data_bucket_is_replicated_to_the_one_of_its_purpose_in_the_other_region(prod: Graph) -> None:
    found = [(prod.reference(node, "bucket"), prod.references(node, "rules")) for node in prod.some(REPLICATION)]
    assert sorted(purpose(source) for source, _ in found) == DATA
    for source, sources_of_rules in found:
        [target] = [node for node in sources_of_rules if node.type == BUCKET]
        [key] = [node for node in sources_of_rules if node.type != BUCKET]
        assert prod.region_of(source) == PRIMARY
        assert (purpose(target), prod.region_of(target)) == (purpose(source), RECOVERY)
        assert key.name == "encryption-replica-data", "S3 would take the other region's key and replicate nothing"


@pytest.mark.req("B3")
def test_a_replica_has_every_version_within_a_quarter_of_an_hour(prod: Graph) -> None:
    for node in prod.some(REPLICATION):
        [rule] = node.value("rules")
        assert rule["status"] == "Enabled"
        assert rule["filter"] == {"prefix": ""}
        assert rule["priority"] == 1
        assert rule["deleteMarkerReplication"] == {"status": "Enabled"}
        assert rule["sourceSelectionCriteria"] == {"sseKmsEncryptedObjects": {"status": "Enabled"}}
        destination = rule["destination"]
        assert destination["replicationTime"] == {"status": "Enabled", "time": {"minutes": 15}}
        assert destination["metrics"] == {"status": "Enabled", "eventThreshold": {"minutes": 15}}


@pytest.mark.req("B3", "B2")
def test_replication_waits_for_versions_locks_and_rights_on_both_sides(prod: Graph) -> None:
    for node in prod.some(REPLICATION):
        source = prod.reference(node, "bucket")
        [target] = [found for found in prod.references(node, "rules") if found.type == BUCKET]
        for bucket in (source, target):
            assert setting(prod, bucket, VERSIONING) in prod.dependencies(node)
            for lock in of(prod, bucket, LOCK):
                assert lock in prod.dependencies(node)
        rights = [found for found in prod.dependencies(node) if found.type == ROLE_POLICY]
        assert [prod.reference(right, "role") for right in rights] == [prod.reference(node, "role")]


@pytest.mark.req("T3")
def test_a_replication_role_reaches_its_two_buckets_and_keys_only(prod: Graph) -> None:
    for node in prod.some(REPLICATION):
        source = prod.reference(node, "bucket")
        role = prod.reference(node, "role")
        [target] = [found for found in prod.references(node, "rules") if found.type == BUCKET]
        [rights] = [found for found in prod.some(ROLE_POLICY) if prod.references(found, "role") == [role]]
        own, other = (f"arn:mock:{BUCKET}:{bucket.name}" for bucket in (source, target))
        found = statements(rights)
        assert {sid: one["Resource"] for sid, one in found.items() if "kms" not in str(one["Action"])} == {
            "ReadsConfiguration": own,
            "ReadsVersions": f"{own}/*",
            "WritesReplicas": f"{other}/*",
        }
        assert ("s3:GetObjectRetention" in found["ReadsVersions"]["Action"]) is (purpose(source) == "archives")
        for sid, action, region in (
            ("DecryptsSource", "kms:Decrypt", PRIMARY),
            ("EncryptsReplicas", "kms:Encrypt", RECOVERY),
        ):
            assert found[sid]["Action"] == action
            assert found[sid]["Condition"]["StringEquals"] == {"kms:ViaService": f"s3.{region}.amazonaws.com"}


def test_the_stack_hands_on_every_bucket_by_purpose(prod: Graph, dev: Graph) -> None:
    assert sorted(prod.outputs["bucket_names"]) == sorted(prod.outputs["recovery_bucket_names"])
    assert sorted(prod.outputs["bucket_names"]) == sorted([*DATA, *LOGS])
    assert sorted(dev.outputs["recovery_bucket_names"]) == LOGS
