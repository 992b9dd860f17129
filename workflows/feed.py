"""Who waits for news of the record. A notice only wakes: the table is the truth.

Every watcher reads events after the last sequence it saw. Sequence order is commit order, because
every act locks the head row first, so reading on never leaves a gap.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator
from typing import Final
from uuid import UUID

from workflows.records import Event, EventHead

BATCH: Final = 100
"""Events read at once while catching up."""


class Feed:
    """The watchers of one process, and what woke them."""

    def __init__(self) -> None:
        self._waiting: defaultdict[UUID, set[asyncio.Event]] = defaultdict(set)
        self._closed = False

    def open(self) -> None:
        """Take watchers (again)."""
        self._closed = False

    def announce(self, municipality_id: UUID) -> None:
        """Wake everybody who waits for news of a municipality."""
        for waiter in self._waiting[municipality_id]:
            waiter.set()

    def close(self) -> None:
        """End every watcher once it has read what is there."""
        self._closed = True
        for municipality_id in self._waiting:
            self.announce(municipality_id)

    async def follow(self, municipality_id: UUID, after: int) -> AsyncGenerator[Event, None]:
        """Yield every event after a sequence, then go on as they are recorded; none twice."""
        news = asyncio.Event()
        self._waiting[municipality_id].add(news)
        try:
            while True:
                news.clear()
                events = await events_after(municipality_id, after)
                for event in events:
                    after = event.sequence
                    yield event
                if self._closed and not events:
                    return
                if not events:
                    await news.wait()
        finally:
            self._waiting[municipality_id].discard(news)

    async def watch_other_processes(self, every_seconds: float = 0.5) -> None:
        """Announce what other processes recorded, until cancelled; asks only while somebody waits.

        The head rows are asked rather than NOTIFY listened to: it is the same on both databases,
        and a lost connection cannot lose a notice.
        """
        sizes: dict[UUID, int] = {}
        while True:
            await asyncio.sleep(every_seconds)
            watched = [m for m, waiters in self._waiting.items() if waiters]
            if not watched:
                continue
            heads = await EventHead.filter(municipality_id__in=watched)
            for head in heads:
                if sizes.get(head.municipality_id) != head.size:
                    sizes[head.municipality_id] = head.size
                    self.announce(head.municipality_id)


async def events_after(municipality_id: UUID, sequence: int, limit: int = BATCH) -> list[Event]:
    """Return the next events after a sequence, in order."""
    return (
        await Event.of(municipality_id)
        .filter(sequence__gt=sequence)
        .order_by("sequence")
        .limit(limit)
    )


FEED: Final = Feed()
"""The process's own; asyncio binds nothing in it before somebody waits."""
