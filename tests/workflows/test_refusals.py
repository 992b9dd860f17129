"""Attempts that come to nothing: what the record says of them, and what stays as it was."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from tortoise.exceptions import DoesNotExist

from tests.town import Town, applied, refused
from tests.workflows.tables import tables_of
from workflows.advance import Fire, fire
from workflows.ledger import Refused, finish_running, perform
from workflows.records import EventKind
from workflows.refusals import (
    Forbidden,
    InvalidInput,
    NotFound,
    NotSignedIn,
    Refuse,
    RevisionConflict,
)
from workflows.replay import audit, since
from workflows.stages import Role, Stage, Trigger
from workflows.unit import Request, Unit


async def test_a_refused_attempt_is_an_entry_and_nothing_else(town: Town) -> None:
    """Who, as what, about what, what was given, and why not; every table as before."""
    before = await tables_of(town)
    cycle, project = await town.cycle(), await town.project()
    asked = Fire(cycle_id=cycle.id, trigger=Trigger.START, expected_revision=1, reason="x")
    outcome = await fire(town.by("lead", given={"trigger": "START"}), asked)
    assert isinstance(outcome, Refused)
    event = outcome.event
    assert event is not None
    assert (event.kind, event.trigger, event.source, event.revision) == (
        EventKind.REFUSAL,
        Trigger.START,
        None,
        None,
    )
    owner = town.departments["町民生活課"]
    assert (event.actor_id, event.actor_role) == (town.people["lead"], Role.LEAD)
    assert (event.project_id, event.cycle_id, event.owner_id) == (project.id, cycle.id, owner)
    details = event.document["details"]
    assert details["act"] == "test"
    assert details["given"] == {"trigger": "START"}
    assert details["refusal"]["type"] == "Blocked"
    assert details["refusal"]["blockers"][0] == {
        "code": "NO_INDICATOR",
        "fields": ["indicators"],
        "resolvable_by": ["LEAD", "STAFF"],
    }
    assert event.document["changes"] == []
    assert await tables_of(town) == before
    assert await audit(town.id) == []


async def test_whoever_may_not_is_recorded_without_a_capacity(town: Town) -> None:
    """Nothing allowed it, so no role stands beside the name."""
    assert isinstance(refused(await town.fire("auditor", Trigger.START)), Forbidden)
    event = await town.last_event()
    assert (event.actor_id, event.actor_role) == (town.people["auditor"], None)
    assert event.document["details"]["refusal"] == {
        "type": "Forbidden",
        "required_roles": ["LEAD"],
        "department_id": str(town.departments["町民生活課"]),
    }


async def test_what_cannot_be_recorded_is_still_refused_and_told(town: Town) -> None:
    """Lone surrogates, NUL, numbers beyond JSON's and a megabyte: kept so far as they can be."""
    given: dict[str, Any] = {
        "reason": "\ud800\0",
        "long": "字" * 1_000_000,
        "many": [1] * 5_000,
        "number": 10**30,
        "nested": {"a": [{"b": "\udfff"}, None, True]},
    }
    cycle = await town.cycle()
    asked = Fire(
        cycle_id=cycle.id, trigger=Trigger.START, expected_revision=1, reason=given["reason"]
    )
    outcome = await fire(town.by("lead", given=given, idempotency_key=uuid4()), asked)
    refusal = refused(outcome)
    assert isinstance(refusal, InvalidInput)
    assert refusal.path == "reason"
    event = await town.last_event()
    kept = event.document["details"]["given"]
    assert kept["reason"] == "?\0"
    assert kept["nested"] == {"a": [{"b": "?"}, None, True]}
    assert (len(kept["long"]), len(kept["many"]), kept["number"]) == (1_000, 100, str(10**30))
    assert await audit(town.id) == []


async def test_a_conflict_tells_what_happened_since(town: Town) -> None:
    """The entries after the revision that was read, earliest first, without refused attempts."""
    applied(await town.fill_in(Stage.PLAN))
    seen = await town.cycle()
    started = applied(await town.fire("lead", Trigger.START))
    refused(await town.fire("staff", Trigger.START))
    edited = applied(await town.fill_in(Stage.DO))
    asked = Fire(cycle_id=seen.id, trigger=Trigger.START, expected_revision=seen.revision)
    refusal = refused(await fire(town.by("lead"), asked))
    project = await town.project()
    assert refusal == RevisionConflict(2, 4, project.id, seen.id)
    assert isinstance(refusal, RevisionConflict)
    assert [e.id for e in await since(town.id, refusal)] == [started.id, edited.id]
    newer = RevisionConflict(4, 4, project.id, seen.id)
    assert await since(town.id, newer) == []


async def test_somebody_of_no_municipality_leaves_no_trace(town: Town) -> None:
    """An id that the town does not know is nobody, as no id is."""
    size = await town.size()
    cycle = await town.cycle()
    asked = Fire(cycle_id=cycle.id, trigger=Trigger.START, expected_revision=1)
    for actor_id in (None, UUID(int=9)):
        request = Request(municipality_id=town.id, act="test", actor_id=actor_id)
        assert refused(await fire(request, asked)) == NotSignedIn()
    assert await town.size() == size


async def test_a_municipality_that_was_not_founded_is_a_bug(town: Town) -> None:
    """No record to write to: that is no refusal of anybody."""
    request = Request(municipality_id=UUID(int=1), act="test", actor_id=town.people["lead"])
    with pytest.raises(DoesNotExist):
        await perform(request, _nothing)


async def _nothing(_unit: Unit) -> None:
    """Decide to do nothing."""


async def test_a_bug_writes_nothing_and_gives_the_lock_back(town: Town) -> None:
    """The exception comes out as it is, and the next act goes on at once."""
    size = await town.size()

    async def decide(unit: Unit) -> None:
        unit.draft(EventKind.CORRECTED)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await perform(town.by("lead"), decide)
    await finish_running()
    assert await town.size() == size
    applied(await town.fill_in(Stage.PLAN))


async def test_a_refusal_can_be_raised_anywhere_in_an_act(town: Town) -> None:
    """What was drafted before it is dropped."""

    async def decide(unit: Unit) -> None:
        unit.draft(EventKind.CORRECTED)
        raise Refuse(NotFound("anything"))

    outcome = await perform(town.by("lead"), decide)
    assert isinstance(outcome, Refused)
    assert outcome.event is not None
    assert outcome.event.kind is EventKind.REFUSAL
    assert await audit(town.id) == []
