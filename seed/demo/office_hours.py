"""Moments at which people of the town hall act: Monday to Friday, 8:30 to 17:15."""

import datetime as dt
from random import Random
from typing import Final, NamedTuple

from workflows.fiscal import TOKYO, first_day

OPENS: Final = dt.time(8, 30)
CLOSES: Final = dt.time(17, 15)
_FROM, _TO = 9 * 60 + 30, 17 * 60
"""Minutes of the day between which acts fall; what is tried before them still fits in."""
_OVERDUE_DAYS: Final = 7
_WEEKEND: Final = (5, 6)


class Window(NamedTuple):
    """Days of one month, counted from April of the fiscal year; both days are included."""

    months_after_april: int
    first: int
    last: int

    def days(self, fiscal_year: int) -> tuple[dt.date, dt.date]:
        """Return the first and the last day."""
        april = first_day(fiscal_year)
        months = april.month - 1 + self.months_after_april
        year, month = april.year + months // 12, months % 12 + 1
        return dt.date(year, month, self.first), dt.date(year, month, self.last)


def at(day: dt.date, time: dt.time) -> dt.datetime:
    """Return a moment of the town's day."""
    return dt.datetime.combine(day, time, TOKYO)


def opening_of(fiscal_year: int) -> dt.datetime:
    """Return when the office opens on the first working day of a fiscal year."""
    return at(_working_day(first_day(fiscal_year)), OPENS)


def moment(dice: Random, first: dt.date, last: dt.date, after: dt.datetime) -> dt.datetime:
    """Return a working moment between two days, on a later day than `after`.

    Where those days are over, it is in the week that follows.
    """
    first = max(first, after.date() + dt.timedelta(days=1))
    if first > last:
        last = first + dt.timedelta(days=_OVERDUE_DAYS)
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    working = [day for day in days if day.weekday() not in _WEEKEND]
    day = dice.choice(working) if working else _working_day(last)
    hour, minute = divmod(dice.randint(_FROM, _TO), 60)
    return at(day, dt.time(hour, minute))


def _working_day(day: dt.date) -> dt.date:
    """Return the day itself, or the Monday after it."""
    while day.weekday() in _WEEKEND:
        day += dt.timedelta(days=1)
    return day
