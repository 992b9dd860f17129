"""A town on SQLite alone, for what no database can change."""

from collections.abc import AsyncIterator

import pytest

from server.database import connected
from tests.town import Town


@pytest.fixture
async def sqlite_town_loaded(sqlite_town: str) -> AsyncIterator[Town]:
    """Connect to a fresh copy of the town on SQLite."""
    async with connected(sqlite_town, upgrade=False):
        yield await Town.load()
