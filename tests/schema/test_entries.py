"""The record through the API: every kind of entry with all it tells, twice the same."""

import datetime as dt
from collections import defaultdict
from typing import Final

from graphql import GraphQLInterfaceType

from tests.schema.asking import Answer, ask
from tests.schema.conftest import Towns
from tests.schema.documents import BUILT, selection
from tests.schema.test_sdl import members_of
from tests.town import Town
from workflows.changes import instant
from workflows.records import Event, EventKind

EVERYTHING: Final = selection("HistoryEntry", 2)
ENTRIES: Final = """{ history(first: 100) { nodes { __typename sequence recordedAt effectiveAt reason
  body cycle { id } actor { person { staffNumber } role }
  changes { subjectId subject field before after }
  ... on Transition { trigger approvalNumber opened { id fiscalYear }
    sheetBefore { id goal budgetYen indicators { id name } }
    report { text figures { name value } } rescinds { rescindedBy { sequence } } }
} } }"""


async def entries(town: Town) -> list[Answer]:
    """Return the last 100 entries, the latest first."""
    nodes: list[Answer] = (await ask(town, ENTRIES, "auditor"))["history"]["nodes"]
    return nodes


async def test_every_kind_tells_everything_twice_the_same(read_towns: Towns) -> None:
    """All kinds are there, no field of any of them fails, and `nodes` gives what the list does."""
    town, now = read_towns.small, dt.datetime.now(dt.UTC)
    asked = f"{{ history(first: 100) {{ nodes {EVERYTHING} }} }}"
    told = (await ask(town, asked, "auditor", now))["history"]["nodes"]
    one_of_each = {entry["__typename"]: entry for entry in told}
    history = BUILT.type_map["HistoryEntry"]
    assert isinstance(history, GraphQLInterfaceType)
    assert one_of_each.keys() == {kind.name for kind in BUILT.get_possible_types(history)}
    asked = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on HistoryEntry {EVERYTHING} }} }}"
    ids = [entry["id"] for entry in one_of_each.values()]
    assert (await ask(town, asked, "auditor", now, ids=ids))["nodes"] == list(one_of_each.values())
    assert {event.kind for event in await Event.of(town.id)} == set(EventKind)


async def test_an_entry_says_what_the_record_says(read_towns: Towns) -> None:
    """Actor, time and body are those of the event; people and departments by name."""
    town = read_towns.small
    names = {person_id: who for who, person_id in town.people.items()}
    for entry in await entries(town):
        event = await Event.of(town.id).get(sequence=entry["sequence"])
        assert entry["body"] == event.body
        assert entry["recordedAt"].replace("Z", "+00:00") == event.recorded_at.isoformat()
        person = entry["actor"]["person"]
        assert (person and person["staffNumber"]) == names.get(event.actor_id)
        assert entry["actor"]["role"] == event.actor_role
        assert (entry["cycle"] or {}).get("id") == (event.cycle_id and f"cyc_{event.cycle_id.hex}")
        assert entry["reason"] == (event.document["reason"] or None)


async def test_changes_can_be_read(read_towns: Towns) -> None:
    """Every change names a field of its subject as the API spells it, and a node that there is."""
    town, seen = read_towns.small, defaultdict(set)
    ids: dict[str, str] = {}
    for entry in await entries(town):
        for change in entry["changes"]:
            seen[change["subject"]].add(change["field"])
            ids[change["subjectId"]] = change["subject"]
    for subject, fields in seen.items():
        assert fields - members_of(BUILT.type_map[subject]).keys() == set(), subject
    asked = list(ids)[-100:]
    nodes = (
        await ask(town, "query($i: [ID!]!) { nodes(ids: $i) { __typename } }", "auditor", i=asked)
    )["nodes"]
    assert [node["__typename"] for node in nodes] == [ids[one] for one in asked]
    assert {"Sheet", "Indicator", "Cycle", "Project", "Ownership", "GradeStep"} <= seen.keys()


