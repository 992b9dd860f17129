"""A project's year, walked through as people do."""

import pytest

from tests.town import Town, applied, refused
from workflows.refusals import Blocked, Forbidden, NotSignedIn, RevisionConflict
from workflows.replay import audit
from workflows.stages import Stage, Trigger


async def test_a_year_goes_round_and_opens_the_next(town: Town) -> None:
    """Plan, Do, Check, Action, closed by the office; the next year begins in PLAN."""
    closed = await town.bring_to(Stage.CLOSED)
    following = await town.cycle()
    assert (closed.stage, following.stage) == (Stage.CLOSED, Stage.PLAN)
    assert following.fiscal_year == closed.fiscal_year + 1
    (indicator,) = await town.indicators()
    assert (indicator.baseline, indicator.target) == ("42", "50")
    assert await audit(town.id) == []


async def test_what_is_missing_is_told_all_at_once(town: Town) -> None:
    """An empty plan lacks an indicator and a schedule."""
    refusal = refused(await town.fire("lead", Trigger.START))
    assert isinstance(refusal, Blocked)
    assert [b.code for b in refusal.blockers] == ["NO_INDICATOR", "NO_SCHEDULE"]
    assert await audit(town.id) == []


@pytest.mark.parametrize("who", ["staff", "other_lead", "office", "auditor", "admin", "nobody"])
async def test_only_the_owners_lead_starts(town: Town, who: str) -> None:
    """Whoever else tries is refused, and the refusal is in the record."""
    applied(await town.fill_in(Stage.PLAN))
    assert isinstance(refused(await town.fire(who, Trigger.START)), Forbidden)
    assert (await town.cycle()).stage is Stage.PLAN


async def test_somebody_unknown_is_refused_and_leaves_no_trace(town: Town) -> None:
    """Without a person there is no event."""
    assert isinstance(refused(await town.fire(None, Trigger.START)), NotSignedIn)


async def test_an_old_revision_conflicts(town: Town) -> None:
    """Who read before somebody else wrote is told."""
    applied(await town.fill_in(Stage.PLAN))
    outcome = await town.fire("lead", Trigger.START, expected_revision=1)
    assert isinstance(refused(outcome), RevisionConflict)


async def test_the_last_move_can_be_taken_back_once(town: Town) -> None:
    """RESCIND leads back along the last move, and cannot be taken back itself."""
    await town.bring_to(Stage.DO)
    applied(await town.fire("office", Trigger.RESCIND, reason="誤り"))
    assert (await town.cycle()).stage is Stage.PLAN
    assert isinstance(refused(await town.fire("office", Trigger.RESCIND, reason="x")), Blocked)
    assert await audit(town.id) == []
