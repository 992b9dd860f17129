"""Attempts that come to nothing: what the record says of them, and what stays as it was."""

import datetime as dt
from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid4

import pytest
import rfc8785
from tortoise.exceptions import DoesNotExist

from tests.town import Town, applied, refused
from tests.workflows.tables import tables_of
from workflows import ledger
from workflows.advance import Fire, fire
from workflows.entries import refusal_details
from workflows.ledger import REFUSALS, Applied, Outcome, Refused, finish_running, perform
from workflows.records import Event, EventKind
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


@pytest.mark.parametrize(
    "given",
    [
        {f"key{n}": "字" * 1_000 for n in range(20)},
        {"rows": [{"cells": ["\0" * 1_000] * 100}] * 100},
        {"k" * 5_000: "x"},
        {"numbers": [[[10**30] * 100] * 10] * 10},
    ],
)
async def test_what_was_given_never_fills_an_entry(town: Town, given: dict[str, Any]) -> None:
    """Four KiB hold it together with the reason, however it is nested and spelled."""
    refused(await _attempt(town, given=given))
    details = (await town.last_event()).document["details"]
    assert details["refusal"]["type"] == "NotFound"
    assert len(rfc8785.dumps([details["given"], details["refusal"]])) <= 4_096 + len("[,]")
    if "k" * 5_000 in given:
        assert details["given"] == {}
    else:
        assert details["given"].keys() == given.keys()
        assert details["given"] not in (dict.fromkeys(given, ""), {key: [] for key in given})
    assert await audit(town.id) == []


def test_why_goes_before_what_was_given() -> None:
    """A long reason is kept whole, and takes its room from the input."""
    given: dict[str, Any] = {f"key{n}": "x" * 600 for n in range(6)}
    brief = refusal_details("test", given, NotFound("x"))
    assert brief["given"] == given
    why = InvalidInput("csv", "字" * 600, "")
    details = refusal_details("test", given, why)
    assert details["refusal"] == {"type": "InvalidInput", **asdict(why)}
    assert len(rfc8785.dumps([details["given"], details["refusal"]])) <= 4_096 + len("[,]")
    assert details["given"] == dict.fromkeys(given, "x" * 250)


async def test_one_person_cannot_fill_the_record_with_refusals(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred in an hour are entries, the last says so; beyond, the answer is the same.

    Others' are recorded still, what is done is recorded always, and an hour later all is as before.
    """
    begun = ledger.now()
    size = await town.size()
    outcomes = [await _attempt(town) for _ in range(REFUSALS)]
    assert await town.size() == size + REFUSALS == size + 100
    events = await Event.of(town.id).filter(sequence__gt=size).order_by("sequence")
    last = [event.document["details"].get("last") for event in events]
    assert last == [None] * (REFUSALS - 1) + [True]
    beyond = await _attempt(town)
    assert beyond == Refused(refused(outcomes[0]))
    assert await town.size() == size + REFUSALS
    assert isinstance(await _attempt(town, "staff"), Refused)
    assert (await town.last_event()).actor_id == town.people["staff"]
    applied(await town.fill_in(Stage.PLAN))
    assert await _attempt(town) == beyond
    later = begun + dt.timedelta(hours=1, minutes=10)
    monkeypatch.setattr(ledger, "now", lambda: later)
    again = await _attempt(town)
    assert isinstance(again, Refused)
    assert again.event is not None
    assert "last" not in again.event.document["details"]
    assert await audit(town.id) == []


async def test_what_is_done_does_not_count_as_refused(town: Town) -> None:
    """Who works much is recorded as before: only refused attempts are counted."""

    async def decide(unit: Unit) -> None:
        for _ in range(REFUSALS):
            unit.draft(EventKind.CORRECTED)

    assert isinstance(await perform(town.by("lead"), decide), Applied)
    outcome = await _attempt(town)
    assert isinstance(outcome, Refused)
    assert outcome.event is not None


async def _attempt(town: Town, who: str = "lead", **values: Any) -> Outcome:  # noqa: ANN401 - Request's own
    async def decide(_unit: Unit) -> None:
        raise Refuse(NotFound("anything"))

    return await perform(town.by(who, **values), decide)


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
