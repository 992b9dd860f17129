"""A database from before the record was a Merkle tree is taken over as it stands."""

import asyncio
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from tortoise import Tortoise
from tortoise.migrations.api import migrate

from server.database import check_guards, config, connected, sqlite_url
from workflows.merkle import Frontier, leaf_hash
from workflows.records import Event, EventHead, Municipality, RecordTile
from workflows.tree import frontier_of, root_at

MANY = 600
NOW = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)


def _body(number: int) -> str:
    sheet = {"grade": "A", "goal": "ガ"} if number % 2 else None
    details = {"sheet": sheet} if sheet else {}
    entry = {"changes": [], "details": details, "kind": "TRANSITION", "reason": f"理由{number}"}
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


async def _insert(table: str, values: dict[str, Any]) -> None:
    client = EventHead._meta.db  # noqa: SLF001 - Tortoise's documented way
    sqlite = client.capabilities.dialect == "sqlite"
    marks = ", ".join("?" if sqlite else f"${n}" for n in range(1, len(values) + 1))
    given = [str(v) if sqlite and isinstance(v, UUID | dt.datetime) else v for v in values.values()]
    await client.execute_query(
        f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})",  # noqa: S608 - no input
        given,
    )


async def _old_record(url: str) -> None:
    """Make a database as it was, with a record of many entries in it."""
    settings = config(url)
    await migrate(config=settings, target="records.0003_accounts")
    await Tortoise.close_connections()
    await Tortoise.init(config=settings)
    town = uuid4()
    await _insert(
        "municipalities", {"id": town, "code": "024465", "name": "町", "prefecture": "県"}
    )
    head = {"id": uuid4(), "size": MANY, "last_recorded_at": NOW, "municipality_id": town}
    await _insert("event_heads", head)
    for number in range(1, MANY + 1):
        event = {"id": uuid4(), "municipality_id": town, "sequence": number, "kind": "TRANSITION"}
        await _insert("events", event | {"recorded_at": NOW, "body": _body(number)})
    await Tortoise.close_connections()


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_an_old_record_is_hashed_as_it_stands(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Bodies stay; hashes, tiles and what entries are found by are filled in, and the guards are up."""
    if database == "sqlite":
        url = sqlite_url(tmp_path / "old.sqlite3")
    else:
        new: Callable[[], str] = request.getfixturevalue("new_postgres")
        url = new()
    asyncio.run(_old_record(url))

    async def upgraded() -> None:
        async with connected(url):
            town = (await Municipality.get()).id
            events = await Event.of(town).order_by("sequence")
            frontier = Frontier()
            for event in events:
                assert event.body == _body(event.sequence)
                frontier, _ = frontier.add(leaf_hash(event.body.encode()))
            assert frontier.size == MANY
            assert frontier_of(await EventHead.of(town).get()) == frontier
            assert await RecordTile.of(town).count() == MANY // 256
            assert await root_at(town, MANY) == frontier.root
            assert (events[0].grade, events[1].grade) == ("A", None)
            assert "理由1" in str(events[0].search_text)
            assert events[0].openings is None
            assert events[0].document["reason"] == "理由1"
            await check_guards()

    asyncio.run(upgraded())
