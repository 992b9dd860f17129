"""What has to be done so that everybody holds what is wanted from a day on."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from operator import attrgetter
from typing import Final
from uuid import UUID

from workflows.reshuffle.named import Named, misnamed, named_people
from workflows.reshuffle.situation import Held, Post, Situation
from workflows.reshuffle.spans import Span, merged, without
from workflows.reshuffle.wanted import Asked, Departments
from workflows.roster import Column, Fault, Wanted
from workflows.stages import Role


class StepKind(StrEnum):
    """What is done."""

    REGISTER = "REGISTER"
    END = "END"
    APPOINT = "APPOINT"
    KEEP = "KEEP"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do, or an appointment that is left alone."""

    kind: StepKind
    staff_number: str
    name: str
    person_id: UUID | None
    """None for somebody who is registered first."""
    role: Role | None = None
    department_id: UUID | None = None
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    """The last day once it is done. One before the first takes the appointment back."""
    appointment_id: UUID | None = None
    ended_on: dt.date | None = None
    """The last day of that appointment as it stands; None where there is none."""
    line: int | None = None
    """Which line asks for it; None where no line does."""


_VALUES: Final = attrgetter(*(column.name for column in fields(Step)))


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything to do, or everything wrong: with faults, nothing is done."""

    steps: tuple[Step, ...]
    faults: tuple[Fault, ...] = ()

    @property
    def changes(self) -> list[Step]:
        """What is to be done: registering first, then ending, then appointing."""
        order = [StepKind.REGISTER, StepKind.END, StepKind.APPOINT]
        steps = (step for step in self.steps if step.kind in order)
        return sorted(steps, key=lambda step: order.index(step.kind))

    def sha256(self) -> str:
        """Return the fingerprint of what would be done to what there is."""
        steps = list(map(_VALUES, self.steps))
        return hashlib.sha256(json.dumps(steps, default=str).encode()).hexdigest()


def plan(lines: Sequence[Wanted], situation: Situation, broken: Sequence[Wanted] = ()) -> Plan:
    """Return what makes the lines true from the situation's day on, and everything wrong.

    Of lines that could be read in part (`broken`), what was read is looked at as well.
    """
    named, _ = named_people(lines, situation.people)
    planner = _Planner(situation)
    for one in [*named, *(planner.others(named) if situation.replace_all else ())]:
        planner.person(one)
    faults = [
        *misnamed([*lines, *broken], situation.people),
        *planner.faults,
        *planner.departments.missing(broken),
    ]
    # A line that cannot be read may be the one that appoints an admin.
    if not any(line.role in {None, Role.ADMIN} for line in broken):
        faults += planner.lost_admins()
    return Plan(tuple(planner.steps), tuple(faults))


class _Planner:
    """One plan while it is made."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.departments = Departments(situation.departments)
        self.steps: list[Step] = []
        self.faults: list[Fault] = []
        self.keeper_line: int | None = None
        """The first line that names the admin who asks."""
        self.keeper_days: list[Span] = []
        """On which their lines want them to be admin."""

    def others(self, named: Iterable[Named]) -> list[Named]:
        """Return everybody whom the list does not name."""
        there = {one.known.id for one in named if one.known}
        people = (p for p in self.situation.people if p.id not in there)
        return [Named(p.staff_number, p.name, p) for p in people]

    def person(self, one: Named) -> None:
        """Plan what is to be done for one person."""
        asked = Asked(one, self.situation, self.departments)
        self.faults += asked.faults
        if one.known and one.lines and one.known.id == self.situation.keeper_id:
            self.keeper_line = one.lines[0].line
            of_admin = (spans for post, spans in asked.spans.items() if post[0] is Role.ADMIN)
            self.keeper_days = [span for spans in of_admin for span, _ in spans]
        if one.known is None:
            self._step(StepKind.REGISTER, one, line=one.lines[0].line)
        held = self.situation.held(one.known.id) if one.known else {}
        for post in dict.fromkeys([*asked.spans, *held]):
            wanted = asked.spans.get(post, [])
            self._post(one, post, wanted, held.get(post, []))

    def _post(
        self, one: Named, post: Post, wanted: Sequence[tuple[Span, int]], held: Sequence[Held]
    ) -> None:
        """Make what is held of one post what is wanted of it."""
        days = merged(span for span, _ in wanted)
        line = wanted[0][1] if wanted else None
        kept: list[Span] = []
        for appointment in held:
            before, after = appointment.span, self._cut(appointment, days)
            kept.append(after)
            kind = StepKind.KEEP if before == after else StepKind.END
            stands = {"appointment_id": appointment.id, "ended_on": before.ends_on}
            self._step(kind, one, post, after, line=line, **stands)
        for span in without(days, kept):
            self._step(StepKind.APPOINT, one, post, span, line=line)

    def _cut(self, held: Held, days: Iterable[Span]) -> Span:
        """Return what stays of an appointment: up to the last wanted day without a gap."""
        if held.person_id == self.situation.keeper_id and held.post[0] is Role.ADMIN:
            return held.span
        first = max(held.span.first, self.situation.day)
        run = next((span for span in days if span.first <= first <= span.last), None)
        return Span(held.span.first, min(held.span.last, run.last if run else first - 1))

    def _step(
        self,
        kind: StepKind,
        one: Named,
        post: Post | None = None,
        span: Span | None = None,
        **values: object,
    ) -> None:
        role, department_id = post or (None, None)
        self.steps.append(
            Step(
                kind=kind,
                staff_number=one.staff_number,
                name=one.name,
                person_id=one.known.id if one.known else None,
                role=role,
                department_id=department_id,
                starts_on=span.starts_on if span else None,
                ends_on=span.ends_on if span else None,
                **values,  # type: ignore[arg-type] # Step's own
            )
        )

    def lost_admins(self) -> list[Fault]:
        """Return a fault where on some day there would be no admin any more, and now would be.

        Or where only the admin who asks would be left, though their own lines do not say so.
        """
        if lost := self._lost(self._admins_after()):
            return [
                Fault(
                    f"{lost.starts_on}からシステム管理者がいなくなります。1人以上を任命してください。",
                    f"From {lost.starts_on} on there would be no admin; appoint somebody.",
                    column=Column.ROLE,
                )
            ]
        if self.keeper_line is None:
            return []
        lost = self._lost(self._admins_after(but=self.situation.keeper_id) + self.keeper_days)
        return [_last_admin(lost, self.keeper_line)] if lost else []

    def _lost(self, after: Iterable[Span]) -> Span | None:
        """Return the first days that had an admin, and would have none."""
        day = self.situation.day
        held = [h.span for h in self.situation.appointments if h.post[0] is Role.ADMIN]
        lost = without((Span(max(span.first, day), span.last) for span in held), after)
        return lost[0] if lost else None

    def _admins_after(self, *, but: UUID | None = None) -> list[Span]:
        """Return the days of admins once the plan is done, without those of one person."""
        planned = [s for s in self.steps if s.role is Role.ADMIN and s.starts_on]
        touched = {step.appointment_id for step in planned}
        held = [h for h in self.situation.appointments if h.post[0] is Role.ADMIN]
        after: list[tuple[UUID | None, Span]] = [
            (h.person_id, h.span) for h in held if h.id not in touched
        ]
        after += [(s.person_id, Span.of(s.starts_on, s.ends_on)) for s in planned if s.starts_on]
        return [span for person_id, span in after if but is None or person_id != but]


def _last_admin(lost: Span, line: int) -> Fault:
    return Fault(
        f"{lost.starts_on}からほかにシステム管理者がいないため、あなたはシステム管理者のまま残ります。"
        "先に後任を任命するか、ご自身にシステム管理者の行を加えてください。",
        f"From {lost.starts_on} on you would be the only admin, and stay: appoint another first, or "
        "give yourself a line as admin.",
        line,
        Column.ROLE,
    )
