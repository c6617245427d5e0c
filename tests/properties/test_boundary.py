"""The permission boundary: AWS would take it, and nothing in it leads out of the workload."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.boundary import CONNECTIONS, REGIONAL, boundary
from sandbox.judges import iam
from sandbox.judges.policy.catalog import service
from sandbox.judges.policy.wildcards import matcher
from settings.vocabulary import AWS_REGIONS

POLICY = "aws:iam/policy:Policy"
MAXIMUM = 6144
accounts = st.from_regex(r"[0-9]{12}", fullmatch=True)
two_regions = st.lists(st.sampled_from(AWS_REGIONS), min_size=2, max_size=2, unique=True)


def statements(account: str = "333333333333", regions: tuple[str, ...] = ("eu-central-1", "eu-west-1")) -> Any:
    return json.loads(boundary(account_id=account, regions=regions))["Statement"]


def actions(effect: str, *, conditional: bool) -> list[str]:
    found: list[str] = []
    for one in statements():
        if one["Effect"] == effect and ("Condition" in one) is conditional:
            found += [one["Action"]] if isinstance(one["Action"], str) else one["Action"]
    return found


def is_denied(action: str) -> bool:
    return any(matcher(pattern.lower())(action.lower()) for pattern in actions("Deny", conditional=False))


def of(prefix: str, *levels: str) -> list[str]:
    known = service(prefix)
    assert known is not None
    return [known.name_of(name) for name in known.actions("*") if known.level_of(name) in levels]


@given(account=accounts, regions=two_regions)
def test_aws_would_take_the_boundary_with_room_to_spare(account: str, regions: list[str]) -> None:
    text = boundary(account_id=account, regions=regions)
    assert iam.judge(POLICY, {"policy": text}) == []
    assert iam.unjudged(POLICY, {"policy": text}) == []
    assert len(text) <= MAXIMUM * 0.8, "somebody will need an action more at a bad hour"


@given(account=accounts, regions=two_regions)
def test_what_it_allows_stays_in_the_two_regions(account: str, regions: list[str]) -> None:
    for statement in statements(account, tuple(regions)):
        if statement["Effect"] == "Allow" and statement["Resource"] == "*":
            assert statement["Condition"] == {"StringEquals": {"aws:RequestedRegion": regions}}
        elif statement["Effect"] == "Allow":
            places = {tuple(resource.split(":")[3:5]) for resource in statement["Resource"]}
            assert places == {(region, account) for region in regions}


def test_no_role_can_change_what_iam_says() -> None:
    undenied = [name for name in of("iam", "Write", "Permissions", "Tagging") if not is_denied(name)]
    allowed = [*actions("Allow", conditional=True), *actions("Allow", conditional=False)]
    assert [name for name in allowed if name.startswith(("iam:", "sts:", "organizations:", "account:"))] == []
    for name in undenied:
        # What is left neither makes nor changes users, keys, policies or boundaries, and is not allowed either.
        assert name.rpartition(":")[2].startswith(
            ("AcceptDelegation", "AssociateDelegation", "Cancel", "ChangePassword", "Deactivate", "Disable", "Enable",
             "Generate", "GetContext", "PassRole", "RejectDelegation", "ResetService", "ResyncMFA", "SendDelegation",
             "Tag", "Untag")
        ), name  # fmt: skip


@pytest.mark.parametrize(
    "action",
    [
        "iam:AttachRolePolicy", "iam:CreateAccessKey", "iam:CreatePolicyVersion", "iam:CreateUser",
        "iam:DeleteRolePermissionsBoundary", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy",
        "iam:SetDefaultPolicyVersion", "iam:UpdateAssumeRolePolicy",
        "account:CloseAccount", "organizations:LeaveOrganization",
        "cloudtrail:DeleteTrail", "cloudtrail:StopLogging", "cloudtrail:UpdateTrail",
        "config:DeleteConfigurationRecorder", "config:StopConfigurationRecorder",
        "guardduty:DeleteDetector", "guardduty:UpdateDetector", "logs:DeleteLogGroup",
        "kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:PutKeyPolicy",
        "s3:BypassGovernanceRetention", "s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:PutBucketPolicy",
        "s3:PutBucketObjectLockConfiguration", "s3:PutBucketVersioning",
    ],
)  # fmt: skip
def test_it_denies_by_name_what_a_resource_s_own_policy_could_give(action: str) -> None:
    prefix, _, name = action.partition(":")
    known = service(prefix)
    assert known is not None
    assert known.actions(name), f"{action} is no action"
    assert is_denied(action)


def test_what_is_allowed_is_denied_nowhere_and_listed_once() -> None:
    allowed = [*REGIONAL, *CONNECTIONS]
    assert [action for action in allowed if is_denied(action)] == []
    for action in allowed:
        others = [other for other in allowed if other != action]
        assert not any(matcher(other.lower())(action.lower()) for other in others), f"{action} is covered already"


def test_no_service_is_open_as_a_whole_but_the_two_that_only_carry_messages() -> None:
    assert [action for action in REGIONAL if action.endswith(":*")] == ["ec2messages:*", "ssmmessages:*"]
    assert set(of("iam", "Write")) & set(REGIONAL) == set()
