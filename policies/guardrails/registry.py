"""All rules, found by resource type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from guardrails.declare import DeclarationError, ResourceRule, Rule, StackRule
from guardrails.rules import (
    alarms,
    azure_network,
    buckets,
    caches,
    certificates,
    containers,
    database_access,
    databases,
    dns,
    file_systems,
    firewalls,
    functions,
    hosts,
    iam,
    key_policies,
    kms,
    load_balancers,
    logs,
    network_acl,
    placement,
    quotas,
    roles,
    security_groups,
    tags,
    topics,
    vpc,
    vpn,
)

_MODULES = (
    kms,
    key_policies,
    logs,
    buckets,
    file_systems,
    caches,
    databases,
    database_access,
    topics,
    containers,
    hosts,
    functions,
    alarms,
    vpc,
    vpn,
    security_groups,
    network_acl,
    load_balancers,
    firewalls,
    iam,
    roles,
    certificates,
    dns,
    azure_network,
    placement,
    quotas,
    tags,
)


def all_rules() -> tuple[Rule, ...]:
    """Every rule of the pack, in the order of its modules."""
    return tuple(rule for module in _MODULES for rule in module.RULES)


class Registry:
    """Rules by resource type, so that a resource meets only those that concern it."""

    rules: Mapping[str, Rule]
    stack_rules: tuple[StackRule, ...]

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Index the rules; raises DeclarationError where an id is there twice or a rule could never run."""
        by_id: dict[str, Rule] = {}
        self._by_type: dict[str, list[ResourceRule]] = {}
        self._by_prefix: list[tuple[str, ResourceRule]] = []
        self._met: dict[str, tuple[ResourceRule, ...]] = {}
        for rule in rules:
            if rule.id in by_id:
                raise DeclarationError(f"rule id {rule.id} is there twice")
            by_id[rule.id] = rule
            if isinstance(rule, ResourceRule):
                self._index(rule)
        self.rules = by_id
        self.stack_rules = tuple(rule for rule in by_id.values() if isinstance(rule, StackRule))

    def for_type(self, token: str) -> tuple[ResourceRule, ...]:
        """The rules over resources of this canonical type."""
        if token not in self._met:
            prefixed = [rule for prefix, rule in self._by_prefix if token.startswith(prefix)]
            self._met[token] = (*self._by_type.get(token, ()), *prefixed)
        return self._met[token]

    def _index(self, rule: ResourceRule) -> None:
        if not rule.types:
            raise DeclarationError(f"rule {rule.id} names no resource type")
        for token in rule.types:
            if token.endswith("*"):
                self._by_prefix.append((token[:-1], rule))
            else:
                self._by_type.setdefault(token, []).append(rule)
