"""The JSON schema that editors use: fresh, and in agreement with the check about the files and their keys."""

import json
import re
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from settings.domain_types import Allowed, Model
from settings.model import SECTIONS
from settings.reading import read
from settings.vocabulary import AWS_REGIONS
from settings.wording import allowed_at
from tests.unit.settings_files import ROOT, STACKS, KeyPath, Project, key_paths, run, spoken

SCHEMA: dict[str, Any] = json.loads((ROOT / "settings" / "schema.json").read_text(encoding="utf-8"))


def test_the_committed_schema_is_fresh() -> None:
    outcome = run("schema")
    assert outcome.code == 0
    committed = (ROOT / "settings" / "schema.json").read_text(encoding="utf-8").splitlines()
    assert outcome.out == committed, "run: python -m settings schema > settings/schema.json"


@pytest.mark.parametrize("stack", STACKS)
def test_every_stack_file_links_the_schema_in_its_first_line(stack: str) -> None:
    first = (ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=settings/schema.json"


@pytest.mark.parametrize("stack", STACKS)
def test_every_stack_file_is_right_by_the_schema(stack: str) -> None:
    assert list(_findings(SCHEMA, read(ROOT / f"Pulumi.{stack}.yaml"), "")) == []


def _cases() -> list[tuple[str, KeyPath]]:
    contents: dict[str, Any] = {stack: read(ROOT / f"Pulumi.{stack}.yaml") for stack in STACKS}
    return [(stack, path) for stack, content in contents.items() for path in key_paths(content)]


@pytest.mark.parametrize(("stack", "path"), _cases(), ids=lambda part: part if isinstance(part, str) else spoken(part))
def test_the_schema_refuses_a_stranger_beside_any_key(stack: str, path: KeyPath, tmp_path: Path) -> None:
    content = Project(tmp_path).content(stack)
    place = content
    for key in path[:-1]:
        place = place[key]
    place["zzz"] = 1
    assert [finding for finding in _findings(SCHEMA, content, "") if finding.endswith("zzz: unknown")]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("erp__network__nat", "sinlge"),
        ("erp__network__flow_log_retention_days", 100),
        ("erp__network__interface_endpoints", ["s3"]),
        ("erp__aws__account_id", 111111111111),
        ("erp__aws__region", "eu-centrl-1"),
        ("erp__aws__zones", ["a", "a"]),
        ("erp__addresses__range", "10.64.0.0/16"),
        ("erp__encryption__deletion_window_days", 6),
        ("erp__domain__zone", "Example"),
        ("erp__domain__hostnames", []),
        ("erp__domain__dnssec", "on"),
        ("erp__recovery__azure__resource_group_generation", 0),
        ("erp-secrets__origin-pull-key", "plain"),
        ("pulumi__disable-default-providers", ["aws"]),
    ],
)
def test_the_schema_refuses_what_the_check_refuses(path: str, value: Any, tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.set("dev", **{path: value})
    assert project.check("dev").code == 2
    assert list(_findings(SCHEMA, project.content("dev"), ""))


def test_every_setting_says_what_it_is_for_and_what_it_takes() -> None:
    for _, model in SECTIONS.values():
        for name, field in model.model_fields.items():
            assert field.description, f"{model.__name__}.{name} says nothing"
            assert field.description.endswith("."), f"{model.__name__}.{name}: {field.description}"
            nested = isinstance(field.annotation, type) and issubclass(field.annotation, Model)
            marked = [item for item in field.metadata if isinstance(item, Allowed)]
            assert marked or nested, f"{model.__name__}.{name} does not say what it takes"
            assert allowed_at(model, (name,)).text


def test_the_regions_are_those_of_the_provider_in_the_commercial_partition() -> None:
    package = find_spec("pulumi_aws")
    assert package is not None
    assert package.origin is not None
    source = (Path(package.origin).parent / "_enums.py").read_text(encoding="utf-8")
    body = source.split("class Region(")[1].split("\nclass ")[0]
    listed = set(re.findall(r'^    [A-Z_0-9]+ = "([a-z0-9-]+)"', body, re.MULTILINE))
    assert len(listed) > 30, "the SDK writes its regions in another form now"
    other_partitions = ("cn-", "us-gov-", "us-iso", "eu-isoe-", "eusc-")
    assert {region for region in listed if not region.startswith(other_partitions)} == set(AWS_REGIONS)


def _findings(schema: dict[str, Any], value: Any, path: str) -> Iterator[str]:
    """What a JSON schema validator would say, for the keywords that this schema uses; an unknown keyword fails."""
    silent = {"$schema", "$defs", "title", "description", "default"}
    if "$ref" in schema:
        yield from _findings(SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[-1]], value, path)
    for keyword, wanted in schema.items():
        if keyword not in silent | {"$ref", "additionalProperties", "properties"}:
            yield from _by_keyword(keyword, wanted, value, path)
    if isinstance(value, dict):
        known: dict[str, Any] = schema.get("properties", {})
        for key, inner in value.items():
            if key in known:
                yield from _findings(known[key], inner, f"{path}.{key}")
            elif schema.get("additionalProperties") is False:
                yield f"{path}.{key}: unknown"


KINDS: dict[str, type] = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}

KEYWORDS: dict[str, tuple[type, Callable[[Any, Any], bool]]] = {
    # keyword: the values that it speaks of, and whether one is right
    "type": (
        object,
        lambda wanted, value: isinstance(value, KINDS[wanted]) and (wanted != "integer" or value is not True),
    ),
    "enum": (object, lambda wanted, value: value in wanted),
    "const": (object, lambda wanted, value: value == wanted),
    "pattern": (str, lambda wanted, value: re.search(wanted, value) is not None),
    "maxLength": (str, lambda wanted, value: len(value) <= wanted),
    "minimum": (int, lambda wanted, value: value >= wanted),
    "maximum": (int, lambda wanted, value: value <= wanted),
    "minItems": (list, lambda wanted, value: len(value) >= wanted),
    "maxItems": (list, lambda wanted, value: len(value) <= wanted),
    "uniqueItems": (list, lambda _, value: len({json.dumps(item) for item in value}) == len(value)),
    "required": (dict, lambda wanted, value: not set(wanted) - set(value)),
}


def _by_keyword(keyword: str, wanted: Any, value: Any, path: str) -> Iterator[str]:
    if keyword == "items":
        for place, item in enumerate(value if isinstance(value, list) else []):
            yield from _findings(wanted, item, f"{path}[{place}]")
        return
    speaks_of, is_right = KEYWORDS[keyword]
    if isinstance(value, speaks_of) and not is_right(wanted, value):
        yield f"{path}: {keyword} {wanted}"
