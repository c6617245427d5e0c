"""Everything that can be said of a resource's inputs by themselves: the schema's word, the facts', the judges'."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sandbox import facts, schema
from sandbox.facts import TypeFacts
from sandbox.judges import expressions, iam
from sandbox.problems import Problem
from sandbox.schema import ResourceSchema
from sandbox.values import UNKNOWN, secret_at, top_level


def judge(shape: ResourceSchema, known: TypeFacts | None, inputs: dict[str, Any]) -> list[Problem]:
    """Say what is wrong with inputs, each layer on what the ones before let pass: schema, facts, documents."""
    problems = schema.check(shape, inputs)
    if known is not None:
        problems += _beside(problems, inputs, partial(facts.judge, known))
    for document in (iam.judge, expressions.judge):
        found = _beside(problems, inputs, partial(document, shape.token))
        problems += [_closed(problem) if secret_at(inputs, problem.path) else problem for problem in found]
    return problems


def _closed(problem: Problem) -> Problem:
    """The same problem without its words, which are pieces of the document."""
    return replace(problem, message="is refused; the document is a secret, so what is wrong in it is not told")


def _beside(
    problems: Sequence[Problem], inputs: dict[str, Any], judge: Callable[[dict[str, Any]], list[Problem]]
) -> list[Problem]:
    """Judge what nothing is wrong with so far: a property that was refused judges nothing more.

    Where one is, what the others need or exclude may hang on it: only what is said of themselves counts then.
    """
    refused = {top_level(problem.path) for problem in problems}
    found = judge({key: UNKNOWN if key in refused else value for key, value in inputs.items()})
    if not refused:
        return found
    return [one for one in found if one.path and top_level(one.path) in inputs and top_level(one.path) not in refused]
