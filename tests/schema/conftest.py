"""Three towns in one database, in two of which everything happened that can."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
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


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def templates(request: pytest.FixtureRequest) -> Path | str:
    """Give each database's template in turn: a path, or a URL."""
    template: Path | str = request.getfixturevalue(f"{request.param}_towns_template")
    return template


def _copy(template: Path | str, folder: Path, request: pytest.FixtureRequest) -> str:
    if isinstance(template, str):
        return str(request.getfixturevalue("new_postgres")(template))
    shutil.copy(template, folder / template.name)
    return sqlite_url(folder / template.name)


@pytest.fixture(scope="session")
def read_url(
    templates: Path | str,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> str:
    """Give the URL of one copy of the three towns, on each database in turn."""
    return _copy(templates, tmp_path_factory.mktemp("read"), request)


@pytest.fixture
async def read_towns(read_url: str) -> AsyncIterator[Towns]:
    """Connect to the three towns to read only: nobody may write, and it is held against."""
    async with _connected(read_url) as towns:
        sizes = [await town.size() for town in towns.all]
        yield towns
        assert [await town.size() for town in towns.all] == sizes


@pytest.fixture
def towns_url(templates: Path | str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Give the URL of a fresh copy of the three towns, on each database in turn."""
    return _copy(templates, tmp_path, request)


@pytest.fixture
async def towns(towns_url: str) -> AsyncIterator[Towns]:
    """Connect to a fresh copy of the three towns, on each database in turn."""
    async with _connected(towns_url) as towns:
        yield towns


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Towns]:
    async with connected(url, upgrade=False):
        yield Towns(await Town.load(), await Town.load(HACHINOHE), await Town.load(SANNOHE))


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Write a line to where the tests' results are told, though they pass."""

    def write(line: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{line}\n")

    return write
