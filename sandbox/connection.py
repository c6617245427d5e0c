"""Who is calling: one provider instance of the program, that is one connection of the engine."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from sandbox.problems import Problem
from sandbox.world import World

ACCOUNT: Final = re.compile(r"\d{12}")
SUBSCRIPTION: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
OFFLINE: Final = "the offline clouds know no credentials, so the configuration has to say whose they are"


@dataclass(frozen=True, slots=True)
class Connection:
    """What a provider was configured with.

    package: "aws", "azure-native" or "cloudflare".
    account: the AWS account or Azure subscription that the configuration pins; Cloudflare has one world of zones, "".
    region: the AWS region, or Azure's default location; "" for Cloudflare.
    default_tags: AWS tags that every resource gets.
    sts_region: where AWS is asked for the account when the provider is configured.
    """

    package: str
    account: str
    region: str
    default_tags: Mapping[str, str] = field(default_factory=dict[str, str])
    sts_region: str = ""

    @classmethod
    def of(cls, package: str, config: Mapping[str, Any]) -> Self:
        """Read a provider's configuration; nested values come as JSON text, as the SDK sends them."""
        if package == "aws":
            accounts = _structured(config.get("allowedAccountIds")) or [""]
            tags = _structured(config.get("defaultTags")) or {}
            region = str(config.get("region", ""))
            asks = str(config.get("stsRegion") or region)
            return cls(package, str(accounts[0]), region, tags.get("tags") or {}, asks)
        if package == "azure-native":
            return cls(package, str(config.get("subscriptionId", "")), str(config.get("location", "")))
        return cls(package, "", "")

    def moves(self, new: "Connection") -> list[str]:
        """Name the settings by which a provider would leave the account, or AWS region, that its resources are in."""
        account = {"aws": "allowedAccountIds", "azure-native": "subscriptionId"}.get(self.package, "")
        moved = [account] if self.account != new.account else []
        return moved + (["region"] if self.package == "aws" and self.region != new.region else [])

    def problems(self, world: World) -> list[Problem]:
        """Say what stops a provider from being configured so; none for Cloudflare."""
        found: list[Problem] = []
        if self.package == "aws":
            if not self.account:
                found.append(Problem("allowedAccountIds", "must name the account", OFFLINE))
            elif not ACCOUNT.fullmatch(self.account):
                message = f"{self.account!r} is no AWS account: an account has 12 digits"
                found.append(Problem("allowedAccountIds", message, "AWS general reference, account identifiers"))
            regions = world.values("aws", "regions")
            if self.region not in regions:
                message = f"{self.region!r} is no region known here; there are {', '.join(sorted(regions))}"
                found.append(Problem("region", message, "sandbox/world/aws.json"))
        elif self.package == "azure-native" and not SUBSCRIPTION.fullmatch(self.account):
            message = f"must name the subscription by its id, not {self.account!r}"
            found.append(Problem("subscriptionId", message, OFFLINE))
        return found


def _structured(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) and value else value
