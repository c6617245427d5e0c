"""The facts of each type in use: what a real account takes passes, and each change that it refuses is refused."""

from typing import Any

import pytest

from sandbox import facts, schema
from sandbox.problems import Problem
from sandbox.values import UNKNOWN
from tests.sandbox.facts_cases import GOOD, REFUSED
from tests.sandbox.test_schema import IN_USE

TYPES = [token for token in IN_USE if not token.startswith("pulumi:")]
NETWORK, SUBNET = "azure-native:network:VirtualNetwork", "azure-native:network:Subnet"
GROUP, RECORD = "azure-native:network:NetworkSecurityGroup", "cloudflare:index/dnsRecord:DnsRecord"
RULE: dict[str, Any] = GOOD[GROUP]["securityRules"][0]
CASES = [(token, *case) for token, cases in REFUSED.items() for case in cases]


def judged(token: str, inputs: dict[str, Any]) -> list[Problem]:
    known = facts.load(token)
    assert known is not None, f"{token} has no facts"
    return facts.judge(known, inputs)


def changed(token: str, **change: Any) -> dict[str, Any]:
    return {name: value for name, value in {**GOOD[token], **change}.items() if value is not None}


@pytest.mark.parametrize("token", TYPES)
def test_inputs_that_a_real_account_takes_pass(token: str) -> None:
    assert [str(problem) for problem in judged(token, GOOD[token])] == []


@pytest.mark.parametrize(("token", "change", "path", "message"), CASES, ids=lambda value: str(value)[:60])
def test_a_change_that_a_real_account_refuses_is_refused_where_it_is(
    token: str, change: dict[str, Any], path: str, message: str
) -> None:
    problems = judged(token, changed(token, **change))
    found = [f"{problem.path}: {problem.message}" for problem in problems]
    assert any(
        problem.path in path.split("|") and any(part in problem.message for part in message.split("|"))
        for problem in problems
    ), found
    assert all(problem.fact for problem in problems)


STILL = {"enableKeyRotation": None, "rotationPeriodInDays": None}
# Beside the good inputs: the nearest things that a real account takes too.
ALSO_GOOD: list[tuple[str, dict[str, Any]]] = [
    ("aws:kms/key:Key", {"tags": {"Größe: 1": "a + b = c_d/e@f"}, "region": "eu-west-1"}),
    *(
        ("aws:kms/key:Key", {**STILL, "keyUsage": use, "customerMasterKeySpec": spec})
        for use, spec in (
            ("ENCRYPT_DECRYPT", "RSA_4096"), ("SIGN_VERIFY", "ECC_SECG_P256K1"), ("GENERATE_VERIFY_MAC", "HMAC_512"),
            ("KEY_AGREEMENT", "ECC_NIST_P384"), ("ENCAPSULATE_DECAPSULATE", "ML_KEM_768"), ("SIGN_VERIFY", UNKNOWN),
        )
    ),
    ("aws:ec2/vpc:Vpc", {"cidrBlock": "100.64.0.0/16", "tags": {"Name": "any; character? at all"}}),
    ("aws:ec2/vpc:Vpc", {"cidrBlock": "223.255.0.0/16", "region": UNKNOWN}),
    ("aws:s3/bucket:Bucket", {"bucket": "my-s3alias-assets"}),
    ("aws:s3/bucket:Bucket", {"bucket": "xn-assets"}),
    ("azure-native:resources:ResourceGroup", {"tags": {"Owner": "a", "Owners": "b"}}),
    (NETWORK, {"addressSpace": {"addressPrefixes": ["168.63.0.0/17", "fd00::/48"]}}),
    (NETWORK, {"encryption": {"enabled": True, "enforcement": "AllowUnencrypted"}}),
    (SUBNET, {"addressPrefix": "10.8.0.0/29"}),
    (SUBNET, {"delegations": [{"name": "a", "serviceName": "Microsoft.Web/serverfarms"}]}),
    (SUBNET, {"addressPrefix": None, "addressPrefixes": ["10.8.0.0/24", "fd00::/64"]}),
    (SUBNET, {"privateEndpointNetworkPolicies": "RouteTableEnabled", "privateLinkServiceNetworkPolicies": "Disabled"}),
    (SUBNET, {"serviceEndpoints": [{"service": "Microsoft.Storage"}, {"service": "Microsoft.KeyVault"}]}),
    *(
        (GROUP, {"securityRules": [{**RULE, "sourceAddressPrefix": source}]})
        for source in (
            "*", "10.0.0.4", "fd00::/8", "VirtualNetwork", "INTERNET", "AzureLoadBalancer", "AzureFrontDoor.Backend",
            "AzureActiveDirectory", "Storage", "Storage.WestEurope", "AzureKeyVault.northeurope", "AzureMonitor", "Sql",
        )
    ),
    *((GROUP, {"securityRules": [{**RULE, "protocol": protocol}]}) for protocol in ("TCP", "udp", "*", "Icmp")),
    *((GROUP, {"securityRules": [{**RULE, "destinationPortRange": port}]}) for port in ("0", "65535", "80-80", "*")),
    (GROUP, {"securityRules": [{**RULE, "sourceAddressPrefix": None, "sourceAddressPrefixes": ["10.0.0.4", "::/8"]}]}),
    (GROUP, {"securityRules": [{**RULE, "destinationPortRange": None, "destinationPortRanges": ["80", "1000-2000"]}]}),
    *((RECORD, {"name": name}) for name in ("@", "*", "_dmarc", "a" * 63 + ".smart-school.example.")),
    (RECORD, {"type": "A", "content": "192.0.2.1"}),
    (RECORD, {"content": "192.0.2.1.nip.example"}),
    (RECORD, {"type": "TXT", "proxied": False, "content": "x" * 4096}),
]  # fmt: skip


@pytest.mark.parametrize(("token", "change"), ALSO_GOOD, ids=lambda value: str(value)[:60])
def test_what_lies_beside_a_refused_change_and_a_real_account_takes_passes(token: str, change: dict[str, Any]) -> None:
    assert [str(problem) for problem in judged(token, changed(token, **change))] == []


def test_no_type_in_use_has_an_enumeration_that_refuses_nothing() -> None:
    for token in GOOD:
        known = facts.load(token)
        assert known is not None
        assert not [path for path, fact in known.properties.items() if fact.get("enumOpen")], token


@pytest.mark.parametrize("token", sorted(GOOD))
def test_the_cases_hold_properties_that_the_sdk_has(token: str) -> None:
    given = {name for change, _, _ in REFUSED[token] for name in change} | set(GOOD[token])
    assert given <= set(schema.load(token).inputs.properties)


def test_every_type_in_use_has_cases() -> None:
    assert set(TYPES) <= set(GOOD)
    assert set(TYPES) <= set(REFUSED)
