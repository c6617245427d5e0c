"""Amazon S3: buckets, and their settings, each a resource of its own.

A setting's id is its bucket's name, with the expected owner behind it where one is given (terraform-provider-aws
internal/service/s3, CreateResourceID). AWS would take a second one of a kind, which overwrites the first; here it is
refused, since two programs' previews would fight for ever.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from sandbox.behaviours import aws_s3_checks as checks
from sandbox.behaviours.aws_s3_checks import BUCKET
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem
from sandbox.references import typed_name

TIERING: Final = "aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration"
# Amazon S3 User Guide, "General purpose bucket naming rules": forms and the reserved beginnings and ends.
NAME: Final = re.compile(
    r"^(?!xn--|sthree-|amzn-s3-demo-)(?!.*(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$)"
    r"(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*[a-z0-9]$"
)


def _outputs(call: Call, name: str) -> Mapping[str, Any]:
    return {
        "arn": f"arn:aws:s3:::{name}",
        "bucket": name,
        "bucketDomainName": f"{name}.s3.amazonaws.com",
        "bucketRegion": call.region,
        "bucketRegionalDomainName": f"{name}.s3.{call.region}.amazonaws.com",
        "objectLockEnabled": bool(call.inputs.get("objectLockEnabled")),
    }


def _refuse(call: Call) -> Sequence[Problem]:
    name = str(call.inputs.get("bucket", ""))
    if 3 <= len(name) <= 63 and NAME.match(name):
        return ()
    rule = (
        "3 to 63 characters, lower-case letters, digits, hyphens and dots, not like an IPv4 address, "
        "no reserved beginning or end"
    )
    return [
        Problem(
            "bucket", f"invalid bucket name {name!r}: {rule}", "terraform-provider-aws internal/service/s3/bucket.go"
        )
    ]


def _setting_id(call: Call) -> str:
    owner = call.inputs.get("expectedBucketOwner")
    return f"{call.inputs['bucket']},{owner}" if owner else str(call.inputs["bucket"])


def _one_of_a_bucket(call: Call, _: str) -> Sequence[str]:
    return [f"{call.token}|{call.inputs['bucket']}"]


def _setting(
    refuse: Callable[[Call], Sequence[Problem]] = checks.of_its_region,
    keep_from: Callable[[Call], Sequence[Problem]] | None = None,
) -> Behaviour:
    setting = Behaviour(id=_setting_id, names=_one_of_a_bucket, refuse=refuse)
    return replace(setting, keep_from=keep_from) if keep_from else setting


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    BUCKET: Behaviour(
        id=lambda call: str(call.inputs["bucket"]),
        outputs=_outputs,
        # Bucket names are unique over all accounts of a partition (S3 user guide, "Bucket naming rules").
        names=lambda _, name: [f"s3-bucket|{name}"],
        identifiers=lambda _, name: [f"arn:aws:s3:::{name}", typed_name(BUCKET, name)],
        refuse=_refuse,
    ),
    checks.OWNERSHIP: _setting(),
    # Its id says which ACL it is, too (internal/service/s3/bucket_acl.go).
    checks.ACL: Behaviour(
        id=lambda call: ",".join(filter(None, [_setting_id(call), call.inputs.get("acl")])),
        names=_one_of_a_bucket,
        refuse=checks.refuse_acl,
    ),
    checks.PUBLIC_ACCESS: _setting(),
    checks.ENCRYPTION: _setting(checks.refuse_encryption),
    checks.LIFECYCLE: _setting(checks.refuse_lifecycle),
    checks.LOCK: _setting(checks.refuse_lock),
    checks.LOGGING: _setting(checks.refuse_logging),
    checks.POLICY: _setting(checks.refuse_policy),
    checks.REPLICATION: _setting(checks.refuse_replication),
    checks.VERSIONING: _setting(checks.refuse_versioning, checks.keep_versioning),
    # A bucket may have many of these, by name.
    TIERING: Behaviour(
        id=lambda call: f"{call.inputs['bucket']}:{call.inputs['name']}",
        names=lambda call, made: [f"{call.token}|{made}"],
        refuse=checks.of_its_region,
    ),
}
