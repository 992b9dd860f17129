"""Lists of appointments, previewed and done."""

import asyncio
import datetime as dt
from typing import Any, Final
from uuid import uuid4

import pytest

from tests.town import PEOPLE, Town, applied, blocker_codes, refused
from tests.workflows.tables import tables_of
from workflows.ledger import Applied, Outcome, Refused, Validated
from workflows.records import Appointment, Event, EventKind, Person
from workflows.refusals import Forbidden, InvalidInput, NotSignedIn, PreviewOutdated
from workflows.replay import audit
from workflows.reshuffle import Plan, StepKind
from workflows.revise.people import end_appointment
from workflows.revise.reshuffle import Reshuffle, preview, reshuffle
from workflows.roster import MAX_LINES, Column
from workflows.stages import Role

APRIL: Final = dt.date(2027, 4, 1)
HEAD: Final = "職員番号,氏名,役割,課,開始日,終了日\n"
MOVES: Final = HEAD + (
    "lead,lead さん,LEAD,税務課,,\n"
    "staff,staff さん,担当者,町民生活課,R6.4.1,\n"
    "other_lead,other_lead さん,,,,\n"
    "N1,新人,STAFF,税務課,2027/4/1,令和10年3月31日\n"
)
"""One moves, one stays, one leaves, one is new."""


def asked(csv: str = MOVES, **values: Any) -> Reshuffle:  # noqa: ANN401 - Reshuffle's own
    """Return a list that holds from 1 April."""
    return Reshuffle(**{"csv": csv, "effective_on": APRIL, **values})


async def made(town: Town, what: Reshuffle, who: str = "admin") -> Plan:
    """Return what a preview shows."""
    found = await preview(town.by(who), what)
    assert isinstance(found, Plan), found
    return found


async def held(town: Town, who: str) -> list[tuple[str, str | None, dt.date, dt.date | None]]:
    """Return somebody's appointments."""
    person = await Person.of(town.id).get(staff_number=who)
    rows = Appointment.of(town.id).filter(person_id=person.id).order_by("starts_on")
    return [
        (str(a.role), a.department.name if a.department else None, a.starts_on, a.ends_on)
        for a in await rows.select_related("department")
    ]


async def test_a_preview_tells_everything_and_writes_nothing(town: Town) -> None:
    """Each step with its line; the record and the tables stay as they are."""
    before, size = await tables_of(town), await town.size()
    plan = await made(town, asked())
    assert [(s.kind, s.staff_number, s.line) for s in plan.steps] == [
        (StepKind.APPOINT, "lead", 2),
        (StepKind.END, "lead", None),
        (StepKind.KEEP, "staff", 3),
        (StepKind.END, "other_lead", None),
        (StepKind.REGISTER, "N1", 5),
        (StepKind.APPOINT, "N1", 5),
    ]
    assert plan.faults == ()
    assert (await tables_of(town), await town.size()) == (before, size)


async def test_it_is_done_in_one_act(town: Town) -> None:
    """One entry for each change, all at one time, and what was held ends the day before."""
    size, plan = await town.size(), await made(town, asked())
    outcome = await reshuffle(town.by("admin"), asked(), plan.sha256())
    assert isinstance(outcome, Applied)
    assert [e.kind for e in outcome.events] == [
        EventKind.PERSON_REGISTERED,
        EventKind.APPOINTMENT_ENDED,
        EventKind.APPOINTMENT_ENDED,
        EventKind.APPOINTED,
        EventKind.APPOINTED,
    ]
    assert len({e.recorded_at for e in outcome.events}) == 1
    assert {(e.actor_id, e.actor_role) for e in outcome.events} == {
        (town.people["admin"], Role.ADMIN)
    }
    assert await town.size() == size + 5
    since, until = dt.date(2024, 4, 1), dt.date(2027, 3, 31)
    assert await held(town, "lead") == [
        ("LEAD", "町民生活課", since, until),
        ("LEAD", "税務課", APRIL, None),
    ]
    assert await held(town, "staff") == [("STAFF", "町民生活課", since, None)]
    assert await held(town, "other_lead") == [("LEAD", "税務課", since, until)]
    assert await held(town, "N1") == [("STAFF", "税務課", APRIL, dt.date(2028, 3, 31))]
    assert await held(town, "office") == [("OFFICE", "総務課", since, None)]
    assert await audit(town.id) == []
    assert blocker_codes(await reshuffle(town.by("admin"), asked())) == ["NO_CHANGE"]


