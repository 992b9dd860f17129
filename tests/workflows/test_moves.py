"""Every move of a cycle, on both databases: what it writes, and what it tells."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from tests.town import OWN, PEOPLE, Town, applied, blocker_codes, refused
from tests.workflows.table import ROWS, roles_of
from tests.workflows.tables import tables_of
from workflows.advance import Fire, fire
from workflows.ledger import Outcome, Refused
from workflows.records import Cycle, Event, EventKind, Project
from workflows.refusals import Forbidden, NotFound, NotSignedIn
from workflows.replay import audit
from workflows.revise.sheets import edit_sheet
from workflows.revise.status import StatusChange, change_status
from workflows.sheets import EvaluationEdit, PlanEdit, Report, ResultsEdit
from workflows.stages import (
    WORKFLOW_VERSION,
    Stage,
    StatusTrigger,
    Trigger,
)

OFFICES_OWN = "2_01"

"""A project of 総務課, whose lead is also in the office."""
FORWARD = {
    Stage.PLAN: ("lead", Trigger.START),
    Stage.DO: ("lead", Trigger.SUBMIT_RESULTS),
    Stage.CHECK: ("lead", Trigger.EVALUATE),
    Stage.ACTION: ("office", Trigger.CLOSE),
}

INPUT: dict[Trigger, dict[str, Any]] = {
    Trigger.REPORT_INTERIM: {"report": Report(text="順調")},
    Trigger.REVISE_PLAN: {"plan": PlanEdit(values={"goal": "新しい目標"})},
}


def _answer(outcome: Outcome) -> str:
    if isinstance(outcome, Refused):
        return type(outcome.refusal).__name__
    return type(outcome).__name__


def _expected(trigger: Trigger, stage: Stage, who: str) -> str:
    """Return the answer that the table and the people of the town lead to."""
    roles = {
        str(role)
        for role, department in PEOPLE[who]
        if role not in {"STAFF", "LEAD"} or department == "町民生活課"
    }
    if not roles & roles_of(trigger):
        return "Forbidden"
    rescind = trigger is Trigger.RESCIND  # the sheet was edited after the last move
    opened = stage is Stage.CLOSED and trigger is Trigger.OPEN_NEXT  # by close
    return "Blocked" if rescind or opened or (trigger, stage) not in ROWS else "Validated"


async def test_everybody_tries_every_trigger_at_every_stage(town: Town) -> None:
    """Nine people, nine triggers, five stages: the table's answer, and no trace of the asking."""
    cycle = await town.cycle()
    for stage in Stage:
        if stage is not Stage.CLOSED:
            applied(await town.fill_in(stage))
        await cycle.refresh_from_db()
        size, before = await town.size(), await tables_of(town)
        for trigger in Trigger:
            for who in PEOPLE:
                asked = Fire(
                    cycle_id=cycle.id,
                    trigger=trigger,
                    expected_revision=cycle.revision,
                    reason="理由",
                    **INPUT.get(trigger, {}),
                )
                outcome = await fire(town.by(who, validate_only=True), asked)
                expected = _expected(trigger, stage, who)
                assert (trigger, who, _answer(outcome)) == (trigger, who, expected)
        assert await town.size() == size
        assert await tables_of(town) == before
        if stage is not Stage.CLOSED:
            who, forward = FORWARD[stage]
            applied(await town.fire(who, forward))


async def test_start_keeps_the_plan_as_it_stood(town: Town) -> None:
    """Who, in which capacity, from where to where, which revision, and the sheet of that moment."""
    applied(await town.fill_in(Stage.PLAN))
    before = await town.cycle()
    event = applied(await town.fire("lead", Trigger.START, reason=" 予定どおり "))
    cycle, project = await town.cycle(), await town.project()
    assert (event.kind, event.trigger, event.source, event.target) == (
        EventKind.TRANSITION,
        Trigger.START,
        Stage.PLAN,
        Stage.DO,
    )
    assert event.actor_id == town.people["lead"]
    department = town.departments["町民生活課"]
    assert (event.actor_role, event.actor_department_id) == ("LEAD", department)
    assert (event.project_id, event.cycle_id, event.owner_id) == (project.id, cycle.id, department)
    assert event.revision == cycle.revision == before.revision + 1
    assert event.refers_to is None
    body = event.document
    assert body["reason"] == "予定どおり"
    assert body["details"]["workflow"] == WORKFLOW_VERSION
    assert body["details"]["sheet"]["schedule"] == "4月から"
    assert body["details"]["sheet"]["indicators"][0]["target"] == "50"
    waited = event.recorded_at - before.entered_stage_at
    assert body["details"]["secondsInFrom"] == int(waited.total_seconds())
    assert (cycle.stage, cycle.due_on) == (Stage.DO, dt.date(2027, 3, 31))
    assert cycle.entered_stage_at == event.recorded_at
    assert (cycle.last_trigger, cycle.last_source) == (Trigger.START, Stage.PLAN)
    assert cycle.last_move_sequence == event.sequence
    assert {c["table"] for c in body["changes"]} == {"cycles"}
    assert await audit(town.id) == []


