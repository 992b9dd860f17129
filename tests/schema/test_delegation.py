"""Deciding on somebody's behalf (代決), as a page has it."""

import datetime as dt
from typing import Final

import pytest
from graphql import GraphQLInputObjectType

from schema.api import SCHEMA
from tests.schema.asking import Answer, ask, key
from tests.schema.conftest import Towns
from tests.schema.valid import WHO, prepare, valid_inputs
from tests.schema.verbs import FIRE_ALL, Desk
from tests.town import Town
from workflows.fiscal import day_of
from workflows.ledger import Applied, now, perform
from workflows.records import Event, EventKind
from workflows.replay import audit
from workflows.stages import Stage
from workflows.unit import Unit

OWN: Final = {"takeCopy", "comment", "withdrawComment", "importPlan"}
"""What staff, leads and the office do in their own name only."""
FOR_OTHERS: Final = {v for v, who in WHO.items() if who not in {"admin", "auditor"}} - OWN
"""Everything that staff, leads and the office decide."""
ACTOR: Final = "actor { person { id } onBehalfOf { id } authority role department { name } }"


@pytest.fixture
async def desk(towns: Towns) -> Desk:
    """Sit down where every verb has something to do."""
    return await prepare(towns.large)


async def let(desk: Desk, delegate: str, principal: str, **given: object) -> str:
    """Give leave for this month; return its id."""
    today = day_of(now())
    days = {"startsOn": str(today), "endsOn": str(today + dt.timedelta(days=30))}
    people = {"principal": desk.person(principal), "delegate": desk.person(delegate)}
    done = await desk.done("delegate", "admin", **people, reason="休暇", **(days | given))
    return str(done["delegation"]["id"])


async def entry(desk: Desk, sequence: int, who: str | None = "auditor") -> Answer:
    """Return who did an entry, and by which right, as somebody sees it."""
    event = await Event.of(desk.town.id).get(sequence=sequence)
    asked = f"query($id: ID!) {{ node(id: $id) {{ ... on HistoryEntry {{ {ACTOR} }} }} }}"
    node = (await ask(desk.town, asked, who, id=event.public_id))["node"]
    return dict(node["actor"]) if node else {}


def test_only_what_is_not_an_admins_own_can_be_done_for_others() -> None:
    """Every input of staff, leads and the office has `onBehalfOf`, and no other."""
    inputs = {
        name.removesuffix("Input")
        for name, named in SCHEMA._schema.type_map.items()  # noqa: SLF001 - Strawberry's only way
        if isinstance(named, GraphQLInputObjectType)
        and name.endswith("Input")
        and "onBehalfOf" in named.fields
    }
    verbs = {verb[0].upper() + verb[1:] for verb in FOR_OTHERS} - {"FireTransition"} | {"Fire"}
    assert inputs == verbs


async def test_each_verb_is_done_on_behalf(desk: Desk) -> None:
    """With leave it is done as the other; the entry says who did it, for whom, and as what."""
    for principal in {WHO[verb] for verb in FOR_OTHERS}:
        await let(desk, "nobody", principal)
    for verb, given in (await valid_inputs(desk)).items():
        if verb not in FOR_OTHERS:
            continue
        size = await desk.town.size()
        done = await desk.done(verb, "nobody", **given, onBehalfOf=desk.person(WHO[verb]))
        told = await entry(desk, size + 1)
        assert told["person"] == {"id": desk.person("nobody")}, verb
        assert told["onBehalfOf"] == {"id": desk.person(WHO[verb])}
        assert told["authority"] == "ON_BEHALF"
        assert told["role"] == WHO[verb].removeprefix("other_").upper()
        assert told["department"] is not None
        assert not done["replayed"]
    assert await audit(desk.town.id) == []


async def test_without_leave_there_is_one_answer(desk: Desk) -> None:
    """Another person, one that is none, an id of something else: not to be told apart."""
    await let(desk, "staff", "lead")
    strangers = [
        desk.person("lead"), desk.person("nobody"), f"per_{'7' * 32}", "per_x", "",
        desk.department("税務課"), f"evt_{'7' * 32}",
    ]  # fmt: skip
    for verb, given in (await valid_inputs(desk)).items():
        if verb not in FOR_OTHERS:
            continue
        own = await desk.refused(verb, "nobody", **given)
        for stranger in strangers:
            assert await desk.refused(verb, "nobody", **given, onBehalfOf=stranger) == own, verb
        # Who holds no role sees neither offers nor findings nor evidence.
        unseen = {"answerRollout", "answerFinding", "withdrawEvidence"}
        assert own["code"] == ("NOT_FOUND" if verb in unseen else "FORBIDDEN")
        last = await desk.town.last_event()
        assert last.kind is EventKind.REFUSAL


