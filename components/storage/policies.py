"""Who may do what with the buckets: bucket policies, and what replication may do. Pure: strings in, strings out."""

from collections.abc import Sequence

from components.documents import EVERYBODY, Statement, account_root, plain_trust, render

LEAST_TLS = "1.2"

BUCKETS_PREFIX = "buckets"
"""Where the access logs of buckets stand in the bucket of access logs; the name of the logged purpose follows."""
BALANCERS_PREFIX = "load-balancers"
"""Where the logs of load balancers stand; their service adds AWSLogs, the account and the region."""

BALANCER_ACCOUNTS = {
    # The accounts by which Elastic Load Balancing writes in the regions from before August 2022; later ones know
    # only the service's own principal (Elastic Load Balancing guide, "Access logs for your Application Load Balancer").
    "af-south-1": "098369216593",
    "ap-east-1": "754344448648",
    "ap-northeast-1": "582318560864",
    "ap-northeast-2": "600734575887",
    "ap-northeast-3": "383597477331",
    "ap-south-1": "718504428378",
    "ap-southeast-1": "114774131450",
    "ap-southeast-2": "783225319266",
    "ap-southeast-3": "589379963580",
    "ca-central-1": "985666609251",
    "eu-central-1": "054676820928",
    "eu-north-1": "897822967062",
    "eu-south-1": "635631232127",
    "eu-west-1": "156460612806",
    "eu-west-2": "652711504416",
    "eu-west-3": "009996457667",
    "me-south-1": "076674570225",
    "sa-east-1": "507241528517",
    "us-east-1": "127311923021",
    "us-east-2": "033677994240",
    "us-west-1": "027434742980",
    "us-west-2": "797873946194",
}


def guarded(bucket_arn: str, *, key_arn: str | None, writers: Sequence[Statement] = ()) -> str:
    """A bucket's policy: nobody without TLS, no object under another key than the bucket's, and who may write.

    key_arn: the only key that an upload may name; None where the bucket has S3's own keys.
    writers: statements for AWS services. People and the application get their rights from IAM, not from here.
    """
    return render([*_encrypted_transport(bucket_arn), *(_own_key(bucket_arn, key_arn) if key_arn else ()), *writers])


def access_log_writers(bucket_arn: str, *, account_id: str, region: str) -> list[Statement]:
    """S3, for the access logs of this account's buckets, and the load balancers of this account and region."""
    balancers = f"{bucket_arn}/{BALANCERS_PREFIX}/AWSLogs/{account_id}/*"
    statements = [
        Statement(
            sid="BucketsWriteAccessLogs",
            principals={"Service": "logging.s3.amazonaws.com"},
            actions=("s3:PutObject",),
            resources=(f"{bucket_arn}/{BUCKETS_PREFIX}/*",),
            conditions={
                "StringEquals": {"aws:SourceAccount": account_id},
                "ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"},
            },
        ),
        Statement(
            sid="BalancersWriteAccessLogs",
            principals={"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
            actions=("s3:PutObject",),
            resources=(balancers,),
        ),
    ]
    if region in BALANCER_ACCOUNTS:
        statements.append(
            Statement(
                sid="BalancersOfOlderRegionsWriteAccessLogs",
                principals={"AWS": account_root(BALANCER_ACCOUNTS[region])},
                actions=("s3:PutObject",),
                resources=(balancers,),
            )
        )
    return statements


