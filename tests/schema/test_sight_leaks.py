"""What is made for the viewer tells nothing more than what the viewer sees."""

import datetime as dt
from typing import Final

import pytest

from server.graphql_errors import RequestError
from tests.schema import questions
from tests.schema.asking import Answer, ask, context, execute, key
from tests.schema.conftest import Towns
from tests.schema.documents import selection
from tests.schema.test_municipalities import ids_of
from tests.schema.test_sight_matrix import drafts
from tests.schema.test_subscription import following, take
from tests.town import PEOPLE, applied
from workflows import records
from workflows.revise.people import end_appointment
from workflows.revise.sheets import edit_sheet
from workflows.sheets import PlanEdit, Report
from workflows.stages import Stage, Trigger

MOVES: Final = """query($code: String!) { project(ref: {code: $code}) { currentCycle {
  viewerCanEditSheet availableTransitions { trigger allowed blockedBy { code fields
    resolvableBy { id } } } } } }"""
SEES_DRAFT_OF_1_06: Final = {"other_lead", "other_staff", "office", "office_lead", "auditor"}


async def test_moves_tell_of_a_draft_only_who_sees_it(towns: Towns) -> None:
    """Others are told that they may not, whatever is written; and nobody's name, if anonymous."""
    town = towns.large
    for who in (*PEOPLE, None):
        before = await ask(town, MOVES, who, code="1_06")
        codes = {
            blocker["code"]
            for move in before["project"]["currentCycle"]["availableTransitions"]
            for blocker in move["blockedBy"]
        }
        barred = {"NOT_SIGNED_IN"} if who is None else {"NOT_AUTHORISED"}
        assert (codes > barred or codes & {"NO_SCHEDULE"} != set()) is (who in SEES_DRAFT_OF_1_06)
        if who not in SEES_DRAFT_OF_1_06:
            assert codes == barred
            await town.fill_in(Stage.PLAN, "1_06", "other_lead")
            assert await ask(town, MOVES, who, code="1_06") == before
    anonymous = await ask(town, MOVES, code="1_06")
    for move in anonymous["project"]["currentCycle"]["availableTransitions"]:
        assert all(blocker["resolvableBy"] == [] for blocker in move["blockedBy"])


async def test_filters_and_orders_do_not_tell_of_a_draft(towns: Towns) -> None:
    """A draft that nobody else sees changes no page, count, order or search of theirs."""
    town = towns.large
    pages = (
        (questions.BOARD_FILTERED, {}),
        (questions.PROGRESS, {"by": "DEPARTMENT"}),
        ('{ projects(where: {search: "ひみつ"}) { totalCount } }', {}),
        ("{ projects(where: {actionableByViewer: true}) { nodes { code } } }", {}),
        ("{ progress { byGrade { grade count } } }", {}),
    )
    for number, who in enumerate(("staff", "nobody", "admin", None)):
        now = (await context(town, who)).now
        before = [await ask(town, page, who, now, **given) for page, given in pages]
        cycle = await town.cycle("1_06")
        edit = PlanEdit(values={"schedule": f"ひみつ{number}"})
        applied(await edit_sheet(town.by("other_lead"), cycle.id, cycle.revision, edit))
        after = [await ask(town, page, who, now, **given) for page, given in pages]
        assert after == before


async def test_a_grade_counts_once_it_is_given(towns: Towns) -> None:
    """While the evaluation is a draft, only who sees the draft counts its grade."""
    town, document = towns.large, "{ progress { byGrade { grade count } } }"
    await town.bring_to(Stage.CHECK, "1_06", "other_lead")

    async def counted(who: str | None) -> int:
        told = (await ask(town, document, who))["progress"][0]["byGrade"]
        return next(int(one["count"]) for one in told if one["grade"] == "A")

    before = {who: await counted(who) for who in (*PEOPLE, None)}
    await town.fill_in(Stage.CHECK, "1_06", "other_lead")
    for who, count in before.items():
        assert await counted(who) - count == (1 if who in SEES_DRAFT_OF_1_06 else 0), who
    applied(await town.fire("other_lead", Trigger.EVALUATE, "1_06"))
    assert {who: await counted(who) for who in before} == {w: n + 1 for w, n in before.items()}


