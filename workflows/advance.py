"""Moving a cycle: the one place that writes Cycle.stage once a cycle is open."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from workflows.authority import Capacity
from workflows.blockers import BlockerCode
from workflows.cases import Case, case_of, expect_cycle
from workflows.changes import Json, to_json, typed
from workflows.entries import Draft, changes_of
from workflows.ledger import Outcome, perform
from workflows.machine import after, after_status, move_for, roles_for
from workflows.opening import due_on, open_cycle
from workflows.records import Event, EventKind
from workflows.refusals import Blocked, Refuse, blocked
from workflows.sheets import PlanEdit, Report, draft_plan_edit, sheet_as_json, write_report
from workflows.stages import (
    ENDS_PROJECT,
    WORKFLOW_VERSION,
    Move,
    ProjectStatus,
    Stage,
    Trigger,
)
from workflows.unit import Request, Unit
from workflows.values import invalid, line, text

_RESTORED: Final = frozenset({"evaluator_id", "evaluated_for_id"})
"""What a rescinded move had set on the cycle beside its stage."""
_TAKES: Final = {"report": Trigger.REPORT_INTERIM, "plan": Trigger.REVISE_PLAN}
"""Inputs that belong to one trigger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fire:
    """A trigger on a cycle, with what the trigger needs."""

    cycle_id: UUID
    trigger: Trigger
    expected_revision: int
    reason: str = ""
    approval_number: str = ""
    """決裁番号, where there is one."""
    report: Report | None = None
    """What REPORT_INTERIM reports."""
    plan: PlanEdit | None = None
    """What REVISE_PLAN changes."""


async def fire(request: Request, asked: Fire) -> Outcome:
    """Pull a trigger on a cycle: move it, or tell everything that is in the way."""

    async def decide(unit: Unit) -> None:
        unit.about |= {"trigger": asked.trigger}
        case = await case_of(unit, asked.cycle_id)
        roles = roles_for(asked.trigger)
        capacity = unit.authorise_person(roles, case.owner.department_id)
        expect_cycle(case.cycle, asked.expected_revision)
        unit.check_not_before(case.cycle.entered_stage_at)
        _check_input(asked)
        await _Firing(unit, case, asked, capacity).run()

    return await perform(request, decide)


def _check_input(asked: Fire) -> None:
    """Refuse input that the trigger would leave aside."""
    for name, trigger in _TAKES.items():
        if getattr(asked, name) is not None and asked.trigger is not trigger:
            raise invalid(
                name,
                f"この項目は、遷移 {trigger} と合わせてだけ指定できます。",
                f"This goes with the trigger {trigger} only.",
            )


