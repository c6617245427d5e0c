"""The programs that a run compares: nothing, the floor, ours, and ours grown."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

from tests.graph import Graph, composed

ROOT: Final = Path(__file__).parents[2]

PROVIDER: Final = "pulumi:providers:"

NOTHING: Final = """\
import pulumi
"""

# The same resources as ours, registered by type token and plain data: what any Python program has to pay.
FLOOR: Final = """\
import gc; gc.disable()
import json
from pathlib import Path
import pulumi

class Bare(pulumi.CustomResource):
    def __init__(self, token, name, inputs, opts):
        super().__init__(token, name, inputs, opts)

class BareProvider(pulumi.ProviderResource):
    def __init__(self, package, name, inputs):
        super().__init__(package, name, inputs)

graph = json.loads(Path(__file__).with_name("graph.json").read_text())
providers = {p["name"]: BareProvider(p["package"], p["name"], p["inputs"]) for p in graph["providers"]}
for one in graph["resources"]:
    opts = pulumi.ResourceOptions(provider=providers[one["provider"]])
    Bare(one["token"], one["name"], one["inputs"], opts)
"""

GROWN: Final = """\
import runpy, sys
sys.path.insert(0, {root!r})
known = runpy.run_path({main!r})
from components.network.component import Network, NetworkArgs
context, settings, aws = known["context"], known["settings"], known["settings"].aws
plan, keys = known["addresses"], known["encryption"]
pairs = {{
    "network": (plan.aws_primary, aws.region, aws.zones, keys.keys, context.in_primary()),
    "network-recovery": (
        plan.aws_recovery, aws.recovery_region, aws.recovery_zones, keys.recovery_keys, context.in_recovery()
    ),
}}
for copy in range({copies}):
    for name, (block, region, zones, arns, opts) in pairs.items():
        args = NetworkArgs(
            context=context, settings=settings.network, block=block, region=region, zones=zones,
            logs_key_arn=arns["logs"],
        )
        Network(f"{{name}}-{{copy}}", args, opts)
"""


def write(folder: Path, name: str, text: str, config: Mapping[str, Any] | None = None) -> Path:
    """Make a Pulumi project of one file; `config` is its stack file, whose stack is `bench`."""
    project = folder / name
    project.mkdir(parents=True, exist_ok=True)
    (project / "Pulumi.yaml").write_text("name: erp\nruntime: python\n")
    (project / "__main__.py").write_text(text)
    if config is not None:
        (project / "Pulumi.prod.yaml").write_text(json.dumps(config))
    return project


def floor(folder: Path, deployment: Mapping[str, Any]) -> tuple[Path, int]:
    """Make the floor of a deployed stack; gives its folder and how many resources it registers.

    deployment: what `pulumi stack export` says. The inputs are taken from it, so that they are as ours were.
    """
    project = write(folder, "floor", FLOOR)
    custom = [one for one in deployment["deployment"]["resources"] if one.get("custom")]
    providers = [one for one in custom if one["type"].startswith(PROVIDER)]
    resources = [one for one in custom if not one["type"].startswith(PROVIDER)]
    content = {
        "providers": [
            {"package": one["type"].removeprefix(PROVIDER), "name": _name(one["urn"]), "inputs": _inputs(one)}
            for one in providers
        ],
        "resources": [
            {
                "token": one["type"],
                "name": _name(one["urn"]),
                "inputs": _inputs(one),
                "provider": _name(one["provider"].rpartition("::")[0]),
            }
            for one in resources
        ],
    }
    (project / "graph.json").write_text(json.dumps(content))
    return project, len(resources)


def grown(folder: Path, copies: int, config: Mapping[str, Any]) -> tuple[Path, int]:
    """Make our program with both networks added `copies` more times; gives its folder and the resources added."""
    text = GROWN.format(root=str(ROOT), main=str(ROOT / "__main__.py"), copies=copies)
    graph = composed("prod")
    more = copies * (_size(graph, "network") + _size(graph, "network-recovery"))
    return write(folder, f"grown-{copies}", text, config), more


def _size(graph: Graph, component: str) -> int:
    return sum(node.custom for node in graph.descendants(component))


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def _inputs(resource: Mapping[str, Any]) -> dict[str, object]:
    # What the provider adds by itself, the version and the engine's own bookkeeping are not the program's.
    added = ("tagsAll", "version")
    inputs: Mapping[str, Any] = resource.get("inputs") or {}
    return {key: _shown(value) for key, value in inputs.items() if key not in added and not key.startswith("__")}


def _shown(value: Any) -> object:
    """A secret in an export is an object with its value as JSON text; the sandbox minted it and nobody else uses it."""
    secret = cast("dict[str, str]", value) if isinstance(value, dict) else {}
    return json.loads(secret["plaintext"]) if "plaintext" in secret else cast("object", value)


def parts(uses: Mapping[str, str]) -> str:
    """A program that uses one class of each module, one after the other, and prints the seconds of each as JSON."""
    return (
        "import gc, json, time; gc.disable()\n"
        "import importlib\n"
        "taken = {}\n"
        f"for name, member in {dict(uses)!r}.items():\n"
        "    started = time.perf_counter()\n"
        "    getattr(importlib.import_module(name), member)\n"
        "    taken[name] = time.perf_counter() - started\n"
        "print(json.dumps(taken))\n"
    )
