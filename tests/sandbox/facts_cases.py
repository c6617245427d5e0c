"""Inputs of each type in use that a real account takes, and changes to them that it refuses.

REFUSED: token -> (properties that differ from the good inputs, path of the problem, a piece of its message). A value of
None takes the property away.
"""

# ruff: noqa: E501  a case is one line
from typing import Any, Final

from sandbox.values import UNKNOWN

ACCOUNT: Final = "111111111111"
KEY_ARN: Final = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/mrk-{'0' * 32}"
LOG_GROUP_ARN: Final = f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:/erp/flow"
ROLE_ARN: Final = f"arn:aws:iam::{ACCOUNT}:role/flow-logs"
HEX: Final = "0123456789abcdef0123456789abcdef"
PEM: Final = "-----BEGIN {0}-----\nMIIB\n-----END {0}-----\n"

_NACL_RULE: Final[dict[str, Any]] = {
    "action": "allow", "cidrBlock": "10.0.0.0/16", "fromPort": 443, "toPort": 443, "protocol": "tcp", "ruleNo": 100,
}  # fmt: skip
_NSG_RULE: Final[dict[str, Any]] = {
    "name": "https",
    "access": "Allow",
    "direction": "Inbound",
    "priority": 100,
    "protocol": "Tcp",
    "sourceAddressPrefix": "10.0.0.0/16",
    "sourcePortRange": "*",
    "destinationAddressPrefix": "VirtualNetwork",
    "destinationPortRange": "443",
}
_GROUP: Final = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/n"

