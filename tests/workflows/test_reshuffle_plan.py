"""What a list asks for against what there is, held against counting days one by one."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from uuid import UUID, uuid4

from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.workflows.reshuffles import APRIL, DEPARTMENTS, PEOPLE, day
from workflows.reshuffle import Held, Known, Plan, Situation, Span, StepKind, plan
from workflows.roster import Wanted
from workflows.stages import Role

HORIZON = 40
"""Days before and after the reshuffle that are counted; nothing random happens beyond."""
Posts = set[tuple[Role, UUID | None]]

OFFSET = st.integers(-10, 20)
POST = st.sampled_from(
    [(Role.STAFF, "税務課"), (Role.STAFF, "総務課"), (Role.OFFICE, ""), (Role.ADMIN, "")]
)
"""Few, so that the same one is often held and wanted several times."""


@st.composite
def appointments(draw: st.DrawFn) -> Held:
    """Draw an appointment: past, present or ahead, with an end or without, or taken back."""
    role, department = draw(POST)
    starts_on = day(draw(OFFSET))
    ends_on = draw(st.none() | st.integers(-1, 15).map(lambda n: starts_on + dt.timedelta(n)))
    return Held(
        id=uuid4(),
        person_id=draw(st.sampled_from(PEOPLE)).id,
        post=(role, DEPARTMENTS.get(department)),
        span=Span.of(starts_on, ends_on),
    )


@st.composite
def lines(draw: st.DrawFn) -> list[Wanted]:
    """Draw a list that names some people, some of them new."""
    strangers = [Known(UUID(int=0), "9", "新人"), Known(UUID(int=0), "A8", "新任")]
    wanted = []
    for number in range(draw(st.integers(0, 8))):
        person = draw(st.sampled_from([*PEOPLE[:2], *strangers]))
        role, department = draw(POST)
        if draw(st.integers(0, 5)) == 0:
            wanted.append(Wanted(line=number, staff_number=person.staff_number, name=person.name))
            continue
        starts_on = draw(st.none() | OFFSET.map(day))
        ends_on = draw(st.none() | st.integers(0, 20).map(day))
        wanted.append(
            Wanted(
                line=number,
                staff_number=person.staff_number,
                name=person.name,
                role=role,
                department=department,
                starts_on=starts_on,
                ends_on=ends_on,
            )
        )
    return wanted


def held_on(held: Iterable[Held], person_id: UUID, on: dt.date) -> Posts:
    """Return what somebody holds on a day."""
    number = on.toordinal()
    return {
        h.post for h in held if h.person_id == person_id and h.span.first <= number <= h.span.last
    }


def done(held: Iterable[Held], made: Plan) -> tuple[list[Held], dict[str, UUID]]:
    """Return the appointments once a plan is done, and the people it registered."""
    after = {h.id: h for h in held}
    registered = {s.staff_number: uuid4() for s in made.steps if s.kind is StepKind.REGISTER}
    for step in made.changes:
        if step.kind is StepKind.END:
            assert step.appointment_id is not None
            one = after[step.appointment_id]
            assert step.ends_on is not None
            assert (one.span.starts_on, one.post) == (
                step.starts_on,
                (step.role, step.department_id),
            )
            assert step.ends_on.toordinal() < one.span.last
            after[one.id] = replace(one, span=Span.of(one.span.starts_on, step.ends_on))
        elif step.kind is StepKind.APPOINT:
            assert step.role is not None
            assert step.starts_on is not None
            new = uuid4()
            after[new] = Held(
                id=new,
                person_id=step.person_id or registered[step.staff_number],
                post=(step.role, step.department_id),
                span=Span.of(step.starts_on, step.ends_on),
            )
    return list(after.values()), registered


def days(first: int, last: int) -> Iterator[dt.date]:
    """Yield days, both ends included."""
    return map(day, range(first, last + 1))


def wanted_on(wanted: Iterable[Wanted], staff_number: str, on: dt.date) -> Posts:
    """Return what a list wants somebody to hold on a day from the reshuffle on."""
    return {
        (w.role, DEPARTMENTS.get(w.department))
        for w in wanted
        if w.staff_number == staff_number
        and w.role is not None
        and max(w.starts_on or APRIL, APRIL) <= on <= (w.ends_on or dt.date.max)
    }


SITUATIONS = st.builds(
    lambda held, replace_all, keeper_id: Situation(
        people=PEOPLE,
        appointments=held,
        departments=DEPARTMENTS,
        effective_on=APRIL,
        replace_all=replace_all,
        keeper_id=keeper_id,
    ),
    st.lists(appointments(), max_size=10),
    st.booleans(),
    st.none() | st.sampled_from([p.id for p in PEOPLE]),
)


@settings(max_examples=300)
@given(lines(), SITUATIONS)
def test_everybody_named_holds_what_the_list_says(
    wanted: list[Wanted], situation: Situation
) -> None:
    """From the day on, day by day; the days before stay as they were, and others' stay."""
    made = plan(wanted, situation)
    if [f for f in made.faults if f.line is not None]:
        event("with faults")
        return
    event(f"{len(made.changes)} changes")
    after, registered = done(situation.appointments, made)
    ids = {p.staff_number: p.id for p in PEOPLE} | registered
    named = {w.staff_number for w in wanted}
    assert named <= ids.keys()
    for number, person_id in ids.items():
        before_admin = {h.post for h in situation.appointments if h.post[0] is Role.ADMIN}
        for on in days(-HORIZON, HORIZON):
            before = held_on(situation.appointments, person_id, on)
            if on < APRIL or (number not in named and not situation.replace_all):
                expected = before
            else:
                expected = wanted_on(wanted, number, on)
                if person_id == situation.keeper_id:
                    expected |= before & before_admin
            assert held_on(after, person_id, on) == expected, (number, on)


@given(lines(), SITUATIONS)
def test_doing_it_again_changes_nothing(wanted: list[Wanted], situation: Situation) -> None:
    """Once a list is true, the same list finds everything as it is, and nothing wrong."""
    made = plan(wanted, situation)
    if made.faults:
        return
    after, registered = done(situation.appointments, made)
    new = {w.staff_number: w.name for w in wanted}
    people = [*PEOPLE, *(Known(i, number, new[number]) for number, i in registered.items())]
    again = plan(wanted, replace(situation, people=people, appointments=after))
    assert (again.changes, again.faults) == ([], ())


@given(lines(), SITUATIONS)
def test_the_last_admin_is_not_lost(wanted: list[Wanted], situation: Situation) -> None:
    """There is a fault exactly where a day loses the only admin it had."""
    made = plan(wanted, situation)
    if [f for f in made.faults if f.line is not None]:
        return
    after, _ = done(situation.appointments, made)

    def has_admin(held: Iterable[Held], on: dt.date) -> bool:
        number = on.toordinal()
        return any(h.post[0] is Role.ADMIN and h.span.first <= number <= h.span.last for h in held)

    lost = [
        on
        for on in days(0, HORIZON)
        if has_admin(situation.appointments, on) and not has_admin(after, on)
    ]
    assert bool(lost) == bool(made.faults)
    if lost:
        assert str(lost[0]) in made.faults[0].message_en
