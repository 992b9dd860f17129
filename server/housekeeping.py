"""Takes away what is to be kept no longer: old copies' files, and files that a redaction removed.

Every process does it, at its start and again and again: nothing of it is lost with a crash.
"""

import asyncio
from typing import Final
from uuid import UUID

import structlog

from workflows.evidence_files import EvidenceFiles
from workflows.exports import KeptCopies, outdated
from workflows.records import Event, EventKind, Municipality
from workflows.redaction import files_to_delete

log = structlog.get_logger(__name__)

EVERY: Final = 10.0
"""Seconds between looks at what was redacted."""


class Housekeeping:
    """Looks after the folders.

    Args:
        copies: what copies of the record need.
        files: evidence.
        every: seconds between looks.
    """

    def __init__(self, copies: KeptCopies, files: EvidenceFiles, every: float = EVERY) -> None:
        self.copies = copies
        self.files = files
        self.every = every
        self._seen: dict[UUID, int] = {}

    async def run(self) -> None:
        """Tidy up until cancelled; what goes wrong is logged, and tried again."""
        while True:
            try:
                await self.tidy()
            except Exception:
                log.exception("housekeeping.interrupted")
            await asyncio.sleep(self.every)

    async def tidy(self) -> None:
        """Remove old copies' files, and what redactions since the last look have removed."""
        await asyncio.to_thread(self.copies.sweep)
        for town in await Municipality.all():
            redactions = Event.of(town.id).filter(kind=EventKind.REDACTED).order_by("-sequence")
            latest = await redactions.first()
            if latest is None or self._seen.get(town.id) == latest.sequence:
                continue
            for export in await outdated(town.id, latest.sequence):
                self.copies.discard(export)
            for sha256 in await files_to_delete(town.id):
                await asyncio.to_thread(self.files.discard, sha256)
                log.info("evidence.removed", sha256=sha256)
            self._seen[town.id] = latest.sequence
