"""What happens while a cycle is in DO: interim reports and revisions of its plan."""

from uuid import UUID

import pytest

from tests.town import Town, applied, blocker_codes, refused
from workflows.refusals import InvalidInput, NotFound
from workflows.replay import audit
from workflows.sheets import Figure, IndicatorEdit, PlanEdit, Report
from workflows.stages import (
    Stage,
    Trigger,
)


async def test_an_interim_report_is_kept_and_moves_nothing(town: Town) -> None:
    """A text and figures so far, by staff or lead; the cycle stays in DO."""
    cycle = await town.bring_to(Stage.DO)
    (indicator,) = await town.indicators()
    report = Report(text="順調\u200b", figures=[Figure(indicator_id=indicator.id, value="２０")])
    event = applied(await town.fire("staff", Trigger.REPORT_INTERIM, report=report))
    assert event.document["details"]["report"] == {
        "text": "順調",
        "figures": [{"indicator": str(indicator.id), "name": "交付率", "unit": "%", "value": "20"}],
    }
    after = await town.cycle()
    assert (event.source, event.target) == (Stage.DO, Stage.DO)
    assert (after.stage, after.revision) == (Stage.DO, cycle.revision + 1)
    assert after.entered_stage_at == cycle.entered_stage_at
    assert await audit(town.id) == []


@pytest.mark.parametrize("blank", ["", "  ", "　\n", "\u200b"])
async def test_a_report_without_a_text_is_no_report(sqlite_town_loaded: Town, blank: str) -> None:
    """White space and what cannot be seen count as nothing."""
    town = sqlite_town_loaded
    await town.bring_to(Stage.DO)
    outcome = await town.fire("staff", Trigger.REPORT_INTERIM, report=Report(text=blank))
    assert blocker_codes(outcome) == ["NO_REPORT"]
    assert blocker_codes(await town.fire("staff", Trigger.REPORT_INTERIM)) == ["NO_REPORT"]


async def test_a_report_names_what_is_wrong_with_its_figures(town: Town) -> None:
    """A figure of another cycle's indicator is not found; an empty one is no number."""
    await town.bring_to(Stage.DO)
    (indicator,) = await town.indicators()
    stranger = Figure(indicator_id=UUID(int=7), value="1")
    outcome = await town.fire(
        "lead", Trigger.REPORT_INTERIM, report=Report(text="x", figures=[stranger])
    )
    assert refused(outcome) == NotFound("report.figures.0.indicator")
    empty = Report(text="x", figures=[Figure(indicator_id=indicator.id, value=" ")])
    refusal = refused(await town.fire("lead", Trigger.REPORT_INTERIM, report=empty))
    assert isinstance(refusal, InvalidInput)
    assert refusal.path == "report.figures.0.value"
    assert await audit(town.id) == []


async def test_revising_the_plan_counts_and_keeps_both_versions(town: Town) -> None:
    """Plan revision n + 1, the sheet before, each change, and why; the plan stays complete."""
    await town.bring_to(Stage.DO)
    (old,) = await town.indicators()
    replaced = PlanEdit(
        values={"schedule": "10月から"},
        indicators=[IndicatorEdit(name="利用者数", unit="人", baseline="0", target="９００")],
    )
    event = applied(await town.fire("lead", Trigger.REVISE_PLAN, reason="延期", plan=replaced))
    assert (await town.cycle()).plan_revision == 2
    assert event.document["details"]["sheet"]["schedule"] == "4月から"
    assert event.document["reason"] == "延期"
    (new,) = await town.indicators()
    assert (new.name, new.target, new.position) == ("利用者数", "900", 0)
    await old.refresh_from_db()
    assert old.withdrawn
    same = PlanEdit(values={"schedule": "10月から"})
    outcome = await town.fire("lead", Trigger.REVISE_PLAN, plan=same)
    assert blocker_codes(outcome) == ["NO_REASON", "NO_CHANGE"]
    emptied = PlanEdit(values={"schedule": ""}, indicators=[])
    outcome = await town.fire("lead", Trigger.REVISE_PLAN, reason="x", plan=emptied)
    assert blocker_codes(outcome) == ["NO_INDICATOR", "NO_SCHEDULE"]
    assert [i.id for i in await town.indicators()] == [new.id]
    assert await audit(town.id) == []


async def test_input_of_another_trigger_is_refused_not_dropped(town: Town) -> None:
    """A report belongs to REPORT_INTERIM and a plan to REVISE_PLAN, and the answer says so."""
    await town.bring_to(Stage.DO)
    for name, value in (("report", Report(text="x")), ("plan", PlanEdit())):
        refusal = refused(await town.fire("lead", Trigger.SUBMIT_RESULTS, **{name: value}))
        assert isinstance(refusal, InvalidInput)
        assert refusal.path == name
    await town.bring_to(Stage.CHECK)
