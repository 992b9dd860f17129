"""When the steps of a fiscal year fall, on time and otherwise."""

from collections.abc import Mapping
from typing import Final

from seed.demo.content import Pace
from seed.demo.office_hours import Window

_CALENDAR: Final[Mapping[str, Window]] = {
    "PLAN": Window(0, 15, 28),
    "START": Window(1, 11, 29),
    "RETURN_PLAN": Window(2, 1, 5),
    "PLAN_AGAIN": Window(2, 8, 12),
    "START_AGAIN": Window(2, 15, 19),
    "REPORT_INTERIM": Window(6, 1, 16),
    "REVISE_PLAN": Window(7, 4, 18),
    "RESULTS": Window(11, 8, 14),
    "SUBMIT_TOO_EARLY": Window(11, 15, 17),
    "RESCIND": Window(11, 18, 19),
    "SUBMIT_RESULTS": Window(11, 22, 30),
    "OPEN_NEXT": Window(12, 2, 8),
    "RETURN_RESULTS": Window(12, 9, 14),
    "RESULTS_AGAIN": Window(12, 15, 20),
    "SUBMIT_AGAIN": Window(12, 21, 27),
    "EVALUATION": Window(13, 7, 14),
    "EVALUATE": Window(13, 15, 22),
    "RETURN_EVALUATION": Window(13, 25, 27),
    "EVALUATION_AGAIN": Window(13, 28, 31),
    "EVALUATE_AGAIN": Window(14, 1, 3),
    "IMPROVEMENT": Window(14, 4, 10),
    "CLOSE": Window(14, 12, 28),
}
"""Each stage is left before it is overdue."""
_LATE_CLOSE: Final = {"IMPROVEMENT": Window(23, 1, 5), "CLOSE": Window(23, 8, 19)}
_PACES: Final[Mapping[Pace, Mapping[str, Window]]] = {
    Pace.ON_TIME: {},
    Pace.LATE_PLAN: {"PLAN": Window(8, 1, 9), "START": Window(8, 10, 18)},
    Pace.EARLY: {"RESULTS": Window(6, 19, 30), "SUBMIT_RESULTS": Window(7, 2, 13)},
    Pace.LATE_CHECK: {
        "EVALUATION": Window(22, 1, 12),
        "EVALUATE": Window(22, 15, 24),
        **_LATE_CLOSE,
    },
    Pace.LATE_ACTION: _LATE_CLOSE,
}
"""Who is late is so for most of the next fiscal year, and then catches up."""


def window_of(step: str, pace: Pace) -> Window:
    """Return the days on which a step falls."""
    return _PACES[pace].get(step) or _CALENDAR[step]


def window_in(month: int) -> Window:
    """Return the middle of a calendar month (1 to 12) of the fiscal year."""
    return Window((month - 4) % 12, 7, 18)
