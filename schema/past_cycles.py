"""Cycles as they stood at a moment that is over, with what was on their sheets."""

import datetime as dt
from typing import Any, Final

import strawberry

from schema.enums import LANG, Lang
from schema.nodes import field, plain
from schema.snapshots import IndicatorSnapshot, SheetSnapshot, sheet_snapshot
from workflows import records
from workflows.fiscal import label_en, label_ja
from workflows.past import PastView
from workflows.stages import Stage

_INDICATOR: Final = (
    *("name", "unit", "baseline", "target", "qualitative_goal", "reason_no_number"),
    *("actual", "result", "reason_not_measured"),
)
_SHEET: Final = (
    *("goal", "schedule", "budget_yen", "activities", "spent_yen", "grade", "issues"),
    *("improvement", "direction", "grade_label_ja", "grade_label_en"),
)


def past_id(view: PastView, row: records.Row) -> strawberry.ID:
    """Return the id of a row as it stood: of its own at each point, and never the row's today."""
    return strawberry.ID(f"{row.public_id}@{view.point.mark}")


def _values(row: records.Row, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _sheet(parent: strawberry.Parent["CycleSnapshot"]) -> SheetSnapshot:
    view, cycle = parent.view, parent.row
    indicators = [
        _values(one, _INDICATOR) | {"id": one.public_id} for one in view.indicators(cycle)
    ]
    return sheet_snapshot(
        parent.id, _values(view.sheet(cycle), _SHEET) | {"indicators": indicators}
    )


def _year_label(parent: strawberry.Parent["CycleSnapshot"], lang: LANG = Lang.JA) -> str:
    year = parent.fiscal_year
    return label_ja(year) if lang is Lang.JA else label_en(year)


def _indicators(parent: strawberry.Parent["CycleSnapshot"]) -> list[IndicatorSnapshot]:
    indicators: list[IndicatorSnapshot] = _sheet(parent).indicators
    return indicators


@strawberry.type(description="A cycle (PDCAサイクル) as it stood at a moment that is over.")
class CycleSnapshot:
    """One project in one fiscal year, then."""

    id: strawberry.ID = plain("The snapshot's own id.")
    fiscal_year: int = plain("2026 is 令和8年度.")
    fiscal_year_label = field(_year_label, str, "For instance 令和8年度.")
    stage: Stage = plain("Where it was.")
    entered_stage_at: dt.datetime = plain("When it had come there, by effect.")
    opened_at: dt.datetime = plain("When it had been opened, by effect.")
    due_on: dt.date | None = plain("The day by which the stage should be left; null once closed.")
    plan_revision: int = plain("1, and one more for every revision of the plan until then.")
    overdue: bool = plain("Whether the due day was past on that day, and the project active.")
    view: strawberry.Private[PastView]
    row: strawberry.Private[records.Cycle]
    sheet = field(
        _sheet,
        SheetSnapshot,
        "What its stages had said; what was a draft then, and may not be seen, is empty.",
    )
    indicators = field(
        _indicators,
        list[IndicatorSnapshot],
        "What it was measured by, in order; none while that was a draft that may not be seen.",
    )


_CYCLE: Final = (
    *("fiscal_year", "stage", "entered_stage_at", "opened_at", "due_on", "plan_revision"),
)


def cycle_snapshot(view: PastView, row: records.Cycle) -> CycleSnapshot:
    """Return a cycle as it stood."""
    return CycleSnapshot(
        id=past_id(view, row),
        overdue=view.is_overdue(row),
        view=view,
        row=row,
        **_values(row, _CYCLE),
    )
