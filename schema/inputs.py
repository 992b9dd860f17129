"""Inputs of mutations, and how they become what the workflows ask for."""

import dataclasses
import uuid
from typing import Any, Final, TypeVar

import strawberry

from schema.context import Info
from schema.ids import optional_uuid_of, uuid_of
from schema.nodes import plain
from schema.scalars import Decimal, Yen
from workflows import records
from workflows.changes import Json, to_json
from workflows.sheets import (
    ActualEdit,
    EvaluationEdit,
    Figure,
    ImprovementEdit,
    IndicatorEdit,
    PlanEdit,
    Report,
    ResultsEdit,
    SheetEdit,
)
from workflows.stages import Direction
from workflows.unit import Request

UNSET: Final = strawberry.UNSET
T = TypeVar("T")


def optional(description: str, name: str | None = None) -> Any:  # noqa: ANN401 - Strawberry's own
    """Declare an input field that may be left out; left out and null are told apart."""
    return strawberry.field(default=UNSET, description=description, name=name)


@strawberry.input(description="What every act is asked with.")
class ActInput:
    """Common to all mutations."""

    idempotency_key: uuid.UUID = plain(
        "Made by the client, one for each act. The same key again gives the first answer and does "
        "nothing twice; a refused act does not use it up."
    )
    validate_only: bool = strawberry.field(
        default=False, description="Answer as if, and write nothing."
    )


def given_or_none(value: T | None) -> T | None:
    """Return an optional input's value; None where it was left out."""
    return None if value is UNSET else value


_APART: Final = frozenset({"idempotency_key", "validate_only", "effective_at", "on_behalf_of"})
"""What a request says itself, and not as what was given."""


def request(info: Info, act: str, asked: ActInput) -> Request:
    """Return what the ledger is asked, with the input as given for the key's fingerprint."""
    given = {
        item.name: _plain(getattr(asked, item.name))
        for item in dataclasses.fields(asked)
        if item.name not in _APART and getattr(asked, item.name) is not UNSET
    }
    return Request(
        municipality_id=info.context.municipality_id,
        act=act,
        actor_id=info.context.person_id,
        credential=info.context.credential,
        on_behalf_of_id=optional_uuid_of(getattr(asked, "on_behalf_of", None), records.Person),
        idempotency_key=asked.idempotency_key,
        validate_only=asked.validate_only,
        effective_at=getattr(asked, "effective_at", None),
        given=given,
    )


def _plain(value: Any) -> Json:  # noqa: ANN401 - any input
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            item.name: _plain(getattr(value, item.name))
            for item in dataclasses.fields(value)
            if getattr(value, item.name) is not UNSET
        }
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return to_json(value)


@strawberry.input(description="An indicator as it should be planned.")
class IndicatorInput:
    """One line of the list."""

    id: strawberry.ID | None = optional("Of an indicator that is on the sheet; none for a new one.")
    name: str = plain("What is measured; one line, up to 200 characters.")
    unit: str | None = optional("For instance %; up to 50 characters.")
    baseline: Decimal | None = optional("The value before.")
    target: Decimal | None = optional("The value aimed at.")
    qualitative_goal: str | None = optional("A goal in words, where no number fits.")
    reason_no_number: str | None = optional("Why no number fits; needed with a goal in words.")


@strawberry.input(description="The plan's part of a sheet. What is left out stays as it is.")
class PlanInput:
    """PLAN: open at stage PLAN, and to REVISE_PLAN."""

    goal: str | None = optional("What is to be reached; up to 10,000 characters.")
    schedule: str | None = optional("The schedule; up to 10,000 characters.")
    budget_yen: Yen | None = optional("The budget.")
    indicators: list[IndicatorInput] | None = optional(
        "All indicators as they should be, in order: those left out are taken off the sheet."
    )


@strawberry.input(description="How an indicator came out.")
class ActualInput:
    """One indicator's result."""

    indicator: strawberry.ID = plain("Which indicator.")
    actual: Decimal | None = optional("The value reached.")
    result: str | None = optional("How a qualitative goal came out.")
    reason_not_measured: str | None = optional("Why it could not be measured.")


