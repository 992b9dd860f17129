"""A clean stop: what was begun is finished, streams end, and nothing holds the process up."""

import asyncio
import json
import re
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from server.app import GRACE
from tests.server.processes import Served, run, served

FOLLOW = "subscription { history(afterSequence: 0) { sequence } }"
CYCLE = '{ project(ref: {code: "1_02"}) { currentCycle { id revision sheet { schedule } } } }'
EDIT = """
mutation ($input: EditSheetInput!) {
  editSheet(input: $input) { __typename ... on UserError { code message } }
}
"""


def edit(server: Served, token: str) -> httpx.Response:
    """Edit a sheet."""
    cycle = server.ask(CYCLE).json()["data"]["project"]["currentCycle"]
    part = {"plan": {"schedule": "4月から"}}
    given = {
        "cycle": cycle["id"],
        "expectedRevision": cycle["revision"],
        "idempotencyKey": str(uuid4()),
        "part": part,
    }
    return server.ask(EDIT, token, input=given)


def schedule_in(url: str) -> str:
    """Return what the sheet says in the file, now that nobody else has it open."""
    with sqlite3.connect(url.removeprefix("sqlite://")) as database:
        query = (
            "SELECT schedule FROM sheets JOIN projects ON current_cycle_id = cycle_id "
            "WHERE code = '1_02'"
        )
        return str(database.execute(query).fetchone()[0])


@contextmanager
def locked(url: str) -> Iterator[Callable[[], object]]:
    """Write to a file as another process would, until what is given is called."""
    path = url.removeprefix("sqlite://")
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield other.rollback
    finally:
        other.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_without_anything_to_finish_it_stops_at_once(
    number: signal.Signals, own_town: str, tmp_path: Path
) -> None:
    """With exit code 0, nothing to complain about, and the database's log written back."""
    with served(tmp_path, DATABASE_URL=own_town) as server:
        httpx.get(server.url)
        began = time.perf_counter()
        server.process.send_signal(number)
        assert server.process.wait(10) == 0
        assert time.perf_counter() - began < 3
        assert {line["level"] for line in server.logged()} == {"info"}
    assert not Path(own_town.removeprefix("sqlite://") + "-wal").exists()


async def test_open_streams_end(own_town: str, tmp_path: Path) -> None:
    """A WebSocket is told that the service restarts; an event stream ends without `complete`.

    Both let the client go on from the last sequence it saw, elsewhere or later.
    """
    with served(tmp_path, DATABASE_URL=own_town, MEGURU_STOP_SECONDS="10") as server:
        protocols = [Subprotocol("graphql-transport-ws")]
        accept = {"Accept": "text/event-stream"}
        async with (
            httpx.AsyncClient(timeout=20) as client,
            client.stream(
                "POST", f"{server.url}graphql", json={"query": FOLLOW}, headers=accept
            ) as events,
            connect(f"ws://{server.host}/graphql", subprotocols=protocols) as socket,
        ):
            await socket.send('{"type": "connection_init"}')
            assert json.loads(await socket.recv())["type"] == "connection_ack"
            message = {"type": "subscribe", "id": "1", "payload": {"query": FOLLOW}}
            await socket.send(json.dumps(message))
            assert json.loads(await socket.recv())["type"] == "next"
            lines = events.aiter_lines()
            while await anext(lines) != "event: next":
                pass
            stopping = asyncio.create_task(asyncio.to_thread(server.stop))
            rest = [line async for line in lines]
            with suppress(ConnectionClosed):
                while True:
                    assert json.loads(await socket.recv())["type"] == "next"
            assert socket.close_code == 1012
            assert "event: complete" not in rest
            assert await stopping < 5
        assert server.process.returncode == 0
        assert not any(line["level"] == "error" for line in server.logged())


def test_an_act_in_flight_is_finished_and_answered(
    own_town: str, tmp_path: Path, tokens: dict[str, str]
) -> None:
    """The act waits for another writer when SIGTERM comes; it is done, answered and durable."""
    with (
        served(tmp_path, DATABASE_URL=own_town) as server,
        locked(own_town) as release,
        ThreadPoolExecutor() as threads,
    ):
        answer = threads.submit(edit, server, tokens["lead"])
        time.sleep(1)
        threading.Timer(1.5, release).start()
        took = server.stop()
        assert answer.result().json()["data"] == {"editSheet": {"__typename": "SheetEdited"}}
        assert 1 < took < 8
        assert server.process.returncode == 0
    assert schedule_in(own_town) == "4月から"


def test_an_act_that_outlasts_its_request_is_finished(
    own_town: str, tmp_path: Path, tokens: dict[str, str]
) -> None:
    """The client is told nothing, and may ask again with its key; the act itself is whole."""
    settings = {"DATABASE_URL": own_town, "MEGURU_STOP_SECONDS": "1"}
    with (
        served(tmp_path, **settings) as server,
        locked(own_town) as release,
        ThreadPoolExecutor() as threads,
    ):
        answer = threads.submit(edit, server, tokens["lead"])
        time.sleep(1)
        threading.Timer(2, release).start()
        server.stop()
        assert server.process.returncode == 0
        assert answer.result().status_code == 500
    assert schedule_in(own_town) == "4月から"


async def test_an_act_that_does_not_finish_does_not_hold_it_up(
    postgres_town: str, tmp_path: Path
) -> None:
    """After `stop_seconds` and a moment the process is gone, and nothing of the act is written."""
    issued = run("token", "issue", "lead", cwd=tmp_path, DATABASE_URL=postgres_town)
    (token,) = re.findall(r"^meguru_\S+", issued.stdout, re.MULTILINE)
    settings = {"DATABASE_URL": postgres_town, "MEGURU_STOP_SECONDS": "1"}
    other = await asyncpg.connect(postgres_town)
    with served(tmp_path, **settings) as server:
        async with other.transaction():
            await other.execute("SELECT 1 FROM event_heads FOR UPDATE")
            answer = asyncio.create_task(asyncio.to_thread(edit, server, token))
            await asyncio.sleep(1)
            took = await asyncio.to_thread(server.stop)
        assert took < 1 + GRACE + 1 + 1.5
        assert server.process.returncode == 1
        assert server.line(event="stop.forced")["level"] == "error"
        assert (await answer).status_code == 500
    assert await other.fetchval("SELECT count(*) FROM sheets WHERE schedule <> ''") == 0
    await other.close()
