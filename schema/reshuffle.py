"""A list of appointments as a spreadsheet saves it (人事異動の一覧): previewed, then applied."""

import datetime as dt
from typing import Annotated, Any

import strawberry

from schema.acts import REPLAYED
from schema.answers import error_of, respond
from schema.context import Info
from schema.dated import DatedActInput
from schema.enums import LANG, Lang
from schema.history import HistoryEntry
from schema.inputs import request
from schema.nodes import field, plain
from schema.people import Appointment, Department, Person
from schema.previewed import by_fingerprint, looking
from schema.results import Forbidden, InvalidInput, NotSignedIn, PreviewOutdated, result
from workflows import records, reshuffle, roster
from workflows.ledger import Applied
from workflows.records import Event, EventKind
from workflows.reshuffle import Plan, StepKind
from workflows.revise.reshuffle import Reshuffle, preview
from workflows.revise.reshuffle import reshuffle as carry_out
from workflows.roster import Column
from workflows.stages import Role

_CSV = (
    "The list's text: 職員番号, 氏名, 役割, 課, 開始日, 終了日 in any order, the first line being the "
    "headers; up to 2,000 lines. A line without a role says that the person is to hold none."
)
_ON = (
    "From when on the list holds: of everybody whom it names, all that they are to hold. What "
    "they hold otherwise ends the day before."
)
_ALL = "Whether people whom the list does not name lose what they hold as well."


@strawberry.input(description="A list of appointments to look at.")
class PreviewAppointmentsInput:
    """What would be applied."""

    csv: str = plain(_CSV)
    effective_on: dt.date = plain(_ON)
    replace_all: bool = strawberry.field(default=False, description=_ALL)


@strawberry.input(description="A list of appointments that was looked at.")
class ApplyAppointmentsInput(DatedActInput):
    """The same as was previewed."""

    csv: str = plain(_CSV)
    effective_on: dt.date = plain(_ON)
    replace_all: bool = strawberry.field(default=False, description=_ALL)
    expected_preview: str = plain("The `sha256` of the preview that the viewer saw.")


async def _person(parent: strawberry.Parent[reshuffle.Step], info: Info) -> Any:  # noqa: ANN401 - the record
    return await info.context.loaders.row(records.Person, parent.person_id)


async def _department(parent: strawberry.Parent[reshuffle.Step], info: Info) -> Any:  # noqa: ANN401 - the record
    return await info.context.loaders.row(records.Department, parent.department_id)


async def _appointment(parent: strawberry.Parent[reshuffle.Step], info: Info) -> Any:  # noqa: ANN401 - the record
    return await info.context.loaders.row(records.Appointment, parent.appointment_id)


@strawberry.type(description="One thing that a list leads to, or an appointment it leaves alone.")
class RosterStep:
    """Whom it is about, and what they hold once it is done."""

    kind: StepKind = plain("What is done.")
    staff_number: str = plain("職員番号 of whom it is about.")
    name: str = plain("Their name.")
    person = field(_person, Person | None, "The person; null for one who is registered first.")
    role: Role | None = plain("Which role; null for REGISTER.")
    department = field(_department, Department | None, "In which department, if in any.")
    starts_on: dt.date | None = plain("The first day; null for REGISTER.")
    ends_on: dt.date | None = plain(
        "The last day once it is done; null where there is none. One before the first takes the "
        "appointment back."
    )
    appointment = field(
        _appointment, Appointment | None, "END and KEEP: the appointment as it stands."
    )
    line: int | None = plain("Which line asks for it; null where none does.")


def _message(parent: strawberry.Parent[roster.Fault], lang: LANG = Lang.JA) -> str:
    return parent.message_ja if lang is Lang.JA else parent.message_en


@strawberry.type(description="Something in a list that cannot be so.")
class RosterFault:
    """Where it stands, and what to do."""

    line: int | None = plain("Of the text, from 1; null where the whole list is meant.")
    column: Column | None = plain("Which column; null where the whole line is meant.")
    message = field(_message, str, "What to do about it.")


def _fingerprint(parent: strawberry.Parent[Plan]) -> str | None:
    return None if parent.faults else parent.sha256()


@strawberry.type(description="What a list would lead to.")
class AppointmentsPreview:
    """Nothing was written."""

    steps: list[RosterStep] = plain(
        "Everything that would be done, and everything that is left alone, person by person in the "
        "list's order; of lines with faults, nothing."
    )
    faults: list[RosterFault] = plain(
        "Everything wrong with the list; while there is any, it can not be applied."
    )
    fingerprint = strawberry.field(
        resolver=_fingerprint,
        graphql_type=str | None,
        name="sha256",
        description="To give back as expectedPreview; null while there are faults.",
    )

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Return whether a plan is behind it."""
        return isinstance(obj, Plan)


PreviewAnswer = Annotated[
    AppointmentsPreview | NotSignedIn | Forbidden | InvalidInput,
    strawberry.union("PreviewAppointmentsAnswer", description="The preview, or why there is none."),
]


@strawberry.type(description="The list was applied.")
class AppointmentsApplied:
    """How much was done; each change has an entry of its own, all recorded at one time."""

    registered: int = plain("How many people were registered.")
    ended: int = plain("How many appointments got a last day.")
    appointed: int = plain("How many appointments were made.")
    entry: HistoryEntry = plain("The first of the entries; the others follow it in the record.")
    replayed: bool = plain(REPLAYED)


ApplyAppointmentsResult = result("ApplyAppointmentsResult", AppointmentsApplied, PreviewOutdated)


async def preview_appointments(
    info: Info,
    input: Annotated[PreviewAppointmentsInput, strawberry.argument(description="The list.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Tell what a list would lead to."""
    found = await preview(looking(info, "previewAppointments"), _list(input))
    return found if isinstance(found, Plan) else error_of(found, input)


async def apply_appointments(
    info: Info,
    input: Annotated[ApplyAppointmentsInput, strawberry.argument(description="The list.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Apply a list that was previewed."""
    # The record of a refused attempt need not hold people's names.
    asked = by_fingerprint(request(info, "applyAppointments", input), "csv", input.csv)
    outcome = await carry_out(asked, _list(input), input.expected_preview)
    events = outcome.events if isinstance(outcome, Applied) else ()

    async def success(event: Event, replayed: bool) -> object:  # noqa: FBT001 - of one caller
        kinds = [one.kind for one in events]
        entry: Any = event
        return AppointmentsApplied(
            registered=kinds.count(EventKind.PERSON_REGISTERED),
            ended=kinds.count(EventKind.APPOINTMENT_ENDED),
            appointed=kinds.count(EventKind.APPOINTED),
            entry=entry,
            replayed=replayed,
        )

    return await respond(info, input, outcome, success)


def _list(asked: PreviewAppointmentsInput | ApplyAppointmentsInput) -> Reshuffle:
    return Reshuffle(csv=asked.csv, effective_on=asked.effective_on, replace_all=asked.replace_all)
