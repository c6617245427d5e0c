"""Cases: buckets in Amazon S3. Each stack is two sound ones, for data and for access logs, but for one thing."""

from __future__ import annotations

import json
from typing import Any, Final

from tests.policies.cases import Case, StackCase, case, stack_case
from tests.policies.harness import TAGS, UNKNOWN, Given, aws_provider

BUCKET: Final = "aws:s3/bucket:Bucket"
ENCRYPTION: Final = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
LIFECYCLE: Final = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
LOCK: Final = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
LOGGING: Final = "aws:s3/bucketLogging:BucketLogging"
POLICY: Final = "aws:s3/bucketPolicy:BucketPolicy"
PUBLIC_ACCESS: Final = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
REPLICATION: Final = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
VERSIONING: Final = "aws:s3/bucketVersioning:BucketVersioning"

KEY_ARN: Final = "arn:aws:kms:eu-central-1:333333333333:key/k"
SWITCHES: Final = {
    "blockPublicAcls": True, "blockPublicPolicy": True, "ignorePublicAcls": True, "restrictPublicBuckets": True,
}  # fmt: skip


def arn(name: str) -> str:
    return f"arn:aws:s3:::{name}-1"


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def no_http(name: str, **change: Any) -> dict[str, Any]:
    everything = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [arn(name), f"{arn(name)}/*"]}
    return {**everything, "Condition": {"Bool": {"aws:SecureTransport": "false"}}, **change}


def writer(name: str, service: str) -> dict[str, Any]:
    condition = {"StringEquals": {"aws:SourceAccount": "333333333333"}}
    return {
        "Effect": "Allow", "Principal": {"Service": service}, "Action": "s3:PutObject", "Resource": f"{arn(name)}/*",
        "Condition": condition,
    }  # fmt: skip


def bucket(name: str, data_class: Any = "logs", **more: Any) -> Given:
    return Given(BUCKET, name, {"id": f"{name}-1", "arn": arn(name), "tags": {"DataClass": data_class}, **more})


def of(token: str, name: str, **props: Any) -> Given:
    """A setting of the bucket of that name."""
    return Given(token, f"{name}-{token.rpartition(':')[2]}", {"bucket": f"{name}-1", **props})


