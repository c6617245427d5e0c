"""Access in AWS: what roles may do, and who may take them on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity, found
from guardrails.iam import Statement, open_principals, statements
from guardrails.model import Resource
from guardrails.values import Node

ROLE: Final = "aws:iam/role:Role"
ROLE_POLICY: Final = "aws:iam/rolePolicy:RolePolicy"
POLICY: Final = "aws:iam/policy:Policy"
USER_POLICY: Final = "aws:iam/userPolicy:UserPolicy"
GROUP_POLICY: Final = "aws:iam/groupPolicy:GroupPolicy"
ATTACHMENTS: Final = (
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
    "aws:iam/policyAttachment:PolicyAttachment",
)

_ADMINISTRATOR: Final = ":policy/AdministratorAccess"


def _grants_not_everything(resource: Resource, _: Scope) -> Iterator[Finding]:
    for document in _documents(resource):
        for statement in statements(document):
            if _gives_everything(statement):
                yield found(statement.node, "allows every action on every resource, expected the ones that are needed")
    for arn in _attached(resource):
        text = arn.text()
        if text is not None and text.endswith(_ADMINISTRATOR):
            yield found(arn, f"is {arn.shown()}, expected a policy with the actions that are needed")


def _documents(resource: Resource) -> Iterator[Node]:
    if resource.type == ROLE:
        for inline in resource.read("inlinePolicies").items():
            yield inline.at("policy")
    elif resource.type not in ATTACHMENTS:
        yield resource.read("policy")


def _attached(resource: Resource) -> Iterator[Node]:
    if resource.type == ROLE:
        yield from resource.read("managedPolicyArns").items()
    elif resource.type in ATTACHMENTS:
        yield resource.read("policyArn")


def _gives_everything(statement: Statement) -> bool:
    if statement.allows is not True or not any(resource.text() == "*" for resource in statement.resources()):
        return False
    # All actions but a few are as good as all: whoever may change IAM takes the rest.
    return not statement.node.at("NotAction").is_absent or any(
        action.text() in {"*", "*:*"} for action in statement.actions()
    )


REFUSE_ADMIN = ResourceRule(
    id="refuse-admin-policies",
    title="No policy allows everything",
    types=(ROLE, ROLE_POLICY, POLICY, USER_POLICY, GROUP_POLICY, *ATTACHMENTS),
    severity=Severity.CRITICAL,
    enforcement=Enforcement.ALWAYS,
    why="Whoever takes over one workload with such a policy owns the account.",
    mend="List the actions and resources that the code calls.",
    example="""
{"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": f"{log_group_arn}:*"}
""",
    check=_grants_not_everything,
)


def _trusts_someone(role: Resource, _: Scope) -> Iterator[Finding]:
    for principal in open_principals(role.read("assumeRolePolicy")):
        yield found(principal, "lets any AWS principal take on the role; expected named ones, or a condition on them")


RESTRICT_TRUST = ResourceRule(
    id="restrict-role-trust",
    title="Roles trust named principals",
    types=(ROLE,),
    severity=Severity.CRITICAL,
    enforcement=Enforcement.ALWAYS,
    why="With a wildcard, anybody with an AWS account may become this role.",
    mend="Name the service or account, and for a service the account that it acts for.",
    example="""
{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
 "Condition": {"StringEquals": {"aws:SourceAccount": account_id}}}
""",
    check=_trusts_someone,
)

RULES: Final = (REFUSE_ADMIN, RESTRICT_TRUST)
