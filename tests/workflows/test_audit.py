"""The audit notices whatever was changed behind the record's back, and says where.

On SQLite only: the audit sees rows, whichever database they come from.
"""

import datetime as dt
import json
from typing import Any
from uuid import uuid4

import pytest

from tests.town import Town, applied, refused
from workflows import records
from workflows.entries import columns_as_json
from workflows.records import Appointment, Event, EventHead, EventKind, Indicator, Row
from workflows.records.append_only import SQLITE
from workflows.replay import audit, fold
from workflows.stages import Role, Stage, Trigger


@pytest.fixture
async def worked(sqlite_town_loaded: Town) -> Town:
    """Bring a project round, so that every kind of entry that moves a stage is there."""
    town = sqlite_town_loaded
    await town.bring_to(Stage.CLOSED)
    await town.bring_to(Stage.DO)
    refused(await town.fire("lead", Trigger.SUBMIT_RESULTS))
    assert await audit(town.id) == []
    return town


async def _execute(statement: str) -> None:
    await EventHead._meta.db.execute_query(statement)  # noqa: SLF001 - Tortoise's documented way


async def _unguard() -> None:
    """Drop the triggers, as somebody with the database's password could."""
    for name in SQLITE:
        await _execute(f"DROP TRIGGER {name}")


async def _found(town: Town) -> list[tuple[str, str]]:
    return [(m.where, m.message) for m in await audit(town.id)]


CELLS: list[tuple[type[Row], str, Any]] = [
    (records.Appointment, "role", Role.ADMIN),
    (records.Category, "name", "x"),
    (records.Cycle, "stage", Stage.CHECK),
    (records.Cycle, "revision", 99),
    (records.Cycle, "evaluator_id", None),
    (records.Department, "name", "x"),
    (records.Grade, "rolls_out", True),
    (records.Group, "name", "x"),
    (records.Indicator, "actual", "43"),
    (records.Ownership, "starts_on", dt.date(2020, 1, 1)),
    (records.Person, "staff_number", "x"),
    (records.Plan, "last_fiscal_year", 2030),
    (records.Policy, "position", 9),
    (records.Project, "title", "x"),
    (records.Project, "expected_effects", ["x"]),
    (records.Project, "search_text", "x"),
    (records.Sheet, "issues", "なし"),
]


@pytest.mark.parametrize(
    ("model", "column", "value"), CELLS, ids=[f"{m.__name__}.{c}" for m, c, _ in CELLS]
)
async def test_a_changed_cell_is_found(
    worked: Town, model: type[Row], column: str, value: object
) -> None:
    """One value in one row of any table, derived columns included."""
    row = await model.of(worked.id).exclude(**{column: value}).first()
    assert row is not None
    await model.filter(id=row.id).update(**{column: value})
    where = f"{model._meta.db_table} {row.id}"  # noqa: SLF001 - Tortoise's documented way
    found = await _found(worked)
    assert {place for place, _ in found} == {where}
    assert any(message.endswith(column) for _, message in found) or column == "search_text"


async def test_a_missing_and_an_added_row_are_found(worked: Town) -> None:
    """A row that the record tells of and is not there, and one that nobody recorded."""
    (gone,) = await worked.indicators()
    await Indicator.filter(id=gone.id).delete()
    extra = await Appointment.create(
        id=uuid4(),
        municipality_id=worked.id,
        person_id=worked.people["nobody"],
        role=Role.OFFICE,
        starts_on=dt.date(2020, 1, 1),
    )
    assert sorted(await _found(worked)) == [
        (f"appointments {extra.id}", "is in the table, and no event tells of it"),
        (f"indicators {gone.id}", "is missing from the table"),
    ]


@pytest.mark.parametrize(
    ("column", "value", "name"),
    [
        ("actor_id", uuid4(), "actor"),
        ("actor_role", Role.OFFICE, "actor"),
        ("actor_department_id", None, "actor"),
        ("owner_id", uuid4(), "owner"),
        ("project_id", None, "project"),
        ("revision", 77, "revision"),
        ("refers_to", 1, "refersTo"),
        ("effective_at", dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "effectiveAt"),
    ],
)
async def test_a_changed_column_of_an_entry_is_found(
    worked: Town, column: str, value: object, name: str
) -> None:
    """The columns that entries are found by say what their bodies say."""
    await _unguard()
    event = await Event.of(worked.id).filter(trigger=Trigger.EVALUATE).get()
    await Event.filter(id=event.id).update(**{column: value})
    expected = (f"event {event.sequence}", f"has columns unlike its body: {name}")
    assert await _found(worked) == [expected]


async def test_a_changed_body_is_found(worked: Town) -> None:
    """Another value among the changes, another name on top, or no JSON at all."""
    await _unguard()
    event = await Event.of(worked.id).filter(trigger=Trigger.EVALUATE).get()
    where = f"event {event.sequence}"
    for spoil in (
        lambda b: b["changes"][0]["after"].update(revision=50),
        lambda b: b["changes"][0]["before"].update(revision=50),
        lambda b: b["actor"].update(role="OFFICE"),
        lambda b: b["changes"].pop(),
        lambda b: b["changes"][0].pop("after"),
        lambda b: b["changes"][0].update(table="secrets"),
        lambda b: b.pop("changes"),
    ):
        body = json.loads(event.body)
        spoil(body)
        await Event.filter(id=event.id).update(body=json.dumps(body))
        assert await _found(worked) != []
    await Event.filter(id=event.id).update(body="{")
    assert (where, "has a body that cannot be read") in await _found(worked)
    await Event.filter(id=event.id).update(body=event.body)
    assert await _found(worked) == []


