"""`meguru people`: who there is, and the first people of an installation."""

import datetime as dt
from collections import defaultdict
from uuid import UUID

from server.cli.console import (
    OUT,
    REFUSED,
    applied_or_exit,
    fail,
    settings_or_exit,
    table,
    town_of,
    with_database,
)
from workflows.fiscal import day_of
from workflows.labels import label
from workflows.records import Appointment, Department, Person
from workflows.revise.people import NewAppointment, appoint, register_person
from workflows.stages import SCOPED_ROLES, Role
from workflows.unit import Request


def show(town: str | None) -> None:
    """List everybody with all their appointments."""

    async def work() -> tuple[list[Person], list[Appointment]]:
        municipality = await town_of(town)
        people = await Person.of(municipality.id).order_by("staff_number")
        appointments = Appointment.of(municipality.id).order_by("starts_on")
        return people, await appointments.select_related("department")

    people, appointments = with_database(work, settings_or_exit())
    held: defaultdict[UUID, list[str]] = defaultdict(list)
    for appointment in appointments:
        held[appointment.person_id].append(_said(appointment))
    rows = table("職員番号 / Number", "氏名 / Name", "任命 / Appointments")
    for person in people:
        rows.add_row(person.staff_number, person.name, "\n".join(held[person.id]) or "–")
    OUT.print(rows)
    if not people:
        OUT.print("登録は meguru people add / To register: meguru people add --help")


def _said(appointment: Appointment) -> str:
    department = appointment.department.name if appointment.department else ""
    until = f"{appointment.starts_on} – {appointment.ends_on or ''}"
    return f"{label(appointment.role)} {department} {until}".replace("  ", " ").strip()


def add(
    name: str,
    staff_number: str,
    role: str | None,
    department: str | None,
    since: dt.date | None,
    town: str | None,
) -> None:
    """Register a person, and appoint them where a role is given."""
    appointed_as = _role(role)
    if appointed_as in SCOPED_ROLES and department is None:
        fail("--department で課を指定してください", "Name a --department for this role", REFUSED)

    async def work() -> None:
        municipality = await town_of(town)
        request = Request(municipality_id=municipality.id, act="registerPerson", at_console=True)
        department_id = await _department(municipality.id, department)
        outcome = await register_person(request, name, staff_number)
        applied_or_exit(outcome, "登録できませんでした", "Not registered")
        if appointed_as is None:
            return
        person = await Person.of(municipality.id).get(staff_number=staff_number)
        new = NewAppointment(
            person_id=person.id,
            role=appointed_as,
            department_id=department_id,
            starts_on=since or day_of(dt.datetime.now(dt.UTC)),
        )
        outcome = await appoint(request, new)
        applied_or_exit(outcome, "任命できませんでした", "Not appointed")

    with_database(work, settings_or_exit())
    OUT.print(f"登録しました / Registered: {staff_number} {name}", markup=False)


def _role(given: str | None) -> Role | None:
    if given is None:
        return None
    try:
        return Role(given.upper())
    except ValueError:
        roles = "、".join(f"{role} {label(role)}" for role in Role)
        fail(f"役割は次のいずれかです: {roles}", f"There is no role {given}", REFUSED)


async def _department(municipality_id: UUID, name: str | None) -> UUID | None:
    if name is None:
        return None
    by_name = {d.name: d.id for d in await Department.of(municipality_id).order_by("position")}
    if name not in by_name:
        fail(
            f"「{name}」という課はありません: {'、'.join(by_name)}",
            f"No department {name}",
            REFUSED,
        )
    return by_name[name]
