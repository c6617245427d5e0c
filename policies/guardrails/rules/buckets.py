"""Buckets in Amazon S3. What a bucket should be stands in resources beside it, or (the older form) in itself.

Two kinds of bucket are told by what is done with them, not by name. One that takes access logs can't have a KMS key,
because AWS delivers none there. One that keeps records, because a trail or AWS Config writes to it or because its
objects move to Glacier, needs a lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.buckets import (
    BUCKET,
    ENCRYPTION,
    LIFECYCLE,
    LOCK,
    LOGGING,
    POLICY,
    PUBLIC_ACCESS,
    REPLICATION,
    VERSIONING,
    admits,
    beside_of,
    documents_of,
    is_one_of,
    takes_access_logs,
)
from guardrails.declare import Enforcement, Environment, Finding, ResourceRule, Scope, Severity, StackRule, found
from guardrails.iam import Statement, open_principals, statements
from guardrails.model import Resource, Stack
from guardrails.values import Node, all_of, any_of

_SWITCHES: Final = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_RECORD_WRITERS: Final = frozenset({"cloudtrail.amazonaws.com", "config.amazonaws.com"})
_COLD: Final = frozenset({"GLACIER", "DEEP_ARCHIVE"})
_EVERYTHING: Final = ("s3:getobject", "s3:putobject", "s3:deleteobject")


def _closed(stack: Stack, _: Scope) -> Iterator[Finding]:
    for bucket in stack.of_type(BUCKET):
        beside = beside_of(stack, PUBLIC_ACCESS, bucket)
        if not beside.settings and not beside.unsure:
            yield Finding("", "has no public access block", bucket.urn)
        for block in beside.settings:
            for name in _SWITCHES:
                switch = block.read(name)
                if switch.flag(default=False) is False:
                    yield Finding(name, f"is {switch.shown()}, expected true", block.urn)


CLOSE = StackRule(
    id="block-public-buckets",
    title="No bucket can be opened to the public",
    severity=Severity.CRITICAL,
    enforcement=Enforcement.ALWAYS,
    why="A policy or an ACL that lets everybody in is one mistake away; with the block AWS refuses and ignores both.",
    mend="Give each bucket a public access block with all four switches on.",
    example="""
aws.s3.BucketPublicAccessBlock("documents", ..., bucket=bucket.id, block_public_acls=True, block_public_policy=True,
                               ignore_public_acls=True, restrict_public_buckets=True)
""",
    check=_closed,
)


def _restricted(resource: Resource, _: Scope) -> Iterator[Finding]:
    for principal in open_principals(resource.read("policy")):
        yield found(principal, "lets any AWS principal in, expected named ones, or a condition on their account")


RESTRICT = ResourceRule(
    id="restrict-bucket-policy",
    title="No bucket policy lets everybody in",
    types=(BUCKET, POLICY),
    severity=Severity.CRITICAL,
    enforcement=Enforcement.ALWAYS,
    why="A wildcard principal without such a condition opens the bucket to every AWS account.",
    mend="Name the principals, or tie the statement to your account with a condition such as aws:SourceAccount.",
    example="""
{"Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject",
 "Resource": f"{arn}/*", "Condition": {"StringEquals": {"aws:SourceAccount": account_id}}}
