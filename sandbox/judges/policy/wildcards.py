"""Wildcard patterns as IAM has them: `*` any text, `?` any one character."""

import re
from collections.abc import Callable
from functools import lru_cache


@lru_cache(maxsize=4096)
def matcher(pattern: str) -> Callable[[str], re.Match[str] | None]:
    """Give a function that tells whether a text is one of those a pattern stands for."""
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(char) or re.escape(char) for char in pattern), re.DOTALL).fullmatch


@lru_cache(maxsize=8192)
def overlap(left: str, right: str) -> bool:
    """Tell whether two patterns have a text in common."""
    if "*" not in left and "?" not in left:
        return matcher(right)(left) is not None
    if "*" not in right and "?" not in right:
        return matcher(left)(right) is not None
    # reachable[j]: the left pattern up to here and the right one up to j have a text in common.
    reachable = [True, *([False] * len(right))]
    for column, char in enumerate(right):
        reachable[column + 1] = reachable[column] and char == "*"
    for row in left:
        following = [reachable[0] and row == "*"]
        for column, char in enumerate(right):
            if row == "*" or char == "*":
                found = reachable[column + 1] or following[column] or (row == char and reachable[column])
            else:
                found = reachable[column] and (row == char or "?" in (row, char))
            following.append(found)
        reachable = following
    return reachable[-1]


@lru_cache(maxsize=8192)
def arns_overlap(written: str, template: str) -> bool:
    """Tell whether an ARN in a policy and the ARN form of a resource type share a resource; `*` is every ARN."""
    if written == "*":
        return True
    left, right = written.split(":", 5), template.split(":", 5)
    if len(left) < len(right) and not written.endswith("*"):
        return False
    # A last part that ends in * also stands for the parts that follow.
    return all(overlap(one, other) for one, other in zip(left, right, strict=False))
