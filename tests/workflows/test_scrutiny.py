"""What stands out in a year, by hand-made cases: each question alone, no database asked."""

import datetime as dt
from typing import Any, Final
from uuid import UUID

import pytest

from workflows.office_hours import is_outside, is_working_day
from workflows.records import EventKind
from workflows.scrutiny.facts import MOST, Fact, Found, YearCycle
from workflows.scrutiny.questions import (
    ActedFor,
    Course,
    EditedAfterApproval,
    InBulk,
    OutsideHours,
    RecordedLate,
)
from workflows.scrutiny.report import Scrutiny
from workflows.stages import SheetPart, Stage, Trigger

NOON: Final = dt.datetime(2026, 6, 10, 12, tzinfo=dt.timezone(dt.timedelta(hours=9)))
"""A Wednesday in Japan."""
LEAD, OTHER, HEAD = (UUID(int=n) for n in (1, 2, 3))
CYCLE, ELSE = UUID(int=11), UUID(int=12)
PROJECT: Final = UUID(int=21)
KNOWN: Final = [YearCycle(CYCLE, PROJECT, NOON)]
P, D, C, A, X = Stage


def at(seconds: float = 0, **values: Any) -> Fact:  # noqa: ANN401 - Fact's own
    """Return a fact of so many seconds after noon; its sequence is their number unless given."""
    moment = NOON + dt.timedelta(seconds=seconds)
    given: dict[str, Any] = {"kind": EventKind.TRANSITION, "actor_id": LEAD}
    given |= {"sequence": int(seconds) + 1, "recorded_at": moment}
    return Fact(**given | values)


def move(
    seconds: float,
    trigger: Trigger,
    source: Stage | None,
    target: Stage | None,
    **values: Any,  # noqa: ANN401
) -> Fact:
    """Return a move of the cycle."""
    about = {"cycle_id": CYCLE, "project_id": PROJECT}
    return at(seconds, trigger=trigger, source=source, target=target, **about | values)


def took(question: Any, facts: list[Fact]) -> Any:  # noqa: ANN401 - any question
    """Return a question after it took some facts."""
    for fact in facts:
        question.take(fact)
    return question


@pytest.mark.parametrize(
    ("moment", "outside"),
    [
        ("2026-06-10T08:29:59.999999+09:00", True),
        ("2026-06-10T08:30:00+09:00", False),
        ("2026-06-10T17:14:59.999999+09:00", False),
        ("2026-06-10T17:15:00+09:00", True),
        ("2026-06-09T23:30:00+00:00", False),
        ("2026-06-10T08:15:00+00:00", True),
        ("2026-06-13T12:00:00+09:00", True),
        ("2026-06-14T12:00:00+09:00", True),
        ("2026-06-14T23:30:00+00:00", False),
        ("2026-05-06T12:00:00+09:00", True),
        ("2026-05-07T12:00:00+09:00", False),
        ("2026-09-22T12:00:00+09:00", True),
        ("2026-12-28T12:00:00+09:00", False),
        ("2026-12-29T12:00:00+09:00", True),
        ("2026-12-31T12:00:00+09:00", True),
        ("2027-01-01T12:00:00+09:00", True),
        ("2029-01-03T12:00:00+09:00", True),
        ("2029-01-04T12:00:00+09:00", False),
    ],
)
def test_office_hours(moment: str, outside: bool) -> None:  # noqa: FBT001 - a case
    """To the microsecond, in Japan; weekends, holidays moved or squeezed in, and the New Year."""
    assert is_outside(dt.datetime.fromisoformat(moment)) is outside


def test_working_days_of_a_year() -> None:
    """Of 令和8年度: 365 days less weekends, holidays on weekdays, and the New Year's days."""
    days = [dt.date(2026, 4, 1) + dt.timedelta(days=n) for n in range(365)]
    weekdays = [day for day in days if day.weekday() < 5]
    free = [day for day in weekdays if not is_working_day(day)]
    told = {(day.month, day.day) for day in free}
    assert told == {
        *((4, 29), (5, 4), (5, 5), (5, 6), (7, 20), (8, 11), (9, 21), (9, 22), (9, 23), (10, 12)),
        *((11, 3), (11, 23), (12, 29), (12, 30), (12, 31), (1, 1), (1, 11), (2, 11), (2, 23)),
        *((3, 22),),
    }


