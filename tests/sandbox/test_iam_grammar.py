"""Policy documents by their grammar: what AWS takes, what it calls malformed, and how big each may be."""

import json
from typing import Any

import pytest

from sandbox.judges import iam
from sandbox.judges.policy.documents import DOCUMENTS
from sandbox.values import UNKNOWN, Secret

ACCOUNT = "111111111111"
ROLE, INLINE, KEY, BUCKET = (
    "aws:iam/role:Role",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:kms/key:Key",
    "aws:s3/bucketPolicy:BucketPolicy",
)
TRUST: dict[str, Any] = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
READ: dict[str, Any] = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::assets/*"}
ROOT: dict[str, Any] = {
    "Sid": "Account's own administrators",
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    "Action": "kms:*",
    "Resource": "*",
}
OPEN: dict[str, Any] = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::assets/*"}


def document(*statements: Any, **more: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **more})


def judged(token: str, text: object, **inputs: Any) -> list[str]:
    (path, *_) = DOCUMENTS[token]
    return [str(problem) for problem in iam.judge(token, {path: text, **inputs})]


@pytest.mark.parametrize(
    ("token", "text"),
    [
        (ROLE, document(TRUST)),
        (ROLE, document({**TRUST, "Sid": "Hosts1"})),
        (ROLE, document({**TRUST, "Action": ["sts:AssumeRole", "sts:TagSession"]})),
        (ROLE, json.dumps({"Statement": TRUST})),
        (ROLE, document(TRUST, Id="for the hosts")),
        (INLINE, document(READ)),
        (INLINE, document({"Effect": "Deny", "NotAction": "s3:*", "NotResource": "arn:aws:s3:::assets"})),
        (KEY, document(ROOT)),
        (BUCKET, document(OPEN)),
        (
            BUCKET,
            document({**OPEN, "Principal": None, "NotPrincipal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}).replace(
                '"Principal": null, ', ""
            ),
        ),
    ],
)
def test_a_document_that_aws_takes_passes(token: str, text: str) -> None:
    assert judged(token, text) == []
    assert judged(token, Secret(text)) == []


@pytest.mark.parametrize(
    ("token", "text", "message"),
    [
        (INLINE, "{", "is no JSON"),
        (INLINE, "[]", "must be a JSON object"),
        (INLINE, '{"Statement": [], "Statement": []}', "the key Statement twice"),
        (INLINE, document(), "a list of at least one"),
        (INLINE, document("all"), "Statement[0] must be an object"),
        (INLINE, '{"Statement": "all"}', "Statement must be a statement or a list"),
        (INLINE, document(READ, Version="2012-10-18"), "2012-10-17 or 2008-10-17"),
        (INLINE, document(READ, Comment="mine"), "Comment is no element of a policy document"),
        (INLINE, document({**READ, "Resources": "*"}), "Statement[0].Resources is no element of a statement"),
        (INLINE, document({**READ, "Effect": "allow"}), "must be Allow or Deny"),
        (INLINE, document({**READ, "Sid": "read only"}), "must be letters and digits"),
        (INLINE, document({**READ, "Sid": "A"}, {**READ, "Sid": "A"}), "taken by Statement[0]"),
        (INLINE, document({**READ, "NotAction": "s3:PutObject"}), "has both Action and NotAction"),
        (INLINE, document({**READ, "Principal": "*"}), "has no place in a inline policy of a role"),
        (INLINE, document({"Effect": "Allow", "Action": "s3:GetObject"}), "needs Resource or NotResource"),
        (INLINE, document({"Effect": "Allow", "Resource": "*"}), "needs Action or NotAction"),
        (INLINE, document({**READ, "Action": []}), "a text or a list of at least one"),
        (INLINE, document({**READ, "Resource": [5]}), "a text or a list of at least one"),
        (INLINE, document({**READ, "Condition": []}), "an object of operators"),
        (INLINE, document({**READ, "Condition": {"Bool": "true"}}), "an object from condition keys to values"),
        (INLINE, document({**READ, "Condition": {"Bool": {"aws:SecureTransport": []}}}), "a value or a list of at least one"),  # noqa: E501
        (ROLE, document({"Effect": "Allow", "Action": "sts:AssumeRole"}), "needs Principal or NotPrincipal"),
        (ROLE, document({**TRUST, "Resource": "*"}), "has no place in a role trust policy"),
        (ROLE, document({**TRUST, "Principal": "me"}), 'must be "*" or an object'),
        (ROLE, document({**TRUST, "Principal": {"Person": "me"}}), "no kind of principal"),
        (ROLE, document({**TRUST, "Principal": {"AWS": []}}), "a text or a list of at least one"),
        (BUCKET, document({"Effect": "Allow", "NotPrincipal": {"AWS": ACCOUNT}, "Action": "s3:*", "Resource": "arn:aws:s3:::a"}), "everybody but the one named"),  # noqa: E501
    ],
    ids=lambda value: str(value)[-70:],
)  # fmt: skip
def test_a_document_that_aws_calls_malformed_is_refused(token: str, text: str, message: str) -> None:
    found = judged(token, text)
    assert any(message in problem for problem in found), found


def test_a_document_that_is_not_known_yet_judges_nothing() -> None:
    assert judged(INLINE, UNKNOWN) == []
    assert judged(INLINE, Secret(UNKNOWN)) == []
    assert judged(INLINE, "") == []
    assert iam.judge("aws:ec2/vpc:Vpc", {"policy": "{"}) == []


def test_a_trust_policy_has_2048_characters_without_white_space() -> None:
    text = document({**TRUST, "Sid": "x" * 1800})
    assert judged(ROLE, json.dumps(json.loads(text), indent=40)) == []
    assert "at most 2048 characters without white space" in judged(ROLE, document({**TRUST, "Sid": "x" * 2000}))[0]


def test_a_key_policy_has_32768_characters_with_white_space() -> None:
    assert "at most 32768 characters," in judged(KEY, json.dumps(json.loads(document(ROOT)), indent=4000))[0]


def test_the_inline_policies_of_a_role_share_one_size() -> None:
    policies = [{"name": f"p{n}", "policy": document({**READ, "Sid": f"A{'x' * 4000}"})} for n in range(3)]
    assert iam.judge(ROLE, {"assumeRolePolicy": document(TRUST), "inlinePolicies": policies[:2]}) == []
    (problem,) = iam.judge(ROLE, {"assumeRolePolicy": document(TRUST), "inlinePolicies": policies})
    assert problem.path == "inlinePolicies"
    assert "10240" in problem.message


def test_a_problem_stands_at_its_property() -> None:
    (problem,) = iam.judge(
        ROLE, {"assumeRolePolicy": document(TRUST), "inlinePolicies": [{"name": "p", "policy": "{"}]}
    )
    assert problem.path == "inlinePolicies[0].policy"


def test_a_key_policy_that_nobody_could_change_is_refused() -> None:
    service = {
        "Effect": "Allow",
        "Principal": {"Service": "logs.eu-central-1.amazonaws.com"},
        "Action": "kms:*",
        "Resource": "*",
    }
    assert "would lock out its account" in judged(KEY, document(service))[0]
    assert judged(KEY, document(service), bypassPolicyLockoutSafetyCheck=True) == []
    assert judged(KEY, document(service), bypassPolicyLockoutSafetyCheck=UNKNOWN) == []
    assert "would lock out" in judged(KEY, document({**ROOT, "Effect": "Deny"}))[0]
    assert "would lock out" in judged(KEY, document({**ROOT, "Action": "kms:Decrypt"}))[0]


@pytest.mark.parametrize(
    "change",
    [
        {"Principal": {"AWS": ACCOUNT}},
        {"Principal": "*"},
        {"Action": ["kms:Put*", "kms:Get*"]},
        {"Action": "*"},
        {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/keys"}},
    ],
)
def test_a_key_policy_that_somebody_of_the_account_may_change_passes(change: dict[str, Any]) -> None:
    assert judged(KEY, document({**ROOT, **change})) == []


def test_every_property_with_a_document_is_one_that_the_sdk_has() -> None:
    from sandbox import schema

    for token, places in DOCUMENTS.items():
        inputs = schema.load(token).inputs.properties
        assert {path.partition("[")[0] for path in places} <= set(inputs), token
        assert iam.documents(token) == set(places)
