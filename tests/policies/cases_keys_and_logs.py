"""Cases: KMS keys, log groups, IAM."""

from __future__ import annotations

import json
from typing import Any, Final

from tests.policies.cases import Case, case
from tests.policies.harness import TAGS, UNKNOWN

KEY: Final = "aws:kms/key:Key"
REPLICA: Final = "aws:kms/replicaKey:ReplicaKey"
EXTERNAL: Final = "aws:kms/externalKey:ExternalKey"
KEY_POLICY: Final = "aws:kms/keyPolicy:KeyPolicy"
LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
ROLE: Final = "aws:iam/role:Role"
ROLE_POLICY: Final = "aws:iam/rolePolicy:RolePolicy"
POLICY: Final = "aws:iam/policy:Policy"
INLINE: Final = tuple(f"aws:iam/{kind}Policy:{kind.title()}Policy" for kind in ("role", "user", "group"))
ATTACHMENT: Final = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
ATTACHMENTS: Final = (
    ATTACHMENT,
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
    "aws:iam/policyAttachment:PolicyAttachment",
)

ROOT: Final = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::333333333333:root"},
    "Action": "kms:*",
    "Resource": "*",
}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def wildcard(**more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*", **more}


KEY_PROPS: Final = {"enableKeyRotation": True, "policy": document(ROOT), "tags": TAGS}
GROUP_PROPS: Final = {"kmsKeyId": "arn:aws:kms:eu-central-1:333333333333:key/k", "retentionInDays": 365, "tags": TAGS}
LAMBDA: Final = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
ROLE_PROPS: Final = {"assumeRolePolicy": document(LAMBDA), "tags": TAGS}
EVERYTHING: Final = {"Effect": "Allow", "Action": "*", "Resource": "*"}

_ROTATION = "enableKeyRotation: is {}, expected true"
_OPEN_KEY = "{}: lets any AWS principal use the key; expected a condition on its account or organisation"
_NO_ROOT = "policy: has no unconditional statement that lets the account's root principal change it (kms:PutKeyPolicy)"
_ADMIN = "{}: allows every action on every resource, expected the ones that are needed"
_OPEN_ROLE = "{}: lets any AWS principal take on the role; expected named ones, or a condition on them"

CASES: Final[tuple[Case, ...]] = (
    case("rotate-kms-keys", "pass", "rotates", KEY, {**KEY_PROPS, "rotationPeriodInDays": 180}),
    case("rotate-kms-keys", "pass", "asymmetric keys can't", KEY,
         {"customerMasterKeySpec": "RSA_4096", "keyUsage": "ENCRYPT_DECRYPT", "tags": TAGS}),
    case("rotate-kms-keys", "pass", "MAC keys can't", KEY, {"keyUsage": "GENERATE_VERIFY_MAC", "tags": TAGS}),
    case("rotate-kms-keys", "fail", "off", KEY, {**KEY_PROPS, "enableKeyRotation": False}, _ROTATION.format("false")),
    case("rotate-kms-keys", "fail", "left out", KEY, {"tags": TAGS}, _ROTATION.format("not set")),
    case("rotate-kms-keys", "fail", "too seldom", KEY, {**KEY_PROPS, "rotationPeriodInDays": 2560},
         "rotationPeriodInDays: is 2560 days, expected at most 365"),
    case("rotate-kms-keys", "unknown", "switch", KEY, {**KEY_PROPS, "enableKeyRotation": UNKNOWN}),
    case("rotate-kms-keys", "unknown", "switch unknown, period known", KEY,
         {"enableKeyRotation": UNKNOWN, "rotationPeriodInDays": 400, "tags": TAGS},
         "rotationPeriodInDays: is 400 days, expected at most 365"),
    case("rotate-kms-keys", "unknown", "usage", KEY, {"keyUsage": UNKNOWN, "tags": TAGS}),

    case("keep-kms-deletion-window", "pass", "AWS's default is long enough", REPLICA, {"tags": TAGS}),
    case("keep-kms-deletion-window", "pass", "a week will do in dev", KEY, {**KEY_PROPS, "deletionWindowInDays": 7},
         stack="dev"),
    case("keep-kms-deletion-window", "fail", "a week in prod", EXTERNAL, {"deletionWindowInDays": 7, "tags": TAGS},
         "deletionWindowInDays: is 7 days, expected at least 30"),
    case("keep-kms-deletion-window", "unknown", "window", KEY, {**KEY_PROPS, "deletionWindowInDays": UNKNOWN}),

    case("restrict-kms-key-policy", "pass", "a wildcard tied to the account", KEY,
         {**KEY_PROPS, "policy": document(ROOT, wildcard(Condition={"StringEquals": {"kms:CallerAccount": "3"}}))}),
    case("restrict-kms-key-policy", "pass", "a wildcard that is denied", KEY_POLICY,
         {"policy": document(ROOT, wildcard(Effect="Deny"))}),
    *(case("restrict-kms-key-policy", "fail", f"no condition, {token}", token,
           {"policy": document(ROOT, wildcard()), "tags": TAGS}, _OPEN_KEY.format("policy.Statement[1].Principal.AWS"))
      for token in (REPLICA, EXTERNAL)),
    case("restrict-kms-key-policy", "fail", "bare, in a list, and all but one", KEY_POLICY,
         {"policy": document(ROOT, wildcard(Principal="*"), wildcard(Principal={"AWS": ["arn:aws:iam::1:root", "*"]}),
                             {"Effect": "Allow", "NotPrincipal": {"AWS": "x"}, "Action": "kms:*", "Resource": "*"})},
         _OPEN_KEY.format("policy.Statement[1].Principal"),
         _OPEN_KEY.format("policy.Statement[2].Principal.AWS[1]"),
         _OPEN_KEY.format("policy.Statement[3].NotPrincipal")),
    case("restrict-kms-key-policy", "fail", "conditions that restrict nobody", KEY,
         {**KEY_PROPS, "policy": document(
             ROOT,
             wildcard(Condition={"Bool": {"aws:SecureTransport": "true"}}),
             wildcard(Condition={"StringNotEquals": {"kms:CallerAccount": "3"}}),
             wildcard(Condition={"StringLike": {"aws:PrincipalArn": "*"}}))},
         *(_OPEN_KEY.format(f"policy.Statement[{index}].Principal.AWS") for index in (1, 2, 3))),
    case("restrict-kms-key-policy", "unknown", "document", KEY, {**KEY_PROPS, "policy": UNKNOWN}),
    case("restrict-kms-key-policy", "unknown", "condition, in a document given as an object", KEY_POLICY,
         {"policy": {"Statement": [ROOT, wildcard(Condition=UNKNOWN),
                                   wildcard(Condition={"StringEquals": UNKNOWN}), wildcard(Effect=UNKNOWN)]}}),

    case("keep-kms-root-statement", "pass", "root may manage", KEY, KEY_PROPS),
    case("keep-kms-root-statement", "pass", "the account number alone is the root", KEY_POLICY,
         {"policy": document({**ROOT, "Principal": {"AWS": ["333333333333"]}, "Action": ["kms:*"]})}),
    case("keep-kms-root-statement", "pass", "AWS writes it where no policy is given", KEY,
         {"enableKeyRotation": True, "tags": TAGS}),
    *(case("keep-kms-root-statement", "fail", f"only a service, {token}", token,
           {"policy": document({**ROOT, "Principal": {"Service": "logs.eu-central-1.amazonaws.com"}}), "tags": TAGS},
           _NO_ROOT) for token in (REPLICA, EXTERNAL, KEY_POLICY)),
    case("keep-kms-root-statement", "fail", "root may only read", KEY, {**KEY_PROPS,
         "policy": document({**ROOT, "Action": "kms:Describe*"})}, _NO_ROOT),
    case("keep-kms-root-statement", "pass", "root may administer", KEY_POLICY,
         {"policy": document({**ROOT, "Action": ["kms:DescribeKey", "kms:PutKeyPolicy"]})}),
    case("keep-kms-root-statement", "pass", "by a pattern, in another case", KEY_POLICY,
         {"policy": document({**ROOT, "Action": "KMS:Put*"})}),
    case("keep-kms-root-statement", "fail", "root only through a service", KEY_POLICY,
         {"policy": document({**ROOT, "Condition": {"StringEquals": {"kms:ViaService": "s3.amazonaws.com"}}})},
         _NO_ROOT),
    case("keep-kms-root-statement", "unknown", "condition", KEY_POLICY,
         {"policy": {"Statement": [{**ROOT, "Condition": UNKNOWN}]}}),
    case("keep-kms-root-statement", "unknown", "document", KEY_POLICY, {"policy": UNKNOWN}),
    *(case("keep-kms-root-statement", "unknown", what, KEY_POLICY, {"policy": {"Statement": statements}})
      for what, statements in (("principal", [{**ROOT, "Principal": {"AWS": UNKNOWN}}]),
                               ("statement", [UNKNOWN]), ("all statements", UNKNOWN))),

    case("encrypt-log-groups", "pass", "own key", LOG_GROUP, GROUP_PROPS),
    case("encrypt-log-groups", "fail", "no key", LOG_GROUP, {"retentionInDays": 365, "tags": TAGS},
         "kmsKeyId: is not set, expected the ARN of a customer-managed key"),
    case("encrypt-log-groups", "fail", "empty key", LOG_GROUP, {**GROUP_PROPS, "kmsKeyId": ""},
         "kmsKeyId: is not set, expected the ARN of a customer-managed key"),
    case("encrypt-log-groups", "unknown", "key", LOG_GROUP, {**GROUP_PROPS, "kmsKeyId": UNKNOWN}),

    case("keep-logs-long-enough", "pass", "a year", LOG_GROUP, GROUP_PROPS),
    case("keep-logs-long-enough", "fail", "a month in prod", LOG_GROUP, {**GROUP_PROPS, "retentionInDays": 30},
         "retentionInDays: is 30 days, expected at least 365"),
    case("keep-logs-long-enough", "fail", "for ever", LOG_GROUP, {"kmsKeyId": "k", "tags": TAGS},
         "retentionInDays: is not set: logs are kept for ever; expected a number from 7 up", stack="dev"),
    case("keep-logs-long-enough", "unknown", "retention", LOG_GROUP, {**GROUP_PROPS, "retentionInDays": UNKNOWN}),

    case("refuse-admin-policies", "pass", "named actions", ROLE_POLICY,
         {"policy": document({"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"},
                             {"Effect": "Allow", "Action": "*", "Resource": ["arn:aws:s3:::b"]},
                             {"Effect": "Deny", "Action": "*", "Resource": "*"})}),
    *(case("refuse-admin-policies", "fail", f"everything, {token}", token, {"policy": document(EVERYTHING)},
           _ADMIN.format("policy.Statement[0]")) for token in INLINE),
    case("refuse-admin-policies", "fail", "one statement that is no list, all but a few actions", POLICY,
         {"policy": json.dumps({"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": ["*"]}}),
          "tags": TAGS}, _ADMIN.format("policy.Statement")),
    case("refuse-admin-policies", "fail", "inline and attached", ROLE,
         {**ROLE_PROPS, "inlinePolicies": [{"name": "a", "policy": document(EVERYTHING)}],
          "managedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"]},
         _ADMIN.format("inlinePolicies[0].policy.Statement[0]"),
         'managedPolicyArns[0]: is "arn:aws:iam::aws:policy/AdministratorAccess", '
         "expected a policy with the actions that are needed"),
    case("refuse-admin-policies", "pass", "another managed policy", ATTACHMENT,
         {"policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}),
    *(case("refuse-admin-policies", "fail", f"as a side resource, {token}", token,
           {"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
           'policyArn: is "arn:aws:iam::aws:policy/AdministratorAccess", '
           "expected a policy with the actions that are needed") for token in ATTACHMENTS),
    case("refuse-admin-policies", "unknown", "document", ROLE_POLICY, {"policy": UNKNOWN}),
    case("refuse-admin-policies", "unknown", "first document unknown, second judged", ROLE,
         {**ROLE_PROPS, "inlinePolicies": [{"policy": UNKNOWN}, {"policy": document(EVERYTHING)}]},
         _ADMIN.format("inlinePolicies[1].policy.Statement[0]")),
    case("refuse-admin-policies", "unknown", "attached policy", ATTACHMENT, {"policyArn": UNKNOWN}),

    case("restrict-role-trust", "pass", "a service", ROLE, ROLE_PROPS),
    case("restrict-role-trust", "pass", "anybody of the organisation", ROLE,
         {"tags": TAGS,
          "assumeRolePolicy": document(wildcard(Condition={"StringEquals": {"aws:PrincipalOrgID": "o"}}))}),
    case("restrict-role-trust", "fail", "anybody", ROLE, {**ROLE_PROPS, "assumeRolePolicy": document(wildcard())},
         _OPEN_ROLE.format("assumeRolePolicy.Statement[0].Principal.AWS")),
    case("restrict-role-trust", "unknown", "document", ROLE, {**ROLE_PROPS, "assumeRolePolicy": UNKNOWN}),
)  # fmt: skip
