"""Amazon S3: buckets."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem
from sandbox.references import typed_name

BUCKET: Final = "aws:s3/bucket:Bucket"
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


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    BUCKET: Behaviour(
        id=lambda call: str(call.inputs["bucket"]),
        outputs=_outputs,
        # Bucket names are unique over all accounts of a partition (S3 user guide, "Bucket naming rules").
        names=lambda _, name: [f"s3-bucket|{name}"],
        identifiers=lambda _, name: [f"arn:aws:s3:::{name}", typed_name(BUCKET, name)],
        refuse=_refuse,
    )
}
