"""The record cannot be changed: not by the ORM, not by SQL, on neither database."""

import asyncpg
import pytest
from tortoise.exceptions import BaseORMException

from server.database import UnguardedRecordError, check_guards
from tests.town import Town, applied
from workflows.records import Checkpoint, Event, EventHead, RecordTile
from workflows.records.append_only import POSTGRES, SQLITE
from workflows.stages import Stage

REFUSED = (BaseORMException, asyncpg.PostgresError)
STATEMENTS = [
    "UPDATE events SET body = '{}'",
    "UPDATE events SET sequence = sequence + 1000",
    "DELETE FROM events",
    "DELETE FROM events WHERE sequence = (SELECT max(sequence) FROM events)",
    "TRUNCATE events",
    "TRUNCATE events CASCADE",
]


def _dialect() -> str:
    return str(EventHead._meta.db.capabilities.dialect)  # noqa: SLF001 - Tortoise's documented way


async def _execute(statement: str) -> None:
    await EventHead._meta.db.execute_query(statement)  # noqa: SLF001 - Tortoise's documented way


@pytest.mark.parametrize("statement", STATEMENTS)
async def test_no_statement_changes_or_removes_an_entry(town: Town, statement: str) -> None:
    """UPDATE, DELETE and TRUNCATE are refused by the database itself."""
    if "TRUNCATE" in statement and _dialect() == "sqlite":
        statement = "DELETE FROM events WHERE true"  # what SQLite has in its place
    before = await Event.all().order_by("sequence").values()
    with pytest.raises(REFUSED, match="append-only"):
        await _execute(statement)
    assert await Event.all().order_by("sequence").values() == before
    applied(await town.fill_in(Stage.PLAN))


async def test_the_orm_cannot_either(town: Town) -> None:
    """Saving or deleting an entry that was read fails like any other statement."""
    event = await town.last_event()
    event.body = "{}"
    with pytest.raises(REFUSED, match="append-only"):
        await event.save()
    with pytest.raises(REFUSED, match="append-only"):
        await event.delete()


BESIDE = [
    "UPDATE checkpoints SET root = 'x'",
    "UPDATE checkpoints SET size = size + 1",
    "UPDATE checkpoints SET signed_at = '2026-01-01 00:00:00+00:00'",
    "UPDATE checkpoints SET note = 'x' || note",
    "UPDATE checkpoints SET note = ''",
    "DELETE FROM checkpoints",
    "TRUNCATE checkpoints",
    "UPDATE record_tiles SET sha256 = 'x'",
    "UPDATE record_tiles SET position = position + 1",
    "DELETE FROM record_tiles",
    "TRUNCATE record_tiles",
]
REPLACING = [
    f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"  # noqa: S608 - names of tables
    for table in ("checkpoints", "record_tiles")
]


async def _kept_beside(town: Town) -> None:
    """Keep a checkpoint and a tile; nobody need have signed for real."""
    row = {"municipality_id": town.id, "size": 1, "root": "0" * 64, "note": "text\n\nsigned\n"}
    await Checkpoint.create(**row, signed_at=(await town.last_event()).recorded_at)
    await RecordTile.create(municipality_id=town.id, level=1, position=0, sha256="0" * 64)


@pytest.mark.parametrize("statement", [*BESIDE, *REPLACING])
async def test_checkpoints_and_tiles_stay(town: Town, statement: str) -> None:
    """What was signed, and what proofs are made from, is refused to be changed as well."""
    if _dialect() == "sqlite":
        statement = statement.replace("TRUNCATE", "DELETE FROM")
    elif "REPLACE" in statement:
        return  # SQLite's own
    await _kept_beside(town)
    before = [await Checkpoint.all().values(), await RecordTile.all().values()]
    with pytest.raises(REFUSED, match="append-only"):
        await _execute(statement)
    assert [await Checkpoint.all().values(), await RecordTile.all().values()] == before


async def test_a_witness_may_add_a_line(town: Town) -> None:
    """The one thing that may be done to a checkpoint."""
    await _kept_beside(town)
    await _execute("UPDATE checkpoints SET note = note || 'a line'")
    assert (await Checkpoint.get()).note == "text\n\nsigned\na line"


GUARDS = ["events_refuse_", "checkpoints_refuse_", "record_tiles_refuse_"]


@pytest.mark.parametrize("guard", GUARDS)
async def test_a_missing_guard_is_noticed(town: Town, guard: str) -> None:
    """A record without its triggers, or with one disabled, is not served."""
    await check_guards()
    is_sqlite = _dialect() == "sqlite"
    names = [name for name in (SQLITE if is_sqlite else POSTGRES) if name.startswith(guard)]
    table = guard.removesuffix("_refuse_")
    for name in names:
        if is_sqlite:
            await _execute(f"DROP TRIGGER {name}")
        else:
            await _execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        with pytest.raises(UnguardedRecordError, match=name):
            await check_guards()
    assert await town.size() > 0
