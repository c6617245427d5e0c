"""Access in AWS: what roles may do, and who may take them on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity, found
from guardrails.iam import Statement, covers, open_principals, statements
from guardrails.model import Resource
from guardrails.values import Node, any_of, negated

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
ATTACHMENT_LISTS: Final = (
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive",
    "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive",
)

# AWS's own policies that allow everything, or what gives everything: all but IAM, IAM alone, most services at once.
_ADMINISTRATOR: Final = re.compile(
    r".*:policy/(?:.+/)?"
    r"(?:AdministratorAccess(?:-Amplify|-AWSElasticBeanstalk)?|IAMFullAccess|PowerUserAccess)"
)

# Actions of services that have nothing in common: a pattern that fits all of them fits everything.
_ANY_ACTIONS: Final = ("ec2:runinstances", "iam:putrolepolicy", "kms:decrypt", "s3:getobject")

# By which actions on what its holder gives itself every other right.
_GRANTING: Final[Mapping[str, tuple[str, ...]]] = {
    "role": ("iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"),
    "user": ("iam:AttachUserPolicy", "iam:PutUserPolicy"),
    "group": ("iam:AttachGroupPolicy", "iam:PutGroupPolicy"),
    "policy": ("iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"),
}

_NOBODY: Final = "=@="  # a name that no pattern fits but one that fits all
_ANY_RESOURCE: Final = f"arn:aws:s3:::{_NOBODY}"
_OWN_ACCOUNT: Final = re.compile(r"\$\{aws:(?:Principal|Resource)Account\}")
_PARTITION: Final = re.compile(r"arn:(aws[a-z-]*):")
_ACCOUNT: Final = re.compile(r":(\d{12}):")


def _grants_not_everything(resource: Resource, _: Scope) -> Iterator[Finding]:
    for document in _documents(resource):
        for statement in statements(document):
            problem = _excess(statement)
            if problem is not None:
                yield found(statement.node, problem)
    for arn in _attached(resource):
        if _ADMINISTRATOR.fullmatch(arn.text() or ""):
            yield found(arn, f"is {arn.shown()}, expected a policy with the actions that are needed")


def _documents(resource: Resource) -> Iterator[Node]:
    if resource.type == ROLE:
        for inline in resource.read("inlinePolicies").items():
            yield inline.at("policy")
    elif resource.type not in {*ATTACHMENTS, *ATTACHMENT_LISTS}:
        yield resource.read("policy")


def _attached(resource: Resource) -> Iterator[Node]:
    if resource.type == ROLE:
        yield from resource.read("managedPolicyArns").items()
    elif resource.type in ATTACHMENT_LISTS:
        yield from resource.read("policyArns").items()
    elif resource.type in ATTACHMENTS:
        yield resource.read("policyArn")


def _excess(statement: Statement) -> str | None:
    """What a statement allows too much of; None where that is nothing, or not known yet."""
    if statement.allows is not True:
        return None
    if _names_every_action(statement) and _names_every_resource(statement):
        return "allows every action on every resource, expected the ones that are needed"
    # Who may only make what carries a boundary gives away no more than the boundary holds.
    if statement.is_tied({"iam:permissionsboundary": _is_boundary}) is not False:
        return None
    for kind, actions in _GRANTING.items():
        if _reaches_every(statement, kind):
            for action in actions:
                if statement.covers(action):
                    return f"allows {action} on every {kind}, which gives its holder every other right; expected names"
    return None


def _is_boundary(value: str, _: bool) -> bool:  # noqa: FBT001  the form of guardrails.iam.Names
    return not covers(value, f"arn:aws:iam::000000000000:policy/{_NOBODY}")


def _names_every_action(statement: Statement) -> bool:
    # All actions but a few are as good as all: among the rest is always one that leads on.
    excluded = statement.node.at("NotAction")
    if not excluded.is_absent:
        return not excluded.is_unknown
    patterns = [action.text() for action in statement.node.at("Action").one_or_many()]
    return any(
        pattern is not None and all(covers(pattern.lower(), one) for one in _ANY_ACTIONS) for pattern in patterns
    )


def _names_every_resource(statement: Statement) -> bool:
    excluded = statement.node.at("NotResource")
    if not excluded.is_absent:
        return not excluded.is_unknown
    patterns = [resource.text() for resource in statement.resources()]
    return any(pattern is not None and covers(pattern, _ANY_RESOURCE) for pattern in patterns)


def _reaches_every(statement: Statement, kind: str) -> bool | None:
    """Whether it is about all IAM resources of a kind, in all accounts or in one."""
    excluded = statement.node.at("NotResource")
    patterns = statement.resources() if excluded.is_absent else excluded.one_or_many()
    fits = any_of(_fits_every(pattern, kind) for pattern in patterns)
    return fits if excluded.is_absent else negated(fits)


def _fits_every(pattern: Node, kind: str) -> bool | None:
    text = pattern.text()
    if text is None:
        return None
    text = _OWN_ACCOUNT.sub("*", text)
    partition, account = _PARTITION.match(text), _ACCOUNT.search(text)
    example = f"arn:{partition[1] if partition else 'aws'}:iam::{account[1] if account else '0' * 12}:{kind}/{_NOBODY}"
    return covers(text, example)


REFUSE_ADMIN = ResourceRule(
    id="refuse-admin-policies",
    title="No policy allows everything, or what leads to everything",
    types=(ROLE, ROLE_POLICY, POLICY, USER_POLICY, GROUP_POLICY, *ATTACHMENTS, *ATTACHMENT_LISTS),
    severity=Severity.CRITICAL,
    enforcement=Enforcement.ALWAYS,
    why="Whoever takes over one workload with such a policy owns the account.",
    mend="List the actions and resources that the code calls. Who must make roles gets a permissions boundary to put "
    "on them, and a condition that asks for it.",
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