""",
    check=_restricted,
)


def _speaks_tls(stack: Stack, _: Scope) -> Iterator[Finding]:
    for bucket in stack.of_type(BUCKET):
        documents, unsure = documents_of(stack, bucket)
        refuses = any_of(_refuses_plain(statement) for document in documents for statement in statements(document))
        if refuses is False and not unsure:
            yield Finding("", "has no policy that denies every request without TLS (aws:SecureTransport)", bucket.urn)


def _refuses_plain(statement: Statement) -> bool | None:
    """Whether it denies everybody every action on the objects where TLS is not used, and under that condition alone."""
    allows, condition = statement.allows, statement.node.at("Condition")
    if allows is None or condition.is_unknown:
        return None
    everybody = any_of(is_one_of(principal, frozenset({"*"})) for principal in statement.principals())
    objects = any_of(_is_every_object(resource) for resource in statement.resources())
    plain = statement.is_for_plain_transport
    return all_of([not allows, everybody, objects, plain, *map(statement.covers, _EVERYTHING)])


def _is_every_object(resource: Node) -> bool | None:
    text = resource.text()
    return None if text is None else text == "*" or text.endswith("/*")


TLS = StackRule(
    id="require-tls-for-buckets",
    title="Buckets are reached by TLS alone",
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="S3 also answers plain HTTP; whoever listens on the way reads the object, and the session's signature.",
    mend="Deny every action to everybody where aws:SecureTransport is false, on the bucket and its objects.",
    example="""
{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [arn, f"{arn}/*"],
 "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
""",
    check=_speaks_tls,
)


def _encrypted(stack: Stack, _: Scope) -> Iterator[Finding]:
    for bucket in stack.of_type(BUCKET):
        beside = beside_of(stack, ENCRYPTION, bucket)
        if not beside.settings and beside.unsure:
            continue
        defaults = [
            (setting.urn, rule.at("applyServerSideEncryptionByDefault"))
            for setting in beside.settings
            for rule in setting.read("rules").items()
        ] or [
            (bucket.urn, bucket.read("serverSideEncryptionConfiguration", "rule", "applyServerSideEncryptionByDefault"))
        ]
        logs = takes_access_logs(stack, bucket)
        for urn, default in defaults:
            algorithm, key = default.at("sseAlgorithm"), default.at("kmsMasterKeyId")
            kind = algorithm.text(default="AES256")  # what S3 does where nobody says
            if kind is None or logs is None:
                continue
            by_kms = kind.startswith("aws:kms")
            if logs and by_kms:
                yield Finding(algorithm.path, "is a KMS key's, under which AWS delivers no access logs", urn)
            elif not logs and not by_kms:
                yield Finding(algorithm.path, f'is {algorithm.shown()}, expected "aws:kms" with a key of our own', urn)
            elif not logs and key.text(default="") == "":
                yield Finding(key.path, "is not set: AWS's own key would be used, expected one of ours", urn)


ENCRYPT = StackRule(
    id="encrypt-buckets",
    title="Buckets are encrypted with a key of our own, those of access logs with S3's",
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Under AWS's keys nobody can withdraw access or see who read; but access logs are delivered under no KMS key.",
    mend="Give the bucket a default encryption with a customer-managed key; AES256 where access logs are delivered.",
    example="""
aws.s3.BucketServerSideEncryptionConfiguration("documents", ..., bucket=bucket.id, rules=[{
    "apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": key_arn}}])
""",
    check=_encrypted,
)


def _versioned(stack: Stack, _: Scope) -> Iterator[Finding]:
    for bucket in stack.of_type(BUCKET):
        beside = beside_of(stack, VERSIONING, bucket)
        unset = not beside.settings and not beside.unsure
        if unset and bucket.read("versioning", "enabled").flag(default=False) is False:
            yield Finding("", "keeps no versions", bucket.urn)
        for setting in beside.settings:
            status = setting.read("versioningConfiguration", "status")
            if status.text(default="Disabled") not in {"Enabled", None}:
                yield Finding(status.path, f'is {status.shown()}, expected "Enabled"', setting.urn)


VERSION = StackRule(
    id="version-buckets",
    title="Buckets keep versions",
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Without versions an overwritten or deleted object is gone; replication and locks need them too.",
    mend="Switch versioning on, and let the lifecycle delete old versions.",
    example="""
aws.s3.BucketVersioning("documents", ..., bucket=bucket.id, versioning_configuration={"status": "Enabled"})
""",
    check=_versioned,
)


def _logged(stack: Stack, _: Scope) -> Iterator[Finding]:
    for bucket in stack.of_type(BUCKET):
        beside = beside_of(stack, LOGGING, bucket)
        for setting in beside.settings:
            if stack.refers(setting, "targetBucket", bucket) is True:
                yield Finding("targetBucket", "is the bucket itself: each log would make another", setting.urn)
        if beside.settings or beside.unsure or not bucket.read("logging").is_absent:
            continue
        if takes_access_logs(stack, bucket) is False:
            yield Finding("", "has no access log", bucket.urn)


LOG = StackRule(
    id="log-bucket-access",
    title="Who asks a bucket for what is logged, elsewhere",
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="After a leak the access log says which objects were read, and by whom.",
    mend="Send the access log to the region's bucket for it, which alone has none: it would log its own logs.",
    example="""
