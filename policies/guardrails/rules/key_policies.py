"""Key policies of AWS KMS: who gets in, and that the account stays in control."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity, found
from guardrails.iam import Statement, account_of, is_root, open_principals, statements
from guardrails.model import Resource
from guardrails.rules.kms import EXTERNAL, KEY, KEY_POLICY, REPLICA, REPLICA_EXTERNAL
from guardrails.values import all_of, any_of, negated

_WITH_POLICY: Final = (KEY, REPLICA, EXTERNAL, REPLICA_EXTERNAL, KEY_POLICY)

# Who may change the policy can give back every other right, so AWS's own check against a lock-out asks for this action
# (KMS API reference, PutKeyPolicy; developer guide, "Default key policy").
_CONTROL: Final = "kms:PutKeyPolicy"


def _own_accounts(key: Resource) -> frozenset[str] | None:
    """The accounts that the key's provider may work in; None where it doesn't say, or that is not known yet."""
    allowed = key.provider_setting("allowedAccountIds").parsed()
    accounts = [account.text() for account in allowed.items()]
    return frozenset(account for account in accounts if account) if accounts and None not in accounts else None


def _restricts_policy(key: Resource, _: Scope) -> Iterator[Finding]:
    policy = key.read("policy")
    for principal in open_principals(policy):
        yield found(
            principal, "lets any AWS principal use the key; expected a condition on its account or organisation"
        )
    own = _own_accounts(key)
    for statement in statements(policy):
        for principal in statement.principals():
            account = account_of(principal.text() or "")
            foreign = own is not None and account is not None and account not in own
            if foreign and statement.allows and statement.covers(_CONTROL):
                yield found(principal, f"lets the foreign account {account} change the policy ({_CONTROL})")


RESTRICT_POLICY = ResourceRule(
    id="restrict-kms-key-policy",
    title="No key policy lets everybody in, or gives another account control",
    types=_WITH_POLICY,
    severity=Severity.CRITICAL,
    enforcement=Enforcement.ALWAYS,
    why="A wildcard that no condition ties to a named account, organisation or resource gives the key to every AWS "
    "account; who may change the policy may do so too.",
    mend="Name the principals, or tie the statement to your account with a condition such as kms:CallerAccount. Give "
    "another account the use of a key at most.",
    example="""
{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:CallerAccount": account_id}}}
""",
    check=_restricts_policy,
)


def _keeps_root(key: Resource, _: Scope) -> Iterator[Finding]:
    unchecked = key.read("bypassPolicyLockoutSafetyCheck")
    if unchecked.flag(default=False):
        yield found(unchecked, "is true: AWS then takes a policy that locks everybody out; expected false")
    policy, own = key.read("policy"), _own_accounts(key)
    if not policy.is_known:  # without one AWS writes the statement itself
        return
    judged = list(statements(policy))
    if any_of(_lets_root(statement, own) for statement in judged) is False:
        yield found(policy, f"has no unconditional statement that lets the account's root change it ({_CONTROL})")
    for statement in judged:
        if statement.allows is False and _covers_root(statement, own):
            yield found(statement.node, f"denies the whole account the change of the policy ({_CONTROL})")


def _lets_root(statement: Statement, own: frozenset[str] | None) -> bool | None:
    if statement.node.is_unknown:
        return None
    roots = any_of(is_root(principal, own) for principal in statement.principals())
    return all_of((statement.allows, statement.is_unconditional, statement.covers(_CONTROL), roots))


def _covers_root(denial: Statement, own: frozenset[str] | None) -> bool | None:
    """A Deny for the root is one for each principal of the account; a condition may spare some, so it is let pass."""
    if denial.node.at("NotPrincipal").is_absent:
        meant = any_of(any_of((principal.text() == "*", is_root(principal, own))) for principal in denial.principals())
    else:
        meant = negated(any_of(is_root(principal, own) for principal in denial.excluded_principals()))
    return all_of((denial.is_unconditional, denial.covers(_CONTROL), meant))


KEEP_ROOT = ResourceRule(
    id="keep-kms-root-statement",
    title="The account can always manage its keys",
    types=_WITH_POLICY,
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Without the root statement IAM policies have no say, and a mistake in the policy locks everybody out.",
    mend="Give the root of the key's own account its administration (kms:PutKeyPolicy at the least), deny that to "
    "nobody without a condition, and leave AWS's check on.",
    example="""
{"Sid": "AccountAdministration", "Effect": "Allow", "Action": "kms:*", "Resource": "*",
 "Principal": {"AWS": f"arn:aws:iam::{account_id}:root"}}
""",
    check=_keeps_root,
)

RULES: Final = (RESTRICT_POLICY, KEEP_ROOT)