async def test_a_key_does_it_once(town: Town) -> None:
    """Asked again with its key, all entries come again, and nothing is done twice."""
    request = town.by("admin", idempotency_key=uuid4())
    first = await reshuffle(request, asked())
    size = await town.size()
    again = await reshuffle(request, asked(), "anything")
    assert isinstance(first, Applied)
    assert isinstance(again, Applied)
    assert again.replayed
    assert [e.id for e in again.events] == [e.id for e in first.events]
    assert await town.size() == size


async def test_an_outdated_preview_is_refused(town: Town) -> None:
    """What was looked at is what is done, or nothing is; other changes do not matter."""
    plan = await made(town, asked())
    appointment = await Appointment.of(town.id).get(person_id=town.people["auditor"])
    applied(await end_appointment(town.by("admin"), appointment.id, APRIL))
    assert (await made(town, asked())).sha256() == plan.sha256()
    appointment = await Appointment.of(town.id).get(person_id=town.people["lead"])
    applied(await end_appointment(town.by("admin"), appointment.id, dt.date(2027, 1, 31)))
    before = await tables_of(town)
    refusal = refused(await reshuffle(town.by("admin"), asked(), plan.sha256()))
    current = (await made(town, asked())).sha256()
    assert refusal == PreviewOutdated(plan.sha256(), current)
    assert await tables_of(town) == before
    assert (await town.last_event()).document["details"]["refusal"]["type"] == "PreviewOutdated"
    applied(await reshuffle(town.by("admin"), asked(), current))


async def test_two_that_race_are_done_once(town: Town) -> None:
    """Of ten with one preview, one is done, and nobody is registered twice."""
    plan = await made(town, asked())
    outcomes = await asyncio.gather(
        *(reshuffle(town.by("admin"), asked(), plan.sha256()) for _ in range(10))
    )
    done = [o for o in outcomes if isinstance(o, Applied)]
    assert len(done) == 1
    assert all(isinstance(refused(o), PreviewOutdated) for o in outcomes if o not in done)
    assert await Person.of(town.id).filter(name="新人").count() == 1
    assert await audit(town.id) == []


async def test_only_admin_and_the_console(town: Town) -> None:
    """Nobody else sees what would be done, or does it; that they tried to look is no entry."""
    before = await town.size(), (await town.last_event()).id
    for who in PEOPLE:
        seen, outcome = await preview(town.by(who), asked()), await _try(town, who)
        if who == "admin":
            assert isinstance(seen, Plan)
            assert isinstance(outcome, Validated)
            continue
        assert seen == refused(outcome) == Forbidden(frozenset({Role.ADMIN}))
    assert (await town.size(), (await town.last_event()).id) == before
    assert await preview(town.by(None), asked()) == NotSignedIn()
    assert isinstance(await preview(town.console(), asked()), Plan)


async def _try(town: Town, who: str) -> Outcome:
    return await reshuffle(town.by(who, validate_only=True), asked())


async def test_a_list_with_faults_does_nothing(town: Town) -> None:
    """A preview tells of all of them, in order of lines; doing it names the first."""
    csv = HEAD + (
        "lead,lead さん,LEAD,水道課,,\nstaff,別人,STAFF,税務課,,\nN1,新人,部長,税務課,,\n"
    )
    before = await tables_of(town)
    plan = await made(town, asked(csv))
    assert [(f.line, f.column) for f in plan.faults] == [
        (2, Column.DEPARTMENT),
        (3, Column.NAME),
        (4, Column.ROLE),
    ]
    outcome = await reshuffle(town.by("admin"), asked(csv))
    refusal = refused(outcome)
    assert isinstance(refusal, InvalidInput)
    assert refusal.path == "csv"
    assert refusal.message_ja.startswith("2行目: 次の課から")
    assert refusal.message_ja.endswith("(ほかに2件の誤りがあります)")
    assert refusal.message_en.endswith("(2 more faults.)")
    assert await tables_of(town) == before


