"""Differences that are none for databases.

Source: terraform-provider-aws internal/service/rds, the suppressing functions of instance.go, and pulumi-aws's own
comparison of parameters (provider/pkg/rds/parameter_group.go).
"""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sandbox.facts.same import Comparison, Sides


def _grown(old: Any, new: Any, sides: "Sides") -> bool:
    """RDS has grown the storage by itself, within the limit: a smaller size in the program asks for nothing."""
    limit = sides.value("maxAllocatedStorage")
    numbers = all(isinstance(value, int | float) for value in (old, new, limit))
    return numbers and new < old and new < limit  # pyright: ignore[reportOperatorIssue] (all three are numbers)


def _version_prefix(old: Any, new: Any, _: "Sides") -> bool:
    """The major version alone fits every minor one of it."""
    return isinstance(old, str) and isinstance(new, str) and old.startswith(new + ".")


def _no_growth(old: Any, new: Any, sides: "Sides") -> bool:
    """A limit that is the size itself is none, as 0 is."""
    size = sides.value("allocatedStorage")
    return size is not None and {old or 0, new or 0} == {0, size}


def _method_alone(_old: Any, _new: Any, sides: "Sides") -> bool:
    """Every parameter has the value that it had."""
    before, after = _values(sides.old.get("parameters")), _values(sides.new.get("parameters"))
    return before is not None and before == after


def _values(parameters: object) -> dict[str, object] | None:
    if not isinstance(parameters, list):
        return None
    items: list[Any] = parameters
    return {str(item.get("name")).lower(): item.get("value") for item in items if isinstance(item, dict)}


SAME: "Final[dict[str, Comparison]]" = {
    "grown by itself": _grown,
    "method alone": _method_alone,
    "no growth": _no_growth,
    "version prefix": _version_prefix,
}
