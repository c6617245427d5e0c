"""What stops a change: a store that would be lost, a policy that is broken, a preview that failed."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from tools.review.changes import Preview
from tools.review.comment import Gate

LABEL: Final = "allow-data-loss"
"""The label by which people who may approve let a store go. Nothing lets a broken policy pass but an exemption."""


def judge(preview: Preview, findings: Mapping[str, Any] | None, labels: Collection[str]) -> Gate:
    """Whether the change may go on."""
    stores = [f"`{change.name}`" for change in preview.changes if change.is_danger]
    loss = [f"{len(stores)} data store{'s' if len(stores) > 1 else ''} in danger: {_some(stores)}"] if stores else []
    reasons: list[str] = []
    if preview.errors:
        reasons.append("the preview failed")
    if findings is None and not preview.errors:
        reasons.append("the policies did not judge this preview")
    if findings is not None and findings["outcome"] != "clean":
        mandatory = sum(breach["level"] == "mandatory" for breach in findings["breaches"])
        failed = sum(bool(exemption["fails"]) for exemption in findings["exemptions"])
        reasons.append(f"policy: {mandatory} mandatory findings, {failed} exemptions that hold no more")
    if LABEL in labels:
        return Gate(reasons=tuple(reasons), allowed=tuple(loss))
    hint = [f"{one} (the label `{LABEL}` lets this pass)" for one in loss]
    return Gate(reasons=(*hint, *reasons), allowed=())


def _some(names: list[str], most: int = 5) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