aws.s3.BucketLogging("documents", ..., bucket=bucket.id, target_bucket=logs.id, target_prefix="buckets/documents/")
""",
    check=_logged,
)


def _locked(stack: Stack, scope: Scope) -> Iterator[Finding]:
    for bucket in stack.of_type(BUCKET):
        if any_of([admits(stack, bucket, _RECORD_WRITERS), _goes_cold(stack, bucket)]) is not True:
            continue
        beside = beside_of(stack, LOCK, bucket)
        retentions = [(lock.urn, lock.read("rule", "defaultRetention")) for lock in beside.settings]
        if not retentions:
            if beside.unsure:
                continue
            retentions = [(bucket.urn, bucket.read("objectLockConfiguration", "rule", "defaultRetention"))]
        for urn, retention in retentions:
            mode = retention.at("mode")
            if retention.is_absent:
                yield Finding("", "keeps records and locks none: it has no default retention", urn)
            elif scope.environment is Environment.PROD and mode.text(default="") not in {"COMPLIANCE", None}:
                yield Finding(mode.path, f'is {mode.shown()}, expected "COMPLIANCE" in prod', urn)


def _goes_cold(stack: Stack, bucket: Resource) -> bool | None:
    beside = beside_of(stack, LIFECYCLE, bucket)
    cold = any_of(
        None if (name := move.at("storageClass").text(default="")) is None else name in _COLD
        for setting in beside.settings
        for rule in setting.read("rules").items()
        for move in rule.at("transitions").items()
    )
    return None if cold is False and beside.unsure else cold


LOCK_RECORDS = StackRule(
    id="lock-records",
    title="Archives and audit logs are locked",
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Whoever breaks in deletes the traces, and ransomware the archive; under a compliance lock neither can.",
    mend="Make the bucket with an Object Lock and a default retention; in prod in compliance mode.",
    example="""
aws.s3.BucketObjectLockConfiguration("audit", ..., bucket=bucket.id,
                                     rule={"default_retention": {"mode": "COMPLIANCE", "days": 365}})
""",
    check=_locked,
)


def _replicated(stack: Stack, scope: Scope) -> Iterator[Finding]:
    replications = tuple(stack.of_type(REPLICATION))
    for replication in replications:
        for rule in replication.read("rules").items():
            yield from _takes_encrypted(replication, rule)
    if scope.environment is Environment.DEV:
        return  # nothing there has to outlive its region
    for bucket in stack.of_type(BUCKET):
        if bucket.read("tags", "DataClass").text(default="") != "data":
            continue
        source = stack.any_refers(replications, "bucket", bucket)
        if any_of([source, *(_is_target(replication, bucket) for replication in replications)]) is False:
            yield Finding("", "holds data and is neither replicated nor a replica", bucket.urn)


def _takes_encrypted(replication: Resource, rule: Node) -> Iterator[Finding]:
    status = rule.at("sourceSelectionCriteria", "sseKmsEncryptedObjects", "status")
    if status.text(default="Disabled") not in {"Enabled", None}:
        yield Finding(
            status.path, f'is {status.shown()}, expected "Enabled": S3 leaves encrypted objects out', replication.urn
        )
    key = rule.at("destination", "encryptionConfiguration", "replicaKmsKeyId")
    if key.text(default="") == "":
        yield Finding(key.path, "is not set, expected the key of the replica's region", replication.urn)


def _is_target(replication: Resource, bucket: Resource) -> bool | None:
    own = bucket.read("arn")
    if bucket.urn in replication.links.get("rules", frozenset()):
        return True
    targets = [rule.at("destination", "bucket") for rule in replication.read("rules").items()]
    if isinstance(own.raw, str):
        return any_of(None if (text := target.text(default="")) is None else text == own.raw for target in targets)
    return None if any(target.is_unknown for target in targets) and not replication.links.get("rules") else False


REPLICATE = StackRule(
    id="replicate-data-buckets",
    title="Data lies in two regions, encrypted objects too",
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="A store without a replica is lost with its region; one that leaves out encrypted objects is an empty promise.",
    mend="Replicate each bucket of data, select the objects under KMS keys, and name the key of the other region.",
    example="""
aws.s3.BucketReplicationConfig("documents", ..., bucket=bucket.id, role=role.arn, rules=[{
    "status": "Enabled", "source_selection_criteria": {"sse_kms_encrypted_objects": {"status": "Enabled"}},
    "destination": {"bucket": replica.arn, "encryption_configuration": {"replica_kms_key_id": key_arn}}}])
""",
    check=_replicated,
)

RULES: Final = (CLOSE, RESTRICT, TLS, ENCRYPT, VERSION, LOG, LOCK_RECORDS, REPLICATE)
