"""Writes docs/requirements.md."""

from pathlib import Path
from typing import Final

from tools.requirements.markers import MarkedTest, marked_tests
from tools.requirements.rows import STAGES, Evidence, Requirements, Row, load

PAGE: Final = Path("docs") / "requirements.md"
COMMAND: Final = "python -m tools.requirements"


def render(root: Path) -> str:
    """Give the page's text for the rows and the tests as they are now."""
    requirements = load()
    tests = marked_tests(root)
    by_id = {row.id: [test for test in tests if row.id in test.ids] for row in requirements.rows}
    shown = sum(1 for row in requirements.rows if by_id[row.id])
    lines = [
        "# Requirements",
        "",
        f"<!-- Written by `{COMMAND}` from tools/requirements/rows.toml and the tests' markers; do not edit. -->",
        "",
        f"{len(requirements.rows)} rows, {shown} of them with tests. Built so far: "
        + ", ".join(f"stage {stage} ({STAGES[stage]})" for stage in STAGES if stage <= requirements.stage)
        + '. A test names a row with `@pytest.mark.req("N1")`.',
        "",
        "| id | asked for | what serves it | evidence | stage | tests |",
        "|---|---|---|---|---|---|",
        *(_line(row, by_id[row.id], requirements) for row in requirements.rows),
        "",
        "## Tests by row",
    ]
    for row in requirements.rows:
        if by_id[row.id]:
            lines += ["", f"### {row.id}: {row.asked}", ""]
            lines += [f"- `{test.file}`: {_sentence(test)}" for test in by_id[row.id]]
    return "\n".join(lines) + "\n"


def _line(row: Row, tests: list[MarkedTest], requirements: Requirements) -> str:
    stages = ", ".join(str(stage) for stage in sorted({item.stage for item in row.evidence}))
    if tests:
        state = f"[{len(tests)}](#{_anchor(row)})"
    else:
        state = "**missing**" if row.first_stage <= requirements.stage else "missing"
    evidence = "; ".join(_evidence(item) for item in row.evidence)
    return f"| {row.id} | {row.asked} | {row.served} | {evidence} | {stages} | {state} |"


def _evidence(item: Evidence) -> str:
    return ", ".join(f"`{token}`" for token in item.types) or item.shown


def _anchor(row: Row) -> str:
    heading = f"{row.id}: {row.asked}".lower()
    return "".join(char for char in heading if char.isalnum() or char in " -").replace(" ", "-")


def _sentence(test: MarkedTest) -> str:
    return test.name.rpartition("::")[2].removeprefix("test_").replace("_", " ")
