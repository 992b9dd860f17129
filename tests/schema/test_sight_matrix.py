"""The matrix of reading: each viewer, each row, each field, however it is come by.

What should be seen is worked out by `oracle` from the tables in `workflows.sight` and from
`classified`, and held against what is answered. A new field has to be classified there.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any, Final
from uuid import uuid4

import pytest
from graphql import GraphQLObjectType

from schema.nodes import NODE_TYPES
from tests.schema.asking import Answer, context, execute
from tests.schema.classified import FIELDS
from tests.schema.conftest import Towns
from tests.schema.documents import BUILT
from tests.schema.expected import Expectation, selection
from tests.schema.oracle import VIEWERS, Oracle, Viewer
from tests.schema.test_sdl import ROOTS
from tests.schema.test_subscription import following, take
from tests.town import Town, applied
from workflows import records
from workflows.readings import ENTRIES, READINGS, ROWS, Reading
from workflows.records import Event, EventKind
from workflows.stages import Stage, Trigger

SEES_ALL: Final = Viewer("auditor")
A_KIND: Final = 2
"""Entries of a kind, and rows of a table beside those that tell a draft."""
LABELS: Final = [f"{v.who or 'anonymous'}{f':{v.scope}' if v.scope else ''}" for v in VIEWERS]


async def drafts(town: Town) -> None:
    """Leave something in every part that a stage leaves open, in the own and another department."""
    for code, who in (("1_02", "lead"), ("1_06", "other_lead")):
        applied(await town.fill_in(Stage.PLAN, code, who))
    for code, stage, who in (
        *(
            ("1_05", Stage.DO, "lead"),
            ("1_08", Stage.CHECK, "lead"),
            ("1_03", Stage.DO, "other_lead"),
        ),
        *(("2_02", Stage.ACTION, "lead"), ("2_03", Stage.ACTION, "other_lead")),
    ):
        if (await town.project(code)).status == "ACTIVE":
            applied_stage = await town.bring_to(stage, code, who)
            applied(await town.fill_in(applied_stage.stage, code, who))
    for who in ("lead", "other_staff", "nobody", "admin"):
        await town.fire(who, Trigger.START, "1_06")


async def looked_at(town: Town) -> Oracle:
    """Return a town with drafts in it, and what to look at."""
    await drafts(town)
    return await Oracle.of(town)


def chosen(oracle: Oracle) -> list[str]:
    """Return the ids of some rows of each table and entries of each kind, and of every draft."""
    drafted = {"1_02", "1_03", "1_05", "1_06", "1_08", "2_02", "2_03"}
    projects = {p.id for p in oracle.all(records.Project) if p.code in drafted}
    cycles = {c.id for c in oracle.all(records.Cycle) if c.project_id in projects}
    counted: Counter[object] = Counter()
    ids = []
    for public, row in oracle.rows.items():
        kind = row.kind if isinstance(row, Event) else type(row)
        counted[kind] += 1
        if counted[kind] <= A_KIND or getattr(row, "cycle_id", None) in cycles - {None}:
            ids.append(public)
    return ids


async def told(oracle: Oracle, viewer: Viewer, document: str, **variables: object) -> Answer:
    """Return what a viewer is answered, without any error, at one and the same moment."""
    asked = await context(oracle.town, viewer.who, oracle.now, credential=viewer.credential)
    data, errors = await execute(asked, document, variables)
    assert not errors, (viewer, errors)
    return data


async def nodes(oracle: Oracle, viewer: Viewer, rows: list[Any]) -> dict[str, Answer | None]:
    """Return every field of some rows, by their ids; those of a type are asked for together."""
    of_type: dict[str, list[str]] = {}
    for row in rows:
        of_type.setdefault(NODE_TYPES[type(row)](row), []).append(row.public_id)
    found: dict[str, Answer | None] = {}
    for name, ids in of_type.items():
        document = (
            f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {name} {selection(name)} }} }}"
        )
        for start in range(0, len(ids), 100):
            asked = ids[start : start + 100]
            answer = await told(oracle, viewer, document, ids=asked)
            found |= dict(zip(asked, answer["nodes"], strict=True))
    return found


def test_every_field_is_classified() -> None:
    """Each field of each type of the SDL says what it takes; and nothing else is said."""
    known = {
        name: set(named.fields)
        for name, named in BUILT.type_map.items()
        if isinstance(named, GraphQLObjectType) and not name.startswith("__")
    }
    assert {name: set(fields) for name, fields in FIELDS.items()} == {
        name: fields for name, fields in known.items() if name not in ROOTS
    }


def test_every_table_and_kind_is_in_the_matrix() -> None:
    """Whatever a client can ask for by id has a reading, and each reading an audience."""
    assert ENTRIES.keys() == set(EventKind)
    assert READINGS.keys() >= {*ENTRIES.values(), *ROWS.values()}


async def test_every_field_of_every_row(towns: Towns, tell: Callable[[str], None]) -> None:
    """By id, through `nodes`: what is there, each field of it, and the rows that hang on it."""
    town = towns.large
    oracle = await looked_at(town)
    rows = [oracle.rows[public] for public in chosen(oracle)]
    whole = await nodes(oracle, SEES_ALL, rows)
    assert all(whole.values())
    cases = 0
    for label, viewer in zip(LABELS, VIEWERS, strict=True):
        found = await nodes(oracle, viewer, rows)
        for row in rows:
            public, seen = row.public_id, oracle.is_there(viewer, row)
            everything: Any = whole[public]
            expected = Expectation(oracle, viewer, row).of(everything) if seen else None
            assert found[public] == expected, (label, public)
            cases += len(everything) - 1
    tell(f"{cases:,} cases: every field of every row")
    assert cases > 10_000


async def test_what_is_hidden_is_as_what_is_not(towns: Towns, tell: Callable[[str], None]) -> None:
    """By `node`, one of each kind: the same bytes as for an id that nothing has."""
    town, cases = towns.large, 0
    oracle = await looked_at(town)
    document = "query($id: ID!) { node(id: $id) { __typename id } }"
    for viewer in VIEWERS:
        asked = await context(town, viewer.who, credential=viewer.credential)
        for public in chosen(oracle)[::5]:
            missing = f"{public[:4]}{uuid4().hex}"
            data, errors = await execute(asked, document, {"id": public})
            if not oracle.is_there(viewer, oracle.rows[public]):
                nothing = await execute(asked, document, {"id": missing})
                assert (data, errors) == nothing == ({"node": None}, [])
            else:
                assert data["node"]["id"] == public
            cases += 1
    tell(f"{cases:,} cases: rows by their ids, there or as if not")


LISTS: Final = """query($where: HistoryWhere, $each: Boolean!) {
  history(where: $where, newestFirst: false, first: 100) { totalCount nodes { id sequence } }
  projects(first: 100) @include(if: $each) { nodes { id history(where: $where, first: 100) {
    totalCount nodes { id } } } } }"""


async def test_lists_and_counts_hold_what_is_seen(
    towns: Towns, tell: Callable[[str], None]
) -> None:
    """The record, filtered in each way, as a whole and by project: nothing hidden is counted."""
    oracle, cases = await looked_at(towns.large), 0
    events = sorted(oracle.all(Event), key=lambda e: e.sequence)
    filters: list[tuple[Answer, Any]] = [({}, lambda _v, _e: True)]
    by_reading: dict[Reading, EventKind] = {what: kind for kind, what in ENTRIES.items()}
    for kind in by_reading.values():
        filters.append(({"kind": [kind]}, lambda _v, e, kind=kind: e.kind is kind))  # noqa: PERF401
    for who in ("lead", "other_lead", "admin", "nobody"):
        person = oracle.town.people[who]
        filters.append(({"actor": f"per_{person.hex}"}, _done_by(oracle, person)))
    for viewer in VIEWERS:
        seen = [event for event in events if oracle.is_there(viewer, event)]
        for where, holds in filters:
            wanted = [e for e in seen if holds(viewer, e)]
            answer = await told(oracle, viewer, LISTS, where=where, each="kind" not in where)
            assert answer["history"]["totalCount"] == len(wanted), (viewer, where)
            assert [n["id"] for n in answer["history"]["nodes"]] == [
                e.public_id for e in wanted[:100]
            ]
            for project in answer.get("projects", {"nodes": []})["nodes"]:
                mine = [
                    e for e in wanted if f"prj_{getattr(e.project_id, 'hex', '')}" == project["id"]
                ]
                assert project["history"]["totalCount"] == len(mine)
                assert [n["id"] for n in project["history"]["nodes"]] == [
                    e.public_id for e in reversed(mine)
                ]
            cases += 1
    tell(f"{cases:,} cases: lists and counts of the record")


def _done_by(oracle: Oracle, person: Any) -> Any:  # noqa: ANN401 - an id, a condition
    return lambda viewer, event: (
        event.actor_id == person and oracle.sees(viewer, Reading.NAMES, event)
    )


@pytest.mark.parametrize("viewer", VIEWERS, ids=LABELS)
async def test_who_follows_is_sent_what_is_seen(read_towns: Towns, viewer: Viewer) -> None:
    """The whole record, followed: the entries that are there for the viewer, and no others."""
    town = read_towns.small
    oracle = await Oracle.of(town)
    events = sorted(oracle.all(Event), key=lambda e: e.sequence)
    wanted = [e.sequence for e in events if oracle.is_there(viewer, e)]
    asked = await context(town, viewer.who, credential=viewer.credential)
    async with following(town, viewer=asked, after=0) as entries:
        sent = [entry["sequence"] for entry in await take(entries, len(wanted))]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await anext(entries)
    assert sent == wanted
