"""Cases: IAM."""

from __future__ import annotations

import json
from typing import Any, Final

from tests.policies.cases import Case, case
from tests.policies.cases_keys_and_logs import document, wildcard
from tests.policies.harness import TAGS, UNKNOWN

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
ATTACHMENT_LISTS: Final = tuple(
    f"aws:iam/{kind}PolicyAttachmentsExclusive:{kind.title()}PolicyAttachmentsExclusive"
    for kind in ("role", "user", "group")
)

LAMBDA: Final = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
BOUNDARY: Final = "arn:aws:iam::333333333333:policy/boundary"
ROLE_PROPS: Final = {"assumeRolePolicy": document(LAMBDA), "permissionsBoundary": BOUNDARY, "tags": TAGS}
EVERYTHING: Final = {"Effect": "Allow", "Action": "*", "Resource": "*"}

_ADMIN = "{}: allows every action on every resource, expected the ones that are needed"
_LEADS = (
    "policy.Statement[0]: allows {} on every {}, which gives its holder every other right; expected names"
)  # fmt: skip
_ATTACHED = '{}: is "arn:aws:iam::aws:policy/{}", expected a policy with the actions that are needed'
_OPEN_ROLE = "{}: lets any AWS principal take on the role; expected named ones, or a condition on them"

_UNBOUNDED = "{}: is not set, expected the ARN of the policy that says what the role may do at most"
_FOR_ANYBODY = (
    'assumeRolePolicy.Statement[0].Principal.Service{}: lets "{}.amazonaws.com" act for any account, expected a '
    "condition on aws:SourceAccount or aws:SourceArn"
)
USER: Final = "aws:iam/user:User"
BOUNDED: Final = ((ROLE, {"assumeRolePolicy": document(LAMBDA), "tags": TAGS}), (USER, {"tags": TAGS}))


def trusts(*services: str, **condition: Any) -> dict[str, Any]:
    """A statement that lets services take a role on."""
    named = [f"{service}.amazonaws.com" for service in services]
    principal = {"Service": named[0] if len(named) == 1 else named}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {**statement, "Condition": condition} if condition else statement


