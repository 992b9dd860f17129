"""What changed between two moments: what two states differ by, as far as edits are seen."""

import re
from collections import Counter
from typing import Any, Final
from uuid import uuid4

import pytest
from tortoise.fields import UUIDField

from schema import past_difference
from schema.history import field_changes
from tests.schema.asking import Answer, ask, context, error_codes, execute
from tests.schema.conftest import Towns
from tests.schema.test_as_of import HIDES, dumped, hide
from tests.schema.test_sight_matrix import drafts
from tests.town import PEOPLE, Town, applied
from workflows import ledger
from workflows.changes import RECORDED
from workflows.past import AtEntry, point_of, tables_at
from workflows.records import Sheet
from workflows.revise.sheets import edit_sheet
from workflows.sheets import PlanEdit

DIFF: Final = """query($moment: MomentInput!, $other: MomentInput!) {
  diff(from: $moment, to: $other) { fromSequence toSequence entryCount totalCount
    projects { code title project { code } changes { subjectId subject field before after } } } }"""
DIFF_AT: Final = "{ diff(from: {sequence: %d}, to: {sequence: %d}) { totalCount } }"


async def difference(town: Town, who: str | None, start: int, end: int) -> Answer:
    """Return what changed between two entries."""
    given = {"moment": {"sequence": start}, "other": {"sequence": end}}
    told: Answer = (await ask(town, DIFF, who, **given))["diff"]
    assert (told["fromSequence"], told["toSequence"]) == (start, end)
    return told


def flat(told: Answer) -> Counter[tuple[str, ...]]:
    """Return the changed fields of an answer."""
    changes = [change for project in told["projects"] for change in project["changes"]]
    return Counter(tuple(map(str, change.values())) for change in changes)


async def test_differences_are_those_between_the_tables(towns: Towns) -> None:
    """Whoever sees everything is told exactly what two states of the tables differ by."""
    town = towns.large
    await drafts(town)
    size = await town.size()
    for start, end in ((0, size), (size - 40, size), (60, size - 5), (size, size)):
        before, after = [
            await tables_at(town.id, await point_of(town.id, AtEntry(s), ledger.now()))
            for s in (start, end)
        ]
        changes = []
        for table in RECORDED:
            for row_id, row in after[table].items():
                old = before[table].get(row_id)
                values = {k: v for k, v in row.items() if old is None or v != old.get(k)}
                change: Any = {"table": table, "id": str(row_id), "after": values}
                changes.append(change if old is None else {**change, "before": old})
        wanted = [
            (c.subject_id, c.subject, c.field, str(c.before), str(c.after))
            for c in field_changes(changes)
        ]
        told = await difference(town, "auditor", start, end)
        assert told["totalCount"] == len(wanted)
        assert told["entryCount"] == end - start
        if len(wanted) <= past_difference.MOST:
            assert flat(told) == Counter(wanted)


async def test_differences_tell_what_the_history_tells(towns: Towns) -> None:
    """To each viewer only fields that some entry shows them, grouped by the project they are of."""
    town = towns.large
    size = await town.size()
    await drafts(town)
    end = await town.size()
    for who in (*PEOPLE, None):
        told = await difference(town, who, size, end)
        history = await _changes(town, who, size)
        assert {one[:3] for one in flat(told)} <= history, who
        assert bool(told["totalCount"]) is bool(history), who
        codes = {project["code"] for project in told["projects"]}
        if who == "lead":
            assert codes == {"1_02", "1_05", "1_08", "2_02"} - {
                code for code in ("2_02",) if (await town.project(code)).status != "ACTIVE"
            }
        for project in told["projects"]:
            assert (project["project"] or {}).get("code") == project["code"]


async def _changes(town: Town, who: str | None, after: int) -> set[tuple[str, ...]]:
    """Return which fields the history tells a viewer to have changed after an entry."""
    document = """query($after: String) { history(first: 100, after: $after) {
      pageInfo { endCursor hasNextPage }
      nodes { sequence changes { subjectId subject field } } } }"""
    found: set[tuple[str, ...]] = set()
    cursor, more = None, True
    while more:
        page = (await ask(town, document, who, after=cursor))["history"]
        for node in page["nodes"]:
            if node["sequence"] > after:
                found |= {tuple(change.values()) for change in node["changes"]}
        cursor, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return found


async def test_differences_are_bounded(read_towns: Towns, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many fields at most, with how many there are; too many entries are refused."""
    town = read_towns.small
    size = await town.size()
    whole = await difference(town, "auditor", 0, size)
    monkeypatch.setattr(past_difference, "MOST", 7)
    some = await difference(town, "auditor", 0, size)
    assert sum(flat(some).values()) == 7 < some["totalCount"] == whole["totalCount"]
    assert await error_codes(town, DIFF_AT % (size, size - 1)) == ["BAD_MOMENT"]
    monkeypatch.setattr("workflows.past.differing.MOST_ENTRIES", 10)
    assert await error_codes(town, DIFF_AT % (0, size), "auditor") == ["BAD_MOMENT"]


async def test_a_draft_is_no_difference_for_others(towns: Towns) -> None:
    """What changed in a draft is told to who sees its edits, and to nobody where nothing is."""
    town = towns.large
    size = await hide(town)
    for who in (*PEOPLE, None):
        sees = who in {"other_lead", "other_staff", "office", "office_lead", "auditor"}
        assert (HIDES in dumped(await difference(town, who, size - 1, size))) is sees, who
    asked = await context(town, public=False)
    data, errors = await execute(asked, DIFF_AT % (1, size), {})
    assert (data, errors[0]["extensions"]["code"]) == ({"diff": None}, "UNAUTHENTICATED")


async def test_what_was_put_back_is_no_difference(towns: Towns) -> None:
    """A field that has its first value again is left out."""
    town = towns.large
    size, cycle = await town.size(), await town.cycle("1_02")
    goal = (await Sheet.of(town.id).get(cycle_id=cycle.id)).goal
    for number, text in enumerate(("一時の目標", goal)):
        edit = PlanEdit(values={"goal": text, "schedule": f"{number}月"})
        revision = (await town.cycle("1_02")).revision
        applied(await edit_sheet(town.by("lead"), cycle.id, revision, edit))
    told = await difference(town, "lead", size, await town.size())
    assert [c["field"] for p in told["projects"] for c in p["changes"]] == ["schedule"]
    assert told["entryCount"] == 2


def test_every_id_of_a_change_is_told_as_an_id_of_the_api() -> None:
    """A column that points at a row is known to, so that what it points at can be named."""
    columns = {
        name
        for row in RECORDED.values()
        for name, column in row._meta.fields_map.items()  # noqa: SLF001 - Tortoise's own way to ask
        if isinstance(column, UUIDField) and name != "id"
    }
    after = {name: str(uuid4()) for name in columns}
    told = field_changes([{"table": "comments", "id": str(uuid4()), "after": after}])
    assert len(told) > 10
    assert [c for c in told if not re.fullmatch("[a-z]{2,5}_[0-9a-f]{32}", str(c.after))] == []
