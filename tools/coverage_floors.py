"""Coverage floors: each part of the code has its own, so that a well-tested part can't make up for another.

The floors stand in pyproject.toml: [tool.coverage-floors.<part>] with `files` (globs; a file counts for the first part
that names it) and `percent` (of lines and branches together; a file that no test imports counts with all of its lines).
"""

import json
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

import coverage


class Floor(NamedTuple):
    """What one part has to reach."""

    part: str
    files: tuple[str, ...]
    percent: float


class Counts(NamedTuple):
    """Lines and branches of one file or of several."""

    covered: int
    total: int

    @property
    def percent(self) -> float:
        """Nothing to cover is all covered."""
        return 100.0 * self.covered / self.total if self.total else 100.0


def main(root: Path) -> int:
    """Print a line for each part, and the files of those that are too low; 1 when there is one."""
    low = False
    for floor, files in sort(read_floors(root), measure(root)).items():
        reached = add(files.values()).percent
        short = reached < floor.percent
        low = low or short
        verdict = "too low" if short else "ok"
        print(f"coverage  {floor.part:<11} {reached:6.2f} %, at least {floor.percent:g} %: {verdict}")
        for file, counts in sorted(files.items(), key=lambda item: item[1].percent) if short else ():
            print(f"            {counts.percent:6.2f} % of {counts.total:4}  {file}")
    return 1 if low else 0


def read_floors(root: Path) -> list[Floor]:
    """The floors of the project, in the order of the file."""
    tables = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["coverage-floors"]
    return [Floor(part, tuple(table["files"]), table["percent"]) for part, table in tables.items()]


def measure(root: Path) -> dict[str, Counts]:
    """What the last run measured, by file relative to the root."""
    data = coverage.Coverage(data_file=str(root / ".coverage"), config_file=str(root / "pyproject.toml"))
    data.load()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        data.json_report(outfile=str(report))
        files = json.loads(report.read_text(encoding="utf-8"))["files"]
    return {name: counts_of(file["summary"]) for name, file in files.items()}


def counts_of(summary: Mapping[str, int]) -> Counts:
    """Lines and branches together."""
    covered = summary["covered_lines"] + summary["covered_branches"]
    return Counts(covered, summary["num_statements"] + summary["num_branches"])


def add(counts: Iterable[Counts]) -> Counts:
    """The sum."""
    listed = list(counts)
    return Counts(sum(one.covered for one in listed), sum(one.total for one in listed))


def sort(parts: Iterable[Floor], files: Mapping[str, Counts]) -> dict[Floor, dict[str, Counts]]:
    """Give each file to the first part that names it."""
    sorted_files: dict[Floor, dict[str, Counts]] = {floor: {} for floor in parts}
    for file, counts in files.items():
        for floor, own in sorted_files.items():
            if any(fnmatch(file, pattern) for pattern in floor.files):
                own[file] = counts
                break
    return sorted_files
