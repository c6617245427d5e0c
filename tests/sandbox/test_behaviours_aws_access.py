"""What AWS refuses of keys, tags, managed policies and certificates, and the nearest thing that it takes."""

import json
from typing import Any

import pytest

from sandbox.behaviours.aws_logs_access import lacking
from sandbox.operations import Refused
from tests.sandbox.offline import (
    ACCOUNT,
    CERTIFICATE,
    KEY,
    LOG_GROUP,
    PRIMARY,
    RECORD,
    RECOVERY,
    REPLICA,
    ROLE,
    UNJUDGED,
    VALIDATION,
    VPC,
    ZONE,
    Caller,
    Made,
    Offline,
    key_policy,
    trust_policy,
)

LOGS = f"logs.{PRIMARY}.amazonaws.com"
GROUP_ARN = f"arn:aws:logs:{PRIMARY}:{ACCOUNT}:log-group:/erp/flow"
CONTEXT = "kms:EncryptionContext:aws:logs:arn"
USE = ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"]


def policy(*statements: dict[str, Any]) -> str:
    root = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}
    full = [
        {"Effect": "Allow", "Principal": {"Service": LOGS}, "Action": USE, "Resource": "*", **s} for s in statements
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": [root, *full]})


# --- the key of a log group ---


@pytest.mark.parametrize(
    "statements",
    [
        [{}],
        [{"Action": "kms:*"}],
        [{"Action": "kms:generatedatakey"}, {"Action": ["kms:Encrypt", "kms:Decrypt"]}],
        [{"Principal": {"Service": ["s3.amazonaws.com", LOGS]}}],
        [{"Principal": "*", "Condition": {"ArnEquals": {CONTEXT: GROUP_ARN}}}],
        [{"Principal": {"AWS": "*"}, "Condition": {"ArnLike": {CONTEXT: f"arn:aws:logs:{PRIMARY}:{ACCOUNT}:*"}}}],
        [{"Condition": {"ArnLike": {CONTEXT.lower(): ["arn:aws:logs:*:*:log-group:/other", GROUP_ARN]}}}],
        [{"Condition": {"ArnLikeIfExists": {CONTEXT: "arn:aws:logs:*:*:log-group:/erp/*"}}}],
        [{"Condition": {"StringLike": {CONTEXT: f"arn:aws:logs:{PRIMARY}*"}}}],
        [{"Condition": {"StringEquals": {CONTEXT: GROUP_ARN, "aws:SourceAccount": ACCOUNT}}}],
        [{"Action": None, "NotAction": "kms:ScheduleKeyDeletion"}],
    ],
)
def test_the_logs_service_may_use_a_key_that_lets_it_do_so_for_this_group(statements: list[dict[str, Any]]) -> None:
    written = [{key: value for key, value in one.items() if value is not None} for one in statements]
    text = policy(*written)
    if "NotAction" in written[0]:
        text = text.replace(f'"Action": {json.dumps(USE)}, ', "")
    assert lacking(text, PRIMARY, GROUP_ARN) == []


@pytest.mark.parametrize(
    ("statement", "lacks"),
    [
        ({"Effect": "Deny"}, 3),
        ({"Action": "kms:DescribeKey"}, 3),
        ({"Action": ["kms:Encrypt", "kms:Decrypt"]}, 1),
        ({"Action": "kms:GenerateDataKeyPair*"}, 3),
        ({"Principal": {"Service": f"logs.{RECOVERY}.amazonaws.com"}}, 3),
        ({"Principal": {"Service": "logs.amazonaws.com"}}, 3),
        ({"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}, 3),
        ({"Condition": {"ArnLike": {CONTEXT: f"arn:aws:logs:{RECOVERY}:{ACCOUNT}:log-group:*"}}}, 3),
        ({"Condition": {"ArnEquals": {CONTEXT: f"{GROUP_ARN}:*"}}}, 3),
        ({"Condition": {"ArnLike": {CONTEXT: "arn:aws:logs:*"}}}, 3),
        ({"Condition": {"StringEquals": {CONTEXT: f"arn:aws:logs:{PRIMARY}:{ACCOUNT}:*"}}}, 3),
        ({"Principal": "*", "Condition": {"ForAnyValue:StringLike": {CONTEXT: "*:log-group:/other/*"}}}, 3),
    ],
)
def test_a_key_policy_that_leaves_out_this_group_or_an_action_is_told(statement: dict[str, Any], lacks: int) -> None:
    assert len(lacking(policy(statement), PRIMARY, GROUP_ARN)) == lacks


def test_what_is_no_policy_lets_nobody_use_the_key() -> None:
    assert len(lacking("", PRIMARY, GROUP_ARN)) == 3
    assert len(lacking('{"Statement": [{"Principal": 5}]}', PRIMARY, GROUP_ARN)) == 3


def test_a_log_group_names_what_the_policy_of_its_key_lacks(aws: Caller) -> None:
    fitting = {"ArnLike": {CONTEXT: f"arn:aws:logs:{PRIMARY}:{ACCOUNT}:log-group:/erp/*"}}
    key = aws.make(KEY, policy=policy({"Condition": fitting, "Action": [*USE, "kms:Describe*"]}))
    with pytest.raises(Refused, match=r"for this log group: it lacks kms:Encrypt, kms:Decrypt, kms:GenerateDataKey"):
        aws.make(LOG_GROUP, name="/other/app", kmsKeyId=key.arn)
    assert aws.make(LOG_GROUP, name="/erp/app", kmsKeyId=key.arn)


def test_a_log_group_takes_an_enabled_symmetric_key(offline: Offline, aws: Caller) -> None:
    asymmetric = {"keyUsage": "SIGN_VERIFY", "customerMasterKeySpec": "RSA_2048"}
    signing = aws.make(KEY, "signing", policy=key_policy(LOGS), **asymmetric)
    with pytest.raises(Refused, match="is of RSA_2048, and log groups take symmetric"):
        aws.make(LOG_GROUP, kmsKeyId=signing.arn)
    key = aws.make(KEY, "off", policy=key_policy(LOGS), isEnabled=False, multiRegion=True)
    with pytest.raises(Refused, match=r"InvalidParameterException: .* is disabled"):
        aws.make(LOG_GROUP, kmsKeyId=key.arn)
    recovery, away = offline.aws(RECOVERY), key_policy(f"logs.{RECOVERY}.amazonaws.com")
    replica = recovery.make(REPLICA, primaryKeyArn=key.arn, policy=away, enabled=False)
    with pytest.raises(Refused, match="is disabled"):
        recovery.make(LOG_GROUP, kmsKeyId=replica.arn)
    recovery.update(replica, enabled=True)
    assert recovery.make(LOG_GROUP, kmsKeyId=replica.arn)
    aws.update(key, isEnabled=True)
    assert aws.make(LOG_GROUP, kmsKeyId=key.arn)


# --- tags and regions of every resource ---


def test_a_resource_s_tags_and_the_provider_s_default_ones_are_fifty_at_most(offline: Offline) -> None:
    aws = offline.aws(Project="erp", Environment="dev")
    with pytest.raises(Refused, match=r"tagsAll: with the default tags: .*at most 50 keys and not 51"):
        aws.make(KEY, tags={f"k{number}": "" for number in range(49)})
    made = aws.make(KEY, tags={"Project": "same key", **{f"k{number}": "" for number in range(48)}})
    assert len(made.properties["tagsAll"]) == 50
    with pytest.raises(Refused, match="not 51"):
        aws.update(made, tags={f"k{number}": "" for number in range(49)})
    assert aws.make(UNJUDGED, name="acl", tags={f"k{number}": "" for number in range(50)}), "without facts"


def test_default_tags_are_written_in_the_service_s_letters(offline: Offline) -> None:
    aws = offline.aws(Owner="school; board")
    with pytest.raises(Refused, match=r"tagsAll\.Owner: with the default tags: must be letters, digits"):
        aws.make(KEY)
    assert aws.make(VPC, cidrBlock="10.0.0.0/16"), "EC2 takes any letters"
    assert offline.aws(Owner="school + board").make(KEY, "good")


def test_a_resource_s_own_region_is_one_that_exists(aws: Caller) -> None:
    (problem,) = aws.check(VPC, {"cidrBlock": "10.0.0.0/16", "region": "eu-west-9"}).problems
    assert problem.path == "region"
    assert aws.make(VPC, cidrBlock="10.0.0.0/16", region=RECOVERY).arn.startswith(f"arn:aws:ec2:{RECOVERY}:")


# --- AWS managed policies ---


@pytest.mark.parametrize(
    "name",
    [
        "AdministratorAccess",
        "IAMFullAccess",
        "ReadOnlyAccess",
        "SecurityAudit",
        "AmazonSSMManagedInstanceCore",
        "CloudWatchAgentServerPolicy",
        "AWSBackupServiceRolePolicyForS3Backup",
        "AWSBackupServiceRolePolicyForS3Restore",
        "service-role/AmazonECSTaskExecutionRolePolicy",
        "service-role/AmazonEC2ContainerServiceforEC2Role",
        "service-role/AmazonRDSEnhancedMonitoringRole",
        "service-role/AWSBackupServiceRolePolicyForBackup",
        "service-role/AWSBackupServiceRolePolicyForRestores",
        "service-role/AWS_ConfigRole",
    ],
)
def test_a_managed_policy_of_aws_is_there(aws: Caller, name: str) -> None:
    trust = trust_policy(Service="ec2.amazonaws.com")
    assert aws.make(ROLE, assumeRolePolicy=trust, managedPolicyArns=[f"arn:aws:iam::aws:policy/{name}"])


def test_a_managed_policy_that_aws_does_not_have_is_refused(aws: Caller) -> None:
    trust = trust_policy(Service="ec2.amazonaws.com")
    for name in ("Nonsense", "AmazonECSTaskExecutionRolePolicy"):
        with pytest.raises(Refused, match=f"policy/{name}' exists"):
            aws.make(ROLE, assumeRolePolicy=trust, managedPolicyArns=[f"arn:aws:iam::aws:policy/{name}"])


# --- certificates and who may issue them ---


@pytest.fixture
def zone(cloudflare: Caller) -> Made:
    return cloudflare.make(ZONE, name="school.example", account={"id": "0" * 32})


def published(aws: Caller, cloudflare: Caller, zone: Made, *names: str) -> Made:
    """A certificate for names of the zone whose validation records are there."""
    inputs = {"domainName": names[0], "subjectAlternativeNames": list(names[1:]), "validationMethod": "DNS"}
    made = aws.make(CERTIFICATE, **{key: value for key, value in inputs.items() if value})
    wanted = {o["resourceRecordName"]: o["resourceRecordValue"] for o in made.properties["domainValidationOptions"]}
    for name, value in wanted.items():
        cname = {"name": name.rstrip("."), "type": "CNAME", "content": value.rstrip(".")}
        cloudflare.make(RECORD, name, zoneId=zone.id, ttl=300, **cname)
    return made


def allow(cloudflare: Caller, zone: Made, authority: str, tag: str = "issue", at: str = "@") -> Made:
    data = {"flags": 0, "tag": tag, "value": authority}
    return cloudflare.make(RECORD, f"{tag}-{authority}", zoneId=zone.id, name=at, type="CAA", ttl=300, data=data)


@pytest.mark.parametrize(
    ("records", "names", "refused"),
    [
        ([], ["school.example"], ""),
        (
            [("letsencrypt.org", "issue", "@")],
            ["school.example"],
            "the issue records at school.example let letsencrypt",
        ),
        ([("letsencrypt.org", "issue", "@")], ["www.school.example"], "at school.example .* for www.school.example"),
        ([("letsencrypt.org", "issue", "@"), ("amazon.com", "issue", "@")], ["school.example", "*.school.example"], ""),
        ([("amazontrust.com; account=1", "issue", "@")], ["school.example"], ""),
        ([(";", "issue", "@")], ["school.example"], "let nobody issue"),
        ([("amazon.com", "issue", "@"), (";", "issuewild", "@")], ["*.school.example"], "the issuewild records"),
        ([("amazon.com", "issue", "@"), (";", "issuewild", "@")], ["school.example"], ""),
        ([(";", "issue", "@"), ("amazonaws.com", "issuewild", "@")], ["*.school.example"], ""),
        ([("letsencrypt.org", "issue", "@")], ["*.school.example"], r"the issue records .* for \*.school.example"),
        ([("mailto:a@school.example", "iodef", "@"), (";", "issuewild", "@")], ["school.example"], ""),
        ([(";", "issue", "@"), ("amazon.com", "issue", "app")], ["www.app.school.example"], ""),
        ([("amazon.com", "issue", "@"), (";", "issue", "app")], ["www.app.school.example"], "at app.school.example"),
        ([("awstrust.com", "issue", "@"), (";", "issue", "app")], ["www.school.example"], ""),
    ],
)
def test_amazon_issues_only_where_the_nearest_caa_records_let_it(
    aws: Caller, cloudflare: Caller, zone: Made, records: list[tuple[str, str, str]], names: list[str], refused: str
) -> None:
    for authority, tag, at in records:
        allow(cloudflare, zone, authority, tag, at)
    certificate = published(aws, cloudflare, zone, *names)
    if not refused:
        assert aws.make(VALIDATION, certificateArn=certificate.arn)
        return
    with pytest.raises(Refused, match=f"CAA_ERROR: the certificate fails for good: .*{refused}"):
        aws.make(VALIDATION, certificateArn=certificate.arn)