async def test_changes_show_values_as_text(read_towns: Towns) -> None:
    """Amounts, texts, ids and lists are readable; bookkeeping is left out."""
    town = read_towns.small
    changes = [
        (c["subject"], c["field"], c["before"], c["after"])
        for entry in await entries(town)
        for c in entry["changes"]
    ]
    department = f"dep_{town.departments['税務課'].hex}"
    for expected in (
        ("Sheet", "budgetYen", "1200000", "900000"),
        ("Sheet", "activities", "導入した", "8月に導入した"),
        ("Sheet", "gradeLabel", None, "目標を上回って達成"),
        ("Indicator", "baseline", None, "10"),
        ("Project", "status", "ACTIVE", "SUSPENDED"),
        ("Project", "expectedEffects", '["三戸町の効果"]', '["効果1","効果2"]'),
        ("Rollout", "department", None, department),
        ("Ownership", "endsOn", None, "2048-03-30"),
    ):
        assert expected in changes
    assert {field for _, field, _, _ in changes} & {"revision", "position", "municipality"} == set()


async def test_a_transition_keeps_what_it_moved(read_towns: Towns) -> None:
    """The sheet as it stood, what took it back, and the cycle that it opened."""
    told = [e for e in await entries(read_towns.small) if e["__typename"] == "Transition"]
    by_trigger = {entry["trigger"]: entry for entry in reversed(told)}
    assert by_trigger["START"]["sheetBefore"]["indicators"][0]["name"] == "交付率"
    assert by_trigger["START"]["sheetBefore"]["goal"] == "利用者を増やす"
    assert by_trigger["REVISE_PLAN"]["sheetBefore"]["budgetYen"] == 1_200_000
    assert by_trigger["REPORT_INTERIM"]["report"]["figures"][0]["value"] == "12.5"
    assert by_trigger["RESCIND"]["rescinds"]["rescindedBy"] is not None
    assert by_trigger["CLOSE"]["approvalNumber"] == "階総第123号"
    assert by_trigger["CLOSE"]["opened"]["fiscalYear"] == 2027
    assert by_trigger["OPEN_NEXT"]["cycle"]["id"] == by_trigger["CLOSE"]["opened"]["id"]
    assert by_trigger["EVALUATE"]["effectiveAt"] is not None
    assert len({entry["sheetBefore"]["id"] for entry in told if entry["sheetBefore"]}) == len(
        [entry for entry in told if entry["sheetBefore"]]
    )


async def test_history_is_filtered(read_towns: Towns) -> None:
    """Each condition keeps what the record says it should, and the total counts those."""
    town, names = read_towns.small, read_towns.small.people
    events = await Event.of(town.id).order_by("sequence")
    middle = events[len(events) // 2]
    project = next(e.project_id for e in events if e.trigger)
    tax = town.departments["税務課"]
    conditions = {
        "kind: [TRANSITION, REFUSAL]": lambda e: e.kind in {"TRANSITION", "REFUSAL"},
        "kind: []": lambda _: False,
        f'project: "prj_{project.hex}"': lambda e: e.project_id == project,
        f'cycle: "cyc_{middle.id.hex}"': lambda e: e.cycle_id == middle.id,
        f'actor: "per_{names["lead"].hex}"': lambda e: e.actor_id == names["lead"],
        f'department: "dep_{tax.hex}"': lambda e: e.owner_id == tax,
        f'actorDepartment: "dep_{tax.hex}"': lambda e: e.actor_department_id == tax,
        "trigger: [START, CLOSE], to: [DO]": lambda e: e.trigger == "START" and e.target == "DO",
        f'recordedFrom: "{instant(middle.recorded_at)}"': lambda e: (
            e.recorded_at >= middle.recorded_at
        ),
        f'recordedBefore: "{middle.recorded_at.isoformat()}"': lambda e: (
            e.recorded_at < middle.recorded_at
        ),
        'project: "per_00000000000000000000000000000000"': lambda _: False,
        'actor: ""': lambda _: False,
    }
    for condition, holds in conditions.items():
        asked = f"{{ history(where: {{{condition}}}, first: 100, newestFirst: false) {{ totalCount"
        found = (await ask(town, asked + " nodes { sequence } } }", "auditor"))["history"]
        expected = [event.sequence for event in events if holds(event)]
        assert (found["totalCount"], [n["sequence"] for n in found["nodes"]]) == (
            len(expected),
            expected[:100],
        ), condition
