"""The sheet of a cycle, and its indicators, as they stand."""

import strawberry

from schema.context import Info
from schema.enums import LANG, Lang
from schema.nodes import Node, backed_by, field, later, plain
from schema.scalars import Decimal, Yen
from workflows import records
from workflows.stages import Direction


async def _carried_over_from(
    parent: strawberry.Parent[records.Indicator], info: Info
) -> records.Indicator | None:
    return await info.context.loaders.row(records.Indicator, parent.carried_over_from_id)


async def _cycle_of_indicator(
    parent: strawberry.Parent[records.Indicator], info: Info
) -> records.Cycle | None:
    return await info.context.loaders.row(records.Cycle, parent.cycle_id)


async def _cycle_of_sheet(
    parent: strawberry.Parent[records.Sheet], info: Info
) -> records.Cycle | None:
    return await info.context.loaders.row(records.Cycle, parent.cycle_id)


def _grade_label(parent: strawberry.Parent[records.Sheet], lang: LANG = Lang.JA) -> str | None:
    return parent.grade_label_ja if lang is Lang.JA else parent.grade_label_en


@strawberry.type(description="A KPI (指標) of a cycle, or a qualitative goal where no number fits.")
class Indicator(Node):
    """What a cycle is measured by."""

    is_type_of = backed_by(records.Indicator, "Indicator")
    name: str = plain("What is measured.")
    unit: str = plain("For instance % or 件; may be empty.")
    baseline: Decimal | None = plain("The value before; the last year's actual where carried over.")
    target: Decimal | None = plain("The value aimed at.")
    actual: Decimal | None = plain("The value reached.")
    qualitative_goal: str = plain("A goal in words, where no number fits; else empty.")
    reason_no_number: str = plain("Why no number fits; else empty.")
    result: str = plain("How a qualitative goal came out; else empty.")
    reason_not_measured: str = plain("Why it could not be measured; else empty.")
    withdrawn: bool = plain("Whether it was taken off the sheet; only its history shows it then.")
    cycle = field(_cycle_of_indicator, later("Cycle", "schema.cycles"), "What it measures.")
    carried_over_from = field(
        _carried_over_from,
        later("Indicator", "schema.sheets") | None,
        "The same indicator in the last fiscal year's cycle.",
    )


@strawberry.type(description="What a cycle's stages say (進捗管理シート).")
class Sheet(Node):
    """The sheet as it stands."""

    is_type_of = backed_by(records.Sheet, "Sheet")
    goal: str = plain("PLAN: what is to be reached; may be empty.")
    schedule: str = plain("PLAN: the schedule.")
    budget_yen: Yen | None = plain("PLAN: the budget.")
    activities: str = plain("RESULTS: what was done.")
    spent_yen: Yen | None = plain("RESULTS: what was spent.")
    grade: str | None = plain("EVALUATION: the grade's code (達成度).")
    issues: str = plain("EVALUATION: what is open (課題).")
    improvement: str = plain("IMPROVEMENT: what will be done better.")
    direction: Direction | None = plain("IMPROVEMENT: where the project goes from here.")
    cycle = field(_cycle_of_sheet, later("Cycle", "schema.cycles"), "Whose sheet it is.")
    grade_label = field(
        _grade_label, str | None, "EVALUATION: what the grade meant when it was given."
    )
