"""Taking back the last move (取消): a compensating entry, after each kind of move."""

import pytest

from tests.town import Town, applied, blocker_codes
from tests.workflows.table import BACK
from tests.workflows.tables import tables_of
from workflows.ledger import Outcome
from workflows.records import Cycle, Rollout
from workflows.replay import audit
from workflows.revise.rollouts import Answer, Proposal, answer_rollout, propose_rollout
from workflows.sheets import PlanEdit, Report
from workflows.stages import Role, RolloutStatus, Stage, Trigger

BEFORE = {
    "START": Stage.PLAN,
    "SUBMIT_RESULTS": Stage.DO,
    "EVALUATE": Stage.CHECK,
}


async def _move(town: Town, trigger: Trigger, at: Stage) -> None:
    """Bring the cycle to a stage by a trigger, as its last move."""
    if trigger is Trigger.SEND_BACK:
        forward = {Stage.PLAN: Stage.DO, Stage.DO: Stage.CHECK, Stage.CHECK: Stage.ACTION}
        await town.bring_to(forward[at])
        applied(await town.fire("office", trigger, reason="差戻し"))
    else:
        await town.bring_to(at)
    assert (await town.cycle()).stage is at


async def rescind(town: Town, **values: object) -> Outcome:
    """Take back the last move, as the office."""
    return await town.fire("office", Trigger.RESCIND, **{"reason": "誤り", **values})


@pytest.mark.parametrize("last", list(BACK))
async def test_every_move_can_be_taken_back_once(town: Town, last: tuple[str, str]) -> None:
    """Back where it came from, pointing at the entry it compensates; then nothing is left to."""
    await _move(town, Trigger(last[0]), Stage(last[1]))
    moved = await town.cycle()
    assert blocker_codes(await rescind(town, reason="")) == ["NO_REASON"]
    event = applied(await rescind(town))
    cycle = await town.cycle()
    assert (event.source, event.target, cycle.stage) == (last[1], BACK[last], BACK[last])
    assert event.refers_to == moved.last_move_sequence
    assert (cycle.last_trigger, cycle.last_source) == (Trigger.RESCIND, last[1])
    assert blocker_codes(await rescind(town)) == ["NOTHING_TO_RESCIND"]
    assert await audit(town.id) == []


async def test_nothing_to_take_back_at_the_beginning_or_after_the_end(town: Town) -> None:
    """A new cycle has no last move; a closed one stays closed."""
    assert blocker_codes(await rescind(town)) == ["NOTHING_TO_RESCIND"]
    closed = await town.bring_to(Stage.CLOSED)
    assert blocker_codes(await rescind(town)) == ["NOTHING_TO_RESCIND"]
    project = await town.project()
    await type(project).filter(id=project.id).update(current_cycle_id=closed.id)
    assert blocker_codes(await rescind(town)) == ["WRONG_STAGE"]


@pytest.mark.parametrize("what", ["edit", "report", "revision", "open_next"])
async def test_nothing_is_taken_back_from_under_what_followed(town: Town, what: str) -> None:
    """A sheet edit, a report, a revision of the plan, or the next year opened: then send back."""
    await town.bring_to(Stage.CHECK if what == "open_next" else Stage.DO)
    cycle = await town.cycle()
    if what == "edit":
        applied(await town.fill_in(Stage.DO))
    elif what == "report":
        applied(await town.fire("staff", Trigger.REPORT_INTERIM, report=Report(text="x")))
    elif what == "revision":
        plan = PlanEdit(values={"goal": "x"})
        applied(await town.fire("lead", Trigger.REVISE_PLAN, reason="x", plan=plan))
    else:
        applied(await town.fire("office", Trigger.OPEN_NEXT))
        project = await town.project()
        await type(project).filter(id=project.id).update(current_cycle_id=cycle.id)
    assert blocker_codes(await rescind(town)) == ["SOMETHING_AFTER_IT"]
    stage = (await town.cycle()).stage
    applied(await town.fire("office", Trigger.SEND_BACK, reason="x"))
    assert (await town.cycle()).stage is not stage


@pytest.mark.parametrize("answered", [False, True])
async def test_an_offered_evaluation_is_not_taken_back(town: Town, *, answered: bool) -> None:
    """Another department has the grade before it: the proposal and its answer followed the move."""
    await town.bring_to(Stage.ACTION)
    cycle = await town.cycle()
    proposal = Proposal(
        cycle_id=cycle.id, department_id=town.departments["税務課"], message="いかが"
    )
    applied(await propose_rollout(town.by("office"), proposal))
    if answered:
        applied(await town.fire("office", Trigger.SEND_BACK, reason="x"))
        applied(await town.fire("lead", Trigger.EVALUATE))
        rollout = await Rollout.of(town.id).get(status=RolloutStatus.PROPOSED)
        answer = Answer(rollout_id=rollout.id, accept=True)
        applied(await answer_rollout(town.by("other_lead"), answer))
    assert blocker_codes(await rescind(town)) == ["SOMETHING_AFTER_IT"]
    assert await audit(town.id) == []


async def test_a_refused_attempt_is_nothing_that_followed(town: Town) -> None:
    """Only what changed something stands in the way."""
    await town.bring_to(Stage.DO)
    assert blocker_codes(await town.fire("lead", Trigger.SUBMIT_RESULTS)) == ["NO_ACTUAL"]
    applied(await rescind(town))


async def test_taking_back_restores_what_the_move_had_set(town: Town) -> None:
    """The evaluator goes with the evaluation, and an earlier one comes back."""
    await town.employ("second", Role.LEAD, "町民生活課")
    await town.bring_to(Stage.ACTION)
    applied(await rescind(town))
    assert (await town.cycle()).evaluator_id is None
    applied(await town.fire("lead", Trigger.EVALUATE))
    applied(await town.fire("office", Trigger.SEND_BACK, reason="x"))
    applied(await town.fire("second", Trigger.EVALUATE))
    assert (await town.cycle()).evaluator_id == town.people["second"]
    applied(await rescind(town))
    assert (await town.cycle()).evaluator_id == town.people["lead"]
    assert await audit(town.id) == []


async def test_taking_back_touches_nothing_but_the_cycle(town: Town) -> None:
    """No sheet, no indicator, no project."""
    await town.bring_to(Stage.ACTION)
    before = await tables_of(town)
    applied(await rescind(town))
    after = await tables_of(town)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"cycles"}
    cycle = await Cycle.of(town.id).get(id=(await town.cycle()).id)
    assert cycle.entered_stage_at == (await town.last_event()).recorded_at