def test_time_at_each_stage() -> None:
    """By effect, over all stays; reports and revised plans end none, and a closed cycle stands."""
    facts = [
        move(100, Trigger.START, P, D),
        move(110.5, Trigger.REPORT_INTERIM, D, D),
        move(120.5, Trigger.REVISE_PLAN, D, D),
        move(500, Trigger.SUBMIT_RESULTS, D, C, effective_at=NOON + dt.timedelta(seconds=300)),
        move(600, Trigger.SEND_BACK, C, D),
        move(700, Trigger.RESCIND, D, C),
        move(710, Trigger.SEND_BACK, C, D),
        move(720, Trigger.SUBMIT_RESULTS, D, C),
        move(800, Trigger.EVALUATE, C, A),
        move(850, Trigger.START, P, D, cycle_id=ELSE),
        move(900, Trigger.CLOSE, A, X),
    ]
    (year,) = took(Course(KNOWN), facts).until(NOON + dt.timedelta(days=9))
    assert year.seconds == {P: 100, D: 200 + 100 + 10, C: 300 + 10 + 80, A: 100, X: 0}
    assert (year.returns, year.rescinds, year.plan_revisions) == (2, 1, 1)
    (open_,) = took(Course(KNOWN), facts[:-1]).until(NOON + dt.timedelta(seconds=1_000))
    assert open_.seconds[A] == 200
    (begun,) = Course(KNOWN).until(NOON + dt.timedelta(seconds=7))
    assert begun.seconds == {P: 7, D: 0, C: 0, A: 0, X: 0}


def test_a_cycle_that_was_opened_early() -> None:
    """What opens it is told of by an entry, whose effect counts."""
    opened = move(50, Trigger.OPEN_NEXT, C, P, effective_at=NOON + dt.timedelta(seconds=40))
    facts = [opened, move(60, Trigger.START, P, D)]
    (year,) = took(Course(KNOWN), facts).until(NOON + dt.timedelta(seconds=60))
    assert year.seconds[P] == 20


def test_refusals_are_a_projects() -> None:
    """Of its cycle whenever; where no cycle is meant, of the project within the year."""
    refusal = {"kind": EventKind.REFUSAL}
    facts = [
        at(1, **refusal, cycle_id=CYCLE, project_id=PROJECT),
        at(2, **refusal, cycle_id=CYCLE, project_id=PROJECT, in_year=False, trigger=Trigger.START),
        at(3, **refusal, project_id=PROJECT),
        at(4, **refusal, project_id=PROJECT, in_year=False),
        at(5, **refusal, project_id=PROJECT, cycle_id=ELSE),
        at(6, **refusal, project_id=UUID(int=99)),
        at(7, **refusal),
        at(8, **refusal, cycle_id=CYCLE, trigger=Trigger.SEND_BACK, source=C, target=D),
        at(9, kind=EventKind.CORRECTED, cycle_id=CYCLE, trigger=Trigger.SEND_BACK),
    ]
    (year,) = took(Course(KNOWN), facts).until(NOON)
    assert (year.refusals, year.returns) == (4, 0)


def test_who_acted_for_whom() -> None:
    """Pairs, each with its entries; the one that did most first; only within the year."""
    facts = [
        at(1, on_behalf_of_id=HEAD),
        at(2, on_behalf_of_id=HEAD, actor_id=OTHER),
        at(3, on_behalf_of_id=HEAD, actor_id=OTHER, kind=EventKind.SHEET_EDITED),
        at(4, on_behalf_of_id=OTHER, in_year=False),
        at(5),
    ]
    assert {k: f.sequences for k, f in took(ActedFor(), facts).pairs.items()} == {
        (LEAD, HEAD): [2],
        (OTHER, HEAD): [3, 4],
    }
    report = took(Scrutiny(2026, KNOWN), facts).report(NOON)
    assert [one.person_id for one in report.deputies] == [OTHER, LEAD]


def test_moves_outside_office_hours() -> None:
    """Moves only, by when they were recorded rather than took effect, within the year."""
    night, day = NOON + dt.timedelta(hours=9), NOON
    facts = [
        at(1, recorded_at=night),
        at(2, recorded_at=night, kind=EventKind.SHEET_EDITED),
        at(3, recorded_at=day, effective_at=night - dt.timedelta(days=1)),
        at(4, recorded_at=night, effective_at=day),
        at(5, recorded_at=night, in_year=False),
    ]
    assert took(OutsideHours(), facts).found.sequences == [2, 5]


def groups(moves: list[Fact]) -> list[tuple[UUID | None, list[int]]]:
    """Return the groups that moves made in bulk form: who, and the sequences."""
    return [(g.person_id, g.found.sequences) for g in took(InBulk(), moves).groups]


def row(*seconds: float, **values: Any) -> list[Fact]:  # noqa: ANN401 - Fact's own
    """Return moves at some seconds."""
    return [at(s, **values) for s in seconds]


def test_moves_in_bulk() -> None:
    """Five within a minute are a group, which goes on as long as any five lie within a minute."""
    assert groups(row(0, 10, 20, 30)) == []
    assert groups(row(0, 15, 30, 45, 60)) == [(LEAD, [1, 16, 31, 46, 61])]
    assert groups(row(0, 15, 30, 45, 61)) == []
    assert groups(row(0, 15, 30, 45, 60, 75, 90)) == [(LEAD, [1, 16, 31, 46, 61, 76, 91])]
    assert groups(row(0, 100, 101, 102, 103, 104)) == [(LEAD, [101, 102, 103, 104, 105])]
    gap = groups(row(0, 1, 2, 3, 40, 97, 98, 99, 100))
    assert [len(found) for _, found in gap] == [9]
    parted = groups(row(0, 1, 2, 3, 4, 500, 501, 502, 503, 504))
    assert parted == [(LEAD, [1, 2, 3, 4, 5]), (LEAD, [501, 502, 503, 504, 505])]


