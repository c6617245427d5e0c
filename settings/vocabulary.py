"""What the vendors fix: regions, locations, services, reserved addresses. Plain data that the domain types check by."""

from ipaddress import IPv4Network

RANGE_LENGTH = 13
"""Prefix length of a stack's address range: eight blocks of a /16."""

PRIVATE_SPACE = (IPv4Network("10.0.0.0/8"), IPv4Network("172.16.0.0/12"), IPv4Network("192.168.0.0/16"))
"""The private address space of RFC 1918."""

RESERVED_SPACE = {
    # Azure Container Apps keeps these for itself (Microsoft, "Virtual network configuration, Container Apps").
    IPv4Network("172.30.0.0/16"): "Azure Container Apps reserves it",
    IPv4Network("172.31.0.0/16"): "Azure Container Apps reserves it, and AWS's default VPC lies there",
    IPv4Network("192.0.2.0/24"): "Azure Container Apps reserves it",
    IPv4Network("169.254.0.0/16"): "it is link-local, and Azure Container Apps reserves it",
    IPv4Network("100.100.0.0/17"): "Azure Container Apps reserves it",
    IPv4Network("100.100.128.0/19"): "Azure Container Apps reserves it",
    IPv4Network("100.100.160.0/19"): "Azure Container Apps reserves it",
    IPv4Network("100.100.192.0/19"): "Azure Container Apps reserves it",
    # Docker's default bridge: a container would answer itself instead of the peer.
    IPv4Network("172.17.0.0/16"): "Docker's default bridge lies there on every container host",
}
"""Ranges that no stack's addresses may touch, each with the reason."""

AWS_REGIONS = (
    # The commercial partition `aws`, as the provider's SDK lists it (pulumi_aws.Region); a test compares the two.
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
)

AZURE_LOCATIONS = (
    # Azure's public cloud, in the short form that its API returns (`az account list-locations`, field `name`).
    "australiacentral",
    "australiacentral2",
    "australiaeast",
    "australiasoutheast",
    "austriaeast",
    "belgiumcentral",
    "brazilsouth",
    "brazilsoutheast",
    "canadacentral",
    "canadaeast",
    "centralindia",
    "centralus",
    "chilecentral",
    "denmarkeast",
    "eastasia",
    "eastus",
    "eastus2",
    "francecentral",
    "francesouth",
    "germanynorth",
    "germanywestcentral",
    "indonesiacentral",
    "israelcentral",
    "italynorth",
    "japaneast",
    "japanwest",
    "jioindiacentral",
    "jioindiawest",
    "koreacentral",
    "koreasouth",
    "malaysiawest",
    "mexicocentral",
    "newzealandnorth",
    "northcentralus",
    "northeurope",
    "norwayeast",
    "norwaywest",
    "polandcentral",
    "qatarcentral",
    "southafricanorth",
    "southafricawest",
    "southcentralus",
    "southeastasia",
    "southindia",
    "spaincentral",
    "swedencentral",
    "swedensouth",
    "switzerlandnorth",
    "switzerlandwest",
    "uaecentral",
    "uaenorth",
    "uksouth",
    "ukwest",
    "westcentralus",
    "westeurope",
    "westindia",
    "westus",
    "westus2",
    "westus3",
)

LOG_RETENTION_DAYS = (
    # What CloudWatch Logs takes (PutRetentionPolicy), without 0: that would keep logs for ever.
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip

INTERFACE_ENDPOINTS = (
    # The services that workloads in private subnets call; each costs by zone and hour.
    "ecr.api",
    "ecr.dkr",
    "ecs",
    "ecs-agent",
    "ecs-telemetry",
    "logs",
    "monitoring",
    "secretsmanager",
    "kms",
    "ssm",
    "ssmmessages",
    "ec2messages",
    "sts",
    "elasticfilesystem",
)

AMAZON_AUTHORITIES = frozenset({"amazon.com", "amazonaws.com", "amazontrust.com", "awstrust.com"})
"""CAA names under which AWS Certificate Manager issues (ACM user guide, "Certification Authority Authorization")."""
