"""What Amazon S3 refuses because of what else there is: versions before replicas, one concern at a time, log targets.

S3 takes some of this and lets it fail later without a word: a replica key of the wrong region, a target that cannot
take access logs. Here that is refused at once; the message says so.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.behaviour import Call
from sandbox.problems import Problem
from sandbox.references import typed_name
from sandbox.store import Resource

ACL: Final = "aws:s3/bucketAcl:BucketAcl"
BUCKET: Final = "aws:s3/bucket:Bucket"
ENCRYPTION: Final = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
LIFECYCLE: Final = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
LOCK: Final = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
LOGGING: Final = "aws:s3/bucketLogging:BucketLogging"
OWNERSHIP: Final = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
POLICY: Final = "aws:s3/bucketPolicy:BucketPolicy"
PUBLIC_ACCESS: Final = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
REPLICATION: Final = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
VERSIONING: Final = "aws:s3/bucketVersioning:BucketVersioning"

ACCESS_LOGS: Final = 'S3 user guide, "Enabling Amazon S3 server access logging"'
OBJECT_LOCK: Final = 'S3 user guide, "Object Lock considerations"'
REPLICATING: Final = 'S3 user guide, "What does Amazon S3 replicate?" and "Replicating encrypted objects"'
TRANSITIONS: Final = 'S3 user guide, "Transitioning objects using Amazon S3 Lifecycle"'
FROZEN: Final = frozenset({"GLACIER", "GLACIER_IR", "DEEP_ARCHIVE"})
INFREQUENT: Final = frozenset({"STANDARD_IA", "ONEZONE_IA"})


def bucket_of(call: Call) -> Resource | None:
    """The bucket that a setting belongs to."""
    return call.other(typed_name(BUCKET, str(call.inputs.get("bucket"))))


def of_its_region(call: Call) -> list[Problem]:
    """A bucket is set up through its own region."""
    bucket = bucket_of(call)
    if bucket is None or bucket.region == call.region:
        return []
    message = f"PermanentRedirect: {bucket.id} lies in {bucket.region}, and this call goes to {call.region}"
    return [Problem("bucket", message, "S3 API, error responses")]


def refuse_versioning(call: Call) -> Sequence[Problem]:
    """Versions stay on where objects are locked or replicated."""
    problems = of_its_region(call)
    bucket = bucket_of(call)
    status = (call.inputs.get("versioningConfiguration") or {}).get("status")
    if bucket is not None and status != "Enabled":
        problems += _needs_versions(call, bucket)
        if _locks(call, bucket):
            message = "InvalidBucketState: an Object Lock is on, so versioning can't be suspended"
            problems.append(Problem("versioningConfiguration.status", message, OBJECT_LOCK))
    return problems


def keep_versioning(call: Call) -> Sequence[Problem]:
    """Deleting a versioning suspends it, which a bucket that is replicated does not take."""
    bucket = bucket_of(call)
    return [] if bucket is None else _needs_versions(call, bucket)


def refuse_acl(call: Call) -> Sequence[Problem]:
    """A bucket has ACLs only where somebody switched them on; new ones have none."""
    problems = of_its_region(call)
    bucket = bucket_of(call)
    if bucket is None:
        return problems
    rules = [
        (found.properties.get("rule") or {}).get("objectOwnership") for found in _settings(call, bucket, OWNERSHIP)
    ]
    if all(rule == "BucketOwnerEnforced" for rule in rules):
        message = "AccessControlListNotSupported: The bucket does not allow ACLs (BucketOwnerEnforced); use a policy"
        problems.append(Problem("acl", message, 'S3 user guide, "Controlling ownership of objects"'))
    return problems


def refuse_policy(call: Call) -> Sequence[Problem]:
    """A policy speaks of its own bucket, and lets nobody in whom the bucket's block keeps out."""
    bucket = bucket_of(call)
    if bucket is None:
        return ()
    problems = of_its_region(call)
    own = f"arn:aws:s3:::{bucket.id}"
    blocks = _settings(call, bucket, PUBLIC_ACCESS)
    blocked = any(block.properties.get("blockPublicPolicy") for block in blocks)
    for index, statement in enumerate(_listed(json.loads(str(call.inputs.get("policy") or "{}")).get("Statement"))):
        place = f"Statement[{index}]"
        for resource in _listed(statement.get("Resource")):
            if resource not in ("*", own) and not str(resource).startswith(f"{own}/"):
                message = f"MalformedPolicy: {place}.Resource: {resource} is not of this bucket ({own})"
                problems.append(Problem("policy", message, 'S3 user guide, "Bucket policies"'))
        if blocked and _public(statement):
            message = f"AccessDenied: {place} is open to everybody, and BlockPublicPolicy is on"
            problems.append(Problem("policy", message, 'S3 user guide, "Blocking public access"'))
    return problems


