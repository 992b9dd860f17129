"""Registering people, appointing them, and ending appointments (人事異動)."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID, uuid4

from workflows.authority import ROLES, Act
from workflows.blockers import BlockerCode
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
        person = Person(
            id=uuid4(),
            municipality_id=unit.municipality_id,
            name=line("name", name, limit=100),
            staff_number=line("staffNumber", staff_number, limit=50),
        )
        people = Person.of(unit.municipality_id)
        if await people.filter(staff_number=person.staff_number).exists():
            raise invalid(
                "staffNumber",
                "この職員番号は既に登録されています。",
                "That staff number is registered already.",
            )
        draft = unit.draft(EventKind.PERSON_REGISTERED, capacity=capacity)
        draft.details = {"person": str(person.id)}
        draft.insert(person)

    return await perform(request, decide)


async def appoint(request: Request, new: NewAppointment) -> Outcome:
    """Appoint a person; STAFF and LEAD need the department they are appointed in."""

    async def decide(unit: Unit) -> None:
        capacity = unit.authorise(ROLES[Act.APPOINT])
        mid = unit.municipality_id
        if not await Person.of(mid).filter(id=new.person_id).exists():
            raise Refuse(NotFound("person"))
        if new.department_id and not await Department.of(mid).filter(id=new.department_id).exists():
            raise Refuse(NotFound("department"))
        if new.role in SCOPED_ROLES and new.department_id is None:
            raise invalid(
                "department",
                "担当者と課長・グループリーダーには、課を指定してください。",
                "Staff and leads are appointed in a department.",
            )
        _check_period(new.starts_on, new.ends_on)
        appointment = Appointment(
            id=uuid4(),
            municipality_id=mid,
            person_id=new.person_id,
            role=new.role,
            department_id=new.department_id,
            starts_on=new.starts_on,
            ends_on=new.ends_on,
        )
        draft = unit.draft(EventKind.APPOINTED, capacity=capacity, owner_id=new.department_id)
        draft.details = {"person": str(new.person_id), "appointment": str(appointment.id)}
        draft.insert(appointment)

    return await perform(request, decide)


async def end_appointment(request: Request, appointment_id: UUID, ends_on: dt.date) -> Outcome:
    """Set the last day of an appointment; what was done in it keeps its capacity."""

    async def decide(unit: Unit) -> None:
        capacity = unit.authorise(ROLES[Act.APPOINT])
        appointment = await Appointment.of(unit.municipality_id).get_or_none(id=appointment_id)
        if appointment is None:
            raise Refuse(NotFound("appointment"))
        _check_period(appointment.starts_on, ends_on)
        draft = unit.draft(
            EventKind.APPOINTMENT_ENDED, capacity=capacity, owner_id=appointment.department_id
        )
        draft.details = {"person": str(appointment.person_id), "appointment": str(appointment.id)}
        draft.update(appointment, ends_on=ends_on)
        if not draft.changes:
            raise Refuse(blocked(BlockerCode.NO_CHANGE, "endsOn", by=(Role.ADMIN,)))

    return await perform(request, decide)


def _check_period(starts_on: dt.date, ends_on: dt.date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise invalid(
            "endsOn",
            f"終了日は開始日({starts_on})以後にしてください。",
            f"The last day cannot be before the first ({starts_on}).",
        )
