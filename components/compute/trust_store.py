"""Whose clients the load balancer trusts: those of the authority that signed our origin-pull certificate, no other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws import lb, s3

if TYPE_CHECKING:
    from components.base import ErpComponent

BUNDLE_KEY = "trust/origin-pull-ca.pem"


@dataclass(frozen=True, kw_only=True, slots=True)
class TrustArgs:
    """What the trust store needs to know.

    ca: certificates of our authorities, PEM: one, or two while they change.
    bucket: where the bundle lies; versioned, in the load balancer's region.
    """

    ca: pulumi.Input[str]
    bucket: pulumi.Input[str]


def make_trust_store(owner: ErpComponent, args: TrustArgs) -> lb.TrustStore:
    """The trust store, and its bundle in a bucket.

    The load balancer's service reads the bundle once, when the store is made or told of another version, with the
    rights of whoever asks for it (AWS lists s3:GetObject and s3:GetObjectVersion); so no statement of the bucket's
    policy names it, and the bucket's key serves through S3 like for any other reader. A changed bundle is a new
    version of the object, and the version is what tells the store to read it again. A certificate is public: it is
    configured beside its key's secrets because the three change together, and stands here in plain.
    """
    bundle = s3.BucketObjectv2(
        owner.logical("trust-bundle"),
        bucket=args.bucket,
        key=BUNDLE_KEY,
        content=pulumi.Output.unsecret(pulumi.Output.from_input(args.ca)),
        content_type="application/x-pem-file",
        tags=owner.tags("data"),
        opts=owner.child(),
    )
    return lb.TrustStore(
        owner.logical("trust"),
        ca_certificates_bundle_s3_bucket=bundle.bucket,
        ca_certificates_bundle_s3_key=bundle.key,
        ca_certificates_bundle_s3_object_version=bundle.version_id,
        tags=owner.tags(),
        opts=owner.child(),
    )
