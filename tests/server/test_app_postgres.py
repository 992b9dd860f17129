"""The application on PostgreSQL: a database that hangs or is away for a while, and comes back."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx

from tests.server.conftest import tokens_for
from tests.server.processes import Served, run, served

FOLLOW = {"query": "subscription { history(afterSequence: 0) { __typename sequence } }"}


def reasons(server: Served) -> list[str]:
    """Return why the server says that it is not ready."""
    answer = httpx.get(f"{server.url}readyz", timeout=10)
    codes = [reason["code"] for reason in answer.json()["reasons"]]
    assert answer.status_code == (503 if codes else 200)
    return codes


async def test_a_database_that_hangs_is_told_within_its_second(
    postgres_town: str, tmp_path: Path
) -> None:
    """However often it is asked: one probe waits, and the server's own check; a third is served."""
    with served(tmp_path, DATABASE_URL=postgres_town, MEGURU_DATABASE_POOL="3") as server:
        assert reasons(server) == []
        connection = await asyncpg.connect(postgres_town)
        async with connection.transaction():
            await connection.execute("LOCK TABLE event_heads IN ACCESS EXCLUSIVE MODE")
            for _ in range(3):
                began = time.perf_counter()
                assert await asyncio.to_thread(reasons, server) == ["DATABASE_SLOW"]
                assert 0.9 < time.perf_counter() - began < 2.5
            began = time.perf_counter()
            plan = await asyncio.to_thread(server.ask, "{ plan { title } }")
            assert plan.status_code == 200
            assert time.perf_counter() - began < 4  # and not once a probe's lock times out
        await connection.close()
        await asyncio.sleep(0.5)
        assert reasons(server) == []


async def test_a_follower_outlives_a_database_that_is_away(
    postgres_town: str, tmp_path: Path
) -> None:
    """Connections are cut and refused for a while; what is then recorded still arrives."""
    secret = (await asyncio.to_thread(tokens_for, postgres_town, "auditor"))["auditor"]
    accept = {"Accept": "text/event-stream", "Authorization": f"Bearer {secret}"}
    with served(tmp_path, DATABASE_URL=postgres_town) as server:
        async with (
            httpx.AsyncClient(timeout=20) as client,
            client.stream("POST", f"{server.url}graphql", json=FOLLOW, headers=accept) as events,
        ):
            lines = events.aiter_lines()
            while await anext(lines) != "event: next":
                pass
            await asyncio.sleep(1)  # until it has read on, and waits for news
            async with away(postgres_town):
                assert await asyncio.to_thread(reasons, server) == ["DATABASE_UNAVAILABLE"]
                await asyncio.to_thread(server.line, event="feed.watch_interrupted")
            act = asyncio.to_thread(
                run, "token", "issue", "lead", cwd=tmp_path, DATABASE_URL=postgres_town
            )
            assert (await act).returncode == 0
            async with asyncio.timeout(15):
                while '"__typename":"TokenChange"' not in await anext(lines):
                    pass
        assert reasons(server) == []


@asynccontextmanager
async def away(url: str) -> AsyncIterator[None]:
    """Cut every connection to a database, and refuse new ones for a while."""
    parts = urlsplit(url)
    name = parts.path[1:]
    elsewhere = await asyncpg.connect(urlunsplit(parts._replace(path="/postgres")))
    await elsewhere.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false')
    await elsewhere.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name
    )
    yield
    await elsewhere.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true')
    await elsewhere.close()