def by_kms(**more: Any) -> list[dict[str, Any]]:
    default = {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": KEY_ARN, **more}
    return [{"applyServerSideEncryptionByDefault": {k: v for k, v in default.items() if v is not None}}]


S3_OWN: Final[list[dict[str, Any]]] = [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]

SOUND: Final[dict[str, Given]] = {
    "data": bucket("data", "secrets"),  # of another class than `data`, so that replication has cases of its own
    "data block": of(PUBLIC_ACCESS, "data", **SWITCHES),
    "data policy": of(POLICY, "data", policy=document(no_http("data"))),
    "data encryption": of(ENCRYPTION, "data", rules=by_kms()),
    "data versioning": of(VERSIONING, "data", versioningConfiguration={"status": "Enabled"}),
    "data logging": of(LOGGING, "data", targetBucket="logs-1"),
    "logs": bucket("logs"),
    "logs block": of(PUBLIC_ACCESS, "logs", **SWITCHES),
    "logs policy": of(POLICY, "logs", policy=document(no_http("logs"), writer("logs", "logging.s3.amazonaws.com"))),
    "logs encryption": of(ENCRYPTION, "logs", rules=S3_OWN),
    "logs versioning": of(VERSIONING, "logs", versioningConfiguration={"status": "Enabled"}),
}


def stack(**changes: Given | None) -> tuple[Given, ...]:
    """The sound stack with something else in a place (`data_policy=`), something more, or something missing (None)."""
    found: dict[str, Given | None] = {**SOUND, **{name.replace("_", " "): given for name, given in changes.items()}}
    return tuple(given for given in found.values() if given is not None)


def elsewhere(stack_name: str, *given: Given) -> tuple[Given, ...]:
    return tuple(Given(one.token, one.name, one.props, stack=stack_name) for one in given)


RULE: Final[dict[str, Any]] = {
    "sourceSelectionCriteria": {"sseKmsEncryptedObjects": {"status": "Enabled"}},
    "destination": {"bucket": arn("copy"), "encryptionConfiguration": {"replicaKmsKeyId": KEY_ARN}},
}


def copied(*rules: dict[str, Any], source: Any = "data-1") -> Given:
    return Given(REPLICATION, "replication", {"bucket": source, "rules": list(rules or (RULE,))})


def copy() -> dict[str, Given]:
    """A replica of the data bucket, sound by itself."""
    return {
        "copy": bucket("copy", "data"),
        "copy_block": of(PUBLIC_ACCESS, "copy", **SWITCHES),
        "copy_policy": of(POLICY, "copy", policy=document(no_http("copy"))),
        "copy_encryption": of(ENCRYPTION, "copy", rules=by_kms()),
        "copy_versioning": of(VERSIONING, "copy", versioningConfiguration={"status": "Enabled"}),
        "copy_logging": of(LOGGING, "copy", targetBucket="logs-1"),
    }


def retained(mode: Any = "COMPLIANCE") -> dict[str, Any]:
    return {"defaultRetention": {"mode": mode, "days": 365}}


def cold(storage_class: Any) -> Given:
    return of(LIFECYCLE, "data", rules=[{"id": "age", "transitions": [{"days": 1, "storageClass": storage_class}]}])


_NO_TLS = "resource: has no policy that denies every request without TLS (aws:SecureTransport)"
_DEFAULT = "rules[0].applyServerSideEncryptionByDefault"
_UNLOCKED = "resource: keeps records and locks none: it has no default retention"
_ALONE = "resource: holds data and is neither replicated nor a replica"
_OPEN = "{}: lets any AWS principal in, expected named ones, or a condition on their account"
TRAIL: Final = of(POLICY, "data", policy=document(no_http("data"), writer("data", "cloudtrail.amazonaws.com")))
ANYBODY: Final = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{arn('data')}/*"}

CASES: Final[tuple[Case, ...]] = (
    case("restrict-bucket-policy", "pass", "a service, and what is denied to all", POLICY,
         {"policy": document(no_http("data"), writer("data", "logging.s3.amazonaws.com"))}),
    case("restrict-bucket-policy", "pass", "anybody of the account", POLICY,
         {"policy": document({**ANYBODY, "Condition": {"StringEquals": {"aws:PrincipalAccount": "333333333333"}}})}),
    case("restrict-bucket-policy", "fail", "anybody", POLICY, {"policy": document(ANYBODY)},
         _OPEN.format("policy.Statement[0].Principal")),
    case("restrict-bucket-policy", "fail", "anybody, in the bucket's own property", BUCKET,
         {"policy": document({**ANYBODY, "Principal": {"AWS": "*"}}), "tags": TAGS},
         _OPEN.format("policy.Statement[0].Principal.AWS"), provider=aws_provider()),
    case("restrict-bucket-policy", "unknown", "document", POLICY, {"policy": UNKNOWN}),
)  # fmt: skip

STACK_CASES: Final[tuple[StackCase, ...]] = (
    stack_case("block-public-buckets", "pass", "all switches on", *stack()),
    stack_case("block-public-buckets", "fail", "none", *stack(data_block=None),
               data="resource: has no public access block"),
    StackCase("block-public-buckets", "fail", "two switches off or left out",
              stack(data_block=of(PUBLIC_ACCESS, "data", blockPublicAcls=True, blockPublicPolicy=False,
                                  ignorePublicAcls=True)),
              {"data-BucketPublicAccessBlock": ("blockPublicPolicy: is false, expected true",
                                                "restrictPublicBuckets: is not set, expected true")}),
    stack_case("block-public-buckets", "unknown", "whose block it is",
               *stack(data_block=Given(PUBLIC_ACCESS, "some", {"bucket": UNKNOWN, **SWITCHES}))),
    stack_case("block-public-buckets", "unknown", "a switch",
               *stack(data_block=of(PUBLIC_ACCESS, "data", **{**SWITCHES, "blockPublicAcls": UNKNOWN}))),

    stack_case("require-tls-for-buckets", "pass", "in the bucket's own property",
               *stack(data=bucket("data", "secrets", policy=document(no_http("data"))), data_policy=None)),
    stack_case("require-tls-for-buckets", "fail", "no policy", *stack(data_policy=None), data=_NO_TLS),
    *(stack_case("require-tls-for-buckets", "fail", what,
                 *stack(data_policy=of(POLICY, "data", policy=document(no_http("data", **change)))), data=_NO_TLS)
      for what, change in (
          ("reading alone", {"Action": "s3:Get*"}),
          ("the bucket without its objects", {"Resource": arn("data")}),
          ("somebody alone", {"Principal": {"AWS": "arn:aws:iam::333333333333:root"}}),
          ("where TLS is used", {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}),
          ("where something else holds too", {"Condition": {"Bool": {"aws:SecureTransport": "false",
                                                                    "aws:PrincipalIsAWSService": "false"}}}),
          ("old TLS alone", {"Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}}),
      )),
    stack_case("require-tls-for-buckets", "unknown", "document",
               *stack(data_policy=of(POLICY, "data", policy=UNKNOWN))),
    stack_case("require-tls-for-buckets", "unknown", "whose policy it is",
               *stack(data_policy=Given(POLICY, "some", {"bucket": UNKNOWN, "policy": document(no_http("data"))}))),
    stack_case("require-tls-for-buckets", "unknown", "condition",
               *stack(data_policy=of(POLICY, "data", policy={"Statement": [no_http("data", Condition=UNKNOWN)]}))),

    stack_case("encrypt-buckets", "pass", "in the bucket's own property",
               *stack(data=bucket("data", "secrets", serverSideEncryptionConfiguration={"rule": by_kms()[0]}),
                      data_encryption=None)),
    stack_case("encrypt-buckets", "fail", "none", *stack(data_encryption=None),
               data="serverSideEncryptionConfiguration.rule.applyServerSideEncryptionByDefault.sseAlgorithm: "
                    'is not set, expected "aws:kms" with a key of our own'),
    StackCase("encrypt-buckets", "fail", "S3's own keys for data",
              stack(data_encryption=of(ENCRYPTION, "data", rules=S3_OWN)),
              {"data-BucketServerSideEncryptionConfiguration": (
                  f'{_DEFAULT}.sseAlgorithm: is "AES256", expected "aws:kms" with a key of our own',)}),
    StackCase("encrypt-buckets", "fail", "AWS's key",
              stack(data_encryption=of(ENCRYPTION, "data", rules=by_kms(kmsMasterKeyId=None))),
              {"data-BucketServerSideEncryptionConfiguration": (
                  f"{_DEFAULT}.kmsMasterKeyId: is not set: AWS's own key would be used, expected one of ours",)}),
    StackCase("encrypt-buckets", "fail", "a key where access logs go",
              stack(logs_encryption=of(ENCRYPTION, "logs", rules=by_kms())),
              {"logs-BucketServerSideEncryptionConfiguration": (
                  f"{_DEFAULT}.sseAlgorithm: is a KMS key's, under which AWS delivers no access logs",)}),
    stack_case("encrypt-buckets", "pass", "a target that only its policy tells",
               *stack(logs_policy=of(POLICY, "logs", policy=document(
                          no_http("logs"), writer("logs", "logdelivery.elasticloadbalancing.amazonaws.com"))),
                      data_logging=of(LOGGING, "data", targetBucket="of-another-stack"))),
    stack_case("encrypt-buckets", "unknown", "key",
               *stack(data_encryption=of(ENCRYPTION, "data", rules=by_kms(kmsMasterKeyId=UNKNOWN)))),
    stack_case("encrypt-buckets", "unknown", "whether access logs go there",
               *stack(data_encryption=of(ENCRYPTION, "data", rules=S3_OWN),
                      data_policy=of(POLICY, "data", policy=UNKNOWN))),
    stack_case("encrypt-buckets", "unknown", "whose encryption it is",
               *stack(data_encryption=Given(ENCRYPTION, "some", {"bucket": UNKNOWN, "rules": S3_OWN}))),

    stack_case("version-buckets", "pass", "in the bucket's own property",
               *stack(data=bucket("data", "secrets", versioning={"enabled": True}), data_versioning=None)),
    stack_case("version-buckets", "fail", "none", *stack(data_versioning=None), data="resource: keeps no versions"),
    StackCase("version-buckets", "fail", "suspended",
              stack(data_versioning=of(VERSIONING, "data", versioningConfiguration={"status": "Suspended"})),
              {"data-BucketVersioning": ('versioningConfiguration.status: is "Suspended", expected "Enabled"',)}),
    stack_case("version-buckets", "unknown", "status",
               *stack(data_versioning=of(VERSIONING, "data", versioningConfiguration={"status": UNKNOWN}))),
    stack_case("version-buckets", "unknown", "whose versions they are",
               *stack(data_versioning=Given(VERSIONING, "some", {"bucket": UNKNOWN}))),

    stack_case("log-bucket-access", "pass", "in the bucket's own property",
               *stack(data=bucket("data", "secrets", logging={"targetBucket": "logs-1"}), data_logging=None)),
    stack_case("log-bucket-access", "fail", "none", *stack(data_logging=None), data="resource: has no access log"),
    StackCase("log-bucket-access", "fail", "to itself",
              stack(logs_logging=of(LOGGING, "logs", targetBucket="logs-1")),
              {"logs-BucketLogging": ("targetBucket: is the bucket itself: each log would make another",)}),
    stack_case("log-bucket-access", "unknown", "whose log it is",
               *stack(data_logging=Given(LOGGING, "some", {"bucket": UNKNOWN, "targetBucket": "logs-1"}))),
    stack_case("log-bucket-access", "unknown", "whether access logs go there",
               *stack(data_logging=None, data_policy=of(POLICY, "data", policy=UNKNOWN))),

    stack_case("lock-records", "pass", "a trail's, locked",
               *stack(data_policy=TRAIL, data_lock=of(LOCK, "data", rule=retained()))),
    stack_case("lock-records", "pass", "an archive, locked in the bucket's own property",
               *stack(data=bucket("data", "secrets", objectLockConfiguration={"rule": retained()}),
                      data_ageing=cold("DEEP_ARCHIVE"))),
    stack_case("lock-records", "pass", "what can still be read at once is no archive",
               *stack(data_ageing=cold("GLACIER_IR"))),
    StackCase("lock-records", "pass", "in dev a lock may be lifted",
              elsewhere("dev", *stack(data_policy=TRAIL, data_lock=of(LOCK, "data", rule=retained("GOVERNANCE")))), {}),
    stack_case("lock-records", "fail", "a trail's, not locked", *stack(data_policy=TRAIL), data=_UNLOCKED),
    stack_case("lock-records", "fail", "an archive, not locked", *stack(data_ageing=cold("GLACIER")), data=_UNLOCKED),
    StackCase("lock-records", "fail", "a lock that locks nothing by itself",
              stack(data_policy=TRAIL, data_lock=of(LOCK, "data")),
              {"data-BucketObjectLockConfiguration": (_UNLOCKED,)}),
    StackCase("lock-records", "fail", "one that an administrator can lift",
              stack(data_policy=TRAIL, data_lock=of(LOCK, "data", rule=retained("GOVERNANCE"))),
              {"data-BucketObjectLockConfiguration": (
                  'rule.defaultRetention.mode: is "GOVERNANCE", expected "COMPLIANCE" in prod',)}),
    stack_case("lock-records", "unknown", "whether it keeps records", *stack(data_ageing=cold(UNKNOWN))),
    stack_case("lock-records", "unknown", "mode",
               *stack(data_policy=TRAIL, data_lock=of(LOCK, "data", rule=retained(UNKNOWN)))),
    stack_case("lock-records", "unknown", "whose lock it is",
               *stack(data_policy=TRAIL, data_lock=Given(LOCK, "some", {"bucket": UNKNOWN}))),

    stack_case("replicate-data-buckets", "pass", "a source and its replica",
               *stack(data=bucket("data", "data"), **copy(), replication=copied())),
    StackCase("replicate-data-buckets", "pass", "in dev nothing is",
              elsewhere("dev", *stack(data=bucket("data", "data"))), {}),
    stack_case("replicate-data-buckets", "fail", "no replica", *stack(data=bucket("data", "data")), data=_ALONE),
    StackCase("replicate-data-buckets", "fail", "encrypted objects are left out",
              stack(data=bucket("data", "data"), **copy(),
                    replication=copied({"destination": {"bucket": arn("copy")}})),
              {"replication": (
                  ('rules[0].sourceSelectionCriteria.sseKmsEncryptedObjects.status: is not set, expected "Enabled": '
                  "S3 leaves encrypted objects out"),
                  ("rules[0].destination.encryptionConfiguration.replicaKmsKeyId: "
                  "is not set, expected the key of the replica's region"))}),
    stack_case("replicate-data-buckets", "unknown", "class", *stack(data=bucket("data", UNKNOWN))),
    stack_case("replicate-data-buckets", "unknown", "whose replication it is",
               *stack(data=bucket("data", "data"), replication=copied(source=UNKNOWN))),
    stack_case("replicate-data-buckets", "unknown", "where to",
               *stack(data=bucket("data", "data"), **copy(), replication=copied(
                   {**RULE, "destination": {**RULE["destination"], "bucket": UNKNOWN}}))),
)  # fmt: skip
