"""What a stack holds, by component, and its outputs: printed after `make up`, read from the local state.

python -m sandbox.summary STACK
"""

import argparse
import json
import signal
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from sandbox.cloud import default_home
from sandbox.values import SIGNATURE

CLOUDS: Final = {"aws": "AWS", "azure-native": "Azure", "cloudflare": "Cloudflare"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the summary. Returns 2 when the stack has no state here."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.summary", description=__doc__)
    parser.add_argument("stack", help="name of the stack")
    parser.add_argument("--home", type=Path, default=default_home(), help="the sandbox's folder (default: %(default)s)")
    options = parser.parse_args(arguments)
    files = sorted(options.home.glob(f"state/.pulumi/stacks/*/{options.stack}.json"))
    if not files:
        print(f"{options.stack}: no state in {options.home}; `make up STACK={options.stack}` makes it", file=sys.stderr)
        return 2
    state = json.loads(files[0].read_text())
    resources: list[dict[str, Any]] = (state["checkpoint"].get("latest") or {}).get("resources") or []
    print("\n".join(render(options.stack, resources)))
    return 0


def render(stack: str, resources: Sequence[Mapping[str, Any]]) -> list[str]:
    """Lay the table out: one row a component by name, one column a cloud, then the outputs."""
    counts = {_name(one["urn"]): Counter[str]() for one in resources if _is_component(one["urn"])}
    parents = {resource["urn"]: resource.get("parent", "") for resource in resources}
    for resource in resources:
        cloud = CLOUDS.get(str(resource["type"]).partition(":")[0])
        if cloud is not None:
            counts.setdefault(_component(resource["urn"], parents), Counter())[cloud] += 1
    names = list(CLOUDS.values())
    width = max([len("component"), *(len(component) for component in counts)])
    lines = [f"{stack}: {sum(total.total() for total in counts.values())} resources in {len(counts)} components", ""]
    lines.append(f"  {'component':<{width}}  " + "  ".join(f"{name:>10}" for name in names))
    for component, found in sorted(counts.items()):
        row = f"  {component:<{width}}  " + "  ".join(f"{found[name] or '':>10}" for name in names)
        lines.append(row.rstrip())
    outputs: Mapping[str, Any] = next(
        (resource.get("outputs") or {} for resource in resources if resource["type"] == "pulumi:pulumi:Stack"), {}
    )
    lines += ["", "  outputs", *(f"    {key}: {_shown(value)}" for key, value in sorted(outputs.items()))]
    return lines


def _component(urn: str, parents: Mapping[str, str]) -> str:
    """The outermost component that a resource belongs to."""
    chain = [urn]
    while parents.get(chain[-1]):
        chain.append(parents[chain[-1]])
    components = [one for one in chain if _is_component(one)]
    return _name(components[-1]) if components else "(none)"


def _is_component(urn: str) -> bool:
    # urn:pulumi:stack::project::parent$type::name; the type is the last of the chain.
    return urn.split("::")[2].rpartition("$")[2].startswith("erp:")


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def _shown(value: Any) -> str:
    if isinstance(value, dict) and SIGNATURE in value:
        return "[secret]"
    return value if isinstance(value, str) else json.dumps(value)


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` may stop reading
    sys.exit(main())
