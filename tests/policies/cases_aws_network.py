"""Cases: networks of AWS."""

from __future__ import annotations

from typing import Any, Final

from tests.policies.cases import Case, case
from tests.policies.harness import TAGS, UNKNOWN

FLOW_LOG: Final = "aws:ec2/flowLog:FlowLog"
DEFAULT_GROUP: Final = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
SUBNET: Final = "aws:ec2/subnet:Subnet"
DEFAULT_SUBNET: Final = "aws:ec2/defaultSubnet:DefaultSubnet"
INGRESS: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
LEGACY: Final = "aws:ec2/securityGroupRule:SecurityGroupRule"
INSTANCES: Final = (
    "aws:ec2/instance:Instance",
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
    "aws:ec2/launchConfiguration:LaunchConfiguration",
)
LAUNCH_TEMPLATE: Final = "aws:ec2/launchTemplate:LaunchTemplate"
_DISK: Final = {"encrypted": True, "kmsKeyId": "arn:aws:kms:eu-central-1:333333333333:key/k"}
_TOKENS: Final = {"metadataOptions": {"httpTokens": "required"}, "tags": TAGS}
# What the other rules want of each type of host.
HARDENED: Final[dict[str, dict[str, Any]]] = {
    **{token: {**_TOKENS, "rootBlockDevice": _DISK, "monitoring": True} for token in INSTANCES[:2]},
    INSTANCES[2]: _TOKENS,
    LAUNCH_TEMPLATE: {**_TOKENS, "blockDeviceMappings": [{"ebs": _DISK}], "monitoring": {"enabled": True}},
}
ECS_SERVICE: Final = "aws:ecs/service:Service"
ROLLBACK: Final = {"enable": True, "rollback": True, "alarmNames": ["errors"]}
ACL: Final = "aws:ec2/networkAcl:NetworkAcl"
DEFAULT_ACL: Final = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
ACL_RULE: Final = "aws:ec2/networkAclRule:NetworkAclRule"

_OPEN = '{}: is "{}": anybody may connect; expected named ranges, groups or prefix lists'
_ALL = '{}: is "{}" for every protocol, expected named protocols and ports'
_WIDE = '{}: is "{}" for the wide range {}, expected the ports of a service'
_PUBLIC = "{}: is {}, expected false"
_ADMIN = '{}: is "{}" for ports of remote administration ({})'


def acl(*ingress: Any) -> dict[str, Any]:
    return {"vpcId": "vpc-1", "ingress": list(ingress), "tags": TAGS}


def entry(first: Any, last: Any, source: str = "0.0.0.0/0", **more: Any) -> dict[str, Any]:
    base = {"protocol": "tcp", "ruleNo": 100, "action": "allow", "fromPort": first, "toPort": last, "cidrBlock": source}
    return {**base, **more}


