"""Suspending, resuming, completing, abolishing and reopening a project."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from workflows.authority import ROLES, Act
from workflows.blockers import BlockerCode
from workflows.cases import expect_project, project_of
from workflows.entries import Draft
from workflows.fiscal import fiscal_year_of
from workflows.ledger import Outcome, perform
from workflows.machine import after_status
from workflows.opening import open_cycle
from workflows.records import Cycle, EventKind, Plan, Project
from workflows.refusals import Blocked, Refuse, blocked
from workflows.stages import RUNNING, Role, Stage, StatusTrigger
from workflows.unit import Request, Unit
from workflows.values import text

_OFFICE = frozenset({Role.OFFICE})


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """A trigger on a project's status, always with a reason."""

    project_id: UUID
    trigger: StatusTrigger
    expected_revision: int
    reason: str
    fiscal_year: int | None = None
    """REOPEN: the year to go on with. Without one, that of the current cycle where it is open, else
    the present year or the one after the last closed cycle."""


async def change_status(request: Request, asked: StatusChange) -> Outcome:
    """Change a project's status; its cycle keeps its stage.

    COMPLETE waits until no cycle is under way (closing one with that direction is the usual way).
    REOPEN goes on with the year's cycle if that is not closed, and opens a new one otherwise.
    """

    async def decide(unit: Unit) -> None:
        project = await project_of(unit, asked.project_id)
        capacity = unit.authorise_person(ROLES[Act.CHANGE_STATUS])
        expect_project(project, asked.expected_revision)
        reason = text("reason", asked.reason)
        status = after_status(project.status, asked.trigger)
        if isinstance(status, Blocked):
            raise Refuse(status)
        if not reason:
            raise Refuse(blocked(BlockerCode.NO_REASON, "reason", by=_OFFICE))
        draft = unit.draft(
            EventKind.STATUS_CHANGED,
            capacity=capacity,
            project_id=project.id,
            owner_id=unit.about["owner_id"],
            reason=reason,
            details={"trigger": str(asked.trigger)},
        )
        cycles = await Cycle.of(unit.municipality_id).filter(project_id=project.id)
        if asked.trigger is StatusTrigger.COMPLETE:
            _check_nothing_runs(cycles)
        if asked.trigger is StatusTrigger.REOPEN:
            await _reopen(unit, draft, project, cycles, asked.fiscal_year)
        draft.revision = project.revision + 1
        draft.update(project, status=status, revision=project.revision + 1)

    return await perform(request, decide)


def _check_nothing_runs(cycles: list[Cycle]) -> None:
    if any(c.stage in RUNNING for c in cycles):
        raise Refuse(blocked(BlockerCode.CYCLE_RUNNING, by=_OFFICE))


async def _reopen(
    unit: Unit, draft: Draft, project: Project, cycles: list[Cycle], fiscal_year: int | None
) -> None:
    """Make the wanted year's cycle the current one: an open one goes on, else a new one begins."""
    plan = await Plan.of(unit.municipality_id).get(id=project.plan_id)
    year = (
        _year_to_go_on(plan, project, cycles, unit.effective_on)
        if fiscal_year is None
        else fiscal_year
    )
    if not plan.first_fiscal_year <= year <= plan.last_fiscal_year:
        raise Refuse(blocked(BlockerCode.YEAR_OUTSIDE_PLAN, "fiscalYear", by=_OFFICE))
    cycle = next((c for c in cycles if c.fiscal_year == year), None)
    if cycle is not None and cycle.stage is Stage.CLOSED:
        raise Refuse(blocked(BlockerCode.CYCLE_EXISTS, "fiscalYear", by=_OFFICE))
    if cycle is None:
        before = [c for c in cycles if c.fiscal_year < year]
        last = max(before, key=lambda c: c.fiscal_year, default=None)
        draft.cycle_id = open_cycle(draft, project, year, unit.effective_at, previous=last)
    else:
        draft.cycle_id = cycle.id
    draft.details |= {"fiscalYear": year}
    draft.update(project, current_cycle_id=draft.cycle_id)


def _year_to_go_on(plan: Plan, project: Project, cycles: list[Cycle], today: dt.date) -> int:
    for cycle in cycles:
        if cycle.id == project.current_cycle_id and cycle.stage is not Stage.CLOSED:
            return cycle.fiscal_year
    after_last = max((c.fiscal_year + 1 for c in cycles if c.stage is Stage.CLOSED), default=0)
    return max(fiscal_year_of(today), after_last, plan.first_fiscal_year)