GOOD: Final[dict[str, dict[str, Any]]] = {
    "aws:kms/key:Key": {
        "deletionWindowInDays": 7,
        "description": "Data at rest",
        "enableKeyRotation": True,
        "multiRegion": True,
        "policy": "{}",
        "rotationPeriodInDays": 365,
        "tags": {"Component": "encryption"},
    },
    "aws:kms/replicaKey:ReplicaKey": {"primaryKeyArn": KEY_ARN, "deletionWindowInDays": 30, "policy": "{}"},
    "aws:kms/alias:Alias": {"name": "alias/erp/data", "targetKeyId": UNKNOWN},
    "aws:acm/certificate:Certificate": {
        "domainName": "smart-school.example",
        "subjectAlternativeNames": ["*.smart-school.example"],
        "validationMethod": "DNS",
        "keyAlgorithm": "EC_prime256v1",
    },
    "aws:acm/certificateValidation:CertificateValidation": {
        "certificateArn": f"arn:aws:acm:eu-central-1:{ACCOUNT}:certificate/12345678",
        "validationRecordFqdns": [UNKNOWN],
    },
    "aws:ec2/vpc:Vpc": {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True, "enableDnsSupport": True},
    "aws:ec2/subnet:Subnet": {"vpcId": UNKNOWN, "cidrBlock": "10.0.0.0/20", "availabilityZone": "eu-central-1a"},
    "aws:ec2/internetGateway:InternetGateway": {"vpcId": "vpc-1", "tags": {"Name": "way out"}},
    "aws:ec2/eip:Eip": {"domain": "vpc"},
    "aws:ec2/natGateway:NatGateway": {"subnetId": "subnet-1", "allocationId": "eipalloc-1"},
    "aws:ec2/routeTable:RouteTable": {"vpcId": "vpc-1", "routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"}]},
    "aws:ec2/route:Route": {"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": UNKNOWN},
    "aws:ec2/routeTableAssociation:RouteTableAssociation": {"routeTableId": "rtb-1", "subnetId": UNKNOWN},
    "aws:ec2/networkAcl:NetworkAcl": {
        "vpcId": "vpc-1",
        "ingress": [_NACL_RULE, {**_NACL_RULE, "ruleNo": 110, "protocol": "-1", "fromPort": 0, "toPort": 0}],
        "egress": [_NACL_RULE],
    },
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {"vpcId": "vpc-1"},
    "aws:ec2/securityGroup:SecurityGroup": {"vpcId": "vpc-1", "description": "Application hosts (ECS)"},
    "aws:ec2/vpcEndpoint:VpcEndpoint": {
        "vpcId": "vpc-1",
        "serviceName": "com.amazonaws.eu-central-1.ecr.api",
        "vpcEndpointType": "Interface",
        "subnetIds": [UNKNOWN],
        "securityGroupIds": [UNKNOWN],
        "privateDnsEnabled": True,
    },
    "aws:ec2/flowLog:FlowLog": {
        "vpcId": "vpc-1",
        "trafficType": "ALL",
        "logDestinationType": "cloud-watch-logs",
        "logDestination": LOG_GROUP_ARN,
        "iamRoleArn": ROLE_ARN,
        "maxAggregationInterval": 60,
    },
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
        "securityGroupId": "sg-1",
        "referencedSecurityGroupId": "sg-2",
        "ipProtocol": "tcp",
        "fromPort": 443,
        "toPort": 443,
        "description": "From the public tier: requests",
    },
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
        "securityGroupId": "sg-1",
        "cidrIpv4": "0.0.0.0/0",
        "ipProtocol": "-1",
    },
    "aws:cloudwatch/logGroup:LogGroup": {"name": "/erp/flow", "retentionInDays": 365, "kmsKeyId": KEY_ARN},
    "aws:iam/role:Role": {"assumeRolePolicy": "{}", "path": "/erp/", "maxSessionDuration": 3600, "description": "Writes"},
    "aws:iam/rolePolicy:RolePolicy": {"role": "flow-logs", "policy": "{}"},
    "aws:s3/bucket:Bucket": {"bucket": "erp-dev-assets.v1"},
    "azure-native:resources:ResourceGroup": {"resourceGroupName": "erp-recovery_1(a)", "location": "westeurope"},
    "azure-native:network:VirtualNetwork": {
        "resourceGroupName": "erp",
        "addressSpace": {"addressPrefixes": ["10.8.0.0/16", "10.9.0.0/16"]},
        "tags": {"Component": "recovery"},
    },
    "azure-native:network:Subnet": {
        "resourceGroupName": "erp",
        "virtualNetworkName": "erp",
        "subnetName": "apps",
        "addressPrefix": "10.8.0.0/23",
        "networkSecurityGroup": {"id": _GROUP},
        "delegations": [{"name": "apps", "serviceName": "Microsoft.App/environments"}],
    },
    "azure-native:network:NetworkSecurityGroup": {
        "resourceGroupName": "erp",
        "securityRules": [_NSG_RULE, {**_NSG_RULE, "name": "out", "direction": "Outbound"}],
    },
    "cloudflare:index/zone:Zone": {"account": {"id": HEX}, "name": "smart-school.example", "type": "full"},
    "cloudflare:index/zoneDnssec:ZoneDnssec": {"zoneId": HEX, "status": "active"},
    "cloudflare:index/dnsRecord:DnsRecord": {
        "zoneId": HEX, "name": "www.smart-school.example", "type": "CNAME", "content": "lb.example", "ttl": 1, "proxied": True,
    },
    "cloudflare:index/authenticatedOriginPullsCertificate:AuthenticatedOriginPullsCertificate": {
        "zoneId": HEX,
        "certificate": PEM.format("CERTIFICATE"),
        "privateKey": PEM.format("PRIVATE KEY"),
    },
    "cloudflare:index/authenticatedOriginPullsSettings:AuthenticatedOriginPullsSettings": {"zoneId": HEX, "enabled": True},
}  # fmt: skip