def refuse_lock(call: Call) -> Sequence[Problem]:
    """A lock keeps versions, and access logs are not delivered where one is."""
    problems = of_its_region(call)
    bucket = bucket_of(call)
    if bucket is None:
        return problems
    if not versioned(call, bucket):
        message = f"InvalidBucketState: versioning of {bucket.id} must be Enabled"
        problems.append(Problem("bucket", message, OBJECT_LOCK))
    for source in _logged_to(call, bucket):
        problems.append(Problem("bucket", _unlockable(bucket, f"it takes the access logs of {source.id}"), OBJECT_LOCK))
    return problems


def refuse_encryption(call: Call) -> Sequence[Problem]:
    """Access logs are not delivered under a KMS key; a bucket's key lies in its region."""
    problems = of_its_region(call)
    bucket = bucket_of(call)
    for index, rule in enumerate(call.inputs.get("rules") or []):
        default = rule.get("applyServerSideEncryptionByDefault") or {}
        path = f"rules[{index}].applyServerSideEncryptionByDefault"
        key = call.other(default.get("kmsMasterKeyId"))
        if key is not None and key.region != call.region:
            message = f"KMS.NotFoundException: the key lies in {key.region}, the bucket in {call.region}"
            problems.append(Problem(f"{path}.kmsMasterKeyId", message, 'S3 user guide, "Using SSE-KMS"'))
        if bucket is not None and str(default.get("sseAlgorithm", "")).startswith("aws:kms"):
            for source in _logged_to(call, bucket):
                message = (
                    f"{bucket.id} takes the access logs of {source.id}, which AWS does not deliver under a KMS key"
                )
                problems.append(Problem(f"{path}.sseAlgorithm", message, ACCESS_LOGS))
    return problems


def refuse_logging(call: Call) -> Sequence[Problem]:
    """Access logs go to a bucket of the same region that can take them."""
    target = call.other(typed_name(BUCKET, str(call.inputs.get("targetBucket"))))
    return [*of_its_region(call), *(refuse_log_target(call, "targetBucket", target) if target is not None else ())]


def refuse_log_target(call: Call, path: str, target: Resource) -> list[Problem]:
    """Say why a bucket cannot take access logs; those of load balancers ask for the same."""
    problems: list[Problem] = []
    if target.region != call.region:
        message = f"InvalidTargetBucketForLogging: {target.id} lies in {target.region}, not in {call.region}"
        problems.append(Problem(path, message, ACCESS_LOGS))
    if _locks(call, target):
        problems.append(Problem(path, _unlockable(target, "it is to take access logs"), OBJECT_LOCK))
    for setting in _settings(call, target, ENCRYPTION):
        for rule in setting.properties.get("rules") or []:
            default = rule.get("applyServerSideEncryptionByDefault") or {}
            if str(default.get("sseAlgorithm", "")).startswith("aws:kms"):
                message = f"{target.id} encrypts with a KMS key by default: AWS would deliver no access log there"
                problems.append(Problem(path, message, ACCESS_LOGS))
    return problems


def refuse_lifecycle(call: Call) -> Sequence[Problem]:
    """Moves of one rule come in the order of their classes, with the days between them that S3 wants."""
    problems = of_its_region(call)
    for index, rule in enumerate(call.inputs.get("rules") or []):
        moves: list[Mapping[str, Any]] = rule.get("transitions") or []
        path = f"rules[{index}].transitions"
        for first in moves:
            for later in moves:
                problems += _too_close(path, first, later)
        expires = (rule.get("expiration") or {}).get("days")
        latest = max((int(move.get("days") or 0) for move in moves), default=None)
        if expires and latest is not None and int(expires) <= latest:
            message = f"InvalidArgument: objects expire on day {expires:g}, and move on day {latest}: not before that"
            problems.append(Problem(f"rules[{index}].expiration.days", message, TRANSITIONS))
    return problems