CASES: Final[tuple[Case, ...]] = (
    case("log-all-traffic", "pass", "all", FLOW_LOG, {"vpcId": "vpc-1", "trafficType": "ALL", "tags": TAGS}),
    case("log-all-traffic", "pass", "transit gateways have no type", FLOW_LOG, {"transitGatewayId": "t", "tags": TAGS}),
    case("log-all-traffic", "pass", "nor have their attachments", FLOW_LOG,
         {"transitGatewayAttachmentId": "t", "tags": TAGS}),
    case("log-all-traffic", "fail", "rejected only", FLOW_LOG, {"vpcId": "v", "trafficType": "REJECT", "tags": TAGS},
         'trafficType: is "REJECT", expected "ALL"'),
    case("log-all-traffic", "fail", "left out", FLOW_LOG, {"vpcId": "vpc-1", "tags": TAGS},
         'trafficType: is not set, expected "ALL"'),
    case("log-all-traffic", "unknown", "type", FLOW_LOG, {"vpcId": "vpc-1", "trafficType": UNKNOWN, "tags": TAGS}),

    case("strip-default-security-group", "pass", "empty", DEFAULT_GROUP, {"vpcId": "v", "ingress": [], "tags": TAGS}),
    case("strip-default-security-group", "fail", "rules both ways", DEFAULT_GROUP,
         {"ingress": [{"self": True}], "egress": [{"cidrBlocks": ["0.0.0.0/0"]}], "tags": TAGS},
         "ingress[0]: opens the default security group, expected no rule",
         "egress[0]: opens the default security group, expected no rule"),
    case("strip-default-security-group", "unknown", "rules", DEFAULT_GROUP,
         {"ingress": UNKNOWN, "egress": [UNKNOWN], "tags": TAGS}),

    case("refuse-public-ip-on-launch", "pass", "left out", SUBNET, {"vpcId": "vpc-1", "tags": TAGS}),
    case("refuse-public-ip-on-launch", "pass", "off in a default subnet", DEFAULT_SUBNET,
         {"mapPublicIpOnLaunch": False, "tags": TAGS}),
    case("refuse-public-ip-on-launch", "fail", "on", SUBNET, {"mapPublicIpOnLaunch": True, "tags": TAGS},
         "mapPublicIpOnLaunch: is true, expected false"),
    case("refuse-public-ip-on-launch", "fail", "AWS's default in a default subnet", DEFAULT_SUBNET, {"tags": TAGS},
         "mapPublicIpOnLaunch: is not set, expected false"),
    *(case("refuse-public-ip-on-launch", "pass", f"as its subnet says, {token}", token, HARDENED[token])
      for token in (*INSTANCES, LAUNCH_TEMPLATE)),
    case("refuse-public-ip-on-launch", "pass", "tasks without", ECS_SERVICE, {"alarms": ROLLBACK, "tags": TAGS}),
    *(case("refuse-public-ip-on-launch", "fail", f"an address of its own, {token}", token,
           {"associatePublicIpAddress": True, **HARDENED[token]}, _PUBLIC.format("associatePublicIpAddress", "true"))
      for token in INSTANCES),
    case("refuse-public-ip-on-launch", "fail", "a template's text", LAUNCH_TEMPLATE,
         {"networkInterfaces": [{"associatePublicIpAddress": "false"}, {"associatePublicIpAddress": "true"}],
          **HARDENED[LAUNCH_TEMPLATE]}, _PUBLIC.format("networkInterfaces[1].associatePublicIpAddress", '"true"')),
    case("refuse-public-ip-on-launch", "fail", "tasks", ECS_SERVICE,
         {"networkConfiguration": {"assignPublicIp": True}, "alarms": ROLLBACK, "tags": TAGS},
         _PUBLIC.format("networkConfiguration.assignPublicIp", "true")),
    case("refuse-public-ip-on-launch", "unknown", "of an instance", INSTANCES[0],
         {"associatePublicIpAddress": UNKNOWN, **HARDENED[INSTANCES[0]]}),
    case("refuse-public-ip-on-launch", "unknown", "interfaces", LAUNCH_TEMPLATE,
         {"networkInterfaces": UNKNOWN, **HARDENED[LAUNCH_TEMPLATE]}),
    case("refuse-public-ip-on-launch", "unknown", "switch", SUBNET, {"mapPublicIpOnLaunch": UNKNOWN, "tags": TAGS}),

    case("refuse-open-ingress", "pass", "a group", INGRESS, {"referencedSecurityGroupId": "sg-1", "tags": TAGS}),
    case("refuse-open-ingress", "pass", "a private range", INGRESS, {"cidrIpv4": "10.0.0.0/8", "tags": TAGS}),
    case("refuse-open-ingress", "fail", "anywhere, old and new addresses", INGRESS,
         {"cidrIpv4": "0.0.0.0/0", "cidrIpv6": "::/0", "tags": TAGS},
         _OPEN.format("cidrIpv4", "0.0.0.0/0"), _OPEN.format("cidrIpv6", "::/0")),
    case("refuse-open-ingress", "fail", "half of everywhere", INGRESS, {"cidrIpv4": "128.0.0.0/1", "tags": TAGS},
         _OPEN.format("cidrIpv4", "128.0.0.0/1")),
    case("refuse-open-ingress", "fail", "a whole cloud", INGRESS,
         {"cidrIpv4": "3.0.0.0/8", "ipProtocol": "-1", "tags": TAGS}, _OPEN.format("cidrIpv4", "3.0.0.0/8")),
    case("refuse-open-ingress", "pass", "an edge network that the settings name", INGRESS,
         {"cidrIpv4": "104.16.0.0/13", "cidrIpv6": "2a06:98c0::/29", "tags": TAGS}),
    case("refuse-open-ingress", "unknown", "range", INGRESS, {"cidrIpv4": UNKNOWN, "tags": TAGS}),
    case("refuse-open-ingress", "pass", "inline, named", GROUP,
         {"ingress": [{"cidrBlocks": ["10.0.0.0/16"]}], "egress": [{"cidrBlocks": ["0.0.0.0/0"]}], "tags": TAGS}),
    case("refuse-open-ingress", "fail", "inline", GROUP,
         {"ingress": [{"cidrBlocks": ["10.0.0.0/16", "0.0.0.0/0"]}, {"ipv6CidrBlocks": ["::/0"]}], "tags": TAGS},
         _OPEN.format("ingress[0].cidrBlocks[1]", "0.0.0.0/0"), _OPEN.format("ingress[1].ipv6CidrBlocks[0]", "::/0")),
    case("refuse-open-ingress", "unknown", "inline: one unknown hides no other", GROUP,
         {"ingress": [UNKNOWN, {"cidrBlocks": [UNKNOWN, "0.0.0.0/0"]}], "tags": TAGS},
         _OPEN.format("ingress[1].cidrBlocks[1]", "0.0.0.0/0")),
    case("refuse-open-ingress", "pass", "outgoing", LEGACY, {"type": "egress", "cidrBlocks": ["0.0.0.0/0"]}),
    case("refuse-open-ingress", "fail", "older form", LEGACY,
         {"type": "ingress", "cidrBlocks": ["0.0.0.0/0"], "ipv6CidrBlocks": ["::/0"]},
         _OPEN.format("cidrBlocks[0]", "0.0.0.0/0"), _OPEN.format("ipv6CidrBlocks[0]", "::/0")),
    case("refuse-open-ingress", "unknown", "older form, direction", LEGACY,
         {"type": UNKNOWN, "cidrBlocks": ["0.0.0.0/0"]}),

    case("refuse-allow-all-network-acl", "pass", "all protocols of one range", ACL,
         acl(entry(0, 0, "10.0.0.0/16", protocol="-1"), entry(0, 0, protocol="-1", action="deny"))),
    case("refuse-allow-all-network-acl", "fail", "everything", ACL, acl(entry(0, 0, protocol="-1")),
         _ALL.format("ingress[0].cidrBlock", "0.0.0.0/0")),
    case("refuse-allow-all-network-acl", "fail", "everything in the default one", DEFAULT_ACL,
         {"ingress": [{"protocol": "all", "action": "Allow", "ipv6CidrBlock": "::/0"}], "tags": TAGS},
         _ALL.format("ingress[0].ipv6CidrBlock", "::/0")),
    case("refuse-allow-all-network-acl", "fail", "as a side resource", ACL_RULE,
         {"protocol": "-1", "ruleAction": "allow", "cidrBlock": "0.0.0.0/0", "ruleNumber": 1},
         _ALL.format("cidrBlock", "0.0.0.0/0")),
    case("refuse-allow-all-network-acl", "pass", "outgoing side resource", ACL_RULE,
         {"protocol": "-1", "ruleAction": "allow", "cidrBlock": "0.0.0.0/0", "egress": True}),
    case("refuse-allow-all-network-acl", "unknown", "entries, protocol, action, range", ACL,
         acl(UNKNOWN, entry(0, 0, protocol=UNKNOWN), entry(0, 0, protocol="-1", action=UNKNOWN),
             entry(0, 0, UNKNOWN, protocol="-1"))),
    case("refuse-allow-all-network-acl", "unknown", "direction of a side resource", ACL_RULE,
         {"protocol": "-1", "ruleAction": "allow", "cidrBlock": "0.0.0.0/0", "egress": UNKNOWN}),

    case("guard-admin-ports", "pass", "web and the return path", ACL, acl(entry(443, 443), entry(1024, 65535))),
    case("guard-admin-ports", "pass", "denied", ACL, acl(entry(22, 22, action="deny"))),
    case("guard-admin-ports", "pass", "another protocol", ACL, acl(entry(22, 22, protocol="udp"))),
    case("guard-admin-ports", "fail", "SSH, and a range around RDP", ACL, acl(entry(22, 22), entry(3000, 6000)),
         _ADMIN.format("ingress[0].cidrBlock", "0.0.0.0/0", "22"),
         _ADMIN.format("ingress[1].cidrBlock", "0.0.0.0/0", "3389, 5985, 5986")),
    case("guard-admin-ports", "fail", "in the default one, where no ports are given", DEFAULT_ACL,
         {"ingress": [{"protocol": "TCP", "action": "allow", "ipv6CidrBlock": "::/0"}], "tags": TAGS},
         '{}: is "{}" for ports of remote administration ({})'.format(
             "ingress[0].ipv6CidrBlock", "::/0", "22, 3389, 5985, 5986")),
    case("guard-admin-ports", "pass", "wide from 1024 up is a return path, over UDP too", ACL,
         acl(entry(32768, 60999), entry(1024, 65535, protocol="17"))),
    case("guard-admin-ports", "pass", "wide, but from named ranges", ACL, acl(entry(0, 65535, "10.0.0.0/8"))),
    case("guard-admin-ports", "pass", "names and time over UDP", ACL,
         acl(entry(53, 53, protocol="udp"), entry(123, 123, protocol="udp"))),
    case("guard-admin-ports", "pass", "no ports", ACL, acl(entry(3, 4, protocol="icmp"))),
    case("guard-admin-ports", "fail", "every port over UDP", ACL,
         acl(entry(0, 65535, protocol="udp"), entry(3389, 3389, protocol="17")),
         _ADMIN.format("ingress[0].cidrBlock", "0.0.0.0/0", "3389"),
         _ADMIN.format("ingress[1].cidrBlock", "0.0.0.0/0", "3389")),
    case("guard-admin-ports", "fail", "wide from below 1024, around the ports of administration", ACL,
         acl(entry(23, 3388), entry(0, 3388, protocol="udp"), entry(1023, 65535)),
         _WIDE.format("ingress[0].cidrBlock", "0.0.0.0/0", "23-3388"),
         _WIDE.format("ingress[1].cidrBlock", "0.0.0.0/0", "0-3388"),
         _ADMIN.format("ingress[2].cidrBlock", "0.0.0.0/0", "3389, 5985, 5986")),
    case("guard-admin-ports", "fail", "a whole cloud", ACL, acl(entry(22, 22, "3.0.0.0/8")),
         _ADMIN.format("ingress[0].cidrBlock", "3.0.0.0/8", "22")),
    case("guard-admin-ports", "unknown", "protocol", ACL, acl(entry(22, 22, protocol=UNKNOWN))),
    case("guard-admin-ports", "fail", "every port", ACL_RULE,
         {"protocol": "6", "ruleAction": "allow", "cidrBlock": "0.0.0.0/0", "fromPort": 0, "toPort": 65535},
         _ADMIN.format("cidrBlock", "0.0.0.0/0", "22, 3389, 5985, 5986")),
    case("guard-admin-ports", "unknown", "ports", ACL, acl(entry(UNKNOWN, 22), entry(22, UNKNOWN))),
)  # fmt: skip
