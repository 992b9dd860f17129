"""Writing many rows at once: COPY into PostgreSQL, one transaction into SQLite."""

import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any, Protocol

import asyncpg
from tortoise.models import Model

from bench.stamping import columns_of
from server.database import config
from workflows.records import Event


class Writer(Protocol):
    """Writes rows whose values are as Tortoise would send them."""

    async def write(self, model: type[Model], rows: Iterable[list[Any]]) -> None:
        """Write rows of a table."""


class _Postgres:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def write(self, model: type[Model], rows: Iterable[list[Any]]) -> None:
        await self._connection.copy_records_to_table(
            model._meta.db_table,  # noqa: SLF001 - Tortoise's documented way
            records=rows,
            columns=columns_of(model),
        )


class _Sqlite:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def write(self, model: type[Model], rows: Iterable[list[Any]]) -> None:
        columns = columns_of(model)
        names, marks = ", ".join(f'"{c}"' for c in columns), ", ".join("?" * len(columns))
        table = model._meta.db_table  # noqa: SLF001 - Tortoise's documented way
        text = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608 - no input
        self._connection.executemany(text, rows)


@asynccontextmanager
async def writer(url: str) -> AsyncIterator[Writer]:
    """Give what writes into a migrated database; all is there once the block has ended.

    PostgreSQL's secondary indexes of the events are made anew at the end, which takes less time
    than keeping them while two million rows come in; then all tables are analysed.
    """
    (connection,) = config(url)["connections"].values()
    given: dict[str, Any] = connection["credentials"]
    if "file_path" in given:
        with sqlite3.connect(given["file_path"]) as file:
            yield _Sqlite(file)
        file.close()
        return
    names = ("host", "port", "user", "password", "database")
    open_ = await asyncpg.connect(**{name: given[name] for name in names})
    try:
        await open_.execute("SET synchronous_commit = off")
        await open_.execute("SET maintenance_work_mem = '256MB'")
        indexes = await _drop_indexes(open_)
        yield _Postgres(open_)
        for definition in indexes:
            await open_.execute(definition)
        await open_.execute("ANALYZE")
    finally:
        await open_.close()


async def _drop_indexes(connection: asyncpg.Connection) -> list[str]:
    """Drop the indexes of the events that guard nothing; return how each is made anew."""
    rows = await connection.fetch(
        "SELECT i.indexname, i.indexdef FROM pg_indexes i "
        "WHERE i.tablename = $1 AND NOT EXISTS "
        "(SELECT FROM pg_constraint c WHERE c.conname = i.indexname) "
        "AND i.indexdef NOT LIKE 'CREATE UNIQUE%'",
        Event._meta.db_table,  # noqa: SLF001 - Tortoise's documented way
    )
    for name, _ in rows:
        await connection.execute(f'DROP INDEX "{name}"')
    return [definition for _, definition in rows]
