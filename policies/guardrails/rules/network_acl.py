"""Network ACLs in AWS: inline entries, entries as resources, the adopted default ACL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity, found
from guardrails.model import Resource
from guardrails.networks import admin_ports_in, is_anywhere, is_return_path
from guardrails.values import Node

ACL: Final = "aws:ec2/networkAcl:NetworkAcl"
DEFAULT_ACL: Final = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
ACL_RULE: Final = "aws:ec2/networkAclRule:NetworkAclRule"

_ALL_PROTOCOLS: Final = frozenset({"-1", "all"})
_TCP: Final = frozenset({"6", "tcp"})


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry that lets traffic in from anywhere; source is the place of its address range."""

    node: Node
    source: Node

    @property
    def protocol(self) -> str | None:
        text = self.node.at("protocol").text()
        return None if text is None else text.lower()


def _open_entries(resource: Resource) -> Iterator[_Entry]:
    if resource.type == ACL_RULE:
        if resource.read("egress").flag(default=False) is not False:
            return
        entries, action = [resource.read()], "ruleAction"
    else:
        entries, action = list(resource.read("ingress").items()), "action"
    for node in entries:
        verb = node.at(action).text()
        if verb is None or verb.lower() != "allow":
            continue
        for source in (node.at("cidrBlock"), node.at("ipv6CidrBlock")):
            if is_anywhere(source):
                yield _Entry(node, source)


def _allows_not_all(resource: Resource, _: Scope) -> Iterator[Finding]:
    for entry in _open_entries(resource):
        if entry.protocol in _ALL_PROTOCOLS:
            yield found(
                entry.source, f"is {entry.source.shown()} for every protocol, expected named protocols and ports"
            )


REFUSE_ALLOW_ALL = ResourceRule(
    id="refuse-allow-all-network-acl",
    title="No network ACL lets everything in",
    types=(ACL, DEFAULT_ACL, ACL_RULE),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="Such an entry makes the ACL as good as none; data and cache tiers then hang on their security groups alone.",
    mend="Admit what the tier needs: its own ports from the tiers in front, and the return path of what it calls.",
    example="""
aws.ec2.NetworkAclIngressArgs(rule_no=100, action="allow", protocol="tcp", cidr_block=app_range,
    from_port=5432, to_port=5432)
""",
    check=_allows_not_all,
)


def _guards_admin_ports(resource: Resource, _: Scope) -> Iterator[Finding]:
    for entry in _open_entries(resource):
        if entry.protocol not in _TCP:
            continue
        first, last = entry.node.at("fromPort").number(default=0), entry.node.at("toPort").number(default=65535)
        if first is None or last is None or is_return_path(first, last):
            continue
        ports = admin_ports_in(first, last)
        if ports:
            listed = ", ".join(map(str, ports))
            yield found(entry.source, f"is {entry.source.shown()} for ports of remote administration ({listed})")


GUARD_ADMIN_PORTS = ResourceRule(
    id="guard-admin-ports",
    title="No network ACL admits remote administration from the internet",
    types=(ACL, DEFAULT_ACL, ACL_RULE),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="SSH, RDP and WinRM are tried from all over the world within minutes of being reachable.",
    mend="Administer through Session Manager. Return paths only need the ephemeral range, which is accepted.",
    example="""
aws.ec2.NetworkAclIngressArgs(rule_no=110, action="allow", protocol="tcp", cidr_block="0.0.0.0/0",
    from_port=1024, to_port=65535)  # answers to outgoing connections
""",
    check=_guards_admin_ports,
)

RULES: Final = (REFUSE_ALLOW_ALL, GUARD_ADMIN_PORTS)
