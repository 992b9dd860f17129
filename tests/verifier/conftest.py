"""A town that an auditor looked at: what they kept, and the database as it stands, on both engines."""

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from server.database import connected, sqlite_url
from tests.town import Town, applied, found_town
from tests.verifier.files import attach
from tests.verifier.making import Ring, checkpoint, introduce, keys
from tests.workflows.random_steps import PROJECTS
from workflows.stages import Stage


@dataclass(frozen=True)
class Audited:
    """A town's database, and what an auditor has of it at home."""

    url: str
    ring: Ring
    first_key: str
    """The verifier key that was handed out at the beginning."""
    key: str
    """It, and the one after it."""
    kept: str
    """A checkpoint, received earlier."""
    size: int
    """Of the record, when it was."""
    evidence: Path
    """The folder with files of evidence."""


def build_audited(url: str, folder: Path) -> Audited:
    """Let a town work, change its key, and work on; the auditor keeps a checkpoint on the way."""
    evidence = folder / "evidence"
    evidence.mkdir()

    async def run() -> Audited:
        async with connected(url):
            await found_town(projects=PROJECTS)
            town, ring = await Town.load(), Ring()
            await introduce(town, ring)
            key = await keys(town)
            await town.bring_to(Stage.CHECK)
            await checkpoint(town, ring)
            await introduce(town, ring)
            applied(await attach(town, evidence, b"%PDF-1.7 minutes"))
            kept, size = await checkpoint(town, ring), await town.size()
            await town.bring_to(Stage.CLOSED)
            await checkpoint(town, ring)
            applied(await town.fill_in(Stage.PLAN, "1_07", "other_lead"))
            return Audited(url, ring, key, key + await keys(town), kept, size, evidence)

    return asyncio.run(run())


@pytest.fixture(scope="session")
def audited_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Audited:
    """Build it in an SQLite file."""
    folder = tmp_path_factory.mktemp("audited")
    return build_audited(sqlite_url(folder / "town.sqlite3"), folder)


@pytest.fixture(scope="session")
def audited_postgres(
    new_postgres: Callable[..., str], tmp_path_factory: pytest.TempPathFactory
) -> Audited:
    """Build it in a PostgreSQL database."""
    return build_audited(new_postgres(), tmp_path_factory.mktemp("audited"))


@pytest.fixture(params=["sqlite", "postgres"])
def audited(request: pytest.FixtureRequest, tmp_path: Path) -> Audited:
    """Give a fresh copy of it, on each database in turn."""
    built: Audited = request.getfixturevalue(f"audited_{request.param}")
    shutil.copytree(built.evidence, tmp_path / "evidence")
    if request.param == "sqlite":
        path = tmp_path / "town.sqlite3"
        shutil.copy(built.url.removeprefix("sqlite://"), path)
        url = sqlite_url(path)
    else:
        url = str(request.getfixturevalue("new_postgres")(built.url))
    return replace(built, url=url, evidence=tmp_path / "evidence")
