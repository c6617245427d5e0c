"""The facts of each type in use: what a real account takes passes, and each change that it refuses is refused."""

from typing import Any

import pytest

from sandbox import facts, schema
from sandbox.problems import Problem
from tests.sandbox.facts_cases import GOOD, REFUSED
from tests.sandbox.test_schema import IN_USE

TYPES = [token for token in IN_USE if not token.startswith("pulumi:")]
CASES = [(token, *case) for token, cases in REFUSED.items() for case in cases]


def judged(token: str, inputs: dict[str, Any]) -> list[Problem]:
    known = facts.load(token)
    assert known is not None, f"{token} has no facts"
    return facts.judge(known, inputs)


def changed(token: str, **change: Any) -> dict[str, Any]:
    return {name: value for name, value in {**GOOD[token], **change}.items() if value is not None}


@pytest.mark.parametrize("token", TYPES)
def test_inputs_that_a_real_account_takes_pass(token: str) -> None:
    assert [str(problem) for problem in judged(token, GOOD[token])] == []


@pytest.mark.parametrize(("token", "change", "path", "message"), CASES, ids=lambda value: str(value)[:60])
def test_a_change_that_a_real_account_refuses_is_refused_where_it_is(
    token: str, change: dict[str, Any], path: str, message: str
) -> None:
    problems = judged(token, changed(token, **change))
    found = [f"{problem.path}: {problem.message}" for problem in problems]
    assert any(
        problem.path in path.split("|") and any(part in problem.message for part in message.split("|"))
        for problem in problems
    ), found
    assert all(problem.fact for problem in problems)


@pytest.mark.parametrize("token", sorted(GOOD))
def test_the_cases_hold_properties_that_the_sdk_has(token: str) -> None:
    given = {name for change, _, _ in REFUSED[token] for name in change} | set(GOOD[token])
    assert given <= set(schema.load(token).inputs.properties)


def test_every_type_in_use_has_cases() -> None:
    assert set(TYPES) <= set(GOOD)
    assert set(TYPES) <= set(REFUSED)
