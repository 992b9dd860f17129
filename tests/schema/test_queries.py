"""What is read is what is so: every field, moves, spans, owners, nodes, and who asks."""

import datetime as dt
from itertools import pairwise
from typing import Final

from tests.schema import questions
from tests.schema.asking import Answer, ask, error_codes
from tests.schema.conftest import Towns
from tests.schema.documents import selection
from tests.schema.verbs import Desk
from tests.town import PEOPLE
from workflows.cases import owned_on
from workflows.machine import mermaid
from workflows.records import Cycle, Ownership
from workflows.stages import MOVES, STATUS_MOVES, Stage

MOVES_OF: Final = """query($code: String!) { project(ref: {code: $code}) { currentCycle {
  id revision viewerCanEditSheet openSheetPart
  availableTransitions { trigger from to allowed requiresReason blockedBy { code } } } } }"""


async def test_no_field_of_the_schema_fails(read_towns: Towns) -> None:
    """Everything that a query reaches three steps from its root is answered, signed in or not."""
    everything = selection("Query", 3)
    for town, who in ((read_towns.large, "office_lead"), (read_towns.small, None)):
        answer = await ask(town, everything, who)
        assert answer["municipality"]["id"] == f"mun_{town.id.hex}"
        assert (answer["viewer"] is None) == (who is None)


async def test_what_is_offered_is_what_can_be_done(towns: Towns) -> None:
    """A move is allowed exactly where firing it, with what it asks for, would succeed."""
    desk = Desk(towns.large)
    await desk.town.bring_to(Stage.ACTION, "2_05")
    await desk.edit("lead", {"improvement": {"improvement": "無", "direction": "REVISE"}}, "2_05")
    inputs: Answer = {
        "REPORT_INTERIM": {"report": {"text": "順調"}},
        "REVISE_PLAN": {"plan": {"goal": "改めた目標"}},
    }
    seen = set()
    for code in ("1_02", "1_05", "1_08", "2_05", "1_03"):
        for who in ("lead", "office", "staff", "other_lead", None):
            cycle = (await ask(desk.town, MOVES_OF, who, code=code))["project"]["currentCycle"]
            for move in cycle["availableTransitions"]:
                answer = await desk.act(
                    "fireTransition",
                    who,
                    cycle=cycle["id"],
                    expectedRevision=cycle["revision"],
                    trigger=move["trigger"],
                    validateOnly=True,
                    reason="理由",
                    **inputs.get(move["trigger"], {}),
                )
                done = answer["__typename"] == "Validated"
                assert move["allowed"] is done, (code, who, move, answer)
                assert move["allowed"] is (move["blockedBy"] == [])
                seen.add((move["trigger"], done))
    assert {trigger for trigger, done in seen if done} >= {"REPORT_INTERIM", "CLOSE", "OPEN_NEXT"}


async def test_who_may_edit_which_part(read_towns: Towns) -> None:
    """The stage opens one part, for the owner's people; the last one for the office too."""
    for code, part, people in (
        ("1_05", "RESULTS", {"lead", "staff"}),
        ("1_08", "EVALUATION", {"lead", "staff"}),
        ("1_03", "PLAN", set()),  # withdrawn from the plan
        ("2_03", "PLAN", {"other_lead", "other_staff"}),
    ):
        may = set()
        for who in (*PEOPLE, None):
            asked = await ask(read_towns.large, MOVES_OF, who, code=code)
            cycle = asked["project"]["currentCycle"]
            assert cycle["openSheetPart"] == part
            may |= {who} if cycle["viewerCanEditSheet"] else set()
        assert may == people