async def test_nothing_is_public_where_the_town_says_so(read_towns: Towns) -> None:
    """Who is not signed in finds no row by any way; who is, sees what is published."""
    town = read_towns.small
    asked = await context(town, public=False)
    ids = await ids_of(town)
    for start in range(0, len(ids), 100):
        some = ids[start : start + 100]
        data, errors = await execute(asked, questions.NODES, {"ids": some})
        assert (data, errors) == ({"nodes": [None] * len(some)}, [])
    lists = """{ projects { totalCount nodes { id } } history { totalCount nodes { id } }
      people { id } departments { id } categories { id } progress { total byGrade { count } }
      project(ref: {code: "1_02"}) { id } }"""
    data, errors = await execute(asked, lists, {})
    assert not errors
    assert data["projects"] == data["history"] == {"totalCount": 0, "nodes": []}
    assert data["people"] == data["departments"] == data["categories"] == []
    assert data["progress"] == [{"total": 0, "byGrade": []}]
    assert data["project"] is None
    for root in ("municipality { name }", "plan { title }"):
        _, errors = await execute(asked, f"{{ {root} }}", {})
        assert errors[0]["extensions"]["code"] in {"UNAUTHENTICATED", "NO_PLAN"}
    async with following(town, viewer=asked, after=0) as entries:
        with pytest.raises(RequestError) as told:
            await take(entries, 1)
    assert told.value.errors[0]["extensions"]["code"] == "UNAUTHENTICATED"
    signed_in = await context(town, "nobody", public=False)
    data, errors = await execute(signed_in, "{ municipality { id } projects { totalCount } }", {})
    assert (data["projects"]["totalCount"] > 0, errors) == (True, [])


@pytest.mark.parametrize("who", [*PEOPLE, None])
async def test_nothing_fails_for_anybody(read_towns: Towns, who: str | None) -> None:
    """Everything that can be reached is answered to every viewer: no hidden row breaks a field."""
    town = read_towns.small
    assert await ask(town, selection("Query", 3), who)
    entries = f"{{ history(first: 100) {{ nodes {selection('HistoryEntry', 2)} }} }}"
    assert await ask(town, entries, who)


async def test_sight_changes_while_somebody_follows(towns: Towns) -> None:
    """Who loses the role is not sent what it let them see, in the connection that they have."""
    town = towns.large
    appointment = await records.Appointment.of(town.id).get(person_id=town.people["lead"])
    edit = PlanEdit(values={"goal": "その一"})
    cycle = await town.cycle("1_02")
    applied(await edit_sheet(town.by("staff"), cycle.id, cycle.revision, edit))
    asked = await context(town, "lead")
    async with following(town, viewer=asked, after=await town.size() - 1) as entries:
        assert (await take(entries, 1))[0]["__typename"] == "SheetEdit"
        last = asked.today - dt.timedelta(days=1)
        applied(await end_appointment(town.console(), appointment.id, last))
        applied(await town.fill_in(Stage.PLAN, "1_02", "staff"))
        report = Report(text="順調")
        applied(await town.fire("staff", Trigger.REPORT_INTERIM, "1_05", report=report))
        (entry,) = await take(entries, 1)
    assert (entry["__typename"], entry["actor"]) == ("Transition", {"person": None})


async def test_an_unseen_entry_cannot_be_corrected(towns: Towns) -> None:
    """A sequence of an edit in another department is refused as one that there is not."""
    town = towns.large
    await drafts(town)
    edit = (
        await records.Event.of(town.id)
        .filter(kind="SHEET_EDITED", owner_id=town.departments["税務課"])
        .first()
    )
    assert edit
    document = """mutation($input: CorrectInput!) { correct(input: $input) {
      __typename ... on UserError { code message path } } }"""
    answers = []
    for sequence in (edit.sequence, 10**6):
        given = {"sequence": sequence, "statement": "x", "reason": "x"}
        given |= {"idempotencyKey": "00000000-0000-4000-8000-000000000001"}
        answers.append(await ask(town, document, "lead", input=given))
        about = await town.last_event()
        assert (about.project_id, about.cycle_id, about.owner_id) == (None, None, None)
    assert answers[0] == answers[1]


async def test_an_act_answers_with_what_is_seen(towns: Towns) -> None:
    """The entry of the own act, and those since a revision, come without their canonical text."""
    town = towns.large
    cycle = await town.cycle("1_05")
    document = """mutation($input: FireInput!) { fireTransition(input: $input) {
      ... on TransitionApplied { transition { body reason actor { person { id } } } }
      ... on RevisionConflict { since { sequence body } } } }"""
    asked = {"cycle": cycle.public_id, "trigger": "REVISE_PLAN", "reason": "減額"}
    asked |= {"expectedRevision": cycle.revision, "plan": {"goal": "改めた目標"}}

    async def fired(who: str) -> Answer:
        given = {**asked, "idempotencyKey": key()}
        answer: Answer = (await ask(town, document, who, input=given))["fireTransition"]
        return answer

    person = {"id": f"per_{town.people['lead'].hex}"}
    shown = {"body": None, "reason": "減額", "actor": {"person": person}}
    assert (await fired("lead"))["transition"] == shown
    since = (await fired("lead"))["since"]
    assert since
    assert all(entry["body"] is None for entry in since)
