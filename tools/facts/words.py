"""The readings' sentences that the sandbox can compute, and the names of the functions that do.

Readings say in words which differences are none, when a change replaces and what case means. A sentence that stands
here becomes a name of sandbox/facts/same.py or predicates.py; any other stays words, and its change counts (as a
replacement, where it is one).
"""

from typing import Final

from sandbox.facts import same_balancers

# ignoredDiff -> names in sandbox.facts.same.SAME
SAME: Final[dict[str, list[str]]] = {
    **{f"none unless the action's type is {kind}": [f"no action {kind}"] for kind in same_balancers.ACTIONS},
    **{f"none unless the transform's type is {kind}": [f"no transform {kind}"] for kind in same_balancers.TRANSFORMS},
    "none unless the action's type is forward; dropping the block while a single target group stays is none either": [
        "no action forward",
        "dropped",
    ],
    "none unless protocol is HTTPS": ["no https"],
    "none unless protocol is HTTP or HTTPS": ["no http"],
    "none unless protocol is TCP or GENEVE": ["no tcp"],
    "while accessLogs.enabled is false": ["accessLogs off"],
    "while connectionLogs.enabled is false": ["connectionLogs off"],
    "no difference unless the load balancer is of type application": ["no application balancer"],
    "only for load balancers of type application": ["no application balancer"],
    "no difference unless the load balancer is of type network": ["no network balancer"],
    "no difference unless the type is application or network": ["neither application nor network"],
    "none for a load balancer of type application (always on there)": ["application balancer"],
    "ACCOUNT/sg-… is read back as sg-… when it is the own account": ["group"],
    "CIDR blocks that mean the same are none": ["network"],
    "a key id and the ARN of the same key are the same": ["key"],
    "a short name against the full name the API returns (short + zone name), @ against the zone name, a dot at the end": [  # noqa: E501
        "dns name"
    ],
    "while maxAllocatedStorage is above the configured value, a larger size in the cloud is no difference (a configured size lower than the real one is ignored)": [  # noqa: E501
        "grown by itself"
    ],
    "a configured prefix of the running version (15 for 15.7) stays as configured; the full version is in engineVersionActual": [  # noqa: E501
        "version prefix"
    ],
    "0 in the cloud and a configured value equal to allocatedStorage are the same": ["no growth"],
    "a change of the apply method alone, with the same value, is no difference (Pulumi)": ["method alone"],
    "a level removed while logFormat stays": ["dropped"],
    "a value removed from the program": ["dropped"],
    "all and -1, 6 and tcp, 17 and udp, 1 and icmp, 58 and icmpv6 are the same": ["protocol"],
    "all and -1, 6 and tcp, 17 and udp, 1 and icmp, 58 and icmpv6 are the same; stored in lower case": ["protocol"],
    "an added block with empty lists": ["empty"],
    "an added block with nothing in it": ["empty"],
    "an added block without variables": ["empty"],
    "an empty set and none": ["empty"],
    "an equivalent policy document": ["policy"],
    "an existing block removed from the program": ["dropped"],
    "another order is none": ["order"],
    "any change while ipv4NetmaskLength is set (the pool then gives the block)": ["pool gives block"],
    "any difference while logGroupClass is DELIVERY and does not change": ["delivery class"],
    "any difference while it is not set in the program": ["dropped"],
    "blanks and line ends at the start and end": ["blanks"],
    "blanks at the start and end": ["blanks"],
    "case": ["case"],
    "dropping the block is none": ["dropped"],
    "dropping the whole block is no difference: what the cloud has stays as it is": ["dropped"],
    "dropping the whole block is no difference: what the cloud has stays as it is; also none unless the load balancer is of type application": [  # noqa: E501
        "dropped"
    ],
    "for CNAME the case of letters; with data given it is computed and no difference": ["cname"],
    "leaving the block out": ["dropped"],
    "letter case and spaces": ["location"],
    "name or number of the same protocol; the state holds the number as a string": ["protocol"],
    "newlines at the end": ["newlines"],
    "none given keeps none": ["dropped"],
    "numbers of equal value (1, 1.0), also inside arrays and objects": ["number"],
    "once created, Intelligent-Tiering matches any tier": ["any tier"],
    "once created, for a member of a global group": ["global member"],
    "order": ["order"],
    "order of the rules and of the members in a rule; rules that differ only in how sources are grouped": ["order"],
    "order; a zone given by name or by id only, if the addresses are the same": ["order"],
    "order; networkInterfaceId while natGatewayId is set; spellings of the same IPv6 block": ["order"],
    "order; protocol by name or by number": ["order"],
    "policies that mean the same are none": ["policy"],
    "policies with the same meaning": ["policy"],
    "read only at create; a change sends nothing": ["at create"],
    "spellings of the same IPv6 block": ["network"],
    "the same IAM policy written differently (spacing, key order, one-element lists against single values)": ["policy"],
    "the same JSON written differently": ["json"],
    "the same JSON written differently (spacing, key order)": ["json"],
    "the same JSON written otherwise is none; what changes in the cloud is not seen": ["json"],
    "two policy documents that mean the same (order, white space, one-element lists)": ["policy"],
    'two spellings of the same truth value; a string, so "" means unset': ["truth"],
    "-1 where it was unset is none": ["minus one"],
    "unset and 6379 are the same": ["redis port"],
    "unset and 6379 or 11211 are the same": ["cache port"],
    "unset and the provider's own region count as the same": ["region"],
    "unset and the provider's own region count as the same region": ["region"],
    "{} or none against all members false": ["empty"],
}

