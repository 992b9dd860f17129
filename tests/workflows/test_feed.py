"""Following the record: no gap, no duplicate, however many write and watch."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Generator
from contextlib import aclosing, asynccontextmanager, suppress
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from server.database import connected
from tests.town import Town, applied, refused
from tests.workflows import acting
from workflows.feed import BATCH, FEED, Feed, events_after
from workflows.records import EventHead, Municipality
from workflows.revise.people import register_person
from workflows.stages import Stage, Trigger


async def _collect(feed: Feed, town: Town, after: int, until: int) -> list[int]:
    """Return the sequences that a follower sees, up to one."""
    seen: list[int] = []
    async with aclosing(feed.follow(town.id, after)) as events:
        async for event in events:
            seen.append(event.sequence)
            if event.sequence >= until:
                break
    return seen


async def test_followers_see_every_entry_once_while_three_write(town: Town) -> None:
    """From the beginning, from the middle and from now; in order, refused attempts included."""
    size = await town.size()
    until = size + 90
    starts = (0, size // 2, size - 1, size)
    followers = [asyncio.create_task(_collect(FEED, town, at, until)) for at in starts]

    async def write(name: str) -> None:
        for number in range(30):
            if number % 3:
                applied(await register_person(town.console(), "新人", f"{name}{number}"))
            else:
                refused(await town.fire("nobody", Trigger.START))

    late = asyncio.create_task(asyncio.sleep(0.05, None))
    await asyncio.gather(*(write(name) for name in "ABC"))
    await late
    followers.append(asyncio.create_task(_collect(FEED, town, size + 40, until)))
    async with asyncio.timeout(20):
        seen = await asyncio.gather(*followers)
    for at, sequences in zip((*starts, size + 40), seen, strict=True):
        assert sequences == list(range(at + 1, until + 1))


async def test_catching_up_goes_on_past_a_batch(town: Town) -> None:
    """More entries than are read at once, and a follower that is slow."""
    for number in range(BATCH):
        applied(await register_person(town.console(), "新人", f"N{number}"))
    size = await town.size()
    assert size > BATCH
    assert len(await events_after(town.id, 0)) == BATCH
    assert await _collect(FEED, town, 0, size) == list(range(1, size + 1))


class _Interrupted:
    """A coroutine during which something happens, after it was suspended a number of times."""

    def __init__(
        self,
        coroutine: Coroutine[Any, Any, list[int]],
        suspensions: int,
        happens: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        self.coroutine, self.suspensions, self.happens = coroutine, suspensions, happens

    def __await__(self) -> Generator[Any, None, list[int]]:
        steps = self.coroutine.__await__()
        for number in count():
            try:
                waited_for = steps.send(None)
            except StopIteration as end:
                return list(end.value)
            yield waited_for
            if number == self.suspensions:
                yield from self.happens().__await__()
        raise AssertionError


async def test_an_entry_that_comes_at_any_point_of_the_reading_is_not_missed(
    postgres_town: str,
) -> None:
    """Written between any two steps of a follower's look: it is told at once, not with the next."""
    async with connected(postgres_town, upgrade=False):
        town = await Town.load()

        async def write() -> None:
            refused(await town.fire("nobody", Trigger.START))

        async def follow(after: int, suspensions: int) -> list[int]:
            return await _Interrupted(_collect(FEED, town, after, after + 1), suspensions, write)

        for suspensions in count():
            size = await town.size()
            follower = asyncio.create_task(follow(size, suspensions))
            if not (await asyncio.wait([follower], timeout=1))[0]:
                break
            assert follower.result() == [size + 1]
        assert await town.size() == size  # it waited, with nothing to be told
        assert suspensions > 1
        await write()
        assert await asyncio.wait_for(follower, 2) == [size + 1]


@asynccontextmanager
async def _following(feed: Feed, town: Town, after: int) -> AsyncIterator[asyncio.Queue[Any]]:
    """Follow in a task of its own, and give the queue that entries are put on; None at the end."""
    queue: asyncio.Queue[Any] = asyncio.Queue()

    async def follow() -> None:
        async for event in feed.follow(town.id, after):
            queue.put_nowait(event.sequence)
        queue.put_nowait(None)

    task = asyncio.create_task(follow())
    try:
        yield queue
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_follower_waits_and_is_woken(town: Town) -> None:
    """Nothing to tell, nothing told; then at once. A trial tells nothing."""
    size = await town.size()
    async with _following(FEED, town, size) as queue:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(queue.get(), 0.05)
        await register_person(town.by("admin", validate_only=True), "新人", "N1")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(queue.get(), 0.05)
        applied(await town.fill_in(Stage.PLAN))
        assert await asyncio.wait_for(queue.get(), 2) == size + 1


async def test_closing_ends_every_follower_once_it_has_read_all(town: Town) -> None:
    """What is there is still given; then the end. Opened again, it takes followers again."""
    feed, size = Feed(), await town.size()
    async with _following(feed, town, size - 3) as queue, _following(feed, town, size) as other:
        got = [await asyncio.wait_for(queue.get(), 2) for _ in range(3)]
        feed.close()
        assert await asyncio.wait_for(queue.get(), 2) is None
        assert await asyncio.wait_for(other.get(), 2) is None
    assert got == [size - 2, size - 1, size]
    async with _following(feed, town, size - 1) as queue:
        assert [await asyncio.wait_for(queue.get(), 2) for _ in range(2)] == [size, None]
    feed.open()
    async with _following(feed, town, size) as queue:
        applied(await town.fill_in(Stage.PLAN))
        feed.announce(town.id)
        assert await asyncio.wait_for(queue.get(), 2) == size + 1


async def test_a_follower_that_left_is_forgotten(town: Town) -> None:
    """Nobody is kept waiting for: a thousand that came and went leave nothing behind."""
    feed = Feed()
    for _ in range(20):
        async with _following(feed, town, await town.size()):
            await asyncio.sleep(0)
    assert not any(feed._waiting.values())  # noqa: SLF001 - there is nothing to see from outside


async def test_news_of_one_town_wakes_no_other(town: Town) -> None:
    """A neighbour's entries are neither told nor looked for."""
    other = await Municipality.create(id=uuid4(), code="011002", name="札幌市", prefecture="北海道")
    feed = Feed()
    elsewhere = Town(other.id, {}, {})
    async with _following(feed, elsewhere, 0) as queue:
        await asyncio.sleep(0.01)
        (waiter,) = feed._waiting[other.id]  # noqa: SLF001 - as above
        waiter.clear()
        feed.announce(town.id)
        assert not waiter.is_set()
        assert queue.empty()


async def test_what_another_process_writes_wakes_followers(town: Town, database_url: str) -> None:
    """Nothing is announced here; the head row is looked at, and only while somebody waits."""
    feed, size = Feed(), await town.size()
    watch = asyncio.create_task(feed.watch_other_processes(every_seconds=0.02))
    await asyncio.sleep(0.05)
    async with _following(feed, town, size) as queue:
        process, pipe = await asyncio.to_thread(acting.start, acting.edit_on, database_url)
        seen = [await asyncio.wait_for(queue.get(), 10) for _ in range(5)]
        process.kill()
        await asyncio.to_thread(process.join)
        pipe.close()
    assert seen == list(range(size + 1, size + 6))
    assert (await EventHead.of(town.id).get()).size >= size + 5
    watch.cancel()
    with suppress(asyncio.CancelledError):
        await watch