async def test_each_of_several_moves_has_its_own_principal(desk: Desk) -> None:
    """One for the lead, one for nobody: the first is done, the second refused."""
    await let(desk, "nobody", "lead")
    given = (await valid_inputs(desk))["fireTransition"]
    one = {**given, "idempotencyKey": key(), "onBehalfOf": desk.person("lead")}
    two = {**given, "idempotencyKey": key(), "expectedRevision": given["expectedRevision"] + 1}
    answers = (await ask(desk.town, FIRE_ALL, "nobody", input=[one, two]))["fireTransitions"]
    assert [a["__typename"] for a in answers] == ["TransitionApplied", "Forbidden"]
    again = (await ask(desk.town, FIRE_ALL, "nobody", input=[one]))["fireTransitions"]
    assert again[0]["replayed"]
    other = {**one, "onBehalfOf": None}
    (mismatch,) = (await ask(desk.town, FIRE_ALL, "nobody", input=[other]))["fireTransitions"]
    assert mismatch["code"] == "IDEMPOTENCY_MISMATCH"


OFFERED: Final = """query($code: String!, $for: ID) { project(ref: {code: $code}) { currentCycle {
  viewerCanEditSheet(onBehalfOf: $for)
  availableTransitions(onBehalfOf: $for) { trigger allowed blockedBy { code } } } } }"""


async def offered(desk: Desk, who: str, for_: str | None, code: str) -> tuple[bool, Answer]:
    """Return whether the sheet can be edited, and what is in the way of each move."""
    given = {"code": code, "for": for_}
    cycle = (await ask(desk.town, OFFERED, who, **given))["project"]["currentCycle"]
    moves = {
        move["trigger"]: sorted(b["code"] for b in move["blockedBy"])
        for move in cycle["availableTransitions"]
    }
    assert all(m["allowed"] == (not m["blockedBy"]) for m in cycle["availableTransitions"])
    return cycle["viewerCanEditSheet"], moves


async def test_a_delegate_sees_what_is_possible(desk: Desk) -> None:
    """As the principal sees it, drafts included; without leave, as anybody does who may not."""
    lead = desk.person("lead")
    own = await offered(desk, "nobody", None, "1_05")
    assert await offered(desk, "nobody", lead, "1_05") == own
    await let(desk, "nobody", "lead")
    assert own[0] is False
    assert set(map(tuple, own[1].values())) == {("NOT_AUTHORISED",)}
    can_edit, moves = await offered(desk, "nobody", None, "1_05")
    assert not can_edit
    assert all(codes[0] == "NOT_AUTHORISED" for codes in moves.values())
    assert moves["SUBMIT_RESULTS"] == ["NOT_AUTHORISED", "NO_ACTUAL"]
    can_edit, moves = await offered(desk, "nobody", lead, "1_05")
    assert can_edit
    assert moves["REPORT_INTERIM"] == []
    assert (can_edit, moves) == await offered(desk, "lead", None, "1_05")


async def test_a_delegate_sees_that_four_eyes_are_asked_for(desk: Desk) -> None:
    """Who evaluated for somebody sees that neither they nor that person may close."""
    town = desk.town
    await let(desk, "office", "lead")
    await town.bring_to(Stage.CHECK, "1_05")
    await town.fill_in(Stage.CHECK, "1_05")
    await desk.fire("office", "EVALUATE", "1_05", onBehalfOf=desk.person("lead"))
    await town.fill_in(Stage.ACTION, "1_05")
    _, moves = await offered(desk, "office", None, "1_05")
    assert moves["CLOSE"] == ["SAME_PERSON_EVALUATED"]
    await let(desk, "office", "office_lead")
    await let(desk, "nobody", "office")
    for who, principal in (("office", "office_lead"), ("nobody", "office")):
        _, moves = await offered(desk, who, desk.person(principal), "1_05")
        assert moves["CLOSE"] == ["SAME_PERSON_EVALUATED"]
    asked = """{ project(ref: {code: "1_05"}) { currentCycle {
      evaluator { staffNumber } evaluatedFor { staffNumber } } } }"""
    cycle = (await ask(town, asked, "auditor"))["project"]["currentCycle"]
    assert cycle == {
        "evaluator": {"staffNumber": "office"},
        "evaluatedFor": {"staffNumber": "lead"},
    }
    cycle = (await ask(town, asked))["project"]["currentCycle"]
    assert cycle == {"evaluator": None, "evaluatedFor": None}
    assert (await desk.fire("office_lead", "CLOSE", "1_05"))["cycle"]["stage"] == "CLOSED"