# replaceIf -> (name in sandbox.facts.predicates.REPLACES, names in SAME that go with it)
_REGION: Final = ("region", ["region"])
REPLACES: Final[dict[str, tuple[str, list[str]]]] = {
    # Whatever differs within is one of these, or the provider's own to fill in.
    "a group is added or removed, or its id, replicaCount, slots or an explicitly set zone changes": ("always", []),
    "changed otherwise than from redis to valkey, and not a member of a global group": ("other than to valkey", []),
    "connectivityType is private, it is written in the program and it changes": ("private gateway", []),
    "engineVersionActual is lower than 7.0.5": ("before toggled TLS", []),
    "every change except from dedicated to default, which is done in place": ("tenancy", []),
    # The provider of 6.x was not read: the cautious reading of the two.
    "in 5.x any change of engine; not to be seen for 6.x (CloudFormation changes it in place)": ("always", []),
    "from Advanced to Standard": ("to standard tier", []),
    "it changes and assignIpv6AddressOnCreation was true before the change": ("ipv6 on creation", []),
    "it changes and vpcEndpointType is not Interface": ("gateway type", []),
    "it moves to another Region; unset and the provider's own Region count as the same": _REGION,
    "on a regional gateway: from none to some, or from some to none (automatic and manual mode)": ("regional mode", []),
    "the engine is memcached": ("memcached", []),
    "the block is added or removed": ("block comes or goes", []),
    "the block is added or removed (changes inside it are made in place)": ("block comes or goes", []),
    "the new version is lower than the old one": ("lowered", []),
    "the new version is lower than the old one (6.x and 7.x compare by engineVersionActual)": ("lowered", []),
    "the number goes down": ("lowered", []),
    "type network, and the list goes from empty to filled or from filled to empty (in place otherwise)": (
        "network balancer",
        [],
    ),
    "type network, and it is anything but a pure addition of subnets (the new set must be larger and keep every old one); type application changes in place": (  # noqa: E501
        "network balancer",
        [],
    ),
    "network: as many entries as before but another one among them, any entry taken away, or entries added while an old one changes; application: as many entries but another one among them, or entries added or taken away while one that stays changes (pure additions and pure removals go in place)": (  # noqa: E501
        "subnet mappings",
        [],
    ),
    "the program still gives a value (taking the property out is an update)": ("still given", []),
    "the region changes (setting the provider's own region where none was recorded, or removing it, is no change)": _REGION,  # noqa: E501
    "the rule's kind of source changes (one of the four gives way to another); a new value of the same kind is done in place": (  # noqa: E501
        "source kind",
        [],
    ),
    "the text differs in more than newlines at its end": ("always", ["newlines"]),
    "the value changes, except between unset and the region the provider is configured for": _REGION,
}

# caseInsensitive -> where case means nothing: in the check, in a difference, in both
_CHECK_ONLY: Final = {
    "letter case does not matter when checked",
    "the value is accepted in any case",
    "checked without case, but compared with it: an upper-case value differs for ever",
    "global in any case",
}
_DIFF_ONLY: Final = {"stored in upper case, but checked as written", "compared without case", "compared in lower case"}


def any_case(words: object) -> str:
    """Tell where a property's letter case means nothing: "check", "diff" or "both"."""
    if words in _CHECK_ONLY:
        return "check"
    return "diff" if words in _DIFF_ONLY else "both"


# `from` of a reading -> short name of a source
ORIGINS: Final[dict[str, str]] = {
    "docstring": "sdk",
    "sdk default": "sdk",
    "background": "background",
    "botocore": "botocore",
    "cfn-lint": "cfn-lint",
    "docs": "docs",
    "provider": "provider",
    "specification": "specification",
}

# short name -> what it stands for; {package}, {version} by cloud
SOURCES: Final[dict[str, str]] = {
    "background": "known behaviour of the cloud, not read in a source",
    "botocore": "AWS service model (botocore 1.44.5)",
    "cfn-lint": "CloudFormation resource schema (cfn-lint 1.58)",
    "docs": "the vendor's documentation",
    "specification": "Azure API specification",
    "world": "sandbox/world/aws.json: AWS Regions and Availability Zones",
}
SDKS: Final[dict[str, str]] = {
    "aws": "docstring of pulumi_aws 7.51.1",
    "azure-native": "docstring of pulumi_azure_native 3.29.0",
    "cloudflare": "docstring of pulumi_cloudflare 6.23.1",
}
