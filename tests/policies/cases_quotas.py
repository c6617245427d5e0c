"""Cases: quotas. Each row of the table is tried in test_quotas.py; here the rule goes through the SDK."""

from __future__ import annotations

from typing import Any, Final

from tests.policies.cases import StackCase, stack_case
from tests.policies.harness import UNKNOWN, Given, aws_provider

EIP: Final = "aws:ec2/eip:Eip"


def addresses(count: int, **more: Any) -> list[Given]:
    return [Given(EIP, f"nat-{number}", {"domain": "vpc"}, **more) for number in range(1, count + 1)]


STACK_CASES: Final[tuple[StackCase, ...]] = (
    stack_case("keep-within-quotas", "pass", "as many addresses as an account has", *addresses(5)),
    stack_case("keep-within-quotas", "fail", "one address more", *addresses(6), **{
        "nat-6": "resource: brings the Elastic IP addresses of eu-central-1 to 6, expected 5 at most "
                 "(elastic-ips-per-region)"}),
    stack_case("keep-within-quotas", "pass", "what was raised", *(
        Given("aws:rds/proxy:Proxy", f"shard-{number}", {"engineFamily": "POSTGRESQL"}) for number in range(21))),
    stack_case("keep-within-quotas", "unknown", "where they are",
               *addresses(9, provider=aws_provider(region=UNKNOWN))),
)  # fmt: skip
