"""What a load balancer needs around it, made in the offline clouds; each part can be made otherwise."""

import json
from typing import Any

from sandbox.minting import certificate_pair
from sandbox.values import Secret
from tests.sandbox import offline as kinds
from tests.sandbox.offline import ACCOUNT, PRIMARY, Caller, Made, Offline

ZONE_NAME = "school.example"
SERVICE = "logdelivery.elasticloadbalancing.amazonaws.com"
ELB_ACCOUNT = "054676820928"  # that of eu-central-1
NOT_FOUND = {"type": "fixed-response", "fixedResponse": {"contentType": "text/plain", "statusCode": "404"}}


def writes(bucket: Made, prefix: str = "lb", **principal: str) -> dict[str, Any]:
    """A statement that lets a principal put this account's load balancer logs."""
    who = principal or {"Service": SERVICE}
    resource = f"{bucket.arn}/{prefix}/AWSLogs/{ACCOUNT}/*"
    return {"Effect": "Allow", "Principal": who, "Action": "s3:PutObject", "Resource": resource}


class Ground:
    """A network that the internet reaches, a log bucket that takes logs, and a certificate that is issued."""

    def __init__(self, offline: Offline) -> None:
        self.offline, self.aws, self.cloudflare = offline, offline.aws(), offline.cloudflare()
        self.vpc = self.aws.make(kinds.VPC, cidrBlock="10.0.0.0/16")
        self.gateway = self.aws.make(kinds.INTERNET_GATEWAY, vpcId=self.vpc.id)
        self.subnets = [self.subnet(number, zone) for number, zone in enumerate("ab")]
        self.group = self.aws.make(kinds.GROUP, vpcId=self.vpc.id)
        self.bucket = self.aws.make(kinds.BUCKET, "logs")
        self.pair = certificate_pair("pull")
        self.zone: Made | None = None

    def subnet(self, number: int, zone: str, aws: Caller | None = None) -> Made:
        block = f"10.0.{number}.0/24"
        inputs = {"vpcId": self.vpc.id, "cidrBlock": block, "availabilityZone": f"{PRIMARY}{zone}"}
        return (aws or self.aws).make(kinds.SUBNET, f"subnet-{number}", **inputs)

    def policy(self, *statements: dict[str, Any]) -> Made:
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        return self.aws.make(kinds.BUCKET_POLICY, bucket=self.bucket.id, policy=document)

    def balancer(self, name: str = "front", **inputs: Any) -> Made:
        plain = {"subnets": [subnet.id for subnet in self.subnets], "securityGroups": [self.group.id]}
        return self.aws.make(kinds.BALANCER, name, **{**plain, **inputs})

    def logging(self, **more: Any) -> dict[str, Any]:
        return {"bucket": self.bucket.id, "prefix": "lb", "enabled": True, **more}

    def certificate(self, *, issued: bool = True, domain: str = ZONE_NAME) -> Made:
        certificate = self.aws.make(kinds.CERTIFICATE, domainName=domain, validationMethod="DNS")
        if issued:
            option = certificate.properties["domainValidationOptions"][0]
            name, content = (option[key].rstrip(".") for key in ("resourceRecordName", "resourceRecordValue"))
            zone = self.zone or self.make_zone()
            self.cloudflare.make(kinds.RECORD, zoneId=zone.id, name=name, type="CNAME", content=content, ttl=300)
            self.aws.make(kinds.VALIDATION, certificateArn=certificate.arn, validationRecordFqdns=[name])
        return certificate

    def make_zone(self) -> Made:
        self.zone = self.cloudflare.make(kinds.ZONE, name=ZONE_NAME, account={"id": "0" * 32})
        return self.zone

    def origin_pulls(self, pair: dict[str, str] | None = None) -> None:
        """Cloudflare's zone gets a client certificate and shows it."""
        assert self.zone is not None
        told = {part: Secret(value) for part, value in (pair or self.pair).items()}
        inputs = {"certificate": told["certificate"], "privateKey": told["key"]}
        self.cloudflare.make(kinds.PULL_CERTIFICATE, zoneId=self.zone.id, **inputs)
        self.cloudflare.make(kinds.PULL_SETTINGS, zoneId=self.zone.id, enabled=True)

    def bundle(self, content: str | None = None, **inputs: Any) -> Made:
        bucket = self.aws.make(kinds.BUCKET, "trust")
        self.aws.make(kinds.VERSIONING, bucket=bucket.id, versioningConfiguration={"status": "Enabled"})
        return self.aws.make(kinds.OBJECT, bucket=bucket.id, key="ca.pem", content=content or self.pair["ca"], **inputs)

    def trust_store(self, bundle: Made | None = None, **inputs: Any) -> Made:
        found = bundle or self.bundle()
        plain = {
            "caCertificatesBundleS3Bucket": found.properties["bucket"],
            "caCertificatesBundleS3Key": found.properties["key"],
            "caCertificatesBundleS3ObjectVersion": found.properties["versionId"],
        }
        return self.aws.make(kinds.TRUST_STORE, "trust", **{**plain, **inputs})

    def https(self, balancer: Made, **inputs: Any) -> Made:
        plain = {"loadBalancerArn": balancer.arn, "port": 443, "protocol": "HTTPS", "defaultActions": [NOT_FOUND]}
        return self.aws.make(kinds.LISTENER, "https", **{**plain, **inputs})


def rule(name: str, priority: int, **more: Any) -> dict[str, Any]:
    """A rule of a web ACL that counts large bodies, or whatever is given instead; None leaves a part out."""
    size = {
        "fieldToMatch": {"singleHeader": {"name": "x"}},
        "comparisonOperator": "GT",
        "size": 0,
        "textTransformations": [{"priority": 0, "type": "NONE"}],
    }
    plain: dict[str, Any] = {
        "name": name,
        "priority": priority,
        "action": {"block": {}},
        "statement": {"sizeConstraintStatement": size},
        "visibilityConfig": visible(name),
    }
    return {key: value for key, value in {**plain, **more}.items() if value is not None}


def managed(name: str, priority: int, **more: Any) -> dict[str, Any]:
    statement = {"managedRuleGroupStatement": {"vendorName": "AWS", "name": name}}
    return rule(name, priority, **{"action": None, "overrideAction": {"none": {}}, "statement": statement, **more})


def visible(name: str) -> dict[str, Any]:
    return {"cloudwatchMetricsEnabled": True, "sampledRequestsEnabled": True, "metricName": name}


def acl(aws: Caller, name: str = "firewall", **inputs: Any) -> Made:
    plain = {"scope": "REGIONAL", "defaultAction": {"block": {}}, "visibilityConfig": visible("all")}
    return aws.make(kinds.WEB_ACL, name, **{**plain, **inputs})
