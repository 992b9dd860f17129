"""Single cases of a reshuffle, and what is wrong with a list."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from tests.workflows.reshuffles import APRIL, DEPARTMENTS, PEOPLE, day
from workflows.reshuffle import Held, Known, Plan, Situation, Span, StepKind, plan
from workflows.roster import Column, Wanted
from workflows.stages import Role


def _held(person: int, role: Role, department: str, starts_on: int, ends_on: int | None) -> Held:
    return Held(
        id=UUID(int=100 + person),
        person_id=PEOPLE[person].id,
        post=(role, DEPARTMENTS.get(department)),
        span=Span.of(day(starts_on), None if ends_on is None else day(ends_on)),
    )


def _wanted(number: str, name: str, **values: Any) -> Wanted:  # noqa: ANN401 - Wanted's own
    given = {"line": 2, "role": Role.STAFF, "department": "税務課", **values}
    return Wanted(staff_number=number, name=name, **given)


def _plan(*wanted: Wanted, held: Iterable[Held] = (), **values: Any) -> Plan:  # noqa: ANN401 - Situation's own
    situation = Situation(
        people=values.pop("people", PEOPLE),
        appointments=list(held),
        departments=values.pop("departments", DEPARTMENTS),
        effective_on=APRIL,
        **values,
    )
    return plan(wanted, situation)


def test_who_moves_ends_the_day_before() -> None:
    """The usual case, with the fingerprint of what would be done."""
    held = [_held(0, Role.STAFF, "税務課", -365, None), _held(1, Role.STAFF, "総務課", -365, None)]
    made = _plan(
        _wanted("000", "職員0", department="総務課"), _wanted("001", "職員1", department="総務課"),
        _wanted("77", "新人"), held=held,
    )  # fmt: skip
    assert made.faults == ()
    assert [(s.kind, s.staff_number, s.starts_on, s.ends_on) for s in made.steps] == [
        (StepKind.APPOINT, "000", APRIL, None),
        (StepKind.END, "000", day(-365), day(-1)),
        (StepKind.KEEP, "001", day(-365), None),
        (StepKind.REGISTER, "77", None, None),
        (StepKind.APPOINT, "77", APRIL, None),
    ]
    assert [s.kind for s in made.changes] == ["REGISTER", "END", "APPOINT", "APPOINT"]
    assert made.sha256() == _plan(
        _wanted("000", "職員0", department="総務課"), _wanted("001", "職員1", department="総務課"),
        _wanted("77", "新人"), held=held,
    ).sha256()  # fmt: skip
    assert made.sha256() != replace(made, steps=made.steps[1:]).sha256()


@pytest.mark.parametrize(
    ("wanted", "column"),
    [
        (_wanted("000", "別人"), Column.NAME),
        (_wanted("2", "職員1"), Column.STAFF_NUMBER),
        (_wanted("000", "職員0", department="水道課"), Column.DEPARTMENT),
        (_wanted("000", "職員0", starts_on=day(-1)), Column.STARTS_ON),
        (_wanted("77", "新人", starts_on=day(-1)), Column.STARTS_ON),
        (_wanted("000", "職員0", ends_on=day(-1)), Column.ENDS_ON),
    ],
)
def test_what_does_not_fit_is_told(wanted: Wanted, column: Column) -> None:
    """With the line and the column."""
    (fault,) = _plan(wanted, held=[_held(0, Role.LEAD, "税務課", -9, None)]).faults
    assert (fault.line, fault.column) == (2, column)
    assert fault.message_ja
    assert fault.message_en


def test_lines_with_other_faults_are_looked_at_as_well() -> None:
    """Number, name and department, so far as they could be read; such lines ask for nothing."""
    situation = Situation(
        people=PEOPLE, appointments=[], departments=DEPARTMENTS, effective_on=APRIL
    )
    broken = [
        _wanted("000", "別人", line=2, role=None, department="水道課"),
        _wanted("", "職員1", line=3, department="水道課"),
        _wanted("001", "", line=4, department=""),
        _wanted("2", "職員1", line=5),
        _wanted("77", "新任", line=7),
        _wanted("003", "職員3", line=8),
    ]
    made = plan([_wanted("77", "新人", line=6)], situation, broken)
    assert [(f.line, f.column) for f in made.faults] == [
        (2, Column.NAME),
        (5, Column.STAFF_NUMBER),
        (7, Column.NAME),
        (2, Column.DEPARTMENT),
        (3, Column.DEPARTMENT),
    ]
    assert {step.staff_number for step in made.steps} == {"77"}


@pytest.mark.parametrize(
    ("role", "told"), [(Role.ADMIN, False), (None, False), (Role.STAFF, True), (Role.LEAD, True)]
)
def test_who_stays_admin_is_told_once_it_can_be_known(role: Role | None, *, told: bool) -> None:
    """Not while a line that cannot be read may appoint one."""
    situation = Situation(
        people=PEOPLE,
        appointments=[_held(0, Role.ADMIN, "", -365, None)],
        departments=DEPARTMENTS,
        effective_on=APRIL,
    )
    broken = [_wanted("001", "職員1", line=3, role=role, department="")]
    made = plan([_wanted("000", "職員0")], situation, broken)
    assert [(f.line, f.column) for f in made.faults] == ([(None, Column.ROLE)] if told else [])


@pytest.mark.parametrize(
    ("own", "others", "told"),
    [
        ([_wanted("000", "職員0")], [], APRIL),
        ([_wanted("000", "職員0", role=None, department="")], [], APRIL),
        ([_wanted("000", "職員0", role=Role.ADMIN, department="")], [], None),
        ([_wanted("000", "職員0", role=Role.ADMIN, department="", ends_on=day(9))], [], day(10)),
        (
            [_wanted("000", "職員0")],
            [_wanted("001", "職員1", role=Role.ADMIN, department="")],
            None,
        ),
        (
            [_wanted("000", "職員0")],
            [_wanted("001", "職員1", role=Role.ADMIN, department="", starts_on=day(5))],
            APRIL,
        ),
        ([], [_wanted("001", "職員1")], None),
    ],
)
def test_the_last_admin_who_asks_is_told_that_they_stay(
    own: list[Wanted], others: list[Wanted], told: dt.date | None
) -> None:
    """Where their own line says otherwise, and nobody else would be admin on some day."""
    held = [_held(0, Role.ADMIN, "", -365, None)]
    lines = [*others, *(replace(line, line=7) for line in own)]
    made = _plan(*lines, held=held, keeper_id=PEOPLE[0].id, replace_all=True)
    if told is None:
        assert made.faults == ()
        return
    (fault,) = made.faults
    assert (fault.line, fault.column) == (7, Column.ROLE)
    assert f"From {told} on you would be the only admin" in fault.message_en
    assert str(told) in fault.message_ja


def test_an_admin_who_asks_among_others_stays_without_more() -> None:
    """As ever: nobody takes that role from themself by a list."""
    held = [_held(0, Role.ADMIN, "", -365, None), _held(1, Role.ADMIN, "", -365, None)]
    made = _plan(_wanted("000", "職員0"), held=held, keeper_id=PEOPLE[0].id)
    assert made.faults == ()
    assert (StepKind.KEEP, Role.ADMIN) in [(step.kind, step.role) for step in made.steps]


def test_the_same_twice_is_told() -> None:
    """Two lines of one appointment, or of one new number and two names."""
    twice = _plan(
        _wanted("000", "職員0", ends_on=day(9)), _wanted("000", "職員0", line=3, starts_on=day(9))
    )
    assert [(f.line, f.column) for f in twice.faults] == [(3, None)]
    often = _plan(*(_wanted("000", "職員0", line=n) for n in range(2_000)))
    assert len(often.faults) == 1_999  # one a line: not one a pair
    follows = _plan(
        _wanted("000", "職員0", ends_on=day(8)), _wanted("000", "職員0", line=3, starts_on=day(9))
    )
    assert follows.faults == ()
    two_names = _plan(_wanted("077", "新人"), _wanted("77", "新任", line=3, department="総務課"))
    assert [(f.line, f.column) for f in two_names.faults] == [(3, Column.NAME)]


def test_a_dropped_zero_is_put_up_with_where_the_name_agrees() -> None:
    """1 is 001 of that name, in any width; where both are registered, each is itself."""
    (kept,) = _plan(_wanted("１", "職員１"), held=[_held(1, Role.STAFF, "税務課", -9, None)]).steps
    assert (kept.kind, kept.staff_number, kept.person_id) == (StepKind.KEEP, "001", PEOPLE[1].id)
    both = [*PEOPLE, Known(UUID(int=99), "1", "職員1")]
    (step,) = _plan(_wanted("1", "職員1"), people=both).steps
    assert step.person_id == UUID(int=99)


def test_departments_are_found_by_name_after_folding() -> None:
    """The exact name goes first; two alike are neither."""
    alike = {"ＤＸ課": UUID(int=5), "DX課": UUID(int=6)}
    assert _plan(_wanted("000", "職員0", department="DX課"), departments=alike).steps[
        0
    ].department_id == UUID(int=6)
    assert _plan(_wanted("000", "職員0", department="dx課"), departments=alike).faults
    one = {"ＤＸ課": UUID(int=5)}
    assert _plan(_wanted("000", "職員0", department="dx 課"), departments=one).steps[
        0
    ].department_id == UUID(int=5)


def test_what_is_wanted_twice_with_a_gap_is_held_twice() -> None:
    """The one there is ends with the first, and the second begins anew."""
    held = [_held(0, Role.STAFF, "税務課", -365, None)]
    made = _plan(
        _wanted("000", "職員0", ends_on=day(5)),
        _wanted("000", "職員0", line=3, starts_on=day(10), ends_on=day(15)),
        held=held,
    )
    assert [(s.kind, s.starts_on, s.ends_on) for s in made.steps] == [
        (StepKind.END, day(-365), day(5)),
        (StepKind.APPOINT, day(10), day(15)),
    ]


def test_what_goes_on_is_left_alone_though_two_lines_say_it() -> None:
    """Days without a gap are one appointment."""
    held = [_held(0, Role.STAFF, "税務課", -365, None)]
    made = _plan(
        _wanted("000", "職員0", ends_on=day(8)),
        _wanted("000", "職員0", line=3, starts_on=day(9)),
        held=held,
    )
    assert [(s.kind, s.ends_on) for s in made.steps] == [(StepKind.KEEP, None)]


def test_a_renewal_goes_on_from_the_day() -> None:
    """A line that says when it first began may follow an appointment that ends the day before."""
    held = [_held(0, Role.STAFF, "税務課", -365, -1)]
    (step,) = _plan(_wanted("000", "職員0", starts_on=day(-700)), held=held).steps
    assert (step.kind, step.starts_on, step.ends_on) == (StepKind.APPOINT, APRIL, None)