async def test_evaluating_names_the_evaluator(town: Town) -> None:
    """The evaluator is kept on the cycle, the grade with its label of that day in the entry."""
    await town.bring_to(Stage.CHECK)
    applied(await town.fill_in(Stage.CHECK))
    event = applied(await town.fire("lead", Trigger.EVALUATE))
    assert (await town.cycle()).evaluator_id == town.people["lead"]
    sheet = event.document["details"]["sheet"]
    assert (sheet["grade"], sheet["grade_label_ja"]) == ("A", "目標を上回って達成")
    assert await audit(town.id) == []


@pytest.mark.parametrize(
    ("stage", "target"),
    [(Stage.DO, Stage.PLAN), (Stage.CHECK, Stage.DO), (Stage.ACTION, Stage.CHECK)],
)
async def test_sending_back_says_why_and_keeps_the_sheet(
    town: Town, stage: Stage, target: Stage
) -> None:
    """One stage back, due anew, the sheet untouched, and the part of that stage open again."""
    await town.bring_to(stage)
    assert blocker_codes(await town.fire("office", Trigger.SEND_BACK, reason="　")) == ["NO_REASON"]
    sheets = (await tables_of(town))["sheets"]
    event = applied(await town.fire("office", Trigger.SEND_BACK, reason="根拠が足りない"))
    cycle = await town.cycle()
    assert (event.source, event.target, cycle.stage) == (stage, target, target)
    assert event.document["reason"] == "根拠が足りない"
    assert (await tables_of(town))["sheets"] == sheets
    edit = {
        Stage.PLAN: PlanEdit(values={"goal": "x"}),
        Stage.DO: ResultsEdit(values={"activities": "x"}),
        Stage.CHECK: EvaluationEdit(values={"issues": "x"}),
    }[target]
    applied(await edit_sheet(town.by("staff"), cycle.id, cycle.revision, edit))
    assert await audit(town.id) == []


@pytest.mark.parametrize(
    ("trigger", "stages"),
    [
        (StatusTrigger.SUSPEND, [Stage.PLAN, Stage.DO, Stage.CHECK, Stage.ACTION]),
        (StatusTrigger.ABOLISH, [Stage.DO]),
    ],
)
async def test_nothing_moves_while_the_project_is_not_active(
    sqlite_town_loaded: Town, trigger: StatusTrigger, stages: list[Stage]
) -> None:
    """Every trigger that would be possible is blocked by the status first; sheets are shut."""
    town = sqlite_town_loaded
    for stage in stages:
        cycle = await town.bring_to(stage)
        await _change(town, trigger)
        for (name, source), (_, roles) in ROWS.items():
            if source == stage:
                who = "office" if "OFFICE" in roles else "lead"
                outcome = await town.fire(who, Trigger(name), reason="x")
                assert blocker_codes(outcome)[0] == "PROJECT_NOT_ACTIVE"
        assert blocker_codes(await town.fill_in(stage)) == ["PROJECT_NOT_ACTIVE"]
        assert (await town.cycle()).stage is cycle.stage
        if trigger is StatusTrigger.SUSPEND:
            await _change(town, StatusTrigger.RESUME)
    assert await audit(town.id) == []


async def _change(town: Town, trigger: StatusTrigger) -> None:
    project = await town.project()
    asked = StatusChange(
        project_id=project.id, trigger=trigger, expected_revision=project.revision, reason="x"
    )
    applied(await change_status(town.by("office"), asked))


async def test_a_cycle_that_there_is_not_is_not_found(town: Town) -> None:
    """A made-up id, and a project's id in its place, name nothing."""
    for cycle_id in (UUID(int=5), (await town.project()).id):
        asked = Fire(cycle_id=cycle_id, trigger=Trigger.START, expected_revision=1)
        assert refused(await fire(town.by("lead"), asked)) == NotFound("cycle")
    event = await town.last_event()
    assert (event.kind, event.trigger, event.cycle_id) == (EventKind.REFUSAL, Trigger.START, None)


async def test_the_owners_of_other_projects_are_nobody_here(town: Town) -> None:
    """The same person may here what they may not there."""
    applied(await town.fill_in(Stage.PLAN, OFFICES_OWN, "office_lead"))
    outcome = await town.fire("lead", Trigger.START, OFFICES_OWN)
    assert isinstance(refused(outcome), Forbidden)
    event = applied(await town.fire("office_lead", Trigger.START, OFFICES_OWN))
    assert event.actor_role == "LEAD"
    assert isinstance(refused(await town.fire(None, Trigger.START)), NotSignedIn)
    others = await Project.of(town.id).exclude(code=OFFICES_OWN).values_list("id", flat=True)
    assert not await Event.of(town.id).filter(
        project_id__in=list(others), kind=EventKind.TRANSITION
    )
    assert await Cycle.of(town.id).exclude(stage=Stage.PLAN).count() == 1
    assert (await town.cycle(OWN)).stage is Stage.PLAN
