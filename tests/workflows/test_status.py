"""Suspending, resuming, completing, abolishing and reopening a project."""

import datetime as dt
from uuid import UUID

import pytest

from tests.town import OWN, PEOPLE, Town, applied, blocker_codes, refused
from workflows import ledger
from workflows.ledger import Outcome
from workflows.records import Cycle, EventKind, Plan
from workflows.refusals import Forbidden, NotFound, RevisionConflict
from workflows.replay import audit
from workflows.revise.status import StatusChange, change_status
from workflows.stages import ProjectStatus, Stage, StatusTrigger, Trigger


async def change(
    town: Town,
    trigger: StatusTrigger,
    *,
    who: str = "office",
    reason: str = "理由",
    revision: int | None = None,
    fiscal_year: int | None = None,
) -> Outcome:
    """Pull a trigger on a project's status."""
    project = await town.project()
    asked = StatusChange(
        project_id=project.id,
        trigger=trigger,
        expected_revision=revision or project.revision,
        reason=reason,
        fiscal_year=fiscal_year,
    )
    return await change_status(town.by(who), asked)


async def _year(town: Town) -> int:
    return (await town.cycle()).fiscal_year


async def test_suspending_keeps_the_stage(town: Town) -> None:
    """The entry says which trigger and why; the cycle stays where it was."""
    cycle = await town.bring_to(Stage.DO)
    event = applied(await change(town, StatusTrigger.SUSPEND, reason=" 災害対応 "))
    project = await town.project()
    assert (project.status, project.revision) == (ProjectStatus.SUSPENDED, 2)
    assert (event.kind, event.revision, event.project_id) == (
        EventKind.STATUS_CHANGED,
        2,
        project.id,
    )
    assert event.owner_id == town.departments["町民生活課"]
    assert event.document["reason"] == "災害対応"
    assert event.document["details"] == {"trigger": "SUSPEND"}
    assert blocker_codes(await change(town, StatusTrigger.SUSPEND)) == ["WRONG_STATUS"]
    applied(await change(town, StatusTrigger.RESUME))
    assert await town.cycle() == cycle
    assert (await town.cycle()).revision == cycle.revision
    assert await audit(town.id) == []


@pytest.mark.parametrize("who", list(PEOPLE))
async def test_only_the_office_changes_a_status(sqlite_town_loaded: Town, who: str) -> None:
    """Whatever the trigger; the owner's lead asks the office."""
    town = sqlite_town_loaded
    outcome = await change(town, StatusTrigger.SUSPEND, who=who)
    if who.startswith("office"):
        applied(outcome)
    else:
        assert isinstance(refused(outcome), Forbidden)
        assert (await town.project()).status is ProjectStatus.ACTIVE


async def test_what_a_change_asks_for(town: Town) -> None:
    """A project that there is, its present revision, and a reason."""
    assert blocker_codes(await change(town, StatusTrigger.SUSPEND, reason="　")) == ["NO_REASON"]
    conflict = refused(await change(town, StatusTrigger.SUSPEND, revision=7))
    assert conflict == RevisionConflict(7, 1, (await town.project()).id)
    asked = StatusChange(
        project_id=UUID(int=1), trigger=StatusTrigger.SUSPEND, expected_revision=1, reason="x"
    )
    assert refused(await change_status(town.by("office"), asked)) == NotFound("project")
    assert await audit(town.id) == []


@pytest.mark.parametrize("stage", list(Stage))
async def test_complete_waits_until_no_cycle_is_under_way(
    sqlite_town_loaded: Town, stage: Stage
) -> None:
    """Before the work begins or after it is over; abolishing does not wait."""
    town = sqlite_town_loaded
    await town.bring_to(stage)
    outcome = await change(town, StatusTrigger.COMPLETE)
    if stage in {Stage.PLAN, Stage.CLOSED}:
        applied(outcome)
        assert (await town.project()).status is ProjectStatus.COMPLETED
    else:
        assert blocker_codes(outcome) == ["CYCLE_RUNNING"]
        applied(await change(town, StatusTrigger.ABOLISH))
        assert (await town.project()).status is ProjectStatus.ABOLISHED
    assert await audit(town.id) == []


