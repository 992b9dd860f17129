"""Indicators on a sheet: what the plan says of them, and how they came out."""

from uuid import UUID

import pytest

from tests.town import Town, applied, refused
from workflows.ledger import Outcome
from workflows.refusals import NotFound
from workflows.replay import audit
from workflows.revise.sheets import edit_sheet
from workflows.sheets import (
    ActualEdit,
    IndicatorEdit,
    PlanEdit,
    ResultsEdit,
    SheetEdit,
)
from workflows.stages import Stage


async def _edit(town: Town, who: str | None, edit: SheetEdit, code: str = "1_02") -> Outcome:
    cycle = await town.cycle(code)
    return await edit_sheet(town.by(who), cycle.id, cycle.revision, edit)


async def test_indicators_are_what_the_list_says(town: Town) -> None:
    """Kept by id, added, reordered, and withdrawn where they are left out; never deleted."""
    first = PlanEdit(indicators=[IndicatorEdit(name=n, target="1") for n in "abc"])
    applied(await _edit(town, "lead", first))
    a, b, c = sorted(await town.indicators(), key=lambda i: i.position)
    second = PlanEdit(
        indicators=[
            IndicatorEdit(id=c.id, name="c", target="1"),
            IndicatorEdit(name="新", qualitative_goal="定着", reason_no_number="数えられない"),
            IndicatorEdit(id=a.id, name="a", target="２"),
        ]
    )
    event = applied(await _edit(town, "lead", second))
    now = sorted(await town.indicators(), key=lambda i: i.position)
    assert [(i.name, i.position) for i in now] == [("c", 0), ("新", 1), ("a", 2)]
    assert now[2].target == "2"
    await b.refresh_from_db()
    assert b.withdrawn
    touched = {c["id"] for c in event.document["changes"] if c["table"] == "indicators"}
    assert touched == {str(i.id) for i in (a, b, c, now[1])}
    assert await audit(town.id) == []


@pytest.mark.parametrize("which", ["made up", "twice", "withdrawn", "of another cycle"])
async def test_an_indicator_that_is_not_on_the_sheet_is_not_found(town: Town, which: str) -> None:
    """Neither made up, nor named twice, nor taken off, nor borrowed from another sheet."""
    applied(await town.fill_in(Stage.PLAN))
    (own,) = await town.indicators()
    ids = [UUID(int=4)]
    if which == "twice":
        ids = [own.id, own.id]
    elif which == "withdrawn":
        applied(await _edit(town, "lead", PlanEdit(indicators=[])))
        ids = [own.id]
    elif which == "of another cycle":
        applied(await town.fill_in(Stage.PLAN, "2_01", "office_lead"))
        (foreign,) = await town.indicators("2_01")
        ids = [foreign.id]
    edit = PlanEdit(indicators=[IndicatorEdit(id=i, name="a") for i in ids])
    assert refused(await _edit(town, "lead", edit)) == NotFound(f"indicators.{len(ids) - 1}.id")
    assert await audit(town.id) == []


async def test_results_name_indicators_of_the_sheet(town: Town) -> None:
    """Actuals of the indicators named; one that is not there is not found."""
    await town.bring_to(Stage.DO)
    (indicator,) = await town.indicators()
    edit = ResultsEdit(
        actuals=[
            ActualEdit(indicator_id=indicator.id, actual="４２．０"),
            ActualEdit(indicator_id=UUID(int=3), actual="1"),
        ]
    )
    assert refused(await _edit(town, "staff", edit)) == NotFound("actuals.1.indicator")
    applied(await _edit(town, "staff", ResultsEdit(actuals=edit.actuals[:1])))
    (indicator,) = await town.indicators()
    assert indicator.actual == "42.0"
    assert await audit(town.id) == []
