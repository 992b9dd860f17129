"""Transferring a project (所管替え), and who may act on which day because of it."""

import datetime as dt
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from tests.town import PEOPLE, Town, applied, blocker_codes, refused
from workflows import ledger
from workflows.fiscal import TOKYO
from workflows.ledger import Outcome, Refused, Validated
from workflows.records import EventKind, Group, Ownership
from workflows.refusals import Forbidden, InvalidInput, NotFound, RevisionConflict
from workflows.replay import audit
from workflows.revise.ownership import Transfer, transfer_ownership
from workflows.stages import Stage, Trigger

DAY = dt.timedelta(days=1)


def today() -> dt.date:
    """Return the day in Japan."""
    return dt.datetime.now(TOKYO).date()


async def transfer(town: Town, *, who: str = "office", **values: Any) -> Outcome:  # noqa: ANN401 - Transfer's own fields
    """Give the project to 税務課, or whatever differs."""
    project = await town.project()
    asked: dict[str, Any] = {
        "project_id": project.id,
        "expected_revision": project.revision,
        "department_id": town.departments["税務課"],
        "group_id": None,
        "effective_on": today(),
        "reason": "機構改革",
    }
    return await transfer_ownership(town.by(who), Transfer(**{**asked, **values}))


async def _ownerships(town: Town) -> list[Ownership]:
    project = await town.project()
    return await Ownership.of(town.id).filter(project_id=project.id).order_by("starts_on")


async def test_a_transfer_ends_the_earlier_ownership_and_keeps_it(town: Town) -> None:
    """From a day on; the day before is the earlier owner's last."""
    group = await Group.of(town.id).filter(department_id=town.departments["税務課"]).first()
    assert group is not None
    event = applied(await transfer(town, group_id=group.id))
    earlier, now = await _ownerships(town)
    assert (earlier.ends_on, now.starts_on, now.ends_on) == (today() - DAY, today(), None)
    assert (now.department_id, now.group_id) == (town.departments["税務課"], group.id)
    assert event.kind is EventKind.OWNERSHIP_TRANSFERRED
    assert (event.owner_id, event.revision) == (earlier.department_id, 2)
    assert event.document["details"] == {
        "fromDepartment": str(town.departments["町民生活課"]),
        "fromGroup": str(earlier.group_id),
        "toDepartment": str(town.departments["税務課"]),
        "toGroup": str(group.id),
        "effectiveOn": today().isoformat(),
    }
    assert (await town.project()).revision == 2
    assert await audit(town.id) == []


async def test_the_old_department_acts_until_the_day_before(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entered ahead: until the last second of the day before the old lead, then the new one."""
    applied(await town.fill_in(Stage.PLAN))
    begins = today() + 10 * DAY
    applied(await transfer(town, effective_on=begins))
    midnight = dt.datetime.combine(begins, dt.time(), TOKYO)
    for moment, expected in (
        (midnight - dt.timedelta(seconds=1), {"lead": Validated, "other_lead": Refused}),
        (midnight, {"lead": Refused, "other_lead": Validated}),
    ):
        monkeypatch.setattr(ledger, "now", lambda moment=moment: moment.astimezone(dt.UTC))
        for who, answer in expected.items():
            cycle = await town.cycle()
            outcome = await town.fire(who, Trigger.START, expected_revision=cycle.revision)
            if answer is Refused:
                assert isinstance(refused(outcome), Forbidden)
            else:
                event = applied(outcome)
                owner = "税務課" if who == "other_lead" else "町民生活課"
                assert event.owner_id == town.departments[owner]
                applied(await town.fire("office", Trigger.RESCIND, reason="x"))
    assert await audit(town.id) == []


@pytest.mark.parametrize("who", list(PEOPLE))
async def test_only_the_office_transfers(sqlite_town_loaded: Town, who: str) -> None:
    """Neither of the two departments does it itself."""
    town = sqlite_town_loaded
    outcome = await transfer(town, who=who)
    if who.startswith("office"):
        applied(outcome)
    else:
        assert isinstance(refused(outcome), Forbidden)
        assert len(await _ownerships(town)) == 1


async def test_what_a_transfer_asks_for(town: Town) -> None:
    """Things that there are, a reason, a change, and a day after the present owner's first."""
    (present,) = await _ownerships(town)
    group = await Group.of(town.id).get(id=present.group_id)
    assert refused(await transfer(town, project_id=UUID(int=1))) == NotFound("project")
    assert refused(await transfer(town, department_id=UUID(int=1))) == NotFound("department")
    assert refused(await transfer(town, group_id=UUID(int=1))) == NotFound("group")
    conflict = refused(await transfer(town, expected_revision=9))
    assert conflict == RevisionConflict(9, 1, present.project_id)
    assert blocker_codes(await transfer(town, reason=" ")) == ["NO_REASON"]
    same = {"department_id": present.department_id, "group_id": present.group_id}
    assert blocker_codes(await transfer(town, **same)) == ["OWNER_UNCHANGED"]
    for values, path in (
        ({"group_id": group.id}, "group"),
        ({"effective_on": present.starts_on}, "effectiveOn"),
        ({"effective_on": dt.date.min}, "effectiveOn"),
    ):
        refusal = refused(await transfer(town, **values))
        assert isinstance(refusal, InvalidInput)
        assert refusal.path == path
    assert await _ownerships(town) == [present]
    assert await audit(town.id) == []


async def test_one_transfer_after_another(town: Town) -> None:
    """To no group of the same department, then away and back: every day has one owner."""
    begins = today()
    own = town.departments["町民生活課"]
    applied(await transfer(town, department_id=own, effective_on=begins))
    applied(await transfer(town, effective_on=begins + DAY))
    refusal = refused(await transfer(town, department_id=own, effective_on=begins + DAY))
    assert isinstance(refusal, InvalidInput)
    applied(await transfer(town, department_id=own, effective_on=begins + 5 * DAY))
    periods = await _ownerships(town)
    assert len(periods) == 4
    for earlier, later in pairwise(periods):
        assert earlier.ends_on is not None
        assert earlier.ends_on + DAY == later.starts_on
    assert periods[-1].ends_on is None
    assert (await town.project()).revision == 4
    assert await audit(town.id) == []
