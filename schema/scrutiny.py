"""What stands out in a fiscal year, for those who look over the work of all."""

import asyncio
import datetime as dt
from typing import Annotated, Any, Final

import strawberry

from schema.context import Info
from schema.history import HistoryEntry
from schema.nodes import field, later, plain
from schema.people import Person
from workflows import records
from workflows.readings import Reading
from workflows.records import Event
from workflows.scrutiny.facts import Found
from workflows.scrutiny.questions import Bulk, ProjectYear
from workflows.scrutiny.reading import scrutinise
from workflows.scrutiny.report import Deputy, Report
from workflows.stages import Stage

SCRUTINY: Final = 1_000
"""What each year costs that is looked at."""
_ASKED: Final = (Reading.RAW_WORK, Reading.NAMES)
"""What whoever asks has to see of all entries: a scrutiny tells nothing beside it."""


async def _nodes(parent: strawberry.Parent[Found], info: Info) -> list[Event]:
    found = await asyncio.gather(*map(info.context.loaders.event, parent.sequences))
    return [event for event in found if event is not None]


@strawberry.type(description="Entries that were found.")
class FoundEntries:
    """How many, and the first of them."""

    total: int = plain("How many there are in all.", name="totalCount")
    nodes = field(_nodes, list[HistoryEntry], "The first 100, earliest first.")


@strawberry.type(description="How long a cycle was at a stage in all.")
class StageTime:
    """A sum over all its stays."""

    stage: Stage = plain("The stage.")
    seconds: int = plain("How long, by effect; up to now where it still is there.")


async def _project(parent: strawberry.Parent[ProjectYear], info: Info) -> records.Project | None:
    return await info.context.loaders.row(records.Project, parent.project_id)


def _stages(parent: strawberry.Parent[ProjectYear]) -> list[StageTime]:
    return [StageTime(stage=stage, seconds=n) for stage, n in parent.seconds.items()]


@strawberry.type(
    description="How a project went through its cycle of the year, from its opening to now."
)
class ProjectScrutiny:
    """Times, and how often it did not go straight."""

    project = field(_project, later("Project", "schema.projects"), "The project.")
    stages = field(
        _stages, list[StageTime], "How long the cycle was at each stage, zeros included."
    )
    returns: int = plain("How often it was sent back (差し戻し).")
    rescinds: int = plain("How often a move was taken back (取り消し).")
    refusals: int = plain("How many attempts at it were refused, as far as they are in the record.")
    plan_revisions: int = plain("How often its plan was revised under way.")


async def _deputy(parent: strawberry.Parent[Deputy], info: Info) -> records.Person | None:
    return await info.context.loaders.row(records.Person, parent.person_id)


async def _principal(parent: strawberry.Parent[Deputy], info: Info) -> records.Person | None:
    return await info.context.loaders.row(records.Person, parent.principal_id)


def _found(parent: strawberry.Parent[Any]) -> Found:
    found: Found = parent.found
    return found


@strawberry.type(description="Who acted for whom (代決).")
class ActedFor:
    """A pair of people."""

    person = field(_deputy, Person | None, "Who acted.")
    on_behalf_of = field(_principal, Person | None, "Whose decisions they were.")
    entries = field(_found, FoundEntries, "In which entries.")


async def _mover(parent: strawberry.Parent[Bulk], info: Info) -> records.Person | None:
    return await info.context.loaders.row(records.Person, parent.person_id)


@strawberry.type(
    description="Moves of one person in a row, of which any five that follow each other were recorded "
    "within 60 seconds. What came of one act counts once."
)
class BulkMoves:
    """A group of moves."""

    person = field(_mover, Person | None, "Who; null for the server's operator at the console.")
    started_at: dt.datetime = plain("When the first was recorded.")
    ended_at: dt.datetime = plain("When the last was recorded.")
    entries = field(_found, FoundEntries, "The moves.")


@strawberry.type(description="Groups of moves that were made in bulk.")
class BulkMovesFound:
    """How many, and the first of them."""

    bulk_total: int = plain("How many there are in all.", name="totalCount")
    bulk: list[BulkMoves] = plain("The first 100, earliest first.", name="nodes")


def _bulk(parent: strawberry.Parent[Report]) -> Report:
    return parent


@strawberry.type(
    description="What stands out in a fiscal year (April to March, by the server's clock). Nothing "
    "of it is wrong in itself; it says where to read on."
)
class Scrutiny:
    """The answers to an auditor's usual questions."""

    fiscal_year: int = plain("2026 is 令和8年度.")
    projects: list[ProjectScrutiny] = plain(
        "One for each cycle of the year, in the plan's order: from its opening to now, also where "
        "that is before April or after March."
    )
    deputies: list[ActedFor] = plain(
        "Who acted for whom within the year; the pair that did most comes first.", name="actedFor"
    )
    outside_hours: FoundEntries = plain(
        "Moves recorded within the year before 8:30 or from 17:15 on in Japan, on weekends, public "
        "holidays, or from 29 December to 3 January.",
        name="outsideOfficeHours",
    )
    bulk = field(_bulk, BulkMovesFound, "Moves made in bulk within the year.")
    edited_after_approval: FoundEntries = plain(
        "Entries by which sheets of the year's cycles changed after the stage was left that they are "
        "filled in at, whenever that was: edits after a move was sent back or taken back, plans "
        "revised under way, and corrections."
    )
    recorded_late: FoundEntries = plain(
        "Entries of the year that were recorded more than 30 days after they took effect."
    )


async def scrutiny(
    info: Info,
    fiscal_year: Annotated[int, strawberry.argument(description="2026 is 令和8年度.")],
) -> Any:  # noqa: ANN401 - a report is what the type shows
    """Return what stands out in a fiscal year; None for who does not see all of it."""
    context = info.context
    loaders = context.loaders
    if not all(context.sight.sees(what) for what in _ASKED):
        return None
    context.charge(SCRUTINY)
    sight = await loaders.sight_of(Event)
    return await loaders.once(
        ("scrutiny", fiscal_year),
        lambda: scrutinise(context.municipality_id, sight, fiscal_year, context.now),
    )
