"""Editing sheets: the part that the stage leaves open, by those who fill it in, and nothing else."""

from uuid import UUID

import pytest

from tests.town import PEOPLE, Town, applied, blocker_codes, refused
from workflows.ledger import Outcome, Refused, Validated
from workflows.records import Cycle, EventKind, Grade, Sheet
from workflows.refusals import Blocked, Forbidden, InvalidInput, NotFound, RevisionConflict
from workflows.replay import audit
from workflows.revise.sheets import edit_sheet
from workflows.sheets import (
    EvaluationEdit,
    ImprovementEdit,
    IndicatorEdit,
    PlanEdit,
    ResultsEdit,
    SheetEdit,
)
from workflows.stages import Direction, Stage, Trigger

EDITS: dict[Stage, SheetEdit] = {
    Stage.PLAN: PlanEdit(values={"goal": "目標", "budget_yen": "１，０００"}),
    Stage.DO: ResultsEdit(values={"activities": "実施", "spent_yen": 900}),
    Stage.CHECK: EvaluationEdit(values={"grade": "B", "issues": "課題"}),
    Stage.ACTION: ImprovementEdit(values={"improvement": "改善", "direction": "EXPAND"}),
}


async def _edit(town: Town, who: str | None, edit: SheetEdit, code: str = "1_02") -> Outcome:
    cycle = await town.cycle(code)
    return await edit_sheet(town.by(who), cycle.id, cycle.revision, edit)


async def _sheet(town: Town) -> Sheet:
    return await Sheet.of(town.id).get(cycle_id=(await town.cycle()).id)


async def test_each_stage_opens_its_own_part_only(town: Town) -> None:
    """Four parts at five stages: the one that belongs there is edited, the others are shut."""
    cycle = await town.cycle()
    for stage in Stage:
        at = await town.bring_to(stage)
        for part, edit in EDITS.items():
            await at.refresh_from_db()
            outcome = await edit_sheet(town.by("lead"), cycle.id, at.revision, edit)
            if part is stage:
                event = applied(outcome)
                assert event.kind is EventKind.SHEET_EDITED
                assert event.revision == at.revision + 1
            else:
                assert blocker_codes(outcome) == ["PART_NOT_OPEN"]
    assert await audit(town.id) == []


async def test_who_may_edit(town: Town) -> None:
    """Staff and lead of the owner; the decision's part the office as well; nobody else."""
    for stage, edit in EDITS.items():
        await town.bring_to(stage)
        cycle = await town.cycle()
        for who in PEOPLE:
            request = town.by(who, validate_only=True)
            outcome = await edit_sheet(request, cycle.id, cycle.revision, edit)
            authors = {"lead", "staff"}
            if stage is Stage.ACTION:
                authors |= {"office", "office_lead"}
            expected = Validated if who in authors else Refused
            assert (stage, who, type(outcome)) == (stage, who, expected)
            if isinstance(outcome, Refused):
                assert isinstance(outcome.refusal, Forbidden)


async def test_an_edit_keeps_before_and_after(town: Town) -> None:
    """Only what changed, with what stood there, and the cycle's revision beside it."""
    applied(await _edit(town, "staff", EDITS[Stage.PLAN]))
    event = applied(
        await _edit(town, "staff", PlanEdit(values={"goal": "別の目標", "schedule": ""}))
    )
    sheet, cycle = await _sheet(town), await town.cycle()
    changes = event.document["changes"]
    assert changes == [
        {
            "table": "sheets",
            "id": str(sheet.id),
            "before": {"goal": "目標"},
            "after": {"goal": "別の目標"},
        },
        {
            "table": "cycles",
            "id": str(cycle.id),
            "before": {"revision": 2},
            "after": {"revision": 3},
        },
    ]
    assert event.document["details"] == {"part": "PLAN", "fiscalYear": 2026}
    assert (sheet.goal, sheet.budget_yen) == ("別の目標", 1000)
    assert await audit(town.id) == []


async def test_an_edit_that_changes_nothing_is_blocked(town: Town) -> None:
    """The same words again, however they are typed, are no edit; nor is an empty one."""
    applied(await _edit(town, "lead", PlanEdit(values={"goal": "が"})))
    for same in (PlanEdit(values={"goal": " か\u3099 "}), PlanEdit()):
        assert blocker_codes(await _edit(town, "lead", same)) == ["NO_CHANGE"]
    assert (await town.cycle()).revision == 2


async def test_an_edit_of_an_old_revision_conflicts(town: Town) -> None:
    """Two people with the same sheet open: the second is told, and nothing is overwritten."""
    cycle = await town.cycle()
    applied(await _edit(town, "lead", PlanEdit(values={"goal": "a"})))
    outcome = await edit_sheet(
        town.by("staff"), cycle.id, cycle.revision, PlanEdit(values={"goal": "b"})
    )
    assert refused(outcome) == RevisionConflict(1, 2, cycle.project_id, cycle.id)
    assert (await _sheet(town)).goal == "a"


