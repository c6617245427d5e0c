"""Which SDK packages there are, their versions and the class of each type token, all without importing them."""

import ast
import functools
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

PACKAGES: Final = {"aws": "pulumi_aws", "azure-native": "pulumi_azure_native", "cloudflare": "pulumi_cloudflare"}
PROVIDER_PREFIX: Final = "pulumi:providers:"


class UnknownType(Exception):
    """No installed SDK has a resource of this token."""

    def __init__(self, token: str, hint: str = "") -> None:
        super().__init__(f"no installed SDK has a resource type {token!r}{hint}")
        self.token = token


@dataclass(frozen=True, slots=True)
class Package:
    """An installed SDK.

    name: as in tokens ("azure-native"). module: as Python imports it. version: as in its pulumi-plugin.json.
    """

    name: str
    module: str
    version: str
    folder: Path


def package_of(token: str) -> Package:
    """Give the SDK that a token belongs to; raises UnknownType where none is installed."""
    name = token.removeprefix(PROVIDER_PREFIX) if token.startswith(PROVIDER_PREFIX) else token.partition(":")[0]
    if name not in PACKAGES:
        raise UnknownType(token, f": only {', '.join(PACKAGES)} are known")
    return _package(name, token)


@functools.cache
def _package(name: str, token: str) -> Package:
    module = PACKAGES[name]
    spec = importlib.util.find_spec(module)  # finds a top-level package without running it
    if spec is None or spec.origin is None:
        raise UnknownType(token, f": the package {module} is not installed")
    folder = Path(spec.origin).parent
    version = json.loads((folder / "pulumi-plugin.json").read_text())["version"]
    return Package(name, module, version, folder)


def class_of(token: str) -> tuple[str, str]:
    """Give module and class name of a resource type; raises UnknownType.

    The source is the registration at the end of each SDK's __init__.py, which the SDK itself uses to turn a token
    into a class.
    """
    package = package_of(token)
    classes = _registered(package)
    if token not in classes:
        near = _close(token, classes)
        hint = f"; did you mean {near!r}?" if near else ""
        raise UnknownType(token, f" ({package.module} {package.version}){hint}")
    return classes[token]


@functools.cache
def _registered(package: Package) -> dict[str, tuple[str, str]]:
    tree = _registration_call((package.folder / "__init__.py").read_text(encoding="utf-8"))
    keywords = {item.arg: item.value for item in tree.keywords}
    classes: dict[str, tuple[str, str]] = {}
    for entry in _json_argument(keywords["resource_modules"]):
        for token, name in entry["classes"].items():
            classes[token] = (entry["fqn"], name)
    for entry in _json_argument(keywords["resource_packages"]):
        classes[entry["token"]] = (entry["fqn"], entry["class"])
    return classes


def _registration_call(source: str) -> ast.Call:
    start = source.rindex("_utilities.register(")  # the last statement; parsing the whole file takes a second
    expression = ast.parse(source[start:].strip(), mode="eval").body
    if not isinstance(expression, ast.Call):
        raise TypeError("the SDK's registration is not a call any more")
    return expression


def _json_argument(node: ast.expr) -> list[dict[str, Any]]:
    return json.loads(ast.literal_eval(node))


def _close(token: str, classes: dict[str, tuple[str, str]]) -> str:
    import difflib

    tail = token.rpartition(":")[2]
    same_class = [known for known in classes if known.rpartition(":")[2] == tail]
    return next(iter(difflib.get_close_matches(token, same_class or classes, n=1, cutoff=0.6)), "")