Case = tuple[dict[str, Any], str, str]
REFUSED: Final[dict[str, list[Case]]] = {
    "aws:kms/key:Key": [
        ({"deletionWindowInDays": 6}, "deletionWindowInDays", "from 7 to 30"),
        ({"rotationPeriodInDays": 89}, "rotationPeriodInDays", "from 90 to 2560"),
        ({"enableKeyRotation": None}, "rotationPeriodInDays", "needs enableKeyRotation"),
        ({"enableKeyRotation": False}, "enableKeyRotation", "a rotation period needs rotation"),
        ({"customerMasterKeySpec": "RSA_2048"}, "enableKeyRotation", "only symmetric encryption keys rotate"),
        ({"keyUsage": "SIGN_VERIFY"}, "customerMasterKeySpec", "a spec of its own"),
        ({"policy": "{"}, "policy", "a JSON document"),
        ({"policy": '"' + "x" * 32768 + '"'}, "policy", "at most 32768|1 to 32768"),
        ({"description": "x" * 8193}, "description", "8192"),
        ({"tags": {"aws:made": "x"}}, "tags", "do not begin with aws:"),
        ({"tags": {"a": "x" * 257}}, "tags.a", "at most 256"),
        ({"tags": {f"k{n}": "" for n in range(51)}}, "tags", "at most 50"),
    ],
    "aws:kms/replicaKey:ReplicaKey": [
        ({"primaryKeyArn": KEY_ARN.replace("mrk-", "")}, "primaryKeyArn", "multi-Region primary key"),
        ({"primaryKeyArn": "alias/erp/data"}, "primaryKeyArn", "must be an ARN"),
        ({"deletionWindowInDays": 31}, "deletionWindowInDays", "from 7 to 30"),
    ],
    "aws:kms/alias:Alias": [
        ({"name": "erp/data"}, "name", "alias/"),
        ({"name": "alias/aws/s3"}, "name", "alias/"),
        ({"namePrefix": "alias/erp"}, "name", "can't be set together with namePrefix"),
    ],
    "aws:acm/certificate:Certificate": [
        ({"domainName": "smart-school.example."}, "domainName", "without a dot at its end"),
        ({"domainName": "a" * 60 + ".example"}, "domainName", "64"),
        ({"subjectAlternativeNames": ["*.*.example"]}, "subjectAlternativeNames[0]", "a domain name"),
        ({"validationMethod": "PHONE"}, "validationMethod", "one of EMAIL, DNS, HTTP"),
        ({"validationMethod": None}, "validationMethod", "a requested certificate is validated"),
        ({"keyAlgorithm": "RSA_512"}, "keyAlgorithm", "RSA_2048"),
        ({"privateKey": "x"}, "privateKey", "only one of domainName, privateKey"),
        ({"certificateChain": "x"}, "certificateChain", "can't be set together with domainName"),
    ],
    "aws:acm/certificateValidation:CertificateValidation": [
        ({"certificateArn": KEY_ARN}, "certificateArn", "an ACM certificate"),
    ],
    "aws:ec2/vpc:Vpc": [
        ({"cidrBlock": "10.0.0.0/15"}, "cidrBlock", "matches"),
        ({"cidrBlock": "10.0.1.0/16"}, "cidrBlock", "no bits set in the host part"),
        ({"cidrBlock": None}, "", "a VPC has an IPv4 block"),
        ({"enableDnsSupport": False}, "enableDnsHostnames", "DNS hostnames need DNS support"),
        ({"instanceTenancy": "host"}, "instanceTenancy", "one of default, dedicated"),
        ({"ipv4NetmaskLength": 16}, "cidrBlock", "can't be set together with ipv4NetmaskLength"),
    ],
    "aws:ec2/subnet:Subnet": [
        ({"cidrBlock": "10.0.0.0/29"}, "cidrBlock", "from /16 to /28"),
        ({"cidrBlock": None}, "cidrBlock", "has an IPv4 block"),
        ({"availabilityZoneId": "euc1-az1"}, "availabilityZone", "can't be set together with availabilityZoneId"),
        ({"assignIpv6AddressOnCreation": True}, "ipv6CidrBlock", "needs an IPv6 block"),
        ({"ipv6Native": True}, "cidrBlock", "has no IPv4 block"),
        ({"privateDnsHostnameTypeOnLaunch": "name"}, "privateDnsHostnameTypeOnLaunch", "ip-name"),
    ],
    "aws:ec2/internetGateway:InternetGateway": [({"tags": {"": "x"}}, "tags", "keys of 1 to 128")],
    "aws:ec2/eip:Eip": [
        ({"domain": "standard"}, "domain", "only addresses for VPCs"),
        ({"instance": "i-1", "networkInterface": "eni-1"}, "networkInterface", "an instance or a network interface"),
    ],
    "aws:ec2/natGateway:NatGateway": [
        ({"connectivityType": "private"}, "allocationId", "no public address"),
        ({"allocationId": None}, "allocationId", "has an elastic address"),
        ({"subnetId": None}, "subnetId", "lies in a subnet"),
        ({"availabilityMode": "regional", "vpcId": "vpc-1"}, "subnetId", "belongs to a VPC"),
        ({"secondaryPrivateIpAddressCount": 1}, "secondaryPrivateIpAddressCount", "for private gateways"),
        ({"privateIp": "10.0.0"}, "privateIp", "matches"),
    ],
    "aws:ec2/routeTable:RouteTable": [
        ({"routes": [{"cidrBlock": "0.0.0.0/0"}]}, "routes[0]", "exactly one of"),
        ({"routes": [{"gatewayId": "igw-1"}]}, "routes[0]", "exactly one of cidrBlock"),
        ({"routes": [{"cidrBlock": "1.0.0.0/8", "gatewayId": "igw-1", "natGatewayId": "nat-1"}]}, "routes[0].natGatewayId", "only one of"),
    ],
    "aws:ec2/route:Route": [
        ({"natGatewayId": None}, "", "exactly one of"),
        ({"natGatewayId": "nat-1", "gatewayId": "igw-1"}, "natGatewayId", "only one of"),
        ({"destinationCidrBlock": None}, "", "exactly one of destinationCidrBlock"),
        ({"natGatewayId": None, "gatewayId": "local"}, "gatewayId", "can be imported and not made"),
        ({"natGatewayId": None, "egressOnlyGatewayId": "eigw-1"}, "egressOnlyGatewayId", "can't be set together"),
    ],
    "aws:ec2/routeTableAssociation:RouteTableAssociation": [
        ({"subnetId": "subnet-1", "gatewayId": "igw-1"}, "subnetId", "only one of"),
        ({"subnetId": None}, "", "exactly one of"),
    ],
    "aws:ec2/networkAcl:NetworkAcl": [
        ({"egress": [{**_NACL_RULE, "ruleNo": 32767}]}, "egress[0].ruleNo", "from 1 to 32766"),
        ({"egress": [_NACL_RULE, _NACL_RULE]}, "egress[1]", "same ruleNo as egress[0]"),
        ({"egress": [{**_NACL_RULE, "protocol": "icmpv6"}]}, "egress[0].protocol", "58 for ICMPv6"),
        ({"egress": [{**_NACL_RULE, "protocol": "-1", "fromPort": 0}]}, "egress[0].toPort", "both ports are 0"),
        ({"egress": [{**_NACL_RULE, "fromPort": 444}]}, "egress[0].fromPort", "goes upwards"),
        ({"egress": [{**_NACL_RULE, "toPort": 65536}]}, "egress[0].toPort", "to 65535"),
        ({"egress": [{**_NACL_RULE, "icmpType": 256}]}, "egress[0].icmpType", "from -1 to 255"),
        ({"egress": [{**_NACL_RULE, "action": "drop"}]}, "egress[0].action", "one of allow, deny"),
        ({"egress": [{**_NACL_RULE, "cidrBlock": None}]}, "egress[0]", "an entry has a block"),
        ({"egress": [{**_NACL_RULE, "ipv6CidrBlock": "::/0"}]}, "egress[0].ipv6CidrBlock", "one block"),
        ({"egress": [{**_NACL_RULE, "ruleNo": n} for n in range(1, 22)]}, "egress", "at most 20 elements"),
    ],
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": [
        ({"ingress": [{"protocol": "-1", "self": True, "fromPort": 0, "toPort": 1}]}, "ingress[0].toPort", "both ports are 0"),
        ({"egress": [{"protocol": "tcp", "fromPort": 2, "toPort": 1, "self": True}]}, "egress[0].fromPort", "goes upwards"),
    ],
    "aws:ec2/securityGroup:SecurityGroup": [
        ({"description": "hosts' group"}, "description", "letters, digits"),
        ({"description": ""}, "description", "1 to 255"),
        ({"name": "sg-mine"}, "name", "no sg- in front"),
        ({"ingress": [{"protocol": "tcp", "fromPort": 1, "toPort": 1, "cidrBlocks": ["1.2.3.4/24"]}]}, "ingress[0].cidrBlocks[0]", "host part"),
        ({"ingress": [{"protocol": "tcp", "fromPort": 1, "toPort": 1}]}, "ingress[0]", "a source or destination"),
    ],
    "aws:ec2/vpcEndpoint:VpcEndpoint": [
        ({"routeTableIds": ["rtb-1"]}, "routeTableIds", "an interface endpoint has no routes"),
        ({"vpcEndpointType": "Gateway", "subnetIds": None, "securityGroupIds": None, "privateDnsEnabled": None}, "serviceName", "s3, dynamodb"),
        ({"vpcEndpointType": "Gateway", "serviceName": "com.amazonaws.eu-central-1.s3", "securityGroupIds": None, "subnetIds": None}, "privateDnsEnabled", "no network interface"),
        ({"serviceName": "ecr.api"}, "serviceName", "com.amazonaws.REGION.SERVICE"),
        ({"serviceName": None}, "", "leads to something"),
        ({"policy": "{"}, "policy", "a JSON document"),
        ({"ipAddressType": "ipv5"}, "ipAddressType", "dualstack"),
    ],
    "aws:ec2/flowLog:FlowLog": [
        ({"iamRoleArn": None}, "iamRoleArn", "the role that writes to it"),
        ({"logDestination": "arn:aws:s3:::logs"}, "logDestination", "names a log group"),
        ({"logDestination": LOG_GROUP_ARN + ":*"}, "logDestination", "without :*"),
        ({"logDestinationType": "s3"}, "logDestination", "names a bucket"),
        ({"maxAggregationInterval": 300}, "maxAggregationInterval", "one of 60, 600"),
        ({"trafficType": None}, "trafficType", "must be said"),
        ({"trafficType": "SOME"}, "trafficType", "ACCEPT"),
        ({"vpcId": None}, "", "exactly one of"),
        ({"subnetId": "subnet-1"}, "subnetId|vpcId", "only one of"),
        ({"vpcId": None, "transitGatewayId": "tgw-1", "maxAggregationInterval": 600}, "maxAggregationInterval", "every 60 seconds"),
        ({"destinationOptions": {"fileFormat": "parquet"}}, "destinationOptions", "file options are for S3"),
    ],
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": [
        ({"description": "hosts' ports"}, "description", "letters, digits"),
        ({"ipProtocol": "-1"}, "fromPort", "ports are left out"),
        ({"toPort": None}, "toPort", "has a port range"),
        ({"fromPort": 444}, "fromPort", "goes upwards"),
        ({"fromPort": -1}, "fromPort", "0 to 65535"),
        ({"cidrIpv4": "10.0.0.0/8"}, "referencedSecurityGroupId|cidrIpv4", "only one of"),
        ({"referencedSecurityGroupId": None}, "", "exactly one of"),
        ({"referencedSecurityGroupId": "app"}, "referencedSecurityGroupId", "sg-"),
        ({"ipProtocol": "quic"}, "ipProtocol", "tcp, udp"),
    ],
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": [
        ({"cidrIpv4": "10.0.0.1/8"}, "cidrIpv4", "host part"),
        ({"cidrIpv4": None, "prefixListId": "list"}, "prefixListId", "pl-"),
        ({"description": "x" * 256}, "description", "at most 255"),
    ],
    "aws:cloudwatch/logGroup:LogGroup": [
        ({"retentionInDays": 360}, "retentionInDays", "365"),
        ({"name": "erp flow"}, "name", "matches"),
        ({"kmsKeyId": "alias/erp/logs"}, "kmsKeyId", "a KMS key"),
        ({"logGroupClass": "COLD"}, "logGroupClass", "STANDARD"),
        ({"tags": {"Name": "a*b"}}, "tags.Name", "letters, digits, spaces"),
    ],
    "aws:iam/role:Role": [
        ({"path": "erp"}, "path", "begins and ends with a slash"),
        ({"maxSessionDuration": 60}, "maxSessionDuration", "from 3600 to 43200"),
        ({"assumeRolePolicy": " {}"}, "assumeRolePolicy", "beginning with {"),
        ({"description": "naïve \N{EN DASH} no"}, "description", "Latin-1"),
        ({"name": "a role"}, "name", "matches"),
        ({"permissionsBoundary": "boundary-of-the-account"}, "permissionsBoundary", "an ARN"),
    ],
    "aws:iam/rolePolicy:RolePolicy": [
        ({"role": ROLE_ARN}, "role", "matches"),
        ({"policy": "[]"}, "policy", "beginning with {"),
    ],
    "aws:s3/bucket:Bucket": [
        ({"bucket": "Erp-Assets"}, "bucket", "lower-case"),
        ({"bucket": "10.0.0.1"}, "bucket", "IPv4"),
        ({"bucket": "ab"}, "bucket", "3 to 63"),
        ({"bucket": "a..b"}, "bucket", "single dots"),
        ({"bucketPrefix": "erp"}, "bucket", "can't be set together with bucketPrefix"),
    ],
    "azure-native:resources:ResourceGroup": [
        ({"resourceGroupName": "erp."}, "resourceGroupName", "matches"),
        ({"resourceGroupName": "x" * 91}, "resourceGroupName", "90"),
        ({"location": "west-europe"}, "location", "an Azure location"),
    ],
    "azure-native:network:VirtualNetwork": [
        ({"addressSpace": None}, "addressSpace", "a network has addresses"),
        ({"addressSpace": {"addressPrefixes": ["10.8.0.0/13", "10.9.0.0/16"]}}, "addressSpace.addressPrefixes[1]", "overlaps"),
        ({"addressSpace": {"addressPrefixes": ["10.8.0.1/16"]}}, "addressSpace.addressPrefixes", "host part"),
        ({"addressSpace": {"addressPrefixes": []}}, "addressSpace.addressPrefixes", "at least 1"),
        ({"virtualNetworkName": "-erp"}, "virtualNetworkName", "matches"),
        ({"flowTimeoutInMinutes": 31}, "flowTimeoutInMinutes", "from 4 to 30"),
        ({"subnets": [{"name": "a"}, {"name": "A"}]}, "subnets[1]", "same name"),
        ({"tags": {"a<b": ""}}, "tags", "without <"),
    ],
    "azure-native:network:Subnet": [
        ({"addressPrefix": None}, "", "a subnet has addresses"),
        ({"addressPrefixes": ["10.8.4.0/24"]}, "addressPrefix|addressPrefixes", "can't be set together"),
        ({"addressPrefix": "10.8.0.0"}, "addressPrefix", "prefix length"),
        ({"networkSecurityGroup": {"id": "apps"}}, "networkSecurityGroup.id", "networkSecurityGroups"),
        ({"delegations": [{"name": "a", "serviceName": "apps"}]}, "delegations[0].serviceName", "Microsoft.App/environments"),
        ({"sharingScope": "Tenant", "defaultOutboundAccess": True}, "defaultOutboundAccess", "no default outbound access"),
        ({"sharingScope": "Tenant"}, "sharingScope", "needs defaultOutboundAccess"),
    ],
    "azure-native:network:NetworkSecurityGroup": [
        ({"securityRules": [_NSG_RULE, {**_NSG_RULE, "name": "b"}]}, "securityRules[1]", "same direction and priority"),
        ({"securityRules": [_NSG_RULE, {**_NSG_RULE, "priority": 200}]}, "securityRules[1]", "same name"),
        ({"securityRules": [{**_NSG_RULE, "priority": 99}]}, "securityRules[0].priority", "from 100 to 4096"),
        ({"securityRules": [{**_NSG_RULE, "sourcePortRange": "http"}]}, "securityRules[0].sourcePortRange", "a port"),
        ({"securityRules": [{**_NSG_RULE, "sourceAddressPrefix": "10.0.0.1/16"}]}, "securityRules[0].sourceAddressPrefix", "host part"),
        ({"securityRules": [{**_NSG_RULE, "sourceAddressPrefix": None}]}, "securityRules[0]", "source addresses"),
        ({"securityRules": [{**_NSG_RULE, "destinationPortRange": None}]}, "securityRules[0]", "destination ports"),
        ({"securityRules": [{**_NSG_RULE, "destinationPortRanges": ["80"]}]}, "securityRules[0].destinationPortRanges", "in one way"),
        ({"securityRules": [{**_NSG_RULE, "description": "x" * 141}]}, "securityRules[0].description", "140"),
    ],
    "cloudflare:index/zone:Zone": [
        ({"name": "https://smart-school.example"}, "name", "a domain name"),
        ({"account": {"id": "mine"}}, "account.id", "32 hexadecimal digits"),
        ({"type": "half"}, "type", "full, partial"),
    ],
    "cloudflare:index/zoneDnssec:ZoneDnssec": [
        ({"status": "on"}, "status", "one of active, disabled"),
        ({"zoneId": "zone"}, "zoneId", "32 hexadecimal digits"),
    ],
    "cloudflare:index/dnsRecord:DnsRecord": [
        ({"ttl": 300}, "ttl", "a proxied record has the automatic ttl"),
        ({"proxied": False, "ttl": 10}, "ttl", "60 to 86400"),
        ({"ttl": 86401, "proxied": False}, "ttl", "86400"),
        ({"type": "A"}, "content", "an IPv4 address"),
        ({"type": "AAAA", "content": "10.0.0.1"}, "content", "an IPv6 address"),
        ({"type": "TXT"}, "proxied", "only A, AAAA and CNAME"),
        ({"type": "MX", "proxied": False}, "priority", "has a priority"),
        ({"type": "CAA", "proxied": False, "content": None}, "", "its fields in data"),
        ({"type": "CAA", "proxied": False, "content": None, "data": {"flags": 0, "tag": "issues", "value": "amazon.com"}}, "data.tag", "issue"),
        ({"type": "CAA", "proxied": False, "content": None, "data": {"tag": "issue", "value": "amazon.com"}}, "data.flags", "has flags"),
        ({"type": "NAME"}, "type", "CNAME"),
        ({"data": {"value": "x"}}, "content|data", "can't be set together"),
    ],
    "cloudflare:index/authenticatedOriginPullsCertificate:AuthenticatedOriginPullsCertificate": [
        ({"certificate": PEM.format("CERTIFICATE") * 2}, "certificate", "one certificate in PEM"),
        ({"privateKey": "key"}, "privateKey", "a private key in PEM"),
    ],
    "cloudflare:index/authenticatedOriginPullsSettings:AuthenticatedOriginPullsSettings": [
        ({"zoneId": HEX.upper()}, "zoneId", "32 hexadecimal digits"),
    ],
}  # fmt: skip
