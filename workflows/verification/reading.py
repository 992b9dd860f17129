"""Reading a database that somebody may have spoilt so that it cannot be read.

What an attacker makes unreadable is not to stop a verification without a word. But a database that
is only away for a moment was not tampered with: the two are told apart here, and only here.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, TypeVar
from uuid import UUID

from workflows.feed import BATCH, events_after
from workflows.records import Event, EventHead

T = TypeVar("T")

SPOILT: Final = (
    *(ValueError, TypeError, LookupError, AttributeError, ArithmeticError, AssertionError),
    *(RecursionError, MemoryError),
)
"""What is raised by a row that could be read, and that no act has written."""
_LONGEST: Final = 200
"""Characters of what a driver says that are told."""
_TRIES: Final = 3
_BETWEEN: Final = 0.2
"""Seconds between two tries."""


class UnreadableError(Exception):
    """Something of a database cannot be read, though the database answers."""

    def __init__(self, about: str, why: BaseException, sequence: int | None = None) -> None:
        told = str(why).partition(" with text ")[0]  # SQLite's driver tells what stands there
        super().__init__(f"{about} {type(why).__name__}: {told[:_LONGEST]}")
        self.sequence = sequence
        """The entry that cannot be read, where it is one."""


async def read(about: str, rows: Callable[[], Awaitable[T]]) -> T:
    """Return what is read; `about` names it for whoever looks into it.

    Raises:
        UnreadableError: it cannot be read, again and again, while the database answers.
        Exception: whatever the driver raises where the database does not answer.
    """
    tries = 0
    while True:
        try:
            return await rows()
        except Exception as error:
            # Each driver has its own errors, and so has every kind of value that is none.
            await _answer()
            tries += 1
            if tries == _TRIES:
                raise UnreadableError(about, error) from error
        await asyncio.sleep(_BETWEEN)


async def _answer() -> None:
    """Return where the database answers, and raise what its driver raises where it does not."""
    client = EventHead._meta.db  # noqa: SLF001 - Tortoise's documented way
    await client.execute_query("SELECT 1")


async def head_of(municipality_id: UUID) -> EventHead:
    """Return a record's head.

    Raises:
        UnreadableError: it is not there, or cannot be read.
    """
    return await read("event_heads", EventHead.of(municipality_id).get)


async def next_events(municipality_id: UUID, after: int, limit: int = BATCH) -> list[Event]:
    """Return the next events after a sequence, in order; only those before one that is spoilt.

    Raises:
        UnreadableError: the next one cannot be read.
    """
    try:
        return await read("events", partial(events_after, municipality_id, after, limit))
    except UnreadableError:
        found = await _one_by_one(municipality_id, after, limit)
        if found:
            return found
        raise


async def _one_by_one(municipality_id: UUID, after: int, limit: int) -> list[Event]:
    """Return the events before the first that cannot be read, of which there is one.

    Raises:
        UnreadableError: it is the very first, which is told.
    """
    found: list[Event] = []
    while len(found) < limit:
        at = found[-1].sequence if found else after
        try:
            events = await read("events", partial(events_after, municipality_id, at, 1))
        except UnreadableError as error:
            if found:
                break
            error.sequence = await _number_after(municipality_id, after)
            raise
        if not events:
            break
        found += events
    return found


async def _number_after(municipality_id: UUID, after: int) -> int | None:
    """Return the number of the next entry, as far as that much can be read."""
    later: Any = Event.of(municipality_id).filter(sequence__gt=after).order_by("sequence")
    try:
        numbers = await read("events", lambda: later.limit(1).values_list("sequence", flat=True))
    except UnreadableError:
        return None
    return int(numbers[0]) if numbers else None
