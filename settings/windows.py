"""Times of day and week at which a vendor may work on a store, in UTC. Pure."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from settings.domain_types import Allowed

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60
WEEK = 7 * DAY
LEAST_MINUTES = 60
"""The shortest window that ElastiCache takes (API reference, `PreferredMaintenanceWindow`, `SnapshotWindow`)."""

_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_DAY = f"({'|'.join(DAYS)})"


def _minutes(time: str) -> int:
    hours, minutes = time.split(":")
    return int(hours) * 60 + int(minutes)


def daily(window: str) -> tuple[int, int]:
    """Start in minutes after midnight, and length in minutes, of a window such as `02:00-03:00`."""
    start, end = map(_minutes, window.split("-"))
    return start, (end - start) % DAY


def weekly(window: str) -> tuple[int, int]:
    """Start in minutes after Monday's midnight, and length in minutes, of a window such as `sun:04:00-sun:05:00`."""
    start, end = (DAYS.index(part[:3]) * DAY + _minutes(part[4:]) for part in window.split("-"))
    return start, (end - start) % WEEK


def overlap(every_day: str, once_a_week: str) -> bool:
    """Whether a daily window and a weekly one have a minute in common."""
    day_start, day_length = daily(every_day)
    week_start, week_length = weekly(once_a_week)
    starts = (day * DAY + day_start for day in range(len(DAYS)))
    return any(
        (start - week_start) % WEEK < week_length or (week_start - start) % WEEK < day_length for start in starts
    )


def _long_enough_daily(window: str) -> str:
    if not re.fullmatch(f"{_TIME}-{_TIME}", window) or daily(window)[1] < LEAST_MINUTES:
        raise ValueError(window)
    return window


def _long_enough_weekly(window: str) -> str:
    if not re.fullmatch(f"{_DAY}:{_TIME}-{_DAY}:{_TIME}", window) or not LEAST_MINUTES <= weekly(window)[1] <= DAY:
        raise ValueError(window)
    return window


DailyWindow = Annotated[
    str,
    Field(json_schema_extra={"pattern": f"^{_TIME}-{_TIME}$"}),
    AfterValidator(_long_enough_daily),
    Allowed("a time of day in UTC, at least 60 minutes long, for instance 02:00-03:00"),
]
WeeklyWindow = Annotated[
    str,
    Field(json_schema_extra={"pattern": f"^{_DAY}:{_TIME}-{_DAY}:{_TIME}$"}),
    AfterValidator(_long_enough_weekly),
    Allowed("a time of the week in UTC, 60 minutes to a day long, for instance sun:04:00-sun:05:00"),
]
