"""Takes away what is to be kept no longer: old copies, removed evidence, uploads that came to nothing.

Every process does it, at its start and again and again: nothing of it is lost with a crash.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final
from uuid import UUID

import structlog

from workflows.evidence_files import EvidenceFiles
from workflows.exports import KeptCopies, outdated
from workflows.records import Event, EventKind, Municipality
from workflows.redaction import files_to_delete
from workflows.revise.evidence_upkeep import finish_taking_away, sweep_files, take_away

log = structlog.get_logger(__name__)

EVERY: Final = 10.0
"""Seconds between looks at what other processes redacted."""
SWEEP_EVERY: Final = 3_600.0
"""Seconds between looks at the whole folder of evidence."""


class Housekeeping:
    """Looks after the folders.

    Args:
        copies: what copies of the record need.
        files: evidence.
        every: seconds between looks.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        copies: KeptCopies,
        files: EvidenceFiles,
        every: float = EVERY,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.copies = copies
        self.files = files
        self.every = every
        self.clock = clock
        self._seen: dict[UUID, int] = {}
        self._swept_at: float | None = None
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Look at once: something was redacted."""
        self._news.set()

    async def run(self) -> None:
        """Tidy up until cancelled; what goes wrong is logged, and tried again."""
        self._news = asyncio.Event()
        while True:
            self._news.clear()
            try:
                await self.tidy()
            except Exception:
                log.exception("housekeeping.interrupted")
            try:
                async with asyncio.timeout(self.every):
                    await self._news.wait()
            except TimeoutError:
                continue

    async def finish(self) -> None:
        """Wait until what was begun is finished."""
        await finish_taking_away()

    async def tidy(self) -> None:
        """Remove old copies' files, what was redacted since the last look, and hourly, leftovers."""
        await asyncio.to_thread(self.copies.sweep)
        if gone := await self.copies.sweep_unnamed():
            log.info("copies.swept", files=gone)
        for town in await Municipality.all():
            await self._follow_redactions(town.id)
        now = self.clock()
        if self._swept_at is None or now - self._swept_at >= SWEEP_EVERY:
            self._swept_at = now
            if gone := await sweep_files(self.files):
                log.info("evidence.swept", files=gone)

    async def _follow_redactions(self, town_id: UUID) -> None:
        redactions = Event.of(town_id).filter(kind=EventKind.REDACTED).order_by("-sequence")
        latest, seen = await redactions.first(), self._seen.get(town_id, 0)
        if latest is None or seen == latest.sequence:
            return
        for export in await outdated(town_id, latest.sequence):
            self.copies.discard(export)
        for sha256, moment in (await files_to_delete(town_id, seen)).items():
            if await take_away(self.files, [sha256], moment.timestamp()):
                log.info("evidence.removed", sha256=sha256)
        self._seen[town_id] = latest.sequence
