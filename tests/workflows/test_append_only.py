"""The record cannot be changed: not by the ORM, not by SQL, on neither database."""

import asyncpg
import pytest
from tortoise.exceptions import BaseORMException

from server.database import UnguardedRecordError, check_guards
from tests.town import Town, applied
from workflows.records import Event, EventHead
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


async def test_a_missing_guard_is_noticed(town: Town) -> None:
    """A record without its triggers, or with one disabled, is not served."""
    await check_guards()
    names = list(SQLITE if _dialect() == "sqlite" else POSTGRES)
    if _dialect() == "sqlite":
        await _execute(f"DROP TRIGGER {names[0]}")
    else:
        await _execute(f"ALTER TABLE events DISABLE TRIGGER {names[0]}")
    with pytest.raises(UnguardedRecordError, match=names[0]):
        await check_guards()
    assert await town.size() > 0
