"""Which tests name which requirement, read from the sources: no test is imported."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class MarkedTest:
    """A test with the ids of its `req` markers, those of its class included.

    file: relative to the project's root, in POSIX form.
    """

    file: str
    name: str
    ids: tuple[str, ...]


def marked_tests(root: Path) -> list[MarkedTest]:
    """Give the tests under tests/ that carry a requirement id, by file and in their order."""
    found: list[MarkedTest] = []
    for path in sorted((root / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        file = path.relative_to(root).as_posix()
        found += [MarkedTest(file, name, ids) for name, ids in _tests(tree.body, "", ()) if ids]
    return found


def stray_markers(root: Path) -> list[str]:
    """Give `file:line` of each `req` marker that decorates nothing, where `marked_tests` would not see it."""
    stray: list[str] = []
    for path in sorted((root / "tests").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        decorators = {
            id(node)
            for owner in ast.walk(tree)
            if isinstance(owner, ast.FunctionDef | ast.ClassDef)
            for decorator in owner.decorator_list
            for node in ast.walk(decorator)
        }
        file = path.relative_to(root).as_posix()
        stray += [f"{file}:{call.lineno}" for call in _markers(tree) if id(call) not in decorators]
    return stray


def _tests(body: list[ast.stmt], prefix: str, ids: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from _tests(node.body, f"{prefix}{node.name}::", ids + _ids(node))
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield f"{prefix}{node.name}", ids + _ids(node)


def _ids(node: ast.FunctionDef | ast.ClassDef) -> tuple[str, ...]:
    calls = (call for decorator in node.decorator_list for call in _markers(decorator))
    return tuple(
        argument.value
        for call in calls
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    )


def _markers(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.req"):
            yield node