class _Firing:
    """One trigger pulled on one cycle, within its unit of work."""

    def __init__(self, unit: Unit, case: Case, asked: Fire, capacity: Capacity) -> None:
        self.unit, self.case, self.asked, self.capacity = unit, case, asked, capacity
        self.reason = text("reason", asked.reason)
        self.stage: Stage = case.cycle.stage

    async def run(self) -> None:
        draft = self._draft(EventKind.TRANSITION, cycle_id=self.case.cycle.id)
        sheet_before = sheet_as_json(self.case.sheet, self.case.indicators)
        if self.asked.plan is not None:
            draft_plan_edit(draft, self.case, self.asked.plan)
        move = self._allowed(draft)
        draft.trigger, draft.source = move.trigger, self.stage
        draft.details = self._details(sheet_before)
        if move.opens_cycle:
            draft.update(self.case.cycle, revision=self.case.cycle.revision + 1)
            self._open_next(draft)
            return
        draft.target = move.target
        await self._move(draft, move)
        if move.target is Stage.CLOSED:
            self._after_close(draft)

    def _allowed(self, draft: Draft) -> Move:
        """Return the row of the table that is followed; refuse with every blocker."""
        asked = self.asked
        facts = self.case.facts(
            self.unit.request.actor_id,
            on_behalf_of_id=self.unit.request.on_behalf_of_id,
            reason=self.reason,
            report=text("report.text", asked.report.text) if asked.report else "",
            plan_changed=bool(draft.changes),
        )
        owner_id = self.case.owner.department_id
        move = move_for(self.stage, asked.trigger, facts)
        if move is None:
            raise Refuse(Blocked(blocked(BlockerCode.WRONG_STAGE).blockers, owner_id))
        target = after(self.stage, asked.trigger, facts)
        if isinstance(target, Blocked):
            raise Refuse(Blocked(target.blockers, owner_id))
        return move

    def _details(self, sheet_before: Mapping[str, Json]) -> dict[str, Json]:
        asked, cycle = self.asked, self.case.cycle
        seconds = self.unit.effective_at - cycle.entered_stage_at
        details: dict[str, Json] = {
            "workflow": WORKFLOW_VERSION,
            "fiscalYear": cycle.fiscal_year,
            "secondsInFrom": int(seconds.total_seconds()),
            "sheet": dict(sheet_before),
            "approvalNumber": line(
                "approvalNumber", asked.approval_number, limit=100, required=False
            ),
        }
        if asked.report is not None:
            details["report"] = write_report(asked.report, self.case.indicators)
        return details

    async def _move(self, draft: Draft, move: Move) -> None:
        """Write the cycle's new stage and what goes with the trigger."""
        cycle, revision = self.case.cycle, self.case.cycle.revision + 1
        draft.revision = revision
        draft.update(cycle, revision=revision)
        if move.trigger is Trigger.REVISE_PLAN:
            draft.update(cycle, plan_revision=cycle.plan_revision + 1)
        if move.trigger is Trigger.EVALUATE:
            request = self.unit.request
            draft.update(
                cycle, evaluator_id=request.actor_id, evaluated_for_id=request.on_behalf_of_id
            )
        if move.trigger is Trigger.RESCIND:
            await self._restore(draft)
        if move.target is self.stage:
            return
        draft.update(
            cycle,
            stage=move.target,
            entered_stage_at=self.unit.effective_at,
            due_on=due_on(cycle.fiscal_year, move.target),
            last_trigger=move.trigger,
            last_source=self.stage,
            last_move_sequence=draft.sequence,
            last_move_revision=revision,
        )

    async def _restore(self, draft: Draft) -> None:
        """Point at the rescinded entry, and put back what it had set beside the stage."""
        cycle = self.case.cycle
        draft.refers_to = cycle.last_move_sequence
        rescinded = await Event.of(cycle.municipality_id).get(sequence=cycle.last_move_sequence)
        for change in changes_of(rescinded):
            if change.id == cycle.id and change.before is not None:
                kept = {k: v for k, v in change.before.items() if k in _RESTORED}
                draft.update(cycle, **typed(change.table, kept))

    def _after_close(self, closed: Draft) -> None:
        """End the project where its direction says so; otherwise open the next fiscal year."""
        direction = self.case.sheet.direction
        closed.details |= {"direction": to_json(direction)}
        ending = ENDS_PROJECT.get(direction) if direction else None
        project = self.case.project
        if ending is None:
            in_plan = self.case.cycle.fiscal_year < self.case.plan.last_fiscal_year
            if in_plan and self.case.next_cycle is None:
                draft = self._draft(EventKind.TRANSITION)
                draft.trigger, draft.source = Trigger.OPEN_NEXT, Stage.CLOSED
                draft.details = {"workflow": WORKFLOW_VERSION, "byClose": closed.sequence}
                self._open_next(draft)
                closed.details |= {"opened": to_json(draft.cycle_id)}
            return
        status = after_status(project.status, ending)
        if not isinstance(status, ProjectStatus):
            raise Refuse(status)
        draft = self._draft(EventKind.STATUS_CHANGED)
        draft.details = {"trigger": str(ending), "byClose": closed.sequence}
        draft.revision = project.revision + 1
        draft.update(
            project,
            status=status,
            revision=project.revision + 1,
            current_cycle_id=self.case.cycle.id,
        )

    def _open_next(self, draft: Draft) -> None:
        case, year = self.case, self.case.cycle.fiscal_year + 1
        opened = open_cycle(
            draft,
            case.project,
            year,
            self.unit.effective_at,
            previous=case.cycle,
            indicators=tuple(case.indicators),
        )
        draft.update(case.project, current_cycle_id=opened)
        draft.details |= {"fiscalYear": year, "opened": str(opened)}

    def _draft(self, kind: EventKind, cycle_id: UUID | None = None) -> Draft:
        return self.unit.draft(
            kind,
            capacity=self.capacity,
            project_id=self.case.project.id,
            cycle_id=cycle_id,
            owner_id=self.case.owner.department_id,
            reason=self.reason,
        )
