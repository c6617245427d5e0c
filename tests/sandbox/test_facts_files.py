"""The files of facts: in step with what they are made from, complete, and usable."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox import facts, schema
from sandbox.facts.limits import limits_of
from sandbox.facts.model import FOLDER
from sandbox.facts.paths import ITEMS, VALUES, split
from sandbox.facts.predicates import REPLACES
from sandbox.facts.same import SAME
from sandbox.schema import ResourceSchema, TypeSpec
from tests.sandbox.facts_cases import GOOD
from tools.facts import compiler
from tools.facts.__main__ import main

PACKAGES = list(compiler.FOLDERS)
TOKENS = [token for package in PACKAGES for token in facts.tokens(package)]


def known(token: str) -> facts.TypeFacts:
    found = facts.load(token)
    assert found is not None, token
    return found


def entries() -> Iterator[tuple[str, str, Any]]:
    for token in TOKENS:
        for path, entry in known(token).properties.items():
            yield token, path, entry


@pytest.mark.parametrize("package", PACKAGES)
def test_a_file_is_in_step_with_its_readings(package: str) -> None:
    written = (FOLDER / f"{package}.json").read_text(encoding="utf-8")
    assert compiler.written(compiler.package(package)) == written, "run `make facts`"


def test_every_entry_and_check_says_where_it_comes_from() -> None:
    for token, path, entry in entries():
        named = entry["source"]
        sources = [named] if isinstance(named, str) else list(named.values())
        assert sources, (token, path)
        assert set(sources) <= set(known(token).sources), (token, path)
    for token in TOKENS:
        assert {check["source"] for check in known(token).checks} <= set(known(token).sources), token


def test_every_pattern_compiles_and_every_limit_can_be_made() -> None:
    for token, path, entry in entries():
        for name, limit in limits_of(entry):
            assert limit(None) is None or name == "enum", (token, path)


def test_every_name_of_a_function_is_one_of_the_sandbox() -> None:
    for token, path, entry in entries():
        assert set(entry.get("same", ())) <= set(SAME), (token, path)
        assert {entry[key] for key in ("replaceBy",) if key in entry} <= set(REPLACES), (token, path)


@pytest.mark.parametrize("token", sorted(GOOD))
def test_every_path_of_a_type_in_use_is_one_that_the_sdk_has(token: str) -> None:
    shape = schema.load(token)
    for path, entry in known(token).properties.items():
        for place in (path, *entry.get("conflictsWith", ()), *entry.get("requiredWith", ())):
            assert has(shape, split(place)), f"{path}: {place}"


def has(shape: ResourceSchema, segments: tuple[str, ...]) -> bool:
    first, rest = segments[0], segments[1:]
    candidates = [specs[first] for specs in (shape.inputs.properties, shape.outputs) if first in specs]
    return any(leads(shape, spec, rest) for spec in candidates)


def leads(shape: ResourceSchema, spec: TypeSpec, segments: tuple[str, ...]) -> bool:
    if not segments or spec.kind == "any":
        return True
    if spec.kind == "union":
        return any(leads(shape, option, segments) for option in spec.options)
    if segments[0] in (ITEMS, VALUES):
        kind = "array" if segments[0] == ITEMS else "map"
        return spec.kind == kind and spec.of is not None and leads(shape, spec.of, segments[1:])
    if spec.kind != "object":
        return False
    member = shape.objects[spec.ref].properties.get(segments[0])
    return member is not None and leads(shape, member, segments[1:])


SERVICE, GROUP = "aws:ecs/service:Service", "aws:lb/targetGroup:TargetGroup"
# Words that nothing computes yet: the offline cloud shows a difference there that the provider would not. None of them
# concerns what the program sets but the last, whose text the program writes the same in every run.
BY_WORDS_ALONE = {
    *(("aws:appautoscaling/scheduledAction:ScheduledAction", path) for path in ("endTime", "startTime")),
    (SERVICE, "deploymentConfiguration.lifecycleHooks[].hookDetails"),
    (SERVICE, "deploymentMaximumPercent"),
    (SERVICE, "deploymentMinimumHealthyPercent"),
    (SERVICE, "desiredCount"),
    (SERVICE, "propagateTags"),
    (SERVICE, "triggers"),
    *(
        (GROUP, path)
        for path in (
            "healthCheck.port", "healthCheck.protocol", "port", "protocol", "protocolVersion", "stickiness",
            "stickiness.cookieDuration", "targetFailovers", "vpcId",
        )
    ),
    ("aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions"),
}  # fmt: skip


def test_what_a_type_in_use_decides_by_words_is_computed() -> None:
    by_words = {
        (token, path) for token in GOOD for path, entry in known(token).properties.items() if "ignoredDiff" in entry
    }
    assert by_words == BY_WORDS_ALONE
    for token in GOOD:
        for path, entry in known(token).properties.items():
            assert "replaceIf" not in entry or "replaceBy" in entry, f"{token} {path}: {entry['replaceIf']}"


def test_a_type_without_facts_has_none() -> None:
    assert facts.load("aws:nothing/such:Type") is None
    assert facts.load("gcp:storage/bucket:Bucket") is None


def test_the_iam_reference_holds_the_services_and_keys_that_its_reading_names() -> None:
    reading = json.loads((compiler.READ / "iam" / "global.json").read_text(encoding="utf-8"))
    made = json.loads((FOLDER / "iam.json").read_text(encoding="utf-8"))
    assert made["global"] == reading["keys"]
    assert sorted(made["held"]) == sorted(reading["services"])
    assert set(made["held"]) <= set(made["services"])


def test_the_maker_says_which_file_is_out_of_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tools.facts.__main__.FOLDER", tmp_path)
    assert main(["--check"]) == 1
    assert "aws.json" in capsys.readouterr().err
    assert main([]) == 0
    assert main(["--check"]) == 0


@pytest.mark.parametrize(
    ("fact", "message"),
    [
        ({"pattern": "(("}, "missing"),
        ({"same": ["witchcraft"]}, "no function for witchcraft"),
        ({"enum": ["a"], "from": {"enum": "hearsay"}}, "no such source: hearsay"),
    ],
)
def test_a_reading_that_cannot_be_used_is_refused_with_its_place(
    tmp_path: Path, fact: dict[str, Any], message: str
) -> None:
    reading = {"aws:x/y:Y": {"source": "somewhere", "properties": {"name": fact}}}
    (tmp_path / "aws").mkdir()
    (tmp_path / "aws" / "x.json").write_text(json.dumps(reading), encoding="utf-8")
    with pytest.raises(compiler.FactsError, match=message) as caught:
        compiler.package("aws", read=tmp_path, vendor=tmp_path)
    assert "x.json: aws:x/y:Y" in str(caught.value)


def test_a_harvest_fills_in_only_what_a_reading_leaves_open(tmp_path: Path) -> None:
    (tmp_path / "aws").mkdir()
    reading = {"aws:x/y:Y": {"source": "somewhere", "commit": "c0ffee", "properties": {"name": {"enum": ["a"]}}}}
    (tmp_path / "aws" / "x.json").write_text(json.dumps(reading), encoding="utf-8")
    harvest = {"aws:x/y:Y": {"name": {"enum": ["a", "b"], "maxLength": 3}, "size": {"range": [1, 2]}}}
    (tmp_path / "botocore.json").write_text(compiler.harvested("a model", harvest), encoding="utf-8")
    made = compiler.package("aws", read=tmp_path, vendor=tmp_path)["types"]["aws:x/y:Y"]
    assert made["properties"] == {
        "name": {"enum": ["a"], "maxLength": 3, "source": {"*": "provider", "maxLength": "botocore"}},
        "size": {"range": [1, 2], "source": "botocore"},
    }
    assert made["source"] == {"botocore": "a model", "provider": "somewhere @ c0ffee"}


def test_a_type_read_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "aws").mkdir()
    one = tmp_path / "aws" / "x.json"
    one.write_text(json.dumps({"aws:x/y:Y": {"source": "somewhere", "properties": {}}}), encoding="utf-8")
    shutil.copy(one, tmp_path / "aws" / "z.json")
    with pytest.raises(compiler.FactsError, match="read twice"):
        compiler.package("aws", read=tmp_path, vendor=tmp_path)