def audit_writers(bucket_arn: str, *, account_id: str) -> list[Statement]:
    """CloudTrail and AWS Config, for this account's trails and recorders of any region.

    Both look at the bucket's ACL first and hand what they write over to its owner (CloudTrail user guide, "Amazon S3
    bucket policy for CloudTrail"; AWS Config developer guide, "Permissions for the Amazon S3 bucket"). The trail is
    named by a pattern, because it does not exist yet.
    """
    trails = {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudtrail:*:{account_id}:trail/*"}}
    handed_over = {"s3:x-amz-acl": "bucket-owner-full-control"}
    return [
        Statement(
            sid="TrailLooks",
            principals={"Service": "cloudtrail.amazonaws.com"},
            actions=("s3:GetBucketAcl",),
            resources=(bucket_arn,),
            conditions=trails,
        ),
        Statement(
            sid="TrailWrites",
            principals={"Service": "cloudtrail.amazonaws.com"},
            actions=("s3:PutObject",),
            resources=(f"{bucket_arn}/AWSLogs/{account_id}/*",),
            conditions={**trails, "StringEquals": handed_over},
        ),
        Statement(
            sid="ConfigLooks",
            principals={"Service": "config.amazonaws.com"},
            actions=("s3:GetBucketAcl", "s3:ListBucket"),
            resources=(bucket_arn,),
            conditions={"StringEquals": {"aws:SourceAccount": account_id}},
        ),
        Statement(
            sid="ConfigWrites",
            principals={"Service": "config.amazonaws.com"},
            actions=("s3:PutObject",),
            resources=(f"{bucket_arn}/AWSLogs/{account_id}/Config/*",),
            conditions={"StringEquals": {"aws:SourceAccount": account_id, **handed_over}},
        ),
    ]


def reads_assets(bucket_arn: str, key_arn: str, *, region: str) -> tuple[Statement, ...]:
    """What a role needs to stream assets out of their private bucket, and no more (ADR 12).

    region: the bucket's. The bucket can't be listed with it, so S3 answers 403 and not 404 for what is not there.
    """
    return (
        Statement(sid="ReadsAssets", actions=("s3:GetObject",), resources=(f"{bucket_arn}/*",)),
        _key_through_s3("DecryptsAssets", "kms:Decrypt", key_arn, bucket_arn, region),
    )


def replication_trust() -> str:
    """Trust in S3, which replicates; AWS documents no condition (S3 user guide, "Setting up … live replication")."""
    return plain_trust("s3.amazonaws.com")


def replication(
    *,
    source_arn: str,
    source_key_arn: str,
    source_region: str,
    target_arn: str,
    target_key_arn: str,
    target_region: str,
    locked: bool,
) -> str:
    """What the role of one bucket's replication may do: read that bucket's versions, write their replicas, no more.

    locked: whether objects carry retention, which S3 reads to write it on the replica. Each key only through S3, in
    its region, for its bucket: with bucket keys the context is the bucket, for older objects the object.
    """
    reads = ("s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging")
    retention = ("s3:GetObjectLegalHold", "s3:GetObjectRetention") if locked else ()
    return render(
        [
            Statement(
                sid="ReadsConfiguration",
                actions=("s3:GetReplicationConfiguration", "s3:ListBucket"),
                resources=(source_arn,),
            ),
            Statement(sid="ReadsVersions", actions=(*reads, *retention), resources=(f"{source_arn}/*",)),
            Statement(
                sid="WritesReplicas",
                actions=("s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"),
                resources=(f"{target_arn}/*",),
            ),
            _key_through_s3("DecryptsSource", "kms:Decrypt", source_key_arn, source_arn, source_region),
            _key_through_s3("EncryptsReplicas", "kms:Encrypt", target_key_arn, target_arn, target_region),
        ]
    )


def _encrypted_transport(bucket_arn: str) -> list[Statement]:
    tests = {
        "RefusesPlainHttp": {"Bool": {"aws:SecureTransport": "false"}},
        "RefusesOldTls": {"NumericLessThan": {"s3:TlsVersion": LEAST_TLS}},
    }
    return [
        Statement(
            sid=sid,
            effect="Deny",
            principals=EVERYBODY,
            actions=("s3:*",),
            resources=(bucket_arn, f"{bucket_arn}/*"),
            conditions=conditions,
        )
        for sid, conditions in tests.items()
    ]


def _own_key(bucket_arn: str, key_arn: str) -> list[Statement]:
    """Uploads under the bucket's key, whether they name it or leave it to the bucket's default.

    An upload that asks for encryption and names no key would get AWS's own, not the bucket's: a negated test holds
    where the key is not named, so that is refused too. A key that the caller brings along would make the object
    unreadable to everybody else, replication included.
    """
    tests = {
        "RefusesOtherKeys": {
            "Null": {"s3:x-amz-server-side-encryption": "false"},
            "StringNotEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": key_arn},
        },
        "RefusesKeysOfTheCaller": {"Null": {"s3:x-amz-server-side-encryption-customer-algorithm": "false"}},
    }
    return [
        Statement(
            sid=sid,
            effect="Deny",
            principals=EVERYBODY,
            actions=("s3:PutObject",),
            resources=(f"{bucket_arn}/*",),
            conditions=conditions,
        )
        for sid, conditions in tests.items()
    ]


def _key_through_s3(sid: str, action: str, key_arn: str, bucket_arn: str, region: str) -> Statement:
    return Statement(
        sid=sid,
        actions=(action,),
        resources=(key_arn,),
        conditions={
            "StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com"},
            "StringLike": {"kms:EncryptionContext:aws:s3:arn": (bucket_arn, f"{bucket_arn}/*")},
        },
    )