async def test_reopening_goes_on_with_an_open_cycle(town: Town) -> None:
    """Abolished in the middle of the work, and taken up again where it was left."""
    cycle = await town.bring_to(Stage.CHECK)
    applied(await town.fire("office", Trigger.OPEN_NEXT))
    current = await town.cycle()
    applied(await change(town, StatusTrigger.ABOLISH))
    event = applied(await change(town, StatusTrigger.REOPEN))
    assert (await town.cycle()).id == current.id == event.cycle_id
    assert event.target is None
    assert event.document["details"] == {"trigger": "REOPEN", "fiscalYear": 2027}
    applied(await change(town, StatusTrigger.ABOLISH))
    applied(await change(town, StatusTrigger.REOPEN, fiscal_year=2026))
    assert (await town.cycle()).id == cycle.id
    assert await audit(town.id) == []


async def test_reopening_after_the_end_begins_a_new_cycle(town: Town) -> None:
    """Completed with the cycle of 2026: the next one is linked to it, in PLAN, an empty sheet."""
    closed = await town.bring_to(Stage.CLOSED)
    following = await town.cycle()
    applied(await change(town, StatusTrigger.COMPLETE))
    applied(await change(town, StatusTrigger.REOPEN))
    assert (await town.cycle()).id == following.id
    last = await town.bring_to(Stage.CLOSED)
    assert (closed.fiscal_year, last.fiscal_year) == (2026, 2027)
    applied(await change(town, StatusTrigger.COMPLETE))
    assert blocker_codes(await change(town, StatusTrigger.REOPEN)) == ["YEAR_OUTSIDE_PLAN"]
    await Plan.of(town.id).update(last_fiscal_year=2029)
    for year in (2026, 2027):
        outcome = await change(town, StatusTrigger.REOPEN, fiscal_year=year)
        assert blocker_codes(outcome) == ["CYCLE_EXISTS"]
    for year in (0, -1, 2025, 2030, 10**12):
        outcome = await change(town, StatusTrigger.REOPEN, fiscal_year=year)
        assert blocker_codes(outcome) == ["YEAR_OUTSIDE_PLAN"]
    event = applied(await change(town, StatusTrigger.REOPEN))
    reopened = await town.cycle()
    assert (reopened.fiscal_year, reopened.stage) == (2028, Stage.PLAN)
    assert (reopened.previous_cycle_id, event.target) == (last.id, Stage.PLAN)
    assert await town.indicators() == []
    applied(await change(town, StatusTrigger.ABOLISH))
    applied(await change(town, StatusTrigger.REOPEN, fiscal_year=2029))
    assert (await town.cycle()).previous_cycle_id == reopened.id


async def test_reopening_looks_at_the_year_and_the_period(
    sqlite_town_loaded: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long after the last closed cycle, the present year; before the plan begins, its first."""
    town = sqlite_town_loaded
    await Plan.of(town.id).update(last_fiscal_year=2035)
    closed = await town.bring_to(Stage.CLOSED)
    await (
        Cycle.of(town.id)
        .filter(project_id=closed.project_id, fiscal_year=2027)
        .update(stage=Stage.CLOSED)
    )
    applied(await change(town, StatusTrigger.COMPLETE))
    monkeypatch.setattr(ledger, "now", lambda: dt.datetime(2031, 4, 1, tzinfo=dt.UTC))
    applied(await change(town, StatusTrigger.REOPEN))
    assert await _year(town) == 2031
    assert await Cycle.of(town.id).filter(project_id=closed.project_id).count() == 3
    assert (await town.project(OWN)).status is ProjectStatus.ACTIVE
