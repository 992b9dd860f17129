"""Sheets as they stood when something happened; never the present ones."""

from typing import Any

import strawberry

from schema.enums import LANG, Lang
from schema.nodes import field, plain
from schema.scalars import Decimal, Yen
from workflows.stages import Direction


@strawberry.type(description="An indicator as it stood.")
class IndicatorSnapshot:
    """A copy kept by an entry of the record."""

    id: strawberry.ID = plain("The snapshot's own id.")
    name: str = plain("What is measured.")
    unit: str = plain("For instance %.")
    baseline: Decimal | None = plain("The value before.")
    target: Decimal | None = plain("The value aimed at.")
    qualitative_goal: str = plain("A goal in words; else empty.")
    reason_no_number: str = plain("Why no number fits; else empty.")
    actual: Decimal | None = plain("The value reached.")
    result: str = plain("How a qualitative goal came out; else empty.")
    reason_not_measured: str = plain("Why it could not be measured; else empty.")


def _label(parent: strawberry.Parent["SheetSnapshot"], lang: LANG = Lang.JA) -> str | None:
    return parent.grade_label_ja if lang is Lang.JA else parent.grade_label_en


@strawberry.type(
    description="A sheet as it stood just before the entry that keeps it, or at a moment that is over."
)
class SheetSnapshot:
    """A copy kept by an entry, or made from entries; its id is its own: no cache mixes them up."""

    id: strawberry.ID = plain("The snapshot's own id.")
    goal: str = plain("PLAN: what is to be reached.")
    schedule: str = plain("PLAN: the schedule.")
    budget_yen: Yen | None = plain("PLAN: the budget.")
    activities: str = plain("RESULTS: what was done.")
    spent_yen: Yen | None = plain("RESULTS: what was spent.")
    grade: str | None = plain("EVALUATION: the grade's code.")
    issues: str = plain("EVALUATION: what is open.")
    improvement: str = plain("IMPROVEMENT: what will be done better.")
    direction: Direction | None = plain("IMPROVEMENT: where the project goes from here.")
    indicators: list[IndicatorSnapshot] = plain("The indicators as they stood.")
    grade_label_ja: strawberry.Private[str | None]
    grade_label_en: strawberry.Private[str | None]
    grade_label = field(_label, str | None, "EVALUATION: what the grade meant when it was given.")


def sheet_snapshot(entry_id: str, sheet: dict[str, Any]) -> SheetSnapshot:
    """Return a sheet with its indicators; `entry_id` is the id of what keeps it."""
    values = dict(sheet)
    values["direction"] = Direction(values["direction"]) if values["direction"] else None
    values["indicators"] = [
        IndicatorSnapshot(**{**i, "id": f"{entry_id}.{i['id']}"}) for i in values["indicators"]
    ]
    return SheetSnapshot(id=strawberry.ID(f"{entry_id}.sheet"), **values)
