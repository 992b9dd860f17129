"""The sample in databases: filled once for all tests, and copied for each."""

import asyncio
import datetime as dt
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from uuid import UUID

import pytest

from seed.demo.fill import fill
from server.database import connected, sqlite_url
from tests.seed.samples import AUTUMN, FILES
from workflows import ledger
from workflows.records import Municipality


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an SQLite file with the sample in it, as of the autumn."""
    path = tmp_path_factory.mktemp("sample") / "sample.sqlite3"

    async def run() -> None:
        async with connected(sqlite_url(path)):
            await fill(FILES)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, "now", lambda: AUTUMN)
        asyncio.run(run())
    return path


@pytest.fixture
async def sample(filled: Path, tmp_path: Path) -> AsyncIterator[UUID]:
    """Connect to a fresh copy of the sample; give its municipality."""
    path = tmp_path / "sample.sqlite3"
    shutil.copy(filled, path)
    async with connected(sqlite_url(path), upgrade=False):
        yield (await Municipality.get()).id


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[None]:
    """Connect to an empty database."""
    async with connected(sqlite_url(tmp_path / "empty.sqlite3")):
        yield


@pytest.fixture
def empty_postgres(new_postgres: Callable[..., str]) -> str:
    """Give the URL of an empty PostgreSQL database."""
    return new_postgres()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[dt.datetime], None]:
    """Give the means to set the server's clock."""
    return lambda moment: monkeypatch.setattr(ledger, "now", lambda: moment)