async def test_a_page_can_offer_to_act_for_somebody(desk: Desk) -> None:
    """Leave that holds today, with whose it is; all leave of a person, to whoever sees people."""
    asked = "{ viewer { actsFor { person { id } delegation { id endsOn delegate { id } } } } }"
    assert (await ask(desk.town, asked, "nobody"))["viewer"] == {"actsFor": []}
    held = await let(desk, "nobody", "lead")
    ahead = await let(desk, "nobody", "office", startsOn="2048-04-01", endsOn="2048-04-02")
    (one,) = (await ask(desk.town, asked, "nobody"))["viewer"]["actsFor"]
    assert one["person"] == {"id": desk.person("lead")}
    assert one["delegation"]["id"] == held
    assert one["delegation"]["delegate"] == {"id": desk.person("nobody")}
    assert (await ask(desk.town, asked, "lead"))["viewer"] == {"actsFor": []}
    named = """query($id: ID!) { node(id: $id) { __typename
      ... on Person { delegations { id delegate { staffNumber } reason } }
      ... on Delegation { principal { staffNumber } startsOn } } }"""
    office = (await ask(desk.town, named, "auditor", id=desk.person("office")))["node"]
    assert office["delegations"] == [
        {"id": ahead, "delegate": {"staffNumber": "nobody"}, "reason": "休暇"}
    ]
    node = (await ask(desk.town, named, "auditor", id=ahead))["node"]
    assert node == {
        "__typename": "Delegation", "principal": {"staffNumber": "office"},
        "startsOn": "2048-04-01",
    }  # fmt: skip
    assert (await ask(desk.town, named, None, id=ahead))["node"] is None


async def test_entries_tell_by_which_right(desk: Desk) -> None:
    """Own, on behalf, at the console, at the door; to whom names are hidden, the right alone."""
    town: Town = desk.town
    await let(desk, "nobody", "lead")
    given = (await valid_inputs(desk))["fireTransition"]
    mine = await desk.done("fireTransition", "lead", **given)
    next_one = {**given, "expectedRevision": given["expectedRevision"] + 1}
    theirs = await desk.done("fireTransition", "nobody", **next_one, onBehalfOf=desk.person("lead"))

    async def decide(unit: Unit) -> None:
        unit.draft(EventKind.SIGN_IN_FAILED)

    failed = await perform(town.by(None, at_door=True), decide)
    assert isinstance(failed, Applied)
    seen = {
        "OWN": mine["transition"]["sequence"],
        "ON_BEHALF": theirs["transition"]["sequence"],
        "CONSOLE": 1,
        "DOOR": failed.events[0].sequence,
    }
    for right, sequence in seen.items():
        assert (await entry(desk, sequence))["authority"] == right
    for right in ("OWN", "ON_BEHALF", "CONSOLE"):
        hidden = await entry(desk, seen[right], None)
        assert (hidden["person"], hidden["onBehalfOf"], hidden["authority"]) == (None, None, right)
    assert await entry(desk, seen["DOOR"], "lead") == {}


async def test_the_entry_of_leave_tells_of_it(desk: Desk) -> None:
    """Between whom, from when to when, and why; and what changed once it was ended."""
    leave = await let(desk, "nobody", "lead")
    yesterday = str(day_of(now()) - dt.timedelta(days=1))
    await desk.done("endDelegation", "admin", delegation=leave, endsOn=yesterday)
    asked = """{ history(first: 2) { nodes { __typename reason changes { field after }
      ... on DelegationChange { principal { id } delegate { id } delegation { id endsOn } } } } }"""
    ended, given = (await ask(desk.town, asked, "admin"))["history"]["nodes"]
    for one in (ended, given):
        assert one["__typename"] == "DelegationChange"
        assert one["principal"] == {"id": desk.person("lead")}
        assert one["delegate"] == {"id": desk.person("nobody")}
        assert one["delegation"] == {"id": leave, "endsOn": yesterday}
    assert given["reason"] == "休暇"
    assert {"field": "principal", "after": desk.person("lead")} in given["changes"]
    assert {"field": "delegate", "after": desk.person("nobody")} in given["changes"]
    assert ended["changes"] == [{"field": "endsOn", "after": yesterday}]
