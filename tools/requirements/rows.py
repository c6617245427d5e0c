"""The requirement rows of rows.toml, read and checked."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

SOURCE: Final = Path(__file__).with_name("rows.toml")
STAGES: Final = {1: "foundation", 2: "AWS primary", 3: "edge and recovery", 4: "policy and review", 5: "operations"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows a row from a stage on: resource types, or something else in words."""

    stage: int
    types: tuple[str, ...] = ()
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A requirement: what was asked for, what serves it, what shows it."""

    id: str
    asked: str
    served: str
    evidence: tuple[Evidence, ...]

    @property
    def first_stage(self) -> int:
        """The stage in which the row is due for the first time."""
        return min(item.stage for item in self.evidence)

    def types_due(self, stage: int) -> tuple[str, ...]:
        """Give the resource types that must show the row once this stage is built."""
        return tuple(token for item in self.evidence if item.stage <= stage for token in item.types)


@dataclass(frozen=True, slots=True)
class Requirements:
    """All rows in their order, and the stage that is built."""

    stage: int
    rows: tuple[Row, ...]


def load(source: Path = SOURCE) -> Requirements:
    """Read the rows; raises KeyError, TypeError or ValueError where the file is not as it should be."""
    data = tomllib.loads(source.read_text(encoding="utf-8"))
    rows = tuple(_row(item) for item in data["row"])
    ids = [row.id for row in rows]
    twice = sorted({id_ for id_ in ids if ids.count(id_) > 1})
    if twice:
        raise ValueError(f"{source.name}: more than one row has the id {', '.join(twice)}")
    return Requirements(data["stage"], rows)


def _row(item: dict[str, Any]) -> Row:
    evidence = tuple(
        Evidence(one["stage"], tuple(one.get("types", ())), one.get("shown", "")) for one in item["evidence"]
    )
    for one in evidence:
        if one.stage not in STAGES or bool(one.types) == bool(one.shown):
            raise ValueError(f"row {item['id']}: each evidence has a stage of 1 to 5, and either types or words")
    return Row(item["id"], item["asked"], item["served"], evidence)
