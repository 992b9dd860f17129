"""Make an installation of any size: `python -m bench.generate --database-url … --help`.

One town is made by the real acts, in a scratch database, and written many times with ids of its
own; the rest of the record is sheet edits, each of the form that the act gives it. What comes out
is what the acts would have made: `--audit` replays a town and holds the tables against it.
"""

import argparse
import asyncio
import dataclasses
import datetime as dt
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
from rich.console import Console
from rich.progress import track
from tortoise import BaseDBAsyncClient, Model

from seed.load import load
from seed.reader import PlanText, read
from seed.town import HASHIKAMI_PLAN, HASHIKAMI_TOWN
from server.database import connected, sqlite_url
from workflows.changes import instant
from workflows.municipal_code import is_municipal_code
from workflows.records import (
    Appointment,
    Category,
    Cycle,
    Department,
    Event,
    EventHead,
    EventKind,
    Grade,
    Group,
    Indicator,
    Municipality,
    Ownership,
    Person,
    Plan,
    PlanRevision,
    Policy,
    Project,
    Rollout,
    Sheet,
)
from workflows.replay import audit
from workflows.revise.people import NewAppointment, appoint, register_person
from workflows.revise.sheets import edit_sheet
from workflows.sheets import PlanEdit
from workflows.stages import Role
from workflows.unit import Request

TABLES: list[type[Model]] = [
    *(Municipality, Plan, PlanRevision, Policy, Category, Grade),
    *(Department, Group, Person, Appointment),
    *(Project, Ownership, Cycle, Sheet, Indicator, Rollout),
    *(EventHead, Event),
]
"""In the order in which they refer to each other."""
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_GOALS = ("窓口の待ち時間を半分にする。", "窓口の待ち時間を3割減らす。")
Rows = dict[type[Model], list[dict[str, Any]]]


def codes() -> Iterator[str]:
    """Yield valid municipality codes, none twice."""
    for number in range(1_000, 48_000):
        yield from (f"{number:05}{d}" for d in "0123456789" if is_municipal_code(f"{number:05}{d}"))


def text_of(projects: int) -> PlanText:
    """Return the town's plan with so many projects: its own again and again, with new codes."""
    text = read(HASHIKAMI_PLAN.read_bytes())
    own = text.projects
    many = (
        dataclasses.replace(own[n % len(own)], code=f"{own[n % len(own)].code[0]}_{n + 1:04}")
        for n in range(projects)
    )
    return dataclasses.replace(text, projects=tuple(many))


def columns_of(model: type[Model]) -> list[str]:
    """Return a table's columns, as attributes of its rows."""
    return list(model._meta.fields_db_projection)  # noqa: SLF001 - Tortoise's documented way


async def template(projects: int) -> Rows:
    """Make a town by the real acts and return every row of it."""
    with tempfile.TemporaryDirectory() as folder:
        async with connected(sqlite_url(Path(folder) / "town.sqlite3")):
            await load(text_of(projects), b"generated", HASHIKAMI_TOWN)
            town = await Municipality.get()
            console = Request(municipality_id=town.id, act="generate", at_console=True)
            for department in await Department.all():
                await register_person(console, f"{department.name} 担当", department.name)
                person = await Person.get(staff_number=department.name)
                role, since = Role.STAFF, dt.date(2024, 4, 1)
                await appoint(console, NewAppointment(
                    person_id=person.id, role=role, department_id=department.id, starts_on=since
                ))  # fmt: skip
            await _edit_once(town)
            return {
                model: [
                    {name: getattr(row, name) for name in columns_of(model)}
                    for row in await model.all()
                ]
                for model in TABLES
            }


async def _edit_once(town: Municipality) -> None:
    """Edit every sheet once, as its department's staff: later edits follow this form."""
    staff = {a.department_id: a.person_id for a in await Appointment.all()}
    owners = {o.project_id: o.department_id for o in await Ownership.all()}
    for cycle in await Cycle.all():
        request = Request(
            municipality_id=town.id, act="editSheet", actor_id=staff[owners[cycle.project_id]]
        )
        await edit_sheet(request, cycle.id, cycle.revision, PlanEdit(values={"goal": _GOALS[0]}))


def copy_of(rows: Rows, code: str) -> Rows:
    """Return a town's rows with ids of their own, also inside the entries' bodies."""
    ids: dict[str, UUID] = {}

    def new(match: re.Match[str]) -> str:
        return str(ids.setdefault(match[0], uuid4()))

    def value(name: str, old: Any) -> Any:  # noqa: ANN401 - a column's
        if isinstance(old, UUID):
            return ids.setdefault(str(old), uuid4())
        return _UUID.sub(new, old) if name == "body" else old

    copied = {
        model: [{name: value(name, old) for name, old in row.items()} for row in town]
        for model, town in rows.items()
    }
    (municipality,) = copied[Municipality]
    municipality |= {"code": code, "name": f"見本町{code}"}
    return copied


