"""Three towns in one database, in two of which everything happened that can."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.database import connected, sqlite_url
from tests.schema.happenings import happen
from tests.schema.towns import HACHINOHE, SANNOHE, found_small_town
from tests.town import Town, found_town
from workflows.stages import Stage


@dataclass(frozen=True)
class Towns:
    """階上町 with a cycle in DO, and two towns of two sizes in which everything happened."""

    hashikami: Town
    large: Town
    small: Town

    @property
    def all(self) -> tuple[Town, Town, Town]:
        """All three."""
        return self.hashikami, self.large, self.small


def _build(url: str) -> None:
    async def run() -> None:
        async with connected(url):
            await found_town()
            await (await Town.load()).bring_to(Stage.DO)
            large = await found_small_town(HACHINOHE, "八戸市", 46)
            await happen(large)
            await large.bring_to(Stage.DO, "1_05")
            await large.bring_to(Stage.CHECK, "1_08")
            await happen(await found_small_town(SANNOHE, "三戸町", 5))

    asyncio.run(run())


@pytest.fixture(scope="session")
def sqlite_towns_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an SQLite file with the three towns."""
    path = tmp_path_factory.mktemp("template") / "towns.sqlite3"
    _build(sqlite_url(path))
    return path


@pytest.fixture(scope="session")
def postgres_towns_template(new_postgres: Callable[..., str]) -> str:
    """Make a PostgreSQL database with the three towns."""
    url = new_postgres()
    _build(url)
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def towns_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of a fresh copy of the three towns, on each database in turn."""
    if request.param == "postgres":
        template = request.getfixturevalue("postgres_towns_template")
        return str(request.getfixturevalue("new_postgres")(template))
    path = tmp_path / "towns.sqlite3"
    shutil.copy(request.getfixturevalue("sqlite_towns_template"), path)
    return sqlite_url(path)


@pytest.fixture
async def towns(towns_url: str) -> AsyncIterator[Towns]:
    """Connect to a fresh copy of the three towns, on each database in turn."""
    async with connected(towns_url, upgrade=False):
        yield Towns(await Town.load(), await Town.load(HACHINOHE), await Town.load(SANNOHE))