@strawberry.input(description="The results' part of a sheet. What is left out stays as it is.")
class ResultsInput:
    """RESULTS: open at stage DO."""

    activities: str | None = optional("What was done; up to 10,000 characters.")
    spent_yen: Yen | None = optional("What was spent.")
    actuals: list[ActualInput] | None = optional("Results of the indicators named; others stay.")


@strawberry.input(description="The evaluation's part. What is left out stays as it is.")
class EvaluationInput:
    """EVALUATION: open at stage CHECK."""

    grade: str | None = optional("A code of the plan's scale of grades.")
    issues: str | None = optional("What is open (課題); up to 10,000 characters.")


@strawberry.input(description="The decision's part. What is left out stays as it is.")
class ImprovementInput:
    """IMPROVEMENT: open at stage ACTION."""

    improvement: str | None = optional("What will be done better; up to 10,000 characters.")
    direction: Direction | None = optional("Where the project goes from here.")


@strawberry.input(one_of=True, description="One part of a sheet.")
class SheetPartInput:
    """Exactly one of the parts."""

    plan: PlanInput | None = optional("The plan.")
    results: ResultsInput | None = optional("The results.")
    evaluation: EvaluationInput | None = optional("The evaluation.")
    improvement: ImprovementInput | None = optional("The decision.")


@strawberry.input(description="A figure so far.")
class FigureInput:
    """One indicator's figure."""

    indicator: strawberry.ID = plain("Which indicator.")
    value: Decimal = plain("The figure.")


@strawberry.input(description="An interim report (中間報告).")
class ReportInput:
    """What is reported."""

    text: str = plain("The report; up to 10,000 characters.")
    figures: list[FigureInput] | None = optional("Figures so far.")


def _given(source: object, *names: str) -> dict[str, Any]:
    """Return the values that were given, null included."""
    values = {name: getattr(source, name) for name in names}
    return {name: value for name, value in values.items() if value is not UNSET}


def _indicator_edit(source: IndicatorInput) -> IndicatorEdit:
    return IndicatorEdit(
        id=optional_uuid_of(source.id, records.Indicator),
        name=source.name,
        unit=source.unit or "",
        baseline=source.baseline or None,
        target=source.target or None,
        qualitative_goal=source.qualitative_goal or "",
        reason_no_number=source.reason_no_number or "",
    )


def plan_edit(source: PlanInput) -> PlanEdit:
    """Return the edit of a plan's part."""
    return PlanEdit(
        values=_given(source, "goal", "schedule", "budget_yen"),
        indicators=[_indicator_edit(i) for i in source.indicators]
        if isinstance(source.indicators, list)
        else None,
    )


def _results_edit(source: ResultsInput) -> ResultsEdit:
    return ResultsEdit(
        values=_given(source, "activities", "spent_yen"),
        actuals=[
            ActualEdit(
                indicator_id=uuid_of(a.indicator, records.Indicator),
                actual=a.actual or None,
                result=a.result or "",
                reason_not_measured=a.reason_not_measured or "",
            )
            for a in source.actuals or ()
        ],
    )


def sheet_edit(source: SheetPartInput) -> SheetEdit:
    """Return the edit of whichever part was given."""
    if source.plan:
        return plan_edit(source.plan)
    if source.results:
        return _results_edit(source.results)
    if source.evaluation:
        return EvaluationEdit(values=_given(source.evaluation, "grade", "issues"))
    assert source.improvement  # noqa: S101 - @oneOf: the executor has seen to it
    return ImprovementEdit(values=_given(source.improvement, "improvement", "direction"))


def report_of(source: ReportInput) -> Report:
    """Return an interim report."""
    return Report(
        text=source.text,
        figures=[
            Figure(indicator_id=uuid_of(f.indicator, records.Indicator), value=f.value)
            for f in source.figures or ()
        ],
    )
