"""Offering a well-graded result to another department (横展開), and its answer."""

from typing import Any
from uuid import UUID

import pytest

from tests.town import PEOPLE, Town, applied, blocker_codes, refused
from workflows.ledger import Applied, Outcome, Refused, Validated
from workflows.records import EventKind, Group, Ownership, Project, Rollout, Sheet
from workflows.refusals import Blocked, Forbidden, InvalidInput, NotFound
from workflows.replay import audit
from workflows.revise.rollouts import Answer, Proposal, answer_rollout, propose_rollout
from workflows.revise.status import StatusChange, change_status
from workflows.stages import RolloutStatus, Stage, StatusTrigger


async def propose(town: Town, *, who: str = "office", **values: Any) -> Outcome:  # noqa: ANN401 - Proposal's own fields
    """Offer the cycle's result to 税務課, or whatever differs."""
    asked: dict[str, Any] = {
        "cycle_id": (await town.cycle()).id,
        "department_id": town.departments["税務課"],
        "message": "いかがでしょうか",
    }
    return await propose_rollout(town.by(who), Proposal(**{**asked, **values}))


async def answer(town: Town, *, who: str = "other_lead", **values: Any) -> Outcome:  # noqa: ANN401 - Answer's own fields
    """Accept the last offer, or whatever differs."""
    rollout = await Rollout.of(town.id).get(status=RolloutStatus.PROPOSED)
    asked: dict[str, Any] = {"rollout_id": rollout.id, "accept": True}
    return await answer_rollout(town.by(who), Answer(**{**asked, **values}))


async def test_an_accepted_offer_is_a_new_linked_project(town: Town) -> None:
    """Of the department that accepted, in PLAN, with the same content, under the next code."""
    await town.bring_to(Stage.ACTION)
    offered = applied(await propose(town))
    source = await town.project()
    rollout = await Rollout.of(town.id).get()
    assert (offered.kind, offered.cycle_id) == (EventKind.ROLLOUT_PROPOSED, (await town.cycle()).id)
    assert offered.document["details"] == {
        "rollout": str(rollout.id),
        "department": str(town.departments["税務課"]),
    }
    group = await Group.of(town.id).filter(department_id=town.departments["税務課"]).first()
    assert group is not None
    outcome = await answer(town, answer="同様に行う", group_id=group.id)
    assert isinstance(outcome, Applied)
    assert [e.kind for e in outcome.events] == [
        EventKind.ROLLOUT_ANSWERED,
        EventKind.PROJECT_ADDED,
    ]
    await rollout.refresh_from_db()
    project = await Project.of(town.id).get(id=rollout.new_project_id)
    assert (rollout.status, rollout.answer) == (RolloutStatus.ACCEPTED, "同様に行う")
    assert project.title == f"{source.title}（税務課）"
    assert (project.rolled_out_from_id, project.content) == (source.id, source.content)
    assert project.expected_effects == source.expected_effects
    assert project.category_id == source.category_id
    cycle = await town.cycle(project.code)
    assert (cycle.stage, cycle.fiscal_year) == (Stage.PLAN, 2026)
    ownership = await Ownership.of(town.id).get(project_id=project.id)
    assert (ownership.department_id, ownership.group_id) == (group.department_id, group.id)
    assert outcome.events[0].document["details"] == {
        "rollout": str(rollout.id),
        "status": "ACCEPTED",
        "project": str(project.id),
    }
    assert blocker_codes(await answer_rollout(
        town.by("other_lead"), Answer(rollout_id=rollout.id, accept=True)
    )) == ["ALREADY_ANSWERED"]  # fmt: skip
    await town.bring_to(Stage.DO, project.code, "other_lead")
    assert await audit(town.id) == []


async def test_a_department_declines_with_a_reason_and_may_be_asked_again(town: Town) -> None:
    """No reason, no answer; declined, the same offer can come again, but not twice at once."""
    await town.bring_to(Stage.CLOSED)
    cycle = await town.cycle()
    closed = {"cycle_id": cycle.previous_cycle_id}
    applied(await propose(town, **closed))
    refusal = refused(await propose(town, **closed))
    assert isinstance(refusal, InvalidInput)
    assert refusal.path == "department"
    outcome = await answer(town, accept=False)
    blocked = refused(outcome)
    assert isinstance(blocked, Blocked)
    assert (blocked.blockers[0].code, blocked.owner_id) == (
        "NO_REASON",
        town.departments["税務課"],
    )
    count = await Project.of(town.id).count()
    event = applied(await answer(town, accept=False, answer="人手がない"))
    assert event.document["reason"] == "人手がない"
    assert event.document["details"]["status"] == "DECLINED"
    assert await Project.of(town.id).count() == count
    applied(await propose(town, **closed))
    applied(await propose(town, **closed, department_id=town.departments["教育課"]))
    assert await audit(town.id) == []


