"""Network ACLs in AWS: inline entries, entries as resources, the adopted default ACL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity, found
from guardrails.model import Resource
from guardrails.networks import FIRST_EPHEMERAL, admin_ports_in, is_open, is_return_path
from guardrails.values import Node

ACL: Final = "aws:ec2/networkAcl:NetworkAcl"
DEFAULT_ACL: Final = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
ACL_RULE: Final = "aws:ec2/networkAclRule:NetworkAclRule"

_ALL_PROTOCOLS: Final = frozenset({"-1", "all"})
_WITH_PORTS: Final = {"6": "tcp", "tcp": "tcp", "17": "udp", "udp": "udp"}
_WIDE: Final = 1000  # ports; a service needs a few


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry that lets traffic in from anywhere; source is the place of its address range."""

    node: Node
    source: Node

    @property
    def protocol(self) -> str | None:
        text = self.node.at("protocol").text()
        return None if text is None else text.lower()


def _open_entries(resource: Resource, scope: Scope) -> Iterator[_Entry]:
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
            if is_open(source, scope.settings.wide_ranges):
                yield _Entry(node, source)


def _allows_not_all(resource: Resource, scope: Scope) -> Iterator[Finding]:
    for entry in _open_entries(resource, scope):
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


def _guards_ports(resource: Resource, scope: Scope) -> Iterator[Finding]:
    for entry in _open_entries(resource, scope):
        protocol = _WITH_PORTS.get(entry.protocol or "")
        first, last = entry.node.at("fromPort").number(default=0), entry.node.at("toPort").number(default=65535)
        if protocol is None or first is None or last is None or is_return_path(first, last):
            continue
        shown = entry.source.shown()
        if ports := admin_ports_in(protocol, first, last):
            yield found(entry.source, f"is {shown} for ports of remote administration ({', '.join(map(str, ports))})")
        elif first < FIRST_EPHEMERAL and last - first >= _WIDE:
            yield found(entry.source, f"is {shown} for the wide range {first}-{last}, expected the ports of a service")


GUARD_ADMIN_PORTS = ResourceRule(
    id="guard-admin-ports",
    title="Network ACLs admit neither administration nor wide port ranges from the internet, return paths aside",
    types=(ACL, DEFAULT_ACL, ACL_RULE),
    severity=Severity.HIGH,
    enforcement=Enforcement.ALWAYS,
    why="SSH, RDP and WinRM are tried from all over the world within minutes of being reachable. An ACL keeps no "
    "state, so wide ranges from 1024 up are accepted as the way back of outgoing connections although 3389, 5985 and "
    "5986 lie in them: there the security groups alone stand in the way.",
    mend="Administer through Session Manager, and name the ports of each service. Return paths only need the ephemeral "
    "range.",
    example="""
aws.ec2.NetworkAclIngressArgs(rule_no=110, action="allow", protocol="tcp", cidr_block="0.0.0.0/0",
    from_port=1024, to_port=65535)  # answers to outgoing connections
""",
    check=_guards_ports,
)

RULES: Final = (REFUSE_ALLOW_ALL, GUARD_ADMIN_PORTS)