def refuse_replication(call: Call) -> Sequence[Problem]:
    """Both buckets keep versions, both or none are locked, and the replica's key is one of its region."""
    problems = of_its_region(call)
    source = bucket_of(call)
    if source is None:
        return problems
    if not versioned(call, source):
        message = "InvalidRequest: versioning must be Enabled on the bucket to apply a replication configuration"
        problems.append(Problem("bucket", message, REPLICATING))
    for index, rule in enumerate(call.inputs.get("rules") or []):
        destination = rule.get("destination") or {}
        path = f"rules[{index}].destination"
        target = call.other(destination.get("bucket"))
        if target is None:
            continue
        if target.serial == source.serial:
            problems.append(
                Problem(f"{path}.bucket", "InvalidRequest: a bucket is no destination of its own", REPLICATING)
            )
        if not versioned(call, target):
            message = f"InvalidRequest: versioning of the destination {target.id} must be Enabled"
            problems.append(Problem(f"{path}.bucket", message, REPLICATING))
        if _locks(call, source) and not _locks(call, target):
            message = f"InvalidRequest: {source.id} has an Object Lock, so the destination {target.id} needs one too"
            problems.append(Problem(f"{path}.bucket", message, OBJECT_LOCK))
        key = call.other((destination.get("encryptionConfiguration") or {}).get("replicaKmsKeyId"))
        if key is not None and key.region != target.region:
            message = (
                f"the key lies in {key.region}, {target.id} in {target.region}: S3 would take it and replicate nothing"
            )
            problems.append(Problem(f"{path}.encryptionConfiguration.replicaKmsKeyId", message, REPLICATING))
    return problems


def _too_close(path: str, first: Mapping[str, Any], later: Mapping[str, Any]) -> list[Problem]:
    if first.get("storageClass") not in INFREQUENT or later.get("storageClass") not in FROZEN:
        return []
    least = int(first.get("days") or 0) + 30
    if int(later.get("days") or 0) >= least:
        return []
    message = (
        f"InvalidArgument: Days of the move to {later['storageClass']} must be {least} or more, 30 after the move "
        f"to {first['storageClass']}"
    )
    return [Problem(path, message, TRANSITIONS)]


def _needs_versions(call: Call, bucket: Resource) -> list[Problem]:
    return [
        Problem(
            "versioningConfiguration.status",
            f"InvalidBucketState: {bucket.id} is replicated, so its versioning can't be suspended",
            REPLICATING,
        )
        for _ in _settings(call, bucket, REPLICATION)
    ]


def _settings(call: Call, bucket: Resource, token: str) -> list[Resource]:
    return call.store.users_of_type(bucket, token, "bucket")


def versioned(call: Call, bucket: Resource) -> bool:
    """Whether versions are kept: asked for, or switched on by S3 because the bucket was made with a lock."""
    asked = [found.properties.get("versioningConfiguration") or {} for found in _settings(call, bucket, VERSIONING)]
    return any(found.get("status") == "Enabled" for found in asked) or (
        not asked and bool(bucket.properties.get("objectLockEnabled"))
    )


def _locks(call: Call, bucket: Resource) -> bool:
    return bool(bucket.properties.get("objectLockEnabled") or _settings(call, bucket, LOCK))


def _logged_to(call: Call, bucket: Resource) -> Iterable[Resource]:
    return call.store.users_of_type(bucket, LOGGING, "targetBucket")


def _unlockable(bucket: Resource, use: str) -> str:
    return f"{bucket.id} can't have an Object Lock: {use}, and AWS delivers none into a locked bucket"


def _public(statement: Mapping[str, Any]) -> bool:
    principal = statement.get("Principal")
    named = principal.get("AWS") if isinstance(principal, dict) else principal
    return statement.get("Effect") == "Allow" and "*" in _listed(named) and not statement.get("Condition")


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