async def test_a_gap_is_found(worked: Town) -> None:
    """An entry taken out of the middle, and one off the end."""
    await _unguard()
    last = await worked.last_event()
    await Event.filter(id=last.id).delete()
    found = await _found(worked)
    assert ("head", f"says {last.sequence} events; there are {last.sequence - 1}") in found
    await Event.of(worked.id).filter(sequence=10).delete()
    assert ("event 11", "follows 9") in await _found(worked)


async def test_a_back_dated_entry_is_found(worked: Town) -> None:
    """Even where its body was changed along with it."""
    await _unguard()
    last = await worked.last_event()
    last.recorded_at -= dt.timedelta(hours=1)
    body = json.dumps(last.document | columns_as_json(last))
    await Event.filter(id=last.id).update(recorded_at=last.recorded_at, body=body)
    assert (f"event {last.sequence}", "is recorded before the entry before it") in await _found(
        worked
    )


async def _forge(town: Town, event: Event, **told: Any) -> None:  # noqa: ANN401 - parts of a body
    """Append an entry by hand, with head and columns as they should be."""
    event.id, event.sequence = uuid4(), await town.size() + 1
    event.municipality_id = town.id
    event.recorded_at = dt.datetime.now(dt.UTC)
    told = {"reason": "", "details": {}, "changes": [], **told}
    event.body = json.dumps(columns_as_json(event) | told)
    await Event.bulk_create([event])
    await EventHead.of(town.id).update(size=event.sequence, last_recorded_at=event.recorded_at)


@pytest.mark.parametrize(
    "forgery",
    ["jump", "silent", "wrong start", "report elsewhere", "status", "status in a move", "opens"],
)
async def test_a_move_that_is_not_in_the_table_is_found(worked: Town, forgery: str) -> None:
    """Entry and table changed to agree, but no such move exists, or it does not start there."""
    cycle, project = await worked.cycle(), await worked.project()
    move: dict[str, Any] = {"kind": EventKind.TRANSITION, "cycle_id": cycle.id}
    stage: dict[str, Any] = {"table": "cycles", "id": str(cycle.id)}
    jump = {**stage, "before": {"stage": "DO"}, "after": {"stage": "CLOSED"}}
    status = {
        "table": "projects",
        "id": str(project.id),
        "before": {"status": "ACTIVE"},
        "after": {"status": "SUSPENDED"},
    }
    forged, changes = {
        "jump": ({**move, "trigger": "CLOSE", "source": "DO", "target": "CLOSED"}, [jump]),
        "silent": ({"kind": EventKind.SHEET_EDITED}, [jump]),
        "wrong start": ({**move, "trigger": "CLOSE", "source": "ACTION", "target": "CLOSED"},
                        [jump]),
        "report elsewhere": ({**move, "cycle_id": cycle.previous_cycle_id,
                              "trigger": "REPORT_INTERIM", "source": "DO", "target": "DO"}, []),
        "status": ({"kind": EventKind.STATUS_CHANGED},
                   [{**status, "before": {"status": "ACTIVE"}, "after": {"status": "ACTIVE"}}]),
        "status in a move": ({"kind": EventKind.SHEET_EDITED}, [status]),
        "opens": ({**move, "trigger": "OPEN_NEXT", "source": "CLOSED", "target": "PLAN"}, []),
    }[forgery]  # fmt: skip
    event = Event(body="", **forged)
    for name, kind in (("trigger", Trigger), ("source", Stage), ("target", Stage)):
        setattr(event, name, kind(forged[name]) if name in forged else None)
    await _forge(worked, event, changes=changes)
    if jump in changes:
        await type(cycle).filter(id=cycle.id).update(stage=Stage.CLOSED)
    if status in changes:
        await type(project).filter(id=project.id).update(status="SUSPENDED")
    ((where, message),) = await _found(worked)
    assert where == f"event {event.sequence}"
    assert message.endswith("is no move of the table")


async def test_the_state_of_any_moment_is_the_fold_up_to_it(worked: Town) -> None:
    """Up to an entry, the tables as they were then; up to the last, the tables as they are."""
    entry = await Event.of(worked.id).filter(trigger=Trigger.EVALUATE).get()
    cycle_id = entry.cycle_id
    assert cycle_id is not None
    before, after = await fold(worked.id, entry.sequence - 1), await fold(worked.id, entry.sequence)
    assert before.tables["cycles"][cycle_id]["stage"] == "CHECK"
    assert after.tables["cycles"][cycle_id]["stage"] == "ACTION"
    assert (await fold(worked.id)).tables["cycles"][cycle_id]["stage"] == "CLOSED"
    assert (await fold(worked.id, 0)).tables["cycles"] == {}
    applied(await worked.fill_in(Stage.DO))
    assert await audit(worked.id) == []
