"""Following the record: what was, then what comes, each entry once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import pytest

from schema.context import Context
from server.graphql_errors import RequestError
from server.graphql_request import Parameters
from tests.schema.asking import EXECUTION, Answer, ask, context
from tests.schema.conftest import Towns
from tests.schema.verbs import Desk
from tests.town import Town
from workflows.feed import FEED
from workflows.records import Event
from workflows.stages import Stage

FOLLOW: Final = """subscription($after: Int, $where: HistoryWhere) {
  history(afterSequence: $after, where: $where) { __typename id sequence recordedAt
    project { id status } cycle { id revision stage } actor { person { name } } } }"""


@asynccontextmanager
async def following(
    town: Town, document: str = FOLLOW, viewer: Context | None = None, **variables: object
) -> AsyncIterator[AsyncIterator[Answer]]:
    """Follow the record, as a connection would that is closed at the end: the auditor's if none."""
    asked = Parameters(document, None, variables, {})
    viewer = viewer or await context(town, "auditor")
    executor = EXECUTION.executor(EXECUTION.operation(asked, viewer), asked, viewer)
    results = EXECUTION.results(executor, "test")

    async def entries() -> AsyncIterator[Answer]:
        async for payload in results:
            assert "errors" not in payload, payload
            assert payload["data"]
            yield payload["data"]["history"]

    try:
        yield entries()
    finally:
        await results.aclose()


async def take(entries: AsyncIterator[Answer], count: int) -> list[Answer]:
    """Return the next entries; waiting for ever fails."""
    async with asyncio.timeout(20):
        return [await anext(entries) for _ in range(count)]


async def report(town: Town, count: int, code: str = "1_02") -> None:
    """Write interim reports."""
    for number in range(count):
        await Desk(town).fire("staff", "REPORT_INTERIM", code, report={"text": f"{number}"})


async def test_what_was_then_what_comes(towns: Towns) -> None:
    """Replayed after a sequence in order, and gone on with live."""
    town = towns.hashikami
    size = await town.size()
    async with following(town, after=size - 5) as entries:
        assert [e["sequence"] for e in await take(entries, 5)] == list(range(size - 4, size + 1))
        waiting = asyncio.create_task(take(entries, 2))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        await report(town, 2)
        assert [e["sequence"] for e in await waiting] == [size + 1, size + 2]


async def test_only_what_comes_where_no_sequence_is_given(towns: Towns) -> None:
    """The first entry is the first that is written after the subscription began."""
    town = towns.hashikami
    size = await town.size()
    async with following(town) as entries:
        waiting = asyncio.create_task(take(entries, 1))
        await asyncio.sleep(0.05)
        await report(town, 1)
        assert [e["sequence"] for e in await waiting] == [size + 1]


async def test_no_gap_and_no_duplicate_while_many_write(towns: Towns) -> None:
    """Three write at once; followers begin before, amid and after, and one reads more slowly."""
    town = towns.large
    _ = [await town.bring_to(Stage.DO, code) for code in ("2_05", "2_08")]
    size, each = await town.size(), 6
    last = size + 3 * each

    async def follow(after: int, *, pause: float = 0.0) -> list[int]:
        async with following(town, after=after) as entries:
            seen = []
            async with asyncio.timeout(30):
                async for entry in entries:
                    seen.append(entry["sequence"])
                    if seen[-1] == last:
                        return seen
                    await asyncio.sleep(pause)
        return seen

    early = [asyncio.create_task(follow(5)), asyncio.create_task(follow(size, pause=0.02))]
    writers = asyncio.gather(*(report(town, each, code) for code in ("1_05", "2_05", "2_08")))
    async with following(town, after=size) as entries:
        await take(entries, each)
    amid = asyncio.create_task(follow(size + 2))
    await writers
    assert await early[0] == list(range(6, last + 1))
    assert await early[1] == list(range(size + 1, last + 1))
    assert await amid == list(range(size + 3, last + 1))
    assert await follow(0) == list(range(1, last + 1))
    assert await town.size() == last


