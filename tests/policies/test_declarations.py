"""What every declaration says, what a wrong one meets, and how rules are found."""

from __future__ import annotations

import ast
import dataclasses
from pathlib import Path
from typing import Any

import pytest
import taggable
from guardrails.declare import ENFORCEMENT, DeclarationError, Enforcement, Environment, Rule
from guardrails.model import canonical
from guardrails.registry import Registry, all_rules
from guardrails.rules import placement, tags

from sandbox import schema
from tests.policies.rules_for_tests import TOKEN, is_good, rule

VERBS = {
    "attach", "block", "close", "empty", "encrypt", "guard", "harden", "keep", "limit", "lock", "log", "match",
    "own", "patch", "protect", "redirect", "refuse", "replicate", "require", "restrict", "rotate", "sign",
    "snapshot", "spread", "strengthen", "strip", "tag", "validate", "verify", "version",
}  # fmt: skip
GOOD = rule("want-good-things", is_good, Enforcement.ALWAYS)


@pytest.mark.parametrize("declared", all_rules(), ids=lambda declared: declared.id)
def test_a_declaration_reads_well(declared: Rule) -> None:
    assert declared.id.partition("-")[0] in VERBS, "a rule's name starts with a verb"
    assert declared.title[0].isupper()
    assert not declared.title.endswith(".")
    for sentence in (declared.why, declared.mend):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert "\n" not in sentence


@pytest.mark.parametrize("declared", all_rules(), ids=lambda declared: declared.id)
def test_an_example_is_python(declared: Rule) -> None:
    ast.parse(declared.example.strip())


def test_enforcement_says_a_level_for_every_environment() -> None:
    assert {row: set(levels) for row, levels in ENFORCEMENT.items()} == {row: set(Environment) for row in Enforcement}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"id": "Good Things"}, "expected lower-case words joined by hyphens, verb first"),
        ({"id": "goodness"}, "expected lower-case words joined by hyphens, verb first"),
        ({"why": " "}, "title, why, mend and example must all say something"),
    ],
)
def test_a_wrong_declaration_is_refused(change: dict[str, object], problem: str) -> None:
    with pytest.raises(DeclarationError, match=problem):
        dataclasses.replace(GOOD, **change)


def test_a_rule_that_could_never_run_is_refused() -> None:
    with pytest.raises(DeclarationError, match="rule want-good-things names no resource type"):
        Registry([dataclasses.replace(GOOD, types=())])


def test_an_id_that_is_there_twice_is_refused() -> None:
    with pytest.raises(DeclarationError, match="rule id want-good-things is there twice"):
        Registry([GOOD, GOOD])


def test_a_rule_is_found_by_type_by_prefix_and_by_no_other() -> None:
    exact = dataclasses.replace(GOOD, id="want-exactly", types=(TOKEN,))
    prefixed = dataclasses.replace(GOOD, id="want-all-of", types=("test:*",))
    registry = Registry([prefixed, exact])

    assert [found.id for found in registry.for_type(TOKEN)] == ["want-exactly", "want-all-of"]
    assert [found.id for found in registry.for_type("test:index:Other")] == ["want-all-of"]
    assert registry.for_type("testing:index:Thing") == ()


@pytest.mark.parametrize(
    ("token", "plain"),
    [
        ("azure-native:network:Subnet", "azure-native:network:Subnet"),
        ("azure-native:network/v20240501:Subnet", "azure-native:network:Subnet"),
        ("azure-native:network/v20240501preview:Subnet", "azure-native:network:Subnet"),
        ("azure-native_network_v20240501:network:Subnet", "azure-native:network:Subnet"),
        ("aws:ec2/vpc:Vpc", "aws:ec2/vpc:Vpc"),
    ],
)
def test_a_type_of_azure_is_one_whatever_its_api_version(token: str, plain: str) -> None:
    assert canonical(token) == plain


def nested(path: str) -> Any:
    """Properties with a text at a path of the form `rules[].region`."""
    head, is_list, rest = path.partition("[]")
    value: Any = nested(rest) if rest else "x"
    value = [value] if is_list else value
    for name in reversed(head.strip(".").split(".")):
        value = {name: value}
    return value


@pytest.mark.parametrize("token", placement._COPIES)
def test_a_place_where_copies_are_named_is_one_that_the_sdk_knows(token: str) -> None:
    known = schema.load(token)

    problems = [problem for path in placement._COPIES[token] for problem in schema.check(known, nested(path))]

    assert [problem for problem in problems if not problem.message.startswith("missing: ")] == []


def test_the_list_of_taggable_types_is_that_of_the_installed_sdks() -> None:
    assert taggable.TARGET.read_text() == taggable.rendered(), "stale: run `python policies/taggable.py`"
    assert {"aws:ec2/vpc:Vpc", "azure-native:network:VirtualNetwork"} <= tags.taggable_types()
    assert not {"aws:ec2/route:Route", "azure-native:network:Subnet"} & tags.taggable_types()


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taggable, "_PACKAGES", ("pulumi_nowhere",))

    with pytest.raises(ModuleNotFoundError, match="pulumi_nowhere is not installed"):
        taggable.rendered()


def test_a_module_of_rules_lists_all_that_it_declares() -> None:
    folder = Path(tags.__file__).parent
    declared = [
        keyword.value.value
        for path in sorted(folder.glob("*.py"))
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in {"ResourceRule", "StackRule"}
        for keyword in call.keywords
        if keyword.arg == "id" and isinstance(keyword.value, ast.Constant)
    ]

    assert sorted(str(name) for name in declared) == sorted(found.id for found in all_rules())
