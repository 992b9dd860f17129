"""What a sheet (進捗管理シート) says, and edits of its parts, drafted onto an entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID, uuid4

from workflows.cases import Case
from workflows.changes import Json, to_json
from workflows.entries import Draft
from workflows.labels import label
from workflows.records import Grade, Indicator, Sheet
from workflows.refusals import NotFound, Refuse
from workflows.stages import SHEET_FIELDS, Direction, SheetPart
from workflows.values import decimal, invalid, line, text, yen

MAX_INDICATORS: Final = 50
"""On one sheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorEdit:
    """An indicator as it should be planned; `id` names one that is on the sheet already."""

    id: UUID | None = None
    name: str
    unit: str = ""
    baseline: str | None = None
    target: str | None = None
    qualitative_goal: str = ""
    reason_no_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActualEdit:
    """How an indicator came out."""

    indicator_id: UUID
    actual: str | None = None
    result: str = ""
    reason_not_measured: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEdit:
    """The plan's part. Fields that are not in `values` stay; indicators are replaced as a list."""

    values: Mapping[str, str | int | None] = field(default_factory=dict)
    """goal, schedule, budget_yen."""
    indicators: Sequence[IndicatorEdit] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsEdit:
    """The results' part: activities, spent_yen, and actuals of the indicators named."""

    values: Mapping[str, str | int | None] = field(default_factory=dict)
    actuals: Sequence[ActualEdit] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationEdit:
    """The evaluation's part: grade, issues."""

    values: Mapping[str, str | int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImprovementEdit:
    """The decision's part: improvement, direction."""

    values: Mapping[str, str | int | None] = field(default_factory=dict)


SheetEdit = PlanEdit | ResultsEdit | EvaluationEdit | ImprovementEdit


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure so far, of one indicator."""

    indicator_id: UUID
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An interim report: a text, and figures so far."""

    text: str
    figures: Sequence[Figure] = ()


def sheet_as_json(sheet: Sheet, indicators: Sequence[Indicator]) -> dict[str, Json]:
    """Return a sheet as it stands, for the record to keep."""
    names = (
        *("goal", "schedule", "budget_yen", "activities", "spent_yen", "grade"),
        *("grade_label_ja", "grade_label_en", "issues", "improvement", "direction"),
    )
    columns = (
        *("id", "name", "unit", "baseline", "target", "qualitative_goal", "reason_no_number"),
        *("actual", "result", "reason_not_measured"),
    )
    values: dict[str, Json] = {name: to_json(getattr(sheet, name)) for name in names}
    values["indicators"] = [{c: to_json(getattr(i, c)) for c in columns} for i in indicators]
    return values


def draft_plan_edit(draft: Draft, case: Case, edit: PlanEdit) -> None:
    """Draft an edit of the plan's part."""
    draft.update(case.sheet, **_checked(SheetPart.PLAN, edit.values))
    if edit.indicators is not None:
        _draft_indicators(draft, case, edit.indicators)


def draft_results_edit(draft: Draft, case: Case, edit: ResultsEdit) -> None:
    """Draft an edit of the results' part."""
    draft.update(case.sheet, **_checked(SheetPart.RESULTS, edit.values))
    known = {i.id: i for i in case.indicators}
    for position, actual in enumerate(edit.actuals):
        path = f"actuals.{position}"
        if actual.indicator_id not in known:
            raise Refuse(NotFound(f"{path}.indicator"))
        draft.update(
            known[actual.indicator_id],
            actual=decimal(f"{path}.actual", actual.actual),
            result=text(f"{path}.result", actual.result),
            reason_not_measured=text(f"{path}.reasonNotMeasured", actual.reason_not_measured),
        )


def draft_evaluation_edit(
    draft: Draft, case: Case, edit: EvaluationEdit, scale: Sequence[Grade]
) -> None:
    """Draft an edit of the evaluation's part; a grade is kept with its labels of that day."""
    values = _checked(SheetPart.EVALUATION, edit.values)
    if "grade" in values:
        code = _chosen("grade", "達成度", values["grade"], [g.code for g in scale])
        grade = next((g for g in scale if g.code == code), None)
        values |= {
            "grade": code,
            "grade_label_ja": grade.label_ja if grade else None,
            "grade_label_en": grade.label_en if grade else None,
        }
    draft.update(case.sheet, **values)


def draft_improvement_edit(draft: Draft, case: Case, edit: ImprovementEdit) -> None:
    """Draft an edit of the decision's part."""
    draft.update(case.sheet, **_checked(SheetPart.IMPROVEMENT, edit.values))


def write_report(report: Report, indicators: Sequence[Indicator]) -> Json:
    """Return an interim report as the record keeps it."""
    known = {i.id: i for i in indicators}
    figures: list[Json] = []
    for position, figure in enumerate(report.figures):
        path = f"report.figures.{position}"
        if figure.indicator_id not in known:
            raise Refuse(NotFound(f"{path}.indicator"))
        figures.append(
            {
                "indicator": str(figure.indicator_id),
                "name": known[figure.indicator_id].name,
                "unit": known[figure.indicator_id].unit,
                "value": decimal(f"{path}.value", figure.value, required=True),
            }
        )
    return {"text": text("report.text", report.text, required=True), "figures": figures}


def _checked(part: SheetPart, values: Mapping[str, str | int | None]) -> dict[str, object]:
    """Return a part's values checked: yen as numbers, a direction as one, the rest as text."""
    checked: dict[str, object] = {}
    for name, value in values.items():
        if name not in SHEET_FIELDS[part]:
            raise invalid(
                name,
                f"この項目は、進捗管理シートの{label(part)}の部分にはありません。",
                f"The sheet's part {part} has no such field.",
            )
        if name.endswith("_yen"):
            checked[name] = yen(name, value)
        elif name == "direction":
            code = _chosen("direction", "今後の方向性", value, list(Direction))
            checked[name] = Direction(code) if code else None
        else:
            checked[name] = text(name, "" if value is None else str(value))
    return checked


def _chosen(path: str, name_ja: str, value: object, offered: Sequence[str]) -> str | None:
    """Return the one of the codes offered that a value is; None where none is chosen."""
    if not value:
        return None
    if value not in offered:
        raise invalid(
            path,
            f"{name_ja}は {'・'.join(offered)} から選んでください。",
            f"Choose the {path} from {', '.join(offered)}.",
        )
    return str(value)


def _draft_indicators(draft: Draft, case: Case, edits: Sequence[IndicatorEdit]) -> None:
    """Make the sheet's indicators what the list says, in its order; the others are withdrawn."""
    if len(edits) > MAX_INDICATORS:
        raise invalid(
            "indicators",
            f"指標は{MAX_INDICATORS}個までです。",
            f"There can be at most {MAX_INDICATORS} indicators.",
        )
    known = {i.id: i for i in case.indicators}
    kept: list[Indicator] = []
    for position, edit in enumerate(edits):
        values = _planned(edit, f"indicators.{position}") | {"position": position}
        if edit.id is None:
            row = Indicator(
                id=uuid4(),
                municipality_id=case.cycle.municipality_id,
                cycle_id=case.cycle.id,
                **values,
            )
            draft.insert(row)
            kept.append(row)
        elif edit.id in known:
            draft.update(known[edit.id], **values)
            kept.append(known.pop(edit.id))
        else:
            raise Refuse(NotFound(f"indicators.{position}.id"))
    for indicator in known.values():
        draft.update(indicator, withdrawn=True)
    case.indicators[:] = kept


def _planned(edit: IndicatorEdit, path: str) -> dict[str, object]:
    return {
        "name": line(f"{path}.name", edit.name, limit=200),
        "unit": line(f"{path}.unit", edit.unit, limit=50, required=False),
        "baseline": decimal(f"{path}.baseline", edit.baseline),
        "target": decimal(f"{path}.target", edit.target),
        "qualitative_goal": text(f"{path}.qualitativeGoal", edit.qualitative_goal),
        "reason_no_number": text(f"{path}.reasonNoNumber", edit.reason_no_number),
    }