@pytest.mark.parametrize(
    "where",
    [
        {"kind": ["TRANSITION", "REFUSAL"]},
        {"kind": []},
        {"trigger": ["CLOSE", "OPEN_NEXT"], "to": ["CLOSED"]},
        {"project": "1_02"},
        {"actor": "lead", "recordedFrom": "middle"},
        {"recordedBefore": "middle"},
        {"department": "税務課"},
        {"actorDepartment": "税務課", "recordedBefore": "2999-01-01T00:00:00Z"},
        {"project": "per_00000000000000000000000000000001"},
        {"from": ["CHECK", "ACTION"]},
        {"authority": ["CONSOLE", "DOOR"]},
        {"person": "lead"},
        {"onBehalfOf": "lead"},
        {"departmentNow": "税務課"},
        {"grade": ["A"]},
        {"text": "交付率 ﾏﾝｿﾞｸ"},
    ],
)
async def test_a_followed_filter_is_that_of_the_list(read_towns: Towns, where: Answer) -> None:
    """Following with a filter gives what the list with the same filter gives, in order."""
    town = read_towns.small
    middle = await Event.of(town.id).get(sequence=await town.size() // 2)
    named = {
        "middle": middle.recorded_at.isoformat(),
        "1_02": (await town.project("1_02")).public_id,
        "lead": Desk(town).person("lead"),
        "税務課": Desk(town).department("税務課"),
    }
    asked = {
        name: named.get(value, value) if isinstance(value, str) else value
        for name, value in where.items()
    }
    document = """query($where: HistoryWhere) {
      history(where: $where, newestFirst: false, first: 100) { nodes { sequence } } }"""
    listed = (await ask(town, document, "auditor", where=asked))["history"]["nodes"]
    async with following(town, after=0, where=asked) as entries:
        followed = await take(entries, len(listed))
        assert [e["sequence"] for e in followed] == [e["sequence"] for e in listed]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await anext(entries)


async def test_each_entry_shows_the_moment_it_is_sent(towns: Towns) -> None:
    """What hangs on an entry is read anew for each: nothing of an earlier one is kept."""
    town, desk = towns.hashikami, Desk(towns.hashikami)
    async with following(town) as entries:
        for trigger, status in (("SUSPEND", "SUSPENDED"), ("RESUME", "ACTIVE")):
            waiting = asyncio.create_task(take(entries, 1))
            await asyncio.sleep(0.05)
            project = await desk.project()
            asked = {"project": project["id"], "expectedRevision": project["revision"]}
            reason = {"trigger": trigger, "reason": "組替え"}
            await desk.done("changeProjectStatus", "office", **asked, **reason)
            assert (await waiting)[0]["project"]["status"] == status


async def test_a_sequence_that_the_record_has_not_is_told(read_towns: Towns) -> None:
    """From another record, or before the first: an error at once instead of silence for ever."""
    town = read_towns.small
    for after in (-1, await town.size() + 1, 2**31 - 1):
        async with following(town, after=after) as entries:
            with pytest.raises(RequestError) as told:
                await take(entries, 1)
        assert told.value.errors[0]["extensions"] == {"code": "BAD_SEQUENCE"}


async def test_the_end_of_the_feed_ends_the_stream(read_towns: Towns) -> None:
    """On a clean stop everything recorded is sent, and then the stream is over."""
    town = read_towns.small
    try:
        async with following(town, after=0) as entries:
            FEED.close()
            async with asyncio.timeout(20):
                told = [entry["sequence"] async for entry in entries]
        assert told == list(range(1, await town.size() + 1))
    finally:
        FEED.open()


async def test_who_stops_following_is_forgotten(towns: Towns) -> None:
    """A closed stream leaves no waiter behind."""
    town = towns.hashikami
    before = len(FEED._waiting[town.id])  # noqa: SLF001 - there is no other way to see it
    async with following(town) as entries:
        waiting = asyncio.create_task(take(entries, 1))
        await asyncio.sleep(0.05)
        assert len(FEED._waiting[town.id]) == before + 1  # noqa: SLF001 - as above
        await report(town, 1)
        assert (await waiting)[0]["sequence"] == await Event.of(town.id).count()
    await asyncio.sleep(0.05)
    assert len(FEED._waiting[town.id]) == before  # noqa: SLF001 - as above
