"""What the contract tests read out of the sources, without importing them."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]


def python_files(*folders: str) -> list[Path]:
    """Give every Python file of these folders, or the file itself, relative to the project's root."""
    found: list[Path] = []
    for folder in folders:
        path = ROOT / folder
        found += [path] if path.is_file() else path.rglob("*.py")
    return sorted(path.relative_to(ROOT) for path in found)


def parse(file: Path) -> ast.Module:
    return ast.parse((ROOT / file).read_text(encoding="utf-8"), str(file))


def imports(file: Path, *, for_types: bool = False) -> set[str]:
    """Give the full names of the modules that a file imports anywhere in it, functions included.

    for_types: also those under `if TYPE_CHECKING`, which are not imported when the program runs.
    """
    return set(_imports(parse(file), for_types=for_types))


def _imports(node: ast.AST, *, for_types: bool) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        yield base
        yield from (f"{base}.{alias.name}" for alias in node.names)
    children: list[ast.AST] = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING") and not for_types:
        children = list(node.orelse)
    for child in children:
        yield from _imports(child, for_types=for_types)


def component_annotations() -> dict[str, tuple[str, set[str]]]:
    """Give class name and annotated results of each component, by its type token."""
    found: dict[str, tuple[str, set[str]]] = {}
    for file in python_files("components"):
        for node in ast.walk(parse(file)):
            if isinstance(node, ast.ClassDef) and "ErpComponent" in map(ast.unparse, node.bases):
                names = {
                    item.target.id
                    for item in node.body
                    if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
                }
                found[_token(node)] = (node.name, names)
    return found


def _token(component: ast.ClassDef) -> str:
    for node in ast.walk(component):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "super().__init__" and node.args:
            token = node.args[0]
            if isinstance(token, ast.Constant) and isinstance(token.value, str):
                return token.value
    raise AssertionError(f"{component.name} hands no literal type token to ErpComponent")
