"""Rules for the tests themselves, read from their sources."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.sources import parse, python_files

SENTENCE = re.compile(r"test(_[a-z0-9]+){3,}")


def all_tests() -> Iterator[tuple[Path, ast.FunctionDef]]:
    for file in python_files("tests"):
        if file.name.startswith("test_"):
            for node in ast.walk(parse(file)):
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                    yield file, node


def asserts_in_apply(tree: ast.AST) -> list[int]:
    """Give the lines of assertions in functions that are handed to `apply`, which may never run."""
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    lines: list[int] = []
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "apply":
            for argument in call.args:
                named = functions.get(argument.id) if isinstance(argument, ast.Name) else None
                lines += [node.lineno for node in ast.walk(named or argument) if isinstance(node, ast.Assert)]
    return lines


def test_the_name_of_every_test_is_a_sentence() -> None:
    short = [f"{file}: {node.name}" for file, node in all_tests() if not SENTENCE.fullmatch(node.name)]
    assert short == []


def test_no_test_asserts_inside_an_apply() -> None:
    assert [f"{file}:{line}" for file in python_files("tests") for line in asserts_in_apply(parse(file))] == []


def test_no_test_sleeps() -> None:
    sleepers = [
        f"{file}:{node.lineno}"
        for file in python_files("tests")
        for node in ast.walk(parse(file))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("sleep", "time.sleep", "asyncio.sleep")
    ]
    assert sleepers == []


def test_no_test_of_the_unit_level_is_without_an_assertion() -> None:
    silent = [
        f"{file}: {node.name}"
        for file, node in all_tests()
        if file.parts[1] in ("unit", "contracts") and not any(checks(inner) for inner in ast.walk(node))
    ]
    assert silent == []


def checks(node: ast.AST) -> bool:
    """Tell whether a node asserts something: itself, by `pytest.raises`, by a helper named for it, or by failing."""
    called = ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
    return isinstance(node, ast.Assert) or called.startswith(("raises", "warns", "assert", "check", "class_of"))


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("def f(x):\n  assert x\nvalue.apply(f)\n", [2]),
        ("def f(x):\n  return x\nvalue.apply(f)\nassert f(1)\n", []),
        ("def g(x):\n  def f(y):\n    assert y\n  x.apply(f)\n", [3]),
    ],
)
def test_an_assertion_in_an_apply_is_found(source: str, lines: list[int]) -> None:
    assert asserts_in_apply(ast.parse(source)) == lines
