"""Amazon S3: objects that a program uploads; each upload to a bucket that keeps versions makes one."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sandbox.behaviours.aws_s3_checks import ENCRYPTION, OWNERSHIP, bucket_of, of_its_region, versioned
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem

OBJECT: Final = "aws:s3/bucketObjectv2:BucketObjectv2"
ACLS: Final = 'S3 user guide, "Controlling ownership of objects and disabling ACLs"'


def _outputs(call: Call, _: str) -> Mapping[str, Any]:
    bucket = call.inputs["bucket"]
    key = str(call.inputs["key"])
    algorithm, kms_key = _encryption(call)
    content = str(call.inputs.get("content") or call.inputs.get("contentBase64") or call.inputs.get("source") or "")
    kept = bucket_of(call)
    return {
        "arn": f"arn:aws:s3:::{bucket}/{key}",
        "bucketKeyEnabled": bool(call.inputs.get("bucketKeyEnabled", kms_key is not None)),
        "contentType": call.inputs.get("contentType") or "application/octet-stream",
        "etag": hashlib.md5(content.encode(), usedforsecurity=False).hexdigest(),
        "kmsKeyId": kms_key,
        "serverSideEncryption": algorithm,
        "storageClass": call.inputs.get("storageClass") or "STANDARD",
        "versionId": call.digits(32, f"version {content}") if kept is not None and versioned(call, kept) else "",
    }


def _encryption(call: Call) -> tuple[str, str | None]:
    """What the upload asks for, else the bucket's default."""
    if call.inputs.get("serverSideEncryption") or call.inputs.get("kmsKeyId"):
        return str(call.inputs.get("serverSideEncryption") or "aws:kms"), call.inputs.get("kmsKeyId")
    bucket = bucket_of(call)
    for setting in call.store.users_of_type(bucket, ENCRYPTION, "bucket") if bucket is not None else []:
        for rule in setting.properties.get("rules") or []:
            default = rule.get("applyServerSideEncryptionByDefault") or {}
            return str(default.get("sseAlgorithm") or "AES256"), default.get("kmsMasterKeyId")
    return "AES256", None


def _refuse(call: Call) -> Sequence[Problem]:
    """In the bucket's region, and without an ACL where ownership has switched them off."""
    problems = of_its_region(call)
    bucket = bucket_of(call)
    if bucket is None or not call.inputs.get("acl") or call.inputs["acl"] == "bucket-owner-full-control":
        return problems
    for ownership in call.store.users_of_type(bucket, OWNERSHIP, "bucket"):
        if (ownership.properties.get("rule") or {}).get("objectOwnership") == "BucketOwnerEnforced":
            message = "AccessControlListNotSupported: The bucket does not allow ACLs"
            problems.append(Problem("acl", message, ACLS))
    return problems


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    OBJECT: Behaviour(
        id=lambda call: f"{call.inputs['bucket']}/{call.inputs['key']}",
        outputs=_outputs,
        names=lambda call, _: [f"s3-object/{call.inputs['bucket']}|{call.inputs['key']}"],
        refuse=_refuse,
    ),
}
