"""Bucket policies and replication rights: AWS would take them, and they open nothing."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from components.documents import render
from components.storage import policies
from components.storage.purposes import plans
from sandbox.judges import iam
from settings import StorageSettings
from settings.storage import ArchivesSettings, AuditSettings
from settings.vocabulary import AWS_REGIONS

accounts = st.from_regex(r"[0-9]{12}", fullmatch=True)
regions = st.sampled_from(AWS_REGIONS)
names = st.from_regex(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", fullmatch=True)


def arn(name: str) -> str:
    return f"arn:aws:s3:::{name}"


def key(account: str, region: str) -> str:
    return f"arn:aws:kms:{region}:{account}:key/mrk-{'0' * 32}"


def bucket_policies(account: str, region: str, name: str) -> list[str]:
    logs = policies.access_log_writers(arn(name), account_id=account, region=region)
    trails = policies.audit_writers(arn(name), account_id=account)
    return [
        policies.guarded(arn(name), key_arn=None, writers=logs),
        policies.guarded(arn(name), key_arn=key(account, region), writers=trails),
        policies.guarded(arn(name), key_arn=key(account, region)),
    ]


def statements(document: str) -> list[dict[str, Any]]:
    return json.loads(document)["Statement"]


@given(account=accounts, region=regions, name=names)
def test_aws_would_take_every_bucket_policy(account: str, region: str, name: str) -> None:
    for document in bucket_policies(account, region, name):
        inputs = {"bucket": name, "policy": document}
        assert iam.judge("aws:s3/bucketPolicy:BucketPolicy", inputs) == []
        assert iam.unjudged("aws:s3/bucketPolicy:BucketPolicy", inputs) == []


@given(account=accounts, region=regions, name=names)
def test_a_bucket_policy_speaks_of_its_own_bucket_and_lets_only_services_in(
    account: str, region: str, name: str
) -> None:
    for document in bucket_policies(account, region, name):
        for statement in statements(document):
            resources = statement["Resource"]
            for resource in resources if isinstance(resources, list) else [resources]:
                assert resource == arn(name) or resource.startswith(f"{arn(name)}/")
            if statement["Effect"] == "Allow":
                assert statement["Principal"] != "*"
                assert account in json.dumps([statement.get("Condition"), resources]), "it would serve any account"


@given(account=accounts, region=regions, name=names)
def test_older_regions_alone_have_an_account_that_writes_for_load_balancers(
    account: str, region: str, name: str
) -> None:
    found = policies.access_log_writers(arn(name), account_id=account, region=region)
    assert (len(found) == 3) is (region in policies.BALANCER_ACCOUNTS)
    assert set(policies.BALANCER_ACCOUNTS) <= set(AWS_REGIONS)


@given(account=accounts, source=regions, target=regions, name=names, locked=st.booleans())
def test_aws_would_take_the_replication_role(account: str, source: str, target: str, name: str, locked: bool) -> None:
    rights = policies.replication(
        source_arn=arn(name),
        source_key_arn=key(account, source),
        source_region=source,
        target_arn=arn(f"{name}r"),
        target_key_arn=key(account, target),
        target_region=target,
        locked=locked,
    )
    assert iam.judge("aws:iam/rolePolicy:RolePolicy", {"policy": rights}) == []
    assert iam.judge("aws:iam/role:Role", {"assumeRolePolicy": policies.replication_trust()}) == []
    assert all("*" not in statement["Action"] and statement["Resource"] != "*" for statement in statements(rights))


@given(account=accounts, region=regions, name=names)
def test_aws_would_take_what_a_reader_of_assets_gets_and_it_reads_alone(account: str, region: str, name: str) -> None:
    rights = render(policies.reads_assets(arn(name), key(account, region), region=region))
    assert iam.judge("aws:iam/rolePolicy:RolePolicy", {"policy": rights}) == []
    found = {statement["Sid"]: statement for statement in statements(rights)}
    assert {sid: one["Action"] for sid, one in found.items()} == {
        "ReadsAssets": "s3:GetObject",
        "DecryptsAssets": "kms:Decrypt",
    }
    assert found["ReadsAssets"]["Resource"] == f"{arn(name)}/*"
    assert found["DecryptsAssets"]["Condition"]["StringEquals"] == {"kms:ViaService": f"s3.{region}.amazonaws.com"}


@given(first=st.integers(0, 3650), second=st.integers(1, 3650), kept=st.integers(1, 36500))
def test_every_rule_of_a_plan_does_something_and_has_an_id_of_its_own(first: int, second: int, kept: int) -> None:
    settings = StorageSettings(
        archives=ArchivesSettings(glacier_after_days=first, deep_archive_after_days=second, retention_days=kept),
        audit=AuditSettings(retention_days=kept),
    )
    for plan in plans(settings).values():
        ids = [rule.id for rule in plan.ageing]
        assert len(set(ids)) == len(ids)
        for rule in plan.ageing:
            assert rule.moves or rule.expires or rule.forgets or rule.aborts
