"""Cases: certificates, DNSSEC, Azure's network, placement, tags."""

from __future__ import annotations

from typing import Any, Final

from tests.policies.cases import Case, case
from tests.policies.harness import ALL_TAGS, AZURE, TAGS, UNKNOWN, Provided, aws_provider

CERTIFICATE: Final = "aws:acm/certificate:Certificate"
CLOUDFLARE_DNSSEC: Final = "cloudflare:index/zoneDnssec:ZoneDnssec"
ROUTE53_DNSSEC: Final = "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec"
NSG: Final = "azure-native:network:NetworkSecurityGroup"
SECURITY_RULE: Final = "azure-native:network:SecurityRule"
AZURE_SUBNET: Final = "azure-native:network:Subnet"
AZURE_NETWORK: Final = "azure-native:network:VirtualNetwork"
RESOURCE_GROUP: Final = "azure-native:resources:ResourceGroup"
LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
VPC: Final = "aws:ec2/vpc:Vpc"
SCALING_GROUP: Final = "aws:autoscaling/group:Group"
IN_ZONES: Final = {"vpcZoneIdentifiers": ["subnet-a", "subnet-b", "subnet-c"]}
RECORD: Final = "cloudflare:index/dnsRecord:DnsRecord"
AWS: Final = "pulumi:providers:aws"
AZURE_PROVIDER: Final = "pulumi:providers:azure-native"

CERT: Final = {"domainName": "smart-school.example", "validationMethod": "DNS", "tags": TAGS}
_ALGORITHMS = "RSA_2048, RSA_3072, RSA_4096, EC_prime256v1, EC_secp384r1, EC_secp521r1"
_OPEN = "{}: is {}: anybody may connect; expected named ranges, groups or service tags"
_NO_GROUP = "{}networkSecurityGroup.id: is not set, expected the id of a network security group"
_MISSING = "tags.{}: is not set, by the resource or by its provider's default tags"


def rule(source: Any = "Internet", ports: Any = "443", **more: Any) -> dict[str, Any]:
    base = {"access": "Allow", "direction": "Inbound", "protocol": "Tcp", "priority": 100}
    given = {**base, "sourceAddressPrefix": source, "destinationPortRange": ports, **more}
    return {key: value for key, value in given.items() if value is not None}


def nsg(*rules: Any) -> dict[str, Any]:
    return {"location": "westeurope", "securityRules": list(rules), "tags": ALL_TAGS}


def subnet(name: str = "apps", **more: Any) -> dict[str, Any]:
    base = {"subnetName": name, "networkSecurityGroup": {"id": "/subscriptions/x"}, "defaultOutboundAccess": False}
    return {key: value for key, value in {**base, **more}.items() if value is not None}


def network(*subnets: Any) -> dict[str, Any]:
    return {"location": "westeurope", "subnets": list(subnets), "tags": ALL_TAGS}


def in_list(key: Any, value: str) -> dict[str, Any]:
    return {"key": key, "value": value, "propagateAtLaunch": True}


def without(tags: dict[str, str], *names: str) -> dict[str, str]:
    return {key: value for key, value in tags.items() if key not in names}


EVERYBODY: Final = (
    "*", "0.0.0.0/0", "0.0.0.0", "::/0", "Internet", "INTERNET", "Any", "AzureCloud", "AzureCloud.westeurope",
)  # fmt: skip

SECRET: Final = "aws:secretsmanager/secret:Secret"
OWN_KEY: Final = "arn:aws:kms:eu-central-1:333333333333:key/k"
BACKUP_PLAN: Final = "aws:backup/plan:Plan"
COPY_PATHS: Final = {
    SECRET: "replicas[0].region",
    BACKUP_PLAN: "rules[0].copyActions[0].destinationVaultArn",
    "aws:efs/replicationConfiguration:ReplicationConfiguration": "destination.region",
    "aws:keyspaces/keyspace:Keyspace": "replicationSpecification.regionLists[0]",
}


def vault(region: str) -> str:
    return f"arn:aws:backup:{region}:333333333333:backup-vault:main"