CASES: Final[tuple[Case, ...]] = (
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
         _ATTACHED.format("managedPolicyArns[0]", "AdministratorAccess")),
    case("refuse-admin-policies", "pass", "another managed policy", ATTACHMENT,
         {"policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}),
    *(case("refuse-admin-policies", "fail", f"as a side resource, {token}", token,
           {"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"},
           _ATTACHED.format("policyArn", "AdministratorAccess")) for token in ATTACHMENTS),
    *(case("refuse-admin-policies", "fail", name, ATTACHMENT, {"policyArn": f"arn:aws:iam::aws:policy/{name}"},
           _ATTACHED.format("policyArn", name))
      for name in ("IAMFullAccess", "PowerUserAccess", "AdministratorAccess-Amplify")),
    case("refuse-admin-policies", "pass", "names that only begin or end alike", ROLE,
         {**ROLE_PROPS, "managedPolicyArns": ["arn:aws:iam::333333333333:policy/NoAdministratorAccess",
                                              "arn:aws:iam::aws:policy/AdministratorAccessNot"]}),
    *(case("refuse-admin-policies", "fail", f"in a list of its own, {token}", token,
           {"policyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/IAMFullAccess"]},
           _ATTACHED.format("policyArns[1]", "IAMFullAccess")) for token in ATTACHMENT_LISTS),
    case("refuse-admin-policies", "unknown", "a list; a known one is found", ATTACHMENT_LISTS[0],
         {"policyArns": [UNKNOWN, "arn:aws:iam::aws:policy/PowerUserAccess"]},
         _ATTACHED.format("policyArns[1]", "PowerUserAccess")),
    *(case("refuse-admin-policies", "fail", f"everything in other words: {words}", ROLE_POLICY,
           {"policy": document({"Effect": "Allow", **words})}, _ADMIN.format("policy.Statement[0]")) for words in (
        {"Action": "**", "Resource": "*"},
        {"Action": ["s3:GetObject", "*:*"], "Resource": "*"},
        {"Action": "?*", "Resource": "**"},
        {"Action": "*", "Resource": "arn:*"},
        {"Action": "*", "Resource": ["arn:aws:s3:::b", "arn:aws:*"]},
        {"Action": "*", "NotResource": "arn:aws:s3:::b/*"},
        {"Action": "*", "NotResource": "arn:aws:iam::*:*"},
        {"NotAction": ["iam:*", "organizations:*"], "Resource": "*"},
        {"NotAction": "s3:*", "NotResource": "arn:aws:s3:::b"},
        {"Action": "*", "Resource": "*", "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-central-1"}}},
    )),
    *(case("refuse-admin-policies", "fail", f"what leads to everything: {words}", ROLE_POLICY,
           {"policy": document({"Effect": "Allow", **words})}, _LEADS.format(action, kind))
      for action, kind, words in (
        ("iam:AttachRolePolicy", "role", {"Action": "iam:*", "Resource": "*"}),
        ("iam:AttachRolePolicy", "role", {"Action": "IAM:Attach*", "Resource": "arn:aws:iam::333333333333:role/*"}),
        ("iam:PutRolePolicy", "role", {"Action": "iam:PutRolePolicy", "Resource": "arn:aws-cn:iam::*:role/*"}),
        ("iam:PutRolePolicy", "role",
         {"Action": "iam:Put*", "Resource": "arn:aws:iam::${aws:PrincipalAccount}:role/?*"}),
        ("iam:AttachRolePolicy", "role", {"Action": "*", "Resource": "arn:aws:iam::*:*"}),
        ("iam:AttachRolePolicy", "role", {"Action": ["a*", "i*", "s*"], "Resource": "*"}),
        ("iam:AttachRolePolicy", "role", {"NotAction": "s3:*", "Resource": "arn:aws:iam::*:role/*"}),
        ("iam:UpdateAssumeRolePolicy", "role", {"Action": "iam:Update*", "NotResource": "arn:aws:iam::*:user/*"}),
        ("iam:AttachUserPolicy", "user", {"Action": "iam:Attach*", "Resource": "arn:aws:iam::*:user/*"}),
        ("iam:PutGroupPolicy", "group", {"Action": "iam:PutGroupPolicy", "Resource": "*"}),
        ("iam:CreatePolicyVersion", "policy", {"Action": "iam:CreatePolicy*", "Resource": "*"}),
        ("iam:PutRolePolicy", "role", {"Action": "iam:PutRolePolicy", "Resource": "*",
                                       "Condition": {"StringLike": {"iam:PermissionsBoundary": "*"}}}),
    )),
    *(case("refuse-admin-policies", "pass", f"no more than named: {words}", ROLE_POLICY,
           {"policy": document({"Effect": "Allow", **words})}) for words in (
        {"Action": "iam:PutRolePolicy", "Resource": "arn:aws:iam::333333333333:role/app-*"},
        {"Action": "iam:PutRolePolicy", "Resource": "arn:aws:iam::*:user/*"},
        {"Action": "iam:PutRolePolicy", "NotResource": "arn:aws:iam::*:role/*"},
        {"Action": ["iam:Get*", "iam:List*", "iam:PassRole"], "Resource": "*"},
        {"Action": "s3:[Get]*", "Resource": "*"},
        {"Action": ["s3:*", "kms:*"], "Resource": "*"},
        {"NotAction": "s3:*", "Resource": "arn:aws:s3:::b/*"},
        {"Action": "iam:*Role*", "Resource": "*", "Condition": {
            "StringEquals": {"iam:PermissionsBoundary": "arn:aws:iam::333333333333:policy/boundary"}}},
    )),
    case("refuse-admin-policies", "unknown", "parts of statements", ROLE_POLICY,
         {"policy": {"Statement": [
             {"Effect": UNKNOWN, "Action": "*", "Resource": "*"},
             {"Effect": "Allow", "Action": UNKNOWN, "Resource": "*"},
             {"Effect": "Allow", "Action": "*", "Resource": UNKNOWN},
             {"Effect": "Allow", "NotAction": UNKNOWN, "Resource": "*"},
             {"Effect": "Allow", "Action": "*", "NotResource": UNKNOWN},
             {"Effect": "Allow", "Action": "iam:*", "Resource": "*", "Condition": UNKNOWN},
             {"Effect": "Allow", "Action": [UNKNOWN, "iam:*"], "Resource": [UNKNOWN, "*"]}]}},
         _LEADS.replace("[0]", "[6]").format("iam:AttachRolePolicy", "role")),
    case("refuse-admin-policies", "unknown", "document", ROLE_POLICY, {"policy": UNKNOWN}),
    case("refuse-admin-policies", "unknown", "first document unknown, second judged", ROLE,
         {**ROLE_PROPS, "inlinePolicies": [{"policy": UNKNOWN}, {"policy": document(EVERYTHING)}]},
         _ADMIN.format("inlinePolicies[1].policy.Statement[0]")),
    case("refuse-admin-policies", "unknown", "attached policy", ATTACHMENT, {"policyArn": UNKNOWN}),

    case("restrict-role-trust", "pass", "a service", ROLE, ROLE_PROPS),
    case("restrict-role-trust", "pass", "anybody of the organisation", ROLE,
         {**ROLE_PROPS,
          "assumeRolePolicy": document(wildcard(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}))}),
    case("restrict-role-trust", "fail", "anybody with a role of that name", ROLE,
         {**ROLE_PROPS, "assumeRolePolicy": document(
             wildcard(Condition={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/ci"}}))},
         _OPEN_ROLE.format("assumeRolePolicy.Statement[0].Principal.AWS")),
    case("restrict-role-trust", "fail", "anybody", ROLE, {**ROLE_PROPS, "assumeRolePolicy": document(wildcard())},
         _OPEN_ROLE.format("assumeRolePolicy.Statement[0].Principal.AWS")),
    case("restrict-role-trust", "unknown", "document", ROLE, {**ROLE_PROPS, "assumeRolePolicy": UNKNOWN}),

    *(case("require-permission-boundaries", "pass", token, token, {**props, "permissionsBoundary": BOUNDARY})
      for token, props in BOUNDED),
    *(case("require-permission-boundaries", "fail", f"none, {token}", token, props,
           _UNBOUNDED.format("permissionsBoundary")) for token, props in BOUNDED),
    case("require-permission-boundaries", "fail", "an empty one", ROLE, {**ROLE_PROPS, "permissionsBoundary": ""},
         _UNBOUNDED.format("permissionsBoundary")),
    case("require-permission-boundaries", "unknown", "the policy is not made yet", ROLE,
         {**ROLE_PROPS, "permissionsBoundary": UNKNOWN}),

    *(case("limit-services-to-account", "pass", what, ROLE, {**ROLE_PROPS, "assumeRolePolicy": document(statement)})
      for what, statement in (
        ("our account", trusts("ecs-tasks", StringEquals={"aws:SourceAccount": "333333333333"})),
        ("our resources", trusts("scheduler", ArnLike={"aws:SourceArn": "arn:aws:scheduler:*:333333333333:*"})),
        ("a service that names no source", trusts("ec2")),
        ("two that name no source", trusts("s3", "lambda")),
        ("one that only looks alike", trusts("edgelambda")),
        ("denied", {**trusts("ecs-tasks"), "Effect": "Deny"}),
    )),
    *(case("limit-services-to-account", "fail", what, ROLE, {**ROLE_PROPS, "assumeRolePolicy": document(statement)},
           _FOR_ANYBODY.format(where, service))
      for what, statement, where, service in (
        ("no condition", trusts("vpc-flow-logs"), "", "vpc-flow-logs"),
        ("of a region", trusts("logs.eu-central-1"), "", "logs.eu-central-1"),
        ("one among others", trusts("ec2", "monitoring.rds"), "[1]", "monitoring.rds"),
        ("a condition on something else", trusts("states", StringEquals={"aws:RequestedRegion": "eu-central-1"}), "",
         "states"),
        ("any account's resources", trusts("config", ArnLike={"aws:SourceArn": "arn:aws:config:*:*:*"}), "", "config"),
        ("where the key is there", trusts("ssm", StringEqualsIfExists={"aws:SourceAccount": "333333333333"}), "",
         "ssm"),
    )),
    case("limit-services-to-account", "unknown", "document", ROLE, {**ROLE_PROPS, "assumeRolePolicy": UNKNOWN}),
    case("limit-services-to-account", "unknown", "parts of statements", ROLE,
         {**ROLE_PROPS, "assumeRolePolicy": {"Statement": [
             {**trusts("states"), "Condition": UNKNOWN},
             {**trusts("states"), "Effect": UNKNOWN},
             {**trusts("states"), "Principal": UNKNOWN},
             {**trusts("states"), "Principal": {"Service": [UNKNOWN, "ec2.amazonaws.com"]}}]}}),
)  # fmt: skip
