"""Closing a cycle, opening the next, and ending a project with it."""

import datetime as dt

import pytest

from tests.town import Town, applied, blocker_codes
from workflows.advance import Fire, fire
from workflows.ledger import Applied
from workflows.records import Cycle, EventKind
from workflows.replay import audit
from workflows.revise.sheets import edit_sheet
from workflows.sheets import ImprovementEdit
from workflows.stages import (
    Direction,
    ProjectStatus,
    Stage,
    Trigger,
)

OFFICES_OWN = "2_01"

"""A project of 総務課, whose lead is also in the office."""


async def test_who_evaluated_does_not_close(town: Town) -> None:
    """The office's own lead evaluates, so another person of the office closes."""
    await town.bring_to(Stage.ACTION, OFFICES_OWN, "office_lead")
    applied(await town.fill_in(Stage.ACTION, OFFICES_OWN, "office_lead"))
    outcome = await town.fire("office_lead", Trigger.CLOSE, OFFICES_OWN)
    assert blocker_codes(outcome) == ["SAME_PERSON_EVALUATED"]
    event = applied(await town.fire("office", Trigger.CLOSE, OFFICES_OWN))
    assert (event.actor_role, event.target) == ("OFFICE", Stage.CLOSED)
    assert await audit(town.id) == []


async def test_close_opens_the_next_year_in_the_same_act(town: Town) -> None:
    """Two entries at one time: the decision with its number, and the next cycle in PLAN."""
    await town.bring_to(Stage.ACTION)
    applied(await town.fill_in(Stage.ACTION, who="office"))
    closing = await town.cycle()
    outcome = await town.fire("office", Trigger.CLOSE, approval_number="総第12号\n")
    assert isinstance(outcome, Applied)
    closed, opened = outcome.events
    assert closed.document["details"]["approvalNumber"] == "総第12号"
    assert closed.document["details"]["direction"] == "CONTINUE"
    following = await town.cycle()
    assert closed.document["details"]["opened"] == str(following.id)
    assert opened.document["details"]["byClose"] == closed.sequence
    assert (opened.trigger, opened.source, opened.target) == (
        Trigger.OPEN_NEXT,
        Stage.CLOSED,
        Stage.PLAN,
    )
    assert (closed.cycle_id, opened.cycle_id) == (closing.id, following.id)
    assert opened.sequence == closed.sequence + 1
    assert opened.recorded_at == closed.recorded_at
    assert following.previous_cycle_id == closing.id
    assert (following.fiscal_year, following.revision, following.plan_revision) == (2027, 1, 1)
    assert following.due_on == dt.date(2027, 5, 31)
    (before,) = closed.document["details"]["sheet"]["indicators"]
    (carried,) = await town.indicators()
    assert str(carried.carried_over_from_id) == before["id"]
    assert (carried.baseline, carried.target, carried.actual) == ("42", "50", None)
    assert await audit(town.id) == []


async def test_the_last_year_of_the_plan_opens_no_other(town: Town) -> None:
    """The period bounds the years: the cycle of 2027 closes, and none follows."""
    await town.bring_to(Stage.CLOSED)
    closed = await town.bring_to(Stage.CLOSED)
    assert (closed.fiscal_year, (await town.cycle()).id) == (2027, closed.id)
    assert (await town.project()).status is ProjectStatus.ACTIVE
    assert blocker_codes(await town.fire("office", Trigger.OPEN_NEXT)) == ["YEAR_OUTSIDE_PLAN"]
    assert await audit(town.id) == []


@pytest.mark.parametrize(
    ("direction", "status"),
    [(Direction.COMPLETE, ProjectStatus.COMPLETED), (Direction.ABOLISH, ProjectStatus.ABOLISHED)],
)
async def test_two_directions_end_the_project(
    town: Town, direction: Direction, status: ProjectStatus
) -> None:
    """完了 and 廃止 at close end it, opened year or not; nothing moves afterwards."""
    await town.bring_to(Stage.ACTION)
    applied(await town.fire("office", Trigger.OPEN_NEXT, reason="早めに"))
    closing = await Cycle.of(town.id).get(project_id=(await town.project()).id, fiscal_year=2026)
    edit = ImprovementEdit(values={"improvement": "終える", "direction": direction})
    applied(await edit_sheet(town.by("lead"), closing.id, closing.revision, edit))
    asked = Fire(cycle_id=closing.id, trigger=Trigger.CLOSE, expected_revision=closing.revision + 1)
    outcome = await fire(town.by("office"), asked)
    assert isinstance(outcome, Applied)
    assert [e.kind for e in outcome.events] == [EventKind.TRANSITION, EventKind.STATUS_CHANGED]
    project = await town.project()
    assert (project.status, project.current_cycle_id) == (status, closing.id)
    assert (project.revision, outcome.events[1].revision) == (2, 2)
    assert await Cycle.of(town.id).filter(project_id=project.id).count() == 2
    assert blocker_codes(await town.fire("office", Trigger.OPEN_NEXT)) == [
        "PROJECT_NOT_ACTIVE",
        "CYCLE_EXISTS",
    ]
    assert await audit(town.id) == []


async def test_a_project_does_not_end_while_another_year_runs(town: Town) -> None:
    """Neither the earlier cycle nor the later one can end it under the other's feet."""
    await town.bring_to(Stage.ACTION)
    earlier = await town.cycle()
    edit = ImprovementEdit(values={"improvement": "終える", "direction": "COMPLETE"})
    applied(await edit_sheet(town.by("lead"), earlier.id, earlier.revision, edit))
    applied(await town.fire("office", Trigger.OPEN_NEXT))
    await town.bring_to(Stage.ACTION)
    later = await town.cycle()
    applied(await edit_sheet(town.by("lead"), later.id, later.revision, edit))
    for cycle in (earlier, later):
        await cycle.refresh_from_db()
        asked = Fire(cycle_id=cycle.id, trigger=Trigger.CLOSE, expected_revision=cycle.revision)
        assert blocker_codes(await fire(town.by("office"), asked)) == ["CYCLE_RUNNING"]
    assert await audit(town.id) == []


async def test_the_next_year_opens_once_the_last_has_left_do(town: Town) -> None:
    """From CHECK on, once; the earlier cycle's revision tells that something happened."""
    await town.bring_to(Stage.DO)
    assert blocker_codes(await town.fire("office", Trigger.OPEN_NEXT)) == ["WRONG_STAGE"]
    before = await town.bring_to(Stage.CHECK)
    event = applied(await town.fire("office", Trigger.OPEN_NEXT, reason="準備"))
    after = await Cycle.of(town.id).get(id=before.id)
    assert (after.stage, after.revision) == (Stage.CHECK, before.revision + 1)
    opened = await town.cycle()
    assert (event.cycle_id, opened.previous_cycle_id) == (opened.id, before.id)
    assert (event.source, event.target, event.revision) == (Stage.CHECK, Stage.PLAN, 1)
    again = Fire(cycle_id=before.id, trigger=Trigger.OPEN_NEXT, expected_revision=after.revision)
    assert blocker_codes(await fire(town.by("office"), again)) == ["CYCLE_EXISTS"]
    assert await audit(town.id) == []
