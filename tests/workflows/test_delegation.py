"""Leave to decide on somebody's behalf (代決): who gives it, for how long, and how it ends."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from tests.town import PEOPLE, Town, applied, blocker_codes, refused
from tests.workflows.delegating import DAY, let, today
from tests.workflows.tables import tables_of
from workflows.ledger import Refused, Validated
from workflows.records import Delegation, EventKind
from workflows.refusals import Forbidden, InvalidInput, NotFound
from workflows.replay import audit
from workflows.revise.delegation import NewDelegation, delegate, end_delegation
from workflows.stages import Role


async def test_it_is_recorded_who_may_decide_for_whom(town: Town) -> None:
    """Whose decisions, who makes them, from when to when, and why."""
    event = applied(await let(town, "nobody", "lead"))
    row = await Delegation.of(town.id).get()
    assert (row.principal_id, row.delegate_id) == (town.people["lead"], town.people["nobody"])
    assert (row.starts_on, row.ends_on, row.reason) == (today(), today() + 30 * DAY, "病気休暇")
    assert (event.kind, event.actor_role) == (EventKind.DELEGATED, Role.ADMIN)
    assert event.document["reason"] == "病気休暇"
    assert event.document["details"] == {
        "delegation": str(row.id),
        "principal": str(row.principal_id),
        "delegate": str(row.delegate_id),
    }
    ended = applied(await end_delegation(town.by("admin"), row.id, today() - DAY))
    await row.refresh_from_db()
    assert (ended.kind, row.ends_on) == (EventKind.DELEGATION_ENDED, today() - DAY)
    assert ended.document["details"] == event.document["details"]
    assert await audit(town.id) == []


async def test_only_admin_and_the_console_set_it_up(town: Town) -> None:
    """Nobody else, not even the person whose decisions they are."""
    row = applied(await let(town, "staff", "lead")).document["details"]["delegation"]
    for who in PEOPLE:
        request = town.by(who, validate_only=True)
        new = NewDelegation(
            principal_id=town.people["lead"], delegate_id=town.people["nobody"],
            starts_on=today(), ends_on=today(), reason="x",
        )  # fmt: skip
        outcomes = [
            await delegate(request, new),
            await end_delegation(request, UUID(row), today()),
        ]
        expected = Validated if who == "admin" else Refused
        assert [type(o) for o in outcomes] == [expected] * 2
        assert all(isinstance(refused(o), Forbidden) for o in outcomes if isinstance(o, Refused))
    assert isinstance(await delegate(town.console(validate_only=True), new), Validated)


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"principal_id": UUID(int=1)}, "principal"),
        ({"delegate_id": UUID(int=1)}, "delegate"),
        ({"ends_on": dt.date(2026, 3, 31)}, "endsOn"),
        ({"ends_on": dt.date(2027, 4, 1)}, "endsOn"),
        ({"starts_on": dt.date(2028, 2, 29), "ends_on": dt.date(2029, 3, 1)}, "endsOn"),
        ({"reason": "x\0"}, "reason"),
        ({"reason": " "}, None),
    ],
)
async def test_what_it_asks_for(town: Town, values: dict[str, Any], path: str | None) -> None:
    """Two people that there are, days in order and at most a year, and why."""
    days = {"starts_on": dt.date(2026, 4, 1), "ends_on": dt.date(2026, 4, 1)}
    before = await tables_of(town)
    outcome = await let(town, "nobody", "lead", **(days | values))
    if path is None:
        assert blocker_codes(outcome) == ["NO_REASON"]
    else:
        refusal = refused(outcome)
        assert isinstance(refusal, NotFound | InvalidInput)
        assert refusal.path == path
    assert await tables_of(town) == before


async def test_it_lasts_a_year_at_most_and_is_for_another(town: Town) -> None:
    """From 1 April to 31 March; not for oneself; not twice for the same two at one time."""
    year = {"starts_on": dt.date(2026, 4, 1), "ends_on": dt.date(2027, 3, 31)}
    applied(await let(town, "nobody", "lead", **year))
    leap = {"starts_on": dt.date(2028, 2, 29), "ends_on": dt.date(2029, 2, 28)}
    applied(await let(town, "nobody", "lead", **leap))
    last = {"starts_on": dt.date(9999, 4, 1), "ends_on": dt.date(9999, 12, 31)}
    applied(await let(town, "nobody", "lead", **last))
    refusal = refused(await let(town, "lead", "lead"))
    assert isinstance(refusal, InvalidInput)
    assert refusal.path == "delegate"
    before = {"starts_on": dt.date(2026, 3, 1), "ends_on": dt.date(2026, 4, 1)}
    again = {"starts_on": dt.date(2027, 3, 31), "ends_on": dt.date(2027, 4, 30)}
    for overlapping in (before, again):
        refusal = refused(await let(town, "nobody", "lead", **overlapping))
        assert isinstance(refusal, InvalidInput)
        assert refusal.path == "startsOn"
    applied(await let(town, "nobody", "lead", **(before | {"ends_on": dt.date(2026, 3, 31)})))
    applied(await let(town, "staff", "lead", **again))
    applied(await let(town, "lead", "nobody", **again))


async def test_it_is_never_lengthened_nor_ended_in_the_past(town: Town) -> None:
    """What was done with it was done within it; what has not begun can be taken back."""
    event = applied(await let(town, "nobody", "lead", starts_on=today() - 9 * DAY))
    running = UUID(event.document["details"]["delegation"])
    assert refused(await end_delegation(town.by("admin"), UUID(int=1), today())) == NotFound(
        "delegation"
    )
    for day in (today() - 2 * DAY, today() + 31 * DAY):
        refusal = refused(await end_delegation(town.by("admin"), running, day))
        assert isinstance(refusal, InvalidInput)
        assert refusal.path == "endsOn"
    same = await end_delegation(town.by("admin"), running, today() + 30 * DAY)
    assert blocker_codes(same) == ["NO_CHANGE"]
    event = applied(await let(town, "staff", "lead", starts_on=today() + 5 * DAY))
    ahead = UUID(event.document["details"]["delegation"])
    refusal = refused(await end_delegation(town.by("admin"), ahead, today() + 3 * DAY))
    assert isinstance(refusal, InvalidInput)
    applied(await end_delegation(town.by("admin"), ahead, today() + 4 * DAY))
    applied(await let(town, "staff", "lead", starts_on=today() + 5 * DAY))
    assert await audit(town.id) == []
