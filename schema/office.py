"""What the office does beside closing: status, ownership, the plan, corrections, rollouts."""

import datetime as dt
from typing import Annotated, Any

import strawberry

from schema.acts import REPLAYED
from schema.answers import respond
from schema.context import Info
from schema.dated import DatedActForInput
from schema.entries import Correction
from schema.history import HistoryEntry
from schema.ids import optional_uuid_of, uuid_of
from schema.inputs import (
    SheetPartInput,
    given_or_none,
    optional,
    request,
    sheet_edit,
)
from schema.nodes import plain
from schema.projects import Project
from schema.results import RevisionConflict, result
from workflows import records
from workflows.records import Event
from workflows.revise import corrections, ownership, status
from workflows.stages import StatusTrigger


@strawberry.input(description="A change of a project's status.")
class ChangeProjectStatusInput(DatedActForInput):
    """Always with a reason."""

    project: strawberry.ID = plain("Which project.")
    trigger: StatusTrigger = plain("What is to happen.")
    expected_revision: int = plain("The project's revision as the viewer saw it.")
    reason: str = plain("Why; up to 10,000 characters.")
    fiscal_year: int | None = optional(
        "REOPEN: the year to go on with; the present one, or the one after the last closed cycle."
    )


@strawberry.type(description="The project's status was changed.")
class ProjectStatusChanged:
    """The project after the change, and its entry."""

    project: Project = plain("The project as it is now.")
    entry: HistoryEntry = plain("The entry in the record.")
    replayed: bool = plain(REPLAYED)


@strawberry.input(description="A transfer of a project to another department or group (所管替え).")
class TransferOwnershipInput(DatedActForInput):
    """The new owner, from a day on."""

    project: strawberry.ID = plain("Which project.")
    expected_revision: int = plain("The project's revision as the viewer saw it.")
    department: strawberry.ID = plain("The new owner.")
    group: strawberry.ID | None = optional("Its group; none where there is none.")
    effective_on: dt.date = plain(
        "The first day of the new ownership. It may lie ahead: until then the owner stays."
    )
    reason: str = plain("Why; up to 10,000 characters.")


@strawberry.type(description="The project has, or will have, another owner.")
class OwnershipTransferred:
    """The project, and the transfer's entry."""

    project: Project = plain("The project as it is now.")
    entry: HistoryEntry = plain("The entry in the record.")
    replayed: bool = plain(REPLAYED)


@strawberry.input(description="A correction of an earlier entry (訂正); the earlier one stays.")
class CorrectInput(DatedActForInput):
    """What the entry should have said."""

    sequence: int = plain("The entry's sequence.")
    statement: str = plain("What it should have said; up to 10,000 characters.")
    reason: str = plain("Why; up to 10,000 characters.")
    part: SheetPartInput | None = optional(
        "The office only: values of the cycle's sheet to put right, whatever its stage."
    )
    expected_revision: int | None = optional("The cycle's revision; needed with `part`.")


@strawberry.type(description="The correction is in the record.")
class Corrected:
    """The correction's entry."""

    entry: Correction = plain("The entry in the record.")
    replayed: bool = plain(REPLAYED)


ChangeProjectStatusResult = result(
    "ChangeProjectStatusResult", ProjectStatusChanged, RevisionConflict
)
TransferOwnershipResult = result("TransferOwnershipResult", OwnershipTransferred, RevisionConflict)
CorrectResult = result("CorrectResult", Corrected, RevisionConflict)


async def change_project_status(
    info: Info,
    input: Annotated[ChangeProjectStatusInput, strawberry.argument(description="The change.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Suspend, resume, complete, abolish or reopen a project."""
    project_id = uuid_of(input.project, records.Project)
    outcome = await status.change_status(
        request(info, "changeProjectStatus", input),
        status.StatusChange(
            project_id=project_id,
            trigger=input.trigger,
            expected_revision=input.expected_revision,
            reason=input.reason,
            fiscal_year=given_or_none(input.fiscal_year),
        ),
    )

    async def success(event: Event, replayed: bool) -> object:  # noqa: FBT001 - of one caller
        project: Any = await info.context.loaders.row(records.Project, project_id)
        entry: Any = event
        return ProjectStatusChanged(project=project, entry=entry, replayed=replayed)

    return await respond(info, input, outcome, success)


async def transfer_ownership(
    info: Info,
    input: Annotated[TransferOwnershipInput, strawberry.argument(description="The transfer.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Give a project to another department or group."""
    project_id = uuid_of(input.project, records.Project)
    outcome = await ownership.transfer_ownership(
        request(info, "transferOwnership", input),
        ownership.Transfer(
            project_id=project_id,
            expected_revision=input.expected_revision,
            department_id=uuid_of(input.department, records.Department),
            group_id=optional_uuid_of(input.group, records.Group),
            effective_on=input.effective_on,
            reason=input.reason,
        ),
    )

    async def success(event: Event, replayed: bool) -> object:  # noqa: FBT001 - of one caller
        project: Any = await info.context.loaders.row(records.Project, project_id)
        entry: Any = event
        return OwnershipTransferred(project=project, entry=entry, replayed=replayed)

    return await respond(info, input, outcome, success)


async def correct(
    info: Info,
    input: Annotated[CorrectInput, strawberry.argument(description="The correction.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Correct an earlier entry."""
    outcome = await corrections.correct(
        request(info, "correct", input),
        corrections.CorrectionAsked(
            sequence=input.sequence,
            statement=input.statement,
            reason=input.reason,
            edit=sheet_edit(input.part) if input.part else None,
            expected_revision=given_or_none(input.expected_revision),
        ),
    )

    async def success(event: Event, replayed: bool) -> object:  # noqa: FBT001 - of one caller
        entry: Any = event
        return Corrected(entry=entry, replayed=replayed)

    return await respond(info, input, outcome, success)
