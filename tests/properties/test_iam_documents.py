"""IAM documents: real actions, real condition keys, no open principals, the right account and region throughout."""

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from components import documents
from components.key_policies import KEY_USES, KeyUse, key_policy
from sandbox.judges import iam
from settings.vocabulary import AWS_REGIONS

accounts = st.from_regex(r"[0-9]{12}", fullmatch=True)
regions = st.sampled_from(AWS_REGIONS)
ELSEWHERE = "eu-west-1"
uses = st.sampled_from(list(KEY_USES.values()))


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def statements(document: str) -> list[dict[str, Any]]:
    parsed = json.loads(document)
    assert parsed["Version"] == "2012-10-17"
    return parsed["Statement"]


def flow_log_documents(account: str, region: str) -> list[str]:
    group = f"arn:aws:logs:{region}:{account}:log-group:flow-logs-1a2b3c4"
    return [
        documents.flow_log_trust(account_id=account, region=region),
        documents.flow_log_delivery(group),
    ]


def hosts_role(account: str) -> str:
    service = "autoscaling.amazonaws.com"
    return f"arn:aws:iam::{account}:role/aws-service-role/{service}/AWSServiceRoleForAutoScaling_erp-x-g1"


def policy_of(use: KeyUse, account: str, region: str) -> str:
    return key_policy(
        use, account_id=account, region=region, regions=(region, ELSEWHERE), hosts_role_arn=hosts_role(account)
    )


@given(use=uses, account=accounts, region=regions)
def test_aws_would_take_every_key_policy(use: KeyUse, account: str, region: str) -> None:
    policy = {"policy": policy_of(use, account, region)}
    for token in ("aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey"):
        assert iam.judge(token, policy) == []
        assert iam.unjudged(token, policy) == []


@given(account=accounts, region=regions)
def test_aws_would_take_the_flow_log_role(account: str, region: str) -> None:
    trust, delivery = flow_log_documents(account, region)
    assert iam.judge("aws:iam/role:Role", {"assumeRolePolicy": trust}) == []
    assert iam.judge("aws:iam/rolePolicy:RolePolicy", {"policy": delivery}) == []


@given(use=uses, account=accounts, region=regions)
def test_no_statement_is_open_to_everybody(use: KeyUse, account: str, region: str) -> None:
    for statement in statements(policy_of(use, account, region)):
        assert statement["Effect"] == "Allow"
        assert statement["Principal"] in (
            {"AWS": f"arn:aws:iam::{account}:root"},
            {"AWS": hosts_role(account)},
            {"Service": statement["Principal"].get("Service")},
        )
        if "Service" in statement["Principal"]:
            assert account in json.dumps(statement["Condition"]), "a service could act for another account"


@given(use=uses, account=accounts, region=regions)
def test_a_policy_names_no_other_region(use: KeyUse, account: str, region: str) -> None:
    for document in [policy_of(use, account, region), *flow_log_documents(account, region)]:
        named = {found for found in AWS_REGIONS if re.search(rf"[.:]{found}[.:]", document)}
        assert named <= {region}


@given(use=uses, account=accounts, region=regions)
def test_a_key_stays_in_its_two_regions(use: KeyUse, account: str, region: str) -> None:
    moving = {"kms:ReplicateKey": "kms:ReplicaRegion", "kms:UpdatePrimaryRegion": "kms:PrimaryRegion"}
    found: dict[str, Any] = {}
    for statement in statements(policy_of(use, account, region)):
        for action in moving.keys() & set(listed(statement["Action"])):
            found[action] = statement.get("Condition")
    assert found == {action: {"StringEquals": {key: [region, ELSEWHERE]}} for action, key in moving.items()}


@given(use=uses, account=accounts, region=regions)
def test_the_same_input_gives_the_same_text(use: KeyUse, account: str, region: str) -> None:
    one = policy_of(use, account, region)
    assert one == policy_of(use, account, region)
    assert len(one) < 32 * 1024, "KMS takes no longer policy"


@given(use=uses, account=accounts, region=regions)
def test_statements_have_names_of_their_own(use: KeyUse, account: str, region: str) -> None:
    for document in [policy_of(use, account, region), *flow_log_documents(account, region)]:
        sids = [statement["Sid"] for statement in statements(document)]
        assert len(set(sids)) == len(sids)
        assert all(re.fullmatch(r"[A-Za-z0-9]+", sid) for sid in sids)


@given(account=accounts, region=regions)
def test_the_flow_log_role_reaches_no_other_account_or_service(account: str, region: str) -> None:
    trust, delivery = flow_log_documents(account, region)
    [statement] = statements(trust)
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": account}
    for allowed in statements(delivery):
        if allowed["Action"] == "logs:DescribeLogGroups":
            assert allowed["Resource"] == "*", "this one action knows no narrower resource"
        else:
            group = f"arn:aws:logs:{region}:{account}:log-group:flow-logs-1a2b3c4"
            assert all(resource.startswith(group) for resource in listed(allowed["Resource"]))
