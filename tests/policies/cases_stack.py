"""Cases: rules over the whole stack, whose relations are known by id, by what a value came from, or not yet."""

from __future__ import annotations

import json
from typing import Any, Final

from tests.policies.cases import StackCase, stack_case
from tests.policies.harness import UNKNOWN, Given, Provided, aws_provider

VPC: Final = "aws:ec2/vpc:Vpc"
DEFAULT_VPC: Final = "aws:ec2/defaultVpc:DefaultVpc"
FLOW_LOG: Final = "aws:ec2/flowLog:FlowLog"
DEFAULT_GROUP: Final = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
KEY: Final = "aws:kms/key:Key"
REPLICA: Final = "aws:kms/replicaKey:ReplicaKey"
ZONE: Final = "cloudflare:index/zone:Zone"
DNSSEC: Final = "cloudflare:index/zoneDnssec:ZoneDnssec"
RECORD: Final = "cloudflare:index/dnsRecord:DnsRecord"
HOSTED_ZONE: Final = "aws:route53/zone:Zone"
HOSTED_DNSSEC: Final = "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec"
HOSTED_RECORD: Final = "aws:route53/record:Record"

NO_LOG = "resource: has no flow log"
NO_GROUP = "resource: leaves its default security group as AWS made it: open among its members"
NO_DNSSEC = "resource: is not signed: no DNSSEC resource belongs to it"
NO_CAA = "resource: has no CAA record at its apex that names its certificate authorities"
DIFFERS = "policy: differs from that of its primary key primary in more than the region's name"


APEX: Final = "smart-school.example"


def vpc(name: str = "main", vpc_id: str = "vpc-1") -> Given:
    return Given(VPC, name, {"id": vpc_id})


def log(value: Any, *sources: str) -> Given:
    return Given(FLOW_LOG, "log", {"vpcId": value}, {"vpcId": sources})


def group(value: Any, *sources: str) -> Given:
    return Given(DEFAULT_GROUP, "default", {"vpcId": value}, {"vpcId": sources})


def zone(**props: Any) -> Given:
    return Given(ZONE, "zone", {"id": "z1", "name": APEX, **props})


def dnssec(value: Any, *sources: str) -> Given:
    return Given(DNSSEC, "dnssec", {"zoneId": value}, {"zoneId": sources})


def caa(value: Any, *sources: str, **more: Any) -> Given:
    issue = {"tag": "issue", "value": "amazon.com"}
    props = {"zoneId": value, "name": APEX, "type": "CAA", "data": issue, **more}
    return Given(RECORD, "caa", props, {"zoneId": sources})


def hosted(**props: Any) -> Given:
    return Given(HOSTED_ZONE, "zone", {"id": "Z1", "name": APEX, **props})


def hosted_caa(*records: Any, name: Any = f"{APEX}.") -> Given:
    return Given(HOSTED_RECORD, "caa", {"zoneId": "Z1", "name": name, "type": "CAA", "records": list(records)})


HOSTED_SIGNED: Final = Given(HOSTED_DNSSEC, "dnssec", {"hostedZoneId": "Z1"})


def key_policy(region: str, *extra: str) -> str:
    principals = [f"logs.{region}.amazonaws.com", *extra]
    return json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"Service": item}} for item in principals]})


def regions_policy(*regions: str) -> str:
    condition = {"StringEquals": {"kms:ReplicaRegion": regions}, "Bool": {"aws:SecureTransport": True}}
    return json.dumps({"Statement": {"Effect": "Allow", "Action": "kms:ReplicateKey", "Condition": condition}})


def primary(policy: Any, arn: str = "arn:aws:kms:eu-central-1:3:key/mrk-1") -> Given:
    return Given(KEY, "primary", {"id": "mrk-1", "arn": arn, "region": "eu-central-1", "policy": policy})


def replica(policy: Any, arn: str = "arn:aws:kms:eu-central-1:3:key/mrk-1", *sources: str, **more: Any) -> Given:
    provider = more.pop("provider", aws_provider(region="eu-west-1"))
    return Given(
        REPLICA, "replica", {"primaryKeyArn": arn, "policy": policy, **more}, {"primaryKeyArn": sources}, provider
    )


