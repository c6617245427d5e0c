"""Writes guardrails/taggable.json: the resource types of AWS and Azure that take tags.

    python policies/taggable.py

Run it after an upgrade of the provider SDKs; a test says when the list is stale. The SDKs' source files are read as
text and never imported (importing all of them takes minutes and gigabytes), and the pack itself needs none of them.
"""

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

TARGET: Final = Path(__file__).parent / "guardrails" / "taggable.json"

_PACKAGES: Final = ("pulumi_aws", "pulumi_azure_native")
_SIGNATURE: Final = re.compile(r"def _internal_init\(__self__,(.*?)\):", re.DOTALL)
_TAGS: Final = re.compile(r"\btags: [^\n]*Mapping\[")  # in a few types `tags` is something else
_LIST_FORM: Final = ("aws:autoscaling/group:Group",)  # real tags, but as a list of key and value
_TOKEN: Final = re.compile(r"super\(\w+, __self__\)\.__init__\(\s*'([\w:/-]+)'")


def taggable() -> dict[str, list[str]]:
    """Names of the taggable types by module, in order: `{"aws:kms/": ["externalKey:ExternalKey", ...]}`."""
    by_module: dict[str, list[str]] = {}
    tokens = {*_LIST_FORM, *(token for package in _PACKAGES for token in _tokens(_folder(package)))}
    for token in sorted(tokens):
        cut = token.index("/") + 1 if "/" in token else token.rindex(":") + 1
        by_module.setdefault(token[:cut], []).append(token[cut:])
    return by_module


def rendered() -> str:
    """The file's text: one module a line."""
    lines = ",\n".join(f"  {json.dumps(module)}: {json.dumps(names)}" for module, names in taggable().items())
    return f"{{\n{lines}\n}}\n"


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        message = f"{package} is not installed"
        raise ModuleNotFoundError(message)
    return Path(spec.origin).parent


def _tokens(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*.py"):
        if path.name.startswith(("get_", "_", "list_")) or path.name in {"outputs.py", "_inputs.py", "_enums.py"}:
            continue
        source = path.read_text(encoding="utf-8")
        token, signature = _TOKEN.search(source), _SIGNATURE.search(source)
        if token and signature and _TAGS.search(signature[1]):
            yield token[1]


if __name__ == "__main__":
    TARGET.write_text(rendered(), encoding="utf-8")