async def test_whoever_is_not_named_may_lose_what_they_hold(town: Town) -> None:
    """Only where the list replaces all; the admin who asks stays."""
    plan = await made(town, asked(replace_all=True))
    ended = {s.staff_number for s in plan.steps if s.kind is StepKind.END}
    others = {"auditor", "office", "office_lead", "other_staff"}
    assert ended == {"lead", "other_lead", *others}
    applied(await reshuffle(town.by("admin"), asked(replace_all=True), plan.sha256()))
    assert await held(town, "admin") == [("ADMIN", None, dt.date(2024, 4, 1), None)]
    assert (await held(town, "auditor"))[0][3] == dt.date(2027, 3, 31)
    assert await audit(town.id) == []


async def test_the_last_admin_is_kept(town: Town) -> None:
    """At the console too: a list that would leave no admin is refused; a successor will do."""
    plan = await preview(town.console(), asked(replace_all=True))
    assert isinstance(plan, Plan)
    assert [(f.line, f.column) for f in plan.faults] == [(None, Column.ROLE)]
    outcome = await reshuffle(town.console(), asked(replace_all=True))
    assert isinstance(refused(outcome), InvalidInput)
    own = HEAD + "admin,admin さん,OFFICE,総務課,,\n"
    plan = await preview(town.by("admin"), asked(own))
    assert isinstance(plan, Plan)
    assert [(f.line, f.column) for f in plan.faults] == [(2, Column.ROLE)]
    assert isinstance(refused(await reshuffle(town.by("admin"), asked(own))), InvalidInput)
    csv = MOVES + "N2,後任,ADMIN,,,\n"
    applied(await reshuffle(town.console(), asked(csv, replace_all=True)))
    assert (await held(town, "admin"))[0][3] == dt.date(2027, 3, 31)
    own = HEAD + "admin,admin さん,,,,\nN2,後任,,,,\n"
    outcome = await reshuffle(town.by("admin"), asked(own))
    assert isinstance(refused(outcome), InvalidInput)


async def test_a_day_long_past_is_refused(town: Town) -> None:
    """A year back is far enough: a year that was mistyped would end what was done in it."""
    today = (await town.last_event()).recorded_at.date()
    long_ago = asked(effective_on=today - dt.timedelta(days=370))
    refusal = await preview(town.by("admin"), long_ago)
    assert isinstance(refusal, InvalidInput)
    assert refusal.path == "effectiveOn"
    await made(town, asked(effective_on=today - dt.timedelta(days=300)))


async def test_the_longest_list_is_done(town: Town) -> None:
    """Two thousand people in one act, each with an entry of registration and of appointment."""
    lines = (f"{n:05},職員{n},STAFF,税務課,,\n" for n in range(MAX_LINES))
    outcome = await reshuffle(town.by("admin"), asked(HEAD + "".join(lines)))
    assert isinstance(outcome, Applied)
    assert len(outcome.events) == 2 * MAX_LINES
    assert await Person.of(town.id).count() == MAX_LINES + len(PEOPLE)
    assert await audit(town.id) == []


@pytest.mark.parametrize("starts_on", ["2027-04-01", "2027-09-01"])
async def test_what_was_entered_ahead_is_taken_back(town: Town, starts_on: str) -> None:
    """An appointment that has not begun ends before it begins; nobody holds it on any day."""
    day = dt.date.fromisoformat(starts_on)
    await town.employ("ahead", Role.LEAD, "総務課", day)
    csv = HEAD + "ahead,ahead さん,STAFF,総務課,,\n"
    outcome = await reshuffle(town.by("admin"), asked(csv))
    assert isinstance(outcome, Applied)
    yesterday = day - dt.timedelta(days=1)
    assert sorted(await held(town, "ahead")) == [
        ("LEAD", "総務課", day, yesterday),
        ("STAFF", "総務課", APRIL, None),
    ]
    assert await audit(town.id) == []


async def test_a_refusal_tells_of_it(town: Town) -> None:
    """A refused attempt is an entry, of whoever tried."""
    outcome = await reshuffle(town.by("lead"), asked())
    assert isinstance(outcome, Refused)
    event = await town.last_event()
    assert (event.kind, event.actor_id) == (EventKind.REFUSAL, town.people["lead"])
    assert await Event.of(town.id).filter(kind=EventKind.REFUSAL).count() == 1
