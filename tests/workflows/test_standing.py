"""What somebody may act as, and on whose behalf: as a page is told before anything is tried."""

import datetime as dt
from typing import Final

from tests.town import Town, applied
from tests.workflows.delegating import let
from workflows.authority import UNLIMITED, Capacity
from workflows.stages import Role
from workflows.standing import delegated_capacities, known_capacities

SINCE: Final = dt.date(2024, 4, 1)
FROM, TO = dt.date(2040, 4, 1), dt.date(2041, 3, 31)


async def known(town: Town, who: str) -> set[Capacity]:
    """Return what somebody may act as at any time."""
    held = await known_capacities(town.id, town.people[who])
    assert len(held) == len(set(held))
    return set(held)


async def test_others_capacities_are_told_with_whose_they_are(town: Town) -> None:
    """As far as the leave goes and the appointment holds, whichever is shorter; own ones as well."""
    own = Capacity(Role.STAFF, town.departments["税務課"], SINCE)
    assert await known(town, "other_staff") == {own}
    lead, office = town.people["lead"], town.people["office_lead"]
    applied(await let(town, "other_staff", "lead", starts_on=FROM, ends_on=TO))
    short = await town.employ("short", Role.LEAD, "総務課", FROM, FROM)
    applied(await let(town, "other_staff", "short", starts_on=SINCE, ends_on=dt.date(2025, 3, 31)))
    applied(await let(town, "other_staff", "short", starts_on=FROM, ends_on=TO))
    applied(await let(town, "other_staff", "office_lead", starts_on=SINCE, ends_on=SINCE))
    somu = town.departments["総務課"]
    assert await known(town, "other_staff") == {
        own,
        Capacity(Role.LEAD, town.departments["町民生活課"], FROM, TO, lead),
        Capacity(Role.LEAD, somu, FROM, FROM, short),
        Capacity(Role.LEAD, somu, SINCE, SINCE, office),
        Capacity(Role.OFFICE, somu, SINCE, SINCE, office),
    }
    assert {c.principal_id for c in await known(town, "lead")} == {None}


async def test_an_admins_and_an_auditors_are_not_lent(town: Town) -> None:
    """Nor is anything that was lent to them in turn."""
    for principal in ("admin", "auditor", "nobody"):
        applied(await let(town, "staff", principal))
    applied(await let(town, "nobody", "lead"))
    assert {c.principal_id for c in await known(town, "staff")} == {None}
    assert {c.principal_id for c in await known(town, "nobody")} == {town.people["lead"]}


async def test_both_ways_of_asking_agree(town: Town) -> None:
    """What is told ahead is what counts when the act is decided, day by day."""
    await town.employ("short", Role.STAFF, "総務課", FROM + dt.timedelta(2), FROM + dt.timedelta(4))
    for principal in ("lead", "office_lead", "short", "admin"):
        leave = {"starts_on": FROM, "ends_on": FROM + dt.timedelta(days=5)}
        applied(await let(town, "nobody", principal, **leave))
    told = await known_capacities(town.id, town.people["nobody"])
    for offset in range(-1, 8):
        day = FROM + dt.timedelta(days=offset)
        for principal in ("lead", "office_lead", "short", "admin", "staff"):
            principal_id = town.people[principal]
            decided = await delegated_capacities(
                town.id, town.people["nobody"], principal_id, day, UNLIMITED
            )
            ahead = {(c.role, c.department_id) for c in told
                     if c.principal_id == principal_id and c.holds(day)}  # fmt: skip
            assert {(c.role, c.department_id) for c in decided if c.holds(day)} == ahead
