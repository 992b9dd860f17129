"""Registering people, appointing them, and ending appointments (人事異動)."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID, uuid4

from workflows.authority import ROLES, Act, Capacity
from workflows.blockers import BlockerCode
from workflows.entries import Draft
from workflows.ledger import Outcome, perform
from workflows.records import Appointment, Department, EventKind, Person
from workflows.refusals import NotFound, Refuse, blocked
from workflows.stages import SCOPED_ROLES, Role
from workflows.unit import Request, Unit
from workflows.values import invalid, line


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAppointment:
    """A role for a person from a day on; `ends_on` is the last day, included."""

    person_id: UUID
    role: Role
    department_id: UUID | None
    starts_on: dt.date
    ends_on: dt.date | None = None


async def register_person(request: Request, name: str, staff_number: str) -> Outcome:
    """Register a person; the staff number tells two of the same name apart."""

    async def decide(unit: Unit) -> None:
        capacity = unit.authorise(ROLES[Act.REGISTER_PERSON])
        _ = await draft_person(unit, name, staff_number, capacity)

    return await perform(request, decide)


async def draft_person(
    unit: Unit, name: str, staff_number: str, capacity: Capacity | None
) -> Person:
    """Draft the entry that registers a person; refuse a staff number that is somebody's."""
    person = new_person(unit.municipality_id, name, staff_number)
    if await Person.of(unit.municipality_id).filter(staff_number=person.staff_number).exists():
        raise invalid(
            "staffNumber",
            "この職員番号は既に登録されています。",
            "That staff number is registered already.",
        )
    draft_registration(unit, person, capacity)
    return person


def new_person(municipality_id: UUID, name: str, staff_number: str) -> Person:
    """Return a person who is not registered yet, with name and staff number checked."""
    return Person(
        id=uuid4(),
        municipality_id=municipality_id,
        name=line("name", name, limit=100),
        staff_number=line("staffNumber", staff_number, limit=50),
    )


def draft_registration(unit: Unit, person: Person, capacity: Capacity | None) -> None:
    """Draft the entry that registers a person whose staff number is nobody else's."""
    draft = unit.draft(EventKind.PERSON_REGISTERED, capacity=capacity)
    draft.details = {"person": str(person.id)}
    draft.insert(person)


async def appoint(request: Request, new: NewAppointment) -> Outcome:
    """Appoint a person; STAFF and LEAD need the department they are appointed in."""

    async def decide(unit: Unit) -> None:
        capacity = unit.authorise(ROLES[Act.APPOINT])
        mid = unit.municipality_id
        if not await Person.of(mid).filter(id=new.person_id).exists():
            raise Refuse(NotFound("person"))
        if new.department_id and not await Department.of(mid).filter(id=new.department_id).exists():
            raise Refuse(NotFound("department"))
        _ = draft_appointment(unit, new, capacity)

    return await perform(request, decide)


def draft_appointment(unit: Unit, new: NewAppointment, capacity: Capacity | None) -> Appointment:
    """Draft the entry that appoints a person; refuse days out of order, and a missing department.

    The person may be one who is registered in the same act; that person and department exist is
    the caller's to see to.
    """
    if new.role in SCOPED_ROLES and new.department_id is None:
        raise invalid(
            "department",
            "担当者と課長・グループリーダーには、課を指定してください。",
            "Staff and leads are appointed in a department.",
        )
    check_period(new.starts_on, new.ends_on)
    appointment = Appointment(
        id=uuid4(),
        municipality_id=unit.municipality_id,
        person_id=new.person_id,
        role=new.role,
        department_id=new.department_id,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
    )
    draft = unit.draft(EventKind.APPOINTED, capacity=capacity, owner_id=new.department_id)
    draft.details = {"person": str(new.person_id), "appointment": str(appointment.id)}
    draft.insert(appointment)
    return appointment


async def end_appointment(request: Request, appointment_id: UUID, ends_on: dt.date) -> Outcome:
    """Set the last day of an appointment; what was done in it keeps its capacity."""

    async def decide(unit: Unit) -> None:
        capacity = unit.authorise(ROLES[Act.APPOINT])
        appointment = await Appointment.of(unit.municipality_id).get_or_none(id=appointment_id)
        if appointment is None:
            raise Refuse(NotFound("appointment"))
        check_period(appointment.starts_on, ends_on)
        draft = draft_end(unit, appointment, ends_on, capacity)
        if not draft.changes:
            raise Refuse(blocked(BlockerCode.NO_CHANGE, "endsOn", by=(Role.ADMIN,)))

    return await perform(request, decide)


def draft_end(
    unit: Unit, appointment: Appointment, ends_on: dt.date, capacity: Capacity | None
) -> Draft:
    """Draft the entry that sets an appointment's last day; it has no change where that was it."""
    draft = unit.draft(
        EventKind.APPOINTMENT_ENDED, capacity=capacity, owner_id=appointment.department_id
    )
    draft.details = {"person": str(appointment.person_id), "appointment": str(appointment.id)}
    draft.update(appointment, ends_on=ends_on)
    return draft


def check_period(starts_on: dt.date, ends_on: dt.date | None) -> None:
    """Refuse a last day before the first."""
    if ends_on is not None and ends_on < starts_on:
        raise invalid(
            "endsOn",
            f"終了日は開始日({starts_on})以後にしてください。",
            f"The last day cannot be before the first ({starts_on}).",
        )
