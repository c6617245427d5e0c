"""Asks the pack as the engine does: through the SDK's own analyzer, over its protocol messages, without an engine."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from google.protobuf import struct_pb2
from guardrails.pack import NAME, build
from pulumi.runtime import proto
from pulumi_policy import EnforcementLevel, Policy
from pulumi_policy.policy import _PolicyAnalyzerServicer as PolicyAnalyzerServicer  # the SDK has no public test door
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

UNKNOWN: Final = UNKNOWN_STRING_VALUE  # how the engine sends a value that is not known yet
DATA: Final = Path(__file__).parent / "data"
TODAY: Final = datetime.date(2026, 6, 15)

TAGS: Final = {"Component": "network", "DataClass": "none"}
ALL_TAGS: Final = {
    **TAGS, "Project": "smart-education-erp", "Environment": "prod", "CostCenter": "4711", "ManagedBy": "pulumi",
}  # fmt: skip


def urn_of(token: str, name: str, stack: str = "prod") -> str:
    """The URN of a resource of the test project."""
    return f"urn:pulumi:{stack}::erp::{token}::{name}"


@dataclass(frozen=True, slots=True)
class Provided:
    """A provider as the engine describes it: structured settings are JSON text."""

    token: str
    name: str
    props: Mapping[str, Any]


def aws_provider(
    environment: str = "prod", region: str = "eu-central-1", name: str = "aws", accounts: Any = None
) -> Provided:
    """An explicit AWS provider with the four common tags as default tags; accounts: the only ones it may work in."""
    common = {key: value for key, value in ALL_TAGS.items() if key not in TAGS} | {"Environment": environment}
    props: dict[str, Any] = {"region": region, "defaultTags": json.dumps({"tags": common})}
    if accounts is not None:
        props["allowedAccountIds"] = json.dumps(accounts) if isinstance(accounts, list) else accounts
    return Provided("pulumi:providers:aws", name, props)


AZURE: Final = Provided("pulumi:providers:azure-native", "azure", {"location": "westeurope"})
CLOUDFLARE: Final = Provided("pulumi:providers:cloudflare", "cloudflare", {})


@dataclass(frozen=True, slots=True)
class Given:
    """A resource as the engine describes it.

    props: its inputs, or its outputs where it is judged with the stack. links: by property, the names or URNs of the
    given resources that the value was computed from. provider: by default an explicit one of the token's package.
    key: its URN, where it is not a made-up one.
    """

    token: str
    name: str = "it"
    props: Mapping[str, Any] = field(default_factory=dict[str, Any])
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    provider: Provided | None = None
    stack: str = "prod"
    is_component: bool = False
    key: str = ""

    @property
    def urn(self) -> str:
        return self.key or urn_of(self.token, self.name, self.stack)

    def provided(self) -> Provided | None:
        if self.is_component or self.provider is not None:
            return self.provider
        package = self.token.partition(":")[0]
        known = {"aws": aws_provider(self.stack), "cloudflare": CLOUDFLARE}
        return known.get(package, AZURE if package.startswith("azure-native") else None)


@dataclass(frozen=True, slots=True)
class Reported:
    """A message of the pack, read back: its level, the rule (or `exemption`), the resource's URN and each finding."""

    level: str
    rule: str
    urn: str
    findings: tuple[str, ...]
    text: str


class Analyzer:
    """The pack behind the SDK's servicer."""

    def __init__(self, policies: list[Policy]) -> None:
        self.servicer = PolicyAnalyzerServicer(NAME, "0.1.0", policies, EnforcementLevel.ADVISORY)

    def resource(self, given: Given) -> list[Reported]:
        """What the pack reports on one resource with these inputs."""
        request = proto.AnalyzeRequest(
            type=given.token, urn=given.urn, name=given.name, properties=_struct(given.props)
        )
        if provided := given.provided():
            request.provider.CopyFrom(_provider(provided, given.stack))
        return _reports(self.servicer.Analyze(request, None))

    def stack(self, givens: Iterable[Given]) -> list[Reported]:
        """What the pack reports on a stack of resources with these outputs."""
        resources = list(givens)
        urns = {given.name: given.urn for given in resources} | {given.urn: given.urn for given in resources}
        request = proto.AnalyzeStackRequest()
        for given in resources:
            message = proto.AnalyzerResource(
                type=given.token, urn=given.urn, name=given.name, properties=_struct(given.props)
            )
            for key, names in given.links.items():
                message.propertyDependencies[key].urns.extend(urns[name] for name in names if name in urns)
            if provided := given.provided():
                message.provider.CopyFrom(_provider(provided, given.stack))
            request.resources.append(message)
        return _reports(self.servicer.AnalyzeStack(request, None))


def analyzer(root: Path = DATA, today: datetime.date = TODAY) -> Analyzer:
    """The real pack with the data files of a folder."""
    return Analyzer(build(root, today))


def found(reports: Iterable[Reported]) -> list[tuple[str, str]]:
    """The reports as pairs of rule and finding, in order."""
    return [(report.rule, finding) for report in reports for finding in report.findings]


def _struct(props: Mapping[str, Any]) -> struct_pb2.Struct:
    message = struct_pb2.Struct()
    message.update(dict(props))
    return message


def _provider(provided: Provided, stack: str) -> Any:
    return proto.AnalyzerProviderResource(
        type=provided.token,
        urn=urn_of(provided.token, provided.name, stack),
        name=provided.name,
        properties=_struct(provided.props),
    )


def _reports(response: Any) -> list[Reported]:
    reports: list[Reported] = []
    for diagnostic in response.diagnostics:
        level = proto.EnforcementLevel.Name(diagnostic.enforcementLevel).lower()
        text: str = diagnostic.message.removeprefix(f"{diagnostic.description}\n")
        findings = tuple(line.removeprefix("  - ") for line in text.splitlines() if line.startswith("  - "))
        reports.append(Reported(level, text.partition(" ")[0], diagnostic.urn, findings, text))
    return reports
