"""The one caller of Tortoise.init: connects, migrates, and checks that the record is guarded."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from tortoise import Tortoise
from tortoise.context import TortoiseContext
from tortoise.migrations.api import migrate
from tortoise.migrations.executor import MigrationExecutor

from workflows.records import EventHead
from workflows.records.append_only import missing_triggers

_SQLITE: Final = {"journal_mode": "WAL", "synchronous": "FULL", "busy_timeout": 10000}
_POSTGRES_SETTINGS: Final = {
    "application_name": "meguru",
    "statement_timeout": "15000",
    "lock_timeout": "10000",
    "idle_in_transaction_session_timeout": "30000",
}
"""Milliseconds. PostgreSQL itself would wait for ever."""


_PATIENCE: Final = 60.0
"""Seconds in which another process has finished migrating, or loading."""
_MIGRATING: Final = 0x6D656775
"""PostgreSQL's advisory lock that is held meanwhile."""


class DatabaseUrlError(ValueError):
    """The database's URL is none that Meguru understands."""


class UnguardedRecordError(RuntimeError):
    """The triggers that keep the record append-only are not there."""


def config(url: str, *, pool: int = 10) -> dict[str, Any]:
    """Return Tortoise's configuration for `sqlite:///path` or `postgresql://user@host/name`.

    PostgreSQL's `?host=/path` (a socket's directory) is understood as libpq does.
    """
    connection = _connection(url, pool)
    # Named after its engine: Tortoise caches SQL by the connection's name for the whole process.
    name = str(connection["engine"])
    return {
        "connections": {name: connection},
        "apps": {
            "records": {
                "models": ["workflows.records"],
                "migrations": "workflows.records.migrations",
                "default_connection": name,
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


def _connection(url: str, pool: int) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and parts.path:
        path = unquote(parts.path)
        return {
            "engine": "tortoise.backends.sqlite",
            "credentials": {"file_path": path, **_SQLITE},
        }
    if parts.scheme in {"postgres", "postgresql"} and parts.path.strip("/"):
        query = parse_qs(parts.query)
        host = query.get("host", [parts.hostname or "localhost"])[0]
        return {
            "engine": "tortoise.backends.asyncpg",
            "credentials": {
                "host": host,
                "port": parts.port or 5432,
                "user": unquote(parts.username) if parts.username else None,
                "password": unquote(parts.password) if parts.password else None,
                "database": unquote(parts.path.strip("/")),
                "minsize": 1,
                "maxsize": pool,
                "timeout": 10,
                "server_settings": _POSTGRES_SETTINGS,
            },
        }
    raise DatabaseUrlError(
        "DATABASE_URL must look like sqlite:////absolute/path.sqlite3 or "
        "postgresql://user:password@host:5432/name"
    )


def sqlite_url(path: Path) -> str:
    """Return the URL of an SQLite file."""
    return f"sqlite:///{path.resolve()}"


@asynccontextmanager
async def connected(url: str, *, pool: int = 10, upgrade: bool = True) -> AsyncIterator[None]:
    """Keep the database connected, migrated and checked; every task sees it.

    Raises:
        DatabaseUrlError: the URL is not understood.
        UnguardedRecordError: the record's triggers are missing.
        sqlite3.Error: the SQLite file cannot be opened, or is none.
    """
    settings = config(url, pool=pool)
    _open_once(settings)
    if upgrade:
        # Of several processes that start at once, one migrates; the others wait, and find it done.
        async with alone(url):
            await _migrate(settings)
    async with TortoiseContext() as context:
        await context.init(config=settings, _enable_global_fallback=True)
        await check_guards()
        yield


def _open_once(settings: dict[str, Any]) -> None:
    """Raise sqlite3's own error where the file is none: the driver would wait for ever."""
    for connection in settings["connections"].values():
        if path := connection["credentials"].get("file_path"):
            with closing(sqlite3.connect(path)) as opened:
                opened.execute("PRAGMA schema_version").fetchone()


@asynccontextmanager
async def alone(url: str) -> AsyncIterator[None]:
    """Keep every other process that prepares the same database waiting, for a minute at most.

    For what takes longer than a writer waits: migrating, and loading a whole plan.
    """
    credentials = _connection(url, pool=1)["credentials"]
    if path := credentials.get("file_path"):
        lock = sqlite3.connect(
            f"{path}.lock", _PATIENCE, isolation_level=None, check_same_thread=False
        )
        with closing(lock):
            await asyncio.to_thread(lock.execute, "BEGIN EXCLUSIVE")
            yield
        return
    import asyncpg  # noqa: PLC0415 - not needed on SQLite, and 4 MB

    names = ("host", "port", "user", "password", "database")
    connection = await asyncpg.connect(**{name: credentials[name] for name in names})
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _MIGRATING, timeout=_PATIENCE)
        yield
    finally:
        await connection.close()


async def _migrate(settings: dict[str, Any]) -> None:
    async with TortoiseContext():
        await migrate(config=settings)
        await Tortoise.close_connections()


async def pending_migrations(url: str) -> list[str]:
    """Return the names of the migrations that the database lacks, and change nothing.

    Raises whatever the driver raises where the database cannot be reached.
    """
    settings = config(url)
    async with TortoiseContext() as context:
        await context.init(config=settings, init_connections=False)
        try:
            (connection,) = context.connections.all()
            await connection.execute_query("SELECT 1")
            steps = await MigrationExecutor(connection, settings["apps"]).plan()
        finally:
            await context.connections.close_all()
    return [step.migration.name for step in steps]


async def check_guards() -> None:
    """Raise UnguardedRecordError where a trigger that guards the record is missing."""
    missing = await missing_triggers(EventHead._meta.db)  # noqa: SLF001 - Tortoise's documented way
    if missing:
        raise UnguardedRecordError(
            f"the record is not append-only: missing {', '.join(sorted(missing))}. "
            "Restore the database from a backup, and find out who dropped them."
        )


FOR_MIGRATIONS: Final = config("sqlite:////dev/null")
"""What `tortoise -c server.database.FOR_MIGRATIONS makemigrations` reads; it connects to nothing."""
