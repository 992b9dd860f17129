"""Any sequence of acts leaves the tables equal to the fold of the events."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.database import connected, sqlite_url
from tests.town import Town, build
from tests.workflows.random_acts import RandomActs
from tests.workflows.random_steps import PROJECTS, STEP, Step
from workflows import ledger
from workflows.records import EventKind
from workflows.stages import Trigger

SETTINGS = settings(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def _run(
    new_url: Callable[[], str], examples: int, monkeypatch: pytest.MonkeyPatch
) -> Counter[str]:
    seen = Counter[str]()

    async def in_a_new_town(url: str, steps: list[Step]) -> None:
        async with connected(url, upgrade=False):
            acts = RandomActs(await Town.load(), seen)
            monkeypatch.setattr(ledger, "now", acts.now)
            await acts.run(steps)

    @settings(SETTINGS, max_examples=examples)
    @given(st.lists(STEP, min_size=20, max_size=30))
    def do(steps: list[Step]) -> None:
        asyncio.run(in_a_new_town(new_url(), steps))

    do()
    print(dict(seen))  # noqa: T201 - figures to report
    return seen


@pytest.fixture(scope="session")
def sqlite_hamlet(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """Give fresh SQLite copies of a town with three projects."""
    folder = tmp_path_factory.mktemp("hamlet")
    build(sqlite_url(folder / "template.sqlite3"), PROJECTS)

    def fresh() -> str:
        path: Path = folder / f"{uuid4().hex}.sqlite3"
        shutil.copy(folder / "template.sqlite3", path)
        return sqlite_url(path)

    return fresh


def test_random_acts_on_sqlite(
    sqlite_hamlet: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables equal the fold after every act, a refusal is one entry, and every trigger occurs."""
    seen = _run(sqlite_hamlet, 11, monkeypatch)
    assert seen["applied"] > 100
    assert seen["refused"] > 100
    assert {f"TRANSITION {trigger}" for trigger in Trigger} <= set(seen)
    assert len(set(EventKind) & set(seen)) >= 9


def test_random_acts_on_postgres(
    new_postgres: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same on the other database, for a while."""
    template = new_postgres()
    build(template, PROJECTS)
    seen = _run(lambda: new_postgres(template), 2, monkeypatch)
    assert seen["applied"] > 20
    assert seen["refused"] > 5
