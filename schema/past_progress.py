"""Progress at a moment that is over: how many projects stood where."""

from typing import Final

import strawberry

from schema.enums import ProgressBy
from schema.nodes import plain
from schema.past_cycles import past_id
from schema.progress import GradeCount, Progress, Row, StageCount, StatusCount, count_cycles
from workflows import records
from workflows.fiscal import fiscal_year_of
from workflows.past import PastView
from workflows.records import Category, Cycle, Department, Policy, Project

Subject = Policy | Category | Department
_SUBJECTS: Final[dict[ProgressBy, type[Policy | Category | Department]]] = {
    ProgressBy.POLICY: Policy,
    ProgressBy.CATEGORY: Category,
    ProgressBy.DEPARTMENT: Department,
}


@strawberry.type(description="What a progress at a moment that is over is about.")
class ProgressSubjectSnapshot:
    """A policy, a category or a department, as it was called."""

    id: strawberry.ID = plain("The snapshot's own id: that of the policy, category or department.")
    code: str | None = plain("The policy's or category's code; null for a department.")
    name: str = plain("Its name then.")


@strawberry.type(
    description="How projects stood in one fiscal year. Projects without a cycle in that year are "
    "not counted."
)
class ProgressSnapshot:
    """Counts over the cycles of one fiscal year, as they stood."""

    fiscal_year: int = plain("2026 is 令和8年度.")
    subject: ProgressSubjectSnapshot | None = plain("What is counted; null for the whole plan.")
    total: int = plain("How many cycles there were.")
    closed: int = plain("How many of them were closed.")
    overdue: int = plain("How many open cycles of active projects were past their due day.")
    by_stage: list[StageCount] = plain("One count for every stage, zeros included.")
    by_grade: list[GradeCount] = plain(
        "One count for every grade of the scale, zeros included; of grades that the viewer sees."
    )
    by_status: list[StatusCount] = plain("One count for every project status, zeros included.")


def _rows(view: PastView) -> list[Row]:
    """Return what is counted: a row for each cycle."""
    tables, rows = view.tables, []
    for cycle in tables.rows(Cycle):
        project = tables.row(Project, cycle.project_id)
        if project is None:
            continue
        owner = tables.owner(project.id)
        row = {
            "fiscal_year": cycle.fiscal_year,
            "stage": cycle.stage,
            "due_on": cycle.due_on,
            "status": project.status,
            "category": project.category_id,
            "policy": view.policies.get(project.category_id),
            "department": owner.department_id if owner else None,
            "grade": view.grade(cycle),
        }
        rows.append(row)
    return rows


def _snapshot(view: PastView, counted: Progress, row: Subject | None) -> ProgressSnapshot:
    subject = None
    if row is not None:
        code = getattr(row, "code", None)
        subject = ProgressSubjectSnapshot(id=past_id(view, row), code=code, name=row.name)
    return ProgressSnapshot(
        fiscal_year=counted.fiscal_year,
        subject=subject,
        total=counted.total,
        closed=counted.closed,
        overdue=counted.overdue,
        by_stage=counted.by_stage,
        by_grade=counted.by_grade,
        by_status=counted.by_status,
    )


def progress_of(
    view: PastView, plan: records.Plan, fiscal_year: int | None, by: ProgressBy | None
) -> list[ProgressSnapshot]:
    """Count the plan's cycles as they stood; of the moment's fiscal year where none is given."""
    year = fiscal_year_of(view.point.day) if fiscal_year is None else fiscal_year
    rows, day = _rows(view), view.point.day
    grades = sorted(view.tables.rows(records.Grade), key=lambda g: g.position)
    scale = [grade.code for grade in grades]
    if by is None or by is ProgressBy.FISCAL_YEAR:
        over = range(plan.first_fiscal_year, plan.last_fiscal_year + 1)
        years = [year] if by is None else list(over)
        return [_snapshot(view, count_cycles(rows, y, None, scale, day), None) for y in years]
    subjects: list[Subject] = list(view.tables.rows(_SUBJECTS[by]))
    return [
        _snapshot(
            view,
            count_cycles(
                [row for row in rows if row[by.lower()] == one.id], year, None, scale, day
            ),
            one,
        )
        for one in sorted(subjects, key=lambda s: s.position)
    ]
