"""Judges what a statement grants or denies: are the actions real, and do they act on the resources named."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from sandbox.judges.policy.catalog import prefixes, service
from sandbox.judges.policy.documents import KEY, Kind
from sandbox.judges.policy.grammar import Finding, Statement
from sandbox.judges.policy.wildcards import arns_overlap, overlap

_FORM: Final = re.compile(
    r"arn:(aws[a-z-]*|\*):[A-Za-z0-9*?-]+:[A-Za-z0-9*?-]*:(\d{12}|aws|cloudfront|[\d*?]*):.+\Z", re.DOTALL
)
_EVERY: Final = re.compile(r"([\w-]+[:/])?\*\Z")  # every resource, or every one of a type
_VARIABLE: Final = re.compile(r"\$\{[^}]*\}")


@dataclass(slots=True)
class Access:
    """The actions of a statement, sorted out.

    actions: (service prefix, action in lower case) of held services.
    complete: whether these are all that the statement means.
    unjudged: actions of services that exist but are not held.
    """

    actions: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    complete: bool = True
    unjudged: list[str] = field(default_factory=list[str])
    findings: list[Finding] = field(default_factory=list[Finding])


def sort_out(statement: Statement, kind: Kind) -> Access:
    """Find the real actions behind those that a statement names."""
    found = Access(complete=not statement.not_action)
    place = f"{statement.place}.{'NotAction' if statement.not_action else 'Action'}"
    for written in statement.actions:
        if written == "*":
            found.complete = False
            continue
        prefix, colon, name = written.partition(":")
        prefix = prefix.lower()
        if not colon or not name:
            found.findings.append((place, f"must be SERVICE:ACTION or *, not {json.dumps(written)}"))
        elif prefix not in prefixes():
            found.findings.append((place, f"{written}: there is no service {prefix}"))
        elif kind.services and prefix not in kind.services:
            found.findings.append(
                (place, f"{written} has no place in a {kind.name}, which is about {' and '.join(kind.services)}")
            )
        elif (held := service(prefix)) is None:
            found.unjudged.append(written)
            found.complete = False
        else:
            real = held.actions(name)
            if not real:
                what = "no action matches" if "*" in name or "?" in name else "there is no such action"
                found.findings.append((place, f"{written}: {what}"))
            found.actions += [(prefix, action) for action in real]
    return found


def judge_resources(statement: Statement, access: Access, kind: Kind) -> Iterator[Finding]:
    """Say which resources have no ARN's form, and which no action named acts on.

    Each action must also act on one of the resources: S3 refuses a bucket policy otherwise as malformed, other services
    take it and it does nothing. A pattern such as `s3:Get*` means what fits, so one of its actions is enough.
    """
    place = f"{statement.place}.{'NotResource' if statement.not_resource else 'Resource'}"
    written = {resource: _VARIABLE.sub("*", resource) for resource in statement.resources}
    for resource in list(written):
        if resource != "*" and not _is_arn(written[resource]):
            yield place, f"must be an ARN of six parts or *, not {json.dumps(resource)}"
            del written[resource]
    if kind is KEY or not statement.resources or statement.not_resource or statement.not_action:
        return
    patterns = list(written.values())
    if access.complete and access.actions:
        for resource, pattern in written.items():
            if not any(_acts_on(prefix, action, pattern) for prefix, action in access.actions):
                yield place, f"{resource} is nothing that {_some(access)} act on"
    if len(written) == len(statement.resources):
        yield from _idle(statement, patterns)


def _idle(statement: Statement, resources: list[str]) -> Iterator[Finding]:
    """Find the actions, as written, that act on none of the resources."""
    for written in statement.actions:
        prefix, _, name = written.partition(":")
        prefix = prefix.lower()
        held = service(prefix)
        actions = [] if held is None else held.actions(name)
        if held is None or not actions or any(_acts_on(prefix, action, arn) for action in actions for arn in resources):
            continue
        templates = {template for action in actions for _, template in held.resources_of(action)} or {"*"}
        yield (
            f"{statement.place}.Action",
            f"{written} acts on none of the resources named, but on {', '.join(sorted(templates))}",
        )


def _acts_on(prefix: str, action: str, arn: str) -> bool:
    """Tell whether an action of a held service acts on something that an ARN of a policy stands for.

    The reference lists no resource types for many actions that list things, yet some of them look at an ARN all the
    same (logs:DescribeLogGroups at log-group:*): those take every resource of a type, and no single one.
    """
    if arn == "*":
        return True
    held = service(prefix)
    templates = [] if held is None else held.resources_of(action)
    if templates:
        return any(arns_overlap(arn, template) for _, template in templates)
    parts = arn.split(":", 5)
    return len(parts) == 6 and overlap(parts[2], prefix) and _EVERY.match(parts[5]) is not None


def _is_arn(text: str) -> bool:
    return _FORM.match(text) is not None or (
        text.startswith("arn:") and text.endswith("*") and overlap(text, "arn:aws:*:*:*:*")
    )


def _some(access: Access) -> str:
    names = [held.name_of(action) for prefix, action in access.actions[:3] if (held := service(prefix)) is not None]
    return ", ".join(names) + (" …" if len(access.actions) > len(names) else "")
