"""Asking for the past: the plan, a project and progress as of a moment, and what changed between."""

import datetime as dt
from typing import Annotated, Final

import strawberry

from schema.context import Info
from schema.enums import ProgressBy
from schema.errors import ClientError
from schema.loaders import NOT_PUBLIC
from schema.nodes import field, plain
from schema.past_cycles import past_id
from schema.past_difference import PlanDifference, plan_difference
from schema.past_matching import matching
from schema.past_moments import (
    MOMENT,
    MomentInput,
    bad_moment,
    moment_of,
    not_ready,
    point_at,
)
from schema.past_progress import ProgressSnapshot, progress_of
from schema.past_projects import (
    DepartmentSnapshot,
    PolicySnapshot,
    ProjectSnapshot,
    department_snapshot,
    policy_snapshot,
    project_snapshot,
    project_snapshots,
)
from schema.project_where import ProjectWhere
from workflows import past, records
from workflows.past import PastTables, PastView, Point, UnfinishedError
from workflows.readings import Reading
from workflows.records import Event
from workflows.refusals import Refuse

LOOK: Final = 50
"""What it costs to look at a moment."""
FOLDED: Final = 50
"""Entries that cost 1, where they have to be folded for that."""
MOST_FOLDED: Final = 2_000
"""What folding costs at most: what was folded is remembered, so a long way is gone once."""
COMPARED: Final = 10
"""Entries that cost 1, where they are compared."""


async def _point(info: Info, given: MomentInput) -> Point:
    """Return the point that a moment means.

    Raises:
        ClientError: BAD_MOMENT; UNAUTHENTICATED, where nobody may see what the town publishes.
    """
    context = info.context
    if not context.sight.sees(Reading.PUBLISHED):
        raise ClientError("UNAUTHENTICATED", NOT_PUBLIC)
    context.charge(LOOK)
    return await point_at(context, moment_of(given))


async def _tables(info: Info, point: Point) -> PastTables:
    """Return the tables at a point, made once an operation.

    Raises:
        ClientError: NOT_READY, where that takes longer than anybody is to wait.
    """
    municipality_id = info.context.municipality_id

    async def find() -> PastTables:
        distance = await past.entries_to_fold(municipality_id, point)
        info.context.charge(min(distance // FOLDED, MOST_FOLDED))
        try:
            tables = await past.tables_at(municipality_id, point)
        except UnfinishedError as error:
            raise not_ready(error) from None
        return PastTables(municipality_id, point, tables)

    return await info.context.loaders.found_once(("past", point), find)


async def _view(info: Info, given: MomentInput) -> PastView:
    point = await _point(info, given)
    sight = await info.context.loaders.sight_of(Event)
    return PastView(await _tables(info, point), sight)


def _policies(parent: strawberry.Parent["PlanSnapshot"]) -> list[PolicySnapshot]:
    rows = sorted(parent.view.tables.rows(records.Policy), key=lambda p: p.position)
    return [policy_snapshot(parent.view, row) for row in rows]


def _departments(parent: strawberry.Parent["PlanSnapshot"]) -> list[DepartmentSnapshot]:
    rows = sorted(parent.view.tables.rows(records.Department), key=lambda d: d.position)
    return [department_snapshot(parent.view, row) for row in rows]


def _projects(
    parent: strawberry.Parent["PlanSnapshot"],
    info: Info,
    where: Annotated[
        ProjectWhere | None,
        strawberry.argument(
            description="Conditions, asked as of the moment; all projects where none are given. What "
            "the viewer can do now is none of them."
        ),
    ] = None,
) -> list[ProjectSnapshot]:
    if where is None:
        return project_snapshots(parent.view)
    kept = matching(info, parent.view, where)
    return [one for one in project_snapshots(parent.view) if one.row.id in kept]


def _progress(
    parent: strawberry.Parent["PlanSnapshot"],
    fiscal_year: Annotated[
        int | None,
        strawberry.argument(description="That of the moment where none is given."),
    ] = None,
    by: Annotated[
        ProgressBy | None, strawberry.argument(description="The whole plan where none is given.")
    ] = None,
) -> list[ProgressSnapshot]:
    return progress_of(parent.view, parent.row, fiscal_year, by)


@strawberry.type(
    description="The plan as it stood at a moment that is over. The same moment is answered the same "
    "for ever, except for what is removed from the record since: that reads ［消去］. Ids are of the "
    "snapshot, so that no cache takes it for the present. What was a draft then is one still."
)
class PlanSnapshot:
    """Everything of the plan, then."""

    id: strawberry.ID = plain("The snapshot's own id.")
    sequence: int = plain("The last entry of the record that counts.")
    recorded_at: dt.datetime = plain("When that entry was recorded.")
    on: dt.date = plain("The day for which owners and due days are told.")
    title: str = plain("The plan's title then.")
    published: str = plain("As printed, for instance 令和8年3月.")
    first_fiscal_year: int = plain("2026 is 令和8年度.")
    last_fiscal_year: int = plain("The last fiscal year of the plan's period.")
    view: strawberry.Private[PastView]
    row: strawberry.Private[records.Plan]
    policies = field(_policies, list[PolicySnapshot], "In the plan's order.")
    departments = field(_departments, list[DepartmentSnapshot], "In the plan's order.")
    projects = field(_projects, list[ProjectSnapshot], "In the plan's order.")
    progress = field(
        _progress, list[ProgressSnapshot], "How many projects stood where in a fiscal year."
    )


async def as_of(info: Info, moment: MOMENT) -> PlanSnapshot:
    """Return the plan as it stood."""
    view = await _view(info, moment)
    plan = next(iter(view.tables.rows(records.Plan)), None)
    if plan is None or view.point.recorded_at is None:
        raise ClientError(
            "NO_PLAN",
            "その時点では、計画はまだ取り込まれていません。後の時点を指定してください。 / "
            "No plan had been loaded by then; give a later moment.",
        )
    return PlanSnapshot(
        id=past_id(view, plan),
        sequence=view.point.sequence,
        recorded_at=view.point.recorded_at,
        on=view.point.day,
        title=plan.title,
        published=plan.published,
        first_fiscal_year=plan.first_fiscal_year,
        last_fiscal_year=plan.last_fiscal_year,
        view=view,
        row=plan,
    )


async def project_as_of(
    parent: strawberry.Parent[records.Project], info: Info, moment: MOMENT
) -> ProjectSnapshot | None:
    """Return a project as it stood; None where there was no such project yet."""
    view = await _view(info, moment)
    row = view.tables.row(records.Project, parent.id)
    return project_snapshot(view, row) if row else None


async def diff(
    info: Info,
    start: Annotated[
        MomentInput, strawberry.argument(name="from", description="The earlier moment.")
    ],
    end: Annotated[MomentInput, strawberry.argument(name="to", description="The later moment.")],
) -> PlanDifference:
    """Return what changed between two moments."""
    earlier, later = await _point(info, start), await _point(info, end)
    sight = await info.context.loaders.sight_of(Event)
    municipality_id = info.context.municipality_id
    try:
        told = await past.differences(
            municipality_id,
            earlier,
            later,
            sight,
            lambda entries: info.context.charge(entries // COMPARED),
        )
    except Refuse as refused:
        raise bad_moment(refused) from None
    return await plan_difference(await _tables(info, later), earlier, later, told)
