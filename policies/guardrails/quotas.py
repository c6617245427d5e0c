"""What AWS gives an account unless somebody asked for more: the table in quotas.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).with_name("quotas.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """One row.

    what: what is counted, in the plural. limit: as a new account has it. most: what AWS raises it to at most; None
    where AWS names no end, the limit itself where it is raised for nobody.
    """

    what: str
    limit: int
    source: str
    most: int | None = None


@cache
def quotas() -> Mapping[str, Quota]:
    """The rows by their id."""
    rows: Mapping[str, Mapping[str, str | int]] = json.loads(TABLE.read_text(encoding="utf-8"))
    return {name: _quota(row) for name, row in rows.items()}


def _quota(row: Mapping[str, str | int]) -> Quota:
    most = row.get("most")
    return Quota(
        what=str(row["what"]),
        limit=int(row["limit"]),
        source=str(row["source"]),
        most=None if most is None else int(most),
    )


def problem_of(name: str, limit: object) -> str | None:
    """Why a quota can't have been raised to this; None where it can."""
    row = quotas().get(name)
    if row is None:
        return "no such quota"
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < row.limit:
        return f"expected a number of {row.limit} or more"
    if row.most is not None and limit > row.most:
        return f"AWS gives {row.most} at most" if row.most > row.limit else "AWS raises it for nobody"
    return None
