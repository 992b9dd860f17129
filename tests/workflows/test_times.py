"""When an act is recorded, when it takes effect, and who may act on that day."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from tests.town import Town, applied, refused
from workflows import ledger
from workflows.advance import Fire, fire
from workflows.fiscal import TOKYO
from workflows.ledger import Refused, Validated
from workflows.records import Appointment, Event
from workflows.refusals import (
    Forbidden,
    InvalidInput,
)
from workflows.replay import audit
from workflows.revise.people import end_appointment, register_person
from workflows.revise.sheets import edit_sheet
from workflows.sheets import PlanEdit
from workflows.stages import Role, Stage, Trigger


async def _start(town: Town, **values: Any) -> ledger.Outcome:  # noqa: ANN401 - Request's fields
    cycle = await town.cycle()
    asked = Fire(cycle_id=cycle.id, trigger=Trigger.START, expected_revision=cycle.revision)
    return await fire(town.by("lead", **values), asked)


@pytest.mark.parametrize(
    "moment",
    [
        dt.datetime.now(dt.UTC) + dt.timedelta(hours=1),
        dt.datetime(1969, 12, 31, tzinfo=dt.UTC),
        dt.datetime(1, 1, 1, tzinfo=TOKYO),
        dt.datetime(9999, 12, 31, 23, tzinfo=dt.timezone(-dt.timedelta(hours=9))),
    ],
    ids=["ahead", "long ago", "year 1", "year 9999"],
)
async def test_an_impossible_time_is_refused_whatever_the_act(
    town: Town, moment: dt.datetime
) -> None:
    """Not in the future, not before 1970, and never beyond what a calendar can say."""
    applied(await town.fill_in(Stage.PLAN))
    cycle = await town.cycle()
    outcomes = [
        await _start(town, effective_at=moment, idempotency_key=uuid4()),
        await edit_sheet(
            town.by("lead", effective_at=moment),
            cycle.id,
            cycle.revision,
            PlanEdit(values={"goal": "x"}),
        ),
        await register_person(town.console(effective_at=moment), "新人", "N1"),
    ]
    for outcome in outcomes:
        refusal = refused(outcome)
        assert isinstance(refusal, InvalidInput)
        assert refusal.path == "effectiveAt"
    assert (await town.last_event()).effective_at is None
    assert await audit(town.id) == []


async def test_a_move_takes_effect_after_the_last_one(town: Town) -> None:
    """Between the last move and now, at whatever offset it is written; stored in UTC."""
    applied(await town.fill_in(Stage.PLAN))
    entered = (await town.cycle()).entered_stage_at
    early = await _start(town, effective_at=entered - dt.timedelta(microseconds=1))
    refusal = refused(early)
    assert isinstance(refusal, InvalidInput)
    assert refusal.path == "effectiveAt"
    moment = (entered + dt.timedelta(milliseconds=1)).astimezone(TOKYO)
    event = applied(await _start(town, effective_at=moment))
    stored = await Event.of(town.id).get(sequence=event.sequence)
    assert stored.effective_at == moment
    assert stored.document["effectiveAt"].endswith("Z")
    cycle = await town.cycle()
    assert cycle.entered_stage_at == moment
    assert event.recorded_at > moment
    minute_before = (moment - dt.timedelta(minutes=1)).astimezone(dt.UTC)
    later = await Event.of(town.id).filter(effective_at__gt=minute_before)
    assert [e.id for e in later] == [event.id]
    assert await audit(town.id) == []


async def test_time_never_runs_backwards_in_the_record(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock is set back two hours: entries go on after the last, and each act has its own."""
    last = (await town.last_event()).recorded_at
    back = last - dt.timedelta(hours=2)
    monkeypatch.setattr(ledger, "now", lambda: back)
    await town.bring_to(Stage.CLOSED)
    events = await Event.of(town.id).filter(recorded_at__gt=last).order_by("sequence")
    times = [e.recorded_at for e in events]
    assert times == sorted(times)
    assert len(set(times)) == len(times) - 1  # close and the next cycle are one act
    assert (await town.cycle()).opened_at == times[-1]
    monkeypatch.undo()
    event = applied(await town.fill_in(Stage.PLAN))
    assert event.recorded_at > times[-1]
    assert await audit(town.id) == []


async def test_appointments_count_on_the_day_of_the_act(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ended yesterday and beginning tomorrow are no authority; in Japan's days, at midnight."""
    today = dt.datetime.now(TOKYO).replace(hour=12)
    day = dt.timedelta(days=1)
    first, last = today.date() + day, today.date() + 2 * day
    await town.employ("former", Role.LEAD, "町民生活課", dt.date(2020, 4, 1), today.date() - day)
    await town.employ("future", Role.LEAD, "町民生活課", first, last)
    applied(await town.fill_in(Stage.PLAN))
    for who in ("former", "future"):
        assert isinstance(refused(await town.fire(who, Trigger.START)), Forbidden)
    midnight = dt.datetime.combine(first, dt.time(), TOKYO)
    second = dt.timedelta(seconds=1)
    answers = []
    for moment in (midnight - second, midnight, midnight + 2 * day - second, midnight + 2 * day):
        monkeypatch.setattr(ledger, "now", lambda moment=moment: moment.astimezone(dt.UTC))
        cycle = await town.cycle()
        asked = Fire(cycle_id=cycle.id, trigger=Trigger.START, expected_revision=cycle.revision)
        answers.append(type(await fire(town.by("future", validate_only=True), asked)))
        refused(await town.fire("nobody", Trigger.START))  # the record's time goes on
    assert answers == [Refused, Validated, Validated, Refused]


async def test_an_ended_appointment_keeps_what_was_done_in_it(town: Town) -> None:
    """The entry still says in which capacity; the next attempt has none."""
    event = applied(await town.fill_in(Stage.PLAN))
    appointment = await Appointment.of(town.id).get(person_id=town.people["lead"])
    yesterday = dt.datetime.now(TOKYO).date() - dt.timedelta(days=1)
    applied(await end_appointment(town.by("admin"), appointment.id, yesterday))
    assert isinstance(refused(await town.fire("lead", Trigger.START)), Forbidden)
    assert (await Event.of(town.id).get(id=event.id)).actor_role is Role.LEAD
