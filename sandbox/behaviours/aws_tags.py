"""The tags of every AWS resource: its own and the provider's default ones count together.

The check judges a resource's own tags alone; what it sends is `tagsAll`.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from sandbox import facts
from sandbox.behaviours.behaviour import Behaviour, Call
from sandbox.problems import Problem

ALL: Final = "tagsAll"


def with_tags(ways: Behaviour) -> Behaviour:
    """The same ways, which also refuse what the facts refuse in the tags when the default ones are among them."""
    return replace(ways, refuse=_beside(ways.refuse))


def _beside(own: Callable[[Call], Sequence[Problem]]) -> Callable[[Call], Sequence[Problem]]:
    def refuse(call: Call) -> Sequence[Problem]:
        return [*own(call), *_refuse_tags(call)]

    return refuse


def _refuse_tags(call: Call) -> list[Problem]:
    known, tags = facts.load(call.token), call.inputs.get(ALL)
    if known is None or not isinstance(tags, dict):
        return []
    judged = facts.judge(known, {"tags": tags})
    return [
        replace(problem, path=problem.path.replace("tags", ALL, 1), message=f"with the default tags: {problem.message}")
        for problem in judged
        if problem.path.startswith("tags")
    ]