def copies(region: str) -> dict[str, dict[str, Any]]:
    """One resource for each form in which copies are named."""
    return {
        SECRET: {"kmsKeyId": OWN_KEY, "replicas": [{"region": region, "kmsKeyId": OWN_KEY}]},
        BACKUP_PLAN: {"rules": [{"ruleName": "daily", "copyActions": [{"destinationVaultArn": vault(region)}]}]},
        "aws:efs/replicationConfiguration:ReplicationConfiguration": {"destination": {"region": region}},
        "aws:keyspaces/keyspace:Keyspace": {"replicationSpecification": {"regionLists": [region]}},
    }


def shown(region: str, token: str) -> str:
    return f'"{vault(region) if token == BACKUP_PLAN else region}"'


CASES: Final[tuple[Case, ...]] = (
    case("validate-certificates-by-dns", "pass", "DNS", CERTIFICATE, CERT),
    case("validate-certificates-by-dns", "pass", "imported", CERTIFICATE, {"certificateBody": "PEM", "tags": TAGS}),
    case("validate-certificates-by-dns", "fail", "e-mail", CERTIFICATE, {**CERT, "validationMethod": "EMAIL"},
         'validationMethod: is "EMAIL", expected "DNS"'),
    case("validate-certificates-by-dns", "fail", "left out", CERTIFICATE, {"domainName": "a.example", "tags": TAGS},
         'validationMethod: is not set, expected "DNS"'),
    case("validate-certificates-by-dns", "unknown", "method", CERTIFICATE, {**CERT, "validationMethod": UNKNOWN}),
    case("strengthen-certificate-keys", "pass", "elliptic", CERTIFICATE, {**CERT, "keyAlgorithm": "EC_prime256v1"}),
    case("strengthen-certificate-keys", "fail", "RSA 1024", CERTIFICATE, {**CERT, "keyAlgorithm": "RSA_1024"},
         f'keyAlgorithm: is "RSA_1024", expected one of {_ALGORITHMS}'),
    case("strengthen-certificate-keys", "unknown", "algorithm", CERTIFICATE, {**CERT, "keyAlgorithm": UNKNOWN}),
    case("log-certificates-publicly", "pass", "enabled", CERTIFICATE,
         {**CERT, "options": {"certificateTransparencyLoggingPreference": "ENABLED"}}),
    case("log-certificates-publicly", "fail", "disabled", CERTIFICATE,
         {**CERT, "options": {"certificateTransparencyLoggingPreference": "DISABLED"}},
         'options.certificateTransparencyLoggingPreference: is "DISABLED", expected "ENABLED"'),
    case("log-certificates-publicly", "unknown", "options", CERTIFICATE, {**CERT, "options": UNKNOWN}),

    case("keep-dnssec-active", "pass", "active", CLOUDFLARE_DNSSEC, {"zoneId": "z", "status": "active"}),
    case("keep-dnssec-active", "pass", "Route 53 signs unless told not to", ROUTE53_DNSSEC, {"hostedZoneId": "Z"}),
    case("keep-dnssec-active", "fail", "left out", CLOUDFLARE_DNSSEC, {"zoneId": "z"},
         'status: is not set, expected "active"'),
    case("keep-dnssec-active", "fail", "disabled", CLOUDFLARE_DNSSEC, {"zoneId": "z", "status": "disabled"},
         'status: is "disabled", expected "active"'),
    case("keep-dnssec-active", "fail", "Route 53, not signing", ROUTE53_DNSSEC,
         {"hostedZoneId": "Z", "signingStatus": "NOT_SIGNING"}, 'signingStatus: is "NOT_SIGNING", expected "SIGNING"'),
    case("keep-dnssec-active", "unknown", "status", CLOUDFLARE_DNSSEC, {"zoneId": UNKNOWN, "status": UNKNOWN}),

    case("refuse-open-azure-ingress", "pass", "named sources", NSG,
         nsg(rule("10.0.0.0/16", "22"), rule("::1/128", "22"), rule("AzureLoadBalancer", "*"),
             rule("AzureFrontDoor.Backend"), rule("104.16.0.0/13"), rule(None, sourceApplicationSecurityGroups=[{}]),
             rule(ports="*", access="Deny"), rule(ports="*", direction="Outbound"))),
    case("refuse-open-azure-ingress", "fail", "every spelling of anywhere", NSG,
         nsg(*(rule(source) for source in EVERYBODY), rule(access="allow")),
         *(_OPEN.format(f"securityRules[{index}].sourceAddressPrefix", f'"{source}"')
           for index, source in enumerate((*EVERYBODY, "Internet")))),
    *(case("refuse-open-azure-ingress", "fail", f"whichever ports and protocol: {more}", SECURITY_RULE, rule(**more),
           _OPEN.format("sourceAddressPrefix", '"Internet"')) for more in (
        {"ports": "443"}, {"ports": "1-65535"}, {"ports": "0-21"}, {"ports": None}, {"ports": "*", "protocol": "Udp"},
        {"ports": None, "destinationPortRanges": ["23-3388", "3390-65535"]}, {"ports": "*", "protocol": "Icmp"},
    )),
    case("refuse-open-azure-ingress", "fail", "plural forms in a side resource of an older API version",
         "azure-native:network/v20230901:SecurityRule",
         {"access": "Allow", "direction": "Inbound", "protocol": "*", "destinationPortRanges": ["443"],
          "sourceAddressPrefixes": ["10.0.0.0/8", "Internet", "0.0.0.0/1", "128.0.0.0/1", "20.0.0.0/8"]},
         *(_OPEN.format(f"sourceAddressPrefixes[{index}]", f'"{source}"') for index, source in (
             (1, "Internet"), (2, "0.0.0.0/1"), (3, "128.0.0.0/1"), (4, "20.0.0.0/8")))),
    case("refuse-open-azure-ingress", "unknown", "rule, access, direction, source", NSG,
         nsg(UNKNOWN, rule(access=UNKNOWN), rule(direction=UNKNOWN), rule(UNKNOWN),
             rule(None, sourceAddressPrefixes=UNKNOWN))),
    case("refuse-open-azure-ingress", "unknown", "ports and protocol; any is too much", NSG,
         nsg(rule("*", UNKNOWN, protocol=UNKNOWN), rule(None, sourceAddressPrefixes=[UNKNOWN, "*"])),
         _OPEN.format("securityRules[0].sourceAddressPrefix", '"*"'),
         _OPEN.format("securityRules[1].sourceAddressPrefixes[1]", '"*"')),

    case("attach-network-security-groups", "pass", "attached", AZURE_SUBNET, subnet()),
    case("attach-network-security-groups", "pass", "Azure's own", AZURE_SUBNET,
         subnet("GatewaySubnet", networkSecurityGroup=None, defaultOutboundAccess=None)),
    case("attach-network-security-groups", "fail", "none", AZURE_SUBNET, subnet(networkSecurityGroup=None),
         _NO_GROUP.format("")),
    case("attach-network-security-groups", "fail", "inline, in the package of one API version",
         "azure-native_network_v20240501:network:VirtualNetwork",
         network(subnet(), {"name": "data", "defaultOutboundAccess": False}), _NO_GROUP.format("subnets[1].")),
    case("attach-network-security-groups", "unknown", "group", AZURE_SUBNET, subnet(networkSecurityGroup=UNKNOWN)),
    case("attach-network-security-groups", "unknown", "name", AZURE_SUBNET,
         {"subnetName": UNKNOWN, "defaultOutboundAccess": True}),
    case("refuse-default-outbound", "pass", "off", AZURE_NETWORK, network(subnet())),
    case("refuse-default-outbound", "pass", "delegated to a managed service", AZURE_SUBNET,
         subnet(defaultOutboundAccess=None, delegations=[{"serviceName": "Microsoft.App/environments"}])),
    case("refuse-default-outbound", "fail", "delegated to nobody", AZURE_SUBNET,
         subnet(defaultOutboundAccess=None, delegations=[]), "defaultOutboundAccess: is not set, expected false"),
    case("refuse-default-outbound", "unknown", "delegation", AZURE_SUBNET,
         subnet(defaultOutboundAccess=None, delegations=UNKNOWN)),
    case("refuse-default-outbound", "fail", "on", AZURE_SUBNET, subnet(defaultOutboundAccess=True),
         "defaultOutboundAccess: is true, expected false"),
    case("refuse-default-outbound", "fail", "left out, inline", AZURE_NETWORK,
         network(subnet(defaultOutboundAccess=None)), "subnets[0].defaultOutboundAccess: is not set, expected false"),
    case("refuse-default-outbound", "unknown", "switch", AZURE_SUBNET, subnet(defaultOutboundAccess=UNKNOWN)),

    case("keep-data-in-region", "pass", "AWS", AWS, {"region": "eu-west-1"}),
    case("keep-data-in-region", "fail", "AWS", AWS, {"region": "us-east-1"},
         'region: is "us-east-1", expected one of eu-central-1, eu-west-1'),
    case("keep-data-in-region", "fail", "AWS, left to chance", AWS, {},
         "region: is not set: whoever runs the program would decide where the data goes"),
    case("keep-data-in-region", "fail", "one resource of AWS elsewhere", VPC, {"region": "us-east-1", "tags": TAGS},
         'region: is "us-east-1", expected one of eu-central-1, eu-west-1'),
    case("keep-data-in-region", "unknown", "AWS", AWS, {"region": UNKNOWN}),
    case("keep-data-in-region", "pass", "Azure, spelled as in the portal", RESOURCE_GROUP,
         {"location": "West Europe", "tags": ALL_TAGS}),
    case("keep-data-in-region", "pass", "Azure's placeless things", "azure-native:privatedns:VirtualNetworkLink",
         {"location": "Global", "tags": ALL_TAGS}),
    case("keep-data-in-region", "pass", "Azure's provider without a location", AZURE_PROVIDER, {}),
    case("keep-data-in-region", "fail", "Azure", RESOURCE_GROUP, {"location": "eastus", "tags": ALL_TAGS},
         'location: is "eastus", expected one of northeurope, westeurope'),
    case("keep-data-in-region", "fail", "Azure's provider", AZURE_PROVIDER, {"location": "eastus"},
         'location: is "eastus", expected one of northeurope, westeurope'),
    *(case("keep-data-in-region", "pass", f"copies in the other region, {token}", token, {**props, "tags": TAGS})
      for token, props in copies("eu-west-1").items()),
    *(case("keep-data-in-region", "fail", f"copies elsewhere, {token}", token, {**props, "tags": TAGS},
           f'{COPY_PATHS[token]}: is {shown("us-east-1", token)}, expected one of eu-central-1, eu-west-1')
      for token, props in copies("us-east-1").items()),
    *(case("keep-data-in-region", "unknown", f"where copies go, {token}", token, {**props, "tags": TAGS})
      for token, props in copies(UNKNOWN).items() if token != BACKUP_PLAN),
    case("keep-data-in-region", "unknown", "all copies", SECRET,
         {"kmsKeyId": OWN_KEY, "replicas": UNKNOWN, "tags": TAGS}),
    case("keep-data-in-region", "unknown", "one copy; another is found", SECRET,
         {"kmsKeyId": OWN_KEY, "tags": TAGS,
          "replicas": [{"region": region, "kmsKeyId": OWN_KEY} for region in (UNKNOWN, "us-east-1")]},
         'replicas[1].region: is "us-east-1", expected one of eu-central-1, eu-west-1'),
    case("keep-data-in-region", "fail", "a replica key elsewhere", "aws:kms/replicaKey:ReplicaKey",
         {"region": "us-east-1", "tags": TAGS}, 'region: is "us-east-1", expected one of eu-central-1, eu-west-1'),
    case("keep-data-in-region", "fail", "a database's further location", "azure-native:cosmosdb:DatabaseAccount",
         {"location": "westeurope", "locations": [{"locationName": "West Europe"}, {"locationName": "East US"}],
          "tags": ALL_TAGS},
         'locations[1].locationName: is "East US", expected one of northeurope, westeurope'),
    case("keep-data-in-region", "unknown", "Azure", RESOURCE_GROUP, {"location": UNKNOWN, "tags": ALL_TAGS}),

    case("refuse-default-providers", "pass", "explicit", RECORD, {"zoneId": "z"}),
    case("refuse-default-providers", "fail", "with a version", VPC, {"tags": TAGS},
         "resource: uses the default provider default_7_51_1, expected one that the program configures",
         provider=aws_provider(name="default_7_51_1")),
    case("refuse-default-providers", "fail", "without", RECORD, {"zoneId": "z"},
         "resource: uses the default provider default, expected one that the program configures",
         provider=Provided("pulumi:providers:cloudflare", "default", {})),
    case("refuse-default-providers", "unknown", "nothing of the provider but its name", RECORD, {"zoneId": UNKNOWN},
         provider=Provided("pulumi:providers:cloudflare", "cloudflare", {"apiToken": UNKNOWN})),

    case("tag-resources", "pass", "two here, four by the provider", VPC, {"tags": TAGS}),
    case("tag-resources", "pass", "already merged", VPC, {"tags": ALL_TAGS}, provider=Provided(AWS, "aws", {})),
    case("tag-resources", "pass", "merged under another name", VPC, {"tagsAll": ALL_TAGS},
         provider=Provided(AWS, "aws", {})),
    case("tag-resources", "pass", "a type that takes none", "aws:ec2/route:Route", {}),
    case("tag-resources", "pass", "scaling groups have a list", SCALING_GROUP,
         {**IN_ZONES, "tags": [in_list(key, value) for key, value in ALL_TAGS.items()]}),
    case("tag-resources", "fail", "one missing, one empty", VPC, {"tags": {"Component": ""}},
         "tags.Component: is empty", _MISSING.format("DataClass")),
    case("tag-resources", "fail", "Azure has no default tags", RESOURCE_GROUP,
         {"location": "westeurope", "tags": without(ALL_TAGS, "Project", "CostCenter")},
         _MISSING.format("Project"), _MISSING.format("CostCenter"), provider=AZURE),
    case("tag-resources", "fail", "default tags do not reach scaling groups", SCALING_GROUP,
         {**IN_ZONES, "tags": [in_list(key, value) for key, value in without(ALL_TAGS, "ManagedBy").items()]},
         _MISSING.format("ManagedBy")),
    case("tag-resources", "unknown", "tags", VPC, {"tags": UNKNOWN}),
    case("tag-resources", "unknown", "a tag's value; an empty one is found", VPC,
         {"tags": {"Component": UNKNOWN, "DataClass": ""}}, "tags.DataClass: is empty"),
    case("tag-resources", "unknown", "default tags", VPC, {"tags": TAGS},
         provider=Provided(AWS, "aws", {"region": "eu-west-1", "defaultTags": UNKNOWN})),
    case("tag-resources", "unknown", "a name in a list", SCALING_GROUP, {**IN_ZONES, "tags": [in_list(UNKNOWN, "x")]}),
    case("match-environment-tag", "pass", "branch stacks are dev", VPC, {"tags": TAGS}, stack="pr-12",
         provider=aws_provider("dev")),
    case("match-environment-tag", "fail", "tagged as dev in prod", VPC, {"tags": TAGS},
         'tags.Environment: is "dev", but this stack is judged as "prod"', provider=aws_provider("dev")),
    case("match-environment-tag", "fail", "a stack that no pattern knows is prod", LOG_GROUP,
         {"kmsKeyId": "k", "retentionInDays": 400, "tags": TAGS},
         'tags.Environment: is "dev", but this stack is judged as "prod"', stack="sandbox",
         provider=aws_provider("dev")),
    case("match-environment-tag", "unknown", "the tag", RESOURCE_GROUP,
         {"location": "westeurope", "tags": {**ALL_TAGS, "Environment": UNKNOWN}}),
    case("match-environment-tag", "unknown", "all tags", VPC, {"tags": TAGS},
         provider=Provided(AWS, "aws", {"defaultTags": UNKNOWN})),
)  # fmt: skip
