"""Reading in waves: together, once, and whoever gives up does not harm the others."""

import asyncio
from collections.abc import Callable

import pytest

from schema.batches import Batches, Read

Waves = list[list[int]]


def doubling(waves: Waves, after: Callable[[], object] = lambda: None) -> Read:
    """Return a read that doubles even numbers, has nothing for odd ones, and keeps account."""

    async def read(keys: list[int]) -> dict[int, int]:
        waves.append(sorted(keys))
        await asyncio.sleep(0.001)
        after()
        return {key: 2 * key for key in keys if key % 2 == 0}

    return read


async def test_a_wave_reads_what_was_asked_meanwhile() -> None:
    """Keys asked for some turns apart are read at once, a known key never again."""
    batches, waves = Batches(), Waves()
    read = doubling(waves)

    async def later(turns: int, key: int) -> object:
        for _ in range(turns):
            await asyncio.sleep(0)
        return await batches.load("n", key, read, "none")

    asked = (later(turns, key) for turns, key in enumerate((2, 4, 3, 2)))
    async with asyncio.timeout(5):
        assert await asyncio.gather(*asked) == [4, 8, "none", 4]
    assert await batches.load("n", 4, read, "none") == 8
    assert waves == [[2, 3, 4]]


async def test_what_is_asked_during_a_wave_waits_for_the_next() -> None:
    """However many ask while statements run, the next wave is one."""
    batches, waves = Batches(), Waves()

    async def then(key: int) -> object:
        first = await batches.load("first", key, doubling(waves), 0)
        return await batches.load("second", first, doubling(waves), 0)

    assert await asyncio.gather(then(2), then(4), then(6)) == [8, 16, 24]
    assert waves == [[2, 4, 6], [4, 8, 12]]


async def test_a_failure_is_told_to_everybody_who_asked() -> None:
    """One failed statement fails its keys, and no other relation's."""
    batches = Batches()

    async def broken(_keys: list[int]) -> dict[int, int]:
        raise LookupError("away")

    asked = [batches.load("broken", n, broken, 0) for n in (1, 2)]
    fine = batches.load("fine", 2, doubling([]), 0)
    answers = await asyncio.gather(*asked, fine, return_exceptions=True)
    assert [type(answer) for answer in answers] == [LookupError, LookupError, int]


async def test_who_gives_up_does_not_take_the_answer_away() -> None:
    """A field that is cancelled leaves the key to the others."""
    batches = Batches()
    one, other = (asyncio.create_task(batches.load("n", 2, doubling([]), 0)) for _ in "ab")
    await asyncio.sleep(0)
    one.cancel()
    assert await other == 4
    assert one.cancelled()


async def test_a_read_may_not_load() -> None:
    """It would wait for the wave that waits for it: said at once instead of hanging."""
    batches = Batches()

    async def nested(_keys: list[int]) -> dict[int, object]:
        return {1: await batches.load("other", 1, doubling([]), 0)}

    with pytest.raises(RuntimeError, match="may not load: other"):
        await batches.load("n", 1, nested, 0)
    assert await batches.load("other", 4, doubling([]), 0) == 8


async def test_what_may_load_is_found_once_too() -> None:
    """For all who ask, while it is sought and afterwards; who gives up stops nobody else."""
    batches, waves, sought = Batches(), Waves(), []

    async def find() -> object:
        sought.append("sought")
        return await batches.load("n", 4, doubling(waves), "none")

    async with asyncio.timeout(5):
        given_up = asyncio.create_task(batches.found_once("found", find))
        await asyncio.sleep(0)
        others = asyncio.gather(*(batches.found_once("found", find) for _ in range(2)))
        await asyncio.sleep(0)
        given_up.cancel()
        assert await others == [8, 8]
    assert await batches.found_once("found", find) == 8
    assert (sought, waves) == (["sought"], [[4]])


async def test_what_could_not_be_found_fails_for_all_who_ask() -> None:
    """With its own error."""
    batches = Batches()

    async def find() -> object:
        await asyncio.sleep(0)
        raise LookupError("not there")

    asked = (batches.found_once("found", find) for _ in range(2))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [str(one) for one in answers] == ["not there"] * 2