@pytest.mark.parametrize(
    ("stage", "edit", "path"),
    [
        (Stage.PLAN, PlanEdit(values={"grade": "A"}), "grade"),
        (Stage.PLAN, PlanEdit(values={"cycle_id": "x"}), "cycle_id"),
        (Stage.PLAN, PlanEdit(values={"municipality_id": "x"}), "municipality_id"),
        (Stage.PLAN, PlanEdit(values={"budget_yen": "千円"}), "budget_yen"),
        (Stage.PLAN, PlanEdit(values={"budget_yen": -1}), "budget_yen"),
        (Stage.PLAN, PlanEdit(values={"goal": "a\0"}), "goal"),
        (Stage.PLAN, PlanEdit(values={"schedule": "字" * 10_001}), "schedule"),
        (Stage.PLAN, PlanEdit(indicators=[IndicatorEdit(name=" ")]), "indicators.0.name"),
        (Stage.PLAN, PlanEdit(indicators=[IndicatorEdit(name="a" * 201)]), "indicators.0.name"),
        (Stage.PLAN, PlanEdit(indicators=[IndicatorEdit(name="a", unit="b" * 51)]),
         "indicators.0.unit"),
        (Stage.PLAN, PlanEdit(indicators=[IndicatorEdit(name="a"),
         IndicatorEdit(name="b", target="1,5")]), "indicators.1.target"),
        (Stage.PLAN, PlanEdit(indicators=[IndicatorEdit(name="a")] * 51), "indicators"),
        (Stage.DO, ResultsEdit(values={"goal": "x"}), "goal"),
        (Stage.CHECK, EvaluationEdit(values={"grade": "E"}), "grade"),
        (Stage.CHECK, EvaluationEdit(values={"improvement": "x"}), "improvement"),
        (Stage.ACTION, ImprovementEdit(values={"direction": "SIDEWAYS"}), "direction"),
    ],
)  # fmt: skip
async def test_bad_values_are_named_and_change_nothing(
    sqlite_town_loaded: Town, stage: Stage, edit: SheetEdit, path: str
) -> None:
    """Columns of other parts, wrong numbers and texts, unknown codes: the field is told."""
    town = sqlite_town_loaded
    before = await town.bring_to(stage)
    refusal = refused(await _edit(town, "lead", edit))
    assert isinstance(refusal, InvalidInput)
    assert refusal.path == path
    assert refusal.message_ja.endswith("。")
    assert (await town.cycle()).revision == before.revision
    assert await audit(town.id) == []


async def test_a_grade_keeps_the_label_of_its_day(town: Town) -> None:
    """The town's scale changes later; what was given stands as it was called. It can be cleared."""
    await town.bring_to(Stage.CHECK)
    applied(await _edit(town, "lead", EDITS[Stage.CHECK]))
    await Grade.of(town.id).filter(code="B").update(label_ja="新しい呼び名")
    sheet = await _sheet(town)
    assert (sheet.grade, sheet.grade_label_ja) == ("B", "目標をおおむね達成")
    applied(await _edit(town, "lead", EvaluationEdit(values={"grade": None})))
    sheet = await _sheet(town)
    assert (sheet.grade, sheet.grade_label_ja, sheet.grade_label_en) == (None, None, None)
    assert blocker_codes(await town.fire("lead", Trigger.EVALUATE)) == ["NO_GRADE"]


async def test_a_direction_is_chosen_and_cleared(town: Town) -> None:
    """One of the six, or none."""
    await town.bring_to(Stage.ACTION)
    for chosen in (*Direction, None):
        applied(await _edit(town, "office", ImprovementEdit(values={"direction": chosen})))
        assert (await _sheet(town)).direction == chosen
    assert await audit(town.id) == []


async def test_who_could_resolve_is_told(town: Town) -> None:
    """A suspended project is the office's to resume; a cycle that is not there is not found."""
    assert refused(
        await edit_sheet(town.by("lead"), UUID(int=1), 1, EDITS[Stage.PLAN])
    ) == NotFound("cycle")
    project = await town.project()
    await type(project).filter(id=project.id).update(status="SUSPENDED")
    refusal = refused(await _edit(town, "lead", EDITS[Stage.PLAN]))
    assert isinstance(refusal, Blocked)
    (blocker,) = refusal.blockers
    assert (blocker.code, blocker.resolvable_by) == ("PROJECT_NOT_ACTIVE", {"OFFICE"})
    assert await Cycle.of(town.id).filter(revision__gt=1).count() == 0
