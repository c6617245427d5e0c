"""Tags: whose a resource is, what it holds, which environment it belongs to."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast

from guardrails.declare import Enforcement, Finding, ResourceRule, Scope, Severity
from guardrails.model import Resource
from guardrails.values import Node

# The provider's default tags do not reach the instances of an auto-scaling group, nor the group's own tag list.
_WITHOUT_DEFAULT_TAGS: Final = frozenset({"aws:autoscaling/group:Group"})


@functools.cache
def taggable_types(path: Path = Path(__file__).parent.parent / "taggable.json") -> frozenset[str]:
    """The types of AWS and Azure that take tags, from the list that `python policies/taggable.py` writes."""
    by_module = cast("dict[str, list[str]]", json.loads(path.read_text(encoding="utf-8")))
    return frozenset(f"{module}{name}" for module, names in by_module.items() for name in names)


def _sources(resource: Resource) -> Iterator[Node]:
    """The places that give a resource its tags, the strongest first."""
    yield resource.read("tags")
    if resource.type.startswith("aws:") and resource.type not in _WITHOUT_DEFAULT_TAGS:
        yield resource.read("tagsAll")
        yield resource.provider_setting("defaultTags").parsed().at("tags")


def _tags(resource: Resource) -> tuple[dict[str, Node], bool]:
    """The tags that are known, and whether these are all of them."""
    tags: dict[str, Node] = {}
    complete = True
    for source in _sources(resource):
        complete = complete and not source.is_unknown
        if isinstance(source.raw, list):  # the form of auto-scaling groups: key, value, propagateAtLaunch
            for item in source.items():
                key = item.at("key").text()
                complete = complete and key is not None
                tags.setdefault(key or "", item.at("value"))
        else:
            for key, value in source.entries():
                tags.setdefault(key, value)
    return tags, complete


def _carries_tags(resource: Resource, scope: Scope) -> Iterator[Finding]:
    if resource.type not in taggable_types():
        return
    tags, complete = _tags(resource)
    for name in scope.settings.required_tags:
        if name not in tags:
            if complete:
                yield Finding(f"tags.{name}", "is not set, by the resource or by its provider's default tags")
        elif tags[name].text() == "":
            yield Finding(f"tags.{name}", "is empty")


TAG = ResourceRule(
    id="tag-resources",
    title="Resources say whose they are and what they hold",
    types=("aws:*", "azure-native:*"),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="Cost, ownership and the class of the data are read from the tags, by people and by backup plans.",
    mend="In AWS give what is common as the provider's default tags and the rest here; Azure has no default tags.",
    example="""
aws.Provider("primary", ..., default_tags=aws.ProviderDefaultTagsArgs(tags=common_tags))
aws.kms.Key("data", ..., tags=self.tags("personal"))
""",
    check=_carries_tags,
)


def _belongs_here(resource: Resource, scope: Scope) -> Iterator[Finding]:
    tags, _ = _tags(resource)
    if "Environment" not in tags:
        return
    tag = tags["Environment"]
    if tag.text(default="") not in {scope.environment.value, None}:
        problem = f'is {tag.shown()}, but this stack is judged as "{scope.environment.value}"'
        yield Finding("tags.Environment", problem)


MATCH_ENVIRONMENT = ResourceRule(
    id="match-environment-tag",
    title="The environment in the tags is that of the stack",
    types=("aws:*", "azure-native:*"),
    severity=Severity.MEDIUM,
    enforcement=Enforcement.ALWAYS,
    why="A resource that passes for another environment is backed up, billed and deleted as that one.",
    mend="Take the tag from the stack's settings; for a new stack name, add its pattern to settings.yaml of the pack.",
    example='common_tags = {**others, "Environment": settings.environment.environment}',
    check=_belongs_here,
)

RULES: Final = (TAG, MATCH_ENVIRONMENT)
