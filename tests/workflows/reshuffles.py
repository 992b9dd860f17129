"""Who there is, and when, for the tests of reshuffles that need no database."""

import datetime as dt
from uuid import UUID

from workflows.reshuffle import Known

APRIL = dt.date(2027, 4, 1)
DEPARTMENTS = {"税務課": UUID(int=1), "総務課": UUID(int=2)}
PEOPLE = [Known(UUID(int=10 + n), f"00{n}", f"職員{n}") for n in range(4)]


def day(offset: int) -> dt.date:
    """Return a day counted from the reshuffle's."""
    return APRIL + dt.timedelta(days=offset)
