"""What a project's people do to it in the sample: each deed drives one act of `workflows`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar, Literal, Protocol
from uuid import UUID

from seed.demo.content import Measured, Revised
from seed.demo.desk import Desk
from workflows.advance import Fire, fire
from workflows.changes import Json, to_json
from workflows.ledger import Outcome
from workflows.records import Indicator
from workflows.revise.sheets import edit_sheet
from workflows.revise.status import StatusChange, change_status
from workflows.sheets import (
    ActualEdit,
    EvaluationEdit,
    Figure,
    ImprovementEdit,
    IndicatorEdit,
    PlanEdit,
    Report,
    ResultsEdit,
)
from workflows.stages import SheetPart, StatusTrigger, Trigger
from workflows.unit import Request

Values = Mapping[str, str | int | None]


class Deed(Protocol):
    """One act, with all that it needs beside who does it and when."""

    act: ClassVar[str]
    """What the API calls it."""

    def given(self) -> dict[str, Json]:
        """Return the input as the record keeps it."""

    async def do(self, desk: Desk, request: Request) -> Outcome:
        """Do it."""


class Given:
    """A deed whose fields are its input."""

    __slots__ = ()

    def given(self) -> dict[str, Json]:
        """Return the fields."""
        return {name: to_json(value) for name, value in asdict(self).items()}  # type: ignore[call-overload]  # its heirs are dataclasses


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePlan(Given):
    """Fills in the plan's part of a sheet."""

    act: ClassVar[str] = "editSheet"
    code: str
    fiscal_year: int
    values: Values
    measures: tuple[Measured, ...]

    async def do(self, desk: Desk, request: Request) -> Outcome:
        """Edit the sheet; indicators carried over stay what they are and get this year's target."""
        cycle = await desk.cycle(self.code, self.fiscal_year)
        carried = [i.id for i in await desk.indicators(cycle)]
        ids: Sequence[UUID | None] = carried or [None for _ in self.measures]
        indicators = [
            IndicatorEdit(
                id=indicator_id,
                name=m.name,
                unit=m.unit,
                baseline=m.baseline,
                target=m.target,
                qualitative_goal=m.goal,
                reason_no_number=m.why,
            )
            for indicator_id, m in zip(ids, self.measures, strict=True)
        ]
        edit = PlanEdit(values=self.values, indicators=indicators)
        return await edit_sheet(request, cycle.id, cycle.revision, edit)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteResults(Given):
    """Fills in the results' part of a sheet."""

    act: ClassVar[str] = "editSheet"
    code: str
    fiscal_year: int
    values: Values
    measures: tuple[Measured, ...]

    async def do(self, desk: Desk, request: Request) -> Outcome:
        """Edit the sheet."""
        cycle = await desk.cycle(self.code, self.fiscal_year)
        indicators = await desk.indicators(cycle)
        actuals = [
            ActualEdit(
                indicator_id=indicator.id,
                actual=m.actual,
                result=m.result,
                reason_not_measured=m.unmeasured,
            )
            for indicator, m in zip(indicators, self.measures, strict=True)
        ]
        edit = ResultsEdit(values=self.values, actuals=actuals)
        return await edit_sheet(request, cycle.id, cycle.revision, edit)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteTexts(Given):
    """Fills in the evaluation's or the decision's part of a sheet."""

    act: ClassVar[str] = "editSheet"
    code: str
    fiscal_year: int
    part: Literal[SheetPart.EVALUATION, SheetPart.IMPROVEMENT]
    values: Values

    async def do(self, desk: Desk, request: Request) -> Outcome:
        """Edit the sheet."""
        cycle = await desk.cycle(self.code, self.fiscal_year)
        is_evaluation = self.part is SheetPart.EVALUATION
        edit = (EvaluationEdit if is_evaluation else ImprovementEdit)(values=self.values)
        return await edit_sheet(request, cycle.id, cycle.revision, edit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull(Given):
    """Pulls a trigger on a cycle."""

    act: ClassVar[str] = "fireTransition"
    code: str
    fiscal_year: int
    trigger: Trigger
    reason: str = ""
    approval_number: str = ""
    report: str = ""
    figures: tuple[str | None, ...] = ()
    """So far, in the order of the indicators."""
    revised: Revised | None = None

    async def do(self, desk: Desk, request: Request) -> Outcome:
        """Fire."""
        cycle = await desk.cycle(self.code, self.fiscal_year)
        indicators = await desk.indicators(cycle) if self.report or self.revised else []
        asked = Fire(
            cycle_id=cycle.id,
            trigger=self.trigger,
            expected_revision=cycle.revision,
            reason=self.reason,
            approval_number=self.approval_number,
            report=self._report(indicators),
            plan=_plan_edit(self.revised, indicators) if self.revised else None,
        )
        return await fire(request, asked)

    def _report(self, indicators: Sequence[Indicator]) -> Report | None:
        if not self.report:
            return None
        figures = [
            Figure(indicator_id=indicator.id, value=value)
            for indicator, value in zip(indicators, self.figures, strict=True)
            if value is not None
        ]
        return Report(text=self.report, figures=figures)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStatus(Given):
    """Suspends or resumes a project."""

    act: ClassVar[str] = "changeProjectStatus"
    code: str
    trigger: StatusTrigger
    reason: str

    async def do(self, desk: Desk, request: Request) -> Outcome:
        """Change the status."""
        project = await desk.project(self.code)
        asked = StatusChange(
            project_id=project.id,
            trigger=self.trigger,
            expected_revision=project.revision,
            reason=self.reason,
        )
        return await change_status(request, asked)


def _plan_edit(revised: Revised, indicators: Sequence[Indicator]) -> PlanEdit:
    asked: dict[str, str | int | None] = {
        "schedule": revised.schedule or None,
        "budget_yen": revised.budget_yen,
    }
    values = {name: value for name, value in asked.items() if value is not None}
    if not revised.target:
        return PlanEdit(values=values)
    edits = [
        IndicatorEdit(
            id=i.id,
            name=i.name,
            unit=i.unit,
            baseline=i.baseline,
            target=i.target if nth else revised.target,
            qualitative_goal=i.qualitative_goal,
            reason_no_number=i.reason_no_number,
        )
        for nth, i in enumerate(indicators)
    ]
    return PlanEdit(values=values, indicators=edits)
