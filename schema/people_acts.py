"""Registering people, appointing them, and ending appointments."""

import datetime as dt
from typing import Annotated, Any

import strawberry

from schema.acts import REPLAYED
from schema.answers import about, respond
from schema.context import Info
from schema.dated import DatedActInput
from schema.history import HistoryEntry
from schema.ids import optional_uuid_of, uuid_of
from schema.inputs import optional, request
from schema.nodes import plain
from schema.people import Appointment, Person
from schema.results import result
from workflows import records
from workflows.revise import people
from workflows.stages import Role


@strawberry.input(description="A person to register.")
class RegisterPersonInput(DatedActInput):
    """Who."""

    name: str = plain("The name; one line, up to 100 characters.")
    staff_number: str = plain("職員番号, unique in the municipality; up to 50 characters.")


@strawberry.type(description="The person was registered.")
class PersonRegistered:
    """The person, and the entry."""

    person: Person = plain("The person.")
    entry: HistoryEntry = plain("The entry in the record.")
    replayed: bool = plain(REPLAYED)


@strawberry.input(description="An appointment.")
class AppointInput(DatedActInput):
    """Whom, to what, where, from when to when."""

    person: strawberry.ID = plain("Whom.")
    role: Role = plain("To what.")
    department: strawberry.ID | None = optional("Where; needed for STAFF and LEAD.")
    starts_on: dt.date = plain("The first day; it may lie ahead.")
    ends_on: dt.date | None = optional("The last day, included.")


@strawberry.input(description="The end of an appointment.")
class EndAppointmentInput(DatedActInput):
    """Which, and when."""

    appointment: strawberry.ID = plain("Which appointment.")
    ends_on: dt.date = plain("The last day, included.")


@strawberry.type(description="The appointment was made, or given an end.")
class AppointmentChanged:
    """The appointment, and the entry."""

    appointment: Appointment = plain("The appointment as it is now.")
    entry: HistoryEntry = plain("The entry in the record.")
    replayed: bool = plain(REPLAYED)


RegisterPersonResult = result("RegisterPersonResult", PersonRegistered)
AppointResult = result("AppointResult", AppointmentChanged)
EndAppointmentResult = result("EndAppointmentResult", AppointmentChanged)


async def register_person(
    info: Info,
    input: Annotated[RegisterPersonInput, strawberry.argument(description="The person.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Register a person."""
    asked = request(info, "registerPerson", input)
    outcome = await people.register_person(asked, input.name, input.staff_number)
    success = about(info, records.Person, "person", PersonRegistered)
    return await respond(info, input, outcome, success)


async def appoint(
    info: Info,
    input: Annotated[AppointInput, strawberry.argument(description="The appointment.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Appoint a person."""
    outcome = await people.appoint(
        request(info, "appoint", input),
        people.NewAppointment(
            person_id=uuid_of(input.person, records.Person),
            role=input.role,
            department_id=optional_uuid_of(input.department, records.Department),
            starts_on=input.starts_on,
            ends_on=input.ends_on or None,
        ),
    )
    return await respond(
        info, input, outcome, about(info, records.Appointment, "appointment", AppointmentChanged)
    )


async def end_appointment(
    info: Info,
    input: Annotated[EndAppointmentInput, strawberry.argument(description="The end.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Give an appointment an end."""
    outcome = await people.end_appointment(
        request(info, "endAppointment", input),
        uuid_of(input.appointment, records.Appointment),
        input.ends_on,
    )
    return await respond(
        info, input, outcome, about(info, records.Appointment, "appointment", AppointmentChanged)
    )
