"""A server in a process of its own, with the town in it and tokens for its people."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.database import connected, sqlite_url
from tests.server.processes import Served, served
from tests.town import Town
from workflows.accounts.tokens import issue_token


def tokens_for(url: str, *people: str) -> dict[str, str]:
    """Issue tokens in a database that holds the town."""

    async def issue() -> dict[str, str]:
        async with connected(url, upgrade=False):
            town = await Town.load()
            return {
                who: (await issue_token(town.console(), town.people[who], "test", 30))[1]
                for who in people
            }

    return asyncio.run(issue())


@pytest.fixture(scope="session")
def town_with_tokens(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, str]]:
    """Give an SQLite file with the town, to be copied, and tokens that are valid in it."""
    path = tmp_path_factory.mktemp("tokens") / "town.sqlite3"
    shutil.copy(sqlite_template, path)
    return path, tokens_for(sqlite_url(path), "lead", "office")


@pytest.fixture(scope="session")
def tokens(town_with_tokens: tuple[Path, dict[str, str]]) -> dict[str, str]:
    """Give the tokens, by whose they are."""
    return town_with_tokens[1]


@pytest.fixture
def own_town(town_with_tokens: tuple[Path, dict[str, str]], tmp_path: Path) -> str:
    """Give the URL of a copy of the town that a test may do with as it likes."""
    path = tmp_path / "own.sqlite3"
    shutil.copy(town_with_tokens[0], path)
    return sqlite_url(path)


@pytest.fixture(scope="module")
def server(
    town_with_tokens: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """Serve a copy of the town for the tests of one module, which only read."""
    folder = tmp_path_factory.mktemp("served")
    path = folder / "served.sqlite3"
    shutil.copy(town_with_tokens[0], path)
    with served(folder, DATABASE_URL=sqlite_url(path)) as running:
        yield running
