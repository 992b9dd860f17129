"""When a Japanese town hall works: 8:30 to 17:15, but for weekends, holidays and the New Year. Pure."""

import datetime as dt
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import jpholiday

OPENS: Final = dt.time(8, 30)
CLOSES: Final = dt.time(17, 15)
"""From then on it is after hours."""
_JAPAN: Final = ZoneInfo("Asia/Tokyo")
_SATURDAY: Final = 5
_NEW_YEAR: Final = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})
"""Days, as month and day, on which offices are closed by law beside holidays."""


@lru_cache(maxsize=4_096)
def is_working_day(day: dt.date) -> bool:
    """Return whether the town hall works on a day."""
    return not (
        day.weekday() >= _SATURDAY or (day.month, day.day) in _NEW_YEAR or jpholiday.is_holiday(day)
    )


def is_outside(moment: dt.datetime) -> bool:
    """Return whether a moment lies outside office hours, in Japan."""
    there = moment.astimezone(_JAPAN)
    return not (OPENS <= there.time() < CLOSES and is_working_day(there.date()))
