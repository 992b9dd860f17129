"""Giving leave to decide on somebody's behalf, for the tests."""

import datetime as dt
from typing import Any, Final

from tests.town import Town
from workflows.fiscal import day_of
from workflows.ledger import Outcome, now
from workflows.revise.delegation import NewDelegation, delegate

DAY: Final = dt.timedelta(days=1)


def today() -> dt.date:
    """Return the day in Japan."""
    return day_of(now())


async def let(town: Town, delegate_: str, principal: str, **values: Any) -> Outcome:  # noqa: ANN401 - NewDelegation's own
    """Give leave, for this month."""
    given: dict[str, Any] = {
        "principal_id": town.people[principal],
        "delegate_id": town.people[delegate_],
        "starts_on": today(),
        "ends_on": today() + 30 * DAY,
        "reason": "病気休暇",
    }
    return await delegate(town.by("admin"), NewDelegation(**(given | values)))