STACK_CASES: Final[tuple[StackCase, ...]] = (
    stack_case("log-vpc-flows", "pass", "by id", vpc(), log("vpc-1"), group("vpc-1")),
    stack_case("log-vpc-flows", "pass", "by what the id came from", vpc(vpc_id=UNKNOWN), log(UNKNOWN, "main"),
               group(UNKNOWN, "main")),
    stack_case("log-vpc-flows", "fail", "none", vpc(), group("vpc-1"), main=NO_LOG),
    stack_case("log-vpc-flows", "fail", "of another VPC, by id", vpc(), vpc("other", "vpc-2"), log("vpc-2"),
               group("vpc-1"), Given(DEFAULT_GROUP, "second", {"vpcId": "vpc-2"}), main=NO_LOG),
    stack_case("log-vpc-flows", "fail", "of another VPC, by what the id came from", vpc(vpc_id=UNKNOWN),
               vpc("other", UNKNOWN), log(UNKNOWN, "other"), group(UNKNOWN, "main", "other"), main=NO_LOG),
    stack_case("log-vpc-flows", "fail", "of a subnet", vpc(), Given(FLOW_LOG, "log", {"subnetId": "s"}), group("vpc-1"),
               main=NO_LOG),
    stack_case("log-vpc-flows", "fail", "of a VPC that is there already", vpc(vpc_id=UNKNOWN), log("vpc-9"),
               group(UNKNOWN, "main"), main=NO_LOG),
    stack_case("log-vpc-flows", "fail", "of the VPC that AWS made", Given(DEFAULT_VPC, "main", {"id": "vpc-1"}),
               group("vpc-1"), main=NO_LOG),
    stack_case("log-vpc-flows", "pass", "of the VPC that AWS made", Given(DEFAULT_VPC, "main", {"id": "vpc-1"}),
               log("vpc-1"), group("vpc-1")),
    stack_case("log-vpc-flows", "unknown", "no telling which", vpc(vpc_id=UNKNOWN), log(UNKNOWN),
               group(UNKNOWN, "main")),
    stack_case("log-vpc-flows", "unknown", "a provider that reports no id", Given(VPC, "main", {"cidrBlock": "c"}),
               log("vpc-1"), group("vpc-1", "main")),
    stack_case("log-vpc-flows", "unknown", "left out of a run with targets", vpc(), Given(FLOW_LOG, "log", {}),
               group("vpc-1")),

    stack_case("empty-default-security-group", "pass", "taken over", vpc(), log("vpc-1"), group("vpc-1")),
    stack_case("empty-default-security-group", "fail", "left alone", vpc(), log("vpc-1"), main=NO_GROUP),
    stack_case("empty-default-security-group", "fail", "of the VPC that AWS made",
               Given(DEFAULT_VPC, "main", {"id": "vpc-1"}), log("vpc-1"), main=NO_GROUP),
    stack_case("empty-default-security-group", "unknown", "no telling which", vpc(vpc_id=UNKNOWN), log(UNKNOWN, "main"),
               group(UNKNOWN)),

    stack_case("match-kms-replica-policy", "pass", "the same but for the region",
               primary(key_policy("eu-central-1", "backup.amazonaws.com")),
               replica(key_policy("eu-west-1", "backup.amazonaws.com"))),
    stack_case("match-kms-replica-policy", "pass", "not its primary", primary(key_policy("eu-central-1"), "arn:other"),
               replica(key_policy("eu-west-1", "sns.amazonaws.com"))),
    stack_case("match-kms-replica-policy", "pass", "the region stands with the key",
               primary(key_policy("eu-central-1")),
               replica(key_policy("eu-north-1"), region="eu-north-1")),
    stack_case("match-kms-replica-policy", "pass", "both name both regions, in any order",
               primary(regions_policy("eu-central-1", "eu-west-1")),
               replica(regions_policy("eu-central-1", "eu-west-1"))),
    stack_case("match-kms-replica-policy", "fail", "a third region",
               primary(regions_policy("eu-central-1", "eu-west-1")),
               replica(regions_policy("eu-central-1", "eu-west-1", "us-east-1")), replica=DIFFERS),
    stack_case("match-kms-replica-policy", "fail", "the services of the primary's region",
               primary(key_policy("eu-central-1")), replica(key_policy("eu-central-1")), replica=DIFFERS),
    stack_case("match-kms-replica-policy", "fail", "one service more, by ARN", primary(key_policy("eu-central-1")),
               replica(key_policy("eu-west-1", "sns.amazonaws.com")), replica=DIFFERS),
    stack_case("match-kms-replica-policy", "fail", "one service more, by what the ARN came from",
               primary(key_policy("eu-central-1"), UNKNOWN),
               replica(key_policy("eu-west-1", "sns.amazonaws.com"), UNKNOWN, "primary"), replica=DIFFERS),
    stack_case("match-kms-replica-policy", "unknown", "policy", primary(key_policy("eu-central-1")), replica(UNKNOWN)),
    stack_case("match-kms-replica-policy", "unknown", "region", primary(key_policy("eu-central-1")),
               replica(key_policy("eu-west-1", "sns.amazonaws.com"),
                       provider=Provided("pulumi:providers:aws", "aws", {"region": UNKNOWN}))),

    stack_case("sign-dns-zones", "pass", "Cloudflare", zone(), dnssec("z1"), caa("z1")),
    stack_case("sign-dns-zones", "pass", "Route 53", hosted(), HOSTED_SIGNED, hosted_caa('0 issue "amazon.com"')),
    stack_case("sign-dns-zones", "pass", "a zone that another name server signs", zone(type="partial")),
    stack_case("sign-dns-zones", "pass", "a private zone", Given(HOSTED_ZONE, "zone", {"vpcs": [{"vpcId": "vpc-1"}]})),
    stack_case("sign-dns-zones", "fail", "Cloudflare", zone(), caa("z1"), zone=NO_DNSSEC),
    stack_case("sign-dns-zones", "fail", "Route 53", hosted(vpcs=[]), dnssec("Z1"),
               hosted_caa('0 issue "amazon.com"'), zone=NO_DNSSEC),
    stack_case("sign-dns-zones", "unknown", "no telling which", zone(id=UNKNOWN), dnssec(UNKNOWN),
               caa(UNKNOWN, "zone")),
    stack_case("sign-dns-zones", "unknown", "kind of zone", zone(type=UNKNOWN)),

    stack_case("limit-certificate-issuers", "pass", "the record's older name", zone(), dnssec("z1"),
               Given("cloudflare:index/record:Record", "caa",
                     {"zoneId": "z1", "name": "@", "type": "CAA", "content": "0 issue x"})),
    stack_case("limit-certificate-issuers", "pass", "the apex in capitals, in Route 53", hosted(), HOSTED_SIGNED,
               hosted_caa('0 iodef "mailto:a@b.example"', '0 issue "amazon.com"', name="Smart-School.example")),
    stack_case("limit-certificate-issuers", "fail", "only below the apex", zone(), dnssec("z1"),
               caa("z1", name=f"www.{APEX}"), zone=NO_CAA),
    stack_case("limit-certificate-issuers", "fail", "only below the apex, in Route 53", hosted(), HOSTED_SIGNED,
               hosted_caa('0 issue "amazon.com"', name=f"www.{APEX}"), zone=NO_CAA),
    stack_case("limit-certificate-issuers", "fail", "of another zone", zone(), dnssec("z1"), caa("z2"), zone=NO_CAA),
    stack_case("limit-certificate-issuers", "fail", "limits wildcards alone", zone(), dnssec("z1"),
               caa("z1", data={"tag": "issuewild", "value": "amazon.com"}), zone=NO_CAA),
    stack_case("limit-certificate-issuers", "fail", "names no authority, in Route 53", hosted(), HOSTED_SIGNED,
               hosted_caa('0 iodef "mailto:a@b.example"'), zone=NO_CAA),
    *(stack_case("limit-certificate-issuers", "unknown", f"{what} of the record", zone(), dnssec("z1"),
                 caa("z1", **{what: UNKNOWN})) for what in ("name", "data")),
    stack_case("limit-certificate-issuers", "unknown", "content of a Route 53 record", hosted(), HOSTED_SIGNED,
               hosted_caa(UNKNOWN)),
    stack_case("limit-certificate-issuers", "unknown", "name of the zone", zone(name=UNKNOWN), dnssec("z1"),
               caa("z1", name=APEX)),
    stack_case("limit-certificate-issuers", "fail", "other records only", zone(), dnssec("z1"), caa("z1", type="TXT"),
               zone=NO_CAA),
    stack_case("limit-certificate-issuers", "fail", "only says whom to write to", zone(), dnssec("z1"),
               caa("z1", data={"tag": "iodef", "value": "mailto:x@y.example"}), zone=NO_CAA),
    stack_case("limit-certificate-issuers", "unknown", "type of the record", zone(), dnssec("z1"),
               caa("z1", type=UNKNOWN)),
    stack_case("limit-certificate-issuers", "unknown", "no telling which", zone(id=UNKNOWN), dnssec(UNKNOWN, "zone"),
               caa(UNKNOWN)),
)  # fmt: skip
