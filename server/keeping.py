"""What the process looks after beside answering: keys and checkpoints, its own check, files.

Begun when the application starts, and ended with it; nothing of it needs a request.
"""

import asyncio
from datetime import timedelta

import structlog

from schema.context import Context
from server.housekeeping import Housekeeping
from server.keys import KeyFolder
from server.notary import Notary
from server.self_check import SelfCheck
from server.settings import Settings
from workflows.checkpoints import Signing
from workflows.evidence_files import EvidenceFiles
from workflows.exports import KeptCopies
from workflows.feed import FEED

log = structlog.get_logger(__name__)


class Keeping:
    """The keepers of one process, not begun yet."""

    def __init__(self, settings: Settings) -> None:
        folder = KeyFolder(settings.keys_folder)
        self.signing = Signing(folder, settings.witnesses)
        self.files = EvidenceFiles(settings.evidence_folder)
        self.copies = KeptCopies(settings.copies_folder)
        self.notary = Notary(
            self.signing,
            folder,
            settings.origin_of,
            timedelta(minutes=settings.checkpoint_minutes),
        )
        self.self_check = SelfCheck(
            timedelta(minutes=settings.self_check_minutes), settings.evidence_folder
        )
        self.housekeeping = Housekeeping(self.copies, self.files)
        self.standings = self.self_check.standings
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def is_faulty(self) -> bool:
        """Whether something is wrong with any record."""
        return self.standings.is_faulty or bool(self.notary.diverged)

    def equip(self, context: Context) -> Context:
        """Give an operation what it may need of it."""
        context.signing = self.signing
        context.copies = self.copies
        context.redacted = self.housekeeping.wake
        context.standings = self.standings
        return context

    async def start(self) -> None:
        """Begin; what has to be there before the first answer is there after this."""
        await self.notary.start()
        await self.self_check.start()
        running = (
            _watch_other_processes(),
            self.housekeeping.run(),
        )
        self._tasks = [asyncio.create_task(each) for each in running]

    def cancel(self) -> None:
        """End what may end anywhere."""
        for task in self._tasks:
            task.cancel()

    async def finish(self) -> None:
        """Wait until what may not be left half-way is done."""
        await self.notary.finish()
        await self.self_check.finish()
        await self.housekeeping.finish()


async def _watch_other_processes() -> None:
    """Follow what other processes record, also past a database that was away for a while."""
    while True:
        try:
            await FEED.watch_other_processes()
        except Exception:
            log.exception("feed.watch_interrupted")
        await asyncio.sleep(1)