def add_edits(town: Rows, count: int) -> None:
    """Add sheet edits to a town's record, and bring its tables to what they say."""
    last = {row["cycle_id"]: row for row in town[Event] if row["kind"] is EventKind.SHEET_EDITED}
    edits = list(last.values())
    (head,) = town[EventHead]
    first, moment = head["size"], head["last_recorded_at"]
    for n in range(count):
        at = n % len(edits)
        moment += dt.timedelta(seconds=1)
        edits[at] = _edit_after(edits[at], first + n + 1, moment)
        town[Event].append(edits[at])
    head |= {"size": first + count, "last_recorded_at": moment}
    newest = {row["cycle_id"]: row for row in edits}
    for cycle in town[Cycle]:
        cycle["revision"] = newest[cycle["id"]]["revision"]
    for sheet in town[Sheet]:
        body = orjson.loads(newest[sheet["cycle_id"]]["body"])
        sheet["goal"] = body["changes"][0]["after"]["goal"]


def _edit_after(earlier: dict[str, Any], sequence: int, moment: dt.datetime) -> dict[str, Any]:
    body = orjson.loads(earlier["body"])
    event_id, revision = uuid4(), earlier["revision"] + 1
    sheet, cycle = body["changes"]
    goal = sheet["after"]["goal"]
    sheet |= {"before": {"goal": goal}, "after": {"goal": _GOALS[goal == _GOALS[0]]}}
    cycle |= {"before": {"revision": revision - 1}, "after": {"revision": revision}}
    body |= {"id": str(event_id), "sequence": sequence, "revision": revision}
    body["recordedAt"] = instant(moment)
    # For these bodies (text and small integers, ASCII keys) sorted keys are RFC 8785's form.
    text = orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode()
    columns = {"id": event_id, "sequence": sequence, "recorded_at": moment}
    return earlier | columns | {"revision": revision, "body": text}


async def insert(client: BaseDBAsyncClient, model: type[Model], rows: list[dict[str, Any]]) -> None:
    """Write rows: by COPY on PostgreSQL, by executemany on SQLite."""
    if not rows:
        return
    names = list(rows[0])
    fields = model._meta.fields_map  # noqa: SLF001 - Tortoise's documented way
    columns = [str(fields[name].source_field or name) for name in names]
    records = [tuple(fields[n].to_db_value(row[n], model) for n in names) for row in rows]
    table = str(model._meta.db_table)  # noqa: SLF001 - Tortoise's documented way
    if client.capabilities.dialect == "sqlite":
        marks = ", ".join("?" for _ in columns)
        quoted = ", ".join(f'"{c}"' for c in columns)
        query = f'INSERT INTO "{table}" ({quoted}) VALUES ({marks})'  # noqa: S608 - our own names
        await client.execute_many(query, records)
        return
    async with client.acquire_connection() as connection:
        await connection.copy_records_to_table(table, columns=columns, records=records)


def sizes(municipalities: int, projects: int) -> list[int]:
    """Return how many projects each town gets; what does not divide goes to the first."""
    each, more = divmod(projects, municipalities)
    return [each + (n < more) for n in range(municipalities)]


async def generate(wanted: list[int], templates: dict[int, Rows], events: int) -> None:
    """Fill the connected, empty database; what of the events does not divide, goes to the first."""
    client = EventHead._meta.db  # noqa: SLF001 - Tortoise's documented way
    base = sum(len(templates[size][Event]) for size in wanted)
    edits, extra = divmod(max(events - base, 0), len(wanted))
    numbered = list(zip(range(len(wanted)), wanted, codes(), strict=False))
    console = Console(stderr=True)
    for n, size, code in track(numbered, "自治体 / municipalities", console=console):
        town = copy_of(templates[size], code)
        add_edits(town, edits + (n < extra))
        for model in TABLES:
            await insert(client, model, town[model])


async def run(asked: argparse.Namespace) -> None:
    """Generate, say how long it took, and audit towns where that is asked for."""
    began = time.monotonic()
    wanted = sizes(asked.municipalities, asked.projects)
    templates = {size: await template(size) for size in set(wanted)}
    async with connected(asked.database_url):
        if await Municipality.exists():
            raise SystemExit("The database is not empty: give an empty one.")
        await generate(wanted, templates, asked.events)
        print(f"{await Event.all().count()} events in {time.monotonic() - began:.0f} s")
        for municipality in await Municipality.all().limit(asked.audit):
            print(municipality.code, await audit(municipality.id) or "audited: nothing is wrong")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database-url", required=True, help="an empty database")
    parser.add_argument("--municipalities", type=int, default=1)
    parser.add_argument("--projects", type=int, default=46, help="in all")
    parser.add_argument("--events", type=int, default=10_000, help="in all, at least")
    parser.add_argument("--audit", type=int, default=1, help="how many towns to replay at the end")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
