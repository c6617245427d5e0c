"""Previews as the engine prints them, one a situation, with what the audit said of each.

`python -m tests.review.situations` writes the golden files anew; read their difference before you commit it.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tools.review.changes import read
from tools.review.comment import comment
from tools.review.gate import LABEL, judge
from tools.review.recovery import effects

GOLDEN: Final = Path(__file__).parent / "golden"
DATABASE, BUCKET, SERVICE = "aws:rds/instance:Instance", "aws:s3/bucket:Bucket", "aws:ecs/service:Service"
PARENTS: Final = {
    "database": "erp:data:Database", "storage": "erp:data:Storage", "compute": "erp:compute:ComputeCluster",
}  # fmt: skip


def step(op: str, name: str, token: str, *paths: str, **more: Any) -> dict[str, Any]:
    """One step; more: `old` and `new` (what each state says beside type and parent), `reasons` of a replacement."""
    component = name.partition("-")[0]
    urn = f"urn:pulumi:prod::erp::{PARENTS[component]}${token}::{name}"
    state = {
        "urn": urn,
        "custom": True,
        "type": token,
        "parent": f"urn:pulumi:prod::erp::{PARENTS[component]}::{component}",
    }
    return {
        "op": op,
        "urn": urn,
        "oldState": None if op == "create" else {**state, **more.get("old", {})},
        "newState": None if op == "delete" else {**state, **more.get("new", {})},
        "detailedDiff": {path: {"kind": "update", "inputDiff": True} for path in paths} or None,
        "replaceReasons": more.get("reasons"),
    }


def preview(*steps: dict[str, Any], same: int = 520, errors: Sequence[str] = ()) -> bytes:
    """The document: the stack's own step first, as the engine has it."""
    stack = {"op": "same", "urn": "urn:pulumi:prod::erp::pulumi:pulumi:Stack::erp-prod", "newState": {}, "oldState": {}}
    diagnostics = [{"severity": "error", "message": error} for error in errors] + [
        {"severity": "warning", "message": "no error, so no part of the comment"}
    ]
    content = {"steps": [stack, *steps], "changeSummary": {"same": same}, "diagnostics": diagnostics}
    return json.dumps(content).encode()


def findings(*breaches: dict[str, Any], exemptions: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """What the audit wrote."""
    bad = any(breach["level"] == "mandatory" for breach in breaches) or any(one["fails"] for one in exemptions)
    return {
        "outcome": "violations" if bad else "clean",
        "counts": {"rules": 114, "judgements": 2523},
        "breaches": list(breaches),
        "exemptions": list(exemptions),
    }


def breach(rule: str, name: str, path: str, problem: str, level: str = "mandatory") -> dict[str, Any]:
    """A finding of the audit."""
    urn = f"urn:pulumi:prod::erp::x::{name}"
    found = [{"path": path, "problem": problem}]
    return {"rule": rule, "severity": "high", "level": level, "urn": urn, "findings": found, "fault": None}


def fact(store: str, rpo: int, minutes: int) -> dict[str, Any]:
    """A recovery fact of the stack's outputs."""
    steps = [{"what": "promote", "minutes": minutes, "source": "a drill"}]
    return {"store": store, "mode": "region", "mechanism": "replica", "rpo_minutes": rpo, "steps": steps}


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What goes in, and whether the gate lets it pass."""

    preview: bytes
    passes: bool = True
    findings: dict[str, Any] | None = field(default_factory=findings)
    labels: tuple[str, ...] = ()
    before: tuple[dict[str, Any], ...] = ()
    after: tuple[dict[str, Any], ...] = ()

    def comment(self) -> str:
        """The comment in this situation."""
        read_ = read(self.preview)
        gate = judge(read_, self.findings, self.labels)
        return comment(read_, self.findings, gate, list(effects(self.before, self.after)))


GONE = step("delete", "storage-bucket-archives", BUCKET)
REPLACED = [
    step(op, "database-primary-s1", DATABASE, "kmsKeyId", reasons=["kmsKeyId"])
    for op in ("create-replacement", "replace", "delete-replaced")
]
MANY = [step("update", f"compute-service-{number:03}", SERVICE, "taskDefinition", "tags") for number in range(800)]
EXEMPTION = {
    "rule": "rotate-kms-keys", "urn": "*", "reason": "The key is replaced next week.",
    "owner": "platform@smart-school.example", "expires": "2027-03-31", "standing": "in force", "fails": False,
}  # fmt: skip

SITUATIONS: Final[dict[str, Callable[[], Situation]]] = {
    "no-change": lambda: Situation(preview=preview()),
    "new-resources": lambda: Situation(
        preview=preview(
            step("create", "compute-service-report", SERVICE), step("create", "storage-bucket-reports", BUCKET)
        )
    ),
    "a-store-replaced": lambda: Situation(preview=preview(*REPLACED), passes=False),
    "a-store-deleted": lambda: Situation(preview=preview(GONE), passes=False),
    "a-store-deleted-with-the-label": lambda: Situation(preview=preview(GONE), labels=(LABEL,)),
    "a-store-unprotected": lambda: Situation(
        preview=preview(
            step("same", "storage-bucket-documents", BUCKET, old={"protect": True}, new={"protect": False}),
            step(
                "update",
                "database-primary-s1",
                DATABASE,
                "deletionProtection",
                old={"inputs": {"deletionProtection": True}},
                new={"inputs": {"deletionProtection": False}},
            ),
        ),
        passes=False,
    ),
    "another-replacement": lambda: Situation(
        preview=preview(step("replace", "compute-service-web", SERVICE, "cluster", reasons=["cluster"]))
    ),
    "a-violation": lambda: Situation(
        preview=preview(step("update", "database-primary-s1", DATABASE, "multiAz")),
        findings=findings(breach("spread-databases", "database-primary-s1", "multiAz", "is false, expected true")),
        passes=False,
    ),
    "advice": lambda: Situation(
        preview=preview(step("update", "compute-service-web", SERVICE, "alarms")),
        findings=findings(breach("tag-resources", "compute-service-web", "tags", "Owner is missing", "advisory")),
    ),
    "an-exemption": lambda: Situation(preview=preview(), findings=findings(exemptions=[EXEMPTION])),
    "an-exemption-that-has-ended": lambda: Situation(
        preview=preview(),
        findings=findings(exemptions=[{**EXEMPTION, "expires": "2026-01-31", "standing": "expired", "fails": True}]),
        passes=False,
    ),
    "a-failed-preview": lambda: Situation(
        preview=preview(
            errors=["error: aws: refused password=hunter2-planted for AKIAABCDEFGHIJKLMNOP", "error: preview failed"]
        ),
        findings=None,
        passes=False,
    ),
    "not-judged": lambda: Situation(preview=preview(), findings=None, passes=False),
    "another-promise": lambda: Situation(
        preview=preview(step("update", "database-standby-s1-g1", DATABASE, "instanceClass")),
        before=(fact("database-s1", 5, 30), fact("documents", 15, 0), fact("files", 15, 10)),
        after=(fact("database-s1", 45, 30), fact("documents", 15, 0), fact("reports", 15, 10)),
    ),
    "800-changes": lambda: Situation(preview=preview(*MANY, GONE), passes=False),
}


def write() -> None:
    """Write the golden files anew."""
    GOLDEN.mkdir(exist_ok=True)
    for name, make in SITUATIONS.items():
        (GOLDEN / f"{name}.md").write_text(make().comment() + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
