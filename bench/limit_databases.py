"""The two databases as bare as their drivers are: what the hand-written statements run on."""

import asyncio
import datetime as dt
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol
from uuid import UUID

import aiosqlite
import asyncpg

from bench.limit_sql import POSTGRES, SQLITE, Dialect
from server.database import config

Row = Sequence[Any]


class Transaction(Protocol):
    """A transaction that has begun."""

    async def row(self, text: str, *values: object) -> Row | None:
        """Run a statement, and return its first row."""


class Database(Protocol):
    """A database that is connected."""

    dialect: Dialect

    async def rows(self, text: str, *values: object) -> Sequence[Row]:
        """Run a statement outside a transaction, and return its rows."""

    def transaction(self) -> Any:  # noqa: ANN401 - an asynchronous context with a Transaction
        """Begin a transaction, and commit it at the end."""


class _Postgres:
    dialect = POSTGRES

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool

    async def rows(self, text: str, *values: object) -> Sequence[Row]:
        found: Sequence[Row] = await self._pool.fetch(text, *values)  # type: ignore[assignment] # asyncpg's Record is one
        return found

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._pool.acquire() as connection, connection.transaction():
            yield _InPostgres(connection)


class _InPostgres:
    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - the pool's proxy
        self._connection = connection

    async def row(self, text: str, *values: object) -> Row | None:
        found: Row | None = await self._connection.fetchrow(text, *values)
        return found


class _Sqlite:
    dialect = SQLITE

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._lock = asyncio.Lock()

    async def rows(self, text: str, *values: object) -> Sequence[Row]:
        return list(await self._connection.execute_fetchall(text, _written(values)))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._lock:
            await self._connection.execute("BEGIN IMMEDIATE")
            yield self
            await self._connection.commit()

    async def row(self, text: str, *values: object) -> Row | None:
        return next(iter(await self.rows(text, *values)), None)


def _written(values: Sequence[object]) -> list[object]:
    """Return values as SQLite keeps them."""
    return [
        str(v)
        if isinstance(v, UUID)
        else v.isoformat(" ")
        if isinstance(v, dt.datetime)
        else v.isoformat()
        if isinstance(v, dt.date)
        else v
        for v in values
    ]


async def _as_it_is(_connection: object) -> None:
    """Give a connection back to its pool without a round trip."""


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Database]:
    """Keep a database connected, with the settings that Meguru uses."""
    (connection,) = config(url)["connections"].values()
    given: dict[str, Any] = dict(connection["credentials"])
    if path := given.get("file_path"):
        async with aiosqlite.connect(path, isolation_level=None) as file:
            for name in ("journal_mode", "synchronous", "busy_timeout"):
                await file.execute(f"PRAGMA {name} = {given[name]}")
            yield _Sqlite(file)
        return
    names = ("host", "port", "user", "password", "database", "server_settings")
    chosen = {name: given[name] for name in names}
    pool = asyncpg.create_pool(**chosen, min_size=1, max_size=10, reset=_as_it_is)
    async with pool as open_:
        yield _Postgres(open_)


assert sqlite3.sqlite_version_info >= (3, 35), "RETURNING"  # noqa: S101 - a script's own check
