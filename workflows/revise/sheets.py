"""Editing a sheet: only the part that the stage leaves open, by those who fill it in."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from workflows.authority import ROLES, edit_act
from workflows.blockers import BlockerCode
from workflows.cases import Case, case_of, expect_cycle
from workflows.entries import Draft
from workflows.ledger import Outcome, perform
from workflows.records import EventKind, Grade
from workflows.refusals import Refuse, blocked
from workflows.sheets import (
    EvaluationEdit,
    ImprovementEdit,
    PlanEdit,
    ResultsEdit,
    SheetEdit,
    draft_evaluation_edit,
    draft_improvement_edit,
    draft_plan_edit,
    draft_results_edit,
)
from workflows.stages import EDITABLE, ProjectStatus, Role, SheetPart
from workflows.unit import Request, Unit

_PARTS: Final[dict[type[SheetEdit], SheetPart]] = {
    PlanEdit: SheetPart.PLAN,
    ResultsEdit: SheetPart.RESULTS,
    EvaluationEdit: SheetPart.EVALUATION,
    ImprovementEdit: SheetPart.IMPROVEMENT,
}


async def edit_sheet(
    request: Request, cycle_id: UUID, expected_revision: int, edit: SheetEdit
) -> Outcome:
    """Edit one part of a cycle's sheet; an edit that changes nothing is blocked."""

    async def decide(unit: Unit) -> None:
        case = await case_of(unit, cycle_id)
        owner_id = case.owner.department_id
        part = _PARTS[type(edit)]
        capacity = unit.authorise_person(ROLES[edit_act(part)], owner_id)
        expect_cycle(case.cycle, expected_revision)
        unit.check_not_before(case.cycle.entered_stage_at)
        if case.project.status is not ProjectStatus.ACTIVE:
            raise Refuse(blocked(BlockerCode.PROJECT_NOT_ACTIVE, "status", by=(Role.OFFICE,)))
        if EDITABLE.get(case.cycle.stage) is not part:
            raise Refuse(blocked(BlockerCode.PART_NOT_OPEN, part.lower()))
        draft = unit.draft(
            EventKind.SHEET_EDITED,
            capacity=capacity,
            project_id=case.project.id,
            cycle_id=case.cycle.id,
            owner_id=owner_id,
            revision=case.cycle.revision + 1,
            details={"part": str(part), "fiscalYear": case.cycle.fiscal_year},
        )
        await draft_edit(draft, case, edit)
        if not draft.changes:
            raise Refuse(blocked(BlockerCode.NO_CHANGE, part.lower()))
        draft.update(case.cycle, revision=case.cycle.revision + 1)

    return await perform(request, decide)


async def draft_edit(draft: Draft, case: Case, edit: SheetEdit) -> None:
    """Draft an edit of whichever part."""
    match edit:
        case PlanEdit():
            draft_plan_edit(draft, case, edit)
        case ResultsEdit():
            draft_results_edit(draft, case, edit)
        case EvaluationEdit():
            draft_evaluation_edit(draft, case, edit, await _scale(case.cycle.municipality_id))
        case ImprovementEdit():
            draft_improvement_edit(draft, case, edit)


async def _scale(municipality_id: UUID) -> Sequence[Grade]:
    return await Grade.of(municipality_id).order_by("position")
