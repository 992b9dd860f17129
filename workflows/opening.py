"""How a cycle begins: its first stage, an empty sheet, and what it takes over from the last one."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID, uuid4

from workflows.authority import Capacity
from workflows.entries import Draft
from workflows.fiscal import first_day
from workflows.records import Cycle, EventKind, Indicator, Ownership, Project, Sheet
from workflows.stages import DUE, ProjectStatus, Stage
from workflows.unit import Unit


def due_on(fiscal_year: int, stage: Stage) -> dt.date | None:
    """Return the day by which a stage should be left; a closed cycle has none."""
    due = DUE.get(stage)
    if due is None:
        return None
    april = first_day(fiscal_year)
    months = april.month - 1 + due.months_after_april
    return dt.date(april.year + months // 12, months % 12 + 1, due.day)


def is_past_due(due: dt.date | None, today: dt.date) -> bool:
    """Return whether the day by which a stage should be left is over."""
    return due is not None and due < today


def open_cycle(
    draft: Draft,
    project: Project,
    fiscal_year: int,
    opened_at: dt.datetime,
    *,
    cycle_id: UUID | None = None,
    previous: Cycle | None = None,
    indicators: tuple[Indicator, ...] = (),
) -> UUID:
    """Add a cycle in PLAN to an entry; return its id.

    The previous year's indicators are carried over: their last actual becomes the baseline.
    """
    cycle = Cycle(
        id=cycle_id or uuid4(),
        municipality_id=project.municipality_id,
        project_id=project.id,
        fiscal_year=fiscal_year,
        stage=Stage.PLAN,
        entered_stage_at=opened_at,
        opened_at=opened_at,
        due_on=due_on(fiscal_year, Stage.PLAN),
        plan_revision=1,
        revision=1,
        previous_cycle_id=previous.id if previous else None,
    )
    draft.cycle_id, draft.target, draft.revision = cycle.id, cycle.stage, cycle.revision
    draft.insert(cycle)
    sheet = Sheet(id=uuid4(), municipality_id=project.municipality_id, cycle_id=cycle.id)
    draft.insert(sheet)
    for indicator in indicators:
        draft.insert(_carried_over(indicator, cycle.id))
    return cycle.id


def begin_ownership(
    draft: Draft,
    project: Project,
    department_id: UUID,
    group_id: UUID | None,
    starts_on: dt.date,
) -> None:
    """Add an owner of a project, from a day on, to an entry."""
    draft.insert(
        Ownership(
            id=uuid4(),
            municipality_id=project.municipality_id,
            project_id=project.id,
            department_id=department_id,
            group_id=group_id,
            starts_on=starts_on,
        )
    )


def _carried_over(indicator: Indicator, cycle_id: UUID) -> Indicator:
    return Indicator(
        id=uuid4(),
        municipality_id=indicator.municipality_id,
        cycle_id=cycle_id,
        position=indicator.position,
        name=indicator.name,
        unit=indicator.unit,
        baseline=indicator.actual or indicator.baseline,
        target=indicator.target,
        qualitative_goal=indicator.qualitative_goal,
        reason_no_number=indicator.reason_no_number,
        carried_over_from_id=indicator.id,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProject:
    """A project as it enters the plan."""

    plan_id: UUID
    category_id: UUID
    code: str
    title: str
    content: str
    expected_effects: tuple[str, ...]
    department_id: UUID
    group_id: UUID | None
    position: int
    fiscal_year: int
    """Of its first cycle."""
    owned_from: dt.date
    source_text: str = ""
    rolled_out_from_id: UUID | None = None


def add_project(unit: Unit, new: NewProject, capacity: Capacity | None, reason: str = "") -> UUID:
    """Draft a project with its owner and its first cycle in PLAN; return its id."""
    project = Project(
        id=uuid4(),
        municipality_id=unit.municipality_id,
        plan_id=new.plan_id,
        category_id=new.category_id,
        code=new.code,
        title=new.title,
        content=new.content,
        expected_effects=list(new.expected_effects),
        source_text=new.source_text,
        position=new.position,
        status=ProjectStatus.ACTIVE,
        revision=1,
        current_cycle_id=uuid4(),
        rolled_out_from_id=new.rolled_out_from_id,
    )
    draft = unit.draft(
        EventKind.PROJECT_ADDED,
        capacity=capacity,
        project_id=project.id,
        owner_id=new.department_id,
        reason=reason,
        details={"code": new.code, "title": new.title, "fiscalYear": new.fiscal_year},
    )
    draft.insert(project)
    begin_ownership(draft, project, new.department_id, new.group_id, new.owned_from)
    open_cycle(
        draft, project, new.fiscal_year, unit.effective_at, cycle_id=project.current_cycle_id
    )
    return project.id