async def test_who_offers_and_who_answers(town: Town) -> None:
    """The office offers; the lead of the department that was asked answers."""
    await town.bring_to(Stage.ACTION)
    cycle = await town.cycle()
    proposal = Proposal(
        cycle_id=cycle.id, department_id=town.departments["税務課"], message="いかが"
    )
    for who in PEOPLE:
        outcome = await propose_rollout(town.by(who, validate_only=True), proposal)
        expected = Validated if who.startswith("office") else Refused
        assert (who, type(outcome)) == (who, expected)
    applied(await propose(town))
    rollout = await Rollout.of(town.id).get()
    for who in PEOPLE:
        request = town.by(who, validate_only=True)
        outcome = await answer_rollout(request, Answer(rollout_id=rollout.id, accept=True))
        expected = Validated if who == "other_lead" else Refused
        assert (who, type(outcome)) == (who, expected)
        if isinstance(outcome, Refused):
            unseen = who == "nobody"  # offers are not there for who holds no role
            assert isinstance(outcome.refusal, NotFound if unseen else Forbidden)


@pytest.mark.parametrize("stage", [Stage.PLAN, Stage.DO, Stage.CHECK])
async def test_only_an_evaluated_cycle_is_offered(sqlite_town_loaded: Town, stage: Stage) -> None:
    """Before ACTION there is no grade to offer, whatever the sheet says."""
    town = sqlite_town_loaded
    await town.bring_to(stage)
    refusal = refused(await propose(town))
    assert isinstance(refusal, Blocked)
    assert [b.code for b in refusal.blockers] == ["WRONG_STAGE"]
    assert refusal.owner_id == town.departments["町民生活課"]


async def test_what_an_offer_asks_for(town: Town) -> None:
    """A grade that rolls out, another department that there is, a message, a cycle."""
    cycle = await town.bring_to(Stage.ACTION)
    nobody = UUID(int=1)
    assert refused(await propose(town, cycle_id=nobody)) == NotFound("cycle")
    assert refused(await propose(town, department_id=nobody)) == NotFound("department")
    own = town.departments["町民生活課"]
    assert blocker_codes(await propose(town, department_id=own)) == ["OWNER_UNCHANGED"]
    refusal = refused(await propose(town, message=" "))
    assert isinstance(refusal, InvalidInput)
    for grade, codes in (("C", ["NOT_WELL_GRADED"]), (None, ["NOT_WELL_GRADED"])):
        await Sheet.of(town.id).filter(cycle_id=cycle.id).update(grade=grade)
        assert blocker_codes(await propose(town)) == codes
    await Sheet.of(town.id).filter(cycle_id=cycle.id).update(grade="B")
    applied(await propose(town))
    asked = Answer(rollout_id=nobody, accept=True)
    assert refused(await answer_rollout(town.by("other_lead"), asked)) == NotFound("rollout")
    assert refused(await answer(town, group_id=nobody)) == NotFound("group")
    refusal = refused(await answer(town, title="a" * 301))
    assert isinstance(refusal, InvalidInput)
    assert refusal.path == "title"
    assert (await Rollout.of(town.id).get()).status is RolloutStatus.PROPOSED


async def test_a_result_lives_on_after_its_project_has_ended(town: Town) -> None:
    """A completed project's good result can still be offered and taken up, under another title."""
    await town.bring_to(Stage.CLOSED)
    closed_id = (await town.cycle()).previous_cycle_id
    project = await town.project()
    asked = StatusChange(
        project_id=project.id,
        trigger=StatusTrigger.COMPLETE,
        expected_revision=project.revision,
        reason="達成",
    )
    applied(await change_status(town.by("office"), asked))
    applied(await propose(town, cycle_id=closed_id))
    applied(await answer(town, title="税務の窓口改善"))
    assert await Project.of(town.id).filter(title="税務の窓口改善").count() == 1
    assert await audit(town.id) == []
