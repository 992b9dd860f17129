"""Progress: how many projects stand where, by policy, category, department or fiscal year."""

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any
from uuid import UUID

import strawberry

from schema.context import Info
from schema.enums import ProgressBy
from schema.nodes import later, plain
from workflows import records
from workflows.cases import owned_on
from workflows.fiscal import fiscal_year_of
from workflows.opening import is_past_due
from workflows.records import Cycle, Ownership
from workflows.stages import ProjectStatus, Stage


@strawberry.type(description="How many cycles are at a stage.")
class StageCount:
    """One stage's count."""

    stage: Stage = plain("Which stage.")
    count: int = plain("How many cycles.")


@strawberry.type(description="How many cycles were given a grade.")
class GradeCount:
    """One grade's count."""

    grade: str = plain("The grade's code.")
    count: int = plain("How many cycles.")


@strawberry.type(description="How many projects have a status.")
class StatusCount:
    """One status's count."""

    status: ProjectStatus = plain("Which status.")
    count: int = plain("How many projects.")


_SUBJECT: Any = Annotated[
    later("Policy", "schema.plans")
    | later("Category", "schema.plans")
    | later("Department", "schema.people"),
    strawberry.union("ProgressSubject", description="What a progress is about."),
]


@strawberry.type(
    description="How projects stand in one fiscal year. Projects without a cycle in that year are "
    "not counted."
)
class Progress:
    """Counts over the cycles of one fiscal year."""

    fiscal_year: int = plain("2026 is 令和8年度.")
    subject: object = plain(
        "What is counted; null for the whole plan.", graphql_type=_SUBJECT | None
    )
    total: int = plain("How many cycles there are.")
    closed: int = plain("How many of them are closed.")
    overdue: int = plain("How many open cycles of active projects are past their due day.")
    by_stage: list[StageCount] = plain("One count for every stage, zeros included.")
    by_grade: list[GradeCount] = plain(
        "One count for every grade of the scale, zeros included; of grades that the viewer sees."
    )
    by_status: list[StatusCount] = plain("One count for every project status, zeros included.")


Row = dict[str, Any]


async def _rows(info: Info, fiscal_year: int | None) -> list[Row]:
    """Return what is counted: a row for each cycle (of one fiscal year)."""
    context = info.context
    cycles = context.loaders.rows(Cycle)
    if fiscal_year is not None:
        cycles = cycles.filter(fiscal_year=fiscal_year)
    rows = await cycles.values(
        "id", "fiscal_year", "stage", "due_on", "project_id",
        status="project__status", category="project__category_id",
        policy="project__category__policy_id",
    )  # fmt: skip
    owned = context.loaders.rows(Ownership).filter(owned_on(context.today))
    owners = dict(await owned.values_list("project_id", "department_id"))
    grades = await context.loaders.graded(owners)
    return [
        row | {"department": owners.get(row["project_id"]), "grade": grades.get(row["id"])}
        for row in rows
    ]


async def _scale(info: Info) -> list[str]:
    return [grade.code for grade in await info.context.loaders.grades()]


def count_cycles(
    rows: Iterable[Row], fiscal_year: int, subject: object, scale: list[str], today: dt.date
) -> Progress:
    """Count the cycles of one fiscal year among the rows, as due days stand on a day."""
    counted = [row for row in rows if row["fiscal_year"] == fiscal_year]
    stages = Counter(row["stage"] for row in counted)
    statuses = Counter(row["status"] for row in counted)
    grades = Counter(row["grade"] for row in counted)
    late = [
        r
        for r in counted
        if r["status"] == ProjectStatus.ACTIVE and is_past_due(r["due_on"], today)
    ]
    return Progress(
        fiscal_year=fiscal_year,
        subject=subject,
        total=len(counted),
        closed=stages[Stage.CLOSED],
        overdue=len(late),
        by_stage=[StageCount(stage=s, count=stages[s]) for s in Stage],
        by_grade=[GradeCount(grade=g, count=grades[g]) for g in scale],
        by_status=[StatusCount(status=s, count=statuses[s]) for s in ProjectStatus],
    )


def _year(info: Info, asked: int | None) -> int:
    return fiscal_year_of(info.context.today) if asked is None else asked


async def _of(info: Info, column: str, subject: records.Row, fiscal_year: int | None) -> Progress:
    year = _year(info, fiscal_year)
    rows, scale = await _rows_and_scale(info, year)
    mine = [row for row in rows if row[column] == subject.id]
    return count_cycles(mine, year, subject, scale, info.context.today)


async def _rows_and_scale(info: Info, year: int | None) -> tuple[list[Row], list[str]]:
    rows = info.context.loaders.once(("progress", year), lambda: _rows(info, year))
    return await asyncio.gather(rows, _scale(info))


async def _subjects(info: Info, model: type[records.Row]) -> list[records.Row]:
    subjects = info.context.loaders.rows(model).order_by("position")
    return await info.context.loaders.once(("all", model), lambda: subjects)


_YEAR = Annotated[
    int | None, strawberry.argument(description="The present fiscal year where none is given.")
]


async def progress_of_policy(
    parent: strawberry.Parent[records.Policy], info: Info, fiscal_year: _YEAR = None
) -> Progress:
    """Count a policy's cycles."""
    return await _of(info, "policy", parent, fiscal_year)


async def progress_of_category(
    parent: strawberry.Parent[records.Category], info: Info, fiscal_year: _YEAR = None
) -> Progress:
    """Count a category's cycles."""
    return await _of(info, "category", parent, fiscal_year)


async def progress_of_department(
    parent: strawberry.Parent[records.Department], info: Info, fiscal_year: _YEAR = None
) -> Progress:
    """Count the cycles of the projects that a department owns today."""
    return await _of(info, "department", parent, fiscal_year)


async def progress(
    info: Info,
    fiscal_year: _YEAR = None,
    by: Annotated[
        ProgressBy | None, strawberry.argument(description="The whole plan where none is given.")
    ] = None,
) -> list[Progress]:
    """Count the plan's cycles."""
    context = info.context
    year = _year(info, fiscal_year)
    over_years = by is ProgressBy.FISCAL_YEAR
    rows, scale = await _rows_and_scale(info, None if over_years else year)
    if over_years:
        plan = await context.loaders.plan()
        years = range(plan.first_fiscal_year, plan.last_fiscal_year + 1) if plan else ()
        return [count_cycles(rows, y, None, scale, context.today) for y in years]
    if by is None:
        return [count_cycles(rows, year, None, scale, context.today)]
    model: type[records.Row] = {
        ProgressBy.POLICY: records.Policy,
        ProgressBy.CATEGORY: records.Category,
        ProgressBy.DEPARTMENT: records.Department,
    }[by]
    subjects = await _subjects(info, model)
    by_subject: dict[UUID, list[Row]] = {s.id: [] for s in subjects}
    for row in rows:
        by_subject.setdefault(row[by.lower()], []).append(row)
    return [count_cycles(by_subject[s.id], year, s, scale, context.today) for s in subjects]