async def test_spans_follow_one_another(read_towns: Towns) -> None:
    """From the opening to now without a gap, by effect; a closed cycle's last one is empty."""
    document = """query($year: Int!) { project(ref: {code: "1_02"}) { cycle(fiscalYear: $year) {
      openedAt stage enteredStageAt spans { stage enteredAt leftAt seconds } } } }"""
    for year, now in ((2026, None), (2027, dt.datetime(2060, 1, 1, tzinfo=dt.UTC))):
        cycle = (await ask(read_towns.small, document, None, now, year=year))["project"]["cycle"]
        spans = cycle["spans"]
        assert spans[0]["enteredAt"] == cycle["openedAt"]
        assert (spans[-1]["stage"], spans[-1]["leftAt"]) == (cycle["stage"], None)
        assert spans[-1]["enteredAt"] == cycle["enteredStageAt"]
        for before, after in pairwise(spans):
            assert before["leftAt"] == after["enteredAt"]
        for span in spans[:-1]:
            stay = moment(span["leftAt"]) - moment(span["enteredAt"])
            assert span["seconds"] == int(stay.total_seconds())
    closed = (await ask(read_towns.small, document, year=2026))["project"]["cycle"]["spans"]
    assert [span["stage"] for span in closed] == [
        *("PLAN", "DO", "CHECK", "DO", "CHECK", "DO", "CHECK", "ACTION", "CLOSED")
    ]
    assert closed[-1]["seconds"] == 0
    assert spans[-1]["seconds"] > 30 * 365 * 86_400


def moment(text: str) -> dt.datetime:
    """Read a DateTime."""
    return dt.datetime.fromisoformat(text)


async def test_owners_change_on_their_day(read_towns: Towns) -> None:
    """A transfer that lies ahead shows on its day, in departments and in groups."""
    document = """query($on: Date) { departments { id projects(on: $on) { id }
      groups { id projects(on: $on) { id } } } }"""
    owners, project = set(), await read_towns.small.project("1_02")
    for day in ("2048-03-30", "2048-03-31"):
        on = dt.date.fromisoformat(day)
        owned = await Ownership.of(read_towns.small.id).filter(owned_on(on))
        expected = {(f"dep_{o.department_id.hex}", f"prj_{o.project_id.hex}") for o in owned}
        in_groups = {
            (f"grp_{o.group_id.hex}", f"prj_{o.project_id.hex}") for o in owned if o.group_id
        }
        found = (await ask(read_towns.small, document, on=day))["departments"]
        groups = [group for department in found for group in department["groups"]]
        assert {(one["id"], p["id"]) for one in found for p in one["projects"]} == expected
        assert {(one["id"], p["id"]) for one in groups for p in one["projects"]} == in_groups
        owners |= {o.department_id for o in owned if o.project_id == project.id}
    assert owners == {read_towns.small.departments[name] for name in ("町民生活課", "税務課")}


async def test_ids_find_what_they_name_and_nothing_else(read_towns: Towns) -> None:
    """In the order asked for, with null for whatever is no id or is unknown."""
    town = read_towns.small
    cycle = await Cycle.of(town.id).first()
    assert cycle
    ids = [
        *("", "x", "cyc_", f"CYC_{cycle.id.hex}", f"cyc_{cycle.id}", f"prj_{cycle.id.hex}"),
        *(f"cyc_{cycle.id.hex.upper()}", f"tok_{cycle.id.hex}", f"hed_{town.id.hex}"),
        *(f"mun_{town.id.hex}", cycle.public_id, f"{cycle.public_id} ", "cyc_" + "０" * 32),
        *(f"mun_{cycle.id.hex}", "\0", "\ud800", cycle.public_id),
    ]
    found = (await ask(town, questions.NODES, ids=ids))["nodes"]
    names = [node and node["__typename"] for node in found]
    assert {n: name for n, name in enumerate(names) if name} == {
        9: "Municipality",
        10: "Cycle",
        16: "Cycle",
    }
    assert await error_codes(town, questions.NODES, ids=["x"] * 101) == ["TOO_MANY"]
    document = "query($c: String!) { project(ref: {code: $c}) { id } }"
    for code in ("", "1_2", "9_99", "\0", "\ud800", "1_02\n"):
        assert await ask(town, document, c=code) == {"project": None}


