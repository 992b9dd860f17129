"""Reading a long record: what is asked for is found by an index, charged for, and never blocks."""

from collections import OrderedDict
from typing import Any, Final

import pytest

from schema.past import COMPARED, FOLDED, LOOK
from schema.scrutiny import SCRUTINY
from server.database import connected
from tests.schema.asking import ask, context, execute
from tests.schema.conftest import Towns
from tests.schema.statements import statements
from tests.town import Town
from workflows.past import states
from workflows.records import Department, Event, EventHead, Person

AS_OF: Final = "query($moment: MomentInput!) { asOf(moment: $moment) { sequence title } }"
DIFF: Final = "{ diff(from: {sequence: 1}, to: {sequence: %d}) { totalCount } }"
HISTORY: Final = """query($where: HistoryWhere!) { history(where: $where, first: 3) {
  nodes { sequence } } }"""


async def charged_for(town: Town, who: str | None, document: str, **given: object) -> list[int]:
    """Return what an operation is charged for beside its fields."""
    asked, charged = await context(town, who), list[int]()
    asked.charge = charged.append
    _, errors = await execute(asked, document, given)
    assert not errors, errors
    return charged


async def test_the_past_costs_by_its_distance(
    towns: Towns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has to be folded is charged before, and what is remembered costs nothing more."""
    size = await towns.large.size()
    monkeypatch.setattr(states, "_KNOWN", OrderedDict())
    moment = {"sequence": size}
    assert await charged_for(towns.large, None, AS_OF, moment=moment) == [LOOK, size // FOLDED]
    assert await charged_for(towns.large, None, AS_OF, moment=moment) == [LOOK, 0]


async def test_differences_cost_by_their_entries(towns: Towns) -> None:
    """Those that the viewer sees changes of, and that may have changed something."""
    size = await towns.large.size()
    seen = Event.of(towns.large.id).filter(sequence__gt=1, sequence__lte=size)
    count = await seen.exclude(kind__in=states.NO_CHANGES).count()
    assert count // COMPARED in await charged_for(towns.large, "auditor", DIFF % size)


async def test_whoever_waited_long_enough_is_told_to_come_back(
    towns: Towns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With how far it is; then it is there."""
    size = await towns.large.size()
    monkeypatch.setattr(states, "_KNOWN", OrderedDict())
    with monkeypatch.context() as hurried:
        hurried.setattr(states, "PATIENCE", 0)
        asked = await context(towns.large)
        _, errors = await execute(asked, AS_OF, {"moment": {"sequence": size}})
    assert [error["extensions"]["code"] for error in errors] == ["NOT_READY"]
    assert f"{size:,}" in errors[0]["message"]
    told = await ask(towns.large, AS_OF, None, moment={"sequence": size})
    assert told["asOf"]["sequence"] == size


async def test_a_scrutiny_is_charged_to_who_gets_one(read_towns: Towns) -> None:
    """For others there is none, and nothing is looked at."""
    document = "{ scrutiny(fiscalYear: 2026) { fiscalYear } }"
    assert SCRUTINY in await charged_for(read_towns.large, "auditor", document)
    assert SCRUTINY not in await charged_for(read_towns.large, "lead", document)


async def test_proofs_of_a_page_are_read_together(towns: Towns) -> None:
    """However many there are: what they share is read once an operation."""
    document = """{ history(first: %d) { nodes { proof { path } } }
      a: consistency(from: 3) { path } b: consistency(from: 5) { path } }"""
    sent = []
    for many in (3, 60):
        asked = await context(towns.large, "auditor")
        with statements() as found:
            data, errors = await execute(asked, document % many, {})
        assert not errors
        assert data["a"]["path"]
        sent.append(sum("leaf_hash" in one and "body" not in one for one in found))
    assert sent == [1, 1]


async def _plan(statement: str, values: list[Any]) -> list[str]:
    database = EventHead._meta.db  # noqa: SLF001 - Tortoise's documented way
    rows = await database.execute_query_dict(f"EXPLAIN QUERY PLAN {statement}", values)
    return [row["detail"] for row in rows]


async def _plans(town: Town, name: str) -> list[str]:
    """Return how SQLite goes about the page that a filter asks for."""
    person = await Person.of(town.id).first()
    department = await Department.of(town.id).first()
    assert person
    assert department
    wanted = {
        "recordedFrom": "2020-01-01T00:00:00Z",
        "recordedBefore": "2200-01-01T00:00:00Z",
        "trigger": ["START"],
        "grade": ["A"],
        "onBehalfOf": person.public_id,
        "actorDepartment": department.public_id,
    }
    asked = await context(town, "auditor")
    with statements() as sent:
        _, errors = await execute(asked, HISTORY, {"where": {name: wanted[name]}})
    assert not errors, errors
    (page,) = [one for one in sent if "ORDER BY" in one and '"body"' in one]
    return await _plan(page, [""] * page.count("?"))


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("recordedFrom", "sequence>"),
        ("recordedBefore", "sequence<"),
        ("trigger", "trigger=?"),
        ("grade", "grade=?"),
        ("onBehalfOf", "on_behalf_of_id=?"),
        ("actorDepartment", "actor_department_id=?"),
    ],
)
async def test_a_page_is_found_by_an_index(sqlite_town: str, name: str, index: str) -> None:
    """And in its order: nothing is sorted. Asked of SQLite, which tells it without any rows."""
    async with connected(sqlite_town, upgrade=False):
        plans = await _plans(await Town.load(), name)
    assert index in plans[0], plans
    assert not any("TEMP B-TREE" in one for one in plans), plans
