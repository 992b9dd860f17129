"""Revising the plan within its period: projects added, changed and withdrawn, all or none."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from tests.town import OWN, PEOPLE, Town, applied, blocker_codes, refused
from tests.workflows.tables import tables_of
from workflows.fiscal import TOKYO
from workflows.folding import fold
from workflows.ledger import Applied, Outcome, Refused, Validated
from workflows.records import Category, EventKind, Group, Ownership, PlanRevision, Project
from workflows.refusals import Forbidden, InvalidInput, NotFound, RevisionConflict
from workflows.replay import audit
from workflows.revise.plan import Addition, Amendment, Revision, Withdrawal, revise_plan
from workflows.stages import ProjectStatus, Stage

ON = dt.date(2026, 10, 1)


async def revise(town: Town, *, who: str = "office", **values: Any) -> Outcome:  # noqa: ANN401 - Revision's own fields
    """Revise the plan, with a summary and a reason where nothing else is said."""
    asked = {"summary": "見直し", "reason": "情勢の変化", "effective_on": ON, **values}
    return await revise_plan(town.by(who), Revision(**asked))


async def addition(town: Town, category: str, **values: Any) -> Addition:  # noqa: ANN401 - Addition's own fields
    """Return a project to add."""
    row = await Category.of(town.id).get(code=category)
    asked: dict[str, Any] = {
        "category_id": row.id,
        "department_id": town.departments["税務課"],
        "group_id": None,
        "title": "新しい取組",
        "content": "内容",
        "expected_effects": ["効果1", "効果2"],
    }
    return Addition(**{**asked, **values})


async def test_a_revision_adds_changes_and_withdraws(town: Town) -> None:
    """One entry for the revision and one for each project, at one time, under one number."""
    amended, withdrawn = await town.project(OWN), await town.project("2_01")
    outcome = await revise(
        town,
        additions=[await addition(town, "1-1")],
        amendments=[
            Amendment(project_id=amended.id, expected_revision=1, title=" 新しい\n題名 "),
        ],
        withdrawals=[Withdrawal(project_id=withdrawn.id, expected_revision=1)],
    )
    assert isinstance(outcome, Applied)
    assert [e.kind for e in outcome.events] == [
        EventKind.PLAN_REVISED,
        EventKind.PROJECT_ADDED,
        EventKind.PROJECT_CHANGED,
        EventKind.STATUS_CHANGED,
    ]
    assert {e.document["reason"] for e in outcome.events} == {"情勢の変化"}
    assert len({e.recorded_at for e in outcome.events}) == 1
    details = outcome.events[0].document["details"]
    assert details == {"number": 1, "added": 1, "changed": 1, "withdrawn": 1}
    revision = await PlanRevision.of(town.id).get()
    assert (revision.number, revision.effective_on, revision.summary) == (1, ON, "見直し")
    await amended.refresh_from_db()
    assert (amended.title, amended.revision) == ("新しい 題名", 2)
    assert fold("新しい題名") in amended.search_text
    await withdrawn.refresh_from_db()
    assert (withdrawn.status, withdrawn.revision) == (ProjectStatus.ABOLISHED, 2)
    assert outcome.events[3].document["details"] == {"trigger": "ABOLISH"}
    assert await audit(town.id) == []


async def test_an_added_project_begins_in_plan_with_an_owner(town: Town) -> None:
    """The next free code of its policy, the last position, owned from today, due like any other."""
    last = await Project.of(town.id).order_by("-position").first()
    assert last is not None
    group = await Group.of(town.id).filter(department_id=town.departments["税務課"]).first()
    assert group is not None
    new = await addition(town, "1-4", group_id=group.id, title="Ｗｉ－Ｆｉ　整備")
    event = applied(await revise(town, additions=[new]))
    codes = [p.code for p in await Project.of(town.id) if p.code.startswith("1_")]
    project = await Project.of(town.id).get(code=max(codes))
    assert project.code == f"1_{len(codes):02}"
    assert project.position == last.position + 1
    assert (project.title, project.expected_effects) == ("Ｗｉ－Ｆｉ　整備", ["効果1", "効果2"])
    assert (project.status, project.revision, project.source_text) == (ProjectStatus.ACTIVE, 1, "")
    cycle = await town.cycle(project.code)
    assert (cycle.stage, cycle.fiscal_year, cycle.opened_at) == (
        Stage.PLAN,
        2026,
        event.recorded_at,
    )
    ownership = await Ownership.of(town.id).get(project_id=project.id)
    assert (ownership.department_id, ownership.group_id) == (group.department_id, group.id)
    assert fold("wi-fi整備") in project.search_text
    applied(await town.fill_in(Stage.PLAN, project.code, "other_lead"))
    assert await audit(town.id) == []


async def test_codes_and_positions_go_on_without_gaps(town: Town) -> None:
    """Several in one revision, under several policies, and again in the next."""
    before = set(await Project.of(town.id).all().values_list("code", flat=True))
    categories = ("1-1", "2-3", "1-4", "3-1", "2-1")
    for _ in range(2):
        applied(await revise(town, additions=[await addition(town, c) for c in categories]))
    rows = await Project.of(town.id).order_by("position")
    new = [p.code for p in rows if p.code not in before]
    highest = {n: max(c for c in before if str(c).startswith(f"{n}_")) for n in "123"}
    first = {n: int(str(code)[2:]) + 1 for n, code in highest.items()}
    assert new[:5] == [
        f"1_{first['1']:02}",
        f"2_{first['2']:02}",
        f"1_{first['1'] + 1:02}",
        f"3_{first['3']:02}",
        f"2_{first['2'] + 1:02}",
    ]
    assert len(set(new)) == 10
    assert [p.position for p in rows] == list(range(len(rows)))
    assert [r.number for r in await PlanRevision.of(town.id).order_by("number")] == [1, 2]
    assert await audit(town.id) == []


async def test_only_the_office_revises_the_plan(town: Town) -> None:
    """Neither leads nor admins, nor the console."""
    new = await addition(town, "1-1")
    for who in PEOPLE:
        asked = Revision(summary="x", reason="x", effective_on=ON, additions=[new])
        outcome = await revise_plan(town.by(who, validate_only=True), asked)
        expected = Validated if who.startswith("office") else Refused
        assert (who, type(outcome)) == (who, expected)
    asked = Revision(summary="x", reason="x", effective_on=ON, additions=[new])
    assert isinstance(refused(await revise_plan(town.console(), asked)), Forbidden)


async def _wrong(town: Town) -> list[tuple[dict[str, Any], object]]:
    """Return revisions with one thing wrong in each, and what should be said of it."""
    own = await town.project()
    nobody = UUID(int=1)
    good = await addition(town, "1-1")
    group = await Group.of(town.id).filter(department_id=town.departments["町民生活課"]).first()
    assert group is not None
    change = Amendment(project_id=own.id, expected_revision=1, content="新")
    return [
        ({"amendments": [Amendment(project_id=nobody, expected_revision=1, title="x")]},
         NotFound("amendments.0.project")),
        ({"withdrawals": [Withdrawal(project_id=nobody, expected_revision=1)]},
         NotFound("withdrawals.0.project")),
        ({"amendments": [Amendment(project_id=own.id, expected_revision=5, title="x")]},
         RevisionConflict(5, 1, own.id)),
        ({"additions": [good, await addition(town, "1-1", category_id=nobody)]},
         NotFound("additions.1.category")),
        ({"additions": [await addition(town, "1-1", department_id=nobody)]},
         NotFound("additions.0.department")),
        ({"additions": [await addition(town, "1-1", group_id=nobody)]},
         NotFound("additions.0.group")),
        ({"additions": [await addition(town, "1-1", group_id=group.id)]}, "additions.0.group"),
        ({"additions": [good, await addition(town, "1-1", title=" ")]}, "additions.1.title"),
        ({"additions": [await addition(town, "1-1", content=" ")]}, "additions.0.content"),
        ({"additions": [await addition(town, "1-1", expected_effects=[])]},
         "additions.0.expectedEffects"),
        ({"additions": [await addition(town, "1-1", expected_effects=["a", " "])]},
         "additions.0.expectedEffects.1"),
        ({"amendments": [Amendment(project_id=own.id, expected_revision=1, title="a" * 301)]},
         "amendments.0.title"),
        ({"amendments": [change, change]}, "amendments.1.project"),
        ({"amendments": [change],
          "withdrawals": [Withdrawal(project_id=own.id, expected_revision=1)]},
         "withdrawals.0.project"),
        ({"additions": [good], "summary": " "}, "summary"),
    ]  # fmt: skip


async def test_a_revision_is_all_or_nothing(town: Town) -> None:
    """One wrong item at the end, and not one of the others is there."""
    before = await tables_of(town)
    for values, expected in await _wrong(town):
        refusal = refused(await revise(town, **values))
        if isinstance(refusal, InvalidInput):
            assert refusal.path == expected
        else:
            assert refusal == expected
    assert await tables_of(town) == before
    assert await audit(town.id) == []


async def test_what_blocks_a_revision(town: Town) -> None:
    """No reason, no change, a day outside the plan's period, a project that has ended."""
    own = await town.project()
    new = await addition(town, "1-1")
    assert blocker_codes(await revise(town, additions=[new], reason=" ")) == ["NO_REASON"]
    assert blocker_codes(await revise(town)) == ["NO_CHANGE"]
    same = Amendment(project_id=own.id, expected_revision=1, title=own.title)
    assert blocker_codes(await revise(town, amendments=[same])) == ["NO_CHANGE"]
    empty = Amendment(project_id=own.id, expected_revision=1)
    assert blocker_codes(await revise(town, amendments=[empty])) == ["NO_CHANGE"]
    for day in (dt.date(2026, 3, 31), dt.date(2028, 4, 1)):
        outcome = await revise(town, additions=[new], effective_on=day)
        assert blocker_codes(outcome) == ["YEAR_OUTSIDE_PLAN"]
    withdrawal = Withdrawal(project_id=own.id, expected_revision=1)
    applied(await revise(town, withdrawals=[withdrawal]))
    again = Withdrawal(project_id=own.id, expected_revision=2)
    assert blocker_codes(await revise(town, withdrawals=[again])) == ["WRONG_STATUS"]
    assert await audit(town.id) == []


@pytest.mark.parametrize(
    ("day", "year"), [(dt.date(2026, 4, 1), 2026), (dt.date(2028, 3, 31), 2027)]
)
async def test_the_first_cycle_is_of_the_year_it_takes_effect(
    sqlite_town_loaded: Town, day: dt.date, year: int
) -> None:
    """Entered today for a day ahead, or back in the period; owned from the earlier of the two."""
    town = sqlite_town_loaded
    new = await addition(town, "3-2")
    applied(await revise(town, additions=[new], effective_on=day))
    project = await Project.of(town.id).order_by("-position").first()
    assert project is not None
    assert (await town.cycle(project.code)).fiscal_year == year
    ownership = await Ownership.of(town.id).get(project_id=project.id)
    assert ownership.starts_on == min(day, dt.datetime.now(TOKYO).date())
    assert await audit(town.id) == []