async def test_the_workflow_is_the_table(read_towns: Towns) -> None:
    """Every move and status move, in both languages, and the diagram."""
    told = (await ask(read_towns.small, questions.WORKFLOW))["workflow"]
    moves = [(m["trigger"], m["from"], m["to"], m["requiresReason"]) for m in told["moves"]]
    assert moves == [(m.trigger, m.source, m.target, m.requires_reason) for m in MOVES]
    assert [set(m["roles"]) for m in told["moves"]] == [set(m.roles) for m in MOVES]
    status = [(m["trigger"], m["from"], m["to"]) for m in told["statusMoves"]]
    assert status == [(m.trigger, m.source, m.target) for m in STATUS_MOVES]
    assert told["mermaid"] == mermaid()
    assert [one["stage"] for one in told["stages"]] == list(Stage)
    document = """{ workflow { mermaid(lang: EN) stages { ja: label en: label(lang: EN) }
      moves { label } statusMoves { ja: label en: label(lang: EN) } }
      plan { fiscalYears { ja: label en: label(lang: EN) } } }"""
    told = await ask(read_towns.small, document)
    assert told["workflow"]["mermaid"] == mermaid(japanese=False)
    assert told["workflow"]["stages"][0] == {"ja": "計画", "en": "Plan"}
    assert told["workflow"]["statusMoves"][0] == {"ja": "休止する", "en": "Suspend"}
    assert told["plan"]["fiscalYears"][0] == {"ja": "令和8年度", "en": "FY2026 (Reiwa 8)"}


async def test_every_stage_tells_its_due_day(read_towns: Towns) -> None:
    """Of any fiscal year, as the cycles have it; the last stage, and years beyond a calendar, none."""
    document = """query($y: Int!) { workflow { stages { dueOn(fiscalYear: $y) } } }"""

    async def days(year: int) -> list[str | None]:
        told = await ask(read_towns.small, document, y=year)
        return [one["dueOn"] for one in told["workflow"]["stages"]]

    assert await days(2026) == ["2026-05-31", "2027-03-31", "2027-05-31", "2027-06-30", None]
    for year in (-1, 0, 9999, 2**31 - 1):
        assert await days(year) == [None] * len(Stage)


async def test_an_entry_by_its_number(read_towns: Towns) -> None:
    """As the history tells it; null where there is none, and for who may not see it."""
    town = read_towns.small
    document = "query($s: Int!) { entry(sequence: $s) { __typename id sequence body } }"
    history = "{ history(first: 100) { nodes { __typename id sequence body } } }"
    for who in ("auditor", "lead", None):
        seen = (await ask(town, history, who))["history"]["nodes"]
        assert seen
        for one in seen:
            assert (await ask(town, document, who, s=one["sequence"]))["entry"] == one
        numbers = {one["sequence"] for one in seen}
        hidden = set(range(max(numbers) - len(seen), max(numbers))) - numbers
        assert who == "auditor" or hidden
        for sequence in (*hidden, 0, -1, 2**31 - 1):
            assert (await ask(town, document, who, s=sequence))["entry"] is None


async def test_entries_between_two_numbers(read_towns: Towns) -> None:
    """From one on, and before another; a subscription could be filtered alike."""
    town = read_towns.small
    document = """query($where: HistoryWhere) { history(where: $where) {
      totalCount nodes { sequence } } }"""
    for where, wanted in (
        ({"sequenceFrom": 5, "sequenceBefore": 9}, [8, 7, 6, 5]),
        ({"sequenceBefore": 3}, [2, 1]),
        ({"sequenceFrom": await town.size()}, [await town.size()]),
        ({"sequenceFrom": 9, "sequenceBefore": 9}, []),
    ):
        found = (await ask(town, document, "auditor", where=where))["history"]
        assert [one["sequence"] for one in found["nodes"]] == wanted
        assert found["totalCount"] == len(wanted)
