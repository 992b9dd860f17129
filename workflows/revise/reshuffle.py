"""Making a list of appointments true from a day on (人事異動): previewed, then done in one act."""

import asyncio
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from workflows.authority import ROLES, Act, Capacity
from workflows.blockers import BlockerCode
from workflows.ledger import Outcome, Refused, perform
from workflows.records import Appointment, Department, Person
from workflows.refusals import PreviewOutdated, Refusal, Refuse, blocked
from workflows.reshuffle import Held, Known, Plan, Situation, Span, Step, StepKind, plan
from workflows.revise.people import (
    NewAppointment,
    draft_appointment,
    draft_end,
    draft_registration,
    new_person,
)
from workflows.roster import read
from workflows.stages import Role
from workflows.unit import Request, Unit
from workflows.values import invalid

_FURTHEST_BACK: Final = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reshuffle:
    """A list as a spreadsheet saves it, and from when on it holds."""

    csv: str
    effective_on: dt.date
    replace_all: bool = False
    """Whether people whom the list does not name lose what they hold."""


async def preview(request: Request, asked: Reshuffle) -> Plan | Refusal:
    """Return everything that would be done, or is wrong with the list; write nothing."""
    made: list[Plan] = []

    async def decide(unit: Unit) -> None:
        _ = _authorised(unit)
        made.append(await _plan(unit, asked))

    outcome = await perform(replace(request, validate_only=True), decide)
    return outcome.refusal if isinstance(outcome, Refused) else made[0]


async def reshuffle(request: Request, asked: Reshuffle, expected: str | None = None) -> Outcome:
    """Do all that a list asks for, in one act, or none of it: an entry for each change.

    With `expected`, the fingerprint of a previewed plan, only where that is still what would be
    done.
    """

    async def decide(unit: Unit) -> None:
        capacity = _authorised(unit)
        made = await _plan(unit, asked)
        _check(made, expected)
        await _draft(unit, made.changes, capacity)

    return await perform(request, decide)


def _authorised(unit: Unit) -> Capacity | None:
    return unit.authorise(ROLES[Act.APPOINT] & ROLES[Act.REGISTER_PERSON])


def _check(made: Plan, expected: str | None) -> None:
    if expected is not None and expected != made.sha256():
        raise Refuse(PreviewOutdated(expected[:64], made.sha256()))
    if made.faults:
        first, more = made.faults[0], len(made.faults) - 1
        where_ja = f"{first.line}行目: " if first.line else ""
        where_en = f"Line {first.line}: " if first.line else ""
        raise invalid(
            "csv",
            f"{where_ja}{first.message_ja}" + (f"(ほかに{more}件の誤りがあります)" if more else ""),
            f"{where_en}{first.message_en}" + (f" ({more} more faults.)" if more else ""),
        )
    if not made.changes:
        raise Refuse(blocked(BlockerCode.NO_CHANGE, "csv", by=(Role.ADMIN,)))


async def _plan(unit: Unit, asked: Reshuffle) -> Plan:
    """Plan a list, in a thread: the longest ones take a second, and others are to be answered."""
    if asked.effective_on < unit.today - _FURTHEST_BACK:
        raise invalid(
            "effectiveOn",
            "1年より前の日付からの人事異動は取り込めません。",
            "A reshuffle cannot hold from more than a year ago.",
        )
    return await asyncio.to_thread(_read_and_plan, asked.csv, await _situation(unit, asked))


def _read_and_plan(csv: str, situation: Situation) -> Plan:
    reading = read(csv)
    made = plan(reading.lines, situation, reading.broken)
    told = sorted((*reading.faults, *made.faults), key=lambda fault: fault.line or 0)
    return Plan(made.steps, tuple(told))


async def _situation(unit: Unit, asked: Reshuffle) -> Situation:
    mid = unit.municipality_id
    return Situation(
        people=[
            Known(p.id, p.staff_number, p.name)
            for p in await Person.of(mid).order_by("staff_number")
        ],
        appointments=[_held(a) for a in await Appointment.of(mid)],
        departments={d.name: d.id for d in await Department.of(mid).order_by("position")},
        effective_on=asked.effective_on,
        replace_all=asked.replace_all,
        keeper_id=unit.request.actor_id,
    )


def _held(appointment: Appointment) -> Held:
    return Held(
        id=appointment.id,
        person_id=appointment.person_id,
        post=(appointment.role, appointment.department_id),
        span=Span.of(appointment.starts_on, appointment.ends_on),
    )


async def _draft(unit: Unit, steps: list[Step], capacity: Capacity | None) -> None:
    """Draft an entry for each step."""
    ids = [step.appointment_id for step in steps if step.kind is StepKind.END]
    ended = {a.id: a for a in await Appointment.of(unit.municipality_id).filter(id__in=ids)}
    registered: dict[str, UUID] = {}
    for step in steps:
        match step.kind:
            case StepKind.REGISTER:
                person = new_person(unit.municipality_id, step.name, step.staff_number)
                draft_registration(unit, person, capacity)
                registered[step.staff_number] = person.id
            case StepKind.END if step.appointment_id and step.ends_on:
                draft_end(unit, ended[step.appointment_id], step.ends_on, capacity)
            case _:
                _ = draft_appointment(unit, _appointment(step, registered), capacity)


def _appointment(step: Step, registered: Mapping[str, UUID]) -> NewAppointment:
    if step.role is None or step.starts_on is None:
        raise TypeError(f"{step.kind} appoints nobody")
    return NewAppointment(
        person_id=step.person_id or registered[step.staff_number],
        role=step.role,
        department_id=step.department_id,
        starts_on=step.starts_on,
        ends_on=step.ends_on,
    )