def test_bulk_is_one_persons_and_of_acts() -> None:
    """Others' moves between them do not count, nor what else one act led to, nor other entries."""
    mine, theirs = row(0, 2, 4, 6, 8), row(1, 3, 5, 7, actor_id=OTHER)
    assert groups(sorted(mine + theirs, key=lambda f: f.sequence)) == [(LEAD, [1, 3, 5, 7, 9])]
    acts = [at(s, sequence=10 * s + n) for s in range(4) for n in (1, 2)]
    assert groups(acts) == []
    assert groups(row(0, 1, 2, 3, 4, kind=EventKind.SHEET_EDITED)) == []
    assert groups(row(0, 1, 2, 3, 4, in_year=False)) == []
    assert groups(row(0, 1, 2, 3, 4, actor_id=None)) == [(None, [1, 2, 3, 4, 5])]


def test_a_group_says_when_it_began_and_ended() -> None:
    """By its first and its last move; more groups than are told are counted."""
    (group,) = took(InBulk(), row(5, 6, 7, 8, 9, 12)).groups
    assert group.started_at == NOON + dt.timedelta(seconds=5)
    assert group.ended_at == NOON + dt.timedelta(seconds=12)
    many = [at(1_000 * n + s) for n in range(MOST + 3) for s in range(5)]
    bulk = took(InBulk(), many)
    assert (bulk.total, len(bulk.groups)) == (MOST + 3, MOST)


def test_sheets_edited_after_approval() -> None:
    """Edits of a part whose stage was left, plans revised under way, corrections; not the rest."""
    edit = {"kind": EventKind.SHEET_EDITED, "cycle_id": CYCLE}
    correction = {"kind": EventKind.CORRECTED}
    facts = [
        at(1, **edit, part=SheetPart.PLAN),
        move(2, Trigger.START, P, D),
        move(2.5, Trigger.REPORT_INTERIM, D, D),
        at(3, **edit, part=SheetPart.RESULTS),
        move(4, Trigger.SEND_BACK, D, P),
        at(5, **edit, part=SheetPart.PLAN),
        move(6, Trigger.START, P, D),
        at(7, **edit, part=SheetPart.RESULTS),
        move(8, Trigger.REVISE_PLAN, D, D),
        move(9, Trigger.SUBMIT_RESULTS, D, C),
        at(10, **edit, part=SheetPart.EVALUATION),
        move(11, Trigger.RESCIND, C, D),
        at(12, **edit, part=SheetPart.RESULTS, in_year=False),
        at(13, **correction, cycle_id=CYCLE, in_year=False),
        at(14, **correction),
        at(15, **correction, in_year=False),
        at(16, **correction, cycle_id=ELSE),
        at(17, kind=EventKind.SHEET_EDITED, cycle_id=ELSE, part=SheetPart.PLAN),
        at(18, kind=EventKind.REFUSAL, cycle_id=CYCLE, source=C, target=A),
        move(19, Trigger.REVISE_PLAN, D, D, cycle_id=ELSE),
    ]
    found = took(EditedAfterApproval(KNOWN), facts).found
    assert found.sequences == [s + 1 for s in (5, 8, 12, 13, 14)]


def test_recorded_late() -> None:
    """Longer than thirty days after it took effect, to the microsecond, within the year."""
    limit, tick = NOON - dt.timedelta(days=30), dt.timedelta(microseconds=1)
    facts = [
        at(0, effective_at=limit),
        at(0, sequence=2, effective_at=limit - tick),
        at(0, sequence=3, effective_at=limit - tick, in_year=False),
        at(0, sequence=4),
        at(0, sequence=5, effective_at=limit - tick, kind=EventKind.OWNERSHIP_TRANSFERRED),
    ]
    assert took(RecordedLate(), facts).found.sequences == [2, 5]


def test_all_are_counted_and_the_first_told() -> None:
    """A list has its limit, and says how many there are."""
    found = Found()
    for sequence in range(MOST + 5):
        found.add(sequence)
    assert (found.total, found.sequences) == (MOST + 5, list(range(MOST)))


def test_the_first_that_are_named_are_the_earliest() -> None:
    """In whatever order they are found: outside the year it is cycle by cycle."""
    found = Found()
    for sequence in [*range(500, 300, -1), *range(1, 4), 1_000]:
        found.add(sequence)
    assert found.total == 204
    assert found.sequences == [1, 2, 3, *range(301, 301 + MOST - 3)]
