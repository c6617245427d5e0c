"""Cases: KMS keys, log groups."""

from __future__ import annotations

import json
from typing import Any, Final

from tests.policies.cases import Case, case
from tests.policies.harness import TAGS, UNKNOWN, aws_provider

KEY: Final = "aws:kms/key:Key"
REPLICA: Final = "aws:kms/replicaKey:ReplicaKey"
EXTERNAL: Final = "aws:kms/externalKey:ExternalKey"
KEY_POLICY: Final = "aws:kms/keyPolicy:KeyPolicy"
LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
REPLICA_EXTERNAL: Final = "aws:kms/replicaExternalKey:ReplicaExternalKey"

ROOT: Final = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::333333333333:root"},
    "Action": "kms:*",
    "Resource": "*",
}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def tied(operator: str, key: str, value: Any) -> dict[str, Any]:
    return wildcard(Condition={operator: {key: value}})


def wildcard(**more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*", **more}


KEY_PROPS: Final = {"enableKeyRotation": True, "policy": document(ROOT), "tags": TAGS}
GROUP_PROPS: Final = {"kmsKeyId": "arn:aws:kms:eu-central-1:333333333333:key/k", "retentionInDays": 365, "tags": TAGS}
OWN: Final = aws_provider(accounts=["333333333333"])

_ROTATION = "enableKeyRotation: is {}, expected true"
_OPEN_KEY = "{}: lets any AWS principal use the key; expected a condition on its account or organisation"
_NO_ROOT = "policy: has no unconditional statement that lets the account's root change it (kms:PutKeyPolicy)"
_FOREIGN = "{}: lets the foreign account 999999999999 change the policy (kms:PutKeyPolicy)"
_LOCKED = "{}: denies the whole account the change of the policy (kms:PutKeyPolicy)"
_UNCHECKED = "bypassPolicyLockoutSafetyCheck: is true: AWS then takes a policy that locks everybody out; expected false"

CASES: Final[tuple[Case, ...]] = (
    case("rotate-kms-keys", "pass", "rotates", KEY, {**KEY_PROPS, "rotationPeriodInDays": 180}),
    case("rotate-kms-keys", "pass", "asymmetric keys can't", KEY,
         {"customerMasterKeySpec": "RSA_4096", "keyUsage": "ENCRYPT_DECRYPT", "tags": TAGS}),
    case("rotate-kms-keys", "pass", "MAC keys can't", KEY, {"keyUsage": "GENERATE_VERIFY_MAC", "tags": TAGS}),
    case("rotate-kms-keys", "pass", "HMAC keys can't", KEY, {"customerMasterKeySpec": "HMAC_256", "tags": TAGS}),
    case("rotate-kms-keys", "pass", "nor can those of an own key store", KEY,
         {"customKeyStoreId": "cks-1", "tags": TAGS}),
    case("rotate-kms-keys", "pass", "nor those kept outside AWS", KEY, {"xksKeyId": "bb8562717f809024", "tags": TAGS}),
    case("rotate-kms-keys", "fail", "an empty key store is AWS's own", KEY, {"customKeyStoreId": "", "tags": TAGS},
         _ROTATION.format("not set")),
    case("rotate-kms-keys", "unknown", "key store", KEY, {"customKeyStoreId": UNKNOWN, "tags": TAGS}),
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
    *(case("keep-kms-deletion-window", "fail", f"a week in prod, {token}", token,
           {"deletionWindowInDays": 7, "tags": TAGS}, "deletionWindowInDays: is 7 days, expected at least 30")
      for token in (EXTERNAL, REPLICA_EXTERNAL)),
    case("keep-kms-deletion-window", "unknown", "window", KEY, {**KEY_PROPS, "deletionWindowInDays": UNKNOWN}),

    *(case("restrict-kms-key-policy", "pass", f"a wildcard tied by {operator} {key} to {value}", KEY,
           {**KEY_PROPS, "policy": document(ROOT, tied(operator, key, value))}) for operator, key, value in (
        ("StringEquals", "kms:CallerAccount", "333333333333"),
        ("StringEquals", "aws:PrincipalAccount", ["333333333333", "222222222222"]),
        ("StringLike", "AWS:SourceAccount", "333333333333"),
        ("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
        ("StringEqualsIgnoreCase", "aws:SourceOrgID", "o-a1b2c3d4e5"),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"),
        ("ForAnyValue:StringEquals", "aws:SourceOrgPaths", ["o-a1b2c3d4e5/r-ab12/"]),
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::333333333333:role/*"),
        ("ForAnyValue:ArnLike", "aws:SourceArn", "arn:aws:cloudtrail:*:333333333333:trail/*"),
        ("ArnEquals", "aws:SourceArn", "arn:aws:s3:::one-bucket"),
    )),
    case("restrict-kms-key-policy", "pass", "a wildcard that is denied", KEY_POLICY,
         {"policy": document(ROOT, wildcard(Effect="Deny"))}),
    *(case("restrict-kms-key-policy", "fail", f"no condition, {token}", token,
           {"policy": document(ROOT, wildcard()), "tags": TAGS}, _OPEN_KEY.format("policy.Statement[1].Principal.AWS"))
      for token in (REPLICA, EXTERNAL, REPLICA_EXTERNAL)),
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
    *(case("restrict-kms-key-policy", "fail", f"{operator} {key} {value} names nobody", KEY,
           {**KEY_PROPS, "policy": document(ROOT, tied(operator, key, value))},
           _OPEN_KEY.format("policy.Statement[1].Principal.AWS")) for operator, key, value in (
        ("StringLike", "kms:CallerAccount", "3333*"),
        ("StringLike", "kms:CallerAccount", ["333333333333", "*"]),
        ("StringEquals", "kms:CallerAccount", []),
        ("StringEqualsIfExists", "kms:CallerAccount", "333333333333"),
        ("StringLike", "aws:PrincipalOrgID", "o-*"),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "*/ou-ab12-11111111/*"),
        ("ForAllValues:StringLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/*"),
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/app"),
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::33333333333?:role/app"),
        ("StringLike", "aws:PrincipalArn", "arn:aws:*::333333333333:*"),
        ("StringLike", "aws:PrincipalArn", "*:333333333333:role/app"),
        ("ArnLike", "aws:SourceArn", "arn:aws:s3:::one-*"),
    )),
    case("restrict-kms-key-policy", "pass", "another account may use it", KEY,
         {**KEY_PROPS, "policy": document(ROOT, wildcard(Principal={"AWS": "arn:aws:iam::999999999999:root"}))},
         provider=OWN),
    case("restrict-kms-key-policy", "pass", "accounts that the provider may work in", KEY,
         {**KEY_PROPS, "policy": document(ROOT, {**ROOT, "Principal": {"AWS": "999999999999"}})},
         provider=aws_provider(accounts=["333333333333", "999999999999"])),
    case("restrict-kms-key-policy", "pass", "whose account is whose nobody says", KEY,
         {**KEY_PROPS, "policy": document(ROOT, {**ROOT, "Principal": {"AWS": "999999999999"}})}),
    case("restrict-kms-key-policy", "fail", "another account may change it", KEY_POLICY,
         {"policy": document(
             ROOT, {**ROOT, "Principal": {"AWS": ["333333333333", "arn:aws:iam::999999999999:root"]}},
             {**ROOT, "Principal": {"AWS": "999999999999"}, "Action": ["kms:Decrypt", "kms:Put*"],
              "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}},
             {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999999999999:role/admin"},
              "NotAction": "kms:Decrypt", "Resource": "*"},
             {**ROOT, "Effect": "Deny", "Principal": {"AWS": "999999999999"}})},
         _FOREIGN.format("policy.Statement[1].Principal.AWS[1]"), _FOREIGN.format("policy.Statement[2].Principal.AWS"),
         _FOREIGN.format("policy.Statement[3].Principal.AWS"), provider=OWN),
    *(case("restrict-kms-key-policy", "unknown", f"own accounts, {what}", KEY,
           {**KEY_PROPS, "policy": document(ROOT, {**ROOT, "Principal": {"AWS": "999999999999"}})},
           provider=aws_provider(accounts=accounts))
      for what, accounts in (("all", UNKNOWN), ("one", ("333333333333", UNKNOWN)))),
    case("restrict-kms-key-policy", "unknown", "document", KEY, {**KEY_PROPS, "policy": UNKNOWN}),
    case("restrict-kms-key-policy", "unknown", "the condition's value, and another's action", KEY_POLICY,
         {"policy": {"Statement": [ROOT, tied("StringEquals", "kms:CallerAccount", UNKNOWN),
                                   {**ROOT, "Principal": {"AWS": "999999999999"}, "Action": [UNKNOWN]}]}},
         provider=OWN),
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
           _NO_ROOT) for token in (REPLICA, EXTERNAL, REPLICA_EXTERNAL, KEY_POLICY)),
    case("keep-kms-root-statement", "fail", "root may only read", KEY, {**KEY_PROPS,
         "policy": document({**ROOT, "Action": "kms:Describe*"})}, _NO_ROOT),
    case("keep-kms-root-statement", "pass", "root may administer", KEY_POLICY,
         {"policy": document({**ROOT, "Action": ["kms:DescribeKey", "kms:PutKeyPolicy"]})}),
    case("keep-kms-root-statement", "pass", "by a pattern, in another case", KEY_POLICY,
         {"policy": document({**ROOT, "Action": "KMS:Put*"})}),
    case("keep-kms-root-statement", "fail", "root only through a service", KEY_POLICY,
         {"policy": document({**ROOT, "Condition": {"StringEquals": {"kms:ViaService": "s3.amazonaws.com"}}})},
         _NO_ROOT),
    case("keep-kms-root-statement", "pass", "of the provider's account, with an empty condition", KEY_POLICY,
         {"policy": document({**ROOT, "Condition": {}})}, provider=OWN),
    case("keep-kms-root-statement", "pass", "all actions but a few", KEY_POLICY,
         {"policy": document({"Effect": "Allow", "Principal": ROOT["Principal"], "NotAction": "kms:Decrypt",
                              "Resource": "*"})}),
    case("keep-kms-root-statement", "fail", "the root of another account", KEY,
         {**KEY_PROPS, "policy": document({**ROOT, "Principal": {"AWS": "arn:aws:iam::222222222222:root"},
                                           "Action": ["kms:Describe*", "kms:GetKeyPolicy"]},
                                          {**ROOT, "Effect": "Deny", "Condition": {"Bool": {"a": "true"}}})},
         _NO_ROOT, provider=OWN),
    case("keep-kms-root-statement", "fail", "a role is no root", KEY_POLICY,
         {"policy": document({**ROOT, "Principal": {"AWS": "arn:aws:iam::333333333333:role/admin"}})}, _NO_ROOT),
    case("keep-kms-root-statement", "pass", "denials with a condition, of other actions, of others", KEY_POLICY,
         {"policy": document(
             ROOT,
             {"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*",
              "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::333333333333:role/admin"}}},
             {"Effect": "Deny", "Principal": "*", "Action": "kms:ScheduleKeyDeletion", "Resource": "*"},
             {"Effect": "Deny", "Principal": {"AWS": "999999999999"}, "Action": "kms:*", "Resource": "*"},
             {"Effect": "Deny", "NotPrincipal": {"AWS": "333333333333"}, "Action": "kms:*", "Resource": "*"},
             {"Effect": "Deny", "Principal": "*", "NotAction": "kms:*", "Resource": "*"})}, provider=OWN),
    case("keep-kms-root-statement", "fail", "denials that leave nobody", KEY_POLICY,
         {"policy": document(
             ROOT,
             {"Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*"},
             {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": ["kms:PutKeyPolicy"], "Resource": "*"},
             {**ROOT, "Effect": "Deny", "Condition": {}},
             {"Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::333333333333:role/a"}, "Action": "kms:Put*",
              "Resource": "*"})},
         *(_LOCKED.format(f"policy.Statement[{index}]") for index in (1, 2, 3, 4)), provider=OWN),
    *(case("keep-kms-root-statement", "fail", f"AWS's check is off, {token}", token,
           {"bypassPolicyLockoutSafetyCheck": True, "policy": document(ROOT), "enableKeyRotation": True, "tags": TAGS},
           _UNCHECKED) for token in (KEY, REPLICA, KEY_POLICY)),
    case("keep-kms-root-statement", "unknown", "AWS's check, and own accounts", KEY_POLICY,
         {"bypassPolicyLockoutSafetyCheck": UNKNOWN, "policy": document(ROOT)},
         provider=aws_provider(accounts=UNKNOWN)),
    case("keep-kms-root-statement", "unknown", "who is denied, and under which condition", KEY_POLICY,
         {"policy": {"Statement": [ROOT, {**ROOT, "Effect": "Deny", "Principal": {"AWS": UNKNOWN}},
                                   {**ROOT, "Effect": "Deny", "Condition": UNKNOWN},
                                   {**ROOT, "Effect": UNKNOWN}]}}),
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
)  # fmt: skip
