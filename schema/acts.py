"""Moves of cycles and edits of sheets."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

import strawberry

from schema.answers import answer, respond
from schema.context import Info
from schema.costs import ACT
from schema.cycles import Cycle
from schema.dated import DatedActForInput
from schema.entries import Transition
from schema.history import HistoryEntry
from schema.ids import uuid_of
from schema.inputs import (
    PlanInput,
    ReportInput,
    SheetPartInput,
    optional,
    plan_edit,
    report_of,
    request,
    sheet_edit,
)
from schema.nodes import plain
from schema.pages import check_count
from schema.results import RevisionConflict, result
from workflows import records
from workflows.advance import Fire, fire
from workflows.ledger import Outcome
from workflows.records import Event
from workflows.revise import sheets
from workflows.stages import Trigger

REPLAYED = "Whether an earlier call with the same key had done it."


@strawberry.input(description="A trigger to fire on a cycle.")
class FireInput(DatedActForInput):
    """One mutation for every move of a cycle."""

    cycle: strawberry.ID = plain("Which cycle; for OPEN_NEXT the one before.")
    trigger: Trigger = plain("What to fire.")
    expected_revision: int = plain("The cycle's revision as the viewer saw it.")
    reason: str | None = optional("Why; needed to send back, to rescind and to revise the plan.")
    approval_number: str | None = optional("決裁番号, where there is one; up to 100 characters.")
    report: ReportInput | None = optional("REPORT_INTERIM: the report.")
    plan: PlanInput | None = optional("REVISE_PLAN: what is to change.")


@strawberry.type(description="The move was made.")
class TransitionApplied:
    """The cycle after the move, and its entry."""

    cycle: Cycle = plain("The cycle as it is now.")
    transition: Transition = plain("The entry in the record.")
    opened: Cycle | None = plain("The next fiscal year's cycle, where the move opened it.")
    replayed: bool = plain(REPLAYED)


@strawberry.input(description="An edit of a sheet.")
class EditSheetInput(DatedActForInput):
    """One part, which the stage has to leave open."""

    cycle: strawberry.ID = plain("Whose sheet.")
    expected_revision: int = plain("The cycle's revision as the viewer saw it.")
    part: SheetPartInput = plain("The part, with what is to change.")


@strawberry.type(description="The sheet was edited.")
class SheetEdited:
    """The cycle after the edit, and its entry."""

    cycle: Cycle = plain("The cycle as it is now.")
    entry: HistoryEntry = plain("The entry in the record.")
    replayed: bool = plain(REPLAYED)


FireResult = result("FireResult", TransitionApplied, RevisionConflict)
EditSheetResult = result("EditSheetResult", SheetEdited, RevisionConflict)


async def fire_transition(
    info: Info,
    input: Annotated[FireInput, strawberry.argument(description="The move.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Fire a trigger on a cycle."""
    return await respond(info, input, await _fire(info, input), _moved(info, input))


async def _fire(info: Info, asked: FireInput) -> Outcome:
    move = Fire(
        cycle_id=uuid_of(asked.cycle, records.Cycle),
        trigger=asked.trigger,
        expected_revision=asked.expected_revision,
        reason=asked.reason or "",
        approval_number=asked.approval_number or "",
        report=report_of(asked.report) if asked.report else None,
        plan=plan_edit(asked.plan) if asked.plan else None,
    )
    return await fire(request(info, "fireTransition", asked), move)


def _moved(info: Info, asked: FireInput) -> Any:  # noqa: ANN401 - what `respond` asks for
    async def success(event: Event, replayed: bool) -> object:  # noqa: FBT001 - of one caller
        loaders = info.context.loaders
        cycle: Any = await loaders.row(records.Cycle, uuid_of(asked.cycle, records.Cycle))
        opened_id = event.document["details"].get("opened")
        opened: Any = await loaders.row(records.Cycle, UUID(opened_id) if opened_id else None)
        transition: Any = event
        return TransitionApplied(
            cycle=cycle, transition=transition, opened=opened, replayed=replayed
        )

    return success


async def fire_transitions(
    info: Info,
    input: Annotated[list[FireInput], strawberry.argument(description="The moves, in order.")],  # noqa: A002 - GraphQL's custom
) -> list[Any]:
    """Fire triggers one after another; each has its own answer, and none stops the others.

    The answers are read once all have been fired, so that they agree with each other.
    """
    check_count(len(input))
    info.context.charge(ACT * max(len(input) - 1, 0))  # the field itself is one
    outcomes = [(one, await _fire(info, one)) for one in input]
    info.context.read_anew()
    answers = (answer(info, one, outcome, _moved(info, one)) for one, outcome in outcomes)
    return await asyncio.gather(*answers)


async def edit_sheet(
    info: Info,
    input: Annotated[EditSheetInput, strawberry.argument(description="The edit.")],  # noqa: A002 - GraphQL's custom
) -> Any:  # noqa: ANN401 - the union's members
    """Edit one part of a sheet."""
    cycle_id = uuid_of(input.cycle, records.Cycle)
    outcome = await sheets.edit_sheet(
        request(info, "editSheet", input),
        cycle_id,
        input.expected_revision,
        sheet_edit(input.part),
    )

    async def success(event: Event, replayed: bool) -> object:  # noqa: FBT001 - of one caller
        cycle: Any = await info.context.loaders.row(records.Cycle, cycle_id)
        entry: Any = event
        return SheetEdited(cycle=cycle, entry=entry, replayed=replayed)

    return await respond(info, input, outcome, success)
