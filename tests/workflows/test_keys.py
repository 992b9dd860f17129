"""Idempotency keys and trials: what is done once, and what is not done at all."""

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from tests.town import OWN, Town, applied, blocker_codes, refused
from tests.workflows.tables import tables_of
from workflows import ledger
from workflows.accounts.tokens import issue_token
from workflows.advance import Fire, fire
from workflows.ledger import Applied, Refused, Validated
from workflows.records import Event, EventKind
from workflows.refusals import (
    IdempotencyMismatch,
)
from workflows.revise.people import register_person
from workflows.stages import Stage, Trigger


async def _start(town: Town, **values: Any) -> ledger.Outcome:  # noqa: ANN401 - Request's fields
    cycle = await town.cycle()
    asked = Fire(cycle_id=cycle.id, trigger=Trigger.START, expected_revision=cycle.revision)
    return await fire(town.by("lead", **values), asked)


async def test_the_same_key_again_gives_the_first_answer(town: Town) -> None:
    """All entries of the act, not only the first, and nothing is done twice."""
    await town.bring_to(Stage.ACTION)
    applied(await town.fill_in(Stage.ACTION))
    cycle, key = await town.cycle(), uuid4()
    asked = Fire(cycle_id=cycle.id, trigger=Trigger.CLOSE, expected_revision=cycle.revision)
    request = town.by("office", idempotency_key=key, given={"trigger": "CLOSE"})
    first = await fire(request, asked)
    size = await town.size()
    again = await fire(request, asked)
    assert isinstance(first, Applied)
    assert isinstance(again, Applied)
    assert (first.replayed, again.replayed) == (False, True)
    assert len(first.events) == 2
    assert [e.id for e in again.events] == [e.id for e in first.events]
    assert await town.size() == size


async def test_a_replay_ends_where_the_act_ended(town: Town) -> None:
    """What the same person did next is another act, even where the clock stood still."""
    key = uuid4()
    applied(await town.fill_in(Stage.PLAN))
    first = applied(await _start(town, idempotency_key=key))
    applied(await town.fill_in(Stage.DO))
    applied(await town.fire("lead", Trigger.SUBMIT_RESULTS))
    again = await _start(town, idempotency_key=key)
    assert isinstance(again, Applied)
    assert [e.sequence for e in again.events] == [first.sequence]


@pytest.mark.parametrize("other", [{"given": {"a": 2}}, {"act": "other"}, {"effective_at": True}])
async def test_the_same_key_for_something_else_is_refused(
    town: Town, other: dict[str, Any]
) -> None:
    """Other input, another act or another time, under a key that has done something."""
    applied(await town.fill_in(Stage.PLAN))
    values: dict[str, Any] = {"idempotency_key": uuid4(), "given": {"a": 1}}
    first = applied(await _start(town, **values))
    if "effective_at" in other:
        other = {"effective_at": first.recorded_at}
    request = replace(town.by("lead", **values), **other)
    cycle = await town.cycle()
    asked = Fire(cycle_id=cycle.id, trigger=Trigger.SUBMIT_RESULTS, expected_revision=3)
    outcome = await fire(request, asked)
    assert refused(outcome) == IdempotencyMismatch(first.sequence)
    event = await town.last_event()
    assert (event.kind, event.idempotency_key) == (EventKind.REFUSAL, None)
    assert event.document["details"]["refusal"] == {
        "type": "IdempotencyMismatch",
        "sequence": first.sequence,
    }
    assert isinstance(await _start(town, **values), Applied)


async def test_a_key_belongs_to_one_person(town: Town) -> None:
    """Two people may happen on the same key."""
    key = uuid4()
    applied(await town.fill_in(Stage.PLAN))
    applied(await town.fill_in(Stage.PLAN, "2_01", "office_lead"))
    for who, code in (("lead", OWN), ("office_lead", "2_01")):
        cycle = await town.cycle(code)
        asked = Fire(cycle_id=cycle.id, trigger=Trigger.START, expected_revision=cycle.revision)
        outcome = await fire(town.by(who, idempotency_key=key), asked)
        assert isinstance(outcome, Applied)
        assert not outcome.replayed


async def test_a_key_at_the_console_works_too(town: Town) -> None:
    """Without a person there is still one act a key."""
    request = town.console(idempotency_key=uuid4())
    first = await register_person(request, "新人", "N1")
    again = await register_person(request, "新人", "N1")
    assert isinstance(again, Applied)
    assert again.replayed
    assert [e.id for e in again.events] == [applied(first).id]


async def test_a_refusal_does_not_use_up_the_key(town: Town) -> None:
    """What was missing is filled in, and the same key goes through."""
    key = uuid4()
    assert blocker_codes(await _start(town, idempotency_key=key)) == ["NO_INDICATOR", "NO_SCHEDULE"]
    assert blocker_codes(await _start(town, idempotency_key=key)) == ["NO_INDICATOR", "NO_SCHEDULE"]
    applied(await town.fill_in(Stage.PLAN))
    event = applied(await _start(town, idempotency_key=key))
    assert event.idempotency_key == key


async def test_a_trial_leaves_nothing(town: Town) -> None:
    """Possible, refused or conflicting: no entry, no row, no token, no changed head."""
    applied(await town.fill_in(Stage.PLAN))
    before, size = await tables_of(town), await town.size()
    trials = [
        await _start(town, validate_only=True),
        await _start(town, validate_only=True, effective_at=dt.datetime(2999, 1, 1, tzinfo=dt.UTC)),
        await register_person(town.by("admin", validate_only=True), "新人", "N1"),
        await register_person(town.by("lead", validate_only=True), "新人", "N1"),
        (await issue_token(town.console(validate_only=True), town.people["lead"], "cli", 30))[0],
    ]
    kinds = [type(trial) for trial in trials]
    assert kinds == [Validated, Refused, Validated, Refused, Validated]
    assert all(trial.event is None for trial in trials if isinstance(trial, Refused))
    assert await tables_of(town) == before
    assert await town.size() == size == await Event.of(town.id).count()


async def test_a_trial_of_a_done_act_replays_it(town: Town) -> None:
    """The key's first answer, again without a trace."""
    applied(await town.fill_in(Stage.PLAN))
    key = uuid4()
    applied(await _start(town, idempotency_key=key))
    size = await town.size()
    outcome = await _start(town, idempotency_key=key, validate_only=True)
    assert isinstance(outcome, Applied)
    assert outcome.replayed
    assert await town.size() == size
