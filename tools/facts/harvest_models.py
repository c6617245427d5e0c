"""Reads AWS's API models (botocore) and CloudFormation's resource schemas (cfn-lint) for what one value has to be.

Only for the types of read/models/aws.json, whose create call and CloudFormation type are named there, and only for
top-level properties whose name is the same in the model (KmsKeyId, kmsKeyId) and that hold text or a number: names that
differ are not guessed.
"""

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from importlib.resources import files
from typing import Any, Final

from sandbox import schema
from sandbox.facts.patterns import compiled
from tools.facts.compiler import READ, VENDOR, harvested

_NAMED: Final = READ / "models" / "aws.json"


def run_botocore() -> None:
    """Write vendor/botocore.json; raises ImportError without botocore."""
    import botocore

    data = files(botocore).joinpath("data")

    def read(service: str) -> Mapping[str, Any]:
        newest = max(path.name for path in data.joinpath(service).iterdir() if path.is_dir())
        folder = data.joinpath(service, newest)
        packed = folder.joinpath("service-2.json.gz")
        if packed.is_file():
            return json.loads(gzip.decompress(packed.read_bytes()))
        return json.loads(folder.joinpath("service-2.json").read_text(encoding="utf-8"))

    found: dict[str, dict[str, Any]] = {}
    for token, (service, shape, _) in _named().items():
        shapes = read(service)["shapes"]
        members = shapes[shape]["members"]
        facts = {name: _from_shape(shapes[members[given]["shape"]]) for name, given in _same_names(token, members)}
        found[token] = {name: fact for name, fact in facts.items() if fact}
    _write("botocore", "AWS service model", found)


def run_cfn_lint() -> None:
    """Write vendor/cfn-lint.json; raises ImportError without cfn-lint."""
    import cfnlint

    data = files(cfnlint).joinpath("data", "schemas")
    resources = json.loads(data.joinpath("providers", "eu-central-1.json").read_text(encoding="utf-8"))
    found: dict[str, dict[str, Any]] = {}
    for token, (_, _, resource) in _named().items():
        if resource not in resources:
            continue
        content = json.loads(data.joinpath("resources", f"{resources[resource]}.json").read_text(encoding="utf-8"))
        facts = {
            name: _from_schema(content["properties"][given])
            for name, given in _same_names(token, content["properties"])
        }
        found[token] = {name: fact for name, fact in facts.items() if fact}
    _write("cfn-lint", "CloudFormation resource schema", found)


def _named() -> dict[str, tuple[str, str, str]]:
    return json.loads(_NAMED.read_text(encoding="utf-8"))


def _write(source: str, what: str, found: Mapping[str, Mapping[str, Any]]) -> None:
    kept = {token: facts for token, facts in found.items() if facts}
    target = VENDOR / f"{source}.json"
    target.write_text(harvested(f"{what} ({source} {version(source)})", kept), encoding="utf-8")
    print(f"wrote vendor/{target.name}: {sum(map(len, found.values()))} properties")


def _same_names(token: str, members: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Pair the SDK's inputs that are plain text or numbers with the model's members of the same name."""
    by_name = {name[:1].lower() + name[1:]: name for name in members}
    for name, spec in schema.load(token).inputs.properties.items():
        kinds = {option.kind for option in spec.options} or {spec.kind}
        if name in by_name and kinds <= {"string", "enum", "integer", "number"}:
            yield name, by_name[name]


def _from_shape(shape: Mapping[str, Any]) -> dict[str, Any]:
    if shape["type"] == "string":
        return _text(shape, "min", "max")
    if shape["type"] in ("integer", "long") and ("min" in shape or "max" in shape):
        return {"range": [shape.get("min"), shape.get("max")]}
    return {}


def _from_schema(content: Mapping[str, Any]) -> dict[str, Any]:
    if content.get("type") == "string":
        return _text(content, "minLength", "maxLength")
    if content.get("type") == "integer" and ("minimum" in content or "maximum" in content):
        return {"range": [content.get("minimum"), content.get("maximum")]}
    return {}


def _text(content: Mapping[str, Any], least: str, most: str) -> dict[str, Any]:
    """Take what a model says about a text; a pattern that Python can't compile is left out."""
    fact: dict[str, Any] = {}
    if content.get("enum"):
        return {"enum": sorted(content["enum"])}
    if content.get(least):
        fact["minLength"] = content[least]
    if most in content:
        fact["maxLength"] = content[most]
    pattern = content.get("pattern")
    if pattern:
        whole = f"^(?:{pattern.removeprefix('^').removesuffix('$')})$"
        try:
            compiled(whole)
        except (re.error, KeyError):
            return fact
        fact["pattern"] = whole
    return fact
